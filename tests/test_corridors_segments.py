"""``corridors segment`` as a user meets it, and the same from Python."""

from __future__ import annotations

import json
from pathlib import Path

import bad_lines
import pytest
from typer.testing import CliRunner

import corridors
from corridors.cli import commands, main as cli
from geodata import catalog, errors
from geodata.own import line_files
from geodata.read import additions

NAMES = ["--from", "Herat", "--to", "Zaranj", "--mode", "rail", "--gauge", "1520"]


def run(*words: str | Path, code: int = 0) -> tuple[str, str]:
    """stdout and stderr of a command that ends with ``code``; errors of ours are as they come to the user."""
    done = CliRunner().invoke(commands.app, ["segment", *map(str, words)])
    if isinstance(done.exception, errors.CorridorsError):
        assert code == 2, done.exception
        return done.stdout, done.stderr + str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.stdout + done.stderr
    return done.stdout, done.stderr


def test_the_example_of_the_help_adds_lists_and_removes(tmp_path: Path) -> None:
    own = ["--data", tmp_path / "own"]
    out, _ = run("add", *NAMES, "--status", "proposed", "--length-km", "480", *own)
    assert "herat-zaranj-rail" in out
    assert "480.0" in out
    assert "additions.geojson" in out
    listed = json.loads(run("list", *own, "-f", "json")[0])
    assert [(row["id"], row["length_km"], row["status"]) for row in listed["segments"]] == [
        ("herat-zaranj-rail", 480.0, "proposed")
    ]
    _, told = run("remove", "herat-zaranj-rail", *own, "--dry-run")
    assert "nothing was written" in told
    assert (tmp_path / "own" / additions.FILE_NAME).exists()
    run("remove", "herat-zaranj-rail", *own)
    assert not (tmp_path / "own" / additions.FILE_NAME).exists()
    _, told = run("undo", *own)
    assert told == "undone: remove herat-zaranj-rail\n"
    assert "herat-zaranj-rail" in catalog.load(tmp_path / "own").segments


def test_a_dry_run_makes_no_folder(tmp_path: Path) -> None:
    answer = json.loads(run("add", *NAMES, "--dry-run", "--data", tmp_path / "own", "-f", "json")[0])
    assert answer["written_to"] is None
    assert answer["added"][0]["ends"][0] == {
        "end": "from",
        "node": "herat",
        "how": "named",
        "off_m": 0.0,
        "splits": [],
        "nearest": [],
    }
    assert not (tmp_path / "own").exists()


def test_a_plan_goes_over_what_was_added_and_no_longer_once_it_is_removed(tmp_path: Path) -> None:
    own = tmp_path / "own"
    run("add", *NAMES, "--status", "operational", "--length-km", "440", "--data", own)
    found = corridors.plan(corridors.load(own), "Herat", "Zaranj", modes=["rail"])
    assert [segment.id for segment in found[0].segments] == ["herat-zaranj-rail"]
    assert found[0].distance_km == 440
    run("remove", "herat-zaranj-rail", "--data", own)
    with pytest.raises(errors.NoRouteError):
        corridors.plan(corridors.load(own), "Herat", "Zaranj", modes=["rail"])


def test_options_fill_what_files_leave_open_and_are_never_ignored(tmp_path: Path) -> None:
    bare = tmp_path / "bare.geojson"
    bare.write_bytes(json.dumps(bad_lines.feature()["geometry"]).encode())
    full = tmp_path / "full.geojson"
    full.write_bytes(bad_lines.collection(bad_lines.feature()))
    two = tmp_path / "two.geojson"
    two.write_bytes(bad_lines.collection(bad_lines.feature(), bad_lines.feature(to="bamyan", mode=None)))
    own = ["--data", tmp_path / "own", "--dry-run"]
    out, _ = run("add", bare, "--mode", "road", "--status", "planned", "--length-km", "500", "--name", "N 1", *own)
    assert "n_1" in out
    assert "500.0" in out
    assert "--mode would be ignored" in run("add", full, "--mode", "road", *own, code=2)[1]
    assert "--length-km belongs to one line" in run("add", two, "--length-km", "500", *own, code=2)[1]
    assert "--id belongs to one line" in run("add", two, "--id", "x", *own, code=2)[1]
    assert "name a file" in run("add", "--mode", "rail", *own, code=2)[1]
    assert "--mode would be ignored" in run("add", full, bare, "--mode", "road", *own, code=2)[1]
    full.write_bytes(bad_lines.collection(bad_lines.feature(fid=3)))  # a column of another program is only warned of
    assert "--status would be ignored" in run("add", full, "--status", "operational", *own, code=2)[1]
    same = json.loads(run("add", full, "--status", "proposed", *own, "-f", "json")[0])
    assert [(row["mode"], row["status"]) for row in same["added"]] == [("rail", "proposed")]


