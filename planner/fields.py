"""What is known of a field of a question: its face, type and bounds; and what is wrong with a value, in words."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from geodata import errors

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Face:
    """What the faces know of a field besides its type, bounds, default, title and description.

    ``option`` is what the command line calls it, where that is not ``--`` and the field's name; one without dashes is
    an argument. ``words`` say what an answer with it is, around its value or, with ``|``, its list: ``without {}``;
    None where every headline says it anyhow, "" for its title and value. ``choices`` are the values there are.
    ``joined``: several values in one text, with commas. ``quiet``: manifests and answers have it only where it is
    given, so that a condition that is added leaves the bytes of all other answers as they are.
    """

    option: str = ""
    words: str | None = ""
    choices: Callable[[], Iterable[str]] | None = None
    joined: bool = False
    quiet: bool = False


PLAIN = Face(words=None)
"""The face of a field that states none."""


def face(info: FieldInfo) -> Face:
    return next((each for each in info.metadata if isinstance(each, Face)), PLAIN)


def kind(info: FieldInfo) -> tuple[Any, bool]:
    """The plain type of a field's value (None aside), and whether there are several."""
    return _kind(info.annotation)


def _kind(annotation: Any) -> tuple[Any, bool]:
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _kind(inside[0])
    if origin in (typing.Union, types.UnionType):
        return _kind(next(each for each in inside if each is not type(None)))
    if origin is not None and issubclass(origin, Sequence):
        return _kind(inside[0])[0], True
    return annotation, False


def plain_type(info: FieldInfo) -> Any:
    """The type of a field as a signature shows it."""
    one, many = kind(info)
    if many:
        return Sequence[one]  # type: ignore[valid-type]
    return one if info.is_required() or info.default is not None else one | None


def option(name: str, info: FieldInfo) -> str:
    """What the command line calls a field: '--as-of', '-k', 'ORIGIN'."""
    return face(info).option or f"--{(info.alias or name).replace('_', '-')}"


def parameter(name: str, info: FieldInfo) -> str:
    """What the HTTP API calls it: as the command line, or as the field where that has no long name."""
    long = option(name, info)
    return long.removeprefix("--").replace("-", "_") if long.startswith("--") else name


def known(kind: str, choices: Callable[[], Iterable[str]]) -> AfterValidator:
    """The validator of a word that is one of a table's."""

    def checked(value: str) -> str:
        listed = tuple(choices())
        if value not in listed:
            fact = {"kind": kind, "name": value, "detail": f"known: {', '.join(listed)}"}
            raise PydanticCustomError("unknown_name", "unknown {kind} '{name}': {detail}", fact)
        return value

    return AfterValidator(checked)


def words(info: FieldInfo, value: Any) -> str:
    """What an answer with this value is, in words."""
    if isinstance(value, tuple):
        shown = ", ".join(map(str, value))
    elif isinstance(value, datetime.date):
        shown = value.isoformat()
    else:
        shown = str(value).replace("_", " ")
    return (face(info).words or f"{(info.title or 'condition').lower()}: {{}}").replace("{}", shown)


def checked(model: type[Model], values: Mapping[str, Any], name: Callable[[str], str] | None = None) -> Model:
    """The question with these values. ``name`` says what a face calls a field: by default as Python has it.

    Raises UnknownNameError for a word that is none of a table, RequestError for all else that is wrong.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise refused(error, model, name) from None


def refused(
    error: ValidationError, model: type[BaseModel], name: Callable[[str], str] | None = None
) -> errors.CorridorsError:
    """The error of ours that says what is wrong with a question."""
    rows = error.errors(include_url=False)
    for row in rows:
        if row["type"] == "unknown_name":
            fact = row["ctx"]
            return errors.UnknownNameError(fact["kind"], fact["name"], detail=fact["detail"])
    return errors.RequestError("; ".join(refusal(model, row, name) for row in rows))


BOUNDS = (
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "int_from_float",
    "int_type",
    "finite_number",
)


def refusal(model: type[BaseModel], row: Any, name: Callable[[str], str] | None = None) -> str:
    """A finding of pydantic as a sentence: 'count must be a whole number between 1 and 200, not 0'."""
    key = str(row["loc"][0]) if row["loc"] else ""
    field = next((each for each, info in model.model_fields.items() if key in (each, info.alias)), key)
    shown = (name or str)(field)
    if row["type"] == "missing":
        return f"{shown} is missing"
    if row["type"] == "extra_forbidden":
        return f"there is no {errors.printable(key)}"
    between = _bounds(model.model_fields[field]) if row["type"] in BOUNDS and field in model.model_fields else ""
    if between:
        return f"{shown} must {between}, not {row['input']}"
    message = row["msg"].removeprefix("Value error, ")
    return f"{shown}{' ' if message.startswith(('must', 'takes')) else ': '}{message}"


def bounds(info: FieldInfo) -> dict[str, float]:
    """The bounds of a field by what pydantic calls them: gt, ge, le."""
    found = ((key, getattr(each, key, None)) for each in info.metadata for key in ("gt", "ge", "le"))
    return {key: value for key, value in found if value is not None}


def _bounds(info: FieldInfo) -> str:
    """'be a whole number between 1 and 200', 'lie above 0 and at most 1'; '' for a field that has no two bounds."""
    found = bounds(info)
    if "le" not in found:
        return ""
    high = f"{found['le']:,.10g}" if found["le"] >= 10_000 else f"{found['le']:g}"
    if "gt" in found:
        return f"lie above {found['gt']:g} and at most {high}"
    if "ge" in found:
        kind = "be a whole number" if info.annotation is int else "lie"
        return f"{kind} between {found['ge']:g} and {high}"
    return ""
