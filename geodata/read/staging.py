"""What is being read: records by kind, where each was found, their problems, and a digest of the bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from geodata import records
from geodata.errors import Problem

RecordT = TypeVar("RecordT", bound=records.Record)


@dataclass
class Shelf:
    """What is being read: records by file kind, their problems, and a digest of the bytes."""

    nodes: dict[str, records.Node] = field(default_factory=dict)
    segments: dict[str, records.Segment] = field(default_factory=dict)
    modes: dict[str, records.Mode] = field(default_factory=dict)
    corridors: dict[str, records.Corridor] = field(default_factory=dict)
    closures: dict[str, records.Closure] = field(default_factory=dict)
    projects: dict[str, records.Project] = field(default_factory=dict)
    capacities: dict[str, records.Capacity] = field(default_factory=dict)
    parameters: dict[str, records.Parameter] = field(default_factory=dict)
    reference_lengths: dict[str, records.ReferenceLength] = field(default_factory=dict)
    sources: dict[str, records.Source] = field(default_factory=dict)
    rates: dict[tuple[str, str, str], records.Rate] = field(default_factory=dict)
    splits: dict[str, records.Split] = field(default_factory=dict)
    gateways: dict[str, records.Gateway] = field(default_factory=dict)
    markets: dict[str, records.Market] = field(default_factory=dict)
    straits: dict[str, records.Strait] = field(default_factory=dict)
    wholes: dict[str, records.Segment] = field(default_factory=dict)
    own_ids: set[str] = field(default_factory=set)
    found_in: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    taken: set[tuple[bool, str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def copy(self) -> Shelf:
        """A shelf with the same records, to which others can be added."""
        containers = {item.name: getattr(self, item.name).copy() for item in fields(self)}
        return replace(self, **containers)

    def put(
        self,
        kind: str,
        file: str,
        rows: Iterable[tuple[int, RecordT]],
        into: dict[str, RecordT] | dict[tuple[str, str, str], RecordT],
        *,
        own: bool,
    ) -> None:
        """Rows of a file (index of the feature, record) into one of the tables; the user's ``own`` over the shipped."""
        table: dict[object, RecordT] = into  # type: ignore[assignment]
        for index, row in rows:
            key = _key(row, index)
            label = " ".join(key) if isinstance(key, tuple) else str(key)
            if (own, kind, label) in self.taken:
                first, at = self.found_in[(kind, label)]
                message = f"this id stands twice in one folder, first in {first} feature {at}"
                self.problems.append(Problem("error", "duplicate-id", message, file, index, label))
                continue
            if own and key in table:
                message = "this record takes the place of one with its id"
                self.problems.append(Problem("warning", "replaces", message, file, index, label))
            self.taken.add((own, kind, label))
            self.found_in[(kind, label)] = (file, index)
            table[key] = row
            if own and isinstance(key, str):
                self.own_ids.add(key)


def _key(row: records.Record, index: int) -> object:
    if isinstance(row, records.Rate):
        return row.key
    if isinstance(row, records.Capacity):
        return f"{row.on}#{index}"
    if isinstance(row, records.Parameter):
        return row.name
    return getattr(row, "id")  # noqa: B009  (the records that are left all have an id)