def test_findings_come_as_table_json_and_points(tmp_path: Path) -> None:
    file = tmp_path / "lines.geojson"
    file.write_bytes(
        bad_lines.collection(bad_lines.feature(mode="tram"), bad_lines.free([bad_lines.HERAT, [64.5, 33.5]]))
    )
    own = ["--data", tmp_path / "own"]
    table, _ = run("check", file, *own, code=2)
    assert "unknown-mode" in table
    answer = json.loads(run("check", file, *own, "-f", "json", code=2)[0])
    assert answer["errors"] == 1
    found = next(row for row in answer["problems"] if row["code"] == "unknown-mode")
    keys = {
        "severity",
        "code",
        "message",
        "file",
        "feature_index",
        "feature_id",
        "field",
        "vertex",
        "value",
        "allowed",
        "hint",
        "position",
    }
    assert set(found) == keys
    assert (found["file"], found["feature_index"], found["field"], found["value"]) == (str(file), 0, "mode", "tram")
    points = json.loads(run("check", file, *own, "-f", "geojson", code=2)[0])["features"]
    assert any(point["properties"]["code"] == "far-from-node" for point in points)
    assert json.loads(run("add", file, *own, "-f", "json", code=2)[0])["written_to"] is None
    assert not (tmp_path / "own" / additions.FILE_NAME).exists()


def test_adding_twice_says_so(tmp_path: Path) -> None:
    own = ["--data", tmp_path / "own"]
    run("add", *NAMES, *own)
    out, _ = run("add", *NAMES, *own, code=2)
    assert "duplicate" in out
    kept = (tmp_path / "own" / additions.FILE_NAME).read_bytes()
    assert b"zaranj" in kept
    run("add", *NAMES, "--id", "herat-zaranj-rail", "--length-km", "999", "--replace", *own)
    assert catalog.load(tmp_path / "own").segments["herat-zaranj-rail"].km == 999


def test_an_effect_comes_as_table_json_csv_and_map(tmp_path: Path) -> None:
    own = ["--data", tmp_path / "own"]
    places = ["--place", "Herat", "--place", "Zaranj", "--place", "Chabahar"]
    page = tmp_path / "effect.html"
    stated = [*NAMES, "--status", "planned", "--opens", "2032", "--length-km", "440"]
    out, told = run("effect", *stated, *places, *own, "--map", page)
    assert "2032" in out
    assert "map written" in told
    assert page.stat().st_size > 100_000
    answer = json.loads(run("effect", *stated, *places, "--by", "distance", *own, "-f", "json")[0])
    assert answer["request"]["as_of"] == 2032
    assert answer["summary"]["distance_km"]["improved"] > 0
    assert not (tmp_path / "own").exists()
    run("add", *stated, *own)
    added = json.loads(run("effect", "--own", "herat-zaranj-rail", *places, "--by", "distance", *own, "-f", "json")[0])
    assert added["summary"] == answer["summary"]
    assert run("effect", *stated, *places, *own, code=2)[0].count("duplicate") == 1
    assert "--own" in run("effect", "--own", "herat-zaranj-rail", *NAMES, *own, code=2)[1]
    assert len(run("effect", "--own", "herat-zaranj-rail", *places, *own, "-f", "csv")[0].splitlines()) > 6


def test_an_unbuilt_line_without_a_year_says_what_it_is_compared_with(tmp_path: Path) -> None:
    out, _ = run("effect", *NAMES, "--place", "Herat", "--place", "Zaranj", "--data", tmp_path / "own")
    assert "no opening year" in out


def test_the_same_from_python(tmp_path: Path) -> None:
    file = tmp_path / "line.geojson"
    file.write_bytes(bad_lines.collection(bad_lines.feature(status="operational")))
    own = tmp_path / "own"
    proposal = corridors.propose_segments(file, own)
    assert not own.exists()
    found = corridors.effect(proposal, places=["herat", "zaranj"], by="distance")
    assert len(corridors.draw(found).html()) > 100_000
    with pytest.raises(errors.RequestError, match="band"):
        corridors.draw(found, band=True)
    corridors.add_segments([file], own)
    key = proposal.ids[0]
    assert key in corridors.load(own).segments
    corridors.remove_segments([key], own)
    assert corridors.undo_segments(own) == f"remove {key}"
    with pytest.raises(errors.DataError, match="unknown-mode"):
        corridors.add_segments(bad_lines.feature(mode="tram"), own)
    with pytest.raises(errors.DataError):
        corridors.effect(corridors.propose_segments(bad_lines.feature(mode="tram")))


def test_main_says_errors_in_one_line_and_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["remove", "none"], ["undo"], ["add", "none.geojson"], ["add", "x.dxf"], ["effect", "--own", "none"]):
        monkeypatch.setattr("sys.argv", ["corridors", "segment", *words, "--data", str(tmp_path / "own")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("error: ")


def test_every_format_of_files_is_named_in_the_help() -> None:
    out, _ = run("add", "--help")
    for row in line_files.READERS.values():
        assert row.title in out
