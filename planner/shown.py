"""How an answer shows itself in a notebook: planner has values only, so whoever writes HTML registers a writer here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_writers: list[Callable[[Any], str | None]] = []


def register(write: Callable[[Any], str | None]) -> None:
    """Let ``write`` show all answers from now on; it gives HTML, or None for what it does not know."""
    _writers[:] = [write]


class Shown:
    """An answer that notebooks show by the registered writer, and as its repr while there is none."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _writers[0](self) if _writers else None
