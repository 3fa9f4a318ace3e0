"""A year's trade on a route in the words of tables and figures."""

from __future__ import annotations

from planner.carriage import Carried


def volume(row: Carried) -> str:
    """'goal: 1,000 m USD'; a volume that was asked for has no other name."""
    value = f"{row.trade.million_usd:,.10g} m USD"
    return value if row.trade.title == value else f"{row.trade.title}: {value}"


def percent(share: float) -> str:
    """A share in two figures that say something, never 0 % for a little.

    >>> percent(0.00256), percent(0.0476), percent(1.886)
    ('0.26 %', '4.8 %', '189 %')
    """
    return f"{100 * share:,.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def tightest(row: Carried) -> str:
    """The capacity of which most is taken, in words: never 0 % for what is not known."""
    found = row.tightest
    if found is None or found.share is None:
        return "no capacity known"
    return f"{percent(found.share)} of {found.capacity.on}"


def _few(number: float, digits: int) -> str:
    """A number with so many digits behind the point, in two figures where that would say nothing.

    >>> _few(24.68, 1), _few(0.0137, 1), _few(2350.4, 0), _few(1.28, 0)
    ('24.7', '0.014', '2,350', '1.3')
    """
    return f"{number:,.{digits}f}" if number >= 100 / 10 ** (digits + 1) else f"{number:.2g}"


def weekly(row: Carried) -> str:
    trains = [] if row.trains_per_week is None else [f"{_few(row.trains_per_week, 1)} trains"]
    trucks = [] if row.trucks_per_week is None else [f"{_few(row.trucks_per_week, 0)} trucks"]
    boxes = [] if trains or trucks else [f"{row.teu_per_week:,.0f} TEU"]
    return f"{' + '.join([*trains, *trucks, *boxes])} a week; {tightest(row)}"
