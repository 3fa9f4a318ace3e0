"""A disk that is full, or a file that may not grow: the good file stays as it was, and one clear error says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corridors.answers import files

NAMES = [f"routes{suffix}" for suffix in files.EXPORTS]

PLAN = ["plan", "Almaty", "Karachi", "-k", "1"]
BRIEF = ["brief", "Almaty", "Karachi", "-o"]
COMMANDS = {
    **{name: [*PLAN, "-o"] for name in NAMES},
    **{f"figure{suffix}": [*PLAN, "--figure"] for suffix in (".png", ".svg", ".pdf")},
    **{f"chart{suffix}": [*PLAN, "--chart"] for suffix in (".png", ".svg", ".pdf")},
    "map.html": [*PLAN, "--map"],
    "all.html": ["map"],
    "brief.html": BRIEF,
    "tie.png": ["breakeven", "ktap", "iti", "--figure"],
    "effect.html": [
        "segment",
        "effect",
        "--from",
        "Herat",
        "--to",
        "Zaranj",
        "--mode",
        "road",
        "--status",
        "planned",
        "--place",
        "Herat",
        "--place",
        "Zaranj",
        "--map",
    ],
}
"""A file name -> the command that writes it, but for the name."""

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["corridors", *sys.argv[2:]]
from corridors.cli import main as cli
cli.main()
"""


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def make(folder: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "corridors.cli.main", *COMMANDS[name], str(folder / name)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def refused(done: subprocess.CompletedProcess[str], folder: Path, name: str, before: dict[str, bytes]) -> None:
    assert done.returncode == 2, (name, done.returncode, done.stderr[-500:])
    said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(said) == 1, done.stderr[-800:]
    assert name in said[0]
    assert "cannot be written" in said[0]
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert held(folder) == before, name
    assert not [path for path in folder.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_may_not_grow_leaves_the_old_one(name: str, tmp_path: Path) -> None:
    """A limit of the system on the size of files does what a full disk does, without a disk of its own."""
    folder = tmp_path / "out"
    folder.mkdir()
    make(folder, name)
    before = held(folder)
    for limit in (100, len(before[name]) * 9 // 10):
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, str(limit), *COMMANDS[name], str(folder / name)],
            check=False,
            capture_output=True,
            text=True,
        )
        refused(done, folder, name, before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, as large as it takes for one answer of each kind."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    done = (
        subprocess.run(
            [mount or "mount", "-t", "tmpfs", "-o", "size=12m", "none", str(place)],
            check=False,
            capture_output=True,
            text=True,
        )
        if mount
        else None
    )
    if done is None or done.returncode:
        pytest.skip(f"no file system may be mounted here ({done.stderr.strip() if done else 'no mount'})")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_leaves_the_old_file(name: str, small_disk: Path) -> None:
    make(small_disk, name)
    before = held(small_disk)
    for left in {0, len(before[name]) // 2 // 4096 * 4096}:
        ballast = small_disk / "ballast"
        with ballast.open("wb") as filling:
            free = os.statvfs(small_disk)
            filling.write(bytes(free.f_bavail * free.f_bsize - left))
        done = subprocess.run(
            [sys.executable, "-m", "corridors.cli.main", *COMMANDS[name], str(small_disk / name)],
            check=False,
            capture_output=True,
            text=True,
        )
        ballast.unlink()
        refused(done, small_disk, name, before)
