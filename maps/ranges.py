"""Ranges of totals in words: where 8 of 10 draws of all rates lie, from the 10th to the 90th percentile."""

from __future__ import annotations

from planner.price.measures import MEASURES
from planner.price.route import Priced
from planner.reasons import Condition

TITLE = "P10\u2013P90"
"""The title of a column that holds ranges."""

EXPECTED = (
    "hours, USD and CO2e are expected values: the mean over all draws of the rates they rest on; closures "
    "are not in them; 8 of 10 draws lie within P10\u2013P90"
)
"""The sentence that stands below totals: what they are, and what a range says."""


def note(route: Priced) -> str:
    """What the totals of a route are."""
    return basis(is_central=route.consignment.values == "central")


def basis(*, is_central: bool) -> str:
    """The sentence on expected or on central values."""
    if not is_central:
        return EXPECTED
    return (
        f"hours, USD and CO2e are central values ({Condition('central')}), which lie below the expected ones where "
        "delays lean to the long side; 8 of 10 draws lie within P10\u2013P90"
    )


def by_measure(route: Priced | None, by: str) -> tuple[float, float] | None:
    """The range of a route by a criterion, in its unit; None where no range is worked out for it."""
    name = MEASURES[by].field
    return route.interval(name) if route is not None and MEASURES[by].ranged else None


def bracketed(route: Priced | None, by: str) -> str:
    """' (P10–P90 282–545)' after a total; '' where no range is worked out for it."""
    ends = by_measure(route, by)
    return "" if ends is None else f" ({TITLE} {text(ends)})"


def text(ends: tuple[float, float] | None, digits: int = 0) -> str:
    """A range for people, '' for none.

    >>> text((282.4, 1544.7))
    '282\u20131,545'
    """
    return "" if ends is None else f"{ends[0]:,.{digits}f}\u2013{ends[1]:,.{digits}f}"
