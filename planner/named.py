"""Named corridors as routes: the shortest in km, in their modes and statuses, through their via nodes in order."""

from __future__ import annotations

import difflib
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geodata import errors, records
from planner import closures, plan
from planner import request as request_
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route, assemble

MAX_OFF_SHARE = 0.3
"""A corridor joins two places when at most this share of the way between them lies off it."""


@dataclass(frozen=True, slots=True)
class Left:
    """A corridor that is not in a comparison, and why."""

    corridor: str
    reason: str


def own_segments(network: Network, corridor: records.Corridor) -> tuple[records.Segment, ...]:
    """The segments of the corridor itself, from its own origin to its own destination; () if it is broken."""
    allowed = network.including(corridor.needs_status).in_modes(corridor.modes)
    return shortest_km(allowed, corridor.via)


def own_route(network: Network, corridor: records.Corridor, request: RouteRequest) -> Route | None:
    """The corridor as drawn and measured in a list: nothing avoided, unbuilt parts included and marked."""
    segments = own_segments(network, corridor)
    return _dressed(network, request, corridor, corridor.via[0], segments) if segments else None


def shortest_km(allowed: Network, stops: Sequence[str]) -> tuple[records.Segment, ...]:
    """The shortest way in km through the stops in order, stretch by stretch; () when one cannot be reached.

    Hub operations have no km, so the stretches do not depend on each other. Of parallel segments the shorter one is
    taken; equal ones go by id.
    """
    import networkx

    def parallel(edges: dict[str, dict[str, object]]) -> records.Segment:
        candidates = [edge["segment"] for edge in edges.values()]
        return min((item for item in candidates if isinstance(item, records.Segment)), key=lambda s: (s.km, s.id))

    graph = allowed.graph
    found: list[records.Segment] = []
    for start, end in itertools.pairwise(stops):
        try:
            _, path = networkx.bidirectional_dijkstra(
                graph, start, end, weight=lambda _start, _end, edges: parallel(edges).km
            )
        except networkx.NetworkXNoPath:
            return ()
        found += [parallel(graph[here][there]) for here, there in itertools.pairwise(path)]
    return tuple(found)


@dataclass
class Joiner:
    """Brings named corridors between the two places of a request."""

    network: Network
    request: RouteRequest
    _usable: dict[tuple[str, frozenset[str]], Network] = field(default_factory=dict)

    def join(self, corridor: records.Corridor) -> Route | Left:
        """The corridor between the two places, or why it does not join them.

        Where an end differs, the corridor is joined (or left) at its own end or at its next via node, whichever is
        shorter, and the first (or last) kilometres go in its modes, else by rail and road; over water only from its own
        end. What the request avoids, or shuts, is not used.
        """
        network, request = self.network, self.request
        outside = [mode for mode in corridor.modes if mode not in request.modes]
        if outside:
            hint = "; air competes only when asked for (--mode air)" if "air" in outside else ""
            return Left(corridor.id, f"it needs the mode {', '.join(outside)}, which is not asked for{hint}")
        own = own_segments(network, corridor)
        if not own:
            return Left(corridor.id, "its via nodes are not joined in its modes and statuses")
        found: list[tuple[float, tuple[records.Segment, ...]]] = []
        reasons: list[str] = []
        for kept in _kept_via(corridor, request):
            segments = self._through(corridor, kept)
            if segments:
                reason = _off_corridor(segments, own)
                if reason:
                    reasons.append(reason)
                else:
                    found.append((sum(segment.km for segment in segments), segments))
        if not found:
            usable = self._allowed(corridor.needs_status, frozenset(corridor.modes))
            lost = _why_broken(network, own, usable, request)
            far = _how_far(network, own, corridor, request)
            return Left(corridor.id, lost or min(reasons, default="no way joins them") + far)
        _, best = min(found, key=lambda item: item[0])
        missing = [stop for stop in request.via if stop not in _places(request.origin, best)]
        if missing:
            return Left(corridor.id, f"it does not pass {', '.join(network.nodes[stop].name for stop in missing)}")
        return _dressed(network, request, corridor, request.origin, best)

    def _through(self, corridor: records.Corridor, kept: Sequence[str]) -> tuple[records.Segment, ...]:
        """Origin, the kept via nodes in the corridor's own modes, destination; () where one cannot be reached."""
        own = frozenset(corridor.modes)
        middle = shortest_km(self._allowed(corridor.needs_status, own), kept)
        if not middle and len(kept) > 1:
            return ()
        ends: list[tuple[records.Segment, ...]] = []
        land = own | ({"rail", "road"} & set(self.request.modes))
        at_ends = {corridor.via[0], corridor.via[-1]}
        for start, end in ((self.request.origin, kept[0]), (kept[-1], self.request.destination)):
            wider = (own, land, frozenset(self.request.modes)) if {start, end} & at_ends else (own, land)
            ways = (shortest_km(self._allowed(corridor.needs_status, modes), (start, end)) for modes in wider)
            way = next(filter(None, ways), ()) if start != end else ()
            if not way and start != end:
                return ()
            ends.append(way)
        return (*ends[0], *middle, *ends[1])

    def _allowed(self, status: str, modes: frozenset[str]) -> Network:
        key = (status, modes)
        if key not in self._usable:
            wanted = replace(self.request, include=status, as_of=None, modes=tuple(modes))
            self._usable[key] = plan.permitted(self.network, wanted)
        return self._usable[key]


