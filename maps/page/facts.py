"""What stands under the map: the same facts as text, for readers who cannot see it, and the charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maps import chart_layout, legend, measured, popups, ranges
from maps.escape import escape
from maps.markup import Html, Templates
from maps.page import charts
from maps.scene import Drawn, Scene
from maps.tables import wide
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


def table(caption: str, heads: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]], attributes: str = "") -> str:
    """A table of cells that are HTML already; a head says whether its column holds numbers."""
    kinds = [" class='number'" if number else "" for _, number in heads]
    listed = [list(row) for row in rows]
    words = [wide.word_of(*head, [row[at] for row in listed]) for at, head in enumerate(heads)]

    def grid(shown: Sequence[int]) -> str:
        head = "".join(
            f"<th scope='col'{kinds[at]} style='min-width: {words[at]}ch'>{escape(heads[at][0])}</th>" for at in shown
        )
        cells = ("".join(f"<td{kinds[at]}>{row[at]}</td>" for at in shown) for row in listed)
        body = "".join(f"<tr>{each}</tr>" for each in cells)
        return (
            f"<table{attributes}><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )

    return wide.both(heads, listed, grid)


def _expected(scene: Scene) -> str:
    """What the totals are, as a sentence of its own."""
    text = ranges.note(scene.routes[0].route)
    return f"{text[0].upper()}{text[1:]}."


def totals(scene: Scene) -> Html:
    """One row a route."""
    heads = [
        ("no.", True),
        ("route", False),
        ("id", False),
        *((head, True) for head in measured.heads_of_totals()),
        ("changes", True),
        ("unbuilt km", True),
        ("low conf. hours", True),
        ("low conf. USD", True),
    ]
    rows = []
    for number, drawn in enumerate(scene.routes):
        route, low = drawn.route, drawn.route.low_confidence_share
        rows.append(
            [
                str(number + 1),
                _HTML("route_cell", number=number, swatch=legend.swatch(drawn), name=drawn.marked),
                escape(drawn.id),
                *measured.totals(route),
                str(route.changes),
                f"{route.unbuilt_km:,.0f}",
                f"{low['h']:.0%}",
                f"{low['usd']:.0%}",
            ]
        )
    return Html(table("Totals of the routes", heads, rows) + legend.closures(scene))


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
    heads = [
        ("", False),
        ("what", False),
        ("from", False),
        ("to", False),
        *((head, True) for head in measured.heads()),
        ("sources of the line", False),
    ]
    route, modes = drawn.route, scene.network.catalog.modes
    rows: list[list[str]] = []
    told = -1
    for step in route.steps:
        leg = route.legs[step.leg]
        if step.hub is not None:
            amounts, kind, what = step.amounts, "at", f"{OPERATIONS[step.hub.operation]}, {step.hub.detail}"
            start, end, rests_on = chart_layout.short(scene, step.start), "", ""
        elif step.leg != told:
            told, amounts, kind = step.leg, leg.amounts, "leg"
            unbuilt = sum(segment.km for segment in leg.segments if segment.status != "operational")
            gauge = f", {leg.gauge_mm} mm" if leg.gauge_mm else ""
            what = f"{modes[leg.mode].title}{gauge}" + (f", {unbuilt:,.0f} km of it not built" if unbuilt else "")
            start, end = chart_layout.short(scene, leg.start), chart_layout.short(scene, leg.end)
            rests_on = escape(popups.sources(leg.segments, scene.network))
        else:
            continue
        rows.append(
            [
                kind,
                escape(what),
                escape(start),
                escape(end),
                *measured.cells(amounts, route.consignment, has_km=step.hub is None),
                rests_on,
            ]
        )
    rows.append(
        [
            "",
            "<b>total</b>",
            "",
            "",
            *measured.cells(route.amounts, route.consignment),
            "",
        ]
    )
    return table(f"Chain of {drawn.title}", heads, rows)


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
