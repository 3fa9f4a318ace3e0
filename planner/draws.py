"""Monte Carlo: the fastest route when the hours of every segment and every place are drawn.

Each segment has one factor a draw for its hours, each place one for all hub operations there, borders included:
lognormal, with the central value as the median, as wide as the low and high of the rates it rests on.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geodata import errors, records
from geodata.rates import Rates
from planner import engine, impedance, plan, scenario_kernels, unfolded
from planner.network import Network
from planner.quantiles import Z90
from planner.request import RouteRequest
from planner.sampling import SIGMA
from planner.unfolded import Graph, Indices, StateGraph

MAX_FACTORS = 250_000_000
"""So many factors are drawn at once at most: 1 GB."""

LOTS = 4
"""In so many lots each worker's share is cut, so that a slow one does not hold up the rest."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Factors:
    """What hours are multiplied by: ``values[draw, column]``, one for each of ``segments``, then each of ``places``."""

    segments: tuple[str, ...]
    places: tuple[str, ...]
    values: Floats


@dataclass(frozen=True)
class Draws:
    """``time_h[draw]`` (inf without a route) and ``route[draw]``, an index into ``routes`` (-1 without one).

    ``routes`` are the ids of the segments of each route that was the fastest in some draw, the most frequent first.
    """

    time_h: Floats
    route: NDArray[np.int64]
    routes: tuple[tuple[str, ...], ...]

    @property
    def share(self) -> list[float]:
        """In what share of all draws each route was the fastest."""
        return [float(np.count_nonzero(self.route == at)) / len(self.route) for at in range(len(self.routes))]


def sample(network: Network, request: RouteRequest, count: int, *, seed: int, spread: float = 1.0) -> Factors:
    """Factors for ``count`` draws; the same seed gives the same bytes. ``spread`` 0 gives ones.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Almaty", "Karachi")
    >>> float(sample(network, asked, 4, seed=1, spread=0).values.max())
    1.0
    """
    if count < 1:
        raise errors.RequestError(f"draws must be at least 1, not {count}")
    if not isinstance(seed, int) or seed < 0:
        raise errors.RequestError(f"seed must be a whole number of 0 or more, not {seed!r}")
    if not 0 <= spread < math.inf:
        raise errors.RequestError(f"spread must be 0 or more, not {spread}")
    made = unfolded.of(plan.permitted(network, request), request.consignment)
    segments = tuple(item.id for item in made.segments)
    places = tuple(sorted({node_id for node_id, _ in made.states}))
    wide = _Widths(made.network)
    sigma = [wide.of_segment(item) for item in made.segments] + [wide.of_place(place) for place in places]
    if count * len(sigma) > MAX_FACTORS:
        raise errors.RequestError(
            f"{count:,} draws of {len(sigma):,} segments and places do not fit into memory; draw at most "
            f"{MAX_FACTORS // len(sigma):,} at once, each lot with a seed of its own"
        )
    generator = np.random.default_rng(seed)
    values = generator.standard_normal((count, len(sigma)), dtype=np.float32)
    values *= np.array(sigma, np.float32) * np.float32(spread)
    np.exp(values, out=values)
    return Factors(segments, places, values)


