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
from corridors.studies.route_words import areas, named
from corridors.studies.study import Answer, Question, Run, Study
from corridors.tables import Column, Table, headline, load_text
from planner import closures, plan, resilience
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

PLURALS = {"country": "countries", "crossing": "crossings", "place": "places", "segment": "segments"}

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
    notes: tuple[str, ...]

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
                                                "corridors": list(known.corridors),
                                                "segments": list(known.segment_ids)},
        }  # fmt: skip

    def body(self) -> dict[str, Any]:
        return {
            "by": self.request.by, "unit": CRITERIA[self.request.by].unit,
            "routes": [{**{item.field: value(route, key) for key, item in CRITERIA.items()},
                        "corridors": list(route.corridors), "segments": list(route.segment_ids)}
                       for route in self.routes],
            "closed": [self._row(row) for row in self.closed],
            "in_force": [{**self._row(row), "closure_kind": self._kind(row)} for row in self.real],
            "date": self.request.day.isoformat(), "notes": list(self.notes), "warnings": list(self.warnings),
            "single_points_of_failure": [{"kind": row.thing.kind, "id": row.thing.id} for row in self.single_points],
            "segment_disjoint_routes": self.disjoint.routes, "minimum_cut": list(self.disjoint.cut),
            "evidence": [row.body() for row in self.evidence],
        }  # fmt: skip

    def _kind(self, row: Closed) -> str | None:
        """The kind of a closure of the data; None for several at once."""
        known = self.network.catalog.closures.get(row.thing.id)
        return None if known is None else known.kind

    @functools.cached_property
    def warnings(self) -> tuple[str, ...]:
        """The closures that the best routes run into, each once."""
        ways = [("best now" if at == 1 else f"best no. {at}", route.segments, self.request.day)
                for at, route in enumerate(self.routes, start=1)]  # fmt: skip
        return closures.told(self.network.catalog, ways)

    def _is_unchanged(self, row: Closed) -> bool:
        return row.route is not None and row.route.segment_ids == self.best.segment_ids

    def _way(self, row: Closed) -> str:
        """The corridors that the new best is, the countries it passes and its modes."""
        if row.route is None:
            return "cut off"
        return "as before" if self._is_unchanged(row) else named(row.route, row.route.corridors)

    def _table(self, rows: tuple[Closed, ...], before: tuple[str, ...], after: tuple[str, ...] = ()) -> Table:
        columns = (
            Column("kind", "closed"), Column("what", "what"),
            *(Column(f"extra_{CRITERIA[key].field}", f"extra {CRITERIA[key].unit}" + (" CO2e" if key == "co2e" else ""),
                     0 if key != "time" else 1) for key in EXTRA),
            Column("best", "new best"),
        )  # fmt: skip
        shown = tuple(
            (row.thing.kind, self._what(row), *(None if row.route is None else self.extra(row, key) for key in EXTRA),
             self._way(row))
            for row in rows
        )  # fmt: skip
        return Table(columns, shown, before, after)

    def _what(self, row: Closed) -> str:
        """The title; of a closure of the data after its id."""
        return row.thing.title if self._kind(row) is None else f"{row.thing.id}: {row.thing.title}"

    def tables(self) -> tuple[Table, ...]:
        names, unit = self.network.nodes, CRITERIA[self.request.by]
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        load = load_text(self.request.consignment)
        lines = (
            headline(self.network.catalog, f"What closures cost from {ends}, best by {unit.title}; {load}"),
            f"best now: {value(self.best, self.request.by):,.1f} {unit.unit}, {areas(self.best)}",
            f"{self._ways()}; as many segments cut the two places off: {self._cut()}",
            f"single points of failure: {self._single()}",
        )
        main = self._table(self.ranked, lines, (*self._rules(), *self.notes, *self.warnings))
        day = self.request.day.isoformat()
        said = f"The closures of the data in force on {day}, each alone and at once, as if they shut their lines fully:"
        real = [self._table(self.real, (said,), self._real_rules())] if self.real else []
        return (main, *real, *evidence_results.tables(self.evidence))

    def _rules(self) -> list[str]:
        """What the rows of the main table mean, and how one is asked of the planner."""
        rules = ["each closed alone, with all its lines in every mode; the ends and their countries stay open"]
        if any(leg.mode == "air" for route in self.routes for leg in route.legs):
            rules.append("a country that closes shuts its airspace too: no flight passes over it, wherever it lands")
        rules.append(
            "to ask for a row: plan ... --avoid ID, of a country, place or segment; of a crossing --avoid each of its "
            'segments, which stand as "closes" in -f json'
        )
        return rules

    def _real_rules(self) -> tuple[str, ...]:
        """What the rows of the real closures mean."""
        rules = [
            "a closed line is shut; a restricted one lets a part pass, and a seasonal one is shut for hours or days at "
            "that time of the year: these two cost at most what stands here"
        ]
        if self.request.closures == "apply" and not any(self._kind(row) == "closed" for row in self.real):
            rules.append("those of the kind closed are shut already, as asked (--closures apply)")
        return tuple(rules)

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
        from maps import figure_closures, sheet

        names, by = self.network.nodes, self.request.by
        bars = [figure_closures.Bar(kind, titles, None if rows[0].route is None else self.extra(rows[0], by),
                                    self._way(rows[0])) for kind, titles, rows in self._alike()]  # fmt: skip
        ends = f"{names[self.request.origin].name} - {names[self.request.destination].name}"
        drawn = figure_closures.figure(
            f"{ends}: what each closure costs",
            f"extra {CRITERIA[by].title}, {CRITERIA[by].unit} (best now: {value(self.best, by):,.0f})", bars,
        )  # fmt: skip
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        about = [headline(self.network.catalog, f"{ends}; {load_text(self.request.consignment)}"),
                 f"{self._ways()}; after the bars stands the new best route; a closure of the data counts as if it "
                 "shut its lines fully"]  # fmt: skip
        left = figure_closures.left(bars)
        about += [f"not drawn: {left} more that cost less than these"] if left else []
        drawn = sheet.captioned(drawn, [*about, *self._unchanged(), *self._rules()[1:-1], *self.notes])
        return evidence_results.below(drawn, self.evidence)

    def _unchanged(self) -> list[str]:
        """What would change nothing, in one line: the real closures by their titles, other things by their number."""
        found: dict[str, list[str]] = {}
        for row in (*self.closed, *self.real):
            if self._is_unchanged(row):
                found.setdefault(row.thing.kind, []).append(row.thing.title)
        texts = ["; ".join(titles) if kind == "closure" else f"{len(titles)} {PLURALS[kind]}"
                 for kind, titles in found.items()]  # fmt: skip
        return [f"these change nothing, the best route stays: {'; '.join(texts)}"] if texts else []

    def _alike(self) -> list[tuple[str, tuple[str, ...], list[Closed]]]:
        """What has the same new best, by kind: kind, titles, closures. The real closures stand each alone. What leaves
        the best route as it is has no bar.
        """
        found: dict[tuple[str, tuple[str, ...] | None], list[Closed]] = {}
        for row in (row for row in self.ranked if not self._is_unchanged(row)):
            found.setdefault((row.thing.kind, None if row.route is None else row.route.segment_ids), []).append(row)
        groups = [(kind, tuple(row.thing.title for row in rows), rows) for (kind, _), rows in found.items()]
        real = [row for row in self.real if not self._is_unchanged(row)]
        return [*groups, *((row.thing.kind, (row.thing.title,), [row]) for row in real)]


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return CRITERIA[by].value(route.amounts, route.consignment)


def answer(network: Network, question: ClosuresQuestion, run: Run) -> Resilience:
    """Work out closures. Raises NoRouteError when there is no route to begin with."""
    request = question.request(network, by=question.by.value, count=question.count)
    if question.count == 1:
        request = replace(request, different=1.0)
    found = plan.plan(network, request)
    routes = found.routes
    run.progress(0.2)
    closed = resilience.close_each(network, request, resilience.on_routes(network, request, routes))
    real = resilience.close_each(network, request, resilience.real(network, request))
    run.progress(1.0)
    ways = resilience.disjoint(network, request)
    return Resilience(network, request, routes, closed, real, ways, found.notes)


STUDY = Study("closures", "Closures and resilience", ClosuresQuestion, answer)
