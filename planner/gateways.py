"""From an inland place to markets over the sea: a land way to a port, the port, and a ship's lane from there.

Lanes are segments by sea between each gateway and each market. Where the network has a line of its own between the
two, that is the lane; the others are ways over searoute's lanes. All a route can be asked holds for these as well.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from geodata import errors, records, sealanes
from geodata.catalog import Catalog
from planner import closures as closures_
from planner import named, plan
from planner.criteria import CRITERIA
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route

SEA = "sea"

OVERLAND = ""
"""The gateway of a way that goes to a market by land alone."""


@dataclass(frozen=True)
class Lane:
    """The lane between a gateway and a market, and the straits it passes, in order from the gateway."""

    segment: records.Segment
    straits: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class World:
    """A network without its own lines by sea, but with a lane between each gateway and market that has one.

    ``closed`` are the straits no lane passes; ``base`` is the network it is made of.
    """

    network: Network
    base: Network
    gateways: tuple[str, ...]
    markets: tuple[str, ...]
    lanes: Mapping[tuple[str, str], Lane]
    closed: tuple[str, ...] = ()


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


def world(
    network: Network, gateways: Sequence[str], markets: Mapping[str, records.Node], closed: Sequence[str] = ()
) -> World:
    """The network with lanes from each gateway to each market that pass none of the closed straits.

    Raises RequestError for a gateway or market that is not on the sea, UnknownNameError for what is no strait.

    >>> import corridors
    >>> network = corridors.load()
    >>> made = world(network, ["karachi"], {"salalah": network.nodes["salalah"]}, ["hormuz"])
    >>> made.lanes[("karachi", "salalah")].segment.id
    'karachi-salalah-sea'
    """
    facts = network.catalog
    lanes = _own_lanes(network, gateways, markets, closed)
    starts = {key: network.nodes[key].position for key in gateways}
    ends = {key: node.position for key, node in markets.items()}
    missing = [pair for pair in ((one, two) for one in gateways for two in markets) if pair not in lanes]
    found = sealanes.between({key: starts[key] for key, _ in missing}, {key: ends[key] for _, key in missing},
                             facts.straits, closed)  # fmt: skip
    for (start, end), lane in found.items():
        if (start, end) not in lanes:
            lanes[(start, end)] = Lane(_segment(network.nodes[start], markets[end], lane), lane.straits)
    return _made(network, gateways, markets, lanes, closed)


def with_lanes(made: World, lanes: Mapping[tuple[str, str], Lane], closed: Sequence[str]) -> World:
    """The same gateways and markets with other lanes between them."""
    return _made(made.base, made.gateways, {key: made.network.nodes[key] for key in made.markets}, lanes, closed)


def _made(
    network: Network, gateways: Sequence[str], markets: Mapping[str, records.Node],
    lanes: Mapping[tuple[str, str], Lane], closed: Sequence[str],
) -> World:  # fmt: skip
    nodes = {**network.nodes, **markets}
    lines = {key: item for key, item in network.segments.items() if item.mode != SEA}
    lines |= {lane.segment.id: lane.segment for lane in lanes.values()}
    facts = network.catalog
    catalog = replace(
        facts, nodes=nodes, segments={**facts.segments, **lines}, closures=_closures(facts, lanes.values())
    )
    return World(Network(catalog, nodes, lines), network, tuple(gateways), tuple(markets), lanes, tuple(closed))


def _own_lanes(
    network: Network, gateways: Sequence[str], markets: Collection[str], closed: Collection[str]
) -> dict[tuple[str, str], Lane]:
    """The network's own lines by sea between a gateway and a market that pass no closed strait."""
    found: dict[tuple[str, str], Lane] = {}
    straits = network.catalog.straits
    for item in network.segments.values():
        for start, end in ((item.from_node, item.to_node), (item.to_node, item.from_node)):
            if item.mode == SEA and item.status == "operational" and start in gateways and end in markets:
                passed = sealanes.straits_of(item.coordinates, straits)
                known = found.get((start, end))
                if not set(passed) & set(closed) and (known is None or item.km < known.segment.km):
                    found[(start, end)] = Lane(item, passed if start == item.from_node else passed[::-1])
    return found


def _segment(start: records.Node, end: records.Node, lane: sealanes.Lane) -> records.Segment:
    return records.Segment(
        id=f"{start.id}-{end.id}-lane", from_node=start.id, to_node=end.id, mode=SEA, status="operational",
        length_km=lane.length_km, length_basis="measured_geometry",
        length_detail="measured along the lanes of searoute, quay to quay",
        countries=(start.country, end.country) if start.country != end.country else (start.country,),
        country_km={SEA: lane.length_km}, source=("searoute",), confidence="medium", coordinates=lane.coordinates,
    )  # fmt: skip


def _closures(facts: Catalog, lanes: Iterable[Lane]) -> dict[str, records.Closure]:
    """The closures, each also of the lanes through its straits."""
    made = list(lanes)
    found = {}
    for key, closure in facts.closures.items():
        through = [lane.segment.id for lane in made if set(lane.straits) & set(closure.straits)]
        applies_to = tuple(dict.fromkeys((*closure.applies_to, *through)))
        found[key] = closure.model_copy(update={"applies_to": applies_to})
    return found


def closed_straits(catalog: Catalog, request: RouteRequest) -> tuple[str, ...]:
    """The straits that the closures in force shut, where the request has closures applied; of the kind 'closed'."""
    if request.closures != "apply":
        return ()
    in_force = {row.id: [row] for row in catalog.closures.values() if row.straits and row.in_force(request.day)}
    shut = closures_.enforced(in_force, as_of=closures_.future(catalog, request.as_of))
    return tuple(dict.fromkeys(strait for row in shut.values() for strait in row.straits))


def scenario(made: World, request: RouteRequest, built: str = "") -> Scenario:
    """The ways from the request's origin to each market; its destination plays no part.

    The unbuilt segments of the corridor or project ``built`` count as built, besides what the request allows. Raises
    UnknownNameError where it is neither.
    """
    allowed = plan.permitted(made.network, request)
    notes: list[str] = []
    corridor = None
    if built:
        wider = plan.permitted(made.network, replace(request, include=records.STATUSES[-1], as_of=None))
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
            unreached[gateway] = _without_lane(made, made.network.nodes[gateway].country in request.avoid.countries)
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
