"""Coordinate systems that files state, turned into WGS 84 longitude, latitude.

A definition in text can name files with grids; one that does is not used, unless it is a system of the EPSG register,
which is then taken from the register.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyproj import CRS

WGS84 = "EPSG:4326"
MAX_WKT = 50_000

_NAMES_FILES = re.compile(r"PARAMETERFILE|EXTENSION|PROJ[- ]BASED|\+proj|\+init|grids\s*=|\.gsb|\.tif", re.IGNORECASE)

Moved = Callable[[Any], Any]


def of_epsg(code: int) -> Moved:
    """What turns coordinates of a system of the EPSG register, nested lists of positions, into WGS 84.

    Raises ValueError for a code that is none.

    >>> [round(number, 6) for number in of_epsg(3857)((7423213.05, 2855303.89))]
    [66.683857, 24.833469]
    """
    import pyproj

    try:
        return _moved(pyproj.CRS.from_epsg(code))
    except pyproj.exceptions.ProjError as error:
        raise ValueError(f"EPSG:{code} is not known") from error


def of_wkt(text: str) -> Moved:
    """The same of a system that is defined by text (WKT). Raises ValueError for one that cannot be used."""
    import pyproj

    if len(text) > MAX_WKT:
        raise ValueError("its definition is too long")
    try:
        stated = pyproj.CRS.from_wkt(text)
        known = stated.to_epsg(min_confidence=70)
        if known is not None:
            return of_epsg(known)
        if _NAMES_FILES.search(text) or _NAMES_FILES.search(stated.to_wkt()):
            raise ValueError("its definition names files of its own")
        return _moved(stated)
    except (pyproj.exceptions.ProjError, UnicodeError) as error:
        raise ValueError("its definition cannot be read") from error


def _moved(system: CRS) -> Moved:
    import numpy as np
    import pyproj

    goal = pyproj.CRS.from_epsg(4326)
    if system.to_2d() == goal:
        return _listed
    transformer = pyproj.Transformer.from_crs(system, goal, always_xy=True)

    def moved(coordinates: Any) -> Any:
        if not len(coordinates):
            return []
        first = coordinates[0]
        if isinstance(first, (int, float)):
            lon, lat = transformer.transform(coordinates[0], coordinates[1])
            return [float(lon), float(lat)]
        if first and isinstance(first[0], (int, float)):
            lon, lat = transformer.transform(*np.array([spot[:2] for spot in coordinates], dtype=float).T)
            return np.column_stack((lon, lat)).tolist()
        return [moved(part) for part in coordinates]

    return moved


def _listed(coordinates: Any) -> Any:
    """The same coordinates in lists, as JSON has them."""
    return [_listed(part) for part in coordinates] if isinstance(coordinates, (list, tuple)) else coordinates
