"""The ground under the routes: land, lakes, boundaries, and the names on it. Natural Earth, public domain.

Wide: 12 W to 140 E, 0 to 72 N, at about 0.04 degrees. Light, for notebooks: the same extent at 0.15 degrees, without
islands smaller than 0.3 square degrees, about a fifth of the size.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata import catalog

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

FOLDER = catalog.SHIPPED / "basemap"

LIGHT_DEG = 0.15
LIGHT_ISLET_DEG2 = 0.3

WATERS = (
    ("Caspian Sea", 50.6, 41.9),
    ("Arabian Sea", 63.5, 21.5),
    ("Black Sea", 35.0, 43.3),
    ("Persian Gulf", 51.2, 27.2),
    ("Gulf of Oman", 59.0, 24.6),
    ("Red Sea", 38.0, 20.5),
    ("Aral Sea", 59.6, 45.2),
    ("Bay of Bengal", 88.0, 15.0),
    ("Mediterranean Sea", 27.0, 34.0),
    ("Lake Balkhash", 75.0, 46.2),
    ("Indian Ocean", 75.0, 4.5),
)
"""Name, lon, lat of where it is written."""


@dataclass(frozen=True)
class Basemap:
    """GeoJSON FeatureCollections: ``countries`` (with ``iso2``, ``name``, ``label``), ``lakes``, ``borders``."""

    countries: dict[str, Any]
    lakes: dict[str, Any]
    borders: dict[str, Any]


@functools.cache
def wide() -> Basemap:
    return Basemap(
        *(
            json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
            for name in ("countries", "lakes", "borders")
        )
    )


@functools.cache
def light() -> Basemap:
    """The wide one with fewer vertices, made when it is asked for."""
    import shapely
    from shapely.geometry import mapping, shape

    whole = wide()
    areas = shapely.coverage_simplify([shape(item["geometry"]) for item in whole.countries["features"]], LIGHT_DEG)
    lines = shapely.simplify([shape(item["geometry"]) for item in whole.borders["features"]], LIGHT_DEG / 2)
    waters = shapely.simplify([shape(item["geometry"]) for item in whole.lakes["features"]], LIGHT_DEG / 2)

    def collection(features: list[dict[str, Any]], shapes: Any) -> dict[str, Any]:
        made = [
            {"type": "Feature", "properties": item["properties"], "geometry": mapping(shapely.set_precision(one, 0.01))}
            for item, one in zip(features, shapes, strict=True)
        ]
        return {"type": "FeatureCollection", "features": made}

    return Basemap(
        collection(whole.countries["features"], [_without_islets(area) for area in areas]),
        collection(whole.lakes["features"], waters),
        collection(whole.borders["features"], lines),
    )


def _without_islets(area: BaseGeometry) -> BaseGeometry:
    import shapely

    parts = sorted(shapely.get_parts(area), key=lambda part: -part.area)
    kept: BaseGeometry = shapely.multipolygons(
        [part for at, part in enumerate(parts) if at == 0 or part.area >= LIGHT_ISLET_DEG2]
    )
    return kept
