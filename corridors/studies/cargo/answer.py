"""What the study of trade and cargo found: preferences, a year's trade on each corridor, shares of capacities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from corridors.answers.report import headline
from corridors.studies.cargo.words import percent, tightest, volume, weekly
from corridors.studies.evidence import results as evidence_results
from corridors.studies.evidence.results import Result
from corridors.studies.study import Answer
from geodata import records
from maps import ranges
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import CLOSURES, closures_of, met_by, tonnes_text, totals_line
from maps.tables.table import Column, Table
from planner.carriage import Carried, Line, Vehicles, envelope, preference
from planner.comparison import Comparison
from planner.network import Network
from planner.price.route import Route
from planner.years import openings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


EQUAL = "; equal shares, since the real mix is not known"


@dataclass(frozen=True)
class Commodity:
    """A cargo with its value of time (USD per tonne and hour, the figure of ``rate`` that totals are worked out with),
    the value of a tonne and its share of the trade by value.
    """

    id: str
    rate: records.Rate
    value_of_time: float
    usd_per_t: float
    share: float

    @property
    def low(self) -> float:
        """The least value of time, the usual one where no other is known."""
        return self.value_of_time if self.rate.low is None else self.rate.low

    @property
    def high(self) -> float:
        return self.value_of_time if self.rate.high is None else self.rate.high


@dataclass(frozen=True)
class Cargo(Answer):
    """``lines`` and ``flows`` are by the ids of the comparison's entries; ``figures`` the parameters that were used."""

    network: Network
    comparison: Comparison
    commodities: tuple[Commodity, ...]
    lines: tuple[Line, ...]
    vehicles: Vehicles
    flows: Mapping[str, tuple[Carried, ...]]
    figures: tuple[records.Parameter, ...]
    is_equal_mix: bool
    evidence: tuple[Result, ...]

    @cached_property
    def unbuilt_km(self) -> dict[str, float]:
        """The km of each route that do not run today, or in the year of the question."""
        year = self.comparison.request.as_of
        return {entry.id: openings.unbuilt_km(self.network, entry.route, year) for entry in self.comparison}

    @property
    def built(self) -> tuple[Line, ...]:
        """The lines of the routes that are built throughout."""
        return tuple(line for line in self.lines if not self.unbuilt_km[line.id])

    def _preferred(self, commodity: Commodity, lines: tuple[Line, ...]) -> dict[str, Any] | None:
        found = preference(lines, commodity.value_of_time)
        if found is None:
            return None
        at = commodity.value_of_time
        ends = [preference(lines, end) for end in (commodity.low, commodity.high)]
        return {
            "preferred": found.best.id,
            "generalized_usd_per_t": found.best.at(at),
            "unbuilt_km": self.unbuilt_km[found.best.id],
            "runner_up": found.second.id if found.second else None,
            "lead_usd_per_t": found.second.at(at) - found.best.at(at) if found.second else None,
            "tie_with_runner_up_usd_per_t_h": found.tie_usd_per_t_h,
            "preferred_from_usd_per_t_h": found.low_usd_per_t_h,
            "preferred_to_usd_per_t_h": found.high_usd_per_t_h,
            "best_below": found.below.id if found.below else None,
            "best_above": found.above.id if found.above else None,
            "preferred_at_low_and_high": [row.best.id if row else None for row in ends],
        }

    def body(self) -> dict[str, Any]:
        routes = {entry.id: entry for entry in self.comparison}
        return {
            "commodities": [
                {
                    "commodity": row.id,
                    "usd_per_t": row.usd_per_t,
                    "share_of_value": row.share,
                    "value_of_time_usd_per_t_h": {
                        "low": row.low,
                        "usual": row.value_of_time,
                        "central": row.rate.central,
                        "high": row.high,
                    },
                    "of_all": self._preferred(row, self.lines),
                    "of_the_built": self._preferred(row, self.built),
                    "generalized_usd_per_t": {line.id: line.at(row.value_of_time) for line in self.lines},
                    "freight_share_of_value": {key: self._freight(key) / row.usd_per_t for key in routes},
                }
                for row in self.commodities
            ],
            "best_from_usd_per_t_h": {
                "of_all": [{"from": at, "route": line.id} for at, line in envelope(self.lines)],
                "of_the_built": [{"from": at, "route": line.id} for at, line in envelope(self.built)],
            },
            "routes": [
                {
                    "id": key,
                    "title": entry.title,
                    "unbuilt_km": self.unbuilt_km[key],
                    **entry.route.figures(),
                    "usd_per_t": self._freight(key),
                    "segments": list(entry.route.segment_ids),
                    "warnings": list(entry.route.warnings),
                    "closures": entry.route.closure_rows(),
                    "years": [self._year(row) for row in self.flows[key]],
                }
                for key, entry in routes.items()
            ],
            "left_out": [{"id": left.corridor, "reason": left.reason} for left in self.comparison.left_out],
            "evidence": [row.body() for row in self.evidence],
            "assumptions": list(self.assumptions()),
            "figures": [row.model_dump(mode="json", exclude={"section"}) for row in self.figures],
        }

    def _freight(self, key: str) -> float:
        """Out-of-pocket USD a tonne."""
        route = next(entry.route for entry in self.comparison if entry.id == key)
        return route.cost_usd / route.consignment.tonnes

    @staticmethod
    def _year(row: Carried) -> dict[str, Any]:
        return {
            "volume": row.trade.title,
            "million_usd": row.trade.million_usd,
            "t_per_year": row.trade.tonnes,
            "t_per_year_by_commodity": dict(row.trade.tonnes_by_cargo),
            "teu_per_year": row.trade.teu,
            "usd_per_year": row.usd_per_year,
            "co2e_t_per_year": row.co2e_t_per_year,
            "teu_per_week": row.teu_per_week,
            "trains_per_week": row.trains_per_week,
            "trucks_per_week": row.trucks_per_week,
            "capacities": [
                {
                    "on": item.capacity.on,
                    "capacity": item.capacity.capacity,
                    "unit": item.capacity.unit,
                    "is_capacity": item.is_capacity,
                    "share": item.share,
                    "why_not": item.why_not or None,
                    "confidence": item.capacity.confidence,
                    "note": item.capacity.note,
                }
                for item in row.shares
            ],
        }

    def assumptions(self) -> tuple[str, ...]:
        """What the answer rests on, in words."""
        mix = ", ".join(f"{row.id} {100 * row.share:.3g} %" for row in self.commodities)
        vehicles = self.vehicles
        said = [
            f"the trade by value: {mix}{EQUAL if self.is_equal_mix else ''}",
            "all of a year's value goes from the first place to the second; trade figures count both directions",
            f"every cargo is loaded with {vehicles.load_t_per_teu:.10g} t a TEU, no two share one, and a year's TEU "
            "are whole; USD and CO2e of a year are those of a TEU times the TEU, without discounts for volume or "
            "delays by crowding. Light cargo (pharmaceuticals) fills a box before that and takes more TEU",
            f"a train has {vehicles.wagons_per_train:.10g} wagons of {vehicles.teu_per_wagon:.10g} TEU, a truck "
            f"{vehicles.t_per_truck:.10g} t; trains are counted where a rail leg is, trucks where a road leg is; a "
            "year has 365 equal days",
            "shares of capacity are those of the loaded way alone, as if nothing else ran: trains and trucks back, "
            "weight of boxes and today's traffic come on top; of a pair of trains each way takes one",
            "a row of observed flow or throughput is no capacity and is shown apart",
            "generalized cost is money + value of time x hours + price of carbon. The best for each commodity is among "
            "the routes; at other values of time, its low and high among them, another route may beat them all",
        ]
        if self.comparison.request.as_of is not None:
            said.append(f"built: what runs in {self.comparison.request.as_of} by central opening years")
        if any(row.name.startswith("trade.kaz_pak.") for row in self.figures):
            said.append("the yearly values are the trade of Kazakhstan and Pakistan, whatever the two places are")
        for row in self.figures:
            ends = "" if row.low is None or row.high is None else f" ({row.low:,.10g}-{row.high:,.10g})"
            note = f"; {row.note}" if row.note else ""
            said.append(
                f"{row.name}: {row.central:,.10g}{ends} {row.unit}, {row.scope}; confidence {row.confidence}{note}"
            )
        said += [
            f"value of time of {row.id}: {row.low:.10g}-{row.high:.10g} USD/t-h; confidence {row.rate.confidence}"
            for row in self.commodities
        ]
        said += [f"left out {left.corridor}: {left.reason}" for left in self.comparison.left_out]
        return (*said, *self.comparison.notes)

    def _marked(self, key: str | None) -> str:
        """An id, with a word where not all of it is built."""
        return "none" if key is None else f"{key} (unbuilt)" if self.unbuilt_km[key] else key

    def _ends(self) -> str:
        asked, names = self.comparison.request, self.network.nodes
        return f"{names[asked.origin].name} to {names[asked.destination].name}"

    def tables(self) -> tuple[Table, ...]:
        years = self._year_table()
        return (self._preference_table(), years, self._capacity_table(), *evidence_results.tables(self.evidence))

    def _preference_table(self) -> Table:
        columns = (
            Column("commodity", "commodity"),
            Column("value_of_time_usd_per_t_h", "value of time, USD/t-h", 3),
            Column("preferred", "prefers"),
            Column("generalized_usd_per_t", "generalized USD/t", 1),
            Column("runner_up", "runner-up"),
            Column("lead_usd_per_t", "lead, USD/t", 1),
            Column("tie_usd_per_t_h", "ties with it at USD/t-h"),
            Column("range_usd_per_t_h", "best of these at USD/t-h"),
            Column("preferred_built", "of the built"),
            Column("freight_percent_of_value", "freight, % of value", 1),
            CLOSURES,
        )
        rows = []
        for row in self.commodities:
            found, built = self._preferred(row, self.lines), self._preferred(row, self.built)
            assert found is not None  # a comparison has an entry, else NoRouteError was raised
            ties = found["tie_with_runner_up_usd_per_t_h"]
            rows.append(
                (
                    row.id,
                    row.value_of_time,
                    self._marked(found["preferred"]),
                    found["generalized_usd_per_t"],
                    self._marked(found["runner_up"]),
                    found["lead_usd_per_t"],
                    "never" if ties is None else f"{ties:.3g}",
                    self._span(found),
                    built["preferred"] if built else "none",
                    100 * self._freight(found["preferred"]) / row.usd_per_t,
                    self._met(found, built),
                )
            )
        lines = [headline(self.network.catalog, f"Trade and cargo, {self._ends()}: what each commodity prefers")]
        dear = [
            f"{row.id} ({row.usd_per_t:,.10g} USD/t)"
            for row in self.commodities
            if min(self._freight(entry.id) for entry in self.comparison) >= row.usd_per_t
        ]
        if dear:
            lines.append(f"on every route freight costs more than the goods are worth: {', '.join(dear)}")
        used = [self.routes[key] for key in self._used()]
        lines += [f"{key}: {totals_line(route)}" for key, route in zip(self._used(), used, strict=True)]
        lines += self._warned()
        return Table(columns, tuple(rows), tuple(lines), (ranges.note(used[0]), *self.assumptions()), "commodities")

    def _met(self, *found: Mapping[str, Any] | None) -> list[str]:
        """The closures on all routes that a preference names."""
        names = ("preferred", "runner_up", "best_below", "best_above")
        keys = dict.fromkeys(each[name] for each in found if each is not None for name in names if each[name])
        return met_by((key, self.routes[key]) for key in keys)

    @cached_property
    def routes(self) -> dict[str, Route]:
        """The routes by id."""
        return {entry.id: entry.route for entry in self.comparison}

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        return tuple(self.routes.items())

    def _span(self, found: Mapping[str, Any]) -> str:
        """The values of time at which a route is the best, and which routes are below and above them."""
        to, below, above = found["preferred_to_usd_per_t_h"], found["best_below"], found["best_above"]
        span = f"{found['preferred_from_usd_per_t_h']:.3g} {'and more' if to is None else f'to {to:.3g}'}"
        beyond = [f"{word} it {self._marked(key)}" for word, key in (("below", below), ("above", above)) if key]
        return f"{span} ({', '.join(beyond)})" if beyond else span

    def _warned(self) -> list[str]:
        """The warnings (closures among them) on what is preferred."""
        return [f"{key}: {text}" for key in self._used() for text in self.routes[key].warnings]

    def _used(self) -> list[str]:
        """The routes that some commodity prefers, of all or of the built, in the order of the comparison."""
        used = {
            found["preferred"]
            for row in self.commodities
            for lines in (self.lines, self.built)
            if (found := self._preferred(row, lines)) is not None
        }
        return [key for key in self.routes if key in used]

    def _year_table(self) -> Table:
        columns = (
            Column("volume", "volume"),
            Column("route", "route"),
            Column("t_per_year", "t a year", 0),
            Column("teu_per_year", "TEU a year", 0),
            Column("million_usd_per_year", "freight, m USD a year", 1),
            Column("co2e_t_per_year", "t CO2e a year", 0),
            Column("trains_per_week", "trains a week", 1),
            Column("trucks_per_week", "trucks a week", 0),
            Column("capacity_share", "share of capacity"),
            CLOSURES,
        )
        rows = []
        for at in range(len(next(iter(self.flows.values())))):
            for key, years in self.flows.items():
                row = years[at]
                rows.append(
                    (
                        volume(row),
                        self._marked(key),
                        row.trade.tonnes,
                        row.trade.teu,
                        row.usd_per_year / 1e6,
                        row.co2e_t_per_year,
                        row.trains_per_week,
                        row.trucks_per_week,
                        tightest(row),
                        closures_of(self.routes[key]),
                    )
                )
        load = tonnes_text(self.vehicles.load_t_per_teu)
        before = [
            f"A year's trade on each route, {load} a TEU; of the known capacities the one of which most is taken:"
        ]
        full = [
            f"{key} ({volume(row)})"
            for key, years in self.flows.items()
            for row in years
            if row.tightest is not None and (row.tightest.share or 0.0) > 1.0
        ]
        if full:
            before.insert(0, f"the trade alone is more than a known capacity holds: {', '.join(full)}")
        return Table(columns, tuple(rows), tuple(before), name="years")

    def _capacity_table(self) -> Table:
        first = next(iter(self.flows.values()))
        columns = (
            Column("on", "on"),
            Column("routes", "routes"),
            Column("capacity", "capacity", 2),
            Column("unit", "unit"),
            Column("kind", "kind; confidence"),
            *(Column(f"share_{row.trade.title}", f"taken, {volume(row)}") for row in first),
            Column("note", "note"),
        )
        found: dict[tuple[Any, ...], tuple[list[str], list[str]]] = {}
        for key, years in self.flows.items():
            for number, item in enumerate(years[0].shares):
                shares = [year.shares[number].share for year in years]
                texts = ["-" if share is None else percent(share) for share in shares]
                kind = f"{'capacity' if item.is_capacity else 'throughput, no capacity'}; {item.capacity.confidence}"
                same = (item.capacity.capacity, item.capacity.unit, kind, *texts, item.why_not or item.capacity.note)
                on, routes = found.setdefault(same, ([], []))
                on += [item.capacity.on] if item.capacity.on not in on else []
                routes += [key] if key not in routes else []
        rows = tuple((on, routes, *same) for same, (on, routes) in found.items())
        none = [
            key
            for key, years in self.flows.items()
            if not any(item.share is not None and item.is_capacity for item in years[0].shares)
        ]
        after = (f"no capacity known that could be compared: {', '.join(none)}",) if none else ()
        said = "Known capacities on the routes, and what the trade alone would take:"
        return Table(columns, rows, (said,), after, "capacities")

    def figure(self) -> Figure:
        from maps.figures import cargo as figure_cargo, paper as sheet

        last = {key: years[-1] for key, years in self.flows.items()}
        goods = next(iter(last.values())).trade
        bars = [
            figure_cargo.CargoRoute(
                marked(key, self.routes[key]),
                line.fixed_usd_per_t,
                line.hours,
                bool(self.unbuilt_km[key]),
                last[key].usd_per_year / 1e6,
                weekly(last[key]),
            )
            for key, line in ((line.id, line) for line in self.lines)
        ]
        marks = [(row.id, row.value_of_time, row.low, row.high) for row in self.commodities]
        steps = [(at, marked(line.id, self.routes[line.id])) for at, line in envelope(self.lines)]
        drawn = figure_cargo.figure(
            f"{self._ends()}: what each commodity prefers, and what a year's trade takes",
            bars,
            marks,
            steps,
            f"{goods.million_usd:,.10g} m USD of trade a year: {goods.tonnes:,.0f} t in {goods.teu:,} TEU",
        )
        drawn = sheet.captioned(drawn, mark_notes(self.routes.values()))
        return evidence_results.below(drawn, self.evidence)
