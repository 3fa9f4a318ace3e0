"""What stands under the map: the same facts as text, for readers who cannot see it, and the charts."""

from __future__ import annotations

from typing import Any

from maps import chart_layout, legend, popups, ranges
from maps.markup import Html, Templates
from maps.page import charts
from maps.scene import Drawn, Scene
from maps.tables import html as html_, of_measures
from maps.tables.of_routes import route_columns, route_values
from maps.tables.table import Column, Drawn as Cell, Table
from planner.price import measures
from planner.price.hubs import OPERATIONS

_HTML = Templates(__file__)


def html(scene: Scene, *, band: bool = False) -> Html:
    """The section under a map: totals, charts, the chain of each route, warnings, sources."""
    if not scene.routes:
        return _HTML("facts", parts=[])
    return _HTML(
        "facts",
        title=scene.title,
        basis=legend.basis(scene),
        expected=_expected(scene),
        parts=[totals(scene), figures(scene, band=band), chains(scene), warnings(scene), sources(scene)],
    )


def _expected(scene: Scene) -> str:
    """What the totals are, as a sentence of its own."""
    text = ranges.note(scene.routes[0].route)
    return f"{text[0].upper()}{text[1:]}."


def totals(scene: Scene) -> Html:
    """One row a route."""
    columns = (Column("number", "no.", 0), Column("route", "route"), Column("id", "id"), *route_columns())
    rows = tuple(
        (number + 1, _listed(number, drawn), drawn.id, *route_values(drawn.route))
        for number, drawn in enumerate(scene.routes)
    )
    return Html(html_.page(Table(columns, rows), "Totals of the routes") + legend.closures(scene))


def _listed(number: int, drawn: Drawn) -> Cell:
    """The name of a route behind its line; scripts of the page know it by its number."""
    return Cell(_HTML("route_cell", number=number, swatch=legend.swatch(drawn), name=drawn.marked), drawn.marked)


HOW = (
    "Lines slope while freight moves and jump where it stands: loading, borders, breaks of gauge, ports, waiting. "
    "Dashed: not built. The strips tell the countries."
)


def figures(scene: Scene, *, band: bool = False) -> Html:
    """The charts of hours and of USD over distance."""
    laid = chart_layout.tracks(scene, band=band)
    parts = [
        _HTML(
            "figure",
            title=measure.chart,
            how=HOW,
            ranges=chart_layout.range_text(laid, measure),
            note=chart_layout.note(scene),
            drawing=Html(charts.svg(scene, measure, band=band)),
        )
        for measure in measures.charted()
    ]
    return Html("".join(parts))


def chains(scene: Scene) -> Html:
    """The transport chain of each route, leg by leg and hub operation by hub operation."""
    found = [
        {"swatch": legend.swatch(drawn), "title": drawn.title, "table": Html(_chain(scene, drawn))}
        for drawn in scene.routes
    ]
    return _HTML("chains", chains=found)


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
            rests_on = popups.sources(leg.segments, scene.network)
        else:
            continue
        took = of_measures.step_values(amounts, route.consignment, has_km=step.hub is None)
        rows.append((kind, what, start, end, *took, rests_on))
    whole = of_measures.step_values(route.amounts, route.consignment)
    rows.append(("", Cell("<b>total</b>", "total"), "", "", *whole, ""))
    return html_.page(Table(columns, tuple(rows)), f"Chain of {drawn.title}")


def warnings(scene: Scene) -> Html:
    """The warnings of all routes; one that several share stands once."""
    by_text: dict[str, list[str]] = {}
    for drawn in scene.routes:
        for text in drawn.route.warnings:
            by_text.setdefault(text, []).append(drawn.id)
    return _HTML("warnings", warnings=[(text, ", ".join(ids)) for text, ids in by_text.items()])


def sources(scene: Scene) -> Html:
    """The titles of all sources that the lines rest on."""
    known = scene.network.catalog.sources
    ids = dict.fromkeys(key for drawn in scene.routes for segment in drawn.route.segments for key in segment.source)
    titles = [known[key].title if key in known else key for key in ids]
    return _HTML("sources", titles=titles, boundaries=legend.PLAIN_BOUNDARIES)
