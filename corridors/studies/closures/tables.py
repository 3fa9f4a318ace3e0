"""The answer of closures as tables for people."""

from __future__ import annotations

import math

from corridors.answers.report import headline
from corridors.studies.closures.found import ResilienceStudy, ids, in_brackets, value
from corridors.studies.evidence import results as evidence_results
from corridors.studies.route_words import areas, named
from geodata.records import OVERFLOWN
from maps import ranges
from maps.tables.of_routes import CLOSURES, closures_of, load_text
from maps.tables.table import Column, Table
from planner.closure_costs import Closed, Disjoint
from planner.price import measures
from planner.price.measures import MEASURES

SHOWN_SINGLE = 4
"""So many single points of failure of a kind are named above the table."""

SHOWN_CUT = 12
"""So many segments of the minimum cut are named."""


def tables(found: ResilienceStudy) -> tuple[Table, ...]:
    names, unit = found.network.nodes, MEASURES[found.request.by]
    ends = f"{names[found.request.origin].name} to {names[found.request.destination].name}"
    load = load_text(found.request.consignment)
    lines = (
        headline(found.network.catalog, f"What closures cost from {ends}, best by {unit.title}; {load}"),
        f"best now: {value(found.best, found.request.by):,.1f} {unit.unit}"
        f"{ranges.bracketed(found.best, found.request.by)}, {areas(found.best)}"
        f"{in_brackets(found.best)}",
        f"{ways(found.disjoint)}; as many segments cut the two places off: {_cut(found)}",
        f"single points of failure: {_single(found)}",
        *_applied_line(found),
    )
    after = (ranges.note(found.best), *rules(found), *found.notes, *found.warnings)
    main = _table(found, "closures", found.ranked, lines, after)
    day = found.request.day.isoformat()
    said = f"The closures of the data in force on {day}, each alone and at once, as if they shut their lines fully:"
    real = [_table(found, "in force", found.real, (said,), _real_rules(found))] if found.real else []
    return (main, *real, *evidence_results.tables(found.evidence))


def _table(
    found: ResilienceStudy,
    name: str,
    rows: tuple[Closed, ...],
    before: tuple[str, ...],
    after: tuple[str, ...] = (),
) -> Table:
    columns = [
        Column("kind", "closed"),
        Column("what", "what"),
        *_extras("", "extra"),
        Column("best", "new best"),
        CLOSURES,
    ]
    two = any(map(found.differs, rows))
    if two:
        columns += [
            *_extras("_applied", "applied: extra"),
            Column("best_applied", "applied: new best"),
            Column("closures_applied", "applied: closures on the way"),
        ]
    shown = []
    for row in rows:
        cells = [
            row.thing.kind,
            _what(found, row),
            *(None if row.route is None else found.extra(row, key.id) for key in measures.listed()),
            found.way(row),
            closures_of(row.route),
        ]
        if two:
            more = (found.extra_applied(row, key.id) for key in measures.listed())
            cells += [
                *(None if extra is None or math.isinf(extra) else extra for extra in more),
                _way_applied(found, row),
                closures_of(found.then(row)),
            ]
        shown.append(tuple(cells))
    said = (two_worlds(found),) if two else ()
    return Table(tuple(columns), tuple(shown), before, (*said, *after), name)


def _extras(suffix: str, title: str) -> list[Column]:
    return [
        Column(f"extra_{row.field}{suffix}", f"{title} {row.unit_in_words}", 1 if row.id == "time" else 0)
        for row in measures.listed()
    ]


def _what(found: ResilienceStudy, row: Closed) -> str:
    """The title; of a closure of the data after its id."""
    return row.thing.title if found.kind_of(row) is None else f"{row.thing.id}: {row.thing.title}"


def _way_applied(found: ResilienceStudy, row: Closed) -> str:
    """The new best with closures applied, in words."""
    then = found.then(row)
    if then is None:
        return "cut off"
    if ids(then) == ids(row.route):
        return "the same"
    best = None if found.applied is None else found.applied.best
    return "as before" if ids(then) == ids(best) else named(then, then.corridors)


def two_worlds(found: ResilienceStudy) -> str:
    """What the columns of the second world are."""
    return (
        f"applied: with what is closed on {found.request.day.isoformat()} not to be used (as --closures apply has "
        "it), against the best route then; the other columns are as if all crossings were open"
    )


def _applied_line(found: ResilienceStudy) -> tuple[str, ...]:
    """What the second world looks like before anything else closes."""
    if found.applied is None or (
        not any(map(found.differs, found.closed)) and found.applied.disjoint == found.disjoint
    ):
        return ()
    best, by = found.applied.best, found.request.by
    said = f"with what is closed on {found.request.day.isoformat()} applied: "
    if best is None:
        return (f"{said}no route at all",)
    cut = [row.thing.title for row in found.closed if found.then(row) is None and row.route is not None]
    took = f"best {value(best, by):,.1f} {MEASURES[by].unit}, {areas(best)}"
    same = "the best stays" if ids(best) == ids(found.best) else took
    more = f"; further single points of failure: {', '.join(cut)}" if cut else ""
    return (f"{said}{same}; {ways(found.applied.disjoint)}{more}",)


def rules(found: ResilienceStudy) -> list[str]:
    """What the rows of the main table mean, and how one is asked of the planner."""
    rules = ["each closed alone, with all its lines in every mode; the ends and their countries stay open"]
    modes = found.network.catalog.modes
    if any(modes[leg.mode].km_under == OVERFLOWN for route in found.routes for leg in route.legs):
        rules.append("a country that closes shuts its airspace too: no flight passes over it, wherever it lands")
    rules.append(
        "to ask for a row: plan ... --avoid ID, of a country, place or segment; of a crossing --avoid each of its "
        'segments, which stand as "closes" in -f json'
    )
    return rules


def _real_rules(found: ResilienceStudy) -> tuple[str, ...]:
    """What the rows of the real closures mean."""
    rules = [
        "a closed line is shut; a restricted one lets a part pass, and a seasonal one is shut for hours or days at "
        "that time of the year: these two cost at most what stands here"
    ]
    if found.request.closures == "apply" and not any(found.kind_of(row) == "closed" for row in found.real):
        rules.append("those of the kind closed are shut already, as asked (--closures apply)")
    return tuple(rules)


def _cut(found: ResilienceStudy) -> str:
    more = len(found.disjoint.cut) - SHOWN_CUT
    return ", ".join(found.disjoint.cut[:SHOWN_CUT]) + (f" and {more} more" if more > 0 else "")


def ways(found: Disjoint) -> str:
    return "1 route only: any two share a segment" if found.routes == 1 else f"{found.routes} routes share no segment"


def _single(found: ResilienceStudy) -> str:
    """Countries and crossings by name, places and segments by their number; the table has them all."""
    titles_of: dict[str, list[str]] = {}
    for row in found.single_points:
        titles_of.setdefault(row.thing.kind, []).append(row.thing.title)
    texts = [
        f"{kind} {', '.join(titles)}"
        if kind in ("country", "crossing") or len(titles) <= SHOWN_SINGLE
        else f"{len(titles)} {kind}s"
        for kind, titles in titles_of.items()
    ]
    return "; ".join(texts) or "none"
