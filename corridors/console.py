"""What all commands do alike: load the network, write the answer and the files beside it, say the rest on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from corridors.options import Files, Format
from geodata import errors

if TYPE_CHECKING:
    from corridors.answers.report import Report
    from geodata.errors import Problem
    from planner.network import Network

SHOWN_WARNINGS = 10
SHOWN_KINDS = 40
PROGRESS_AFTER_S = 2.0

EXIT_DONE, EXIT_NEGATIVE, EXIT_USAGE, EXIT_BUG = 0, 1, 2, 70


def say(text: str) -> None:
    """A line on stderr; what a terminal would obey (in a file's name, an id, a note) is written as an escape."""
    sys.stderr.write(errors.printable(text) + "\n")


def say_findings(problems: Sequence[Problem]) -> None:
    """Findings on stderr: each, or many of them by kind."""
    listed: Sequence[object] = problems if len(problems) <= SHOWN_WARNINGS else errors.kinds(problems)
    for item in listed[:SHOWN_KINDS]:
        say(str(item))
    if len(listed) > SHOWN_KINDS:
        say(f"... and {len(listed) - SHOWN_KINDS} more kinds of findings")


def progress(what: str) -> Callable[[float], None] | None:
    """Tells the share of work done (0 to 1) on one line of stderr after two seconds; None off a terminal."""
    if not sys.stderr.isatty():
        return None
    begun = time.monotonic()

    def tell(share: float) -> None:
        if time.monotonic() - begun >= PROGRESS_AFTER_S:
            sys.stderr.write(f"\r{what}: {100 * share:.0f} %" + ("\r\x1b[K" if share >= 1 else ""))
            sys.stderr.flush()

    return tell


def load(folder: Path | None) -> Network:
    """The network; what is implausible in the user's own folder is said on stderr."""
    import corridors

    network = corridors.load(folder)
    warnings = network.catalog.warnings
    say_findings(warnings)
    if len(warnings) > SHOWN_WARNINGS:
        say(f"{len(warnings)} warnings in all; 'corridors check {folder} -f json' lists them")
    return network


def is_given(context: typer.Context, name: str) -> bool:
    """Whether an option stands on the command line, be it with its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def write(wanted: Files, what: Any, report: Report) -> None:
    """The files beside the answer; what a format cannot hold is said on stderr."""
    network = report.network
    if wanted.output is not None:
        from corridors.answers import files

        for note in files.save(report, wanted.output):
            say(note)
        say(f"{'routes' if report.routes else 'answer'} written to {wanted.output}")
    if wanted.map_file is not None:
        from maps.page import route_map

        route_map.draw(what, online=wanted.online, network=network, band=wanted.band).save(str(wanted.map_file))
        say_left(len(report.routes))
        say_map(wanted.map_file, wanted.online)
    if wanted.figure is not None or wanted.chart is not None:
        from maps import scene
        from maps.figures import write as figures

        view = scene.make(what, network)
        if wanted.figure is not None:
            for note in figures.draw_map(view, wanted.figure):
                say(note)
            say(f"figure written to {wanted.figure}")
        if wanted.chart is not None:
            for note in figures.draw_chart(view, wanted.chart, band=wanted.band):
                say(note)
            say(f"chart written to {wanted.chart}")


def answer(wanted: Files, report: Report, output_format: Format) -> None:
    """An answer that draws nothing: its file, and what is printed."""
    write(wanted, None, report)
    show(report, output_format)


def say_left(count: int) -> None:
    """That a map has not all routes, when it has not."""
    from maps import scene

    if count > scene.MAX_DRAWN:
        say(f"the map has the first {scene.MAX_DRAWN} of {count} routes")


def say_map(file: Path, online: bool) -> None:
    """Where the map is, and whether it fetches anything."""
    say(f"map written to {file}" + ("; it fetches tiles from the internet when opened" if online else ""))


def show(report: Report, output_format: Format) -> None:
    from corridors.answers import text as exports

    if output_format is Format.table and sys.stdout.isatty():
        import shutil

        text = exports.as_table(report, width=shutil.get_terminal_size().columns)
    else:
        text = exports.FORMATS[output_format.value](report)
    sys.stdout.write(text + "\n")
    if report.negative:
        raise typer.Exit(EXIT_NEGATIVE)
