"""The README: its commands run, the lines below them are those of their answers, and its numbers are those of today."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def script() -> ModuleType:
    """docs/regenerate.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("regenerate", ROOT / "docs" / "regenerate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REGENERATE = script()
READ = REGENERATE.plain(README)
TOUR = READ[READ.index("## A tour") : READ.index("## Studies")]


def stops() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(command, patterns, lines of its answer) for each line of a block that begins with a dollar."""
    found: list[tuple[str, tuple[str, ...], list[str]]] = []
    for block in REGENERATE.BLOCK.finditer(README):
        for line in block["lines"].splitlines():
            if line.startswith("$ "):
                found.append((line[2:], tuple(block["patterns"].splitlines()), []))
            else:
                found[-1][2].append(line)
    return [(command, patterns, tuple(lines)) for command, patterns, lines in found]


STOPS = stops()


@pytest.mark.parametrize(("command", "patterns", "lines"), STOPS, ids=[command for command, _, _ in STOPS])
def test_the_lines_are_those_of_the_answer_that_are_kept(
    command: str, patterns: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    assert command.startswith("corridors ") and lines
    answer = REGENERATE.ask(command)
    assert list(lines) == REGENERATE.kept(answer, patterns)
    told = iter(answer.splitlines())
    assert all(line in told for line in lines), "not in the order of the answer"
    assert max(map(len, lines)) <= REGENERATE.WIDTH


def test_every_command_with_an_answer_is_run() -> None:
    assert [command for command, _, _ in STOPS] == re.findall(r"^\$ (.*)$", README, re.MULTILINE)


def test_the_tour_asks_all_four_questions() -> None:
    assert len(re.findall(r"^\*\*.*\?\*\*", TOUR, re.MULTILINE)) == 4
    assert {command.split()[1] for command, _, _ in STOPS} == {"plan", "breakeven", "gateways", "compare"}


def test_differences_in_the_words_are_those_of_the_answers() -> None:
    """'1,421 km shorter', '135 h behind', '385 km longer' are differences of lines below them."""
    said = {command: "\n".join(lines) for command, _, lines in STOPS}

    def first(command: str, pattern: str) -> float:
        found = re.search(pattern, said[command])
        assert found is not None
        return float(found[1].replace(",", ""))

    words = " ".join(TOUR.split())
    plan = "corridors plan Almaty Karachi --by distance -k 1"
    km = r"# 1; km ([\d,]+)"
    ktap = f"{plan} --mode rail --include planned"
    assert said[ktap].startswith("ktap: ")
    assert f"{first(f'{plan} --mode rail', km) - first(ktap, km):,.0f} km shorter" in words
    tie = "corridors breakeven ktap qtta-kkh --vary rail-speed:AF"
    behind = first(tie, r"any limit +([\d.]+)") - first(tie, r"any limit +[\d.]+ +([\d.]+)")
    assert f"{behind:.0f} h behind" in words
    assert f"{first(f'{plan} --closures apply', km) - first(plan, km):,.0f} km longer" in words
    tariff = "corridors breakeven ktap qtta-kkh --vary rail-tariff:AF --by cost"
    times = first(tariff, r"rail-tariff:AF = ([\d.]+)") / first(tariff, r"\(now ([\d.]+)")
    assert f"tariff is {times:.1f} times what is assumed" in words


def test_lines_that_a_match_touches_are_kept() -> None:
    answer = "best: a\n  12 h\n\nbest: b\n  13 h\n"
    assert REGENERATE.kept(answer, ["^best: b$"]) == ["best: b"]
    assert REGENERATE.kept(answer, [r"^best: a\n.*", "13"]) == ["best: a", "  12 h", "  13 h"]
    assert REGENERATE.kept(answer, ["c"]) == []


def test_what_is_out_of_date_is_written_anew_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled twice is filled once; a value without a place, or the other way round, is an error."""
    monkeypatch.setattr(REGENERATE, "ask", lambda command: f"{command}\nkm 9\nleft\n")
    text = (
        "A <!--=km-->8<!--/--> km.\n<!-- keep\n^km\n-->\n```\n$ corridors list\nkm 8\n```\n"
        "<!-- corridors -->\nold\n<!-- /corridors -->\n"
    )
    filled = REGENERATE.fill(text, {"km": "9"}, "new\n")
    assert filled == text.replace("8", "9").replace("old", "new")
    assert REGENERATE.fill(filled, {"km": "9"}, "new\n") == filled
    for values in ({}, {"km": "9", "h": "1"}):
        with pytest.raises(RuntimeError, match="without a"):
            REGENERATE.fill(text, values, "new\n")
    with pytest.raises(RuntimeError, match="beginning of a line"):
        REGENERATE.fill(text.replace("A <", "A\n<"), {"km": "9"}, "new\n")
    with pytest.raises(RuntimeError, match="no line of its answer"):
        REGENERATE.fill(text.replace("^km", "^mi"), {"km": "9"}, "new\n")


@pytest.mark.slow
def test_the_readme_is_up_to_date() -> None:
    """Blocks, numbers in prose and the table; not the bytes of pictures, which are those of matplotlib's version."""
    done = subprocess.run(
        [sys.executable, "docs/regenerate.py", "--check"], cwd=ROOT, check=False, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
