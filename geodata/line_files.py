"""Files with lines in them, opened without believing what they say they are: GeoJSON, GeoPackage, KML, Shapefile.

A format is a row of READERS. GeoJSON is parsed by ``geodata.geojson``; the others by GDAL, after their first bytes have
shown that they are what their name says (a file that is called .geojson and holds a virtual dataset would make GDAL
read other files of the machine).
"""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import errors, geojson, records
from geodata.drafts import LINE_FIELDS, PLACE_FIELDS
from geodata.errors import Problem

KML_OWN = {
    "description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder",
    "icon", "snippet", "id",
}  # fmt: skip
"""What every KML placemark has in GDAL's reading; it says nothing about freight."""


@dataclass(frozen=True, slots=True)
class Content:
    """The features of a file as GeoJSON objects, what is wrong with it as a whole, and the splits it states."""

    features: list[Any]
    problems: list[Problem]
    splits: tuple[records.Split, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """``open`` gives the content of a file; it raises DataError for one that is not what it says."""

    title: str
    open: Callable[[Path, str], Content]
    is_typed: bool = True
    """False where every field is text, so that numbers are read out of it."""


def _geojson(path: Path, file: str) -> Content:
    """The features of a FeatureCollection, a single Feature, or a bare geometry."""
    document, problems = geojson.parse_json(geojson.read_text(path), file)
    return _of_document(document, file, problems)


def _of_document(document: Any, file: str, problems: list[Problem]) -> Content:
    """What a GeoJSON object that has been parsed holds; ``problems`` are those found so far."""
    if document is None and problems:
        return Content([], problems)
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(document, dict):
        problems += geojson.crs_problems(document, file)
        if document.get("bbox") is not None and not geojson.is_box(document["bbox"]):
            problems.append(Problem("error", "bad-bbox", "a bbox is a list of four or six numbers", file, field="bbox",
                                    value=geojson.show(document["bbox"])))  # fmt: skip
    if kind == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list):
            return Content(features, problems, _splits(document.get("splits", []), file, problems))
        problems.append(Problem("error", "no-features", "the features must be a list", file, field="features",
                                value=geojson.show(features)))  # fmt: skip
        return Content([], problems)
    if kind == "Feature":
        return Content([document], problems)
    if kind in ("LineString", "MultiLineString"):
        return Content([{"type": "Feature", "properties": {}, "geometry": document}], problems)
    shown = kind if isinstance(document, dict) else document
    problems.append(Problem("error", "not-a-collection", "the top level must be a GeoJSON FeatureCollection", file,
                            field="type", value=geojson.show(shown),
                            allowed="FeatureCollection, Feature, LineString"))  # fmt: skip
    return Content([], problems)


def _splits(stated: Any, file: str, problems: list[Problem]) -> tuple[records.Split, ...]:
    """The member ``splits`` of a file that segments were added to: where they are joined to others."""
    if not isinstance(stated, list):
        problems.append(Problem("error", "bad-splits", "the splits must be a list", file, field="splits",
                                value=geojson.show(stated)))  # fmt: skip
        return ()
    read = [geojson.validate(records.Split, values if isinstance(values, dict) else {}, file, index, "splits", problems)
            for index, values in enumerate(stated)]  # fmt: skip
    return tuple(split for split in read if split is not None)


def _refuse(path: Path, message: str, hint: str) -> errors.DataError:
    return errors.DataError([Problem("error", "not-what-it-says", message, str(path), hint=hint)])


def _head(path: Path, size: int = 16) -> bytes:
    try:
        if path.stat().st_size > geojson.MAX_BYTES:
            raise errors.FileAccessError(f"{path}: larger than {geojson.MAX_BYTES // 1_000_000} MB; split the file")
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        if isinstance(error, errors.FileAccessError):
            raise
        raise errors.FileAccessError(f"{path}: cannot be read ({error.strerror or error})") from error


def _geopackage(path: Path, file: str) -> Content:
    if _head(path) != b"SQLite format 3\x00":
        raise _refuse(path, "this is no GeoPackage", "save the lines as GeoPackage or GeoJSON")
    try:
        opened = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            made = opened.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
            tables = [name for name, kind, _ in made if kind == "table"]
            layers = [row[0] for row in opened.execute("SELECT table_name FROM gpkg_contents").fetchall()]
            counts = {
                name: int(opened.execute(f'SELECT count(*) FROM "{name.replace(chr(34), chr(34) * 2)}"').fetchone()[0])
                for name in layers
                if name in tables
            }
        finally:
            opened.close()
    except sqlite3.Error as error:
        raise _refuse(path, f"this GeoPackage cannot be read ({error})", "save the lines again") from error
    for name, kind, sql in made:
        is_virtual = "virtual" in sql.casefold() and "using rtree" not in sql.casefold()
        if kind == "view" or (kind == "table" and is_virtual):
            raise _refuse(path, f"this GeoPackage has a {kind} that could read other files: {name!r}",
                          "save the lines into a new GeoPackage")  # fmt: skip
    return _by_gdal(path, file, counts=counts)


def _shapefile(path: Path, file: str) -> Content:
    if _head(path, 4) != b"\x00\x00\x27\x0a":
        raise _refuse(path, "this is no Shapefile", "save the lines as Shapefile or GeoJSON")
    for suffix in (".shx", ".dbf", ".prj"):
        if not any(path.with_suffix(each).is_file() for each in (suffix, suffix.upper())):
            raise errors.DataError([Problem("error", "missing-part", f"a Shapefile needs its {suffix} beside it", file,
                                            hint="copy all its files, or save as GeoPackage")])  # fmt: skip
    return _by_gdal(path, file)


class _RefusedError(Exception):
    """Something in an XML file that is not to be there."""


