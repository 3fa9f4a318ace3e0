"""The columns of measures in tables of routes and of their steps: heads, and cells as people read them."""

from __future__ import annotations

from maps import ranges
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.measures import Measure
from planner.price.route import Priced


def heads_of_totals() -> list[str]:
    """The heads over ``totals``.

    >>> heads_of_totals()[:4]
    ['km', 'hours', 'P10–P90', 'days']
    """
    found: list[str] = []
    for row in measures.listed():
        found.append(row.head)
        if row.ranged:
            found.append(ranges.TITLE)
        if row.also_compact:
            found.append(row.compact_head)
    return found


def totals(route: Priced) -> list[str]:
    """The totals of a route by each listed measure, with their ranges; as many as ``heads_of_totals``."""
    found: list[str] = []
    for row in measures.listed():
        found.append(f"{route.value(row.id):,.{row.digits}f}")
        if row.ranged:
            found.append(ranges.text(route.interval(row.field), row.digits))
        if row.also_compact:
            found.append(f"{route.value(row.id) / row.compact:,.1f}")
    return found


def heads() -> list[str]:
    """The heads over ``cells``."""
    return [row.head for row in measures.listed()]


def cells(amounts: Amounts, load: Consignment, *, has_km: bool = True) -> list[str]:
    """What a leg or a hub operation takes, which has no km; as many as ``heads``."""
    return [
        f"{row.value(amounts, load):,.{row.step_digits}f}" if has_km or row.id != "distance" else ""
        for row in measures.listed()
    ]


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
