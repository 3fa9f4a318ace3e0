"""The whole network unfolded into states, as arrays: what the compiled engine runs on.

States are numbered: first how freight arrives, (place, mode, gauge) in sorted order; then one start for each place;
last the sink. From a start lead the steps out of its place with the loading; every other state has one step more, to
the sink with the unloading. A question (origin, destination, via) only says which of these cost infinitely much, so
the arrays are made once for a network and a consignment, and kept with the network.
"""

from __future__ import annotations

import array
from collections.abc import Iterable, Sequence
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
from planner.search.chain import sort_key

Ints = NDArray[np.int64]
Indices = NDArray[np.int32]

CLOSED = impedance.LIMIT
"""The impedance of a step that cannot be used; more than any path costs."""

MAX_SLOT_BITS = 16
"""A search has at most twice 2**this buckets; where single steps are far longer than the rest they become wider."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Steps in rows (CSR): those of state s stand at ``offsets[s]`` to ``offsets[s + 1]``.

    ``targets`` and ``departs`` are states, ``costs`` whole units of impedance, CLOSED for a step that cannot be used.
    ``reverse`` has the same steps by target.
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

    @cached_property
    def reverse_costs(self) -> Ints:
        """The costs in the order of ``reverse``."""
        return self.costs[self.reverse.steps]

    @cached_property
    def buckets(self) -> tuple[int, int]:
        """How wide (as a power of two) and how many the buckets of a search should be, so that no step leaps them all.

        A quarter to an eighth of the mean step is wide enough to seldom be empty and narrow enough to seldom be
        looked at twice; measured on the shipped network and on 70,000 places.
        """
        open_costs = self.costs[self.costs < CLOSED]
        mean, most = (int(open_costs.mean()), int(open_costs.max())) if len(open_costs) else (1, 1)
        shift = max(mean.bit_length() - 3, most.bit_length() - MAX_SLOT_BITS, 0)
        return shift, 1 << ((most >> shift) + 1).bit_length()

    def is_simple(self, path: Indices) -> bool:
        """Whether a path of steps touches no state twice, neither by arriving nor by departing."""
        arrivals, departures = self.targets[path[:-1]], self.departs[path[1:]]
        touched = np.concatenate([arrivals, departures[departures != arrivals]])
        return len(set(touched.tolist())) == len(touched)

    def are_simple(self, paths: Indices) -> NDArray[np.bool_]:
        """The same for each row of steps, which ends with -1 where it is shorter than the longest."""
        used = paths >= 0
        arrivals, departures = self.targets[paths], self.departs[paths]
        touched = np.where(used, arrivals, -1)
        last = used.sum(axis=1) - 1
        touched[np.arange(len(paths)), last] = -1  # the sink, once
        apart = used[:, 1:] & (departures[:, 1:] != arrivals[:, :-1])
        both = np.sort(np.hstack([touched, np.where(apart, departures[:, 1:], -1)]), axis=1)
        twice = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] >= 0)
        simple: NDArray[np.bool_] = ~twice.any(axis=1)
        return simple


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
    the step into the sink), and ``hub`` and ``border``: numbers of ``bundles``, what the hub operations before it and
    at the border on its way take; 0 for none.
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
    _costs: dict[str, Ints] = field(default_factory=dict)

    @property
    def sink(self) -> int:
        return len(self.offsets) - 2

    @cached_property
    def segment_number(self) -> dict[str, int]:
        return {item.id: at for at, item in enumerate(self.segments)}

    @cached_property
    def links(self) -> list[Amounts]:
        """What each segment takes by itself."""
        prices = pricing.of(self.network.catalog, self.consignment)
        return [prices.link(item) for item in self.segments]

    @cached_property
    def arrivals(self) -> dict[str, list[int]]:
        """Place -> its states of arrival."""
        found: dict[str, list[int]] = {}
        for at, (node_id, _) in enumerate(self.states):
            found.setdefault(node_id, []).append(at)
        return found

    @cached_property
    def places(self) -> list[str]:
        """The place of every state but the sink."""
        return [*(node_id for node_id, _ in self.states), *self.start_of]

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
        return replace(self, consignment=consignment, _costs={})

    def costs(self, criterion_id: str) -> Ints:
        """The impedance of every step by a criterion, all open; do not write into it."""
        if criterion_id not in self._costs:
            measured = impedance.measure(criterion_id, self.consignment)
            links = [measured((link,)) for link in self.links] + [0]
            hubs = [measured(bundle) for bundle in self.bundles]
            impedance.refuse_overflow(max(links) + 2 * max(hubs))
            hub_costs = np.array(hubs, np.int64)
            costs = np.array(links, np.int64)[self.segment] + hub_costs[self.hub] + hub_costs[self.border]
            rows = np.flatnonzero(np.diff(self.offsets))  # a path leaves each state once at most
            most = np.maximum.reduceat(costs, self.offsets[rows]) if len(rows) else costs
            impedance.refuse_overflow(most.sum(dtype=np.float64))
            self._costs[criterion_id] = costs
        return self._costs[criterion_id]

    def onward(self, criterion_id: str) -> Ints:
        """The impedances with all steps into the sink closed: for searches that have no one destination."""
        costs = self.costs(criterion_id).copy()
        costs[self._unloading] = CLOSED
        return costs

    def question(self, criterion_id: str, origin: str, destination: str, via: Sequence[str] = ()) -> Graph:
        """The graph of a question: what ``planner.search.chain.build`` makes, as arrays.

        Steps back to where a stretch begins, steps on from the destination, and unloading elsewhere are closed.
        """
        costs = self.costs(criterion_id)
        if via:
            return self._stretched(costs, [origin, *via], [*via, destination])
        costs = self.onward(criterion_id)
        self._close_returns(costs, origin)
        for state in self.arrivals.get(destination, ()):
            row = slice(self.offsets[state], self.offsets[state + 1])
            costs[row] = CLOSED
            costs[row.stop - 1] = self.costs(criterion_id)[row.stop - 1]
        return Graph(self.offsets, self.targets, self.departs, costs, self.start_of[origin], self.sink, self.reverse)

    @cached_property
    def _unloading(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.segment < 0)

    def _close_returns(self, costs: Ints, place: str) -> None:
        for state in self.arrivals.get(place, ()):
            into = slice(self.reverse.offsets[state], self.reverse.offsets[state + 1])
            costs[self.reverse.steps[into]] = CLOSED

    def _stretched(self, costs: Ints, beginning: list[str], turning: list[str]) -> Graph:
        """One copy of the states for each stretch; a via node's steps lead into the next copy."""
        copies, size, count = len(turning), len(self.offsets) - 1, len(self.targets)
        targets = np.tile(self.targets.astype(np.int64), copies)
        all_costs = np.tile(costs, copies)
        departs = np.tile(self.departs.astype(np.int64), copies)
        offsets = np.concatenate(
            [self.offsets[:-1].astype(np.int64) + at * count for at in range(copies)] + [np.array([copies * count])]
        )
        sink = copies * size - 1
        for at in range(copies):
            mine = slice(at * count, (at + 1) * count)
            part_targets, part_costs, part_departs = targets[mine], all_costs[mine], departs[mine]
            ends = part_targets == self.sink
            part_targets += at * size
            part_departs += at * size
            part_costs[self._unloading] = CLOSED
            self._close_returns(part_costs, beginning[at])
            for state in self.arrivals.get(turning[at], ()):
                row = slice(self.offsets[state], self.offsets[state + 1])
                if at == copies - 1:
                    part_costs[row] = CLOSED
                    part_costs[row.stop - 1] = costs[row.stop - 1]
                else:
                    onward = self.targets[row].astype(np.int64)
                    part_targets[row] = onward + (at + 1) * size
                    part_costs[row] = costs[row]
                    part_costs[row.stop - 1] = CLOSED
            part_targets[ends] = sink
        index32 = (offsets.astype(np.int32), targets.astype(np.int32), departs.astype(np.int32))
        source = self.start_of[beginning[0]]
        return Graph(*index32, all_costs, source, sink, Reverse.of(index32[0], index32[1]))

    def detours_pay(self, criterion_id: str) -> list[str]:
        """Places where two hub operations are less than the one they amount to.

        There a route could gain by leaving a place and coming back to it; elsewhere the best routes never do.
        """
        measured = impedance.measure(criterion_id, self.consignment)
        cost = [measured(bundle) for bundle in self.bundles]
        found = []
        for node_id, here in self.arrivals.items():
            change = {}
            for state in here:
                for step in range(self.offsets[state], self.offsets[state + 1] - 1):
                    change[(state, int(self.departs[step]))] = cost[self.hub[step]]
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

    def segments_of(self, steps: Sequence[int]) -> tuple[records.Segment, ...]:
        """The segments of a path of steps; a step of a stretched graph counts as the one it is a copy of."""
        count = len(self.segment)
        numbers = (int(self.segment[step % count]) for step in steps)
        return tuple(self.segments[number] for number in numbers if number >= 0)

    def ids_of(self, steps: Indices) -> tuple[str, ...]:
        """The ids of the segments of a path of steps, as ``segments_of`` has them."""
        numbers = self.segment[steps % len(self.segment)]
        return tuple(self._ids[numbers[numbers >= 0]].tolist())

    @cached_property
    def _ids(self) -> NDArray[np.object_]:
        return np.array([item.id for item in self.segments], object)


