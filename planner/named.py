"""Named corridors as routes: the shortest in km, in their modes and statuses, through their via nodes in order."""

from __future__ import annotations

import difflib
import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from geodata import errors, records
from planner import allowed as allowed_, closures, dressed, request as request_
from planner.network import Network
from planner.price.route import Route
from planner.reasons import Condition, Reason
from planner.request import RouteRequest

MAX_OFF_SHARE = 0.3
"""A corridor joins two places when at most this share of the way between them lies off it."""


MAX_DETOUR = 2.0
"""A corridor that an end lies off does not join the places in earnest when the way by it is longer than this times the
shortest one."""

NEAREST = 2
"""How many of the via nodes nearest to a place are tried for joining the corridor."""


NEAR = {"first": "", "second": ""}
"""Neither end lies off a corridor."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A corridor between two places; ``part`` names the stretch of it that is used, '' for the whole."""

    route: Route
    part: str


@dataclass(frozen=True, slots=True)
class CorridorLeftOut:
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
    if not segments:
        return None
    return dressed.Dressing(network, request).route(corridor.via[0], segments, corridor=corridor.id)


def whole(network: Network, corridor: records.Corridor, asked: RouteRequest | None = None) -> Route:
    """Like ``own_route`` with the corridor's own question; raises NoRouteError when its via nodes are not joined."""
    route = own_route(network, corridor, asked or question(network, corridor))
    if route is None:
        raise errors.NoRouteError(f"the via nodes of {corridor.id} are not joined in its modes and statuses")
    return route


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
    _ways: dict[tuple[str, frozenset[str], str, str], tuple[records.Segment, ...]] = field(default_factory=dict)

    def join(self, corridor: records.Corridor) -> Joined | CorridorLeftOut:
        """The corridor, or the part of it, that lies between the two places; or why it does not join them.

        An end that is a via node begins (or ends) the part there. From another one the corridor is joined (or left) at
        one of the NEAREST via nodes, whichever makes the shorter way; those first (or last) kilometres go in its modes,
        else over any land, and over water only from the corridor's own end. What the request avoids, or shuts, is
        not used.
        """
        network, request = self.network, self.request
        outside = [mode for mode in corridor.modes if mode not in request.modes]
        if outside:
            others = [mode for mode in outside if not network.catalog.modes[mode].default]
            asked = Condition("modes", tuple(others[:1]))
            hint = Reason("competes_when_asked", mode=others[0], condition=asked) if others else ""
            return CorridorLeftOut(corridor.id, Reason("mode_not_asked", modes=tuple(outside), hint=hint))
        own = own_segments(network, corridor)
        if not own:
            return CorridorLeftOut(corridor.id, Reason("not_connected"))
        found: list[tuple[float, tuple[str, ...], tuple[records.Segment, ...]]] = []
        reasons: list[Reason] = []
        for kept in self._parts(corridor):
            segments = self._through(corridor, kept)
            if segments:
                reason = _off_corridor(segments, own)
                if reason:
                    reasons.append(reason)
                else:
                    found.append((sum(segment.km for segment in segments), kept, segments))
        if not found:
            usable = self._allowed(corridor.needs_status, frozenset(corridor.modes))
            lost = _why_broken(network, own, usable, request)
            far = dict(zip(("first", "second"), _how_far(network, own, corridor, request), strict=True))
            why = min(reasons, default=Reason("no_way", **NEAR))
            return CorridorLeftOut(corridor.id, lost or Reason(why.code, **{**why.facts, **far}))
        best_km, kept, best = min(found, key=lambda item: item[:2])
        direct_km = sum(
            segment.km
            for segment in self._way(
                corridor.needs_status, frozenset(request.modes), request.origin, request.destination
            )
        )
        if best_km > MAX_DETOUR * direct_km and not {request.origin, request.destination} <= set(corridor.via):
            return CorridorLeftOut(corridor.id, Reason("detour", km=best_km, times=MAX_DETOUR, best_km=direct_km))
        if not passed(request.via, _places(request.origin, best)):
            names = tuple(network.nodes[stop].name for stop in request.via)
            return CorridorLeftOut(corridor.id, Reason("not_passed", places=names))
        part = (
            "" if set(kept) >= set(corridor.via) else f"{network.nodes[kept[0]].name} - {network.nodes[kept[-1]].name}"
        )
        return Joined(dressed.Dressing(network, request).route(request.origin, best, corridor=corridor.id), part)

    def _through(self, corridor: records.Corridor, kept: Sequence[str]) -> tuple[records.Segment, ...]:
        """Origin, the kept via nodes in the corridor's own modes, destination; () where one cannot be reached."""
        own, status = frozenset(corridor.modes), corridor.needs_status
        modes = self.network.catalog.modes
        land = own | {mode for mode in self.request.modes if modes[mode].area == "land"}
        at_ends = {corridor.via[0], corridor.via[-1]}
        found: list[records.Segment] = []
        stops = [self.request.origin, *kept, self.request.destination]
        for at, (start, end) in enumerate(itertools.pairwise(stops)):
            if start == end:
                continue
            sets = [own]
            if at in (0, len(stops) - 2):
                sets += [land, frozenset(self.request.modes)] if {start, end} & at_ends else [land]
            way = next(filter(None, (self._way(status, allowed, start, end) for allowed in sets)), ())
            if not way:
                return ()
            found += way
        return tuple(found)

    def _parts(self, corridor: records.Corridor) -> list[tuple[str, ...]]:
        """The runs of two or more via nodes, either way round, that the two places may use."""
        parts: dict[tuple[str, ...], None] = {}
        for via in (corridor.via, corridor.via[::-1]):
            for first in self._nearest(corridor, via, self.request.origin):
                for last in self._nearest(corridor, via, self.request.destination):
                    if last > first:
                        parts.setdefault(via[first : last + 1])
        return list(parts)

    def _nearest(self, corridor: records.Corridor, via: Sequence[str], place: str) -> list[int]:
        """Where a place is in the via nodes, else the nearest ones by the shortest way in km."""
        if place in via:
            return [via.index(place)]
        modes = frozenset(self.request.modes)
        km = {
            at: sum(segment.km for segment in self._way(corridor.needs_status, modes, place, stop)) or math.inf
            for at, stop in enumerate(via)
        }
        return sorted(km, key=lambda at: (km[at], at))[:NEAREST]

    def _way(self, status: str, modes: frozenset[str], start: str, end: str) -> tuple[records.Segment, ...]:
        key = (status, modes, start, end)
        if key not in self._ways:
            self._ways[key] = shortest_km(self._allowed(status, modes), (start, end))
        return self._ways[key]

    def _allowed(self, status: str, modes: frozenset[str]) -> Network:
        key = (status, modes)
        if key not in self._usable:
            self._usable[key] = allowed_.without_forbidden(self.network.including(status).in_modes(modes), self.request)
        return self._usable[key]


