"""The map and the chart as pictures for reports (PNG, SVG, PDF), drawn with matplotlib (extra ``figures``).

The map is in the projection of the web map (spherical Mercator); one unit of its axes is one point (1/72 inch), so that
routes that share a line can be set side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata import errors, records, saving
from maps import basemap, chart_layout, legend, marks, palette, scene
from maps.chart_layout import Plot, Quantity
from maps.scene import Scene
from planner import profile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 200
MAP_INCHES = (10.0, 7.2)
MAX_TITLE = 72
"""Characters of a route's title and id for which the key of a map has room."""

PX = 0.75
"""Points a px of the web map."""

FONTS = ("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei")
"""DejaVu, which matplotlib brings, has Latin, Cyrillic, Georgian and Arabic script; Chinese needs one of the others."""

CHINESE = frozenset(FONTS[2:])

OWN_LANGUAGE = {"AF": "fa", "AZ": "az", "CN": "zh", "GE": "ka", "IR": "fa", "KG": "ky", "KZ": "kk", "PK": "ur",
                "RU": "ru", "TJ": "tg", "TM": "tk", "TR": "tr", "UZ": "uz"}  # fmt: skip
"""Country -> the language in which its places are written under their English name."""

MARKS = {"border": "s", "closed": "X", "gauge": "D", "port": "o", "ferry": "^", "airport": "P"}
"""Symbol of the web map -> marker of matplotlib."""


def draw_map(view: Scene, path: Path) -> None:
    """Write the map of a scene with its legend to a PNG, SVG or PDF file."""
    _write(path, lambda: _map_figure(view))


def draw_chart(view: Scene, path: Path, *, band: bool = False) -> None:
    """Write the charts of hours and of USD over distance, one above the other, to a PNG, SVG or PDF file."""
    if not view.routes:
        raise errors.RequestError(f"{path}: there is no route to draw a chart of")
    _write(path, lambda: _chart_figure(view, band))


def check(path: Path) -> None:
    """Refuse a name that is no picture's, and say what is missing where matplotlib is not there."""
    if path.suffix.lower() not in SUFFIXES:
        raise errors.RequestError(f"{path}: a figure is {', '.join(SUFFIXES)}, not {path.suffix or 'without a suffix'}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise errors.RequestError(
            f"{path}: figures need matplotlib; install it with: pip install 'transit-corridors[figures]'"
        ) from None


def _write(path: Path, make: Callable[[], Figure]) -> None:
    check(path)
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "font.family": list(_fonts()), "svg.fonttype": "path", "svg.hashsalt": "corridors", "pdf.fonttype": 42,
        "text.parse_math": False, "axes.unicode_minus": False,
    }  # fmt: skip
    with mpl.rc_context(settings):
        figure = make()
        kind = path.suffix.lower()[1:]
        stamp: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        saving.write_files(
            path, lambda file: figure.savefig(file, format=kind, dpi=DPI, metadata=stamp.get(kind, {"Software": None}))
        )


def _fonts() -> tuple[str, ...]:
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return tuple(name for name in FONTS if name in known)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


# ---- the map


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
        return np.column_stack([
            (np.radians(array[:, 0]) - self.x0) * self.scale, (_mercator(array[:, 1]) - self.y0) * self.scale
        ])  # fmt: skip

    def km_points(self, km: float) -> float:
        """How long a distance is in the middle of the frame."""
        middle = 2 * math.atan(math.exp(self.y0 + self.height / 2 / self.scale)) - math.pi / 2
        return km / 6371.0 / math.cos(middle) * self.scale


def _mercator(lat: Any) -> Any:
    return np.log(np.tan(np.pi / 4 + np.radians(np.clip(lat, -85, 85)) / 2))


def _map_figure(view: Scene) -> Figure:
    rows = len(view.routes)
    below = 1.15 + 0.19 * rows
    figure = _figure(MAP_INCHES[0], MAP_INCHES[1] + below)
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
            found += [Outline.make_compound_path(*(Outline(frame.points(ring), closed=True) for ring in rings))
                      for rings in parts]  # fmt: skip
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
            LineCollection([frame.points(part) for part in parts], lw=0.6, linestyles="--" if disputed else "-",
                           colors=palette.DISPUTED if disputed else palette.BORDER)
        )  # fmt: skip


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
        line = _sideways(points, run["shift"] * PX)
        _stroke(axes, line, run, paint)


