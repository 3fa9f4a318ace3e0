"""The answers of a batch that goes to a file, kept line by line beside that file until all are there.

The first line says which batch it is, each further one holds the number of a question and its answer. A line that was
not finished when the process was killed is left out. The file of answers itself is written once, whole and in order.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geodata import errors, saving
from geodata.read import contents


class Journal:
    """The answers that are there so far; ``begin`` or ``resume`` comes first."""

    def __init__(self, output: Path, identity: Any, count: int) -> None:
        """``identity`` is what tells this batch of ``count`` questions from any other, as plain values."""
        self.output = output
        self.path = output.with_name(f"{output.name}.partial")
        self.count = count
        text = json.dumps(identity, ensure_ascii=False, sort_keys=True)
        self.batch = hashlib.sha256(text.encode()).hexdigest()
        self.lines: dict[int, str] = {}

    def begin(self) -> None:
        """Start anew. Raises RequestError where the answers of a run that did not end are."""
        if self.path.exists():
            raise errors.RequestError(
                f"{self.path} holds the answers of a run that did not end; go on with --resume, or remove it"
            )
        self._write(json.dumps({"batch": self.batch, "questions": self.count}) + "\n", "x")

    def resume(self) -> None:
        """Take up the answers of a run that did not end. Raises RequestError where they are of other questions."""
        if not self.path.exists():
            if self.output.exists():
                raise errors.RequestError(f"--resume: {self.output} is complete; there is nothing to go on with")
            self.begin()
            return
        head, *rest = contents.read_text(self.path).split("\n")
        if _object(head).get("batch") != self.batch:
            raise errors.RequestError(
                f"--resume: {self.path} is of other questions, other data or another version; remove it to begin anew"
            )
        whole = [head]
        for text in rest:
            row = _object(text)
            number, line = row.get("number"), row.get("line")
            if isinstance(number, int) and 0 <= number < self.count and isinstance(line, str):
                self.lines[number] = line
                whole.append(text)
        saving.write_text(self.path, "".join(f"{text}\n" for text in whole))

    def add(self, number: int, line: str) -> None:
        """Keep one answer, on the disk before anything else happens."""
        self._write(json.dumps({"number": number, "line": line}, ensure_ascii=False) + "\n", "a")
        self.lines[number] = line

    def finish(self) -> None:
        """Write the file of answers, in the order of the questions; the journal is then of no use."""
        saving.write_text(self.output, "".join(self.lines[number] + "\n" for number in range(self.count)))
        self.path.unlink()

    def _write(self, text: str, mode: str) -> None:
        try:
            with self.path.open(mode, encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise errors.FileAccessError(f"{self.path}: cannot be written ({error.strerror or error})") from error


def _object(text: str) -> dict[str, Any]:
    """The object of a line; an empty one for a line that is not whole."""
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def in_order(found: Iterator[tuple[int, str]]) -> Iterator[str]:
    """The lines of numbered answers, each as soon as all before it are there."""
    early: dict[int, str] = {}
    following = 0
    for number, line in found:
        early[number] = line
        while following in early:
            yield early.pop(following)
            following += 1
