"""The network unfolded into states, so that hub operations have a price.

A state is how freight arrives: (place, mode, gauge), once for each stretch between two via nodes. A step goes from
one state to the next: the hub operations at the place, then one segment, with the border that it crosses. So a path
of steps is a sequence of segments, parallel ones stay apart, and no operation can be left out or done twice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geodata import records
from planner import pricing
from planner.consignment import Consignment
from planner.criteria import CRITERIA
from planner.hubs import Carriage, HubOperation
from planner.network import Network

SOURCE, SINK = 0, 1


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to another: ``hubs`` happen where it starts, then the segment (None into the sink)."""

    target: int
    impedance: float
    segment: records.Segment | None
    start: str


@dataclass(frozen=True)
class Chain:
    """``steps[state]`` are the ways on from a state; SOURCE and SINK are the ends of the route.

    ``states[i]`` is (stretch, node id, carriage) for i >= 2.
    """

    states: list[tuple[int, str, Carriage] | None]
    steps: list[list[Step]]


def build(
    network: Network, consignment: Consignment, criterion_id: str, origin: str, destination: str, via: Sequence[str]
) -> Chain:
    """The chain of a question. Impedance is the criterion's value of each step; it is never negative.

    At a via node the freight passes into the next stretch, so that it may turn back there. The place a stretch begins
    at is not passed again in it, nor the destination before the end.
    """
    prices = pricing.of(network.catalog, consignment)
    value = CRITERIA[criterion_id].value

    def impedance(operations: tuple[HubOperation, ...]) -> float:
        return sum(value(item.amounts, consignment) for item in operations)

    ways = _ways(network, prices, lambda segment: value(prices.link(segment), consignment), impedance)
    turning, beginning = [*via, destination], [origin, *via]
    last = len(turning) - 1
    states: list[tuple[int, str, Carriage] | None] = [None, None]
    steps: list[list[Step]] = [[], []]
    number: dict[tuple[int, str, Carriage], int] = {}

    def arrive(stretch: int, node_id: str, carriage: Carriage) -> int:
        state = (stretch, node_id, carriage)
        if state not in number:
            number[state] = len(states)
            states.append(state)
            steps.append([])
        return number[state]

    for segment, end, carriage, link in ways.get(origin, ()):
        loading = impedance(prices.hubs.at_origin(origin, carriage))
        steps[SOURCE].append(Step(arrive(0, end, carriage), loading + link, segment, origin))
    at = 2
    while at < len(states):
        state = states[at]
        assert state is not None
        stretch, node_id, carriage = state
        if stretch == last and node_id == destination:
            unloading = impedance(prices.hubs.at_destination(destination, carriage))
            steps[at].append(Step(SINK, unloading, None, destination))
        else:
            ahead = stretch + 1 if node_id == turning[stretch] else stretch
            for segment, end, next_carriage, link in ways.get(node_id, ()):
                if end == beginning[ahead]:
                    continue
                change = impedance(prices.between(node_id, carriage, next_carriage))
                steps[at].append(Step(arrive(ahead, end, next_carriage), change + link, segment, node_id))
        at += 1
    return Chain(states, steps)


Way = tuple[records.Segment, str, Carriage, float]


def _ways(
    network: Network, prices: pricing.Pricing, link: Callable[[records.Segment], float],
    impedance: Callable[[tuple[HubOperation, ...]], float],
) -> dict[str, list[Way]]:  # fmt: skip
    """From each place the segments that leave it: with the far end, the carriage, and link and border together."""
    ways: dict[str, list[Way]] = {}
    for segment in network.segments.values():
        carriage, moving = Carriage(segment.mode, segment.gauge_mm), link(segment)
        for start, end in ((segment.from_node, segment.to_node), (segment.to_node, segment.from_node)):
            border = impedance(prices.border(segment, network.nodes[start], network.nodes[end]))
            ways.setdefault(start, []).append((segment, end, carriage, moving + border))
    for options in ways.values():
        options.sort(key=lambda way: way[0].id)
    return ways


def is_simple(chain: Chain, path: Sequence[Step]) -> bool:
    """No place is visited twice in the same mode and gauge between two via nodes (arriving or leaving)."""
    touched: set[tuple[int, str, Carriage]] = set()
    for step, after in itertools.pairwise(path):
        state = chain.states[step.target]
        assert state is not None
        stretch, node_id, arriving = state
        leaving = arriving if after.segment is None else Carriage(after.segment.mode, after.segment.gauge_mm)
        visit = {(stretch, node_id, arriving), (stretch, node_id, leaving)}
        if visit & touched:
            return False
        touched |= visit
    return True