def _stroke(axes: Axes, line: Any, look: dict[str, Any], paint: palette.Paint) -> None:
    """A line in the look of the web map: casing, colour, hatch or hollow dashes."""
    width = look["weight"] * PX

    def put(colour: str, wide: float, dash: str = "", z: float = 3.0) -> None:
        round_ = "round" if dash else "butt"
        (drawn,) = axes.plot(line[:, 0], line[:, 1], color=colour, lw=wide, solid_capstyle="butt", zorder=z,
                             dash_capstyle=round_, solid_joinstyle="round")  # fmt: skip
        if dash:
            drawn.set_linestyle((0, tuple(max(float(part), 0.1) * PX / wide for part in dash.split())))

    if look["casing"]:
        put(paint.casing, width + 1.4, z=2.5)
    put(paint.colour, width, look["dash"])
    if look["hatch"]:
        put("#ffffff", width * 0.45, look["hatch"], 3.1)
    if look["core"]:
        put("#ffffff", width * 0.4, look["dash"], 3.1)


def _symbols_and_labels(axes: Axes, frame: _Frame, view: Scene) -> None:
    from matplotlib import patheffects

    taken: list[chart_layout.Box] = []
    halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    nodes = view.network.nodes
    ends = list(dict.fromkeys(end for drawn in view.routes for end in (drawn.route.nodes[0], drawn.route.nodes[-1])))
    items = marks.of(view)
    for item in items:
        x, y = frame.points([item.node.position])[0] + np.array([item.beside[0], -item.beside[1]]) * PX
        shut = item.symbol == "closed"
        axes.plot(x, y, marker=MARKS[item.symbol], ms=6.5, mfc="white", mec="#B00020" if shut else "#222222", mew=1.3,
                  zorder=5)  # fmt: skip
        taken.append((x - 4, y - 4, x + 4, y + 4))
    for key in ends:
        x, y = frame.points([nodes[key].position])[0]
        axes.plot(x, y, marker="o", ms=9, mfc="white", mec="#222222", mew=2, zorder=6)
        axes.plot(x, y, marker="o", ms=3.4, color="#222222", zorder=7)
        taken.append((x - 6, y - 6, x + 6, y + 6))
    for number, (drawn, spot) in enumerate(zip(view.routes, marks.numbers(view), strict=True)):
        x, y = frame.points([spot])[0]
        axes.plot(x, y, marker="o", ms=9.5, mfc="white", mec=drawn.paint.colour, mew=1.8, zorder=7)
        axes.text(x, y, str(number + 1), fontsize=6.5, fontweight="bold", ha="center", va="center_baseline", zorder=8)
        taken.append((x - 6, y - 6, x + 6, y + 6))
    details = marks.details(view)
    busy = [key for key in dict.fromkeys(item.node.id for item in items) if key not in ends]
    chinese = bool(CHINESE & set(_fonts()))
    for key in [*ends, *busy]:
        node = nodes[key]
        first = 9.5 if key in ends else 7.5
        second = _own_name(node, chinese=chinese) if key in ends else details.get(key, "")
        wide = max(len(node.name.split(" (")[0]) * first, len(second) * 6.5) * 0.62
        tall = first + (7.5 if second else 0) + 1
        x, y = frame.points([node.position])[0]
        for left in (x + 8, x - 8 - wide):
            box = (left, y - tall + first / 2, left + wide, y + first / 2 + 1)
            inside = box[0] > 2 and box[2] < frame.width - 2 and box[1] > 2 and box[3] < frame.height - 2
            if inside and not any(_touch(box, other) for other in taken if not _around(other, x, y)):
                taken.append(box)
                side, at = ("left", left) if left > x else ("right", left + wide)
                axes.text(at, y, node.name.split(" (")[0], fontsize=first,
                          fontweight="bold" if key in ends else "normal",
                          ha=side, va="center", zorder=8, path_effects=halo)  # fmt: skip
                if second:
                    axes.text(at, y - first, second, fontsize=6.5, color="#333333", ha=side, va="center", zorder=8,
                              path_effects=halo)  # fmt: skip
                break
    places = [(feature["properties"]["name"], feature["properties"]["label"], "#857d6e", "normal")
              for feature in basemap.wide().countries["features"] if feature["properties"]["label"]]  # fmt: skip
    places += [(name, [lon, lat], "#4f7b97", "italic") for name, lon, lat in basemap.WATERS]
    for name, position, colour, style in places:
        x, y = frame.points([position])[0]
        wide = len(name) * 4.6
        box = (x - wide / 2, y - 4, x + wide / 2, y + 4)
        inside = box[0] > 2 and box[2] < frame.width - 2 and box[1] > 2 and box[3] < frame.height - 2
        if inside and not any(_touch(box, other) for other in taken):
            taken.append(box)
            axes.text(x, y, name.upper() if style == "normal" else name, fontsize=6.5, color=colour, style=style,
                      ha="center", va="center", zorder=2, path_effects=halo)  # fmt: skip


