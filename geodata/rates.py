"""The figures the planner uses, looked up from the narrowest scope outwards.

A scope is a segment id, a node id, a country (or a pair of them) or ``region``. Where the region's figure stands in
for a country or a crossing that has none of its own, the answer is marked low, whatever the region's confidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geodata import errors, records

REGION = "region"

STAND_INS = ("speed_km_per_h", "rate_usd_per_tkm", "border_h", "border_fee_usd_per_teu")
"""Quantities that differ by country or crossing: the region's figure only stands in for a missing one."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and whether it rests on a low-confidence fact; ``rate`` says where it comes from."""

    value: float
    low: bool
    rate: records.Rate


class Rates:
    """All rates by (quantity, subject, scope). Immutable."""

    def __init__(self, rows: Iterable[records.Rate]):
        self._rows = {row.key: row for row in rows}
        self._has_own = {(quantity, subject) for quantity, subject, scope in self._rows if scope != REGION}
        self._found: dict[tuple[str, str, tuple[str, ...]], Fact | None] = {}

    @property
    def rows(self) -> tuple[records.Rate, ...]:
        return tuple(self._rows.values())

    def subjects(self, quantity: str) -> list[str]:
        """All subjects a quantity is known for, e.g. the cargoes of ``value_of_time_usd_per_t_h``."""
        return sorted({subject for row_quantity, subject, _ in self._rows if row_quantity == quantity})

    def find(self, quantity: str, subject: str, *scopes: str) -> Fact | None:
        """The fact of the first scope that has one, then the region's; None when there is none at all."""
        key = (quantity, subject, scopes)
        if key not in self._found:
            self._found[key] = self._search(quantity, subject, scopes)
        return self._found[key]

    def get(self, quantity: str, subject: str, *scopes: str) -> Fact:
        """Like ``find``; raises DataError naming the missing row, since a rate must never be zero in silence."""
        fact = self.find(quantity, subject, *scopes)
        if fact is None:
            scope = scopes[-1] if scopes else REGION
            raise errors.DataError(
                [errors.Problem("error", "missing-rate", f"no row for {quantity}, {subject}, scope {scope} or {REGION}",
                                "rates.csv", field="quantity")]
            )  # fmt: skip
        return fact

    def _search(self, quantity: str, subject: str, scopes: tuple[str, ...]) -> Fact | None:
        for scope in scopes:
            row = self._rows.get((quantity, subject, scope))
            if row is not None:
                return Fact(row.central, row.confidence == "low", row)
        row = self._rows.get((quantity, subject, REGION))
        if row is None:
            return None
        borrowed = quantity in STAND_INS and bool(scopes) and (quantity, subject) in self._has_own
        return Fact(row.central, borrowed or row.confidence == "low", row)
