"""Files of lines: what is bad is refused with its place named, what is good is taken, in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bad_lines
import pytest

from geodata import errors
from geodata.own import editing, imports
from geodata.own.editing import Proposal


def proposed(tmp_path: Path, content: bytes, suffix: str = ".geojson") -> Proposal:
    file = tmp_path / f"lines{suffix}"
    file.write_bytes(content)
    drafts, problems = imports.read(file)
    return editing.propose(None, drafts, problems=problems)


def test_there_are_enough_bad_files() -> None:
    assert len(bad_lines.BAD) >= 100


@pytest.mark.parametrize("name", bad_lines.BAD)
def test_a_bad_file_is_refused_and_its_place_named(name: str, tmp_path: Path) -> None:
    content, code, place = bad_lines.BAD[name]
    found = proposed(tmp_path, content)
    matching = [item for item in found.errors if item.code == code]
    assert matching, [str(item) for item in found.problems]
    fitting = [item for item in matching if all(getattr(item, key) == value for key, value in place.items())]
    assert fitting, [str(item) for item in matching]
    assert all(item.file.endswith("lines.geojson") for item in found.problems), [str(item) for item in found.problems]
    assert found.after is None


@pytest.mark.parametrize("name", bad_lines.FINE)
def test_a_good_file_is_taken_whole(name: str, tmp_path: Path) -> None:
    content = bad_lines.FINE[name]
    found = proposed(tmp_path, content)
    assert not found.errors, [str(item) for item in found.errors]
    document = json.loads(content.decode("utf-8-sig"))
    features = document.get("features", [document])
    lines = [item for item in features if item["geometry"]["type"] != "Point"]
    assert len(found.added) == len(lines)
    assert found.after is not None
    assert set(found.ids) <= set(found.after.stated_segments)


def test_every_problem_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    broken = bad_lines.feature(
        [[62.2, 34.3], [999, 33.3], ["a", 1]], mode="tram", gauge_mm=1, status="x", length_km="1"
    )
    found = proposed(tmp_path, bad_lines.collection(broken, None, bad_lines.feature(status="y")))
    codes = {(item.feature_index, item.code, item.vertex) for item in found.errors}
    assert {(0, "out-of-range", 1), (0, "bad-position", 2), (1, "not-a-feature", None)} <= codes
    assert {(0, "unknown-mode", None), (0, "unknown-gauge", None), (0, "bad-value", None)} <= codes
    assert (2, "unknown-status", None) in codes
    fields = proposed(tmp_path, bad_lines.collection({**broken, "geometry": bad_lines.feature()["geometry"]}))
    assert {item.field for item in fields.errors} == {"mode", "gauge_mm", "status", "length_km"}


def test_slips_get_hints(tmp_path: Path) -> None:
    hints = {
        "lenght_km": "length_km",
        "mode": "rail",
        "status": "under_construction",
        "gauge_mm": "1520",
        "countries": "AF",
        "to": "Zaranj",
    }
    slips: dict[str, Any] = {
        "lenght_km": 480,
        "mode": "railway",
        "status": "under construction",
        "gauge_mm": 1524,
        "countries": ["Afghanistan"],
        "to": "zaranjj",
    }
    for field, value in slips.items():
        found = proposed(tmp_path, bad_lines.collection(bad_lines.feature(**{field: value})))
        told = [item.hint for item in found.errors if item.field == field]
        assert any(hints[field] in hint for hint in told), (field, told)


def test_an_end_far_from_places_names_the_nearest_three_in_metres(tmp_path: Path) -> None:
    found = proposed(tmp_path, bad_lines.collection(bad_lines.free([bad_lines.HERAT, [64.5, 33.5]])))
    far = next(item for item in found.problems if item.code == "far-from-node")
    assert far.vertex == 1
    assert far.allowed.count(" m") == 3
    end = found.added[0].ends[1]
    assert [km for _, km in end.nearest] == sorted(km for _, km in end.nearest)


@pytest.fixture(scope="module")
def frame() -> Any:
    import geopandas
    import shapely

    rows = {
        "from": ["herat", None],
        "to": ["zaranj", None],
        "mode": ["rail", "road"],
        "gauge_mm": [1520, None],
        "status": ["proposed", "planned"],
        "length_km": [480.0, None],
        "opens_year": [2035, None],
        "countries": ["AF", None],
    }
    lines = [shapely.LineString(bad_lines.COURSE), shapely.LineString([(66.99, 24.86), (67.5, 25.6), (68.0, 26.2)])]
    return geopandas.GeoDataFrame(rows, geometry=lines, crs="EPSG:4326")


DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".kml": "KML"}


@pytest.mark.parametrize("suffix", DRIVERS)
@pytest.mark.filterwarnings("ignore:Column names longer")
def test_every_format_gives_the_same_lines(suffix: str, tmp_path: Path, frame: Any) -> None:
    file = tmp_path / f"lines{suffix}"
    frame.to_file(file, driver=DRIVERS[suffix], engine="pyogrio")
    drafts, problems = imports.read(file)
    assert [item for item in problems if item.severity == "error"] == []
    found = editing.propose(None, drafts, problems=problems)
    assert not found.errors, [str(item) for item in found.errors]
    first, second = (item.segment for item in found.added)
    assert (first.from_node, first.to_node, first.mode, first.gauge_mm) == ("herat", "zaranj", "rail", 1520)
    assert (first.status, first.length_km, first.opens_year, first.countries) == ("proposed", 480.0, 2035, ("AF",))
    assert (second.mode, second.gauge_mm, second.from_node, second.length_km) == ("road", None, "karachi", None)


def test_another_coordinate_system_is_turned_into_wgs_84(tmp_path: Path, frame: Any) -> None:
    file = tmp_path / "lines.gpkg"
    frame.to_crs("EPSG:32641").to_file(file, driver="GPKG", engine="pyogrio")
    drafts, _ = imports.read(file)
    assert drafts.lines[0].coordinates is not None
    for (lon, lat), expected in zip(drafts.lines[0].coordinates, bad_lines.COURSE, strict=True):
        assert (lon, lat) == pytest.approx(tuple(expected), abs=1e-6)


KML = '<?xml version="1.0"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


def _sqlite(tmp_path: Path, statement: str) -> bytes:
    import sqlite3

    file = tmp_path / "made.db"
    file.unlink(missing_ok=True)
    made = sqlite3.connect(file)
    made.executescript(statement)
    made.close()
    return file.read_bytes()


def test_a_file_that_is_not_what_it_says_is_refused(tmp_path: Path) -> None:
    virtual = b"<OGRVRTDataSource></OGRVRTDataSource>"
    entity = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    disguised = {
        ".gpkg": [
            virtual,
            b"",
            _sqlite(tmp_path, "CREATE VIEW v AS SELECT 1;"),
            _sqlite(tmp_path, "CREATE VIRTUAL TABLE v USING fts4(a);"),
        ],
        ".shp": [virtual, b"", b"\x00\x00\x27\x0a" + b"\x00" * 96],
        ".kml": [
            virtual,
            b"",
            b"<kml",
            KML.format(doctype=entity, body="&x;").encode(),
            KML.format(doctype="", body="<NetworkLink><Link><href>http://x/</href></Link></NetworkLink>").encode(),
        ],
        ".geojson": [virtual],
    }
    for suffix, contents in disguised.items():
        for content in contents:
            file = tmp_path / f"x{suffix}"
            file.write_bytes(content)
            drafts, problems = imports.read(file)
            assert drafts.lines == ()
            assert [item.severity for item in problems] == ["error"], (suffix, content[:40], problems)
            assert problems[0].code in ("not-what-it-says", "not-xml", "missing-part", "not-json", "not-readable")


LINE = "<Placemark><name>L</name><LineString><coordinates>{}</coordinates></LineString></Placemark>"


@pytest.mark.parametrize(
    ("text", "vertex"),
    [
        ("62.19967,34.34817 62.0 61.5,33.0 61.86037,30.95962", 1),
        ("62.19967,34.34817 foo,bar", 1),
        ("62,19967;34,34817 61.86,30.95", 0),
        ("62.1,34.3,0,0 61.8,30.9", 0),
        ("62.1, 34.3 61.8, 30.9", 0),
        ("62.1,34.3 NaN,30.9", 1),
    ],
)
def test_positions_of_kml_that_are_none_are_named_and_not_made_into_others(
    text: str, vertex: int, tmp_path: Path
) -> None:
    file = tmp_path / "x.kml"
    good = LINE.format("62.19967,34.34817,0 61.86037,30.95962,0")
    file.write_text(KML.format(doctype="", body=good + LINE.format(text)))
    drafts, problems = imports.read(file)
    assert drafts.lines == ()
    assert (problems[0].code, problems[0].feature_index, problems[0].vertex) == ("bad-position", 1, vertex)


@pytest.mark.parametrize(
    "shape",
    [
        "<LineString><coordinates>62.1,34.3</coordinates></LineString>",
        "<LinearRing><coordinates>62.1,34.3 62.2,34.3 62.2,34.4</coordinates></LinearRing>",
        "<Polygon/>",
        "",
    ],
)
def test_a_broken_shape_of_kml_is_named_and_the_other_lines_are_looked_at(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "x.kml"
    good = LINE.format("62.19967,34.34817,0 61.86037,30.95962,0")
    file.write_text(KML.format(doctype="", body=good + f"<Placemark><name>B</name>{shape}</Placemark>"))
    drafts, problems = imports.read(file)
    assert {item.severity for item in problems} == {"error"}
    assert [(line.index, line.is_broken) for line in drafts.lines] == [(0, False), (1, True)]
    assert {item.feature_index for item in problems} == {1}
    assert editing.propose(None, drafts, problems=problems).errors


def test_a_geopackage_that_counts_its_rows_wrongly_loses_none_in_silence(tmp_path: Path, frame: Any) -> None:
    import sqlite3

    file = tmp_path / "lines.gpkg"
    frame.to_file(file, driver="GPKG", engine="pyogrio")
    made = sqlite3.connect(file)
    made.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
    made.commit()
    made.close()
    drafts, problems = imports.read(file)
    assert len(drafts.lines) == 2 or [item.code for item in problems if item.severity == "error"] == ["not-readable"]


def test_columns_that_kml_always_has_are_the_users_in_other_formats(tmp_path: Path, frame: Any) -> None:
    file = tmp_path / "lines.gpkg"
    frame.assign(id=["mine", "other"], description="important").to_file(file, driver="GPKG", engine="pyogrio")
    drafts, problems = imports.read(file)
    assert [line.id for line in drafts.lines] == ["mine", "other"]
    assert {item.field for item in problems} == {"description"}


def test_columns_of_other_programs_are_no_errors(tmp_path: Path) -> None:
    columns = {
        "Name": "Line 1",
        "country": "AF",
        "notes": "x",
        "length": 3,
        "model": "y",
        "fid": 1,
        "STATUS": "planned",
    }
    found = proposed(tmp_path, bad_lines.collection(bad_lines.feature(**columns, status=None)))
    assert not found.errors, [str(item) for item in found.errors]
    assert found.added[0].segment.status == "planned"
    assert {item.field for item in found.problems if item.code == "unknown-field"} == {
        "country",
        "notes",
        "length",
        "model",
        "fid",
    }
    twice = proposed(tmp_path, bad_lines.collection(bad_lines.feature(STATUS="planned")))
    assert [item.code for item in twice.errors] == ["duplicate-key"]


def test_a_file_that_is_not_there_or_of_no_known_kind_is_said(tmp_path: Path) -> None:
    with pytest.raises(errors.FileAccessError, match="no such file"):
        imports.read(tmp_path / "none.geojson")
    with pytest.raises(errors.FileAccessError, match="is a folder"):
        (tmp_path / "a.geojson").mkdir()
        imports.read(tmp_path / "a.geojson")
    with pytest.raises(errors.RequestError, match=r"\.gpkg"):
        imports.read(tmp_path / "lines.dxf")


RUN_ALL = """
import contextlib, io, json, pathlib, sys
from corridors.cli import main as cli
answers = {}
_, command, folder = sys.argv
for path in sorted(pathlib.Path(folder).glob("*.geojson")):
    sys.argv = ["corridors", "segment", command, str(path), "--data", folder + "/own", "-f", "json"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code
    answers[path.name] = [code, out.getvalue(), err.getvalue()]
print(json.dumps(answers))
"""


@pytest.mark.parametrize("command", ["add", "check"])
def test_the_command_ends_with_2_and_no_traceback_on_every_bad_file(command: str, tmp_path: Path) -> None:
    """Through the command line's own entry, one after the other in one process, which an exception would end."""
    for number, (content, _, _) in enumerate(bad_lines.BAD.values()):
        (tmp_path / f"{number:03}.geojson").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, command, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    assert len(answers) == len(bad_lines.BAD)
    for name, (code, out, err) in answers.items():
        assert code == 2, (name, out[-300:], err[-300:])
        assert "Traceback" not in err
        assert json.loads(out)["errors"] > 0
    assert not (tmp_path / "own" / "additions.geojson").exists()


def test_the_fields_of_a_feature_without_geometry_are_looked_at(tmp_path: Path) -> None:
    found = proposed(tmp_path, bad_lines.collection({**bad_lines.feature(mode="tram"), "geometry": None}))
    assert {item.code for item in found.errors} == {"wrong-geometry", "unknown-mode"}
