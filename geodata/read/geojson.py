"""Strict reading of GeoJSON (RFC 7946): its collections, members and positions.

Reading collects every problem of a file and reports them together: duplicate keys, NaN, wrong geometry, unknown or
missing fields, values out of range. Nothing is repaired in silence.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.errors import Problem
from geodata.read.contents import data_text, parse_json, show, with_lines

_WGS84 = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}

Position = tuple[float, float]


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


def is_box(value: Any) -> bool:
    """Whether a value is a bbox: four or six numbers."""
    return (
        isinstance(value, list)
        and len(value) in (4, 6)
        and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value)
    )
