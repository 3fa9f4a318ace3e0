"""What an effect says as tables, the long ones cut for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from geodata import records
from maps.tables.table import Column, Table
from planner.effect.answer import CriticalChange, Effect, SegmentUse
from planner.effect.changes import Pair, Summary
from planner.effect.critical import CRITICAL_SHARE
from planner.price.hubs import OPERATIONS
from planner.price.measures import MEASURES

TOP = 15
"""So many rows of a long table are shown to people; the JSON form has them all."""


def tables(effect: Effect) -> list[Table]:
    """Summary, pairs, routes that move, hub operations, segments that lose and gain, critical ones, consignments."""
    return [
        _summary(effect),
        _pairs(effect),
        _moved(effect),
        _operations(effect),
        _uses(effect, "losing", effect.losing, "Existing segments that lose pairs"),
        _uses(effect, "gaining", effect.gaining, "Segments that gain pairs"),
        _critical(effect, "became_critical", effect.became_critical, "Segments that become critical", became=True),
        _critical(
            effect,
            "no_longer_critical",
            effect.no_longer_critical,
            "Segments that are no longer critical",
            became=False,
        ),
        _consignments(effect),
    ]


def _table(
    name: str, title: str, columns: tuple[Column, ...], rows: tuple[tuple[Any, ...], ...], notes: Sequence[str] = ()
) -> Table:
    return Table(columns, rows, ("", title), tuple(notes), name.replace("_", " "))


def place_name(effect: Effect, node_id: str) -> str:
    nodes = effect.after.nodes if node_id in effect.after.nodes else effect.before.nodes
    return nodes[node_id].name


def _summary(effect: Effect) -> Table:
    columns = (
        Column("criterion", "by"),
        Column("unit", "unit"),
        *_COUNTS,
        Column("mean_saving", "mean saving", 1),
        Column("median_saving", "median", 1),
        Column("largest_saving", "largest", 1),
        Column("largest_at", "largest where"),
        Column("mean_saving_percent", "mean %", 1),
        Column("largest_saving_percent", "largest %", 1),
        Column("closures", "closures on the way where largest"),
    )
    rows = tuple(
        (
            MEASURES[key].title,
            MEASURES[key].unit,
            *_counts(row),
            row.mean_saving,
            row.median_saving,
            row.largest_saving,
            _pair(effect, row.largest_at),
            row.mean_saving_percent,
            row.largest_saving_percent,
            _largest_closures(effect, key, row),
        )
        for key, row in effect.summaries.items()
    )
    title = f"Effect of {', '.join(effect.scope.added)} between {len(effect.scope.places)} places"
    after = (
        "each criterion has best routes of its own; savings are those of the improved pairs, at their best before and "
        "after",
        *effect.notes,
    )
    return _table("summary", title, columns, rows, after)


_COUNTS = (
    Column("pairs", "pairs", 0),
    Column("newly_connected", "newly connected", 0),
    Column("improved", "improved", 0),
    Column("unchanged", "unchanged", 0),
    Column("worse", "worse or cut off", 0),
    Column("not_connected", "not connected", 0),
)


def _counts(row: Summary) -> tuple[int, ...]:
    """The values of _COUNTS."""
    found = row.counts
    return (
        row.pairs,
        found["newly_connected"],
        found["improved"],
        found["unchanged"],
        found["worse"] + found["cut_off"],
        found["not_connected"],
    )


def _pairs(effect: Effect) -> Table:
    """The pairs that gain most by the main criterion, with what changes for them by each of the others."""
    by = effect.scope.by
    order = dict.fromkeys((by, *effect.summaries))
    columns = (
        Column("origin", "from"),
        Column("destination", "to"),
        Column("status", "status"),
        Column("before", f"{MEASURES[by].title} before, {MEASURES[by].unit}", 1),
        Column("after", f"after, {MEASURES[by].unit}", 1),
        *(Column(f"change_{key}", f"change of best {MEASURES[key].title}, {MEASURES[key].unit}", 1) for key in order),
    )
    best = effect.best_pairs()
    rows = tuple(
        (
            place_name(effect, pair.origin),
            place_name(effect, pair.destination),
            _words(pair.changes[by].status),
            pair.changes[by].before,
            pair.changes[by].after,
            *(pair.changes[key].change for key in order),
        )
        for pair in best[:TOP]
    )
    title = f"Pairs that gain by {MEASURES[by].title}: {len(best)} of {len(effect.pairs)}"
    none = () if best else (f"no pair is newly connected or improves by {MEASURES[by].title}",)
    return _table("pairs", title, columns, rows, (*none, *_more(len(best))))


def _kinds(found: Iterable[records.Closure]) -> str:
    return ", ".join(f"{row.kind}: {row.id}" for row in found)


def _before_after(before: Sequence[records.Closure], after: Sequence[records.Closure]) -> str:
    """The closures that the best routes before and after run into."""
    texts = [f"{when}: {_kinds(found)}" for when, found in (("before", before), ("after", after)) if found]
    return "; ".join(texts) if before != after else _kinds(after)


def _largest_closures(effect: Effect, key: str, row: Summary) -> str:
    """The closures that the best of the pair which saves the most run into."""
    pair = next((each for each in effect.pairs if (each.origin, each.destination) == row.largest_at), None)
    return "" if pair is None else _before_after(pair.changes[key].closures_before, pair.changes[key].closures_after)


def _moved(effect: Effect) -> Table:
    columns = (
        Column("origin", "from"),
        Column("destination", "to"),
        *(
            Column(f"{when}_{key}", f"{row.unit} {when}", 0)
            for key, row in MEASURES.items()
            if key != "generalized"
            for when in ("before", "after")
        ),
        *(Column.range(f"{when}_time", title=f"h {when}, P10–P90") for when in ("before", "after")),
        Column("border_crossings", "borders", 0),
        Column("breaks_of_gauge", "breaks of gauge", 0),
        Column("unbuilt_km", "unbuilt km after", 0),
        Column("closures", "closures on the way"),
    )
    rows = []
    for row in effect.moved[:TOP]:
        figures = [
            route.value(key) if route else None
            for key, criterion in MEASURES.items()
            if key != "generalized"
            for route in (row.before, row.after)
        ]
        changes = [
            None if row.before is None else new - old
            for old, new in map(row.operations, ("border_crossing", "break_of_gauge"))
        ]
        rows.append(
            (
                place_name(effect, row.origin),
                place_name(effect, row.destination),
                *figures,
                *(None if route is None else route.interval("time_h") for route in (row.before, row.after)),
                *changes,
                row.after.unbuilt_km,
                _before_after(row.before.closures if row.before else (), row.after.closures),
            )
        )
    title = f"Routes that move to what is added, best by {MEASURES[effect.scope.by].title}: {len(effect.moved)}"
    longer = {key: sum((row.difference(key) or 0.0) > 0 for row in effect.moved) for key in effect.summaries}
    told = [f"{count} of them take more {MEASURES[key].unit} than before" for key, count in longer.items() if count]
    after = ("borders and breaks of gauge: after less before", *told) if rows else ("no best route passes it",)
    return _table("moved", title, columns, tuple(rows), (*after, *_more(len(effect.moved))))


def _operations(effect: Effect) -> Table:
    columns = (
        Column("operation", "hub operation"),
        Column("before", "before", 0),
        Column("after", "after", 0),
        Column("saved", "saved", 0),
        Column("added", "added", 0),
        Column("change_h", "change, h", 1),
        Column("change_usd", "change, USD", 0),
    )
    rows = tuple(
        (
            OPERATIONS[row.operation],
            row.before,
            row.after,
            row.saved,
            row.added,
            row.after_h - row.before_h,
            row.after_usd - row.before_usd,
        )
        for row in effect.operations
        if row.saved or row.added or row.after_h != row.before_h or row.after_usd != row.before_usd
    )
    counted = sum(row.before is not None for row in effect.moved)
    title = f"Hub operations and borders of the {counted} routes that move and had a route before"
    return _table("operations", title, columns, rows, () if rows else ("none is saved or added",))


def _uses(effect: Effect, key: str, uses: Sequence[SegmentUse], title: str) -> Table:
    columns = (
        Column("segment", "segment"),
        Column("from", "from"),
        Column("to", "to"),
        Column("mode", "mode"),
        Column("status", "status"),
        Column("pairs_before", "pairs before", 0),
        Column("pairs_after", "after", 0),
        Column("pairs_change", "change", 0),
        Column("place", "so it"),
        Column("closures", "closures in force on it"),
    )
    rows = tuple(
        (
            row.id,
            place_name(effect, row.segment.from_node),
            place_name(effect, row.segment.to_node),
            row.segment.mode,
            _words(row.segment.status),
            row.before,
            row.after,
            row.change,
            _place(row),
            _kinds(effect.closures_on(row.id)),
        )
        for row in uses[:TOP]
    )
    by = MEASURES[effect.scope.by].title
    return _table(key, f"{title}, on best routes by {by}: {len(uses)}", columns, rows, _more(len(uses)))


def _place(row: SegmentUse) -> str:
    if row.is_added:
        return "is added"
    return "loses its place" if not row.after else "comes onto best routes" if not row.before else ""


def _critical(effect: Effect, key: str, found: Sequence[CriticalChange], title: str, *, became: bool) -> Table:
    columns = (
        Column("segment", "segment"),
        Column("from", "from"),
        Column("to", "to"),
        Column("pairs_before", "critical for pairs before", 0),
        Column("pairs_after", "after", 0),
        Column("pairs", "newly" if became else "no longer", 0),
        Column("worst_at", "worst for"),
        Column("worst", "closing it" if became else "closing it before"),
        Column("closures", "closures in force on it"),
    )
    rows = tuple(
        (
            row.id,
            place_name(effect, row.segment.from_node),
            place_name(effect, row.segment.to_node),
            row.before,
            row.after,
            row.became if became else row.ceased,
            _pair(effect, row.worst_at),
            "cuts it off" if row.worst_percent is None else f"{row.worst_percent:,.0f} % worse",
            _kinds(effect.closures_on(row.id)),
        )
        for row in found[:TOP]
    )
    note = (
        "critical for a pair: closing it alone cuts the pair off or makes its best route worse by "
        f"{100 * CRITICAL_SHARE:.0f} % or more"
    )
    return _table(key, f"{title}: {len(found)}", columns, rows, ((note,) if rows else ()) + _more(len(found)))


def _consignments(effect: Effect) -> Table:
    columns = (
        Column("cargo", "cargo"),
        Column("tonnes", "t", 1),
        *_COUNTS,
        Column("mean_saving_usd", "mean saving, USD", 1),
        Column("largest_saving_usd", "largest, USD", 1),
        Column("largest_at", "largest where"),
    )
    rows = tuple(
        (
            row.cargo,
            row.tonnes,
            *_counts(row.summary),
            row.summary.mean_saving,
            row.summary.largest_saving,
            _pair(effect, row.summary.largest_at),
        )
        for row in effect.consignments
    )
    return _table("consignments", "By consignment, each at its best generalized cost", columns, rows)


def _more(count: int) -> tuple[str, ...]:
    return (f"the first {TOP} of {count}; json has them all",) if count > TOP else ()


def _pair(effect: Effect, pair: Pair | None) -> str:
    return " - ".join(place_name(effect, key) for key in pair) if pair else ""


def _words(text: str) -> str:
    return text.replace("_", " ")
