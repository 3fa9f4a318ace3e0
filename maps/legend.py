"""The legend: totals of every route, what lines and symbols mean, and what the map rests on."""

from __future__ import annotations

from geodata import records
from maps import closure_marks, measured, palette, ranges
from maps.markup import Html, Templates
from maps.palette import LineStyle, Paint
from maps.scene import Drawn, Scene

_HTML = Templates(__file__)

PLAIN_BOUNDARIES = (
    "Boundaries are Natural Earth's de facto lines, drawn without any opinion on the legal status of any territory."
)
ON_SCREEN = "The layer control hides them. The sources of each line stand in its popup."
ATTRIBUTION = (
    "Natural Earth | &copy; <a href='https://www.openstreetmap.org/copyright'>OpenStreetMap contributors</a> (ODbL) | "
    "GeoNames (CC BY 4.0)"
)
WITH_TILES = "Natural Earth | GeoNames (CC BY 4.0)"
"""The attribution beside that of the tiles, which names OpenStreetMap."""

SYMBOLS = {
    "border": "border crossing",
    "closed": "crossing closed on the date",
    "gauge": "break of gauge",
    "port": "port",
    "ferry": "ferry terminal",
    "airport": "airport",
}


def html(scene: Scene, symbols: set[str]) -> Html:
    """The legend's HTML; ``symbols`` are the kinds that are on the map."""
    drawn_kinds = {(segment.mode, segment.status) for drawn in scene.routes for segment in drawn.route.segments}
    lines = [
        (_swatch(palette.line_style(mode.line, status), _NEUTRAL), _kind(mode, status))
        for status in records.STATUSES
        for mode in scene.network.catalog.modes.values()
        if (mode.id, status) in drawn_kinds
    ]
    return _HTML(
        "legend",
        title=scene.title,
        heads=measured.compact_heads(),
        rows=[_row(drawn) for drawn in scene.routes],
        lines=lines,
        symbols=[(kind, text) for kind, text in SYMBOLS.items() if kind in symbols],
        closures=closures(scene),
        basis=basis(scene),
        boundaries=PLAIN_BOUNDARIES,
        on_screen=ON_SCREEN,
    )


def closures(scene: Scene) -> Html:
    """What the marks behind the routes mean, as HTML; '' where no closure lies on one."""
    return _HTML("notes", notes=closure_notes(scene))


def closure_notes(scene: Scene) -> list[str]:
    """The same as plain text."""
    return closure_marks.mark_notes(drawn.route for drawn in scene.routes)


def basis(scene: Scene) -> str:
    """What the answers rest on: what was asked, the load, the day, the data."""
    catalog = scene.network.catalog
    load = scene.routes[0].route.consignment if scene.routes else None
    cargo = f"{load.tonnes:,.10g} t of {load.cargo} cargo in {load.teu:,} TEU. " if load else ""
    return (
        f"{scene.conditions}{cargo}Date {scene.day.isoformat()}, data {catalog.version} of "
        f"{catalog.data_date.isoformat()}. {_totals(scene)}Hours and USD rest largely on low-confidence facts."
    )


def _totals(scene: Scene) -> str:
    """What the totals of a scene are, in a few words."""
    if not scene.routes:
        return ""
    kind = "central" if scene.routes[0].route.consignment.values == "central" else "expected"
    return f"Hours and USD: {kind} values, {ranges.TITLE} beside them. "


def _kind(mode: records.Mode, status: str) -> str:
    return mode.title if status == "operational" else f"{mode.title}, {status.replace('_', ' ')}"


_NEUTRAL = Paint("#444444", palette.DARK_CASING)


def swatch(drawn: Drawn) -> Html:
    """A route's colour and casing, as a short line."""
    return _swatch(LineStyle(4), drawn.paint)


def _row(drawn: Drawn) -> dict[str, object]:
    """A route's row; its id, by which a table or a command calls it, where the title does not say it."""
    route = drawn.route
    return {
        "swatch": swatch(drawn),
        "name": drawn.marked,
        "id": "" if drawn.id in drawn.title else drawn.id,
        "totals": measured.compact(route),
        "unbuilt": f"{route.unbuilt_km:,.0f}" if route.unbuilt_km else "",
    }


def _swatch(style: LineStyle, paint: Paint) -> Html:
    def stroke(colour: str, width: float, dash: str = "", cap: str = "butt") -> str:
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        return (
            f"<path d='M1 5h32' stroke='{colour}' stroke-width='{width}' stroke-linecap='{cap}'{dashes} fill='none'/>"
        )

    rim = stroke(paint.casing, style.weight + 2) if style.casing else ""
    body = stroke(paint.colour, style.weight, style.dash, "round" if style.dash else "butt")
    hatch = stroke("#ffffff", style.weight * 0.45, style.hatch) if style.hatch else ""
    core = stroke("#ffffff", style.weight * 0.4, style.dash) if style.core else ""
    return Html(f"<svg class='line' aria-hidden='true' viewBox='0 0 34 10'>{rim}{body}{hatch}{core}</svg>")
