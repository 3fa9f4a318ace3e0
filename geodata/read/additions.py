"""What was added to a folder with ``corridors segment add``: one file, ``additions.geojson``.

It is a FeatureCollection with the new places (Points) and segments (LineStrings) in the form of ``nodes.geojson`` and
``segments.geojson``; its member ``splits`` says which segments are cut at which places, so that lines can meet there.
What is shipped, and the user's other files, stay as they are: without this file the network is the one of before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from geodata import records
from geodata.errors import Problem
from geodata.kinds import KINDS
from geodata.read import contents, feature_records, geojson

FILE_NAME = "additions.geojson"

MEMBERS = ("type", "splits", "features", "bbox", "crs", "name")
"""The members of the file that are read, or that tell nothing."""

Row = records.Node | records.Segment | records.Split


@dataclass(frozen=True)
class Additions:
    """New places and segments, and the splits that join them to the network.

    >>> Additions().is_empty, Additions().text.splitlines()[0]
    (True, '{"type": "FeatureCollection", "features": [')
    """

    nodes: tuple[records.Node, ...] = ()
    segments: tuple[records.Segment, ...] = ()
    splits: tuple[records.Split, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.nodes or self.segments or self.splits)

    @cached_property
    def text(self) -> str:
        """The file, in canonical form: one record a line."""
        features = [feature_records.node_feature(node) for node in self.nodes]
        features += [feature_records.segment_feature(segment) for segment in self.segments]
        members: dict[str, list[dict[str, Any]]] = {}
        if self.splits:
            members["splits"] = [split.model_dump(mode="json", exclude_defaults=True) for split in self.splits]
        return feature_records.feature_collection(features, members)

    @property
    def rows(self) -> list[tuple[int, Row]]:
        """Every record with the index it has in the file."""
        features: tuple[Row, ...] = (*self.nodes, *self.segments)
        return [*enumerate(features), *enumerate(self.splits)]


def from_rows(rows: Iterable[tuple[int, Row]]) -> Additions:
    """The records of ``read``, by kind, in their order."""
    listed = [row for _, row in rows]
    return Additions(
        tuple(row for row in listed if isinstance(row, records.Node)),
        tuple(row for row in listed if isinstance(row, records.Segment)),
        tuple(row for row in listed if isinstance(row, records.Split)),
    )


def read(path: Path, name: str = "") -> tuple[list[tuple[int, Row]], list[Problem]]:
    """The records of the file, each with its index among the features (or the splits), and the problems found.

    Raises FileAccessError where the file cannot be read, DataError where it is not UTF-8.
    """
    return parse(contents.data_text(path), name or str(path))


def parse(content: str, file: str) -> tuple[list[tuple[int, Row]], list[Problem]]:
    """The same of the text of a file."""
    document, features, problems = geojson.parse_collection(content, file)
    found: list[tuple[int, Row]] = []
    for member in document:
        if member not in MEMBERS:
            problems.append(
                Problem(
                    "warning",
                    "unknown-member",
                    "this member is not read",
                    file,
                    field=member[:80],
                    allowed=", ".join(MEMBERS),
                )
            )
    for index, feature in feature_records.drained(features):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        is_point = isinstance(geometry, dict) and geometry.get("type") == "Point"
        read, kind = (feature_records.node_of, "nodes") if is_point else (feature_records.segment_of, "segments")
        row = read(feature, file, index, problems, KINDS[kind].record)
        if row is not None:
            found.append((index, row))
    splits = document.get("splits", [])
    if not isinstance(splits, list):
        problems.append(
            Problem(
                "error", "bad-splits", "the splits must be a list", file, field="splits", value=contents.show(splits)
            )
        )
        return found, problems
    for index, values in enumerate(splits):
        if not isinstance(values, dict):
            problems.append(
                Problem(
                    "error",
                    "bad-splits",
                    "a split has a segment and a node",
                    file,
                    index,
                    field="splits",
                    value=contents.show(values),
                )
            )
            continue
        split = feature_records.validate(records.Split, values, file, index, "", problems)
        if split is not None:
            found.append((index, split))
    return found, problems


def without(present: Additions, ids: Collection[str], *, keeps_places: bool = False) -> Additions:
    """Without these segments, their splits, and the places that only they used."""
    if not any(segment.id in ids for segment in present.segments):
        return present
    left = Additions(
        present.nodes,
        tuple(segment for segment in present.segments if segment.id not in ids),
        tuple(split for split in present.splits if split.segment not in ids),
    )
    return left if keeps_places else swept(left, places_of(present, ids))


def places_of(present: Additions, ids: Collection[str]) -> set[str]:
    """Where these segments end or are split."""
    gone = [segment for segment in present.segments if segment.id in ids]
    ends = {end for segment in gone for end in (segment.from_node, segment.to_node)}
    return ends | {split.node for split in present.splits if split.segment in ids}


def swept(present: Additions, candidates: Collection[str]) -> Additions:
    """Without those of these places that no segment ends at any more, and without their splits."""
    used = {end for segment in present.segments for end in (segment.from_node, segment.to_node)}
    nodes = tuple(node for node in present.nodes if node.id in used or node.id not in candidates)
    dropped = {node.id for node in present.nodes} - {node.id for node in nodes}
    return Additions(nodes, present.segments, tuple(item for item in present.splits if item.node not in dropped))
