"""What closures cost: of countries, border crossings, places, segments; and how many routes share no segment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata import records
from geodata.globe import borders
from planner import allowed as allowed_, closures, dressed
from planner.network import Network
from planner.price.route import Route
from planner.request import RouteRequest
from planner.search import whatif
from planner.search.whatif import Scenario

if TYPE_CHECKING:
    import networkx as nx

KINDS = ("country", "crossing", "place", "segment", "closure")
"""What can close. A crossing is a border post with all its land lines between the two countries; a closure is a real
one of the data."""


@dataclass(frozen=True, slots=True)
class Closable:
    """Something that can close: by closing all of ``segments``."""

    kind: str
    id: str
    title: str
    segments: tuple[str, ...]


@dataclass(frozen=True)
class Closed:
    """A thing that closes, and the best route then; None when the two places are cut off."""

    thing: Closable
    route: Route | None


def on_routes(network: Network, request: RouteRequest, routes: Iterable[Route]) -> tuple[Closable, ...]:
    """All that can close on some routes: each thing once, in order of travel. The ends and their countries stay open.

    A split segment closes with all its parts.
    """
    allowed = allowed_.permitted(network, request)
    ends = {request.origin, request.destination}
    home = {network.nodes[end].country for end in ends}
    found: dict[tuple[str, str], Closable] = {}
    modes = network.catalog.modes
    for route in routes:
        unnamed = (item for item in route.segments if modes[item.mode].crosses_borders and modes[item.mode].headings)
        passed = (*route.km_by_country, *(code for item in unnamed for code in item.countries))
        for country in passed:
            if country not in home and records.is_country(country):
                found.setdefault(("country", country), _country(allowed, country))
        for segment in route.segments:
            crossing = _crossing(allowed, segment)
            if crossing is not None:
                found.setdefault(("crossing", crossing.id), crossing)
        for node in route.nodes:
            if node not in ends:
                found.setdefault(("place", node), _place(allowed, node))
        for segment in route.segments:
            found.setdefault(("segment", segment.facts_id), _segment(allowed, segment))
    return tuple(sorted(found.values(), key=lambda thing: KINDS.index(thing.kind)))


def _lost(allowed: Network, left: Network) -> tuple[str, ...]:
    return tuple(key for key in allowed.segments if key not in left.segments)


def _country(allowed: Network, country: str) -> Closable:
    name = borders.names().get(country)
    return Closable(
        "country",
        country,
        f"{name} ({country})" if name else country,
        _lost(allowed, allowed.without_countries({country})),
    )


def _place(allowed: Network, node: str) -> Closable:
    return Closable("place", node, allowed.nodes[node].name, _lost(allowed, allowed.without_nodes({node})))


def _segment(allowed: Network, segment: records.Segment) -> Closable:
    whole = allowed.catalog.wholes.get(segment.facts_id, segment)
    names = [allowed.nodes[end].name for end in (whole.from_node, whole.to_node)]
    parts = allowed.catalog.parts_of(segment.facts_id) or (segment.id,)
    shut = tuple(key for key in parts if key in allowed.segments)
    return Closable("segment", segment.facts_id, f"{names[0]} - {names[1]} by {segment.mode}", shut)


def _crossing(allowed: Network, segment: records.Segment) -> Closable | None:
    """The border post of a segment: every line between the same two countries that touches the post.

    Where neither end is a border post, the lines between the same two places.
    """
    modes, nodes = allowed.catalog.modes, allowed.nodes
    if segment.crossing is None or not modes[segment.mode].crosses_borders:
        return None
    ends = {segment.from_node, segment.to_node}
    posts = {end for end in ends if nodes[end].kind == "border"}
    pair = set(segment.crossing)

    def belongs(other: records.Segment) -> bool:
        if other.crossing is None or set(other.crossing) != pair or not modes[other.mode].crosses_borders:
            return False
        touched = {other.from_node, other.to_node}
        return bool(posts & touched) if posts else ends == touched

    shut = tuple(key for key, other in allowed.segments.items() if belongs(other))
    at = sorted(posts or ends)
    title = f"{' - '.join(nodes[end].name for end in at)} ({'-'.join(sorted(pair))})"
    return Closable("crossing", "+".join(at), title, shut)


ALL_CLOSED, ALL_KINDS = "all", "all_kinds"
"""The ids of the real closures at once: of those of the kind ``closed``, and of all."""

SHOWN_LINES = 2
"""So many lines of a closure stand in its title."""


def real(network: Network, request: RouteRequest) -> tuple[Closable, ...]:
    """The closures of the data in force on the day of the request, each as if it shut its lines fully; then at once
    those of the kind ``closed``, and those of all kinds where there are others. Only what the request permits counts.
    """
    allowed = allowed_.permitted(network, request)
    found: dict[str, tuple[records.Closure, list[str]]] = {}
    for segment_id, listed in closures.by_segment(network.catalog, request.day).items():
        for closure in listed if segment_id in allowed.segments else ():
            if closure.kind != "open":
                found.setdefault(closure.id, (closure, []))[1].append(segment_id)
    rows = [
        Closable("closure", key, _closure(allowed, closure, shut), tuple(shut))
        for key, (closure, shut) in found.items()
    ]
    closed = [row for row in rows if found[row.id][0].kind == "closed"]
    day = request.day.isoformat()
    if closed:
        rows.append(Closable("closure", ALL_CLOSED, f"all that are closed on {day}", _all(closed)))
    if len(closed) < len(found):
        each = [row for row in rows if row.id in found]
        rows.append(Closable("closure", ALL_KINDS, f"all of every kind in force on {day}", _all(each)))
    return tuple(rows)


def _closure(allowed: Network, closure: records.Closure, shut: Sequence[str]) -> str:
    """'closed, Torkham - Peshawar by road'."""
    nodes, lines = allowed.nodes, [allowed.segments[key] for key in shut]
    texts = list(
        dict.fromkeys(f"{nodes[item.from_node].name} - {nodes[item.to_node].name} by {item.mode}" for item in lines)
    )
    more = len(texts) - SHOWN_LINES
    return ", ".join([closure.kind, *texts[:SHOWN_LINES]]) + (f" and {more} more" if more > 0 else "")


def _all(things: Iterable[Closable]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for thing in things for key in thing.segments))


def close_each(network: Network, request: RouteRequest, things: Iterable[Closable]) -> tuple[Closed, ...]:
    """The best route by ``request.by`` with each thing closed alone."""
    listed = list(things)
    dressing = dressed.Dressing(network, request)
    found = whatif.run(network, request, [Scenario(f"{item.kind} {item.id}", close=item.segments) for item in listed])
    return tuple(
        Closed(
            thing,
            None
            if outcome.is_cut_off
            else dressing.route(request.origin, [network.segments[key] for key in outcome.segment_ids]),
        )
        for thing, outcome in zip(listed, found.outcomes, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Disjoint:
    """How many routes there are that share no segment, and as many segments that cut the places off together."""

    routes: int
    cut: tuple[str, ...]


def disjoint(network: Network, request: RouteRequest) -> Disjoint:
    """The maximum flow over the permitted lines, one unit a segment, which by Menger equals the minimum cut.

    Parts of a split segment count each; hub operations and the criterion do not matter.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> found = disjoint(network, request.make(network.catalog, "Almaty", "Karachi"))
    >>> found.routes == len(found.cut) > 0
    True
    """
    import networkx

    allowed = allowed_.permitted(network, request)
    graph: nx.Graph[str] = networkx.Graph()
    for segment in allowed.segments.values():
        known = graph.get_edge_data(segment.from_node, segment.to_node, {"capacity": 0})["capacity"]
        graph.add_edge(segment.from_node, segment.to_node, capacity=known + 1)
    if not {request.origin, request.destination} <= set(graph):
        return Disjoint(0, ())
    routes = networkx.maximum_flow_value(graph, request.origin, request.destination)
    _, (near, _) = networkx.minimum_cut(graph, request.origin, request.destination)
    cut = tuple(key for key, item in allowed.segments.items() if (item.from_node in near) != (item.to_node in near))
    return Disjoint(int(routes), cut)
