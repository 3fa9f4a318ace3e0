"""Freight corridors from the middle of Asia to the sea: plan routes, compare them, draw them.

>>> import corridors
>>> network = corridors.load()
>>> routes = corridors.plan(network, "Almaty", "Karachi", by="distance", include="planned")
>>> routes[0].distance_km > 3000
True

Everything public is here; nothing is imported until it is used.
"""

from __future__ import annotations

from corridors import neighbours
from corridors.version import VERSION

neighbours.require_own()

TYPE_CHECKING = False  # as type checkers know it; to import typing would take most of the time
if TYPE_CHECKING:
    from typing import Any

    from corridors.api import (
        add_segments,
        brief,
        chart,
        check,
        compare,
        draw,
        effect,
        figure,
        load,
        named,
        plan,
        propose_segments,
        remove_segments,
        undo_segments,
        why,
        why_not,
    )
    from geodata.errors import (
        CorridorsError,
        DataError,
        FileAccessError,
        NoRouteError,
        Problem,
        RequestError,
        UnknownNameError,
    )

__version__ = VERSION

__all__ = [
    "CorridorsError",
    "DataError",
    "FileAccessError",
    "NoRouteError",
    "Problem",
    "RequestError",
    "UnknownNameError",
    "add_segments",
    "brief",
    "chart",
    "check",
    "compare",
    "draw",
    "effect",
    "figure",
    "load",
    "named",
    "plan",
    "propose_segments",
    "remove_segments",
    "undo_segments",
    "why",
    "why_not",
]


def __getattr__(name: str) -> Any:
    """What is public, imported when it is first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'corridors' has no attribute {name!r}")
    from corridors import api
    from geodata import errors

    found = getattr(errors if name[0].isupper() else api, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
