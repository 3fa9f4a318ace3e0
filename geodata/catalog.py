"""The facts in one value: what is shipped, overlaid with the user's own folder.

A user's folder may hold the files of ``geodata.kinds`` in the same form as the shipped ones, and segments in several
files, ``segments/*.geojson``. A record with an id that exists already takes its place. ``splits.toml`` names segments
that are cut where a node lies on them; ``additions.geojson`` is what ``corridors segment add`` writes.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from geodata import errors, kinds, records
from geodata.errors import Problem
from geodata.kinds import KINDS, Kind
from geodata.rates import Rates
from geodata.read import additions as additions_, contents, references, splitting, tables
from geodata.read.additions import Additions
from geodata.read.staging import Staging

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAX_UNKNOWN_FILES = 1000
"""After so many problems unknown files are not listed any more: the folder is a wrong one."""

SHIPPED = Path(__file__).parent / "data"

RecordT = TypeVar("RecordT", bound=records.Record)


@dataclass(frozen=True, eq=False)
class Catalog:
    """All facts. Treat it as a value: nothing in it changes after loading; two are equal when they are one."""

    nodes: Mapping[str, records.Node]
    segments: Mapping[str, records.Segment]
    modes: Mapping[str, records.Mode]
    corridors: Mapping[str, records.Corridor]
    closures: Mapping[str, records.Closure]
    projects: Mapping[str, records.Project]
    capacities: Sequence[records.Capacity]
    parameters: Sequence[records.Parameter]
    reference_lengths: Sequence[records.ReferenceLength]
    sources: Mapping[str, records.Source]
    rates: Rates
    version: str
    data_date: date
    sha256: str
    own_ids: frozenset[str] = frozenset()
    found_in: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict, repr=False)
    """(kind, id) -> the file and the index of the feature; the kinds are ``nodes``, ``segments``, ``corridors`` ..."""
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    wholes: Mapping[str, records.Segment] = field(default_factory=dict, repr=False)
    """Segments that are split, by id; ``segments`` has their parts."""
    gateways: Mapping[str, records.Gateway] = field(default_factory=dict, repr=False)
    markets: Mapping[str, records.Market] = field(default_factory=dict, repr=False)
    straits: Mapping[str, records.Strait] = field(default_factory=dict, repr=False)
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the files of the kinds have that are no field here, by the name of the kind."""

    def table(self, kind: str) -> Any:
        """What the files of a kind have, by its name in ``geodata.kinds``: a mapping by id, rows, or the rates."""
        return self.others[kind] if kind in self.others else getattr(self, KINDS[kind].name)

    def parts_of(self, segment_id: str) -> tuple[str, ...]:
        """The ids of the parts of a segment: itself when it is not split, none when there is no such segment."""
        if segment_id in self.segments:
            return (segment_id,)
        return self._parts.get(segment_id, ())

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What other modules work out of these facts once: it goes with them, and is no part of their value."""
        return {}

    @cached_property
    def stated_segments(self) -> Mapping[str, records.Segment]:
        """The segments as the files state them: whole ones in the place of parts."""
        return {**{key: row for key, row in self.segments.items() if row.part_of is None}, **self.wholes}

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for key, segment in self.segments.items():
            if segment.part_of is not None:
                found[segment.part_of] = (*found.get(segment.part_of, ()), key)
        return found

    @cached_property
    def opens_year(self) -> dict[str, int]:
        """Segment id -> opening year: the segment's own, else its project's central one. Built lines have none."""
        years = {
            segment_id: project.opens_central
            for project in self.projects.values()
            if project.opens_central is not None
            for whole_id in project.segments
            for segment_id in self.parts_of(whole_id)
        }
        years |= {key: segment.opens_year for key, segment in self.segments.items() if segment.opens_year is not None}
        return {key: year for key, year in years.items() if self.segments[key].status != "operational"}

    def frames(self) -> tuple[GeoDataFrame, GeoDataFrame]:
        """Nodes and segments as GeoDataFrames (EPSG:4326), indexed by id."""
        import geopandas
        import shapely

        nodes = geopandas.GeoDataFrame(
            [node.model_dump() for node in self.nodes.values()],
            geometry=[shapely.Point(node.position) for node in self.nodes.values()],
            crs="EPSG:4326",
        ).set_index("id")
        rows = [segment.model_dump(exclude={"coordinates"}) for segment in self.segments.values()]
        lines = [shapely.LineString(segment.coordinates) for segment in self.segments.values()]
        return nodes, geopandas.GeoDataFrame(rows, geometry=lines, crs="EPSG:4326").set_index("id")


def load(folder: str | Path | None = None, *, additions: Additions | None = None) -> Catalog:
    """The shipped facts, overlaid with ``folder`` where given. Raises DataError with every error found.

    ``additions`` stand in the place of what the folder's additions.geojson has.
    """
    catalog, problems = read(folder, additions=additions)
    if catalog is None or any(problem.severity == "error" for problem in problems):
        raise errors.DataError(problems)
    return catalog


def read(
    folder: str | Path | None = None, *, additions: Additions | None = None
) -> tuple[Catalog | None, list[Problem]]:
    """The catalog and all problems, errors and warnings; the catalog is None where errors forbid one.

    Without a folder, ``additions`` are laid over the shipped facts alone.
    """
    staging = _shipped().copy()
    if folder is not None:
        own = Path(folder)
        if not own.is_dir():
            raise errors.FileAccessError(f"{own}: no such folder; give the folder that holds your segments")
        _read_folder(staging, own, own=True)
    _read_additions(staging, Path(folder) if folder is not None else None, additions)
    if not any(problem.severity == "error" for problem in staging.problems):
        splitting.complete(staging)
        splitting.split(staging)
        staging.problems += references.broken(staging)
    if any(problem.severity == "error" for problem in staging.problems):
        return None, staging.problems
    about = tomllib.loads(contents.read_text(SHIPPED / "data.toml"))
    tables = {kind.name: kind.made(staging.of(kind)) for kind in KINDS.values()}
    fields = {item.name: tables.pop(item.name) for item in dataclasses.fields(Catalog) if item.name in tables}
    catalog = Catalog(
        **fields,
        others=tables,
        version=about["version"],
        data_date=about["data_date"],
        sha256=staging.digest.hexdigest(),
        own_ids=frozenset(staging.own_ids),
        found_in=staging.found_in,
        warnings=tuple(staging.problems),
        wholes=staging.wholes,
    )
    return catalog, staging.problems


@functools.cache
def _shipped() -> Staging:
    """The shipped records: read once, since a service and a test load many folders. Copy it before adding to it."""
    staging = Staging()
    _read_folder(staging, SHIPPED, own=False)
    return staging


def _read_folder(staging: Staging, folder: Path, *, own: bool) -> None:
    """Put a folder's records into the tables, later ones over earlier ones, and note unknown files."""
    inside = _names(folder)
    known = {additions_.FILE_NAME}
    for kind in KINDS.values():
        if not kind.is_read(own=own):
            continue
        more = _names(folder / kind.folder) if kind.folder and (folder / kind.folder).is_dir() else []
        inside += [f"{kind.folder}/{name}" for name in more]
        ending = Path(kind.file).suffix
        for file in (kind.file, *(f"{kind.folder}/{name}" for name in more if name.endswith(ending))):
            known.add(file)
            _take(staging, folder, kind, file, own)
    if not own:
        return
    listed = sorted(inside)
    present = [name for name in listed if name in known or not (folder / name).is_dir()]
    for name in present:
        if name not in known and not Path(name).name.startswith(".") and len(staging.problems) < MAX_UNKNOWN_FILES:
            staging.problems.append(
                Problem(
                    "warning",
                    "unknown-file",
                    "this file is not read",
                    f"{folder}/{name}",
                    allowed=", ".join(sorted(known)),
                )
            )
    if not any(name in known for name in present) and not (folder / ".history").is_dir():  # all taken back is no slip
        staging.problems.append(
            Problem(
                "warning",
                "empty-folder",
                "no file of this folder is read",
                str(folder),
                allowed=", ".join(sorted(known)),
            )
        )


