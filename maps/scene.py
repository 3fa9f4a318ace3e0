"""What is to be drawn: routes with their paints, cut into runs of one look, side by side where they share a line."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from geodata import errors
from geodata.globe import geodesy
from maps import closure_marks, palette, popups
from planner import named
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan
from planner.price.route import Leg, Route
from planner.request import RouteRequest

SIDE_STEP_PX = 6.0
"""Distance between the middle lines of two routes that share a line ..."""

BUNDLE_PX = 26.0
"""... and the width that all routes on one line may take together: many routes are drawn thinner."""

AIR_STEP_KM = 100.0
"""An air line is drawn along the geodesic, in pieces of at most this."""

Named = tuple[str, str, Route]
Position = tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """One route on the map."""

    id: str
    title: str
    route: Route
    paint: palette.Paint

    @property
    def marked(self) -> str:
        """The title, with the marks of the closures on the route."""
        return closure_marks.marked(self.title, self.route)


MAX_DRAWN = 40
"""Routes of a plan beyond these are not drawn, and the map says so: nobody could tell them apart."""


@dataclass(frozen=True)
class Scene:
    """All routes of a map, the network they lie in, the day, and a line on what was asked.

    ``whole`` when the map is of the network itself and not of some routes in it; ``total`` how many routes the answer
    has, where that is more than are drawn.
    """

    routes: tuple[Drawn, ...]
    network: Network
    day: date
    caption: str
    conditions: str = ""
    as_of: int | None = None
    whole: bool = False
    total: int = 0

    @property
    def title(self) -> str:
        """The caption, and that not all routes are drawn when they are not."""
        more = self.total > len(self.routes)
        return f"{self.caption}; the first {len(self.routes)} of {self.total} routes" if more else self.caption


def make(what: Comparison | Plan | Network | Route | Sequence[Named], network: Network | None = None) -> Scene:
    """A scene of a comparison, a plan, all named corridors of a network, or routes with their ids and titles."""
    if isinstance(what, Comparison):
        names = what.network.nodes
        caption = f"{names[what.request.origin].name} to {names[what.request.destination].name}, compared"
        rows: list[Named] = [(entry.id, entry.title, entry.route) for entry in what]
        return _scene(rows, what.network, what.request.day, caption, what.request)
    if isinstance(what, Network):
        rows = []
        for corridor in what.catalog.corridors.values():
            route = named.own_route(what, corridor, named.question(what, corridor))
            if route is not None:
                rows.append((corridor.id, corridor.title, route))
        return replace(_scene(rows, what, what.catalog.data_date, "Named corridors"), whole=True)
    if isinstance(what, Plan):
        names = what.network.nodes
        sought = f"none beaten in {', '.join(what.request.pareto)}" if what.request.pareto else f"by {what.request.by}"
        caption = f"{names[what.request.origin].name} to {names[what.request.destination].name}, {sought}"
        rows = [
            (str(rank), f"Route {rank}" + (f" ({', '.join(route.corridors)})" if route.corridors else ""), route)
            for rank, route in enumerate(what[:MAX_DRAWN], start=1)
        ]
        return replace(_scene(rows, what.network, what.request.day, caption, what.request), total=len(what))
    if network is None:
        raise errors.RequestError("a route is drawn with the network it lies in: draw(route, network=network)")
    if isinstance(what, Route):
        return _scene([("route", "Route", what)], network, network.catalog.data_date, "Route")
    return _scene(list(what), network, network.catalog.data_date, "Corridor")


def _scene(
    rows: Iterable[Named], network: Network, day: date, caption: str, request: RouteRequest | None = None
) -> Scene:
    drawn = tuple(Drawn(name, title, route, palette.paint(number)) for number, (name, title, route) in enumerate(rows))
    if request is None:
        return Scene(drawn, network, day, caption)
    return Scene(drawn, network, day, caption, _conditions(request), request.as_of)


def first(scene: Scene, count: int) -> Scene:
    """The first routes of a scene of answers that has more, which its title then says."""
    if scene.whole or len(scene.routes) <= count:
        return scene
    return replace(scene, routes=scene.routes[:count], total=max(scene.total, len(scene.routes)))


def _conditions(request: RouteRequest) -> str:
    """Under what conditions the routes were sought, in words."""
    told = request.asked.words(but=request.asked.lines)
    parts = [f"Best routes over {request.lines}", f"modes: {', '.join(request.modes)}", *([told] if told else [])]
    return "; ".join(parts) + ". "


Step = tuple[float, float, float, float]


def runs(scene: Scene) -> list[list[dict[str, Any]]]:
    """For each route its runs: stretches of one leg with one status and one place beside the other routes.

    Routes are side by side wherever they share a piece of a line, also where the segments are two (ferries that part
    only before their ports).
    """
    sharing: dict[Step, list[int]] = {}
    direction: dict[Step, bool] = {}
    for number, drawn in enumerate(scene.routes):
        for leg in drawn.route.legs:
            for _, start, end in _pieces(scene, leg):
                key, forward = _step(start, end)
                users = sharing.setdefault(key, [])
                if number not in users:
                    users.append(number)
                direction.setdefault(key, forward)
    return [
        [
            {**run, "leg": at}
            for at, leg in enumerate(drawn.route.legs)
            for run in _leg_runs(scene, drawn, leg, number, sharing, direction)
        ]
        for number, drawn in enumerate(scene.routes)
    ]


def _pieces(scene: Scene, leg: Leg) -> Iterator[tuple[str, Position, Position]]:
    """The straight pieces of a leg in the direction of travel, [lat, lon] rounded to 10 m, each with its status."""
    in_the_air = scene.network.catalog.modes[leg.mode].area == "sky"
    for node, segment in zip(leg.nodes, leg.segments, strict=False):
        points: Sequence[Position] = segment.coordinates
        if segment.from_node != node:
            points = points[::-1]
        if in_the_air:
            points = geodesy.along(points, AIR_STEP_KM)
        for part in geodesy.date_line_parts(points):  # what goes over the date line begins anew at the other edge
            line = [(round(lat, 4), round(lon, 4)) for lon, lat in part]
            yield from ((segment.status, start, end) for start, end in itertools.pairwise(line))


def _step(start: Position, end: Position) -> tuple[Step, bool]:
    """One key for a piece whichever way it is travelled, and whether this is the way of the key."""
    forward = start <= end
    return ((*start, *end) if forward else (*end, *start)), forward


def _leg_runs(
    scene: Scene, drawn: Drawn, leg: Leg, number: int, sharing: dict[Step, list[int]], direction: dict[Step, bool]
) -> list[dict[str, Any]]:
    mode = scene.network.catalog.modes[leg.mode]
    popup = popups.leg(drawn.title, leg, scene.network, drawn.route.consignment)
    found: list[dict[str, Any]] = []
    look: tuple[str, float, float] | None = None
    for status, start, end in _pieces(scene, leg):
        key, forward = _step(start, end)
        users = sharing[key]
        step = min(SIDE_STEP_PX, BUNDLE_PX / len(users))
        side = (users.index(number) - (len(users) - 1) / 2) * step
        shift = side if direction[key] == forward else -side
        if look == (status, shift, step) and found[-1]["line"][-1] == list(start):
            found[-1]["line"].append(list(end))
            continue
        look = (status, shift, step)
        style = palette.line_style(mode.line, status)
        width = min(style.weight, max(1.6, step - 1.0)) if len(users) > 1 else style.weight
        line = [list(start), list(end)]
        found.append({"line": line, "shift": shift, "popup": popup, **style.options(), "weight": width})
    return found


def thinned(coordinates: Sequence[tuple[float, float]], tolerance_deg: float) -> list[list[float]]:
    """[lat, lon] of a line without the vertices that lie within the tolerance of what is left."""
    import shapely

    line = shapely.simplify(shapely.LineString(coordinates), tolerance_deg)
    return [[round(lat, 3), round(lon, 3)] for lon, lat in line.coords]


def bounds(scene: Scene) -> list[list[float]]:
    """South-west and north-east corner of all routes, [lat, lon] each; the whole region when there is none."""
    positions = [
        position for drawn in scene.routes for segment in drawn.route.segments for position in segment.coordinates
    ]
    if not positions:
        return [[22.0, 40.0], [55.0, 92.0]]
    lons, lats = [lon for lon, _ in positions], [lat for _, lat in positions]
    return [[min(lats), min(lons)], [max(lats), max(lons)]]
