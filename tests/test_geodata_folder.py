"""Nothing lost: writers that are killed, writers at once, a full disk, a folder that may not be written to."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from geodata import catalog, errors, saving
from geodata.own import editing, folder
from geodata.own.drafts import DraftLine, Drafts
from geodata.read import additions

PAIRS = """
import itertools
from geodata import catalog
facts = catalog.load()
cities = sorted(key for key, node in facts.nodes.items() if node.country == "PK" and node.kind in ("city", "station"))
pairs = list(itertools.combinations(cities, 2))

def draft(number):
    from geodata.own.drafts import DraftLine, Drafts
    start, end = pairs[number]
    values = {"from": start, "to": end, "mode": "road", "status": "proposed", "countries": ("PK",),
              "length_km": 4000.0 + number}
    return Drafts((DraftLine(values, id=f"line-{number}"),))
"""
"""Some hundred lines that are no duplicates of each other: 4,000 km and more between places of one country."""

KILLED = (
    PAIRS
    + """
import os, random, signal, sys, time
from geodata.own import editing, folder
own, saves = sys.argv[1], int(sys.argv[2])
rng = random.Random(int(sys.argv[3]))
editing.add(own, draft(0))  # whatever is imported late is imported now
acknowledged = [0]
stopped = 0
took = 0.1
for number in range(1, saves + 1):
    if number % 10 == 0:  # how long one takes by now, so that half of the kills come while it is at work
        start = time.perf_counter()
        editing.add(own, draft(saves + number))
        took = time.perf_counter() - start
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        editing.add(own, draft(number))
        os.write(writing, b"done")
        os._exit(0)
    os.close(writing)
    time.sleep(rng.uniform(0.0, 2.0 * took))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    stopped += os.WIFSIGNALED(status)
    if os.read(reading, 4) == b"done":
        acknowledged.append(number)
    os.close(reading)
    held = {item.id for item in folder.Store(folder.Path(own)).read().segments}  # raises when the file is broken
    missing = {f"line-{number}" for number in acknowledged} - held
    assert not missing, (number, missing)
print(len(acknowledged), stopped)
"""
)

AT_ONCE = (
    PAIRS
    + """
import os, sys
from geodata.own import editing
own, writers, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
children = []
for writer in range(writers):
    child = os.fork()
    if child == 0:
        try:
            for number in range(each):
                editing.add(own, draft(writer * each + number))
        except BaseException as error:
            print("writer", writer, repr(error)[:300], flush=True)
            os._exit(1)
        os._exit(0)
    children.append(child)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
"""
)


def run(script: str, *arguments: str | int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-3000:]
    return done.stdout


def line(own_id: str, to: str = "zaranj") -> Drafts:
    values = {"from": "herat", "to": to, "mode": "rail", "gauge_mm": 1520, "status": "planned"}
    return Drafts((DraftLine(values, id=own_id),))


def hidden(path: Path) -> list[str]:
    """Temporary files and folders that a writer has left."""
    return [str(item.relative_to(path)) for item in path.rglob("*") if item.name.endswith(".tmp")]


@pytest.mark.slow
def test_of_200_saves_that_are_killed_none_breaks_the_file_and_no_acknowledged_one_is_lost(tmp_path: Path) -> None:
    own = tmp_path / "own"
    acknowledged, stopped = map(int, run(KILLED, own, 200, 1).split())
    assert stopped > 50, "too few were hit while they wrote"
    assert acknowledged > 20, "too few were let through"
    found = catalog.load(own)
    assert len([key for key in found.segments if key.startswith("line-")]) >= acknowledged
    editing.add(own, line("last"))
    assert not [name for name in hidden(own) if "additions" in name]
    while True:  # every change can be taken back, one by one, to the beginning of the journal
        try:
            editing.undo(own)
        except errors.RequestError:
            break


@pytest.mark.slow
def test_of_8_writers_with_50_additions_each_none_is_lost(tmp_path: Path) -> None:
    own = tmp_path / "own"
    run(AT_ONCE, own, 8, 50)
    found = catalog.load(own)
    assert {key for key in found.segments if key.startswith("line-")} == {f"line-{number}" for number in range(400)}
    assert len(list((own / folder.HISTORY).glob("*.json"))) == folder.KEPT_ENTRIES


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """The same, smaller, for the quick tier."""
    own = tmp_path / "own"
    run(AT_ONCE, own, 3, 4)
    assert len(catalog.load(own).own_ids) == 12


IN_A_MOUNT = (
    PAIRS
    + """
import os, subprocess, sys
from pathlib import Path
from geodata import errors
from geodata.own import editing
own = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(own)], check=True)
editing.add(own, draft(0))
kept = (own / "additions.geojson").read_bytes()
if sys.argv[2] == "full":
    (own / "ballast").write_bytes(b"x" * 4096)
    with open(own / "ballast", "ab", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 4096)
        except OSError:
            pass
