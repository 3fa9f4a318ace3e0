"""Lines and places out of a file of the user's: GeoJSON, GeoPackage, KML, Shapefile; nothing of it is believed.

A format is a row of READERS. GeoJSON is parsed by ``geodata.geojson``; the others by GDAL, after their first bytes have
shown that they are what their name says (a file that is called .geojson and holds a virtual dataset would make GDAL
read other files of the machine).
"""

from __future__ import annotations

import difflib
import math
import re
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import errors, geojson, records
from geodata.drafts import LINE_FIELDS, PLACE_FIELDS, DraftLine, DraftPlace, Drafts
from geodata.errors import Problem

LISTS = ("countries", "corridors", "source")
WHOLE_NUMBERS = ("gauge_mm", "opens_year")
NUMBERS = ("length_km", *WHOLE_NUMBERS)
RESERVED = ("coordinates", "geometry", "part_of", "share")
NEAR_MISS = 0.85
"""A field name that is so much like a known one, which is not stated, is taken for a slip and not for a column of
another program; so that no length or gauge is lost."""

WORDS = ("note", "name", "from_name", "to_name", "source_detail", "length_detail")
"""Fields of which nothing is computed: a name like theirs is only warned of."""

KML_OWN = {
    "description", "timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder",
    "icon", "snippet", "id",
}  # fmt: skip
"""What every KML placemark has in GDAL's reading; it says nothing about freight."""

Found = tuple[list[Any], list[Problem]]


@dataclass(frozen=True, slots=True)
class Format:
    """``features`` gives the features of a file as GeoJSON objects, and what is wrong with the file as a whole."""

    title: str
    features: Callable[[Path, str], Found]
    is_typed: bool = True
    """False where every field is text, so that numbers are read out of it."""


def read(path: Path) -> tuple[Drafts, list[Problem]]:
    """The lines and places of a file, and every problem found in it; what has an error is not among them.

    Raises FileAccessError where it cannot be read, RequestError for a suffix that no format has.
    """
    known = READERS.get(path.suffix.lower())
    if known is None:
        listed = ", ".join(f"{suffix} ({row.title})" for suffix, row in READERS.items())
        raise errors.RequestError(f"{path}: the suffix {path.suffix or '(none)'} is not known; known: {listed}")
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "no such file"
        raise errors.FileAccessError(f"{path}: {what}; name a file with the lines to add")
    try:
        features, problems = known.features(path, str(path))
    except errors.DataError as error:
        return Drafts(), list(error.problems)
    if not features and not any(item.severity == "error" for item in problems):
        hint = "a feature with a LineString is needed"
        problems.append(Problem("error", "no-lines", "there is no line in this file", str(path), hint=hint))
    drafts, found = of_features(features, str(path), is_typed=known.is_typed)
    splits = [item for item in features if isinstance(item, Splits)]
    return Drafts(drafts.lines, drafts.places, tuple(one for item in splits for one in item.rows)), problems + found


@dataclass(frozen=True)
class Splits:
    """The member ``splits`` of a file that segments were added to: it says where they are joined to others."""

    rows: tuple[records.Split, ...]


def _splits(document: Mapping[str, Any], file: str, problems: list[Problem]) -> list[Any]:
    stated = document.get("splits")
    if stated is None:
        return []
    if not isinstance(stated, list):
        problems.append(Problem("error", "bad-splits", "the splits must be a list", file, field="splits",
                                value=geojson.show(stated)))  # fmt: skip
        return []
    read = [geojson.validate(records.Split, values if isinstance(values, dict) else {}, file, index, "splits", problems)
            for index, values in enumerate(stated)]  # fmt: skip
    return [Splits(tuple(split for split in read if split is not None))]


def of_features(
    features: Iterable[Any], file: str, *, is_typed: bool = True, straight: bool = False
) -> tuple[Drafts, list[Problem]]:
    """Drafts of GeoJSON features; each that cannot be one is a problem.

    With ``straight``, one whose geometry is null goes straight between its ``from`` and ``to``; in a file that is a
    lost geometry.
    """
    problems: list[Problem] = []
    lines: list[DraftLine] = []
    places: list[DraftPlace] = []
    for index, feature in enumerate(features):
        if isinstance(feature, Splits):
            continue
        draft = _draft(feature, file, index, problems, is_typed=is_typed, straight=straight)
        if isinstance(draft, DraftLine):
            lines.append(draft)
        elif draft is not None:
            places.append(draft)
    seen: dict[str, int | None] = {}
    for line in lines:
        if line.id and line.id in seen:
            message = f"this id stands twice in the file, first in feature {seen[line.id]}"
            problems.append(line.problem("error", "duplicate-id", message, "id", line.id))
        seen.setdefault(line.id, line.index)
    return Drafts(tuple(lines), tuple(places)), problems


