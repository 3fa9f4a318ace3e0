"""Answers that are routes as tables: a plan, a comparison, the list of corridors, one corridor in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridors.answers.report import Report, conditions, data_of, grouped, headline
from geodata import details, records
from maps import ranges
from maps.tables import of_measures
from maps.tables.of_routes import chain_text, load_text, route_columns, route_values, totals_line, with_warnings
from maps.tables.table import Column, Table
from planner.network import Network
from planner.plan import Plan
from planner.price.hubs import OPERATIONS
from planner.price.route import Route
from planner.request import RouteRequest

if TYPE_CHECKING:
    from planner.comparison import Comparison


def of_plan(answer: Plan) -> Report:
    """The routes of a plan, each with its chain of legs and hub operations and its warnings."""
    request, network, names = answer.request, answer.network, answer.network.nodes
    load = load_text(request.consignment)
    lines = f"open in {request.as_of}" if request.as_of else request.include.replace("_", " ")
    title = (
        f"{names[request.origin].name} to {names[request.destination].name}, {_sought(request)}; {load}; lines: "
        f"{lines}; date {request.day.isoformat()}"
    )
    rows = tuple(
        (rank, route.corridors, *route_values(route), chain_text(route, network))
        for rank, route in enumerate(answer, start=1)
    )
    after = grouped((str(rank), route) for rank, route in enumerate(answer, start=1))
    after += [ranges.note(answer[0]), *answer.notes]
    if not request.pareto and request.different < 1:
        after.append(f"{answer.examined:,} candidates looked at for routes that share at most {request.different:.0%}")
    columns = (Column("rank", "#", 0), Column("corridors", "corridor"), *route_columns(), Column("chain", "route"))
    table = Table(columns, rows, (headline(network.catalog, title), *conditions(request.asked)), tuple(after), "routes")
    drawn = tuple((str(rank), route) for rank, route in enumerate(answer, start=1))
    return Report((table,), with_warnings(table, answer), answer.as_dict(), drawn, network)


def _sought(request: RouteRequest) -> str:
    if not request.pareto:
        return f"best by {request.by}"
    slack = f" within {100 * request.epsilon:g} %" if request.epsilon else ""
    return f"all that none beats in {', '.join(request.pareto)}{slack}"


def of_comparison(answer: Comparison) -> Report:
    """The corridors side by side, then those left out and why."""
    request, names = answer.request, answer.network.nodes
    load = load_text(request.consignment)
    title = (
        f"{names[request.origin].name} to {names[request.destination].name}: named corridors and the best of the "
        f"{request.include.replace('_', ' ') if not request.as_of else request.as_of} network; {load}; date "
        f"{request.day.isoformat()}"
    )
    columns = (
        Column("id", "corridor"),
        Column("title", "what"),
        *route_columns(),
        Column("best_by", "best by"),
        Column("dominated_by", "dominated by"),
    )
    rows = tuple(
        (entry.id, entry.title, *route_values(entry.route), entry.best_by, entry.dominated_by) for entry in answer
    )
    after = grouped((entry.id, entry.route) for entry in answer)
    after += [f"left out {left.corridor}: {left.reason}" for left in answer.left_out]
    after += [*(ranges.note(entry.route) for entry in answer.entries[:1]), *answer.notes]
    table = Table(
        columns, rows, (headline(answer.network.catalog, title), *conditions(request.asked)), tuple(after), "routes"
    )
    flat = with_warnings(table, (entry.route for entry in answer))
    return Report((table,), flat, answer.as_dict(), tuple((entry.id, entry.route) for entry in answer), answer.network)


def of_corridors(routes: Sequence[tuple[records.Corridor, Route | None]], network: Network) -> Report:
    """All named corridors with their lengths."""
    names = network.nodes
    columns = (
        Column("id", "corridor"),
        Column("title", "what"),
        Column("origin", "from"),
        Column("destination", "to"),
        Column("modes", "modes"),
        Column("needs_status", "needs"),
        *route_columns(),
    )
    rows = tuple(
        (
            row.id,
            row.title,
            names[row.origin].name,
            names[row.destination].name,
            row.modes,
            row.needs_status,
            *(route_values(route) if route else (None,) * len(route_columns())),
        )
        for row, route in routes
    )
    broken = tuple(f"{row.id}: its via nodes are not joined in its modes" for row, route in routes if route is None)
    table = Table(
        columns, rows, (headline(network.catalog, "Named corridors"),), (ranges.EXPECTED, *broken), "corridors"
    )
    listed = [
        {**row.model_dump(mode="json"), **({"route": route.as_dict()} if route else {"route": None})}
        for row, route in routes
    ]
    drawn = tuple((row.id, route) for row, route in routes if route is not None)
    flat = with_warnings(table, (route for _, route in routes))
    return Report((table,), flat, {"data": data_of(network.catalog), "corridors": listed}, drawn, network)


def of_route(corridor: records.Corridor, route: Route, network: Network) -> Report:
    """One corridor in full: its legs, its hub operations, its sources."""
    catalog, names = network.catalog, network.nodes
    stated = details.stated(route.segments)
    shown = [row for row in details.details() if row.name in stated]
    legs = Table(
        (
            Column("mode", "mode"),
            Column("gauge_mm", "gauge mm"),
            Column("from", "from"),
            Column("to", "to"),
            *of_measures.steps(),
            *(Column(row.name, row.heading) for row in shown),
        ),
        tuple(
            (
                leg.mode,
                leg.gauge_mm,
                names[leg.start].name,
                names[leg.end].name,
                *of_measures.step_values(leg.amounts, route.consignment),
                *(details.stated(leg.segments).get(row.name) for row in shown),
            )
            for leg in route.legs
        ),
        (
            headline(
                catalog,
                f"{corridor.title} ({corridor.id}), {names[corridor.origin].name} to "
                f"{names[corridor.destination].name}",
            ),
            "Via " + ", ".join(names[stop].name for stop in corridor.via),
        ),
        name="legs",
    )
    hubs = Table(
        (
            Column("node", "place"),
            Column("operation", "operation"),
            Column("detail", "detail"),
            Column("at_km", "at km", 0),
            *of_measures.steps()[1:],
        ),
        tuple(
            (
                names[hub.node].name,
                OPERATIONS[hub.operation],
                hub.detail,
                hub.at_km,
                *of_measures.step_values(hub.amounts, route.consignment)[1:],
            )
            for hub in route.hubs
        ),
        name="hub operations",
    )
    segments = Table(
        (
            Column("segment", "segment"),
            Column("status", "status"),
            Column("distance_km", "km", 1),
            Column("evidence", "length is"),
            Column("confidence", "confidence"),
            Column("source", "source"),
        ),
        tuple(
            (
                item.id,
                item.status,
                item.km,
                item.evidence,
                item.confidence,
                [catalog.sources[key].title if key in catalog.sources else key for key in item.source],
            )
            for item in route.segments
        ),
        after=(
            totals_line(route),
            *(
                f"km by {name}: {_shares(table)}"
                for name, table in (
                    ("status", route.km_by_status),
                    ("country", route.km_by_country),
                    ("evidence", route.km_by_evidence),
                )
            ),
            *route.warnings,
        ),
        name="segments",
    )
    answer = {"data": data_of(catalog), "corridor": corridor.model_dump(mode="json"), "route": route.as_dict()}
    steps = chain(route)
    flat = with_warnings(steps, (route,) * len(steps.rows))
    return Report((legs, hubs, segments), flat, answer, ((corridor.id, route),), network)


def chain(route: Route) -> Table:
    """Legs and hub operations in order of travel: one row a transport chain element (ISO 14083)."""
    columns = (
        Column("element", "element"),
        Column("what", "what"),
        Column("detail", "detail"),
        Column("from", "from"),
        Column("to", "to"),
        Column("at_km", "at km", 0),
        *of_measures.steps(),
        Column("segments", "segments"),
    )
    elements: list[tuple[float, int, tuple[Any, ...]]] = []
    at_km = 0.0
    for leg in route.legs:
        took, gauge = leg.amounts, f"{leg.gauge_mm} mm" if leg.gauge_mm else ""
        elements.append(
            (
                at_km,
                1,
                (
                    "leg",
                    leg.mode,
                    gauge,
                    leg.start,
                    leg.end,
                    at_km,
                    *of_measures.step_values(took, route.consignment),
                    [item.id for item in leg.segments],
                ),
            )
        )
        at_km += took.distance_km
    for hub in route.hubs:
        took = hub.amounts
        elements.append(
            (
                hub.at_km,
                0,
                (
                    "hub",
                    hub.operation,
                    hub.detail,
                    hub.node,
                    hub.node,
                    hub.at_km,
                    *of_measures.step_values(took, route.consignment),
                    [],
                ),
            )
        )
    ordered = sorted(elements, key=lambda element: element[:2])
    return Table(columns, tuple(row for _, _, row in ordered))


def _shares(table: dict[str, float]) -> str:
    return ", ".join(f"{key} {km:,.0f}" for key, km in table.items())
