"""What the fields of a record say of themselves: which kind of value each has, and which are shown as they stand.

A field of a segment with a title is a *detail*: it is read, checked and kept as any other, stands in tables, popups,
exports and JSON wherever a segment states it, and can be typed on the command line and in the browser, all from its one
line in ``records.Segment``:

    axle_load_t: Annotated[float, Field(gt=0, le=60)] | None = Field(
        None, title="axle load", json_schema_extra={"unit": "t"})
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from geodata import records
from geodata.kinds import KINDS, SEGMENTS

Form = Literal["whole", "number", "list", "text"]


@dataclass(frozen=True, slots=True)
class Detail:
    """A field that is shown as it stands. ``unit`` is '' where it has none."""

    name: str
    title: str
    unit: str
    form: Form

    @property
    def heading(self) -> str:
        return f"{self.title} {self.unit}".rstrip()

    def text(self, value: Any) -> str:
        """A value for people, with its unit; of a leg the values of its segments.

        >>> Detail("axle_load_t", "axle load", "t", "number").text((22.5, 17.0))
        'axle load 22.5, 17 t'
        """
        values = value if isinstance(value, list | tuple) else (value,)
        shown = ", ".join(f"{item:g}" if self.form == "number" else str(item) for item in values)
        return f"{self.title} {shown} {self.unit}".rstrip()


_FORMS: dict[Any, Form] = {int: "whole", float: "number", tuple: "list"}


@functools.cache
def forms(record: type[records.Record]) -> dict[str, Form]:
    """What a value of each field is, by the name that files use.

    >>> found = forms(records.Segment)
    >>> found["gauge_mm"], found["length_km"], found["countries"], found["note"]
    ('whole', 'number', 'list', 'text')
    """
    found: dict[str, Form] = {}
    for name, item in record.model_fields.items():
        leaves = set(_leaves(item.annotation))
        found[item.alias or name] = next((form for kind, form in _FORMS.items() if kind in leaves), "text")
    return found


def _leaves(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _leaves(each)
    else:
        yield origin or annotation


def details() -> tuple[Detail, ...]:
    """The fields of a segment that are shown as they stand, in the order of the record."""
    record: type[records.Record] = KINDS[SEGMENTS.name].record
    return _details(record)


@functools.cache
def _details(record: type[records.Record]) -> tuple[Detail, ...]:
    made = forms(record)
    return tuple(
        Detail(name, item.title, str(extra.get("unit", "")), made[item.alias or name])
        for name, item in record.model_fields.items()
        if item.title is not None
        for extra in [item.json_schema_extra if isinstance(item.json_schema_extra, dict) else {}]
    )


def stated(segments: Iterable[records.Segment]) -> dict[str, list[Any]]:
    """Name of a detail -> the different values that some segments state, in order; none that no one states."""
    found: dict[str, dict[Any, None]] = {}
    shown = details()
    for segment in segments if shown else ():
        for row in shown:
            value = getattr(segment, row.name)
            if value not in (None, "", ()):
                found.setdefault(row.name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def words(segments: Iterable[records.Segment]) -> str:
    """The details that some segments state, for people; '' for none."""
    values = stated(segments)
    return ", ".join(row.text(values[row.name]) for row in details() if row.name in values)
