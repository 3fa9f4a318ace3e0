"""Closures and resilience: what closures on the best routes cost, what cuts the places off, how many ways there are."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from corridors.answers.report import headline
from corridors.studies.evidence import question as evidence, results as evidence_results
from corridors.studies.evidence.results import Result
from corridors.studies.route_words import areas, named
from corridors.studies.study import Answer, Question, Run, Study
from geodata import errors
from geodata.records import OVERFLOWN
from maps import ranges
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import CLOSURES, closures_of, load_text
from maps.tables.table import Column, Table
from planner import closure_costs as resilience, closures, plan, worlds
from planner.closure_costs import Closed, Disjoint
from planner.fields import Face
from planner.network import Network
from planner.price import measures
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.question import Criterion
from planner.request import RouteRequest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

"""What a closure costs is told in these criteria."""

SHOWN_SINGLE = 4
"""So many single points of failure of a kind are named above the table."""

PLURALS = {"country": "countries", "crossing": "crossings", "place": "places", "segment": "segments"}

SHOWN_CUT = 12
"""So many segments of the minimum cut are named."""


class ClosuresQuestion(Question):
    """``count`` best routes are looked at; each closure is answered with the new best one."""

    by: Annotated[Criterion, Field(description="What the best route is by, before and after.")] = "time"
    count: Annotated[
        int, Field(ge=1, le=50, description="Close what lies on so many best routes; default: 1."), Face("-k", None)
    ] = 1


@dataclass(frozen=True)
class Applied:
    """The same with the closures of the day applied: the best route then, and the new best of each thing that closes,
    by kind and id; None where there is no route.
    """

    best: Route | None
    routes: dict[tuple[str, str], Route | None]
    disjoint: Disjoint


@dataclass(frozen=True)
class Resilience(Answer):
    """``closed`` holds everything on the best routes, ``real`` the closures of the data, each alone and all at once.

    ``applied`` is None where there is one world: where closures apply as asked, or nothing is closed.
    """

    network: Network
    request: RouteRequest
    routes: tuple[Route, ...]
    closed: tuple[Closed, ...]
    real: tuple[Closed, ...]
    disjoint: Disjoint
    notes: tuple[str, ...]
    applied: Applied | None = None

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
        left = (
            ()
            if not alike
            else (
                f"not ranked, sharing more than {evidence.ALIKE:.0%} of its km with the best now: {len(alike)} of the "
                "new bests",
            )
        )
        worst = self._result("worst closure", [now, ways[0]])
        if not others or [name for name, _ in others] == [ways[0][0]]:
            return (replace(worst, notes=(*worst.notes, *left)),)
        return worst, self._result("all ways", [now, *others], left)

    def _result(self, title: str, ways: Sequence[tuple[str, Route]], notes: tuple[str, ...] = ()) -> Result:
        names = [name for name, _ in ways]
        found = evidence.evidence(self.network, [route for _, route in ways], names, self.request.by)
        told = ", ".join(f"{name}{_in_brackets(route)}" for name, route in ways)
        return Result(title, found, (*([f"ranked: {told}"] if len(names) > 1 else []), *notes))

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        rows = [
            (row.thing.id, route)
            for row in (*self.closed, *self.real)
            for route in (row.route, self.then(row))
            if route is not None
        ]
        then = [] if self.applied is None or self.applied.best is None else [("best, applied", self.applied.best)]
        return (*(("best now", route) for route in self.routes), *then, *rows)

    @property
    def single_points(self) -> tuple[Closed, ...]:
        """What cuts the two places off when it closes alone."""
        return tuple(row for row in self.closed if row.route is None)

    def extra(self, row: Closed, by: str) -> float:
        """How much more the new best takes than today's; infinite when there is none."""
        if row.route is None:
            return math.inf
        return value(row.route, by) - value(self.best, by)

    def then(self, row: Closed) -> Route | None:
        """The new best with closures applied, where there are two worlds."""
        return None if self.applied is None else self.applied.routes[row.thing.kind, row.thing.id]

    def extra_applied(self, row: Closed, by: str) -> float | None:
        """The same as ``extra`` with closures applied; None where there is no route even before."""
        if self.applied is None or self.applied.best is None:
            return None
        then = self.then(row)
        return math.inf if then is None else value(then, by) - value(self.applied.best, by)

    def differs(self, row: Closed) -> bool:
        """Whether the two worlds have another answer to a row."""
        if self.applied is None:
            return False
        return _ids(self.then(row)) != _ids(row.route) or _ids(self.applied.best) != _ids(self.best)

    @property
    def ranked(self) -> tuple[Closed, ...]:
        """The worst closure first; equal ones in order of kind and travel."""
        return tuple(sorted(self.closed, key=lambda row: -self.extra(row, self.request.by)))

    def _row(self, row: Closed) -> dict[str, Any]:
        known = row.route
        found: dict[str, Any] = {
            "kind": row.thing.kind,
            "id": row.thing.id,
            "title": row.thing.title,
            "closes": list(row.thing.segments),
            "cut_off": known is None,
            "extra": None if known is None else {MEASURES[key].field: self.extra(row, key) for key in MEASURES},
            "best": _route(known),
        }
        if self.applied is not None:
            then = self.then(row)
            both = then is not None and self.applied.best is not None
            found |= {
                "cut_off_applied": then is None,
                "extra_applied": {MEASURES[key].field: self.extra_applied(row, key) for key in MEASURES}
                if both
                else None,
                "best_applied": _route(then),
            }
        return found

    def body(self) -> dict[str, Any]:
        return {
            "by": self.request.by,
            "unit": MEASURES[self.request.by].unit,
            "routes": [_route(route) for route in self.routes],
            **self._worlds(),
            "closed": [self._row(row) for row in self.closed],
            "in_force": [{**self._row(row), "closure_kind": self._kind(row)} for row in self.real],
            "date": self.request.day.isoformat(),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "single_points_of_failure": [{"kind": row.thing.kind, "id": row.thing.id} for row in self.single_points],
            "segment_disjoint_routes": self.disjoint.routes,
            "minimum_cut": list(self.disjoint.cut),
            "evidence": [row.body() for row in self.evidence],
        }

    def _worlds(self) -> dict[str, Any]:
        """Which worlds the rows are of, and the best of the second one."""
        if self.applied is None:
            return {"worlds": ["closures_applied" if self.request.closures == "apply" else "all_open"]}
        cut = [{"kind": row.thing.kind, "id": row.thing.id} for row in self.closed if self.then(row) is None]
        return {
            "worlds": ["all_open", "closures_applied"],
            "best_applied": _route(self.applied.best),
            "single_points_of_failure_applied": cut,
            "segment_disjoint_routes_applied": self.applied.disjoint.routes,
            "minimum_cut_applied": list(self.applied.disjoint.cut),
        }

    def _kind(self, row: Closed) -> str | None:
        """The kind of a closure of the data; None for several at once."""
        known = self.network.catalog.closures.get(row.thing.id)
        return None if known is None else known.kind

    @functools.cached_property
    def warnings(self) -> tuple[str, ...]:
        """The closures that the best routes run into, each once."""
        ways = [
            ("best now" if at == 1 else f"best no. {at}", route.segments, self.request.day)
            for at, route in enumerate(self.routes, start=1)
        ]
        return closures.sentences(self.network.catalog, ways)

    def _is_unchanged(self, row: Closed) -> bool:
        return row.route is not None and row.route.segment_ids == self.best.segment_ids

    def _stays(self, row: Closed) -> bool:
        """Whether a row changes nothing in either world."""
        kept = self.applied is None or _ids(self.then(row)) == _ids(self.applied.best)
        return self._is_unchanged(row) and kept

    def _way(self, row: Closed) -> str:
        """The corridors that the new best is, the countries it passes and its modes."""
        if row.route is None:
            return "cut off"
        return "as before" if self._is_unchanged(row) else named(row.route, row.route.corridors)

    def _way_applied(self, row: Closed) -> str:
        """The new best with closures applied, in words."""
        then = self.then(row)
        if then is None:
            return "cut off"
        if _ids(then) == _ids(row.route):
            return "the same"
        best = None if self.applied is None else self.applied.best
        return "as before" if _ids(then) == _ids(best) else named(then, then.corridors)

    def _table(
        self, name: str, rows: tuple[Closed, ...], before: tuple[str, ...], after: tuple[str, ...] = ()
    ) -> Table:
        columns = [
            Column("kind", "closed"),
            Column("what", "what"),
            *self._extras("", "extra"),
            Column("best", "new best"),
            CLOSURES,
        ]
        two = any(map(self.differs, rows))
        if two:
            columns += [
                *self._extras("_applied", "applied: extra"),
                Column("best_applied", "applied: new best"),
                Column("closures_applied", "applied: closures on the way"),
            ]
        shown = []
        for row in rows:
            cells = [
                row.thing.kind,
                self._what(row),
                *(None if row.route is None else self.extra(row, key.id) for key in measures.listed()),
                self._way(row),
                closures_of(row.route),
            ]
            if two:
                more = (self.extra_applied(row, key.id) for key in measures.listed())
                cells += [
                    *(None if extra is None or math.isinf(extra) else extra for extra in more),
                    self._way_applied(row),
                    closures_of(self.then(row)),
                ]
            shown.append(tuple(cells))
        said = (self._two_worlds(),) if two else ()
        return Table(tuple(columns), tuple(shown), before, (*said, *after), name)

    @staticmethod
    def _extras(suffix: str, title: str) -> list[Column]:
        return [
            Column(f"extra_{row.field}{suffix}", f"{title} {row.head}", 1 if row.id == "time" else 0)
            for row in measures.listed()
        ]

    def _two_worlds(self) -> str:
        """What the columns of the second world are."""
        return (
            f"applied: with what is closed on {self.request.day.isoformat()} not to be used (as --closures apply has "
            "it), against the best route then; the other columns are as if all crossings were open"
        )

    def _applied_line(self) -> tuple[str, ...]:
        """What the second world looks like before anything else closes."""
        if self.applied is None or (not any(map(self.differs, self.closed)) and self.applied.disjoint == self.disjoint):
            return ()
        best, by = self.applied.best, self.request.by
        said = f"with what is closed on {self.request.day.isoformat()} applied: "
        if best is None:
            return (f"{said}no route at all",)
        cut = [row.thing.title for row in self.closed if self.then(row) is None and row.route is not None]
        took = f"best {value(best, by):,.1f} {MEASURES[by].unit}, {areas(best)}"
        same = "the best stays" if _ids(best) == _ids(self.best) else took
        more = f"; further single points of failure: {', '.join(cut)}" if cut else ""
        return (f"{said}{same}; {self._ways(self.applied.disjoint)}{more}",)

    def _what(self, row: Closed) -> str:
        """The title; of a closure of the data after its id."""
        return row.thing.title if self._kind(row) is None else f"{row.thing.id}: {row.thing.title}"

    def tables(self) -> tuple[Table, ...]:
        names, unit = self.network.nodes, MEASURES[self.request.by]
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        load = load_text(self.request.consignment)
        lines = (
            headline(self.network.catalog, f"What closures cost from {ends}, best by {unit.title}; {load}"),
            f"best now: {value(self.best, self.request.by):,.1f} {unit.unit}"
            f"{ranges.bracketed(self.best, self.request.by)}, {areas(self.best)}"
            f"{_in_brackets(self.best)}",
            f"{self._ways(self.disjoint)}; as many segments cut the two places off: {self._cut()}",
            f"single points of failure: {self._single()}",
            *self._applied_line(),
        )
        rules = (ranges.note(self.best), *self._rules(), *self.notes, *self.warnings)
        main = self._table("closures", self.ranked, lines, rules)
        day = self.request.day.isoformat()
        said = f"The closures of the data in force on {day}, each alone and at once, as if they shut their lines fully:"
        real = [self._table("in force", self.real, (said,), self._real_rules())] if self.real else []
        return (main, *real, *evidence_results.tables(self.evidence))

    def _rules(self) -> list[str]:
        """What the rows of the main table mean, and how one is asked of the planner."""
        rules = ["each closed alone, with all its lines in every mode; the ends and their countries stay open"]
        modes = self.network.catalog.modes
        if any(modes[leg.mode].km_under == OVERFLOWN for route in self.routes for leg in route.legs):
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

    @staticmethod
    def _ways(found: Disjoint) -> str:
        return (
            "1 route only: any two share a segment" if found.routes == 1 else f"{found.routes} routes share no segment"
        )

    def _single(self) -> str:
        """Countries and crossings by name, places and segments by their number; the table has them all."""
        found: dict[str, list[str]] = {}
        for row in self.single_points:
            found.setdefault(row.thing.kind, []).append(row.thing.title)
        texts = [
            f"{kind} {', '.join(titles)}"
            if kind in ("country", "crossing") or len(titles) <= SHOWN_SINGLE
            else f"{len(titles)} {kind}s"
            for kind, titles in found.items()
        ]
        return "; ".join(texts) or "none"

    def figure(self) -> Figure:
        from maps.figures import closures as figure_closures, paper as sheet

        names, by = self.network.nodes, self.request.by
        bars = [
            figure_closures.Bar(
                kind,
                titles,
                None if rows[0].route is None else self.extra(rows[0], by),
                self._way(rows[0]),
                self._after_bar(rows[0]),
            )
            for kind, titles, rows in self._alike()
        ]
        ends = f"{names[self.request.origin].name} - {names[self.request.destination].name}"
        now = marked(f"best now: {value(self.best, by):,.0f}", self.best)
        drawn = figure_closures.figure(
            f"{ends}: what each closure costs",
            f"extra {MEASURES[by].title}, {MEASURES[by].unit} ({now})",
            bars,
        )
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        about = [
            headline(self.network.catalog, f"{ends}; {load_text(self.request.consignment)}"),
            f"{self._ways(self.disjoint)}; after the bars stands the new best route; a closure of the data counts "
            "as if it shut its lines fully",
        ]
        left = figure_closures.left(bars)
        about += [f"not drawn: {left} more that cost less than these"] if left else []
        about += mark_notes([self.best, *(row.route for row in (*self.closed, *self.real))])
        if any(self.differs(row) for _, _, rows in self._alike() for row in rows):
            about.append(self._two_worlds())
        drawn = sheet.captioned(drawn, [*about, *self._unchanged(), *self._rules()[1:-1], *self.notes])
        return evidence_results.below(drawn, self.evidence)

    def _after_bar(self, row: Closed) -> str:
        """What must stand after a bar whatever its length: the mark of a closure, and the other world."""
        mark = marked("", row.route).strip()
        if not self.differs(row):
            return mark
        extra = self.extra_applied(row, self.request.by)
        then = "no route" if extra is None else "cut off" if math.isinf(extra) else f"{extra:+,.1f}"
        return f"{mark} (applied: {then})".strip()

    def _unchanged(self) -> list[str]:
        """What would change nothing, in one line: the real closures by their titles, other things by their number."""
        found: dict[str, list[str]] = {}
        for row in (*self.closed, *self.real):
            if self._stays(row):
                found.setdefault(row.thing.kind, []).append(row.thing.title)
        texts = [
            "; ".join(titles) if kind == "closure" else f"{len(titles)} {PLURALS[kind]}"
            for kind, titles in found.items()
        ]
        return [f"these change nothing, the best route stays: {'; '.join(texts)}"] if texts else []

    def _alike(self) -> list[tuple[str, tuple[str, ...], list[Closed]]]:
        """What has the same new best, by kind: kind, titles, closures. The real closures stand each alone. What leaves
        the best route as it is has no bar.
        """
        found: dict[tuple[Any, ...], list[Closed]] = {}
        for row in (row for row in self.ranked if not self._stays(row)):
            found.setdefault((row.thing.kind, _ids(row.route), _ids(self.then(row))), []).append(row)
        groups = [(kind, tuple(row.thing.title for row in rows), rows) for (kind, *_), rows in found.items()]
        real = [row for row in self.real if not self._stays(row)]
        return [*groups, *((row.thing.kind, (row.thing.title,), [row]) for row in real)]


