"""What the study of closures found: the new best of each thing that closes, in one world or two."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corridors.studies.evidence import question as evidence
from corridors.studies.evidence.results import Result
from corridors.studies.route_words import named
from maps.tables.of_routes import closures_of
from planner import closures
from planner.closure_costs import Closed, Disjoint
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.request import RouteRequest


@dataclass(frozen=True)
class Applied:
    """The same with the closures of the day applied: the best route then, and the new best of each thing that closes,
    by kind and id; None where there is no route.
    """

    best: Route | None
    routes: dict[tuple[str, str], Route | None]
    disjoint: Disjoint


@dataclass(frozen=True)
class ResilienceStudy:
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
        told = ", ".join(f"{name}{in_brackets(route)}" for name, route in ways)
        return Result(title, found, (*([f"ranked: {told}"] if len(names) > 1 else []), *notes))

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
        return ids(self.then(row)) != ids(row.route) or ids(self.applied.best) != ids(self.best)

    @property
    def ranked(self) -> tuple[Closed, ...]:
        """The worst closure first; equal ones in order of kind and travel."""
        return tuple(sorted(self.closed, key=lambda row: -self.extra(row, self.request.by)))

    def kind_of(self, row: Closed) -> str | None:
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

    def is_unchanged(self, row: Closed) -> bool:
        return row.route is not None and row.route.segment_ids == self.best.segment_ids

    def stays(self, row: Closed) -> bool:
        """Whether a row changes nothing in either world."""
        kept = self.applied is None or ids(self.then(row)) == ids(self.applied.best)
        return self.is_unchanged(row) and kept

    def way(self, row: Closed) -> str:
        """The corridors that the new best is, the countries it passes and its modes."""
        if row.route is None:
            return "cut off"
        return "as before" if self.is_unchanged(row) else named(row.route, row.route.corridors)


def ids(route: Route | None) -> tuple[str, ...] | None:
    return None if route is None else route.segment_ids


def in_brackets(route: Route) -> str:
    """' (closed: pak_afg_chaman)' after a route; '' where no closure lies on it."""
    return f" ({', '.join(closures_of(route))})" if route.closures else ""


def value(route: Route, by: str) -> float:
    """The total of a criterion, in its unit."""
    return MEASURES[by].value(route.amounts, route.consignment)
