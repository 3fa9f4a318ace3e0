"""Lengths on the WGS 84 ellipsoid (pyproj.Geod). pyproj is imported at first use: a plain plan needs no measuring."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray
    from pyproj import Geod

Position = tuple[float, float]


@functools.cache
def _geod() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def distance_km(start: Position, end: Position) -> float:
    """Geodesic distance of two (lon, lat) positions.

    >>> round(distance_km((76.9115, 43.25249), (66.99, 24.85)), 1)  # Almaty - Karachi
    2233.5
    """
    return float(_geod().inv(*start, *end)[2]) / 1000.0


def distances_km(start: Position, ends: Sequence[Position]) -> list[float]:
    """Geodesic distance of one position to each of many."""
    if not ends:
        return []
    lons, lats = zip(*ends, strict=True)
    many = len(ends)
    metres = _geod().inv([start[0]] * many, [start[1]] * many, lons, lats)[2]
    return [float(value) / 1000.0 for value in metres]


def pairs_km(starts: ArrayLike, ends: ArrayLike) -> NDArray[np.float64]:
    """Geodesic distance of each start to the end beside it; both of (pairs, 2), degrees."""
    import numpy as np

    one, two = np.asarray(starts, dtype=float), np.asarray(ends, dtype=float)
    return np.asarray(_geod().inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])[2]) / 1000.0


def steps_km(coordinates: Sequence[Position]) -> list[float]:
    """Geodesic length of each step of a line."""
    if len(coordinates) < 2:
        return []
    lons, lats = zip(*coordinates, strict=True)
    metres = _geod().inv(lons[:-1], lats[:-1], lons[1:], lats[1:])[2]
    return [float(value) / 1000.0 for value in metres]


def length_km(coordinates: Sequence[Position]) -> float:
    """Length of a line of (lon, lat) positions; each step takes the short way round the globe.

    >>> round(length_km([(179.0, 0.0), (-179.0, 0.0)]), 1)
    222.6
    """
    if len(coordinates) < 2:
        return 0.0
    lons, lats = zip(*coordinates, strict=True)
    return float(_geod().line_length(lons, lats)) / 1000.0


def along(coordinates: Sequence[Position], step_km: float) -> list[Position]:
    """The line with vertices put in along the geodesic, so that no piece is longer than ``step_km``.

    >>> [round(lat, 2) for _, lat in along([(0.0, 50.0), (40.0, 50.0)], 1500.0)]
    [50.0, 51.75, 50.0]
    """
    found = list(coordinates[:1])
    for start, end in itertools.pairwise(coordinates):
        pieces = math.ceil(distance_km(start, end) / step_km)
        found += _geod().npts(*start, *end, pieces - 1) if pieces > 1 else []
        found.append(end)
    return found


def date_line_parts(coordinates: Sequence[tuple[float, float]]) -> list[list[list[float]]]:
    """The parts of a line that is cut where it goes over the date line; one where it does not.

    >>> date_line_parts([(170.0, 0.0), (-170.0, 20.0)])
    [[[170.0, 0.0], [180.0, 10.0]], [[-180.0, 10.0], [-170.0, 20.0]]]
    """
    parts: list[list[list[float]]] = [[list(coordinates[0])]]
    for (lon, lat), (to_lon, to_lat) in itertools.pairwise(coordinates):
        if abs(to_lon - lon) > 180.0:
            edge = math.copysign(180.0, lon)
            whole = to_lon + 2 * edge - lon
            at_lat = lat + (to_lat - lat) * ((edge - lon) / whole if whole else 0.0)
            parts[-1] += [[edge, at_lat]] if parts[-1][-1] != [edge, at_lat] else []
            parts.append([[-edge, at_lat]])
        if parts[-1][-1] != [to_lon, to_lat]:
            parts[-1].append([to_lon, to_lat])
    return [part for part in parts if len(part) > 1]
