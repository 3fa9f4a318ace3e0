"""The ways to a gateway by land, and what a way takes before its route is made: there are hundreds, few are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from geodata import records
from planner import dressed
from planner.network import Network
from planner.price import impedance, pricing
from planner.price.hubs import Carriage
from planner.price.route import Route
from planner.reasons import Reason
from planner.request import RouteRequest
from planner.search import k_shortest
from planner.seaways import World

KEPT = 8
"""So many networks with ships of theirs are kept with the one they are made of."""

Segments = tuple[records.Segment, ...]


@dataclass(frozen=True, eq=False)
class Way:
    """A route to a market through a gateway; ``straits`` are those its lane passes.

    ``units`` is its impedance by the criterion it was sought by. Of hundreds of ways few are shown, so the route is
    made when it is asked for.
    """

    gateway: str
    market: str
    segments: Segments
    units: int
    straits: tuple[str, ...]
    dressing: dressed.Dressing = field(repr=False)

    @property
    def segment_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.segments)

    @cached_property
    def route(self) -> Route:
        return self.dressing.route(self.dressing.request.origin, self.segments)


@dataclass(frozen=True, eq=False)
class Land:
    """The best way by land to each gateway and to each market that a land line reaches, over what is allowed.

    ``to_ship`` says of a gateway no way leads to why not.
    """

    allowed: Network
    to_ship: Mapping[str, Segments | str]
    to_market: Mapping[str, Segments]


def by_land(made: World, allowed: Network, request: RouteRequest) -> Land:
    """The best ways by land. What goes on by ship is asked for as such: each gateway has a ship, where a way ends."""
    ships: dict[str, records.Segment] = {}
    for (gateway, _), lane in made.lanes.items():
        if lane.segment.id in allowed.segments and gateway not in ships:
            ships[gateway] = lane.segment.model_copy(
                update={"id": f"{gateway}.ship", "from_node": gateway, "to_node": f"{gateway}.ship"}
            )
    sailing = _sailing(allowed, ships)
    none = Reason("no_land_way", place=made.network.nodes[request.origin].name)
    found = {gateway: best(sailing, request, ship.id) for gateway, ship in ships.items()}
    to_ship = {gateway: way[:-1] if way else none for gateway, way in found.items()}
    on_land = [market for market in made.markets if market not in (request.origin, *request.via)]
    to_market = {market: best(sailing, request, market) for market in on_land}
    return Land(allowed, to_ship, {market: way for market, way in to_market.items() if way})


def _sailing(allowed: Network, ships: Mapping[str, records.Segment]) -> Network:
    """What goes by land, and the ships: the same value for the same ships, so that its states serve again."""
    kept: dict[tuple[str, ...], Network] = allowed.kept.setdefault("sailing", {})
    key = tuple(ships)
    if key not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        nodes = [allowed.nodes[gateway].model_copy(update={"id": ship.id}) for gateway, ship in ships.items()]
        kept[key] = Network(allowed.catalog, allowed.nodes, on_land(allowed)).with_(ships.values(), nodes)
    return kept[key]


def on_land(allowed: Network) -> dict[str, records.Segment]:
    """All lines but the lanes of ships."""
    modes = allowed.catalog.modes
    return {key: item for key, item in allowed.segments.items() if not modes[item.mode].lanes}


def best(sailing: Network, request: RouteRequest, end: str) -> Segments:
    """The best way to a ship or to a market that a land line reaches; () where there is none."""
    return next(k_shortest.routes(sailing, replace(request, destination=end, count=1, different=1.0)), ())


Sum = tuple[int, str, Carriage | None]
"""What a way takes so far, the place where it stands, and how."""


def total(made: World, request: RouteRequest, segments: Segments, before: Sum | None = None) -> Sum:
    """The impedance of a way, or of its end after what came ``before``, without the unloading."""
    prices, nodes = pricing.prices(made.network.catalog, request.consignment), made.network.nodes
    measured = impedance.measure(request.by, request.consignment)
    units, at, carriage = before or (0, request.origin, None)
    for segment in segments:
        following, end = Carriage(segment.mode, segment.gauge_mm), segment.other_end(at)
        operations = prices.between(at, carriage, following) if carriage else prices.at_origin(at, following)
        operations += prices.border(segment, nodes[at], nodes[end])
        units += measured([prices.link(segment), *(item.amounts for item in operations)])
        at, carriage = end, following
    return units, at, carriage


def unloaded(made: World, request: RouteRequest, arrived: Sum) -> int:
    """The impedance of a way with the unloading where it ends."""
    units, end, carriage = arrived
    assert carriage is not None
    operations = pricing.prices(made.network.catalog, request.consignment).at_destination(end, carriage)
    return units + impedance.measure(request.by, request.consignment)(item.amounts for item in operations)
