"""What routes are compared by. One entry of CRITERIA each; all are additive and never negative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.price.amounts import Amounts
from planner.price.consignment import Consignment


@dataclass(frozen=True, slots=True)
class Criterion:
    """A name for the command line, the field in answers, its unit, and its value of some amounts.

    ``grows_with_load`` is False for what a heavier load does not make more of.
    """

    id: str
    field: str
    title: str
    unit: str
    value: Callable[[Amounts, Consignment], float]
    grows_with_load: bool = True


def generalized_usd(amounts: Amounts, consignment: Consignment) -> float:
    """Out-of-pocket cost, plus the cargo's value of time, plus the price of carbon; USD for the consignment."""
    return (
        amounts.cost_usd
        + consignment.value_of_time_usd_per_t_h * consignment.tonnes * amounts.time_h
        + consignment.carbon_price_usd_per_t * amounts.co2e_kg / 1000.0
    )


CRITERIA: dict[str, Criterion] = {
    row.id: row
    for row in (
        Criterion("distance", "distance_km", "distance", "km", lambda amounts, _: amounts.distance_km, False),
        Criterion("time", "time_h", "time", "h", lambda amounts, _: amounts.time_h, False),
        Criterion("cost", "cost_usd", "cost", "USD", lambda amounts, _: amounts.cost_usd),
        Criterion("co2e", "co2e_kg", "CO2e", "kg", lambda amounts, _: amounts.co2e_kg),
        Criterion("generalized", "generalized_usd", "generalized cost", "USD", generalized_usd),
    )
}
