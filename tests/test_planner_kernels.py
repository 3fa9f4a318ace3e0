"""Compiled kernels work where nothing can be kept on disk, and a plan does not wait for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

from planner.search import kernels


def twice(number: int) -> int:
    return 2 * number


def test_without_a_folder_to_write_to_a_kernel_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    real = numba.njit

    def njit(*arguments: Any, cache: bool = False, **options: Any) -> Any:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(*arguments, **options)

    monkeypatch.setattr(numba, "njit", njit)
    assert kernels.kernel(twice)(21) == 42
    assert asked[:2] == [True, False]


def test_a_disk_that_is_full_does_not_stop_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    real = numba.njit

    def njit(*arguments: Any, cache: bool = False, **options: Any) -> Any:
        if not cache:
            return real(*arguments, **options)

        def full(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*_: Any) -> Any:
                raise OSError(28, "No space left on device")

            return call

        return full

    monkeypatch.setattr(numba, "njit", njit)
    assert kernels.kernel(twice)(21) == 42


def fails(number: int) -> int:
    if number > 0:
        raise ValueError("its own fault")
    return number


def test_a_kernel_that_fails_by_itself_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = kernels.kernel(fails)
    assert kernel(0) == 0
    asked: list[object] = []
    monkeypatch.setattr(numba, "njit", lambda *_, **__: asked.append(1))
    with pytest.raises(ValueError, match="its own fault"):
        kernel(1)
    assert asked == []


@pytest.mark.slow
def test_a_spoilt_file_of_kernels_does_not_stop_a_plan(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "corridors.cli.main", "plan", "Almaty", "Karachi", "--pareto", "time,cost"]
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    whole = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    for path in tmp_path.rglob("*.nb?"):
        path.write_bytes(b"junk")
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (0, whole.stdout), again.stderr


@pytest.mark.slow
def test_the_second_process_finds_the_kernels_on_disk(tmp_path: Path) -> None:
    code = (
        "import corridors; n = corridors.load();"
        "print(corridors.plan(n, 'Almaty', 'Karachi', pareto=['time', 'cost'])[0].time_h)"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    answers = []
    for _ in range(2):
        result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        answers.append(result.stdout)
        kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
        assert kept
        if len(answers) == 1:
            first = kept
    assert kept == first
    assert answers[0] == answers[1]
