"""km by country: a line cut at the borders of Natural Earth's country polygons.

shapely and the polygons load at first use; the shipped segments carry their country_km already.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.globe import geodesy
from geodata.records import COUNTRIES, OPEN_WATER, OVERFLOWN

if TYPE_CHECKING:
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).parents[1] / "data"
COUNTRIES_FILE = DATA / "countries_fine.geojson"
NAMES_FILE = DATA / "basemap" / "countries.geojson"
COVERED = (24.0, 12.0, 112.0, 56.0)
"""West, south, east, north of what the polygons cover, degrees (FINE_BOX of make.basemap)."""

_MIN_SHARE = 0.01
"""A country that holds less than this share of a line is a wobble of the drawn border, not a crossing."""


@functools.cache
def polygons() -> dict[str, BaseGeometry]:
    """ISO 3166 alpha-2 code -> the country's polygon; prepared, so that the second question is fast."""
    import shapely
    from shapely.geometry import shape

    table: dict[str, BaseGeometry] = {}
    for feature in json.loads(COUNTRIES_FILE.read_text(encoding="utf-8"))["features"]:
        code = feature["properties"]["iso2"]
        geometry = shape(feature["geometry"])
        table[code] = shapely.union_all([table[code], geometry]) if code in table else geometry
    for geometry in table.values():
        shapely.prepare(geometry)
    return table


def is_covered(position: tuple[float, float]) -> bool:
    """Whether the polygons reach so far: what lies outside is in none of them, and still in a country."""
    west, south, east, north = COVERED
    return west <= position[0] <= east and south <= position[1] <= north


@functools.cache
def codes() -> dict[str, str]:
    """English name of a country, casefolded -> ISO 3166 alpha-2 code."""
    features = json.loads(NAMES_FILE.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["name"].casefold(): feature["properties"]["iso2"] for feature in features}


@functools.cache
def names() -> dict[str, str]:
    """ISO 3166 alpha-2 code -> the country's English name."""
    features = json.loads(NAMES_FILE.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["iso2"]: feature["properties"]["name"] for feature in features}


def country_at(position: tuple[float, float]) -> str:
    """The country a (lon, lat) position lies in; '' at sea or outside the map."""
    from shapely import Point

    point = Point(position)
    return next((code for code, polygon in polygons().items() if polygon.intersects(point)), "")


def country_km(
    coordinates: Sequence[tuple[float, float]], length_km: float, *, km_under: str, declared: Sequence[str] = ()
) -> dict[str, float]:
    """``length_km`` shared among the countries in proportion to the line's parts in each.

    ``km_under`` is the mode's: ``countries`` keeps to the ``declared`` ones where they are given (a stretch that strays
    over a drawn border goes to the nearest declared one) and else finds them; ``overflown`` counts what is below, open
    water under ``sea``; any other is the heading of all km.
    """
    if km_under not in (COUNTRIES, OVERFLOWN):
        return {km_under: length_km}
    is_land = km_under == COUNTRIES
    if is_land and len(declared) == 1:
        return {declared[0]: length_km}
    inside = _inside_one(coordinates) if is_land else ""
    if inside and (not declared or inside in declared):
        return {inside: length_km}
    candidates = list(declared) if declared and is_land else _touched(coordinates)
    parts = _parts(coordinates, candidates)
    total_km = sum(part_km for _, part_km in parts)
    if total_km <= 0:
        return {(declared[0] if declared else OPEN_WATER): length_km}
    shares: dict[str, float] = {}
    for code, part_km in parts:
        shares[code] = shares.get(code, 0.0) + part_km / total_km
    if is_land:
        shares = _without_wobbles(shares, keep=declared)
    whole = sum(shares.values())
    order = list(declared) + [code for code in shares if code not in declared]
    return {code: length_km * shares[code] / whole for code in order if shares.get(code, 0.0) > 0}


