"""The map: layers from the table LAYERS over a vector base map, in one folium map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import folium
from branca.element import MacroElement

from geodata import records
from maps import basemap, legend, marks, palette, popups, scene
from maps.basemap import Basemap
from maps.escape import escape
from maps.page import elements, facts
from maps.page.offline import OfflineMap
from maps.scene import Named, Scene
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan
from planner.price.route import Route

NARROW_PX = 960
"""Below this width of the window the legend starts closed."""

NOTEBOOK_ROUTES = 12
"""A notebook shows so many routes of an answer at most, to stay small."""

MAX_SEARCHED = 5_000
"""Places beyond these are not found by the map's search, but for those on the routes."""

CONTEXT_SEA_KM = 1000.0
"""Voyages that are longer are not drawn as other lines: there is one between each two ports, and they hide the sea."""

CONTEXT_DEG = 0.02
"""How far the thin lines of the whole network may lie from the drawn ones' true shape."""


@dataclass(frozen=True)
class Page:
    """What stands under a map, how large the map is in print, and up to which width of the window its legend is closed.

    ``below`` makes the HTML that follows the map, from the scene and whether bands are asked for.
    """

    below: Callable[[Scene, bool], str]
    print_width_px: int
    print_height_px: int
    narrow_px: int = NARROW_PX


LANDSCAPE = Page(lambda view, band: facts.html(view, band=band), 1040, 640)
"""The page of a map: A4 across when printed."""


@dataclass
class Canvas:
    """The map under construction and what later layers need to know of earlier ones."""

    map: OfflineMap
    scene: Scene
    ground: Basemap
    band: bool = False
    page: Page = LANDSCAPE
    symbols: set[str] = field(default_factory=set)
    groups: list[tuple[str, str, MacroElement]] = field(default_factory=list)

    def group(self, heading: str, title: str, *, shown: bool = True) -> folium.FeatureGroup:
        """A layer that the reader can switch off (or on), under a heading; the title is escaped here."""
        made = folium.FeatureGroup(name=escape(title), control=False, show=shown)
        made.add_to(self.map)
        self.groups.append((heading, escape(title), made))
        return made


@dataclass(frozen=True, slots=True)
class Layer:
    """One entry of LAYERS; ``add`` puts it on the canvas, in the order of the table.

    ``heading`` is the part of the layer control in which its switch stands.
    """

    id: str
    heading: str
    title: str
    add: Callable[[Canvas, Layer], None]


def draw(
    what: Comparison | Plan | Network | Route | Sequence[Named],
    *,
    online: bool = False,
    network: Network | None = None,
    band: bool = False,
    page: Page = LANDSCAPE,
) -> OfflineMap:
    """A folium map with the same facts as text and charts under it.

    ``save(path)`` writes one file that needs no network; with ``online``, tiles from the internet lie over its ground.
    ``band`` adds the 10th to 90th percentile of hours to the charts. In a notebook the base map is a lighter one.
    """
    view = scene.make(what, network)

    def drawn(view: Scene, ground: Callable[[], Basemap]) -> OfflineMap:
        made = OfflineMap(online=online, zoom_control=True, control_scale=False, zoom_snap=0.25)
        canvas = Canvas(made, view, ground(), band, page)
        elements.Toolkit(escape(view.title)).add_to(made)
        elements.Call("fit", scene.bounds(view)).add_to(made)
        for layer in LAYERS.values():
            layer.add(canvas, layer)
        return made

    made = drawn(view, basemap.wide)
    made.lighter = lambda: drawn(scene.first(view, NOTEBOOK_ROUTES), basemap.light)
    return made


def ground(canvas: Canvas, _: Layer) -> None:
    """Land and lakes."""
    colours = {"land": palette.LAND, "water": palette.WATER, "rim": palette.LAKE_RIM}
    data = {"land": canvas.ground.countries["features"], "lakes": canvas.ground.lakes["features"], "colours": colours}
    elements.Call("ground", {**data, "land": _bare(data["land"]), "lakes": _bare(data["lakes"])}).add_to(canvas.map)


