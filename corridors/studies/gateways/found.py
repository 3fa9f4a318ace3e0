"""What the study of gateways found: the ways of each scenario, what shuts, what it leans on; and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corridors.studies.evidence.answer import Evidence, Sensitivity
from geodata.catalog import Catalog
from geodata.globe import borders
from planner.network import Network
from planner.price.route import Route
from planner.request import RouteRequest
from planner.sea.gateways import OVERLAND, GatewayScenario, value
from planner.sea.ways import Way
from planner.seaways import World

BY_LAND = "by land"
CUT_OFF = "cut off"


@dataclass(frozen=True)
class ClosedStrait:
    """A strait or a country (with all its lines and ports) that is shut, and the ways that are left."""

    kind: str
    id: str
    title: str
    scenario: GatewayScenario


@dataclass(frozen=True)
class RateDependence:
    """The evidence for one market, whose ways through several gateways are ranked."""

    market: str
    evidence: Evidence


@dataclass(frozen=True)
class Lean:
    """A rate, how far it moves the leads of all ``markets`` together, and the markets whose best gateway it turns."""

    swing: Sensitivity
    moves: float = 0.0
    markets: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()


@dataclass(frozen=True)
class GatewayStudy:
    """What was found, and how its things are called.

    ``scenarios``: today's, then one for each corridor or project that counts as built.
    """

    network: Network
    world: World
    request: RouteRequest
    scenarios: tuple[GatewayScenario, ...]
    shut: tuple[ClosedStrait, ...]
    leaning: tuple[RateDependence, ...]
    by_criterion: Mapping[str, tuple[GatewayScenario, ...]]
    """Criterion -> the scenarios with their ways sought by it; that of the question is one of them."""
    notes: tuple[str, ...] = ()
    conditions: str = ""
    applied: GatewayStudy | None = None
    """The same with closures applied; None where there is one world, or both have the same ways."""

    @property
    def today(self) -> GatewayScenario:
        return self.scenarios[0]

    def name(self, key: str) -> str:
        return BY_LAND if key == OVERLAND else self.world.network.nodes[key].name

    def best_name(self, scenario: GatewayScenario, market: str) -> str:
        way = scenario.best(market)
        return CUT_OFF if way is None else self.name(way.gateway)

    def title_of(self, scenario: GatewayScenario) -> str:
        if scenario.built:
            return f"with {scenario.built}"
        if self.request.as_of is not None:
            return f"in {self.request.as_of}"
        include = self.request.include.replace("_", " ")
        return "today" if include == "operational" else f"with {include} lines"

    def country(self, code: str) -> str:
        """'Iran (IR)'."""
        name = borders.names().get(code)
        return f"{name} ({code})" if name else code

    def extra(self, scenario: GatewayScenario, market: str) -> float | None:
        """How much more the best way takes than today's; None where there is none, or was none."""
        now, then = self.today.best(market), scenario.best(market)
        if now is None or then is None:
            return None
        return value(then.route, self.request.by) - value(now.route, self.request.by)

    @property
    def closed_on(self) -> str:
        """What the second world is, in words."""
        return f"with what is closed on {self.request.day.isoformat()} applied"

    def strait(self, key: str) -> str:
        return self.network.catalog.straits[key].title

    def columns(self, scenario: GatewayScenario) -> list[str]:
        """The gateways that any way uses, in the order of the data, what goes by land last."""
        used = {way.gateway for ways in scenario.ways.values() for way in ways}
        return [key for key in (*self.world.gateways, OVERLAND) if key in used]

    def changed(self, scenario: GatewayScenario) -> Iterable[bool]:
        for market in self.world.markets:
            now, then = ({way.gateway: way.units for way in each.ways[market]} for each in (self.today, scenario))
            yield now != then

    def shown_ways(self) -> list[tuple[str, Way]]:
        """Every way that the answer shows, with the name of its gateway; the other world's too."""
        found = [way for each in self.scenarios for ways in (*each.ways.values(), each.over.values()) for way in ways]
        bests = [
            *(each.scenario for each in self.shut),
            *(each for rows in self.by_criterion.values() for each in rows),
        ]
        found += [way for each in bests for market in self.world.markets if (way := each.best(market)) is not None]
        named = [(self.name(way.gateway), way) for way in found]
        return [*named, *(self.applied.shown_ways() if self.applied is not None else [])]

    def over_values(self, scenario: GatewayScenario) -> Iterable[float | None]:
        """What the best way over all new lines of the corridor takes to each market."""
        for market in self.world.markets:
            way = scenario.over.get(market)
            yield None if way is None else value(way.route, self.request.by)

    def leaned_on(self) -> list[Lean]:
        """The rates that the best gateways lean on: what turns most markets first, then what moves most."""
        found: dict[tuple[str, str, str], Lean] = {}
        for each in self.leaning:
            for swing in each.evidence.of_lead:
                known = found.get(swing.rate.key, Lean(swing))
                turns = (each.market,) if set(swing.best) != {each.evidence.winner} else ()
                found[swing.rate.key] = Lean(
                    swing,
                    known.moves + swing.move(True, each.evidence.lead or 0.0),
                    (*known.markets, each.market),
                    (*known.turned, *turns),
                )
        return sorted(found.values(), key=lambda row: (-len(row.turned), -row.moves, row.swing.rate.key))

    @property
    def in_doubt(self) -> RateDependence | None:
        """The market whose best gateway the most rates turn; the first of equal ones."""
        turned = Counter(market for row in self.leaned_on() for market in row.turned)
        return max(self.leaning, key=lambda each: turned[each.market], default=None)


def differ(one: GatewayStudy, other: GatewayStudy) -> bool:
    """Whether two worlds have other ways anywhere."""

    def ways(found: GatewayStudy) -> list[list[tuple[str, ...]]]:
        listed = [*found.scenarios, *(each.scenario for each in found.shut)]
        listed += [each for scenarios in found.by_criterion.values() for each in scenarios]
        return [
            [way.segment_ids for rows in (*each.ways.values(), each.over.values()) for way in rows] for each in listed
        ]

    return ways(one) != ways(other)


def by_land(facts: Catalog, route: Route) -> Route:
    """The part of a route before its ship: what named corridors can be told of."""
    legs = tuple(leg for leg in route.legs if not facts.modes[leg.mode].lanes)
    return replace(route, legs=legs) if legs else route


def parts(way: Way) -> dict[str, float]:
    """A way in three parts: by land with what happens there, the port of the gateway, by sea with the last port."""
    route = way.route
    if way.gateway == OVERLAND:
        return {"land_km": route.distance_km, "land_h": route.time_h, "port_h": 0.0, "sea_km": 0.0, "sea_h": 0.0}
    lane = route.legs[-1].amounts
    at_port: Sequence[float] = [hub.amounts.time_h for hub in route.hubs[:-1] if hub.node == way.gateway]
    sea_h = lane.time_h + route.hubs[-1].amounts.time_h
    port_h = sum(at_port)
    return {
        "land_km": route.distance_km - lane.distance_km,
        "land_h": route.time_h - sea_h - port_h,
        "port_h": port_h,
        "sea_km": lane.distance_km,
        "sea_h": sea_h,
    }
