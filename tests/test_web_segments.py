"""One's own segments over HTTP: checked, tried, measured, saved, replaced, removed, undone; nothing hostile gets in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bad_lines
import hostile
import pytest
import serving

import corridors
from corridors.web import editor, guard
from geodata import catalog
from geodata.read import additions
from planner.network import Network

JSON = {"Content-Type": "application/json"}


def body(*features: Any, **more: Any) -> dict[str, Any]:
    """What is sent about some lines, which go straight where they have no course."""
    return {"features": list(features), "straight": True, **more}


def line(own_id: str = "", **properties: Any) -> dict[str, Any]:
    """A line from Herat to Zaranj without a course, with these changes."""
    values = {"from": "herat", "to": "zaranj", "mode": "rail", "gauge_mm": 1520, "status": "planned", **properties}
    made = {"type": "Feature", "geometry": None, "properties": values}
    return {**made, "id": own_id} if own_id else made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def client(folder: Path) -> Iterator[serving.Client]:
    with serving.in_thread(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Client]:
    """A server whose folder no test writes to."""
    with serving.in_thread(tmp_path_factory.mktemp("shared") / "own") as opened:
        yield opened


def test_what_is_saved_is_listed_planned_over_downloaded_replaced_removed_and_undone(
    client: serving.Client, folder: Path
) -> None:
    assert client.get("/api/segments").json()["segments"] == []
    saved = client.post("/api/segments", body(line("mine", length_km=480)))
    assert saved.status_code == 201, saved.text
    assert saved.json()["added"][0]["id"] == "mine"
    assert [row["id"] for row in client.get("/api/segments").json()["segments"]] == ["mine"]
    asked = "/api/plan?origin=Herat&destination=Zaranj&include=planned&by=distance&count=1&mode=rail"
    assert client.get(asked).json()["routes"][0]["segments"] == ["mine"]
    got = client.get("/api/segments.geojson")
    assert got.text == (folder / additions.FILE_NAME).read_text()
    assert got.headers["content-type"] == "application/geo+json"
    assert "attachment" in got.headers["content-disposition"]

    again = client.ask("PUT", "/api/segments/mine", json.dumps(body(line(length_km=500))), **JSON)
    assert again.status_code == 200, again.text
    assert catalog.load(folder).segments["mine"].km == 500
    gone = client.ask("DELETE", "/api/segments/mine", **JSON)
    assert gone.json() == {"removed": "mine", "warnings": []}
    assert not (folder / additions.FILE_NAME).exists()
    assert client.get(asked).status_code in (200, 404)
    steps = [client.post("/api/segments/undo", {}).json()["undone"] for _ in range(3)]
    assert steps == ["remove mine", "replace mine", "add mine"]
    nothing = client.post("/api/segments/undo", {})
    assert nothing.status_code == 400
    assert "nothing to undo" in nothing.json()["error"]


def test_a_check_names_every_finding_and_writes_nothing(shared: serving.Client) -> None:
    answer = shared.post("/api/segments/check", body(line(mode="tram", gauge_mm=1), line(to="zaranjj"))).json()
    codes = {(row["feature_index"], row["code"]) for row in answer["problems"]}
    assert {(0, "unknown-mode"), (0, "unknown-gauge"), (1, "unknown-node")} <= codes
    assert shared.get("/api/segments").json()["segments"] == []
    fine = shared.post("/api/segments/check", body(line())).json()
    assert fine["errors"] == 0
    assert fine["added"][0]["ends"][0]["node"] == "herat"


@pytest.mark.parametrize("name", bad_lines.BAD)
def test_no_bad_line_is_saved_and_each_is_answered_in_words(name: str, shared: serving.Client) -> None:
    """The files that the command line refuses, as bodies; a body is no file, so some are refused as bodies first."""
    content = bad_lines.BAD[name][0]
    answer = shared.ask("POST", "/api/segments", content.decode("latin-1"), **JSON)
    assert answer.status_code in (400, 422), (answer.status_code, answer.text[:300])
    assert len(answer.json()["error"]) > 10
    assert "Traceback" not in answer.text
    assert shared.get("/api/segments").json()["segments"] == []


def test_the_routes_with_and_without_a_line_are_those_of_the_planner(shared: serving.Client) -> None:
    asked = "origin=Herat&destination=Zaranj&include=planned&by=distance&count=1"
    answer = shared.post("/api/segments/routes", body(line(length_km=440), question=asked)).json()
    proposal = corridors.propose_segments(line(length_km=440))
    assert proposal.after is not None
    options: dict[str, Any] = {"include": "planned", "by": "distance", "count": 1}
    before = corridors.plan(corridors.load(), "Herat", "Zaranj", **options)[0]
    after = corridors.plan(Network.of(proposal.after), "Herat", "Zaranj", **options)[0]
    assert answer["before"][0]["distance_km"] == before.distance_km
    assert answer["after"][0]["distance_km"] == after.distance_km == 440
    assert (answer["before"][0]["uses_the_lines"], answer["after"][0]["uses_the_lines"]) == (False, True)


def test_an_effect_is_the_one_from_python(shared: serving.Client) -> None:
    places = ["herat", "zaranj", "chabahar"]
    answer = shared.post("/api/segments/effect", body(line(length_km=440), places=places)).json()
    found = corridors.effect(corridors.propose_segments(line(length_km=440)), places=places)
    assert answer["summary"] == json.loads(json.dumps(found.as_dict()))["summary"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty|not-json|Expecting"),
        ("[]", "object"),
        ("{}", "features"),
        ('{"features": []}', "features"),
        ('{"features": 1}', "features"),
        ('{"features": [1], "x": 1}', "x"),
        ('{"features": [1], "join": "yes"}', "join"),
        ('{"features": [1], "tolerance_km": 1e9}', "tolerance_km"),
        ('{"features": [1], "tolerance_km": NaN}', "tolerance_km"),
        ('{"type": "Feature", "features": [1]}', "type"),
        ("\ud800", "UTF-8"),
    ],
)
def test_a_body_that_is_none_is_refused_in_words(text: str, word: str, shared: serving.Client) -> None:
    import re

    sent = text.encode("utf-8", "surrogatepass").decode("latin-1")
    for path in ("", "/check", "/routes", "/effect"):
        answer = shared.ask("POST", f"/api/segments{path}", sent, **JSON)
        assert answer.status_code in (400, 422), answer.text
        assert re.search(word, answer.text), answer.text


def test_a_line_that_is_not_ones_own_is_neither_replaced_nor_removed(client: serving.Client) -> None:
    for key in ("herat-shindand-rail", "none", "..%2f..%2fetc", "%00"):
        put = client.ask("PUT", f"/api/segments/{key}", json.dumps(body(line())), **JSON)
        gone = client.ask("DELETE", f"/api/segments/{key}", **JSON)
        assert put.status_code in (400, 404), put.text
        assert gone.status_code in (400, 404), gone.text
    assert client.get("/api/segments").json()["segments"] == []


def test_writes_of_other_sites_and_of_forms_are_refused(client: serving.Client, folder: Path) -> None:
    sent = json.dumps(body(line()))
    tries = [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {**JSON, "Origin": "http://evil.example"},
        {**JSON, "Sec-Fetch-Site": "cross-site"},
        {**JSON, "Sec-Fetch-Site": "same-site"},
        {**JSON, "Host": "evil.example"},
        {},
    ]
    for headers in tries:
        for method, path in (("POST", ""), ("POST", "/undo"), ("PUT", "/x"), ("DELETE", "/x")):
            answer = client.ask(method, f"/api/segments{path}", sent, **headers)
            assert answer.status_code in (403, 415, 421), (method, headers, answer.status_code)
    too_long = json.dumps(body(line(), x="x" * guard.BODY_LIMIT_BYTES))
    assert client.ask("POST", "/api/segments", too_long, **JSON).status_code == 413
    assert not folder.exists()


def test_a_change_on_an_old_version_is_refused(client: serving.Client) -> None:
    client.post("/api/segments", body(line("mine")))
    seen = client.get("/api/segments").json()["version"]
    assert f"data-version='{seen}'" in client.get("/").text
    newer = json.dumps(body(line(length_km=600)))
    assert client.ask("PUT", "/api/segments/mine", newer, **JSON, **{"If-Match": f'"{seen}"'}).status_code == 200
    for method, path in (("PUT", "/mine"), ("DELETE", "/mine"), ("POST", "/undo")):
        sent = newer if method == "PUT" else None
        answer = client.ask(method, f"/api/segments{path}", sent, **JSON, **{"If-Match": f'"{seen}"'})
        assert answer.status_code == 409, (method, answer.text)
        assert "meanwhile" in answer.json()["error"]
    assert client.get("/api/segments").json()["segments"][0]["length_km"] == 600


def test_an_option_where_none_is_taken_is_refused(client: serving.Client) -> None:
    assert client.post("/api/segments/undo", {"x": 1}).status_code == 422
    assert client.ask("DELETE", "/api/segments/mine", '{"x": 1}', **JSON).status_code == 422


def test_an_effect_is_measured_under_the_conditions_of_the_question(shared: serving.Client) -> None:
    asked = {"places": ["herat", "zaranj"], "mode": ["rail", "road"], "include": "proposed"}
    answer = shared.post("/api/segments/effect", body(line(length_km=440), **asked)).json()
    assert answer["request"]["modes"] == ["rail", "road"]
    assert answer["request"]["include"] == "proposed"


def test_without_a_folder_nothing_can_be_saved_and_the_page_says_so() -> None:
    with serving.in_thread(None) as client:
        answer = client.post("/api/segments", body(line()))
        assert answer.status_code == 400
        assert "--data" in answer.json()["error"]
        page = client.get("/").text
        assert "no folder to save to" in page
        assert "data-do='save'" not in page
        assert client.post("/api/segments/check", body(line())).json()["errors"] == 0


def test_the_page_plans_over_the_line_of_its_address(shared: serving.Client) -> None:
    question = {"origin": "Herat", "destination": "Zaranj", "include": "planned", "by": "distance"}
    draft = json.dumps(body(line(length_km=440)))
    with_it = shared.get("/", {**question, "draft": draft}).text
    without = shared.get("/", question).text
    assert "440 km" in with_it
    assert "440 km" not in without
    assert "Link to this question" in with_it
    assert "draft&#61;" in with_it.split("Link to this question")[0].rpartition("<a ")[2]
    assert "As JSON" in without
    assert "As JSON" not in with_it  # the API knows nothing of the draft


@pytest.mark.parametrize(
    "draft",
    ["", "{", "[]", '{"features": [{}]}', '{"features": [null]}', "[" * 2000, json.dumps(body(line(mode="tram")))],
)
def test_a_page_with_a_broken_line_still_comes(draft: str, shared: serving.Client) -> None:
    answer = shared.get("/", {"origin": "Herat", "destination": "Zaranj", "draft": draft})
    assert answer.status_code in (200, 400, 422)
    assert "id='web-editor'" in answer.text
    assert "Herat" in answer.text


@pytest.mark.parametrize("text", hostile.WRITTEN)
def test_no_name_of_a_line_gets_into_the_page_as_written(text: str, shared: serving.Client) -> None:
    """In a draft, where it may be anything; what could mean something to a template or a browser is not there raw."""
    draft = json.dumps(body(line(name=text, note=text, **{"from": text})))
    answer = shared.get("/", {"origin": "Herat", "destination": "Zaranj", "draft": draft})
    assert answer.status_code in (200, 422)
    shown = answer.text.partition("id='web-panel'")[2].partition("</main>")[0]
    for sign in ("<script", "<img", "<svg", "<iframe", "{{", "{%", "${"):
        assert sign not in shown


def test_the_editor_escapes_what_is_saved(network: Any) -> None:
    from corridors.web.view import View
    from geodata.own.drafts import DraftLine, Drafts
    from geodata.own.editing import propose

    values = {
        "from": "herat",
        "to": "zaranj",
        "mode": "rail",
        "gauge_mm": 1520,
        "status": "planned",
        "note": "<script>{{ 7*7 }}</script>",
    }
    proposal = propose(None, Drafts((DraftLine(values, id="mine"),)))
    assert proposal.after is not None
    html = editor.section(View(Network.of(proposal.after), own=(proposal.added[0].segment,)))
    assert "mine" in html
    assert "<script" not in html
    assert "{{" not in html


def test_the_documentation_names_every_address(shared: serving.Client) -> None:
    paths = shared.get("/api/openapi.json").json()["paths"]
    assert set(paths["/api/segments"]) == {"get", "post"}
    assert set(paths["/api/segments/{key}"]) == {"put", "delete"}
    assert {"/api/segments/check", "/api/segments/routes", "/api/segments/effect", "/api/segments/undo"} <= set(paths)
    schema = paths["/api/segments/check"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "features" in schema["required"]
