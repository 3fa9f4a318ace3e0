"""The answer of gateways as tables for people."""

from __future__ import annotations

from typing import Any

from corridors.studies import route_words
from corridors.studies.gateways import doubts, words
from corridors.studies.gateways.found import GatewayStudy, by_land, parts
from maps import ranges
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import CLOSURES, closures_of, met_by, ranged, ranged_values
from maps.tables.table import Column, Table
from planner import dressed
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.sea.gateways import GatewayScenario, value


def tables(found: GatewayStudy) -> tuple[Table, ...]:
    built = found.scenarios[1:]
    return (
        _main(found),
        *(_all(found, each) for each in found.scenarios[:1]),
        *(_all(found, each) for each in built if any(found.changed(each))),
        *_all_applied(found),
        _by_criterion(found),
        _ways(found),
        *_ways_applied(found),
        *([doubts.shut(found)] if found.shut else []),
        *([doubts.rates(found), doubts.sources(found)] if found.leaning else []),
    )


def _all_applied(found: GatewayStudy) -> list[Table]:
    """The ways through each gateway in the other world, of the scenarios in which they differ."""
    other = found.applied
    if other is None:
        return []
    return [
        _all(other, there, f", {found.closed_on}")
        for here, there in zip(found.scenarios, other.scenarios, strict=True)
        if (there is other.today or any(other.changed(there))) and _taken(found, here) != _taken(other, there)
    ]


def _taken(found: GatewayStudy, scenario: GatewayScenario) -> list[list[tuple[str, float]]]:
    """Of each market the gateways with what the way through each takes."""
    return [
        [(way.gateway, value(way.route, found.request.by)) for way in scenario.ways[market]]
        for market in found.world.markets
    ]


def _ways_applied(found: GatewayStudy) -> list[Table]:
    """The best ways of the other world, where they differ."""
    if found.applied is None or _best_ids(found, found.today) == _best_ids(found.applied, found.applied.today):
        return []
    return [_ways(found.applied, f", {found.closed_on}")]


def _best_ids(found: GatewayStudy, scenario: GatewayScenario) -> list[tuple[str, ...] | None]:
    """The segments of the best way to each market."""
    best = [scenario.best(market) for market in found.world.markets]
    return [None if way is None else way.route.segment_ids for way in best]


def _main(found: GatewayStudy) -> Table:
    row, by = MEASURES[found.request.by], found.request.by
    other = MEASURES["cost" if by != "cost" else "time"]
    columns = [
        Column("market", "market"),
        Column("gateway", "best gateway"),
        Column(row.field, f"{row.title}, {row.unit}", 0),
        *ranged(by, row.field),
        Column(other.field, f"{other.title}, {other.unit}", 0),
        *ranged(other.id, other.field),
        Column("next", "next best"),
        Column("ahead", f"ahead by {row.unit}", 1),
    ]
    for scenario in found.scenarios[1:]:
        columns += [
            Column(f"gateway_{scenario.built}", f"best {found.title_of(scenario)}"),
            Column(f"{row.field}_{scenario.built}", f"{row.title}, {row.unit}", 0),
        ]
        if scenario.over:
            columns.append(Column(f"over_{scenario.built}_{row.field}", f"over {scenario.built}", 0))
    columns.append(CLOSURES)
    rows = [_main_row(found, market, by, other.id) for market in found.world.markets]
    two = _differing(found)
    for at, there in two:
        title = found.title_of(there)
        key = f"{there.built or 'now'}_applied"
        columns.append(Column(f"gateway_{key}", f"applied: best {title}"))
        columns.append(Column(f"{row.field}_{key}", f"applied: {row.title}, {row.unit}", 0))
        if _over_differs(found, at):
            columns.append(Column(f"over_{there.built}_{row.field}_applied", f"applied: over {there.built}"))
        for cells, market in zip(rows, found.world.markets, strict=True):
            cells.extend(_applied_cells(found, at, market))
    if two:
        columns.append(Column("closures_applied", "applied: closures on the way"))
        for cells, market in zip(rows, found.world.markets, strict=True):
            best = [way for _, each in two for way in (each.best(market), each.over.get(market))]
            cells.append(met_by((found.name(way.gateway), way.route) for way in best if way is not None))
    after = [f"applied: {found.closed_on}; the other columns are as if all crossings were open"] if two else []
    first = next((way.route for market in found.world.markets if (way := found.today.best(market))), None)
    after += [] if first is None else [ranges.note(first)]
    after += [*found.notes, *(note for scenario in found.scenarios for note in scenario.notes)]
    after += [f"{found.closed_on}: {note}" for _, scenario in two for note in scenario.notes if note not in after]
    after += [f"no way through {found.name(key)}: {reason}" for key, reason in found.today.unreached.items()]
    after += [
        f"no way to {found.name(market)}: {reason}"
        for market in found.world.markets
        if (reason := found.today.why_not(market))
    ]
    return Table(
        tuple(columns),
        tuple(map(tuple, rows)),
        tuple(words.lines(found)),
        (*after, *words.NOTES, *words.closures_met(found)),
        "markets",
    )


