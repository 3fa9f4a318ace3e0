"""A question as it comes in an address: the options of the command line as query parameters, all checked.

What is not known, given twice or out of its range is refused; nothing is ignored. ``LIMITS`` of a web question are
narrower than those of the command line, since whoever can reach the page can ask.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corridors.options import ClosureRule, Criterion, Status
from geodata import errors

MAX_COUNT = 50
"""Routes of one plan."""

MAX_FRONT = 200
"""Routes of a Pareto set; one that has more is refused, and says what thins it out."""

MAX_ITEMS = 50
DRAFT = "draft"
"""The parameter of the page that holds lines which are not saved."""

REPEATED = ("via", "avoid", "mode")
"""Parameters that may be given more than once."""

Name = Annotated[str, Field(min_length=1, max_length=300)]


class CompareQuestion(BaseModel):
    """What ``corridors compare`` asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: Annotated[Name, Field(description="Place: name, local name, id, UN/LOCODE or IATA code.")]
    destination: Annotated[Name, Field(description="Place, as above.")]
    via: Annotated[list[Name], Field(max_length=MAX_ITEMS, description="Pass these places, in order.")] = []
    avoid: Annotated[
        list[Name],
        Field(max_length=MAX_ITEMS, description="Keep away from a country (ISO code), place, segment or mode."),
    ] = []
    mode: Annotated[
        list[Name], Field(max_length=MAX_ITEMS, description="Only these modes; default: rail, road, ferry, sea.")
    ] = []
    include: Annotated[Status, Field(description="Lines to use; planned holds under_construction.")] = (
        Status.operational
    )
    as_of: Annotated[int | None, Field(description="The network of a year, by central opening years.")] = None
    closures: Annotated[ClosureRule, Field(description="Closures in force: warn of them, or apply.")] = ClosureRule.warn
    date: Annotated[datetime.date | None, Field(description="Day for closures, YYYY-MM-DD; default: the data's.")] = (
        None
    )
    cargo: Annotated[Name, Field(description="Kind of cargo; it sets the value of time.")] = "general"
    tonnes: Annotated[float | None, Field(allow_inf_nan=False, description="Tonnes; default: one TEU of 20 t.")] = None
    central: Annotated[bool, Field(description="Rank and add up central values; default: expected ones.")] = False

    def options(self) -> dict[str, Any]:
        """The arguments of ``corridors.compare`` after the network and the two places."""
        return {
            "via": self.via,
            "avoid": self.avoid,
            "modes": self.mode,
            "include": self.include.value,
            "as_of": self.as_of,
            "closures": self.closures.value,
            "day": self.date,
            "cargo": self.cargo,
            "tonnes": self.tonnes,
            "central": self.central,
        }


class PlanQuestion(CompareQuestion):
    """What ``corridors plan`` asks."""

    by: Annotated[Criterion, Field(description="What to minimize.")] = Criterion.time
    count: Annotated[int, Field(ge=1, le=MAX_COUNT, description="How many routes.")] = 3
    different: Annotated[
        float,
        Field(gt=0, le=1, allow_inf_nan=False, description="No two routes share more than this of their km."),
    ] = 0.8
    pareto: Annotated[
        str, Field(max_length=100, description="Instead all routes that none beats in these, e.g. time,cost,co2e.")
    ] = ""
    epsilon: Annotated[
        float,
        Field(ge=0, le=1, allow_inf_nan=False, description="With pareto: fewer routes, none missed by more than this."),
    ] = 0.0

    def options(self) -> dict[str, Any]:
        """The arguments of ``corridors.plan`` after the network and the two places.

        Raises RequestError when something is asked that a Pareto set does not have.
        """
        if self.pareto:
            for name in ("by", "count", "different"):
                if name in self.model_fields_set:
                    raise errors.RequestError(f"{name} does not go with pareto, which gives every route none beats")
        return {
            **super().options(),
            "by": self.by.value,
            "count": self.count,
            "different": self.different,
            "pareto": self.pareto.split(",") if self.pareto else (),
            "epsilon": self.epsilon,
        }


QUESTIONS: dict[str, type[CompareQuestion]] = {"plan": PlanQuestion, "compare": CompareQuestion}
"""What the form's ``question`` may be, and what it then holds."""

Items = Sequence[tuple[str, str]]
"""Parameters of an address in their order."""


def refuse_repeated(items: Items) -> None:
    """Raise RequestError for a parameter given twice of which only one value would count."""
    names = [name for name, _ in items]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1 and name not in REPEATED]
    if twice:
        raise errors.RequestError(f"{', '.join(twice)}: given more than once; name it once")


def of_form(items: Items) -> CompareQuestion | None:
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
        raise errors.RequestError("; ".join(told(error.errors()))) from None


def of_address(text: str) -> CompareQuestion | None:
    """The question of a page's query string, or None when it asks nothing. Raises RequestError."""
    items = [(name, value) for name, value in parse_qsl(text, keep_blank_values=True) if name != DRAFT]
    return of_form(items)


def _is_default(name: str, text: str) -> bool:
    default = PlanQuestion.model_fields[name].default
    return text == (f"{default:g}" if isinstance(default, float) else str(default))


def told(found: Iterable[Any]) -> list[str]:
    """Pydantic's findings as one line each, without what was sent: 'count: Input should be ...'."""
    lines = []
    for row in found:
        where = ".".join(str(part) for part in row["loc"] if part not in ("query", "body"))
        what = "there is no such parameter" if row["type"] == "extra_forbidden" else row["msg"]
        lines.append(errors.printable(f"{where}: {what}" if where else what))
    return lines


def address(asked: CompareQuestion) -> str:
    """The parameters of a question as an address holds them: what is at its default is left out.

    >>> address(PlanQuestion(origin="Almaty", destination="Karachi", count=5))
    'origin=Almaty&destination=Karachi&count=5'
    """
    return urlencode(asked.model_dump(mode="json", exclude_defaults=True), doseq=True)
