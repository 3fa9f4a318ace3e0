"""Reasons are values that each face says in its own words, and planner has no words of any face."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import studies
import test_replay
from typer.main import get_command

import corridors
from corridors import faces
from corridors.cli import main as cli
from corridors.web.question import PlanQuestion
from geodata import errors
from planner import reasons
from planner.network import Network
from planner.reasons import Condition, Reason

PLANNER = sorted((Path(corridors.__file__).parent.parent / "planner").rglob("*.py"))


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """All texts of a module but its docstrings."""
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr)
    }
    beside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said | beside:
            yield node


@pytest.mark.parametrize("path", PLANNER, ids=[path.name for path in PLANNER])
def test_planner_has_no_tags_no_options_and_no_tables(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in texts(tree):
        assert not re.search(r"<[a-z/!]|&[a-z#]+\d*;", node.value), f"{path.name}:{node.lineno}: a tag"
        if path.name != "question.py":  # where a field says what the command line calls it
            assert not re.search(r"--[a-z]|[ (]-[a-z]\b", node.value), f"{path.name}:{node.lineno}: an option"
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"Column", "Table", "Head", "Sheet"}, path.name


def calls(name: str) -> Iterator[ast.Call]:
    for path in PLANNER:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def test_every_sentence_is_used_and_every_reason_has_one() -> None:
    used = {
        node.value
        for call in calls("Reason")
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert used == set(reasons.SENTENCES)


def test_every_condition_that_a_reason_names_is_one_of_each_face() -> None:
    fields = {call.args[0].value for call in calls("Condition") if isinstance(call.args[0], ast.Constant)}
    assert {"closures", "include", "avoid", "modes", "different", "count", "as_of"} <= fields
    options = {
        option
        for _, command in test_replay.commands(get_command(cli.app))
        for each in command.params
        for option in each.opts
    }
    assert {faces.as_option(Condition(field)) for field in fields} <= options
    of_studies = {"closure_chance", "vary"}
    parameters = {faces.as_parameter(Condition(field)) for field in fields - of_studies}
    assert parameters <= set(PlanQuestion.model_fields)
    assert fields - of_studies <= set(inspect.signature(corridors.plan).parameters)


SAID = {
    faces.PYTHON: ("without avoid ", "closures='warn'", "include='planned'", "only when asked for (modes=['air'])"),
    faces.COMMAND_LINE: ("without --avoid ", "--closures warn", "--include planned", "(--mode air)"),
    faces.HTTP: ("without avoid ", "closures=warn", "include=planned", "(mode=air)"),
}


@pytest.mark.parametrize("face", faces.FACES)
def test_a_face_names_conditions_in_its_own_words(face: str, network: Network) -> None:
    with faces.speaking(face):
        assert faces.at_work() == face
        with pytest.raises(errors.NoRouteError) as avoided:
            corridors.plan(network, "Almaty", "Karachi", modes=["road"], avoid=["hyderabad_pk", "zero_point"])
        with pytest.raises(errors.NoRouteError) as closed:
            around = ["IR", "TM", "UZ", "TJ", "CN"]
            corridors.plan(network, "Kandahar", "Quetta", modes=["road"], closures="apply", avoid=around)
        with pytest.raises(errors.NoRouteError) as unbuilt:
            corridors.plan(network, "Herat", "Kandahar", modes=["rail"])
        left = {row.corridor: row.reason for row in corridors.compare(network, "Almaty", "Karachi").left_out}
    wanted = dict(
        zip((str(avoided.value), str(closed.value), str(unbuilt.value), left["air"]), SAID[face], strict=True)
    )
    for text, part in wanted.items():
        assert part in text, text
    assert faces.at_work() == faces.PYTHON
    others = {faces.PYTHON: "--", faces.HTTP: "--", faces.COMMAND_LINE: "='"}
    assert others[face] not in "".join(wanted)


def test_a_reason_is_a_value_that_can_be_said_anew_and_sent(network: Network) -> None:
    with faces.speaking(faces.COMMAND_LINE):
        found = corridors.plan(network, "Kabul", "Karachi", modes=["road"], as_of=2035, closures="apply")
    (reason,) = (note for note in found.notes if isinstance(note, Reason) and note.code == "not_applied")
    assert reason.facts["when"] == "in 2035"
    assert "(--avoid " in reason
    assert "(avoid=['" in reason.said(reasons.as_python)
    assert "(avoid=" in reason.said(faces.as_parameter)
    again = pickle.loads(pickle.dumps(reason))
    assert (again.code, again.facts) == (reason.code, dict(reason.facts))
    assert (again, again.said(reasons.as_python)) == (reason, reason.said(reasons.as_python))


def test_an_answer_in_the_words_of_another_face_can_be_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], network: Network
) -> None:
    from corridors.web import work
    from corridors.web.question import CompareQuestion

    with faces.speaking(faces.HTTP):
        text = work.answer_json(None, CompareQuestion(origin="Almaty", destination="Karachi", avoid=["AF"]))
    assert "(mode=air)" in text
    file = tmp_path / "answer.json"
    file.write_text(text, encoding="utf-8")
    told = studies.ask(capsys, "replay", str(file))
    assert (told.code, told.out) == (0, text + "\n")
    file.write_text(text.replace('"face": "http"', '"face": "nobody"'), encoding="utf-8")
    told = studies.ask(capsys, "replay", str(file))
    assert told.code == 2
    assert "there is no 'nobody'; known: command line, http, python" in told.said
