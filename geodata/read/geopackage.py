"""GeoPackages, read as the SQLite databases they are, with nothing allowed but reading tables.

The file is never opened by GDAL: a database can hold views, triggers and virtual tables that a program with more
abilities than Python's SQLite would follow to other files.
"""

from __future__ import annotations

import math
import re
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import errors
from geodata.errors import Problem
from geodata.read import contents, projections

MAGIC = b"SQLite format 3\x00"

_TABLE = re.compile(r"CREATE TABLE\b")
_TREE = re.compile(r"CREATE VIRTUAL TABLE \S+ USING rtree\(", re.IGNORECASE)
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


@dataclass(frozen=True, slots=True)
class _Layer:
    table: str
    column: str
    srs_id: int


def features(path: Path, file: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of all layers of a GeoPackage as GeoJSON features in WGS 84, and what is to be said of the layers.

    Raises DataError for one that is damaged, or that has views or virtual tables.
    """
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    try:
        with _opened(path, file) as database:
            for layer in _layers(database, file, problems):
                to_wgs84 = _to_wgs84(database, layer, file, problems)
                if to_wgs84 is not None:
                    found += _rows(database, layer, to_wgs84)
    except (sqlite3.Error, struct.error, UnicodeError) as error:
        message = f"this GeoPackage cannot be read ({str(error)[:160]})"
        raise _refused(file, message, "save the lines again") from error
    return found, problems


def _refused(file: str, message: str, hint: str) -> errors.DataError:
    return errors.DataError([Problem("error", "not-what-it-says", message, file, hint=hint)])


@contextmanager
def _opened(path: Path, file: str) -> Iterator[sqlite3.Connection]:
    """The database, sound and read-only; what a program that still has it open has not yet put into it is read too."""
    journal = Path(f"{path}-journal")
    if journal.is_file() and journal.stat().st_size:
        message = "another program was stopped while it wrote to this GeoPackage"
        raise _refused(file, message, "open and close it in that program")
    log = Path(f"{path}-wal")
    with tempfile.TemporaryDirectory(prefix="corridors-") as aside:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        if log.is_file() and log.stat().st_size:
            copy = Path(aside) / "copy.gpkg"
            shutil.copyfile(path, copy)
            shutil.copyfile(log, f"{copy}-wal")
            address = f"{copy.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, contents.MAX_BYTES)
            database.execute("PRAGMA trusted_schema = OFF")
            _check(database, file)
            database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
            yield database


def _check(database: sqlite3.Connection, file: str) -> None:
    """Refuse a database with views or virtual tables, or whose pages do not fit together."""
    for name, kind, sql in database.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        is_plain = kind != "table" or _TABLE.match(sql) or _TREE.match(sql)
        if kind == "view" or not is_plain:
            raise _refused(
                file,
                f"this GeoPackage has a {kind} that could read other files: {str(name)[:80]!r}",
                "save the lines into a new GeoPackage",
            )
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise _refused(file, f"this GeoPackage is damaged ({str(said)[:120]})", "save the lines again")


def _layers(database: sqlite3.Connection, file: str, problems: list[Problem]) -> list[_Layer]:
    """The layers with a geometry; of those without one it is said that they are not read."""
    columns = {
        str(table): _Layer(str(table), str(column), int(srs_id))
        for table, column, srs_id in database.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        )
    }
    found = []
    for (table,) in database.execute("SELECT table_name FROM gpkg_contents").fetchall():
        if table in columns:
            found.append(columns[table])
        else:
            message = f"layer {table} has no geometry and is not read"
            problems.append(Problem("warning", "unknown-member", message, file))
    return found


def _to_wgs84(
    database: sqlite3.Connection, layer: _Layer, file: str, problems: list[Problem]
) -> Callable[[Any], Any] | None:
    """What turns the coordinates of a layer into WGS 84; None with the problem noted."""
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (layer.srs_id,),
    ).fetchone()
    if row is None or layer.srs_id <= 0:  # -1 and 0 are the undefined ones
        message = f"layer {layer.table} does not say its coordinate system"
        problems.append(Problem("error", "no-crs", message, file, hint="set it, best to WGS 84 (EPSG:4326)"))
        return None
    organization, code, definition = row
    try:
        if str(organization).upper() == "EPSG" and isinstance(code, int):
            return projections.of_epsg(code)
        return projections.of_wkt(str(definition))
    except ValueError as error:
        message = f"the coordinate system of layer {layer.table} cannot be used: {error}"
        problems.append(Problem("error", "no-crs", message, file, hint="save the lines in WGS 84 (EPSG:4326)"))
        return None


def _rows(database: sqlite3.Connection, layer: _Layer, to_wgs84: Callable[[Any], Any]) -> Iterator[dict[str, Any]]:
    """The rows of a layer; its key column is a number of the program that wrote it, and no field."""
    quoted = '"' + layer.table.replace('"', '""') + '"'
    rows = database.execute(f"SELECT * FROM {quoted}")
    names = [column[0] for column in rows.description]
    key = _key_column(database, layer.table)
    for row in rows:
        values = dict(zip(names, row, strict=True))
        blob = values.pop(layer.column, None)
        values.pop(key, None)
        yield {"type": "Feature", "properties": values, "geometry": _geometry(blob, to_wgs84)}


def _key_column(database: sqlite3.Connection, table: str) -> str:
    """The column that is the number of the row, '' without one."""
    made = database.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    match = _KEY.search(made[0]) if made else None
    return (match["quoted"] or match["plain"]).replace('""', '"') if match else ""


_KEY = re.compile(
    r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>\w+))\s+INTEGER\s+(?:NOT\s+NULL\s+)?PRIMARY\s+KEY', re.IGNORECASE
)


def _geometry(blob: Any, to_wgs84: Callable[[Any], Any]) -> dict[str, Any] | None:
    """The geometry of a GeoPackage's binary form (OGC 12-128r18, 2.1.3); None for one that is broken or empty."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return None
    envelope = (blob[3] >> 1) & 7
    if envelope >= len(_ENVELOPE_BYTES):
        return None
    try:
        kind, coordinates, _ = _shape(blob, 8 + _ENVELOPE_BYTES[envelope])
    except (struct.error, ValueError):
        return None
    return {"type": kind, "coordinates": to_wgs84(coordinates)} if coordinates or kind not in _KINDS.values() else None


def _shape(blob: bytes, at: int, only: str = "") -> tuple[str, list[Any], int]:
    """Kind, coordinates and end of a point, a line or several of them (ISO WKB); of another kind only its name.

    Read here, since a library follows collections in collections until its stack is full. Raises ValueError.
    """
    order = "<" if blob[at] else ">"
    code, count = struct.unpack_from(f"{order}2I", blob, at + 1)
    code = code & 0x0FFFFFFF | (1000 if code & 0x80000000 else 0) | (2000 if code & 0x40000000 else 0)
    kind = _KINDS.get(code % 1000, "")
    if only and kind != only:
        raise ValueError(f"a {only} is needed, not {kind}")
    if not kind:
        return _OTHER_KINDS.get(code % 1000, "another geometry"), [], len(blob)
    numbers = 2 + (code // 1000 in (1, 3)) + (code // 1000 in (2, 3))
    if kind == "Point":
        position = struct.unpack_from(f"{order}{numbers}d", blob, at + 5)
        return kind, [] if math.isnan(position[0]) else list(position[:2]), at + 5 + 8 * numbers
    at += 9
    if kind == "LineString":
        if count * numbers * 8 > len(blob) - at:
            raise ValueError("a line longer than its row")
        flat = struct.unpack_from(f"{order}{count * numbers}d", blob, at)
        line = [list(spot) for spot in zip(flat[::numbers], flat[1::numbers], strict=True)]
        return kind, line, at + 8 * len(flat)
    parts = []
    for _ in range(count):
        if at >= len(blob):
            raise ValueError("fewer parts than stated")
        _, part, at = _shape(blob, at, only=kind.removeprefix("Multi"))
        parts.append(part)
    return kind, parts, at


_KINDS = {1: "Point", 2: "LineString", 4: "MultiPoint", 5: "MultiLineString"}
_OTHER_KINDS = {3: "Polygon", 6: "MultiPolygon", 7: "GeometryCollection"}
