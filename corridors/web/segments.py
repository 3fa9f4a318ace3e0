"""The HTTP API of one's own segments, under /api/segments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from corridors.web import segment_work
from corridors.web.draft import Lines, LinesInQuestion, LinesMeasured
from corridors.web.endpoints import JSON, REFUSALS, Here, refuse_parameters
from corridors.web.failure import Failure, WorkError
from corridors.web.site import Site

api = APIRouter(prefix="/api/segments", tags=["your own segments"], dependencies=[Depends(refuse_parameters)])


def _taking(model: type[Lines]) -> dict[str, Any]:
    """What the documentation says of a body; it is parsed in the worker, more strictly than FastAPI would."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _body(request: Request) -> str:
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkError(Failure(400, "request", f"byte {error.start} of the body is not UTF-8")) from None


async def _change(request: Request, here: Site, function: Callable[..., str], *arguments: Any) -> str:
    """What a function does to the folder; it goes on when the client goes away, who may have been told already.

    With the header If-Match and the version of GET /api/segments it is only done when nobody changed the folder since.
    """
    if here.folder is None:
        message = "this server has no folder of your own to save to: start it with --data"
        raise WorkError(Failure(400, "request", message))
    version = request.headers.get("if-match", "").strip('"')
    return await here.runner.run(function, here.folder, version, *arguments)


@api.get("", response_class=JSON, responses=REFUSALS)
async def own_segments(request: Request, here: Here) -> Response:
    """The segments of your own folder, as ``corridors segment list -f json`` gives them."""
    return JSON(await here.run(request, segment_work.listed, here.folder))


@api.get(".geojson", responses=REFUSALS)
async def download(request: Request, here: Here) -> Response:
    """All that was added, as one GeoJSON file."""
    text = await here.run(request, segment_work.download, here.folder)
    headers = {"content-disposition": 'attachment; filename="additions.geojson"'}
    return Response(text, media_type="application/geo+json", headers=headers)


@api.post("/check", response_class=JSON, responses=REFUSALS, openapi_extra=_taking(Lines))
async def check(request: Request, here: Here) -> Response:
    """Every finding about some lines, and how they would join the network; nothing is written."""
    return JSON(await here.run(request, segment_work.checked, here.folder, await _body(request)))


@api.post("/routes", response_class=JSON, responses=REFUSALS, openapi_extra=_taking(LinesInQuestion))
async def routes(request: Request, here: Here) -> Response:
    """The answers to a question without and with some lines; nothing is written."""
    return JSON(await here.run(request, segment_work.routes, here.folder, await _body(request)))


@api.post("/effect", response_class=JSON, responses=REFUSALS, openapi_extra=_taking(LinesMeasured))
async def effect(request: Request, here: Here) -> Response:
    """What some lines change between 25 main cities and ports, as ``corridors segment effect -f json`` gives it."""
    return JSON(await here.run(request, segment_work.measured, here.folder, await _body(request)))


@api.post("", status_code=201, response_class=JSON, responses=REFUSALS, openapi_extra=_taking(Lines))
async def save(request: Request, here: Here) -> Response:
    """Add lines to your own folder, all of them or none."""
    return JSON(await _change(request, here, segment_work.saved, await _body(request)), 201)


@api.put("/{key}", response_class=JSON, responses=REFUSALS, openapi_extra=_taking(Lines))
async def replace(request: Request, here: Here, key: str) -> Response:
    """Put one line in the place of a segment that you added."""
    return JSON(await _change(request, here, segment_work.saved, await _body(request), key))


@api.delete("/{key}", response_class=JSON, responses=REFUSALS)
async def remove(request: Request, here: Here, key: str) -> Response:
    """Take a segment that you added away again. The request is of Content-Type application/json, without a body."""
    if (await _body(request)).strip() not in ("", "{}"):
        raise WorkError(Failure(422, "request", "a removal takes no options: send no body"))
    return JSON(await _change(request, here, segment_work.removed, key))


@api.post("/undo", response_class=JSON, responses=REFUSALS)
async def undo(request: Request, here: Here) -> Response:
    """Take the last change of your folder back, also one of an earlier run."""
    if (await _body(request)).strip() not in ("", "{}"):
        raise WorkError(Failure(422, "request", "undo takes no options: send {}"))
    return JSON(await _change(request, here, segment_work.undone))
