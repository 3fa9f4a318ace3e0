"""How far hours can lie from their central value: by segment, by place, and along a route.

Each segment has one factor for its hours, each place one for all hub operations there, borders included: lognormal,
with the central value as the median. How wide it is follows from low and high of the rates it rests on, taken as the
10th and 90th percentile; a rate that states none is as wide as its confidence says (SIGMA, own assumption).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from geodata import records
from geodata.rates import Rates
from planner.network import Network
from planner.route import Route

Z90 = 1.2815515655446004
"""The 90th percentile of the standard normal distribution."""

SIGMA = {"high": 0.10, "medium": 0.20, "low": 0.35}
"""The spread (of the logarithm) of a rate that states no low and high, by its confidence. Our assumption."""

BAND = (10.0, 90.0)
"""The percentiles of a band."""


@dataclass(eq=False)
class Spread:
    """The spreads of one network, as standard deviations of the logarithm of hours."""

    network: Network

    @property
    def _rates(self) -> Rates:
        return self.network.catalog.rates

    @cached_property
    def _segments_at(self) -> dict[str, list[records.Segment]]:
        found: dict[str, list[records.Segment]] = {}
        for item in self.network.segments.values():
            found.setdefault(item.from_node, []).append(item)
            found.setdefault(item.to_node, []).append(item)
        return found

    def of_segment(self, segment: records.Segment) -> float:
        fixed = self._rates.find("time_h", segment.mode, segment.facts_id)
        if fixed is not None:
            return _sigma([fixed.rate])
        scopes = [(segment.facts_id, area) if area != "sea" else (segment.facts_id,) for area in segment.country_km]
        return _sigma(self._rates.get("speed_km_per_h", segment.mode, *scope).rate for scope in scopes)

    def of_place(self, place: str) -> float:
        """By the rates of the hours that can pass at a place: changes, ports, borders."""
        here = self._segments_at.get(place, [])
        found = [
            self._rates.find(quantity, subject, place)
            for quantity, subjects in self._subjects(here).items()
            for subject in subjects
        ]
        for item in here:
            if item.crossing is not None and self.network.catalog.modes[item.mode].area == "land":
                one, other = item.crossing
                found.append(self._rates.find("border_h", item.mode, item.facts_id, f"{one}-{other}", f"{other}-{one}"))
        return _sigma(fact.rate for fact in found if fact is not None)

    def _subjects(self, here: Iterable[records.Segment]) -> dict[str, list[str]]:
        """Quantity -> the subjects under which it can matter at a place, by what meets there."""
        table = self.network.catalog.modes
        modes = sorted({item.mode for item in here})
        gauges = sorted({item.gauge_mm for item in here if item.gauge_mm})
        terminals = {table[mode].terminal for mode in modes}
        land = [mode for mode in modes if table[mode].terminal == "land"]
        return {
            "transshipment_h": [f"{one}-{other}" for one in land for other in land if one < other],
            "gauge_h": [f"{one}-{other}" for one in gauges for other in gauges if one < other],
            "port_h": ["port"] if "port" in terminals else [],
            "airport_h": ["airport"] if "airport" in terminals else [],
            "wait_h": modes,
        }


def of(network: Network) -> Spread:
    """The spreads of a network, kept as long as it."""
    if "spread" not in network.kept:
        network.kept["spread"] = Spread(network)
    found: Spread = network.kept["spread"]
    return found


def band(network: Network, route: Route, *, count: int = 2000, seed: int = 1) -> list[tuple[float, float]]:
    """P10 and P90 of the hours passed at each point of ``profile.points(route)``.

    The route stays the same in every draw: this is the spread of its own hours, not of the best choice.

    >>> import corridors
    >>> network = corridors.load()
    >>> low, high = band(network, corridors.plan(network, "Almaty", "Tashkent")[0])[-1]
    >>> low < high
    True
    """
    import numpy as np

    spread = of(network)
    generator = np.random.default_rng(seed)
    steps = route.steps
    column: dict[str, int] = {}
    sigma: list[float] = []
    which = []
    for step in steps:
        key = f"segment {step.segment.id}" if step.segment else f"place {step.start}"
        if key not in column:
            column[key] = len(sigma)
            sigma.append(spread.of_segment(step.segment) if step.segment else spread.of_place(step.start))
        which.append(column[key])
    factors = np.exp(generator.standard_normal((count, len(sigma))) * np.array(sigma))
    hours = np.cumsum(factors[:, which] * np.array([step.amounts.time_h for step in steps]), axis=1)
    low, high = np.percentile(hours, BAND, axis=0)
    return [(0.0, 0.0), *zip(low.tolist(), high.tolist(), strict=True)]


def of_rate(rate: records.Rate) -> float:
    """The spread of one rate, as the standard deviation of its logarithm; 0 for a rate of 0."""
    return _sigma([rate])


def _sigma(found: Iterable[records.Rate]) -> float:
    """The mean spread of the logarithm of some rates; 0 for none."""
    spreads = [
        math.log(rate.high / rate.low) / (2 * Z90) if rate.low and rate.high else SIGMA[rate.confidence]
        for rate in found
        if rate.central > 0
    ]
    return sum(spreads) / len(spreads) if spreads else 0.0
