"""What a part of a route takes: km, hours, USD, kg CO2e, and how much of it rests on low-confidence facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amounts:
    """Additive quantities of a link or a hub operation, for the whole consignment.

    ``low_km``, ``low_h``, ``low_usd`` are the parts of the first three that rest on facts marked low.
    """

    distance_km: float = 0.0
    time_h: float = 0.0
    cost_usd: float = 0.0
    co2e_kg: float = 0.0
    low_km: float = 0.0
    low_h: float = 0.0
    low_usd: float = 0.0


def total(parts: Iterable[Amounts]) -> Amounts:
    """The sum of the parts, added in their order.

    >>> total([Amounts(distance_km=1.0, time_h=2.0), Amounts(time_h=3.0)]).time_h
    5.0
    """
    km = hours = usd = co2e = low_km = low_h = low_usd = 0.0
    for part in parts:
        km += part.distance_km
        hours += part.time_h
        usd += part.cost_usd
        co2e += part.co2e_kg
        low_km += part.low_km
        low_h += part.low_h
        low_usd += part.low_usd
    return Amounts(km, hours, usd, co2e, low_km, low_h, low_usd)
