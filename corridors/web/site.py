"""What all endpoints of one server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request

from corridors.web.failure import Failure, WorkError
from corridors.web.worker import Runner

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Site:
    """``folder`` is the user's own, which need not be there yet; None: the shipped facts alone."""

    folder: Path | None
    port: int
    runner: Runner

    async def run(self, request: Request, function: Callable[..., Answer], *arguments: Any) -> Answer:
        """What a function of a module returns in the worker, within the limit; it ends when the client goes away.

        Raises WorkError, which the application answers with its status and JSON.
        """
        job = asyncio.ensure_future(self.runner.run(function, *arguments))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({job, gone}, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return job.result()
            raise WorkError(Failure(499, "gone", "the client has gone"))
        finally:
            for task in (job, gone):
                task.cancel()
            await asyncio.gather(job, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def of_request(request: Request) -> Site:
    """The site that a request is for: a dependency of the endpoints."""
    found: Site = request.app.state.site
    return found
