"""The HTTP API and the page: the same answers as the command line, nothing ignored, nothing run."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import hostile
import pytest
import serving
import studies
from typer.main import get_command

import corridors
from corridors import manifests
from corridors.cli import main as cli
from corridors.web import failure, from_model, guard, page, question, work
from corridors.web.question import CompareQuestion, PlanQuestion
from geodata import errors
from maps.page import linking
from planner.network import Network

OPEN = "origin=Almaty&destination=Karachi"


@pytest.fixture(scope="module")
def client() -> Iterator[serving.Client]:
    with serving.in_thread() as opened:
        yield opened


def in_options(answer: Any) -> Any:
    """An answer of the HTTP API, which names parameters, as the command line says it, which names options."""
    assert answer["manifest"].pop("face") == "http"
    return json.loads(json.dumps(answer).replace("(mode=air)", "(--mode air)"))


def test_a_plan_is_the_one_of_the_command_line(client: serving.Client, capsys: pytest.CaptureFixture[str]) -> None:
    answer = client.get(
        "/api/plan?origin=Almaty&destination=KHI&by=cost&count=2&via=Tashkent&via=Herat&avoid=IR&mode=rail&mode=road"
        "&include=planned&closures=warn&date=2026-01-05&different=0.9&cargo=machinery&tonnes=100"
    )
    told = studies.ask(
        capsys,
        "plan",
        "Almaty",
        "KHI",
        "--by",
        "cost",
        "-k",
        "2",
        "--via",
        "Tashkent",
        "--via",
        "Herat",
        "--avoid",
        "IR",
        "--mode",
        "rail",
        "--mode",
        "road",
        "--include",
        "planned",
        "--date",
        "2026-01-05",
        "--different",
        "0.9",
        "--cargo",
        "machinery",
        "--tonnes",
        "100",
        "-f",
        "json",
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert in_options(answer.json()) == told.json  # the manifest too, so that replay answers it


def test_a_comparison_and_the_corridors_are_those_of_the_command_line(
    client: serving.Client, network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = in_options(client.get(f"/api/compare?{OPEN}&as_of=2035").json())
    assert answer == studies.ask(capsys, "compare", "Almaty", "Karachi", "--as-of", "2035", "-f", "json").json
    all_corridors = in_options(client.get("/api/corridors").json())
    assert all_corridors == studies.ask(capsys, "list", "-f", "json").json
    listed = all_corridors["corridors"]
    assert [row["id"] for row in listed] == list(network.catalog.corridors)
    assert all(row["route"]["distance_km"] > 0 for row in listed)


def test_a_pareto_set_is_answered_and_a_huge_one_refused(client: serving.Client) -> None:
    answer = client.get(f"/api/plan?{OPEN}&pareto=distance,time&epsilon=0.1")
    assert len(answer.json()["routes"]) > 1
    for name, value in (("by", "time"), ("count", "3"), ("different", "0.8")):
        refused = client.get(f"/api/plan?{OPEN}&pareto=distance,time&{name}={value}")
        assert refused.status_code == 400
        assert refused.json()["error"].startswith(f"{name} does not go with pareto")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "MAX_FRONT", 1)
        refused = client.get(f"/api/plan?{OPEN}&pareto=distance,time")
    assert refused.status_code == 400
    assert "at most 1 are answered here" in refused.json()["error"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("almaty", "almaty"),
        ("ALM", "almaty"),
        ("алматы", "almaty"),
        ("گوادر", "gwadar"),
        ("PKKHI", "karachi"),
        ("瓜达尔", "gwadar"),
    ],
)
def test_places_are_found_by_any_name(client: serving.Client, text: str, found: str) -> None:
    answer = client.get("/api/places", params={"q": text}).json()
    assert found in [place["id"] for place in answer["places"]][:5]


def test_what_is_taken_as_open_or_closed_is_asked_and_said_on_the_page_too(client: serving.Client) -> None:
    ends = "origin=Kabul&destination=Peshawar&closures=apply&mode=road"
    answer = client.get(f"/api/plan?{ends}&open=Torkham&close=CN").json()
    assert "torkham-peshawar-road" in answer["routes"][0]["segments"]
    assert (answer["request"]["open"], answer["manifest"]["options"]["close"]) == (["Torkham"], ["CN"])
    page = client.get(f"/?{ends}&open=Torkham&close=CN").text
    told = "Conditions: only by road; closures in force applied; taken as open: Torkham; taken as closed: CN."
    assert told in html.unescape(page)
    assert "name='open' value='Torkham'" in page
    refused = client.get(f"/api/plan?{ends}&open=Torkam")
    assert refused.status_code == 404
    assert "Torkham (torkham)" in refused.json()["hints"]


def test_places_near_a_wrong_name_are_told(client: serving.Client) -> None:
    answer = client.get("/api/places", params={"q": "Almtay"}).json()
    assert answer["places"] == []
    assert "Almaty (almaty)" in answer["did_you_mean"]
    assert len(client.get("/api/places", params={"q": "a"}).json()["places"]) == work.MAX_FOUND
    assert client.get("/api/places", params={"q": "%"}).json()["places"] == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"/api/plan?{OPEN}&foo=1", "foo: there is no such parameter"),
        (f"/api/compare?{OPEN}&by=time", "by: there is no such parameter"),
        ("/api/corridors?x=1", "x: there is no such parameter"),
        ("/api/places?q=a&limit=5", "limit: there is no such parameter"),
        (f"/api/plan?{OPEN}&count=51", "count"),
        (f"/api/plan?{OPEN}&count=1000000000", "count"),
        (f"/api/plan?{OPEN}&count=1e9", "count"),
        (f"/api/plan?{OPEN}&count=0", "count"),
        (f"/api/plan?{OPEN}&k=1000000000", "k: there is no such parameter"),
        (f"/api/plan?{OPEN}&by=beauty", "by"),
        (f"/api/plan?{OPEN}&tonnes=nan", "tonnes"),
        (f"/api/plan?{OPEN}&different=inf", "different"),
        (f"/api/plan?{OPEN}&date=yesterday", "date"),
        (f"/api/plan?{OPEN}&as_of=soon", "as_of"),
        (f"/api/plan?{OPEN}&" + "&".join(["via=Herat"] * 51), "via"),
        (f"/api/plan?{OPEN}&avoid=" + "x" * 301, "avoid"),
        (f"/api/plan?{OPEN}&origin=Herat", "origin: given more than once"),
        ("/api/plan?origin=Almaty", "destination"),
        ("/api/plan", "origin"),
        ("/api/places", "q"),
    ],
)
def test_what_is_not_known_or_out_of_range_is_refused(client: serving.Client, address: str, told: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert told in answer.json()["error"]


def test_errors_of_the_planner_have_their_status_and_what_they_hold(client: serving.Client) -> None:
    unknown = client.get("/api/plan?origin=Almty&destination=Karachi")
    assert unknown.status_code == 404
    assert unknown.json()["kind"] == "unknown_name"
    assert "Almaty (almaty)" in unknown.json()["hints"]
    none = client.get("/api/plan?origin=Almaty&destination=Karachi&mode=rail&avoid=Iran&avoid=AF&avoid=CN")
    assert none.status_code == 404
    assert none.json()["kind"] == "no_route"
    assert none.json()["reasons"]
    wrong = client.get("/api/plan?origin=Almaty&destination=Almaty")
    assert (wrong.status_code, wrong.json()["kind"]) == (400, "request")
    assert client.get("/nothing").json() == {"error": "Not Found", "kind": "http"}
    assert client.post("/api/plan", {}).status_code == 405


def test_problems_of_the_data_are_listed(tmp_path: Path) -> None:
    (tmp_path / "nodes.geojson").write_text("{")
    with serving.in_thread(tmp_path) as opened:
        answer = opened.get("/api/corridors")
        shown = opened.get("/")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["severity"] == "error"
    assert shown.status_code == 422
    assert "role='alert'" in shown.text


def test_a_changed_folder_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    assert "own-place" not in work.network(folder).nodes
    before = work.network(folder)
    assert work.network(folder) is before
    folder.mkdir()
    write_place(folder, "First")
    assert work.network(folder).nodes["own-place"].name == "First"
    kept = work.network(folder)
    assert work.network(folder) is kept
    write_place(folder, "Other")
    assert work.network(folder).nodes["own-place"].name == "Other"
    (folder / "nodes.geojson").unlink()
    assert "own-place" not in work.network(folder).nodes


def write_place(folder: Path, name: str) -> None:
    place = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [70.0, 40.0]},
        "id": "own-place",
        "properties": {"name": name, "country": "KZ", "kind": "city", "source": ["own"]},
    }
    new = folder / "new"
    new.write_text(json.dumps({"type": "FeatureCollection", "features": [place]}), encoding="utf-8")
    new.replace(folder / "nodes.geojson")
    (folder / "sources.toml").write_text('[[source]]\nid = "own"\ntitle = "Own"\nkind = "user"\n', encoding="utf-8")


def test_every_option_of_the_command_line_is_a_parameter() -> None:
    elsewhere = {"data", "output_format", "output", "map_file", "online", "figure", "chart", "band"}
    for command, model in (("plan", PlanQuestion), ("compare", CompareQuestion)):
        parameters = get_command(cli.app).commands[command].params  # type: ignore[attr-defined]
        names = {manifests.name_of(each) for each in parameters if each.name not in elsewhere}
        assert names == set(model.model_fields), command


def test_the_documentation_is_there_and_asks_nobody_else(client: serving.Client) -> None:
    described = client.get("/api/openapi.json").json()
    own = {path for path in described["paths"] if path.startswith("/api/segments")}
    assert set(described["paths"]) - own == {"/api/places", "/api/plan", "/api/compare", "/api/corridors"}
    by_name = {row["name"]: row["schema"] for row in described["paths"]["/api/plan"]["get"]["parameters"]}
    assert set(by_name) == set(PlanQuestion.model_fields)
    assert by_name["count"]["maximum"] == from_model.MAX_COUNT
    docs = client.get("/api/docs").text
    for address in re.findall(r"(?:src|href)=\"([^\"]+)\"", docs):
        assert address.startswith("/api/static/"), address
        assert client.get(address).status_code == 200
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_importing_the_commands_imports_no_server() -> None:
    import subprocess
    import sys

    code = (
        "import sys, corridors, corridors.cli.commands; "
        "print([name for name in ('fastapi', 'uvicorn', 'pebble') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=serving.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from corridors.cli import commands

    for name in [name for name in sys.modules if name.startswith("corridors.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(corridors, "web", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(errors.RequestError, match=r"pip install 'transit-corridors\[web\]'"):
        commands.serve()


class Form(HTMLParser):
    """What a page's form holds, as a browser reads it, and the texts of its messages."""

    def __init__(self, text: str):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.unnamed: list[dict[str, str | None]] = []
        self.labels: set[str] = set()
        self.addresses: list[str] = []
        self.texts = {"alert": "", "status": ""}
        self._within: list[str] = []
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name") or self._select
        if tag == "label" and given.get("for"):
            self.labels.add(str(given["for"]))
        if tag == "select":
            self._select = str(given.get("name") or "")
        is_box = given.get("type") in ("radio", "checkbox")
        is_hidden = given.get("type") == "hidden"
        if tag in ("input", "select") and not is_box and not is_hidden and not given.get("aria-label"):
            self.unnamed.append(given)
        if tag == "input" and name and (not is_box or "checked" in given):
            self.fields.setdefault(name, []).append(str(given.get("value")))
        if tag == "option" and "selected" in given and self._select:
            self.fields.setdefault(self._select, []).append(str(given["value"]))
        if tag == "a":
            self.addresses.append(str(given.get("href")))
        if given.get("role") in self.texts:
            self._within = [str(given["role"]), tag]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if self._within and tag == self._within[1]:
            self._within = []

    def handle_data(self, data: str) -> None:
        if self._within:
            self.texts[self._within[0]] += data


