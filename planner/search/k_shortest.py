"""The k shortest routes of a question, in order, from whichever engine pays: plain Python or compiled."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from geodata import records
from planner.network import Network
from planner.request import RouteRequest
from planner.search import plain, states
from planner.search.states import Graph

COMPILED_FROM_SEGMENTS = 20_000
"""From this size on the compiled engine's start (0.6 s, and once 10 s of compiling) is less than what it saves."""


def routes(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    """Routes in order of the criterion; by the compiled engine where that is there already, or pays for its start."""
    made = states.unfold(allowed, request.consignment)
    if request.origin not in made.start_of or request.destination not in made.arrivals:
        return
    graph = made.question(request.by, request.origin, request.destination, request.via)
    wanted = max(request.count, 16) if request.different < 1 and request.count > 1 else request.count
    for steps in _compiled(graph, wanted) if _compiles(allowed) else _plain(graph):
        yield made.segments_of(steps)


def _compiles(allowed: Network) -> bool:
    return "planner.search.compiled" in sys.modules or len(allowed.segments) > COMPILED_FROM_SEGMENTS


def _plain(graph: Graph) -> Iterator[Sequence[int]]:
    return (steps for _, steps in plain.paths(graph))


def _compiled(graph: Graph, wanted: int) -> Iterator[Sequence[int]]:
    """``wanted`` paths at first, then four times as many each time that those were not enough."""
    from planner.search import compiled

    given = 0
    if wanted == 1:
        one = compiled.best(graph)
        if one is None:
            return
        yield one[1].tolist()
        given, wanted = 1, 16
    while True:
        found = compiled.paths(graph, wanted)
        for _, steps in found[given:]:
            yield steps.tolist()
        if len(found) < wanted:
            return
        given, wanted = wanted, 4 * wanted
