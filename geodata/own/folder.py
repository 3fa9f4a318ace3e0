"""The user's own folder as it is written to: one writer at a time, whole files, and a journal that undoes.

A change is one file, ``additions.geojson``, so that it happens or does not. Before it, an entry with what the file held
goes into ``.history``; ``undo`` puts that back, also in a later run. Nothing else in the folder is written to.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import errors, saving
from geodata.errors import Problem
from geodata.read import additions, contents
from geodata.read.additions import Additions

HISTORY = ".history"
LOCK, QUEUE = ".lock", ".queue"
"""Who holds the lock may write. The next one to have it holds the queue, so that who comes back waits behind it."""
LOCK_WAIT_S = 60.0
POLL_S = 0.01
KEPT_ENTRIES = 100
"""So many changes can be undone."""


@dataclass(frozen=True)
class Store:
    """A folder whose lock is held; ``locked`` gives one."""

    path: Path

    @property
    def file(self) -> Path:
        return self.path / additions.FILE_NAME

    def read(self) -> Additions:
        """What has been added so far. Raises DataError where the file has errors: it is then not written to."""
        if not os.path.lexists(self.file):
            return Additions()
        rows, problems = additions.read(self.file)
        if any(problem.severity == "error" for problem in problems):
            raise errors.DataError(problems)
        return additions.from_rows(rows)

    def write(self, changed: Additions, what: str, *, is_removal: bool = False) -> None:
        """Put this in the place of what the file has, and an entry ``what`` into the journal.

        A removal that leads to a content that the file had before brings that back to the byte, also where it had been
        written by hand.
        """
        before = _content(self.file)
        known = self._earlier() if is_removal else ()
        after = next((text for text in known if _same(text, changed)), None)
        if after is None and not changed.is_empty:
            after = changed.text
        if after == before:
            return
        self._enter(what, before, after)
        self._put(after)

    def require(self, expected: str) -> None:
        """Raise ConflictError when the file is not the expected version any more; '' expects nothing."""
        if expected and version(self.path) != expected:
            raise errors.ConflictError(f"{self.file}: changed meanwhile, by another window or program; load it again")

    def undo(self) -> str:
        """Take the last change back and say which it was.

        Raises RequestError when there is none, or when the file was changed by other hands since.
        """
        for entry in self._entries():
            record = _entry(entry)
            now = _content(self.file)
            if now == record["before"]:  # the change was entered, but its writer was stopped before it happened
                entry.unlink()
                continue
            if _digest(now) != record["after"]:
                raise errors.RequestError(
                    f"{self.file}: changed by other hands since {record['what']!r}; what it held before that is kept "
                    f"in {entry}"
                )
            self._require_sound(record["before"], entry)
            self._put(record["before"])
            entry.unlink()
            saving.sync_folder(entry.parent)
            return str(record["what"])
        raise errors.RequestError(f"{self.path}: there is nothing to undo")

    def _require_sound(self, before: str | None, entry: Path) -> None:
        """Refuse to put back what is no file of additions: an entry may have been changed, like any file."""
        wrong = [item for item in additions.parse(before, str(entry))[1] if item.severity == "error"] if before else []
        if wrong or before == "":
            said = str(wrong[0]) if wrong else "it is empty"
            raise errors.FileAccessError(
                f"{entry}: what this entry of the journal would put back is no file of additions ({said}); move it away"
            )

    def _put(self, content: str | None) -> None:
        if content is not None:
            saving.sweep(self.file, older_than_s=0.0)  # no other writer of this file can be at work: we hold the lock
            saving.write_text(self.file, content)
            return
        target = self.file.resolve()
        try:
            target.unlink(missing_ok=True)
            saving.sync_folder(target.parent)
        except OSError as error:
            raise errors.FileAccessError(f"{self.file}: cannot be removed ({error.strerror or error})") from error

    def _enter(self, what: str, before: str | None, after: str | None) -> None:
        entries = self._entries()
        number = int(entries[0].stem) + 1 if entries else 1
        content = {"what": what, "file": additions.FILE_NAME, "before": before, "after": _digest(after)}
        place = self.path / HISTORY / f"{number:06}.json"
        saving.sweep_folder(place.parent)  # what killed writers left, of other numbers too; we hold the lock
        saving.write_text(place, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        for old in entries[KEPT_ENTRIES - 1 :]:
            old.unlink(missing_ok=True)

    def _entries(self) -> list[Path]:
        """The journal, the last change first."""
        return sorted((self.path / HISTORY).glob("[0-9]*.json"), reverse=True)

    def _earlier(self) -> Iterator[str]:
        """What the file held before each of the changes in the journal, the latest first."""
        for entry in self._entries():
            before = _entry(entry)["before"]
            if before is not None:
                yield before


@contextlib.contextmanager
def locked(path: str | Path) -> Iterator[Store]:
    """The folder, made if it is not there, for one writer at a time; another one waits.

    Raises FileAccessError when it cannot be written to, or another program holds it for longer than a minute.
    """
    import filelock

    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock, queue = (filelock.FileLock(folder / name, timeout=LOCK_WAIT_S) for name in (LOCK, QUEUE))
        with queue.acquire(poll_interval=POLL_S):
            lock.acquire(poll_interval=POLL_S)
    except filelock.Timeout as error:
        raise errors.FileAccessError(f"{folder}: another program has been writing to it for a minute") from error
    except OSError as error:
        raise errors.FileAccessError(f"{folder}: cannot be written to ({error.strerror or error})") from error
    try:
        yield Store(folder)
    finally:
        lock.release()


def version(path: Path) -> str:
    """What changes when what was added to a folder does; '-' where nothing was."""
    return _digest(_content(path / additions.FILE_NAME))[:32] or "-"


def _content(file: Path) -> str | None:
    """The text of a file with every byte in its place, None where there is none."""
    try:
        return contents.read_bytes(file).decode("utf-8") if os.path.lexists(file) else None
    except UnicodeDecodeError as error:
        raise errors.DataError([Problem("error", "not-utf8", f"byte {error.start} is not UTF-8", str(file))]) from error


def _digest(content: str | None) -> str:
    return "" if content is None else hashlib.sha256(content.encode()).hexdigest()


def _entry(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(contents.data_text(path))
        before = record["before"]
        if not (isinstance(record["what"], str) and isinstance(record["after"], str)):
            raise TypeError("what and after must be text")
        if not (before is None or isinstance(before, str)):
            raise TypeError("before must be text or null")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise errors.FileAccessError(
            f"{path}: this entry of the journal cannot be read ({error}); move it away"
        ) from error
    return dict(record)


def _same(text: str, changed: Additions) -> bool:
    """Whether a file with this text would hold the same additions."""
    rows, problems = additions.parse(text, "")
    return not problems and additions.from_rows(rows) == changed
