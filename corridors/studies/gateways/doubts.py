"""The tables of gateways about doubts: what is left when something shuts, and the figures the answer leans on."""

from __future__ import annotations

from corridors.studies.gateways.found import GatewayStudy
from corridors.studies.rate_words import rate_text
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import CLOSURES, met_by
from maps.tables.table import Column, Table
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.sea.gateways import GatewayScenario

SHOWN = 5
"""So many rates are named that the answer leans on."""


def shut(found: GatewayStudy) -> Table:
    columns = (
        Column("kind", "shut"),
        Column("what", "what"),
        *(Column(market, found.name(market)) for market in found.world.markets),
        CLOSURES,
    )
    unit = MEASURES[found.request.by].unit
    rows = []
    routes: list[Route] = []
    for at, each in enumerate(found.shut):
        cells = [_shut_cell(found, each.scenario, market) for market in found.world.markets]
        routes += (ways := _shut_routes(found, each.scenario)).values()
        rows.append((each.kind, each.title, *cells, met_by(ways.items())))
        if found.applied is not None:
            there = found.applied.shut[at].scenario
            other = [_shut_cell(found.applied, there, market) for market in found.world.markets]
            if other != cells:
                routes += (ways := _shut_routes(found, there)).values()
                rows.append((each.kind, f"{each.title}, closures applied", *other, met_by(ways.items())))
    title = "What if a strait of the best ways, or a country with all its ports and lines, is shut: the new best, "
    applied = (
        [
            f"closures applied: {found.closed_on}, against the best way then; the other rows are as if all "
            "crossings were open"
        ]
        if len(rows) > len(found.shut)
        else []
    )
    return Table(columns, tuple(rows), (f"{title}{unit}:",), (*applied, *mark_notes(routes)), "straits shut")


def _shut_cell(found: GatewayStudy, scenario: GatewayScenario, market: str) -> str:
    """'Port Qasim +860', with the marks of the closures on the way."""
    extra, way = found.extra(scenario, market), scenario.best(market)
    best = found.best_name(scenario, market)
    text = best if extra is None else "as before" if abs(extra) < 0.05 else f"{best} {extra:+,.0f}"
    return marked(text, None if way is None else way.route)


def _shut_routes(found: GatewayStudy, scenario: GatewayScenario) -> dict[str, Route]:
    """The best way to each market by its name."""
    best = {market: scenario.best(market) for market in found.world.markets}
    return {found.name(market): way.route for market, way in best.items() if way is not None}


def rates(found: GatewayStudy) -> Table:
    unit = MEASURES[found.request.by].unit
    columns = (
        Column("what", "the best gateways lean most on"),
        Column("low", "low", 3),
        Column("central", "central", 3),
        Column("high", "high", 3),
        Column("turns", "another gateway is best at its low or high for"),
        Column("moves", f"moves all leads together by {unit}", 1),
        Column("markets", "leads of markets", 0),
        Column("confidence", "confidence"),
        Column("source", "source"),
    )
    catalog = found.world.network.catalog
    rows = tuple(
        (
            rate_text(catalog, row.swing.rate),
            row.swing.bounds[0],
            row.swing.rate.central,
            row.swing.bounds[1],
            [found.name(key) for key in row.turned],
            row.moves,
            len(row.markets),
            row.swing.rate.confidence,
            row.swing.rate.source,
        )
        for row in found.leaned_on()[:SHOWN]
    )
    note = (
        "what turns most markets stands first; lead: what the next gateway takes more than the best one; one rate at a "
        "time at its low and high. -f json has the five rates, and every source left out, for each market"
    )
    return Table(columns, rows, ("Evidence:",), (note,), "evidence")


def sources(found: GatewayStudy) -> Table:
    catalog = found.world.network.catalog
    decided: dict[str, list[str]] = {}
    for each in found.leaning:
        for source in each.evidence.turning:
            best = next(row.best for row in each.evidence.sources if row.found.source == source)
            decided.setdefault(source, []).append(f"{found.name(each.market)}: {best}")
    columns = (Column("source", "without the source"), Column("markets", "another gateway is best for"))
    rows = tuple(
        (catalog.sources[key].title if key in catalog.sources else key, where)
        for key, where in sorted(decided.items(), key=lambda item: -len(item[1]))
    )
    text = "Leaving out any one source changes no best gateway, as far as its figures can be replaced."
    said = "Leaving out one source changes best gateways:" if rows else text
    return Table(columns if rows else (), rows, (said,), name="without one source")
