"""Answers as files, by the suffix of their name: one entry of EXPORTS each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from corridors.answers.report import Report
from corridors.answers.text import FORMATS, hub_features
from geodata import details, errors, saving
from geodata.own import line_files
from maps.tables.of_routes import closures_of, met_by
from planner import frames
from planner.price import measures

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Notes = list[str]

SHAPEFILE_NAME = 10
SHAPEFILE_TEXT = 254
"""What a field's name and a text may hold in a dBASE file, in bytes."""

GPX = "http://www.topografix.com/GPX/1/1"


@dataclass(frozen=True, slots=True)
class Export:
    """``write`` makes the file (and may make others beside it) and says what the format could not hold.

    ``needs`` is the part of an answer (``Report.parts``) that the format is made for: tables, lines or routes.

    It raises an error where not all could be written. Libraries that do not (GDAL, on a full disk, for KML and
    FlatGeobuf) write into memory first, or what they wrote is read back.
    """

    title: str
    write: Callable[[Report, Path], Notes]
    needs: str = "routes"


def save(report: Report, path: Path) -> Notes:
    """Write an answer to a file, complete or not at all; what a format cannot hold is said.

    Raises RequestError for a suffix that is no row of EXPORTS, FileAccessError where the file cannot be written.
    """
    check(path)
    row = EXPORTS[path.suffix.lower()]
    if row.needs not in report.parts:
        usable = ", ".join(suffix for suffix, each in EXPORTS.items() if each.needs in report.parts)
        raise errors.RequestError(
            f"-o {path}: {row.title} holds {row.needs}, and this answer has none; what it can be written as: {usable}"
        )
    beside = path.with_name(f"{path.stem}_hubs{path.suffix}")
    if path.suffix.lower() == ".shp" and beside.exists() and not path.exists():
        raise errors.RequestError(
            f"{path}: its hub operations would go to {beside.name}, which is there already "
            "and not of an earlier answer; choose another name"
        )
    notes: Notes = []
    saving.write_files(path, lambda file: notes.extend(row.write(report, file)))
    return notes


def check(path: Path) -> None:
    """Refuse a file name whose suffix no format has."""
    if path.suffix.lower() not in EXPORTS:
        known = ", ".join(f"{suffix} ({row.title})" for suffix, row in EXPORTS.items())
        raise errors.RequestError(f"-o {path}: the suffix {path.suffix or '(none)'!s} is not known; known: {known}")


def _as_text(output_format: str) -> Callable[[Report, Path], Notes]:
    def write(report: Report, path: Path) -> Notes:
        path.write_text(FORMATS[output_format](report) + "\n", encoding="utf-8", newline="")
        return []

    return write


def legs(report: Report) -> GeoDataFrame:
    """The legs of all routes, a line each."""
    return frames.lines([row for name, route in report.routes for row in route.leg_rows(name)])


def hubs(report: Report) -> GeoDataFrame:
    """The hub stops of all routes, a point each."""
    import geopandas

    return geopandas.GeoDataFrame.from_features(hub_features(report), crs="EPSG:4326")


def both(report: Report) -> GeoDataFrame:
    """Legs and hub stops in one frame, for formats that hold one layer; ``element`` tells them apart."""
    import geopandas
    import pandas

    parts = [legs(report).assign(element="leg"), hubs(report).assign(element="hub")]
    return geopandas.GeoDataFrame(pandas.concat(parts, ignore_index=True), crs="EPSG:4326")


def _geopackage(report: Report, path: Path) -> Notes:
    legs(report).to_file(path, driver="GPKG", layer="legs", engine="pyogrio")
    hubs(report).to_file(path, driver="GPKG", layer="hubs", engine="pyogrio")
    counts = {"legs": sum(len(route.legs) for _, route in report.routes)}
    counts["hubs"] = sum(len(route.hubs) for _, route in report.routes)
    _require(path, sum(counts.values()))
    _require_index(path, counts)
    return []


