"""A briefing: one page with the question, the map, the comparison, the charts, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from branca.element import Figure

from maps import legend, scene as scene_
from maps.markup import Html, Templates
from maps.page import elements, facts, linking, route_map
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

STYLE = Path(__file__).parent / "briefing.css"

_HTML = Templates(__file__)


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
    elements.Html(_head(comparison)).add_to(figure)
    figure.add_child(made)
    return made


def _head(answer: Comparison) -> Html:
    request, names = answer.request, answer.network.nodes
    lines = f"the network of {request.as_of}" if request.as_of else f"{request.include.replace('_', ' ')} lines"
    return _HTML(
        "briefing_head",
        css=Html(linking.style([STYLE])),
        width_px=WIDTH_PX,
        start=names[request.origin].name,
        end=names[request.destination].name,
        lines=lines,
        basis=legend.basis(scene_.make(answer)),
        answer=_answer(answer),
    )


def _answer(answer: Comparison) -> Html:
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


def _below(answer: Comparison, view: Scene, *, band: bool, sections: Sequence[str]) -> Html:
    catalog = answer.network.catalog
    return _HTML(
        "briefing",
        totals=facts.totals(view),
        dominated=_dominated(answer),
        figures=facts.figures(view, band=band),
        sections=[Html(section) for section in sections],
        unbuilt=_unbuilt(answer),
        confidence=_confidence(answer, view),
        warnings=facts.warnings(view),
        left_out=_left_out(answer),
        chains=facts.chains(view),
        sources=facts.sources(view),
        version=catalog.version,
        date=catalog.data_date.isoformat(),
        sha256=catalog.sha256[:16],
        cargo=cargo_text(answer.request.consignment),
    )


def _dominated(answer: Comparison) -> list[str]:
    return [
        f"{entry.title} is beaten in km, hours, USD and CO2e by {', '.join(entry.dominated_by)}"
        for entry in answer
        if entry.dominated_by
    ]


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
    """The projects that the routes need, with their opening years and what is known of their cost; '' without any."""
    used: dict[str, list[str]] = {}
    for entry in answer:
        for segment in entry.route.segments:
            if segment.status != "operational":
                users = used.setdefault(segment.id, [])
                users += [entry.id] if entry.id not in users else []
    if not used:
        return ""
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
    return html.page(Table(PROJECT_COLUMNS, tuple(rows)), "Projects")


SHARE_COLUMNS = (
    Column("route", "route"),
    Column("km", "km", 0, share=True),
    Column("h", "hours", 0, share=True),
    Column("usd", "USD", 0, share=True),
    Column("weakest", "most hours on low confidence"),
)


def _confidence(answer: Comparison, view: Scene) -> Html:
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
    return html.page(Table(SHARE_COLUMNS, tuple(rows)), "Shares on facts marked low")


def _left_out(answer: Comparison) -> list[str]:
    """The corridors that are left out, and why; what else is to be said of the comparison."""
    titles = answer.network.catalog.corridors
    texts = [f"{titles[item.corridor].title} ({item.corridor}): {item.reason}" for item in answer.left_out]
    return [*texts, *answer.notes]
