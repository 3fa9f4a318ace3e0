"""What a question permits: the part of the network that its statuses, modes, bans and closures leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from geodata import records
from planner import closures, seaways
from planner.network import Network
from planner.passages import Opened
from planner.price.route import Route
from planner.reasons import Reason
from planner.request import RouteRequest

KEPT = 8
"""How many parts of a network are kept with it."""


def permitted(network: Network, request: RouteRequest) -> Network:
    """The part of the network a request allows: statuses or year, modes, what is avoided, closures if applied.

    The same part is the same value, so that what the engine makes of it serves for the next question too.
    """
    network = as_asked(network, request.opened)
    day = request.day if request.closures == "apply" else None
    rules = (request.include, request.as_of, request.modes, request.avoid, request.closed, day)
    kept: dict[tuple[Any, ...], Network] = network.kept.setdefault("permitted", {})
    if rules not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        chosen = network.as_of(request.as_of) if request.as_of is not None else network.including(request.include)
        kept[rules] = without_forbidden(seaways.around(chosen.in_modes(request.modes), request), request)
    return kept[rules]


def as_asked(network: Network, opened: Opened) -> Network:
    """The network in which the crossings that a question takes as open are open; itself where it takes none so."""
    if not (opened.closures or opened.segments):
        return network
    kept: dict[Opened, Network] = network.kept.setdefault("as_asked", {})
    if opened not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        facts = network.catalog
        rows = closures.opened(facts, opened.closures, opened.segments)
        same = rows.keys() == facts.closures.keys() and all(rows[key] is facts.closures[key] for key in rows)
        kept[opened] = network if same else replace(network, catalog=replace(facts, closures=rows))
    return kept[opened]


def without_forbidden(chosen: Network, request: RouteRequest) -> Network:
    """Without what a request avoids or takes as closed and, if closures apply, without what is closed in the data."""
    if request.avoid.countries:
        chosen = chosen.without_countries(request.avoid.countries)
    if request.avoid.nodes:
        chosen = chosen.without_nodes(request.avoid.nodes)
    shut = {*request.avoid.segments, *taken_closed(chosen, request, chosen.segments.values())}
    if request.closures == "apply":
        shut |= set(closed_in_data(chosen, request))
    return chosen.without(shut) if shut else chosen


def closed_in_data(network: Network, request: RouteRequest) -> dict[str, records.Closure]:
    """What cannot be used where the closures of the data apply, on the day and in the year of a request, by segment."""
    return closures.closed(network.catalog, request.day, request.as_of)


def taken_closed(network: Network, request: RouteRequest, segments: Iterable[records.Segment]) -> list[str]:
    """Those of some segments that a request takes as closed: crossings, what is in its countries, lanes by straits."""
    closed = request.closed
    if not closed.texts:
        return []
    return [
        item.id
        for item in segments
        if item.id in closed.segments
        or not closed.countries.isdisjoint(item.country_km)
        or not closed.countries.isdisjoint(network.nodes[end].country for end in (item.from_node, item.to_node))
        or not set(item.straits).isdisjoint(closed.straits)
    ]


def not_applied(network: Network, request: RouteRequest, routes: Iterable[Route]) -> list[Reason]:
    """A note of the closures on some routes that do not apply in a future year, where the request asks for them."""
    if request.closures != "apply" or request.as_of is None:
        return []
    ways = [(route.segments, request.day, request.as_of) for route in routes]
    return closures.not_applied(network.catalog, ways, f"in {request.as_of}")


def reachable(network: Network, origin: str) -> set[str]:
    """All places that can be reached from one, itself included; hub operations join the modes at a place."""
    neighbours: dict[str, list[str]] = {}
    for segment in network.segments.values():
        neighbours.setdefault(segment.from_node, []).append(segment.to_node)
        neighbours.setdefault(segment.to_node, []).append(segment.from_node)
    seen, ahead = {origin}, [origin]
    while ahead:
        for node_id in neighbours.get(ahead.pop(), ()):
            if node_id not in seen:
                seen.add(node_id)
                ahead.append(node_id)
    return seen
