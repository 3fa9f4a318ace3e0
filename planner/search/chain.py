"""The network unfolded into states, so that hub operations have a price.

A state is how freight arrives: (place, mode, gauge), once for each stretch between two via nodes. A step goes from
one state to the next: the hub operations at the place, then one segment, with the border that it crosses. So a path
of steps is a sequence of segments, parallel ones stay apart, and no operation can be left out or done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata import records
from planner.network import Network
from planner.price import impedance, pricing
from planner.price.consignment import Consignment
from planner.price.hubs import Carriage


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to another: ``hubs`` happen where it starts, then the segment (None into the sink).

    ``departs`` is the state of leaving: the place and the carriage of the segment. Two steps that have a state in
    common, by arriving or departing, cannot be in one route.
    """

    target: int
    impedance: int
    segment: records.Segment | None
    departs: int


State = tuple[int, str, Carriage]


@dataclass(frozen=True)
class Chain:
    """``steps[state]`` are the ways on from a state. ``states`` are sorted; ``source`` and ``sink`` come after them."""

    states: list[State]
    steps: list[list[Step]]

    @property
    def source(self) -> int:
        return len(self.states)

    @property
    def sink(self) -> int:
        return len(self.states) + 1


Way = tuple[records.Segment, str, Carriage, int]


def build(
    network: Network, consignment: Consignment, criterion_id: str, origin: str, destination: str, via: Sequence[str]
) -> Chain:
    """The chain of a question, as far as it can be reached. Impedances are the criterion's, in whole units.

    At a via node the freight passes into the next stretch, so that it may turn back there. The place a stretch begins
    at is not passed again in it, nor the destination before the end.
    """
    prices = pricing.of(network.catalog, consignment)
    measured = impedance.measure(criterion_id, consignment)
    ways = _ways(network, prices, criterion_id)
    turning, beginning = [*via, destination], [origin, *via]
    last = len(turning) - 1
    found: dict[State, list[tuple[State | None, int, records.Segment | None, State]]] = {}
    ahead_of: list[State] = []

    def arrive(state: State) -> State:
        if state not in found:
            found[state] = []
            ahead_of.append(state)
        return state

    starts = []
    for segment, end, carriage, link in ways.get(origin, ()):
        loading = measured(item.amounts for item in prices.at_origin(origin, carriage))
        starts.append((arrive((0, end, carriage)), loading + link, segment, (0, origin, carriage)))
    while ahead_of:
        state = ahead_of.pop()
        stretch, node_id, carriage = state
        if stretch == last and node_id == destination:
            unloading = measured(item.amounts for item in prices.at_destination(destination, carriage))
            found[state].append((None, unloading, None, state))
            continue
        ahead = stretch + 1 if node_id == turning[stretch] else stretch
        for segment, end, leaving, link in ways.get(node_id, ()):
            if end != beginning[ahead]:
                operations = prices.between(node_id, carriage, leaving)
                change = measured(item.amounts for item in operations) if operations else 0
                following = arrive((ahead, end, leaving))
                found[state].append((following, change + link, segment, (stretch, node_id, leaving)))
    return _numbered(found, starts)


def _numbered(
    found: dict[State, list[tuple[State | None, int, records.Segment | None, State]]],
    starts: list[tuple[State, int, records.Segment, State]],
) -> Chain:
    """States in their sorted order, whatever the order they were found in; departures that are no arrival come last."""
    states = sorted(found, key=sort_key)
    number = {state: at for at, state in enumerate(states)}
    source, sink = len(states), len(states) + 1
    others = sink

    def departure(state: State) -> int:
        nonlocal others
        if state not in number:
            others += 1
            number[state] = others
        return number[state]

    steps = [
        [
            Step(sink if following is None else number[following], cost, segment, departure(leaving))
            for following, cost, segment, leaving in found[state]
        ]
        for state in states
    ]
    steps += [[Step(number[following], cost, segment, source) for following, cost, segment, _ in starts], []]
    impedance.refuse_overflow(sum(max((step.impedance for step in row), default=0) for row in steps))
    return Chain(states, steps)


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


def sort_key(state: State) -> tuple[int, str, str, int]:
    stretch, node_id, carriage = state
    return (stretch, node_id, carriage.mode, carriage.gauge_mm or 0)


def _ways(network: Network, prices: pricing.Pricing, criterion_id: str) -> dict[str, list[Way]]:
    """From each place the segments that leave it: with the far end, the carriage, and link and border together."""
    measured = impedance.measure(criterion_id, prices.consignment)
    ways: dict[str, list[Way]] = {}
    for segment in network.segments.values():
        carriage, moving = Carriage(segment.mode, segment.gauge_mm), measured((prices.link(segment),))
        for start, end in ((segment.from_node, segment.to_node), (segment.to_node, segment.from_node)):
            operations = prices.border(segment, network.nodes[start], network.nodes[end])
            border = measured(item.amounts for item in operations) if operations else 0
            ways.setdefault(start, []).append((segment, end, carriage, moving + border))
    for options in ways.values():
        options.sort(key=lambda way: way[0].id)
    return ways
