"""Options of the command line made from the fields of a question (``planner.question``): one parameter a field.

Libraries that do the like (pydantic-typer, pydantic-settings) name options after nested fields, or bring a command line
of their own.
"""

from __future__ import annotations

import datetime
import enum
import inspect
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

from planner import fields
from planner.question import Conditions


def parameters(model: type[Conditions]) -> list[inspect.Parameter]:
    """What typer makes options of: a parameter for each field that has one."""
    return [_parameter(key, info) for key, info in model.ordered() if key not in model.needless]


def quiet(model: type[Conditions]) -> frozenset[str]:
    """The fields that a manifest has only where they are given."""
    return frozenset(key for key, info in model.ordered() if fields.face(info).quiet)


def question_of(model: type[Conditions], given: Mapping[str, Any]) -> Conditions:
    """The question of what was given on the command line. Raises UnknownNameError, RequestError."""
    values = {key: _plain(value) for key, value in given.items() if key in model.model_fields and value is not None}
    return fields.checked(model, values, lambda key: option(model, key))


def option(model: type[Conditions], key: str) -> str:
    """What the command line calls a field."""
    return fields.option(key, model.model_fields[key]) if key in model.model_fields else key


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, enum.Enum) else value


def _parameter(key: str, info: FieldInfo) -> inspect.Parameter:
    face, name = fields.face(info), fields.option(key, info)
    kind, many = fields.kind(info)
    default = _plain(info.default)
    if face.choices is not None:
        words = {value: value for value in face.choices()}
        kind = enum.EnumType.__call__(enum.StrEnum, key, words)
        default = kind(default) if default is not None else None
    if face.joined:
        kind, many, default = str, False, ",".join(default)
    if many:
        kind, default = list[kind], None  # type: ignore[valid-type]
    kind = str if kind is datetime.date else kind
    if info.is_required() or not name.startswith("-"):
        made = typer.Argument(help=info.description)
    else:
        made = typer.Option(name, help=info.description)
    annotation = kind if default is not None or info.is_required() else kind | None
    default = inspect.Parameter.empty if info.is_required() else default
    return inspect.Parameter(
        key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[annotation, made]
    )
