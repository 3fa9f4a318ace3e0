"""The answer of gateways in sentences: the lines above its tables, and what holds of all of them."""

from __future__ import annotations

from collections import Counter

from corridors.answers.report import headline
from corridors.studies.gateways.found import BY_LAND, CUT_OFF, GatewayStudy
from maps.tables.of_routes import load_text
from planner import closures
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.sea.gateways import GatewayScenario, value

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


def lines(found: GatewayStudy) -> list[str]:
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


def closures_met(found: GatewayStudy) -> list[str]:
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


def counted(number: int, word: str) -> str:
    """'1 market', '14 markets'."""
    return f"{number} {word}" + ("" if number == 1 else "s")
