"""Files with lines in them, opened without believing what they say they are: GeoJSON, GeoPackage, KML, Shapefile.

A format is a row of READERS. None of them goes through GDAL: it chooses the reader of a file by itself, and some of its
readers follow what a file says to other files and addresses. Each format has one parser here, that follows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geodata import errors, records
from geodata.errors import Problem
from geodata.own.drafts import LINE_FIELDS, PLACE_FIELDS
from geodata.read import contents, feature_records, geojson

KML_OWN = {
    "description",
    "timestamp",
    "begin",
    "end",
    "altitudemode",
    "tessellate",
    "extrude",
    "visibility",
    "draworder",
    "icon",
    "snippet",
    "id",
}
"""What GDAL writes into every KML placemark; it says nothing about freight."""


@dataclass(frozen=True, slots=True)
class Content:
    """The features of a file as GeoJSON objects, what is wrong with it as a whole, and the splits it states."""

    features: list[Any]
    problems: list[Problem]
    splits: tuple[records.Split, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """``open`` gives the content of a file; it raises DataError for one that is not what it says."""

    title: str
    open: Callable[[Path, str], Content]
    is_typed: bool = True
    """False where every field is text, so that numbers are read out of it."""


def _geojson(path: Path, file: str) -> Content:
    """The features of a FeatureCollection, a single Feature, or a bare geometry."""
    text = contents.data_text(path)
    document, problems = contents.parse_json(text, file)
    content = _of_document(document, file, problems)
    return replace(content, problems=contents.with_lines(content.problems, text))


def _of_document(document: Any, file: str, problems: list[Problem]) -> Content:
    """What a GeoJSON object that has been parsed holds; ``problems`` are those found so far."""
    if document is None and problems:
        return Content([], problems)
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(document, dict):
        problems += geojson.crs_problems(document, file)
        problems += geojson.foreign_members(document, "FeatureCollection", file) if kind == "FeatureCollection" else []
        if document.get("bbox") is not None and not geojson.is_box(document["bbox"]):
            problems.append(
                Problem(
                    "error",
                    "bad-bbox",
                    "a bbox is a list of four or six numbers",
                    file,
                    field="bbox",
                    value=contents.show(document["bbox"]),
                )
            )
    if kind == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list):
            return Content(features, problems, _splits(document.get("splits", []), file, problems))
        problems.append(
            Problem(
                "error",
                "no-features",
                "the features must be a list",
                file,
                field="features",
                value=contents.show(features),
            )
        )
        return Content([], problems)
    if kind == "Feature":
        return Content([document], problems)
    if kind in ("LineString", "MultiLineString"):
        return Content([{"type": "Feature", "properties": {}, "geometry": document}], problems)
    shown = kind if isinstance(document, dict) else document
    problems.append(
        Problem(
            "error",
            "not-a-collection",
            "the top level must be a GeoJSON FeatureCollection",
            file,
            field="type",
            value=contents.show(shown),
            allowed="FeatureCollection, Feature, LineString",
        )
    )
    return Content([], problems)


def _splits(stated: Any, file: str, problems: list[Problem]) -> tuple[records.Split, ...]:
    """The member ``splits`` of a file that segments were added to: where they are joined to others."""
    if not isinstance(stated, list):
        problems.append(
            Problem(
                "error", "bad-splits", "the splits must be a list", file, field="splits", value=contents.show(stated)
            )
        )
        return ()
    read = [
        feature_records.validate(
            records.Split, values if isinstance(values, dict) else {}, file, index, "splits", problems
        )
        for index, values in enumerate(stated)
    ]
    return tuple(split for split in read if split is not None)


def _refuse(path: Path, message: str, hint: str) -> errors.DataError:
    return errors.DataError([Problem("error", "not-what-it-says", message, str(path), hint=hint)])


def _geopackage(path: Path, file: str) -> Content:
    from geodata.read import geopackage

    if contents.read_bytes(path, at_most=len(geopackage.MAGIC)) != geopackage.MAGIC:
        raise _refuse(path, "this is no GeoPackage", "save the lines as GeoPackage or GeoJSON")
    return _plain(*geopackage.features(path, file))


def _shapefile(path: Path, file: str) -> Content:
    from geodata.read import shapefiles

    parts = {".shp": contents.read_bytes(path)}
    if parts[".shp"][:4] != shapefiles.MAGIC:
        raise _refuse(path, "this is no Shapefile", "save the lines as Shapefile or GeoJSON")
    for suffix in (*shapefiles.PARTS, ".cpg"):
        beside = [path.with_suffix(each) for each in (suffix, suffix.upper())]
        here = next((each for each in beside if each.exists()), None)
        if here is not None:
            parts[suffix] = contents.read_bytes(here)
        elif suffix in shapefiles.PARTS:
            raise errors.DataError(
                [
                    Problem(
                        "error",
                        "missing-part",
                        f"a Shapefile needs its {suffix} beside it",
                        file,
                        hint="copy all its files, or save as GeoPackage",
                    )
                ]
            )
    return _plain(*shapefiles.features(parts, file))


def _kml(path: Path, file: str) -> Content:
    from geodata.read import kml

    return _plain(kml.features(contents.read_bytes(path), file), [], needless=KML_OWN)


def _plain(features: list[dict[str, Any]], problems: list[Problem], *, needless: Collection[str] = ()) -> Content:
    """Features whose fields have the names that we know, without those that every feature of the format has."""
    for feature in features:
        feature["properties"] = _fields(feature["properties"], needless)
    return Content(features, problems)


def _fields(values: Mapping[str, Any], needless: Collection[str]) -> dict[str, Any]:
    known = {field[:10]: field for field in (*LINE_FIELDS, *PLACE_FIELDS)}  # a Shapefile cuts names
    return {
        {"Name": "name"}.get(name) or known.get(name.casefold(), name): value
        for name, value in values.items()
        if name.casefold() not in needless and value not in ("", None)
    }


READERS: dict[str, Format] = {
    ".geojson": Format("GeoJSON", _geojson),
    ".json": Format("GeoJSON", _geojson),
    ".gpkg": Format("GeoPackage", _geopackage, is_typed=False),
    ".kml": Format("KML", _kml, is_typed=False),
    ".shp": Format("Shapefile", _shapefile, is_typed=False),
}
"""Keyed by file suffix. A new format is a new row."""