def _names(folder: Path) -> list[str]:
    """What is in a folder. Raises FileAccessError for one that may not be read: it must not pass for an empty one."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise errors.FileAccessError(f"{folder}: this folder cannot be read ({error.strerror or error})") from error


def _read_additions(staging: Staging, folder: Path | None, instead: Additions | None) -> None:
    """What was added: those of the folder's file, or these in its place."""
    path = (folder or Path()) / additions_.FILE_NAME
    rows: Sequence[tuple[int, additions_.Row]] = []
    if instead is not None:
        rows = instead.rows
        content = b"" if instead.is_empty else instead.text.encode()
    elif folder is not None and os.path.lexists(path):
        content = b""
        try:
            content = contents.read_bytes(path)
            rows, problems = additions_.read(path)
            staging.problems += problems
        except errors.DataError as error:
            staging.problems += error.problems
        except errors.FileAccessError as error:
            staging.problems.append(_unreadable(path, str(path), error))
    else:
        return
    if content:
        staging.digest.update(path.name.encode() + b"\0" + hashlib.sha256(content).digest())
    file = str(path) if folder is not None else path.name
    staging.put(kinds.NODES, file, _only(rows, records.Node), own=True)
    staging.put(kinds.SEGMENTS, file, _only(rows, records.Segment), own=True)
    staging.put(kinds.SPLITS, file, _only(rows, records.Split), own=True)


def _unreadable(path: Path, name: str, error: errors.FileAccessError) -> Problem:
    """A file of data that is there and cannot be read is an error, never left out."""
    message = str(error).removeprefix(f"{path}: ")
    return Problem("error", "not-readable", message, name, hint="put a file in its place, or take it away")


def _only(rows: Sequence[tuple[int, additions_.Row]], record: type[RecordT]) -> list[tuple[int, RecordT]]:
    return [(index, row) for index, row in rows if isinstance(row, record)]


def _take(staging: Staging, folder: Path, kind: Kind[RecordT], file: str, own: bool) -> None:
    path = folder / file
    if not os.path.lexists(path):
        return
    name = str(path) if own else file
    try:
        rows, problems = tables.read(kind, path, name)
        staging.digest.update(file.encode() + b"\0" + hashlib.sha256(contents.read_bytes(path)).digest())
    except errors.DataError as error:
        rows, problems = [], list(error.problems)
    except errors.FileAccessError as error:
        rows, problems = [], [_unreadable(path, name, error)]
    staging.problems += problems
    staging.put(kind, name, enumerate(rows), own=own)
