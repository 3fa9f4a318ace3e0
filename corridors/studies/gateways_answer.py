"""The answer of gateways: which port is the best for which market, as values, tables and a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.evidence_answer import Evidence, Swing
from corridors.studies.rate_words import rate_text
from corridors.studies.study import Answer
from corridors.tables import Column, Table, headline, load_text
from planner import closures, plan
from planner.criteria import CRITERIA
from planner.gateways import OVERLAND, Scenario, Way, World, value
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COMPARED = ("time", "cost", "co2e", "distance")
"""The best gateway of each market is told by these criteria."""

SHOWN = 5
"""So many rates are named that the answer leans on."""

BY_LAND = "by land"
CUT_OFF = "cut off"
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
class Gateways(Answer):
    """``scenarios``: today's, then one for each corridor or project that counts as built."""

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

    # ------------------------------------------------------------------------------------------------- plain values

    def body(self) -> dict[str, Any]:
        row = CRITERIA[self.request.by]
        return {
            "origin": self.request.origin, "by": self.request.by, "unit": row.unit,
            "date": self.request.day.isoformat(), "gateways": list(self.world.gateways),
            "markets": {key: self.name(key) for key in self.world.markets},
            "straits_closed": list(self.world.closed), "notes": list(self.notes),
            "scenarios": [self._scenario(each) for each in self.scenarios],
            "shut": [
                {"kind": each.kind, "id": each.id, "title": each.title, "markets": [
                    {"market": market, "best": self._short(each.scenario.best(market)),
                     "extra": self.extra(each.scenario, market)} for market in self.world.markets]}
                for each in self.shut
            ],
            "evidence": [{"of": each.market, **each.evidence.body()} for each in self.leaning],
            "assumptions": list(NOTES),
        }  # fmt: skip

    def _scenario(self, scenario: Scenario) -> dict[str, Any]:
        return {
            "built": scenario.built or None, "notes": list(scenario.notes),
            "gateways_without_a_way": dict(scenario.unreached),
            "markets": [
                {
                    "market": market, "ways": [self._way(way) for way in scenario.ways[market]],
                    "best_by": {key: self._best_by(scenario, market, key) for key in CRITERIA},
                    "over": self._way(scenario.over[market]) if market in scenario.over else None,
                    "no_way_because": scenario.why_not(market),
                }
                for market in self.world.markets
            ],
        }  # fmt: skip

    def _best_by(self, scenario: Scenario, market: str, by: str) -> dict[str, Any] | None:
        way = min(scenario.ways[market], key=lambda way: value(way.route, by), default=None)
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
            **_parts(way), "unbuilt_km": route.unbuilt_km, "corridors": list(route.corridors),
            "low_confidence_share": route.low_confidence_share, "segments": list(route.segment_ids),
            "warnings": list(route.warnings),
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

    # ------------------------------------------------------------------------------------------------- for people

    def tables(self) -> tuple[Table, ...]:
        built = self.scenarios[1:]
        return (
            self._main(), *(self._all(each) for each in self.scenarios[:1]),
            *(self._all(each) for each in built if any(self._changed(each))), self._by_criterion(), self._ways(),
            *([self._shut()] if self.shut else []), *([self._rates(), self._sources()] if self.leaning else []),
        )  # fmt: skip

    def _changed(self, scenario: Scenario) -> Iterable[bool]:
        by = self.request.by
        for market in self.world.markets:
            now = {way.gateway: value(way.route, by) for way in self.today.ways[market]}
            then = {way.gateway: value(way.route, by) for way in scenario.ways[market]}
            yield now != then

    def _lines(self) -> list[str]:
        row = CRITERIA[self.request.by]
        where = self.network.nodes[self.request.origin].name
        text = f"From {where} to {counted(len(self.world.markets), 'market')} over the sea, best by {row.title}"
        lines = [headline(self.network.catalog, f"{text}; {load_text(self.request.consignment)}; date "
                          f"{self.request.day.isoformat()}")]  # fmt: skip
        for scenario in self.scenarios:
            lines.append(f"best gateways by country, {self.title_of(scenario)}: {self._countries(scenario)}")
            lines += [self._corridor_line(scenario)] if scenario.over else []
        if self.world.closed:
            lines.append(f"straits closed: {', '.join(self._strait(key) for key in self.world.closed)}")
        return lines

    def _countries(self, scenario: Scenario) -> str:
        best = [scenario.best(market) for market in self.world.markets]
        ports = Counter(self.network.nodes[way.gateway].country for way in best if way and way.gateway)
        parts = [f"{key} {count}" for key, count in ports.most_common()]
        for text, count in ((BY_LAND, sum(bool(way and not way.gateway) for way in best)), (CUT_OFF, best.count(None))):
            parts += [f"{text} {count}"] if count else []
        return ", ".join(parts)

    def _corridor_line(self, scenario: Scenario) -> str:
        """Whether a corridor that counts as built is the best way to any market, and how far it is behind."""
        row, by = CRITERIA[self.request.by], self.request.by
        behind = {market: value(way.route, by) - value(best.route, by) for market, way in scenario.over.items()
                  if (best := scenario.best(market)) is not None}  # fmt: skip
        won = [self.name(market) for market, lag in behind.items() if lag <= 0]
        if won:
            return f"the way over {scenario.built} itself is the best one to {', '.join(won)}"
        near = min(behind, key=lambda market: behind[market])
        return (
            f"the way over {scenario.built} itself is the best one to no market; it comes nearest for "
            f"{self.name(near)}: {behind[near]:,.0f} {row.unit} behind {self.best_name(scenario, near)}"
        )

    def _strait(self, key: str) -> str:
        return self.network.catalog.straits[key].title

    def _over(self, scenario: Scenario) -> Iterable[float | None]:
        """What the way over the corridor itself takes to each market."""
        for market in self.world.markets:
            way = scenario.over.get(market)
            yield None if way is None else value(way.route, self.request.by)

    def _main(self) -> Table:
        row, by = CRITERIA[self.request.by], self.request.by
        other = CRITERIA["cost" if by != "cost" else "time"]
        columns = [
            Column("market", "market"), Column("gateway", "best gateway"),
            Column(row.field, f"{row.title}, {row.unit}", 0), Column(other.field, f"{other.title}, {other.unit}", 0),
            Column("next", "next best"), Column("ahead", f"ahead by {row.unit}", 0),
        ]  # fmt: skip
        for scenario in self.scenarios[1:]:
            columns += [
                Column(f"gateway_{scenario.built}", f"best {self.title_of(scenario)}"),
                Column(f"{row.field}_{scenario.built}", f"{row.title}, {row.unit}", 0),
            ]
            if scenario.over:
                columns.append(Column(f"over_{scenario.built}_{row.field}", f"over {scenario.built} itself", 0))
        rows = [tuple(self._main_row(market, by, other.id)) for market in self.world.markets]
        after = [*self.notes, *(note for scenario in self.scenarios for note in scenario.notes)]
        after += [f"no way through {self.name(key)}: {reason}" for key, reason in self.today.unreached.items()]
        after += [f"no way to {self.name(market)}: {reason}" for market in self.world.markets
                  if (reason := self.today.why_not(market))]  # fmt: skip
        return Table(tuple(columns), tuple(rows), tuple(self._lines()), (*after, *NOTES, *self._closures()))

    def _main_row(self, market: str, by: str, other: str) -> list[Any]:
        ways = self.today.ways[market]
        cells: list[Any] = [self.name(market), self.best_name(self.today, market)]
        cells += [value(ways[0].route, by), value(ways[0].route, other)] if ways else [None, None]
        if len(ways) > 1:
            cells += [self.name(ways[1].gateway), value(ways[1].route, by) - value(ways[0].route, by)]
        else:
            cells += ["", None]
        for scenario in self.scenarios[1:]:
            best, over = scenario.best(market), scenario.over.get(market)
            now = self.today.best(market)
            same = best is not None and now is not None and best.route.segment_ids == now.route.segment_ids
            cells.append("as today" if same else self.best_name(scenario, market))
            shown = (best, over) if scenario.over else (best,)
            cells += [None if way is None else value(way.route, by) for way in shown]
        return cells

    def _closures(self) -> list[str]:
        """The closures that the best ways of today run into, once each."""
        found: dict[str, str] = {}
        in_force = closures.by_segment(self.world.network.catalog, self.request.day)
        for market in self.world.markets:
            way = self.today.best(market)
            for segment in way.route.segments if way is not None else ():
                for closure in in_force.get(segment.id, ()):
                    ends = (self.world.network.nodes[key].name for key in (segment.from_node, segment.to_node))
                    line = f"{' - '.join(ends)} by {segment.mode}"
                    where = ", ".join(self._strait(key) for key in closure.straits) or line
                    found.setdefault(closure.id, f"{closure.kind} ({closure.id}), on best ways of today: {where}: "
                                     f"{closure.reason}")  # fmt: skip
        return list(found.values())

    def _all(self, scenario: Scenario) -> Table:
        row, by = CRITERIA[self.request.by], self.request.by
        keys = self._columns(scenario)
        columns = (
            Column("market", "market"),
            *(Column(f"{key or 'by_land'}_{row.field}", self.name(key), 0) for key in keys),
        )
        rows = []
        for market in self.world.markets:
            values = {way.gateway: value(way.route, by) for way in scenario.ways[market]}
            rows.append((self.name(market), *(values.get(key) for key in keys)))
        title = f"{row.title.capitalize()} through each gateway, {row.unit}, {self.title_of(scenario)}:"
        return Table(columns, tuple(rows), (title,))

    def _columns(self, scenario: Scenario) -> list[str]:
        """The gateways that any way uses, in the order of the data, what goes by land last."""
        used = {way.gateway for ways in scenario.ways.values() for way in ways}
        return [key for key in (*self.world.gateways, OVERLAND) if key in used]

    def _by_criterion(self) -> Table:
        columns = (
            Column("market", "market"),
            *(Column(f"{key}_{each.built or 'today'}", f"{CRITERIA[key].title}, {self.title_of(each)}")
              for key in COMPARED for each in self.scenarios),
        )  # fmt: skip
        rows = []
        for market in self.world.markets:
            cells = []
            for key in COMPARED:
                for each in self.scenarios:
                    best = min(each.ways[market], key=lambda way: value(way.route, key), default=None)
                    cells.append(CUT_OFF if best is None else self.name(best.gateway))
            rows.append((self.name(market), *cells))
        note = "ways are the best ones by the criterion asked for; --by another may find others"
        return Table(columns, tuple(rows), ("The best gateway by other criteria:",), (note,))

    def _ways(self) -> Table:
        columns = (
            Column("market", "market"), Column("gateway", "through"), Column("land", "by land"),
            Column("land_km", "land km", 0), Column("sea_km", "sea km", 0), Column("land_h", "land h", 0),
            Column("port_h", "port h", 0), Column("sea_h", "sea h", 0), Column("cost_usd", "USD", 0),
            Column("co2e_kg", "kg CO2e", 0), Column("straits", "straits"),
        )  # fmt: skip
        rows = []
        for market in self.world.markets:
            way = self.today.best(market)
            if way is not None:
                parts = _parts(way)
                rows.append((self.name(market), self.name(way.gateway), self._by_land(way.route),
                             *(parts[key] for key in ("land_km", "sea_km", "land_h", "port_h", "sea_h")),
                             way.route.cost_usd, way.route.co2e_kg,
                             [self._strait(key) for key in way.straits]))  # fmt: skip
        note = "land holds the borders and hub operations on the way, sea the stay in the port of the market"
        return Table(columns, tuple(rows), ("The best ways of today:",), (note,))

    def _by_land(self, route: Route) -> str:
        modes = dict.fromkeys(leg.mode for leg in route.legs if leg.mode != "sea")
        areas = " ".join(key for key in route.km_by_country if key != "sea")
        return ", ".join(plan.labels(self.world.network, route)) or f"{areas} by {', '.join(modes) or 'sea alone'}"

    def _shut(self) -> Table:
        columns = (Column("kind", "shut"), Column("what", "what"),
                   *(Column(market, self.name(market)) for market in self.world.markets))  # fmt: skip
        unit = CRITERIA[self.request.by].unit
        rows = []
        for each in self.shut:
            cells = []
            for market in self.world.markets:
                extra = self.extra(each.scenario, market)
                best = self.best_name(each.scenario, market)
                cells.append(best if extra is None else "as before" if abs(extra) < 0.05 else f"{best} {extra:+,.0f}")
            rows.append((each.kind, each.title, *cells))
        title = "What if a strait of the best ways, or a country with all its ports and lines, is shut: the new best, "
        return Table(columns, tuple(rows), (f"{title}{unit}:",))

    # ------------------------------------------------------------------------------------------------- evidence

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

    def _rates(self) -> Table:
        unit = CRITERIA[self.request.by].unit
        columns = (
            Column("what", "the leads lean most on"), Column("low", "low", 3), Column("central", "central", 3),
            Column("high", "high", 3), Column("moves", f"moves all leads together by {unit}", 0),
            Column("markets", "markets", 0), Column("turns", "another gateway is best at its low or high for"),
            Column("confidence", "confidence"), Column("source", "source"),
        )  # fmt: skip
        catalog = self.world.network.catalog
        rows = tuple(
            (rate_text(catalog, swing.rate), swing.bounds[0], swing.rate.central, swing.bounds[1], moved, len(where),
             [self.name(key) for key in turned], swing.rate.confidence, swing.rate.source)
            for swing, moved, where, turned in self.leaned_on()[:SHOWN]
        )  # fmt: skip
        note = (
            "lead: what the next gateway takes more than the best one of today; one rate at a time at its low and "
            "high. -f json has the five rates, and every source left out, for each market"
        )
        return Table(columns, rows, ("Evidence:",), (note,))

    def _sources(self) -> Table:
        catalog = self.world.network.catalog
        decided: dict[str, list[str]] = {}
        for each in self.leaning:
            for source in each.evidence.turning:
                best = next(row.best for row in each.evidence.sources if row.found.source == source)
                decided.setdefault(source, []).append(f"{self.name(each.market)}: {best}")
        columns = (Column("source", "without the source"), Column("markets", "another gateway is best for"))
        rows = tuple((catalog.sources[key].title if key in catalog.sources else key, where) for key, where in
                     sorted(decided.items(), key=lambda item: -len(item[1])))  # fmt: skip
        text = "Leaving out any one source changes no best gateway, as far as its figures can be replaced."
        return Table(columns, rows, ("Leaving out one source changes best gateways:" if rows else text,))

    def figure(self) -> Figure:
        from maps import figure_gateways, tornado

        row, by = CRITERIA[self.request.by], self.request.by
        where = self.network.nodes[self.request.origin].name
        same = [each for each in self.scenarios[1:] if not any(self._changed(each))]
        panels = []
        for scenario in self.scenarios:
            if scenario in same:
                continue
            keys = self._columns(scenario)
            values = [
                {way.gateway: value(way.route, by) for way in scenario.ways[market]} for market in self.world.markets
            ]
            cells = tuple(tuple(row.get(key) for key in keys) for row in values)
            title = f"With {scenario.built} built" if scenario.built else "Today"
            if not scenario.built and same:
                title += f"; with {', '.join(each.built for each in same)} built, no way below changes"
            beside = [scenario] if scenario.built else same
            over = tuple((f"over {each.built}", tuple(self._over(each))) for each in beside if each.over)
            panels.append(figure_gateways.Panel(title, tuple(map(self.name, keys)), cells, over))
        drawn = figure_gateways.figure(
            f"{where} to the world's markets: {row.title} through each gateway, {row.unit}; "
            f"{load_text(self.request.consignment)}",
            tuple(self.name(key) for key in self.world.markets), tuple(panels),
        )  # fmt: skip
        if not self.leaning:
            return drawn
        first = self.leaning[0]
        title = f"What the answer for {self.name(first.market)} leans on"
        return tornado.below(drawn, title, first.evidence.headline, first.evidence.panels()[:1])


def counted(number: int, word: str) -> str:
    """'1 market', '14 markets'."""
    return f"{number} {word}" + ("" if number == 1 else "s")


def _parts(way: Way) -> dict[str, float]:
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
