"""The house: which folder may import which, and no circles inside one."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import networkx
import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("geodata", "planner", "maps", "corridors")


def imported(path: Path) -> set[str]:
    """Modules a file imports, also under TYPE_CHECKING and inside functions, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(folder: str) -> dict[str, Path]:
    found = {}
    for path in (ROOT / folder).rglob("*.py"):
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[dotted] = path
    return found


@pytest.mark.parametrize("folder", FLOORS)
def test_a_folder_imports_only_from_below(folder: str) -> None:
    above = set(FLOORS[FLOORS.index(folder) + 1 :])
    wrong = {
        (name, other)
        for name, path in modules(folder).items()
        for other in imported(path)
        if other.split(".")[0] in above
    }
    assert modules(folder)
    assert not wrong


@pytest.mark.parametrize("folder", FLOORS)
def test_no_circle_inside_a_folder(folder: str) -> None:
    own = modules(folder)
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for name, path in own.items():
        graph.add_edges_from((name, other) for other in imported(path) if other in own and other != name)
    assert graph.number_of_edges() > 0
    assert list(networkx.simple_cycles(graph)) == []


def room(name: str) -> str:
    """The package below a floor that a module stands in, or the module itself where it stands on the floor."""
    return ".".join(name.split(".")[:2])


@pytest.mark.parametrize("folder", FLOORS)
def test_no_circle_between_the_rooms_of_a_folder(folder: str) -> None:
    own = modules(folder)
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for name, path in own.items():
        for other in imported(path):
            if other in own and room(other) != room(name) and folder not in (other, name):
                graph.add_edge(room(name), room(other))
    assert graph.number_of_edges() > 0
    assert list(networkx.simple_cycles(graph)) == []


def test_the_page_and_the_picture_of_the_house_are_those_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("architecture", ROOT / "docs" / "architecture.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["architecture"] = made  # its dataclasses look their module up
    spec.loader.exec_module(made)
    for path, text in made.made().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: make readme"
    about = {name: module.about for name, module in made.modules().items()}
    assert [name for name, text in about.items() if not text] == []
    boxes = made.picture(made.modules())
    assert all(f">{floor}</text>" in boxes for floor in FLOORS)


def test_the_checker_sees_imports_in_functions(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.b\ndef f():\n    from c import d\n"
    )
    assert {"a.b", "c", "c.d"} <= imported(file)
