"""The answer of a robust ranking: what was found of each route, as plain values, tables and a picture."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from corridors.answers.report import headline
from corridors.studies import candidates
from corridors.studies.evidence import results as evidence_results
from corridors.studies.evidence.answer import Evidence
from corridors.studies.evidence.results import Result
from corridors.studies.study import Answer, Question
from maps.closure_marks import mark_notes, marked
from maps.figures import intervals, paper as sheet, tornado
from maps.tables.of_routes import CLOSURES, cargo_text, closures_of, load_text
from maps.tables.table import Column, Table
from planner.comparison import Comparison, Entry
from planner.network import Network
from planner.price import measures, sampling
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.question import Criterion
from planner.uncertainty.reliability import Reliability
from planner.uncertainty.switches import Switch, Undrawn

if TYPE_CHECKING:
    from matplotlib.figure import Figure


MARK_LINE = 0.12
"""Inches of a line of small print."""

OPEN = "closures play no part in the evidence: all crossings are open in it"


class RankQuestion(Question):
    """``by`` decides who is best in a draw; ``closure_chance`` is the chance of every closure with no known end
    (default: its stated one; 0: closures are not drawn). ``routes`` of the planner are candidates, and ``different``
    says which share of km makes two candidates the same way, of which one gives way (``candidates``).
    """

    by: Annotated[Criterion, Field(description="What decides which corridor is the best.")] = "time"
    draws: Annotated[
        int, Field(ge=1, le=sampling.MAX_DRAWS, description="How often all figures are drawn, 1 to 200,000.")
    ] = 10_000
    seed: Annotated[int, Field(ge=0, lt=2**63, description="The same seed gives the same answer.")] = 1
    spread: Annotated[
        float,
        Field(
            ge=0,
            le=sampling.MAX_SPREAD,
            description="How wide figures are drawn, 0 to 5; 1: as stated, 0: all central.",
        ),
    ] = 1.0
    closure_chance: Annotated[
        float | None,
        Field(
            ge=0,
            le=1,
            description="Chance (0 to 1) of each closure without a known end; default: the data's; 0: none.",
        ),
    ] = None
    routes: candidates.Routes = 5
    different: candidates.SameWay = candidates.DIFFERENT


@dataclass(frozen=True)
class Band:
    """Percentiles over the draws in which the route can be used (None: in none), and the total that answers show."""

    total: float
    p10: float | None
    p50: float | None
    p90: float | None

    def body(self, name: str) -> dict[str, float | None]:
        """The total under its field, the percentiles beside it."""
        return {name: self.total, f"{name}_p10": self.p10, f"{name}_p50": self.p50, f"{name}_p90": self.p90}


@dataclass(frozen=True)
class Ranked:
    """One route. Chances and ``available`` are shares of all draws; regrets are over those in which it can be used.
    ``unbuilt_km`` do not run today, or in the year of the question.

    ``closed_now`` are the closures that shut the route on the day of the question: where there are any, ``usable`` is 0
    and all else stands 'if open' (``planner.uncertainty.switches``). ``chance_usable`` is the chance of being the best
    among the routes that are built and that nothing shuts on that day, None for another one.
    """

    entry: Entry
    unbuilt_km: float
    available: float
    bands: dict[str, Band]
    chance: float
    chance_built: float | None
    mean_regret: float | None
    largest_regret: float | None
    reliability: Reliability
    shut_by: tuple[str, ...]
    closed_now: tuple[str, ...]
    chance_usable: float | None

    @property
    def usable(self) -> float:
        """The share in which it can be used: 0 where it is closed or not built on the day, else that of the draws."""
        return 0.0 if self.closed_now or self.unbuilt_km else self.available

    @property
    def reliable_usd(self) -> float:
        """The reliability-adjusted generalized cost, USD."""
        return self.bands["generalized"].total + self.reliability.cost_usd

    def body(self, by: str) -> dict[str, Any]:
        route = self.entry.route
        return {
            "id": self.entry.id,
            "corridor": self.entry.corridor,
            "title": self.entry.title,
            "distance_km": route.distance_km,
            "unbuilt_km": self.unbuilt_km,
            "usable": self.usable,
            "closed_now": list(self.closed_now),
            "usable_if_open": self.available,
            **{
                name: value
                for key, band in self.bands.items()
                for name, value in band.body(MEASURES[key].field).items()
            },
            **{name: value for name, value in route.estimates.items() if name.endswith("_central")},
            "chance_best": self.chance,
            "chance_best_of_built": self.chance_built,
            "chance_best_of_usable": self.chance_usable,
            "regret": {"unit": MEASURES[by].unit, "mean": self.mean_regret, "largest": self.largest_regret},
            "sd_h": self.reliability.sd_h,
            "reliability_usd": self.reliability.cost_usd,
            "reliability_adjusted_usd": self.reliable_usd,
            "shut_by": list(self.shut_by),
            "segments": list(route.segment_ids),
            "warnings": list(route.warnings),
            "closures": route.closure_rows(),
        }


@dataclass(frozen=True)
class Ranking(Answer):
    """Routes with the likeliest best first; ``nothing`` is the share of draws in which none can be used. ``undrawn``
    are the closures that are told of and not drawn, each with the ids of the routes that meet it.
    """

    network: Network
    question: RankQuestion
    comparison: Comparison
    rows: tuple[Ranked, ...]
    switches: tuple[Switch, ...]
    undrawn: tuple[tuple[Undrawn, tuple[str, ...]], ...]
    nothing: float
    notes: tuple[str, ...]
    evidence: Evidence

    def body(self) -> dict[str, Any]:
        return {
            "request": {**self.comparison.request.as_dict(), "by": self.question.by},
            "routes": [row.body(self.question.by) for row in self.rows],
            "no_route_usable": self.nothing,
            "left_out": [{"id": left.corridor, "reason": left.reason} for left in self.comparison.left_out],
            "closures_drawn": [
                {
                    "id": row.id,
                    "closures": list(row.closures),
                    "chance": row.chance,
                    "low": row.low,
                    "high": row.high,
                    "basis": row.basis,
                    "source": list(row.source),
                }
                for row in self.switches
            ],
            "closures_not_drawn": [
                {
                    "id": row.closure.id,
                    "kind": row.closure.kind,
                    "until": row.until or None,
                    "routes": list(routes),
                    "shuts_until_then": row.shuts,
                    "reason": row.reason,
                }
                for row, routes in self.undrawn
            ],
            "evidence": self.evidence.body(),
            "notes": list(self.notes),
        }

    def tables(self) -> tuple[Table, ...]:
        return (self._ranking(), *evidence_results.tables((Result("", self.evidence, (OPEN,)),)))

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        return tuple((row.entry.id, row.entry.route) for row in self.rows)

    def _ranking(self) -> Table:
        by = MEASURES[self.question.by]
        partly = any(row.unbuilt_km for row in self.rows)
        shown = tuple(dict.fromkeys((*(row.id for row in measures.charted()), by.id)))
        columns = [Column("id", "corridor"), Column("title", "what"), Column("chance_best", "chance of best", 3, True)]
        if partly:
            columns.append(Column("chance_best_of_built", "of the built ones", 3, True))
        closed = self._some_closed
        if closed:
            columns.append(Column("chance_best_of_usable", "of those usable", 3, True))
        columns.append(Column("usable", "usable", 3, True))
        if closed:
            columns.append(Column("usable_if_open", "if open", 3, True))
        columns.append(CLOSURES)
        for key in shown:
            row = MEASURES[key]
            columns.append(Column(row.field, row.head, row.digits))
            columns += [Column(f"{row.field}_p{end}", f"P{end}", row.digits) for end in (10, 50, 90)]
        columns += [
            Column("mean_regret", f"mean regret, {by.unit}", 1),
            Column("largest_regret", f"largest, {by.unit}", 0),
            Column("sd_h", "sd of a shipment, h", 0),
            Column("generalized_usd", "generalized USD", 0),
            Column("reliability_adjusted_usd", "with reliability", 0),
            Column("unbuilt_km", "unbuilt km", 0),
        ]
        rows = tuple(self._values(row, shown, partly) for row in self.rows)
        left = tuple(f"left out {row.corridor}: {row.reason}" for row in self.comparison.left_out)
        warned = tuple(f"{row.entry.id}: {text}" for row in self.rows for text in row.entry.route.warnings)
        return Table(tuple(columns), rows, (self._headline(), *self._told()), (*self.notes, *warned, *left), "ranking")

    @property
    def _some_closed(self) -> bool:
        return any(row.closed_now for row in self.rows)

    @property
    def when(self) -> str:
        """The day of the question, or its year."""
        request = self.comparison.request
        return request.day.isoformat() if request.as_of is None else f"in {request.as_of}"

    def _told(self) -> tuple[str, ...]:
        """What is closed by the facts and stands open in the draws, as lines near the top; () where nothing is."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            for key in row.closed_now:
                found.setdefault(key, []).append(row.entry.id)
        if not found:
            return ()
        ends = {row.closure.id: f"until {row.until}" for row, _ in self.undrawn if row.shuts}
        shut = [
            f"{key} ({ends.get(key, 'no end known')}), on "
            f"{', '.join(routes) if len(routes) < len(self.rows) else 'every route'}"
            for key, routes in found.items()
        ]
        return (
            f"usable 0 %: closed on {self.comparison.request.day.isoformat()}: {'; '.join(shut)}. Hours, USD and "
            "chances of these routes stand as if they were open; 'of those usable' leaves them out, as --closures "
            "apply does.",
        )

    def _values(self, row: Ranked, criteria: Sequence[str], partly: bool) -> tuple[Any, ...]:
        bands = [row.bands[key] for key in criteria]
        return (
            row.entry.id,
            row.entry.title,
            row.chance,
            *((row.chance_built,) if partly else ()),
            *((row.chance_usable, row.usable, row.available) if self._some_closed else (row.usable,)),
            closures_of(row.entry.route),
            *(value for band in bands for value in (band.total, band.p10, band.p50, band.p90)),
            row.mean_regret,
            row.largest_regret,
            row.reliability.sd_h,
            row.bands["generalized"].total,
            row.reliable_usd,
            row.unbuilt_km,
        )

    def _headline(self) -> str:
        request, names = self.comparison.request, self.network.nodes
        asked = self.question
        return headline(
            self.network.catalog,
            f"{names[request.origin].name} to {names[request.destination].name}: corridors ranked by "
            f"{MEASURES[asked.by].title} over {_draws(asked.draws)} (seed {asked.seed}, spread "
            f"{asked.spread:g}); {load_text(request.consignment)}; closures of {request.day.isoformat()}",
        )

    def figure(self) -> Figure:
        """The intervals of hours and USD with the chances, and below them what the answer leans on."""
        by, names, request = self.question.by, self.network.nodes, self.comparison.request
        shown = tuple(dict.fromkeys((*(row.id for row in measures.charted()), *(() if by == "distance" else (by,)))))
        rows = [
            intervals.Row(
                marked(row.entry.id, row.entry.route),
                row.entry.title,
                self._detail(row),
                tuple(_interval(row.bands[key]) for key in shown),
                row.chance,
                row.unbuilt_km > 0,
            )
            for row in self.rows
        ]
        panels = self.evidence.panels()
        top = 0.75 + MARK_LINE * len(self._marks())
        tall = top + 0.2 + intervals.height(rows) + 0.25 + tornado.height(panels)
        page = sheet.Paper.of(tornado.WIDTH, tall)
        title = f"{names[request.origin].name} to {names[request.destination].name}: which corridor is the best?"
        page.text(0.15, 0.14, sheet.wrapped(title, 100, 1), 11, bold=True)
        about = (
            f"best by {MEASURES[by].title} in {_draws(self.question.draws)} (seed {self.question.seed}, spread "
            f"{self.question.spread:g}); {cargo_text(request.consignment)}; data "
            f"{self.network.catalog.version}; percentiles: the draws without a new closure on the way"
        )
        said = [*sheet.wrapped(about, 150, 2).split("\n"), *self._marks()]
        page.text(0.15, 0.4, "\n".join(said), 7, colour=sheet.GREY)
        titles = [f"{MEASURES[key].title.capitalize()}, {MEASURES[key].unit}" for key in shown]
        intervals.draw(page, top, rows, titles, "Chance of best")
        below = top + 0.2 + intervals.height(rows)
        tornado.draw(page, below, panels)
        return page.figure

    def _detail(self, row: Ranked) -> str:
        """What hinders a route: that it is closed on the day, or in some draws, and that it is not built."""
        share = intervals.share_text(row.available)
        usable = "" if row.available == 1 else f"usable in {share} of the draws"
        if row.closed_now:
            until = {each.closure.id: f" until {each.until}" for each, _ in self.undrawn if each.shuts}
            closed = ", ".join(f"{key}{until.get(key, '')}" for key in row.closed_now)
            again = "" if row.available == 1 else f", {share} of the draws"
            usable = f"usable 0 %: closed ({closed}); drawn as if open{again}"
        unbuilt = f"{row.unbuilt_km:,.0f} km unbuilt" if row.unbuilt_km else ""
        return "; ".join(filter(None, (usable, unbuilt)))

    def _marks(self) -> list[str]:
        """What the marks behind the names mean, in lines."""
        notes = mark_notes(row.entry.route for row in self.rows)
        return [part for note in notes for part in textwrap.wrap(note, 150, subsequent_indent="  ")]


def _draws(count: int) -> str:
    return f"{count:,} draw{'' if count == 1 else 's'}"


def _interval(band: Band) -> intervals.Span:
    return intervals.Span(band.p10, band.p50, band.p90, band.total)
