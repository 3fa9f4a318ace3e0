"""Writes docs/architecture.md and docs/architecture.svg, where things are and who imports whom, from the code itself.

python docs/architecture.py            # 'make readme' runs it too
python docs/architecture.py --check    # changes nothing; exit code 1 when a file is not up to date
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import networkx

ROOT = Path(__file__).parent.parent
FLOORS = ("corridors", "maps", "planner", "geodata")
"""From the top: each imports only from those below it."""

WIDTH, BOX, GAP, LINE, LETTER = 1180.0, 30.0, 14.0, 64.0, 7.0
"""Pixels: of the picture, a box's height, the space between boxes, from row to row, and a letter's mean width."""


@dataclass(frozen=True)
class Module:
    """A file: its dotted name, its docstring and the modules of ours that it imports, anywhere in it."""

    name: str
    is_package: bool
    about: str
    imports: frozenset[str]

    @property
    def room(self) -> str:
        """The package below a floor that it stands in, or itself where it stands on the floor."""
        return ".".join(self.name.split(".")[:2])


def modules() -> dict[str, Module]:
    """All modules of the four floors by name."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            key = name.removesuffix(".__init__")
            found[key] = Module(key, path.name == "__init__.py", ast.get_docstring(tree) or "", frozenset(_named(tree)))
    return found


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms(known: dict[str, Module], floor: str) -> networkx.DiGraph[str]:
    """The rooms of a floor, with an arrow to each that is imported and not seen through another already."""
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for module in known.values():
        if module.name.startswith(f"{floor}."):
            graph.add_node(module.room)
            for other in module.imports & known.keys():
                if other.startswith(f"{floor}.") and known[other].room != module.room:
                    graph.add_edge(module.room, known[other].room)
    return networkx.transitive_reduction(graph)


def _rows(graph: networkx.DiGraph[str]) -> list[list[str]]:
    """Rooms by how long a way of arrows leads down from them, the highest first, each near those it imports."""
    level: dict[str, int] = {}
    for room in reversed(list(networkx.topological_sort(graph))):
        level[room] = 1 + max((level[other] for other in graph.successors(room)), default=-1)
    rows = [sorted(room for room in level if level[room] == at) for at in range(max(level.values()) + 1)]
    place: dict[str, float] = {}
    for row in rows:
        row.sort(key=lambda room: (_mean([place[other] for other in graph.successors(room) if other in place]), room))
        place |= {room: (at + 0.5) / len(row) for at, room in enumerate(row)}
    return rows[::-1]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def picture(known: dict[str, Module]) -> str:
    """The house as SVG: a band a floor, a box a room (bold: a package, with the number of its modules)."""
    body: list[str] = []
    top = 8.0
    for floor in FLOORS:
        graph = rooms(known, floor)
        rows = _rows(graph)
        boxes = _boxes(known, rows, top + 34)
        height = 34 + LINE * (len(rows) - 1) + BOX + 18
        body.append(f"<rect class='floor' x='4' y='{top:.0f}' width='{WIDTH - 8:.0f}' height='{height:.0f}' rx='8'/>")
        body.append(f"<text class='name' x='16' y='{top + 22:.0f}'>{floor}</text>")
        body += [_arrow(boxes[one], boxes[other]) for one, other in sorted(graph.edges)]
        body += [_box(known, room, boxes[room]) for room in sorted(boxes)]
        top += height + 16
    style = (
        ".floor{fill:#f4f6f8;stroke:#9aa5b1}.room{fill:#fff;stroke:#52606d}.package{stroke-width:2.2}"
        "path{fill:none;stroke:#7b8794;stroke-width:1}text{font:12px sans-serif;fill:#1f2933}"
        ".name{font-weight:bold;font-size:15px}.bold{font-weight:bold}.middle{text-anchor:middle}"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH:.0f} {top:.0f}' role='img' "
        "aria-label='Floors, rooms and imports'>\n"
        f"<style>{style}</style>\n<rect width='{WIDTH:.0f}' height='{top:.0f}' fill='#fff'/>\n"
        + "\n".join(body)
        + "\n</svg>\n"
    )


