"""MEASURES: what routes are measured and compared by, one row each; all are additive and never negative.

JSON, tables, maps, charts, frames, exports and studies take a measure's field, unit, title and digits from its row, so
a row added here comes out in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geodata import records
from geodata.rates import Rates
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment

OfAmounts = Callable[[Amounts, Consignment], float]
OfSegment = Callable[[records.Segment, Rates, Consignment], float]
OfOperation = Callable[[str, Rates, Consignment], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """A name for the command line, the field in answers, and how people read it.

    It is worked out ``of_amounts``, or priced by itself ``of_segment`` and ``of_operation`` (the id of a hub
    operation); ``value`` is either. ``grows_with_load`` is False for what a heavier load does not make more of,
    ``ranged`` says that answers give its P10 and P90, ``listed`` that tables of routes have a column of it.
    ``head`` is the short title over numbers in ``unit``, with ``digits`` in totals and ``step_digits`` in what a leg or
    a hub operation takes; a map's legend, where room is scarce, divides by ``compact`` and writes ``compact_head``, and
    with ``also_compact`` tables have both. A measure with a ``chart`` is drawn over distance under
    that title. ``after`` stands behind the unit in a sentence; without it the title does.
    """

    id: str
    field: str
    title: str
    unit: str
    head: str
    of_amounts: OfAmounts | None = None
    grows_with_load: bool = True
    ranged: bool = False
    listed: bool = True
    digits: int = 0
    step_digits: int = 0
    compact: float = 1.0
    compact_head: str = ""
    also_compact: bool = False
    chart: str = ""
    after: str | None = None
    of_segment: OfSegment | None = None
    of_operation: OfOperation | None = None

    def value(self, amounts: Amounts, consignment: Consignment) -> float:
        """The measure of some amounts of a consignment, in its unit."""
        if self.of_amounts is not None:
            return self.of_amounts(amounts, consignment)
        return dict(amounts.more).get(self.id, 0.0)

    def text(self, value: float) -> str:
        """A total for people, with the unit.

        >>> MEASURES["cost"].text(12_345.6)
        '12,346 USD'
        """
        return f"{value:,.{self.digits}f} {self.unit}"

    def phrase(self, value: float) -> str:
        """A total in a sentence, so that two measures in one unit are told apart.

        >>> MEASURES["co2e"].phrase(7_884.2)
        '7,884 kg CO2e'
        """
        return f"{value:,.{self.digits}f} {self.unit_in_words}"

    @property
    def unit_in_words(self) -> str:
        """The unit as a sentence has it: 'h', 'kg CO2e'."""
        return f"{self.unit} {self.title if self.after is None else self.after}".rstrip()

    @property
    def title_with_unit(self) -> str:
        return f"{self.title}, {self.unit}"


def generalized_usd(amounts: Amounts, consignment: Consignment) -> float:
    """Out-of-pocket cost, plus the cargo's value of time, plus the price of carbon; USD for the consignment."""
    return (
        amounts.cost_usd
        + consignment.value_of_time_usd_per_t_h * consignment.tonnes * amounts.time_h
        + consignment.carbon_price_usd_per_t * amounts.co2e_kg / 1000.0
    )


MEASURES: dict[str, Measure] = {
    row.id: row
    for row in (
        Measure(
            "distance",
            "distance_km",
            "distance",
            "km",
            "km",
            lambda amounts, _: amounts.distance_km,
            after="",
            grows_with_load=False,
        ),
        Measure(
            "time",
            "time_h",
            "time",
            "h",
            "hours",
            lambda amounts, _: amounts.time_h,
            after="",
            grows_with_load=False,
            ranged=True,
            step_digits=1,
            compact=24.0,
            compact_head="days",
            also_compact=True,
            chart="Hours over distance",
        ),
        Measure(
            "cost",
            "cost_usd",
            "cost",
            "USD",
            "USD",
            lambda amounts, _: amounts.cost_usd,
            after="",
            ranged=True,
            chart="USD over distance",
        ),
        Measure(
            "co2e",
            "co2e_kg",
            "CO2e",
            "kg",
            "kg CO2e",
            lambda amounts, _: amounts.co2e_kg,
            after="CO2e",
            step_digits=1,
            compact=1000.0,
            compact_head="t CO2e",
        ),
        Measure(
            "generalized",
            "generalized_usd",
            "generalized cost",
            "USD",
            "generalized USD",
            generalized_usd,
            listed=False,
        ),
    )
}


def listed() -> tuple[Measure, ...]:
    """The measures that tables of routes have a column of."""
    return tuple(row for row in MEASURES.values() if row.listed)


def ranged() -> tuple[Measure, ...]:
    """The measures that answers give a range for."""
    return tuple(row for row in MEASURES.values() if row.ranged)


def of_segment(segment: records.Segment, rates: Rates, consignment: Consignment) -> tuple[tuple[str, float], ...]:
    """What a segment takes by each measure that is priced by itself, as ``Amounts.more``."""
    return tuple(
        (row.id, row.of_segment(segment, rates, consignment)) for row in MEASURES.values() if row.of_segment is not None
    )


def of_operation(operation: str, rates: Rates, consignment: Consignment) -> tuple[tuple[str, float], ...]:
    """What a hub operation takes by each measure that is priced by itself, as ``Amounts.more``."""
    return tuple(
        (row.id, row.of_operation(operation, rates, consignment))
        for row in MEASURES.values()
        if row.of_operation is not None
    )


def compared() -> tuple[Measure, ...]:
    """The measures that a first look takes: km, and what is charted."""
    return tuple(row for row in MEASURES.values() if row.chart or row.id == "distance")


def charted() -> tuple[Measure, ...]:
    """The measures that are drawn over distance, and told of where room is scarce."""
    return tuple(row for row in MEASURES.values() if row.chart)


def values(amounts: Amounts, consignment: Consignment) -> dict[str, float]:
    """Field -> value by each listed measure; units stand in the names."""
    return {row.field: row.value(amounts, consignment) for row in listed()}
