"""Freight corridors from the middle of Asia to the sea: plan routes, compare them, draw them.

>>> import corridors
>>> network = corridors.load()
>>> routes = corridors.plan(network, "Almaty", "Karachi", by="distance", include="planned")
>>> routes[0].distance_km > 3000
True

Everything public is here; nothing heavy is imported until it is used.
"""

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
from corridors.version import VERSION
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
