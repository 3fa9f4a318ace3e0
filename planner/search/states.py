"""The network unfolded into states, so that hub operations have a price: what every search runs on.

A state is how freight arrives: (place, mode, gauge). A step goes from one state to the next: the hub operations at the
place, then one segment, with the border that it crosses. So a path of steps is a sequence of segments, parallel ones
stay apart, and no operation can be left out or done twice.

States are numbered: first the arrivals in sorted order; then one start for each place; last the sink. From a start lead
the steps out of its place; every arrival has one step more, into the sink. A question (origin, destination, via) loads
at one start, unloads at the arrivals of one place, and closes all that it cannot use; so the arrays are made once for a
network and a consignment, and kept with the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geodata import records
from planner.network import Network
from planner.price import impedance, pricing
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.hubs import Carriage, HubOperation

Ints = NDArray[np.int64]
Indices = NDArray[np.int32]

CLOSED = impedance.LIMIT
"""The impedance of a step that cannot be used; more than any path costs."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Steps in rows (CSR): those of state s stand at ``offsets[s]`` to ``offsets[s + 1]``.

    ``targets`` and ``departs`` are states, ``costs`` whole units of impedance, CLOSED for a step that cannot be used. A
    step departs from the place and the carriage of its segment: two steps that have a state in common, by arriving or
    departing, cannot be in one route. ``reverse`` has the same steps by target.
    """

    offsets: Indices
    targets: Indices
    departs: Indices
    costs: Ints
    source: int
    sink: int
    reverse: Reverse

    @property
    def size(self) -> int:
        return len(self.offsets) - 1

    def is_simple(self, path: Indices) -> bool:
        """Whether a path of steps touches no state twice, neither by arriving nor by departing."""
        arrivals, departures = self.targets[path[:-1]], self.departs[path[1:]]
        touched = np.concatenate([arrivals, departures[departures != arrivals]])
        return len(set(touched.tolist())) == len(touched)


@dataclass(frozen=True, eq=False)
class Reverse:
    """The steps into each state: ``steps`` (indices of steps) and ``starts`` (where they come from), in rows."""

    offsets: Indices
    steps: Indices
    starts: Indices

    @classmethod
    def of(cls, offsets: Indices, targets: Indices) -> Reverse:
        size = len(offsets) - 1
        steps = np.argsort(targets, kind="stable").astype(np.int32)
        into = np.zeros(size + 1, np.int32)
        into[1:] = np.cumsum(np.bincount(targets, minlength=size))
        starts = np.repeat(np.arange(size, dtype=np.int32), np.diff(offsets))[steps]
        return cls(into, steps, starts)


@dataclass(eq=False)
class StateGraph:
    """A network unfolded for a consignment.

    ``states[i]`` is (node id, carriage) of an arrival. For each step: ``segment`` (its index in ``segments``, -1 for
    the step into the sink), and ``hub`` and ``border``: numbers of ``bundles``, what the change before it and the
    border on its way take; 0 for none. What loading and unloading take is worked out for the places that are asked for.
    """

    network: Network
    consignment: Consignment
    segments: list[records.Segment]
    states: list[tuple[str, Carriage]]
    offsets: Indices
    targets: Indices
    departs: Indices
    segment: Indices
    hub: Indices
    border: Indices
    bundles: list[tuple[Amounts, ...]]
    start_of: dict[str, int]
    _onward: dict[str, Ints] = field(default_factory=dict)
    _most: dict[str, float] = field(default_factory=dict)
    _leaving: dict[tuple[str, str], Ints] = field(default_factory=dict)
    _unloading: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def sink(self) -> int:
        return len(self.offsets) - 2

    @cached_property
    def segment_number(self) -> dict[str, int]:
        return {item.id: at for at, item in enumerate(self.segments)}

    @cached_property
    def _prices(self) -> pricing.Pricing:
        return pricing.prices(self.network.catalog, self.consignment)

    @cached_property
    def arrivals(self) -> dict[str, list[int]]:
        """Place -> its states of arrival."""
        found: dict[str, list[int]] = {}
        for at, (node_id, _) in enumerate(self.states):
            found.setdefault(node_id, []).append(at)
        return found

    @cached_property
    def reverse(self) -> Reverse:
        return Reverse.of(self.offsets, self.targets)

    @cached_property
    def steps_of_segment(self) -> tuple[Indices, Indices]:
        """Offsets and step indices: the steps that use each segment."""
        uses = np.argsort(self.segment, kind="stable")[np.count_nonzero(self.segment < 0) :].astype(np.int32)
        offsets = np.zeros(len(self.segments) + 1, np.int32)
        offsets[1:] = np.cumsum(np.bincount(self.segment[self.segment >= 0], minlength=len(self.segments)))
        return offsets, uses

    def steps_over(self, segment_ids: Iterable[str]) -> Indices:
        """The steps that use some segments; an id that is not in the network has none."""
        offsets, steps = self.steps_of_segment
        numbers = (self.segment_number[key] for key in segment_ids if key in self.segment_number)
        rows = [steps[offsets[number] : offsets[number + 1]] for number in numbers]
        return np.concatenate([np.empty(0, np.int32), *rows])

    def valued(self, consignment: Consignment) -> StateGraph:
        """The same states for a consignment that differs in its cargo alone: only the value of its hours is another."""
        return replace(self, consignment=consignment, _onward={}, _most={}, _leaving={}, _unloading={})

    def onward(self, criterion_id: str) -> Ints:
        """The impedance of every step by a criterion, with neither loading nor unloading; do not write into it.

        Steps into the sink are closed.
        """
        if criterion_id not in self._onward:
            measured = impedance.measure(criterion_id, self.consignment)
            links = [measured((self._prices.link(item),)) for item in self.segments] + [CLOSED]
            hubs = [measured(bundle) for bundle in self.bundles]
            impedance.refuse_overflow(max(links[:-1], default=0) + 2 * max(hubs))
            hub_costs = np.array(hubs, np.int64)
            costs = np.array(links, np.int64)[self.segment] + hub_costs[self.hub] + hub_costs[self.border]
            rows = np.flatnonzero(np.diff(self.offsets))  # a path leaves each state once at most
            most = np.maximum.reduceat(np.where(costs < CLOSED, costs, 0), self.offsets[rows]) if len(rows) else costs
            self._most[criterion_id] = float(most.sum(dtype=np.float64))
            impedance.refuse_overflow(self._most[criterion_id])
            self._onward[criterion_id] = costs
        return self._onward[criterion_id]

    def leaving(self, criterion_id: str, origin: str) -> Ints:
        """The impedance of each step out of the start of a place, with the loading there."""
        if (criterion_id, origin) not in self._leaving:
            measured = impedance.measure(criterion_id, self.consignment)
            row = self.row(self.start_of[origin])
            carriages = [self.states[state][1] for state in self.targets[row].tolist()]
            loading = {
                carriage: measured(item.amounts for item in self._prices.at_origin(origin, carriage))
                for carriage in set(carriages)
            }
            impedance.refuse_overflow(max(loading.values()) + self._most_of(criterion_id))
            loads = np.array([loading[carriage] for carriage in carriages], np.int64)
            self._leaving[criterion_id, origin] = self.onward(criterion_id)[row] + loads
        return self._leaving[criterion_id, origin]

    def unloading(self, criterion_id: str, state: int) -> int:
        """The impedance of unloading after arriving in a state."""
        if (criterion_id, state) not in self._unloading:
            measured = impedance.measure(criterion_id, self.consignment)
            unloading = measured(item.amounts for item in self._prices.at_destination(*self.states[state]))
            impedance.refuse_overflow(unloading + self._most_of(criterion_id))
            self._unloading[criterion_id, state] = unloading
        return self._unloading[criterion_id, state]

    def _most_of(self, criterion_id: str) -> float:
        """More than any path takes on its way."""
        self.onward(criterion_id)
        return self._most[criterion_id]

    def row(self, state: int) -> slice:
        """The steps out of a state."""
        return slice(self.offsets[state], self.offsets[state + 1])

    def question(self, criterion_id: str, origin: str, destination: str, via: Sequence[str] = ()) -> Graph:
        """The graph of a question; ``origin`` must be a place of the network.

        Freight is loaded at the origin alone and unloaded at the destination alone. At a via node it passes into the
        next stretch, so that it may turn back there. The place a stretch begins at is not passed again in it, nor the
        destination before the end.
        """
        costs = self.onward(criterion_id).copy()
        costs[self.offsets[len(self.states)] :] = CLOSED  # nobody starts elsewhere
        costs[self.row(self.start_of[origin])] = self.leaving(criterion_id, origin)
        unloading = {state: self.unloading(criterion_id, state) for state in self.arrivals.get(destination, ())}
        if via:
            impedance.refuse_overflow((len(via) + 2) * self._most[criterion_id])
            return self._stretched(self.onward(criterion_id), costs, unloading, [origin, *via], [*via, destination])
        self._close_returns(costs, origin)
        self._unload(costs, unloading)
        return Graph(self.offsets, self.targets, self.departs, costs, self.start_of[origin], self.sink, self.reverse)

    def _close_returns(self, costs: Ints, place: str) -> None:
        for state in self.arrivals.get(place, ()):
            into = slice(self.reverse.offsets[state], self.reverse.offsets[state + 1])
            costs[self.reverse.steps[into]] = CLOSED

    def _unload(self, costs: Ints, unloading: Mapping[int, int]) -> None:
        for state, cost in unloading.items():
            costs[self.row(state)] = CLOSED
            costs[self.offsets[state + 1] - 1] = cost

    def _stretched(
        self, onward: Ints, first: Ints, unloading: Mapping[int, int], beginning: Sequence[str], turning: Sequence[str]
    ) -> Graph:
        """One copy of the states for each stretch; a via node's steps lead into the next copy."""
        copies, size, count = len(turning), len(self.offsets) - 1, len(self.targets)
        stretch = np.repeat(np.arange(copies), count)
        targets = np.tile(self.targets, copies) + stretch * size
        departs = np.tile(self.departs, copies) + stretch * size
        steps_before = np.repeat(np.arange(copies), size) * count
        offsets = np.append(np.tile(self.offsets[:-1], copies) + steps_before, copies * count)
        costs = np.tile(first, copies)
        for at in range(copies):
            mine = slice(at * count, (at + 1) * count)
            self._close_returns(costs[mine], beginning[at])
            if at == copies - 1:
                self._unload(costs[mine], unloading)
                continue
            for state in self.arrivals.get(turning[at], ()):
                row = self.row(state)
                targets[mine][row] += size
                costs[mine][row] = onward[row]
        sink = copies * size - 1
        targets[(self.segment < 0).nonzero()[0][:, None] + np.arange(copies) * count] = sink
        offsets, targets, departs = (column.astype(np.int32) for column in (offsets, targets, departs))
        source = self.start_of[beginning[0]]
        return Graph(offsets, targets, departs, costs, source, sink, Reverse.of(offsets, targets))

    def segments_of(self, steps: Iterable[int]) -> tuple[records.Segment, ...]:
        """The segments of a path of steps; a step of a stretched graph counts as the one it is a copy of."""
        count = len(self.segment)
        numbers = (int(self.segment[step % count]) for step in steps)
        return tuple(self.segments[number] for number in numbers if number >= 0)


