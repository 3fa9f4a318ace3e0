"""Many studies at once: all pairs x scenarios x draws, on the cores of this machine or on a cluster.

A job is one question; its answer is one line of JSON. ``run`` hands jobs to processes of this machine, or to anything
that submits like ``concurrent.futures.Executor``: ``dask.distributed`` (extra ``cluster``) where a batch outgrows one
machine. The answers are the same bytes either way, in the order of the jobs; a job whose worker dies is given to
another one, and one whose workers die again and again has a line that says so.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import itertools
import json
import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corridors.faces import COMMAND_LINE, speaking
from corridors.studies import journal, processes, study as study_
from corridors.studies.table import STUDIES
from corridors.version import VERSION
from geodata import catalog, checks, errors
from geodata.errors import Problem
from geodata.read import contents
from planner.network import Network

RETRIES = 5
"""So often a job whose worker died is tried again on a cluster."""

ANSWER_WITHIN_S, WORKER_WITHIN_S = 20, 30
"""So long a cluster is waited for, and then its first worker."""

_ADDRESS = re.compile(r"\w+://\S+")

AHEAD = 4
"""So many jobs for each worker are submitted before the first answer is waited for."""


@dataclass(frozen=True)
class Job:
    """One question: the id of a study and its options; ``sha256`` of the data it is to be asked of."""

    study: str
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: str | None = None
    sha256: str = ""


@functools.lru_cache(maxsize=1)
def _network(folder: str | None, sha256: str) -> Network:
    """The network of a folder, read once in a process for each content."""
    facts = catalog.load(folder)
    if folder is not None:
        checks.require_sound(facts)
    if sha256 and facts.sha256 != sha256:
        raise errors.RequestError(
            f"the data here ({facts.sha256[:12]}) are not those of the batch ({sha256[:12]}); install the same version "
            "and the same folder on every machine"
        )
    return Network.of(facts)


def answer(job: Job) -> str:
    """The answer of one job as a line of JSON; what went wrong with it stands under ``error``, and is no exception."""
    try:
        study = STUDIES[job.study]
        question = study.question.model_validate_json(json.dumps(job.options))
        network = _network(job.folder, job.sha256)
        with speaking(COMMAND_LINE):  # in whichever process
            found = study.answer(network, question, study_.Run())
            return _line(json.loads(study_.text(study, question, found)))
    except errors.CorridorsError as error:
        told = str(error)
    except Exception as error:  # a bug in one answer must not lose the others; its line says so, and the exit code
        told = f"internal error ({type(error).__name__}: {error}); please report it"
    return _line({"study": job.study, "options": dict(job.options), "error": errors.printable(told)})


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def run(
    jobs: Sequence[Job], executor: Executor | None = None, *, progress: Callable[[float], None] = lambda _: None
) -> Iterator[str]:
    """The answers of jobs, in their order. Without an executor, one process for each core of this machine.

    >>> [len(line) > 100 for line in run([Job("closures", {"origin": "Aktau", "destination": "Baku"})])]
    [True]
    """
    done = itertools.count(1)
    for line in journal.in_order(answers(dict(enumerate(jobs)), executor)):
        yield line
        progress(next(done) / len(jobs))


def answers(jobs: Mapping[int, Job], executor: Executor | None = None) -> Iterator[tuple[int, str]]:
    """The answers of numbered jobs, as they come. Raises RequestError where a cluster is lost as a whole."""
    if executor is not None:
        yield from _submitted(jobs, executor)
    elif len(jobs) < 2:
        yield from ((number, answer(job)) for number, job in jobs.items())
    else:
        found = processes.run(jobs, answer, multiprocessing.cpu_count())
        with contextlib.closing(found):  # type: ignore[type-var]
            for number, line in found:
                yield number, _died(jobs[number]) if isinstance(line, processes.Died) else line


def _submitted(jobs: Mapping[int, Job], executor: Executor) -> Iterator[tuple[int, str]]:
    ahead = AHEAD * max(2, multiprocessing.cpu_count())
    waiting: collections.deque[tuple[int, Future[str]]] = collections.deque()
    rest = iter(jobs.items())
    for _ in jobs:
        for number, job in itertools.islice(rest, ahead - len(waiting)):
            waiting.append((number, executor.submit(answer, job)))
        number, future = waiting.popleft()
        try:
            yield number, future.result()
        except Exception as error:  # ``answer`` raises none: it is the cluster's
            if type(error).__name__ != "KilledWorker":
                raise errors.RequestError(f"--scheduler: the cluster was lost ({type(error).__name__})") from error
            yield number, _died(jobs[number])


def _died(job: Job) -> str:
    told = (
        "the process that worked it out died, again and again (was there enough memory?); ask for less, or ask it alone"
    )
    return _line({"study": job.study, "options": dict(job.options), "error": told})


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The executor of a dask cluster, e.g. ``tcp://10.0.0.1:8786``.

    Raises RequestError without the extra ``cluster``, or when nobody answers there.
    """
    try:
        import distributed as distributed_
    except ImportError:
        raise errors.RequestError(
            "--scheduler needs dask.distributed: pip install 'transit-corridors[cluster]'"
        ) from None
    distributed: Any = distributed_  # it has no types
    if not _ADDRESS.fullmatch(address):
        raise errors.RequestError(f"--scheduler {address}: write its address, e.g. tcp://10.0.0.1:8786")
    try:
        client = distributed.Client(address, timeout=f"{ANSWER_WITHIN_S}s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise errors.RequestError(f"--scheduler {address}: no cluster answers there ({error})") from None
    try:
        client.wait_for_workers(1, timeout=WORKER_WITHIN_S)
    except TimeoutError:
        client.close()
        raise errors.RequestError(
            f"--scheduler {address}: no worker has joined it within {WORKER_WITHIN_S} s; start one with 'dask worker "
            f"{address}' in an environment that has transit-corridors"
        ) from None
    with client, client.get_executor(retries=RETRIES, pure=False) as executor:
        yield executor


def read(path: Path, folder: Path | None) -> list[Job]:
    """The jobs of a file of JSON lines: ``{"study": "rank", "options": {...}}``, or whole answers, asked again.

    Raises DataError naming every line that is none.
    """
    sha256 = catalog.load(folder).sha256
    # on "\n" alone: a text in JSON may hold any other sign at which Python would split a line
    place = str(folder.resolve()) if folder is not None else None
    jobs: list[Job] = []
    problems: list[Problem] = []
    for number, text in enumerate(contents.read_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        document, found = contents.parse_json(text, str(path))
        asked = document.get("manifest", document) if isinstance(document, dict) else None
        if found or not isinstance(asked, dict):
            message = found[0].message if found else "a line holds an object with study and options"
            problems.append(Problem("error", "not-json", message, f"{path}, line {number}"))
            continue
        job = Job(str(asked.get("study")), asked.get("options") or {}, place, sha256)
        problems += [
            Problem("error", "bad-value", message, f"{path}, line {number}", field=name, allowed=allowed)
            for name, message, allowed in _wrong(job)
        ]
        jobs.append(job)
    if problems:
        raise errors.DataError(problems)
    return jobs


def _wrong(job: Job) -> list[tuple[str, str, str]]:
    """What of a job cannot be asked: (field, words, what is allowed)."""
    if job.study not in STUDIES:
        return [("study", "no such study", ", ".join(STUDIES))]
    question = STUDIES[job.study].question
    try:
        question.model_validate_json(json.dumps(job.options))
    except ValidationError as error:
        options = f"options of {job.study}: {', '.join(question.model_fields)}"
        return [
            (
                ".".join(map(str, row["loc"])),
                "no such option" if row["type"] == "extra_forbidden" else row["msg"],
                options if row["type"] == "extra_forbidden" else "",
            )
            for row in error.errors()
        ]
    return []


def identity(jobs: Sequence[Job]) -> list[Any]:
    """What tells a batch from any other: its questions, the content of its data, the version."""
    return [VERSION, *([job.study, dict(job.options), job.sha256] for job in jobs)]


def pairs(
    study: str,
    origins: Iterable[str],
    destinations: Iterable[str],
    scenarios: Iterable[Mapping[str, Any]] = ({},),
    folder: str | None = None,
) -> list[Job]:
    """A job for each origin, destination and scenario (further options of the study)."""
    return [
        Job(study, {"origin": origin, "destination": destination, **scenario}, folder)
        for origin, destination, scenario in itertools.product(origins, destinations, list(scenarios))
        if origin != destination
    ]
