"""What is carried: tonnes, containers, cargo and its value of time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata import errors
from geodata.catalog import Catalog
from planner.price import estimates
from planner.price.estimates import Values

MAX_TONNES = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Consignment:
    """A load in whole containers. ``teu`` is the number of 20-foot units, ``value_of_time`` USD per tonne and hour.

    ``values`` says which figure of each rate its hours, USD and CO2e are worked out with (``planner.price.estimates``).
    """

    cargo: str
    tonnes: float
    teu: int
    value_of_time_usd_per_t_h: float
    carbon_price_usd_per_t: float
    values: Values = "expected"

    @classmethod
    def of(
        cls, catalog: Catalog, *, cargo: str = "general", tonnes: float | None = None, values: Values = "expected"
    ) -> Consignment:
        """A consignment of ``tonnes`` (default: one full TEU) of a cargo that the rates know.

        The number of TEU is the tonnes over the net load of a TEU, rounded up: 25 t take two.
        """
        rates = estimates.rates(catalog, values)
        cargoes = rates.subjects("value_of_time_usd_per_t_h")
        if cargo not in cargoes:
            raise errors.UnknownNameError("cargo", cargo, detail=f"known: {', '.join(cargoes)}")
        load_t = rates.get("net_load_t_per_teu", "container").rate.central
        weight_t = load_t if tonnes is None else tonnes
        if not (0 < weight_t <= MAX_TONNES):
            raise errors.RequestError(f"tonnes must lie above 0 and at most {MAX_TONNES:,.0f}, not {weight_t}")
        return cls(
            cargo=cargo,
            tonnes=float(weight_t),
            teu=math.ceil(weight_t / load_t),
            value_of_time_usd_per_t_h=rates.get("value_of_time_usd_per_t_h", cargo).value,
            carbon_price_usd_per_t=rates.get("carbon_price_usd_per_t", "co2e").value,
            values=values,
        )

    def read_as(self, catalog: Catalog, values: Values) -> Consignment:
        """The same load, worked out with other figures of the rates."""
        if values == self.values:
            return self
        return Consignment.of(catalog, cargo=self.cargo, tonnes=self.tonnes, values=values)