def _differing(found: GatewayStudy) -> list[tuple[int, GatewayScenario]]:
    """The scenarios of the other world, by number, that have other best ways or other ways over a corridor."""
    there = found.applied.scenarios if found.applied is not None else ()
    return [
        (at, each)
        for at, each in enumerate(there)
        if _best_ids(found, each) != _best_ids(found, found.scenarios[at]) or _over_differs(found, at)
    ]


def _over_differs(found: GatewayStudy, at: int) -> bool:
    """Whether the ways over all new lines of scenario number ``at`` are others in the other world, or are not there."""
    assert found.applied is not None
    here, there = found.scenarios[at].over, found.applied.scenarios[at].over
    return {key: way.route.segment_ids for key, way in here.items()} != {
        key: way.route.segment_ids for key, way in there.items()
    }


def _applied_cells(found: GatewayStudy, at: int, market: str) -> list[Any]:
    """The best gateway in the other world, and what it takes."""
    assert found.applied is not None
    way, here = found.applied.scenarios[at].best(market), found.scenarios[at].best(market)
    same = way is not None and here is not None and way.route.segment_ids == here.route.segment_ids
    name = found.applied.best_name(found.applied.scenarios[at], market)
    cells: list[Any] = ["the same" if same else name, None if way is None else value(way.route, found.request.by)]
    if _over_differs(found, at):
        over = found.applied.scenarios[at].over.get(market)
        cells.append("no way" if over is None else f"{value(over.route, found.request.by):,.0f}")
    return cells


def _main_row(found: GatewayStudy, market: str, by: str, other: str) -> list[Any]:
    ways = found.today.ways[market]
    cells: list[Any] = [found.name(market), found.best_name(found.today, market)]
    best_now = ways[0].route if ways else None
    for key in (by, other):
        cells += [None if best_now is None else value(best_now, key), *ranged_values(best_now, key)]
    if len(ways) > 1:
        cells += [found.name(ways[1].gateway), value(ways[1].route, by) - value(ways[0].route, by)]
    else:
        cells += ["", None]
    for scenario in found.scenarios[1:]:
        best, over = scenario.best(market), scenario.over.get(market)
        now = found.today.best(market)
        same = best is not None and now is not None and best.route.segment_ids == now.route.segment_ids
        cells.append("as today" if same else found.best_name(scenario, market))
        shown = (best, over) if scenario.over else (best,)
        cells += [None if way is None else value(way.route, by) for way in shown]
    routes = [(found.name(way.gateway), way.route) for way in ways[:2]]
    for scenario in found.scenarios[1:]:
        listed = ((scenario.best(market), ""), (scenario.over.get(market), f"over {scenario.built}: "))
        routes += [(f"{word}{found.name(way.gateway)}", way.route) for way, word in listed if way is not None]
    return [*cells, met_by(routes)]