KEPT = 4
"""How many consignments are kept with one network."""


def unfold(network: Network, consignment: Consignment) -> StateGraph:
    """The state graph of a network for a consignment, made once and kept as long as the network."""
    kept: dict[Consignment, StateGraph] = network.kept.setdefault("state graphs", {})
    if consignment not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[consignment] = _unfold(network, consignment)
    return kept[consignment]


class _Bundles:
    """Numbers what the hub operations of a step take together, equal ones by one number; 0 for none."""

    def __init__(self) -> None:
        self.listed: list[tuple[Amounts, ...]] = [()]
        self._known: dict[tuple[Amounts, ...], int] = {(): 0}

    def number(self, operations: Iterable[HubOperation]) -> int:
        bundle = tuple(item.amounts for item in operations)
        if bundle not in self._known:
            self._known[bundle] = len(self.listed)
            self.listed.append(bundle)
        return self._known[bundle]


@dataclass
class _Ways:
    """The ways out of a place, in the order of their segments: segment, far end, carriage and border as numbers."""

    segments: list[int] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    carriages: list[int] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)


def _unfold(network: Network, consignment: Consignment) -> StateGraph:
    hubs = pricing.prices(network.catalog, consignment).hubs  # the bare prices: nothing of so many places is kept
    segments = sorted(network.segments.values(), key=lambda item: item.id)
    carriages = sorted(
        {Carriage(mode, gauge) for mode, gauge in {(item.mode, item.gauge_mm) for item in segments}},
        key=lambda carriage: (carriage.mode, carriage.gauge_mm or 0),
    )
    carriage_of = {(carriage.mode, carriage.gauge_mm): at for at, carriage in enumerate(carriages)}
    places = sorted({node_id for item in segments for node_id in (item.from_node, item.to_node)})
    bundles, ways = _Bundles(), {node_id: _Ways() for node_id in places}
    for number, item in enumerate(segments):
        carriage = carriage_of[item.mode, item.gauge_mm]
        for start, end in ((item.from_node, item.to_node), (item.to_node, item.from_node)):
            out = ways[start]
            out.segments.append(number)
            out.ends.append(end)
            out.carriages.append(carriage)
            out.borders.append(bundles.number(hubs.border(item, network.nodes[start], network.nodes[end])))
    # freight arrives at a place in whatever it can leave it in: every segment goes both ways
    arrivals = [(node_id, carriage) for node_id, out in ways.items() for carriage in sorted(set(out.carriages))]
    number_of = {arrival: at for at, arrival in enumerate(arrivals)}
    sink = len(arrivals) + len(ways)
    offsets, targets, departs, used, changes, crossed = [0], [], [], [], [], []
    ahead = {
        node_id: [number_of[end, carriage] for end, carriage in zip(out.ends, out.carriages, strict=True)]
        for node_id, out in ways.items()
    }
    for at, (node_id, arrived) in enumerate(arrivals):
        out = ways[node_id]
        change = {
            leaving: bundles.number(hubs.between(node_id, carriages[arrived], carriages[leaving]))
            for leaving in set(out.carriages)
        }
        targets += [*ahead[node_id], sink]
        departs += [*(number_of[node_id, leaving] for leaving in out.carriages), at]
        used += [*out.segments, -1]
        changes += [*(change[leaving] for leaving in out.carriages), 0]
        crossed += [*out.borders, 0]
        offsets.append(len(targets))
    for at, (node_id, out) in enumerate(ways.items(), start=len(arrivals)):
        targets += ahead[node_id]
        departs += [at] * len(out.segments)
        used += out.segments
        changes += [0] * len(out.segments)
        crossed += out.borders
        offsets.append(len(targets))
    offsets.append(len(targets))
    states = [(node_id, carriages[arrived]) for node_id, arrived in arrivals]
    start_of = {node_id: len(arrivals) + at for at, node_id in enumerate(ways)}
    return StateGraph(
        network,
        consignment,
        segments,
        states,
        offsets=np.array(offsets, np.int32),
        targets=np.array(targets, np.int32),
        departs=np.array(departs, np.int32),
        segment=np.array(used, np.int32),
        hub=np.array(changes, np.int32),
        border=np.array(crossed, np.int32),
        bundles=bundles.listed,
        start_of=start_of,
    )