def _own_name(node: records.Node, *, chinese: bool) -> str:
    language = OWN_LANGUAGE.get(node.country, "")
    if language == "zh" and not chinese:
        return ""
    return next((name.name for name in node.names if name.lang == language and name.name != node.name), "")


def _touch(one: chart_layout.Box, other: chart_layout.Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(box: chart_layout.Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _scale_bar(axes: Axes, frame: _Frame) -> None:
    km = next(size for size in (2000, 1000, 500, 300, 200, 100, 50, 20, 10, 5, 2, 1, 0)
              if frame.km_points(size) < frame.width / 5)  # fmt: skip
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
    axes.text(14, y, view.caption, fontsize=11, fontweight="bold", va="center")
    columns = (("km", 430), ("hours", 490), ("USD", 550), ("kg CO2e", 615), ("unbuilt km", 690))
    for title, x in columns:
        axes.text(x, y, title, fontsize=7.5, fontweight="bold", ha="right", va="center")
    solid = {**palette.LINES["solid"].options(), "weight": 4}
    for number, drawn in enumerate(view.routes):
        y -= 13.5
        axes.text(24, y, str(number + 1), fontsize=7.5, fontweight="bold", ha="right", va="center")
        _stroke(axes, np.array([[29.0, y], [53.0, y]]), solid, drawn.paint)
        known_as = "" if drawn.id in drawn.title else f" ({drawn.id})"
        room = MAX_TITLE - len(known_as)
        name = drawn.title if len(drawn.title) <= room else drawn.title[: room - 1] + chart_layout.ELLIPSIS
        axes.text(60, y, name + known_as, fontsize=7.5, va="center")
        route = drawn.route
        numbers = (route.distance_km, route.time_h, route.cost_usd, route.co2e_kg, route.unbuilt_km)
        for (_, x), value in zip(columns, numbers, strict=True):
            axes.text(x, y, f"{value:,.0f}", fontsize=7.5, ha="right", va="center")
    y = _line_keys(axes, view, y - 16.0, wide)
    lines = [
        legend.plain_basis(view), legend.PLAIN_BOUNDARIES,
        "Natural Earth; \u00a9 OpenStreetMap contributors (ODbL); GeoNames (CC BY 4.0). Spherical Mercator projection.",
    ]  # fmt: skip
    for text in lines:
        axes.text(14, y, text, fontsize=6.3, color="#444444", va="center")
        y -= 9.5


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
                _stroke(axes, np.array([[x, y], [x + 26, y]]), palette.line_style(mode.line, status).options(), grey)
                axes.text(x + 31, y, text, fontsize=7, va="center")
                x += 42 + len(text) * 4.2
    symbols = {item.symbol for item in marks.of(view)}
    for symbol, text in legend.SYMBOLS.items():
        if symbol in symbols:
            if x + 16 + len(text) * 4.2 > wide - 14:
                x, y = 14.0, y - 12
            axes.plot(x + 4, y, marker=MARKS[symbol], ms=6, mfc="white", mew=1.3,
                      mec="#B00020" if symbol == "closed" else "#222222")  # fmt: skip
            axes.text(x + 11, y, text, fontsize=7, va="center")
            x += 22 + len(text) * 4.2
    return y - 13.0


# ---- the chart


def _chart_figure(view: Scene, band: bool) -> Figure:
    laid = chart_layout.tracks(view, band=band)
    strip = chart_layout.STRIP
    wide, one = chart_layout.WIDTH, chart_layout.HEIGHT + strip * len(laid) + 14
    quantities = list(chart_layout.QUANTITIES.values())
    tall = one * len(quantities) + 44
    figure = _figure(wide / 96, tall / 96)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, wide)
    axes.set_ylim(tall, 0)  # y downwards, as in the web chart
    axes.axis("off")
    axes.text(14, 14, view.caption, fontsize=10, fontweight="bold", va="center")
    for row, quantity in enumerate(quantities):
        _draw_quantity(axes, view, laid, quantity, 24.0 + row * one)
    axes.text(14, tall - 10, f"{legend.plain_basis(view)} {chart_layout.note(view)}", fontsize=5.8, color="#444444",
              va="center")  # fmt: skip
    return figure


def _draw_quantity(axes: Axes, view: Scene, laid: list[chart_layout.Track], quantity: Quantity, top: float) -> None:
    plot = Plot.of(laid, quantity, (chart_layout.WIDTH, chart_layout.HEIGHT))
    modes = view.network.catalog.modes
    left, right, floor = chart_layout.LEFT, plot.x(plot.most_km), plot.y(0) + top
    axes.text(left - 6, top + chart_layout.TOP - 10, quantity.unit, fontsize=7, ha="right", va="center")
    for value in chart_layout.ticks(plot.most):
        axes.plot([left, right], [plot.y(value) + top] * 2, color="#dddddd", lw=0.6, zorder=0)
        axes.text(left - 6, plot.y(value) + top, f"{value:,.0f}", fontsize=7, ha="right", va="center")
    for km in chart_layout.ticks(plot.most_km, 8):
        axes.text(plot.x(km), floor + 11, f"{km:,.0f}", fontsize=7, ha="center", va="center")
    axes.plot([left, left, right], [top + chart_layout.TOP, floor, floor], color="#555555", lw=0.8, zorder=1)
    axes.text(right + 8, floor + 11, "km from the origin", fontsize=7, va="center")
    for track in laid:
        if track.band and quantity.field == "time_h" and len(laid) <= MAX_BANDS:
            at = [plot.x(point.distance_km) for point in track.points]
            low, high = ([plot.y(pair[side]) + top for pair in track.band] for side in (0, 1))
            axes.fill_between(at, low, high, color=track.drawn.paint.colour, alpha=0.18, lw=0, zorder=1)
        for first, last in chart_layout.stretches(track):
            segment = track.steps[first].segment
            style = palette.line_style(modes[segment.mode].line, segment.status) if segment else palette.LINES["solid"]
            line = np.array([
                (plot.x(track.points[k].distance_km), plot.y(track.value(k, quantity)) + top)
                for k in range(first, last + 1)
            ])  # fmt: skip
            _stroke(axes, line, {**style.options(), "weight": 3, "core": False}, track.drawn.paint)
    for label in chart_layout.labels(laid, quantity, view, size=(plot.width, plot.height)):
        axes.text(label.left, label.baseline + top, label.text, fontsize=6.6, va="baseline", zorder=6)
    for track, (x, y, at_name) in zip(laid, chart_layout.leaders(plot, laid), strict=True):
        paint = track.drawn.paint
        axes.plot([x, right + chart_layout.LEADER, right + 14], [y + top, at_name + top, at_name + top],
                  color=paint.colour, lw=0.7, zorder=2)  # fmt: skip
        axes.plot(x, y + top, marker="o", ms=3.6, mfc=paint.colour, mec=paint.casing, mew=0.7, zorder=6)
        axes.text(right + 18, at_name + top, chart_layout.end_text(track, quantity), fontsize=7.4, fontweight="bold",
                  va="center")  # fmt: skip
    _strips(axes, plot, laid, top)


MAX_BANDS = 3
"""With more routes than these their bands would hide each other."""


def _strips(axes: Axes, plot: Plot, laid: list[chart_layout.Track], top: float) -> None:
    from matplotlib.patches import Rectangle

    for row, track in enumerate(laid):
        y = plot.height - 4 + row * chart_layout.STRIP + top
        axes.add_patch(Rectangle((chart_layout.LEFT - 22, y + 2), 16, chart_layout.STRIP - 5, lw=0,
                                 color=track.drawn.paint.colour))  # fmt: skip
        for left, right, fill, code in chart_layout.strips(plot, profile.countries(track.drawn.route)):
            axes.add_patch(Rectangle((left, y), right - left, chart_layout.STRIP - 1.5, lw=0, facecolor=fill))
            if right - left > chart_layout.STRIP_TEXT:
                axes.text((left + right) / 2, y + 6, code, fontsize=6.4, ha="center", va="center")
