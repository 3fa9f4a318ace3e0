"""The command line as a user meets it: formats, exit codes, where things are written, what is imported."""

from __future__ import annotations

import csv
import enum
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from corridors import console, options
from corridors.answers import text as exports
from corridors.cli import from_model, main as cli
from corridors.studies.table import STUDIES
from geodata import records
from planner.price.measures import MEASURES
from planner.question import PlanQuestion


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The installed command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "corridors.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        timeout=120,
    )


def answer(*arguments: str) -> Any:
    result = run(*arguments, "-f", "json")
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_plan_answers_in_the_stated_form() -> None:
    found = answer("plan", "Almaty", "Karachi", "--include", "planned", "-k", "2")
    assert found["request"]["origin"] == "almaty"
    assert set(found["data"]) == {"version", "date", "sha256"}
    assert [route["rank"] for route in found["routes"]] == [1, 2]
    keys = {
        "rank",
        "corridors",
        "distance_km",
        "time_h",
        "cost_usd",
        "co2e_kg",
        "km_by_status",
        "km_by_mode",
        "km_by_country",
        "low_confidence_share",
        "segments",
        "nodes",
        "legs",
        "hubs",
        "warnings",
    }
    for route in found["routes"]:
        assert keys <= set(route)
        assert {"mode", "gauge_mm", "from", "to", "distance_km", "time_h", "cost_usd", "co2e_kg"} <= set(
            route["legs"][0]
        )
        assert {"node", "operation", "time_h", "cost_usd", "co2e_kg"} <= set(route["hubs"][0])
        assert isinstance(route["distance_km"], float)
        km = sum(leg["distance_km"] for leg in route["legs"])
        assert route["distance_km"] == pytest.approx(km, abs=1e-9)
        for key in ("time_h", "cost_usd", "co2e_kg"):
            parts = sum(part[key] for part in route["legs"]) + sum(part[key] for part in route["hubs"])
            assert route[key] == pytest.approx(parts, rel=1e-12)


def test_a_refused_field_of_a_study_is_called_as_the_command_line_calls_it() -> None:
    commands = get_command(cli.app).commands  # type: ignore[attr-defined]
    for key, study in STUDIES.items():
        known = {text for param in commands[key].params for text in param.opts}
        known |= {param.name.upper() for param in commands[key].params if param.param_type_name == "argument"}
        for field in set(study.question.model_fields) - set(study.question.needless):
            assert from_model.option(study.question, field) in known, (key, field)


def test_compare_answers_in_the_stated_form() -> None:
    found = answer("compare", "Almaty", "Karachi")
    lengths = {route["corridor"]: route["distance_km"] for route in found["routes"]}
    for corridor_id, km in {
        "ktap": 4148,
        "ktap-west": 6402,
        "uap": 4566,
        "afghan-road": 3737,
        "salang-road": 4077,
        "iti": 5616,
        "qtta-kkh": 3832,
    }.items():
        assert lengths[corridor_id] == pytest.approx(km, rel=0.03)
    assert all("dominated_by" in route for route in found["routes"])
    assert all(left["reason"] for left in found["left_out"])


@pytest.mark.parametrize("output_format", list(exports.FORMATS))
@pytest.mark.parametrize(
    "command",
    [
        ("plan", "Almaty", "Gwadar"),
        ("plan", "Almaty", "Gwadar", "--pareto", "time,cost"),
        ("compare", "Almaty", "Poti"),
        ("list",),
        ("show", "KTAP"),
        ("why", "ktap", "ITI"),
        ("why", "Almaty", "Karachi", "--routes", "1", "3"),
        ("why", "Almaty", "Karachi", "--absent", "ktap"),
    ],
)
def test_every_command_speaks_every_format(command: tuple[str, ...], output_format: str) -> None:
    result = CliRunner().invoke(cli.app, [*command, "-f", output_format])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
    if output_format == "json":
        json.loads(result.stdout)
    if output_format == "csv":
        rows = list(csv.reader(io.StringIO(result.stdout)))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1
    if output_format == "geojson":
        collection = json.loads(result.stdout)
        assert {feature["geometry"]["type"] for feature in collection["features"]} == {"LineString", "Point"}
    if output_format == "markdown":
        table = [line for line in result.stdout.splitlines() if line.startswith("|")]
        assert len(table) > 2


