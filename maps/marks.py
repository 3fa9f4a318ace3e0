"""What happens at places along the routes of a scene, as marks on a map: borders, breaks of gauge, ports, airports."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geodata import records
from geodata.globe import geodesy
from maps.scene import Scene
from planner import closures
from planner.price.route import HubStop, Route

SYMBOL_PX = 15

SYMBOL_OF = {
    "border_crossing": "border",
    "break_of_gauge": "gauge",
    "port": "port",
    "port_call": "port",
    "waiting": "port",
    "airport": "airport",
}
"""Hub operation -> symbol; loading and unloading are the ends of a route and are drawn as such."""


@dataclass(frozen=True)
class Mark:
    """A symbol at a place: ``beside`` is how far it stands from the place (px to the right, px down).

    ``stops`` are the hub operations it stands for, each with the id of its route; ``closed`` what is said of closures.
    """

    node: records.Node
    symbol: str
    beside: tuple[float, float]
    stops: tuple[tuple[str, HubStop], ...]
    closed: tuple[str, ...] = ()


def on_routes(view: Scene) -> list[Mark]:
    """The marks of a scene, one for each place and symbol."""
    shut = _shut_places(view)
    stops: dict[tuple[str, str], list[tuple[str, HubStop]]] = {}
    for drawn in view.routes:
        for hub in drawn.route.hubs:
            if hub.operation in SYMBOL_OF:
                stops.setdefault((hub.node, _symbol(view, hub)), []).append((drawn.id, hub))
    beside = _beside(view, stops)
    found = []
    for (key, symbol), listed in stops.items():
        closed = tuple(shut.get(key, ())) if symbol == "border" else ()
        found.append(
            Mark(view.network.nodes[key], "closed" if closed else symbol, beside[(key, symbol)], tuple(listed), closed)
        )
    return found


def details(view: Scene) -> dict[str, str]:
    """Place -> what stands under its name: the hours at a border, or that it is closed; both gauges of a break."""
    shut = _shut_places(view)
    hours: dict[str, set[int]] = {}
    gauges: dict[str, str] = {}
    for hub in (hub for drawn in view.routes for hub in drawn.route.hubs):
        if hub.operation == "border_crossing":
            hours.setdefault(hub.node, set()).add(round(hub.amounts.time_h))
        if hub.operation == "break_of_gauge":
            gauges[hub.node] = hub.detail.replace(" mm to ", " - ")
    found = {
        key: f"{min(spent)} h" if len(spent) == 1 else f"{min(spent)}-{max(spent)} h" for key, spent in hours.items()
    }
    found |= {key: f"{found[key]}, closed" for key in shut if key in found}
    return found | {key: f"{found[key]}; {text}" if key in found else text for key, text in gauges.items()}


def _symbol(view: Scene, hub: HubStop) -> str:
    symbol = SYMBOL_OF[hub.operation]
    return "ferry" if symbol == "port" and view.network.nodes[hub.node].kind == "ferry_terminal" else symbol


def _beside(view: Scene, spots: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[float, float]]:
    """Where the symbols of a place stand, px from it: side by side, and below the mark of a route's end."""
    ends = {end for drawn in view.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1])}
    by_place: dict[str, list[str]] = {}
    for key, symbol in spots:
        by_place.setdefault(key, []).append(symbol)
    return {
        (key, symbol): ((at - (len(symbols) - 1) / 2) * SYMBOL_PX, SYMBOL_PX + 2 if key in ends else 0)
        for key, symbols in by_place.items()
        for at, symbol in enumerate(symbols)
    }


def _shut_places(view: Scene) -> dict[str, dict[str, None]]:
    """Place -> what is said of the closed crossings that touch it, on the routes of the map."""
    closed = closures.closed(view.network.catalog, view.day, view.as_of)
    shut: dict[str, dict[str, None]] = {}
    for segment in (segment for drawn in view.routes for segment in drawn.route.segments):
        if segment.id in closed:
            text = closures.describe(closed[segment.id], [segment], view.network.catalog)
            for key in (segment.from_node, segment.to_node):
                shut.setdefault(key, {})[text] = None
    return shut


FRACTIONS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)
"""Where along its stretch the number of a route may stand, the best first."""

CLEAR_DEG = 1.0
"""So far from other numbers and from marks a number should stand."""


def numbers(view: Scene) -> list[tuple[float, float]]:
    """For each route the (lon, lat) where its number stands.

    It is on the longest stretch that the route shares with the fewest others, clear of other numbers and of marks if
    there is such a spot.
    """
    import shapely

    users: dict[str, int] = {}
    for drawn in view.routes:
        for key in set(drawn.route.segment_ids):
            users[key] = users.get(key, 0) + 1
    taken = [mark.node.position for mark in on_routes(view)]
    found = []
    for drawn in view.routes:
        line = shapely.LineString(_alone(drawn.route, users))
        spots = [line.interpolate(fraction, normalized=True) for fraction in FRACTIONS]
        room = [min((math.dist((spot.x, spot.y), other) for other in taken), default=math.inf) for spot in spots]
        clear = next((at for at, free in enumerate(room) if free >= CLEAR_DEG), room.index(max(room)))
        position = (round(spots[clear].x, 4), round(spots[clear].y, 4))
        taken.append(position)
        found.append(position)
    return found


def _alone(route: Route, users: Mapping[str, int]) -> list[tuple[float, float]]:
    """The line of the longest stretch of a leg whose segments the fewest routes use."""
    fewest = min(users[segment.id] for segment in route.segments)
    best: tuple[float, list[tuple[float, float]]] = (-1.0, [])
    for leg in route.legs:
        km = 0.0
        line: list[tuple[float, float]] = []
        for node, segment in zip(leg.nodes, leg.segments, strict=False):
            if users[segment.id] != fewest:
                km, line = 0.0, []
                continue
            km += segment.km
            line += segment.coordinates if segment.from_node == node else segment.coordinates[::-1]
            if km > best[0]:
                best = (km, list(line))
    parts = geodesy.date_line_parts(best[1])  # of a line over the date line the longer part, not the jump between
    longest = max(parts, key=lambda part: abs(part[-1][0] - part[0][0]), default=[])
    return [(lon, lat) for lon, lat in longest] or best[1]
