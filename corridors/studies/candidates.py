"""Which routes a study ranks: the named corridors, today's best, and the best really different ones by what decides.

Candidates are the entries of a comparison (the named corridors that join the places; the best by km, hours and USD)
and, by each objective, the first routes of ``planner.plan`` that really differ. Where the question lets unbuilt lines
in, the best of the built ones stands beside them; where closures are told of only, the best without what they shut.

Two routes are the same way if they share more of their km than is asked for (``different``). The candidates are gone
through from the best: one that is the same way as a better one gives way to it, so that the best is never lost to a
worse one that resembles it. Only a named corridor stays beside a better route, and what is more: if it takes at most
NEARLY more than an unnamed one it stands in for it, and of two named ones within NEARLY of each other the better stays.
Nothing gives way to what is less built, or to what is shut by a closure that it is not shut by itself. By several
objectives better means nowhere more than NEARLY worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from geodata import errors
from maps.tables.of_routes import closures_of
from planner import closures, comparison, dressed, plan
from planner.comparison import Comparison, Entry
from planner.named import CorridorLeftOut
from planner.network import Network
from planner.price import measures
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.request import RouteRequest
from planner.years import openings

NEARLY = 0.01
"""A named corridor stands for a route that takes this share less at most."""

DIFFERENT = 0.8
"""Routes that share more than this of their km are the same way, unless another share is asked for."""

MAX_ROUTES = 50
"""So many routes by one objective at most."""

Routes = Annotated[
    int,
    Field(
        ge=1,
        le=MAX_ROUTES,
        description="So many of the best really different routes are candidates beside corridors.",
    ),
]
SameWay = Annotated[
    float,
    Field(
        gt=0,
        le=1,
        description="Of two candidates that share more than this of their km the worse gives way; 1 keeps all.",
    ),
]
"""Fields of a study's question."""


@dataclass(frozen=True)
class Objective:
    """What decides: a criterion for a load. ``id`` is in the names of its routes (``best-time``, ``time-2``)."""

    id: str
    title: str
    criterion: str
    load: Consignment

    @classmethod
    def of(cls, criterion: str, load: Consignment) -> Objective:
        return cls(criterion, MEASURES[criterion].title, criterion, load)

    def value(self, route: Route) -> float:
        return MEASURES[self.criterion].value(route.amounts, self.load)


def choose(
    network: Network,
    request: RouteRequest,
    objectives: Sequence[Objective],
    *,
    routes: int,
    different: float = DIFFERENT,
) -> Comparison:
    """The candidates for a request, with all that was left out and why; ``routes`` of the planner by each objective.

    Raises NoRouteError only when neither a corridor nor any route joins the places.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Almaty", "Karachi")
    >>> [row.id for row in choose(network, asked, [Objective.of("time", asked.consignment)], routes=2)][-2:]
    ['iti', 'ktap-west']
    """
    compared = comparison.compare(network, request)
    network = compared.network  # in it the crossings that the request takes as open are open
    entries, notes = list(compared), list(compared.notes)
    for objective in objectives:
        for suffix, lines, asked in _questions(network, request, routes, different):
            wanted = replace(asked, by=objective.criterion, consignment=objective.load)
            try:
                found = plan.plan(network, wanted)
            except errors.NoRouteError:
                continue  # the comparison has said so of the whole question; these are parts of it
            if not found.complete:
                notes += [f"by {objective.title}: {text}" for text in found.notes]
            ways = dressed.routes(network, request, [route.segments for route in found])
            for number, way in enumerate(ways, start=1):
                _add(entries, objective, number, suffix, lines, way)
    kept, left = _apart(network, request, entries, objectives, different)
    titled = [row if row.corridor else replace(row, title=f"{row.title}: {_way(row.route)}") for row in kept]
    ordered = sorted(titled, key=lambda entry: (entry.route.distance_km, entry.id))
    notes.append(_rule(objectives, routes, different))
    return Comparison(
        request, network, tuple(comparison.mark_dominated(ordered)), (*compared.left_out, *left), tuple(notes)
    )


def _questions(
    network: Network, request: RouteRequest, routes: int, different: float
) -> Iterator[tuple[str, str, RouteRequest]]:
    """(suffix of ids, words for the lines, question): as asked; of the built lines; without what is shut; both."""
    asked = [("", request.lines, replace(request, count=routes, different=different))]
    if request.as_of is None and request.include != "operational":
        asked.append(("-built", "operational lines", replace(request, include="operational", count=1)))
    shut = {
        key
        for key, rows in closures.by_segment(network.catalog, request.day).items()
        if any(row.kind == "closed" for row in rows)
    }
    for suffix, words, question in asked:
        yield suffix, words, question
        if request.closures == "warn" and shut:
            avoid = replace(request.avoid, segments=request.avoid.segments | shut)
            yield f"{suffix}-open", f"{words} that no closure shuts", replace(question, avoid=avoid, count=1)


def _add(entries: list[Entry], objective: Objective, number: int, suffix: str, lines: str, route: Route) -> None:
    """Put a route of the planner among the entries, unless its line is there; the best is marked as such."""
    first = number == 1 and not suffix
    for at, entry in enumerate(entries):
        if entry.route.segment_ids == route.segment_ids:
            if first and objective.id not in entry.best_by:
                word = " and " if ", also by" in entry.title else ", also by "
                title = entry.title if entry.corridor else f"{entry.title}{word}{objective.title}"
                entries[at] = replace(entry, best_by=(*entry.best_by, objective.id), title=title)
            return
    key = f"best-{objective.id}{suffix}" if number == 1 else f"{objective.id}-{number}{suffix}"
    while any(entry.id == key for entry in entries):
        key += "-route"  # a cargo or corridor of the user's own may have this name
    rank = "Best" if number == 1 else f"No. {number}"
    title = f"{rank} by {objective.title} over {lines}"
    entries.append(Entry(key, title, route, None, (objective.id,) if first else ()))


