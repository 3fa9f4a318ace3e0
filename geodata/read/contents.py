"""The contents of a file within limits: its size, its kind, UTF-8, and JSON or a number without traps.

Every reader of a file starts here, GeoJSON or not; the problems name the line.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from geodata import errors
from geodata.errors import Problem

MAX_BYTES = 400_000_000
"""A file larger than this is refused before it is parsed: ten times a network of 100,000 segments."""

_SHOWN = 60


def read_bytes(path: Path, *, at_most: int | None = None, may_wait: bool = False) -> bytes:
    """The content of a regular file (or its first bytes). A folder, a device or a pipe is refused and never waited for.

    With ``may_wait``, for a file that is named on the command line, a pipe is read to its end. Raises FileAccessError.
    """
    at_once = 0 if may_wait else getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, os.O_RDONLY | at_once | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) and not (may_wait and not stat.S_ISDIR(about.st_mode)):
                raise errors.FileAccessError(f"{path}: {_irregular(about.st_mode)}; a regular file is needed here")
            if about.st_size > MAX_BYTES:
                raise errors.FileAccessError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split the file")
            content = file.read(MAX_BYTES + 1 if at_most is None else at_most)
            if len(content) > MAX_BYTES:  # of a pipe or a device, whose size nobody knows
                raise errors.FileAccessError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; split the file")
            return content
    except OSError as error:
        if isinstance(error, errors.FileAccessError):
            raise
        if path.is_dir():  # some systems open no folder
            raise errors.FileAccessError(f"{path}: is a folder; a regular file is needed here") from error
        reason = "a link to nowhere" if path.is_symlink() and not path.exists() else error.strerror or error
        raise errors.FileAccessError(f"{path}: cannot be read ({reason})") from error


def _irregular(mode: int) -> str:
    return "is a folder" if stat.S_ISDIR(mode) else "is a pipe" if stat.S_ISFIFO(mode) else "is a device or a socket"


def read_text(path: Path) -> str:
    """The text of a UTF-8 file or pipe that a command names (a byte order mark is allowed)."""
    return _text(path, read_bytes(path, may_wait=True))


def data_text(path: Path) -> str:
    """The same of a file of data, which has to be a regular one."""
    return _text(path, read_bytes(path))


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.DataError(
            [Problem("error", "not-utf8", f"byte {error.start} is not UTF-8; save the file as UTF-8", str(path))]
        ) from error


def parse_json(text: str, file: str) -> tuple[Any, list[Problem]]:
    """JSON without its traps: a duplicate key, NaN or Infinity is a problem, and so is nesting without end."""
    problems: list[Problem] = []
    is_odd = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_odd
        table = dict(items)
        is_odd = is_odd or len(table) != len(items)
        return table

    def constant(name: str) -> float:
        nonlocal is_odd
        is_odd = True
        return float(name.replace("Infinity", "inf"))  # so that the feature and vertex are found and named, too

    try:
        document = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
        return document, list(_odd(text, file)) if is_odd else problems
    except json.JSONDecodeError as error:
        problems.append(Problem("error", "not-json", f"{error.msg} at line {error.lineno}, column {error.colno}", file))
    except RecursionError:
        problems.append(Problem("error", "too-deep", "nested deeper than any GeoJSON needs", file))
    except ValueError as error:  # an integer of more than 4,300 digits
        problems.append(Problem("error", "not-json", str(error)[:200], file))
    return None, problems


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def _odd(text: str, file: str) -> Iterator[Problem]:
    """The duplicate keys and the constants that are no JSON of a text that is JSON otherwise, with their lines."""
    line, done, before = 1, 0, ""
    open_objects: list[set[str] | None] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        line, done = line + text.count("\n", done, match.start()), match.start()
        if token in "{[":
            open_objects.append(set() if token == "{" else None)
        elif token in "}]":
            open_objects.pop()
        elif token in ("NaN", "Infinity", "-Infinity"):
            yield Problem("error", "not-a-number", f"{token} is not JSON, at line {line}", file, value=token)
        elif token[0] == '"' and before in "{," and open_objects and (keys := open_objects[-1]) is not None:
            key = json.loads(token)
            if key in keys:
                message = f"the key stands twice in one object, again at line {line}"
                yield Problem("error", "duplicate-key", message, file, field=key)
            keys.add(key)
        before = token


def line_of(text: str, member: str) -> int | None:
    """The line on which a member of the outermost object of a JSON text stands; None where it has none.

    >>> line_of('{\\n"type": "x",\\n"features": {}}', "features")
    3
    """
    depth, before = 0, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        depth += (token in "{[") - (token in "}]")
        if depth == 1 and before in ("{", ",") and token[0] == '"' and json.loads(token, strict=False) == member:
            return 1 + text.count("\n", 0, match.start())
        before = token
    return None


def with_lines(problems: Iterable[Problem], text: str) -> list[Problem]:
    """Findings about members of the outermost object, with the line on which each stands."""
    found = []
    for item in problems:
        line = (
            line_of(text, item.field)
            if item.feature_index is None and item.field and "line" not in item.message
            else None
        )
        found.append(item if line is None else replace(item, message=f"{item.message} (line {line})"))
    return found


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number_of(text: str) -> float | None:
    """The number that a text is in plain decimal notation; None for anything else that Python would take for one.

    >>> number_of("12.5"), number_of("1e3"), number_of("1_000"), number_of("nan"), number_of(" 1"), number_of("١٢")
    (12.5, 1000.0, None, None, None, None)
    """
    return float(text) if _NUMBER.fullmatch(text) else None


def show(value: Any) -> str:
    """A value as JSON, cut to what fits into a message."""
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
