"""Strict reading and canonical writing of GeoJSON (RFC 7946).

Reading collects every problem of a file and reports them together: duplicate keys, NaN, wrong geometry, unknown or
missing fields, values out of range. Nothing is repaired in silence.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from geodata import errors, records
from geodata.errors import Problem

MAX_BYTES = 400_000_000
"""A file larger than this is refused before it is parsed: ten times a network of 100,000 segments."""

_WGS84 = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}
_SHOWN = 60

Position = tuple[float, float]

RecordT = TypeVar("RecordT", bound=records.Record)


def read_bytes(path: Path, *, at_most: int | None = None, may_wait: bool = False) -> bytes:
    """The content of a regular file (or its first bytes). A folder, a device or a pipe is refused and never waited for.

    With ``may_wait``, for a file that is named on the command line, a pipe is read to its end. Raises FileAccessError.
    """
    at_once = 0 if may_wait else getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, os.O_RDONLY | at_once | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) and not (may_wait and not stat.S_ISDIR(about.st_mode)):
                raise errors.FileAccessError(f"{path}: {_irregular(about.st_mode)}; a regular file is needed here")
            if about.st_size > MAX_BYTES:
                raise errors.FileAccessError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split the file")
            content = file.read(MAX_BYTES + 1 if at_most is None else at_most)
            if len(content) > MAX_BYTES:  # of a pipe or a device, whose size nobody knows
                raise errors.FileAccessError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split the file")
            return content
    except OSError as error:
        if isinstance(error, errors.FileAccessError):
            raise
        if path.is_dir():  # some systems open no folder
            raise errors.FileAccessError(f"{path}: is a folder; a regular file is needed here") from error
        reason = "a link to nowhere" if path.is_symlink() and not path.exists() else error.strerror or error
        raise errors.FileAccessError(f"{path}: cannot be read ({reason})") from error


def _irregular(mode: int) -> str:
    return "is a folder" if stat.S_ISDIR(mode) else "is a pipe" if stat.S_ISFIFO(mode) else "is a device or a socket"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file or pipe that a command names (a byte order mark is allowed)."""
    return _text(path, read_bytes(path, may_wait=True))


def data_text(path: Path) -> str:
    """The same of a file of data, which has to be a regular one."""
    return _text(path, read_bytes(path))


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.DataError(
            [Problem("error", "not-utf8", f"byte {error.start} is not UTF-8; save the file as UTF-8", str(path))]
        ) from error


def parse_json(text: str, file: str) -> tuple[Any, list[Problem]]:
    """JSON without its traps: a duplicate key, NaN or Infinity is a problem, and so is nesting without end."""
    problems: list[Problem] = []
    is_odd = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_odd
        table = dict(items)
        is_odd = is_odd or len(table) != len(items)
        return table

    def constant(name: str) -> float:
        nonlocal is_odd
        is_odd = True
        return float(name.replace("Infinity", "inf"))  # so that the feature and vertex are found and named, too

    try:
        document = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
        return document, list(_odd(text, file)) if is_odd else problems
    except json.JSONDecodeError as error:
        problems.append(Problem("error", "not-json", f"{error.msg} at line {error.lineno}, column {error.colno}", file))
    except RecursionError:
        problems.append(Problem("error", "too-deep", "nested deeper than any GeoJSON needs", file))
    except ValueError as error:  # an integer of more than 4,300 digits
        problems.append(Problem("error", "not-json", str(error)[:200], file))
    return None, problems


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def _odd(text: str, file: str) -> Iterator[Problem]:
    """The duplicate keys and the constants that are no JSON of a text that is JSON otherwise, with their lines."""
    line, done, before = 1, 0, ""
    open_objects: list[set[str] | None] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        line, done = line + text.count("\n", done, match.start()), match.start()
        if token in "{[":
            open_objects.append(set() if token == "{" else None)
        elif token in "}]":
            open_objects.pop()
        elif token in ("NaN", "Infinity", "-Infinity"):
            yield Problem("error", "not-a-number", f"{token} is not JSON, at line {line}", file, value=token)
        elif token[0] == '"' and before in "{," and open_objects and (keys := open_objects[-1]) is not None:
            key = json.loads(token)
            if key in keys:
                message = f"the key stands twice in one object, again at line {line}"
                yield Problem("error", "duplicate-key", message, file, field=key)
            keys.add(key)
        before = token


def line_of(text: str, member: str) -> int | None:
    """The line on which a member of the outermost object of a JSON text stands; None where it has none.

    >>> line_of('{\\n"type": "x",\\n"features": {}}', "features")
    3
    """
    depth, before = 0, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        depth += (token in "{[") - (token in "}]")
        if depth == 1 and before in ("{", ",") and token[0] == '"' and json.loads(token, strict=False) == member:
            return 1 + text.count("\n", 0, match.start())
        before = token
    return None


