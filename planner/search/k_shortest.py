"""The k shortest routes of a question, in order, from whichever engine pays: plain Python or compiled."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from geodata import records
from planner.network import Network
from planner.request import RouteRequest
from planner.search import chain as chain_
from planner.search import plain as search

COMPILED_FROM_SEGMENTS = 20_000
"""From this size on the compiled engine's start (0.6 s, and once 10 s of compiling) is less than what it saves."""


def routes(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    """Routes in order of the criterion; by the compiled engine where that is there already, or pays for its start."""
    if "planner.search.compiled" in sys.modules or len(allowed.segments) > COMPILED_FROM_SEGMENTS:
        yield from _compiled(allowed, request)
    else:
        yield from _plain(allowed, request)


def _plain(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    unfolded = chain_.build(allowed, request.consignment, request.by, request.origin, request.destination, request.via)
    for _, path in search.paths(unfolded.steps, unfolded.source, unfolded.sink):
        yield tuple(step.segment for step in path if step.segment is not None)


def _compiled(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    from planner.search import compiled as engine
    from planner.search import unfolded

    made = unfolded.of(allowed, request.consignment)
    if request.origin not in made.start_of:
        return
    graph = made.question(request.by, request.origin, request.destination, request.via)
    given, wanted = 0, max(request.count, 16) if request.different < 1 else request.count
    while True:
        found = engine.paths(graph, wanted)
        for _, steps in found[given:]:
            yield made.segments_of(steps.tolist())
        if len(found) < wanted:
            return
        given, wanted = wanted, 4 * wanted
