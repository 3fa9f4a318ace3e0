"""Scenario years: the best route and the corridors as projects open, and what changes if one slips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from corridors.options import Criterion
from corridors.studies import evidence
from corridors.studies.evidence_results import Result
from corridors.studies.study import Name, Question, Run, Study
from corridors.studies.timeline_answer import CorridorYears, Timeline, label
from geodata import errors
from planner import named, openings, scenario_years
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route
from planner.scenario_years import Planner, Year

MAX_YEARS = 60
MAX_SLIP = 50

CalendarYear = Annotated[int, Field(ge=1900, le=2150)]


class TimelineQuestion(Question):
    """``slip`` holds 'project:years' and changes the timeline; ``slip_all`` tries each project that matters alone."""

    by: Criterion = Criterion.time
    from_year: CalendarYear | None = None
    to_year: CalendarYear = 2040
    slip: tuple[Name, ...] = ()
    slip_all: Annotated[int, Field(ge=0, le=MAX_SLIP)] = 3


def slips_of(network: Network, texts: tuple[str, ...]) -> dict[str, int]:
    """'project:years' -> {project: years}. Raises RequestError for what is no such text."""
    found: dict[str, int] = {}
    for text in texts:
        name, _, years = text.rpartition(":")
        if not name or not years.strip().lstrip("+-").isdigit():
            raise errors.RequestError(f"--slip {text}: write PROJECT:YEARS, e.g. ktap_herat_kandahar:3")
        project, late = openings.find(network.catalog, name), int(years)
        if not -MAX_SLIP <= late <= MAX_SLIP or late == 0:
            raise errors.RequestError(f"--slip {text}: years must lie between -{MAX_SLIP} and {MAX_SLIP}, and not be 0")
        if project.opens_central is None:
            raise errors.RequestError(f"--slip {text}: {project.title} has no opening year that could slip")
        if project.id in found:
            raise errors.RequestError(f"--slip {text}: {project.id} slips twice; name it once")
        found[project.id] = late
    return found


def answer(network: Network, question: TimelineQuestion, run: Run) -> Timeline:
    """Work out a timeline.

    Raises RequestError for years that are none, NoRouteError when no year has a route.
    """
    if question.as_of is not None or question.include.value != "operational":
        raise errors.RequestError("a timeline takes its lines from the years; leave out --as-of and --include")
    known = network.catalog.data_date.year
    start = known if question.from_year is None else question.from_year
    if not max(start, known) <= question.to_year < max(start, known) + MAX_YEARS:
        raise errors.RequestError(
            f"--to {question.to_year} must be {max(start, known)} or later, by less than {MAX_YEARS} years"
        )
    notes = (
        () if start >= known else (f"the data are of {known}: what ran before is not known, the timeline begins then",)
    )
    listed = range(max(start, known), question.to_year + 1)
    asked = slips_of(network, question.slip)
    request = question.request(network, by=question.by.value)
    changed = openings.slipped(network, asked)
    planner = Planner(request, question.date)
    years = planner.years(changed, listed)
    run.progress(0.5)
    if all(year.route is None for year in years):
        raise errors.NoRouteError(
            f"no route from {network.nodes[request.origin].name} to {network.nodes[request.destination].name} by "
            f"{', '.join(request.modes)} in any year from {listed[0]} to {listed[-1]}",
            [f"'corridors plan ... --as-of {listed[-1]}' says what blocks it"],
        )
    as_planned = planner.years(network, listed) if asked else years
    corridors = _corridors(changed, request)
    matter = (*scenario_years.used(network, as_planned), *scenario_years.used(changed, years),
              *(key for row in corridors for key in row.opening.last))  # fmt: skip
    others = [key for key in dict.fromkeys(matter) if key not in asked]
    each = [*asked.items(), *((key, question.slip_all) for key in others if question.slip_all)]
    slips = scenario_years.slips(network, planner, as_planned, each)
    found = _evidence(changed, planner, years, corridors, question.by.value)
    run.progress(1.0)
    ends = (request.origin, request.destination)
    return Timeline(changed, network, ends, question.by.value, years, corridors, asked, tuple(slips), notes, found)


def _corridors(network: Network, request: RouteRequest) -> tuple[CorridorYears, ...]:
    """The corridors that join the two places, each line once."""
    joiner = named.Joiner(network, request)
    found: list[CorridorYears] = []
    for key, corridor in network.catalog.corridors.items():
        joined = joiner.join(corridor)
        if isinstance(joined, named.Joined) and all(row.route.segment_ids != joined.route.segment_ids for row in found):
            found.append(CorridorYears(key, joined.route, openings.of_route(network, joined.route)))
    return tuple(found)


def _evidence(
    network: Network, planner: Planner, years: Sequence[Year], corridors: Sequence[CorridorYears], by: str
) -> tuple[Result, ...]:
    """What the best of the first and of the last year with a route leans on; once, where both rank the same routes.

    Ranked is what is open in the year: the routes that are the best in some year, and corridors that are another way.
    """
    best: dict[tuple[str, ...], tuple[str, Route]] = {}
    for year in years:
        if year.route is not None:
            best.setdefault(year.route.segment_ids, (f"best of {year.year}", year.route))
    known = [(year.year, year.route) for year in years if year.route is not None]
    found: list[Result] = []
    for at, route in (known[0], *known[1:][-1:]):
        open_ids = planner.open_in(network, at)
        own = best[route.segment_ids]
        once = [pair for pair in best.values() if pair != own and open_ids.issuperset(pair[1].segment_ids)]
        ways = [(row.id, row.route) for row in corridors if row.route.segment_ids not in best]
        others, alike = evidence.apart(route, [way for way in ways if open_ids.issuperset(way[1].segment_ids)])
        ranked = [own, *once, *others]
        names = [name for name, _ in ranked]
        if found and found[0].evidence.ranked == tuple(names):
            return (Result(f"{known[0][0]} and {at}", found[0].evidence, found[0].notes),)
        told = [f"{name} ({label(way)})" for name, way in ranked[: 1 + len(once)]]
        notes = [f"ranked: {', '.join([*told, *names[len(told) :]])}"]
        if alike:
            notes.append(
                f"not ranked, sharing more than {evidence.ALIKE:.0%} of its km with the best: {', '.join(alike)}"
            )
        shut = [name for name, way in ways if not open_ids.issuperset(way.segment_ids)]
        if shut:
            notes.append(f"not ranked, since not to be used in {at}: {', '.join(shut)}")
        result = evidence.of(network, [way for _, way in ranked], names, by)
        found.append(Result(str(at), result, tuple(notes)))
    return tuple(found)


STUDY = Study("timeline", "Scenario years", TimelineQuestion, answer)
