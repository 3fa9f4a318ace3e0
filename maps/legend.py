"""The legend: totals of every route, what lines and symbols mean, and what the map rests on."""

from __future__ import annotations

from geodata import records
from maps import closure_marks, measured, palette, ranges
from maps.escape import escape
from maps.palette import LineStyle, Paint
from maps.scene import Drawn, Scene

PLAIN_BOUNDARIES = (
    "Boundaries are Natural Earth's de facto lines, drawn without any opinion on the legal status of any territory."
)
ON_SCREEN = "<span class='screen'>The layer control hides them. The sources of each line stand in its popup.</span>"
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


def html(scene: Scene, symbols: set[str]) -> str:
    """The legend's HTML; ``symbols`` are the kinds that are on the map."""
    rows = "".join(_row(number, drawn) for number, drawn in enumerate(scene.routes))
    catalog = scene.network.catalog
    drawn_kinds = {(segment.mode, segment.status) for drawn in scene.routes for segment in drawn.route.segments}
    lines = "".join(
        f"<span>{_swatch(palette.line_style(mode.line, status), _NEUTRAL)}{escape(_kind(mode, status))}</span>"
        for status in records.STATUSES
        for mode in catalog.modes.values()
        if (mode.id, status) in drawn_kinds
    )
    marks = "".join(
        f"<span><i class='corridors-mark' data-symbol='{kind}'></i>{text}</span>"
        for kind, text in SYMBOLS.items()
        if kind in symbols
    )
    heads = "".join(f"<th>{escape(head)}</th>" for head in measured.compact_heads())
    return (
        f"<details open><summary>{escape(scene.title)}</summary>"
        f"<div class='rows'><table><tr><th></th><th></th><th class='name'>route</th>{heads}"
        f"<th>unbuilt km</th></tr>{rows}</table></div>"
        f"<div class='foot'><div class='keys'>{lines}{marks}</div>{closures(scene)}<p>{basis(scene)}</p>"
        f"<p>{PLAIN_BOUNDARIES} {ON_SCREEN}</p></div></details>"
    )


def closures(scene: Scene) -> str:
    """What the marks behind the routes mean, as HTML; '' where no closure lies on one."""
    return "".join(f"<p>{escape(note)}</p>" for note in closure_notes(scene))


def closure_notes(scene: Scene) -> list[str]:
    """The same as plain text."""
    return closure_marks.mark_notes(drawn.route for drawn in scene.routes)


def basis(scene: Scene) -> str:
    """What the answers rest on, as HTML: what was asked, the load, the day, the data."""
    return escape(plain_basis(scene))


def plain_basis(scene: Scene) -> str:
    """The same as plain text."""
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


def _id(drawn: Drawn) -> str:
    """The id that a table or a command calls the route by, where the title does not say it."""
    return "" if drawn.id in drawn.title else f" <small>{escape(drawn.id)}</small>"


def swatch(drawn: Drawn) -> str:
    """A route's colour and casing, as a short line."""
    return _swatch(LineStyle(4), drawn.paint)


def _row(number: int, drawn: Drawn) -> str:
    route = drawn.route
    unbuilt = f"{route.unbuilt_km:,.0f}" if route.unbuilt_km else ""
    totals = (f"{text}<small>{span}</small>" if span else text for text, span in measured.compact(route))
    figures = (*totals, unbuilt)
    return (
        f"<tr class='corridors-item corridors-r{number} corridors-line' data-route='{number}' tabindex='0' "
        f"title='Enter or a double click: to the whole route'>"
        f"<td class='rank'>{number + 1}</td><td>{swatch(drawn)}</td><td class='name'>{escape(drawn.marked)}{_id(drawn)}"
        f"</td>{''.join(f'<td>{text}</td>' for text in figures)}</tr>"
    )


def _swatch(style: LineStyle, paint: Paint) -> str:
    def stroke(colour: str, width: float, dash: str = "", cap: str = "butt") -> str:
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        return (
            f"<path d='M1 5h32' stroke='{colour}' stroke-width='{width}' stroke-linecap='{cap}'{dashes} fill='none'/>"
        )

    rim = stroke(paint.casing, style.weight + 2) if style.casing else ""
    body = stroke(paint.colour, style.weight, style.dash, "round" if style.dash else "butt")
    hatch = stroke("#ffffff", style.weight * 0.45, style.hatch) if style.hatch else ""
    core = stroke("#ffffff", style.weight * 0.4, style.dash) if style.core else ""
    return f"<svg class='line' aria-hidden='true' viewBox='0 0 34 10'>{rim}{body}{hatch}{core}</svg>"
