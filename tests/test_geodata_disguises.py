"""Files that are something else than their names say: none of them makes us open another file or an address."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bad_lines
import geopandas
import pytest
import shapely
from watched import Watched, watched

from geodata import errors
from geodata.own import editing, imports
from geodata.read import projections

SUFFIXES = (".geojson", ".json", ".gpkg", ".kml", ".shp")

VRT = """<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource>{sql}</OGRVRTLayer>
</OGRVRTDataSource>"""

KML_LINE = "<Placemark><LineString><coordinates>62.2,34.3 61.9,31.0</coordinates></LineString></Placemark>"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path) as found:
        yield found


def sources(watch: Watched) -> list[str]:
    """What a virtual dataset may name."""
    return [
        VRT.format(source=watch.canary, sql=""),
        VRT.format(source=f"CSV:{watch.canary}", sql="<SrcSQL>SELECT * FROM canary</SrcSQL>"),
        VRT.format(source=f"/vsicurl/http://127.0.0.1:{watch.port}/x.geojson", sql=""),
        VRT.format(source=f"http://127.0.0.1:{watch.port}/x.geojson", sql=""),
    ]


def contents(watch: Watched) -> dict[str, bytes]:
    """Contents that another reader would follow, whatever the suffix; some are KML for one parser alone."""
    found: dict[str, bytes] = {}
    for number, virtual in enumerate(sources(watch)):
        found[f"virtual{number}"] = virtual.encode()
        for body, name in (("", "empty"), (KML_LINE, "line")):
            polyglot = f'<?x a="?><kml><!-- "?>{virtual}<?y b="-->{body}</kml><?z "?>'
            found[f"polyglot{number}-{name}"] = polyglot.encode()
        found[f"comment{number}"] = f"<kml><!-- {virtual} -->{KML_LINE}</kml>".encode()
        found[f"text{number}"] = b'{"type":"FeatureCollection","name":"' + virtual.encode() + b'","features":[]}'
        found[f"sqlite{number}"] = b"SQLite format 3\x00" + virtual.encode()
        found[f"shape{number}"] = b"\x00\x00\x27\x0a" + virtual.encode() * 4
    web = f"http://127.0.0.1:{watch.port}/x"
    found |= {
        "entity": f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{watch.canary}">]><kml>&x;</kml>'.encode(),
        "doctype": f'<!DOCTYPE kml SYSTEM "{web}"><kml>{KML_LINE}</kml>'.encode(),
        "stylesheet": f'<?xml-stylesheet href="{web}"?><kml>{KML_LINE}</kml>'.encode(),
        "link": f"<kml><NetworkLink><Link><href>{web}</href></Link></NetworkLink></kml>".encode(),
        "include": f'<kml xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{web}"/></kml>'.encode(),
        "schema": f'<kml xsi:schemaLocation="x {web}">{KML_LINE}</kml>'.encode(),
        "gml": f'<?xml version="1.0"?><gml:FeatureCollection schemaLocation="{watch.canary}"/>'.encode(),
        "wfs": f"<OGRWFSDataSource><URL>{web}</URL></OGRWFSDataSource>".encode(),
        "wkt-csv": f'WKT,name\n"LINESTRING(1 2,3 4)",{watch.canary}\n'.encode(),
        "path": str(watch.canary).encode(),
        "gdalg": f'{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {watch.canary}"}}'.encode(),
    }
    return found


def read(path: Path) -> str:
    """All that an answer would show of a file."""
    try:
        drafts, problems = imports.read(path)
    except errors.CorridorsError as error:
        return str(error)
    found = editing.propose(None, drafts, problems=problems)
    return " ".join([str(found.added), *map(str, found.problems)])


def test_the_watch_sees_what_is_touched(watch: Watched) -> None:
    assert watch.touched() == []
    watch.canary.read_bytes()
    assert watch.touched() == ["canary"]
    socket.create_connection(("127.0.0.1", watch.port)).close()
    assert watch.touched() == ["listener"]
    assert watch.touched() == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_content_under_any_suffix_is_followed(suffix: str, watch: Watched, tmp_path: Path) -> None:
    for name, content in contents(watch).items():
        file = tmp_path / f"{name}{suffix}"
        file.write_bytes(content)
        for beside in (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".shp.aux.xml"):
            file.with_suffix(beside).write_bytes(content)
        shown = read(file)
        assert watch.touched() == [], (name, suffix)
        assert "CANARY" not in shown, (name, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_link_or_an_archive_or_the_name_of_another_reader_is_no_way_round(
    suffix: str, watch: Watched, tmp_path: Path
) -> None:
    virtual = tmp_path / "virtual.vrt"
    virtual.write_text(sources(watch)[0])
    link = tmp_path / f"link{suffix}"
    link.symlink_to(virtual)
    packed = tmp_path / f"packed{suffix}"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(virtual, f"inside{suffix}")
    names = [
        f"/vsicurl/http://127.0.0.1:{watch.port}/x{suffix}",
        f"http://127.0.0.1:{watch.port}/x{suffix}",
        f"/vsizip/{packed}/inside{suffix}",
        f"CSV:{watch.canary}",
        f"OGR_VRT:{virtual}{suffix}",
        f"/vsisubfile/0_100,{watch.canary}{suffix}",
        f"zip://{packed}!inside{suffix}",
    ]
    for path in (link, packed, *map(Path, names)):
        assert "CANARY" not in read(path)
        assert watch.touched() == [], path


def _line(folder: Path, suffix: str) -> Path:
    file = folder / f"lines{suffix}"
    row = {"from": ["herat"], "to": ["zaranj"], "mode": ["road"], "status": ["planned"]}
    frame = geopandas.GeoDataFrame(row, geometry=[shapely.LineString(bad_lines.COURSE)], crs="EPSG:4326")
    frame.to_file(file, driver={".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[suffix], engine="pyogrio")
    return file


SCHEMAS = {
    "view": "CREATE VIEW v AS SELECT 1",
    "view in the place of a table": "ALTER TABLE lines RENAME TO was; CREATE VIEW lines AS SELECT * FROM was",
    "virtual": "CREATE VIRTUAL TABLE v USING fts5(a)",
    "virtual in a comment": "CREATE VIRTUAL TABLE v USING fts5(/*using rtree(*/ a)",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_geopackage_with_what_could_read_on_is_refused(name: str, tmp_path: Path) -> None:
    file = _line(tmp_path, ".gpkg")
    database = sqlite3.connect(file)
    database.executescript(SCHEMAS[name])
    database.close()
    drafts, problems = imports.read(file)
    assert drafts.lines == ()
    assert [item.code for item in problems] == ["not-what-it-says"]


def test_what_another_program_has_not_yet_put_into_a_geopackage_is_read_too(tmp_path: Path) -> None:
    file = _line(tmp_path, ".gpkg")
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode = WAL")
    for (each,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{each}"')
    database.execute("INSERT INTO lines SELECT 2, geom, 'herat', 'zaranj', 'road', 'proposed' FROM lines")
    database.commit()
    before = sorted(path.name for path in tmp_path.iterdir())
    drafts, _ = imports.read(file)
    assert [line.values["status"] for line in drafts.lines] == ["planned", "proposed"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    database.close()


def test_a_geopackage_whose_pages_go_in_circles_ends(tmp_path: Path) -> None:
    file = _line(tmp_path, ".gpkg")
    content = bytearray(file.read_bytes())
    size = struct.unpack(">H", content[16:18])[0]
    for page in range(1, len(content) // size):
        broken = bytearray(content)
        broken[page * size : page * size + 12] = bytes([5, 0, 0, 0, 1, 0, 20, 0, 0, 0, 0, page + 1])
        file.write_bytes(broken)
        drafts, problems = imports.read(file)
        assert not drafts.lines or not [item for item in problems if item.severity == "error"]


def test_geometries_in_geometries_without_end_are_named_and_not_followed(tmp_path: Path) -> None:
    file = _line(tmp_path, ".gpkg")
    nested = struct.pack("<BII", 1, 7, 1) * 300_000
    for outer in (b"", struct.pack("<BII", 1, 5, 1), struct.pack("<BII", 1, 4, 1)):
        database = sqlite3.connect(file)
        for (each,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{each}"')
        database.execute("UPDATE lines SET geom = ?", (b"GP\x00\x01" + struct.pack("<i", 4326) + outer + nested,))
        database.commit()
        database.close()
        assert [item.code for item in imports.read(file)[1] if item.severity == "error"] == ["wrong-geometry"]


GRID = 'BOUNDCRS[SOURCECRS[{base}],TARGETCRS[{base}],ABRIDGEDTRANSFORMATION["x",METHOD["NTv2",ID["EPSG",9615]],'
BASE = (
    'GEOGCRS["mine",DATUM["mine",ELLIPSOID["mine",6378137,{flat}]],CS[ellipsoidal,2],AXIS["lon",east],'
    'AXIS["lat",north],UNIT["degree",0.0174532925199433]]'
)


def test_a_coordinate_system_does_not_name_files(watch: Watched, tmp_path: Path) -> None:
    base = BASE.format(flat=297)
    systems = [
        GRID.format(base=base) + f'PARAMETERFILE["Latitude and longitude difference file","{watch.canary}"]]]',
        f'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,297],EXTENSION["PROJ4_GRIDS","{watch.canary}"]],PRIMEM["G",0],'
        'UNIT["degree",0.0174532925199433]]',
        f'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,297]],PRIMEM["G",0],UNIT["degree",0.0174532925199433]],'
        f'PROJECTION["Mercator_1SP"],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +nadgrids={watch.canary}"]]',
        f"+proj=merc +nadgrids={watch.canary}",
        f"+init={watch.canary}:x",
        f"@{watch.canary}",
        str(watch.canary),
    ]
    file = _line(tmp_path, ".shp")
    for system in systems:
        file.with_suffix(".prj").write_text(system)
        assert [item.code for item in imports.read(file)[1] if item.severity == "error"] == ["no-crs"], system
        assert watch.touched() == []
    lon, lat = projections.of_wkt(BASE.format(flat=298.3))([62.0, 34.0])
    assert (lon, lat) == pytest.approx((62.0, 34.0), abs=0.01)


def test_an_index_of_a_shapefile_that_goes_round_is_refused(tmp_path: Path) -> None:
    file = _line(tmp_path, ".shp")
    index = file.with_suffix(".shx")
    good = index.read_bytes()
    for broken in (good + good[100:] * 1000, good[:100] + struct.pack(">2i", 50, -4), good[:60], good[:100]):
        index.write_bytes(broken)
        assert [item.code for item in imports.read(file)[1] if item.severity == "error"] == ["not-readable"]


def test_a_shapefile_without_cpg_says_that_its_encoding_is_a_guess(tmp_path: Path) -> None:
    file = tmp_path / "lines.shp"
    row = {"name": ["Герат"], "mode": ["road"]}
    frame = geopandas.GeoDataFrame(row, geometry=[shapely.LineString(bad_lines.COURSE)], crs="EPSG:4326")
    frame.to_file(file, driver="ESRI Shapefile", engine="pyogrio", encoding="cp1251")
    drafts, _ = imports.read(file)
    assert drafts.lines[0].values["name"] == "Герат"
    file.with_suffix(".cpg").unlink()
    table = bytearray(file.with_suffix(".dbf").read_bytes())
    table[29] = 0
    file.with_suffix(".dbf").write_bytes(table)
    assert any("guess" in item.message for item in imports.read(file)[1])
    table[29] = 0xC9
    file.with_suffix(".dbf").write_bytes(table)
    drafts, problems = imports.read(file)
    assert drafts.lines[0].values["name"] == "Герат"
    assert not any("guess" in item.message for item in problems)


@pytest.mark.parametrize("part", [".gpkg", ".shp", ".shx", ".dbf", ".prj", ".cpg"])
def test_a_damaged_file_is_an_answer_and_no_exception(part: str, tmp_path: Path) -> None:
    file = _line(tmp_path, ".gpkg" if part == ".gpkg" else ".shp")
    damaged = file.with_suffix(part)
    good = damaged.read_bytes()
    chance = random.Random(part)
    for _ in range(60):
        content = bytearray(good)
        for _ in range(chance.choice((1, 3, 40))):
            content[chance.randrange(min(len(content), chance.choice((120, len(content)))))] = chance.choice(
                (0, 1, 127, 128, 255, chance.randrange(256))
            )
        damaged.write_bytes(content[: chance.choice((len(content), len(content), chance.randrange(len(content))))])
        drafts, problems = imports.read(file)
        editing.propose(None, drafts, problems=problems)


def test_no_command_follows_a_file(watch: Watched, tmp_path: Path) -> None:
    """``segment check``, ``add`` and ``effect`` of each file, and ``check`` of a folder in which all are data."""
    folder = tmp_path / "own"
    (folder / "segments").mkdir(parents=True)
    made = []
    for name, content in contents(watch).items():
        for suffix in (".kml", ".geojson", ".gpkg"):
            made.append(tmp_path / f"{name}{suffix}")
            made[-1].write_bytes(content)
        (folder / "segments" / f"{name}.geojson").write_bytes(content)
    polyglot = contents(watch)["polyglot0-empty"]
    for name in ("nodes.geojson", "additions.geojson", "rates.csv", "closures.toml"):
        (folder / name).write_bytes(polyglot)
    options = ["--mode", "road", "--status", "planned", "--data", str(tmp_path / "none")]
    for command in (["segment", "check"], ["segment", "add", "--dry-run"], ["segment", "effect"]):
        done = _run(*command, *map(str, made), *options)
        assert done.returncode == 2, done.stderr[-500:]
        assert "CANARY" not in done.stdout + done.stderr
    done = _run("check", str(folder))
    assert done.returncode == 1, done.stderr[-500:]
    assert "CANARY" not in done.stdout + done.stderr
    assert watch.touched() == []


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corridors.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )


def test_only_what_makes_the_basemap_lets_gdal_read() -> None:
    """GDAL chooses a reader by itself, so no file of a user's may come to it."""
    root = Path(imports.__file__).parents[2]
    readers = ("read_file(", "read_dataframe(", "pyogrio.", "list_layers(", "read_info(", "fiona", "osgeo")
    for package in ("geodata", "planner", "maps", "corridors"):
        for module in (root / package).rglob("*.py"):
            if module.relative_to(root).as_posix() != "geodata/make/basemap.py":
                text = module.read_text(encoding="utf-8")
                assert not [word for word in readers if word in text], module
