"""Jobs in processes of this machine. One whose process dies is given to another; whoever is interrupted ends them all.

A process has one job at a time, so that its death is that of one job. ``concurrent.futures`` has one queue for all
processes and loses every job when one of them dies.
"""

from __future__ import annotations

import collections
import contextlib
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from corridors import interrupts

TRIES = 3
"""So often a job is begun before it is given up."""

Job = TypeVar("Job")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Died:
    """In the place of an answer: every process that had the job died, the last with this exit code."""

    exit_code: int | None


class _Worker(Generic[Key]):
    """A process, and the key of the job that it has."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        context = multiprocessing.get_context("spawn")  # not forked: compiled code and threads do not survive it
        self.pipe, theirs = context.Pipe()
        self.key: Key | None = None
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with interrupts.held():
            self.process.start()
        theirs.close()

    def end(self) -> None:
        """End it, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def run(jobs: Mapping[Key, Job], work: Callable[[Job], Any], count: int) -> Iterator[tuple[Key, Any]]:
    """The answers of all jobs as they come, by key; ``work`` is a function of a module, and so are all its values.

    Instead of an answer stands ``Died`` where TRIES processes have died with a job.
    """
    waiting = collections.deque(jobs)
    tries: collections.Counter[Key] = collections.Counter()
    workers: list[_Worker[Key]] = []
    try:
        workers += (_Worker(work) for _ in range(min(count, len(jobs))))
        while waiting or any(worker.key is not None for worker in workers):
            for worker in [each for each in workers if each.key is None]:
                _hand_out(worker, waiting, jobs)
            busy = {worker.pipe: worker for worker in workers if worker.key is not None}
            for pipe in connection.wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                assert worker.key is not None
                key, worker.key = worker.key, None
                try:
                    yield key, worker.pipe.recv()
                except (EOFError, ConnectionError):
                    worker.process.join()
                    tries[key] += 1
                    if tries[key] == TRIES:
                        yield key, Died(worker.process.exitcode)
                    else:
                        waiting.appendleft(key)
                    worker.end()
                    workers[workers.index(worker)] = _Worker(work)
    finally:
        for worker in workers:
            worker.end()


def _hand_out(worker: _Worker[Key], waiting: collections.deque[Key], jobs: Mapping[Key, Any]) -> None:
    """Give a process the next job, if there is one; that it is dead is seen when its answer is waited for."""
    if not waiting:
        return
    worker.key = waiting.popleft()
    with contextlib.suppress(ConnectionError):
        worker.pipe.send(jobs[worker.key])


def _serve(pipe: Any, work: Callable[[Any], Any]) -> None:
    """In the process: one job after the other, until there is nobody to give one."""
    interrupts.leave_with_parent()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            pipe.send(work(pipe.recv()))
