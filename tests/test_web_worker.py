"""Work is really stopped, at the limit and when the client goes; and the next question is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import serving

from corridors.web.failure import WorkError
from corridors.web.worker import Runner
from geodata import errors


@pytest.fixture
def runner() -> Iterator[Runner]:
    """One lane and a short limit."""
    made = Runner(serving.nothing, serving.nothing, lanes=1, limit_s=1.0, max_waiting=2)
    made.start()
    yield made
    made.stop()


def pid_in(told: Path) -> int:
    return int(serving.until(lambda: told.exists() and told.read_text(), "the job's process"))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.mark.parametrize(
    "job", [pytest.param(serving.sleep_for_ever, marks=pytest.mark.slow), serving.spin_without_python]
)
def test_a_job_ends_with_its_process_at_the_limit_and_the_next_is_answered(
    runner: Runner, tmp_path: Path, job: Any
) -> None:
    async def asked() -> tuple[WorkError, int]:
        with pytest.raises(WorkError) as caught:
            await runner.run(job, tmp_path / "pid")
        return caught.value, await runner.run(serving.own_pid)

    error, later = run(asked())
    assert error.failure.status == 504
    assert "stopped after 1 seconds; ask for less" in error.failure.message
    assert not serving.is_alive(pid_in(tmp_path / "pid"))
    assert later != pid_in(tmp_path / "pid")


def test_a_job_whose_asker_goes_is_ended(runner: Runner, tmp_path: Path) -> None:
    runner.limit_s = 3600.0

    async def asked() -> int:
        task = asyncio.ensure_future(runner.run(serving.sleep_for_ever, tmp_path / "pid"))
        pid = await asyncio.to_thread(pid_in, tmp_path / "pid")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(serving.until, lambda: not serving.is_alive(pid), "the end of the job")
        return int(await runner.run(serving.own_pid))

    assert run(asked()) != pid_in(tmp_path / "pid")


def test_more_jobs_than_may_wait_are_refused_at_once(runner: Runner, tmp_path: Path) -> None:
    runner.limit_s = 3600.0

    async def asked() -> list[Any]:
        first = asyncio.ensure_future(runner.run(serving.sleep_for_ever, tmp_path / "pid"))
        await asyncio.to_thread(pid_in, tmp_path / "pid")
        waiting = [asyncio.ensure_future(runner.run(serving.echo, number)) for number in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(WorkError) as caught:
            await runner.run(serving.echo, 3)
        assert caught.value.failure.status == 503
        first.cancel()
        return await asyncio.gather(*waiting)

    assert run(asked()) == [0, 1]


def test_errors_cross_with_all_they_hold(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    async def failure_of(kind: str) -> Any:
        with pytest.raises(WorkError) as caught:
            await runner.run(serving.fail, kind)
        return caught.value.failure

    async def asked() -> list[Any]:
        return [await failure_of(kind) for kind in ("name", "route", "data", "bug")]

    name, route, data, bug = run(asked())
    assert (name.status, name.hints) == (404, ("Almaty (almaty)",))
    assert (route.status, route.reasons) == (404, ("the sea", "the border"))
    assert data.status == 422
    assert data.problems[0]["feature_index"] == 3
    assert bug.status == 500
    assert "Traceback" not in bug.message
    assert "ZeroDivisionError: bug" in caplog.text


def test_a_process_that_dies_does_not_take_the_lane_with_it(runner: Runner) -> None:
    async def asked() -> Any:
        with pytest.raises(WorkError) as caught:
            await runner.run(serving.die)
        assert caught.value.failure.status == 503
        return await runner.run(serving.echo, "again")

    assert run(asked()) == "again"


def test_data_that_cannot_be_read_is_the_answer_to_each_question() -> None:
    made = Runner(serving.nothing, serving.broken_data, lanes=1)
    made.start()
    try:
        with pytest.raises(WorkError) as caught:
            made.wait_ready()
        assert caught.value.failure.kind == "data"
        for _ in range(2):
            with pytest.raises(WorkError):
                run(made.run(serving.echo, 1))
    finally:
        made.stop()


def test_every_error_of_ours_has_a_status() -> None:
    from corridors.web import failure

    known = {kind for kind, _, _ in failure.STATUS_OF}
    assert set(errors.CorridorsError.__subclasses__()) <= known
