"""Lengths on the WGS 84 ellipsoid (pyproj.Geod). pyproj is imported at first use: a plain plan needs no measuring."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def length_km(coordinates: Sequence[Position]) -> float:
    """Length of a line of (lon, lat) positions; each step takes the short way round the globe.

    >>> round(length_km([(179.0, 0.0), (-179.0, 0.0)]), 1)
    222.6
    """
    if len(coordinates) < 2:
        return 0.0
    lons, lats = zip(*coordinates, strict=True)
    return float(_geod().line_length(lons, lats)) / 1000.0


def cumulative_km(coordinates: Sequence[Position]) -> list[float]:
    """Distance from the first position to each position, km; the same length as ``coordinates``."""
    if len(coordinates) < 2:
        return [0.0] * len(coordinates)
    lons, lats = zip(*coordinates, strict=True)
    cumulative = [0.0]
    for step_m in _geod().line_lengths(lons, lats):
        cumulative.append(cumulative[-1] + float(step_m) / 1000.0)
    return cumulative


def great_circle(start: Position, end: Position, *, step_km: float = 100.0) -> list[Position]:
    """Positions along the geodesic, both ends included, no two more than ``step_km`` apart."""
    count = int(distance_km(start, end) // step_km)
    between = _geod().npts(*start, *end, count) if count else []
    return [start, *((float(lon), float(lat)) for lon, lat in between), end]
