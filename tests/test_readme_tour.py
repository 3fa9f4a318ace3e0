"""The tour of the README: its commands run, and their answers hold the lines that stand below each."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import studies

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
TOUR = README[README.index("## A tour") : README.index("## Studies")]


def stops() -> list[tuple[str, tuple[str, ...]]]:
    """(command, lines of its answer) for each line of the tour's blocks that begins with a dollar."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```\n(.*?)```", TOUR, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return [(command, tuple(lines)) for command, lines in found]


STOPS = stops()


@pytest.mark.parametrize(("command", "lines"), STOPS, ids=[command for command, _ in STOPS])
def test_the_answer_holds_these_lines(capsys: pytest.CaptureFixture[str], command: str, lines: tuple[str, ...]) -> None:
    program, *arguments = shlex.split(command)
    assert program == "corridors" and lines
    told = studies.ask(capsys, *arguments)
    assert told.code == 0
    answer = [" ".join(line.split()) for line in told.out.splitlines()]
    for line in lines:
        words = " ".join(line.split())
        assert any(re.search(rf"(^|\s){re.escape(words)}", each) for each in answer), line


def test_the_tour_asks_all_four_questions() -> None:
    assert len(re.findall(r"^\*\*.*\?\*\*", TOUR, re.MULTILINE)) == 4
    assert {command.split()[1] for command, _ in STOPS} == {"plan", "breakeven", "gateways", "compare"}


def test_differences_in_the_words_are_those_of_the_answers() -> None:
    """'1,420 km shorter', '68 h behind', '385 km longer' are differences of lines below them."""
    said = {command: " ".join(lines) for command, lines in STOPS}

    def first(command: str, pattern: str) -> float:
        text = next(lines for key, lines in said.items() if key == command)
        found = re.search(pattern, text)
        assert found is not None
        return float(found[1].replace(",", ""))

    plan = "corridors plan Almaty Karachi --by distance -k 1"
    by_rail = first(f"{plan} --mode rail", r"([\d,]+)")
    ktap = first(f"{plan} --mode rail --include planned", r"ktap ([\d,]+)")
    assert f"{by_rail - ktap:,.0f} km shorter" in TOUR
    tie = "corridors breakeven ktap qtta-kkh --vary rail-speed:AF"
    behind = first(tie, r"limit ([\d.]+)") - first(tie, r"limit [\d.]+ ([\d.]+)")
    assert f"{behind:.0f} h behind" in " ".join(TOUR.split())
    longer = first(f"{plan} --closures apply", r"([\d,]+)") - first(plan, r"([\d,]+)")
    assert f"{longer:,.0f} km longer" in TOUR
