"""What the study of gateways found: the ways of each scenario, what shuts, what it leans on; and their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corridors.studies.evidence_answer import Evidence, Swing
from planner.gateways import OVERLAND, Scenario, Way, value
from planner.network import Network
from planner.request import RouteRequest
from planner.seaways import World

BY_LAND = "by land"
CUT_OFF = "cut off"


@dataclass(frozen=True)
class Shut:
    """A strait or a country (with all its lines and ports) that is shut, and the ways that are left."""

    kind: str
    id: str
    title: str
    scenario: Scenario


@dataclass(frozen=True)
class Leaning:
    """The evidence for one market, whose ways through several gateways are ranked."""

    market: str
    evidence: Evidence


@dataclass(frozen=True)
class Found:
    """What was found, and how its things are called.

    ``scenarios``: today's, then one for each corridor or project that counts as built.
    """

    network: Network
    world: World
    request: RouteRequest
    scenarios: tuple[Scenario, ...]
    shut: tuple[Shut, ...]
    leaning: tuple[Leaning, ...]
    notes: tuple[str, ...] = ()

    @property
    def today(self) -> Scenario:
        return self.scenarios[0]

    def name(self, key: str) -> str:
        return BY_LAND if key == OVERLAND else self.world.network.nodes[key].name

    def best_name(self, scenario: Scenario, market: str) -> str:
        way = scenario.best(market)
        return CUT_OFF if way is None else self.name(way.gateway)

    def title_of(self, scenario: Scenario) -> str:
        return f"with {scenario.built}" if scenario.built else "today"

    def extra(self, scenario: Scenario, market: str) -> float | None:
        """How much more the best way takes than today's; None where there is none, or was none."""
        now, then = self.today.best(market), scenario.best(market)
        if now is None or then is None:
            return None
        return value(then.route, self.request.by) - value(now.route, self.request.by)

    def strait(self, key: str) -> str:
        return self.network.catalog.straits[key].title

    def columns(self, scenario: Scenario) -> list[str]:
        """The gateways that any way uses, in the order of the data, what goes by land last."""
        used = {way.gateway for ways in scenario.ways.values() for way in ways}
        return [key for key in (*self.world.gateways, OVERLAND) if key in used]

    def changed(self, scenario: Scenario) -> Iterable[bool]:
        by = self.request.by
        for market in self.world.markets:
            now = {way.gateway: value(way.route, by) for way in self.today.ways[market]}
            then = {way.gateway: value(way.route, by) for way in scenario.ways[market]}
            yield now != then

    def over_values(self, scenario: Scenario) -> Iterable[float | None]:
        """What the way over the corridor itself takes to each market."""
        for market in self.world.markets:
            way = scenario.over.get(market)
            yield None if way is None else value(way.route, self.request.by)

    def leaned_on(self) -> list[tuple[Swing, float, list[str], list[str]]]:
        """(a rate, how far it moves the leads of all markets together, where, where it turns them), most first."""
        found: dict[tuple[str, str, str], tuple[Swing, float, list[str], list[str]]] = {}
        for each in self.leaning:
            for swing in each.evidence.of_lead:
                lead = each.evidence.lead or 0.0
                _, moved, where, turned = found.get(swing.rate.key, (swing, 0.0, [], []))
                turns = [each.market] if set(swing.best) != {each.evidence.winner} else []
                found[swing.rate.key] = (
                    swing,
                    moved + swing.move(True, lead),
                    [*where, each.market],
                    [*turned, *turns],
                )
        return sorted(found.values(), key=lambda row: (-row[1], row[0].rate.key))


def parts(way: Way) -> dict[str, float]:
    """A way in three parts: by land with what happens there, the port of the gateway, by sea with the last port."""
    route = way.route
    if way.gateway == OVERLAND:
        return {"land_km": route.distance_km, "land_h": route.time_h, "port_h": 0.0, "sea_km": 0.0, "sea_h": 0.0}
    lane = route.legs[-1].amounts
    at_port: Sequence[float] = [hub.amounts.time_h for hub in route.hubs[:-1] if hub.node == way.gateway]
    sea_h = lane.time_h + route.hubs[-1].amounts.time_h
    port_h = sum(at_port)
    return {"land_km": route.distance_km - lane.distance_km, "land_h": route.time_h - sea_h - port_h, "port_h": port_h,
            "sea_km": lane.distance_km, "sea_h": sea_h}  # fmt: skip
