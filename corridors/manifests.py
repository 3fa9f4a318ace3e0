"""The manifest of a JSON answer: what it takes to get the same bytes again, for every command with ``-f json``.

A command need not be listed anywhere: its options are read from the command line itself, all but those that say where
the data are and how the answer is written. ``replay`` gives the same options to the same command.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridors.faces import COMMAND_LINE, at_work
from corridors.version import VERSION
from geodata import errors

if TYPE_CHECKING:
    import typer

    from corridors.answers.report import Report
    from geodata.catalog import Catalog

DATA_OPTIONS = ("data", "folder")
"""Parameters that name the user's own folder: an answer knows its data by their content."""

WRITTEN_OPTIONS = ("output_format", "output", "map_file", "online", "figure", "chart", "band")
"""Parameters that say how an answer is written, and what beside it."""

BESIDE_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files that one shapefile is."""


def manifest(
    command: str,
    options: Mapping[str, Any],
    facts: Catalog | None,
    *,
    day: date | None = None,
    study: str = "",
    files: Iterable[Path] = (),
) -> dict[str, Any]:
    """The manifest of an answer to ``command``; ``facts`` None where the data have errors.

    ``day`` is the one on which closures were looked at (default: that of the data); ``files`` are those that the answer
    depends on. An answer of a study names it; one that is not in the words of the command line names the face.
    """
    listed = [{"name": str(path), "sha256": content_sha256(path)} for path in files]
    resolved = day or (facts.data_date if facts else None)
    return {
        "command": command,
        **({"study": study} if study else {}),
        **({} if at_work() == COMMAND_LINE else {"face": at_work()}),
        "version": VERSION,
        "data": facts and {"version": facts.version, "date": facts.data_date.isoformat(), "sha256": facts.sha256},
        "day": resolved and resolved.isoformat(),
        "options": dict(options),
        **({"files": listed} if listed else {}),
    }


def signed(
    report: Report,
    context: typer.Context,
    facts: Catalog | None,
    *,
    day: date | None = None,
    files: Iterable[Path] = (),
) -> Report:
    """The report of the command that runs, with its manifest first in the JSON."""
    return under(report, manifest(command_of(context), options_of(context), facts, day=day, files=files), facts)


def under(report: Report, manifest: Mapping[str, Any], facts: Catalog | None) -> Report:
    """The report with a manifest first in its JSON, and the data it is of."""
    return replace(report, json={"manifest": manifest, **report.json}, facts=facts)


def command_of(context: typer.Context) -> str:
    """The name of the command that runs, behind those of its groups: 'segment effect'."""
    names: list[str] = []
    at: Any = context
    while at is not None and at.parent is not None:
        names.insert(0, str(at.info_name))
        at = at.parent
    return " ".join(names)


def options_of(context: typer.Context) -> dict[str, Any]:
    """The options of the command that runs as plain values, defaults too, by the names of the command line.

    Quiet conditions of a question (``planner.question``) stand there only where they are given.
    """
    found = {}
    quiet = getattr(getattr(context.command.callback, "__wrapped__", None), "quiet", ())
    for parameter in context.command.params:
        name = str(parameter.name)
        if name in context.params and name not in (*DATA_OPTIONS, *WRITTEN_OPTIONS):
            value = context.params[name]
            if name in quiet and value in (parameter.default, None, (), []):
                continue
            is_list = getattr(parameter, "multiple", False) or parameter.nargs == -1
            found[name_of(parameter)] = plain(value or ()) if is_list else plain(value)
    return found


def name_of(parameter: Any) -> str:
    """What a parameter is called: as its long option, or as the function has it where there is none."""
    long = next((text for text in parameter.opts if text.startswith("--")), f"--{parameter.name}")
    return str(long).removeprefix("--").replace("-", "_")


def plain(value: Any) -> Any:
    """An option as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def content_sha256(path: Path) -> str:
    """The digest of a file, of a shapefile with all that it is made of. Raises FileAccessError."""
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts += [each for suffix in BESIDE_SHAPEFILE[1:] if (each := path.with_suffix(suffix)).is_file()]
    try:
        contents = [part.read_bytes() for part in parts]
    except OSError as error:
        raise errors.FileAccessError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(contents) == 1:
        return hashlib.sha256(contents[0]).hexdigest()
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()


def refuse_changed(known: Mapping[str, Any]) -> None:
    """Raise RequestError where a file that an answer depended on is gone, or is another now."""
    for row in known.get("files") or ():
        path = Path(str(row.get("name")))
        if not path.is_file():
            raise errors.RequestError(f"{path} is gone; the answer depends on it: put it back, or go where it is")
        if content_sha256(path) != row.get("sha256"):
            raise errors.RequestError(f"{path} has changed since; the answer is of what was in it then")
