"""Break-even: at which value of one parameter does one route overtake another, or why never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from corridors.studies.breakeven import answer as breakeven_answers, map as breakeven_map, tie as breakeven_tie
from corridors.studies.breakeven.answer import BEST, Between, Contenders
from corridors.studies.route_words import label
from corridors.studies.study import Answer, Question, Run, Study
from geodata import errors
from maps.tables.of_routes import closures_of
from planner import allowed, closures, fields, named, plan, worlds
from planner.fields import Face
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.question import Conditions, Criterion, Name
from planner.uncertainty import breakeven
from planner.uncertainty.variables import OPENING_YEAR
from planner.years import openings

FROM, TO = Face("--from", None), Face("--to", None)


class BreakEvenQuestion(Question):
    """Without places, the two corridors are compared whole, as they are drawn."""

    origin: Annotated[
        str, Field(max_length=300, description="With --to: the corridors between these places."), FROM
    ] = ""
    destination: Annotated[str, Field(max_length=300, description="Place, as above."), TO] = ""
    first: Annotated[Name, Field(description="A named corridor; with --from and --to also: best."), Face("FIRST", None)]
    second: Annotated[Name, Field(description="Another one."), Face("SECOND", None)]
    by: Annotated[Criterion, Field(description="What is to be equal.")] = "time"
    vary: Annotated[
        Name | None,
        Field(description="The parameter, e.g. rail-speed:AF or opening-year; left out: all that have a tie."),
    ] = None
    vary_too: Annotated[
        Name | None, Field(description="A second parameter: the map of who wins where."), Face("--and", None)
    ] = None
    all_corridors: Annotated[
        bool, Field(description="With --and: all named corridors on the map."), Face("--all", None)
    ] = False
    draws: Annotated[int, Field(ge=10, le=100_000, description="Draws for the interval of the tie.")] = 2000
    seed: Annotated[int, Field(ge=0, description="The same seed gives the same draws.")] = 1


def answer(network: Network, question: BreakEvenQuestion, run: Run) -> Answer:
    """Work out a break-even.

    Raises RequestError for options that do not go together, UnknownNameError for a corridor or a parameter that is not
    there, NoRouteError where a corridor does not join the places.
    """
    _check(question)
    found = _of_world(network, question, run)
    if BEST not in found.routes:
        return found
    asked = worlds.applied(network, question.request(network, by=question.by))
    if asked is None:
        return found
    other = question.model_copy(update={"closures": "apply"})
    try:
        then: Between | str = _of_world(network, other, Run())
    except (errors.NoRouteError, errors.RequestError) as error:
        then = f"{error}{_best_then(network, other)}"
    if isinstance(then, Between) and _ways(then) == _ways(found):
        return found
    world = f"with what is closed on {asked.day.isoformat()} applied"
    return replace(found, sides=replace(found.sides, applied=then, world=world))


def _best_then(network: Network, question: BreakEvenQuestion) -> str:
    """'; the best then takes 2,798.0 km (UZ TM IR PK by road)', where there is one."""
    try:
        best = _route(network, question, BEST)
    except errors.NoRouteError:
        return ""
    row = MEASURES[question.by]
    took = f"{row.value(best.amounts, best.consignment):,.1f} {row.unit}"
    return f"; the best then takes {took} ({'; '.join([label(best), *closures_of(best)])})"


def _ways(found: Between) -> list[tuple[str, ...]]:
    return [route.segment_ids for _, route in found.shown_routes()]


def _of_world(network: Network, question: BreakEvenQuestion, run: Run) -> Between:
    """The answer with closures as the question has them."""
    sides = _sides(network, question)
    by = question.by
    if question.vary is None:
        return breakeven_answers.Listing.of(network, sides, by)
    if question.vary.strip().lower() == OPENING_YEAR:
        years = {key: openings.of_route(network, route) for key, route in sides.routes.items()}
        return breakeven_answers.Years(network, sides, by, years)
    if question.vary_too is not None:
        return breakeven_map.Map.of(network, sides, by, (question.vary, question.vary_too))
    varied = breakeven.vary(network, list(sides.routes.values()), question.vary)
    run.progress(0.1)
    return breakeven_tie.Single.of(varied, network, sides, by, (question.draws, question.seed))


def _check(question: BreakEvenQuestion) -> None:
    if bool(question.origin) != bool(question.destination):
        raise errors.RequestError("--from and --to go together: both places, or neither")
    if not question.origin:
        for name, info, _ in question.given(set(Conditions.model_fields) - set(Conditions.as_drawn)):
            named_ = fields.option(name, info)
            raise errors.RequestError(f"{named_} goes with --from and --to; corridors are compared as drawn")
        if BEST in (question.first, question.second):
            raise errors.RequestError(f"{BEST} goes with --from and --to: best between which places?")
    if question.all_corridors and question.vary_too is None:
        raise errors.RequestError("--all goes with --and: it fills the map of two parameters")
    if question.vary_too is not None and question.vary is None:
        raise errors.RequestError("--and is the second parameter; --vary names the first")
    words = [(text or "").partition(":") for text in (question.vary, question.vary_too)]
    if any(word.strip().lower() == OPENING_YEAR for word, _, _ in words):
        if question.vary_too is not None:
            raise errors.RequestError(f"{OPENING_YEAR} is no rate and has no map; leave out --and")
        _, colon, scope = words[0]
        if colon:
            raise errors.RequestError(
                f"{OPENING_YEAR} has no scope, it is the year in which all of a route is open: write --vary "
                f"{OPENING_YEAR}; what a project that slips changes says corridors timeline FROM TO --slip "
                f"{scope.strip() or 'PROJECT'}:YEARS"
            )


def _sides(network: Network, question: BreakEvenQuestion) -> Contenders:
    """The two routes asked for and, with --all, every other corridor between the same places."""
    routes = {_id(network, text): _route(network, question, text) for text in (question.first, question.second)}
    notes: list[str] = []
    if len(routes) == 1:
        raise errors.RequestError(f"{next(iter(routes))} is named twice; a break-even is between two routes")
    (one, first), (two, second) = routes.items()
    if first.segment_ids == second.segment_ids:
        raise errors.RequestError(f"{one} and {two} are the same line between these places; there is nothing to break")
    names = network.nodes
    ends = [f"{names[route.nodes[0]].name} - {names[route.nodes[-1]].name}" for route in (first, second)]
    if ends[0] != ends[1]:
        notes.append(
            f"they do not join the same places: {one} {ends[0]}, {two} {ends[1]}; --from and --to bring them "
            "between the same ones"
        )
    if BEST in routes:
        notes.append(
            f"{BEST} is today's best route by {MEASURES[question.by].title}, kept as it is "
            f"({'; '.join([label(routes[BEST]), *closures_of(routes[BEST])])}); other values may have another one"
        )
    left: list[str] = []
    if question.all_corridors:
        for key in network.catalog.corridors:
            if key in routes:
                continue
            try:
                route = _route(network, question, key)
            except errors.NoRouteError as error:
                left.append(f"left out {key}: {error}")
                continue
            if (route.nodes[0], route.nodes[-1]) != (first.nodes[0], first.nodes[-1]):
                left.append(f"left out {key}: it does not join {ends[0]}")
            elif all(route.segment_ids != other.segment_ids for other in routes.values()):
                routes[key] = route
    notes += _not_applied(network, question, routes)
    again = (lambda other: _route(other, question, BEST)) if BEST in routes else None
    return Contenders(routes, tuple(notes), tuple(left), _warnings(network, question, routes), again)


def _day(network: Network, question: BreakEvenQuestion) -> date:
    """The day that closures are asked of."""
    if question.origin:
        return question.request(network).day
    return question.day or network.catalog.data_date


def _warnings(network: Network, question: BreakEvenQuestion, routes: dict[str, Route]) -> tuple[str, ...]:
    """The closures that the routes run into, each once, after the routes it concerns."""
    day = _day(network, question)
    return closures.sentences(network.catalog, [(key, route.segments, day) for key, route in routes.items()])


def _not_applied(network: Network, question: BreakEvenQuestion, routes: dict[str, Route]) -> list[str]:
    if not question.origin:
        return []
    request = question.request(network)
    return [*request.closed.notes(), *allowed.not_applied(network, request, routes.values())]


def _id(network: Network, text: str) -> str:
    return BEST if text.strip().lower() == BEST else named.find(network, text).id


def _route(network: Network, question: BreakEvenQuestion, text: str) -> Route:
    if not question.origin:
        corridor = named.find(network, text)
        drawn = {key: getattr(question, key) for key in Conditions.as_drawn}
        asked = named.question(network, corridor, **drawn)
        return named.whole(network, corridor, asked)
    request = question.request(network, by=question.by)
    if _id(network, text) == BEST:
        return plan.plan(network, replace(request, count=1, different=1.0))[0]
    found = named.Joiner(network, request).join(named.find(network, text))
    if isinstance(found, named.CorridorLeftOut):
        raise errors.NoRouteError(f"{found.corridor} does not join the two places: {found.reason}")
    return found.route


STUDY = Study("breakeven", "Break-even of two routes", BreakEvenQuestion, answer)
