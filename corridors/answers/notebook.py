"""Answers in a notebook: the tables of their reports as HTML. ``corridors.api`` registers ``html`` with the planner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corridors.answers import of_effect, of_routes
from maps.tables import html as html_
from maps.tables.of_routes import totals_line
from maps.tables.table import Column, Table
from planner.comparison import Comparison
from planner.effect.answer import Effect
from planner.network import Network
from planner.plan import Plan
from planner.price.route import Route


def html(answer: Any) -> str | None:
    """The tables of an answer as HTML, every text escaped; None for a kind that is no key of TABLES."""
    made = next((make for kind, make in TABLES.items() if isinstance(answer, kind)), None)
    return None if made is None else "".join(map(html_.plain, made(answer)))


def _of_route(route: Route) -> tuple[Table, ...]:
    chain = of_routes.chain(route)
    title, notes = f"Route {route.nodes[0]} - {route.nodes[-1]}", (totals_line(route), *route.warnings)
    return (Table(chain.columns, chain.rows, (title,), notes),)


def _of_network(network: Network) -> tuple[Table, ...]:
    counted: dict[tuple[str, str], list[float]] = {}
    for item in network.segments.values():
        counted.setdefault((item.mode, item.status), []).append(item.km)
    columns = (
        Column("mode", "mode"),
        Column("status", "status"),
        Column("segments", "segments", 0),
        Column("distance_km", "km", 0),
    )
    rows = tuple((mode, status, len(km), sum(km)) for (mode, status), km in sorted(counted.items()))
    title = f"Network of {len(network.nodes):,} places and {len(network.segments):,} segments"
    return (Table(columns, rows, (title,)),)


TABLES: dict[type, Callable[[Any], tuple[Table, ...]]] = {
    Plan: lambda answer: of_routes.of_plan(answer).tables,
    Comparison: lambda answer: of_routes.of_comparison(answer).tables,
    Effect: lambda answer: of_effect.of_effect(answer).tables,
    Route: _of_route,
    Network: _of_network,
}
