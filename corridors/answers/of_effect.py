"""The effect of added segments as tables for people, as one flat table, and as features for maps."""

from __future__ import annotations

from typing import Any

from corridors.answers import tables
from corridors.answers.tables import Column, Report, Table
from planner.effect import sheets as effect_sheets
from planner.effect.answer import Effect, SegmentUse
from planner.effect.sheets import Sheet


def of_effect(effect: Effect) -> Report:
    """What changes, and for whom; the first table says under what conditions.

    ``flat`` has a row a pair and criterion; as GeoJSON the answer is the lines with their pairs before and after.
    """
    asked = effect.scope.request
    conditions = (
        f"{len(effect.pairs)} ordered pairs; {tables.load_text(asked.consignment)}; modes {', '.join(asked.modes)}; "
        f"date {asked.day.isoformat()}"
    )
    shown = [_table(sheet) for sheet in effect_sheets.of(effect)]
    first = shown[0]
    headline = tables.headline(effect.after.catalog, f"{first.before[-1]}; {conditions}")
    before = (headline, *tables.conditions(asked.asked))
    shown[0] = Table(first.columns, first.rows, before, first.after)
    features = tuple(_feature(row, effect) for row in effect.lines)
    return Report(tuple(shown), _flat(effect), effect.as_dict(), network=effect.after, features=features)


def _table(sheet: Sheet) -> Table:
    columns = tuple(Column(head.key, head.title, head.digits) for head in sheet.heads)
    return Table(columns, sheet.rows, ("", sheet.title), sheet.notes)


def _flat(effect: Effect) -> Table:
    columns = (
        Column("origin", "from"),
        Column("destination", "to"),
        Column("criterion", "by"),
        Column("unit", "unit"),
        Column("before", "before", 1),
        Column("after", "after", 1),
        Column("change", "change", 1),
        Column("change_percent", "change %", 1),
        Column("status", "status"),
        Column("uses_added", "uses what is added"),
        Column("closures_before", "closures on the way before"),
        Column("closures_after", "after"),
    )
    return Table(columns, tuple(tuple(row[column.key] for column in columns) for row in effect.rows()))


def _feature(row: SegmentUse, effect: Effect) -> dict[str, Any]:
    segment = row.segment
    properties = row.as_dict() | {"gauge_mm": segment.gauge_mm, "length_km": segment.km, "part_of": segment.part_of}
    properties["closures"] = [closure.id for closure in effect.closures_on(row.id)]
    line = [list(position) for position in segment.coordinates]
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": {"type": "LineString", "coordinates": line},
        "properties": properties,
    }
