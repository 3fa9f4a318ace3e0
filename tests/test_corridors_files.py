"""Every format of ``-o``, written and read back."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import networkx
import pytest

import corridors
from corridors.answers import files, of_findings, of_routes
from corridors.answers.report import Report
from geodata import errors
from planner.network import Network


@pytest.fixture(scope="module")
def report(network: Network) -> Report:
    return of_routes.of_comparison(corridors.compare(network, "Almaty", "Poti"))


def expected(report: Report) -> tuple[int, int, float]:
    """Legs, hub stops and km of all routes."""
    routes = [route for _, route in report.routes]
    return (
        sum(len(route.legs) for route in routes),
        sum(len(route.hubs) for route in routes),
        sum(route.distance_km for route in routes),
    )


def check_lines(frame: geopandas.GeoDataFrame, report: Report) -> None:
    """The lines of a frame are the legs, vertex by vertex."""
    legs = [leg for _, route in report.routes for leg in route.legs]
    lines = [list(line.coords) for line in frame.geometry if line.geom_type == "LineString"]
    assert [[position[:2] for position in line] for line in lines] == [
        [pytest.approx(position, abs=1e-9) for position in leg.coordinates] for leg in legs
    ]


@pytest.mark.parametrize("suffix", [".geojson", ".fgb", ".kml", ".parquet"])
def test_formats_of_one_layer(report: Report, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"routes{suffix}"
    assert files.save(report, file) == []
    frame = geopandas.read_parquet(file) if suffix == ".parquet" else geopandas.read_file(file)
    legs, hubs, km = expected(report)
    assert len(frame) == legs + hubs
    assert frame["distance_km"].astype(float).sum() == pytest.approx(km)
    assert frame["time_h"].astype(float).sum() == pytest.approx(sum(route.time_h for _, route in report.routes))
    check_lines(frame, report)


def test_geojson_is_rfc_7946(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "routes.geojson"
    files.save(report, file)
    document = json.loads(file.read_text(encoding="utf-8"))
    assert set(document) == {"type", "features"}
    assert {feature["geometry"]["type"] for feature in document["features"]} == {"LineString", "Point"}


def test_geopackage_has_two_layers(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "routes.gpkg"
    assert files.save(report, file) == []
    legs, hubs, km = expected(report)
    frame = geopandas.read_file(file, layer="legs")
    assert (len(frame), len(geopandas.read_file(file, layer="hubs"))) == (legs, hubs)
    assert frame["distance_km"].sum() == pytest.approx(km)
    assert frame.crs == "EPSG:4326"
    check_lines(frame, report)


def test_a_shapefile_says_which_names_it_cut_and_has_the_hubs_beside_it(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "routes.shp"
    notes = files.save(report, file)
    assert any("distance_km as distance_k" in note for note in notes)
    assert any("routes_hubs.shp" in note for note in notes)
    legs, hubs, km = expected(report)
    frame = geopandas.read_file(file)
    assert len(frame) == legs
    assert frame["distance_k"].sum() == pytest.approx(km)
    check_lines(frame, report)
    assert len(geopandas.read_file(tmp_path / "routes_hubs.shp")) == hubs
    texts = frame.select_dtypes(include="string")
    assert all(len(str(text).encode()) <= 254 for name in texts for text in frame[name])


def test_a_shapefile_does_not_replace_a_stranger_beside_it(report: Report, tmp_path: Path) -> None:
    (tmp_path / "routes_hubs.shp").write_text("mine")
    with pytest.raises(errors.RequestError, match=r"routes_hubs\.shp"):
        files.save(report, tmp_path / "routes.shp")
    assert (tmp_path / "routes_hubs.shp").read_text() == "mine"
    files.save(report, tmp_path / "other.shp")
    files.save(report, tmp_path / "other.shp")  # again, over its own
    files.save(report, tmp_path / "LOUD.SHP")
    assert (tmp_path / "LOUD.SHP").exists()


def test_gpx_has_tracks_and_way_points(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "routes.gpx"
    assert any("a track has the totals" in note for note in files.save(report, file))
    legs, hubs, _ = expected(report)
    assert len(geopandas.read_file(file, layer="waypoints")) == hubs
    tracks = geopandas.read_file(file, layer="tracks")
    assert list(tracks["name"]) == [name for name, _ in report.routes]
    assert sum(len(track.geoms) for track in tracks.geometry) == legs
    assert ElementTree.parse(file).getroot().tag == "{http://www.topografix.com/GPX/1/1}gpx"


def test_csv_and_json(report: Report, tmp_path: Path) -> None:
    files.save(report, tmp_path / "routes.csv")
    with (tmp_path / "routes.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [float(row["distance_km"]) for row in rows] == [route.distance_km for _, route in report.routes]
    files.save(report, tmp_path / "routes.json")
    assert json.loads((tmp_path / "routes.json").read_text(encoding="utf-8")) == report.json
    files.save(report, tmp_path / "routes.md")
    assert (tmp_path / "routes.md").read_text(encoding="utf-8").count("\n| ") >= len(report.routes)


def test_graphml_has_the_places_and_segments(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "routes.graphml"
    assert any("not in it" in note for note in files.save(report, file))
    graph = networkx.read_graphml(file, force_multigraph=True)
    segments = {segment.id: segment for _, route in report.routes for segment in route.segments}
    assert {key for _, _, key in graph.edges(keys=True)} == set(segments)
    assert sum(km for _, _, km in graph.edges(data="length_km")) == pytest.approx(
        sum(segment.km for segment in segments.values())
    )
    assert graph.nodes["aktau"]["name"] == "Aktau"


def test_every_format_of_the_table_is_tried_here() -> None:
    tried = {".geojson", ".fgb", ".kml", ".parquet", ".gpkg", ".shp", ".gpx", ".csv", ".json", ".md", ".xlsx"}
    tried |= {".graphml"}
    assert set(files.EXPORTS) == tried


def test_what_cannot_be_written_is_said_and_leaves_the_old_file(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.RequestError, match=r"\.gpkg \(GeoPackage\)"):
        files.save(report, tmp_path / "routes.xls")
    with pytest.raises(errors.RequestError, match=r"\(none\)"):
        files.save(report, tmp_path / "routes")
    with pytest.raises(
        errors.RequestError, match=r"holds routes, and this answer has none; .* \.csv, \.json, \.md, \.xlsx$"
    ):
        files.save(of_findings.of_problems([], "x"), tmp_path / "routes.kml")
    old = tmp_path / "routes.gpkg"
    old.write_text("old")
    monkeypatch.setattr(files, "hubs", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(errors.FileAccessError, match="No space left"):
        files.save(report, old)
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["routes.gpkg"]


def test_without_pyarrow_parquet_says_what_to_install(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(errors.RequestError, match=r"transit-corridors\[parquet\]"):
        files.save(report, tmp_path / "routes.parquet")


FULL = OSError(28, "No space left on device")


def _kept(report: Report, file: Path, said: str) -> None:
    file.write_bytes(b"good")
    with pytest.raises(errors.FileAccessError, match=said):
        files.save(report, file)
    assert file.read_bytes() == b"good"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("suffix", files.EXPORTS)
def test_a_disk_that_is_full_when_the_file_is_forced_to_it_leaves_the_old_one(
    suffix: str, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise FULL

    monkeypatch.setattr("geodata.saving.os.fsync", full)
    _kept(report, tmp_path / f"routes{suffix}", "No space left")


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.97])
def test_what_gdal_did_not_write_to_the_end_is_not_put_in_place(
    suffix: str, share: float, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GDAL ends without an error on some full disks; here the end of each of its files is lost."""
    write = geopandas.GeoDataFrame.to_file

    def lossy(frame: geopandas.GeoDataFrame, path: Path, **options: object) -> None:
        write(frame, path, **options)
        if options.get("layer") != "legs":
            for made in path.parent.glob(f"{path.stem}.*"):
                content = made.read_bytes()
                made.write_bytes(content[: int(len(content) * share)])

    monkeypatch.setattr(geopandas.GeoDataFrame, "to_file", lossy)
    _kept(report, tmp_path / f"routes{suffix}", "cannot be written")


def test_a_geopackage_without_the_index_of_a_layer_is_not_put_in_place(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What GDAL left out, without an error, of a file that might not grow any more."""
    write = geopandas.GeoDataFrame.to_file

    def lossy(frame: geopandas.GeoDataFrame, path: Path, **options: object) -> None:
        write(frame, path, **options, SPATIAL_INDEX="NO")

    monkeypatch.setattr(geopandas.GeoDataFrame, "to_file", lossy)
    _kept(report, tmp_path / "routes.gpkg", "spatial index of legs is missing")
