"""From an inland place to markets over the sea: a land way to a port, the port, and a ship's lane from there.

The lanes are those of ``seaways``.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from geodata import errors, records
from planner import allowed as allowed_, dressed, named
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.reasons import Reason
from planner.request import RouteRequest
from planner.sea import stretches, ways as ways_
from planner.sea.ways import Land, Segments, Way
from planner.seaways import World

KEPT = 8
"""So many networks with lines built are kept with the one they are made of."""

NAMED = 3
"""So many segments are named in a note."""

OVERLAND = ""
"""The gateway of a way that goes to a market by land alone."""


@dataclass(frozen=True)
class GatewayScenario:
    """The ways to each market over one state of the network, the best first; ``built`` is what counts as built in it.

    ``over`` are the best ways to each market that take all of its new lines, to a gateway of the country it ends in;
    ``unreached`` says of gateways why no land way leads there, ``notes`` what of ``built`` cannot be used.
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


def scenario(made: World, request: RouteRequest, built: str = "", *, over: bool = True) -> GatewayScenario:
    """The ways from the request's origin to each market; its destination plays no part. ``over`` False leaves them out.

    The unbuilt segments of the corridor or project ``built`` count as built, besides what the request allows. Raises
    UnknownNameError where it is neither.
    """
    allowed = allowed_.permitted(made.network, request)
    if not built:
        return ranked(made, request, ways_.by_land(made, allowed, request))
    wider = allowed_.without_forbidden(made.network.in_modes(request.modes), request)
    keys = unbuilt(made.network, built)
    lost = [key for key in keys if key not in wider.segments]
    notes: list[str] = []
    if lost:
        more = Reason("and_more", count=len(lost) - NAMED) if len(lost) > NAMED else ""
        notes.append(Reason("not_built_for", built=built, lines=tuple(lost[:NAMED]), more=more))
    elif all(key in allowed.segments for key in keys):
        notes.append(Reason("built_already", built=built))
    allowed = _built(allowed, [wider.segments[key] for key in keys if key in wider.segments])
    found = ranked(made, request, ways_.by_land(made, allowed, request), built)
    if over and not lost:
        new = [allowed.segments[key] for key in keys]
        found = replace(found, over=_over(made, allowed, request, new, built, notes))
    return replace(found, notes=tuple(notes))


def _built(allowed: Network, segments: Sequence[records.Segment]) -> Network:
    """The network with some lines more; the same value for the same lines, so that its states serve again."""
    kept: dict[tuple[str, ...], Network] = allowed.kept.setdefault("built", {})
    key = tuple(item.id for item in segments)
    if key not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = allowed.with_(segments)
    return kept[key]


def rerouted(made: World, request: RouteRequest, before: GatewayScenario) -> GatewayScenario:
    """The ways of a scenario over other lanes: what is on land stays as it is."""
    if before.land is None:
        raise ValueError("a scenario that was not worked out has no ways by land")
    lanes = {lane.segment.id: lane.segment for lane in made.lanes.values()}
    kept = ways_.on_land(before.land.allowed)
    usable = allowed_.without_forbidden(Network(made.network.catalog, made.network.nodes, lanes), request)
    allowed = Network(made.network.catalog, made.network.nodes, {**kept, **usable.segments})
    return replace(ranked(made, request, replace(before.land, allowed=allowed), before.built), notes=before.notes)


def ranked(made: World, request: RouteRequest, land: Land, built: str = "") -> GatewayScenario:
    """All ways that the lanes make of the ways by land, the best first for each market."""
    ways: dict[str, tuple[Way, ...]] = {}
    dressing = dressed.Dressing(made.network, request)
    begun = {key: ways_.total(made, request, way) for key, way in land.to_ship.items() if not isinstance(way, str)}
    for market in made.markets:
        found = [(OVERLAND, land.to_market[market])] if market in land.to_market else []
        for gateway, way in land.to_ship.items():
            found += _onward(made, land.allowed, request, gateway, market, () if isinstance(way, str) else way)
        made_ways = []
        for gateway, way in found:
            first, onward = (begun[gateway], way[-1:]) if gateway else (None, way)
            units = ways_.unloaded(made, request, ways_.total(made, request, onward, first))
            straits = made.lanes[(gateway, market)].straits if gateway else ()
            made_ways.append(Way(gateway, market, way, units, straits, dressing))
        ways[market] = tuple(sorted(made_ways, key=lambda way: (way.units, way.gateway)))
    unreached = {gateway: way for gateway, way in land.to_ship.items() if isinstance(way, str)}
    for gateway in made.gateways:
        if gateway not in land.to_ship:
            alone = made.markets == (gateway,)
            unreached[gateway] = "it is the market itself" if alone else _without_lane(made, request, gateway)
    reached = {market for (_, market), lane in made.lanes.items() if lane.segment.id in land.allowed.segments}
    without = {market: _without_lane(made, request, market) for market in made.markets if market not in reached}
    return GatewayScenario(built, ways, unreached=unreached, land=land, without_lane=without)


