"""A field of segments is one line in the record: read, checked, kept, shown and typed everywhere, in a changed copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # a copy of the project, in processes of its own

ROOT = Path(__file__).parent.parent
LINE = (
    "    axle_load_t: Annotated[float, Field(gt=0, le=60)] | None = Field(\n"
    '        None, title="axle load", json_schema_extra={"unit": "t"}\n'
    "    )\n"
)
BEFORE = "    part_of: Id | None = None\n"

LINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "herat-zaranj-heavy",
            "geometry": None,
            "properties": {
                "from": "herat",
                "to": "zaranj",
                "mode": "rail",
                "gauge_mm": 1435,
                "status": "operational",
                "length_km": 480,
                "source": ["own-estimate"],
                "axle_load_t": 22.5,
            },
        }
    ],
}

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>heavy</name><ExtendedData>
<Data name="axle_load_t"><value>22.5</value></Data></ExtendedData>
<LineString><coordinates>62.2,34.35 61.86,30.96</coordinates></LineString></Placemark></Document></kml>"""


class Copy:
    """The project with one line more, in a folder of its own, and a folder of segments that states the field."""

    def __init__(self, place: Path) -> None:
        self.place, self.own = place, place / "own"
        for name in ("geodata", "planner", "maps", "corridors"):
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        records = place / "geodata" / "records.py"
        text = records.read_text(encoding="utf-8")
        assert text.count(BEFORE) == 1
        records.write_text(text.replace(BEFORE, LINE + BEFORE), encoding="utf-8")
        self.own.mkdir()

    def python(self, *arguments: str, code: int = 0) -> str:
        said = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.place,
            env={**os.environ, "PYTHONPATH": str(self.place)},
            timeout=300,
        )
        assert said.returncode == code, said.stdout + said.stderr
        return said.stdout + said.stderr if code else said.stdout

    def run(self, *arguments: str, code: int = 0) -> str:
        return self.python("-m", "corridors", *arguments, code=code)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("copy"))
    ends = ("--from", "Herat", "--to", "Zaranj", "--mode", "rail", "--gauge", "1435", "--status", "operational")
    made.run("segment", "add", *ends, "--id", "heavy", "--axle-load-t", "22.5", "--length-km", "480", "--data", "own")
    return made


PLAN = ("plan", "Herat", "Zaranj", "--mode", "rail", "-k", "1", "--data", "own")


def test_it_is_typed_saved_and_listed(copy: Copy) -> None:
    saved = json.loads((copy.own / "additions.geojson").read_text())
    assert saved["features"][0]["properties"]["axle_load_t"] == 22.5
    (row,) = json.loads(copy.run("segment", "list", "--data", "own", "-f", "json"))["segments"]
    assert row["axle_load_t"] == 22.5
    assert "axle load t" in copy.run("segment", "list", "--data", "own")
    head, values = copy.run("segment", "list", "--data", "own", "-f", "csv").splitlines()[:2]
    assert dict(zip(head.split(","), values.split(","), strict=True))["axle_load_t"] == "22.5"


def test_it_is_checked(copy: Copy) -> None:
    ends = ("--from", "Herat", "--to", "Zaranj", "--mode", "road", "--length-km", "480")
    said = copy.run("segment", "check", *ends, "--axle-load-t", "90", "--data", "own", code=2)
    assert "axle_load_t" in said
    folder = copy.place / "wrong"
    folder.mkdir()
    wrong = json.loads((copy.own / "additions.geojson").read_text())
    wrong["features"][0]["properties"]["axle_load_t"] = "heavy"
    (folder / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": wrong["features"]}))
    assert "axle_load_t" in copy.run("check", "wrong", code=1)


def test_a_kml_states_it_as_a_number(copy: Copy) -> None:
    (copy.place / "line.kml").write_text(KML)
    how = ("--mode", "rail", "--gauge", "1435", "--status", "planned", "--data", "own", "--dry-run", "-f", "json")
    (added,) = json.loads(copy.run("segment", "add", "line.kml", *how))["added"]
    assert added["axle_load_t"] == 22.5


def test_answers_exports_and_popups_have_it(copy: Copy) -> None:
    document = json.loads(copy.run(*PLAN, "-f", "json"))
    assert document["routes"][0]["legs"][0]["axle_load_t"] == [22.5]
    for name in ("r.geojson", "r.gpkg", "r.kml", "r.fgb", "r.graphml"):
        copy.run(*PLAN, "-o", name)
        assert b"axle_load" in (copy.place / name).read_bytes(), name
    copy.run(*PLAN, "--map", "r.html")
    assert "axle load 22.5 t" in (copy.place / "r.html").read_text()
    frame = "import corridors; print(corridors.load('own').to_frame().axle_load_t.max())"
    assert copy.python("-c", frame).strip() == "22.5"


def test_the_effect_of_a_line_shows_it(copy: Copy) -> None:
    ends = ("--from", "Herat", "--to", "Zaranj", "--mode", "road", "--status", "operational", "--length-km", "460")
    more = ("--axle-load-t", "11.5", "--place", "Herat", "--place", "Zaranj", "--data", "own", "--map", "effect.html")
    features = json.loads(copy.run("segment", "effect", *ends, *more, "-f", "geojson"))["features"]
    assert any(each["properties"].get("axle_load_t") == [11.5] for each in features)
    assert "axle load 11.5 t" in (copy.place / "effect.html").read_text()


def test_the_form_in_the_browser_has_it(copy: Copy) -> None:
    code = (
        "from types import SimpleNamespace as S; import corridors; from corridors.web import editor; "
        "print(*editor._controls(S(network=corridors.load('own'))))"
    )
    said = copy.python("-c", code)
    assert "id='web-line-axle_load_t'" in said
    assert ">axle load t</label>" in said
    assert "data-detail='number'" in said
