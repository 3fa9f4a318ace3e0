"""One tree of errors.

    CorridorsError
    ├── DataError           (ValueError)    the data has problems; all of them are in ``.problems``
    ├── RequestError        (ValueError)    an option or value of the question is wrong
    │   └── ConflictError                   somebody else has changed the same thing meanwhile
    ├── UnknownNameError    (LookupError)   a place, corridor, mode ... that does not exist; ``.hints``
    ├── NoRouteError        (LookupError)   an honest negative: no route; says what blocks
    └── FileAccessError     (OSError)       a file cannot be read or written

Each error is also a builtin one, so ``except ValueError`` still works. Every message says what is wrong, where,
and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """Text that is safe on a terminal: control characters and directional overrides are written as escapes.

    >>> printable("a\\x1b[2J")
    'a\\\\x1b[2J'
    """
    return "".join(
        char if char.isprintable() or char in _JOINERS or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )


CLIPPED = {"message": 1000, "feature_id": 300, "field": 200, "value": 300, "allowed": 2000, "hint": 1000}
"""The characters that each text of a finding may have."""

SHOWN_PLACES = 3
"""Of a kind of findings, so many places are named."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file: what, where (file, feature, field, vertex), the value, what is allowed, what to do.

    ``severity`` is ``error`` (the fact cannot be used) or ``warning`` (implausible, but usable). ``code`` is one of
    ``geodata.problem_codes.CODES`` and stays the same. ``position`` is [longitude, latitude] where a map can show it.
    """

    severity: Literal["error", "warning"]
    code: str
    message: str
    file: str = ""
    feature_index: int | None = None
    feature_id: str = ""
    field: str = ""
    value: str = ""
    allowed: str = ""
    vertex: int | None = None
    hint: str = ""
    position: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """No text is longer than people read: what a file holds comes back in findings."""
        for name, most in CLIPPED.items():
            text = getattr(self, name)
            if len(text) > most:
                object.__setattr__(self, name, f"{text[: most - 3]}...")

    def __str__(self) -> str:
        return printable(self._text())

    @property
    def place(self) -> str:
        """Where it was found, without the file: feature, id, field."""
        index = "" if self.feature_index is None else f"feature {self.feature_index}"
        named = f"({self.feature_id})" if self.feature_id else ""
        return " ".join(text for text in (index, named, self.field) if text)

    def _text(self) -> str:
        where = self.file
        if self.feature_index is not None:
            where += f" feature {self.feature_index}"
        if self.feature_id:
            where += f" ({self.feature_id})"
        if self.field:
            where += f" field {self.field!r}"
        text = f"{self.severity} {self.code}: {where.strip()}: {self.message}".replace(": : ", ": ")
        if self.value:
            text += f"; value {self.value}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.hint:
            text += f"; {self.hint}"
        return text

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings of one kind: the first of them, how many there are, and where the first few were found."""

    first: Problem
    count: int
    places: tuple[str, ...]

    def __str__(self) -> str:
        if self.count == 1:
            return str(self.first)
        more = f"; and {self.count - 1:,} more like it: {', '.join(self.places[1:])}"
        return str(self.first) + printable(more + (" ..." if self.count > len(self.places) else ""))


def kinds(problems: Iterable[Problem]) -> list[Kind]:
    """The findings by severity, code, file and field (whatever its vertex), in the order of their first.

    >>> found = [Problem("error", "no-id", "m", "a.geojson", index) for index in range(9)]
    >>> [(kind.count, kind.places) for kind in kinds(found)]
    [(9, ('feature 0', 'feature 1', 'feature 2'))]
    """
    sorted_out: dict[tuple[str, str, str, str], list[Problem]] = {}
    for item in problems:
        key = (item.severity, item.code, item.file, item.field.partition("[")[0])
        sorted_out.setdefault(key, []).append(item)
    return [
        Kind(rows[0], len(rows), tuple(dict.fromkeys(row.place for row in rows[:SHOWN_PLACES] if row.place)))
        for rows in sorted_out.values()
    ]


class CorridorsError(Exception):
    """Anything this package raises on purpose."""


class DataError(CorridorsError, ValueError):
    """The data has errors. ``problems`` holds every one of them, not only the first."""

    SHOWN = 20

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        lines = [str(problem) for problem in errors]
        if len(errors) > self.SHOWN:
            found = kinds(errors)
            lines = [str(kind) for kind in found[: self.SHOWN]]
            left = len(found) - self.SHOWN
            lines += [f"... and {left} more kinds of errors"] if left > 0 else []
            lines.append("'-f json' of 'corridors check DIR' or 'segment check FILE' lists them all")
        super().__init__(f"{len(errors)} error(s)\n" + "\n".join(lines))


class RequestError(CorridorsError, ValueError):
    """An option or a value of the question is wrong; the message says what is allowed."""


class ConflictError(RequestError):
    """Somebody else has changed the same thing meanwhile; nothing was done."""


class UnknownNameError(CorridorsError, LookupError):
    """A name that is not in the data, with the nearest names as ``hints``."""

    def __init__(self, kind: str, name: str, hints: Sequence[str] = (), detail: str = ""):
        self.kind, self.name, self.hints, self.detail = kind, name, tuple(hints), detail
        text = f"unknown {kind} {name!r}"
        if detail:
            text += f": {detail}"
        if hints:
            text += "; did you mean " + ", ".join(hints) + "?"
        super().__init__(text)


class NoRouteError(CorridorsError, LookupError):
    """There is no route under the conditions asked for; ``reasons`` says which ones block it."""

    def __init__(self, message: str, reasons: Sequence[str] = ()):
        self.reasons = tuple(reasons)
        super().__init__("\n".join([message, *(f"  - {reason}" for reason in reasons)]))


class FileAccessError(CorridorsError, OSError):
    """A file cannot be read or written."""