def _draft(
    feature: Any, file: str, index: int, problems: list[Problem], *, is_typed: bool, straight: bool
) -> DraftLine | DraftPlace | None:
    is_bare = straight and isinstance(feature, dict) and feature.get("geometry") is None
    if is_bare:
        feature = {**feature, "geometry": {"type": None}}
    opened = _open(feature, file, index, problems)
    if opened is None:
        return None
    label, properties, geometry = opened
    kind, coordinates = _plain(geometry)
    is_point = kind == "Point"
    values = _values(properties, PLACE_FIELDS if is_point else LINE_FIELDS, file, index, label, problems,
                     is_typed=is_typed)  # fmt: skip
    if is_point:
        position = geojson.position(coordinates, file, index, label, problems)
        return DraftPlace(values, position, label, file, index) if position is not None else None
    line = None
    if kind == "LineString":
        line = geojson.positions(coordinates, file, index, label, problems)
    elif not is_bare:
        parts = "; join its parts into one line, or make each a feature" if kind == "MultiLineString" else ""
        problems.append(Problem("error", "wrong-geometry", f"a LineString is needed here{parts}", file, index, label,
                                "geometry", geojson.show(kind), "LineString (a Point for a new place)"))  # fmt: skip
    return DraftLine(values, line, label, file, index, is_broken=line is None and not is_bare)


def _open(
    feature: Any, file: str, index: int, problems: list[Problem]
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Feature -> id ('' without one), properties, geometry; or None with the problem noted."""

    def wrong(code: str, message: str, field: str = "", value: Any = None, allowed: str = "") -> None:
        problems.append(Problem("error", code, message, file, index, field=field, value=geojson.show(value),
                                allowed=allowed))  # fmt: skip

    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        found = feature.get("type") if isinstance(feature, dict) else feature
        wrong("not-a-feature", "expected a GeoJSON Feature", "type", found, "Feature")
        return None
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        wrong("no-properties", "properties must be an object", "properties", properties)
        return None
    label = feature.get("id")
    if label is None:
        label = properties.get("id", "")
        properties = {key: value for key, value in properties.items() if key != "id"}
    if label is None or (isinstance(label, (int, float)) and not isinstance(label, bool) and math.isfinite(label)):
        label = "" if label is None else str(label)
    if not isinstance(label, str):
        wrong("bad-id", "an id is a text or a number", "id", label)
        return None
    if not isinstance(geometry, dict):
        problems.append(
            Problem(
                "error",
                "wrong-geometry",
                "this feature has no geometry",
                file,
                index,
                label,
                "geometry",
                geojson.show(geometry),
                "LineString (a Point for a new place)",
            )
        )
        return None
    bbox = feature.get("bbox")
    if bbox is not None and not _is_box(bbox):
        wrong("bad-bbox", "a bbox is a list of four or six numbers", "bbox", bbox)
    return label, properties, geometry


def _is_box(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (4, 6)
        and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value)
    )


def _plain(geometry: Mapping[str, Any]) -> tuple[Any, Any]:
    """Type and coordinates; a MultiLineString whose parts follow each other is one line."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind != "MultiLineString" or not isinstance(coordinates, list) or not coordinates:
        return kind, coordinates
    joined: list[Any] = []
    for part in coordinates:
        if not isinstance(part, list) or not part or (joined and joined[-1] != part[0]):
            return kind, coordinates
        joined += part[1:] if joined else part
    return "LineString", joined


def _values(
    properties: Mapping[str, Any], known: Iterable[str], file: str, index: int, label: str, problems: list[Problem],
    *, is_typed: bool,
) -> dict[str, Any]:  # fmt: skip
    """The fields that are known; any other is a slip (an error) or a column of another program (a warning)."""
    values: dict[str, Any] = {}
    known = list(known)
    for name, value in properties.items():
        if value is None:
            continue
        if name in RESERVED:
            problems.append(Problem("error", "reserved-field", "this field comes from the feature itself", file, index,
                                    label, name))  # fmt: skip
        elif _folded(name) not in known:
            near = difflib.get_close_matches(_folded(name), known, n=1, cutoff=NEAR_MISS)
            field = name[:80]
            if near and near[0] not in WORDS and near[0] not in map(_folded, properties):
                problems.append(Problem("error", "misspelt-field", "no field has this name", file, index, label, field,
                                        geojson.show(value), hint=f"did you mean {near[0]}?"))  # fmt: skip
            else:
                problems.append(Problem("warning", "unknown-field", "this field is not kept", file, index, label, field,
                                        geojson.show(value), ", ".join(known),
                                        hint=f"did you mean {near[0]}?" if near else ""))  # fmt: skip
        elif name != _folded(name) and _folded(name) in properties:
            problems.append(Problem("error", "duplicate-key", "this field stands twice, in other letters", file, index,
                                    label, name[:80], geojson.show(value)))  # fmt: skip
        else:
            key = _folded(name)
            values[key] = tuple(value) if isinstance(value, list) else _typed(key, value, is_typed=is_typed)
    return values


def _folded(name: str) -> str:
    """A field's name in small letters: programs write Name and NAME."""
    return name.casefold()


def _typed(name: str, value: Any, *, is_typed: bool) -> Any:
    """The value as the field's type where the file format could not say it; else as it stands."""
    if name in WHOLE_NUMBERS and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON has one kind of numbers
    if is_typed or not isinstance(value, str):
        return value
    text = value.strip()
    if name in LISTS:
        return tuple(part.strip() for part in text.replace(",", ";").split(";") if part.strip())
    try:
        if name in WHOLE_NUMBERS:
            return int(text)
        if name in NUMBERS:
            return float(text)
    except ValueError:
        pass  # the field's own check will name it and its value
    return text


def _geojson(path: Path, file: str) -> Found:
    """The features of a FeatureCollection, a single Feature, or a bare geometry."""
    document, problems = geojson.parse_json(geojson.read_text(path), file)
    return of_document(document, file, problems)


def of_document(document: Any, file: str, problems: list[Problem]) -> Found:
    """The features of a GeoJSON object that has been parsed; ``problems`` are those found so far."""
    if document is None and problems:
        return [], problems
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(document, dict):
        problems += geojson.crs_problems(document, file)
        if document.get("bbox") is not None and not _is_box(document["bbox"]):
            problems.append(Problem("error", "bad-bbox", "a bbox is a list of four or six numbers", file, field="bbox",
                                    value=geojson.show(document["bbox"])))  # fmt: skip
    if kind == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list):
            return [*features, *_splits(document, file, problems)], problems
        problems.append(Problem("error", "no-features", "the features must be a list", file, field="features",
                                value=geojson.show(features)))  # fmt: skip
        return [], problems
    if kind == "Feature":
        return [document], problems
    if kind in ("LineString", "MultiLineString"):
        return [{"type": "Feature", "properties": {}, "geometry": document}], problems
    shown = kind if isinstance(document, dict) else document
    problems.append(Problem("error", "not-a-collection", "the top level must be a GeoJSON FeatureCollection", file,
                            field="type", value=geojson.show(shown),
                            allowed="FeatureCollection, Feature, LineString"))  # fmt: skip
    return [], problems


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


