"""The commands that ask questions which stand in files: one answer again, or many at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridors import console
from corridors.options import DataOption
from geodata import errors, saving

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from corridors.studies.batch import Job


def replay(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An answer that -f json of any command wrote.")],
    data: DataOption = None,
) -> None:
    """Ask the question of an answer again: the same data and version give the same bytes.

    Exit code 1 when the data are not the ones of the answer, or the answer is not what its question gives; 2 when a
    file that it depends on is gone or has changed.
    """
    import corridors
    from corridors.cli import replaying

    document = replaying.read(file)
    known = document["manifest"]
    text = replaying.text_now(context.find_root().command, str(file), known, data)
    now = json.loads(text)["manifest"]
    if now["data"] != known.get("data"):
        console.say(f"the data are not those of {file}; --data names a folder")
        console.say(f"then: {replaying.data_text(known.get('data'))}")
        console.say(f"now: {replaying.data_text(now['data'])}")
        raise typer.Exit(console.EXIT_NEGATIVE)
    if now["version"] != known.get("version"):
        console.say(f"{file} is of version {known.get('version')}, this is {corridors.__version__}; figures may differ")
    sys.stdout.write(text + "\n")
    if now == known and document != json.loads(text):
        console.say(f"{file} is not what its question gives: it was changed, or worked out on another kind of machine")
        raise typer.Exit(console.EXIT_NEGATIVE)


def batch(
    questions: Annotated[Path, typer.Argument(help='JSON lines: {"study": "rank", "options": {...}}, or answers.')],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file of answers; default: stdout.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run to the same file that did not end.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="A dask cluster (extra cluster), e.g. tcp://10.0.0.1:8786.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Many studies at once, an answer a line, on the cores of this machine or a cluster; the same bytes either way.

    With -o, answers are kept beside the file as they come; after Ctrl-C, --resume goes on. Exit code 1 when some
    question has no answer; its line says why.
    """
    import contextlib

    from corridors.studies import batch as batch_

    if output is not None:
        saving.check(output)
    elif resume:
        raise errors.RequestError("--resume goes with -o FILE, the file of the run that did not end")
    jobs = batch_.read(questions, data)
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(batch_.cluster(scheduler)) if scheduler else None
        lines = _printed(jobs, executor) if output is None else _kept(jobs, executor, output, resume)
    failed = sum("error" in json.loads(line) for line in lines)
    if failed:
        console.say(f"{failed} of {len(lines)} question(s) have no answer; their lines say why")
        raise typer.Exit(console.EXIT_NEGATIVE)


def _printed(jobs: Sequence[Job], executor: Executor | None) -> list[str]:
    """All answers, each written to stdout as soon as those before it are."""
    from corridors.studies import batch as batch_

    lines = []
    for line in batch_.run(jobs, executor, progress=_progress(jobs)):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        lines.append(line)
    return lines


def _kept(jobs: Sequence[Job], executor: Executor | None, output: Path, resume: bool) -> list[str]:
    """All answers, in a file; whatever ends the run before, those that are there are kept beside it."""
    from corridors.studies import batch as batch_
    from corridors.studies.journal import Journal

    kept, tell = Journal(output, batch_.identity(jobs), len(jobs)), _progress(jobs)
    if resume:
        kept.resume()
    else:
        kept.begin()
    try:
        missing = {number: job for number, job in enumerate(jobs) if number not in kept.lines}
        for number, line in batch_.answers(missing, executor):
            kept.add(number, line)
            tell(len(kept.lines) / len(jobs))
        kept.finish()
    except BaseException:
        if not kept.lines:
            kept.path.unlink(missing_ok=True)
            raise
        console.say(
            f"stopped: {len(kept.lines)} of {len(jobs)} answer(s) are kept in {kept.path}; the same command with "
            "--resume goes on"
        )
        raise
    console.say(f"{len(jobs)} answer(s) written to {output}")
    return [kept.lines[number] for number in range(len(jobs))]


def _progress(jobs: Sequence[Job]) -> Callable[[float], None]:
    return console.progress(f"{len(jobs)} questions") or (lambda _: None)


def register(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.command()(replay)
    app.command()(batch)