KEPT = 4
"""How many consignments are kept with one network."""


def of(network: Network, consignment: Consignment) -> StateGraph:
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


def _unfold(network: Network, consignment: Consignment) -> StateGraph:
    hubs = pricing.of(network.catalog, consignment).hubs  # the bare prices: nothing of so many places is kept
    segments = sorted(network.segments.values(), key=lambda item: item.id)
    carriages = [Carriage(item.mode, item.gauge_mm) for item in segments]
    bundles = _Bundles()
    ways: dict[str, list[tuple[int, str, int]]] = {}
    arrivals: dict[tuple[str, Carriage], None] = {}
    for number, (item, carriage) in enumerate(zip(segments, carriages, strict=True)):
        for start, end in ((item.from_node, item.to_node), (item.to_node, item.from_node)):
            border = bundles.number(hubs.border(item, network.nodes[start], network.nodes[end]))
            ways.setdefault(start, []).append((number, end, border))
            arrivals[(end, carriage)] = None
    states = sorted(arrivals, key=lambda state: sort_key((0, *state)))
    number_of = {state: at for at, state in enumerate(states)}
    start_of = {node_id: len(states) + at for at, node_id in enumerate(sorted(ways))}
    sink = len(states) + len(start_of)
    targets, departs, used, changes, borders, offsets = (array.array("i") for _ in range(6))

    def step(target: int, departure: int, number: int, hub: int, border: int) -> None:
        targets.append(target)
        departs.append(departure)
        used.append(number)
        changes.append(hub)
        borders.append(border)

    offsets.append(0)
    for at, (node_id, carriage) in enumerate(states):
        change = {
            leaving: bundles.number(hubs.between(node_id, carriage, leaving))
            for leaving in {carriages[number] for number, _, _ in ways[node_id]}
        }
        for number, end, border in ways[node_id]:
            leaving = carriages[number]
            step(number_of[(end, leaving)], number_of[(node_id, leaving)], number, change[leaving], border)
        step(sink, at, -1, bundles.number(hubs.at_destination(node_id, carriage)), 0)
        offsets.append(len(targets))
    for node_id, start_state in start_of.items():
        loading = {
            leaving: bundles.number(hubs.at_origin(node_id, leaving))
            for leaving in {carriages[number] for number, _, _ in ways[node_id]}
        }
        for number, end, border in ways[node_id]:
            leaving = carriages[number]
            step(number_of[(end, leaving)], start_state, number, loading[leaving], border)
        offsets.append(len(targets))
    offsets.append(len(targets))
    rows, ends, leaves, numbers, hub, crossing = (
        np.array(column, np.int32) for column in (offsets, targets, departs, used, changes, borders)
    )
    return StateGraph(
        network, consignment, segments, states, rows, ends, leaves, numbers, hub, crossing, bundles.listed, start_of
    )
