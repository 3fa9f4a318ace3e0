"""The commands of the studies: one command each, its options made from the study's question."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridors.cli import asking
from corridors.cli.asks import asks
from corridors.options import DataOption, Format, FormatOption, OutputOption
from corridors.studies.table import ROWS, STUDIES

if TYPE_CHECKING:
    from planner.question import Conditions

FigureOption = Annotated[
    Path | None, typer.Option("--figure", help="Also draw the answer as a .png, .svg or .pdf file.")
]


def _question(study_id: str) -> type[Conditions]:
    return STUDIES[study_id].question


def register(app: typer.Typer) -> None:
    """Put the commands of all studies into the command line."""
    for study_id, row in ROWS.items():
        app.command(study_id)(_command(study_id, row.help))


def _command(study_id: str, text: str) -> Callable[..., None]:
    def command(
        question: Conditions,
        data: DataOption = None,
        output_format: FormatOption = Format.table,
        output: OutputOption = None,
        figure: FigureOption = None,
    ) -> None:
        asking.ask(study_id, question, data, output_format, output, figure)

    command.__name__, command.__doc__ = study_id, text
    made: Callable[..., None] = asks(functools.partial(_question, study_id))(command)
    return made