def search(network: Network, request: RouteRequest, factors: Factors) -> Draws:
    """The fastest route of each draw. ``request.by`` must be time; via nodes are passed in order.

    ``factors`` must be of the same request (its filters at least).
    """
    if request.by != "time":
        raise errors.RequestError(f"only hours are drawn; ask by time, not by {request.by}")
    made = unfolded.of(plan.permitted(network, request), request.consignment)
    count = len(factors.values)
    time_h, numbers = np.full(count, np.inf, np.float32), np.zeros(count, np.uint64)
    if request.origin not in made.start_of:
        return Draws(time_h, np.full(count, -1), ())
    graph = made.question("time", request.origin, request.destination, request.via)
    lost = {item.id for item in made.segments} - set(factors.segments)
    if lost or set(made.places) - set(factors.places):
        raise errors.RequestError(
            f"the factors are not of this request: none for {min(lost, default='some places')}; sample them with it"
        )
    problem = _Problem.of(made, graph, factors)
    workers = min(os.cpu_count() or 1, max(1, count // 256))
    parts = np.array_split(np.arange(count), LOTS * workers if workers > 1 else 1)
    with ThreadPoolExecutor(workers) as pool:
        for part, (hours, found) in zip(parts, pool.map(problem.search, parts), strict=True):
            time_h[part], numbers[part] = hours, found
    reached = np.flatnonzero(np.isfinite(time_h))
    _, first, which = np.unique(numbers[reached], return_index=True, return_inverse=True)
    number_of: dict[tuple[str, ...], int] = {}
    route, of_kind = np.full(count, -1, np.int64), np.full(len(first), -1, np.int64)
    trails = problem.trails(reached[first])
    for kind, (steps, simple) in enumerate(zip(trails, graph.are_simple(trails).tolist(), strict=True)):
        if simple:
            number = number_of.setdefault(made.ids_of(steps[steps >= 0]), len(number_of))
            of_kind[kind] = number
            continue
        for at in reached[which == kind].tolist():  # it gains by coming back to a place, which no route may do
            time_h[at], exact = problem.exactly(at)
            route[at] = number_of.setdefault(made.ids_of(exact), len(number_of))
    settled = route[reached] < 0
    route[reached[settled]] = of_kind[which[settled]]
    numbered, first, frequency = np.unique(route[reached], return_index=True, return_counts=True)
    ranked = np.lexsort((first, -frequency))
    rank = np.empty(len(number_of), np.int64)
    rank[numbered[ranked]] = np.arange(len(ranked))
    route[reached] = rank[route[reached]]
    ids = list(number_of)
    return Draws(time_h, route, tuple(ids[number] for number in numbered[ranked]))


@dataclass(frozen=True)
class _Problem:
    """The usable steps in the order of their distance from the source, and the parts of their hours."""

    graph: Graph
    steps: NDArray[np.int64]
    order: NDArray[np.int32]
    rows: NDArray[np.int64]
    starts: NDArray[np.int32]
    targets: NDArray[np.int32]
    part_offsets: NDArray[np.int64]
    kinds: NDArray[np.int64]
    base: Floats
    factors: Floats

    @classmethod
    def of(cls, made: StateGraph, graph: Graph, factors: Factors) -> _Problem:
        reach, bound = engine.from_source(graph)[0], engine.to_sink(graph)[0]
        starts = np.repeat(np.arange(graph.size, dtype=np.int32), np.diff(graph.offsets))
        usable = (graph.costs < engine.FAR) & (reach[starts] < engine.FAR) & (bound[graph.targets] < engine.FAR)
        steps = np.flatnonzero(usable)
        steps = steps[np.lexsort((steps, reach[starts[steps]]))]
        row_of_segment = {key: at for at, key in enumerate(factors.segments)}
        row_of_place = {key: len(factors.segments) + at for at, key in enumerate(factors.places)}
        own = steps % len(made.segment)  # of a graph in stretches, the step that this one is a copy of
        number = made.segment[own]
        hours = np.zeros((len(steps), 3), np.float32)  # of the hub operations before a step, its link, its border
        rows = np.zeros((len(steps), 3), np.int64)
        hours_of_bundle = np.array([sum(part.time_h for part in bundle) for bundle in made.bundles])
        hours[:, 0], hours[:, 2] = hours_of_bundle[made.hub[own]], hours_of_bundle[made.border[own]]
        hours[:, 1] = np.array([*(link.time_h for link in made.links), 0.0])[number]  # the step into the sink has none
        places, size = made.places, len(made.offsets) - 1
        place_rows = np.array([row_of_place[place] for place in places] + [0])
        rows[:, 0] = place_rows[starts[steps] % size]
        rows[:, 1] = np.array([*(row_of_segment[item.id] for item in made.segments), 0])[number]
        for at in np.flatnonzero(hours[:, 2]).tolist():
            post = _post(made, made.segments[number[at]], places[int(starts[steps[at]]) % size])
            rows[at, 2] = row_of_place[post]
        counts = hours != 0
        offsets = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
        starts = starts[steps]
        first = np.flatnonzero(np.diff(starts, prepend=-1))
        return cls(graph, steps, starts[first], np.append(first, len(steps)), starts, graph.targets[steps],
                   offsets, rows[counts], hours[counts], factors.values)  # fmt: skip

    def search(self, columns: NDArray[np.int64]) -> tuple[Floats, NDArray[np.uint64]]:
        """Hours, and a number for its path, of each draw."""
        return self._run(columns, np.empty((0, 0), np.int32))

    def trails(self, columns: NDArray[np.int64]) -> Indices:
        """The steps of the path of each draw in order of travel, a row each, -1 behind their end."""
        trails = np.full((len(columns), self.graph.size), -1, np.int32)
        self._run(columns, trails)
        lengths = (trails >= 0).sum(axis=1)
        longest = int(lengths.max(initial=0))
        turned = lengths[:, None] - 1 - np.arange(longest)
        steps = self.steps[np.take_along_axis(trails, np.maximum(turned, 0), axis=1)]
        return np.where(turned >= 0, steps, -1).astype(np.int32)

    def exactly(self, draw: int) -> tuple[float, Indices]:
        """Hours and steps of the best simple path of one draw."""
        drawn = np.append(self.base * self.factors[draw, self.kinds], np.float32(0))
        hours = np.add.reduceat(drawn, self.part_offsets[:-1])
        hours[self.part_offsets[:-1] == self.part_offsets[1:]] = 0  # a step without parts takes nothing
        costs = np.full(len(self.graph.costs), unfolded.CLOSED, np.int64)
        costs[self.steps] = np.round(hours.astype(np.float64) * 10.0**impedance.DIGITS).astype(np.int64)
        found = engine.paths(replace(self.graph, costs=costs), 1)
        if not found:  # cannot be: the draw has a way, and what is cut from it is a detour
            raise AssertionError(f"draw {draw} has a way, but no simple one")
        return found[0][0] / 10.0**impedance.DIGITS, found[0][1]

    def _run(self, columns: NDArray[np.int64], trails: NDArray[np.int32]) -> tuple[Floats, NDArray[np.uint64]]:
        hours, numbers = np.empty(len(columns), np.float32), np.empty(len(columns), np.uint64)
        scenario_kernels.draws(
            self.order, self.rows, self.starts, self.targets, self.part_offsets, self.kinds, self.base, self.factors,
            columns, self.graph.size, self.graph.source, self.graph.sink,
            scenario_kernels.LOOKS * len(self.order), hours, numbers, trails,
        )  # fmt: skip
        return hours, numbers


def _post(made: StateGraph, segment: records.Segment, here: str) -> str:
    """Where a border on a segment is crossed: the end that is a border post, else where it is entered from."""
    ends = (here, segment.other_end(here))
    return next((end for end in ends if made.network.nodes[end].kind == "border"), here)


@dataclass(eq=False)
class _Widths:
    """How widely hours of segments and places are drawn: standard deviations of their logarithm."""

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


def _sigma(found: Iterable[records.Rate]) -> float:
    """The mean spread of the logarithm of some rates; 0 for none."""
    spreads = [
        math.log(rate.high / rate.low) / (2 * Z90) if rate.low and rate.high else SIGMA[rate.confidence]
        for rate in found
        if rate.central > 0
    ]
    return sum(spreads) / len(spreads) if spreads else 0.0
