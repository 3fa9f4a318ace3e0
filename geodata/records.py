"""The facts as frozen records. Units stand in the names; coordinates are (lon, lat) in degrees, WGS 84."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

STATUSES = ("operational", "under_construction", "planned", "proposed")
"""From what runs today to what is only spoken of; the order is the order of ``--include``."""

Status = Literal["operational", "under_construction", "planned", "proposed"]
Confidence = Literal["high", "medium", "low"]
NodeKind = Literal["city", "station", "junction", "border", "port", "airport", "ferry_terminal"]
LengthBasis = Literal[
    "published",
    "share_of_published",
    "kilometre_posts",
    "measured_osm",
    "measured_geometry",
    "estimated_detour",
    "recalled",
]

LENGTH_EVIDENCE: dict[str, Literal["published", "measured", "assumed"]] = {
    "published": "published",
    "share_of_published": "published",
    "kilometre_posts": "published",
    "measured_osm": "measured",
    "measured_geometry": "measured",
    "estimated_detour": "assumed",
    "recalled": "assumed",
}
"""Every basis of a length is one of three kinds of evidence, which are told apart wherever a length is shown."""

GAUGES_MM = {1520: "1520 mm (former USSR)", 1435: "1435 mm (standard)", 1676: "1676 mm (Pakistan, India)"}

_ID = re.compile(r"^\w[\w.\-]{0,119}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _check_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError("letters, digits, '_', '-' and '.', at most 120 characters, starting with a letter or digit")
    return value


def _check_text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("text without control characters")
    return value


def _check_month_day(value: str) -> str:
    try:
        date.fromisoformat(f"2024-{value}")  # a leap year, so that 02-29 is a day
    except ValueError:
        raise ValueError("a day of the year as MM-DD, e.g. 11-01") from None
    return value


MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_check_month_day)]
Id = Annotated[str, AfterValidator(_check_id)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(_check_text)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Heading = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
"""What km count under that are in no country: ``sea``, ``river``."""

Area = Annotated[str, Field(pattern=r"^([A-Z]{2}|[a-z][a-z_]{0,39})$")]
"""A country, or the heading of a mode."""

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Position = tuple[Longitude, Latitude]
Year = Annotated[int, Field(ge=1850, le=2150)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Km = Annotated[float, Field(ge=0.001, le=40_100, allow_inf_nan=False)]
"""A metre at least, and once around the globe at most."""


COUNTRIES, OVERFLOWN = "countries", "overflown"
"""The two ways of sharing km among countries: those that a line on land passes, and those below a flight."""

OPEN_WATER = "sea"
"""The heading of the km over open water."""


def is_country(area: str) -> bool:
    """Whether km count under a country, and not under the heading of a mode.

    >>> is_country("KZ"), is_country("sea")
    (True, False)
    """
    return area.isupper()


class Record(BaseModel):
    """Frozen, strict (no "12 km" for a number) and closed (an unknown field is an error)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)


class Source(Record):
    """Where a fact comes from. ``kind`` says how far it can be trusted: a measurement is not a publication."""

    id: Id
    title: Text
    kind: Literal[
        "official",
        "report",
        "press",
        "paper",
        "database",
        "encyclopedia",
        "software",
        "forum",
        "user",
        "measurement",
        "derived",
        "estimate",
        "knowledge",
    ]


class LocalName(Record):
    """A name of a place in another language (ISO 639-1 code)."""

    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    name: Text
    source: Id
    confidence: Confidence


class Node(Record):
    """A place: city, station, junction, border crossing point, port, airport or ferry terminal."""

    id: Id
    name: Annotated[Text, Field(min_length=1, max_length=300)]
    country: Country
    kind: NodeKind
    lon: Longitude
    lat: Latitude
    unlocode: Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")] | None = None
    iata: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    names: tuple[LocalName, ...] = ()
    source: tuple[Id, ...] = ()
    source_detail: Text = ""
    confidence: Confidence = "low"

    @property
    def position(self) -> tuple[float, float]:
        return (self.lon, self.lat)


