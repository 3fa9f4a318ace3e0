"""A question as it comes in an address: the options of the command line as query parameters, all checked.

What is not known, given twice or out of its range is refused; nothing is ignored. The models are made from those
of ``planner.question``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError

from corridors.web import from_model
from geodata import errors
from planner import fields, question
from planner.question import EndsQuestion

MAX_FRONT = 200
"""Routes of a Pareto set; one that has more is refused, and says what thins it out."""

DRAFT = "draft"
"""The parameter of the page that holds lines which are not saved."""

Name = question.Name


class WebQuestion(BaseModel):
    """A question as an address holds it. ``command`` is the one it is as."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: ClassVar[str]
    asks: ClassVar[type[EndsQuestion]]

    def written(self) -> EndsQuestion:
        """The question of the planner.

        Raises RequestError, also where something is asked that a Pareto set does not have; UnknownNameError.
        """
        held = from_model.values(self, self.asks)
        if held.get("pareto"):
            for name in ("by", "count", "different"):
                if name in self.model_fields_set:
                    raise errors.RequestError(f"{name} does not go with pareto, which gives every route none beats")
        known = self.asks.model_fields
        return fields.checked(self.asks, held, lambda key: fields.parameter(key, known[key]))

    def options(self) -> dict[str, Any]:
        """What a manifest keeps of it."""
        quiet = {fields.parameter(*row) for row in self.asks.ordered() if fields.face(row[1]).quiet}
        told = self.model_dump(mode="json")
        return {name: value for name, value in told.items() if name not in quiet or value}


CompareQuestion = from_model.made("CompareQuestion", WebQuestion, question.CompareQuestion)
CompareQuestion.command, CompareQuestion.asks = "compare", question.CompareQuestion
PlanQuestion = from_model.made("PlanQuestion", WebQuestion, question.PlanQuestion)
PlanQuestion.command, PlanQuestion.asks = "plan", question.PlanQuestion

QUESTIONS: dict[str, type[WebQuestion]] = {"plan": PlanQuestion, "compare": CompareQuestion}
"""What the form's ``question`` may be, and what it then holds."""

REPEATED = tuple(
    fields.parameter(*row)
    for row in question.PlanQuestion.ordered()
    if fields.kind(row[1])[1] and not fields.face(row[1]).joined
)
"""Parameters that may be given more than once."""

Items = Sequence[tuple[str, str]]
"""Parameters of an address in their order."""


def refuse_repeated(items: Items) -> None:
    """Raise RequestError for a parameter given twice of which only one value would count."""
    names = [name for name, _ in items]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1 and name not in REPEATED]
    if twice:
        raise errors.RequestError(f"{', '.join(twice)}: given more than once; name it once")


def of_form(items: Items) -> WebQuestion | None:
    """The question of a submitted form, or None when nothing was asked.

    A form sends fields that are empty, and ones that stand at their default: those say nothing. Raises RequestError.
    """
    filled = [(name, value.strip()) for name, value in items if value.strip()]
    if not filled:
        return None
    refuse_repeated([(name, value) for name, value in filled if name != "pareto"])  # check boxes: one value each
    kind = dict(filled).get("question", "plan")
    if kind not in QUESTIONS:
        raise errors.RequestError(f"question must be one of {', '.join(QUESTIONS)}, not {kind!r}")
    model = QUESTIONS[kind]
    values: dict[str, Any] = {}
    for name, value in filled:
        if name in REPEATED:
            values.setdefault(name, []).append(value)
        elif name == "pareto" and name in values:
            values[name] += f",{value}"
        elif name != "question":
            values[name] = value
    for name in set(values) & (set(PlanQuestion.model_fields) - set(CompareQuestion.model_fields)):
        if (model is CompareQuestion or "pareto" in values) and _is_default(name, values[name]):
            del values[name]
        elif model is CompareQuestion:
            raise errors.RequestError(f"{name} goes with a plan; a comparison shows every named corridor")
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise errors.RequestError("; ".join(plain_values(error.errors()))) from None


def of_address(text: str) -> WebQuestion | None:
    """The question of a page's query string, or None when it asks nothing. Raises RequestError."""
    items = [(name, value) for name, value in parse_qsl(text, keep_blank_values=True) if name != DRAFT]
    return of_form(items)


def _is_default(name: str, text: str) -> bool:
    default = PlanQuestion.model_fields[name].default
    return text == (f"{default:g}" if isinstance(default, float) else str(default))


def plain_values(found: Iterable[Any]) -> list[str]:
    """Pydantic's findings as one line each, without what was sent: 'count: Input should be ...'."""
    lines = []
    for row in found:
        where = ".".join(str(part) for part in row["loc"] if part not in ("query", "body"))
        what = "there is no such parameter" if row["type"] == "extra_forbidden" else row["msg"]
        lines.append(errors.printable(f"{where}: {what}" if where else what))
    return lines


def address(asked: WebQuestion) -> str:
    """The parameters of a question as an address holds them: what is at its default is left out.

    >>> address(PlanQuestion(origin="Almaty", destination="Karachi", count=5))
    'origin=Almaty&destination=Karachi&count=5'
    """
    return urlencode(asked.model_dump(mode="json", exclude_defaults=True), doseq=True)
