"""Files that are complete or not there: written beside their place, forced to the disk, and moved to it."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from geodata import errors


def check(path: Path) -> None:
    """Refuse a place where no file can be: a folder, a device, a path through a file."""
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            raise errors.FileAccessError(f"{path}: not a regular file; name a file to write")
        above = next(folder for folder in place.parents if folder.exists())
    except OSError as error:
        raise errors.FileAccessError(f"{path}: cannot be written ({error.strerror or error})") from error
    except RuntimeError as error:  # links in a circle, before Python 3.13
        raise errors.FileAccessError(f"{path}: cannot be written ({error})") from error
    if not above.is_dir() or not os.access(above, os.W_OK):
        raise errors.FileAccessError(f"{path}: cannot be written ({above} is no folder that may be written to)")


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, so that a reader never sees half of it."""
    write_files(path, lambda file: file.write_text(text, encoding="utf-8", newline="\n"))


def write_files(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make the file, and any others beside it, in a folder of its own; then move them to their place.

    A link stays a link; the file it points to is written. Raises FileAccessError; then what was there is untouched.
    """
    try:
        check(path)
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path)
        made = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp"))
        try:
            write(made / path.name)
            files = sorted(made.iterdir(), key=lambda file: file.name == path.name)  # the named one last
            for file in files:
                _as_before(file, path.parent / file.name)
            for file in files:  # all are on the disk by now
                file.replace(path.parent / file.name)
            sync_folder(path.parent)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except errors.FileAccessError:
        raise
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise errors.FileAccessError(
            f"{path}: cannot be written ({getattr(error, 'strerror', None) or error})"
        ) from error


def sweep(path: Path, older_than_s: float = 3600.0) -> None:
    """Remove what a killed writer of this file left beside it; a younger one may still be at work."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime >= older_than_s:
                shutil.rmtree(left, ignore_errors=True)


def sweep_folder(folder: Path) -> None:
    """Remove what killed writers of any file left in a folder in which nobody else can be at work."""
    for left in folder.glob(".*.tmp"):
        shutil.rmtree(left, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk; where the system has no such thing (Windows), nothing is done."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_before(file: Path, place: Path) -> None:
    """Give a new file the mode of the one whose place it takes, and its content a way to the disk first."""
    if place.exists():
        file.chmod(place.stat().st_mode & 0o777)
    with file.open("rb") as written:
        os.fsync(written.fileno())
