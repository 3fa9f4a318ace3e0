"""Every command that answers as JSON has a manifest, and replay gives the same bytes from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import studies
from typer.main import get_command

from corridors import manifests
from corridors.cli import main as cli
from corridors.studies.table import STUDIES

PLACES = ("Almaty", "Karachi")

ASKED: dict[str, list[tuple[str, ...]]] = {
    "plan": [
        (*PLACES, "--by", "cost", "-k", "2", "--avoid", "AF", "--avoid", "air", "--as-of", "2035"),
        (*PLACES, "--pareto", "time,cost", "--epsilon", "0.05", "--date", "2026-01-15", "--closures", "apply"),
        ("Aktau", "Poti", "--via", "Baku", "--tonnes", "200", "--mode", "rail", "--mode", "ferry"),
    ],
    "compare": [(*PLACES, "--include", "planned"), (*PLACES, "--cargo", "pharmaceuticals")],
    "list": [()],
    "show": [("ktap",)],
    "why": [("ktap", "iti"), (*PLACES, "--routes", "1", "2", "--by", "cost"), (*PLACES, "--absent", "ktap")],
    "check": [()],
    "rank": [(*PLACES, "--draws", "50")],
    "breakeven": [("ktap", "qtta-kkh", "--vary", "rail-speed:AF")],
    "timeline": [(*PLACES, "--to", "2028")],
    "closures": [("Aktau", "Poti")],
    "cargo": [PLACES],
    "gateways": [("Almaty", "--market", "Jebel Ali")],
    "segment list": [()],
    "segment check": [("{line}", "--mode", "rail", "--gauge", "1520", "--status", "planned")],
    "segment effect": [
        (
            "{line}",
            "--mode",
            "rail",
            "--gauge",
            "1520",
            "--status",
            "planned",
            "--place",
            "Herat",
            "--place",
            "Zaranj",
            "--no-new-places",
            "--include",
            "planned",
        ),
        (
            "--from",
            "Herat",
            "--to",
            "Zaranj",
            "--mode",
            "road",
            "--status",
            "operational",
            "--length-km",
            "450",
            "--place",
            "Herat",
            "--place",
            "Zaranj",
        ),
    ],
    "segment add": [("{line}", "--mode", "rail", "--gauge", "1520", "--status", "planned", "--dry-run")],
}
"""Questions of every command with -f json; a command that is not here fails the test below."""


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [[62.2, 34.35], [61.6, 33.0], [61.86, 30.96]]},
    }
    file = tmp_path / "line.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def test_every_command_with_json_is_replayed_here() -> None:
    found = {
        name
        for name, command in commands(get_command(cli.app))
        if any(each.name == "output_format" for each in command.params)
    }
    assert found == set(ASKED)


@pytest.mark.parametrize(("name", "at"), [(name, at) for name, rows in ASKED.items() for at in range(len(rows))])
def test_replay_gives_the_same_bytes(
    name: str, at: int, line: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [text.format(line=line.name) for text in ASKED[name][at]]
    asked = studies.ask(capsys, *name.split(), *given, "-f", "json")
    assert asked.code in (0, 1), asked.said
    manifest = asked.json["manifest"]
    assert next(iter(asked.json)) == "manifest"
    assert manifest["command"] == name
    assert manifest["data"]["sha256"]
    assert manifest["day"]
    assert manifest.get("study") == (name if name in STUDIES else None)
    assert [row["name"] for row in manifest.get("files", [])] == [text for text in given if text == line.name]
    answer = tmp_path / "answer.json"
    answer.write_text(asked.out, encoding="utf-8")
    again = studies.ask(capsys, "replay", str(answer))
    assert (again.code, again.out) == (0, asked.out), again.said


def test_an_answer_in_a_file_has_its_manifest_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "routes.json"
    told = studies.ask(capsys, "plan", "Aktau", "Poti", "-o", str(out), "-f", "json")
    assert out.read_text(encoding="utf-8").strip() == told.out.strip()


def test_a_manifest_says_all_options_and_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "compare", "Aktau", "Poti", "--as-of", "2031", "-f", "json")
    manifest = told.json["manifest"]
    assert manifest["day"].startswith("2031-")
    known = {
        "origin": "Aktau",
        "destination": "Poti",
        "as_of": 2031,
        "closures": "warn",
        "include": "operational",
        "date": None,
        "cargo": "general",
        "tonnes": None,
        "via": [],
        "avoid": [],
        "mode": [],
    }
    assert known.items() <= manifest["options"].items()
    assert not {"data", "format", "map", "output", "online"} & set(manifest["options"])


def test_what_an_answer_depends_on_must_be_as_it_was(
    line: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [text.format(line=line.name) for text in ASKED["segment check"][0]]
    answer = tmp_path / "answer.json"
    answer.write_text(studies.ask(capsys, "segment", "check", *given, "-f", "json").out, encoding="utf-8")
    line.write_text(line.read_text() + " ")
    changed = studies.ask(capsys, "replay", str(answer))
    assert (changed.code, changed.out) == (2, "")
    assert f"{line.name} has changed since" in changed.said
    line.unlink()
    gone = studies.ask(capsys, "replay", str(answer))
    assert gone.code == 2
    assert f"{line.name} is gone" in gone.said


def test_a_change_of_a_folder_is_not_done_again(line: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [text.format(line=line.name) for text in ASKED["segment add"][0] if text != "--dry-run"]
    answer = tmp_path / "answer.json"
    added = studies.ask(capsys, "segment", "add", *given, "-f", "json")
    assert added.code == 0
    answer.write_text(added.out, encoding="utf-8")
    told = studies.ask(capsys, "replay", str(answer))
    assert told.code == 2
    assert "is not done again" in told.said


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"command": "replay"}, 2, "unknown command"),
        ({"command": "segment"}, 2, "unknown command"),
        ({"options": {"origin": "Aktau", "to": "Poti"}}, 2, "there is no to"),
        ({"data": {"version": "1", "date": "2020-01-01", "sha256": "0" * 64}}, 1, "the data are not those of"),
        ({"version": "0.0.1"}, 0, "is of version 0.0.1"),
    ],
)
def test_what_cannot_be_asked_again_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], code: int, word: str
) -> None:
    answer = studies.ask(capsys, "plan", "Aktau", "Poti", "-f", "json").json
    answer["manifest"] |= change
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer))
    told = studies.ask(capsys, "replay", str(file))
    assert (told.code, word in told.said) == (code, True), told.said


def test_a_shapefile_is_known_by_all_its_files(tmp_path: Path) -> None:
    for suffix in (".shp", ".shx", ".dbf"):
        (tmp_path / f"line{suffix}").write_bytes(suffix.encode())
    before = manifests.content_sha256(tmp_path / "line.shp")
    (tmp_path / "line.dbf").write_bytes(b"other")
    assert manifests.content_sha256(tmp_path / "line.shp") != before


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ({"output": "victim.json"}, "output: an answer asked again is only printed"),
        ({"map": "victim.html"}, "map: an answer asked again is only printed"),
        ({"figure": "victim.png"}, "figure: an answer asked again is only printed"),
        ({"cargo": ["general", "-o", "victim.json"]}, "cargo takes one value"),
        ({"avoid": ["--output=victim.json"]}, "unknown thing to avoid"),
        ({"cargo": "--output=victim.json"}, "unknown cargo"),
    ],
)
def test_an_answer_that_was_tampered_with_writes_no_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    added: dict[str, object],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = studies.ask(capsys, "plan", "Almaty", "Bishkek", "-k", "1", "-f", "json")
    document = told.json
    document["manifest"]["options"] |= added
    for name in ("victim.json", "victim.html", "victim.png"):
        (tmp_path / name).write_text("precious", encoding="utf-8")
    (tmp_path / "answer.json").write_text(json.dumps(document), encoding="utf-8")
    again = studies.ask(capsys, "replay", "answer.json")
    assert (again.code, again.out) == (2, "") and words in again.said
    assert {file.read_text(encoding="utf-8") for file in tmp_path.glob("victim.*")} == {"precious"}
