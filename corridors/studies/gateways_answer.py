"""The answer of gateways: which port is the best for which market, as values, tables, lines and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies import gateways_tables
from corridors.studies.gateways_found import Found, by_land, parts
from corridors.studies.study import Answer
from corridors.tables import Table, load_text
from planner import dressed
from planner.criteria import CRITERIA
from planner.gateways import Scenario, Way, value
from planner.network import Network
from planner.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Gateways(Found, Answer):
    """What was found, as an answer of a study."""

    def body(self) -> dict[str, Any]:
        row = CRITERIA[self.request.by]
        return {
            "origin": self.request.origin, "by": self.request.by, "unit": row.unit,
            "date": self.request.day.isoformat(), "gateways": list(self.world.gateways),
            "markets": {key: self.name(key) for key in self.world.markets}, "conditions": self.conditions,
            "straits_closed": list(self.world.closed), "notes": list(self.notes),
            "scenarios": [self._scenario(each) for each in self.scenarios],
            "shut": [
                {"kind": each.kind, "id": each.id, "title": each.title, "markets": [
                    {"market": market, "best": self._short(each.scenario.best(market)),
                     "extra": self.extra(each.scenario, market)} for market in self.world.markets]}
                for each in self.shut
            ],
            "evidence": [{"of": each.market, **each.evidence.body()} for each in self.leaning],
            "assumptions": list(gateways_tables.NOTES),
        }  # fmt: skip

    def _scenario(self, scenario: Scenario) -> dict[str, Any]:
        return {
            "built": scenario.built or None, "notes": list(scenario.notes),
            "gateways_without_a_way": dict(scenario.unreached),
            "markets": [
                {
                    "market": market, "ways": [self._way(way) for way in scenario.ways[market]],
                    "best_by": {key: self._best_by(scenario, market, key) for key in self.by_criterion},
                    "over": self._way(scenario.over[market]) if market in scenario.over else None,
                    "no_way_because": scenario.why_not(market),
                }
                for market in self.world.markets
            ],
        }  # fmt: skip

    def _best_by(self, scenario: Scenario, market: str, by: str) -> dict[str, Any] | None:
        at = self.scenarios.index(scenario)
        way = self.by_criterion[by][at].best(market)
        return None if way is None else {"gateway": way.gateway or None, CRITERIA[by].field: value(way.route, by)}

    def _short(self, way: Way | None) -> dict[str, Any] | None:
        if way is None:
            return None
        return {"gateway": way.gateway or None, CRITERIA[self.request.by].field: value(way.route, self.request.by),
                "straits": list(way.straits)}  # fmt: skip

    def _way(self, way: Way) -> dict[str, Any]:
        route = way.route
        return {
            "gateway": way.gateway or None, "straits": list(way.straits),
            **{row.field: value(route, key) for key, row in CRITERIA.items()},
            **parts(way), "unbuilt_km": route.unbuilt_km,
            "corridors": dressed.labels(self.world.network, by_land(route)),
            "low_confidence_share": route.low_confidence_share, "segments": list(route.segment_ids),
            "warnings": list(route.warnings), "closures": route.closure_rows(),
        }  # fmt: skip

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
        return tuple(found.items())

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
            load_text(self.request.consignment), self.conditions, f"closed: {closed}" if closed else "",
            f"data {facts.version} of {facts.data_date.isoformat()}",
            "framed: the best gateway for a market; the darker the nearer to it; empty: no way",
        ]  # fmt: skip
        return "; ".join(filter(None, parts))

    def figure(self) -> Figure:
        from maps import figure_gateways, tornado

        row, by = CRITERIA[self.request.by], self.request.by
        where = self.network.nodes[self.request.origin].name
        same = [each for each in self.scenarios[1:] if not any(self.changed(each))]
        panels = []
        for scenario in self.scenarios:
            if scenario in same:
                continue
            keys = self.columns(scenario)
            values = [
                {way.gateway: value(way.route, by) for way in scenario.ways[market]} for market in self.world.markets
            ]
            cells = tuple(tuple(row.get(key) for key in keys) for row in values)
            title = f"With {scenario.built} built" if scenario.built else "Today"
            if not scenario.built:
                title = self.title_of(scenario)[:1].upper() + self.title_of(scenario)[1:]
            if not scenario.built and same:
                title += f"; with {', '.join(each.built for each in same)}, no way below changes"
            beside = [scenario] if scenario.built else same
            over = tuple((f"over {each.built}", tuple(self.over_values(each))) for each in beside if each.over)
            panels.append(figure_gateways.Panel(title, tuple(map(self.name, keys)), cells, over))
        drawn = figure_gateways.figure(
            f"{where} to the world's markets: {row.title} through each gateway, {row.unit}",
            self._about(),
            tuple(self.name(key) for key in self.world.markets), tuple(panels),
        )  # fmt: skip
        first = self.in_doubt
        if first is None:
            return drawn
        title = f"What the answer for {self.name(first.market)} leans on"
        return tornado.below(drawn, title, first.evidence.headline, first.evidence.panels()[:1])
