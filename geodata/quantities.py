"""What a rate may measure: QUANTITIES, one row of ``data/quantities.toml`` each.

A row says the unit, whose figure it is, by which scopes it is looked up, what it can be and what it usually is, how it
is spread, and by which words a break-even varies it. Unlike other tables it cannot be laid over by a folder of one's
own: a quantity that no formula of the planner reads would be a figure without effect.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from geodata.records import Finite, Id, Record, Text

REGION = "region"

Range = tuple[Finite, Finite]
"""The least and the greatest value, both allowed."""

SCOPES: dict[str, str] = {
    REGION: "region",
    "country": "a country (KZ)",
    "pair": "two countries (KZ-UZ)",
    "node": "a place",
    "segment": "a segment",
    "way": "a crossing in one direction (saryagash-tashkent-rail:KZ-UZ)",
    "side": "a side of a crossing (saryagash-tashkent-rail:KZ)",
    "pair_side": "a side of all crossings of two countries (KG-KZ:KZ)",
}
"""The kinds of scope a rate may have."""

MANY = ("mode", "modes", "gauges", "cargo")
"""Kinds of subjects of which there are many; any other kind is the one word that a quantity goes by."""


class Word(Record):
    """What a break-even calls a quantity. ``subject`` '' is any, or the mode that is set before the word (rail-border).

    ``range`` has the values beyond which it cannot go, in the unit of the quantity; ``why`` says what they rest on.
    """

    word: Id
    subject: Id | Literal[""] = ""
    range: Range
    why: Text


class Quantity(Record):
    """What a rate measures, as the head of quantities.toml explains it.

    What lies outside ``possible`` is an error, since nothing can be computed with it; outside ``usual`` (that of its
    subject, where ``usual_of`` has one) it is a warning. km or tonnes are divided by a ``divisor``.
    """

    id: Id
    title: Text
    unit: Text
    subjects: Id
    scopes: Annotated[tuple[Text, ...], Field(min_length=1)]
    possible: Range
    usual: Range
    usual_of: Mapping[Id, Range] = {}
    family: Literal["gamma", "lognormal"]
    ceiling: Finite | None = None
    divisor: bool = False
    stands_in: bool = False
    correlates: bool = False
    words: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for scope in self.scopes:
            if scope not in SCOPES:
                raise ValueError(f"no such scope: {scope}; they are {', '.join(SCOPES)}")
        for low, high in (self.possible, self.usual, *self.usual_of.values(), *(row.range for row in self.words)):
            if low > high:
                raise ValueError(f"a range must rise, not fall from {low:g} to {high:g}")
        if self.divisor and self.possible[0] <= 0:
            raise ValueError("km or tonnes are divided by it, so what is possible begins above 0")
        return self

    @property
    def subject(self) -> str:
        """The one subject that it has; '' where there are many."""
        return "" if self.subjects in MANY else self.subjects

    def is_usual(self, subject: str, value: float) -> bool:
        """Whether a value is one that such a figure may well have."""
        low, high = self.usual_of.get(subject, self.usual)
        return low <= value <= high


def _read(path: Path) -> dict[str, Quantity]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["quantity"]
    return {row["id"]: Quantity.model_validate_json(json.dumps(row)) for row in rows}


QUANTITIES: dict[str, Quantity] = _read(Path(__file__).parent / "data" / "quantities.toml")
"""Every quantity a row of rates.csv may state; a typo must not be a rate that nothing reads."""
