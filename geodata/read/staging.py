"""What is being read: records by kind, where each was found, their problems, and a digest of the bytes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from geodata import kinds, records
from geodata.errors import Problem
from geodata.kinds import Kind

RecordT = TypeVar("RecordT", bound=records.Record)


@dataclass
class Staging:
    """What is being read: records by kind and key, their problems, and a digest of the bytes."""

    tables: defaultdict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))
    wholes: dict[str, records.Segment] = field(default_factory=dict)
    own_ids: set[str] = field(default_factory=set)
    found_in: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    taken: set[tuple[bool, str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def of(self, kind: Kind[RecordT]) -> dict[Any, RecordT]:
        """The rows of a kind by their key."""
        return self.tables[kind.name]

    @property
    def nodes(self) -> dict[str, records.Node]:
        return self.of(kinds.NODES)

    @property
    def segments(self) -> dict[str, records.Segment]:
        return self.of(kinds.SEGMENTS)

    @property
    def modes(self) -> dict[str, records.Mode]:
        return self.of(kinds.MODES)

    def known(self, names: Iterable[str]) -> Mapping[Any, records.Record]:
        """The rows that an id may name, of some kinds; a segment that is split is still known by its id."""
        found: dict[Any, records.Record] = {}
        for name in names:
            found |= self.tables[name]
            found |= self.wholes if name == kinds.SEGMENTS.name else {}
        return found

    def copy(self) -> Staging:
        """The same records, to which others can be added."""
        containers = {item.name: getattr(self, item.name).copy() for item in fields(self)}
        containers["tables"] = defaultdict(dict, {name: dict(rows) for name, rows in self.tables.items()})
        return replace(self, **containers)

    def put(self, kind: Kind[RecordT], file: str, rows: Iterable[tuple[int, RecordT]], *, own: bool) -> None:
        """Rows of a file (index of the feature, record) into their table; the user's ``own`` over the shipped."""
        table = self.of(kind)
        for index, row in rows:
            key = kind.key(row, index)
            label = label_of(key)
            if (own, kind.name, label) in self.taken:
                first, at = self.found_in[(kind.name, label)]
                message = f"this id stands twice in one folder, first in {first} feature {at}"
                self.problems.append(Problem("error", "duplicate-id", message, file, index, label))
                continue
            if own and key in table:
                message = "this record takes the place of one with its id"
                self.problems.append(Problem("warning", "replaces", message, file, index, label))
            self.taken.add((own, kind.name, label))
            self.found_in[(kind.name, label)] = (file, index)
            table[key] = row
            if own and isinstance(key, str):
                self.own_ids.add(key)


def label_of(key: Any) -> str:
    """A key of a table as people read it."""
    return " ".join(key) if isinstance(key, tuple) else str(key)