def test_all_files_of_one_answer(tmp_path: Path) -> None:
    names = {"--map": "a.html", "-o": "a.gpkg", "--figure": "a.png", "--chart": "a.svg"}
    options = [part for option, name in names.items() for part in (option, str(tmp_path / name))]
    result = run("plan", "Almaty", "Karachi", "--include", "planned", "-k", "2", "--band", *options)
    assert result.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names.values())
    assert all(str(tmp_path / name) in result.stderr for name in names.values())
    assert result.stdout.startswith("Almaty to Karachi")


def test_show_and_list_write_files_too(tmp_path: Path) -> None:
    for arguments in (("show", "ktap"), ("list",)):
        result = run(*arguments, "-o", str(tmp_path / f"{arguments[0]}.kml"))
        assert (result.returncode, (tmp_path / f"{arguments[0]}.kml").stat().st_size > 1000) == (0, True)
    assert run("show", "uap", "--chart", str(tmp_path / "uap.png")).returncode == 0


def test_a_briefing_is_written(tmp_path: Path) -> None:
    result = run("brief", "Almaty", "Gwadar", "-o", str(tmp_path / "brief.html"), "--include", "planned")
    assert (result.returncode, result.stdout) == (0, "")
    assert "briefing written to" in result.stderr
    assert "How does freight get" in (tmp_path / "brief.html").read_text(encoding="utf-8")


