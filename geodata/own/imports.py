"""Lines and places out of files of the user's, or out of GeoJSON that was sent: nothing of it is believed."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geodata import errors, records
from geodata.details import forms
from geodata.errors import Problem
from geodata.own.drafts import LINE_FIELDS, PLACE_FIELDS, DraftLine, DraftPlace, Drafts
from geodata.own.line_files import READERS
from geodata.read import contents, geojson

RESERVED = ("coordinates", "geometry", "part_of", "share")
NEAR_MISS = 0.85
"""A field name that is so much like a known one, which is not stated, is taken for a slip and not for a column of
another program; so that no length or gauge is lost."""

WORDS = ("note", "name", "from_name", "to_name", "source_detail", "length_detail")
"""Fields of which nothing is computed: a name like theirs is only warned of."""


def read(path: Path) -> tuple[Drafts, list[Problem]]:
    """The lines and places of a file, and every problem found in it; what has an error is not among them.

    Raises FileAccessError where it cannot be read, RequestError for a suffix that no format has.
    """
    known = READERS.get(path.suffix.lower())
    if known is None:
        listed = ", ".join(f"{suffix} ({row.title})" for suffix, row in READERS.items())
        raise errors.RequestError(f"{path}: the suffix {path.suffix or '(none)'} is not known; known: {listed}")
    if not path.exists() or path.is_dir():
        what = "is a folder" if path.is_dir() else "no such file"
        raise errors.FileAccessError(f"{path}: {what}; name a file with the lines to add")
    try:
        content = known.open(path, str(path))
    except errors.DataError as error:
        return Drafts(), list(error.problems)
    problems = list(content.problems)
    if not content.features and not any(item.severity == "error" for item in problems):
        hint = "a feature with a LineString is needed"
        problems.append(Problem("error", "no-lines", "there is no line in this file", str(path), hint=hint))
    drafts, found = of_features(content.features, str(path), is_typed=known.is_typed)
    return replace(drafts, splits=content.splits), problems + found


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
    values = _values(
        properties, PLACE_FIELDS if is_point else LINE_FIELDS, file, index, label, problems, is_typed=is_typed
    )
    if is_point:
        position = geojson.position(coordinates, file, index, label, problems)
        return DraftPlace(values, position, label, file, index) if position is not None else None
    line = None
    if kind == "LineString":
        line = geojson.positions(coordinates, file, index, label, problems)
    elif geometry and not is_bare:
        parts = "; join its parts into one line, or make each a feature" if kind == "MultiLineString" else ""
        problems.append(
            Problem(
                "error",
                "wrong-geometry",
                f"a LineString is needed here{parts}",
                file,
                index,
                label,
                "geometry",
                contents.show(kind),
                "LineString (a Point for a new place)",
            )
        )
    return DraftLine(values, line, label, file, index, is_broken=line is None and not is_bare)


def _open(
    feature: Any, file: str, index: int, problems: list[Problem]
) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    """Feature -> id ('' without one), properties, geometry; or None with the problem noted."""

    def wrong(code: str, message: str, field: str = "", value: Any = None, allowed: str = "") -> None:
        problems.append(
            Problem("error", code, message, file, index, field=field, value=contents.show(value), allowed=allowed)
        )

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
    problems += geojson.foreign_members(feature, "Feature", file, index, label)
    if isinstance(geometry, dict):
        problems += geojson.foreign_members(geometry, "geometry", file, index, label)
    else:
        problems.append(
            Problem(
                "error",
                "wrong-geometry",
                "this feature has no geometry",
                file,
                index,
                label,
                "geometry",
                contents.show(geometry),
                "LineString (a Point for a new place)",
            )
        )
        geometry = {}  # the fields are looked at all the same
    bbox = feature.get("bbox")
    if bbox is not None and not geojson.is_box(bbox):
        wrong("bad-bbox", "a bbox is a list of four or six numbers", "bbox", bbox)
    return label, properties, geometry


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
    properties: Mapping[str, Any],
    known: Iterable[str],
    file: str,
    index: int,
    label: str,
    problems: list[Problem],
    *,
    is_typed: bool,
) -> dict[str, Any]:
    """The fields that are known; any other is a slip (an error) or a column of another program (a warning)."""
    values: dict[str, Any] = {}
    known = list(known)
    for name, value in properties.items():
        if value is None:
            continue
        if name in RESERVED:
            problems.append(
                Problem("error", "reserved-field", "this field comes from the feature itself", file, index, label, name)
            )
        elif _folded(name) not in known:
            near = difflib.get_close_matches(_folded(name), known, n=1, cutoff=NEAR_MISS)
            field = name[:80]
            if near and near[0] not in WORDS and near[0] not in map(_folded, properties):
                problems.append(
                    Problem(
                        "error",
                        "misspelt-field",
                        "no field has this name",
                        file,
                        index,
                        label,
                        field,
                        contents.show(value),
                        hint=f"did you mean {near[0]}?",
                    )
                )
            else:
                problems.append(
                    Problem(
                        "warning",
                        "unknown-field",
                        "this field is not kept",
                        file,
                        index,
                        label,
                        field,
                        contents.show(value),
                        ", ".join(known),
                        hint=f"did you mean {near[0]}?" if near else "",
                    )
                )
        elif name != _folded(name) and _folded(name) in properties:
            problems.append(
                Problem(
                    "error",
                    "duplicate-key",
                    "this field stands twice, in other letters",
                    file,
                    index,
                    label,
                    name[:80],
                    contents.show(value),
                )
            )
        else:
            key = _folded(name)
            values[key] = tuple(value) if isinstance(value, list) else _typed(key, value, is_typed=is_typed)
    return values


def _folded(name: str) -> str:
    """A field's name in small letters: programs write Name and NAME."""
    return name.casefold()


def _typed(name: str, value: Any, *, is_typed: bool) -> Any:
    """The value as the field's type where the file format could not say it; else as it stands."""
    form = {**forms(records.Node), **forms(records.Segment)}.get(name, "text")
    if form == "whole" and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON has one kind of numbers
    if is_typed or not isinstance(value, str):
        return value
    text = value.strip()
    if form == "list":
        return tuple(part.strip() for part in text.replace(",", ";").split(";") if part.strip())
    number = contents.number_of(text) if form in ("whole", "number") else None
    if number is None:
        return text  # the field's own check will name it and its value
    return int(number) if form == "whole" and number.is_integer() else number