def with_lines(problems: Iterable[Problem], text: str) -> list[Problem]:
    """Findings about members of the outermost object, with the line on which each stands."""
    found = []
    for item in problems:
        line = (
            line_of(text, item.field)
            if item.feature_index is None and item.field and "line" not in item.message
            else None
        )
        found.append(item if line is None else replace(item, message=f"{item.message} (line {line})"))
    return found


def read_collection(path: Path, file: str) -> tuple[dict[str, Any], list[Any], list[Problem]]:
    """A FeatureCollection, its features as plain objects, and the problems found."""
    return parse_collection(data_text(path), file)


def parse_collection(text: str, file: str) -> tuple[dict[str, Any], list[Any], list[Problem]]:
    """The same of the text of a file."""
    document, features, problems = _collection(text, file)
    return document, features, with_lines(problems, text)


def _collection(text: str, file: str) -> tuple[dict[str, Any], list[Any], list[Problem]]:
    document, problems = parse_json(text, file)
    if document is None and problems:
        return {}, [], problems
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        found = document.get("type") if isinstance(document, dict) else type(document).__name__
        problems.append(
            Problem(
                "error",
                "not-a-collection",
                "the top level must be a GeoJSON FeatureCollection",
                file,
                field="type",
                value=show(found),
                allowed="FeatureCollection",
            )
        )
        return {}, [], problems
    problems += crs_problems(document, file) + foreign_members(document, "FeatureCollection", file)
    features = document.get("features")
    if not isinstance(features, list):
        problems.append(
            Problem("error", "no-features", "the features must be a list", file, field="features", value=show(features))
        )
        return document, [], problems
    return document, features, problems


FOREIGN = {
    "Feature": ("coordinates", "features", "geometries"),
    "FeatureCollection": ("coordinates", "geometries", "geometry", "properties"),
    "geometry": ("features", "geometry", "properties"),
}
"""Members that belong to another kind of object (RFC 7946, 7.1): nobody can say which of two courses is meant."""


def foreign_members(
    item: Mapping[str, Any], kind: str, file: str, index: int | None = None, feature_id: str = ""
) -> list[Problem]:
    """Members of a Feature, a FeatureCollection or a geometry that make another object of it."""
    if item.keys().isdisjoint(FOREIGN[kind]):
        return []
    return [
        Problem(
            "error",
            "foreign-member",
            f"a {kind} has no member of this name",
            file,
            index,
            feature_id,
            member,
            show(item[member]),
            hint="take it out",
        )
        for member in FOREIGN[kind]
        if member in item
    ]


def crs_problems(document: Mapping[str, Any], file: str) -> list[Problem]:
    """A coordinate reference system other than WGS 84 longitude, latitude."""
    crs = document.get("crs")
    if crs is not None:
        properties = crs.get("properties") if isinstance(crs, dict) else None
        crs_name = properties.get("name") if isinstance(properties, dict) else crs
        if not isinstance(crs_name, str) or crs_name not in _WGS84:
            message = "coordinates must be WGS 84 longitude, latitude (RFC 7946)"
            return [
                Problem(
                    "error",
                    "other-crs",
                    message,
                    file,
                    field="crs",
                    value=show(crs_name),
                    allowed="no crs member, or CRS84",
                )
            ]
    return []


def read_points(path: Path, name: str, record: type[RecordT]) -> tuple[list[RecordT], list[Problem]]:
    """Places from Point features; the id is the feature's id."""
    _, features, problems = read_collection(path, name)
    read = (node_of(feature, name, index, problems, record) for index, feature in drained(features))
    return [row for row in read if row is not None], problems


def read_lines(path: Path, name: str, record: type[RecordT]) -> tuple[list[RecordT], list[Problem]]:
    """Segments from LineString features; the id is the feature's id."""
    _, features, problems = read_collection(path, name)
    read = (segment_of(feature, name, index, problems, record) for index, feature in drained(features))
    return [row for row in read if row is not None], problems


def node_of(feature: Any, file: str, index: int, problems: list[Problem], record: type[RecordT]) -> RecordT | None:
    """The place of a Point feature, or None with its problems noted."""
    opened = _open(feature, "Point", file, index, problems)
    if opened is None:
        return None
    feature_id, properties, coordinates = opened
    found = position(coordinates, file, index, feature_id, problems)
    lon, lat = found or (0.0, 0.0)  # the other fields are looked at all the same
    lists = {key: tuple(value) if isinstance(value, list) else value for key, value in properties.items()}
    row = validate(record, {**lists, "id": feature_id, "lon": lon, "lat": lat}, file, index, feature_id, problems)
    return row if found is not None else None


