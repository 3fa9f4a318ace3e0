"""Work in processes of its own that are really ended at a limit of time, and replaced.

A thread cannot be stopped; a process can. Each lane is one process and takes one job at a time. Getting ready (imports,
compiling, reading the data) is not part of a job, so that the limit is for the work alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from corridors import faces, interrupts
from corridors.web import failure
from corridors.web.failure import Failure, WorkError
from geodata import errors

LIMIT_S = 5.0
"""A job that takes longer is ended."""

READY_LIMIT_S = 120.0
"""So long a lane may read the data of a user, or compile what was never compiled on this machine."""

LANES = 2
MAX_WAITING = 64
"""Jobs that wait for a lane; one more is refused at once. Most take a tenth of a second, and equal ones less."""

Answer = TypeVar("Answer")

log = logging.getLogger("corridors.web")


class Runner:
    """Runs picklable functions in ``lanes`` processes, each for at most ``limit_s`` seconds.

    ``warm`` runs once in every new process; ``prepare`` before every job, without counting towards its limit, and must
    be quick when there is nothing to do. Both are functions of a module, or partials of one.
    """

    def __init__(
        self,
        warm: Callable[[], object],
        prepare: Callable[[], object],
        *,
        lanes: int = LANES,
        limit_s: float = LIMIT_S,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self.limit_s, self.max_waiting = limit_s, max_waiting
        self._lanes = [_Lane(warm, prepare) for _ in range(lanes)]
        self._free: asyncio.Queue[_Lane] = asyncio.Queue()
        self._waiting = 0
        self._is_started = False
        self._renewals: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the processes; they get ready while this returns."""
        if not self._is_started:
            self._is_started = True
            for lane in self._lanes:
                lane.start()
                self._free.put_nowait(lane)

    def wait_ready(self) -> None:
        """Wait until every process is ready. Raises WorkError when the data cannot be read."""
        for future in [lane.schedule(lane.prepare, (), READY_LIMIT_S) for lane in self._lanes]:
            _opened(future.result())

    def stop(self) -> None:
        """End all processes, whatever they do."""
        for lane in self._lanes:
            lane.stop()

    async def run(self, function: Callable[..., Answer], *arguments: Any) -> Answer:
        """What the function returns in a process of its own. To cancel this ends the job and its process.

        Raises WorkError: an error of ours (its status), the limit (504), too many jobs waiting (503), an error of any
        other kind, which is logged (500).
        """
        lane = await self._lane()
        is_clean = False
        try:
            await lane.call(lane.prepare, (), READY_LIMIT_S)
            answer: Answer = await lane.call(function, arguments, self.limit_s)
            is_clean = True
            return answer
        except WorkError as error:
            is_clean = error.failure.kind not in ("limit", "lost")
            raise
        finally:
            if is_clean:
                self._free.put_nowait(lane)
            else:
                self._renew(lane)

    async def _lane(self) -> _Lane:
        if self._free.empty() and self._waiting >= self.max_waiting:
            raise WorkError(Failure(503, "busy", "too many questions at once; ask again in a few seconds"))
        self._waiting += 1
        try:
            return await self._free.get()
        finally:
            self._waiting -= 1

    def _renew(self, lane: _Lane) -> None:
        """Give a lane back when its new process is ready."""

        async def renewed() -> None:
            with contextlib.suppress(WorkError):  # the next job meets it again, and says it to the one who asked
                await lane.call(lane.prepare, (), READY_LIMIT_S)
            self._free.put_nowait(lane)

        task = asyncio.get_running_loop().create_task(renewed())
        self._renewals.add(task)
        task.add_done_callback(self._renewals.discard)


class _Lane:
    """A pool of one process. A pool whose process dies without a job is broken, and gets a successor."""

    def __init__(self, warm: Callable[[], object], prepare: Callable[[], object]) -> None:
        self.warm, self.prepare = warm, prepare
        self._pool: ProcessPool | None = None
        self._is_stopped = False

    def start(self) -> None:
        self.schedule(_nothing, (), None)

    def stop(self) -> None:
        self._is_stopped = True
        if self._pool is not None:
            _end(self._pool)

    def schedule(self, function: Callable[..., Any], arguments: tuple[Any, ...], limit_s: float | None) -> Future[Any]:
        if self._is_stopped:
            raise WorkError(Failure(503, "busy", "the server ends"))
        if self._pool is None or not self._pool.active:
            if self._pool is not None:
                _end(self._pool)
            context: Any = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(1, initializer=_start, initargs=(self.warm,), context=context)
        with interrupts.held():  # the pool's first job starts its threads, which start its processes
            future: Future[Any] = self._pool.schedule(_attempt, args=(function, arguments), timeout=limit_s)
        return future

    async def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], limit_s: float) -> Any:
        try:
            outcome = await asyncio.wrap_future(self.schedule(function, arguments, limit_s))
        except TimeoutError:
            raise WorkError(_stopped(limit_s)) from None
        except (ProcessExpired, RuntimeError) as error:
            log.error("a worker was lost: %s", error)
            text = "the work ended before its time (was there enough memory?); ask for fewer routes"
            raise WorkError(Failure(503, "lost", text)) from None
        return _opened(outcome)


def _end(pool: Any) -> None:
    pool.stop()
    pool.join()


def _stopped(limit_s: float) -> Failure:
    text = (
        f"stopped after {limit_s:g} seconds; ask for less (of a plan: fewer routes, a larger share that two may have "
        "in common, fewer criteria, a larger epsilon; of lines: fewer or simpler ones, fewer places); the command line "
        "has no such limit"
    )
    return Failure(504, "limit", text)


def _opened(outcome: Any) -> Any:
    if isinstance(outcome, _Failed):
        if outcome.trace:
            log.error("a bug of ours in a worker:\n%s", outcome.trace)
        raise WorkError(outcome.failure)
    return outcome


class _Failed:
    """A failure on its way from the worker; a job may itself return a Failure."""

    def __init__(self, failure: Failure, trace: str = "") -> None:
        self.failure, self.trace = failure, trace


def _attempt(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """In the worker: the answer, or why there is none. No exception goes through a pipe."""
    try:
        with faces.speaking(faces.HTTP):
            return function(*arguments)
    except errors.CorridorsError as error:
        return _Failed(failure.from_error(error))
    except Exception as error:
        text = f"internal error ({type(error).__name__}); the terminal of the server says more"
        return _Failed(Failure(500, "internal", text), traceback.format_exc())


def _start(warm: Callable[[], object]) -> None:
    """In a new worker, before its first job."""
    interrupts.leave_with_parent()
    try:
        warm()
    except errors.CorridorsError:
        return  # the first job meets it again, and answers with it


def _nothing() -> None:
    """A job that only starts a worker."""