def test_the_empty_page_shows_the_form_and_all_corridors(client: serving.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    form = Form(answer.text)
    assert form.texts["alert"] == ""
    assert "14 named corridors" in form.texts["status"]
    assert form.fields["question"] == ["plan"]
    assert form.fields["mode"] == ["rail", "road", "ferry", "sea"]
    for field in form.unnamed:
        assert field["id"] in form.labels
    assert set(form.fields) | {"pareto"} == {*PlanQuestion.model_fields, "question", question.DRAFT}
    outside = re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=['\"](?!data:)[^>]*>", answer.text)
    assert outside == []


def test_the_page_of_a_plan_holds_the_whole_question(client: serving.Client) -> None:
    asked = (
        "question=plan&origin=Almaty&destination=Karachi&via=Tashkent&via=&avoid=Iran&mode=rail&mode=road&by=cost"
        "&count=2&include=planned&as_of=&date=2026-05-06&closures=apply&cargo=machinery&tonnes=50&different=0.9&epsilon=0"
    )
    answer = client.get(f"/?{asked}")
    assert answer.status_code == 200
    form = Form(answer.text)
    assert form.texts["alert"] == ""
    assert "Almaty to Karachi" in form.texts["status"]
    assert form.fields["via"] == ["Tashkent", ""]
    assert form.fields["avoid"] == ["Iran", ""]
    assert form.fields["by"] == ["cost"]
    assert form.fields["closures"] == ["apply"]
    assert form.fields["date"] == ["2026-05-06"]
    links = [address for address in form.addresses if address.startswith(("/?", "/api/plan?"))]
    again = client.get(links[0])
    assert Form(again.text).texts["status"] == form.texts["status"]
    assert client.get(links[1]).json()["request"]["avoid"] == ["IR"]


def test_the_page_of_a_comparison_tells_what_is_left_out(client: serving.Client) -> None:
    answer = client.get(f"/?question=compare&{OPEN}&by=time&count=3&different=0.8&epsilon=0")
    assert answer.status_code == 200
    assert "7 corridors left out" in answer.text
    assert "ktap" in answer.text


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("origin=Almty&destination=Karachi", 404, "unknown place 'Almty'; did you mean Almaty"),
        ("origin=Almaty", 400, "destination: Field required"),
        (f"{OPEN}&count=51", 400, "count: "),
        (f"{OPEN}&foo=1", 400, "foo: there is no such parameter"),
        (f"{OPEN}&question=why", 400, "question must be one of plan, compare"),
        (f"{OPEN}&question=compare&by=cost", 400, "by goes with a plan"),
        (f"{OPEN}&origin=Herat", 400, "origin: given more than once"),
        (f"{OPEN}&pareto=time", 400, "pareto takes two to four"),
        (f"{OPEN}&mode=rail&avoid=Iran&avoid=AF&avoid=CN", 404, "no route"),
        (f"{OPEN}&as_of=2035&include=planned", 400, "as-of 2035 decides"),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_filled_in(
    client: serving.Client, asked: str, status: int, told: str
) -> None:
    answer = client.get(f"/?{asked}")
    form = Form(answer.text)
    assert answer.status_code == status
    assert told in form.texts["alert"]
    assert form.fields["origin"][0] in ("Almaty", "Almty", "Herat")


def test_a_question_that_was_stopped_is_told_on_the_page(
    client: serving.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corridors.web import worker

    stopped = failure.WorkError(worker._stopped(5.0))

    runner = client.app.state.site.runner
    usual = runner.run

    async def run(function: Any, *arguments: Any) -> Any:
        if function is work.page_html and len(arguments) == 2:
            raise stopped
        return await usual(function, *arguments)

    monkeypatch.setattr(runner, "run", run)
    answer = client.get(f"/?{OPEN}&count=50")
    assert answer.status_code == 504
    form = Form(answer.text)
    assert "stopped after 5 seconds; ask for less" in form.texts["alert"]
    assert form.fields["count"] == ["50"]

    async def busy(*_: Any) -> Any:
        raise failure.WorkError(failure.Failure(503, "busy", "too many questions <b>"))

    monkeypatch.setattr(runner, "run", busy)
    answer = client.get(f"/?{OPEN}")
    assert answer.status_code == 503
    assert "too many questions &#60;b&#62;" in answer.text
    assert client.get(f"/api/plan?{OPEN}").headers["retry-after"] == "5"


@pytest.mark.parametrize("batch", range(4))
def test_hostile_strings_come_back_as_text(client: serving.Client, batch: int) -> None:
    texts = hostile.STRINGS[batch::4]
    items = [("via", text) for text in texts] + [("origin", texts[0]), ("destination", texts[1]), ("avoid", texts[2])]
    answer = client.get("/", items)
    assert answer.status_code in (400, 404)
    form = Form(answer.text)
    for text in texts:
        assert text.strip() in form.fields["via"]
    panel = answer.text.partition("<main")[2].partition("</main>")[0]
    assert "hacked=1" not in panel
    assert "{{" not in panel
    assert "{%" not in panel


def test_scripts_and_styles_of_the_page_have_no_double_braces() -> None:
    text = linking.script([page.SCRIPT]) + linking.style(page.STYLES)
    assert "Find routes" in text
    assert ".web-panel" in text
    for mark in ("{{", "{%", "{#"):
        assert mark not in text


def test_every_answer_has_the_protecting_headers(client: serving.Client) -> None:
    for address in ("/", "/api/docs", "/api/openapi.json", "/api/static/swagger-ui.css", "/nothing", "/api/plan"):
        headers = client.get(address).headers
        for name, value in guard.SECURITY_HEADERS:
            assert headers[name.decode()] == value.decode()


def test_the_address_of_a_question_leaves_defaults_out() -> None:
    asked = question.of_form([("origin", "A&b=c"), ("destination", "B"), ("by", "time"), ("via", ""), ("via", "C")])
    assert asked is not None
    assert question.address(asked) == "origin=A%26b%3Dc&destination=B&via=C"
    assert question.of_form([("origin", " "), ("by", "")]) is None