else:
    subprocess.run(["mount", "-o", "remount,ro", str(own)], check=True)
try:
    editing.add(own, draft(1))
except errors.FileAccessError as error:
    print("said:", error)
assert (own / "additions.geojson").read_bytes() == kept
try:
    editing.remove(own, ["line-0"])
except errors.FileAccessError as error:
    print("said:", error)
assert (own / "additions.geojson").read_bytes() == kept
if sys.argv[2] == "full":
    os.unlink(own / "ballast")
    editing.add(own, draft(1))
    assert not [item for item in own.rglob("*") if item.name.endswith(".tmp")]
"""
)


@pytest.mark.parametrize(("how", "word"), [("full", "No space left"), ("read-only", "Read-only")])
def test_a_full_disk_and_a_read_only_folder_are_said_and_the_file_stays(how: str, word: str, tmp_path: Path) -> None:
    """On a real file system of 96 kB, mounted in a name space of its own."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no mount name spaces here (unshare -rm)")
    own = tmp_path / "own"
    own.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", IN_A_MOUNT, str(own), how], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("said:") == 2
    assert done.stdout.count(word) == 2, done.stdout


def test_a_write_that_fails_half_way_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editing.add(tmp_path, line("a"))
    kept = (tmp_path / additions.FILE_NAME).read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, fail)
            with pytest.raises(errors.FileAccessError, match="No space left"):
                editing.add(tmp_path, line("b", "bamyan"))
            assert (tmp_path / additions.FILE_NAME).read_bytes() == kept
        assert not hidden(tmp_path)
    editing.add(tmp_path, line("b", "bamyan"))
    assert {"a", "b"} <= set(catalog.load(tmp_path).segments)


def test_mode_and_links_of_the_file_are_kept(tmp_path: Path) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    elsewhere.mkdir()
    editing.add(own, line("a"))
    file = own / additions.FILE_NAME
    file.rename(elsewhere / "real.geojson")
    file.symlink_to(elsewhere / "real.geojson")
    (elsewhere / "real.geojson").chmod(0o664)
    editing.add(own, line("b", "bamyan"))
    assert file.is_symlink()
    assert stat.S_IMODE((elsewhere / "real.geojson").stat().st_mode) == 0o664
    assert {"a", "b"} <= set(catalog.load(own).segments)
    assert sorted(item.name for item in elsewhere.iterdir()) == ["real.geojson"]


def test_what_a_killed_writer_left_is_swept_by_the_next(tmp_path: Path) -> None:
    editing.add(tmp_path, line("a"))
    left = tmp_path / f".{additions.FILE_NAME}.abc.tmp"
    left.mkdir()
    (left / "half").write_text("{")
    editing.add(tmp_path, line("b", "bamyan"))
    assert not left.exists()


def test_a_young_temporary_of_a_file_without_a_lock_is_let_be(tmp_path: Path) -> None:
    young, old = tmp_path / ".a.csv.1.tmp", tmp_path / ".a.csv.2.tmp"
    other = tmp_path / ".b.csv.3.tmp"
    for each in (young, old, other):
        each.mkdir()
    os.utime(old, (1.0, 1.0))
    os.utime(other, (1.0, 1.0))
    saving.write_text(tmp_path / "a.csv", "x")
    assert sorted(item.name for item in tmp_path.iterdir()) == [".a.csv.1.tmp", ".b.csv.3.tmp", "a.csv"]


def test_another_program_that_holds_the_folder_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    monkeypatch.setattr(folder, "LOCK_WAIT_S", 0.2)
    held = filelock.FileLock(tmp_path / folder.LOCK)
    with held, pytest.raises(errors.FileAccessError, match="another program"):
        editing.add(tmp_path, line("a"))
    editing.add(tmp_path, line("a"))


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(errors.FileAccessError):
        editing.add(tmp_path / "file", line("a"))
    with pytest.raises(errors.FileAccessError):
        editing.add(tmp_path / "file" / "below", line("a"))


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"what": 1, "before": null, "after": ""}', '{"what": "x", "before": 1, "after": ""}']
)
def test_a_spoilt_journal_is_said_and_nothing_is_undone(content: str, tmp_path: Path) -> None:
    editing.add(tmp_path, line("a"))
    kept = (tmp_path / additions.FILE_NAME).read_bytes()
    entry = next((tmp_path / folder.HISTORY).glob("*.json"))
    entry.write_text(content)
    with pytest.raises(errors.FileAccessError, match="journal"):
        editing.undo(tmp_path)
    assert (tmp_path / additions.FILE_NAME).read_bytes() == kept
    assert json.loads(kept)["type"] == "FeatureCollection"
