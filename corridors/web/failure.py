"""Why a question has no answer, as a value: it crosses from the worker to the server, and becomes JSON or an alert.

Errors themselves do not cross: theirs is more than the one text that pickle hands to an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geodata import errors

STATUS_OF: tuple[tuple[type[errors.CorridorsError], int, str], ...] = (
    (errors.UnknownNameError, 404, "unknown_name"),
    (errors.NoRouteError, 404, "no_route"),
    (errors.DataError, 422, "data"),
    (errors.FileAccessError, 422, "file"),
    (errors.ConflictError, 409, "conflict"),
    (errors.RequestError, 400, "request"),
)
"""The HTTP status of each error of ours, and what it is called in JSON."""


@dataclass(frozen=True)
class Failure:
    """``status`` is an HTTP one. ``hints`` are near names, ``reasons`` what blocks, ``problems`` those of the data."""

    status: int
    kind: str
    message: str
    hints: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; lists stand only where there is something in them."""
        lists = {"hints": self.hints, "reasons": self.reasons, "problems": self.problems}
        return {"error": self.message, "kind": self.kind, **{key: list(rows) for key, rows in lists.items() if rows}}


class WorkError(Exception):
    """A question that was not answered; ``failure`` says why, and with which status."""

    def __init__(self, failure: Failure):
        self.failure = failure
        super().__init__(failure.message)


def from_error(error: errors.CorridorsError) -> Failure:
    """An error of ours as a value.

    >>> from_error(errors.UnknownNameError("place", "Almty", ["Almaty (almaty)"])).status
    404
    """
    status, kind = next(
        ((status, kind) for known, status, kind in STATUS_OF if isinstance(error, known)), (400, "request")
    )
    return Failure(
        status,
        kind,
        errors.printable(str(error)),
        hints=getattr(error, "hints", ()),
        reasons=getattr(error, "reasons", ()),
        problems=tuple(problem.as_dict() for problem in getattr(error, "problems", ())),
    )
