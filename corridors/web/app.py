"""The application: pages, HTTP API and its documentation, behind the guard.

To add an endpoint: a function in ``endpoints`` that awaits ``here.run(request, work.FUNCTION, here.folder, ...)``; the
function in ``work`` takes and returns plain values and runs in the worker, within the limit. Those of one's own
segments stand in ``segments`` and ``segment_work``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

import corridors
from corridors.web import endpoints, question, segment_work, segments, work
from corridors.web.failure import Failure, WorkError
from corridors.web.guard import Guard
from corridors.web.site import Site
from corridors.web.worker import LIMIT_S, Runner


def new_runner(folder: Path | None, *, limit_s: float = LIMIT_S) -> Runner:
    """The processes that answer questions on the shipped facts under a folder."""
    return Runner(segment_work.warm, partial(work.ready, folder), limit_s=limit_s)


def create_app(folder: Path | None, port: int, *, runner: Runner | None = None) -> FastAPI:
    """The application for a server on 127.0.0.1:``port``; ``folder`` need not be there yet.

    It starts the runner and ends it with itself.
    """
    site = Site(folder, port, runner or new_runner(folder))

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        site.runner.start()
        try:
            yield
        finally:
            site.runner.stop()

    app: FastAPI = FastAPIOffline(
        "/api/docs",
        None,
        title="Corridors",
        version=corridors.__version__,
        openapi_url="/api/openapi.json",
        swagger_ui_oauth2_redirect_url="/api/docs/oauth2-redirect",
        static_url="/api/static",
        summary="Freight routes over rail, road, ferry, sea and lines not yet built.",
        lifespan=running,
        redirect_slashes=False,
    )
    app.state.site = site
    app.include_router(endpoints.api)
    app.include_router(segments.api)
    app.include_router(endpoints.pages)
    app.add_exception_handler(WorkError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_middleware(Guard, port=port)
    return app


def _json(failed: Failure) -> JSONResponse:
    headers = {"retry-after": "5"} if failed.status == 503 else None
    return JSONResponse(failed.as_dict(), failed.status, headers)


async def _failed(_: Request, error: Any) -> JSONResponse:
    return _json(error.failure)


async def _invalid(_: Request, error: Any) -> JSONResponse:
    return _json(Failure(422, "request", "; ".join(question.plain_values(error.errors()))))


async def _refused(_: Request, error: Any) -> JSONResponse:
    return _json(Failure(error.status_code, "http", str(error.detail)))
