"""The map as a figure: spherical Mercator, as on the web.

One unit of the axes is one point (1/72 inch), so that routes that share a line can be set side by side.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata import records
from maps import basemap, chart_layout, closure_marks, legend, marks, palette, ranges, scene
from maps.figures import paper as sheet, strokes
from maps.scene import Scene
from planner.price import measures
from planner.price.measures import Measure
from planner.price.route import Route

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOTE_WIDE = 200
"""Letters of a note on one line below the map."""

MAP_INCHES = (10.0, 7.2)

MAX_NAME, MAX_CAPTION = 40, 92
"""Characters of a place's name and of a title that are written."""

WIDE_LETTER = 0.78
"""The width of a bold capital by the size of the font."""

LETTERS = 200
"""So many letters of the smallest type stand beside each other under the map."""

MAX_TITLE = 60
"""Characters of a route's title and id for which the key of a map has room."""

OWN_LANGUAGE = {
    "AF": "fa",
    "AZ": "az",
    "CN": "zh",
    "GE": "ka",
    "IR": "fa",
    "KG": "ky",
    "KZ": "kk",
    "PK": "ur",
    "RU": "ru",
    "TJ": "tg",
    "TM": "tk",
    "TR": "tr",
    "UZ": "uz",
}
"""Country -> the language in which its places are written under their English name."""

MARKS = {"border": "s", "closed": "X", "gauge": "D", "port": "o", "ferry": "^", "airport": "P"}
"""Symbol of the web map -> marker of matplotlib."""


class _Frame:
    """From lon, lat to points on the paper, so that all routes are within the frame."""

    def __init__(self, view: Scene, width_pt: float, height_pt: float) -> None:
        (south, west), (north, east) = scene.bounds(view)
        left, right = math.radians(west), math.radians(east)
        low, high = float(_mercator(south)), float(_mercator(north))
        margin_pt = 46.0
        scale = min(
            (width_pt - 2 * margin_pt) / max(right - left, 1e-3), (height_pt - 2 * margin_pt) / max(high - low, 1e-3)
        )
        self.scale = min(scale, 6000.0)
        self.x0 = (left + right) / 2 - width_pt / 2 / self.scale
        self.y0 = (low + high) / 2 - height_pt / 2 / self.scale
        self.width, self.height = width_pt, height_pt

    def points(self, positions: Any) -> Any:
        """(n, 2) lon, lat -> (n, 2) points."""
        array = np.asarray(positions, float)
        return np.column_stack(
            [(np.radians(array[:, 0]) - self.x0) * self.scale, (_mercator(array[:, 1]) - self.y0) * self.scale]
        )

    def km_points(self, km: float) -> float:
        """How long a distance is in the middle of the frame."""
        middle = 2 * math.atan(math.exp(self.y0 + self.height / 2 / self.scale)) - math.pi / 2
        return km / 6371.0 / math.cos(middle) * self.scale


def _mercator(lat: Any) -> Any:
    return np.log(np.tan(np.pi / 4 + np.radians(np.clip(lat, -85, 85)) / 2))


def figure(view: Scene) -> Figure:
    rows = len(view.routes)
    below = 1.49 + 0.19 * rows + 9.5 / 72 * len(_closure_lines(view))
    figure = strokes.figure(MAP_INCHES[0], MAP_INCHES[1] + below)
    whole = MAP_INCHES[1] + below
    axes = figure.add_axes((0.0, below / whole, 1.0, MAP_INCHES[1] / whole))
    frame = _Frame(view, MAP_INCHES[0] * 72, MAP_INCHES[1] * 72)
    axes.set_xlim(0, frame.width)
    axes.set_ylim(0, frame.height)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor(palette.WATER)
    _ground(axes, frame)
    for number, runs in enumerate(scene.runs(view)):
        _route(axes, frame, view, number, runs)
    _symbols_and_labels(axes, frame, view)
    _scale_bar(axes, frame)
    _key(figure, view, below)
    return figure


