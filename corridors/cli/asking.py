"""How a command asks a study: options into a question, its answer shown, the names of options in what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridors import console
from corridors.options import Files, Format
from geodata import errors

if TYPE_CHECKING:
    from corridors.studies.study import Run, Study


def ask(
    study_id: str,
    options: dict[str, Any],
    data: Path | None,
    output_format: Format,
    output: Path | None,
    figure: Path | None,
) -> None:
    """Answer a study with these options and show it; an option that is None is left at its default."""
    from pydantic import ValidationError

    from corridors.studies import study as study_
    from corridors.studies.table import STUDIES
    from maps.figures import write as figures

    Files(output, figure=figure).check()
    study = STUDIES[study_id]
    try:
        question = study.question.model_validate({key: value for key, value in options.items() if value is not None})
    except ValidationError as error:
        lines = [f"{option(study_id, str(row['loc'][0]))}: {row['msg']}" for row in error.errors()]
        raise errors.RequestError("; ".join(lines)) from None
    answer = study.answer(console.load(data), question, run_of(study))
    if figure is not None:
        for note in figures.write(figure, answer.figure):
            console.say(note)
        console.say(f"figure written to {figure}")
    report = study_.report(study, question, answer)
    if output_format is Format.csv and len(report.tables) > 1:
        console.say(f"csv has the first of {len(report.tables)} tables; -f table, markdown and json have all")
    console.answer(Files(output), report, output_format)


OPTIONS = {
    "modes": "--mode",
    "count": "-k",
    "from_year": "--from",
    "to_year": "--to",
    "vary_too": "--and",
    "all_corridors": "--all",
    "markets": "--market",
    "gateways": "--gateway",
    "origin": "ORIGIN",
    "destination": "DESTINATION",
    "first": "FIRST",
    "second": "SECOND",
}
"""How the command line calls what a question calls otherwise; a test holds it against the commands."""

OPTIONS_OF = {"breakeven": {"origin": "--from", "destination": "--to"}}
"""The same, for one study alone."""


def option(study_id: str, field: str) -> str:
    known = {**OPTIONS, **OPTIONS_OF.get(study_id, {})}
    return known.get(field, f"--{field.replace('_', '-')}")


def run_of(study: Study) -> Run:
    """How a study is worked out here: with its progress told on a terminal."""
    from corridors.studies.study import Run

    tell = console.progress(study.id)
    return Run() if tell is None else Run(progress=tell)
