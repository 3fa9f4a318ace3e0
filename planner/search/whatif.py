"""What if a segment closes, or one is added: a thousand scenarios in one call.

The trees of the best routes from the origin and to the destination are made once. A closure off the best route changes
nothing and costs nothing; one on it is searched for with the distances to the destination as lower bounds; a segment
that is added can only join the two trees.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata import errors, records
from planner import allowed
from planner.network import Network
from planner.price import impedance, links, pricing
from planner.price.hubs import Carriage, HubOperation
from planner.request import RouteRequest
from planner.search import compiled as engine, scenario_kernels, states
from planner.search.states import Graph, StateGraph


@dataclass(frozen=True, slots=True)
class Scenario:
    """What changes: ids of segments that close, and segments that are added."""

    name: str
    close: tuple[str, ...] = ()
    add: tuple[records.Segment, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The best value of the request's criterion in a scenario; infinite when nothing joins the places any more.

    ``segment_ids`` is the best route in the scenario, () when there is none.
    """

    scenario: Scenario
    value: float
    change: float
    segment_ids: tuple[str, ...]

    @property
    def is_cut_off(self) -> bool:
        return math.isinf(self.value)


@dataclass(frozen=True)
class WhatIf:
    """The best value and route as things are, and the outcome of each scenario, in their order."""

    request: RouteRequest
    value: float
    segment_ids: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def closing_each(network: Network, request: RouteRequest) -> list[Scenario]:
    """A scenario for each segment that the request may use: that one closed."""
    return [Scenario(key, close=(key,)) for key in allowed.permitted(network, request).segments]


def run(network: Network, request: RouteRequest, scenarios: Iterable[Scenario]) -> WhatIf:
    """The best by ``request.by`` in every scenario.

    An added segment counts when the request's statuses, modes and the like allow it. Raises UnknownNameError for a
    segment to close that the network does not have, DataError for an added one that cannot be planned over.

    >>> import corridors
    >>> from planner import request
    >>> from planner.search import whatif
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Almaty", "Karachi", by="distance")
    >>> found = whatif.run(network, asked, [whatif.Scenario("Torkham shut", close=("torkham-peshawar-road",))])
    >>> found.outcomes[0].change >= 0
    True
    """
    listed = list(scenarios)
    for scenario in listed:
        for key in scenario.close:
            if key not in network.segments:
                raise errors.UnknownNameError("segment", key, detail=f"scenario {scenario.name!r} closes it")
    base = _Base.of(network, request)
    found: dict[int, tuple[int, tuple[str, ...]]] = {}
    closing = [at for at, scenario in enumerate(listed) if not scenario.add]
    found |= dict(zip(closing, base.closures([listed[at].close for at in closing]), strict=True))
    for at, scenario in enumerate(listed):
        if scenario.add:
            found[at] = base.addition(scenario)
    scale = impedance.scale(request.by, request.consignment)

    def value(units: int) -> float:
        return math.inf if units >= engine.FAR else units / scale

    now, ids = value(base.best[0]), base.best[1]
    values = [value(found[at][0]) for at in range(len(listed))]
    outcomes = tuple(
        Outcome(scenario, values[at], _change(now, values[at]), found[at][1]) for at, scenario in enumerate(listed)
    )
    return WhatIf(request, now, ids, outcomes)


def _change(before: float, after: float) -> float:
    return 0.0 if before == after else after - before


