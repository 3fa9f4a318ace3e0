"""Files that are no lines to add, each with the code and, where it has one, the place that must be named.

BAD: name -> (bytes of the file, code, what else the finding must say: field, feature_index, vertex).
"""

from __future__ import annotations

import codecs
import gzip
import json
from typing import Any

Place = dict[str, Any]

HERAT, ZARANJ, KANDAHAR = [62.19967, 34.34817], [61.86037, 30.95962], [65.71013, 31.61332]
COURSE = [HERAT, [62.1, 33.3], [61.9, 32.1], ZARANJ]
PROPERTIES: dict[str, Any] = {"from": "herat", "to": "zaranj", "mode": "rail", "gauge_mm": 1520, "status": "proposed"}


def feature(coordinates: Any = None, kind: str = "LineString", **properties: Any) -> dict[str, Any]:
    """A good line with these changes; a property that is None is left out."""
    given = {**PROPERTIES, **properties}
    geometry = {"type": kind, "coordinates": COURSE if coordinates is None else coordinates}
    present = {key: value for key, value in given.items() if value is not None}
    return {"type": "Feature", "properties": present, "geometry": geometry}


def free(coordinates: Any, **properties: Any) -> dict[str, Any]:
    """A line that names no places."""
    return feature(coordinates, **{"from": None, "to": None, **properties})


def collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def with_vertex(at: int, vertex: Any) -> bytes:
    course: list[Any] = [*COURSE]
    course[at] = vertex
    return collection(free(course))


def raw(text: str) -> bytes:
    return text.encode()


GOOD = collection(feature()).decode()

