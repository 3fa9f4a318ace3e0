"""What a part of a route takes: km, hours, USD, kg CO2e, and how much of it rests on low-confidence facts."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Amounts:
    """Additive quantities of a link or a hub operation, for the whole consignment.

    ``low_km``, ``low_h``, ``low_usd`` are the parts of the first three that rest on facts marked low. ``more`` has the
    id and the value of each further measure that is priced by itself (``planner.price.measures``).
    """

    distance_km: float = 0.0
    time_h: float = 0.0
    cost_usd: float = 0.0
    co2e_kg: float = 0.0
    low_km: float = 0.0
    low_h: float = 0.0
    low_usd: float = 0.0
    more: tuple[tuple[str, float], ...] = ()


def total(parts: Iterable[Amounts]) -> Amounts:
    """The sum of the parts, rounded once: 0.1 km ten times is 1 km.

    >>> total([Amounts(distance_km=0.1)] * 10).distance_km
    1.0
    """
    listed = list(parts)
    columns = zip(*(_values(part) for part in listed), strict=True)
    further: dict[str, list[float]] = {}
    for key, value in itertools.chain.from_iterable(part.more for part in listed):
        further.setdefault(key, []).append(value)
    more = tuple((key, _sum(tuple(found))) for key, found in further.items())
    found = Amounts(*map(_sum, columns))
    return replace(found, more=more) if more else found


def _sum(values: tuple[Any, ...]) -> Any:
    """Of numbers to the last digit; draws (arrays) and formulas, which fsum refuses, are added one after the other."""
    try:
        return math.fsum(values)
    except TypeError:
        return sum(values, 0.0)


_values = operator.attrgetter("distance_km", "time_h", "cost_usd", "co2e_kg", "low_km", "low_h", "low_usd")
