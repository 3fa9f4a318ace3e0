"""The map: layers from the table LAYERS over a vector base map, in one folium map."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import folium

from geodata import catalog as catalog_
from geodata import records
from maps import elements, legend, palette, popups, scene
from maps.escape import escape
from maps.offline import OfflineMap
from maps.scene import Named, Scene
from planner import closures
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan
from planner.route import HubStop

BASEMAP = catalog_.SHIPPED / "basemap"
NARROW_PX = 700
"""Below this width of the window the legend starts closed."""

WATERS = (
    ("Caspian Sea", 50.6, 41.9), ("Arabian Sea", 63.5, 21.5), ("Black Sea", 35.0, 43.3), ("Persian Gulf", 51.2, 27.2),
    ("Gulf of Oman", 59.0, 24.6), ("Red Sea", 38.0, 20.5), ("Aral Sea", 59.6, 45.2), ("Bay of Bengal", 88.0, 15.0),
)  # fmt: skip

SYMBOL_PX = 15

SYMBOL_OF = {"border_crossing": "border", "break_of_gauge": "gauge", "port": "port", "port_call": "port",
             "waiting": "port", "airport": "airport"}  # fmt: skip
"""Hub operation -> symbol; loading and unloading are the ends of a route and are drawn as such."""


@dataclass
class Canvas:
    """The map under construction and what later layers need to know of earlier ones."""

    map: OfflineMap
    scene: Scene
    symbols: set[str] = field(default_factory=set)

    def group(self, title: str) -> folium.FeatureGroup:
        """A layer that the reader can switch off; the title is escaped here."""
        made = folium.FeatureGroup(name=escape(title))
        made.add_to(self.map)
        return made


@dataclass(frozen=True, slots=True)
class Layer:
    """One entry of LAYERS; ``add`` puts it on the canvas, in the order of the table."""

    id: str
    title: str
    add: Callable[[Canvas, str], None]


def draw(
    what: Comparison | Plan | Network | Sequence[Named], *, online: bool = False, network: Network | None = None
) -> OfflineMap:
    """A folium map. ``save(path)`` writes one file that needs no network; ``online`` gives folium's page with tiles."""
    view = scene.of(what, network)
    canvas = Canvas(OfflineMap(online=online, zoom_control=True, control_scale=False, zoom_snap=0.25), view)
    elements.Toolkit(escape(view.caption)).add_to(canvas.map)
    elements.Call("fit", scene.bounds(view)).add_to(canvas.map)
    for layer in LAYERS.values():
        layer.add(canvas, layer.title)
    return canvas.map


def _ground(canvas: Canvas, _: str) -> None:
    colours = {"land": palette.LAND, "water": palette.WATER, "rim": palette.LAKE_RIM}
    data = {"land": _basemap("countries"), "lakes": _basemap("lakes"), "colours": colours}
    elements.Call("ground", data).add_to(canvas.map)


def _borders(canvas: Canvas, title: str) -> None:
    data = {"borders": _basemap("borders"), "colours": {"border": palette.BORDER, "disputed": palette.DISPUTED}}
    elements.Call("borders", data, in_group=True).add_to(canvas.group(title))


def _routes(canvas: Canvas, _: str) -> None:
    for drawn, runs in zip(canvas.scene.routes, scene.runs(canvas.scene), strict=True):
        data = {"name": escape(drawn.title), "colour": drawn.paint.colour, "casing": drawn.paint.casing, "runs": runs}
        elements.Call("route", data, in_group=True).add_to(canvas.group(drawn.title))


def _hub_symbols(kinds: Sequence[str]) -> Callable[[Canvas, str], None]:
    def add(canvas: Canvas, title: str) -> None:
        items = [item for item in _hub_items(canvas.scene) if item["symbol"] in kinds]
        if items:
            canvas.symbols |= {item["symbol"] for item in items}
            elements.Call("symbols", items, in_group=True).add_to(canvas.group(title))

    return add


def _ends(canvas: Canvas, title: str) -> None:
    ends = dict.fromkeys(end for drawn in canvas.scene.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1]))
    places = [canvas.scene.network.nodes[key] for key in ends]
    items = [
        {"symbol": "end", "at": _at(place), "name": escape(place.name),
         "popup": f"<div class='corridors-popup'>{popups.place(place)}</div>"}
        for place in places
    ]  # fmt: skip
    if items:
        elements.Call("symbols", items, in_group=True).add_to(canvas.group(title))


