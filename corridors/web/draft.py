"""Lines that a page or a program sends: parsed strictly, and laid over the network without being saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corridors.web import from_model
from corridors.web.question import Name, plain_values
from geodata import errors
from geodata.errors import Problem
from geodata.own import editing, imports
from geodata.own.drafts import Drafts
from geodata.own.editing import Proposal
from geodata.own.joining import Rules
from geodata.read import contents
from planner.question import EffectQuestion

SENT = "the lines sent"
"""What stands in findings in the place of a file's name."""

MAX_LINES = 500
"""Lines of one request; more are for the command line."""


class Lines(BaseModel):
    """GeoJSON features, and how they join the network.

    With ``straight``, a feature whose geometry is null goes straight between its ``from`` and ``to``; without, a
    geometry that is missing is an error.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    features: Annotated[list[Any], Field(min_length=1, max_length=MAX_LINES)]
    type: Annotated[str, Field(pattern="^FeatureCollection$")] = "FeatureCollection"
    tolerance_km: Annotated[float, Field(ge=0, le=50, allow_inf_nan=False)] = 5.0
    new_places: bool = True
    join: bool = False
    straight: bool = False

    def drafts(self) -> tuple[Drafts, list[Problem]]:
        """The lines as drafts, and what is wrong with them."""
        return imports.of_features(self.features, SENT, straight=self.straight)

    def rules(self, *, replace: bool = False) -> Rules:
        return Rules(self.tolerance_km, self.new_places, self.join, replace)


class LinesInQuestion(Lines):
    """The same, and a question that is answered without and with the lines."""

    question: Annotated[str, Field(max_length=8000, description="The query string of the page or of /api/plan.")]


class LinesBetween(Lines):
    """The same, and between which places and under which conditions their effect is measured."""

    places: Annotated[list[Name], Field(max_length=40, description="Default: 25 main cities and ports.")] = []

    def options(self) -> dict[str, Any]:
        """The arguments of ``planner.effect.measure.measure`` after the networks and the lines."""
        return {"places": self.places, **from_model.values(self, EffectQuestion, ("places",))}


LinesMeasured = from_model.made("LinesMeasured", LinesBetween, EffectQuestion, ("places",))

AnyLines = TypeVar("AnyLines", bound=Lines)


def lines_of(text: str, model: type[AnyLines]) -> tuple[AnyLines, list[Problem]]:
    """The model of a body, and what JSON itself hid in it (a key twice, NaN). Raises DataError, RequestError."""
    document, problems = contents.parse_json(text, SENT)
    if document is None:
        raise errors.DataError(problems or [Problem("error", "not-json", "the body is empty", SENT)])
    if not isinstance(document, dict):
        raise errors.RequestError("the body must be an object with the list 'features'")
    try:
        return model.model_validate(document), problems
    except ValidationError as error:
        raise errors.RequestError("; ".join(plain_values(error.errors()))) from None


def proposed(folder: Path | None, sent: Lines, problems: Sequence[Problem] = (), *, replace: bool = False) -> Proposal:
    """What adding the lines to the folder would do; nothing is written."""
    drafts, found = sent.drafts()
    return editing.propose(folder, drafts, sent.rules(replace=replace), [*problems, *found])


def of_page(folder: Path | None, text: str) -> Proposal:
    """The proposal of the parameter ``draft`` of a page: the same JSON as the body of a request.

    A line with the id of an own one takes its place. Raises DataError, RequestError.
    """
    sent, problems = lines_of(text, Lines)
    return proposed(folder, sent, problems, replace=True)
