"""One question: a condition that is added in one place comes out of every face."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import studies
from typer.main import get_command

import corridors
from corridors.cli import main as cli
from corridors.cli.asks import Asking
from geodata import errors
from planner import fields
from planner.network import Network
from planner.question import CompareQuestion, Conditions, EffectQuestion, PlanQuestion

ROOT = Path(__file__).parent.parent
PACKAGES = ("corridors", "geodata", "maps", "planner")

ASKING = {"plan", "compare", "brief", "why", "rank", "breakeven", "timeline", "closures", "cargo", "gateways"}
"""The commands that ask a question, besides ``segment effect``."""

FIELD = """
    axle_load_t: Annotated[
        float | None,
        Field(gt=0, le=40, title="Axle load, t", description="Only lines that carry so many tonnes on an axle."),
        Face(words="axle load {} t", quiet=True),
    ] = None
"""

SHOWN = """
import inspect, io, json, contextlib, pathlib, sys
from typer.testing import CliRunner
import corridors
from corridors.cli import main
from planner.question import PlanConditions

def run(*arguments):
    sys.argv = ["corridors", *arguments]
    out = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out):
        try:
            main.main()
        except SystemExit as error:
            code = error.code
    return code, out.getvalue()

from typer.main import get_command
group = get_command(main.app)
commands = {**group.commands, **{f"segment {k}": v for k, v in group.commands["segment"].commands.items()}}
options = {name: [text for one in each.params for text in one.opts] for name, each in commands.items()}
helped = [name for name, texts in options.items() if "--axle-load-t" in texts]
asked = ("--axle-load-t", "22.5", "-f", "json")
_, plan = run("plan", "Aktau", "Poti", "-k", "1", *asked)
pathlib.Path("plan.json").write_text(plan)
_, again = run("replay", "plan.json")
_, study = run("closures", "Aktau", "Poti", *asked)
pathlib.Path("study.json").write_text(study)
_, study_again = run("replay", "study.json")
_, table = run("plan", "Aktau", "Poti", "-k", "1", "--axle-load-t", "22.5")
_, bare = run("plan", "Aktau", "Poti", "-k", "1", "-f", "json")
code, _ = run("plan", "Aktau", "Poti", "--axle-load-t", "50")
from corridors.web import app, editor, question as web
from corridors.web.endpoints import api
from fastapi import FastAPI
served = FastAPI()
served.include_router(api)
network = corridors.load()
found = corridors.plan(network, "Aktau", "Poti", axle_load_t=22.5)
print(json.dumps({
    "helped": helped,
    "http": [row["name"] for row in served.openapi()["paths"]["/api/plan"]["get"]["parameters"]],
    "python": list(inspect.signature(corridors.plan).parameters),
    "effect": list(inspect.signature(corridors.effect).parameters),
    "page": editor._conditions(),
    "manifest": json.loads(plan)["manifest"]["options"],
    "request": json.loads(plan)["request"],
    "same": [plan == again, study == study_again],
    "study": json.loads(study)["manifest"]["options"],
    "table": table, "bare": bare, "code": code, "words": found.request.asked.words(),
    "map": corridors.draw(found).html(),
}))
"""


def test_a_condition_that_is_added_in_one_place_comes_out_of_every_face(tmp_path: Path) -> None:
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "planner" / "question.py"
    text = file.read_text()
    mark = "    leading: ClassVar"
    file.write_text(text.replace(mark, f"{FIELD}\n{mark}", 1))
    ran = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert set(found["helped"]) == ASKING | {"segment effect"}
    for face in ("http", "python", "effect", "page"):
        assert "axle_load_t" in found[face], face
    for told in ("manifest", "request", "study"):
        assert found[told]["axle_load_t"] == 22.5, told
    assert found["same"] == [True, True]
    assert "Conditions: axle load 22.5 t" in found["table"]
    assert found["words"] == "axle load 22.5 t"
    assert "axle load 22.5 t" in found["map"]
    assert found["code"] == 2
    assert "axle" not in found["bare"]


def test_every_command_that_asks_is_made_of_a_question() -> None:
    group: Any = get_command(cli.app)
    commands = {row.name or row.callback.__name__: row.callback for row in cli.app.registered_commands}
    assert {name for name, each in commands.items() if isinstance(each, Asking)} == ASKING
    for name in ASKING:
        names = {each.name for each in group.commands[name].params}
        assert set(Conditions.model_fields) - set(commands[name].model.needless) <= names, name


def test_the_words_are_the_difference_from_a_bare_question() -> None:
    assert PlanQuestion(origin="a", destination="b", by="cost", count=9).words() == ""
    asked = CompareQuestion(
        origin="a", destination="b", via=["c", "d"], closures="apply", day="2026-02-01", open=["Torkham"], close=["TM"]
    )
    assert asked.words() == (
        "closures in force applied; on 2026-02-01; taken as open: Torkham; taken as closed: TM; via c, d"
    )
    assert EffectQuestion(include="under_construction", central=True).words() == (
        "lines: under construction; central values"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 0}, "count must be a whole number between 1 and 200, not 0"),
        ({"different": 0}, "different must lie above 0 and at most 1, not 0"),
        ({"epsilon": 2}, "epsilon must lie between 0 and 1, not 2"),
        ({"day": "tomorrow"}, "day must be a day like 2026-11-23, not 'tomorrow'"),
        ({"pareto": "time"}, "pareto takes two to four different criteria"),
        ({"wagons": 3}, "there is no wagons"),
        ({"by": "beauty"}, "unknown criterion 'beauty': known: distance"),
        ({"include": "dreamt"}, "unknown status 'dreamt'"),
    ],
)
def test_a_wrong_value_is_refused_in_words(network: Network, options: dict[str, Any], message: str) -> None:
    with pytest.raises(errors.CorridorsError) as caught:
        corridors.plan(network, "Almaty", "Karachi", **options)
    assert message in str(caught.value)


def test_the_command_line_calls_a_wrong_value_by_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert "error: -k must be a whole number between 1 and 200, not 0" in (
        studies.ask(capsys, "plan", "Almaty", "Karachi", "-k", "0").said
    )
    assert "error: --date must be a day like 2026-11-23, not 'x'" in (
        studies.ask(capsys, "closures", "Almaty", "Karachi", "--date", "x").said
    )


def test_help_shows_the_arguments_of_the_python_api() -> None:
    for function, model in ((corridors.plan, PlanQuestion), (corridors.compare, CompareQuestion)):
        parameters = inspect.signature(function).parameters
        assert set(parameters) == {"network", *model.model_fields}
        assert parameters["by" if model is PlanQuestion else "via"].kind is inspect.Parameter.KEYWORD_ONLY
    assert set(EffectQuestion.model_fields) < set(inspect.signature(corridors.effect).parameters)


def test_the_list_of_commands_makes_no_options(capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import sys; sys.argv = ['corridors', '--help']\n"
        "from corridors.cli import main\n"
        "try:\n    main.main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('planner.question', 'numpy', 'corridors.studies.study') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.splitlines()[-1] == "[]"
    assert all(name in ran.stdout for name in ASKING)


def test_why_ranks_and_knows_no_pareto_set() -> None:
    group: Any = get_command(cli.app)
    assert {each.name for each in group.commands["why"].params}.isdisjoint({"pareto", "epsilon"})


def test_quiet_conditions_leave_the_bytes_of_other_answers_alone() -> None:
    quiet = {name for name, info in Conditions.model_fields.items() if fields.face(info).quiet}
    assert quiet == {"open", "close"}
    assert not quiet & set(PlanQuestion(origin="a", destination="b").options())
    assert PlanQuestion(origin="a", destination="b", close=["TM"]).options()["close"] == ["TM"]
