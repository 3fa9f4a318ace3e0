"""What stands under the map: the same facts as text, for readers who cannot see it, and the charts.

Every string from the data passes through ``escape`` here.
"""

from __future__ import annotations

from typing import Any

from maps import chart_layout, legend, popups, ranges
from maps.escape import escape
from maps.page import charts
from maps.scene import Drawn, Scene
from maps.tables import html as html_
from maps.tables import of_measures
from maps.tables.of_routes import route_columns, route_values
from maps.tables.table import Column, Table
from maps.tables.table import Drawn as Cell
from planner.price import measures
from planner.price.hubs import OPERATIONS


def html(scene: Scene, *, band: bool = False) -> str:
    """The section under a map: totals, charts, the chain of each route, warnings, sources."""
    if not scene.routes:
        return "<section id='corridors-facts' class='corridors-page'><h2>No routes</h2></section>"
    return (
        f"<section id='corridors-facts' class='corridors-page' aria-label='The same facts as text'>"
        f"<h2>{escape(scene.title)}</h2><p>{legend.basis(scene)} {escape(_expected(scene))}</p>"
        f"{totals(scene)}{figures(scene, band=band)}{chains(scene)}{warnings(scene)}{sources(scene)}</section>"
    )


def _expected(scene: Scene) -> str:
    """What the totals are, as a sentence of its own."""
    text = ranges.note(scene.routes[0].route)
    return f"{text[0].upper()}{text[1:]}."


def totals(scene: Scene) -> str:
    """One row a route."""
    columns = (Column("number", "no.", 0), Column("route", "route"), Column("id", "id"), *route_columns())
    rows = tuple(
        (number + 1, _listed(number, drawn), drawn.id, *route_values(drawn.route))
        for number, drawn in enumerate(scene.routes)
    )
    return html_.page(Table(columns, rows), "Totals of the routes") + legend.closures(scene)


def _listed(number: int, drawn: Drawn) -> Cell:
    """The name of a route behind its line; scripts of the page know it by its number."""
    name = (
        f"<span class='corridors-item corridors-r{number} corridors-line' data-route='{number}'>"
        f"{legend.swatch(drawn)} {escape(drawn.marked)}</span>"
    )
    return Cell(name, drawn.marked)


def figures(scene: Scene, *, band: bool = False) -> str:
    """The charts of hours and of USD over distance."""
    how = (
        "Lines slope while freight moves and jump where it stands: loading, borders, breaks of gauge, ports, waiting. "
        "Dashed: not built. The strips tell the countries."
    )
    parts = []
    for measure in measures.charted():
        drawing = charts.svg(scene, measure, band=band)
        laid = chart_layout.tracks(scene, band=band)
        bands = chart_layout.range_text(laid, measure)
        more = f"{how} {escape(bands)} {escape(chart_layout.note(scene))}"
        parts.append(
            f"<figure><figcaption><b>{escape(measure.chart)}.</b> {more}</figcaption>"
            f"<div class='scroll'>{drawing}</div></figure>"
        )
    return "".join(parts)


def chains(scene: Scene) -> str:
    """The transport chain of each route, leg by leg and hub operation by hub operation."""
    return "<h3>The routes step by step</h3>" + "".join(_chain(scene, drawn) for drawn in scene.routes)


def _chain(scene: Scene, drawn: Drawn) -> str:
    columns = (
        Column("kind", ""),
        Column("what", "what"),
        Column("from", "from"),
        Column("to", "to"),
        *of_measures.steps(),
        Column("sources", "sources of the line"),
    )
    route, modes = drawn.route, scene.network.catalog.modes
    rows: list[tuple[Any, ...]] = []
    told = -1
    for step in route.steps:
        leg = route.legs[step.leg]
        if step.hub is not None:
            amounts, kind = step.amounts, "at"
            what = f"{OPERATIONS[step.hub.operation]}, {step.hub.detail}"
            start, end, rests_on = chart_layout.short(scene, step.start), "", ""
        elif step.leg != told:
            told, amounts, kind = step.leg, leg.amounts, "leg"
            unbuilt = sum(segment.km for segment in leg.segments if segment.status != "operational")
            gauge = f", {leg.gauge_mm} mm" if leg.gauge_mm else ""
            what = f"{modes[leg.mode].title}{gauge}" + (f", {unbuilt:,.0f} km of it not built" if unbuilt else "")
            start, end = chart_layout.short(scene, leg.start), chart_layout.short(scene, leg.end)
            rests_on = popups.source_titles(leg.segments, scene.network)
        else:
            continue
        took = of_measures.step_values(amounts, route.consignment, has_km=step.hub is None)
        rows.append((kind, what, start, end, *took, rests_on))
    whole = of_measures.step_values(route.amounts, route.consignment)
    rows.append(("", Cell("<b>total</b>", "total"), "", "", *whole, ""))
    return (
        f"<details><summary>{legend.swatch(drawn)} {escape(drawn.title)}</summary>"
        f"{html_.page(Table(columns, tuple(rows)), f'Chain of {drawn.title}')}</details>"
    )


def warnings(scene: Scene) -> str:
    """The warnings of all routes; one that several share stands once."""
    by_text: dict[str, list[str]] = {}
    for drawn in scene.routes:
        for text in drawn.route.warnings:
            by_text.setdefault(text, []).append(drawn.id)
    if not by_text:
        return ""
    items = "".join(f"<li><b>{escape(', '.join(ids))}</b>: {escape(text)}</li>" for text, ids in by_text.items())
    return f"<h3>Warnings</h3><ul>{items}</ul>"


def sources(scene: Scene) -> str:
    """The titles of all sources that the lines rest on."""
    known = scene.network.catalog.sources
    ids = dict.fromkeys(key for drawn in scene.routes for segment in drawn.route.segments for key in segment.source)
    items = "".join(f"<li>{escape(known[key].title if key in known else key)}</li>" for key in ids)
    return f"<h3>Sources of the lines</h3><ul class='sources'>{items}</ul><p>{legend.PLAIN_BOUNDARIES}</p>"