def _ids(route: Route | None) -> tuple[str, ...] | None:
    return None if route is None else route.segment_ids


def _route(route: Route | None) -> dict[str, Any] | None:
    """A route as the JSON answer has it."""
    if route is None:
        return None
    return {
        **route.figures(),
        "corridors": list(route.corridors),
        "segments": list(route.segment_ids),
        "warnings": list(route.warnings),
        "closures": route.closure_rows(),
    }


def _in_brackets(route: Route) -> str:
    """' (closed: pak_afg_chaman)' after a route; '' where no closure lies on it."""
    return f" ({', '.join(closures_of(route))})" if route.closures else ""


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return MEASURES[by].value(route.amounts, route.consignment)


def answer(network: Network, question: ClosuresQuestion, run: Run) -> Resilience:
    """Work out closures. Raises NoRouteError when there is no route to begin with."""
    request = question.request(network, by=question.by, count=question.count)
    if question.count == 1:
        request = replace(request, different=1.0)
    found = plan.plan(network, request)
    routes = found.routes
    run.progress(0.2)
    closed = resilience.close_each(network, request, resilience.on_routes(network, request, routes))
    real = resilience.close_each(network, request, resilience.real(network, request))
    run.progress(1.0)
    ways = resilience.disjoint(network, request)
    other = _applied(network, request, (*closed, *real))
    return Resilience(network, request, routes, closed, real, ways, found.notes, other)


def _applied(network: Network, request: RouteRequest, rows: Sequence[Closed]) -> Applied | None:
    """The same rows with closures applied; None where there is one world."""
    asked = worlds.applied(network, request)
    if asked is None:
        return None
    try:
        best = plan.plan(network, replace(asked, count=1, different=1.0))[0]
    except errors.NoRouteError:
        nothing = {(row.thing.kind, row.thing.id): None for row in rows}
        return Applied(None, dict(nothing), resilience.disjoint(network, asked))
    again = resilience.close_each(network, asked, [row.thing for row in rows])
    found = {(row.thing.kind, row.thing.id): row.route for row in again}
    return Applied(best, found, resilience.disjoint(network, asked))


STUDY = Study("closures", "Closures and resilience", ClosuresQuestion, answer)
