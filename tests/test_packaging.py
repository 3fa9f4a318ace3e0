"""What is shipped, and that the words about it are true."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from typer.main import get_command

import corridors
from corridors.answers import text as exports
from corridors.cli import main as cli
from geodata import records
from maps.page import route_map
from planner.network import Network
from planner.price.measures import MEASURES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.slow
def test_the_wheel_holds_the_four_packages_and_all_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("corridors", "geodata", "planner", "maps"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(ROOT)) in names
    assert not any(name.startswith("tests/") for name in names)


def test_everything_public_is_listed_and_there() -> None:
    assert sorted(corridors.__all__) == list(corridors.__all__)
    assert all(getattr(corridors, name) for name in corridors.__all__)
    assert corridors.__version__ == PROJECT["version"]


def test_the_readme_names_every_command_mode_criterion_and_format(network: Network) -> None:
    for name in get_command(cli.app).commands:  # type: ignore[attr-defined]
        assert f"corridors {name}" in README, name
    for word in (*MEASURES, *exports.FORMATS, *records.STATUSES, *network.catalog.modes):
        assert word in README, word


def test_the_readmes_table_of_corridors_is_the_computed_one(network: Network) -> None:
    from planner import named

    rows = {cells[0].strip("`"): cells for cells in _rows(README[README.index("## The named corridors") :])}
    assert set(rows) == set(network.catalog.corridors)
    for corridor in network.catalog.corridors.values():
        route = named.own_route(network, corridor, named.question(network, corridor))
        assert route is not None
        totals = [
            f"{value:,.0f} ({low:,.0f}–{high:,.0f})"
            for value, (low, high) in (
                (route.time_h, route.interval("time_h")),
                (route.cost_usd, route.interval("cost_usd")),
            )
        ]
        unbuilt = f"{route.unbuilt_km:,.0f}" if route.unbuilt_km else ""
        assert rows[corridor.id][4:] == [f"{route.distance_km:,.0f}", unbuilt, *totals, f"{route.co2e_kg:,.0f}"], (
            corridor.id
        )


def _rows(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in re.findall(r"^\| `[a-z-]+` \|.*\|$", text, re.MULTILINE)
    ]


def test_contributing_says_where_each_thing_is_added_and_why_each_dependency() -> None:
    for place in ("segments/", "modes.toml", "MEASURES", "LAYERS", "FORMATS", "corridors.toml", "rates.csv"):
        assert place in CONTRIBUTING, place
    assert route_map.LAYERS
    for requirement in PROJECT["dependencies"]:
        name = re.split(r"[<>=]", requirement)[0]
        assert re.search(rf"\*\*{re.escape(name)}\*\*", CONTRIBUTING), name
        assert ">=" in requirement
        assert "<" not in requirement


def test_no_file_names_a_package_registry() -> None:
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    made = {
        ".git",
        ".venv",
        "build",
        "dist",
        "__pycache__",
        ".hypothesis",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
    files = [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]
    assert len(files) > 80
    for path in files:
        assert path.name not in ("uv.lock", "package-lock.json")
        content = path.read_bytes()
        assert not [host for host in hosts if host.encode() in content], path


def test_the_docstring_examples_are_true() -> None:
    import doctest
    import importlib
    import pkgutil

    tried = 0
    for folder in ("geodata", "planner", "maps", "corridors"):
        for module in pkgutil.walk_packages([str(ROOT / folder)], f"{folder}."):
            result = doctest.testmod(importlib.import_module(module.name))
            assert result.failed == 0, module.name
            tried += result.attempted
    assert tried > 10
