"""Other distributions with packages named maps, planner and geodata: one clear error, and never another's code."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import serving

from corridors import neighbours

FOREIGN = ("maps", "planner", "geodata")
"""Distributions of these names, each with a package of the same one."""


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run outside the repository, whose folders would be found first."""
    given = [str(each) for each in command]
    return subprocess.run(given, cwd=folder, capture_output=True, text=True, check=False)


def made(tmp_path: Path, package: str, init: str | None) -> Path:
    """A copy of our folders' heads, with one that is foreign (its __init__) or has none."""
    place = tmp_path / "installed"
    for folder in neighbours.FOLDERS:
        (place / folder).mkdir(parents=True)
        text = (serving.ROOT / folder / "__init__.py").read_text()
        if folder != package:
            (place / folder / "__init__.py").write_text(text)
        elif init is not None:
            (place / folder / "__init__.py").write_text(init)
    (place / "corridors").symlink_to(serving.ROOT / "corridors")
    return place


@pytest.mark.parametrize("package", neighbours.FOLDERS)
@pytest.mark.parametrize(("init", "word"), [("raise SystemExit('ran')", "is of another"), (None, "is not complete")])
def test_a_foreign_or_missing_folder_is_one_error(tmp_path: Path, package: str, init: str | None, word: str) -> None:
    place = made(tmp_path, package, init)
    begin = f"import sys; sys.path.insert(0, {str(place)!r})\n"
    imported = run(sys.executable, "-I", "-S", "-c", f"{begin}import corridors", folder=tmp_path)
    assert imported.returncode == 1
    assert imported.stderr.splitlines()[-1].startswith(f"ImportError: the package {package} ")
    assert word in imported.stderr
    assert "environment of its own" in imported.stderr
    code = f"{begin}sys.argv[0] = 'corridors'\nfrom corridors.__main__ import main\nmain()"
    command = run(sys.executable, "-I", "-S", "-c", code, folder=tmp_path)
    assert command.returncode == neighbours.EXIT_BROKEN
    assert len(command.stderr.splitlines()) == 1
    assert command.stderr.startswith(f"error: the package {package} ")
    assert "ran" not in command.stdout + imported.stdout


def test_our_folders_carry_their_marker() -> None:
    neighbours.require_own()
    for folder in neighbours.FOLDERS:
        assert neighbours.MARKER in (serving.ROOT / folder / "__init__.py").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=serving.ROOT,
        check=True,
        capture_output=True,
    )
    return next(place.glob("*.whl"))


@pytest.mark.slow
@pytest.mark.parametrize("order", ["ours first", "theirs first"])
def test_the_three_of_the_registry_beside_ours(wheel: Path, tmp_path: Path, order: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python, command = tmp_path / "venv/bin/python", tmp_path / "venv/bin/corridors"
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=tmp_path).stdout.strip()
    (Path(own) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")  # of ours, without ours

    def pip(*arguments: str | Path) -> None:
        done = run(sys.executable, "-m", "pip", "--python", python, *arguments, "--quiet", folder=tmp_path)
        assert done.returncode == 0, done.stderr

    def is_refused(*words: str) -> None:
        asked = run(command, "list", "-f", "csv", folder=tmp_path)
        assert (asked.returncode, asked.stdout) == (neighbours.EXIT_BROKEN, "")
        assert len(asked.stderr.splitlines()) == 1
        for word in ("error: the package", "environment of its own", *words):
            assert word in asked.stderr
        imported = run(python, "-c", "import corridors", folder=tmp_path)
        assert imported.returncode == 1
        assert "ImportError: the package" in imported.stderr

    def is_answered() -> None:
        asked = run(command, "list", "-f", "csv", folder=tmp_path)
        assert (asked.returncode, asked.stdout[:3]) == (0, "id,"), asked.stderr

    ours, theirs = ("install", "--no-deps", wheel), ("install", "--no-deps", *FOREIGN)
    if order == "ours first":
        pip(*ours)
        is_answered()
        pip(*theirs)
        is_refused(*(f"the distribution {name} " for name in FOREIGN))
    else:
        pip(*theirs)
        pip(*ours)
        is_answered()  # our files lie over theirs
    pip("uninstall", "--yes", *FOREIGN)
    is_refused("is not complete")
    pip("install", "--no-deps", "--force-reinstall", wheel)
    is_answered()
