"""A mode is a row, a file of its lines, and its rates: a waterway between two countries on one river, everywhere."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import corridors
from corridors.cli import main
from geodata import catalog, checks, errors
from geodata.globe import borders

MODE = """[[mode]]
id = "inland_waterway"
title = "inland waterway"
has_gauge = false
terminal = "port"
area = "land"
km_under = "river"
crosses_borders = true
has_junctions = true
default = true
detour_factor = 1.2
line = "dotted"
"""

RATES = """quantity,subject,scope,low,central,high,basis,source,confidence,note
speed_km_per_h,inland_waterway,region,6,10,14,,own-estimate,low,
rate_usd_per_tkm,inland_waterway,region,0.01,0.02,0.04,,own-estimate,low,
co2e_g_per_tkm,inland_waterway,region,20,30,40,,own-estimate,low,
border_h,inland_waterway,region,6,12,24,,own-estimate,low,
border_h,inland_waterway,TM-UZ,10,20,40,,own-estimate,low,
border_fee_usd_per_teu,inland_waterway,region,20,50,100,,own-estimate,low,
wait_h,inland_waterway,region,6,12,24,,own-estimate,low,
"""

CORRIDOR = """[[corridor]]
id = "amu-darya"
title = "Amu Darya"
origin = "termez"
destination = "turkmenabat"
modes = ["inland_waterway"]
needs_status = "operational"
via = ["termez", "kerki", "turkmenabat"]
source = ["own-estimate"]
confidence = "low"
"""

ENDS = ("Termez", "Turkmenabat")


def line(start: str, end: str, km: float, *inner: list[float]) -> dict[str, Any]:
    nodes = corridors.load().catalog.nodes
    spots = [list(nodes[start].position), *inner, list(nodes[end].position)]
    about = {"from": start, "to": end, "mode": "inland_waterway", "status": "operational", "length_km": km}
    return {
        "type": "Feature",
        "id": f"{start}-{end}-river",
        "geometry": {"type": "LineString", "coordinates": spots},
        "properties": {**about, "length_basis": "estimated_detour", "source": ["own-estimate"]},
    }


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files: a row, the lines, their rates; and a corridor that takes them."""
    folder = tmp_path_factory.mktemp("river")
    (folder / "modes.toml").write_text(MODE)
    (folder / "rates.csv").write_text(RATES)
    (folder / "corridors.toml").write_text(CORRIDOR)
    (folder / "segments").mkdir()
    lines = [
        line("termez", "kerki", 240, [66.6, 37.36], [66.0, 37.6]),
        line("kerki", "turkmenabat", 210, [64.5, 38.4]),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": lines})
    (folder / "segments" / "inland_waterway.geojson").write_text(text)
    return folder


def run(*arguments: str) -> str:
    said = CliRunner().invoke(main.app, list(arguments), catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.stdout


def test_km_count_under_their_own_heading_and_the_border_is_charged_once(river: Path) -> None:
    network = corridors.load(river)
    (route,) = corridors.plan(network, *ENDS, modes=["inland_waterway"], count=1)
    assert route.km_by_country == {"river": 450.0}
    (leg,) = route.legs
    assert (leg.mode, tuple(item.id for item in leg.segments)) == (
        "inland_waterway",
        ("termez-kerki-river", "kerki-turkmenabat-river"),
    )
    operations = [hub.operation for hub in route.hubs]
    assert operations == ["loading", "waiting", "border_crossing", "port_call", "unloading"]
    (border,) = [hub for hub in route.hubs if hub.operation == "border_crossing"]
    assert border.detail == "UZ to TM by inland waterway"
    facts = network.catalog.rates
    from planner.price import sampling

    rate = facts.get("border_h", "inland_waterway", "TM-UZ").rate
    fee = facts.get("border_fee_usd_per_teu", "inland_waterway").rate
    assert border.amounts.time_h == pytest.approx(sampling.expected(rate))
    assert border.amounts.cost_usd == pytest.approx(2 * sampling.expected(fee))


def test_what_each_column_says(river: Path) -> None:
    facts = catalog.load(river)
    assert facts.segments["termez-kerki-river"].countries == ("UZ", "TM")
    assert facts.segments["kerki-turkmenabat-river"].countries == ("TM",)
    modes = facts.modes
    assert {key for key, mode in modes.items() if mode.crosses_borders} == {"rail", "road", "inland_waterway"}
    assert {key for key, mode in modes.items() if mode.has_junctions} == {"rail", "road", "inland_waterway"}
    assert {key: mode.headings for key, mode in modes.items() if mode.headings} == {
        "ferry": ("sea",),
        "sea": ("sea",),
        "inland_waterway": ("river",),
    }
    assert borders.country_km([(60, 40), (61, 40)], 9.0, km_under="river") == {"river": 9.0}


def test_no_error_is_found_in_it_and_none_without_its_rates_goes_by(river: Path, tmp_path: Path) -> None:
    assert [str(item) for item in checks.check(river) if item.severity == "error"] == []
    for name in ("modes.toml", "segments/inland_waterway.geojson"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((river / name).read_text())
    rows = [row for row in RATES.splitlines(keepends=True) if "border_h" not in row]
    (tmp_path / "rates.csv").write_text("".join(rows))
    missing = [item for item in checks.check(tmp_path) if item.severity == "error"]
    assert [(item.code, item.feature_id, item.allowed) for item in missing] == [
        ("missing-rate", "inland_waterway", "border_h")
    ]


def test_a_heading_that_the_mode_has_not_is_refused(river: Path, tmp_path: Path) -> None:
    (tmp_path / "modes.toml").write_text(MODE)
    (tmp_path / "rates.csv").write_text(RATES)
    wrong = line("termez", "kerki", 240)
    wrong["properties"]["country_km"] = {"rivr": 240}
    (tmp_path / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [wrong]}))
    with pytest.raises(errors.DataError, match="do not count under this"):
        catalog.load(tmp_path)


SEEN = "inland"
"""A word that stands in each answer that shows the line."""

ASKED: dict[str, tuple[str, ...]] = {
    "plan": (*ENDS, "--by", "cost", "-k", "2"),
    "plan --pareto": (*ENDS, "--pareto", "time,cost,co2e"),
    "compare": ENDS,
    "why": (*ENDS, "--routes", "1", "2", "--by", "cost"),
    "rank": (*ENDS, "--draws", "50", "--by", "cost"),
    "breakeven": (
        "amu-darya",
        "best",
        "--from",
        *ENDS[:1],
        "--to",
        *ENDS[1:],
        "--vary",
        "inland_waterway-speed",
        "--by",
        "time",
    ),
    "breakeven all": ("amu-darya", "best", "--from", *ENDS[:1], "--to", *ENDS[1:], "--by", "time"),
    "timeline": (*ENDS, "--to", "2028", "--by", "cost"),
    "closures": (*ENDS, "--by", "cost"),
    "cargo": ENDS,
    "gateways": ("Termez", "--market", "Jebel Ali"),
    "list": (),
    "show": ("amu-darya",),
    "check": (),
    "segment list": (),
    "brief": ENDS,
}


@pytest.mark.parametrize("name", [name for name in ASKED if name not in ("check", "brief")])
def test_every_command_and_study_shows_it(name: str, river: Path) -> None:
    words = name.removesuffix(" all").removesuffix(" --pareto").split()
    answer = run(*words, *ASKED[name], "--data", str(river), "-f", "json")
    document = json.loads(answer)
    assert document
    table = run(*words, *ASKED[name], "--data", str(river))
    assert name == "gateways" or SEEN in answer + table or "amu-darya" in answer + table


def test_the_border_and_the_countries_on_it_are_closed_in_turn(river: Path) -> None:
    document = json.loads(
        run("closures", *ENDS, "--by", "cost", "--mode", "inland_waterway", "--data", str(river), "-f", "json")
    )
    text = json.dumps(document)
    assert '"crossing"' in text
    assert "termez-kerki-river" in text


def test_check_map_brief_and_exports_take_it(river: Path, tmp_path: Path) -> None:
    run("check", str(river))
    for name in ("routes.html", "routes.geojson", "routes.gpkg", "routes.csv", "routes.kml"):
        arguments = ["--map", str(tmp_path / name)] if name.endswith("html") else ["-o", str(tmp_path / name)]
        said = CliRunner().invoke(main.app, ["plan", *ENDS, "--by", "cost", "--data", str(river), *arguments])
        assert said.exit_code == 0, f"{name}: {said.output}"
    page = (tmp_path / "routes.html").read_text()
    assert "inland waterway" in page
    assert "inland" in (tmp_path / "routes.geojson").read_text()
    run("brief", *ENDS, "-o", str(tmp_path / "brief.html"), "--data", str(river))
    assert "inland waterway" in (tmp_path / "brief.html").read_text()
    run("map", str(tmp_path / "all.html"), "--data", str(river))
    assert "inland waterway" in (tmp_path / "all.html").read_text()
    run(
        "plan",
        *ENDS,
        "--by",
        "cost",
        "--data",
        str(river),
        "--figure",
        str(tmp_path / "map.svg"),
        "--chart",
        str(tmp_path / "chart.svg"),
    )


def test_a_line_of_it_is_added_split_checked_and_its_effect_told(river: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for path in river.rglob("*.*"):
        target = own / path.relative_to(river)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    feature = {
        "type": "Feature",
        "properties": {"name": "branch"},
        "geometry": {"type": "LineString", "coordinates": [[66.0, 37.6], [66.5, 38.2]]},
    }
    drawn = tmp_path / "line.geojson"
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    how = ("--mode", "inland_waterway", "--status", "operational")
    checked = run("segment", "check", str(drawn), *how, "--data", str(own), "-f", "json")
    assert "termez-kerki-river" in checked
    effect = ("--place", "Termez", "--place", "Turkmenabat", "--no-new-places")
    ends = ("--from", "Termez", "--to", "Turkmenabat", "--length-km", "400", *how)
    document = json.loads(run("segment", "effect", *ends, *effect, "--data", str(own), "-f", "json"))
    assert '"uses_added": true' in json.dumps(document)
    run("segment", "add", str(drawn), *how, "--data", str(own))
    network = corridors.load(own)
    assert len(network.catalog.parts_of("termez-kerki-river")) == 2
    parts = [network.segments[key] for key in network.catalog.parts_of("termez-kerki-river")]
    assert sum(part.km for part in parts) == pytest.approx(240)
    assert sum(part.crossing is not None for part in parts) == 1
    assert all(set(part.country_km) == {"river"} for part in parts)
    (route,) = corridors.plan(network, *ENDS, modes=["inland_waterway"], count=1)
    assert [hub.operation for hub in route.hubs].count("border_crossing") == 1


ALLOWED = {
    "geodata/make/lanes.py": {"sea"},  # it writes sea.geojson
    "geodata/records.py": {"sea"},  # the heading of open water
    "geodata/own/joining.py": {"road"},  # stands in for a mode that is none, so that other fields are looked at
    "corridors/web/segment_work.py": {"road"},  # the line that a worker tries itself on
    **{f"maps/{name}.py": {"ferry"} for name in ("figures/map", "legend", "marks", "page/route_map")},  # a symbol
}


def test_no_code_asks_for_a_mode_by_its_name() -> None:
    names = set(corridors.load().catalog.modes)
    root = Path(__file__).parent.parent
    found: dict[str, set[str]] = {}
    for floor in ("geodata", "planner", "maps", "corridors"):
        for path in (root / floor).rglob("*.py"):
            said = {
                node.value
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
            }
            if said:
                found[path.relative_to(root).as_posix()] = said
    assert found == ALLOWED
