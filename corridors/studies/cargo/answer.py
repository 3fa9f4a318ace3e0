"""The answer of trade and cargo: preferences, a year's trade on each corridor, shares of capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.cargo import tables as cargo_tables
from corridors.studies.cargo.found import CargoStudy
from corridors.studies.cargo.words import weekly
from corridors.studies.evidence import results as evidence_results
from corridors.studies.study import Answer
from maps.closure_marks import mark_notes, marked
from maps.tables.table import Table
from planner.carriage import Carried, envelope
from planner.price.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Cargo(CargoStudy, Answer):
    """What was found, as an answer of a study."""

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
                    "of_all": self.preferred(row, self.lines),
                    "of_the_built": self.preferred(row, self.built),
                    "generalized_usd_per_t": {line.id: line.at(row.value_of_time) for line in self.lines},
                    "freight_share_of_value": {key: self.freight(key) / row.usd_per_t for key in routes},
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
                    "usd_per_t": self.freight(key),
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

    def tables(self) -> tuple[Table, ...]:
        return cargo_tables.tables(self)

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        return tuple(self.routes.items())

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
            f"{self.ends()}: what each commodity prefers, and what a year's trade takes",
            bars,
            marks,
            steps,
            f"{goods.million_usd:,.10g} m USD of trade a year: {goods.tonnes:,.0f} t in {goods.teu:,} TEU",
        )
        drawn = sheet.captioned(drawn, mark_notes(self.routes.values()))
        return evidence_results.below(drawn, self.evidence)
