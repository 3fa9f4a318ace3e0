"""Monte Carlo: the fastest route when the rates behind all hours are drawn, by the one sampler (``price.sampling``).

In each draw the hours of a segment, of the hub operations before it and of its border have a factor: those with all
rates drawn over the usual ones. A rate is one draw wherever it is read. So the hours of a route are those that
``planner.uncertainty.formulas`` gives it for the same draws of its rates, and their mean is its expected hours.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geodata import errors
from planner import (
    allowed,
)
from planner.network import Network
from planner.price import (
    estimates,
    impedance,
    sampling,
)
from planner.price.estimates import Values
from planner.request import RouteRequest
from planner.search import (
    compiled as engine,
)
from planner.search import (
    hour_columns,
    scenario_kernels,
    unfolded,
)
from planner.search.unfolded import Graph, Indices, StateGraph

MAX_FACTORS = 250_000_000
"""So many factors are drawn at once at most: 1 GB."""

LOTS = 4
"""In so many lots each worker's share is cut, so that a slow one does not hold up the rest."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Factors:
    """What hours are multiplied by: ``values[draw, column]``, one for each of ``segments``, then of ``operations``.

    Hub operations, borders among them, are told apart by the rates that their hours are the sum of; those that take no
    time have no factor. ``usual`` says which hours are multiplied: expected or central ones.
    """

    segments: tuple[str, ...]
    operations: tuple[hour_columns.Hours, ...]
    values: Floats
    usual: Values


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
    """Factors for ``count`` draws (200,000 at most); the same seed gives the same bytes.

    ``spread`` scales how far rates lie from their central figures, as in ``sampling.sample``; 0 gives central hours.
    Raises RequestError for a count, seed or spread that cannot be drawn, or what does not fit into memory.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Almaty", "Karachi", central=True)
    >>> round(float(sample(network, asked, 4, seed=1, spread=0).values.max()), 6)
    1.0
    """
    made = unfolded.of(allowed.permitted(network, request), request.consignment)
    reading = estimates.READINGS[request.consignment.values]
    columns = hour_columns.of(made)
    taking = hour_columns.usual_h(columns, columns.operations, reading) > 0
    formulas = (*columns.links, *itertools.compress(columns.operations, taking))
    if count * len(formulas) > MAX_FACTORS:
        most = min(MAX_FACTORS // len(formulas), sampling.MAX_DRAWS)
        raise errors.RequestError(
            f"{count:,} draws of {len(formulas):,} segments and hub operations do not fit into memory; draw at most "
            f"{most:,} at once, each lot with a seed of its own"
        )
    sampling.check(count, seed, spread)
    values = hour_columns.factors(network.catalog, columns, formulas, count, seed=seed, spread=spread, reading=reading)
    segments = tuple(item.id for item in made.segments)
    operations = tuple(itertools.compress(columns.keys, taking))
    return Factors(segments, operations, values, request.consignment.values)


def search(network: Network, request: RouteRequest, factors: Factors) -> Draws:
    """The fastest route of each draw. ``request.by`` must be time; via nodes are passed in order.

    ``factors`` must be of the same request (its filters at least).
    """
    if request.by != "time":
        raise errors.RequestError(f"only hours are drawn; ask by time, not by {request.by}")
    made = unfolded.of(allowed.permitted(network, request), request.consignment)
    count = len(factors.values)
    time_h, numbers = np.full(count, np.inf, np.float32), np.zeros(count, np.uint64)
    if request.origin not in made.start_of:
        return Draws(time_h, np.full(count, -1), ())
    graph = made.question("time", request.origin, request.destination, request.via)
    if factors.usual != request.consignment.values:
        raise errors.RequestError(
            f"the factors are for {factors.usual} hours, the request is for {request.consignment.values} ones; "
            "sample them with it"
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
        own = steps % len(made.segment)  # of a graph in stretches, the step that this one is a copy of
        number = made.segment[own]
        hours = np.zeros((len(steps), 3), np.float32)  # of the hub operations before a step, its link, its border
        hours_of_bundle = np.array([sum(part.time_h for part in bundle) for bundle in made.bundles])
        hours[:, 0], hours[:, 2] = hours_of_bundle[made.hub[own]], hours_of_bundle[made.border[own]]
        hours[:, 1] = np.array([*(link.time_h for link in made.links), 0.0])[number]  # the step into the sink has none
        of_segment, of_operations = _rows(made, factors)
        columns = hour_columns.of(made)
        rows = np.stack([of_operations[columns.hub[own]], of_segment[number], of_operations[columns.border[own]]], 1)
        counts = hours != 0
        offsets = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
        starts = starts[steps]
        first = np.flatnonzero(np.diff(starts, prepend=-1))
        return cls(
            graph,
            steps,
            starts[first],
            np.append(first, len(steps)),
            starts,
            graph.targets[steps],
            offsets,
            rows[counts],
            hours[counts],
            factors.values,
        )

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
            self.order,
            self.rows,
            self.starts,
            self.targets,
            self.part_offsets,
            self.kinds,
            self.base,
            self.factors,
            columns,
            self.graph.size,
            self.graph.source,
            self.graph.sink,
            scenario_kernels.LOOKS * len(self.order),
            hours,
            numbers,
            trails,
        )
        return hours, numbers


def _rows(made: StateGraph, factors: Factors) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The column of the factors for each segment, and for each kind of operations; the last one is for none."""
    row_of_segment = {key: at for at, key in enumerate(factors.segments)}
    lost = [item.id for item in made.segments if item.id not in row_of_segment]
    columns = hour_columns.of(made)
    row_of_operations = {key: len(factors.segments) + at for at, key in enumerate(factors.operations)}
    usual = hour_columns.usual_h(columns, columns.operations, estimates.READINGS[factors.usual])
    unknown = [key for key, hours in zip(columns.keys, usual, strict=True) if hours and key not in row_of_operations]
    if lost or unknown:
        raise errors.RequestError(
            f"the factors are not of this request: none for {min(lost, default='some hub operations')}; "
            "sample them with it"
        )
    of_segment = [row_of_segment[item.id] for item in made.segments]
    of_operations = [row_of_operations.get(key, 0) for key in columns.keys]  # what takes no time is not multiplied
    return np.array([*of_segment, 0]), np.array([*of_operations, 0])
