"""The figures the planner uses, looked up from the narrowest scope outwards.

A scope is a segment id, a node id, a country (or a pair of them) or ``region``. Where the region's figure stands in
for a country or a crossing that has none of its own, the answer is marked low, whatever the region's confidence.

How a published figure is read. CPMM's TFI1 ("time taken to clear a border crossing point") is, by its definition, the
time from the exit point of one country to the entry point of the other, and holds waiting, unloading, loading and the
change of gauge. So the region's ``border_h``, by road and by rail alike, is its TFI1 taken once for the whole crossing;
its ``high`` is what it would be if each side took as long. A crossing where the gauge changes, or beside one, has a row
of its own: the hours in all less those of ``gauge_h``, which are charged apart. Where CPMM has hours by country and
direction, those are one side's, and a row is the sum of two. ``border_fee_usd_per_teu`` (TFI2) is by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geodata import errors, records

REGION = "region"

Range = tuple[float, float]
"""The least and the greatest value, both allowed."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a rate measures. ``subjects``: ``mode`` (any mode), ``gauges``, ``modes``, or the one word it goes by.

    ``scopes`` are the kinds of scope it is looked up by; a row with another one would never be read. What lies outside
    ``possible`` is an error, since nothing can be computed with it; outside ``usual`` (that of its subject, where
    ``usual_of`` has one) it is a warning. km or tonnes are divided by a ``divisor``, whose range begins above zero.
    """

    id: str
    title: str
    subjects: str
    scopes: tuple[str, ...]
    possible: Range
    usual: Range
    usual_of: Mapping[str, Range] = field(default_factory=dict)
    divisor: bool = False

    def is_usual(self, subject: str, value: float) -> bool:
        """Whether a value is one that such a figure may well have."""
        low, high = self.usual_of.get(subject, self.usual)
        return low <= value <= high


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

_WHOLE = (REGION,)
_AT_NODE = (REGION, "node")
_ON_SEGMENT = (REGION, "segment")
_BY_COUNTRY = (REGION, "country", "segment")
_BY_SIDE = (REGION, "country", "pair_side", "side")

_HOURS: Range = (0, 10_000)
_USD: Range = (0, 1_000_000)

QUANTITIES: dict[str, Quantity] = {
    row.id: row
    for row in (
        Quantity(
            "speed_km_per_h",
            "speed without stops",
            "mode",
            _BY_COUNTRY,
            (0.5, 1200),
            (5, 130),
            {"air": (300, 1000), "sea": (8, 60), "ferry": (8, 80)},
            divisor=True,
        ),
        Quantity(
            "duty_share", "share of 24 hours spent moving", "mode", _BY_COUNTRY, (0.01, 1), (0.2, 1), divisor=True
        ),
        Quantity("yard_wait_h_per_km", "wait in yards by km", "mode", _BY_COUNTRY, (0, 1), (0, 0.1)),
        Quantity("time_h", "hours of one segment, whatever its km", "mode", ("segment",), (0, 10_000), (0.5, 720)),
        Quantity("rate_usd_per_tkm", "price of a tonne-kilometre", "mode", _BY_COUNTRY, (0, 100), (0.005, 1)),
        Quantity("rate_usd_per_teu_km", "price of a TEU-kilometre", "mode", _ON_SEGMENT, (0, 1000), (0.01, 5)),
        Quantity(
            "long_haul_usd_per_teu_km",
            "price of a TEU-kilometre beyond the short sea",
            "mode",
            _WHOLE,
            (0, 1000),
            (0.01, 1),
        ),
        Quantity(
            "fare_usd_per_teu", "price of a TEU on a segment, whatever its km", "mode", _ON_SEGMENT, _USD, (10, 20_000)
        ),
        Quantity(
            "fare_usd_per_t", "price of a tonne on a segment, whatever its km", "mode", _ON_SEGMENT, _USD, (1, 20_000)
        ),
        Quantity(
            "co2e_g_per_tkm",
            "well-to-wheel emissions of a tonne-kilometre",
            "mode",
            _BY_COUNTRY,
            (0, 10_000),
            (0, 300),
            {"air": (300, 2000)},
        ),
        Quantity(
            "long_haul_co2e_g_per_tkm",
            "emissions of a tonne-kilometre beyond the short sea",
            "mode",
            _WHOLE,
            (0, 10_000),
            (0, 100),
        ),
        Quantity("loading_h", "loading at the origin", "mode", _AT_NODE, _HOURS, (0, 720)),
        Quantity("loading_usd_per_teu", "loading at the origin", "mode", _AT_NODE, _USD, (0, 5000)),
        Quantity("unloading_h", "unloading at the destination", "mode", _AT_NODE, _HOURS, (0, 720)),
        Quantity("unloading_usd_per_teu", "unloading at the destination", "mode", _AT_NODE, _USD, (0, 5000)),
        Quantity("transshipment_h", "change of land mode", "modes", _AT_NODE, _HOURS, (0, 720)),
        Quantity("transshipment_usd_per_teu", "change of land mode", "modes", _AT_NODE, _USD, (0, 5000)),
        Quantity("gauge_h", "break of gauge", "gauges", _AT_NODE, _HOURS, (0, 720)),
        Quantity("gauge_usd_per_teu", "break of gauge", "gauges", _AT_NODE, _USD, (0, 5000)),
        Quantity(
            "border_h", "border crossing, both sides", "mode", (REGION, "pair", "segment", "way"), _HOURS, (0, 720)
        ),
        Quantity("border_fee_usd_per_teu", "border payments, each side", "mode", _BY_SIDE, _USD, (0, 5000)),
        Quantity("port_h", "stay in a port", "port", _AT_NODE, _HOURS, (0, 720)),
        Quantity("port_usd_per_teu", "port handling", "port", _AT_NODE, _USD, (0, 5000)),
        Quantity("port_fee_usd_per_teu", "border payments of a port", "port", _AT_NODE, _USD, (0, 5000)),
        Quantity("port_call_h", "call of a vessel on its way", "port", _AT_NODE, _HOURS, (0, 720)),
        Quantity("wait_h", "waiting for a vessel", "mode", _AT_NODE, _HOURS, (0, 720)),
        Quantity("airport_h", "stay in an airport", "airport", _AT_NODE, _HOURS, (0, 720)),
        Quantity("airport_usd_per_teu", "airport handling", "airport", _AT_NODE, _USD, (0, 5000)),
        Quantity("airport_fee_usd_per_teu", "border payments of an airport", "airport", _AT_NODE, _USD, (0, 5000)),
        Quantity("handling_co2e_kg_per_t", "emissions of one lift", "terminal", _WHOLE, (0, 1000), (0, 20)),
        Quantity("value_of_time_usd_per_t_h", "value of time of a cargo", "cargo", _WHOLE, (0, 1000), (0, 100)),
        Quantity("carbon_price_usd_per_t", "price of carbon", "co2e", _WHOLE, (0, 100_000), (0, 1000)),
        Quantity("net_load_t_per_teu", "net load of a TEU", "container", _WHOLE, (0.1, 100), (2, 30), divisor=True),
    )
}
"""Every quantity a row of rates.csv may state; a typo must not be a rate that nothing reads."""

STAND_INS = ("speed_km_per_h", "duty_share", "rate_usd_per_tkm", "border_h", "border_fee_usd_per_teu")
"""Quantities that differ by country or crossing: the region's figure only stands in for a missing one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and whether it rests on a low-confidence fact; ``rate`` says where it comes from."""

    value: float
    low: bool
    rate: records.Rate


