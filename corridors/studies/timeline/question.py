"""Scenario years: the best route and the corridors as projects open, and what changes if one slips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from corridors.studies.evidence import question as evidence
from corridors.studies.evidence.results import Result
from corridors.studies.route_words import label, spans
from corridors.studies.study import Question, Run, Study
from corridors.studies.timeline.answer import CorridorYears, Timeline
from geodata import errors, records
from planner import closures, named
from planner.fields import Face
from planner.network import Network
from planner.price.route import Route
from planner.question import Criterion, Names
from planner.years import openings, scenario_years
from planner.years.scenario_years import Planner, Year

MAX_YEARS = 60
MAX_SLIP = 50

CalendarYear = Annotated[int, Field(ge=1900, le=2150)]


class TimelineQuestion(Question):
    """``slip`` holds 'project:years' and changes the timeline; ``slip_all`` tries each project that matters alone."""

    needless: ClassVar[tuple[str, ...]] = ("include", "as_of")  # lines come from the years

    by: Annotated[Criterion, Field(description="What the best route of a year is by.")] = "time"
    from_year: Annotated[
        CalendarYear | None, Field(description="First year; default: the year of the data."), Face("--from", None)
    ] = None
    to_year: Annotated[CalendarYear, Field(description="Last year; default: 2040."), Face("--to", None)] = 2040
    slip: Annotated[
        Names,
        Field(description="PROJECT:YEARS, a project that opens later (below 0: earlier); repeat it for more."),
    ] = ()
    slip_all: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_SLIP,
            description="Each project that matters slips by so many years, alone; 0: none.",
        ),
    ] = 3


def slips_of(network: Network, texts: Sequence[str]) -> dict[str, int]:
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
    if any(question.given(question.needless)):
        raise errors.RequestError("a timeline takes its lines from the years; leave out --as-of and --include")
    known = network.catalog.data_date.year
    start = known if question.from_year is None else question.from_year
    first, last = max(start, known), max(start, known) + MAX_YEARS - 1
    if not first <= question.to_year <= last:
        raise errors.RequestError(
            f"--to {question.to_year}: this timeline begins in {first} and has {MAX_YEARS} years at most, so give a "
            f"year from {first} to {last}"
        )
    notes: tuple[str, ...] = ()
    if start < known:
        notes = (f"the data are of {known}: what ran before is not known, the timeline begins then",)
    listed = range(first, question.to_year + 1)
    asked = slips_of(network, question.slip)
    request = question.request(network, by=question.by)
    changed = openings.slipped(network, asked)
    planner = Planner(request, question.day)
    years = planner.years(changed, listed)
    run.progress(0.5)
    if all(year.route is None for year in years):
        raise errors.NoRouteError(
            f"no route from {network.nodes[request.origin].name} to {network.nodes[request.destination].name} by "
            f"{', '.join(request.modes)} in any year from {listed[0]} to {listed[-1]}",
            [f"'corridors plan ... --as-of {listed[-1]}' says what blocks it"],
        )
    as_planned = planner.years(network, listed) if asked else years
    corridors = _corridors(changed, planner, listed)
    matter = (
        *scenario_years.used(network, as_planned),
        *scenario_years.used(changed, years),
        *(key for row in corridors for key in row.opening.last),
    )
    others = [key for key in dict.fromkeys(matter) if key not in asked]
    each = [*asked.items(), *((key, question.slip_all) for key in others if question.slip_all)]
    slips = scenario_years.slips(network, planner, as_planned, each)
    found = _evidence(changed, planner, years, corridors, question.by)
    run.progress(1.0)
    ends = (request.origin, request.destination)
    notes += tuple(request.closed.notes())
    notes += _shut(changed, planner, years, corridors)
    warned = _warnings(changed, planner, years, corridors)
    return Timeline(changed, network, ends, question.by, years, corridors, asked, tuple(slips), notes, warned, found)


def _corridors(network: Network, planner: Planner, listed: range) -> tuple[CorridorYears, ...]:
    """The corridors that join the two places, each line once, under the closures of the last year: one that today's
    closures shut is there, and open in the years in which they are not applied.
    """
    joiner = named.Joiner(network, planner.asked(network, listed[-1]))
    lines = {year: planner.open_in(network, year) for year in listed}
    found: list[CorridorYears] = []
    for key, corridor in network.catalog.corridors.items():
        joined = joiner.join(corridor)
        if isinstance(joined, named.Joined) and all(row.route.segment_ids != joined.route.segment_ids for row in found):
            usable = frozenset(year for year in listed if lines[year].issuperset(joined.route.segment_ids))
            found.append(CorridorYears(key, joined.route, openings.of_route(network, joined.route), usable))
    return tuple(found)


def _shut(
    network: Network, planner: Planner, years: Sequence[Year], corridors: Sequence[CorridorYears]
) -> tuple[str, ...]:
    """What closures do to corridors where they are to apply, and which ones do not apply in later years."""
    if planner.request.closures != "apply":
        return ()
    notes = []
    for row in corridors:
        shut = [year.year for year in years if row.is_finished(year.year) and not row.is_open(year.year)]
        if shut:
            notes.append(f"{row.id}: shut by closures in {spans(shut)}")
    ways = [
        (year.route.segments, planner.asked(network, year.year).day, year.year)
        for year in years
        if year.route is not None
    ]
    ways += [
        (row.route.segments, planner.asked(network, year.year).day, year.year)
        for row in corridors
        for year in years[-1:]
        if row.is_open(year.year)
    ]
    later = [year.year for year in years if closures.future(network.catalog, year.year) is not None]
    return (*notes, *closures.not_applied(network.catalog, ways, f"in {spans(later)}"))


def _warnings(
    network: Network, planner: Planner, years: Sequence[Year], corridors: Sequence[CorridorYears]
) -> tuple[str, ...]:
    """The closures that the best routes and the corridors run into, each once, after what it concerns."""
    ways: list[tuple[int | str, Sequence[records.Segment], date]] = [
        (year.year, year.route.segments, planner.asked(network, year.year).day)
        for year in years
        if year.route is not None
    ]
    first = planner.asked(network, years[0].year).day
    ways += [(row.id, row.route.segments, first) for row in corridors]
    found = []
    for each in closures.met(network.catalog, ways):
        best = [way for way in each.ways if isinstance(way, int)]
        names = [*([f"best of {spans(best)}"] if best else []), *(way for way in each.ways if isinstance(way, str))]
        found.append(each.text(", ".join(names), network.catalog))
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
        result = evidence.evidence(network, [way for _, way in ranked], names, by)
        found.append(Result(str(at), result, tuple(notes)))
    return tuple(found)


STUDY = Study("timeline", "Scenario years", TimelineQuestion, answer)
