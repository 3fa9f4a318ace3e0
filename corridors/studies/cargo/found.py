"""What the study of trade and cargo found, how its things are called, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corridors.studies.evidence.results import Result
from geodata import records
from planner.carriage import Carried, Line, Vehicles, preference
from planner.comparison import Comparison
from planner.network import Network
from planner.price.route import Route
from planner.years import openings

EQUAL = "; equal shares, since the real mix is not known"


@dataclass(frozen=True)
class Commodity:
    """A cargo with its value of time (USD per tonne and hour, the figure of ``rate`` that totals are worked out with),
    the value of a tonne and its share of the trade by value.
    """

    id: str
    rate: records.Rate
    value_of_time: float
    usd_per_t: float
    share: float

    @property
    def low(self) -> float:
        """The least value of time, the usual one where no other is known."""
        return self.value_of_time if self.rate.low is None else self.rate.low

    @property
    def high(self) -> float:
        return self.value_of_time if self.rate.high is None else self.rate.high


@dataclass(frozen=True)
class CargoStudy:
    """``lines`` and ``flows`` are by the ids of the comparison's entries; ``figures`` the parameters that were used."""

    network: Network
    comparison: Comparison
    commodities: tuple[Commodity, ...]
    lines: tuple[Line, ...]
    vehicles: Vehicles
    flows: Mapping[str, tuple[Carried, ...]]
    figures: tuple[records.Parameter, ...]
    is_equal_mix: bool
    evidence: tuple[Result, ...]

    @cached_property
    def unbuilt_km(self) -> dict[str, float]:
        """The km of each route that do not run today, or in the year of the question."""
        year = self.comparison.request.as_of
        return {entry.id: openings.unbuilt_km(self.network, entry.route, year) for entry in self.comparison}

    @property
    def built(self) -> tuple[Line, ...]:
        """The lines of the routes that are built throughout."""
        return tuple(line for line in self.lines if not self.unbuilt_km[line.id])

    @cached_property
    def routes(self) -> dict[str, Route]:
        """The routes by id."""
        return {entry.id: entry.route for entry in self.comparison}

    def preferred(self, commodity: Commodity, lines: tuple[Line, ...]) -> dict[str, Any] | None:
        found = preference(lines, commodity.value_of_time)
        if found is None:
            return None
        at = commodity.value_of_time
        ends = [preference(lines, end) for end in (commodity.low, commodity.high)]
        return {
            "preferred": found.best.id,
            "generalized_usd_per_t": found.best.at(at),
            "unbuilt_km": self.unbuilt_km[found.best.id],
            "runner_up": found.second.id if found.second else None,
            "lead_usd_per_t": found.second.at(at) - found.best.at(at) if found.second else None,
            "tie_with_runner_up_usd_per_t_h": found.tie_usd_per_t_h,
            "preferred_from_usd_per_t_h": found.low_usd_per_t_h,
            "preferred_to_usd_per_t_h": found.high_usd_per_t_h,
            "best_below": found.below.id if found.below else None,
            "best_above": found.above.id if found.above else None,
            "preferred_at_low_and_high": [row.best.id if row else None for row in ends],
        }

    def freight(self, key: str) -> float:
        """Out-of-pocket USD a tonne."""
        route = next(entry.route for entry in self.comparison if entry.id == key)
        return route.cost_usd / route.consignment.tonnes

    def marked_id(self, key: str | None) -> str:
        """An id, with a word where not all of it is built."""
        return "none" if key is None else f"{key} (unbuilt)" if self.unbuilt_km[key] else key

    def ends(self) -> str:
        asked, names = self.comparison.request, self.network.nodes
        return f"{names[asked.origin].name} to {names[asked.destination].name}"

    def used(self) -> list[str]:
        """The routes that some commodity prefers, of all or of the built, in the order of the comparison."""
        used = {
            found["preferred"]
            for row in self.commodities
            for lines in (self.lines, self.built)
            if (found := self.preferred(row, lines)) is not None
        }
        return [key for key in self.routes if key in used]

    def assumptions(self) -> tuple[str, ...]:
        """What the answer rests on, in words."""
        mix = ", ".join(f"{row.id} {100 * row.share:.3g} %" for row in self.commodities)
        vehicles = self.vehicles
        said = [
            f"the trade by value: {mix}{EQUAL if self.is_equal_mix else ''}",
            "all of a year's value goes from the first place to the second; trade figures count both directions",
            f"every cargo is loaded with {vehicles.load_t_per_teu:.10g} t a TEU, no two share one, and a year's TEU "
            "are whole; USD and CO2e of a year are those of a TEU times the TEU, without discounts for volume or "
            "delays by crowding. Light cargo (pharmaceuticals) fills a box before that and takes more TEU",
            f"a train has {vehicles.wagons_per_train:.10g} wagons of {vehicles.teu_per_wagon:.10g} TEU, a truck "
            f"{vehicles.t_per_truck:.10g} t; trains are counted where a rail leg is, trucks where a road leg is; a "
            "year has 365 equal days",
            "shares of capacity are those of the loaded way alone, as if nothing else ran: trains and trucks back, "
            "weight of boxes and today's traffic come on top; of a pair of trains each way takes one",
            "a row of observed flow or throughput is no capacity and is shown apart",
            "generalized cost is money + value of time x hours + price of carbon. The best for each commodity is among "
            "the routes; at other values of time, its low and high among them, another route may beat them all",
        ]
        if self.comparison.request.as_of is not None:
            said.append(f"built: what runs in {self.comparison.request.as_of} by central opening years")
        if any(row.name.startswith("trade.kaz_pak.") for row in self.figures):
            said.append("the yearly values are the trade of Kazakhstan and Pakistan, whatever the two places are")
        for row in self.figures:
            ends = "" if row.low is None or row.high is None else f" ({row.low:,.10g}-{row.high:,.10g})"
            note = f"; {row.note}" if row.note else ""
            said.append(
                f"{row.name}: {row.central:,.10g}{ends} {row.unit}, {row.scope}; confidence {row.confidence}{note}"
            )
        said += [
            f"value of time of {row.id}: {row.low:.10g}-{row.high:.10g} USD/t-h; confidence {row.rate.confidence}"
            for row in self.commodities
        ]
        said += [f"left out {left.corridor}: {left.reason}" for left in self.comparison.left_out]
        return (*said, *self.comparison.notes)
