"""Small random networks and graphs, and all their routes by plain recursion: what the searches are held against."""

from __future__ import annotations

import dataclasses
import random

import drawn
import numpy as np

from geodata import records
from geodata.rates import Rates
from planner import request
from planner.network import Network
from planner.price import assemble
from planner.search import states

SOURCE, SINK = 0, 1
KINDS = tuple(drawn.LINES.values())


def random_network(rng: random.Random) -> Network:
    """Up to six places, up to eleven segments, parallel ones among them, some of no value under a criterion."""
    places = [f"n{at}" for at in range(rng.randint(2, 6))]
    countries = [rng.choice(("KZ", "UZ", "AF")) for _ in places]
    nodes = {
        name: records.Node(id=name, name=name, country=country, kind="city", lon=60.0 + at, lat=40.0)
        for at, (name, country) in enumerate(zip(places, countries, strict=True))
    }
    segments: dict[str, records.Segment] = {}
    for at in range(rng.randint(1, 11)):
        start, end = rng.sample(places, 2)
        mode, gauge = rng.choice(KINDS)
        km = float(rng.choice((1, 10, 10, 50, 100, rng.randint(1, 300))))
        ends = tuple(dict.fromkeys((nodes[start].country, nodes[end].country)))
        shares = {"sea": km} if mode in ("sea", "ferry") else dict.fromkeys(ends, km / len(ends))
        segments[f"s{at}"] = records.Segment(
            id=f"s{at}",
            from_node=start,
            to_node=end,
            mode=mode,
            gauge_mm=gauge,
            status="operational",
            length_km=km,
            length_basis="published",
            countries=ends,
            country_km=shares,
            coordinates=(nodes[start].position, nodes[end].position),
        )
    return drawn.of(nodes, segments)


def with_random_hub_prices(rng: random.Random, network: Network) -> Network:
    """The same network where hub operations take any hours: two of them may be less than the one they amount to."""
    rows = list(network.catalog.rates.rows)
    for place in network.nodes:
        for quantity, subjects in (
            ("transshipment_h", ("rail-road",)),
            ("gauge_h", ("1435-1520", "1520-1676", "1435-1676")),
            ("loading_h", ("rail", "road")),
            ("unloading_h", ("rail", "road")),
            ("port_h", ("port",)),
        ):
            for subject in subjects:
                hours = float(rng.choice((0, 1, 20, 300)))
                rows.append(
                    records.Rate(
                        quantity=quantity,
                        subject=subject,
                        scope=place,
                        central=hours,
                        source=("own-estimate",),
                        confidence="low",
                    )
                )
    catalog = dataclasses.replace(network.catalog, rates=Rates(rows))
    return Network.of(catalog)


def every_route(network: Network, asked: request.RouteRequest) -> list[tuple[float, tuple[str, ...]]]:
    """All routes by plain recursion over the segments, priced by assembling each: (value, segment ids), sorted.

    A place is passed at most once in the same mode and gauge between two via nodes; the place a stretch begins at is
    not passed again in it, nor the destination before the end.
    """
    stops = [*asked.via, asked.destination]
    found: list[tuple[float, tuple[str, ...]]] = []

    def walk(at: str, done: list[records.Segment], stretch: int, touched: frozenset[tuple[int, str, str, int]]) -> None:
        if stretch == len(stops) - 1 and at == asked.destination and done:
            route = assemble.route(network, asked.consignment, asked.origin, done)
            value = route.value(asked.by)
            found.append((value, tuple(segment.id for segment in done)))
            return
        ahead = stretch + 1 if done and at == stops[stretch] else stretch
        for segment in network.segments.values():
            if at not in (segment.from_node, segment.to_node):
                continue
            end = segment.other_end(at)
            if end == [asked.origin, *asked.via][ahead]:
                continue
            seen = set(touched)
            if done:
                visit = {
                    (stretch, at, done[-1].mode, done[-1].gauge_mm or 0),
                    (stretch, at, segment.mode, segment.gauge_mm or 0),
                }
                if visit & seen:
                    continue
                seen |= visit
            if (ahead, end, segment.mode, segment.gauge_mm or 0) in seen:
                continue
            walk(end, [*done, segment], ahead, frozenset(seen))

    walk(asked.origin, [], 0, frozenset())
    return sorted(found)


def random_graph(rng: random.Random) -> states.Graph:
    """Up to seven states, parallel steps, loops, zeros, closed and far longer steps; every state departs as itself."""
    size = rng.randint(2, 7)
    rows: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for _ in range(rng.randint(0, 3 * size)):
        cost = rng.choice((0, 0, 1, 1, 2, 5, rng.randrange(100), 2**40 + rng.randrange(9), states.CLOSED))
        rows[rng.randrange(size)].append((rng.randrange(size), cost))
    rows[SINK] = []
    return bare_graph(size, [(start, end, cost) for start, row in enumerate(rows) for end, cost in row])


def bare_graph(size: int, steps: list[tuple[int, int, int]]) -> states.Graph:
    """A graph of (from, to, cost), sorted by where they start; every state departs as itself."""
    starts, targets, costs = (np.array([step[column] for step in steps], np.int64) for column in range(3))
    offsets = np.append(0, np.cumsum(np.bincount(starts, minlength=size))).astype(np.int32)
    targets = targets.astype(np.int32)
    reverse = states.Reverse.of(offsets, targets)
    return states.Graph(offsets, targets, starts.astype(np.int32), costs, SOURCE, SINK, reverse)


def every_path(graph: states.Graph, at: int = SOURCE, done: tuple[int, ...] = ()) -> list[tuple[int, tuple[int, ...]]]:
    """All simple paths by plain recursion: (impedance, steps), sorted."""
    if at == SINK:
        return [(sum(int(graph.costs[step]) for step in done), done)]
    seen = {SOURCE, *(int(graph.targets[step]) for step in done)}
    found = []
    for step in range(graph.offsets[at], graph.offsets[at + 1]):
        if graph.costs[step] < states.CLOSED and graph.targets[step] not in seen:
            found += every_path(graph, int(graph.targets[step]), (*done, step))
    return sorted(found)
