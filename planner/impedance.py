"""Impedances as whole numbers, so that sums are exact, ties are real ties, and every engine orders routes alike.

The value of each link and each hub operation is rounded once, to a unit of 2**-30 (about 1e-9) hours, km, USD or kg
for one TEU; for USD and CO2e of heavier loads coarser in proportion. A route of 100 steps is thereby known to 1e-7 of
its unit (for each TEU), far below what any rate is known to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from geodata import errors
from planner.amounts import Amounts
from planner.consignment import Consignment
from planner.criteria import CRITERIA

FRACTION_BITS = 30
LIMIT = 2**61
"""The impedance of any path stays below this, so that none overflows 64 bits."""


def unit(criterion_id: str, consignment: Consignment) -> float:
    """What 1 stands for: a power of two that, for USD and CO2e, grows with the number of containers."""
    teu = consignment.teu if CRITERIA[criterion_id].grows_with_load else 1
    return 2.0 ** (math.ceil(math.log2(max(1, teu))) - FRACTION_BITS)


def measure(criterion_id: str, consignment: Consignment) -> Callable[[Iterable[Amounts]], int]:
    """The function that gives the impedance of some amounts, each rounded by itself."""
    value, scale = CRITERIA[criterion_id].value, 1.0 / unit(criterion_id, consignment)

    def impedance(parts: Iterable[Amounts]) -> int:
        return sum(round(value(part, consignment) * scale) for part in parts)

    return impedance


def refuse_overflow(total: float) -> None:
    """Raise DataError when impedances are so large that a sum of them could not be held."""
    if total >= LIMIT:
        raise errors.DataError(
            [errors.Problem("error", "too-large", "hours, USD or km of the network are too large to add up; look for a "
                            "rate or a length in a wrong unit", "rates.csv")]
        )  # fmt: skip