def _geopackage(path: Path, file: str) -> Found:
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


def _shapefile(path: Path, file: str) -> Found:
    if _head(path, 4) != b"\x00\x00\x27\x0a":
        raise _refuse(path, "this is no Shapefile", "save the lines as Shapefile or GeoJSON")
    for suffix in (".shx", ".dbf", ".prj"):
        if not any(path.with_suffix(each).is_file() for each in (suffix, suffix.upper())):
            raise errors.DataError([Problem("error", "missing-part", f"a Shapefile needs its {suffix} beside it", file,
                                            hint="copy all its files, or save as GeoPackage")])  # fmt: skip
    return _by_gdal(path, file)


class _RefusedError(Exception):
    """Something in an XML file that is not to be there."""


def _kml(path: Path, file: str) -> Found:
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


def _by_gdal(path: Path, file: str, *, counts: Mapping[str, int] | None = None, needless: Iterable[str] = ()) -> Found:
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
                    problems.append(
                        Problem(
                            "error",
                            "no-crs",
                            f"layer {layer} does not say its coordinate system",
                            file,
                            hint="set it, best to WGS 84 (EPSG:4326)",
                        )
                    )
                    continue
                features += [_feature(row, needless) for row in frame.to_crs("EPSG:4326").iterfeatures(na="drop")]
        problems += [Problem("warning", "reader-warning", str(item.message)[:200], file) for item in said]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError,
            pyproj.exceptions.ProjError, shapely.errors.ShapelyError, ValueError, OSError) as error:  # fmt: skip
        raise errors.DataError([Problem("error", "not-readable", str(error)[:200], file)]) from error
    return features, problems


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
