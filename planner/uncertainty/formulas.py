"""What routes take, as formulas over the rates they rest on: another value of a rate is one evaluation, no new search.

The same code that prices a route in numbers prices it in formulas: the rates it reads are handed to it as unknowns.
Every amount of a route is a sum of products of rates and their reciprocals (km over a speed, km times a price), so the
formulas are exact, also where a rate is a divisor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata import records
from geodata.rates import Rates, Reading
from planner.network import Network
from planner.price import assemble, estimates, sampling
from planner.price.measures import MEASURES
from planner.price.route import Route

Monomial = tuple[tuple[int, int], ...]
"""(column of a rate, power) for each rate in a product, by column."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum of products of rates: monomial -> coefficient. Adds, multiplies, and divides by a single product.

    >>> speed = Formula({((0, 1),): 1.0})
    >>> hours = 120.0 / speed + 3.0
    >>> float(hours.of(np.array([[60.0]]))[0])
    5.0
    """

    terms: Mapping[Monomial, float]

    def __add__(self, other: Formula | float) -> Formula:
        found = dict(self.terms)
        for key, value in _terms(other).items():
            found[key] = found.get(key, 0.0) + value
        return Formula(found)

    def __mul__(self, other: Formula | float) -> Formula:
        found: dict[Monomial, float] = {}
        for one, first in self.terms.items():
            for two, second in _terms(other).items():
                key = _product(one, two)
                found[key] = found.get(key, 0.0) + first * second
        return Formula(found)

    def __truediv__(self, other: Formula | float) -> Formula:
        return self * _reciprocal(other)

    def __rtruediv__(self, other: float) -> Formula:
        return _reciprocal(self) * other

    __radd__ = __add__
    __rmul__ = __mul__

    def of(self, values: Floats) -> Floats:
        """The value for each row of rate values (draws x rates)."""
        total = np.zeros(len(values))
        for monomial, coefficient in self.terms.items():
            part = np.full(len(values), coefficient)
            for column, power in monomial:
                part = part * values[:, column] ** power
            total += part
        return total

    def powers_of(self, column: int, values: Floats) -> dict[int, float]:
        """The formula as a sum of powers of one rate, all others at the values of one row: power -> coefficient."""
        found: dict[int, float] = {}
        for monomial, coefficient in self.terms.items():
            own = dict(monomial).get(column, 0)
            part = coefficient
            for other, power in monomial:
                if other != column:
                    part *= float(values[other]) ** power
            found[own] = found.get(own, 0.0) + part
        return found


def _terms(value: Formula | float) -> Mapping[Monomial, float]:
    return value.terms if isinstance(value, Formula) else {(): float(value)}


def _product(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one)
    for column, power in other:
        powers[column] = powers.get(column, 0) + power
    return tuple(sorted((column, power) for column, power in powers.items() if power))


def _reciprocal(value: Formula | float) -> Formula:
    terms = _terms(value)
    if len(terms) != 1:
        raise ValueError("only a single product can be divided by")
    ((monomial, coefficient),) = terms.items()
    return Formula({tuple((column, -power) for column, power in monomial): 1.0 / coefficient})


@dataclass(frozen=True, eq=False)
class Formulas:
    """Formulas of several routes over the same columns: ``by_route[i][criterion]``; column j is ``rates[j]``.

    ``reading`` gives the figure of a rate that the routes' totals are worked out with.
    """

    rates: tuple[records.Rate, ...]
    by_route: tuple[Mapping[str, Formula], ...]
    reading: Reading = sampling.expected

    @cached_property
    def usual(self) -> Floats:
        """The figures that totals are worked out with, one row of (1, rates): they give the totals of the routes."""
        return np.array([[self.reading(rate) for rate in self.rates]])

    def values(self, criterion: str, values: Floats) -> Floats:
        """(draws, routes) of a criterion, for rows of rate values."""
        return np.stack([formulas[criterion].of(values) for formulas in self.by_route], axis=1)

    def column(self, key: tuple[str, str, str]) -> int | None:
        """The column of a rate by its (quantity, subject, scope), None when no route reads it."""
        return next((at for at, rate in enumerate(self.rates) if rate.key == key), None)

    def read_by(self, route: int) -> set[int]:
        """The columns that a route's amounts depend on."""
        return {
            column for formula in self.by_route[route].values() for monomial in formula.terms for column, _ in monomial
        }


class _Unknowns(Rates):
    """Rates whose values are unknowns; each one that is read gets a column."""

    def __init__(self, rows: Iterable[records.Rate]):
        super().__init__(rows, self._unknown)
        self.read: list[records.Rate] = []

    def _unknown(self, rate: records.Rate) -> Formula:
        self.read.append(rate)
        return Formula({((len(self.read) - 1, 1),): 1.0})


def of_routes(network: Network, routes: Sequence[Route]) -> Formulas:
    """The formulas of some routes of a network, by every criterion.

    >>> import corridors
    >>> network = corridors.load()
    >>> route = corridors.plan(network, "Almaty", "Tashkent")[0]
    >>> found = of_routes(network, [route])
    >>> abs(float(found.values("time", found.usual)[0, 0]) - route.time_h) < 1e-9
    True
    """
    unknowns = _Unknowns(network.catalog.rates.rows)
    traced = Network(replace(network.catalog, rates=unknowns), network.nodes, network.segments)
    found = []
    for route in routes:
        known = route.consignment
        value_of_time: Any = unknowns.get("value_of_time_usd_per_t_h", known.cargo).value
        carbon_price: Any = unknowns.get("carbon_price_usd_per_t", "co2e").value
        load = replace(known, value_of_time_usd_per_t_h=value_of_time, carbon_price_usd_per_t=carbon_price)
        priced = assemble.route(traced, known, route.nodes[0], route.segments)
        total: Any = priced.amounts
        found.append({key: Formula(_terms(row.value(total, load))) for key, row in MEASURES.items()})
    values = routes[0].consignment.values if routes else "expected"
    return Formulas(tuple(unknowns.read), tuple(found), estimates.READINGS[values])
