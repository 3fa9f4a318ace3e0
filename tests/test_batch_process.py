"""A batch as a process: killed workers, Ctrl-C, going on, and what the file of questions may hold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import serving
import studies
from test_interrupts import ended, start

from corridors.studies import batch, processes
from corridors.studies.journal import Journal
from geodata import errors

ENDS = [("Aktau", "Poti"), ("Aktau", "Baku"), ("Almaty", "Karachi"), ("Tashkent", "Gwadar"), ("Astana", "Mersin")]


def questions(folder: Path, times: int) -> Path:
    """Questions of about a quarter of a second each; one has no answer."""
    rows = [{"study": "closures", "options": {"origin": one, "destination": to}} for one, to in ENDS] * times
    rows.append({"study": "closures", "options": {"origin": "Aktau", "destination": "Nowhere"}})
    asked = folder / "asked.jsonl"
    asked.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return asked


def command(asked: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "corridors", "batch", str(asked), "-o", str(out), *options]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, cwd=serving.ROOT, capture_output=True, text=True, check=False)


def kept(out: Path) -> int:
    """The answers that a run has written so far."""
    journal = out.with_name(f"{out.name}.partial")
    return journal.read_text().count("\n") - 1 if journal.exists() else 0


def test_a_job_whose_process_dies_is_asked_again_and_given_up_at_last(tmp_path: Path) -> None:
    jobs = {"one": "a", "twice": f"die {tmp_path / 'was here'}", "always": "die", "two": "b"}
    found = dict(processes.run(jobs, serving.echo_or_die, 2))
    assert found == {**jobs, "always": processes.Died(9)}
    assert "was there enough memory?" in json.loads(batch._died(batch.Job("rank", {"draws": 1})))["error"]


def test_a_killed_worker_loses_nothing_and_ctrl_c_and_resume_give_the_same_bytes(tmp_path: Path) -> None:
    asked, whole, out = questions(tmp_path, 4), tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    assert run(*command(asked, whole)).returncode == 1  # one has no answer
    assert not list(tmp_path.glob("*.partial"))

    process = start(command(asked, out))
    serving.until(lambda: kept(out) > 1, "answers")
    os.kill(min(serving.children(process.pid)), signal.SIGKILL)
    before = kept(out)
    serving.until(lambda: kept(out) > before + 2 or process.poll() is not None, "more answers")
    assert process.poll() is None
    code, _, said = ended(process, signal.SIGINT, 0.0)
    assert code == 130
    assert f"{kept(out)} of 21 answer(s) are kept in {out}.partial" in said
    assert "--resume" in said
    assert len(said.splitlines()) == 1
    assert not out.exists()

    again = run(*command(asked, out))
    assert again.returncode == 2
    assert "go on with --resume" in again.stderr
    with Path(f"{out}.partial").open("a") as file:
        file.write('{"number": 3, "li')  # as one that was killed while it wrote
    done = run(*command(asked, out, "--resume"))
    assert (done.returncode, out.read_bytes()) == (1, whole.read_bytes()), done.stderr
    assert not list(tmp_path.glob("*.partial"))
    assert run(*command(asked, out, "--resume")).returncode == 2


def test_answers_of_other_questions_are_not_gone_on_with(tmp_path: Path) -> None:
    first = Journal(tmp_path / "out.jsonl", ["a", "b"], 2)
    first.begin()
    first.add(1, '{"text": "\u2028"}')
    with pytest.raises(errors.RequestError, match="other questions"):
        Journal(tmp_path / "out.jsonl", ["a", "c"], 2).resume()
    same = Journal(tmp_path / "out.jsonl", ["a", "b"], 2)
    same.resume()
    assert same.lines == {1: '{"text": "\u2028"}'}
    same.add(0, "{}")
    same.finish()
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == '{}\n{"text": "\u2028"}\n'


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\u0085", "\x1c", "\x0b", "\x0c"])
def test_a_sign_in_a_text_splits_no_line(tmp_path: Path, sign: str) -> None:
    text = sign if sign > "\x1f" else f"\\u{ord(sign):04x}"
    asked = tmp_path / "asked.jsonl"
    row = f'{{"study": "closures", "options": {{"origin": "Ak{text}tau", "destination": "Poti"}}}}'
    asked.write_text(f"{row}\r\n{row}\n", encoding="utf-8", newline="")
    jobs = batch.read(asked, None)
    assert [job.options["origin"] for job in jobs] == [f"Ak{sign}tau"] * 2
    lines = list(batch.run(jobs[:1]))
    again = tmp_path / "again.jsonl"
    again.write_text("\n".join(lines), encoding="utf-8")
    assert batch.read(again, None)[0].options["origin"] == f"Ak{sign}tau"


def test_resume_needs_the_file_it_goes_on_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "batch", str(questions(tmp_path, 1)), "--resume")
    assert told.code == 2
    assert "-o FILE" in told.said
