"""The answer of gateways: which port is the best for which market, as values, tables, lines and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.gateways import tables as gateways_tables, words
from corridors.studies.gateways.found import GatewayStudy, by_land, parts
from corridors.studies.study import Answer
from maps.closure_marks import mark_notes, mark_of
from maps.tables.of_routes import load_text
from maps.tables.table import Table
from planner import dressed
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.sea.gateways import GatewayScenario, value
from planner.sea.ways import Way

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from maps.figures import gateways as figure_gateways


@dataclass(frozen=True)
class Gateways(GatewayStudy, Answer):
    """What was found, as an answer of a study."""

    applied: Gateways | None = None

    def body(self) -> dict[str, Any]:
        row = MEASURES[self.request.by]
        return {
            "origin": self.request.origin,
            "by": self.request.by,
            "unit": row.unit,
            "date": self.request.day.isoformat(),
            "gateways": list(self.world.gateways),
            "markets": {key: self.name(key) for key in self.world.markets},
            "conditions": self.conditions,
            "straits_closed": list(self.world.closed),
            "notes": list(self.notes),
            "worlds": self._worlds(),
            "scenarios": [self._scenario(each) for each in self.scenarios],
            "scenarios_applied": None
            if self.applied is None
            else [self.applied._scenario(each) for each in self.applied.scenarios],
            "straits_closed_applied": None if self.applied is None else list(self.applied.world.closed),
            "shut": [
                {
                    "kind": each.kind,
                    "id": each.id,
                    "title": each.title,
                    "markets": [self._shut_row(at, market) for market in self.world.markets],
                }
                for at, each in enumerate(self.shut)
            ],
            "evidence": [{"of": each.market, **each.evidence.body()} for each in self.leaning],
            "assumptions": list(words.NOTES),
        }

    def _worlds(self) -> list[str]:
        """Which worlds the answer shows: one where closures change no way, or apply as asked."""
        if self.applied is not None:
            return ["all_open", "closures_applied"]
        return ["closures_applied" if self.request.closures == "apply" else "all_open"]

    def _shut_row(self, at: int, market: str) -> dict[str, Any]:
        """What becomes of a market when thing number ``at`` is shut, in each world."""
        here = self.shut[at].scenario
        row = {"market": market, "best": self._short(here.best(market)), "extra": self.extra(here, market)}
        if self.applied is not None:
            there = self.applied.shut[at].scenario
            row |= {"best_applied": self._short(there.best(market)), "extra_applied": self.applied.extra(there, market)}
        return row

    def _scenario(self, scenario: GatewayScenario) -> dict[str, Any]:
        return {
            "built": scenario.built or None,
            "notes": list(scenario.notes),
            "gateways_without_a_way": dict(scenario.unreached),
            "markets": [
                {
                    "market": market,
                    "ways": [self._way(way) for way in scenario.ways[market]],
                    "best_by": {key: self._best_by(scenario, market, key) for key in self.by_criterion},
                    "over": self._way(scenario.over[market]) if market in scenario.over else None,
                    "no_way_because": scenario.why_not(market),
                }
                for market in self.world.markets
            ],
        }

    def _best_by(self, scenario: GatewayScenario, market: str, by: str) -> dict[str, Any] | None:
        at = self.scenarios.index(scenario)
        way = self.by_criterion[by][at].best(market)
        if way is None:
            return None
        return {
            "gateway": way.gateway or None,
            MEASURES[by].field: value(way.route, by),
            "warnings": list(way.route.warnings),
            "closures": way.route.closure_rows(),
        }

    def _short(self, way: Way | None) -> dict[str, Any] | None:
        if way is None:
            return None
        return {
            "gateway": way.gateway or None,
            MEASURES[self.request.by].field: value(way.route, self.request.by),
            "straits": list(way.straits),
            "warnings": list(way.route.warnings),
            "closures": way.route.closure_rows(),
        }

    def _way(self, way: Way) -> dict[str, Any]:
        route = way.route
        return {
            "gateway": way.gateway or None,
            "straits": list(way.straits),
            **route.figures(),
            **parts(way),
            "unbuilt_km": route.unbuilt_km,
            "corridors": dressed.labels(self.world.network, by_land(self.world.network.catalog, route)),
            "low_confidence_share": route.low_confidence_share,
            "segments": list(route.segment_ids),
            "warnings": list(route.warnings),
            "closures": route.closure_rows(),
        }

    def drawn_routes(self) -> tuple[tuple[str, Route], ...]:
        """The best way to each market, in every scenario that changes it."""
        found: dict[str, Route] = {}
        for scenario in self.scenarios:
            for market in self.world.markets:
                way, now = scenario.best(market), self.today.best(market)
                if way is not None and (
                    not scenario.built or now is None or way.route.segment_ids != now.route.segment_ids
                ):
                    found[f"{market}, {self.title_of(scenario)}"] = way.route
        for number, scenario in enumerate(self.applied.scenarios if self.applied is not None else ()):
            for market in self.world.markets:
                way, now = scenario.best(market), self.scenarios[number].best(market)
                if way is not None and (now is None or way.route.segment_ids != now.route.segment_ids):
                    found[f"{market}, {self.title_of(scenario)}, closures applied"] = way.route
        return tuple(found.items())

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        return tuple((name, way.route) for name, way in self.shown_ways())

    @property
    def drawn_on(self) -> Network:
        return self.world.network

    def tables(self) -> tuple[Table, ...]:
        return gateways_tables.tables(self)

    def _about(self) -> str:
        """The load, the conditions and the data, for the picture."""
        facts = self.network.catalog
        closed = ", ".join(self.strait(key) for key in self.world.closed)
        parts = [
            load_text(self.request.consignment),
            self.conditions,
            f"closed: {closed}" if closed else "",
            f"data {facts.version} of {facts.data_date.isoformat()}",
            "framed: the best gateway for a market; the darker the nearer to it; empty: no way",
        ]
        return "; ".join(filter(None, parts))

    def figure(self) -> Figure:
        from maps.figures import gateways as figure_gateways, tornado

        row = MEASURES[self.request.by]
        where = self.network.nodes[self.request.origin].name
        panels = [*self._panels()]
        if self.applied is not None:
            then = _values(self.applied, self.applied.today)
            for number, each in enumerate(self.applied.scenarios):
                here = _values(self.applied, each)
                if here != _values(self, self.scenarios[number]) and (number == 0 or here != then):
                    title = f"{self.title_of(each)}, {self.closed_on}"
                    panels.append(self.applied._panel(each, title[:1].upper() + title[1:], ()))
        drawn = figure_gateways.figure(
            f"{where} to the world's markets: {row.title} through each gateway, {row.unit}",
            "; ".join([self._about(), *mark_notes(self._drawn())]),
            tuple(self.name(key) for key in self.world.markets),
            tuple(panels),
        )
        first = self.in_doubt
        if first is None:
            return drawn
        title = f"What the answer for {self.name(first.market)} leans on"
        return tornado.below(drawn, title, first.evidence.headline, first.evidence.panels()[:1])

    def _drawn(self) -> list[Route]:
        """The routes behind the cells of the picture."""
        each = [*self.scenarios, *(self.applied.scenarios if self.applied is not None else ())]
        return [
            way.route for scenario in each for ways in (*scenario.ways.values(), scenario.over.values()) for way in ways
        ]

    def _panels(self) -> Iterator[figure_gateways.Panel]:
        """A panel for each scenario; for several that are the same, one."""
        same = [each for each in self.scenarios[1:] if not any(self.changed(each))]
        for scenario in self.scenarios:
            if scenario in same:
                continue
            title = f"With {scenario.built} built" if scenario.built else "Today"
            if not scenario.built:
                title = self.title_of(scenario)[:1].upper() + self.title_of(scenario)[1:]
            if not scenario.built and same:
                title += f"; with {', '.join(each.built for each in same)}, no way below changes"
            yield self._panel(scenario, title, [scenario] if scenario.built else same)

    def _panel(self, scenario: GatewayScenario, title: str, beside: Sequence[GatewayScenario]) -> figure_gateways.Panel:
        """The ways of a scenario, and beside them those over all new lines of some others."""
        from maps.figures import gateways as figure_gateways

        keys = self.columns(scenario)
        values = _values(self, scenario)
        cells = tuple(tuple(row.get(key) for key in keys) for row in values)
        ways = [{way.gateway: mark_of(way.route) for way in scenario.ways[market]} for market in self.world.markets]
        over = tuple((f"over {each.built}", tuple(self.over_values(each))) for each in beside if each.over)
        over_marks = tuple(
            tuple(
                mark_of(way.route) if (way := each.over.get(market)) is not None else ""
                for market in self.world.markets
            )
            for each in beside
            if each.over
        )
        marks = tuple(tuple(row.get(key, "") for key in keys) for row in ways)
        return figure_gateways.Panel(title, tuple(map(self.name, keys)), cells, over, marks, over_marks)


def _values(found: GatewayStudy, scenario: GatewayScenario) -> list[dict[str, float]]:
    """Of each market what the way through each gateway takes."""
    by = found.request.by
    return [{way.gateway: value(way.route, by) for way in scenario.ways[market]} for market in found.world.markets]
