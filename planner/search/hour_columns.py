"""The hours of the links and hub operations of a network as formulas over rates, and how they are drawn.

A draw multiplies the usual hours of a link, or of what happens before or on a step, by a factor: the hours with all
rates drawn by ``planner.price.sampling`` over the hours that answers show. A rate is one draw wherever it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata import records
from geodata.catalog import Catalog
from geodata.rates import Rates, Reading
from planner.price import links, sampling
from planner.price.hubs import Carriage, HubOperation, Hubs
from planner.search.unfolded import StateGraph
from planner.uncertainty.formulas import Formula, Monomial

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

RateKey = tuple[str, str, str]
"""(quantity, subject, scope)."""

Hours = tuple[tuple[float, tuple[tuple[RateKey, int], ...]], ...]
"""What hours are the sum of: (coefficient, (rate, power) for each rate in a product)."""

NOT_OF_HOURS = ("usd", "co2e")
"""Quantities with these words in them say nothing of hours, so they are not drawn."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The hours, as formulas over ``rates``, of each segment's link and of each kind of ``operations``.

    Operations that are not of the same rates are of two kinds, also where both take as long. ``hub`` and ``border``
    are the kind of the operations before each step, and at the border on its way; -1 for none.
    """

    rates: tuple[records.Rate, ...]
    links: tuple[Formula, ...]
    operations: tuple[Formula, ...]
    hub: Indices
    border: Indices

    @property
    def keys(self) -> tuple[Hours, ...]:
        """What each kind of operations is known by in another network."""
        return tuple(
            tuple(sorted((part, self._product(monomial)) for monomial, part in formula.terms.items()))
            for formula in self.operations
        )

    def _product(self, monomial: Monomial) -> tuple[tuple[RateKey, int], ...]:
        return tuple(sorted((self.rates[column].key, power) for column, power in monomial))


def of(made: StateGraph) -> Columns:
    """The columns of a network, worked out once and kept as long as the network: hours are those of any load."""
    kept: dict[str, Any] = made.network.kept
    if "hour columns" not in kept:
        kept["hour columns"] = _columns(made)
    columns: Columns = kept["hour columns"]
    return columns


def usual_h(columns: Columns, formulas: Iterable[Formula], reading: Reading) -> NDArray[np.float64]:
    """The hours of some formulas with one figure for each rate."""
    figures = np.array([[float(reading(rate)) for rate in columns.rates]])
    return np.array([float(formula.of(figures)[0]) for formula in formulas])


def factors(
    catalog: Catalog,
    columns: Columns,
    formulas: Sequence[Formula],
    count: int,
    *,
    seed: int,
    spread: float,
    reading: Reading,
) -> Floats:
    """(draws, formulas): the drawn hours over those by ``reading``; 1 where these are 0.

    What is drawn of a rate is what ``sampling.sample`` draws of it with the same count, seed and spread.
    """
    normals = sampling.Normals(count, seed)
    figures = [float(reading(rate)) for rate in columns.rates]
    of_rate: dict[int, Floats] = {}
    of_monomial: dict[Monomial, Floats] = {}

    def rate(column: int) -> Floats:
        if column not in of_rate:
            values = sampling.draw(catalog, columns.rates[column], normals, spread=spread)
            of_rate[column] = (values / figures[column]).astype(np.float32)
        return of_rate[column]

    def product(monomial: Monomial) -> Floats:
        if monomial not in of_monomial:
            found = np.ones(count, np.float32)
            for column, power in monomial:
                found *= rate(column) ** power
            of_monomial[monomial] = found
        return of_monomial[monomial]

    values = np.ones((len(formulas), count), np.float32)  # a column after the other: each is written as a whole
    for row, formula in zip(values, formulas, strict=True):
        parts = {key: _usual(key, part, figures) for key, part in formula.terms.items()}
        total = sum(parts.values())
        if total == 0:
            continue
        row[:] = 0.0
        for monomial, hours in parts.items():
            if hours:
                np.add(row, product(monomial) * np.float32(hours / total), out=row)
    return values.T


def _usual(monomial: Monomial, coefficient: float, figures: Sequence[float]) -> float:
    for column, power in monomial:
        coefficient *= figures[column] ** power
    return coefficient


def _columns(made: StateGraph) -> Columns:
    read: list[records.Rate] = []

    def unknown(rate: records.Rate) -> Formula | float:
        if any(word in rate.quantity for word in NOT_OF_HOURS):
            return rate.central
        read.append(rate)
        return Formula({((len(read) - 1, 1),): 1.0})

    catalog = made.network.catalog
    hubs = Hubs(Rates(catalog.rates.rows, unknown), dict(catalog.modes), made.consignment)
    kinds = _Kinds()
    hub, border = _hub_kinds(made, hubs, kinds), _border_kinds(made, hubs, kinds)
    moving = tuple(_hours([links.amounts(item, hubs.rates, made.consignment).time_h]) for item in made.segments)
    return Columns(tuple(read), moving, tuple(kinds.listed), hub, border)


class _Kinds:
    """Numbers the hours of hub operations, those of the same rates by one number; -1 for none."""

    def __init__(self) -> None:
        self.listed: list[Formula] = []
        self._known: dict[tuple[tuple[Monomial, float], ...], int] = {}

    def number(self, operations: Sequence[HubOperation]) -> int:
        if not operations:
            return -1
        formula = _hours(item.amounts.time_h for item in operations)
        key = tuple(sorted(formula.terms.items()))
        if key not in self._known:
            self._known[key] = len(self.listed)
            self.listed.append(formula)
        return self._known[key]


def _hours(parts: Iterable[Any]) -> Formula:
    """The sum of some hours, without the terms that are nothing."""
    total = sum(parts, Formula({}))
    return Formula({key: part for key, part in total.terms.items() if part})


def _hub_kinds(made: StateGraph, hubs: Hubs, kinds: _Kinds) -> Indices:
    """The kind of the operations before each step; they follow from where it starts and how it leaves."""
    carriages = [Carriage(item.mode, item.gauge_mm) for item in made.segments]
    number_of = {carriage: at for at, carriage in enumerate(dict.fromkeys(carriages))}
    leaving = np.array([*(number_of[carriage] for carriage in carriages), len(number_of)])[made.segment]
    starts = _starts(made)
    questions = starts * (len(number_of) + 1) + leaving
    asked, step_of, which = np.unique(questions, return_index=True, return_inverse=True)
    found = np.full(len(asked), -1, np.int64)
    for at, step in enumerate(step_of.tolist()):
        if made.hub[step]:
            found[at] = kinds.number(_hub_operations(made, hubs, carriages, step, int(starts[step])))
    return found[which]


def _hub_operations(
    made: StateGraph, hubs: Hubs, carriages: Sequence[Carriage], step: int, start: int
) -> tuple[HubOperation, ...]:
    number = int(made.segment[step])
    if start >= len(made.states):
        return hubs.at_origin(made.places[start], carriages[number])
    node_id, carriage = made.states[start]
    if number < 0:
        return hubs.at_destination(node_id, carriage)
    return hubs.between(node_id, carriage, carriages[number])


def _border_kinds(made: StateGraph, hubs: Hubs, kinds: _Kinds) -> Indices:
    found = np.full(len(made.segment), -1, np.int64)
    known: dict[tuple[int, str], int] = {}
    starts, nodes = _starts(made), made.network.nodes
    for step in np.flatnonzero(made.border).tolist():
        number, here = int(made.segment[step]), made.places[starts[step]]
        if (number, here) not in known:
            segment = made.segments[number]
            crossing = hubs.border(segment, nodes[here], nodes[segment.other_end(here)])
            known[(number, here)] = kinds.number(crossing)
        found[step] = known[(number, here)]
    return found


def _starts(made: StateGraph) -> Indices:
    """The state that each step leads out of."""
    return np.repeat(np.arange(len(made.offsets) - 1), np.diff(made.offsets))
