"""The answer of gateways as tables for people."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corridors.studies import route_words
from corridors.studies.gateways_found import BY_LAND, CUT_OFF, Found, by_land, parts
from corridors.studies.rate_words import rate_text
from corridors.tables import Column, Table, headline, load_text
from planner import closures, dressed
from planner.criteria import CRITERIA
from planner.gateways import Scenario, value
from planner.route import Route

COMPARED = ("time", "cost", "co2e")
"""The best gateway of each market is told by these criteria, and by that of the question."""

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
)  # fmt: skip


def tables(found: Found) -> tuple[Table, ...]:
    built = found.scenarios[1:]
    return (
        _main(found), *(_all(found, each) for each in found.scenarios[:1]),
        *(_all(found, each) for each in built if any(found.changed(each))), _by_criterion(found), _ways(found),
        *([_shut(found)] if found.shut else []), *([_rates(found), _sources(found)] if found.leaning else []),
    )  # fmt: skip


def _lines(found: Found) -> list[str]:
    row = CRITERIA[found.request.by]
    where = found.network.nodes[found.request.origin].name
    text = f"From {where} to {counted(len(found.world.markets), 'market')} over the sea, best by {row.title}"
    lines = [headline(found.network.catalog, f"{text}; {load_text(found.request.consignment)}; date "
                      f"{found.request.day.isoformat()}")]  # fmt: skip
    lines += [
        f"best gateways by country, {found.title_of(each)}: {_countries(found, each)}" for each in found.scenarios
    ]
    for scenario in found.scenarios[1:]:
        lines += [line for line in (_corridor_line(found, scenario), _country_line(found, scenario)) if line]
    if found.world.closed:
        lines.append(f"straits closed: {', '.join(found.strait(key) for key in found.world.closed)}")
    return lines


def _countries(found: Found, scenario: Scenario) -> str:
    best = [scenario.best(market) for market in found.world.markets]
    ports = Counter(found.network.nodes[way.gateway].country for way in best if way and way.gateway)
    parts = [f"{found.country(key)} {count}" for key, count in ports.most_common()]
    for text, count in ((BY_LAND, sum(bool(way and not way.gateway) for way in best)), (CUT_OFF, best.count(None))):
        parts += [f"{text} {count}"] if count else []
    return ", ".join(parts)


def _corridor_line(found: Found, scenario: Scenario) -> str:
    """Whether a way over all new lines of a corridor is the best one to any market, and how far it is behind."""
    row, by = CRITERIA[found.request.by], found.request.by
    behind = {market: value(way.route, by) - value(best.route, by) for market, way in scenario.over.items()
              if (best := scenario.best(market)) is not None}  # fmt: skip
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


def _country_line(found: Found, scenario: Scenario) -> str:
    """What the ports of the country a corridor ends in are the best for: now, with it, and when another is shut."""
    corridor = found.network.catalog.corridors.get(scenario.built)
    if corridor is None:
        return ""
    code = found.network.nodes[corridor.destination].country

    def best_for(each: Scenario) -> list[str]:
        best = {market: way.gateway for market in found.world.markets if (way := each.best(market)) is not None}
        return [market for market, port in best.items() if port and found.network.nodes[port].country == code]

    parts = [f"{found.title_of(each)} {len(best_for(each))}" for each in (found.today, scenario)]
    for each in found.shut:
        gained = [market for market in best_for(each.scenario) if market not in best_for(found.today)]
        if each.kind == "country" and gained:
            extra = [more for market in gained if (more := found.extra(each.scenario, market)) is not None]
            ends = dict.fromkeys(f"{end:+,.0f}" for end in (min(extra), max(extra))) if extra else {}
            span = f", {' to '.join(ends)} {CRITERIA[found.request.by].unit}" if ends else ""
            listed = ", ".join(found.name(market) for market in gained)
            parts.append(f"if {each.title} is shut {len(best_for(each.scenario))} ({listed}{span})")
    return f"ports of {found.country(code)} are the best for so many of {len(found.world.markets)}: {'; '.join(parts)}"


def _main(found: Found) -> Table:
    row, by = CRITERIA[found.request.by], found.request.by
    other = CRITERIA["cost" if by != "cost" else "time"]
    columns = [
        Column("market", "market"), Column("gateway", "best gateway"),
        Column(row.field, f"{row.title}, {row.unit}", 0), Column(other.field, f"{other.title}, {other.unit}", 0),
        Column("next", "next best"), Column("ahead", f"ahead by {row.unit}", 1),
    ]  # fmt: skip
    for scenario in found.scenarios[1:]:
        columns += [
            Column(f"gateway_{scenario.built}", f"best {found.title_of(scenario)}"),
            Column(f"{row.field}_{scenario.built}", f"{row.title}, {row.unit}", 0),
        ]
        if scenario.over:
            columns.append(Column(f"over_{scenario.built}_{row.field}", f"over {scenario.built}", 0))
    rows = [tuple(_main_row(found, market, by, other.id)) for market in found.world.markets]
    after = [*found.notes, *(note for scenario in found.scenarios for note in scenario.notes)]
    after += [f"no way through {found.name(key)}: {reason}" for key, reason in found.today.unreached.items()]
    after += [f"no way to {found.name(market)}: {reason}" for market in found.world.markets
              if (reason := found.today.why_not(market))]  # fmt: skip
    return Table(tuple(columns), tuple(rows), tuple(_lines(found)), (*after, *NOTES, *_closures(found)))


def _main_row(found: Found, market: str, by: str, other: str) -> list[Any]:
    ways = found.today.ways[market]
    cells: list[Any] = [found.name(market), found.best_name(found.today, market)]
    cells += [value(ways[0].route, by), value(ways[0].route, other)] if ways else [None, None]
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
    return cells


def _closures(found: Found) -> list[str]:
    """The closures that the best ways run into, once each."""
    told: dict[str, str] = {}
    in_force = closures.by_segment(found.world.network.catalog, found.request.day)
    for market in found.world.markets:
        way = found.today.best(market)
        for segment in way.route.segments if way is not None else ():
            for closure in in_force.get(segment.id, ()):
                ends = (found.world.network.nodes[key].name for key in (segment.from_node, segment.to_node))
                line = f"{' - '.join(ends)} by {segment.mode}"
                where = ", ".join(found.strait(key) for key in closure.straits) or line
                told.setdefault(closure.id, f"{closure.kind} ({closure.id}), on the best ways: {where}: "
                                 f"{closure.reason}")  # fmt: skip
    return list(told.values())


def _all(found: Found, scenario: Scenario) -> Table:
    row, by = CRITERIA[found.request.by], found.request.by
    keys = found.columns(scenario)
    columns = (
        Column("market", "market"),
        *(Column(f"{key or 'by_land'}_{row.field}", found.name(key), 0) for key in keys),
    )
    rows = []
    for market in found.world.markets:
        values = {way.gateway: value(way.route, by) for way in scenario.ways[market]}
        rows.append((found.name(market), *(values.get(key) for key in keys)))
    title = f"{row.title[:1].upper()}{row.title[1:]} through each gateway, {row.unit}, {found.title_of(scenario)}:"
    return Table(columns, tuple(rows), (title,))


def _by_criterion(found: Found) -> Table:
    columns = (
        Column("market", "market"),
        *(Column(f"{key}_{each.built or 'now'}", f"{CRITERIA[key].title}, {found.title_of(each)}")
          for key, scenarios in found.by_criterion.items() for each in scenarios),
    )  # fmt: skip
    rows = [
        (found.name(market), *(found.best_name(each, market) for each in scenarios_of(found)))
        for market in found.world.markets
    ]
    return Table(columns, tuple(rows), ("The best gateway by each criterion, its ways sought by it:",))


def scenarios_of(found: Found) -> list[Scenario]:
    """The scenarios by all criteria, one after the other."""
    return [each for scenarios in found.by_criterion.values() for each in scenarios]


def _ways(found: Found) -> Table:
    columns = (
        Column("market", "market"), Column("gateway", "through"), Column("land", "by land"),
        Column("land_km", "land km", 0), Column("sea_km", "sea km", 0), Column("land_h", "land h", 0),
        Column("port_h", "port h", 0), Column("sea_h", "sea h", 0), Column("cost_usd", "USD", 0),
        Column("co2e_kg", "kg CO2e", 0), Column("straits", "straits"),
    )  # fmt: skip
    rows = []
    for market in found.world.markets:
        way = found.today.best(market)
        if way is not None:
            split = parts(way)
            rows.append((found.name(market), found.name(way.gateway), _by_land(found, way.route),
                         *(split[key] for key in ("land_km", "sea_km", "land_h", "port_h", "sea_h")),
                         way.route.cost_usd, way.route.co2e_kg,
                         [found.strait(key) for key in way.straits]))  # fmt: skip
    note = "land holds the borders and hub operations on the way, sea the stay in the port of the market"
    return Table(columns, tuple(rows), (f"The best ways {found.title_of(found.today)}:",), (note,))


def _by_land(found: Found, route: Route) -> str:
    """The corridors that the way by land is, else its countries and modes."""
    on_land = by_land(route)
    return route_words.label(on_land, dressed.labels(found.world.network, on_land))


def _shut(found: Found) -> Table:
    columns = (Column("kind", "shut"), Column("what", "what"),
               *(Column(market, found.name(market)) for market in found.world.markets))  # fmt: skip
    unit = CRITERIA[found.request.by].unit
    rows = []
    for each in found.shut:
        cells = []
        for market in found.world.markets:
            extra = found.extra(each.scenario, market)
            best = found.best_name(each.scenario, market)
            cells.append(best if extra is None else "as before" if abs(extra) < 0.05 else f"{best} {extra:+,.0f}")
        rows.append((each.kind, each.title, *cells))
    title = "What if a strait of the best ways, or a country with all its ports and lines, is shut: the new best, "
    return Table(columns, tuple(rows), (f"{title}{unit}:",))


def _rates(found: Found) -> Table:
    unit = CRITERIA[found.request.by].unit
    columns = (
        Column("what", "the best gateways lean most on"), Column("low", "low", 3), Column("central", "central", 3),
        Column("high", "high", 3), Column("turns", "another gateway is best at its low or high for"),
        Column("moves", f"moves all leads together by {unit}", 1), Column("markets", "leads of markets", 0),
        Column("confidence", "confidence"), Column("source", "source"),
    )  # fmt: skip
    catalog = found.world.network.catalog
    rows = tuple(
        (rate_text(catalog, row.swing.rate), row.swing.bounds[0], row.swing.rate.central, row.swing.bounds[1],
         [found.name(key) for key in row.turned], row.moves, len(row.markets), row.swing.rate.confidence,
         row.swing.rate.source)
        for row in found.leaned_on()[:SHOWN]
    )  # fmt: skip
    note = (
        "what turns most markets stands first; lead: what the next gateway takes more than the best one; one rate at a "
        "time at its low and high. -f json has the five rates, and every source left out, for each market"
    )
    return Table(columns, rows, ("Evidence:",), (note,))


def _sources(found: Found) -> Table:
    catalog = found.world.network.catalog
    decided: dict[str, list[str]] = {}
    for each in found.leaning:
        for source in each.evidence.turning:
            best = next(row.best for row in each.evidence.sources if row.found.source == source)
            decided.setdefault(source, []).append(f"{found.name(each.market)}: {best}")
    columns = (Column("source", "without the source"), Column("markets", "another gateway is best for"))
    rows = tuple((catalog.sources[key].title if key in catalog.sources else key, where) for key, where in
                 sorted(decided.items(), key=lambda item: -len(item[1])))  # fmt: skip
    text = "Leaving out any one source changes no best gateway, as far as its figures can be replaced."
    return Table(columns if rows else (), rows, ("Leaving out one source changes best gateways:" if rows else text,))


def counted(number: int, word: str) -> str:
    """'1 market', '14 markets'."""
    return f"{number} {word}" + ("" if number == 1 else "s")