@dataclass
class _Base:
    """Things as they are: the graph of the question and its trees."""

    network: Network
    request: RouteRequest
    made: StateGraph
    graph: Graph | None

    @classmethod
    def of(cls, network: Network, request: RouteRequest) -> _Base:
        made = states.unfold(allowed.permitted(network, request), request.consignment)
        known = request.origin in made.start_of
        asked = (request.by, request.origin, request.destination, request.via)
        return cls(network, request, made, made.question(*asked) if known else None)

    @cached_property
    def _bounds(self) -> tuple[states.Ints, states.Indices]:
        """Of every state the least impedance to the sink, and the step that begins the way."""
        assert self.graph is not None
        return engine.to_sink(self.graph)

    @cached_property
    def _ahead(self) -> tuple[states.Ints, states.Indices]:
        """Of every state the least impedance from the source, and the step that ends the way."""
        assert self.graph is not None
        return engine.from_source(self.graph)

    @cached_property
    def _path(self) -> engine.Path | None:
        return None if self.graph is None else engine.best(self.graph)

    @cached_property
    def best(self) -> tuple[int, tuple[str, ...]]:
        return self._answer(self._path)

    def _answer(self, path: engine.Path | None) -> tuple[int, tuple[str, ...]]:
        if path is None:
            return int(engine.FAR), ()
        return path[0], tuple(item.id for item in self.made.segments_of(path[1].tolist()))

    def closures(self, closed: Sequence[Sequence[str]]) -> list[tuple[int, tuple[str, ...]]]:
        """The best value and segments with each set of segments closed."""
        if self._path is None or self.graph is None:
            return [self.best for _ in closed]
        rows = [self._steps_of(ids) for ids in closed]
        offsets = np.cumsum([0, *map(len, rows)])
        steps = np.concatenate(rows) if rows else np.empty(0, np.int32)
        if self._path[0] != self._bounds[0][self.graph.source]:  # the bounds belong to a route that is not simple
            return [self._searched(row) for row in rows]
        graph = self.graph
        values, ends, found = scenario_kernels.closures(
            graph.offsets,
            graph.targets,
            graph.costs,
            self._bounds[0],
            self._path[1],
            graph.source,
            graph.sink,
            offsets,
            steps,
        )
        starts = [0, *ends.tolist()]
        answers = []
        for at, value in enumerate(values.tolist()):
            path = found[starts[at] : starts[at + 1]]
            if len(path) == 0:
                answers.append(self.best if value < engine.FAR else self._answer(None))
            elif not graph.is_simple(path):
                answers.append(self._searched(rows[at]))
            else:
                answers.append(self._answer((value, path)))
        return answers

    def _steps_of(self, ids: Iterable[str]) -> states.Indices:
        """The steps over some segments, in every stretch; a segment that the request may not use has none."""
        assert self.graph is not None
        offsets, steps = self.made.steps_of_segment
        numbers = [self.made.segment_number[key] for key in ids if key in self.made.segment_number]
        rows = [steps[offsets[number] : offsets[number + 1]] for number in numbers]
        count, copies = len(self.made.segment), len(self.graph.targets) // len(self.made.segment)
        if copies == 1 and len(rows) == 1:  # by far the most
            return rows[0]
        return np.concatenate([np.empty(0, np.int32), *(row + at * count for row in rows for at in range(copies))])

    def _searched(self, shut: states.Indices) -> tuple[int, tuple[str, ...]]:
        """By a search of its own, which sees to it that the route is simple."""
        assert self.graph is not None
        costs = self.graph.costs.copy()
        costs[shut] = states.CLOSED
        graph = Graph(
            self.graph.offsets,
            self.graph.targets,
            self.graph.departs,
            costs,
            self.graph.source,
            self.graph.sink,
            self.graph.reverse,
        )
        return self._answer(engine.best(graph))

    def addition(self, scenario: Scenario) -> tuple[int, tuple[str, ...]]:
        """With a segment added: by the two trees when it is the only change, else by a search of its own."""
        joined = self.network.with_(scenario.add)
        alone = Network(joined.catalog, joined.nodes, {item.id: item for item in scenario.add})
        usable = list(allowed.permitted(alone, self.request).segments.values())
        replaced = any(item.id in self.network.segments for item in scenario.add)
        if not (scenario.close or replaced or self.request.via or self.graph is None or len(usable) > 1):
            if not usable:
                return self.best
            value, segments = self._joined(usable[0])
            if value >= self.best[0]:
                return self.best
            if is_simple(self.request.origin, segments):
                return value, tuple(item.id for item in segments)
        changed = joined.without(set(scenario.close) - {item.id for item in scenario.add})
        return _Base.of(changed, self.request).best

    def _joined(self, segment: records.Segment) -> tuple[int, list[records.Segment]]:
        """The best way over a segment that is not in the network yet, in either direction.

        Along the one tree to it, and along the other from it.
        """
        measured = impedance.measure(self.request.by, self.request.consignment)
        hubs, nodes = pricing.prices(self.network.catalog, self.request.consignment).hubs, self.network.nodes
        carriage = Carriage(segment.mode, segment.gauge_mm)
        link = links.amounts(segment, hubs.rates, self.request.consignment)

        def took(operations: Iterable[HubOperation]) -> int:
            return measured(item.amounts for item in operations)

        best: tuple[int, list[records.Segment]] = (int(engine.FAR), [])
        for start, end in ((segment.from_node, segment.to_node), (segment.to_node, segment.from_node)):
            if start == self.request.destination or end == self.request.origin:
                continue
            border = took(hubs.border(segment, nodes[start], nodes[end]))
            before, last = self._before(start, lambda here: took(hubs.between(start, here, carriage)))  # noqa: B023
            if start == self.request.origin:
                before = took(hubs.at_origin(start, carriage))
            after, first = self._after(end, carriage, lambda to: took(hubs.between(end, carriage, to)))  # noqa: B023
            if end == self.request.destination:
                after = took(hubs.at_destination(end, carriage))
            value = before + measured((link,)) + border + after
            if value < best[0]:
                best = value, [*self._way_to(last), segment, *self._way_from(first)]
        return best

    def _before(self, place: str, change: Callable[[Carriage], int]) -> tuple[int, int]:
        """The least impedance from the origin to leaving a place, and the state of arriving there (-1: it starts)."""
        ways = [
            (int(self._ahead[0][state]) + change(self.made.states[state][1]), state)
            for state in self.made.arrivals.get(place, ())
        ]
        return min(ways, default=(int(engine.FAR), -1)) if place != self.request.origin else (0, -1)

    def _after(self, place: str, carriage: Carriage, change: Callable[[Carriage], int]) -> tuple[int, int]:
        """The least impedance from arriving at a place to the destination, and the step taken there (-1 for none)."""
        made, graph = self.made, self.graph
        assert graph is not None
        if place == self.request.destination:
            return 0, -1
        bound, tree = self._bounds
        for state in made.arrivals.get(place, ()):
            if made.states[state][1] == carriage:
                return int(bound[state]), int(tree[state])
        onward, best = made.onward(self.request.by), (int(engine.FAR), -1)
        start = made.start_of.get(place)
        for step in range(graph.offsets[start], graph.offsets[start + 1]) if start is not None else ():
            target = graph.targets[step]
            best = min(best, (change(made.states[target][1]) + int(onward[step]) + int(bound[target]), step))
        return best

    def _way_to(self, state: int) -> list[records.Segment]:
        graph, tree = self.graph, self._ahead[1]
        steps: list[int] = []
        while state >= 0 and graph is not None and state != graph.source:
            steps.append(int(tree[state]))
            state = int(np.searchsorted(graph.offsets, steps[-1], side="right")) - 1
        return list(self.made.segments_of(steps[::-1]))

    def _way_from(self, step: int) -> list[records.Segment]:
        graph, tree = self.graph, self._bounds[1]
        steps: list[int] = []
        while step >= 0 and graph is not None:
            steps.append(step)
            step = int(tree[graph.targets[step]])
        return list(self.made.segments_of(steps))


def is_simple(origin: str, segments: Sequence[records.Segment]) -> bool:
    """Whether a route passes no place twice in the same mode and gauge, and its origin not again."""
    touched: set[tuple[str, Carriage]] = set()
    at = origin
    before: Carriage | None = None
    for segment in segments:
        carriage = Carriage(segment.mode, segment.gauge_mm)
        here = {(at, carriage), (at, before or carriage)}
        end = segment.other_end(at)
        if here & touched or end == origin:
            return False
        touched |= here
        at, before = end, carriage
    return before is None or (at, before) not in touched
