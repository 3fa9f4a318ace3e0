"""The map of an effect: which lines best routes come to use, and which they leave, with the same facts below."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from geodata import details
from maps import basemap, palette, popups, scene
from maps.basemap import Basemap
from maps.escape import escape
from maps.markup import Html, Templates
from maps.page import effect_facts, elements, route_map
from maps.page.effect_facts import ADDED, GAINED, LOST, UNCHANGED
from maps.page.offline import OfflineMap
from maps.page.route_map import LANDSCAPE, LAYERS, Canvas
from maps.scene import Scene
from planner.effect.answer import Effect, SegmentUse

_HTML = Templates(__file__)
_BREAK = Html("<br>")

SCRIPT = elements.HERE / "scripts" / "effect.js"
"""What only this page calls."""

WIDEST_PX, NARROWEST_PX, UNCHANGED_PX, ADDED_PX = 8.0, 2.4, 1.6, 5.0

SIMPLE_DEG = 0.004
"""How far the drawn lines may lie from their true shape."""

HOLLOW_SHARE = 0.45
"""How much of a line that loses pairs is its white middle."""

PLACE_PX = 13

FEW_PLACES = 60
"""More places than these are marked, but not labelled."""


def draw(effect: Effect, *, online: bool = False) -> OfflineMap:
    """One page: the difference of the best routes before and after, both by themselves, and the tables below.

    ``save(path)`` writes one file that needs no network; with ``online``, tiles from the internet lie over its ground.
    """

    def drawn(ground: Callable[[], Basemap]) -> OfflineMap:
        made = OfflineMap(online=online, zoom_control=True, control_scale=False, zoom_snap=0.25)
        view = Scene((), effect.after, effect.scope.request.day, effect_facts.title(effect))
        canvas = Canvas(made, view, ground())
        elements.Toolkit(escape(view.title), [SCRIPT]).add_to(made)
        elements.Call("fit", _bounds(effect)).add_to(made)
        route_map.ground(canvas, LAYERS["ground"])
        route_map.borders(canvas, LAYERS["borders"])
        _lines(canvas, effect)
        _places(canvas, effect)
        route_map.search(canvas, LAYERS["search"])
        route_map.control(canvas, effect_facts.legend(effect), _bounds(effect))
        elements.Html(effect_facts.html(effect)).add_to(made)
        paper = {"width": f"{LANDSCAPE.print_width_px}px", "height": f"{LANDSCAPE.print_height_px}px"}
        elements.Call("facts", {**paper, "title": "Tables"}).add_to(made)
        return made

    made = drawn(basemap.wide)
    made.lighter = lambda: drawn(basemap.light)
    return made


def _lines(canvas: Canvas, effect: Effect) -> None:
    """The difference, and how it was before and is after: of these three the reader sees one at a time."""
    looks: tuple[tuple[str, Callable[[Effect, SegmentUse], dict[str, Any] | None]], ...] = (
        ("Difference", _difference),
        ("Before", _before),
        ("After", _after),
    )
    groups = [canvas.group("Best routes", title, shown=title == "Difference") for title, _ in looks]
    lines = [
        {
            "line": scene.thinned(row.segment.coordinates, SIMPLE_DEG),
            "name": _name(effect, row),
            "popup": _popup(effect, row),
            "looks": [look(effect, row) for _, look in looks],
        }
        for row in effect.lines
    ]
    elements.Call("usage", lines, layers=groups).add_to(canvas.map)


def _difference(effect: Effect, row: SegmentUse) -> dict[str, Any] | None:
    """Gained solid, lost hollow, unchanged thin, added black: told apart without colour too."""
    if row.is_added:
        dash = palette.UNBUILT.get(row.segment.status, "")
        return {"colour": ADDED, "weight": ADDED_PX, "dash": dash, "casing": "#ffffff", "rank": 4}
    if row.change == 0:
        return {"colour": UNCHANGED, "weight": UNCHANGED_PX, "rank": 1}
    most = max(abs(other.change) for other in effect.lines if not other.is_added)
    weight = _width(abs(row.change), most)
    if row.change < 0:
        return {"colour": LOST, "weight": weight + 1, "core": round((weight + 1) * HOLLOW_SHARE, 2), "rank": 2}
    return {"colour": GAINED, "weight": weight, "rank": 3}


def _before(effect: Effect, row: SegmentUse) -> dict[str, Any] | None:
    return _used(effect, row, row.before)


def _after(effect: Effect, row: SegmentUse) -> dict[str, Any] | None:
    return _used(effect, row, row.after)


def _used(effect: Effect, row: SegmentUse, pairs: int) -> dict[str, Any] | None:
    """As wide as it is used, on one scale before and after; unbuilt lines dashed, added ones black."""
    if pairs == 0:
        return None
    most = max(max(other.before, other.after) for other in effect.lines)
    colour = ADDED if row.is_added else effect_facts.USED
    dash = palette.UNBUILT.get(row.segment.status, "")
    return {"colour": colour, "weight": _width(pairs, most), "dash": dash, "rank": 4 if row.is_added else 1}


def _width(pairs: int, most: int) -> float:
    """By the root of the number, so that few can be seen beside many."""
    return round(NARROWEST_PX + (WIDEST_PX - NARROWEST_PX) * math.sqrt(pairs / most), 2)


def _name(effect: Effect, row: SegmentUse) -> str:
    nodes = {**effect.before.nodes, **effect.after.nodes}
    ends = f"{nodes[row.segment.from_node].name} - {nodes[row.segment.to_node].name}"
    return escape(f"{ends}, {row.segment.mode}: {row.before} pairs before, {row.after} after")


def _popup(effect: Effect, row: SegmentUse) -> Html:
    segment, nodes = row.segment, {**effect.before.nodes, **effect.after.nodes}
    mode = effect.after.catalog.modes[segment.mode].title
    year = effect.after.catalog.opens_year.get(segment.id)
    opens = f", opens {year}" if year else ""
    counts = (("pairs before", row.before), ("pairs after", row.after), ("change", row.change))
    more = details.words([segment])
    return _HTML(
        "popup_use",
        start=nodes[segment.from_node].name,
        end=nodes[segment.to_node].name,
        mode=f"{mode}, gauge {segment.gauge_mm} mm" if segment.gauge_mm else mode,
        km=f"{segment.km:,.0f}",
        more=more,
        is_added=row.is_added,
        unbuilt="" if segment.status == "operational" else segment.status.replace("_", " ") + opens,
        closures=[f"{each.kind}: {each.id}" for each in effect.closures_on(row.id)],
        counts=[(name, _signed(name, value)) for name, value in counts],
        id=row.id,
        sources=popups.sources([segment], effect.after),
    )


def _signed(name: str, value: int) -> str:
    return f"{value:+,d}" if name == "change" and value else f"{value:,d}"


def _places(canvas: Canvas, effect: Effect) -> None:
    """The places an effect is measured between, then the ends of what is added."""
    nodes, by = effect.after.nodes, effect.scope.by
    parts = [item for row in effect.lines if row.is_added for item in (row.segment.from_node, row.segment.to_node)]
    ends = [key for key in dict.fromkeys(parts) if key not in effect.scope.places]
    gains = dict.fromkeys(effect.scope.places, 0)
    for pair in effect.best_pairs():
        gains[pair.origin] += 1
        gains[pair.destination] += 1
    both = 2 * (len(effect.scope.places) - 1)
    marks = [
        {
            "symbol": "end",
            "size": PLACE_PX,
            "at": [nodes[key].lat, nodes[key].lon],
            "name": escape(nodes[key].name),
            "popup": popups.around(
                popups.place(nodes[key]), _BREAK, f"{gains[key]} of {both} pairs from or to here gain by {by}"
            ),
        }
        for key in effect.scope.places
    ]
    places = LAYERS["ends"]
    elements.Call("symbols", marks, in_group=True).add_to(canvas.group(places.heading, "Places measured between"))
    labelled = [*ends, *sorted(effect.scope.places, key=lambda key: -gains[key])][:FEW_PLACES]
    labels = [
        {"name": escape(nodes[key].name.split(" (")[0]), "at": [nodes[key].lat, nodes[key].lon], "kind": "busy"}
        for key in labelled
    ]
    names = LAYERS["labels"]
    ranked = labels + route_map.lands_and_waters(canvas)
    elements.Call("labels", ranked, in_group=True).add_to(canvas.group(names.heading, names.title))


def _bounds(effect: Effect) -> list[list[float]]:
    """South-west and north-east corner of the places and of what is added."""
    nodes = effect.after.nodes
    spots = [nodes[key].position for key in effect.scope.places]
    spots += [spot for row in effect.lines if row.is_added for spot in row.segment.coordinates]
    lons, lats = [lon for lon, _ in spots], [lat for _, lat in spots]
    return [[min(lats), min(lons)], [max(lats), max(lons)]]
