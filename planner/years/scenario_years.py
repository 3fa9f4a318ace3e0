"""The best route of every year, as lines open; and the same when projects slip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from geodata import errors
from planner import allowed, plan
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.request import RouteRequest
from planner.years import openings


@dataclass(frozen=True)
class Year:
    """The best route of a year, None without one; ``opened`` are the projects whose first line opens in it."""

    year: int
    route: Route | None
    opened: tuple[str, ...]

    def value(self, by: str) -> float | None:
        """The total of a criterion, in its unit."""
        return None if self.route is None else MEASURES[by].value(self.route.amounts, self.route.consignment)


@dataclass
class Planner:
    """Plans year after year; the same open lines are planned over once, whatever slips."""

    request: RouteRequest
    day: date | None = None
    """The day that closures are asked of; None is the day of the data, in each year."""
    _found: dict[tuple[frozenset[str], frozenset[str]], Route | None] = field(default_factory=dict)

    def years(self, network: Network, listed: Iterable[int]) -> tuple[Year, ...]:
        """The best route of each year, by ``request.by``, over what is open by central years."""
        opened = opened_in(network)
        return tuple(Year(year, self._best(network, year), tuple(opened.get(year, ()))) for year in listed)

    def open_in(self, network: Network, year: int) -> frozenset[str]:
        """The segments that can be used in a year."""
        return frozenset(allowed.permitted(network, self.asked(network, year)).segments)

    def asked(self, network: Network, year: int) -> RouteRequest:
        """The question of a year; its ``day`` is the one that closures are asked of."""
        known = network.catalog.data_date
        day = self.day or date(year, known.month, min(known.day, 28))
        return replace(self.request, as_of=year, include="operational", day=day, count=1, different=1.0)

    def _best(self, network: Network, year: int) -> Route | None:
        day = self.asked(network, year).day  # a route says what is closed on its day
        in_force = (row.id for row in network.catalog.closures.values() if row.in_force(day))
        key = (self.open_in(network, year), frozenset(in_force))
        if key not in self._found:
            try:
                self._found[key] = plan.plan(network, self.asked(network, year))[0]
            except errors.NoRouteError:
                self._found[key] = None
        return self._found[key]


def opened_in(network: Network) -> dict[int, list[str]]:
    """Year -> the projects (by id) that have a line which opens in it, by central years."""
    found: dict[int, list[str]] = {}
    projects = openings.projects_of(network.catalog)
    for segment_id, year in network.catalog.opens_year.items():
        project = projects.get(segment_id)
        if project is not None and project.id not in found.setdefault(year, []):
            found[year].append(project.id)
    return found


def used(network: Network, years: Iterable[Year]) -> tuple[str, ...]:
    """The projects that build a part of a best route in some year, in the order they come to be used."""
    projects = openings.projects_of(network.catalog)
    return tuple(
        dict.fromkeys(
            projects[segment.id].id
            for year in years
            if year.route is not None
            for segment in year.route.segments
            if segment.status != "operational" and segment.id in projects
        )
    )


@dataclass(frozen=True)
class Slip:
    """What changes when a project opens later: ``before`` and ``after`` are the same years."""

    project: str
    years: int
    before: tuple[Year, ...]
    after: tuple[Year, ...]

    def worse(self, by: str) -> dict[int, float | None]:
        """Year -> how much more the best route takes, in the years it does; None where no route is left."""
        return self._more(self.before, self.after, by)

    def better(self, by: str) -> dict[int, float | None]:
        """Year -> how much less the best route takes, in the years it does; None where there was none before."""
        return self._more(self.after, self.before, by)

    @staticmethod
    def _more(one: Sequence[Year], other: Sequence[Year], by: str) -> dict[int, float | None]:
        found: dict[int, float | None] = {}
        for first, second in zip(one, other, strict=True):
            known, then = first.value(by), second.value(by)
            if known is not None and (then is None or then > known):
                found[first.year] = None if then is None else then - known
        return found


def slips(network: Network, planner: Planner, before: Sequence[Year], each: Iterable[tuple[str, int]]) -> list[Slip]:
    """The years again, for one project at a time that opens so many years later."""
    listed = [year.year for year in before]
    return [
        Slip(project, late, tuple(before), planner.years(openings.slipped(network, {project: late}), listed))
        for project, late in each
    ]
