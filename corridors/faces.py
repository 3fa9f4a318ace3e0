"""The faces of the planner and how each names a condition of a question: a row of FACES each, beside Python's own."""

from __future__ import annotations

import contextlib
from urllib.parse import urlencode

from planner.reasons import Condition, Naming, as_python, named_by, naming

COMMAND_LINE, HTTP, PYTHON = "command line", "http", "python"

CALLED = {
    COMMAND_LINE: {"modes": "mode", "day": "date"},
    HTTP: {"modes": "mode", "day": "date"},
}
"""What a face calls a field of a question otherwise."""

SHORT = {"count": "-k"}
"""Options of one letter."""


def as_option(condition: Condition) -> str:
    """A condition as the command line has it.

    >>> as_option(Condition("as_of", 2035)), as_option(Condition("avoid", ("IR", "CN"))), as_option(Condition("count"))
    ('--as-of 2035', '--avoid IR --avoid CN', '-k')
    """
    name = CALLED[COMMAND_LINE].get(condition.field, condition.field)
    option = SHORT.get(name, f"--{name.replace('_', '-')}")
    if condition.value is None or condition.value is True:
        return option
    return " ".join(f"{option} {_text(value)}" for value in _listed(condition))


def as_parameter(condition: Condition) -> str:
    """A condition as the address of a question has it.

    >>> as_parameter(Condition("as_of", 2035)), as_parameter(Condition("avoid", ("IR", "CN")))
    ('as_of=2035', 'avoid=IR&avoid=CN')
    """
    name = CALLED[HTTP].get(condition.field, condition.field)
    return name if condition.value is None else urlencode([(name, _text(value)) for value in _listed(condition)])


def _listed(condition: Condition) -> tuple[object, ...]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


FACES: dict[str, Naming] = {COMMAND_LINE: as_option, HTTP: as_parameter, PYTHON: as_python}
"""By the name that a manifest keeps."""


def at_work() -> str:
    """The face in whose words reasons are said now."""
    return next(name for name, way in FACES.items() if way is naming.get())


def speaking(face: str) -> contextlib.AbstractContextManager[None]:
    """Let the reasons of all answers made inside be in the words of a face."""
    return named_by(FACES[face])