def _way(route: Route) -> str:
    """The modes and countries of a route in the order of travel, each once: 'rail, road KZ UZ TM IR PK'."""
    return f"{', '.join(dict.fromkeys(leg.mode for leg in route.legs))} {' '.join(route.km_by_country)}"


@dataclass
class _Kept:
    """A candidate with its values, and the least of these among itself and what it stands for."""

    entry: Entry
    values: tuple[float, ...]
    least: tuple[float, ...]
    is_built: bool
    shut_by: frozenset[str]

    def may_stand_for(self, other: _Kept) -> bool:
        """Whether nothing is lost by it of what runs, and of what is open."""
        return (self.is_built or not other.is_built) and self.shut_by <= other.shut_by

    def is_near(self, values: Sequence[float]) -> bool:
        """Whether it takes nowhere more than NEARLY above these."""
        return all(own <= (1.0 + NEARLY) * value for own, value in zip(self.values, values, strict=True))


def _apart(
    network: Network, request: RouteRequest, entries: Sequence[Entry], objectives: Sequence[Objective], different: float
) -> tuple[list[Entry], list[CorridorLeftOut]]:
    """The entries without those that are the same way as another, by the rule of this module, and why each is out."""
    rows = _by_value(network, request, entries, objectives)
    if different >= 1:
        return [row.entry for row in rows], []
    kept: list[_Kept] = []
    left = []
    for row in rows:
        alike = [
            other for other in kept if plan.shared(row.entry.route.segments, other.entry.route.segments) > different
        ]
        better = next((other for other in alike if _gives_way(row, other)), None)
        if better is not None:
            better.least = tuple(map(min, better.least, row.values))
            left.append(_left(row, better, objectives))
            continue
        if row.entry.corridor:
            for other in alike:
                if not other.entry.corridor and row.may_stand_for(other) and row.is_near(other.least):
                    kept.remove(other)
                    row.least = tuple(map(min, row.least, other.least))
                    left.append(_left(other, row, objectives))
        kept.append(row)
    return [row.entry for row in kept], left


def _gives_way(row: _Kept, better: _Kept) -> bool:
    """Whether a candidate is left out for one that is the same way and comes before it."""
    if not better.may_stand_for(row) or not better.is_near(row.values):
        return False
    return not row.entry.corridor or (bool(better.entry.corridor) and row.is_near(better.least))


def _by_value(
    network: Network, request: RouteRequest, entries: Sequence[Entry], objectives: Sequence[Objective]
) -> list[_Kept]:
    """The candidates from the best: by the sum, over the objectives, of what each takes as a multiple of the least."""
    in_force = closures.by_segment(network.catalog, request.day)
    rows = []
    for entry in entries:
        values = tuple(objective.value(entry.route) for objective in objectives)
        shut = frozenset(
            closure.id
            for segment in entry.route.segments
            for closure in in_force.get(segment.id, ())
            if closure.kind == "closed"
        )
        built = openings.unbuilt_km(network, entry.route, request.as_of) == 0
        rows.append(_Kept(entry, values, values, built, shut))
    least = [min(column) or 1.0 for column in zip(*(row.values for row in rows), strict=True)]

    def order(row: _Kept) -> tuple[float, bool, str]:
        parts = [value / least[at] for at, value in enumerate(row.values)]
        return sum(parts), not row.entry.corridor, row.entry.id

    return sorted(rows, key=order)


def _left(row: _Kept, stays: _Kept, objectives: Sequence[Objective]) -> CorridorLeftOut:
    """What stays in the place of a candidate, how much of it is the same, and by how much they differ."""
    share = plan.shared(row.entry.route.segments, stays.entry.route.segments)
    ratios = [own / other - 1.0 if other else 0.0 for own, other in zip(row.values, stays.values, strict=True)]
    if len(objectives) == 1:
        unit, apart = MEASURES[objectives[0].criterion].unit, row.values[0] - stays.values[0]
        said = f"takes {abs(apart):,.1f} {unit} {'more' if apart >= 0 else 'less'} ({ratios[0]:+.1%})"
    else:
        said = f"takes {min(ratios):+.1%} to {max(ratios):+.1%}, by what decides"
    stands = f"{stays.entry.id} stands for it" if stays.entry.corridor else f"{stays.entry.id} is the same way"
    route = row.entry.route
    totals = "; ".join([f"{route.time_h:,.1f} h and {route.cost_usd:,.0f} USD", *closures_of(route)])
    return CorridorLeftOut(
        row.entry.id,
        f"{stands}: it shares {share:.0%} of its km with it and {said} ({totals}); --different 1 keeps both",
    )


def _rule(objectives: Sequence[Objective], routes: int, different: float) -> str:
    """What the candidates are, in a sentence."""
    titles = [row.title for row in measures.compared()]
    by = "; by ".join(dict.fromkeys(objective.title for objective in objectives))
    plans = f"the best {routes} routes" if routes > 1 else "the best route"
    said = f"candidates: the named corridors, the best by {', '.join(titles)}, and {plans} by {by} (--routes)"
    if different >= 1:
        return f"{said}; --different 1 keeps also what is the same way but for little"
    return (
        f"{said} that share at most {different:.0%} of their km. Of two candidates that share more the worse one gives "
        f"way; a named corridor stays, and stands in for a route that takes at most {NEARLY:.0%} less. Nothing gives "
        "way to what is less built or shut by more closures. Without what closures shut, the best is a candidate too"
    )
