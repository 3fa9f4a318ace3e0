"""Many studies at once: the same bytes here, in processes and on a cluster; a worker that dies loses nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import studies

from corridors.studies import batch
from corridors.studies.batch import Job
from geodata import errors

PLACES = (["Almaty", "Tashkent"], ["Karachi", "Gwadar", "Nowhere"])


def jobs() -> list[Job]:
    return [
        *batch.pairs("rank", *PLACES, scenarios=[{"draws": 500}, {"draws": 500, "seed": 7}]),
        *batch.pairs("closures", ["Aktau"], ["Poti", "Aktau"]),
    ]


def alone() -> list[str]:
    return [batch.answer(job) for job in jobs()]


class Counting(Executor):
    """Works in threads and counts what was submitted."""

    def __init__(self) -> None:
        self.count = 0
        self.pool = ThreadPoolExecutor(1)

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        self.count += 1
        return self.pool.submit(function, *arguments, **options)


def test_any_executor_gives_the_same_lines_in_the_order_of_the_jobs() -> None:
    executor = Counting()
    shares: list[float] = []
    lines = list(batch.run(jobs(), executor, progress=shares.append))
    assert lines == alone()
    assert executor.count == len(jobs()) == 13
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    asked = [(job.options["origin"], job.options["destination"]) for job in jobs()]
    told = [json.loads(line) for line in lines]
    assert [(each["options"] if "error" in each else each["manifest"]["options"])["origin"] for each in told] == [
        origin for origin, _ in asked
    ]
    assert ["error" in each for each in told] == [to == "Nowhere" for _, to in asked]


def test_data_that_are_not_those_of_the_batch_are_refused_in_words() -> None:
    line = json.loads(batch.answer(Job("closures", {"origin": "Aktau", "destination": "Poti"}, sha256="0" * 64)))
    assert "not those of the batch" in line["error"]


def test_the_command_writes_a_line_a_question_and_answers_can_be_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "asked.jsonl"
    rows = [{"study": "closures", "options": {"origin": "Aktau", "destination": to}} for to in ("Poti", "Baku")]
    asked.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    first = tmp_path / "first.jsonl"
    told = studies.ask(capsys, "batch", str(asked), "-o", str(first))
    assert told.code == 0, told.said
    assert len(first.read_text().splitlines()) == 2
    again = studies.ask(capsys, "batch", str(first))
    assert again.out == first.read_text()
    asked.write_text(json.dumps({"study": "closures", "options": {"origin": "Aktau", "destination": "Nowhere"}}))
    lost = studies.ask(capsys, "batch", str(asked))
    assert lost.code == 1
    assert "1 of 1" in lost.said


def test_every_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"study": "rang"}\n{\n[]\n{"study": "rank", "options": {"origin": "A", "draws": "x"}}\n')
    with pytest.raises(errors.DataError) as caught:
        batch.read(asked, None)
    found = {(item.file, item.code, item.field) for item in caught.value.problems}
    lines = [f"{asked}, line {number}" for number in range(5)]
    assert {
        (lines[1], "bad-value", "study"),
        (lines[2], "not-json", ""),
        (lines[3], "not-json", ""),
        (lines[4], "bad-value", "destination"),
        (lines[4], "bad-value", "draws"),
    } == found


def test_a_bug_in_one_answer_loses_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from corridors.studies.timeline import question

    def wrong(*_: object) -> Any:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(question, "STUDY", dataclasses.replace(question.STUDY, work_out=wrong))
    ends = {"origin": "Aktau", "destination": "Poti"}
    lines = [batch.answer(Job("timeline", ends)), batch.answer(Job("closures", ends))]
    assert "internal error (ZeroDivisionError: by nought)" in json.loads(lines[0])["error"]
    assert "error" not in json.loads(lines[1])


def test_an_option_that_is_none_is_told_with_those_there_are(tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"study": "timeline", "options": {"origin": "Almaty", "destination": "Karachi", "to": 2040}}\n')
    with pytest.raises(errors.DataError, match=r"no such option.*to_year"):
        batch.read(asked, None)


def test_a_cluster_that_does_not_answer_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(json.dumps({"study": "closures", "options": {"origin": "Aktau", "destination": "Poti"}}))
    told = studies.ask(capsys, "batch", str(asked), "--scheduler", "nonsense://")
    assert told.code == 2
    assert "write its address, e.g. tcp://" in told.said


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_two_of_which_one_worker_is_killed_gives_the_same_bytes() -> None:
    import distributed

    many = jobs() * 2
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as workers,
        batch.cluster(workers.scheduler_address) as executor,
    ):
        victim = next(iter(workers.workers.values())).process.process.pid
        killed = threading.Event()

        def kill() -> None:
            time.sleep(2.0)
            os.kill(victim, signal.SIGKILL)
            killed.set()

        threading.Thread(target=kill, daemon=True).start()
        lines = list(batch.run(many, executor))
        assert killed.wait(30)
    assert lines == alone() * 2


@pytest.mark.slow
def test_a_cluster_without_a_worker_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(batch, "WORKER_WITHIN_S", 1)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None, silence_logs=50) as empty:  # noqa: SIM117
        with pytest.raises(errors.RequestError, match="no worker has joined"), batch.cluster(empty.scheduler_address):
            pass


def test_an_address_of_no_cluster_is_refused_at_once() -> None:
    with pytest.raises(errors.RequestError, match=r"tcp://10\.0\.0\.1:8786"), batch.cluster("foo"):
        pass


@pytest.mark.slow
def test_processes_of_this_machine_give_the_same_bytes() -> None:
    assert list(batch.run(jobs())) == alone()