def _labels(canvas: Canvas, _: str) -> None:
    """Ends first, then places where something happens, then countries and waters, then the other cities."""
    nodes = canvas.scene.network.nodes
    routes = [drawn.route for drawn in canvas.scene.routes]
    ends = dict.fromkeys(end for route in routes for end in (route.nodes[0], route.nodes[-1]))
    busy = dict.fromkeys(hub.node for route in routes for hub in route.hubs if hub.operation in SYMBOL_OF)
    cities = dict.fromkeys(key for route in routes for key in route.nodes if nodes[key].unlocode)
    places = [(key, "end") for key in ends] + [(key, "busy") for key in busy if key not in ends]
    places += [(key, "city") for key in cities if key not in ends and key not in busy]
    symbols = Counter(key for key, _ in {(hub.node, SYMBOL_OF[hub.operation]) for route in routes for hub in route.hubs
                                         if hub.operation in SYMBOL_OF})  # fmt: skip
    items = [
        {"name": escape(_short(nodes[key])), "at": _at(nodes[key]), "kind": kind,
         "clear": SYMBOL_PX / 2 * max(0, symbols[key] - 1) if kind != "end" else 0}
        for key, kind in places
    ]  # fmt: skip
    countries = [
        {"name": escape(feature["properties"]["name"]), "at": feature["properties"]["label"][::-1], "kind": "country"}
        for feature in _basemap("countries")["features"]
        if feature["properties"]["label"]
    ]
    waters = [{"name": escape(name), "at": [lat, lon], "kind": "water"} for name, lon, lat in WATERS]
    first = sum(1 for _, kind in places if kind == "end")
    elements.Call("labels", items[:first] + waters + countries + items[first:]).add_to(canvas.map)


def _control(canvas: Canvas, _: str) -> None:
    folium.LayerControl(collapsed=True).add_to(canvas.map)
    elements.Call("legend", legend.html(canvas.scene, canvas.symbols), legend.ATTRIBUTION, NARROW_PX).add_to(canvas.map)
    elements.Call("fit", scene.bounds(canvas.scene)).add_to(canvas.map)


LAYERS: dict[str, Layer] = {
    row.id: row
    for row in (
        Layer("ground", "Land and lakes", _ground),
        Layer("borders", "Boundaries", _borders),
        Layer("routes", "Routes", _routes),
        Layer("crossings", "Border crossings", _hub_symbols(("border", "closed"))),
        Layer("gauge_breaks", "Breaks of gauge", _hub_symbols(("gauge",))),
        Layer("ports", "Ports and airports", _hub_symbols(("port", "airport"))),
        Layer("ends", "Origin and destination", _ends),
        Layer("labels", "Names", _labels),
        Layer("control", "Legend and layers", _control),
    )
}
"""From the bottom up. A new layer is a new row."""


def _hub_items(view: Scene) -> list[dict[str, Any]]:
    """Hub operations by place and symbol, over all routes."""
    shut = _shut_places(view)
    stops: dict[tuple[str, str], list[tuple[str, HubStop]]] = {}
    for drawn in view.routes:
        for hub in drawn.route.hubs:
            if hub.operation in SYMBOL_OF:
                stops.setdefault((hub.node, SYMBOL_OF[hub.operation]), []).append((drawn.id, hub))
    beside = _beside(view, stops)
    items = []
    for (key, symbol), listed in stops.items():
        node = view.network.nodes[key]
        closed = shut.get(key, {}) if symbol == "border" else {}
        items.append(
            {"symbol": "closed" if closed else symbol, "at": _at(node), "name": escape(node.name),
             "beside": beside[(key, symbol)], "popup": popups.hubs(node, listed, closed)}
        )  # fmt: skip
    return items


def _beside(view: Scene, spots: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[float]]:
    """Where the symbols of a place stand, px from it: side by side, and below the mark of a route's end."""
    ends = {end for drawn in view.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1])}
    by_place: dict[str, list[str]] = {}
    for key, symbol in spots:
        by_place.setdefault(key, []).append(symbol)
    return {
        (key, symbol): [(at - (len(symbols) - 1) / 2) * SYMBOL_PX, SYMBOL_PX + 2 if key in ends else 0]
        for key, symbols in by_place.items()
        for at, symbol in enumerate(symbols)
    }


def _shut_places(view: Scene) -> dict[str, dict[str, None]]:
    """Place -> what is said of the closed crossings that touch it, on the routes of the map."""
    closed = closures.enforced(closures.by_segment(view.network.catalog, view.day), as_of=view.as_of)
    shut: dict[str, dict[str, None]] = {}
    for segment in (segment for drawn in view.routes for segment in drawn.route.segments):
        if segment.id in closed:
            text = closures.describe(closed[segment.id], [segment], view.network.catalog)
            for key in (segment.from_node, segment.to_node):
                shut.setdefault(key, {})[text] = None
    return shut


def _at(node: records.Node) -> list[float]:
    return [node.lat, node.lon]


def _short(node: records.Node) -> str:
    return node.name.split(" (")[0]


def _basemap(name: str) -> Any:
    return json.loads(Path(BASEMAP / f"{name}.geojson").read_text(encoding="utf-8"))