def _kept_via(corridor: records.Corridor, request: RouteRequest) -> list[tuple[str, ...]]:
    """The via nodes to pass, either way round: all of them, or without an end that is not asked for."""
    kept: dict[tuple[str, ...], None] = {}
    for via in (corridor.via, corridor.via[::-1]):
        for first in (0,) if request.origin == via[0] else (0, 1):
            for last in (len(via),) if request.destination == via[-1] else (len(via), len(via) - 1):
                if via[first:last]:
                    kept.setdefault(via[first:last])
    return list(kept)


def _off_corridor(segments: Sequence[records.Segment], own: Sequence[records.Segment]) -> str:
    """Why the way is not the corridor any more; '' when it is. A reversal of the corridor itself is no fault."""
    usual, used = Counter(segment.id for segment in own), Counter(segment.id for segment in segments)
    if any(count > max(1, usual[key]) for key, count in used.items()):
        return "the way to it would go back over its own track"
    total_km = sum(segment.km for segment in segments)
    off_km = sum(segment.km for segment in segments if segment.id not in usual)
    if off_km > MAX_OFF_SHARE * total_km:
        return f"{off_km:,.0f} of {total_km:,.0f} km would lie off it"
    return ""


def _how_far(
    network: Network, own: Sequence[records.Segment], corridor: records.Corridor, request: RouteRequest
) -> str:
    """Which of the two ends lies off the corridor, and how far from its nearest place."""
    from geodata import geodesy

    places = [network.nodes[key] for key in _places(corridor.via[0], own)]
    texts = []
    for end in (network.nodes[request.origin], network.nodes[request.destination]):
        near = min(places, key=lambda place: geodesy.distance_km(place.position, end.position))
        gap_km = geodesy.distance_km(near.position, end.position)
        if gap_km > 0:
            texts.append(f"{end.name} lies {gap_km:,.0f} km from it (nearest place: {near.name})")
    return "; " + "; ".join(texts) if texts else ""


def _why_broken(network: Network, own: Sequence[records.Segment], usable: Network, request: RouteRequest) -> str:
    """The first segments of the corridor that the request does not let it use."""
    lost = [segment for segment in own if segment.id not in usable.segments]
    if not lost:
        return ""
    names = ", ".join(segment.id for segment in lost[:3]) + (" ..." if len(lost) > 3 else "")
    if request.closures == "apply":
        shut = closures.enforced(closures.by_segment(network.catalog, request.day), as_of=request.as_of)
        closed = [segment for segment in lost if segment.id in shut]
        if closed:
            first = closed[0]
            return closures.describe(shut[first.id], [first], network.catalog)
    return f"it cannot use {names}, which is avoided"


def _places(origin: str, segments: Sequence[records.Segment]) -> list[str]:
    places = [origin]
    for segment in segments:
        places.append(segment.other_end(places[-1]))
    return places


def _dressed(
    network: Network, request: RouteRequest, corridor: records.Corridor, origin: str,
    segments: Sequence[records.Segment],
) -> Route:  # fmt: skip
    """The route with its warnings; it carries the label of its corridor first."""
    bare = assemble(network, request.consignment, origin, segments)
    in_force = closures.by_segment(network.catalog, request.day)
    notes = [*plan.unbuilt_warnings(network, bare), *closures.warnings(segments, in_force, network.catalog)]
    if request.as_of is not None:
        late_km = sum(segment.km for segment in segments if segment.id not in network.as_of(request.as_of).segments)
        if late_km:
            notes.insert(0, f"not open in {request.as_of} by central estimates: {late_km:,.0f} km")
    others = [label for label in plan.labels(network, bare) if label != corridor.id]
    return Route(bare.legs, bare.hubs, bare.consignment, (corridor.id, *others), tuple(notes))


def find(network: Network, text: str) -> records.Corridor:
    """The corridor with this id; raises UnknownNameError with the nearest ids."""
    corridors = network.catalog.corridors
    key = text.strip().casefold()
    if key in corridors:
        return corridors[key]
    hints = difflib.get_close_matches(key, corridors, n=3)
    raise errors.UnknownNameError("corridor", text, hints, f"known: {', '.join(corridors)}")


def question(network: Network, corridor: records.Corridor) -> RouteRequest:
    """The request a corridor answers by itself: its own ends and modes, one TEU, on the data date."""
    return request_.make(
        network.catalog, corridor.origin, corridor.destination, modes=corridor.modes, include=corridor.needs_status
    )
