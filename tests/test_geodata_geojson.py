"""Strict reading: every problem at once, nothing repaired in silence; and what is written reads back the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import drawn
import pytest
from hypothesis import given, strategies as st

from geodata import catalog, errors, records
from geodata.read import contents, feature_records

GOOD: dict[str, Any] = {
    "type": "Feature",
    "id": "a-b-road",
    "geometry": {"type": "LineString", "coordinates": [[60.0, 40.0], [61.0, 40.0]]},
    "properties": {"from": "a", "to": "b", "mode": "road", "status": "planned", "length_km": 90, "source": ["user"]},
}


def read_lines(path: Path) -> tuple[list[records.Segment], list[errors.Problem]]:
    return feature_records.read_lines(path, str(path), records.Segment)


def written(tmp_path: Path, *features: Any, text: str | None = None) -> Path:
    file = tmp_path / "segments.geojson"
    body = json.dumps({"type": "FeatureCollection", "features": list(features)}) if text is None else text
    file.write_text(body, encoding="utf-8")
    return file


def changed(**properties: Any) -> dict[str, Any]:
    return {**GOOD, "properties": {**GOOD["properties"], **properties}}


def with_geometry(geometry: Any) -> dict[str, Any]:
    return {**GOOD, "geometry": geometry}


def line(*positions: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": list(positions)}


def test_a_good_feature_reads(tmp_path: Path) -> None:
    segments, problems = read_lines(written(tmp_path, GOOD))
    assert problems == []
    assert segments[0].km == 90.0
    assert segments[0].coordinates == ((60.0, 40.0), (61.0, 40.0))


BAD = {
    "length with a unit": (changed(length_km="12 km"), "bad-value", "length_km"),
    "length zero": (changed(length_km=0), "bad-value", "length_km"),
    "length of a boolean": (changed(length_km=True), "bad-value", "length_km"),
    "longer than the equator": (changed(length_km=50_000), "bad-value", "length_km"),
    "unknown status": (changed(status="rumoured"), "bad-value", "status"),
    "unknown field": (changed(lenght_km=3), "bad-value", "lenght_km"),
    "unknown gauge": (changed(gauge_mm=1000), "bad-value", "Segment"),
    "same ends": (changed(to="a"), "bad-value", "Segment"),
    "country in three letters": (changed(countries=["KAZ"]), "bad-value", "countries.0"),
    "control character": (changed(note="a\u0000b"), "bad-value", "note"),
    "country km that do not add up": (changed(country_km={"KZ": 10.0}), "bad-value", "Segment"),
    "control character of the second set": (changed(note="a\u0085b"), "bad-value", "note"),
    "id with a line feed": ({**GOOD, "id": "a-b\n"}, "bad-value", "id"),
    "point": (with_geometry({"type": "Point", "coordinates": [1, 2]}), "wrong-geometry", "geometry"),
    "null geometry": (with_geometry(None), "wrong-geometry", "geometry"),
    "one position": (with_geometry(line([60, 40])), "short-line", "coordinates"),
    "text coordinates": (with_geometry(line(["60", "40"], [61, 40])), "bad-position", "coordinates[0]"),
    "null coordinate": (with_geometry(line([60, None], [61, 40])), "bad-position", "coordinates[0]"),
    "boolean coordinate": (with_geometry(line([True, 40], [61, 40])), "bad-position", "coordinates[0]"),
    "latitude 95": (with_geometry(line([60, 95], [61, 40])), "out-of-range", "coordinates[0]"),
    "longitude 181": (with_geometry(line([60, 40], [181, 40])), "out-of-range", "coordinates[1]"),
    "huge integer": (with_geometry(line([10**400, 40], [61, 40])), "out-of-range", "coordinates[0]"),
    "no id": ({**GOOD, "id": None}, "no-id", "id"),
    "number as id": ({**GOOD, "id": 12345678901234567890123}, "no-id", "id"),
    "id of markup": ({**GOOD, "id": "<b>"}, "bad-value", "id"),
    "no properties": ({**GOOD, "properties": None}, "no-properties", "properties"),
    "property named geometry": (changed(geometry="x"), "reserved-field", "geometry"),
    "not a feature": ({"type": "Topology"}, "not-a-feature", ""),
    "a number": (3, "not-a-feature", ""),
    "missing mode": ({**GOOD, "properties": {"from": "a", "to": "b", "status": "planned"}}, "missing-field", "mode"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_feature_is_named(tmp_path: Path, name: str) -> None:
    feature, code, field = BAD[name]
    segments, problems = read_lines(written(tmp_path, GOOD, feature))
    assert len(segments) == 1
    assert [(item.severity, item.code, item.field, item.feature_index) for item in problems] == [
        ("error", code, field, 1)
    ]
    assert problems[0].file.endswith("segments.geojson")


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    features = [feature for feature, _, _ in BAD.values()]
    _, problems = read_lines(written(tmp_path, *features))
    assert {item.feature_index for item in problems} == set(range(len(features)))


def test_a_broken_line_does_not_hide_its_other_problems(tmp_path: Path) -> None:
    feature = {**changed(status="rumoured"), "geometry": line([60, 95], [61, 40])}
    _, problems = read_lines(written(tmp_path, feature))
    assert {item.field for item in problems} == {"coordinates[0]", "status"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-json"),
        ('{"type": "FeatureCollection", "features": [', "not-json"),
        ('{"type": "FeatureCollection", "features": NaN}', "not-a-number"),
        ('{"type": "FeatureCollection", "features": [], "features": []}', "duplicate-key"),
        ("[" * 100_000, "too-deep"),
        ("[]", "not-a-collection"),
        ('{"type": "Feature"}', "not-a-collection"),
        ('{"type": "FeatureCollection"}', "no-features"),
        ('{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:3857"}}, "features": []}', "other-crs"),
        ('{"type": "FeatureCollection", "crs": 4326, "features": []}', "other-crs"),
        ('{"type": "FeatureCollection", "crs": {"properties": 3}, "features": []}', "other-crs"),
        ("<OGRVRTDataSource></OGRVRTDataSource>", "not-json"),
        ("9" * 5000, "not-json"),
    ],
)
def test_a_file_that_is_no_geojson(tmp_path: Path, text: str, code: str) -> None:
    _, problems = read_lines(written(tmp_path, text=text))
    assert code in [item.code for item in problems]


def test_the_position_of_a_syntax_error_is_the_real_one(tmp_path: Path) -> None:
    _, problems = read_lines(written(tmp_path, text='{\n "type": oops\n}'))
    assert "line 2, column 10" in problems[0].message


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "segments.geojson"
    file.write_bytes(b'{"type": "\xff"}')
    with pytest.raises(errors.DataError, match="not UTF-8"):
        read_lines(file)


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert len(read_lines(file)[0]) == 1


def test_a_repeated_vertex_is_a_warning(tmp_path: Path) -> None:
    segments, problems = read_lines(written(tmp_path, with_geometry(line([60, 40], [60, 40], [61, 40]))))
    assert len(segments) == 1
    assert [(item.severity, item.code) for item in problems] == [("warning", "repeated-vertex")]


def test_swapped_axes_get_a_hint(tmp_path: Path) -> None:
    _, problems = read_lines(written(tmp_path, with_geometry(line([40, 115], [40, 116]))))
    assert "look swapped" in problems[0].hint
    assert problems[0].vertex == 0


def test_the_shipped_segments_read_back_as_they_were_written(tmp_path: Path) -> None:
    shipped = list(drawn.SHIPPED.segments.values())
    file = written(tmp_path, text=feature_records.feature_collection(map(feature_records.segment_feature, shipped)))
    again, problems = read_lines(file)
    assert [item for item in problems if item.severity == "error"] == []
    assert again == shipped


def test_the_shipped_files_are_canonical() -> None:
    for path in sorted((catalog.SHIPPED / "segments").glob("*.geojson")):
        segments, _ = read_lines(path)
        features = map(feature_records.segment_feature, segments)
        assert feature_records.feature_collection(features) == path.read_text(encoding="utf-8")


@given(
    name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
)
def test_any_place_reads_back_as_it_was_written(name: str, lon: float, lat: float) -> None:
    node = records.Node(id="x", name=name, country="KZ", kind="city", lon=lon, lat=lat)
    text = feature_records.feature_collection([feature_records.node_feature(node)])
    document, problems = contents.parse_json(text, "test")
    assert problems == []
    feature = document["features"][0]
    assert feature["properties"]["name"] == name
    assert feature["geometry"]["coordinates"] == [lon, lat]


def test_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        feature_records.feature_collection([{"x": float("nan")}])
