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

if TYPE_CHECKING:
    from planner.question import Conditions

FigureOption = Annotated[
    Path | None, typer.Option("--figure", help="Also draw the answer as a .png, .svg or .pdf file.")
]

HELP = {
    "rank": """Which corridor is the best when figures are drawn from low to high: chances, percentiles, regret,
    evidence.

    Example: corridors rank Almaty Karachi --draws 10000 --seed 1 --figure rank.png
    """,
    "breakeven": """At which value of one parameter one route overtakes another, with its interval, or why never.

    Examples: corridors breakeven ktap qtta-kkh --vary rail-speed:AF --by cost;
    corridors breakeven ktap trans-caspian --vary rail-speed:AF --and ferry-wait:aktau
    """,
    "timeline": """The best route and the corridors year by year as projects open, and what changes if one slips.

    Example: corridors timeline Almaty Karachi --to 2040 --slip ktap_herat_kandahar:3
    """,
    "closures": """What each closure on the best routes costs, what cuts the places off, and how many routes share no
    segment.

    Example: corridors closures Tashkent Karachi --by cost
    """,
    "cargo": """What each commodity prefers by its value of time, and what a year's trade costs, emits and fills.

    Example: corridors cargo Almaty Karachi --share agriculture:0.5 --share pharmaceuticals:0.2 --share construction:0.3
    """,
    "gateways": """Which port is the best for which market of the world, now and once a corridor is built, and if a
    strait is closed.

    Example: corridors gateways Almaty --market "Jebel Ali" --market Rotterdam --close suez --avoid Iran
    """,
}
"""What each study answers, and an example. They stand here since a study is imported only when it is asked."""


def _question(study_id: str) -> type[Conditions]:
    from corridors.studies.table import STUDIES

    return STUDIES[study_id].question


def register(app: typer.Typer) -> None:
    """Put the commands of all studies into the command line."""
    for study_id, text in HELP.items():
        app.command(study_id)(_command(study_id, text))


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
