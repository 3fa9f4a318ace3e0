"""Parameters of the HTTP API made from the fields of a question (``planner.question``): one parameter a field.

They are called as on the command line, and narrower, since whoever can reach the page can ask.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from planner import fields
from planner.question import Conditions, Name

MAX_COUNT = 50
"""Routes of one plan."""

MAX_ITEMS = 50

Model = TypeVar("Model", bound=BaseModel)


def made(name: str, base: type[Model], asked: type[Conditions], but: Collection[str] = ()) -> type[Model]:
    """A model with the fields of a question, ``but`` for some, on a base of its own."""
    rows = [(key, info) for key, info in asked.ordered() if key not in but]
    made_of: dict[str, Any] = {fields.parameter(*row): _field(*row) for row in rows}
    return create_model(name, __base__=base, __module__=base.__module__, __doc__=asked.__doc__, **made_of)


def values(sent: BaseModel, asked: type[Conditions], but: Collection[str] = ()) -> dict[str, Any]:
    """What such a model holds, as the question calls it."""
    rows = [(key, info) for key, info in asked.ordered() if key not in but]
    return {key: getattr(sent, fields.parameter(key, info)) for key, info in rows}


def _field(key: str, info: FieldInfo) -> tuple[Any, Any]:
    face = fields.face(info)
    kind, many = fields.kind(info)
    about: dict[str, Any] = {"description": info.description, "title": info.title}
    if face.choices is not None:
        kind = Literal[tuple(face.choices())]
    elif face.joined:
        return Annotated[str, Field(max_length=100, **about)], ",".join(info.default)
    elif kind is str:
        kind = Name
    else:
        about |= fields.bounds(info) | ({"le": MAX_COUNT} if key == "count" else {})
        about |= {"allow_inf_nan": False} if kind is float else {}
    if many:
        return Annotated[list[kind], Field(max_length=MAX_ITEMS, **about)], list(info.default)  # type: ignore[valid-type]
    if kind is datetime.date:
        about["strict"] = False
    if info.is_required():
        return Annotated[kind, Field(**about)], ...
    return Annotated[kind if info.default is not None else kind | None, Field(**about)], info.default