Box = tuple[float, float, float]
"""Left, top and width of a room, px."""


def _title(known: dict[str, Module], room: str) -> str:
    inside = sum(other.startswith(f"{room}.") and not known[other].is_package for other in known)
    return room.partition(".")[2] + (f" ({inside})" if inside else "")


def _boxes(known: dict[str, Module], rows: Sequence[Sequence[str]], top: float) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for number, row in enumerate(rows):
        wide = [LETTER * len(_title(known, room)) + 22 for room in row]
        space = (WIDTH - 40 - sum(wide)) / (len(row) + 1)
        left = 20 + space
        for room, width in zip(row, wide, strict=True):
            found[room] = (left, top + LINE * number, width)
            left += width + space
    return found


def _arrow(start: Box, end: Box) -> str:
    x, y, to_x, to_y = start[0] + start[2] / 2, start[1] + BOX, end[0] + end[2] / 2, end[1]
    bend = (to_y - y) / 2
    return f"<path d='M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}'/>"


def _box(known: dict[str, Module], room: str, box: Box) -> str:
    left, top, width = box
    bold = " package" if known[room].is_package else ""
    return (
        f"<rect class='room{bold}' x='{left:.0f}' y='{top:.0f}' width='{width:.0f}' height='{BOX:.0f}' rx='5'/>"
        f"<text class='middle{bold and ' bold'}' x='{left + width / 2:.0f}' y='{top + 20:.0f}'>"
        f"{escape(_title(known, room))}</text>"
    )


def page(known: dict[str, Module]) -> str:
    """Every floor, every room with what its package says of itself, every module with its first line."""
    lines = [
        "# Where things are",
        "",
        "Made from the code by `make readme`; a test holds it against the code.",
        "",
        "![Floors, rooms and imports](architecture.svg)",
        "",
        "A floor imports only from those below it. A line leads from a room down to one that it imports, and is left",
        "out where a way over another room says so already; there are no circles, neither of rooms nor of modules.",
        "In bold: packages, with the number of their modules.",
    ]
    for floor in FLOORS:
        lines += ["", f"## {floor}", "", known[floor].about.split("\n")[0]]
        standing = sorted(module.name for module in known.values() if module.room == module.name and _on(module, floor))
        for room in (name for name in standing if known[name].is_package):
            lines += ["", f"### {room.replace('.', '/')}", "", known[room].about, "", *_table(known, room)]
        alone = [name for name in standing if not known[name].is_package]
        if alone:
            lines += ["", f"### on the floor of {floor}", "", *_listed(known, alone)]
    return "\n".join(lines) + "\n"


def _on(module: Module, floor: str) -> bool:
    return module.name.startswith(f"{floor}.")


def _table(known: dict[str, Module], room: str) -> list[str]:
    return _listed(known, sorted(name for name in known if name.startswith(f"{room}.")))


def _listed(known: dict[str, Module], names: Sequence[str]) -> list[str]:
    return ["| module | what |", "|---|---|"] + [
        f"| `{name.replace('.', '/')}{'/' if known[name].is_package else '.py'}` | {_first_line(known[name])} |"
        for name in names
    ]


def _first_line(module: Module) -> str:
    """The first paragraph of a docstring, up to its first full stop or colon at a line's end."""
    return " ".join(module.about.split("\n\n")[0].split()).replace("|", "\\|")


def made() -> dict[Path, str]:
    """The files and what they should hold."""
    known = modules()
    return {ROOT / "docs" / "architecture.md": page(known), ROOT / "docs" / "architecture.svg": picture(known)}


def main(options: Sequence[str]) -> int:
    """Write or check; the exit code."""
    if set(options) - {"--check"}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    stale = {path: text for path, text in made().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        if options:
            sys.stdout.write(f"{path.name} is not up to date: make readme\n")
        else:
            path.write_text(text, encoding="utf-8")
    return int(bool(options and stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
