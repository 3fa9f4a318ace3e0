"""The columns of measures: totals of a route with their ranges, and what a leg or a hub operation takes."""

from __future__ import annotations

import itertools
from typing import Any

from maps import measured, ranges
from maps.tables.table import Column
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.measures import Measure
from planner.price.route import Priced


def totals() -> tuple[Column, ...]:
    """The total by every listed measure, with its range, and once more in larger units where tables have both.

    >>> [column.title for column in totals()][:4]
    ['km', 'hours', 'P10–P90', 'days']
    """
    return tuple(itertools.chain.from_iterable(_columns(row) for row in measures.listed()))


def total_values(route: Priced) -> tuple[Any, ...]:
    """The values of ``totals``."""
    return tuple(itertools.chain.from_iterable(_values(row, route) for row in measures.listed()))


def steps() -> tuple[Column, ...]:
    """What a leg or a hub operation takes by every listed measure."""
    return tuple(Column(row.field, row.head, row.step_digits) for row in measures.listed())


def step_values(amounts: Amounts, load: Consignment, *, has_km: bool = True) -> tuple[float | None, ...]:
    """The values of ``steps``; a hub operation has no km."""
    return tuple(row.value(amounts, load) if has_km or row.id != "distance" else None for row in measures.listed())


def total_text(row: Measure, route: Priced) -> str:
    """'247 h (P10–P90 193–306; 10.3 days)'."""
    title = f"{ranges.TITLE} " if row.also_compact else ""
    spans = [f"{title}{ranges.text(route.interval(row.field), row.digits)}"] if row.ranged else []
    spans += [measured.compact_text(row, route)] if row.also_compact else []
    return row.phrase(route.value(row.id)) + (f" ({'; '.join(spans)})" if spans else "")


def _columns(row: Measure) -> list[Column]:
    found = [Column(row.field, row.head, row.digits)]
    if row.ranged:
        found.append(Column.range(row.field, digits=row.digits))
    if row.also_compact:
        found.append(Column(f"{row.id}_{row.compact_head}", row.compact_head, 1))
    return found


def _values(row: Measure, route: Priced) -> list[Any]:
    found: list[Any] = [route.value(row.id)]
    if row.ranged:
        found.append(route.interval(row.field))
    if row.also_compact:
        found.append(route.value(row.id) / row.compact)
    return found