class Segment(Record):
    """One line between two nodes in one mode. It can be used both ways.

    ``length_km`` None means "measure it along the geometry"; a length that does not say its basis counts as assumed.
    ``country_km`` splits the length among the countries it passes, in order from ``from`` to ``to``; what is in none
    counts under ``sea`` or the heading of its mode. A part of a segment that is split has the ``share`` of the length
    of what it is ``part_of``; no file says so, ``splits.toml`` does. ``straits`` are the ids of those a lane at sea
    passes, in order.
    """

    id: Id
    from_node: Annotated[Id, Field(alias="from")]
    to_node: Annotated[Id, Field(alias="to")]
    mode: Id
    status: Status
    gauge_mm: int | None = None
    length_km: Km | None = None
    length_basis: LengthBasis = "recalled"
    length_detail: Text = ""
    countries: tuple[Country, ...] = ()
    country_km: dict[Area, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    opens_year: Year | None = None
    corridors: tuple[Id, ...] = ()
    note: Text = ""
    source: tuple[Id, ...] = ()
    source_detail: Text = ""
    confidence: Confidence = "low"
    coordinates: Annotated[tuple[Position, ...], Field(min_length=2, repr=False)]
    part_of: Id | None = None
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    straits: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.from_node == self.to_node:
            raise ValueError("a segment joins two different places; 'from' and 'to' are the same")
        if self.gauge_mm is not None and self.gauge_mm not in GAUGES_MM:
            raise ValueError(f"gauge_mm {self.gauge_mm} is not one of {', '.join(map(str, GAUGES_MM))}")
        if self.country_km and self.length_km is not None:
            total_km = math.fsum(self.country_km.values())
            if abs(total_km - self.length_km) > 0.002 * self.length_km + 0.002:
                raise ValueError(f"country_km adds up to {total_km:.3f} km, length_km is {self.length_km}")
        return self

    @property
    def km(self) -> float:
        """The length; a catalog has measured every segment that did not state one."""
        if self.length_km is None:
            raise ValueError(f"segment {self.id} has not been measured yet; load it through a catalog")
        return self.length_km

    @property
    def facts_id(self) -> str:
        """The id under which rates and closures speak of it: its own, or that of the whole it is part of."""
        return self.part_of or self.id

    @property
    def evidence(self) -> Literal["published", "measured", "assumed"]:
        return LENGTH_EVIDENCE[self.length_basis]

    @property
    def crossing(self) -> tuple[str, str] | None:
        """The two countries a land segment joins, in order from ``from`` to ``to``; None inside one country."""
        return (self.countries[0], self.countries[-1]) if len(self.countries) > 1 else None

    def other_end(self, node_id: str) -> str:
        return self.to_node if node_id == self.from_node else self.from_node


class Split(Record):
    """A segment is cut where a node lies on it, so that lines can meet there."""

    segment: Id
    node: Id
    note: Text = ""

    @property
    def id(self) -> str:
        return f"{self.segment} at {self.node}"


class Mode(Record):
    """A way of carrying freight: one row of modes.toml, whose head explains the fields."""

    id: Id
    title: Text
    has_gauge: bool
    terminal: Literal["land", "port", "airport"]
    area: Literal["land", "water", "sky"]
    km_under: Heading
    crosses_borders: bool
    has_junctions: bool
    through_service: bool = True
    lanes: bool = False
    vehicle: Literal["train", "truck"] | None = None
    link_varies_as: Text = ""
    border_varies_as: Text = ""
    rough_in: tuple[Country, ...] = ()
    default: bool
    detour_factor: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)]
    line: Literal["hatched", "solid", "dotted", "dash_dotted", "thin"]
    note: Text = ""

    @model_validator(mode="after")
    def _boarded(self) -> Self:
        if not self.through_service and self.terminal == "land":
            raise ValueError("through_service = false needs a port or an airport as terminal, where freight changes")
        return self

    @property
    def headings(self) -> tuple[str, ...]:
        """What its km count under where they count under no country."""
        return () if self.km_under in (COUNTRIES, OVERFLOWN) else (self.km_under,)


class Corridor(Record):
    """A named corridor: the shortest path in km, in its modes and statuses, through its via nodes in order."""

    id: Id
    title: Text
    origin: Id
    destination: Id
    modes: tuple[Id, ...]
    needs_status: Status
    via: Annotated[tuple[Id, ...], Field(min_length=2)]
    source: tuple[Id, ...]
    confidence: Confidence
    note: Text = ""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.via[0], self.via[-1]) != (self.origin, self.destination):
            raise ValueError("the first via node must be the origin and the last one the destination")
        return self


class Closure(Record):
    """A dated fact about segments (or places): closed, restricted, a seasonal risk, or open after all.

    ``straits`` name those that the sea lanes concerned pass. A seasonal one has ``from_day`` and ``to_day`` (month,
    day) of every year instead of dates.
    """

    id: Id
    applies_to: Annotated[tuple[Id, ...], Field(min_length=1)]
    straits: tuple[Id, ...] = ()
    kind: Literal["closed", "restricted", "seasonal", "open"]
    from_date: date | None = None
    to_date: date | None = None
    from_day: MonthDay | None = None
    to_day: MonthDay | None = None
    reason: Text
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    source_detail: Text = ""
    confidence: Confidence

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.from_day is None) != (self.to_day is None):
            raise ValueError("a seasonal fact needs both from_day and to_day")
        if self.from_day is not None and (self.from_date is not None or self.to_date is not None):
            raise ValueError("either days of every year or dates, not both")
        if self.from_day is None and self.from_date is None:
            raise ValueError("a dated fact needs from_date (or from_day and to_day)")
        if self.from_date is not None and self.to_date is not None and self.to_date < self.from_date:
            raise ValueError(f"to_date {self.to_date} lies before from_date {self.from_date}")
        return self

    def in_force(self, day: date) -> bool:
        if self.from_day is not None and self.to_day is not None:
            month_day = day.strftime("%m-%d")
            if self.from_day <= self.to_day:
                return self.from_day <= month_day <= self.to_day
            return month_day >= self.from_day or month_day <= self.to_day
        return (self.from_date is None or self.from_date <= day) and (self.to_date is None or day <= self.to_date)