def segment_of(feature: Any, file: str, index: int, problems: list[Problem], record: type[RecordT]) -> RecordT | None:
    """The segment of a LineString feature, or None with its problems noted."""
    opened = _open(feature, "LineString", file, index, problems)
    if opened is None:
        return None
    feature_id, properties, coordinates = opened
    line = positions(coordinates, file, index, feature_id, problems)
    lists = {key: tuple(value) if isinstance(value, list) else value for key, value in properties.items()}
    # the other fields of a broken line are looked at all the same
    lists |= {"id": feature_id, "coordinates": line or ((0.0, 0.0), (1.0, 1.0))}
    row = validate(record, lists, file, index, feature_id, problems)
    return row if line is not None else None


def positions(
    coordinates: Any, file: str, index: int | None, feature_id: str, problems: list[Problem]
) -> tuple[Position, ...] | None:
    """The vertices of a line, or None with the problem of each broken one noted."""
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        problems.append(
            Problem(
                "error",
                "short-line",
                "a LineString needs two or more positions",
                file,
                index,
                feature_id,
                "coordinates",
                show(coordinates),
            )
        )
        return None
    line = _plain(coordinates)
    if line is None:
        read = [position(item, file, index, feature_id, problems, at) for at, item in enumerate(coordinates)]
        line = tuple(item for item in read if item is not None)
        if len(line) < len(read):
            return None
    repeats = [at for at, (one, other) in enumerate(itertools.pairwise(line), start=1) if one == other]
    if repeats:
        problems.append(
            Problem(
                "warning",
                "repeated-vertex",
                f"{len(repeats)} vertex repeats the one before it",
                file,
                index,
                feature_id,
                "coordinates",
                f"vertex {repeats[0]}",
                vertex=repeats[0],
                position=line[repeats[0]],
            )
        )
    return line


def _plain(coordinates: list[Any]) -> tuple[Position, ...] | None:
    """The line where every vertex is just two numbers on the globe, looked at all at once; else None.

    ``position`` would give the same line in five times the time, which is most of that of reading the shipped data.
    """
    if not all(type(item) is list and len(item) == 2 for item in coordinates):
        return None
    lons, lats = [item[0] for item in coordinates], [item[1] for item in coordinates]
    if not {*map(type, lons), *map(type, lats)} <= {float, int}:
        return None
    if not (min(lons) >= -180 and max(lons) <= 180 and min(lats) >= -90 and max(lats) <= 90):
        return None
    if not math.isfinite(sum(lons) + sum(lats)):  # a NaN slips through comparisons
        return None
    return tuple(zip(map(float, lons), map(float, lats), strict=True))


def drained(features: list[Any]) -> Iterator[tuple[int, Any]]:
    """The features with their index, each let go of when it is read: of 100,000 only the records are kept."""
    for index in range(len(features)):
        feature, features[index] = features[index], None
        yield index, feature


def validate(
    record: type[RecordT], values: Mapping[str, Any], file: str, index: int, feature_id: str, problems: list[Problem]
) -> RecordT | None:
    """One record, or None with every field's problem appended to ``problems``."""
    try:
        return record.model_validate(values)
    except pydantic.ValidationError as error:
        for item in error.errors(include_url=False):
            field = ".".join(str(part) for part in item["loc"])
            missing = item["type"] == "missing"
            internal = ("error", "field_type", "actual_length")
            context = {key: value for key, value in item.get("ctx", {}).items() if key not in internal}
            allowed = ", ".join(f"{key} {value}" for key, value in context.items())
            message = item["msg"].removeprefix("Value error, ")
            hint = 'a list is needed, e.g. ["KZ"]' if item["type"] == "tuple_type" else ""
            problems.append(
                Problem(
                    "error",
                    "missing-field" if missing else "bad-value",
                    message,
                    file,
                    index,
                    feature_id,
                    field or record.__name__,
                    "" if missing or not field else show(item["input"]),
                    allowed,
                    hint=hint,
                )
            )
        return None


def feature_collection(features: Iterable[Mapping[str, Any]], members: Mapping[str, Iterable[Any]] = {}) -> str:
    """Canonical text: one feature (and one item of each further member) a line, so that a change reads well in a diff.

    NaN raises ValueError.
    """
    text = '{"type": "FeatureCollection"'
    for name, items in {**members, "features": features}.items():
        lines = [json.dumps(item, ensure_ascii=False, allow_nan=False) for item in items]
        text += f", {json.dumps(name)}: [\n" + ",\n".join(lines) + ("\n" if lines else "") + "]"
    return text + "}\n"


