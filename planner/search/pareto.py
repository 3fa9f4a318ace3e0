"""Exact Pareto sets: every route that is not beaten in all of two to four criteria at once.

Labels are set in lexicographic order, with the exact distances to the sink as lower bounds. Of routes that are equal in
every criterion one is kept. A limit of labels or of time that is reached is said, never silent.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata import records
from planner.network import Network
from planner.price import impedance, measures
from planner.reasons import Reason
from planner.request import RouteRequest
from planner.search import compiled as engine, pareto_kernel, states as states_
from planner.search.states import Graph, Ints, StateGraph

MAX_LABELS = 20_000_000
"""Labels after which a search stops: 2 GB of memory."""

MAX_SECONDS = 60.0
SEARCHED = ("co2e", "distance", "cost", "time")
"""The order in which criteria are searched, whatever the order they are asked in: labels come by the first of them, and
by time or cost they take up to three times as long (Kashgar-Mersin in all four, proposed lines: 7.2 s against 2.3)."""

BITS = 62
"""How many states can be watched for being touched twice."""

ROUND = 200_000
"""Labels between two looks at the clock."""


@dataclass(frozen=True)
class Front:
    """Paths (indices of steps) by the first criterion, their vectors, and how the search went.

    ``stopped`` is '' when the set is complete, else what stopped the search.
    """

    paths: list[NDArray[np.int32]]
    values: list[tuple[int, ...]]
    labels: int
    stopped: str = ""


def front(graph: Graph, costs: Sequence[Ints], *, epsilon: float = 0.0, bits: Ints | None = None) -> Front:
    """The Pareto set of a graph by some impedances (one array each, over the same steps).

    With ``epsilon`` above 0 only so many paths that each one of the whole set has one among them that is at most
    (1 + epsilon) times as much in every criterion. ``bits`` gives each state that a path might gain by touching twice,
    which it must not, a bit of its own (0 for all others). The search stops at MAX_LABELS or MAX_SECONDS, and says so.
    """
    began = time.monotonic()
    table = np.vstack(list(costs))
    bounds = np.vstack([engine.to_sink(graph, row)[0] for row in table])
    arrays = pareto_kernel.start(graph.size, graph.source, bounds)
    bits = np.zeros(graph.size, np.int64) if bits is None else bits
    used = waiting = 1 if bounds[0, graph.source] < engine.FAR else 0
    found: list[int] = []
    stopped = ""
    while waiting:
        arrays, used, waiting, arrived = pareto_kernel.search(
            graph.offsets,
            graph.targets,
            graph.departs,
            bits,
            table,
            bounds,
            graph.sink,
            1.0 + epsilon,
            ROUND,
            *arrays,
            used,
            waiting,
        )
        found += arrived.tolist()
        if waiting and used >= MAX_LABELS:
            stopped = f"{used:,} labels, the limit"
        elif waiting and time.monotonic() - began > MAX_SECONDS:
            stopped = f"{MAX_SECONDS:g} seconds, the limit"
        if stopped:
            break
    labels, _, _, steps, parents = arrays[:5]
    paths = []
    for label in found:
        path, at = [], label
        while parents[at] >= 0:
            path.append(steps[at])
            at = parents[at]
        paths.append(np.array(path[::-1], np.int32))
    values = [tuple(labels[label].tolist()) for label in found]
    return Front(paths, values, int(used), stopped)


@dataclass(frozen=True)
class ParetoSearch:
    """Routes as segments, how many labels it took, and what a reader must know: nothing when the set is complete."""

    segments: list[tuple[records.Segment, ...]]
    labels: int
    notes: list[Reason]


def routes(allowed: Network, request: RouteRequest) -> ParetoSearch:
    """The Pareto set of a request over the part of the network that it allows, by its criteria in their order.

    Which of equal routes is kept, and what ``epsilon`` leaves out, does not depend on that order.
    """
    made = states_.unfold(allowed, request.consignment)
    if request.origin not in made.start_of:
        return ParetoSearch([], 0, [])
    searched = sorted(request.pareto, key=[*SEARCHED, *measures.MEASURES].index)
    graphs = [made.question(by, request.origin, request.destination, request.via) for by in searched]
    graph, costs = graphs[0], [each.costs for each in graphs]
    bits, notes = _bits(made, graph, request)
    found = front(graph, costs, epsilon=request.epsilon, bits=bits)
    notes += [Reason("front_stopped", limit=found.stopped)] if found.stopped else []
    wanted = [searched.index(by) for by in request.pareto]
    ordered = sorted(zip(found.values, found.paths, strict=True), key=lambda pair: [pair[0][at] for at in wanted])
    paths = [straightened(made, graph, path) for _, path in ordered]
    return ParetoSearch([made.segments_of(path.tolist()) for path in paths], found.labels, notes)


def _bits(made: StateGraph, graph: Graph, request: RouteRequest) -> tuple[Ints, list[Reason]]:
    """A bit for each state of a place where a detour pays; a note when there are more of them than bits."""
    bits = np.zeros(graph.size, np.int64)
    places = sorted({place for by in request.pareto for place in _detours_pay(made, by)})
    size, stretches = len(made.offsets) - 1, len(request.via) + 1
    states = [state + at * size for place in places for state in made.arrivals[place] for at in range(stretches)]
    for number, state in enumerate(states[:BITS]):
        bits[state] = 1 << number
    if len(states) <= BITS:
        return bits, []
    return bits, [Reason("front_unwatched", places=len(places))]


def _detours_pay(made: StateGraph, by: str) -> list[str]:
    """Places where two hub operations are less than the one they amount to.

    There a route could gain by leaving a place and coming back to it; elsewhere the best routes never do.
    """
    measured = impedance.measure(by, made.consignment)
    cost = [measured(bundle) for bundle in made.bundles]
    found = []
    for node_id, here in made.arrivals.items():
        change = {}
        for state in here:
            for step in range(made.offsets[state], made.offsets[state + 1] - 1):
                change[(state, int(made.departs[step]))] = cost[made.hub[step]]
        if any(
            change[(a, c)] > change[(a, b)] + change[(b if c != a else d, c)]
            for a in here
            for b in here
            for c in here
            for d in here
            if b not in (a, c) and d != a
        ):
            found.append(node_id)
    return found


def straightened(made: StateGraph, graph: Graph, path: NDArray[np.int32]) -> NDArray[np.int32]:
    """The path without what leaves a place and comes back to it in the same mode and gauge.

    Where no two hub operations are less than the one they amount to, it takes no more in any criterion.
    """
    if graph.is_simple(path):
        return path
    steps = path.tolist()
    start = 0
    while start < len(steps):
        here = graph.source if start == 0 else int(graph.targets[steps[start - 1]])
        touched = {here, int(graph.departs[steps[start]])} - {graph.source}
        later = [
            at
            for at in range(start + 1, len(steps))
            if {int(graph.targets[steps[at - 1]]), int(graph.departs[steps[at]])} & touched
        ]
        if later:
            onward = steps[later[-1]]
            count = len(made.segment)
            row = range(graph.offsets[here], graph.offsets[here + 1])
            direct = next(
                step
                for step in row
                if graph.targets[step] == graph.targets[onward]
                and made.segment[step % count] == made.segment[onward % count]
            )
            steps[start : later[-1] + 1] = [direct]
        start += 1
    return np.array(steps, np.int32)
