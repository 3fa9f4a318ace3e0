"""Ctrl-C, SIGTERM and a closed pipe end every command at once, in silence, with the exit code of the signal."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to know when a process has begun")

COMMANDS = {
    "plan": ("plan", "Kashgar", "Mersin", "--include", "proposed", "--pareto", "distance,time,cost,co2e"),
    "check": ("check",),
    "map": ("compare", "Almaty", "Karachi", "--map", "{folder}/map.html"),
    "list": ("list", "-f", "json", "-o", "{folder}/all.gpkg"),
    "rank": ("rank", "Almaty", "Karachi", "--draws", "200000"),
    "batch": ("batch", "{folder}/asked.jsonl", "-o", "{folder}/answers.jsonl"),
    "serve": ("serve", "--port", "0", "--data", "{folder}/own"),
}
ASKED = '{"study": "rank", "options": {"origin": "Almaty", "destination": "Karachi", "draws": 50000}}\n'


def begin(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    (folder / "asked.jsonl").write_text(ASKED * 40)
    command = [sys.executable, "-m", "corridors", *(text.format(folder=folder) for text in arguments)]
    return start(command)


def start(command: list[str]) -> subprocess.Popen[str]:
    """A process that heeds signals, whatever this one was told of them; given back when it has taken them over."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, cwd=serving.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    serving.until(lambda: _threads(process.pid) > 1 or process.poll() is not None, "its thread that watches")
    assert process.poll() is None
    return process


def _threads(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("Threads:")[2].split()[0])


def ended(process: subprocess.Popen[str], number: signal.Signals, delay_s: float) -> tuple[int, str, str]:
    time.sleep(delay_s)
    children = serving.children(process.pid)
    process.send_signal(number)
    out, said = process.communicate(timeout=serving.PATIENCE_S)
    serving.until(lambda: not any(map(serving.is_alive, children)), "the end of its workers")
    return process.returncode, out, said


@pytest.mark.parametrize("delay_s", [0.0, 0.3, 1.0])
def test_ctrl_c_ends_a_command_in_silence(tmp_path: Path, delay_s: float) -> None:
    code, out, said = ended(begin(tmp_path, *COMMANDS["plan"]), signal.SIGINT, delay_s)
    assert (code, out, said) == (130, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1, 0.2, 0.4, 0.7, 1.2, 2.0])
@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_ends_every_command_at_every_moment(tmp_path: Path, name: str, delay_s: float) -> None:
    process = begin(tmp_path, *COMMANDS[name])
    code, _, said = ended(process, signal.SIGINT, delay_s)
    own = {"batch": ("--resume",), "serve": ("getting ready", "is not there yet", "Corridors is at")}.get(name, ())
    unknown = [line for line in said.splitlines() if not any(text in line for text in own)]
    if code == 0:  # it was done before
        assert "written to" in said or name in ("check", "plan", "list")
    else:
        assert (code, [line for line in unknown if "written to" not in line]) == (130, [])  # it may just have ended
    assert not list(tmp_path.glob(".*.tmp")), "a file that was not finished is left"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_exit_code_is_that_of_the_signal(tmp_path: Path, number: signal.Signals, code: int) -> None:
    assert ended(begin(tmp_path, *COMMANDS["rank"]), number, 0.1) == (code, "", "")


STUBBORN = {
    "swallows": "while True:\n    try: time.sleep(60)\n    except BaseException: pass",
    "in compiled code": "hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)",
    "turns it into another": "try: time.sleep(60)\nexcept BaseException: raise ImportError('no numpy') from None",
}


@pytest.mark.parametrize("name", STUBBORN)
def test_what_does_not_let_go_is_ended_all_the_same(name: str) -> None:
    body = STUBBORN[name].replace("\n", "\n    ")
    code = (
        "import hashlib, sys, time\nfrom corridors import __main__, interrupts\nfrom corridors.cli import main as cli\n"
        f"def stubborn():\n    {body}\ncli.main = stubborn\n__main__.main()"
    )
    assert ended(start([sys.executable, "-c", code]), signal.SIGINT, 0.5) == (130, "", "")


def test_who_is_told_to_ignore_ctrl_c_goes_on() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what runs behind it
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "corridors", "list", "-f", "csv"],
            cwd=serving.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    serving.until(lambda: _threads(process.pid) > 1, "its thread that watches")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=serving.PATIENCE_S)
    assert process.returncode == 0
    assert out.startswith("id,")


def test_a_module_that_is_imported_takes_no_signal_over() -> None:
    code = (
        "import signal, threading; before = signal.getsignal(signal.SIGINT)\n"
        "import corridors.__main__, corridors.cli.main\n"
        "assert signal.getsignal(signal.SIGINT) is before; assert threading.active_count() == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=serving.ROOT)