def passed(wanted: Sequence[str], places: Sequence[str]) -> bool:
    """Whether some places are passed in their order."""
    remaining = iter(places)
    return all(any(place == stop for place in remaining) for stop in wanted)


def _off_corridor(segments: Sequence[records.Segment], own: Sequence[records.Segment]) -> Reason | None:
    """Why the way is not the corridor any more; None when it is. A reversal of the corridor itself is no fault."""
    usual, used = Counter(segment.id for segment in own), Counter(segment.id for segment in segments)
    if any(count > max(1, usual[key]) for key, count in used.items()):
        return Reason("back_over", **NEAR)
    total_km = sum(segment.km for segment in segments)
    off_km = sum(segment.km for segment in segments if segment.id not in usual)
    if off_km > MAX_OFF_SHARE * total_km:
        return Reason("off_it", off_km=off_km, km=total_km, **NEAR)
    return None


def _how_far(
    network: Network, own: Sequence[records.Segment], corridor: records.Corridor, request: RouteRequest
) -> list[Reason | str]:
    """For each of the two ends how far from its nearest place it lies off the corridor; '' where it does not."""
    from geodata.globe import geodesy

    places = [network.nodes[key] for key in _places(corridor.via[0], own)]
    found: list[Reason | str] = []
    for end in (network.nodes[request.origin], network.nodes[request.destination]):
        near = min(places, key=lambda place: geodesy.distance_km(place.position, end.position))
        gap_km = geodesy.distance_km(near.position, end.position)
        found.append(Reason("end_off", place=end.name, km=gap_km, nearest=near.name) if gap_km > 0 else "")
    return found


def _why_broken(network: Network, own: Sequence[records.Segment], usable: Network, request: RouteRequest) -> str:
    """The first segments of the corridor that the request does not let it use."""
    lost = [segment for segment in own if segment.id not in usable.segments]
    if not lost:
        return ""
    if request.closures == "apply":
        shut = allowed_.closed_in_data(network, request)
        closed = [segment for segment in lost if segment.id in shut]
        if closed:
            first = closed[0]
            return closures.describe(shut[first.id], [first], network.catalog)
    taken = allowed_.taken_closed(network, request, lost)
    if taken:
        more = " ..." if len(taken) > 3 else ""
        return Reason("cannot_use_closed", segments=tuple(taken[:3]), more=more, closed=request.closed.texts)
    names = tuple(segment.id for segment in lost[:3])
    return Reason("cannot_use", segments=names, more=" ..." if len(lost) > 3 else "")


def _places(origin: str, segments: Sequence[records.Segment]) -> list[str]:
    places = [origin]
    for segment in segments:
        places.append(segment.other_end(places[-1]))
    return places


def find(network: Network, text: str) -> records.Corridor:
    """The corridor with this id; raises UnknownNameError with the nearest ids."""
    corridors = network.catalog.corridors
    if text.strip() in corridors:
        return corridors[text.strip()]
    by_key = {key.casefold(): key for key in corridors}
    asked = text.strip().casefold()
    if asked in by_key:
        return corridors[by_key[asked]]
    hints = [by_key[key] for key in difflib.get_close_matches(asked, by_key, n=3)]
    raise errors.UnknownNameError("corridor", text, hints, f"known: {', '.join(corridors)}")


def question(
    network: Network,
    corridor: records.Corridor,
    *,
    cargo: str = "general",
    tonnes: float | None = None,
    central: bool = False,
    day: date | None = None,
) -> RouteRequest:
    """The request a corridor answers by itself: its own ends and modes; by default one TEU, on the data date."""
    return request_.make(
        network.catalog,
        corridor.origin,
        corridor.destination,
        modes=corridor.modes,
        include=corridor.needs_status,
        cargo=cargo,
        tonnes=tonnes,
        central=central,
        day=day,
    )
