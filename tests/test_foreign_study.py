"""A study of somebody else's: a module and a row, and it has a command, formats, files, a manifest and a replay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl

STUDY = '''
"""How many borders the best route crosses."""
from dataclasses import dataclass
from corridors.studies.study import Answer, Question, Study
from maps.figures import strokes
from maps.tables.table import Column, Table
from planner import plan
from planner.network import Network
from planner.price.route import Route


class BordersQuestion(Question):
    """Between two places."""


@dataclass(frozen=True)
class Borders(Answer):
    network: Network
    route: Route

    def body(self):
        return {"borders": self._count(), "closures": [row.id for row in self.route.closures]}

    def _count(self):
        return sum(hub.operation == "border_crossing" for hub in self.route.hubs)

    def tables(self):
        said = tuple(self.route.warnings)
        return (Table((Column("borders", "borders", 0),), ((self._count(),),), ("Borders on the best route.",), said),)

    def shown_routes(self):
        return (("best", self.route),)

    def figure(self):
        return strokes.figure(2, 2)


def work_out(network, question, run):
    return Borders(network, plan.plan(network, question.request(network, count=1))[0])


STUDY = Study("borders", "Borders", BordersQuestion, work_out)
'''

RUN = """
import sys
from corridors.studies.table import ROWS, Row
ROWS["borders"] = Row("foreign_borders", "How many borders the best route crosses.")
sys.argv = ["corridors", *sys.argv[1:]]
from corridors.cli.main import main
main()
"""


def run(folder: Path, *arguments: str) -> str:
    (folder / "foreign_borders.py").write_text(STUDY, encoding="utf-8")
    code = f"import sys; sys.path.append({str(folder)!r})\n{RUN}"
    ran = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_study_is_a_module_and_a_row(tmp_path: Path) -> None:
    assert "How many borders the best route crosses" in run(tmp_path, "--help")
    assert "--avoid" in run(tmp_path, "borders", "--help")
    asked = ("borders", "Almaty", "Karachi", "--mode", "road", "--avoid", "CN")
    answer = run(tmp_path, *asked, "-f", "json")
    found = json.loads(answer)
    assert found["borders"] == 4  # KZ-UZ, UZ-TM, TM-IR, IR-PK
    assert found["manifest"]["study"] == "borders"
    table = run(tmp_path, *asked)
    assert "Borders on the best route." in table and "Conditions: only by road; without CN" in table
    assert run(tmp_path, *asked, "-f", "csv").split() == ["borders", "4"]
    book = tmp_path / "borders.xlsx"
    run(tmp_path, *asked, "-o", str(book))
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert 4 in [cell.value for row in sheet.iter_rows() for cell in row]
    (tmp_path / "answer.json").write_text(answer, encoding="utf-8")
    assert json.loads(run(tmp_path, "replay", str(tmp_path / "answer.json"))) == found
    page = tmp_path / "brief.html"
    run(tmp_path, "brief", "Almaty", "Karachi", "--study", "borders", "-o", str(page))
    assert "Borders on the best route." in page.read_text(encoding="utf-8")
