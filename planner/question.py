"""THE question: what can be asked, as a person writes it. Every face is made of these fields.

A condition is one field here: with its type, bounds, default, title and description, and a ``Face`` for what pydantic
has no word for. From it come the options of every command (``corridors.cli.from_model``), the parameters of the HTTP
API, the arguments of the Python API, the questions of the studies, what a manifest keeps and ``replay`` asks again, and
the words in which an answer says under which conditions it holds. ``planner.request`` turns names into ids.
"""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from geodata import errors, records
from planner.price import measures
from planner.price.consignment import MAX_TONNES
from planner.price.measures import MEASURES

MAX_COUNT = 200
MAX_ITEMS = 1000
MAX_PARETO = 4
"""So many criteria a Pareto set has at most."""

ClosureRule = Literal["warn", "apply"]


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


def _one(value: Any) -> Any:
    """A single text counts as a list of one, not as a list of its letters."""
    return (value,) if isinstance(value, str) else value


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return datetime.datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(f"must be a day like 2026-11-23, not {value!r}") from None


def known(kind: str, choices: Callable[[], Iterable[str]]) -> AfterValidator:
    """The validator of a word that is one of a table's."""

    def checked(value: str) -> str:
        listed = tuple(choices())
        if value not in listed:
            fact = {"kind": kind, "name": value, "detail": f"known: {', '.join(listed)}"}
            raise PydanticCustomError("unknown_name", "unknown {kind} '{name}': {detail}", fact)
        return value

    return AfterValidator(checked)


def _pareto(value: Any) -> Any:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(text.strip().lower() for text in parts if text.strip())


def _front(named: Sequence[str]) -> Sequence[str]:
    if len(set(named)) != len(named) or len(named) == 1 or len(named) > MAX_PARETO:
        raise ValueError(f"takes two to four different criteria of {', '.join(pareto_criteria())}")
    return named


def pareto_criteria() -> tuple[str, ...]:
    """What a Pareto set may be over: no sum of others is one."""
    return tuple(row.id for row in measures.listed())


def _criteria() -> Iterable[str]:
    return MEASURES


Name = Annotated[str, Field(min_length=1, max_length=300)]
Names = Annotated[Sequence[Name], BeforeValidator(_one), Field(max_length=MAX_ITEMS), AfterValidator(tuple)]
Criterion = Annotated[
    str,
    known("criterion", _criteria),
    Field(title="Least", description="What to minimize."),
    Face("--by", None, _criteria),
]
"""A word of MEASURES; a study describes what it decides."""

Origin = Annotated[
    Name, Field(description="Place: name, local name, id, UN/LOCODE or IATA code."), Face("ORIGIN", None)
]
Destination = Annotated[Name, Field(description="Place, as above."), Face("DESTINATION", None)]


