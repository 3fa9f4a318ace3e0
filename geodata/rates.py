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

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from geodata import errors, records
from geodata.quantities import QUANTITIES, REGION


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
        borrowed = borrows and QUANTITIES[quantity].stands_in and (quantity, subject) in self._has_own
        return self._fact(row, low=borrowed or row.confidence == "low")

    def _fact(self, row: records.Rate, *, low: bool) -> Fact:
        if self.reading is None:
            return Fact(row.central, low, row)
        if row.key not in self._values:
            self._values[row.key] = self.reading(row)
        return Fact(self._values[row.key], low, row)