def _ground(axes: Axes, frame: _Frame) -> None:
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.path import Path as Outline

    ground = basemap.wide()

    def areas(features: Sequence[dict[str, Any]]) -> list[Outline]:
        found = []
        for feature in features:
            geometry = feature["geometry"]
            parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            found += [
                Outline.make_compound_path(*(Outline(frame.points(ring), closed=True) for ring in rings))
                for rings in parts
            ]
        return found

    land = PathCollection(areas(ground.countries["features"]), facecolor=palette.LAND, edgecolor=palette.LAND, lw=0.3)
    lakes = PathCollection(areas(ground.lakes["features"]), facecolor=palette.WATER, edgecolor=palette.LAKE_RIM, lw=0.4)
    axes.add_collection(land)
    axes.add_collection(lakes)
    for feature in ground.borders["features"]:
        disputed = feature["properties"]["kind"] == "disputed"
        geometry = feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        axes.add_collection(
            LineCollection(
                [frame.points(part) for part in parts],
                lw=0.6,
                linestyles="--" if disputed else "-",
                colors=palette.DISPUTED if disputed else palette.BORDER,
            )
        )


def _sideways(points: Any, shift: float) -> Any:
    """The line moved to its right by ``shift`` points (in a frame whose y goes up)."""
    if not shift or len(points) < 2:
        return points
    step = np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    keep = np.concatenate([[True], length > 1e-9])
    points = points[keep]
    if len(points) < 2:
        return points
    step = np.diff(points, axis=0)
    normal = np.column_stack([step[:, 1], -step[:, 0]]) / np.hypot(step[:, 0], step[:, 1])[:, None]
    each = np.vstack([normal[:1], (normal[:-1] + normal[1:]) / 2, normal[-1:]])
    size = (each**2).sum(axis=1)
    return points + each * shift / np.where(size > 0.2, size, 1.0)[:, None]


def _route(axes: Axes, frame: _Frame, view: Scene, number: int, runs: list[dict[str, Any]]) -> None:
    paint = view.routes[number].paint
    for run in runs:
        points = frame.points([(lon, lat) for lat, lon in run["line"]])
        line = _sideways(points, run["shift"] * strokes.PX)
        strokes.stroke(axes, line, run, paint)


class _Room:
    """What is taken on the paper, so that labels find a free place."""

    def __init__(self, frame: _Frame) -> None:
        self.frame = frame
        self.taken: list[chart_layout.Box] = []

    def take(self, x: float, y: float, half: float) -> None:
        self.taken.append((x - half, y - half, x + half, y + half))

    def has(self, box: chart_layout.Box, around: tuple[float, float] | None = None) -> bool:
        """Whether a box is free and within the frame; what lies at ``around``, its own place, does not count."""
        inside = box[0] > 2 and box[2] < self.frame.width - 2 and box[1] > 2 and box[3] < self.frame.height - 2
        others = [other for other in self.taken if around is None or not _around(other, *around)]
        return inside and not any(chart_layout.touch(box, other) for other in others)


def _symbols_and_labels(axes: Axes, frame: _Frame, view: Scene) -> None:
    room = _Room(frame)
    found = marks.on_routes(view)
    ends = list(dict.fromkeys(end for drawn in view.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1])))
    _symbols(axes, room, view, found, ends)
    busy = [key for key in dict.fromkeys(mark.node.id for mark in found) if key not in ends]
    details = marks.details(view)
    chinese = bool(strokes.CHINESE & set(strokes.fonts()))
    for key in [*ends, *busy]:
        node = view.network.nodes[key]
        second = _own_name(node, chinese=chinese) if key in ends else details.get(key, "")
        _place_name(axes, room, node, second, is_end=key in ends)
    _ground_names(axes, room)


def _symbols(axes: Axes, room: _Room, view: Scene, found: Sequence[marks.Mark], ends: Sequence[str]) -> None:
    for mark in found:
        x, y = room.frame.points([mark.node.position])[0] + np.array([mark.beside[0], -mark.beside[1]]) * strokes.PX
        edge = "#B00020" if mark.symbol == "closed" else "#222222"
        axes.plot(x, y, marker=MARKS[mark.symbol], ms=6.5, mfc="white", mec=edge, mew=1.3, zorder=5)
        room.take(x, y, 4)
    for key in ends:
        x, y = room.frame.points([view.network.nodes[key].position])[0]
        axes.plot(x, y, marker="o", ms=9, mfc="white", mec="#222222", mew=2, zorder=6)
        axes.plot(x, y, marker="o", ms=3.4, color="#222222", zorder=7)
        room.take(x, y, 6)
    for number, (drawn, spot) in enumerate(zip(view.routes, marks.numbers(view), strict=True)):
        x, y = room.frame.points([spot])[0]
        axes.plot(x, y, marker="o", ms=9.5, mfc="white", mec=drawn.paint.colour, mew=1.8, zorder=7)
        axes.text(x, y, str(number + 1), fontsize=6.5, fontweight="bold", ha="center", va="center_baseline", zorder=8)
        room.take(x, y, 6)


