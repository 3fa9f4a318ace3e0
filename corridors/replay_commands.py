"""The commands that ask questions which stand in files: one answer again, or many at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridors import asking, console
from corridors.options import DataOption
from geodata import saving


def replay(
    file: Annotated[Path, typer.Argument(help="An answer that -f json of a study wrote.")],
    data: DataOption = None,
) -> None:
    """Ask the question of an answer again: the same data and version give the same bytes.

    Exit code 1 when the data are not the ones of the answer, or the answer is not what its question gives.
    """
    import sys

    import corridors
    from corridors.studies import study as study_
    from corridors.studies.table import STUDIES

    study, question, known = study_.replayed(file, STUDIES)
    network = console.load(data)
    now = study_.manifest(study, question, network.catalog)
    if now["data"] != known.get("data"):
        console.say(f"the data are not those of {file}; --data names a folder")
        console.say(f"then: {study_.data_text(known.get('data'))}")
        console.say(f"now: {study_.data_text(now['data'])}")
        raise typer.Exit(console.EXIT_NEGATIVE)
    if now["version"] != known.get("version"):
        console.say(f"{file} is of version {known.get('version')}, this is {corridors.__version__}; figures may differ")
    answer = study.answer(network, question, asking.run_of(study))
    text = study_.text(study, question, answer)
    sys.stdout.write(text + "\n")
    if now == known and not study_.is_same(file, text):
        console.say(f"{file} is not what its question gives: it was changed, or worked out on another kind of machine")
        raise typer.Exit(console.EXIT_NEGATIVE)


def batch(
    questions: Annotated[Path, typer.Argument(help='JSON lines: {"study": "rank", "options": {...}}, or answers.')],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file of answers; default: stdout.")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="A dask cluster (extra cluster), e.g. tcp://10.0.0.1:8786.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Many studies at once, an answer a line, on the cores of this machine or a cluster; the same bytes either way.

    Exit code 1 when some question has no answer; its line says why.
    """
    import contextlib
    import json
    import sys

    from corridors.studies import batch as batch_

    if output is not None:
        saving.check(output)
    jobs = batch_.read(questions, data)
    tell = console.progress(f"{len(jobs)} questions") or (lambda _: None)
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(batch_.cluster(scheduler)) if scheduler else None
        lines = list(batch_.run(jobs, executor, progress=tell))
    text = "".join(line + "\n" for line in lines)
    if output is None:
        sys.stdout.write(text)
    else:
        saving.write_text(output, text)
        console.say(f"{len(lines)} answer(s) written to {output}")
    failed = sum("error" in json.loads(line) for line in lines)
    if failed:
        console.say(f"{failed} of {len(lines)} question(s) have no answer; their lines say why")
        raise typer.Exit(console.EXIT_NEGATIVE)


def register(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.command()(replay)
    app.command()(batch)