BAD: dict[str, tuple[bytes, str, Place]] = {
    # the file
    "an empty file": (b"", "not-json", {}),
    "white space": (b"  \n\t ", "not-json", {}),
    "cut short": (raw(GOOD[:-20]), "not-json", {}),
    "a comma too many": (raw(GOOD.replace("]]}", "],]}")), "not-json", {}),
    "a comment": (raw("// lines\n" + GOOD), "not-json", {}),
    "single quotes": (raw(GOOD.replace('"', "'")), "not-json", {}),
    "two documents": (raw(GOOD + "\n" + GOOD), "not-json", {}),
    "a feature a line": (raw("\n".join([json.dumps(feature())] * 2)), "not-json", {}),
    "UTF-16": (GOOD.encode("utf-16"), "not-utf8", {}),
    "Latin-1": (collection(feature(note="x")).replace(b'"x"', b'"\xfc\xe9"'), "not-utf8", {}),
    "packed": (gzip.compress(GOOD.encode(), mtime=0), "not-utf8", {}),
    "nothing but nulls": (b"\x00" * 100, "not-json", {}),
    "XML that GDAL would follow": (
        b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
        b"</OGRVRTDataSource>",
        "not-json",
        {},
    ),
    "a deep nest": (raw("[" * 100_000), "too-deep", {}),
    "a deep nest of objects": (raw('{"a":' * 50_000 + "1" + "}" * 50_000), "too-deep", {}),
    "a number of 5,000 digits": (raw(GOOD.replace("62.19967", "6" * 5000)), "not-json", {}),
    "a key twice": (
        raw(GOOD.replace('"mode": "rail"', '"mode": "road", "mode": "rail"')),
        "duplicate-key",
        {"field": "mode"},
    ),
    "geometry twice": (
        raw(GOOD.replace('"geometry":', '"geometry": null, "geometry":')),
        "duplicate-key",
        {"field": "geometry"},
    ),
    # the top level
    "a list": (b"[]", "not-a-collection", {"field": "type"}),
    "null": (b"null", "not-a-collection", {"field": "type"}),
    "a number": (b"42", "not-a-collection", {"field": "type"}),
    "an object": (b"{}", "not-a-collection", {"field": "type"}),
    "TopoJSON": (b'{"type": "Topology", "objects": {}, "arcs": []}', "not-a-collection", {"field": "type"}),
    "a type in small letters": (
        raw(GOOD.replace("FeatureCollection", "featurecollection")),
        "not-a-collection",
        {"field": "type"},
    ),
    "a bare polygon": (
        b'{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}',
        "not-a-collection",
        {"field": "type"},
    ),
    "no features": (b'{"type": "FeatureCollection"}', "no-features", {"field": "features"}),
    "features as an object": (
        b'{"type": "FeatureCollection", "features": {"0": 1}}',
        "no-features",
        {"field": "features"},
    ),
    "features null": (b'{"type": "FeatureCollection", "features": null}', "no-features", {"field": "features"}),
    "an empty collection": (collection(), "no-lines", {}),
    "Web Mercator": (
        collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:3857"}}),
        "other-crs",
        {"field": "crs"},
    ),
    "a crs that is a text": (collection(feature(), crs="EPSG:32642"), "other-crs", {"field": "crs"}),
    "a crs by link": (
        collection(feature(), crs={"type": "link", "properties": {"href": "http://x"}}),
        "other-crs",
        {"field": "crs"},
    ),
    "a bbox of three": (collection(feature(), bbox=[1, 2, 3]), "bad-bbox", {"field": "bbox"}),
    "a bbox of a feature": (
        collection({**feature(), "bbox": "all"}),
        "bad-bbox",
        {"field": "bbox", "feature_index": 0},
    ),
    # the feature
    "a feature that is null": (collection(feature(), None), "not-a-feature", {"feature_index": 1}),
    "a feature that is a text": (collection("Feature"), "not-a-feature", {"feature_index": 0}),
    "a geometry among the features": (collection(feature()["geometry"]), "not-a-feature", {"feature_index": 0}),
    "a feature without a type": (
        collection({key: value for key, value in feature().items() if key != "type"}),
        "not-a-feature",
        {"feature_index": 0},
    ),
    "properties as a list": (
        collection({**feature(), "properties": []}),
        "no-properties",
        {"feature_index": 0, "field": "properties"},
    ),
    "an id that is a list": (collection({**feature(), "id": [1]}), "bad-id", {"feature_index": 0, "field": "id"}),
    "an id that is true": (collection({**feature(), "id": True}), "bad-id", {"feature_index": 0, "field": "id"}),
    "an id that climbs": (collection({**feature(), "id": "../../etc/passwd"}), "bad-value", {"field": "id"}),
    "an id of spaces": (collection({**feature(), "id": "  "}), "bad-value", {"field": "id"}),
    "an id of a shipped segment": (
        collection({**feature(), "id": "herat-shindand-rail"}),
        "id-exists",
        {"field": "id"},
    ),
    "an id twice": (
        collection({**feature(), "id": "a"}, {**feature(mode="road", gauge_mm=None), "id": "a"}),
        "duplicate-id",
        {"feature_index": 1},
    ),
    # the geometry
    "geometry null": (
        collection({**feature(), "geometry": None}),
        "wrong-geometry",
        {"feature_index": 0, "field": "geometry"},
    ),
    "no geometry": (collection({"type": "Feature", "properties": PROPERTIES}), "wrong-geometry", {"field": "geometry"}),
    "an empty geometry": (collection(feature([])), "short-line", {"feature_index": 0, "field": "coordinates"}),
    "a polygon": (
        collection(feature([[HERAT, ZARANJ, KANDAHAR, HERAT]], "Polygon")),
        "wrong-geometry",
        {"feature_index": 0},
    ),
    "a collection of geometries": (
        collection({**feature(), "geometry": {"type": "GeometryCollection", "geometries": []}}),
        "wrong-geometry",
        {"feature_index": 0},
    ),
    "many points": (collection(feature(COURSE, "MultiPoint")), "wrong-geometry", {"feature_index": 0}),
    "parts that do not meet": (
        collection(feature([COURSE[:2], COURSE[2:]], "MultiLineString")),
        "wrong-geometry",
        {"feature_index": 0},
    ),
    "no parts": (collection(feature([], "MultiLineString")), "wrong-geometry", {"feature_index": 0}),
    "a type of geometry that is none": (
        collection(feature(COURSE, "Linestring")),
        "wrong-geometry",
        {"feature_index": 0},
    ),
    "one position": (collection(feature([HERAT])), "short-line", {"field": "coordinates"}),
    "coordinates as a text": (collection(feature("62.2 34.3, 61.8 30.9")), "short-line", {"field": "coordinates"}),
    "coordinates nested too deep": (collection(feature([COURSE, COURSE])), "bad-position", {"vertex": 0}),
    "coordinates flat": (collection(feature([62.2, 34.3, 61.9, 30.9])), "bad-position", {"vertex": 0}),
    "a vertex of one number": (with_vertex(2, [61.9]), "bad-position", {"vertex": 2}),
    "a vertex of four numbers": (with_vertex(2, [61.9, 32.1, 5, 6]), "bad-position", {"vertex": 2}),
    "a vertex null": (with_vertex(1, None), "bad-position", {"vertex": 1}),
    "a vertex of texts": (with_vertex(1, ["62.1", "33.3"]), "bad-position", {"vertex": 1}),
    "a vertex with a null": (with_vertex(1, [62.1, None]), "bad-position", {"vertex": 1}),
    "a vertex with true": (with_vertex(1, [62.1, True]), "bad-position", {"vertex": 1}),
    "a vertex as an object": (with_vertex(1, {"lon": 62.1, "lat": 33.3}), "bad-position", {"vertex": 1}),
    "a vertex with a comma": (with_vertex(1, ["62,1", "33,3"]), "bad-position", {"vertex": 1}),
    "latitude 95": (with_vertex(2, [61.9, 95.0]), "out-of-range", {"vertex": 2}),
    "longitude 200": (with_vertex(2, [200.0, 32.1]), "out-of-range", {"vertex": 2}),
    "longitude 361.9": (collection(free([[lon + 360, lat] for lon, lat in COURSE])), "out-of-range", {"vertex": 0}),
    "metres": (collection(free([[6924000.0, 4074000.0], [6886000.0, 3630000.0]])), "out-of-range", {"vertex": 0}),
    "NaN": (raw(GOOD.replace("33.3", "NaN")), "out-of-range", {"vertex": 1}),
    "minus Infinity": (raw(GOOD.replace("33.3", "-Infinity")), "out-of-range", {"vertex": 1}),
    "a number beyond all": (raw(GOOD.replace("33.3", "1e999")), "out-of-range", {"vertex": 1}),
    "a whole number beyond all": (raw(GOOD.replace("33.3", "9" * 400)), "out-of-range", {"vertex": 1}),
    "axes swapped": (collection(free([[lat, lon] for lon, lat in COURSE])), "swapped-axes", {"vertex": 0}),
    "axes of one vertex swapped": (with_vertex(1, [33.3, 62.1]), "swapped-axes", {"vertex": 1}),
    "axes swapped beyond the pole": (
        collection(free([[lat, lon + 60] for lon, lat in COURSE])),
        "out-of-range",
        {"vertex": 0},
    ),
    "a vertex at (0, 0)": (with_vertex(1, [0.0, 0.0]), "null-island", {"vertex": 1}),
    "over the antimeridian": (
        collection(free([[170.0, 50.0], [-170.0, 50.0]], mode="road", gauge_mm=None)),
        "antimeridian",
        {"vertex": 1},
    ),
    "one point twice": (collection(free([HERAT, HERAT])), "no-length", {"field": "coordinates"}),
    "an end far from the place it names": (collection(feature([HERAT, KANDAHAR])), "end-off-node", {"vertex": 1}),
    "both ends at one place": (collection(free([HERAT, [62.5, 34.0], [62.2, 34.35]])), "same-ends", {"field": "to"}),
    "a railway out at sea": (collection(free([[64.0, 22.0], [65.0, 22.0]])), "no-country", {"vertex": 0}),
    "over three countries": (
        collection(free([HERAT, [61.5, 33.5], [60.5, 33.0], [61.5, 36.5]], mode="road", gauge_mm=None)),
        "many-borders",
        {"field": "countries"},
    ),
    # the fields
    "no mode": (collection(feature(mode=None)), "missing-field", {"field": "mode"}),
    "a mode that is none": (collection(feature(mode="railway")), "unknown-mode", {"field": "mode"}),
    "a mode in capitals": (collection(feature(mode="Rail")), "unknown-mode", {"field": "mode"}),
    "a mode that is a list": (collection(feature(mode=["rail"])), "unknown-mode", {"field": "mode"}),
    "a status that is none": (collection(feature(status="under construction")), "unknown-status", {"field": "status"}),
    "a gauge that is none": (collection(feature(gauge_mm=1524)), "unknown-gauge", {"field": "gauge_mm"}),
    "a gauge in inches": (collection(feature(gauge_mm=56.5)), "unknown-gauge", {"field": "gauge_mm"}),
    "a gauge that is a text": (collection(feature(gauge_mm="1520")), "unknown-gauge", {"field": "gauge_mm"}),
    "a gauge that is true": (collection(feature(gauge_mm=True)), "unknown-gauge", {"field": "gauge_mm"}),
    "a railway without gauge": (collection(feature(gauge_mm=None)), "missing-gauge", {"field": "gauge_mm"}),
    "a road with a gauge": (collection(feature(mode="road")), "needless-gauge", {"field": "gauge_mm"}),
    "a place that is none": (collection(feature(to="zaranjj")), "unknown-node", {"field": "to"}),
    "a place that is a number": (collection(feature(to=7)), "bad-value", {"field": "to"}),
    "a railway to an airport": (collection(feature(to="ALA")), "wrong-kind", {"field": "to"}),
    "a length with a unit": (collection(feature(length_km="480 km")), "bad-value", {"field": "length_km"}),
    "a length of zero": (collection(feature(length_km=0)), "bad-value", {"field": "length_km"}),
    "a length below zero": (collection(feature(length_km=-480)), "bad-value", {"field": "length_km"}),
    "a length that is NaN": (
        raw(GOOD.replace('"mode"', '"length_km": NaN, "mode"')),
        "bad-value",
        {"field": "length_km"},
    ),
    "a length below the great circle": (
        collection(feature(length_km=200)),
        "below-great-circle",
        {"field": "length_km"},
    ),
    "a length in metres": (collection(feature(length_km=480_000)), "bad-value", {"field": "length_km"}),
    "a basis that is none": (
        collection(feature(length_km=480, length_basis="guess")),
        "bad-value",
        {"field": "length_basis"},
    ),
    "a country that is none": (collection(feature(countries=["XX"])), "unknown-country", {"field": "countries"}),
    "a country by name": (collection(feature(countries=["Afghanistan"])), "unknown-country", {"field": "countries"}),
    "countries as a text": (collection(feature(countries="AF")), "bad-value", {"field": "countries"}),
    "km by country that do not add up": (collection(feature(length_km=480, country_km={"AF": 100})), "bad-value", {}),
    "a year that is a text": (collection(feature(opens_year="2032")), "bad-value", {"field": "opens_year"}),
    "a year of two digits": (collection(feature(opens_year=32)), "bad-value", {"field": "opens_year"}),
    "a date": (collection(feature(opens_year="2024/01/02")), "bad-value", {"field": "opens_year"}),
    "a confidence that is none": (collection(feature(confidence="certain")), "bad-value", {"field": "confidence"}),
    "a source that is a text": (collection(feature(source="adb")), "bad-value", {"field": "source"}),
    "a control character": (collection(feature(note="a\x1b[2Jb")), "bad-value", {"field": "note"}),
    "half a surrogate": (collection(feature(note="a")).replace(b'"a"', b'"\\ud800"'), "bad-value", {"field": "note"}),
    "a note without end": (collection(feature(note="x" * 5000)), "bad-value", {"field": "note"}),
    "a slip in a field's name": (collection(feature(lenght_km=480)), "misspelt-field", {"field": "lenght_km"}),
    "gauge for gauge_mm": (collection(feature(gauge_mm=None, gauge=1520)), "missing-gauge", {"field": "gauge_mm"}),
    "a property named geometry": (collection(feature(geometry="x")), "reserved-field", {"field": "geometry"}),
    "a property named part_of": (collection(feature(part_of="x")), "reserved-field", {"field": "part_of"}),
    "a line that is there already": (
        collection(
            feature(**{"from": "herat", "to": "shindand"}, coordinates=[HERAT, [62.14, 33.3]], status="planned")
        ),
        "duplicate",
        {},
    ),
    "a line twice": (collection(feature(), feature()), "duplicate", {"feature_index": 1}),
    "a new place without a name": (
        collection(
            free([HERAT, [64.0, 33.0]]),
            {"type": "Feature", "properties": {"name": ""}, "geometry": {"type": "Point", "coordinates": [64.0, 33.0]}},
        ),
        "bad-value",
        {"feature_index": 1, "field": "name"},
    ),
    "a new place with a broken position": (
        collection(
            feature(),
            {"type": "Feature", "properties": {"name": "X"}, "geometry": {"type": "Point", "coordinates": [64.0]}},
        ),
        "bad-position",
        {"feature_index": 1},
    ),
    "a good line and a bad one": (collection(feature(), feature(mode="tram")), "unknown-mode", {"feature_index": 1}),
}