def _all(found: GatewayStudy, scenario: GatewayScenario, world: str = "") -> Table:
    row, by = MEASURES[found.request.by], found.request.by
    keys = found.columns(scenario)
    columns = (
        Column("market", "market"),
        *(Column(f"{key or 'by_land'}_{row.field}", found.name(key), 0) for key in keys),
        CLOSURES,
    )
    rows = []
    for market in found.world.markets:
        values = {way.gateway: value(way.route, by) for way in scenario.ways[market]}
        met = met_by((found.name(way.gateway), way.route) for way in scenario.ways[market])
        rows.append((found.name(market), *(values.get(key) for key in keys), met))
    title = (
        f"{row.title[:1].upper()}{row.title[1:]} through each gateway, {row.unit}, {found.title_of(scenario)}{world}:"
    )
    return Table(columns, tuple(rows), (title,), name="all gateways")


def _by_criterion(found: GatewayStudy) -> Table:
    columns = [
        Column("market", "market"),
        *(
            Column(f"{key}_{each.built or 'now'}", f"{MEASURES[key].title}, {found.title_of(each)}")
            for key, scenarios in found.by_criterion.items()
            for each in scenarios
        ),
    ]
    rows = [[found.name(market), *_marked_bests(found, market)] for market in found.world.markets]
    shown = [scenarios_of(found)]
    if found.applied is not None:
        shown.append(scenarios_of(found.applied))
        titles = list(columns[1:])
        for at, column in enumerate(titles):
            cells = [_marked_bests(found.applied, market)[at] for market in found.world.markets]
            if any(cell != row[at + 1] for cell, row in zip(cells, rows, strict=True)):
                columns.append(Column(f"{column.key}_applied", f"applied: {column.title}"))
                for row, cell in zip(rows, cells, strict=True):
                    row.append("the same" if cell == row[at + 1] else cell)
    best = [
        way.route
        for listed in shown
        for each in listed
        for market in found.world.markets
        if (way := each.best(market)) is not None
    ]
    said = [f"applied: {found.closed_on}"] if any(column.key.endswith("_applied") for column in columns) else []
    title = "The best gateway by each criterion, its ways sought by it:"
    return Table(tuple(columns), tuple(map(tuple, rows)), (title,), (*said, *mark_notes(best)), "by criterion")


def _marked_bests(found: GatewayStudy, market: str) -> list[str]:
    """The best gateway of a market in each scenario by each criterion, with the marks of the closures on its way."""
    best = [(each, each.best(market)) for each in scenarios_of(found)]
    return [marked(found.best_name(each, market), None if way is None else way.route) for each, way in best]


def scenarios_of(found: GatewayStudy) -> list[GatewayScenario]:
    """The scenarios by all criteria, one after the other."""
    return [each for scenarios in found.by_criterion.values() for each in scenarios]


def _ways(found: GatewayStudy, world: str = "") -> Table:
    columns = (
        Column("market", "market"),
        Column("gateway", "through"),
        Column("land", "by land"),
        Column("land_km", "land km", 0),
        Column("sea_km", "sea km", 0),
        Column("land_h", "land h", 0),
        Column("port_h", "port h", 0),
        Column("sea_h", "sea h", 0),
        Column("cost_usd", "USD", 0),
        Column("co2e_kg", "kg CO2e", 0),
        Column("straits", "straits"),
        CLOSURES,
    )
    rows = []
    for market in found.world.markets:
        way = found.today.best(market)
        if way is not None:
            split = parts(way)
            rows.append(
                (
                    found.name(market),
                    found.name(way.gateway),
                    _by_land(found, way.route),
                    *(split[key] for key in ("land_km", "sea_km", "land_h", "port_h", "sea_h")),
                    way.route.cost_usd,
                    way.route.co2e_kg,
                    [found.strait(key) for key in way.straits],
                    closures_of(way.route),
                )
            )
    note = "land holds the borders and hub operations on the way, sea the stay in the port of the market"
    return Table(columns, tuple(rows), (f"The best ways {found.title_of(found.today)}{world}:",), (note,), "best ways")


def _by_land(found: GatewayStudy, route: Route) -> str:
    """The corridors that the way by land is, else its countries and modes."""
    on_land = by_land(found.world.network.catalog, route)
    return route_words.label(on_land, dressed.labels(found.world.network, on_land))