def _bare(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Geometries alone: properties that are not drawn are not handed on."""
    return [feature["geometry"] for feature in features]


def borders(canvas: Canvas, layer: Layer) -> None:
    """Boundaries, the disputed ones in a look of their own."""
    lines = [
        {"kind": item["properties"]["kind"], "line": item["geometry"]} for item in canvas.ground.borders["features"]
    ]
    data = {"borders": lines, "colours": {"border": palette.BORDER, "disputed": palette.DISPUTED}}
    elements.Call("borders", data, in_group=True).add_to(canvas.group(layer.heading, layer.title))


def _context(canvas: Canvas, layer: Layer) -> None:
    """All other lines of a network that is drawn as a whole: one layer a style, thin and grey."""
    if not canvas.scene.whole:
        return
    used = {segment.id for drawn in canvas.scene.routes for segment in drawn.route.segments}
    modes = canvas.scene.network.catalog.modes
    by_style: dict[tuple[str, str], list[list[list[float]]]] = {}
    for segment in canvas.scene.network.segments.values():
        is_far = modes[segment.mode].area == "water" and segment.km > CONTEXT_SEA_KM
        if segment.id not in used and modes[segment.mode].default and not is_far:
            line = scene.thinned(segment.coordinates, CONTEXT_DEG)
            by_style.setdefault((modes[segment.mode].line, segment.status), []).append(line)
    styles = [
        {"lines": lines, "dash": palette.line_style(line, status).dash, "colour": palette.CONTEXT}
        for (line, status), lines in by_style.items()
    ]
    if styles:
        elements.Call("context", styles, in_group=True).add_to(canvas.group(layer.heading, layer.title))


def _routes(canvas: Canvas, layer: Layer) -> None:
    every = zip(canvas.scene.routes, scene.runs(canvas.scene), strict=True)
    for number, (drawn, runs) in enumerate(every):
        data = {
            "name": escape(drawn.title),
            "number": number,
            "colour": drawn.paint.colour,
            "casing": drawn.paint.casing,
            "runs": runs,
        }
        elements.Call("route", data, in_group=True).add_to(canvas.group(layer.heading, drawn.title))


def _hub_symbols(kinds: Sequence[str]) -> Callable[[Canvas, Layer], None]:
    def add(canvas: Canvas, layer: Layer) -> None:
        numbers = {drawn.id: number for number, drawn in enumerate(canvas.scene.routes)}
        load = canvas.scene.routes[0].route.consignment
        items = [
            {
                "symbol": mark.symbol,
                "at": _at(mark.node),
                "name": escape(mark.node.name),
                "beside": list(mark.beside),
                "popup": popups.hubs(mark.node, mark.stops, mark.closed, numbers, load),
                "routes": sorted({numbers[key] for key, _ in mark.stops}),
            }
            for mark in marks.on_routes(canvas.scene)
            if mark.symbol in kinds
        ]
        if items:
            canvas.symbols |= {mark.symbol for mark in marks.on_routes(canvas.scene)} & set(kinds)
            elements.Call("symbols", items, in_group=True).add_to(canvas.group(layer.heading, layer.title))

    return add


def _ends(canvas: Canvas, layer: Layer) -> None:
    ends = dict.fromkeys(end for drawn in canvas.scene.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1]))
    places = [canvas.scene.network.nodes[key] for key in ends]
    items = [
        {
            "symbol": "end",
            "at": _at(place),
            "name": escape(place.name),
            "routes": _passing(canvas, place.id, ends=True),
            "popup": popups.around(popups.place(place)),
        }
        for place in places
    ]
    if items:
        elements.Call("symbols", items, in_group=True).add_to(canvas.group(layer.heading, layer.title))


def _passing(canvas: Canvas, place: str, *, ends: bool = False) -> list[int]:
    """The numbers of the routes that pass a place, or begin or end there: without them it is not shown."""
    places = [drawn.route.nodes for drawn in canvas.scene.routes]
    return [number for number, nodes in enumerate(places) if place in ((nodes[0], nodes[-1]) if ends else nodes)]


def _numbers(canvas: Canvas, layer: Layer) -> None:
    """The number of each route on its line, for readers and printers without colour."""
    spots = marks.numbers(canvas.scene)
    every = enumerate(zip(canvas.scene.routes, spots, strict=True))
    items = [
        {
            "at": [lat, lon],
            "number": number,
            "routes": [number],
            "colour": drawn.paint.colour,
            "name": escape(drawn.title),
        }
        for number, (drawn, (lon, lat)) in every
    ]
    if items:
        elements.Call("numbers", items, in_group=True).add_to(canvas.group(layer.heading, layer.title))


def _labels(canvas: Canvas, layer: Layer) -> None:
    """Ends first, then places where something happens, then countries and waters, then the other cities."""
    nodes = canvas.scene.network.nodes
    routes = [drawn.route for drawn in canvas.scene.routes]
    ends = dict.fromkeys(end for route in routes for end in (route.nodes[0], route.nodes[-1]))
    busy = dict.fromkeys(hub.node for route in routes for hub in route.hubs if hub.operation in marks.SYMBOL_OF)
    cities = dict.fromkeys(key for route in routes for key in route.nodes if nodes[key].unlocode)
    details = marks.details(canvas.scene)
    places = [(key, "end") for key in ends] + [(key, "busy") for key in busy if key not in ends]
    places += [(key, "city") for key in cities if key not in ends and key not in busy]
    spots = {(mark.node.id, mark.symbol) for mark in marks.on_routes(canvas.scene)}
    symbols = Counter(key for key, _ in spots)
    items = [
        {
            "name": escape(_short(nodes[key])),
            "at": _at(nodes[key]),
            "kind": kind,
            "routes": _passing(canvas, key),
            "detail": escape(details.get(key, "")),
            "clear": marks.SYMBOL_PX / 2 * max(0, symbols[key] - 1) if kind != "end" else 0,
        }
        for key, kind in places
    ]
    first = sum(1 for _, kind in places if kind == "end")
    ranked = items[:first] + lands_and_waters(canvas) + items[first:]
    elements.Call("labels", ranked, in_group=True).add_to(canvas.group(layer.heading, layer.title))


def lands_and_waters(canvas: Canvas) -> list[dict[str, Any]]:
    """The names of waters and countries as labels."""
    countries = [
        {"name": escape(feature["properties"]["name"]), "at": feature["properties"]["label"][::-1], "kind": "country"}
        for feature in canvas.ground.countries["features"]
        if feature["properties"]["label"]
    ]
    return [{"name": escape(name), "at": [lat, lon], "kind": "water"} for name, lon, lat in basemap.WATERS] + countries


def search(canvas: Canvas, _: Layer) -> None:
    """Finds places by any of their names."""
    nodes = canvas.scene.network.nodes
    on_routes = dict.fromkeys(key for drawn in canvas.scene.routes for key in drawn.route.nodes)
    keys = [*on_routes, *(key for key in nodes if key not in on_routes)]
    items = [
        {
            "name": escape(node.name),
            "also": [escape(name.name) for name in node.names],
            "at": _at(node),
            "popup": popups.around(popups.place(node)),
        }
        for node in (nodes[key] for key in keys[: max(MAX_SEARCHED, len(on_routes))])
    ]
    elements.Call("search", items, len(nodes)).add_to(canvas.map)


def _control(canvas: Canvas, _: Layer) -> None:
    control(canvas, legend.html(canvas.scene, canvas.symbols), scene.bounds(canvas.scene))


def control(canvas: Canvas, legend_html: str, bounds: list[list[float]]) -> None:
    """The switches of the layers, the legend (HTML that is escaped already), and the view of all that is drawn."""
    headings = list(dict.fromkeys(heading for heading, _, _ in canvas.groups))
    names = [[headings.index(heading), title] for heading, title, _ in canvas.groups]
    layers = [made for _, _, made in canvas.groups]
    attribution = legend.WITH_TILES if canvas.map.is_online else legend.ATTRIBUTION
    elements.Call("layers", headings, names, layers=layers).add_to(canvas.map)
    elements.Call("legend", legend_html, attribution, canvas.page.narrow_px).add_to(canvas.map)
    elements.Call("fit", bounds).add_to(canvas.map)


def _facts(canvas: Canvas, _: Layer) -> None:
    page = canvas.page
    elements.Html(page.below(canvas.scene, canvas.band)).add_to(canvas.map)
    paper = {"width": f"{page.print_width_px}px", "height": f"{page.print_height_px}px"}
    elements.Call("facts", paper).add_to(canvas.map)


LAYERS: dict[str, Layer] = {
    row.id: row
    for row in (
        Layer("ground", "Ground", "Land and lakes", ground),
        Layer("borders", "Ground", "Boundaries", borders),
        Layer("context", "Ground", "Other lines of the network", _context),
        Layer("routes", "Routes", "Routes", _routes),
        Layer("numbers", "Routes", "Numbers of the routes", _numbers),
        Layer("crossings", "Places", "Border crossings", _hub_symbols(("border", "closed"))),
        Layer("gauge_breaks", "Places", "Breaks of gauge", _hub_symbols(("gauge",))),
        Layer("ports", "Places", "Ports, ferry terminals, airports", _hub_symbols(("port", "ferry", "airport"))),
        Layer("ends", "Places", "Origin and destination", _ends),
        Layer("labels", "Places", "Names", _labels),
        Layer("search", "Controls", "Search", search),
        Layer("control", "Controls", "Legend and layers", _control),
        Layer("facts", "Page", "Tables and charts", _facts),
    )
}
"""From the bottom up. A new layer is a new row."""


def _at(node: records.Node) -> list[float]:
    return [node.lat, node.lon]


def _short(node: records.Node) -> str:
    return node.name.split(" (")[0]