Reading = Callable[[records.Rate], Any]
"""What a row is read as: a number, or what stands for one (an array of draws, an unknown of a formula)."""


class Rates:
    """All rates by (quantity, subject, scope). Immutable.

    ``reading`` says what ``Fact.value`` is; without one it is the row's central figure.
    """

    def __init__(self, rows: Iterable[records.Rate], reading: Reading | None = None):
        self.reading = reading
        self._rows = {row.key: row for row in rows}
        self._has_own = {(quantity, subject) for quantity, subject, scope in self._rows if scope != REGION}
        self._scopes = {scope for _, _, scope in self._rows}
        self._found: dict[tuple[str, str, tuple[str, ...], bool], Fact | None] = {}
        self._values: dict[tuple[str, str, str], Any] = {}
        self._read: dict[str, Rates] = {}

    def read_as(self, name: str, reading: Reading) -> Rates:
        """The same rows with another reading; kept here under its name."""
        if name not in self._read:
            self._read[name] = Rates(self.rows, reading)
        return self._read[name]

    @property
    def rows(self) -> tuple[records.Rate, ...]:
        return tuple(self._rows.values())

    def subjects(self, quantity: str) -> list[str]:
        """All subjects a quantity is known for, e.g. the cargoes of ``value_of_time_usd_per_t_h``."""
        return sorted({subject for row_quantity, subject, _ in self._rows if row_quantity == quantity})

    def find(self, quantity: str, subject: str, *scopes: str) -> Fact | None:
        """The fact of the first scope that has one, then the region's; None when there is none at all."""
        stated = tuple(
            scope for scope in scopes if scope in self._scopes
        )  # few segments and places have rows of their own
        key = (quantity, subject, stated, bool(scopes))
        if key not in self._found:
            self._found[key] = self._search(quantity, subject, stated, borrows=bool(scopes))
        return self._found[key]

    def get(self, quantity: str, subject: str, *scopes: str) -> Fact:
        """Like ``find``; raises DataError naming the missing row, since a rate must never be zero in silence."""
        fact = self.find(quantity, subject, *scopes)
        if fact is None:
            scope = scopes[-1] if scopes else REGION
            raise errors.DataError(
                [
                    errors.Problem(
                        "error",
                        "missing-rate",
                        f"no row for {quantity}, {subject}, scope {scope} or {REGION}",
                        "rates.csv",
                        field="quantity",
                    )
                ]
            )
        return fact

    def _search(self, quantity: str, subject: str, scopes: tuple[str, ...], *, borrows: bool) -> Fact | None:
        for scope in scopes:
            row = self._rows.get((quantity, subject, scope))
            if row is not None:
                return self._fact(row, low=row.confidence == "low")
        row = self._rows.get((quantity, subject, REGION))
        if row is None:
            return None
        borrowed = quantity in STAND_INS and borrows and (quantity, subject) in self._has_own
        return self._fact(row, low=borrowed or row.confidence == "low")

    def _fact(self, row: records.Rate, *, low: bool) -> Fact:
        if self.reading is None:
            return Fact(row.central, low, row)
        if row.key not in self._values:
            self._values[row.key] = self.reading(row)
        return Fact(self._values[row.key], low, row)