def _place_name(axes: Axes, room: _Room, node: records.Node, second: str, *, is_end: bool) -> None:
    """A place's name and a smaller line under it, right or left of it; an end is named even where there is no room."""
    size, name = (9.5 if is_end else 7.5), shortened(node.name.split(" (")[0], MAX_NAME)
    wide = max(len(name) * size * (0.7 if is_end else 0.62), len(second) * 6.5 * 0.62)
    tall = size + (7.5 if second else 0) + 1
    x, y = room.frame.points([node.position])[0]
    tries = [(left, y - tall + size / 2, left + wide, y + size / 2 + 1) for left in (x + 8, x - 8 - wide)]
    inside = [each for each in tries if each[0] > 2 and each[2] < room.frame.width - 2]
    box = next((each for each in tries if room.has(each, (x, y))), (inside or tries)[0] if is_end else None)
    if box is None:
        return
    room.taken.append(box)
    side, at = ("left", box[0]) if box[0] > x else ("right", box[2])
    style: dict[str, Any] = {"ha": side, "va": "center", "zorder": 8, "path_effects": _halo()}
    axes.text(at, y, name, fontsize=size, fontweight="bold" if is_end else "normal", **style)
    if second:
        axes.text(at, y - size, second, fontsize=6.5, color="#333333", **style)


def _ground_names(axes: Axes, room: _Room) -> None:
    """Countries and waters, where there is room left."""
    countries = (feature["properties"] for feature in basemap.wide().countries["features"])
    places = [(item["name"].upper(), item["label"], "#857d6e", "normal") for item in countries if item["label"]]
    places += [(name, [lon, lat], "#4f7b97", "italic") for name, lon, lat in basemap.WATERS]
    for name, position, colour, style in places:
        x, y = room.frame.points([position])[0]
        wide = len(name) * 4.8
        box = (x - wide / 2, y - 4, x + wide / 2, y + 4)
        if room.has(box):
            room.taken.append(box)
            axes.text(
                x,
                y,
                name,
                fontsize=6.5,
                color=colour,
                style=style,
                ha="center",
                va="center",
                zorder=2,
                path_effects=_halo(),
            )


def _halo() -> list[Any]:
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=2.2, foreground="white")]


def _own_name(node: records.Node, *, chinese: bool) -> str:
    language = OWN_LANGUAGE.get(node.country, "")
    if language == "zh" and not chinese:
        return ""
    return next((name.name for name in node.names if name.lang == language and name.name != node.name), "")


