"""The options of ``corridors segment`` that state a line or say how it joins, and the lines that they state."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geodata import errors

if TYPE_CHECKING:
    from geodata.errors import Problem
    from geodata.own.drafts import DraftLine, Drafts
    from geodata.own.joining import Rules

OWN_FOLDER = Path("corridors-data")
"""Where segments are added when no folder is named."""

FilesArgument = Annotated[
    list[Path] | None, typer.Argument(help="Files with lines: GeoJSON, GeoPackage, KML or Shapefile.")
]
FromOption = Annotated[str | None, typer.Option("--from", help="The place where the line begins.")]
ToOption = Annotated[str | None, typer.Option("--to", help="The place where it ends.")]
ModeWord = Annotated[str | None, typer.Option("--mode", help="rail, road, ferry, sea or air.")]
GaugeOption = Annotated[int | None, typer.Option("--gauge", help="Gauge in mm: 1520, 1435 or 1676 (rail).")]
StatusWord = Annotated[
    str | None, typer.Option("--status", help="operational, under_construction, planned or proposed (assumed).")
]
LengthOption = Annotated[
    float | None, typer.Option("--length-km", help="Its length; else measured along the line, or estimated.")
]
BasisOption = Annotated[
    str | None, typer.Option("--length-basis", help="What the length rests on, e.g. published; default: recalled.")
]
OpensOption = Annotated[int | None, typer.Option("--opens", help="The year in which it opens.")]
IdOption = Annotated[str | None, typer.Option("--id", help="Its id; default: made of its places and mode.")]
NameOption = Annotated[str | None, typer.Option("--name", help="What it is called.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="A note.")]
CountryOption = Annotated[
    list[str] | None, typer.Option("--country", help="A country it passes, ISO code, in order; repeat it.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Id of a source in sources.toml; repeat it for more.")
]
ConfidenceOption = Annotated[str | None, typer.Option("--confidence", help="high, medium or low.")]
ToleranceOption = Annotated[
    float, typer.Option("--tolerance-km", min=0, max=50, help="An end so near to a place or segment joins it.")
]
NewPlacesOption = Annotated[
    bool, typer.Option("--new-places/--no-new-places", help="Whether an end far from both makes a new place.")
]
JoinOption = Annotated[
    bool, typer.Option("--join", help="Make junctions where it crosses lines of its mode, or passes places.")
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Take the place of your own segments with the same ids.")
]
OwnOption = Annotated[Path, typer.Option("--data", help="Your own folder.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")]

SINGLE = ("from", "to", "length_km", "length_basis", "name")
"""What belongs to one line: with several, each has to state its own."""


def with_details(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each detail of a segment; it takes those that were given as ``more``."""
    shown = detail_options()

    @functools.wraps(command)
    def run(**options: Any) -> None:
        given = {row.name: options.pop(row.name) for row in shown}
        command(**options, more={name: value for name, value in given.items() if value is not None})

    stated = inspect.signature(command, eval_str=True)
    rows = [*(item for item in stated.parameters.values() if item.name != "more"), *shown]
    run.__signature__ = stated.replace(parameters=rows)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in rows}
    return run


def detail_options() -> list[inspect.Parameter]:
    """An option for each detail of a segment."""
    from geodata import details

    types: dict[str, Any] = {"whole": int, "number": float, "list": list[str], "text": str}
    return [
        inspect.Parameter(
            row.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=typer.Option(None, f"--{row.name.replace('_', '-')}", help=f"Its {row.heading}."),
            annotation=types[row.form] | None,
        )
        for row in details.details()
    ]


@dataclass(frozen=True)
class Stated:
    """Lines as the command line gives them: files, and options that state a line or fill what the files leave open."""

    files: Sequence[Path]
    id: str | None
    values: dict[str, Any]

    def read(self) -> tuple[Drafts, list[Problem]]:
        """The drafts and the problems of their files. Raises RequestError for an option that would be ignored."""
        from geodata.own import imports
        from geodata.own.drafts import DraftLine, Drafts

        if not self.files:
            if "from" not in self.values and "to" not in self.values:
                raise errors.RequestError(
                    "name a file with lines, or a line by its places: --from PLACE --to PLACE --mode MODE"
                )
            return Drafts((DraftLine(self.values, id=self.id or ""),)), []
        drafts = Drafts()
        problems: list[Problem] = []
        for path in self.files:
            found, said = imports.read(path)
            drafts, problems = drafts + found, problems + said
        return replace(drafts, lines=self._filled(drafts.lines)), problems

    def _filled(self, lines: tuple[DraftLine, ...]) -> tuple[DraftLine, ...]:
        from geodata.read import contents

        own = [name for name in SINGLE if name in self.values] + (["id"] if self.id else [])
        if own and len(lines) > 1:
            raise errors.RequestError(f"{_option(own[0])} belongs to one line; the files have {len(lines)}")
        for name, value in self.values.items():
            other = next((line for line in lines if line.values.get(name, value) != value), None)
            if other is not None:
                where = f"{other.file} feature {other.index}"
                raise errors.RequestError(
                    f"{_option(name)} would be ignored: {where} states {contents.show(other.values[name])} itself; "
                    "leave one out"
                )
        if self.id and any(line.id for line in lines):
            raise errors.RequestError("--id would be ignored: the line of the file has its own")
        return tuple(replace(line, values={**self.values, **line.values}, id=self.id or line.id) for line in lines)


def _option(name: str) -> str:
    return {"gauge_mm": "--gauge", "opens_year": "--opens", "countries": "--country"}.get(
        name, f"--{name.replace('_', '-')}"
    )


def stated_by(
    files: Sequence[Path] | None,
    start: str | None,
    end: str | None,
    mode: str | None,
    gauge: int | None,
    status: str | None,
    length_km: float | None,
    basis: str | None,
    opens: int | None,
    own_id: str | None,
    name: str | None,
    note: str | None,
    country: Sequence[str] | None,
    source: Sequence[str] | None,
    confidence: str | None,
    more: Mapping[str, Any],
) -> Stated:
    values = {
        "from": start,
        "to": end,
        "mode": mode,
        "gauge_mm": gauge,
        "status": status,
        "length_km": length_km,
        "length_basis": basis,
        "opens_year": opens,
        "name": name,
        "note": note,
        "countries": tuple(country) if country else None,
        "source": tuple(source) if source else None,
        "confidence": confidence,
        **more,
    }
    return Stated(files or (), own_id, {key: value for key, value in values.items() if value is not None})


def rules_of(tolerance_km: float, new_places: bool, join: bool, replaces: bool = False) -> Rules:
    from geodata.own.joining import Rules

    return Rules(tolerance_km, new_places, join, replaces)