FINE: dict[str, bytes] = {
    "a collection": collection(feature()),
    "a feature": json.dumps(feature()).encode(),
    "with a byte order mark": codecs.BOM_UTF8 + collection(feature()),
    "line ends of Windows": json.dumps(json.loads(GOOD), indent=1).replace("\n", "\r\n").encode(),
    "ids as numbers": collection({**feature(), "id": 17}),
    "an id among the properties": collection(feature(id="my-line")),
    "an id in Cyrillic": collection({**feature(), "id": "герат-зарандж"}),
    "altitudes": collection(feature([[*position, 900.0] for position in COURSE])),
    "crs of old programs": collection(
        feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, name="lines"
    ),
    "a bbox": collection(feature(), bbox=[61.0, 30.0, 63.0, 35.0]),
    "one part": collection(feature([COURSE], "MultiLineString")),
    "parts that meet": collection(feature([COURSE[:3], COURSE[2:]], "MultiLineString")),
    "other columns": collection(feature(fid=3, osm_id="w17", surface=None)),
    "places by their names": collection(feature(**{"from": "Herat", "to": "زرنج"})),
    "no places named": collection(free(COURSE)),
    "no status": collection(feature(status=None)),
    "properties that are null": collection(
        {**feature(), "properties": {**PROPERTIES, "length_km": None, "note": None}}
    ),
    "whole numbers with a point": collection(feature(gauge_mm=1520.0, opens_year=2035.0)),
    "whole degrees": collection(feature([HERAT, [62, 33], ZARANJ])),
    "a new place as a point": collection(
        free([HERAT, [64.5, 33.5]]),
        {
            "type": "Feature",
            "properties": {"name": "Chaghcharan", "kind": "city"},
            "geometry": {"type": "Point", "coordinates": [64.5, 33.5]},
        },
    ),
    "a spiral": collection(feature([HERAT, [62.1, 33.3], [62.0, 33.1], [62.2, 33.1], [62.0, 33.3], ZARANJ])),
    "a vertex twice": collection(feature([HERAT, COURSE[1], COURSE[1], ZARANJ])),
    "two lines that meet": collection(free(COURSE), free([ZARANJ, [61.5, 30.96]])),
}