def _around(box: chart_layout.Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _scale_bar(axes: Axes, frame: _Frame) -> None:
    km = next(
        size
        for size in (2000, 1000, 500, 300, 200, 100, 50, 20, 10, 5, 2, 1, 0)
        if frame.km_points(size) < frame.width / 5
    )
    long = frame.km_points(km)
    right, y = frame.width - 14, 14
    axes.plot([right - long, right], [y, y], color="#222222", lw=2, zorder=9, solid_capstyle="butt")
    axes.text(right - long / 2, y + 4, f"{km:,} km", fontsize=7, ha="center", va="bottom", zorder=9)


def _key(figure: Figure, view: Scene, below: float) -> None:
    """Under the map: its title, a row a route, what the lines and symbols mean, and what it rests on."""
    wide, tall = MAP_INCHES[0] * 72, below * 72
    axes = figure.add_axes((0.0, 0.0, 1.0, below / (MAP_INCHES[1] + below)))
    axes.set_xlim(0, wide)
    axes.set_ylim(0, tall)
    axes.axis("off")
    y = tall - 16.0
    caption = shortened(view.title, MAX_CAPTION)
    size = min(11.0, (wide - 28) / (WIDE_LETTER * len(caption)))
    axes.text(14, y, caption, fontsize=size, fontweight="bold", va="center")
    y -= 15
    columns = _columns()
    for title, x in columns:
        axes.text(x, y, title, fontsize=7.5, fontweight="bold", ha="right", va="center")
    solid = {**palette.LINES["solid"].options(), "weight": 4}
    for number, drawn in enumerate(view.routes):
        y -= 13.5
        axes.text(24, y, str(number + 1), fontsize=7.5, fontweight="bold", ha="right", va="center")
        strokes.stroke(axes, np.array([[29.0, y], [53.0, y]]), solid, drawn.paint)
        known_as = "" if drawn.id in drawn.title else f" ({drawn.id})"
        room = MAX_TITLE - len(known_as)
        text = closure_marks.marked(shortened(drawn.title, room) + known_as, drawn.route)
        axes.text(60, y, text, fontsize=7.5, va="center")
        route = drawn.route
        cells = (*(_total(route, row) for row in measures.listed()), f"{route.unbuilt_km:,.0f}")
        for (_, x), text in zip(columns, cells, strict=True):
            axes.text(x, y, text, fontsize=7.5, ha="right", va="center")
    y = _line_keys(axes, view, y - 16.0, wide)
    lines = [
        *_closure_lines(view),
        *sheet.wrapped(legend.basis(view), LETTERS, 2).splitlines(),
        legend.PLAIN_BOUNDARIES,
        "Natural Earth; \u00a9 OpenStreetMap contributors (ODbL); GeoNames (CC BY 4.0). Spherical Mercator projection.",
    ]
    for text in lines:
        axes.text(14, y, text, fontsize=6.3, color="#444444", va="center")
        y -= 9.5


def _columns() -> list[tuple[str, float]]:
    """Heads and the right ends of their columns, px: wide ones for a total with its range."""
    wide = {row.id: 110.0 if row.ranged else 52.0 for row in measures.listed()}
    heads = [(f"{row.head} ({ranges.TITLE})" if row.ranged else row.head, wide[row.id]) for row in measures.listed()]
    heads.append(("unbuilt km", 57.0))
    ends = [702.0 - sum(width for _, width in heads[at + 1 :]) for at in range(len(heads))]
    return [(head, end) for (head, _), end in zip(heads, ends, strict=True)]


def _total(route: Route, row: Measure) -> str:
    total = f"{route.value(row.id):,.{row.digits}f}"
    return f"{total} ({ranges.text(route.interval(row.field), row.digits)})" if row.ranged else total


def _closure_lines(view: Scene) -> list[str]:
    """What the marks behind the routes mean, in lines as wide as the map."""
    return [line for note in legend.closure_notes(view) for line in textwrap.wrap(note, NOTE_WIDE)]


def _line_keys(axes: Axes, view: Scene, y: float, wide: float) -> float:
    modes = view.network.catalog.modes
    kinds = {(segment.mode, segment.status) for drawn in view.routes for segment in drawn.route.segments}
    grey = palette.Paint("#444444", palette.DARK_CASING)
    x = 14.0
    for status in records.STATUSES:
        for mode in modes.values():
            if (mode.id, status) in kinds:
                text = mode.title if status == "operational" else f"{mode.title}, {status.replace('_', ' ')}"
                if x + 40 + len(text) * 4.2 > wide - 14:
                    x, y = 14.0, y - 12
                strokes.stroke(
                    axes, np.array([[x, y], [x + 26, y]]), palette.line_style(mode.line, status).options(), grey
                )
                axes.text(x + 31, y, text, fontsize=7, va="center")
                x += 42 + len(text) * 4.2
    symbols = {item.symbol for item in marks.on_routes(view)}
    for symbol, text in legend.SYMBOLS.items():
        if symbol in symbols:
            if x + 16 + len(text) * 4.2 > wide - 14:
                x, y = 14.0, y - 12
            axes.plot(
                x + 4,
                y,
                marker=MARKS[symbol],
                ms=6,
                mfc="white",
                mew=1.3,
                mec="#B00020" if symbol == "closed" else "#222222",
            )
            axes.text(x + 11, y, text, fontsize=7, va="center")
            x += 22 + len(text) * 4.2
    return y - 13.0


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters, the last of them an ellipsis where it is cut."""
    return text if len(text) <= most else text[: most - 1] + chart_layout.ELLIPSIS
