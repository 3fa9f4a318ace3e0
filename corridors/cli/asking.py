"""How a command asks a study, and shows its answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corridors import console
from corridors.options import Files, Format

if TYPE_CHECKING:
    from corridors.studies.study import Run, Study
    from planner.question import Conditions


def ask(
    study_id: str,
    question: Conditions,
    data: Path | None,
    output_format: Format,
    output: Path | None,
    figure: Path | None,
) -> None:
    """Answer a study and show it."""
    from corridors.studies import study as study_
    from corridors.studies.table import STUDIES
    from maps.figures import write as figures

    Files(output, figure=figure).check()
    study = STUDIES[study_id]
    answer = study.answer(console.load(data), question, run_of(study))
    if figure is not None:
        for note in figures.write(figure, answer.figure):
            console.say(note)
        console.say(f"figure written to {figure}")
    report = study_.report(study, question, answer)
    if output_format is Format.csv and len(report.tables) > 1:
        console.say(f"csv has the first of {len(report.tables)} tables; -f table, markdown and json have all")
    console.answer(Files(output), report, output_format)


def run_of(study: Study) -> Run:
    """How a study is worked out here: with its progress told on a terminal."""
    from corridors.studies.study import Run

    tell = console.progress(study.id)
    return Run() if tell is None else Run(progress=tell)