class Conditions(BaseModel):
    """What every question asks: over which lines, under which closures, for what load. A condition is a field here.

    >>> Conditions(modes=("rail",), avoid=("IR",), as_of=2036).words()
    'only by rail; without IR; lines open in 2036'
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    modes: Annotated[
        Names,
        Field(title="Modes", description="Only these modes; default: rail, road, ferry, sea."),
        Face("--mode", "only by {}"),
    ] = ()
    avoid: Annotated[
        Names,
        Field(title="Avoid", description="Keep away from a country (ISO code), place, segment or mode."),
        Face(words="without {}"),
    ] = ()
    include: Annotated[
        str,
        known("status", lambda: records.STATUSES),
        Field(title="Lines", description="Lines to use; planned holds under_construction."),
        Face(words="lines: {}", choices=lambda: records.STATUSES),
    ] = "operational"
    as_of: Annotated[
        int | None,
        Field(title="Network of the year", description="The network of a year, by central opening years."),
        Face(words="lines open in {}"),
    ] = None
    closures: Annotated[
        str,
        known("closures", lambda: ("warn", "apply")),
        Field(
            title="Closures",
            description="Closures in force: warn of them, or apply; in a future year those with an end.",
        ),
        Face(words="closures in force applied", choices=lambda: ("warn", "apply")),
    ] = "warn"
    day: Annotated[
        datetime.date | None,
        BeforeValidator(_day),
        Field(
            alias="date",
            title="Closures on the day",
            description="Day for closures, YYYY-MM-DD; default: the data's.",
        ),
        Face(words="on {}"),
    ] = None
    cargo: Annotated[
        Name, Field(title="Cargo", description="Kind of cargo; it sets the value of time."), Face(words=None)
    ] = "general"
    tonnes: Annotated[
        float | None,
        Field(gt=0, le=MAX_TONNES, title="Tonnes", description="Tonnes; default: one TEU of 20 t."),
        Face(words=None),
    ] = None
    central: Annotated[
        bool,
        Field(title="Hours and USD", description="Rank and add up central values; default: expected ones."),
        Face(words="central values"),
    ] = False
    open: Annotated[
        Names,
        Field(
            title="Take as open",
            description="Take a crossing (place, closure or strait) as open, whatever the data say; repeat it.",
        ),
        Face(words="taken as open: {}", quiet=True),
    ] = ()
    close: Annotated[
        Names,
        Field(
            title="Take as closed",
            description="Take a crossing, a strait or a country (to transit) as closed too; repeat it.",
        ),
        Face(words="taken as closed: {}", quiet=True),
    ] = ()

    leading: ClassVar[tuple[str, ...]] = ("origin", "destination", "first", "second", "by")
    """Fields that stand first on the command line; then come those of the question's own, then the conditions."""

    lines: ClassVar[tuple[str, ...]] = ("modes", "include", "as_of")
    """The conditions that say over which lines is asked, as headlines and maps tell of every answer."""

    needless: ClassVar[tuple[str, ...]] = ()
    """Fields that have no option on the command line: the question has another word for it, or none."""

    as_drawn: ClassVar[tuple[str, ...]] = ("day", "cargo", "tonnes", "central")
    """The conditions that a named corridor can have where it is taken as it is drawn, between no places."""

    @classmethod
    def ordered(cls) -> list[tuple[str, FieldInfo]]:
        """The fields in the order of the command line."""
        own = [key for key in cls.model_fields if key not in Conditions.model_fields]
        return [
            (key, cls.model_fields[key])
            for key in dict.fromkeys((*cls.leading, *own, *cls.model_fields))
            if key in cls.model_fields
        ]

    def given(self, among: Iterable[str] | None = None) -> Iterator[tuple[str, FieldInfo, Any]]:
        """The fields that differ from a bare question, with their values."""
        for name, info in type(self).model_fields.items():
            if (among is None or name in among) and getattr(self, name) != info.default:
                yield name, info, getattr(self, name)

    def conditions(self) -> dict[str, Any]:
        """The conditions, to be asked with other fields."""
        return {name: getattr(self, name) for name in Conditions.model_fields if name in type(self).model_fields}

    def words(self, but: Collection[str] = ()) -> str:
        """What differs from a bare question, in words; '' where nothing does. Each headline tells places and load;
        ``but`` are fields that it tells too.
        """
        rows = [(info, value) for name, info, value in self.given() if name not in but]
        return "; ".join(_words(info, value) for info, value in rows if face(info).words is not None)

    def quiet(self) -> dict[str, Any]:
        """The quiet fields that were given, as JSON has them."""
        told = {name for name, info, _ in self.given() if face(info).quiet}
        return self.model_dump(mode="json", by_alias=True, include=told)

    def options(self) -> dict[str, Any]:
        """All that was asked, as JSON has it: what a manifest keeps."""
        quiet = {name for name, info in type(self).model_fields.items() if face(info).quiet}
        return self.model_dump(mode="json", by_alias=True, exclude=quiet) | self.quiet()


class EndsQuestion(Conditions):
    """A question between two places."""

    origin: Origin
    destination: Destination


class RouteConditions(Conditions):
    """What a comparison asks besides its places."""

    leading: ClassVar[tuple[str, ...]] = (
        *("origin", "destination", "by", "count", "via", "avoid", "modes", "include", "as_of", "closures", "day"),
        *("different", "pareto", "epsilon"),
    )

    via: Annotated[
        Names,
        Field(title="Via", description="Pass this place; repeat it for more, in order."),
        Face(words="via {}"),
    ] = ()