def _require_index(path: Path, counts: dict[str, int]) -> None:
    """Raise an error when the spatial index of a layer, which GDAL makes when it closes the file, is not whole."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        for layer, count in counts.items():
            try:
                (found,) = database.execute(f"SELECT count(*) FROM rtree_{layer}_geom").fetchone()
            except sqlite3.Error as error:
                raise OSError(f"the spatial index of {layer} is missing; is the disk full?") from error
            if found != count:
                raise OSError(f"the spatial index of {layer} has {found} of {count} rows; is the disk full?")


def _require(path: Path, count: int) -> None:
    """Raise an error when a file that GDAL wrote cannot be read back with so many features."""
    try:
        found = len(line_files.READERS[path.suffix.lower()].open(path, str(path)).features)
    except errors.DataError as error:
        raise OSError(f"it could not be read back, is the disk full? {error}") from error
    if found != count:
        raise OSError(f"only {found} of {count} features could be read back; is the disk full?")


def _flatgeobuf(report: Report, path: Path) -> Notes:
    made = BytesIO()
    both(report).to_file(made, driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="NO")  # an index reorders the rows
    path.write_bytes(made.getbuffer())
    return []


def _kml(report: Report, path: Path) -> Notes:
    frame = both(report)
    titles = [
        f"{row.route}: {row.element} {row.mode if row.element == 'leg' else row.operation}"
        for row in frame.itertuples()
    ]
    frame.insert(0, "Name", titles)
    made = BytesIO()
    frame.to_file(made, driver="KML", layer="routes", engine="pyogrio")
    path.write_bytes(made.getbuffer())
    return []


def _parquet(report: Report, path: Path) -> Notes:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise errors.RequestError(
            f"{path}: GeoParquet needs pyarrow; install it with: pip install 'transit-corridors[parquet]'"
        ) from None
    made = BytesIO()
    both(report).to_parquet(made)
    path.write_bytes(made.getbuffer())
    return []


def _shapefile(report: Report, path: Path) -> Notes:
    """Two shapefiles, since one holds one kind of geometry: the legs, and beside them NAME_hubs.shp."""
    notes = [f"a shapefile holds one kind of geometry: the hub operations are in {path.stem}_hubs.shp"]
    cut: dict[str, str] = {}
    for frame, file in ((legs(report), path), (hubs(report), path.with_name(f"{path.stem}_hubs.shp"))):
        names = _short_names([str(name) for name in frame.columns if name != "geometry"])
        cut |= {name: short for name, short in names.items() if name != short}
        texts = frame.select_dtypes(include="string").columns
        long = [str(name) for name in texts if any(len(str(text).encode()) > SHAPEFILE_TEXT for text in frame[name])]
        if long:
            notes.append(f"texts longer than {SHAPEFILE_TEXT} bytes were cut in {', '.join(long)}")
        for name in long:
            frame[name] = [str(text).encode()[:SHAPEFILE_TEXT].decode(errors="ignore") for text in frame[name]]
        made = file.with_suffix(".shp")  # GDAL writes it in small letters, whatever is asked for
        frame.rename(columns=names).to_file(made, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
        _require(made, len(frame))
        made.rename(file)
    if cut:
        listed = ", ".join(f"{name} as {short}" for name, short in cut.items())
        notes.append(f"names of more than {SHAPEFILE_NAME} characters were cut: {listed}")
    return notes


def _short_names(names: list[str]) -> dict[str, str]:
    """Names of at most ten characters, all different.

    >>> _short_names(["distance_km", "distance_kg", "mode"])
    {'distance_km': 'distance_k', 'distance_kg': 'distance_1', 'mode': 'mode'}
    """
    found: dict[str, str] = {}
    for name in names:
        short, number = name[:SHAPEFILE_NAME], 0
        while short in found.values():
            number += 1
            short = name[: SHAPEFILE_NAME - len(str(number))] + str(number)
        found[name] = short
    return found


def _gpx(report: Report, path: Path) -> Notes:
    """Way points for the hub stops, a track a route with a segment a leg (GPX 1.1)."""
    ElementTree.register_namespace("", GPX)
    root = ElementTree.Element(f"{{{GPX}}}gpx", {"version": "1.1", "creator": "corridors"})

    def child(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
        made = ElementTree.SubElement(parent, f"{{{GPX}}}{tag}", attributes)
        made.text = text or None
        return made

    def at(position: list[Any] | tuple[float, float]) -> dict[str, str]:
        return {"lon": repr(float(position[0])), "lat": repr(float(position[1]))}

    for feature in hub_features(report):
        hub = feature["properties"]
        point = child(root, "wpt", **at(feature["geometry"]["coordinates"]))
        took = ", ".join(f"{hub[row.field]:.{row.step_digits}f} {row.unit}" for row in measures.charted())
        child(point, "name", f"{hub['name']}: {hub['operation']}")
        child(point, "desc", f"{hub['route']}, {hub['detail']}: {took}")
    for name, route in report.routes:
        track = child(root, "trk")
        child(track, "name", name)
        totals = ", ".join(f"{route.value(row.id):.0f} {row.unit}" for row in measures.compared())
        child(track, "desc", "; ".join([totals, *closures_of(route)]))
        for leg in route.legs:
            part = child(track, "trkseg")
            for position in leg.coordinates:
                child(part, "trkpt", **at(position))
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
    return ["GPX has no place for the figures of a leg: a track has the totals, a way point those of its operation"]


def _graphml(report: Report, path: Path) -> Notes:
    """Places as nodes, segments as edges (keyed by their id), lines as WKT; only what is on the routes."""
    import networkx
    import shapely

    graph: networkx.MultiGraph[str] = networkx.MultiGraph()
    nodes = report.network.nodes if report.network else {}
    users: dict[str, list[str]] = {}
    for name, route in report.routes:
        for key in route.nodes:
            node = nodes[key]
            graph.add_node(key, name=node.name, country=node.country, kind=node.kind, lon=node.lon, lat=node.lat)
        for segment in route.segments:
            users.setdefault(segment.id, []).append(name)
            values = {
                "mode": segment.mode,
                "gauge_mm": segment.gauge_mm,
                "status": segment.status,
                "length_km": segment.km,
                **{key: "; ".join(map(str, each)) for key, each in details.stated([segment]).items()},
                "routes": "; ".join(dict.fromkeys(users[segment.id])),
                "wkt": shapely.to_wkt(shapely.LineString(segment.coordinates)),
            }
            present = {key: value for key, value in values.items() if value is not None}
            graph.add_edge(segment.from_node, segment.to_node, segment.id, **present)
    met = met_by(report.routes)
    if met:
        graph.graph["closures"] = "; ".join(met)
    made = BytesIO()
    networkx.write_graphml(graph, made)
    path.write_bytes(made.getbuffer())
    return ["GraphML has the places and segments of the routes; hours and USD, which belong to a load, are not in it"]


def _workbook(report: Report, path: Path) -> Notes:
    from corridors.answers import workbook

    content, notes = workbook.content(report)
    path.write_bytes(content)
    return notes


EXPORTS: dict[str, Export] = {
    ".geojson": Export("GeoJSON", _as_text("geojson"), "lines"),
    ".gpkg": Export("GeoPackage", _geopackage),
    ".kml": Export("KML", _kml),
    ".gpx": Export("GPX", _gpx),
    ".shp": Export("Shapefile", _shapefile),
    ".fgb": Export("FlatGeobuf", _flatgeobuf),
    ".parquet": Export("GeoParquet", _parquet),
    ".csv": Export("CSV", _as_text("csv"), "tables"),
    ".json": Export("JSON", _as_text("json"), "tables"),
    ".md": Export("Markdown", _as_text("markdown"), "tables"),
    ".xlsx": Export("Excel workbook", _workbook, "tables"),
    ".graphml": Export("GraphML", _graphml),
}
"""Keyed by file suffix. A new format is a new row, for every answer that has what it needs."""