class Gateway(Record):
    """A port of the open sea that land routes reach; ``id`` is its place."""

    id: Id
    note: Text = ""


class Market(Record):
    """A port that stands for a market of the world: a place of the network (its id alone), or one of its own."""

    id: Id
    name: Annotated[Text, Field(min_length=1, max_length=300)] | None = None
    country: Country | None = None
    lon: Longitude | None = None
    lat: Latitude | None = None
    unlocode: Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")] | None = None
    source: tuple[Id, ...] = ()
    source_detail: Text = ""
    confidence: Confidence = "low"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        stated = [name for name in ("name", "country", "lon", "lat") if getattr(self, name) is not None]
        if stated and len(stated) < 4:
            raise ValueError(f"a market with a place of its own needs name, country, lon and lat; it has {stated}")
        return self

    @property
    def place(self) -> Node | None:
        """The place of its own; None where it is one of the network's."""
        if self.name is None or self.country is None or self.lon is None or self.lat is None:
            return None
        return Node(
            id=self.id,
            name=self.name,
            country=self.country,
            kind="port",
            lon=self.lon,
            lat=self.lat,
            unlocode=self.unlocode,
            source=self.source,
            source_detail=self.source_detail,
            confidence=self.confidence,
        )


def _check_box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (west < east and south < north):
        raise ValueError("a box is west, south, east, north: it must rise from west to east and from south to north")
    return box


Box = Annotated[tuple[Longitude, Latitude, Longitude, Latitude], AfterValidator(_check_box)]


class Strait(Record):
    """A strait, canal or cape: a sea lane that comes into its box (west, south, east, north) passes it."""

    id: Id
    title: Text
    box: Box
    note: Text = ""


class Project(Record):
    """Unbuilt segments that belong together, with their opening years (low, central, high)."""

    id: Id
    title: Text
    segments: tuple[Id, ...]
    status: Status
    opens_low: Year | None = None
    opens_central: Year | None = None
    opens_high: Year | None = None
    cost_bn_usd: Text = ""
    length_km: Text = ""
    capacity: Text = ""
    gauge_mm: Text = ""
    gauge_decided: Text = ""
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    source_detail: Text = ""
    confidence: Confidence
    note: Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        years = [year for year in (self.opens_low, self.opens_central, self.opens_high) if year is not None]
        if years != sorted(years):
            raise ValueError("opens_low, opens_central and opens_high must rise")
        return self


class Capacity(Record):
    """A known capacity (or throughput, as the note says) of a segment or a place."""

    on: Id
    capacity: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    unit: Text
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    source_detail: Text = ""
    confidence: Confidence
    note: Text = ""


class Parameter(Record):
    """A figure as found: low, central, high, with unit, scope and source. Evidence, not yet a choice."""

    section: Text
    name: Text
    low: Finite | None = None
    central: Finite | None = None
    high: Finite | None = None
    unit: Text
    scope: Text
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    source_detail: Text = ""
    confidence: Confidence
    note: Text = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        stated = [value for value in (self.low, self.central, self.high) if value is not None]
        if stated != sorted(stated, key=abs):  # an elasticity grows away from zero
            raise ValueError("low, central and high must rise")
        return self


class Rate(Record):
    """A figure the planner uses: ``quantity`` (unit in its name) of a ``subject`` in a ``scope``.

    ``scope`` is a segment id, a node id, a country or ``region``; the narrowest one wins. ``basis`` names the
    parameters it rests on; empty means assumed.
    """

    quantity: Id
    subject: Id
    scope: Text
    low: Finite | None = None
    central: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    high: Finite | None = None
    basis: tuple[Text, ...] = ()
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    confidence: Confidence
    note: Text = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.quantity, self.subject, self.scope)


class ReferenceLength(Record):
    """A published distance that the network's own lengths can be held against.

    ``role`` says what it proves: ``check`` (independent), ``calibrated`` (segments were made with it), ``own_figure``
    (it is one segment's own length), ``contradictory`` (sources contradict each other), ``searoute`` (computed).
    """

    id: Id
    description: Text
    origin: Text
    destination: Text
    mode: Text
    value: Annotated[float, Field(gt=0, le=40_100, allow_inf_nan=False)]
    unit: Literal["km", "nm"]
    via_nodes: tuple[Id, ...] = ()
    role: Literal["check", "calibrated", "own_figure", "contradictory", "searoute"]
    corridor: Text = ""
    source: Annotated[tuple[Id, ...], Field(min_length=1)]
    source_detail: Text = ""
    confidence: Confidence
    differs_because: Text = ""
    note: Text = ""

    @property
    def km(self) -> float:
        return self.value * (1.852 if self.unit == "nm" else 1.0)
