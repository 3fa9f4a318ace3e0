"""Many or long findings, hostile names in them, and what a terminal may be sent."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bad_lines
import pytest
from hypothesis import given, strategies as st

from corridors import console
from corridors.answers import of_findings
from geodata import errors, records
from geodata.errors import Problem
from geodata.globe import growing
from geodata.own import editing, folder, imports, joining
from geodata.own.drafts import DraftLine, Drafts
from geodata.read import additions, contents, feature_records, geojson


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corridors.cli.main", *arguments], capture_output=True, text=True, check=False
    )


def written(path: Path, features: list[Any]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_ten_thousand_bad_features_are_a_page_and_json_has_all(tmp_path: Path) -> None:
    feature = bad_lines.feature(mode="tram", status="x", gauge_mm=1)
    file = written(tmp_path / "bad.geojson", [{**feature, "id": f"l{number}"} for number in range(10_000)])
    done = run("segment", "check", str(file), "--data", str(tmp_path / "none"))
    assert done.returncode == 2
    assert len(done.stdout) + len(done.stderr) < 6000
    assert len(done.stdout.splitlines()) < 30
    assert "10,000" in done.stdout
    assert "feature 0 (l0)" in done.stdout
    found = json.loads(run("segment", "check", str(file), "-f", "json").stdout)
    assert found["errors"] == len([item for item in found["problems"] if item["severity"] == "error"]) >= 30_000


def test_few_findings_are_listed_one_by_one() -> None:
    few = [Problem("error", "no-id", "m", "a", index) for index in range(of_findings.LISTED)]
    assert len(of_findings.of_problems(few, "x").tables[0].rows) == len(few)
    many = of_findings.of_problems([*few, few[0]], "x")
    assert [row[2] for row in many.tables[0].rows] == [len(few) + 1]
    assert len(many.flat.rows) == len(few) + 1


def test_kinds_differ_by_severity_code_file_and_field_but_not_by_vertex() -> None:
    rows = [
        Problem("error", "a", "m", "f", 1, field="coordinates[1]"),
        Problem("error", "a", "m", "f", 2, field="coordinates[7]"),
        Problem("error", "a", "m", "g", 2, field="coordinates[7]"),
        Problem("warning", "a", "m", "f", 2),
        Problem("error", "b", "m", "f", 2),
    ]
    assert [kind.count for kind in errors.kinds(rows)] == [2, 1, 1, 1]
    text = str(errors.DataError(rows[:2] * 20))
    assert len(text.splitlines()) == 3
    assert "and 39 more like it" in text


def test_a_name_of_five_megabytes_is_not_sent_back(tmp_path: Path) -> None:
    long = "x" * 5_000_000
    for values in ({"name": long}, {"from": long}, {"note": long}, {"mode": long}, {long: 1}, {"countries": [long]}):
        file = written(tmp_path / "long.geojson", [bad_lines.feature(**{"gauge_mm": 1, **values})])
        done = run("segment", "check", str(file))
        assert done.returncode == 2
        assert len(done.stdout) + len(done.stderr) < 20_000, next(iter(values))[:20]


@pytest.mark.parametrize(
    ("where", "member"),
    [
        ("feature", "coordinates"),
        ("feature", "features"),
        ("feature", "geometries"),
        ("geometry", "properties"),
        ("geometry", "features"),
        ("collection", "coordinates"),
        ("collection", "properties"),
    ],
)
def test_a_member_of_another_kind_of_object_is_refused(where: str, member: str, tmp_path: Path) -> None:
    feature = bad_lines.feature()
    collection = {"type": "FeatureCollection", "features": [feature]}
    {"feature": feature, "geometry": feature["geometry"], "collection": collection}[where][member] = []
    file = tmp_path / "x.geojson"
    file.write_text(json.dumps(collection))
    drafts, problems = imports.read(file)
    assert [(item.code, item.field) for item in problems if item.severity == "error"] == [("foreign-member", member)]
    own = tmp_path / "own"
    own.mkdir()
    written(own / "segments.geojson", [{**feature, "id": "x"}]) if where != "collection" else (
        own / "segments.geojson"
    ).write_text(json.dumps(collection))
    _, said = feature_records.read_lines(own / "segments.geojson", "segments.geojson", records.Segment)
    assert ("foreign-member", member) in {(item.code, item.field) for item in said}
    assert drafts is not None


def test_structural_errors_name_their_line() -> None:
    text = '{"type": "FeatureCollection",\n"crs": {"type": "name"},\n"features": [\n{"id": 1,\n"id": NaN}\n]}'
    _, _, problems = geojson.parse_collection(text, "f")
    lines = {(item.code, item.field): item.message.rpartition("line ")[2].rstrip(")") for item in problems}
    assert lines == {("duplicate-key", "id"): "5", ("not-a-number", ""): "5", ("other-crs", "crs"): "2"}
    _, _, problems = geojson.parse_collection('{"type":"FeatureCollection",\n\n"features": {}}', "f")
    assert "(line 3)" in problems[0].message


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=12,
    )
)
def test_sound_json_is_read_as_it_is_and_a_key_twice_is_found_on_its_line(value: Any) -> None:
    text = json.dumps({"a": value}, indent=1)
    assert contents.parse_json(text, "f") == ({"a": value}, [])
    doubled = text[:-1].rstrip() + ',\n"a": 1}'
    _, problems = contents.parse_json(doubled, "f")
    assert [(item.code, item.field) for item in problems] == [("duplicate-key", "a")]
    assert f"line {doubled.count(chr(10)) + 1}" in problems[0].message


def test_what_is_said_does_not_reach_the_terminal_raw(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    console.say("a\x1b[2Jb\u202ec")
    assert capsys.readouterr().err == "a\\x1b[2Jb\\u202ec\n"
    hostile = tmp_path / "own\x1b[31m"
    done = run("segment", "undo", "--data", str(hostile))
    assert "\x1b" not in done.stdout + done.stderr
    own = tmp_path / "own"
    editing.add(own, one())
    entry = next((own / folder.HISTORY).glob("*.json"))
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "what": "add\x1b[2J\nundone: x"}))
    done = run("segment", "undo", "--data", str(own))
    assert done.returncode == 0
    assert done.stderr == "undone: add\\x1b[2J undone: x\n"


def one(own_id: str = "mine") -> Drafts:
    values = {"from": "herat", "to": "zaranj", "mode": "road", "status": "planned"}
    return Drafts((DraftLine(values, id=own_id),))


@pytest.mark.parametrize(
    "forged", ["", "x", "null", "[]", '{"type": "FeatureCollection", "features": [{}]}', "#!/bin/sh\nrm -rf ~\n"]
)
def test_a_forged_entry_of_the_journal_is_not_put_in_place(forged: str, tmp_path: Path) -> None:
    editing.add(tmp_path, one())
    held = (tmp_path / additions.FILE_NAME).read_bytes()
    entry = next((tmp_path / folder.HISTORY).glob("*.json"))
    entry.write_text(json.dumps({**json.loads(entry.read_text()), "before": forged}))
    with pytest.raises(errors.FileAccessError, match="no file of additions"):
        editing.undo(tmp_path)
    assert (tmp_path / additions.FILE_NAME).read_bytes() == held
    assert entry.exists()


def test_what_killed_writers_left_in_the_journal_is_swept_by_the_next(tmp_path: Path) -> None:
    editing.add(tmp_path, one())
    for number in (1, 2, 7):
        left = tmp_path / folder.HISTORY / f".{number:06}.json.abc.tmp"
        left.mkdir()
        (left / "x").write_text("half")
    editing.remove(tmp_path, ["mine"])
    assert not list((tmp_path / folder.HISTORY).glob(".*"))


positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(positions, min_size=1, max_size=150), positions, st.integers(1, 4))
def test_the_nearest_places_are_those_of_a_search_through_all(
    spots: list[tuple[float, float]], asked: tuple[float, float], count: int
) -> None:
    from geodata.globe import geodesy

    places = growing.Places()
    for number, spot in enumerate(spots):
        places.add(f"p{number:03}", spot)
    away = geodesy.distances_km(asked, spots)
    every = sorted((km, f"p{number:03}") for number, km in enumerate(away))
    assert [(km, key) for key, km in places.nearest(asked, count)] == every[:count]
    assert places.within(asked, 500.0) == [f"p{number:03}" for number, km in enumerate(away) if km <= 500.0]


def grid(count: int) -> Drafts:
    """So many roads that lie apart from each other, in Kazakhstan."""
    side = int((2 * count) ** 0.5) + 1
    step = 15 / side
    return Drafts(
        tuple(
            DraftLine(
                {"mode": "road", "status": "planned", "name": f"L{number}"},
                ((lon, lat), (lon + step / 5, lat + step / 5), (lon + step / 2, lat + step / 4)),
            )
            for number in range(count)
            for lon, lat in [(62 + number % side * step, 45 + number // side * step * 0.66)]
        )
    )


@pytest.mark.slow
def test_twice_as_many_lines_are_not_four_times_the_work() -> None:
    """Counted, not timed: the calls of Python functions of 1,000 and of 2,000 lines."""
    counts = {}
    editing.propose(None, grid(10))
    for count in (500, 1000):
        calls = 0

        def counted(_: object, event: str, __: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        drafts = grid(count)
        sys.setprofile(counted)
        try:
            found = editing.propose(None, drafts)
        finally:
            sys.setprofile(None)
        assert len(found.added) == count
        counts[count] = calls
    assert counts[1000] < 2.5 * counts[500]


def test_progress_is_told_from_nothing_to_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[float] = []
    editing.propose(None, grid(4), progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    tell = console.progress("lines")
    assert tell is not None
    monkeypatch.setattr(time, "monotonic", lambda: 1e12)
    tell(0.5)
    assert "lines: 50 %" in capsys.readouterr().err


@pytest.mark.parametrize("tolerance", ["nan", "inf", "-1", "51"])
def test_a_tolerance_that_is_no_distance_is_refused(tolerance: str) -> None:
    with pytest.raises(errors.RequestError, match="0 to 50"):
        joining.Rules(float(tolerance))
