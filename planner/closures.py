"""Closures in force on a day, as warnings on a route or as segments that cannot be used."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from geodata import records
from geodata.catalog import Catalog
from planner.reasons import Condition, Reason

KEPT_DAYS = 32
"""The closures of so many days are kept with one catalog."""


def by_segment(catalog: Catalog, day: date) -> dict[str, list[records.Closure]]:
    """Segment id -> closures in force on a day, in the order of the data.

    A closure of a place holds on the crossing segments that touch it, one of a strait on the lanes that pass it. A
    seasonal risk that a later ``open`` fact takes back is left out, and the ``open`` one is kept, since its reason
    tells of the conflict. What is found for a day is kept with the catalog; do not change it.
    """
    kept: dict[date, dict[str, list[records.Closure]]] = catalog.kept.setdefault("closures_by_segment", {})
    if day not in kept:
        if len(kept) >= KEPT_DAYS:
            kept.pop(next(iter(kept)))
        kept[day] = _by_segment(catalog, day)
    return kept[day]


def _by_segment(catalog: Catalog, day: date) -> dict[str, list[records.Closure]]:
    found: dict[str, list[records.Closure]] = {}
    for closure in catalog.closures.values():
        if closure.in_force(day):
            for segment_id in segments_of(catalog, closure):
                found.setdefault(segment_id, []).append(closure)
    for segment_id, closures in found.items():
        kinds = {closure.kind for closure in closures if not isinstance(closure, TakenOpen)}
        if "open" in kinds:
            drop = "seasonal" if "seasonal" in kinds else "open"
            found[segment_id] = [row for row in closures if row.kind != drop or isinstance(row, TakenOpen)]
    return {segment_id: closures for segment_id, closures in found.items() if closures}


def touching(catalog: Catalog) -> Mapping[str, list[str]]:
    """Place -> the segments over a border that begin or end there."""
    if "touching" not in catalog.kept:
        found: dict[str, list[str]] = {}
        for segment in catalog.segments.values():
            if segment.crossing is not None:
                whole = catalog.wholes.get(segment.facts_id, segment)  # its post may lie at the end of another part
                for node_id in (whole.from_node, whole.to_node):
                    found.setdefault(node_id, []).append(segment.id)
        catalog.kept["touching"] = found
    known: dict[str, list[str]] = catalog.kept["touching"]
    return known


def segments_of(catalog: Catalog, closure: records.Closure) -> tuple[str, ...]:
    """The segments that a closure holds on: its lines, the crossings at its places, the lanes through its straits."""
    if "passing" not in catalog.kept:
        passing: dict[str, list[str]] = {}
        for segment in catalog.segments.values():
            for strait in segment.straits:
                passing.setdefault(strait, []).append(segment.id)
        catalog.kept["passing"] = passing
    at = touching(catalog)
    lines = (catalog.parts_of(target) or at.get(target, ()) for target in closure.applies_to)
    lanes = (catalog.kept["passing"].get(strait, ()) for strait in closure.straits)
    return tuple(dict.fromkeys(itertools.chain(*lines, *lanes)))


class TakenOpen(records.Closure):
    """A closure that a question takes as open: it closes nothing, and stays so that every route over it says so."""

    was: str = ""
    """What it is in the data: 'closed'."""

    @classmethod
    def of(cls, closure: records.Closure, segments: Iterable[str] = ()) -> TakenOpen:
        """The closure taken back, on all that it holds on or on these segments alone."""
        here = {"applies_to": tuple(segments), "straits": ()} if segments else {}
        reason = f"taken as open, as asked; in the data {closure.kind}: {closure.reason}"
        return cls.model_construct(**{**dict(closure), **here, "kind": "open", "was": closure.kind, "reason": reason})


def opened(catalog: Catalog, whole: Collection[str], segments: Collection[str]) -> Mapping[str, records.Closure]:
    """The closures of the data where some are taken back as a whole, and others on some segments."""
    found: dict[str, records.Closure] = {}
    for key, row in catalog.closures.items():
        on = segments_of(catalog, row)
        taken = on if row.id in whole else tuple(item for item in on if item in segments)
        if row.kind == "open" or not (taken or row.id in whole):
            found[key] = row
        elif len(taken) == len(on):
            found[key] = TakenOpen.of(row)
        else:
            left = tuple(item for item in on if item not in taken)
            found[key] = row.model_copy(update={"applies_to": left, "straits": ()})
            found[f"{key} (taken as open)"] = TakenOpen.of(row, taken)
    return found


def future(catalog: Catalog, as_of: int | None) -> int | None:
    """The year, None where it is that of the data: what is shut today is shut in this year."""
    return None if as_of == catalog.data_date.year else as_of


def closed(catalog: Catalog, day: date, as_of: int | None) -> dict[str, records.Closure]:
    """Segments that cannot be used where closures apply, on a day and in a year: see ``enforced``."""
    return enforced(by_segment(catalog, day), as_of=future(catalog, as_of))


def not_applied(
    catalog: Catalog, ways: Iterable[tuple[Iterable[records.Segment], date, int | None]], when: str
) -> list[Reason]:
    """That closures do not apply though asked for, on ways (segments, day, year); nothing without any.

    ``when`` says in which years: 'in 2035'.
    """
    found: dict[str, dict[str, None]] = {}
    kept: dict[tuple[date, int | None], dict[str, list[records.Closure]]] = {}
    for segments, day, as_of in ways:
        if (day, as_of) not in kept:
            in_force = by_segment(catalog, day)
            shut_then = enforced(in_force, as_of=future(catalog, as_of))
            kept[day, as_of] = {key: listed for key, listed in in_force.items() if key not in shut_then}
        for segment in segments:
            for closure in kept[day, as_of].get(segment.id, ()):
                if closure.kind == "closed":
                    found.setdefault(closure.id, {})[segment.facts_id] = None
    if not found:
        return []
    shut_by = (Reason("shut_by", closure=key, avoid=Condition("avoid", tuple(ids))) for key, ids in found.items())
    return [Reason("not_applied", when=when, closures=tuple(shut_by))]


def enforced(closures: Mapping[str, list[records.Closure]], *, as_of: int | None) -> dict[str, records.Closure]:
    """Segments that are shut: closures of the kind ``closed``; in a future year only those with an end date."""
    return {
        segment_id: closure
        for segment_id, listed in closures.items()
        for closure in listed
        if closure.kind == "closed" and (as_of is None or closure.to_date is not None)
    }


def on_the_way(
    segments: Iterable[records.Segment], closures: Mapping[str, list[records.Closure]]
) -> list[tuple[records.Closure, list[records.Segment]]]:
    """Each closure that some segments run into, with those it concerns, in order of travel."""
    concerned: dict[str, tuple[records.Closure, list[records.Segment]]] = {}
    for segment in segments:
        for closure in closures.get(segment.id, ()):
            concerned.setdefault(closure.id, (closure, []))[1].append(segment)
    return list(concerned.values())


@dataclass(frozen=True)
class ClosureOnWay:
    """A closure that ways run into: which of them, by name, and where."""

    closure: records.Closure
    ways: tuple[str | int, ...]
    segments: tuple[records.Segment, ...]

    def text(self, names: str, catalog: Catalog) -> str:
        """One sentence, after the names of what it concerns."""
        return f"{names}: {describe(self.closure, self.segments, catalog)}"


def met(
    catalog: Catalog, ways: Iterable[tuple[str | int, Iterable[records.Segment], date]]
) -> tuple[ClosureOnWay, ...]:
    """The closures that ways (name, segments, day) run into, each once, in the order of the ways."""
    found: dict[str, tuple[records.Closure, dict[str | int, None], dict[str, records.Segment]]] = {}
    kept: dict[date, dict[str, list[records.Closure]]] = {}
    for name, segments, day in ways:
        if day not in kept:
            kept[day] = by_segment(catalog, day)
        for segment in segments:
            for closure in kept[day].get(segment.id, ()):
                _, names, where = found.setdefault(closure.id, (closure, {}, {}))
                names[name] = None
                where[segment.id] = segment
    return tuple(ClosureOnWay(closure, tuple(names), tuple(where.values())) for closure, names, where in found.values())


def sentences(catalog: Catalog, ways: Iterable[tuple[str, Iterable[records.Segment], date]]) -> tuple[str, ...]:
    """The same as sentences: 'ktap, uap: closed (pak_afg_chaman): ...'."""
    return tuple(each.text(", ".join(map(str, each.ways)), catalog) for each in met(catalog, ways))


def describe(closure: records.Closure, segments: Iterable[records.Segment], catalog: Catalog) -> Reason:
    """What is closed, where, since when, and why."""
    lines = dict.fromkeys(
        f"{catalog.nodes[segment.from_node].name} - {catalog.nodes[segment.to_node].name} by {segment.mode}"
        for segment in segments
    )
    if closure.from_day:
        when = Reason("each_year", first=closure.from_day, last=closure.to_day)
    elif closure.to_date:
        when = Reason("from_to", first=closure.from_date, last=closure.to_date)
    else:
        when = Reason("since", first=closure.from_date)
    said = "; ".join(lines)
    if isinstance(closure, TakenOpen):
        return Reason("taken_open", id=closure.id, lines=said, was=closure.was, when=when)
    return Reason("closure", kind=closure.kind, id=closure.id, lines=said, when=when, reason=closure.reason)
