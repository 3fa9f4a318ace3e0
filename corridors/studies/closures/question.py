"""Closures and resilience: what closures on the best routes cost, what cuts the places off, how many ways there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from corridors.studies.closures.answer import Resilience
from corridors.studies.closures.found import Applied
from corridors.studies.study import Question, Run, Study
from geodata import errors
from planner import closure_costs as resilience, plan, worlds
from planner.closure_costs import Closed
from planner.fields import Face
from planner.network import Network
from planner.question import Criterion
from planner.request import RouteRequest


class ClosuresQuestion(Question):
    """``count`` best routes are looked at; each closure is answered with the new best one."""

    by: Annotated[Criterion, Field(description="What the best route is by, before and after.")] = "time"
    count: Annotated[
        int, Field(ge=1, le=50, description="Close what lies on so many best routes; default: 1."), Face("-k", None)
    ] = 1


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
