"""Impedances as whole numbers, so that sums are exact, ties are real ties, and every engine orders routes alike.

The value of each link and each hub operation is rounded once, to a unit of 1e-9 hours, km, USD or kg for one TEU; for
USD and CO2e of heavier loads coarser, by powers of ten. Decimal units, since lengths and tariffs are decimal: 1,116 km
in parts add up to 1,116 km. A route of 100 steps is thereby known to 1e-7 of its unit (for each TEU), far below what
any rate is known to; ``amount`` gives it back to six digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from geodata import errors
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES

DIGITS = 9
"""Decimal digits of what impedances count, for one TEU."""

KNOWN_DIGITS = 6
"""To so many digits a sum of them is known, for one TEU."""

LIMIT = 2**61
"""The impedance of any path stays below this, so that none overflows 64 bits."""


def scale(criterion_id: str, consignment: Consignment) -> float:
    """How many whole units make 1 h, km, USD or kg: a power of ten that, for USD and CO2e, falls with the load."""
    return 10.0 ** (DIGITS - _coarser(criterion_id, consignment))


def unit(criterion_id: str, consignment: Consignment) -> float:
    """What 1 stands for; to divide by ``scale`` is exacter than to multiply by it."""
    return 1.0 / scale(criterion_id, consignment)


def amount(units: int, criterion_id: str, consignment: Consignment) -> float:
    """The h, km, USD or kg of so many units, to the digits they are known to.

    >>> from geodata import catalog
    >>> amount(1_116_000_000_002, "distance", Consignment.of(catalog.load()))
    1116.0
    """
    digits = KNOWN_DIGITS - _coarser(criterion_id, consignment)
    return round(units / scale(criterion_id, consignment), digits)


def _coarser(criterion_id: str, consignment: Consignment) -> int:
    """By how many powers of ten the unit is larger than for one TEU."""
    teu = consignment.teu if MEASURES[criterion_id].grows_with_load else 1
    return math.ceil(math.log10(max(1, teu)))


def measure(criterion_id: str, consignment: Consignment) -> Callable[[Iterable[Amounts]], int]:
    """The function that gives the impedance of some amounts, each rounded by itself."""
    value, units = MEASURES[criterion_id].value, scale(criterion_id, consignment)

    def impedance(parts: Iterable[Amounts]) -> int:
        return sum(round(value(part, consignment) * units) for part in parts)

    return impedance


def refuse_overflow(total: float) -> None:
    """Raise DataError when impedances are so large that a sum of them could not be held."""
    if total >= LIMIT:
        raise errors.DataError(
            [
                errors.Problem(
                    "error",
                    "too-large",
                    "hours, USD or km of the network are too large to add up; look for a "
                    "rate or a length in a wrong unit",
                    "rates.csv",
                )
            ]
        )