def _kml(path: Path, file: str) -> Content:
    """KML, after its XML has been read through without following any reference."""
    from xml.parsers import expat

    _head(path)
    seen = _Kml(file)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = seen.refuse
    parser.StartElementHandler, parser.EndElementHandler = seen.begin, seen.end
    parser.CharacterDataHandler = seen.text
    try:
        with path.open("rb") as content:
            parser.ParseFile(content)
    except _RefusedError:
        raise _refuse(path, "this KML declares a document type, which could pull in other files",
                      "save it without a DOCTYPE") from None  # fmt: skip
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise errors.DataError([Problem("error", "not-xml", str(error)[:200], file)]) from error
    if seen.outermost != "kml":
        message = f"the outermost element is {seen.outermost!r}, not kml"
        raise _refuse(path, message, "save the lines as KML or GeoJSON")
    if seen.has_links:
        raise _refuse(path, "this KML links to other files", "save the lines themselves")
    if seen.problems:
        raise errors.DataError(seen.problems)  # GDAL would make other numbers of them
    return _by_gdal(path, file, needless=KML_OWN)


class _Kml:
    """What a KML file has, heard from its parser: its outermost element, links, and positions that are none."""

    def __init__(self, file: str):
        self.file, self.outermost, self.has_links, self.placemark = file, "", False, -1
        self.problems: list[Problem] = []
        self._texts: list[str] | None = None

    def refuse(self, *_: Any) -> None:
        raise _RefusedError

    def begin(self, name: str, _: Any) -> None:
        local = name.rpartition(":")[2]
        self.outermost = self.outermost or local
        self.has_links = self.has_links or local == "NetworkLink"
        self.placemark += local == "Placemark"
        self._texts = [] if local == "coordinates" else None

    def text(self, data: str) -> None:
        if self._texts is not None:
            self._texts.append(data)

    def end(self, _: str) -> None:
        if self._texts is not None:
            self.problems += _kml_positions("".join(self._texts), self.file, self.placemark)
        self._texts = None


_KML_POSITION = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(,[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?){1,2}")


def _kml_positions(text: str, file: str, placemark: int) -> list[Problem]:
    """Positions of a KML line that are not longitude,latitude or longitude,latitude,altitude."""
    return [
        Problem("error", "bad-position", "a position is longitude,latitude or longitude,latitude,altitude", file,
                max(0, placemark), "", f"coordinates[{at}]", geojson.show(token), vertex=at)
        for at, token in enumerate(text.split())
        if not _KML_POSITION.fullmatch(token)
    ]  # fmt: skip


def _by_gdal(
    path: Path, file: str, *, counts: Mapping[str, int] | None = None, needless: Iterable[str] = ()
) -> Content:
    """The features of all layers as GeoJSON objects in WGS 84.

    ``counts`` are the rows that a layer must have; ``needless`` the fields that every feature of the format has.
    """
    import geopandas
    import pyogrio
    import pyproj
    import shapely

    features: list[Any] = []
    problems: list[Problem] = []
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            for layer in pyogrio.list_layers(path)[:, 0]:
                frame = pyogrio.read_dataframe(path, layer=layer, on_invalid="ignore")  # what is broken has no geometry
                rows = (counts or {}).get(str(layer), len(frame))
                if rows != len(frame):
                    message = f"layer {layer} has {rows} rows, of which {len(frame)} could be read"
                    problems.append(Problem("error", "not-readable", message, file, hint="save the lines again"))
                if not isinstance(frame, geopandas.GeoDataFrame):
                    problems.append(
                        Problem("warning", "unknown-member", f"layer {layer} has no geometry and is not read", file)
                    )
                    continue
                if frame.crs is None:
                    message = f"layer {layer} does not say its coordinate system"
                    hint = "set it, best to WGS 84 (EPSG:4326)"
                    problems.append(Problem("error", "no-crs", message, file, hint=hint))
                    continue
                features += [_feature(row, needless) for row in frame.to_crs("EPSG:4326").iterfeatures(na="drop")]
        problems += [Problem("warning", "reader-warning", str(item.message)[:200], file) for item in said]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError,
            pyproj.exceptions.ProjError, shapely.errors.ShapelyError, ValueError, OSError) as error:  # fmt: skip
        raise errors.DataError([Problem("error", "not-readable", str(error)[:200], file)]) from error
    return Content(features, problems)


def _feature(row: Mapping[str, Any], needless: Iterable[str]) -> dict[str, Any]:
    """One row of a frame as a feature whose values are plain JSON ones."""
    import json

    import numpy as np

    names = {field[:10]: field for field in (*LINE_FIELDS, *PLACE_FIELDS)}  # a Shapefile cuts names
    properties: dict[str, Any] = {}
    for name, value in row["properties"].items():
        plain = value.item() if isinstance(value, np.generic) else value
        if hasattr(plain, "isoformat"):
            plain = plain.isoformat()
        known = {"Name": "name"}.get(name) or names.get(name.casefold(), name)
        if name.casefold() in needless or plain in ("", None):
            continue
        properties[known] = plain
    geometry = row["geometry"]
    plain_geometry = json.loads(json.dumps(geometry)) if geometry is not None else None
    return {"type": "Feature", "properties": properties, "geometry": plain_geometry}


READERS: dict[str, Format] = {
    ".geojson": Format("GeoJSON", _geojson),
    ".json": Format("GeoJSON", _geojson),
    ".gpkg": Format("GeoPackage", _geopackage, is_typed=False),
    ".kml": Format("KML", _kml, is_typed=False),
    ".shp": Format("Shapefile", _shapefile, is_typed=False),
}
"""Keyed by file suffix. A new format is a new row."""
