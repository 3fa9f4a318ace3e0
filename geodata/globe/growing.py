"""Geometries and places that more are added to, sought by distance without looking at each of them.

A tree of shapely cannot grow. Here trees of growing size stand beside each other, and small ones are merged, so that
each geometry is put into a tree a few times only (Bentley and Saxe, 1980: decomposable searching problems).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from geodata.globe import geodesy

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

Position = geodesy.Position

LOT = 64
"""So many geometries are looked at one by one before they become a tree."""

KM_PER_DEGREE = 110.5
"""A degree of latitude has at least so many km, everywhere."""

AROUND_KM = 20_100.0
"""No two places on the globe lie farther apart."""


def degrees(km: float, lat: float) -> float:
    """So many km are at most so many degrees of longitude or latitude, here and a little farther from the equator."""
    return km / (KM_PER_DEGREE * max(0.05, math.cos(math.radians(min(89.0, abs(lat) + 0.5)))))


class Growing:
    """Geometries by key, in the order in which they were added.

    >>> from shapely import Point
    >>> growing = Growing([("a", Point(0, 0)), ("b", Point(5, 0))])
    >>> growing.add("c", Point(1, 0))
    >>> growing.within(Point(0.5, 0), 0.6), "c" in growing
    (['a', 'c'], True)
    """

    def __init__(self, items: Iterable[tuple[str, BaseGeometry]] = ()):
        self._number: dict[str, int] = {}
        self._lots: list[tuple[list[str], STRtree]] = []
        self._rest: list[tuple[str, BaseGeometry]] = []
        self._rest = [(key, shape) for key, shape in items if self._is_new(key)]
        if len(self._rest) >= LOT:
            self._merge()

    def _is_new(self, key: str) -> bool:
        return self._number.setdefault(key, len(self._number)) == len(self._number) - 1

    def __contains__(self, key: object) -> bool:
        return key in self._number

    def __len__(self) -> int:
        return len(self._number)

    def add(self, key: str, shape: BaseGeometry) -> None:
        """Add one, unless its key is there."""
        if key not in self._number:
            self._number[key] = len(self._number)
            self._rest.append((key, shape))
            if len(self._rest) >= LOT:
                self._merge()

    def _merge(self) -> None:
        import shapely

        keys, shapes = [key for key, _ in self._rest], [shape for _, shape in self._rest]
        while self._lots and len(self._lots[-1][0]) <= len(keys):
            earlier, tree = self._lots.pop()
            keys, shapes = [*earlier, *keys], [*tree.geometries, *shapes]
        self._lots.append((keys, shapely.STRtree(shapes)))
        self._rest = []

    def within(self, shape: BaseGeometry, distance: float) -> list[str]:
        """The keys of those no farther than this from a geometry, in degrees."""
        import shapely

        found = [
            keys[at]
            for keys, tree in self._lots
            for at in tree.query(shape, predicate="dwithin", distance=distance).tolist()
        ]
        if self._rest:
            close = shapely.dwithin([other for _, other in self._rest], shape, distance).tolist()
            found += [key for (key, _), is_close in zip(self._rest, close, strict=True) if is_close]
        return sorted(found, key=self._number.__getitem__)


class Places:
    """Positions by key, of which the nearest to another one are asked for.

    >>> places = Places([("almaty", (76.9, 43.2)), ("astana", (71.4, 51.1))])
    >>> [(key, round(km)) for key, km in places.nearest((76.9, 44.2), 1)]
    [('almaty', 111)]
    """

    def __init__(self, items: Iterable[tuple[str, Position]] = ()):
        from shapely import Point

        self.positions = dict(items)
        self._points = Growing((key, Point(position)) for key, position in self.positions.items())
        self._guess_km = 25.0

    def __contains__(self, key: object) -> bool:
        return key in self.positions

    def add(self, key: str, position: Position) -> None:
        """Add one, unless its key is there."""
        from shapely import Point

        if key not in self.positions:
            self.positions[key] = position
            self._points.add(key, Point(position))

    def near_line(self, shape: BaseGeometry, distance: float) -> list[str]:
        """The keys of those no farther than this from a geometry, in degrees."""
        return self._points.within(shape, distance)

    def nearest(self, position: Position, count: int) -> tuple[tuple[str, float], ...]:
        """(key, km) of the nearest ones on the ellipsoid, the nearest first."""
        within_km = self._guess_km  # questions come from much the same surroundings
        while True:
            keys = self._box(position, within_km)
            away = geodesy.distances_km(position, [self.positions[key] for key in keys])
            ordered = sorted(zip(keys, away, strict=True), key=lambda item: (item[1], item[0]))[:count]
            if within_km >= AROUND_KM or (len(ordered) == count and ordered[-1][1] <= within_km):
                self._guess_km = max(0.1, 1.5 * ordered[-1][1]) if ordered else AROUND_KM
                return tuple(ordered)
            within_km *= 4

    def within(self, position: Position, km: float) -> list[str]:
        """The keys of those no farther than this on the ellipsoid."""
        keys = self._box(position, km)
        away = geodesy.distances_km(position, [self.positions[key] for key in keys])
        return [key for key, off_km in zip(keys, away, strict=True) if off_km <= km]

    def _box(self, position: Position, km: float) -> list[str]:
        """The keys in a box of degrees that holds all positions so near, also beyond the date line and the poles."""
        from shapely import box

        lon, lat = position
        high = km / KM_PER_DEGREE
        if km >= AROUND_KM or abs(lat) + high > 88.0:
            return list(self.positions)
        wide = high / math.cos(math.radians(abs(lat) + high))
        found = dict.fromkeys(
            key
            for turn in (-360.0, 0.0, 360.0)
            if lon + turn + wide >= -180.0 and lon + turn - wide <= 180.0
            for key in self._points.within(box(lon + turn - wide, lat - high, lon + turn + wide, lat + high), 0.0)
        )
        return list(found)