class PlanConditions(RouteConditions):
    """What a plan asks besides its places. With criteria in ``pareto`` the answer is the Pareto set over them; then
    ``by``, ``count`` and ``different`` do not matter.
    """

    by: Criterion = "time"
    count: Annotated[
        int,
        Field(strict=True, ge=1, le=MAX_COUNT, title="Routes", description=f"How many routes, 1 to {MAX_COUNT}."),
        Face("-k", None),
    ] = 3
    different: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            title="Largest shared part of two routes, 0 to 1",
            description="No two routes share more than this of their km; 1: exact k shortest.",
        ),
        Face(words=None),
    ] = 0.8
    pareto: Annotated[
        Sequence[Annotated[str, known("criterion", pareto_criteria)]],
        BeforeValidator(_pareto),
        AfterValidator(_front),
        AfterValidator(tuple),
        Field(
            title="Instead, all routes that none beats in",
            description="Instead all routes that none beats in these, e.g. time,cost,co2e.",
        ),
        Face(words=None, joined=True),
    ] = ()
    epsilon: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            title="Thinned out by at most the share",
            description="With --pareto: fewer routes, none of them missed by more than this share.",
        ),
        Face(words=None),
    ] = 0.0


class CompareQuestion(RouteConditions, EndsQuestion):
    """What ``corridors compare`` asks."""


class PlanQuestion(PlanConditions, EndsQuestion):
    """What ``corridors plan`` asks."""


class EffectQuestion(Conditions):
    """What ``corridors segment effect`` asks. Without ``include`` and ``as_of`` the lines compared are those of the
    opening year (``planner.effect.scope``).
    """

    leading: ClassVar[tuple[str, ...]] = ("places", "by", "include", "as_of", "avoid")
    lines: ClassVar[tuple[str, ...]] = ("modes", "include", "as_of")
    """The conditions that say over which lines is asked, as headlines and maps tell of every answer."""

    needless: ClassVar[tuple[str, ...]] = ("modes",)  # --mode is that of the line

    places: Annotated[
        Names,
        Field(description="A place to measure between; repeat it; default: 25 main ones."),
        Face("--place", None),
    ] = ()
    by: Annotated[Criterion, Field(description="Whose best routes are followed.")] = "time"
    include: Annotated[
        Annotated[str, known("status", lambda: records.STATUSES)] | None,
        Field(title="Lines", description="Lines to compare over; default: those of its opening year."),
        Face(words="lines: {}", choices=lambda: records.STATUSES),
    ] = None  # type: ignore[assignment]  # here the lines need not be named


Question = TypeVar("Question", bound=Conditions)


def _words(info: FieldInfo, value: Any) -> str:
    if isinstance(value, tuple):
        shown = ", ".join(map(str, value))
    elif isinstance(value, datetime.date):
        shown = value.isoformat()
    else:
        shown = str(value).replace("_", " ")
    return (face(info).words or f"{(info.title or 'condition').lower()}: {{}}").replace("{}", shown)


def checked(model: type[Question], values: Mapping[str, Any], name: Callable[[str], str] | None = None) -> Question:
    """The question with these values. ``name`` says what a face calls a field: by default as Python has it.

    Raises UnknownNameError for a word that is none of a table, RequestError for all else that is wrong.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise refused(error, model, name) from None


def refused(
    error: ValidationError, model: type[Conditions], name: Callable[[str], str] | None = None
) -> errors.CorridorsError:
    """The error of ours that says what is wrong with a question."""
    rows = error.errors(include_url=False)
    for row in rows:
        if row["type"] == "unknown_name":
            fact = row["ctx"]
            return errors.UnknownNameError(fact["kind"], fact["name"], detail=fact["detail"])
    return errors.RequestError("; ".join(told(model, row, name) for row in rows))


BOUNDS = (
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "int_from_float",
    "int_type",
    "finite_number",
)


def told(model: type[BaseModel], row: Any, name: Callable[[str], str] | None = None) -> str:
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
