"""Shapefiles, read by pyshp from the bytes of their four parts: no other file beside them is looked at."""

from __future__ import annotations

import codecs
import struct
import warnings
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from geodata import errors
from geodata.errors import Problem
from geodata.read import projections

MAGIC = b"\x00\x00\x27\x0a"

PARTS = (".shx", ".dbf", ".prj")
"""What a Shapefile needs beside it; ``.cpg``, which names the encoding of its texts, may be missing."""

CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x26: "cp866",
    0x65: "cp866",
    0x64: "cp852",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
}
"""The language driver of a dBASE file (its byte 29) -> the encoding of its texts."""


def features(parts: Mapping[str, bytes], file: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The shapes of a Shapefile as GeoJSON features in WGS 84, and what is to be said of it.

    ``parts`` are the contents by suffix (``.shp``, ``.shx``, ``.dbf``, ``.prj``, ``.cpg``). Raises DataError.
    """
    import shapefile

    problems: list[Problem] = []
    _check_index(parts, file)
    encoding = _encoding(parts, file, problems)
    to_wgs84 = _to_wgs84(parts[".prj"], file)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            opened = shapefile.Reader(
                shp=BytesIO(parts[".shp"]), shx=BytesIO(parts[".shx"]), dbf=BytesIO(parts[".dbf"]), encoding=encoding
            )
            if opened.numRecords != opened.numShapes:
                message = f"its .dbf has {opened.numRecords} rows for {opened.numShapes} shapes"
                raise _broken(file, message)
            found = list(_rows(opened, to_wgs84))
    except errors.DataError:
        raise
    except (
        shapefile.ShapefileException,
        struct.error,
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        TypeError,
        ValueError,
    ) as error:
        raise _broken(file, f"its parts do not fit together ({str(error)[:160]})") from error
    problems += [Problem("warning", "reader-warning", str(item.message)[:200], file) for item in said]
    return found, problems


def _broken(file: str, message: str) -> errors.DataError:
    return errors.DataError([Problem("error", "not-readable", message, file, hint="save the lines again")])


def _check_index(parts: Mapping[str, bytes], file: str) -> None:
    """Refuse an index whose records lie outside the file, or overlap: reading them could take for ever."""
    index, size = parts[".shx"][100:], len(parts[".shp"])
    if len(parts[".shp"]) < 100 or len(parts[".shx"]) < 100 or len(parts[".dbf"]) < 33:
        raise _broken(file, "one of its parts is cut short")
    numbers = [2 * number for number in struct.unpack(f">{len(index) // 8 * 2}i", index[: len(index) // 8 * 8])]
    spans = sorted(zip(numbers[::2], numbers[1::2], strict=True))
    end = 100
    for offset, length in spans:
        if offset < end or length < 4 or offset + 8 + length > size:
            raise _broken(file, "its .shx does not fit its .shp")
        end = offset + 8 + length


def _encoding(parts: Mapping[str, bytes], file: str, problems: list[Problem]) -> str:
    """The encoding of the texts: what .cpg says, else the .dbf itself; else a guess, which is said."""
    stated = parts.get(".cpg", b"").decode("ascii", "ignore").strip().lower()
    digits = "".join(char for char in stated if char.isdigit())
    for name in (stated, f"cp{digits}", CODE_PAGES.get(parts[".dbf"][29], "")):
        try:
            return codecs.lookup(name).name if name.isprintable() and name else _no_codec()
        except LookupError:
            continue
    if parts[".dbf"].isascii():
        return "ascii"
    rows = parts[".dbf"][struct.unpack("<H", parts[".dbf"][8:10])[0] :]
    try:
        rows.decode("utf-8")
        guess = "utf-8"
    except UnicodeDecodeError:
        guess = "latin-1"
    message = f"no .cpg says how its texts are encoded; they are read as {guess}, which is a guess"
    problems.append(Problem("warning", "reader-warning", message, file, hint="save it with its .cpg, or as GeoPackage"))
    return guess


def _no_codec() -> str:
    raise LookupError


def _to_wgs84(stated: bytes, file: str) -> projections.Moved:
    try:
        return projections.of_wkt(stated.decode("utf-8-sig", "replace").strip("\0 \r\n\t"))
    except ValueError as error:
        message = f"the coordinate system of its .prj cannot be used: {error}"
        raise errors.DataError(
            [Problem("error", "no-crs", message, file, hint="save the lines in WGS 84 (EPSG:4326)")]
        ) from error


def _rows(opened: Any, to_wgs84: projections.Moved) -> Iterator[dict[str, Any]]:
    for index in range(opened.numShapes):
        record = opened.record(index)
        if record is None:
            continue  # a row that was deleted and not yet taken out of the file
        values = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in record.as_dict().items()
        }
        shape = opened.shape(index)
        geometry = shape.__geo_interface__ if shape is not None and shape.shapeType else None
        if geometry is not None:
            geometry = {"type": geometry["type"], "coordinates": to_wgs84(geometry["coordinates"])}
        yield {"type": "Feature", "properties": values, "geometry": geometry}
