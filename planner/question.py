"""THE question: what can be asked, as a person writes it. Every face is made of these fields.

A condition is one field here: with its type, bounds, default, title and description, and a ``Face`` for what pydantic
has no word for. From it come the options of every command (``corridors.cli.from_model``), the parameters of the HTTP
API, the arguments of the Python API, the questions of the studies, what a manifest keeps and ``replay`` asks again, and
the words in which an answer says under which conditions it holds. ``planner.request`` turns names into ids.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from geodata import records
from planner import fields
from planner.fields import Face
from planner.price import measures
from planner.price.consignment import MAX_TONNES
from planner.price.measures import MEASURES

MAX_COUNT = 200
MAX_ITEMS = 1000
MAX_PARETO = 4
"""So many criteria a Pareto set has at most."""

ClosureRule = Literal["warn", "apply"]


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
    fields.known("criterion", _criteria),
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
        fields.known("status", lambda: records.STATUSES),
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
        fields.known("closures", lambda: ("warn", "apply")),
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
        return "; ".join(fields.words(info, value) for info, value in rows if fields.face(info).words is not None)

    def quiet(self) -> dict[str, Any]:
        """The quiet fields that were given, as JSON has them."""
        told = {name for name, info, _ in self.given() if fields.face(info).quiet}
        return self.model_dump(mode="json", by_alias=True, include=told)

    def options(self) -> dict[str, Any]:
        """All that was asked, as JSON has it: what a manifest keeps."""
        quiet = {name for name, info in type(self).model_fields.items() if fields.face(info).quiet}
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
        Sequence[Annotated[str, fields.known("criterion", pareto_criteria)]],
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
            description="With a Pareto set: fewer routes, none of them missed by more than this share.",
        ),
        Face(words=None),
    ] = 0.0


class WhyConditions(PlanConditions):
    """What ``corridors why`` asks besides its two places: of a ranking, not of a Pareto set."""

    needless: ClassVar[tuple[str, ...]] = ("pareto", "epsilon")


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
        Annotated[str, fields.known("status", lambda: records.STATUSES)] | None,
        Field(title="Lines", description="Lines to compare over; default: those of its opening year."),
        Face(words="lines: {}", choices=lambda: records.STATUSES),
    ] = None  # type: ignore[assignment]  # here the lines need not be named