def test_a_piped_table_is_not_cut() -> None:
    result = run("compare", "Almaty", "Karachi", env={"COLUMNS": "40"})
    assert "Kazakhstan-Turkmenistan-Afghanistan-Pakistan railway, by way of Tashkent" in result.stdout
    assert "…" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("plan", "Almatty", "Karachi"), 2, "did you mean Almaty (almaty)"),
        (("plan", "Almaty"), 2, "Missing argument"),
        (("plan", "Almaty", "Karachi", "--by", "beauty"), 2, "beauty"),
        (("plan", "Almaty", "Karachi", "-k", "0"), 2, "between 1 and 200"),
        (("plan", "Almaty", "Karachi", "-k", "x"), 2, "valid integer"),
        (("plan", "Almaty", "Karachi", "--date", "2026-13-01"), 2, "2026-11-23"),
        (("plan", "Almaty", "Karachi", "--mode", "pipeline"), 2, "rail, road"),
        (("plan", "Almaty", "Karachi", "--online"), 2, "--map"),
        (("plan", "Almaty", "Karachi", "--data", "/nonexistent"), 2, "no such folder"),
        (("plan", "Almaty", "Karachi", "--mode", "sea"), 1, "no route from Almaty to Karachi by sea"),
        (("plan", "ALA", "KHI", "--mode", "air"), 1, "--include proposed"),
        (("plan", "Almaty", "Karachi", "--pareto", "time"), 2, "two to four"),
        (("plan", "Almaty", "Karachi", "--pareto", "time,cost", "-k", "3"), 2, "-k does not go with --pareto"),
        (("plan", "Almaty", "Karachi", "--epsilon", "0.1"), 2, "goes with pareto"),
        (("why", "ktap", "nowhere"), 2, "unknown corridor"),
        (("why", "ktap", "iti", "-k", "3"), 2, "-k goes with --routes"),
        (("why", "Almaty", "Karachi", "--routes", "1", "900"), 2, "between 1 and 200"),
        (("why", "Almaty", "Karachi", "--routes", "0", "1"), 2, "there is no route 0"),
        (("why", "Almaty", "Karachi", "--routes", "1", "2", "--absent", "iti"), 2, "one at a time"),
        (("show", "ktp"), 2, "did you mean ktap"),
        (("check", "/nonexistent"), 2, "no such folder"),
        (("check", "-f", "geojson"), 2, "no lines to draw"),
        (("fly", "Almaty"), 2, "No such command"),
        (("map", "/proc/nowhere/map.html"), 2, "cannot be written"),
        (("plan", "Almaty", "Karachi", "-o", "routes.xls"), 2, ".gpkg (GeoPackage)"),
        (("plan", "Almaty", "Karachi", "-o", "/proc/nowhere/routes.gpkg"), 2, "cannot be written"),
        (("plan", "Almaty", "Karachi", "--band"), 2, "--band goes with --map or --chart"),
        (("plan", "Almaty", "Karachi", "--figure", "map.jpg"), 2, ".png, .svg, .pdf"),
        (("compare", "Almaty", "Karachi", "--chart", "chart"), 2, "without a suffix"),
        (("plan", "Almaty", "Karachi", "--map", "map.pdf"), 2, "ends in .html"),
        (("map", "all.png"), 2, "ends in .html"),
        (("plan", "Almaty", "Karachi", "--map", "/dev/null"), 2, "ends in .html"),
        (("plan", "Almaty", "Karachi", "-o", "/proc/routes.csv"), 2, "cannot be written"),
        (("plan", "Almaty", "Karachi", "--figure", "x.svg", "--chart", "./x.svg"), 2, "would write the same file"),
        (("plan", "Almaty", "Karachi", "-o", "x.shp", "--chart", "x_hubs.shp"), 2, "a figure is"),
        (("brief", "Almaty", "Karachi"), 2, "Missing option"),
        (("brief", "Almaty", "Karachi", "-o", "brief.pdf"), 2, "ends in .html"),
        (("brief", "Almaty", "Nowhere", "-o", "brief.html"), 2, "Nowhere"),
    ],
)
def test_mistakes_end_in_a_message_and_a_code(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = run(*arguments)
    assert result.returncode == code
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_air_goes_when_asked_for() -> None:
    found = answer("plan", "ALA", "KHI", "--mode", "air", "--include", "proposed")
    assert found["routes"][0]["corridors"] == ["air"]


def test_codes_and_local_names_name_places() -> None:
    found = answer("plan", "KZALA", "PKKHI", "-k", "1")
    assert (found["request"]["origin"], found["request"]["destination"]) == ("almaty", "karachi")
    assert answer("plan", "Алматы", "کراچی", "-k", "1")["routes"] == found["routes"]
    for end in ("Gwadar", "Bandar Abbas"):
        assert answer("plan", "Almaty", end, "-k", "1")["routes"][0]["distance_km"] > 3000


def test_the_chain_in_csv_adds_up_to_the_corridor() -> None:
    rows = list(csv.DictReader(io.StringIO(run("show", "iti", "-f", "csv").stdout)))
    route = answer("show", "iti")["route"]
    for key in ("distance_km", "time_h", "cost_usd", "co2e_kg"):
        assert sum(float(row[key]) for row in rows) == pytest.approx(route[key])
    at_km = [float(row["at_km"]) for row in rows if row["element"] == "leg"]
    assert at_km == sorted(at_km)
    assert (rows[0]["what"], rows[-1]["what"]) == ("loading", "unloading")


def test_warnings_and_corridors_are_in_every_format() -> None:
    geo = json.loads(run("plan", "Kabul", "Peshawar", "--mode", "road", "-f", "geojson").stdout)
    assert any("pak_afg_torkham" in text for text in geo["features"][0]["properties"]["warnings"])
    for output_format in ("csv", "markdown", "table"):
        text = run("plan", "Kabul", "Peshawar", "--mode", "Road", "-f", output_format).stdout
        assert "torkham" in text.replace("\\", "")


def test_warnings_of_an_own_folder_are_said_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    result = run("plan", "Almaty", "Karachi", "--data", str(tmp_path), "-f", "json")
    assert result.returncode == 0
    assert "unknown-file" in result.stderr
    assert "empty-folder" in result.stderr
    json.loads(result.stdout)


def test_an_impossible_folder_stops_a_plan(tmp_path: Path) -> None:
    line = {
        "type": "Feature",
        "id": "tunnel",
        "geometry": {"type": "LineString", "coordinates": [[76.9115, 43.25249], [66.99, 24.85]]},
        "properties": {
            "from": "almaty",
            "to": "karachi",
            "mode": "road",
            "length_km": 10,
            "status": "operational",
            "countries": ["KZ", "PK"],
        },
    }
    (tmp_path / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    result = run("plan", "Almaty", "Karachi", "--data", str(tmp_path))
    assert result.returncode == 2
    assert "below-great-circle" in result.stderr
    assert "segments.geojson feature 0 (tunnel)" in result.stderr


def test_notes_are_written_once() -> None:
    quiet = run("plan", "Almaty", "Astana", "--mode", "rail", "-k", "3", "--different", "0.01")
    assert "1 of 3 routes" in quiet.stdout
    assert quiet.stderr == ""
    loud = run("plan", "Almaty", "Astana", "--mode", "rail", "-k", "3", "--different", "0.01", "-f", "csv")
    assert "1 of 3 routes" in loud.stderr
    assert "1 of 3 routes" not in loud.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "corridors.cli.main", "plan", "Almaty", "Astana"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr == "error: the answer cannot be written (No space left on device)\n"


def test_check_ends_with_1_on_errors_and_lists_them(tmp_path: Path) -> None:
    assert run("check").returncode == 0
    (tmp_path / "segments.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}')
    result = run("check", str(tmp_path), "-f", "json")
    assert result.returncode == 1
    found = json.loads(result.stdout)
    assert (found["errors"], found["problems"][0]["code"]) == (1, "no-id")


def test_a_broken_folder_stops_a_plan_with_all_its_errors(tmp_path: Path) -> None:
    (tmp_path / "segments.geojson").write_text('{"type": "FeatureCollection", "features": [1, 2]}')
    result = run("plan", "Almaty", "Karachi", "--data", str(tmp_path))
    assert result.returncode == 2
    assert "2 error(s)" in result.stderr


def test_a_plan_imports_nothing_heavy() -> None:
    heavy = ("geopandas", "pandas", "folium", "branca", "jinja2", "numba", "pyproj", "shapely", "matplotlib", "fastapi")
    code = (
        "import sys, runpy; sys.argv = ['corridors', 'plan', 'Almaty', 'Karachi']\n"
        "try:\n    runpy.run_module('corridors.cli.main', run_name='__main__')\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stderr.strip().endswith("[]")
    assert "networkx" not in result.stderr


def test_choices_of_the_command_line_are_the_tables() -> None:
    assert [item.value for item in options.Format] == list(exports.FORMATS)
    kinds = {each.name: get_args(each.annotation)[0] for each in from_model.parameters(PlanQuestion)}
    words = {name: [item.value for item in kind] for name, kind in kinds.items() if isinstance(kind, enum.EnumType)}
    assert set(words) == {"by", "include", "closures"}
    assert words["by"] == list(MEASURES)
    assert words["include"] == list(records.STATUSES)


def test_every_command_and_option_has_help() -> None:
    group = get_command(cli.app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name} {parameter.name}"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    pipe = subprocess.run(
        f"{sys.executable} -m corridors.cli.main show ktap -f json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in pipe.stderr
    assert "error" not in pipe.stderr


@pytest.mark.parametrize("ending", ["| true", "| head -c 10", ">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_end_is_neither_a_bug_nor_a_no(ending: str) -> None:
    command = f"set -o pipefail; {sys.executable} -m corridors rank Almaty Karachi --draws 20 -f json {ending}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_formula_in_a_name_is_no_formula_in_a_spreadsheet() -> None:
    for first in "=+-@":
        assert exports._cell(f"{first}SUM(1)") == f"'{first}SUM(1)"
        assert exports._cell([f"{first}SUM(1)", "b"]) == f"'{first}SUM(1); b"
        assert exports._cell(f"a{first}b") == f"a{first}b"
    assert exports._cell("") == ""
    assert exports._cell(-1.5) == -1.5
    assert exports._mark("a|b<script>") == "a\\|b&lt;script&gt;"


def test_a_bug_says_so_in_one_line_and_shows_its_trace_on_request() -> None:
    code = (
        "import sys; from corridors.cli import main as cli; import corridors; sys.argv = ['corridors', 'list']\n"
        "def broken(folder=None): raise ZeroDivisionError('boom')\n"
        "corridors.load = broken; cli.main()"
    )
    for setting, traced in (({}, False), ({"CORRIDORS_TRACEBACK": "1"}, True)):
        result = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **setting}
        )
        assert result.returncode == console.EXIT_BUG
        assert ("Traceback" in result.stderr) == traced
        assert "boom" in result.stderr


@pytest.mark.parametrize("width", [20, 40, 80, 100, 120, 160, 200, 300])
def test_no_terminal_is_too_narrow_for_a_whole_figure(width: int) -> None:
    import corridors
    from corridors.answers import of_routes

    report = of_routes.of_comparison(corridors.compare(corridors.load(), "Almaty", "Karachi"))
    text = exports.as_table(report, width=width)
    for column, value in zip(report.tables[0].columns, report.tables[0].rows[0], strict=True):
        if column.is_number:
            assert column.text(value) in " ".join(text.split()), column.key
    assert max(map(len, text.splitlines())) <= max(width, 60)
