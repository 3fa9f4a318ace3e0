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

    def __str__(self) -> str:
        return printable(self._text())

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


class CorridorsError(Exception):
    """Anything this package raises on purpose."""


class DataError(CorridorsError, ValueError):
    """The data has errors. ``problems`` holds every one of them, not only the first."""

    SHOWN = 20

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        lines = [str(problem) for problem in errors[: self.SHOWN]]
        if len(errors) > self.SHOWN:
            lines.append(f"... and {len(errors) - self.SHOWN} more; 'corridors check DIR' lists them all")
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
