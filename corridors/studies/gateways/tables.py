"""The answer of gateways as tables for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corridors.answers.report import headline
from corridors.studies import route_words
from corridors.studies.gateways.found import BY_LAND, CUT_OFF, GatewayStudy, by_land, parts
from corridors.studies.rate_words import rate_text
from maps import ranges
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import CLOSURES, closures_of, load_text, met_by, ranged, ranged_values
from maps.tables.table import Column, Table
from planner import closures, dressed
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.sea.gateways import GatewayScenario, value

SHOWN = 5
"""So many rates are named that the answer leans on."""

NOTES = (
    "sea lanes are those of searoute, measured quay to quay on the ellipsoid, or the network's own lines where it has "
    "one; no schedule stands behind them: a ship sails when the box is there (the stay in port holds the wait)",
    "the first 1,950 km of a lane are at the price and emissions of a feeder, each km beyond at those of the deep sea, "
    "so that both published prices (Poti-Mersin, Shanghai-Rotterdam) come out; 15 knots; canal tolls lie in the price, "
    "war-risk surcharges (0 to 1,500 USD/TEU for ports of the Gulf in 2026, an estimate) do not",
    "the land way to a gateway is the best one for what goes on by ship; the port's stay, tariff and border "
    "formalities are in; a port without a figure of its own has the region's",
    "ports of Russia are not in the network; China's are reached by rail alone",
)


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
        *([_shut(found)] if found.shut else []),
        *([_rates(found), _sources(found)] if found.leaning else []),
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


def _lines(found: GatewayStudy) -> list[str]:
    row = MEASURES[found.request.by]
    where = found.network.nodes[found.request.origin].name
    text = f"From {where} to {counted(len(found.world.markets), 'market')} over the sea, best by {row.title}"
    lines = [
        headline(
            found.network.catalog,
            f"{text}; {load_text(found.request.consignment)}; date {found.request.day.isoformat()}",
        )
    ]
    said = _answer_lines(found)
    lines += said
    if found.applied is not None:
        lines += [f"{found.closed_on}: {line}" for line in _answer_lines(found.applied) if line not in said]
    if found.world.closed:
        lines.append(f"straits closed: {', '.join(found.strait(key) for key in found.world.closed)}")
    return lines


def _answer_lines(found: GatewayStudy) -> list[str]:
    """What one world's answer is, in sentences."""
    lines = [f"best gateways by country, {found.title_of(each)}: {_countries(found, each)}" for each in found.scenarios]
    for scenario in found.scenarios[1:]:
        lines += [line for line in (_corridor_line(found, scenario), _country_line(found, scenario)) if line]
    return lines


def _countries(found: GatewayStudy, scenario: GatewayScenario) -> str:
    best = [scenario.best(market) for market in found.world.markets]
    ports = Counter(found.network.nodes[way.gateway].country for way in best if way and way.gateway)
    parts = [f"{found.country(key)} {count}" for key, count in ports.most_common()]
    for text, count in ((BY_LAND, sum(bool(way and not way.gateway) for way in best)), (CUT_OFF, best.count(None))):
        parts += [f"{text} {count}"] if count else []
    return ", ".join(parts)


def _corridor_line(found: GatewayStudy, scenario: GatewayScenario) -> str:
    """Whether a way over all new lines of a corridor is the best one to any market, and how far it is behind."""
    row, by = MEASURES[found.request.by], found.request.by
    behind = {
        market: value(way.route, by) - value(best.route, by)
        for market, way in scenario.over.items()
        if (best := scenario.best(market)) is not None
    }
    if not behind:
        return ""
    won = [found.name(market) for market, lag in behind.items() if lag <= 1e-6]
    if won:
        return f"over all new lines of {scenario.built} goes the best way to {', '.join(won)}"
    near = min(behind, key=lambda market: behind[market])
    return (
        f"over all new lines of {scenario.built} goes the best way to no market; it comes nearest for "
        f"{found.name(near)}: {behind[near]:,.0f} {row.unit} behind {found.best_name(scenario, near)}"
    )


def _country_line(found: GatewayStudy, scenario: GatewayScenario) -> str:
    """What the ports of the country a corridor ends in are the best for: now, with it, and when another is shut."""
    corridor = found.network.catalog.corridors.get(scenario.built)
    if corridor is None:
        return ""
    code = found.network.nodes[corridor.destination].country

    def best_for(each: GatewayScenario) -> list[str]:
        best = {market: way.gateway for market in found.world.markets if (way := each.best(market)) is not None}
        return [market for market, port in best.items() if port and found.network.nodes[port].country == code]

    parts = [f"{found.title_of(each)} {len(best_for(each))}" for each in (found.today, scenario)]
    for each in found.shut:
        gained = [market for market in best_for(each.scenario) if market not in best_for(found.today)]
        if each.kind == "country" and gained:
            extra = [more for market in gained if (more := found.extra(each.scenario, market)) is not None]
            ends = dict.fromkeys(f"{end:+,.0f}" for end in (min(extra), max(extra))) if extra else {}
            span = f", {' to '.join(ends)} {MEASURES[found.request.by].unit}" if ends else ""
            listed = ", ".join(found.name(market) for market in gained)
            parts.append(f"if {each.title} is shut {len(best_for(each.scenario))} ({listed}{span})")
    return f"ports of {found.country(code)} are the best for so many of {len(found.world.markets)}: {'; '.join(parts)}"


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
        tuple(columns), tuple(map(tuple, rows)), tuple(_lines(found)), (*after, *NOTES, *_closures(found)), "markets"
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


def _closures(found: GatewayStudy) -> list[str]:
    """The closures that the ways shown run into, once each; of the best ways first."""
    best = [way for market in found.world.markets if (way := found.today.best(market)) is not None]
    told: dict[str, str] = {}
    for what, ways in (("the best ways", best), ("other ways shown", [way for _, way in found.shown_ways()])):
        for way in ways:
            if any(closure.id not in told for closure in way.route.closures):
                told |= {key: text for key, text in _told(found, way.route, what).items() if key not in told}
    return list(told.values())


def _told(found: GatewayStudy, route: Route, what: str) -> dict[str, str]:
    """Closure -> where it lies on a route, and why it is there."""
    network = found.world.network
    in_force = closures.by_segment(network.catalog, found.request.day)
    told: dict[str, str] = {}
    for closure, segments in closures.on_the_way(route.segments, in_force):
        ends = (network.nodes[key].name for key in (segments[0].from_node, segments[0].to_node))
        line = f"{' - '.join(ends)} by {segments[0].mode}"
        where = ", ".join(found.strait(key) for key in closure.straits) or line
        told[closure.id] = f"{closure.kind} ({closure.id}), on {what}: {where}: {closure.reason}"
    return told


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


def _shut(found: GatewayStudy) -> Table:
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


def _rates(found: GatewayStudy) -> Table:
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


def _sources(found: GatewayStudy) -> Table:
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


def counted(number: int, word: str) -> str:
    """'1 market', '14 markets'."""
    return f"{number} {word}" + ("" if number == 1 else "s")
