"""GeoJSON features as records, and records as features: what a file becomes in the network and comes back as."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from geodata import records
from geodata.errors import Problem
from geodata.read.contents import show
from geodata.read.geojson import foreign_members, position, positions, read_collection

RecordT = TypeVar("RecordT", bound=records.Record)


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
