"""From an inland place to markets over the sea: a land way to a port, the port, and a ship's lane from there.

The lanes are those of ``seaways``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from geodata import errors, records
from planner import named, plan
from planner.criteria import CRITERIA
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route
from planner.seaways import SEA, World

OVERLAND = ""
"""The gateway of a way that goes to a market by land alone."""


@dataclass(frozen=True)
class Way:
    """A route to a market through a gateway; ``straits`` are those its lane passes."""

    gateway: str
    market: str
    route: Route
    straits: tuple[str, ...] = ()


Segments = tuple[records.Segment, ...]


@dataclass(frozen=True, eq=False)
class Land:
    """The best way by land to each gateway and to each market that a land line reaches, over what is allowed.

    ``to_ship`` says of a gateway no way leads to why not. ``corridor`` is the way over a corridor that counts as built
    and the gateway it ends at, be it the best one or not.
    """

    allowed: Network
    to_ship: Mapping[str, Segments | str]
    to_market: Mapping[str, Segments]
    corridor: tuple[str, Segments] | None = None


@dataclass(frozen=True)
class Scenario:
    """The ways to each market over one state of the network, the best first; ``built`` is what counts as built in it.

    ``over`` are the ways over that corridor to its gateway, ``unreached`` says of gateways why no land way leads
    there, ``notes`` what of ``built`` cannot be used.
    """

    built: str
    ways: Mapping[str, tuple[Way, ...]]
    over: Mapping[str, Way] = field(default_factory=dict)
    unreached: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    land: Land | None = field(default=None, repr=False, compare=False)
    without_lane: Mapping[str, str] = field(default_factory=dict)
    """Why no lane that may be used leads to a market, for those."""

    def best(self, market: str) -> Way | None:
        return self.ways[market][0] if self.ways[market] else None

    def why_not(self, market: str) -> str | None:
        """Why no way leads to a market; None where one does."""
        if self.ways[market]:
            return None
        return self.without_lane.get(market, "no gateway with a lane there can be reached by land")


def scenario(made: World, request: RouteRequest, built: str = "") -> Scenario:
    """The ways from the request's origin to each market; its destination plays no part.

    The unbuilt segments of the corridor or project ``built`` count as built, besides what the request allows. Raises
    UnknownNameError where it is neither.
    """
    allowed = plan.permitted(made.network, request)
    notes: list[str] = []
    corridor = None
    if built:
        wider = plan.without_forbidden(made.network.in_modes(request.modes), request)
        keys = unbuilt(made.network, built)
        lost = [key for key in keys if key not in wider.segments]
        if lost:
            notes.append(f"{built}: closed or avoided under these conditions, so not built here: {', '.join(lost)}")
        allowed = allowed.with_([wider.segments[key] for key in keys if key in wider.segments])
        corridor = _over(made, allowed, request, built, notes)
    return ranked(made, request, _land(made, allowed, request, corridor), built, tuple(notes))


def rerouted(made: World, request: RouteRequest, before: Scenario) -> Scenario:
    """The ways of a scenario over other lanes: what is on land stays as it is."""
    if before.land is None:
        raise ValueError("a scenario that was not worked out has no ways by land")
    lanes = {lane.segment.id: lane.segment for lane in made.lanes.values()}
    kept = {key: item for key, item in before.land.allowed.segments.items() if item.mode != SEA}
    without = replace(request, include=records.STATUSES[-1], as_of=None, closures="warn")
    usable = plan.permitted(Network(made.network.catalog, made.network.nodes, lanes), without)
    allowed = Network(made.network.catalog, made.network.nodes, {**kept, **usable.segments})
    return ranked(made, request, replace(before.land, allowed=allowed), before.built, before.notes)


def _land(made: World, allowed: Network, request: RouteRequest, corridor: tuple[str, Segments] | None) -> Land:
    """The best ways by land. What goes on by ship is asked for as such: each gateway has a ship, where a way ends."""
    land = Network(allowed.catalog, allowed.nodes,
                   {key: item for key, item in allowed.segments.items() if item.mode != SEA})  # fmt: skip
    ships: dict[str, records.Segment] = {}
    for (gateway, _), lane in made.lanes.items():
        if lane.segment.id in allowed.segments and gateway not in ships:
            ships[gateway] = lane.segment.model_copy(
                update={"id": f"{gateway}.ship", "from_node": gateway, "to_node": f"{gateway}.ship"})  # fmt: skip
    nodes = [made.network.nodes[key].model_copy(update={"id": ship.id}) for key, ship in ships.items()]
    sailing = land.with_(ships.values(), nodes)
    to_ship: dict[str, Segments | str] = {}
    for gateway, ship in ships.items():
        try:
            to_ship[gateway] = plan.plan(sailing, _alone(request, ship.id))[0].segments[:-1]
        except errors.NoRouteError:
            to_ship[gateway] = f"no way by land from {made.network.nodes[request.origin].name} over the lines allowed"
    to_market = {market: _overland(land, request, market) for market in made.markets}
    return Land(allowed, to_ship, {market: way for market, way in to_market.items() if way}, corridor)


def ranked(made: World, request: RouteRequest, land: Land, built: str, notes: tuple[str, ...]) -> Scenario:
    """All ways that the lanes make of the ways by land, the best first for each market."""
    ways: dict[str, tuple[Way, ...]] = {}
    over: dict[str, Way] = {}
    for market in made.markets:
        found = [(OVERLAND, land.to_market[market])] if market in land.to_market else []
        for gateway, way in land.to_ship.items():
            found += _onward(made, land.allowed, request, gateway, market, () if isinstance(way, str) else way)
        by_corridor: list[tuple[str, Segments]] = []
        if land.corridor is not None:
            by_corridor = _onward(made, land.allowed, request, land.corridor[0], market, land.corridor[1])
        routes = plan.routes_over(made.network, request, [way for _, way in (*found, *by_corridor)])
        made_ways = [
            Way(gateway, market, route, made.lanes[(gateway, market)].straits if gateway else ())
            for (gateway, _), route in zip((*found, *by_corridor), routes, strict=True)
        ]
        if by_corridor:
            over[market] = made_ways.pop()
        ways[market] = tuple(sorted(made_ways, key=lambda way: (value(way.route, request.by), way.gateway)))
    unreached = {gateway: way for gateway, way in land.to_ship.items() if isinstance(way, str)}
    for gateway in made.gateways:
        if gateway not in land.to_ship:
            is_avoided = made.network.nodes[gateway].country in request.avoid.countries
            alone = made.markets == (gateway,)
            unreached[gateway] = "it is the market itself" if alone else _without_lane(made, is_avoided)
    reached = {market for (_, market), lane in made.lanes.items() if lane.segment.id in land.allowed.segments}
    without = {market: _without_lane(made, made.network.nodes[market].country in request.avoid.countries)
               for market in made.markets if market not in reached}  # fmt: skip
    return Scenario(built, ways, over, unreached, notes, land, without)


def _without_lane(made: World, is_avoided: bool) -> str:
    """Why no lane starts or ends at a port."""
    if is_avoided:
        return "its country is avoided"
    titles = [made.network.catalog.straits[key].title for key in made.closed]
    return f"every lane passes a strait that is closed ({', '.join(titles)})" if titles else "no lane may be used"


def _onward(
    made: World, allowed: Network, request: RouteRequest, gateway: str, market: str, way: Segments
) -> list[tuple[str, Segments]]:
    """A way to a gateway and on to a market; none where no lane leads there or it has been passed already."""
    lane = made.lanes.get((gateway, market))
    passed = {end for item in way for end in (item.from_node, item.to_node)} | {request.origin}
    if lane is None or lane.segment.id not in allowed.segments or gateway not in passed or market in passed:
        return []
    return [(gateway, (*way, lane.segment))]


def _over(
    made: World, allowed: Network, request: RouteRequest, built: str, notes: list[str]
) -> tuple[str, Segments] | None:
    """The gateway a corridor ends at and the way over it from the origin; None for a project, or with a note."""
    corridor = made.network.catalog.corridors.get(built)
    if corridor is None or corridor.destination not in made.gateways:
        kind = "a project" if corridor is None else "a corridor that ends at no gateway asked for"
        notes.append(f"{built} is {kind}: what its lines change is told, no way over it alone")
        return None
    asked = replace(request, destination=corridor.destination, include=records.STATUSES[-1], as_of=None,
                    closures="warn", modes=tuple(mode for mode in request.modes if mode != SEA))  # fmt: skip
    if asked.origin == corridor.destination:
        notes.append(f"{built} ends at the origin itself: no way over it alone")
        return None
    missing = [item.id for item in named.own_segments(made.base, corridor) if item.id not in allowed.segments]
    if missing:  # a corridor without them would be joined by a detour
        notes.append(f"no way over {built} itself: {', '.join(missing)} cannot be used")
        return None
    joined = named.Joiner(allowed, asked).join(corridor)
    if isinstance(joined, named.Left):
        notes.append(f"{built}: {joined.reason}")
        return None
    return corridor.destination, joined.route.segments


def _overland(land: Network, request: RouteRequest, market: str) -> Segments:
    """The best way to a market that a land line reaches; () where there is none."""
    if market == request.origin or not any(market in (item.from_node, item.to_node) for item in land.segments.values()):
        return ()
    try:
        return plan.plan(land, _alone(request, market))[0].segments
    except errors.NoRouteError:
        return ()


def _alone(request: RouteRequest, market: str) -> RouteRequest:
    """The question for the one best route over a network that holds what is allowed and nothing else."""
    return replace(request, destination=market, count=1, different=1.0, include=records.STATUSES[-1], as_of=None,
                   closures="warn")  # fmt: skip


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return CRITERIA[by].value(route.amounts, route.consignment)


def unbuilt(network: Network, text: str) -> tuple[str, ...]:
    """The unbuilt segments of a named corridor or a project, by id. Raises UnknownNameError for neither."""
    catalog = network.catalog
    if text in catalog.corridors:
        keys = [item.id for item in named.own_segments(network, catalog.corridors[text])]
    elif text in catalog.projects:
        keys = [part for key in catalog.projects[text].segments for part in catalog.parts_of(key)]
    else:
        known = (*catalog.corridors, *catalog.projects)
        hints = difflib.get_close_matches(text, known, n=3)
        raise errors.UnknownNameError("corridor or project", text, hints, f"known: {', '.join(known)}")
    return tuple(key for key in keys if network.segments[key].status != "operational")
