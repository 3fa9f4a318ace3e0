"""What somebody wants to add, as stated: lines and places, before anything of it has been looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geodata import records
from geodata.errors import Problem
from geodata.globe import geodesy

Position = geodesy.Position

OWN_FIELDS = ("name", "from_name", "to_name")
"""Fields of a line that no segment has: what it is called (its id is made of that), and what new ends are called."""

LINE_FIELDS = (
    *(
        item.alias or name
        for name, item in records.Segment.model_fields.items()
        if name not in ("id", "coordinates", "part_of", "share")
    ),
    *OWN_FIELDS,
)
PLACE_FIELDS = tuple(name for name in records.Node.model_fields if name not in ("id", "lon", "lat"))


@dataclass(frozen=True)
class DraftLine:
    """A line to be added. ``id`` may be '' (one is made); without ``coordinates`` it goes straight between its places.

    ``values`` has some of LINE_FIELDS; ``file`` and ``index`` say where it was stated. A broken one has a course that
    could not be read: it is only here so that its other fields are looked at.
    """

    values: Mapping[str, Any]
    coordinates: tuple[Position, ...] | None = None
    id: str = ""
    file: str = ""
    index: int | None = None
    is_broken: bool = False

    @property
    def label(self) -> str:
        name = self.values.get("name")
        return self.id or (name if isinstance(name, str) else "")

    def problem(
        self,
        severity: Literal["error", "warning"],
        code: str,
        message: str,
        field_name: str = "",
        value: str = "",
        allowed: str = "",
        *,
        hint: str = "",
        vertex: int | None = None,
        at: Position | None = None,
    ) -> Problem:
        """A finding about this line, with the place where it was stated."""
        if at is None and vertex is not None and self.coordinates:
            at = self.coordinates[vertex]
        return Problem(
            severity, code, message, self.file, self.index, self.label, field_name, value, allowed, vertex, hint, at
        )


@dataclass(frozen=True)
class DraftPlace:
    """A place to be added where a line ends; ``values`` has some of PLACE_FIELDS."""

    values: Mapping[str, Any]
    position: Position
    id: str = ""
    file: str = ""
    index: int | None = None

    def problem(
        self,
        severity: Literal["error", "warning"],
        code: str,
        message: str,
        field_name: str = "",
        value: str = "",
        allowed: str = "",
        *,
        hint: str = "",
    ) -> Problem:
        name = self.values.get("name")
        label = self.id or (name if isinstance(name, str) else "")
        return Problem(
            severity, code, message, self.file, self.index, label, field_name, value, allowed, None, hint, self.position
        )


@dataclass(frozen=True)
class Drafts:
    """Lines and places of one file, or of several."""

    lines: tuple[DraftLine, ...] = ()
    places: tuple[DraftPlace, ...] = ()
    splits: tuple[records.Split, ...] = ()

    def __add__(self, other: Drafts) -> Drafts:
        return Drafts(self.lines + other.lines, self.places + other.places, self.splits + other.splits)
