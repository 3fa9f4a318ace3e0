"""The command line: runs a command; every error becomes a message on stderr and an exit code.

Exit codes: 0 done, 1 an honest negative (no route, problems found), 2 wrong usage or input, 70 a bug of ours, 130 after
Ctrl-C and 143 after SIGTERM (``corridors.interrupts``).
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.models import CommandInfo

from corridors import console, faces, interrupts
from corridors.cli.asks import Asking
from corridors.cli.commands import app
from geodata import errors

NEEDS_ALL = "replay"
"""The command that looks others up."""

LISTING: tuple[list[str], ...] = ([], ["--help"], ["-h"])
"""What lists the commands."""


def main() -> None:
    """Run the command line; every error becomes a message on stderr and an exit code."""
    sys.excepthook = _last_resort
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = _listed(app) if sys.argv[1:] in LISTING else _with_alone(app, sys.argv[1:2])
    command = typer.main.get_group(asked)  # not app(): its own hook would replace ours
    try:
        written_to = sys.stdout
        try:
            with faces.speaking(faces.COMMAND_LINE):
                command()
        except SystemExit:
            if (
                sys.stdout is not written_to
            ):  # click has met a closed pipe, and would end with 1, which is a "no" of ours
                raise BrokenPipeError from None
            raise
        except BaseException:
            if interrupts.is_asked():  # whatever became of the interruption on its way here
                interrupts.leave()
            raise
        finally:
            sys.stdout.flush()
    except errors.NoRouteError as error:
        console.say(str(error))
        sys.exit(console.EXIT_NEGATIVE)
    except errors.CorridorsError as error:
        console.say(f"error: {error}")
        sys.exit(console.EXIT_USAGE)
    except BrokenPipeError:  # the reader of our pipe has gone; leave without a word, as other tools do
        _drop_output()
        sys.exit(console.EXIT_DONE)
    except OSError as error:  # a full disk, say; files of ours raise FileAccessError
        _drop_output()
        console.say(f"error: the answer cannot be written ({error.strerror or error})")
        sys.exit(console.EXIT_USAGE)


def _with_alone(app: typer.Typer, first: Sequence[str]) -> typer.Typer:
    """The command line with the command that is asked for alone, which starts faster; all of it for anything else."""
    commands = [row for row in app.registered_commands if (row.name or _name_of(row.callback)) in first]
    groups = [row for row in app.registered_groups if row.typer_instance and row.typer_instance.info.name in first]
    if not (commands or groups) or NEEDS_ALL in first:
        return app
    narrow = copy.copy(app)
    narrow.registered_commands, narrow.registered_groups = commands, groups
    return narrow


def _listed(app: typer.Typer) -> typer.Typer:
    """The command line where its commands are only listed: their options, made from questions, take time."""
    narrow = copy.copy(app)
    narrow.registered_commands = [
        _without_options(row, row.callback) if isinstance(row.callback, Asking) else row
        for row in app.registered_commands
    ]
    narrow.registered_groups = [copy.copy(row) for row in app.registered_groups]
    for row in narrow.registered_groups:
        row.typer_instance = row.typer_instance and _listed(row.typer_instance)
    return narrow


def _without_options(row: CommandInfo, asking: Asking) -> CommandInfo:
    def command() -> None: ...

    made = copy.copy(row)
    command.__name__, command.__doc__ = asking.__name__, asking.__doc__
    made.callback = command
    return made


def _name_of(callback: Callable[..., Any] | None) -> str:
    return typer.main.get_command_name(callback.__name__) if callback is not None else ""


def _open_what_is_closed() -> None:
    """What was closed before we began (``>&-``) goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def _drop_output() -> None:
    """Let the interpreter's last flush of stdout go nowhere, so that it does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _last_resort(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """A bug still says what happened in one line; CORRIDORS_TRACEBACK=1 shows where."""
    if os.environ.get("CORRIDORS_TRACEBACK"):
        sys.__excepthook__(kind, error, trace)
    else:
        console.say(
            f"internal error ({kind.__name__}: {error}); please report it, with the output of CORRIDORS_TRACEBACK=1"
        )
    sys.stderr.flush()
    os._exit(console.EXIT_BUG)  # a hook cannot set the exit code, and 1 would read as an honest negative


if __name__ == "__main__":
    main()
