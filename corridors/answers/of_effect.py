"""The effect of added segments as tables for people, as one flat table, and as features for maps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from corridors.answers.report import Report, conditions, headline
from geodata import details
from maps.tables import of_effect as effect_tables
from maps.tables.of_routes import load_text
from maps.tables.table import Column, Table
from planner.effect.answer import Effect, SegmentUse


def of_effect(effect: Effect) -> Report:
    """What changes, and for whom; the first table says under what conditions.

    ``flat`` has a row a pair and criterion; as GeoJSON the answer is the lines with their pairs before and after.
    """
    asked = effect.scope.request
    basis = (
        f"{len(effect.pairs)} ordered pairs; {load_text(asked.consignment)}; modes {', '.join(asked.modes)}; "
        f"date {asked.day.isoformat()}"
    )
    first, *others = effect_tables.tables(effect)
    line = headline(effect.after.catalog, f"{first.before[-1]}; {basis}")
    shown = (replace(first, before=(line, *conditions(asked.asked))), *others)
    features = tuple(_feature(row, effect) for row in effect.lines)
    return Report(shown, _flat(effect), effect.as_dict(), network=effect.after, features=features)


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
    properties |= details.stated([segment])
    properties["closures"] = [closure.id for closure in effect.closures_on(row.id)]
    line = [list(position) for position in segment.coordinates]
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": {"type": "LineString", "coordinates": line},
        "properties": properties,
    }
