"""Asking studies in tests: by command in this process, with exit code, output and messages."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from corridors.cli import main as cli


@dataclass(frozen=True)
class Told:
    """What a command gave back."""

    code: int
    out: str
    said: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Told:
    """Run the command line as a user does."""
    known, code = sys.argv, 0
    sys.argv = ["corridors", *arguments]
    hook = sys.excepthook
    try:
        cli.main()
    except SystemExit as error:
        code = int(error.code or 0)
    finally:
        sys.argv, sys.excepthook = known, hook
    out, said = capsys.readouterr()
    return Told(code, out, said)
