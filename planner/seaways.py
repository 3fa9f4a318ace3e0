"""A network at sea: lanes of ships between gateways and markets in the place of its own lines by sea.

One voyage model holds everywhere: a line by sea is a voyage on one vessel, from quay to quay. The data has one between
each two of its ports (``geodata.make.lanes``), so a plan and the gateways take the same lane, at the same price. Where
the network has none between the two, or it passes a closed strait, the lane is a way over searoute's lanes. All a route
can be asked holds for these as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from geodata import errors, records
from geodata.catalog import Catalog
from geodata.globe import sealanes
from planner import closures as closures_
from planner.network import Network
from planner.request import RouteRequest


def lane_mode(facts: Catalog) -> str:
    """The mode that goes by the lanes of ships. Raises RequestError where modes.toml has none."""
    for mode in facts.modes.values():
        if mode.lanes:
            return mode.id
    raise errors.RequestError("no mode has lanes of ships; one row of modes.toml needs lanes = true")


KEPT = 16
"""How many worlds are kept with the network they are made of."""


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
    kept: dict[tuple[tuple[str, ...], ...], World] = network.kept.setdefault("worlds", {})
    key = (tuple(gateways), tuple(markets), tuple(closed))
    if key not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = _world(network, gateways, markets, closed)
    return kept[key]


def _world(
    network: Network, gateways: Sequence[str], markets: Mapping[str, records.Node], closed: Sequence[str]
) -> World:
    facts = network.catalog
    lanes = _own_lanes(network, gateways, markets, closed)
    starts = {key: network.nodes[key].position for key in gateways}
    ends = {key: node.position for key, node in markets.items()}
    missing = [pair for pair in ((one, two) for one in gateways for two in markets) if pair not in lanes]
    found = sealanes.between(
        {key: starts[key] for key, _ in missing}, {key: ends[key] for _, key in missing}, facts.straits, closed
    )
    for (start, end), lane in found.items():
        if (start, end) not in lanes:
            lanes[(start, end)] = Lane(_segment(facts, network.nodes[start], markets[end], lane), lane.straits)
    return _made(network, gateways, markets, lanes, closed)


def with_lanes(made: World, lanes: Mapping[tuple[str, str], Lane], closed: Sequence[str]) -> World:
    """The same gateways and markets with other lanes between them."""
    return _made(made.base, made.gateways, {key: made.network.nodes[key] for key in made.markets}, lanes, closed)


def _made(
    network: Network,
    gateways: Sequence[str],
    markets: Mapping[str, records.Node],
    lanes: Mapping[tuple[str, str], Lane],
    closed: Sequence[str],
) -> World:
    nodes = {**network.nodes, **markets}
    facts = network.catalog
    lines = {key: item for key, item in network.segments.items() if not facts.modes[item.mode].lanes}
    lines |= {lane.segment.id: lane.segment for lane in lanes.values()}
    catalog = replace(
        facts, nodes=nodes, segments={**facts.segments, **lines}, closures=_closures(facts, lanes.values())
    )
    return World(Network(catalog, nodes, lines), network, tuple(gateways), tuple(markets), lanes, tuple(closed))


def _own_lanes(
    network: Network, gateways: Sequence[str], markets: Collection[str], closed: Collection[str]
) -> dict[tuple[str, str], Lane]:
    """The network's own lines by sea between a gateway and a market that pass no closed strait."""
    found: dict[tuple[str, str], Lane] = {}
    facts = network.catalog
    for item in (item for item in network.segments.values() if facts.modes[item.mode].lanes):
        for start, end in ((item.from_node, item.to_node), (item.to_node, item.from_node)):
            if item.status == "operational" and start in gateways and end in markets:
                passed = item.straits or sealanes.straits_of(item.coordinates, facts.straits)
                known = found.get((start, end))
                if not set(passed) & set(closed) and (known is None or item.km < known.segment.km):
                    found[(start, end)] = Lane(item, passed if start == item.from_node else passed[::-1])
    return found


def _segment(facts: Catalog, start: records.Node, end: records.Node, lane: sealanes.Lane) -> records.Segment:
    return records.Segment(
        id=f"{start.id}-{end.id}-lane",
        from_node=start.id,
        to_node=end.id,
        mode=lane_mode(facts),
        status="operational",
        length_km=lane.length_km,
        length_basis="measured_geometry",
        length_detail="measured along the lanes of searoute, quay to quay",
        countries=(start.country, end.country) if start.country != end.country else (start.country,),
        country_km={facts.modes[lane_mode(facts)].km_under: lane.length_km},
        source=("searoute",),
        confidence="medium",
        coordinates=lane.coordinates,
        straits=lane.straits,
    )


def _closures(facts: Catalog, lanes: Iterable[Lane]) -> dict[str, records.Closure]:
    """The closures, each also of the lanes through its straits that do not say themselves what they pass."""
    made = [lane for lane in lanes if not lane.segment.straits]
    found = {}
    for key, closure in facts.closures.items():
        through = [lane.segment.id for lane in made if set(lane.straits) & set(closure.straits)]
        applies_to = tuple(dict.fromkeys((*closure.applies_to, *through)))
        found[key] = closure.model_copy(update={"applies_to": applies_to})
    return found


def around(chosen: Network, request: RouteRequest) -> Network:
    """The network with lanes round the straits that are closed for the request: in place of those through them.

    A lane is sought for each of its lines by sea that passes one, as the gateways seek it; not for a line that is
    avoided or closed by itself. Without such closures it is the same network.
    """
    closed = closed_straits(chosen.catalog, request)
    if not closed:
        return chosen
    named = closures_.by_segment(chosen.catalog, request.day)
    by_itself = {key for key, rows in named.items() if any(row.kind == "closed" and not row.straits for row in rows)}
    modes = chosen.catalog.modes
    lost = [
        item
        for item in (item for item in chosen.segments.values() if modes[item.mode].lanes)
        if set(item.straits) & set(closed)
        and item.id not in by_itself | request.avoid.segments | request.closed.segments
    ]
    if not lost:
        return chosen
    pairs = [(item.from_node, item.to_node) for item in lost]
    places = {key: chosen.nodes[key].position for pair in pairs for key in pair}
    starts, ends = ({key: places[key] for key in keys} for keys in zip(*pairs, strict=True))
    found = sealanes.between(starts, ends, chosen.catalog.straits, closed)
    nodes = chosen.nodes
    made = [
        _segment(chosen.catalog, nodes[one], nodes[two], found[one, two]) for one, two in pairs if (one, two) in found
    ]
    return chosen.without([item.id for item in lost]).with_(made)


def closed_straits(catalog: Catalog, request: RouteRequest) -> tuple[str, ...]:
    """The straits that the request takes as closed and, where it has closures applied, those that these close."""
    if request.closures != "apply":
        return request.closed.straits
    in_force = {row.id: [row] for row in catalog.closures.values() if row.straits and row.in_force(request.day)}
    shut = closures_.enforced(in_force, as_of=closures_.future(catalog, request.as_of))
    return tuple(dict.fromkeys((*request.closed.straits, *(strait for row in shut.values() for strait in row.straits))))
