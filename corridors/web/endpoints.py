"""The HTTP API under /api, and the page at /."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from corridors.web import page, question, site, work
from corridors.web.failure import Failure, WorkError, from_error
from corridors.web.question import CompareQuestion, PlanQuestion
from corridors.web.site import Site
from geodata import errors

api = APIRouter(prefix="/api", tags=["corridors"])
pages = APIRouter()

Here = Annotated[Site, Depends(site.of_request)]
AskedPlan = Annotated[PlanQuestion, Query()]  # type: ignore[valid-type]  # made of fields
AskedCompare = Annotated[CompareQuestion, Query()]  # type: ignore[valid-type]

FAILURE: dict[str, Any] = {
    "type": "object",
    "required": ["error", "kind"],
    "properties": {
        "error": {"type": "string"},
        "kind": {"type": "string"},
        "hints": {"type": "array", "items": {"type": "string"}},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/json": {"schema": FAILURE}}}
    for status, text in (
        (400, "A value of the question is wrong."),
        (404, "An unknown name, or no route: what blocks stands under reasons."),
        (422, "An unknown parameter, a value out of its range, or problems of the data."),
        (503, "Too many questions at once."),
        (504, "Stopped at the limit of time."),
    )
}


def _once(request: Request) -> None:
    """A parameter given twice, of which one value would be ignored, is refused."""
    try:
        question.refuse_repeated(request.query_params.multi_items())
    except errors.RequestError as error:
        failed = from_error(error)
        raise WorkError(Failure(422, failed.kind, failed.message)) from None


def refuse_parameters(request: Request) -> None:
    """No parameter is taken; one that is sent is refused."""
    if request.query_params:
        names = errors.printable(", ".join(dict.fromkeys(request.query_params)))
        raise WorkError(Failure(422, "request", f"{names}: there is no such parameter"))


class JSON(Response):
    """An answer that is JSON text already."""

    media_type = "application/json"


class PlacesQuestion(BaseModel):
    """What /api/places takes."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[question.Name, Field(description="Part of any name, an id, UN/LOCODE or IATA code.")]


@api.get("/places", response_class=JSON, responses=REFUSALS, dependencies=[Depends(_once)])
async def places(request: Request, here: Here, asked: Annotated[PlacesQuestion, Query()]) -> Response:
    """Places by any of their names: whole names first, at most 20."""
    return JSON(await here.run(request, work.found_places, here.folder, asked.q))


@api.get("/plan", response_class=JSON, responses=REFUSALS, dependencies=[Depends(_once)])
async def plan(request: Request, here: Here, asked: AskedPlan) -> Response:
    """The best routes between two places, as ``corridors plan -f json`` gives them."""
    return JSON(await here.run(request, work.answer_json, here.folder, asked))


@api.get("/compare", response_class=JSON, responses=REFUSALS, dependencies=[Depends(_once)])
async def compare(request: Request, here: Here, asked: AskedCompare) -> Response:
    """The named corridors that join two places, and today's best, as ``corridors compare -f json`` gives them."""
    return JSON(await here.run(request, work.answer_json, here.folder, asked))


@api.get("/corridors", response_class=JSON, responses=REFUSALS, dependencies=[Depends(refuse_parameters)])
async def named_corridors(request: Request, here: Here) -> Response:
    """All named corridors, as ``corridors list -f json`` gives them."""
    return JSON(await here.run(request, work.corridors_json, here.folder))


@pages.get("/", response_class=HTMLResponse, include_in_schema=False)
async def planning_page(request: Request, here: Here) -> Response:
    """The form with its answer; the query string is the whole question."""
    items = tuple(request.query_params.multi_items())
    try:
        status, html = await here.run(request, work.page_html, here.folder, items)
    except WorkError as error:
        status, html = await _without_answer(request, here, items, error.failure)
    return HTMLResponse(html, status)


async def _without_answer(request: Request, here: Site, items: question.Items, failed: Failure) -> tuple[int, str]:
    """The form as it was filled in, with what went wrong; a bare page where not even that can be drawn."""
    if failed.kind == "limit":
        try:
            return await here.run(request, work.page_html, here.folder, items, failed)
        except WorkError:
            pass
    return failed.status, page.bare(failed)
