"""Measures where room is scarce: in larger units, with their range below."""

from __future__ import annotations

from maps import ranges
from planner.price import measures
from planner.price.measures import Measure
from planner.price.route import Priced


def compact_heads() -> list[str]:
    """The heads over ``compact``."""
    return [row.compact_head or row.head for row in measures.listed()]


def compact(route: Priced) -> list[tuple[str, str]]:
    """A total and its range ('' where there is none) by each listed measure, where room is scarce: days, tonnes."""
    found = []
    for row in measures.listed():
        digits = row.digits if row.compact == 1.0 else 1
        span = ""
        if row.ranged:
            low, high = route.interval(row.field)
            span = ranges.text((low / row.compact, high / row.compact), digits)
        found.append((f"{route.value(row.id) / row.compact:,.{digits}f}", span))
    return found


def compact_text(row: Measure, route: Priced) -> str:
    """A total where room is scarce: '10.3 days', '6,538 USD'."""
    if not row.also_compact:
        return row.text(route.value(row.id))
    return f"{route.value(row.id) / row.compact:,.1f} {row.compact_head}"
