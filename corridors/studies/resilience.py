"""Closures and resilience: what closures on the best routes cost, what cuts the places off, how many ways there are."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from corridors.options import Criterion
from corridors.studies import evidence, evidence_results
from corridors.studies.evidence_results import Result
from corridors.studies.study import Answer, Question, Run, Study
from corridors.tables import Column, Table, headline, load_text
from planner import plan, resilience
from planner.criteria import CRITERIA
from planner.network import Network
from planner.request import RouteRequest
from planner.resilience import Closed, Disjoint
from planner.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXTRA = ("distance", "time", "cost", "co2e")
"""What a closure costs is told in these criteria."""

SHOWN_SINGLE = 4
"""So many single points of failure of a kind are named above the table."""

SHOWN_CUT = 12
"""So many segments of the minimum cut are named."""


class ClosuresQuestion(Question):
    """``count`` best routes are looked at; each closure is answered with the new best one."""

    by: Criterion = Criterion.time
    count: Annotated[int, Field(ge=1, le=50)] = 1


@dataclass(frozen=True)
class Resilience(Answer):
    """``closed`` holds everything on the best routes, ``real`` the closures of the data, each alone and all at once."""

    network: Network
    request: RouteRequest
    routes: tuple[Route, ...]
    closed: tuple[Closed, ...]
    real: tuple[Closed, ...]
    disjoint: Disjoint

    @property
    def best(self) -> Route:
        return self.routes[0]

    @functools.cached_property
    def evidence(self) -> tuple[Result, ...]:
        """What the extra of the worst closure leans on, of those that leave a route; and, where there are more ways
        than these two, what it leans on that today's best is the best.
        """
        now = ("best now", self.best)
        lines: dict[tuple[str, ...], tuple[str, Route]] = {}
        for row in self.ranked:
            if row.route is not None and row.route.segment_ids != self.best.segment_ids:
                lines.setdefault(row.route.segment_ids, (f"best without {row.thing.kind} {row.thing.title}", row.route))
        ways = list(lines.values())
        if not ways:
            cut = bool(self.closed) and all(row.route is None for row in self.closed)
            why = "every closure on the way cuts the two places off" if cut else "no closure leads to another route"
            return (self._result("", [now], (why,)),)
        more = [(f"best no. {at}", route) for at, route in enumerate(self.routes[1:], start=2)]
        others, alike = evidence.apart(self.best, [*more, *ways])
        left = () if not alike else (
            f"not ranked, sharing more than {evidence.ALIKE:.0%} of its km with the best now: {len(alike)} of the "
            "new bests",)  # fmt: skip
        worst = self._result("worst closure", [now, ways[0]])
        if not others or [name for name, _ in others] == [ways[0][0]]:
            return (replace(worst, notes=(*worst.notes, *left)),)
        return worst, self._result("all ways", [now, *others], left)

    def _result(self, title: str, ways: Sequence[tuple[str, Route]], notes: tuple[str, ...] = ()) -> Result:
        names = [name for name, _ in ways]
        found = evidence.of(self.network, [route for _, route in ways], names, self.request.by)
        return Result(title, found, (*([f"ranked: {', '.join(names)}"] if len(names) > 1 else []), *notes))

    @property
    def single_points(self) -> tuple[Closed, ...]:
        """What cuts the two places off when it closes alone."""
        return tuple(row for row in self.closed if row.route is None)

    def extra(self, row: Closed, by: str) -> float:
        """How much more the new best takes than today's; infinite when there is none."""
        if row.route is None:
            return math.inf
        return value(row.route, by) - value(self.best, by)

    @property
    def ranked(self) -> tuple[Closed, ...]:
        """The worst closure first; equal ones in order of kind and travel."""
        return tuple(sorted(self.closed, key=lambda row: -self.extra(row, self.request.by)))

    def _row(self, row: Closed) -> dict[str, Any]:
        known = row.route
        return {
            "kind": row.thing.kind, "id": row.thing.id, "title": row.thing.title, "closes": list(row.thing.segments),
            "cut_off": known is None,
            "extra": None if known is None else {CRITERIA[key].field: self.extra(row, key) for key in CRITERIA},
            "best": None if known is None else {**{item.field: value(known, key) for key, item in CRITERIA.items()},
                                                "corridors": plan.labels(self.network, known),
                                                "segments": list(known.segment_ids)},
        }  # fmt: skip

    def body(self) -> dict[str, Any]:
        return {
            "by": self.request.by, "unit": CRITERIA[self.request.by].unit,
            "routes": [{**{item.field: value(route, key) for key, item in CRITERIA.items()},
                        "corridors": list(route.corridors), "segments": list(route.segment_ids)}
                       for route in self.routes],
            "closed": [self._row(row) for row in self.closed], "in_force": [self._row(row) for row in self.real],
            "date": self.request.day.isoformat(),
            "single_points_of_failure": [{"kind": row.thing.kind, "id": row.thing.id} for row in self.single_points],
            "segment_disjoint_routes": self.disjoint.routes, "minimum_cut": list(self.disjoint.cut),
            "evidence": [row.body() for row in self.evidence],
        }  # fmt: skip

    def _way(self, row: Closed) -> str:
        """The corridors that the new best is, else the countries it passes and its modes."""
        if row.route is None:
            return "cut off"
        if row.route.segment_ids == self.best.segment_ids:
            return "as before"
        modes = ", ".join(dict.fromkeys(leg.mode for leg in row.route.legs))
        areas = " ".join(key for key in row.route.km_by_country if key != "sea")
        return ", ".join(plan.labels(self.network, row.route)) or f"{areas} by {modes}"

    def _table(self, rows: tuple[Closed, ...], before: tuple[str, ...], after: tuple[str, ...] = ()) -> Table:
        columns = (
            Column("kind", "closed"), Column("what", "what"),
            *(Column(f"extra_{CRITERIA[key].field}", f"extra {CRITERIA[key].unit}" + (" CO2e" if key == "co2e" else ""),
                     0 if key != "time" else 1) for key in EXTRA),
            Column("best", "new best"),
        )  # fmt: skip
        shown = tuple(
            (row.thing.kind, row.thing.title, *(None if row.route is None else self.extra(row, key) for key in EXTRA),
             self._way(row))
            for row in rows
        )  # fmt: skip
        return Table(columns, shown, before, after)

    def tables(self) -> tuple[Table, ...]:
        names, unit = self.network.nodes, CRITERIA[self.request.by]
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        load = load_text(self.request.consignment)
        lines = (
            headline(self.network.catalog, f"What closures cost from {ends}, best by {unit.title}; {load}"),
            f"best now: {value(self.best, self.request.by):,.1f} {unit.unit}, {self._areas(self.best)}",
            f"{self._ways()}; as many segments cut the two places off: {self._cut()}",
            f"single points of failure: {self._single()}",
        )
        rule = "each closed alone, with all its lines in every mode; the ends and their countries stay open"
        main = self._table(self.ranked, lines, (rule,))
        day = self.request.day.isoformat()
        said = f"The closures of the data in force on {day}, each alone and all at once:"
        real = [self._table(self.real, (said,))] if self.real else []
        return (main, *real, *evidence_results.tables(self.evidence))

    def _areas(self, route: Route) -> str:
        return " ".join(key for key in route.km_by_country if key != "sea") + " by " + ", ".join(
            dict.fromkeys(leg.mode for leg in route.legs))  # fmt: skip

    def _cut(self) -> str:
        more = len(self.disjoint.cut) - SHOWN_CUT
        return ", ".join(self.disjoint.cut[:SHOWN_CUT]) + (f" and {more} more" if more > 0 else "")

    def _ways(self) -> str:
        if self.disjoint.routes == 1:
            return "1 route only: any two share a segment"
        return f"{self.disjoint.routes} routes share no segment"

    def _single(self) -> str:
        """Countries and crossings by name, places and segments by their number; the table has them all."""
        found: dict[str, list[str]] = {}
        for row in self.single_points:
            found.setdefault(row.thing.kind, []).append(row.thing.title)
        texts = [f"{kind} {', '.join(titles)}" if kind in ("country", "crossing") or len(titles) <= SHOWN_SINGLE else
                 f"{len(titles)} {kind}s" for kind, titles in found.items()]  # fmt: skip
        return "; ".join(texts) or "none"

    def figure(self) -> Figure:
        from maps import figure_closures

        names, by = self.network.nodes, self.request.by
        bars = [figure_closures.Bar(kind, titles, None if rows[0].route is None else self.extra(rows[0], by),
                                    self._way(rows[0])) for kind, titles, rows in self._alike()]  # fmt: skip
        ends = f"{names[self.request.origin].name} - {names[self.request.destination].name}"
        drawn = figure_closures.figure(
            f"{ends}: what each closure costs",
            f"extra {CRITERIA[by].title}, {CRITERIA[by].unit} (best now: {value(self.best, by):,.0f})", bars,
            self._ways(),
        )  # fmt: skip
        return evidence_results.below(drawn, self.evidence)

    def _alike(self) -> list[tuple[str, tuple[str, ...], list[Closed]]]:
        """What has the same new best, by kind: kind, titles, closures. The real closures stand each alone."""
        found: dict[tuple[str, tuple[str, ...] | None], list[Closed]] = {}
        for row in self.ranked:
            found.setdefault((row.thing.kind, None if row.route is None else row.route.segment_ids), []).append(row)
        groups = [(kind, tuple(row.thing.title for row in rows), rows) for (kind, _), rows in found.items()]
        return [*groups, *((row.thing.kind, (row.thing.title,), [row]) for row in self.real)]


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return CRITERIA[by].value(route.amounts, route.consignment)


def answer(network: Network, question: ClosuresQuestion, run: Run) -> Resilience:
    """Work out closures. Raises NoRouteError when there is no route to begin with."""
    request = question.request(network, by=question.by.value, count=question.count)
    if question.count == 1:
        request = replace(request, different=1.0)
    routes = plan.plan(network, request).routes
    run.progress(0.2)
    closed = resilience.close_each(network, request, resilience.on_routes(network, request, routes))
    real = resilience.close_each(network, request, resilience.real(network, request))
    run.progress(1.0)
    return Resilience(network, request, routes, closed, real, resilience.disjoint(network, request))


STUDY = Study("closures", "Closures and resilience", ClosuresQuestion, answer)