def _without_lane(made: World, request: RouteRequest, port: str) -> str:
    """Why no lane starts or ends at a port."""
    if port in request.avoid.nodes:
        return "it is avoided"
    if made.network.nodes[port].country in request.avoid.countries:
        return "its country is avoided"
    if made.network.nodes[port].country in request.closed.countries:
        return "its country is taken as closed to transit"
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
    made: World, allowed: Network, request: RouteRequest, new: Sequence[records.Segment], built: str, notes: list[str]
) -> dict[str, Way]:
    """The best way to each market that takes all of the new lines once, to a gateway of the country a corridor ends in.

    None, with a note, where no way can.

    Where the new lines are one after the other, no other line is left at the places between them: who passes one of
    these passes all of them. So the search stays exact.
    """
    chains = stretches.of_segments(new)
    if chains is None:
        notes.append(Reason("branches", built=built))
        return {}
    at = next((number for number, (nodes, _) in enumerate(chains) if request.origin in nodes), None)
    if at is not None:  # what lies behind the origin is no part of a way from it
        nodes, segments = chains[at]
        step = nodes.index(request.origin)
        chains = [(nodes[step:], segments[step:]), *chains[at + 1 :]]
        notes.append(Reason("on_new_lines", place=made.network.nodes[request.origin].name, built=built))
    chains = [chain for chain in chains if chain[1]]
    if not chains:
        return {}
    kept = {item.id for _, segments in chains for item in segments}
    inner = {node for nodes, _ in chains for node in nodes[1:-1]}
    ends = {frozenset((nodes[0], nodes[-1])) for nodes, _ in chains if len(nodes) == 2}
    without = [
        item.id
        for item in allowed.segments.values()
        if item.id not in kept
        and not allowed.catalog.modes[item.mode].lanes
        and ({item.from_node, item.to_node} & inner or frozenset((item.from_node, item.to_node)) in ends)
    ]
    usable = allowed.without(without)
    fitting = _of_its_country(made, built)
    over: dict[str, Way] = {}
    orders = [chains] if at is not None else [chains, [(nodes[::-1], line[::-1]) for nodes, line in reversed(chains)]]
    for order in orders:  # who comes from the other end takes them the other way
        passed = (node for nodes, _ in order for node in dict.fromkeys((*nodes[:2], *nodes[-2:])))
        via = tuple(node for node in passed if node != request.origin)
        asked = replace(request, via=tuple(node for node, _ in itertools.groupby(via)))
        for market, ways in ranked(fitting, asked, ways_.by_land(fitting, usable, asked), built).ways.items():
            whole = next((way for way in ways if all(way.segment_ids.count(key) == 1 for key in kept)), None)
            if whole is not None:
                over[market] = whole
        if over:
            break
    if not over:
        notes.append(Reason("not_all", built=built))
    return over


def _of_its_country(made: World, built: str) -> World:
    """The gateways of the country a corridor ends in, where it has some: it leads to these; all for a project."""
    corridor = made.network.catalog.corridors.get(built)
    country = made.network.nodes[corridor.destination].country if corridor is not None else ""
    own = tuple(key for key in made.gateways if made.network.nodes[key].country == country)
    if not own:
        return made
    return replace(made, gateways=own, lanes={pair: lane for pair, lane in made.lanes.items() if pair[0] in own})


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return MEASURES[by].value(route.amounts, route.consignment)


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