def in_order(coordinates: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The countries that a line on land goes through, in order; one to which it returns stands there again.

    What holds less than a hundredth of the line is a wobble of the drawn border. Nothing where no polygon is known.

    >>> in_order([(76.9, 43.2), (76.9, 41.9), (79.5, 42.9)])
    ('KZ', 'KG', 'KZ')
    """
    from shapely import LineString

    line = LineString(coordinates)
    parts = sorted(
        (line.project(piece.interpolate(0.5, normalized=True)), code, _km(piece))
        for code in _touched(coordinates)
        for piece in _lines(line.intersection(polygons()[code]))
    )
    least_km = _MIN_SHARE * geodesy.length_km(coordinates)
    runs: list[tuple[str, float]] = []
    for _, code, part_km in parts:
        same = bool(runs) and runs[-1][0] == code
        runs[-1:] = [(code, runs[-1][1] + part_km)] if same else [*runs[-1:], (code, part_km)]
    solid = [code for code, run_km in runs if run_km >= least_km]
    return tuple(code for code, _ in itertools.groupby(solid))


def stray_km(coordinates: Sequence[tuple[float, float]], declared: Sequence[str]) -> float:
    """Kilometres of the line that lie in a country that is not declared; none outside what the polygons cover."""
    from shapely import LineString, box

    if _inside_one(coordinates) in declared:
        return 0.0
    known = _lines(LineString(coordinates).intersection(box(*COVERED)))
    parts = [part for line in known for part in _parts(line.coords, _touched(line.coords))]  # type: ignore[arg-type]
    return sum(part_km for code, part_km in parts if code not in declared)


def on_land_km(coordinates: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Country -> km of a line that lie within its polygon; nothing is given to the nearest one.

    >>> on_land_km([(50.0, 42.0), (50.5, 43.0)])  # on the Caspian
    {}
    """
    from shapely import LineString

    line = LineString(coordinates)
    found = {code: sum(map(_km, _lines(line.intersection(polygons()[code])))) for code in _touched(coordinates)}
    return {code: km for code, km in found.items() if km > 0}


def _inside_one(coordinates: Sequence[tuple[float, float]]) -> str:
    """The one country that holds the whole line, '' if none does; the polygons are prepared, so this is quick."""
    from shapely import LineString

    line = LineString(coordinates)
    return next((code for code, polygon in polygons().items() if polygon.contains(line)), "")


def _touched(coordinates: Sequence[tuple[float, float]]) -> list[str]:
    from shapely import LineString

    line = LineString(coordinates)
    hits = [code for code, polygon in polygons().items() if polygon.intersects(line)]
    return sorted(hits, key=lambda code: line.project(line.intersection(polygons()[code]).representative_point()))


def _parts(coordinates: Sequence[tuple[float, float]], candidates: Sequence[str]) -> list[tuple[str, float]]:
    """The line cut at the candidates' borders: (country or 'sea', km) for each part."""
    from shapely import LineString

    line: BaseGeometry = LineString(coordinates)
    parts: list[tuple[str, float]] = []
    rest = line
    for code in candidates:
        parts += [(code, _km(piece)) for piece in _lines(line.intersection(polygons()[code]))]
        rest = rest if rest.is_empty else rest.difference(polygons()[code])
    for piece in _lines(rest):
        middle = piece.interpolate(0.5, normalized=True)
        near = min(candidates, key=lambda code: polygons()[code].distance(middle), default=OPEN_WATER)
        far = near == OPEN_WATER or polygons()[near].distance(middle) > 0.3
        parts.append((OPEN_WATER if far else near, _km(piece)))
    return parts


def _without_wobbles(shares: dict[str, float], keep: Sequence[str]) -> dict[str, float]:
    solid = {code: share for code, share in shares.items() if share >= _MIN_SHARE or code in keep}
    solid.pop(OPEN_WATER, None)
    return solid or shares


def _lines(geometry: BaseGeometry) -> list[LineString]:
    parts = getattr(geometry, "geoms", [geometry])
    return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]


def _km(line: LineString) -> float:
    return geodesy.length_km([(float(lon), float(lat)) for lon, lat in line.coords])
