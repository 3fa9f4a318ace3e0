"""A briefing: one page with the question, the map, the comparison, the charts, and what all of it rests on.

Every string from the data passes through ``maps.escape`` here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from branca.element import Figure

from maps import legend
from maps import scene as scene_
from maps.escape import escape
from maps.page import elements, facts, route_map
from maps.page.offline import OfflineMap
from maps.scene import Scene
from maps.tables import html
from maps.tables.of_routes import cargo_text, closures_of
from maps.tables.table import Column, Table
from planner import allowed
from planner.comparison import Comparison, Entry
from planner.price import measures
from planner.price.hubs import OPERATIONS

WIDTH_PX, HEIGHT_PX = 680, 480
"""The map in print: as wide as A4 upright between its margins."""

NEVER_OPEN_PX = 100_000
"""The legend of a map this low starts closed in a window of any width."""

WEAKEST = 3
"""So many low-confidence parts are named for each route."""

STYLE = f"""<style>
.folium-map {{ height: 560px !important; max-width: 1040px; margin: 0 auto;
  border: 1px solid #bbb; border-width: 1px 0; }}
.corridors-head {{ padding-bottom: 4px; }} .corridors-head h1 {{ font-size: 22px; margin: 8px 0 2px; }}
.corridors-more {{ display: none; }} .corridors-study .scroll {{ overflow-x: auto; }}
.corridors-study svg {{ max-width: 100%; min-width: 640px; height: auto; }}
.corridors-study td:not(.number) {{ min-width: 110px; }}
@page {{ size: A4 portrait; margin: 15mm; }}
@media print {{
  .folium-map {{ break-after: auto; width: {WIDTH_PX}px; }}
  .corridors-page {{ font-size: 11px; }} .corridors-page table {{ font-size: 9.5px; }}
  .corridors-page th, .corridors-page td {{ padding-right: 7px; }}
  .corridors-page h3 {{ break-after: avoid; font-size: 13px; margin: 14px 0 4px; }}
  .corridors-page .scroll {{ break-inside: auto; }}
  .corridors-study svg {{ max-height: 245mm; min-width: 0; }} .corridors-study td:not(.number) {{ min-width: 0; }}
}}
</style>"""


def draw(comparison: Comparison, *, band: bool = True, sections: Sequence[str] = ()) -> OfflineMap:
    """The briefing as a page; ``save(path)`` writes one file that needs no network.

    ``sections`` are further ones as HTML (``studies.study.section``), in which every string has been escaped.
    """
    page = route_map.Page(
        lambda view, band: _below(comparison, view, band=band, sections=sections),
        WIDTH_PX,
        HEIGHT_PX,
        narrow_px=100_000,
    )
    made = route_map.draw(comparison, band=band, page=page)
    figure = Figure(title=None)
    elements.Html(STYLE + _head(comparison)).add_to(figure)
    figure.add_child(made)
    return made


def _head(answer: Comparison) -> str:
    request, names = answer.request, answer.network.nodes
    view = scene_.of(answer)
    start, end = names[request.origin].name, names[request.destination].name
    told = request.asked.words(but=request.asked.lines)
    over = f"{request.lines} ({told})" if told else request.lines
    return (
        f"<section class='corridors-page corridors-head'><h1>{escape(start)} to {escape(end)}</h1>"
        f"<p>How does freight get from {escape(start)} to {escape(end)}, over which named corridors and over "
        f"{escape(over)}, and what does each way take? {legend.basis(view)}</p>{_answer(answer)}</section>"
    )


def _answer(answer: Comparison) -> str:
    """The best route by each criterion: of what can be used, and with what is not built or shut."""
    year = answer.request.as_of
    usable = f"of the routes over lines open in {year}" if year else "of the routes that run today"
    columns = (
        Column("criterion", "least"),
        Column("usable", usable),
        Column("usable_value", "", 0),
        Column("all", "of all, whatever is not built or shut"),
        Column("all_value", "", 0),
    )
    running = [entry for entry in answer if _is_usable(answer, entry)]
    rows = []
    for criterion in measures.listed():
        row = [criterion.title]
        for among in (running, list(answer)):
            best = min(among, key=lambda entry: entry.route.value(criterion.id), default=None)
            if best is None:
                row += ["none", ""]
                continue
            unbuilt = f", {best.route.unbuilt_km:,.0f} km not built today" if best.route.unbuilt_km else ""
            met = f" ({', '.join(closures_of(best.route))})" if best.route.closures else ""
            value = f"{best.route.value(criterion.id):,.0f} {criterion.unit}"
            row += [best.title + unbuilt + met, value]
        rows.append(tuple(row))
    return html.page(Table(columns, tuple(rows)), "In short")


def _is_usable(answer: Comparison, entry: Entry) -> bool:
    """Whether all of a route's lines are open, on the day asked about or in its year, and none is shut."""
    year = answer.request.as_of
    network = answer.network.as_of(year) if year else answer.network.including("operational")
    is_open = all(key in network.segments for key in entry.route.segment_ids)
    return is_open and not _is_shut(answer, entry)


def _is_shut(answer: Comparison, entry: Entry) -> bool:
    shut = allowed.closed_in_data(answer.network, answer.request)
    return any(key in shut for key in entry.route.segment_ids)


def _below(answer: Comparison, view: Scene, *, band: bool, sections: Sequence[str]) -> str:
    parts = [
        facts.totals(view),
        _dominated(answer),
        facts.figures(view, band=band),
        *sections,
        _unbuilt(answer),
        _confidence(answer, view),
        facts.warnings(view),
        _left_out(answer),
        facts.chains(view),
        facts.sources(view),
        _imprint(answer),
    ]
    return f"<section id='corridors-facts' class='corridors-page' aria-label='Briefing'>{''.join(parts)}</section>"


def _dominated(answer: Comparison) -> str:
    beaten = [
        f"{entry.title} is beaten in km, hours, USD and CO2e by {', '.join(entry.dominated_by)}"
        for entry in answer
        if entry.dominated_by
    ]
    return html.items(beaten)


PROJECT_COLUMNS = (
    Column("project", "project"),
    Column("distance_km", "km on these routes", 0),
    Column("status", "status"),
    Column("opens_central", "opens (central)"),
    Column("opens", "low to high"),
    Column("cost_bn_usd", "cost, bn USD"),
    Column("confidence", "confidence"),
    Column("needed_by", "needed by"),
)


def _unbuilt(answer: Comparison) -> str:
    """The projects that the routes need, with their opening years and what is known of their cost."""
    used: dict[str, list[str]] = {}
    for entry in answer:
        for segment in entry.route.segments:
            if segment.status != "operational":
                users = used.setdefault(segment.id, [])
                users += [entry.id] if entry.id not in users else []
    if not used:
        return "<h3>What is not built</h3><p>Every line of these routes is in operation.</p>"
    catalog = answer.network.catalog
    rows: list[tuple[Any, ...]] = []
    told: set[str] = set()
    for project in catalog.projects.values():
        parts = [key for whole in project.segments for key in catalog.parts_of(whole)]
        segments = [catalog.segments[key] for key in parts if key in used]
        if not segments:
            continue
        told |= {segment.id for segment in segments}
        needed_by = dict.fromkeys(user for segment in segments for user in used[segment.id])
        years = f"{project.opens_low or '?'} to {project.opens_high or '?'}"
        rows.append(
            (
                project.title,
                sum(segment.km for segment in segments),
                list(dict.fromkeys(segment.status.replace("_", " ") for segment in segments)),
                project.opens_central or "not known",
                years,
                project.cost_bn_usd or "not known",
                project.confidence,
                list(needed_by),
            )
        )
    for key, users in used.items():
        if key not in told:
            segment = catalog.segments[key]
            status, opens = segment.status.replace("_", " "), segment.opens_year or "not known"
            rows.append((key, segment.km, status, opens, "", "not known", segment.confidence, users))
    return "<h3>What is not built</h3>" + html.page(Table(PROJECT_COLUMNS, tuple(rows)), "Projects")


SHARE_COLUMNS = (
    Column("route", "route"),
    Column("km", "km", 0, share=True),
    Column("h", "hours", 0, share=True),
    Column("usd", "USD", 0, share=True),
    Column("weakest", "most hours on low confidence"),
)


def _confidence(answer: Comparison, view: Scene) -> str:
    """Which share of each route rests on facts marked low, and on which of them most."""
    rows = []
    for entry in answer:
        low = entry.route.low_confidence_share
        weak: dict[str, float] = {}
        for step in entry.route.steps:
            if step.hub is not None:
                name = f"{view.network.nodes[step.start].name}: {OPERATIONS[step.hub.operation]}"
            else:
                leg = entry.route.legs[step.leg]
                name = f"speed by {leg.mode}, {view.network.nodes[leg.start].name} - {view.network.nodes[leg.end].name}"
            weak[name] = weak.get(name, 0.0) + step.amounts.low_h
        worst = sorted(((hours, name) for name, hours in weak.items() if hours), reverse=True)[:WEAKEST]
        weakest = "; ".join(f"{name} ({hours:,.0f} h)" for hours, name in worst)
        rows.append((entry.title, low["km"], low["h"], low["usd"], weakest))
    shares = html.page(Table(SHARE_COLUMNS, tuple(rows)), "Shares on facts marked low")
    return f"<h3>What rests on low-confidence facts</h3>{shares}"


def _left_out(answer: Comparison) -> str:
    titles = answer.network.catalog.corridors
    texts = [f"{titles[item.corridor].title} ({item.corridor}): {item.reason}" for item in answer.left_out]
    return "<h3>Corridors left out, and why</h3>" + html.items([*texts, *answer.notes]) if texts or answer.notes else ""


def _imprint(answer: Comparison) -> str:
    catalog = answer.network.catalog
    load = answer.request.consignment
    cargo = cargo_text(load)
    return (
        f"<p>Data {escape(catalog.version)} of {catalog.data_date.isoformat()}, sha256 {escape(catalog.sha256[:16])}; "
        f"{escape(cargo)}. Map: Natural Earth; &copy; OpenStreetMap contributors (ODbL); GeoNames (CC BY 4.0). "
        "Hours, USD and CO2e are a model's; no timetable and no quotation.</p>"
    )