def node_feature(node: records.Node) -> dict[str, Any]:
    properties = node.model_dump(mode="json", exclude={"id", "lon", "lat"}, exclude_defaults=True)
    return {
        "type": "Feature",
        "id": node.id,
        "geometry": {"type": "Point", "coordinates": [node.lon, node.lat]},
        "properties": properties,
    }


def segment_feature(segment: records.Segment) -> dict[str, Any]:
    properties = segment.model_dump(mode="json", exclude={"id", "coordinates"}, exclude_defaults=True, by_alias=True)
    return {
        "type": "Feature",
        "id": segment.id,
        "geometry": {"type": "LineString", "coordinates": [list(position) for position in segment.coordinates]},
        "properties": properties,
    }


def _open(
    feature: Any, geometry_type: str, file: str, index: int, problems: list[Problem]
) -> tuple[str, dict[str, Any], Any] | None:
    """Feature -> id, properties, coordinates; or None with the problem noted."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        problems.append(
            Problem("error", "not-a-feature", "expected a GeoJSON Feature", file, index, value=show(feature))
        )
        return None
    feature_id = feature.get("id", "")
    if not isinstance(feature_id, str) or not feature_id:
        problems.append(
            Problem(
                "error",
                "no-id",
                "a feature needs its own text id (beside 'properties')",
                file,
                index,
                field="id",
                value=show(feature.get("id")),
            )
        )
        return None
    properties, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, dict):
        problems.append(
            Problem(
                "error",
                "no-properties",
                "properties must be an object",
                file,
                index,
                feature_id,
                "properties",
                show(properties),
            )
        )
        return None
    reserved = {"id", "lon", "lat", "coordinates", "geometry", "part_of", "share"} & set(properties)
    wrong = foreign_members(feature, "Feature", file, index, feature_id)
    wrong += foreign_members(geometry, "geometry", file, index, feature_id) if isinstance(geometry, dict) else []
    if reserved:
        wrong.append(
            Problem(
                "error",
                "reserved-field",
                "this field comes from the feature itself",
                file,
                index,
                feature_id,
                sorted(reserved)[0],
            )
        )
    if wrong:
        problems += wrong
        return None
    if not isinstance(geometry, dict) or geometry.get("type") != geometry_type:
        found = geometry.get("type") if isinstance(geometry, dict) else geometry
        problems.append(
            Problem(
                "error",
                "wrong-geometry",
                f"a {geometry_type} is needed here",
                file,
                index,
                feature_id,
                "geometry",
                show(found),
                geometry_type,
            )
        )
        return None
    return feature_id, properties, geometry.get("coordinates")


def position(
    item: Any, file: str, index: int | None, feature_id: str, problems: list[Problem], vertex: int | None = None
) -> Position | None:
    """(longitude, latitude) in degrees, or None with the problem noted; an altitude is not kept."""
    field = "coordinates" if vertex is None else f"coordinates[{vertex}]"
    numbers = isinstance(item, list) and len(item) in (2, 3)
    if not numbers or any(isinstance(part, bool) or not isinstance(part, (int, float)) for part in item):
        problems.append(
            Problem(
                "error",
                "bad-position",
                "a position is [longitude, latitude], two numbers",
                file,
                index,
                feature_id,
                field,
                show(item),
                vertex=vertex,
            )
        )
        return None
    try:
        lon, lat = float(item[0]), float(item[1])
    except OverflowError:
        lon = lat = math.inf
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        swapped = abs(lon) <= 90 and abs(lat) <= 180
        problems.append(
            Problem(
                "error",
                "out-of-range",
                "a position outside the globe",
                file,
                index,
                feature_id,
                field,
                show(item),
                "longitude -180..180, latitude -90..90",
                vertex,
                "longitude and latitude look swapped" if swapped else "",
            )
        )
        return None
    return lon, lat


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a text is in plain decimal notation; None for anything else that Python would take for one.

    >>> number_of("12.5"), number_of("1e3"), number_of("1_000"), number_of("nan"), number_of(" 1"), number_of("١٢")
    (12.5, 1000.0, None, None, None, None)
    """
    return float(text) if _NUMBER.fullmatch(text) else None


def is_box(value: Any) -> bool:
    """Whether a value is a bbox: four or six numbers."""
    return (
        isinstance(value, list)
        and len(value) in (4, 6)
        and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value)
    )


def show(value: Any) -> str:
    """A value as JSON, cut to what fits into a message."""
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
