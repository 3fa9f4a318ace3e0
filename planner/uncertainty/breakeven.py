"""At which value of one rate two routes take the same: in closed form, since a route is a sum of powers of a rate.

With powers -1, 0 and 1 of the rate the difference of two routes is, times the rate, a polynomial of at most the second
degree; its roots are the ties.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geodata import errors, records
from geodata.rates import Rates
from planner.network import Network
from planner.price import assemble, sampling
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import formulas, variables
from planner.uncertainty.formulas import Floats, Formula, Formulas
from planner.uncertainty.variables import Key, Variable

RELATIVE_TOLERANCE = 1e-12
"""Two coefficients within this share of each other are the same: they differ by rounding alone."""

Powers = Mapping[int, float]
"""Power of the rate that varies -> coefficient."""


@dataclass(frozen=True, slots=True)
class WinningRange:
    """Between two values of the rate, ``winner`` (0 or 1) takes less; None when they take the same everywhere."""

    low: float
    high: float
    winner: int | None


@dataclass(frozen=True)
class Varied:
    """Some routes as functions of one rate, on a network in which that rate is a row of its own.

    ``stands_in`` is the rate that the new row was made of; None when the rate was there before.
    """

    network: Network
    routes: tuple[Route, ...]
    formulas: Formulas
    key: Key
    stands_in: Key | None

    @property
    def column(self) -> int:
        column = self.formulas.column(self.key)
        assert column is not None
        return column

    @property
    def rate(self) -> records.Rate:
        return self.formulas.rates[self.column]

    @property
    def now(self) -> float:
        """The value that today's totals are worked out with: at it both routes take what they take now."""
        return float(self.formulas.usual[0, self.column])

    @property
    def variable(self) -> Variable:
        return variables.of_rate(self.rate)

    def powers(self, route: int, by: str) -> dict[int, float]:
        """A route's total of a criterion as powers of the rate, the others as totals are worked out with."""
        return self.formulas.by_route[route][by].powers_of(self.column, self.formulas.usual[0])


def vary(network: Network, routes: Sequence[Route], text: str) -> Varied:
    """The routes as functions of the rate that a text names (see ``planner.uncertainty.variables``).

    Where the routes read another scope's figure for it, the scope gets a row of its own with that figure, so that
    only its own part varies; today's totals stay what they are. Raises UnknownNameError for what no route reads,
    RequestError for a text that means several rates.
    """
    found = formulas.of_routes(network, routes)
    now, others = variables.candidates(network, routes, text, found.rates)
    if len(now) > 1:
        names = ", ".join(":".join(key) for key in now)
        raise errors.RequestError(f"{text} names several rates; vary one of {names}")
    if now:
        return Varied(network, tuple(routes), found, now[0], None)
    split = [made for key in others if (made := _with_own_row(network, routes, found, key)) is not None]
    if not split:
        raise variables.unknown(text, found.rates)
    first = split[0]
    if any(made.stands_in != first.stands_in for made in split):
        names = ", ".join(":".join(made.key) for made in split)
        raise errors.RequestError(f"{text} stands for several rates; vary one of {names}")
    return first


def _with_own_row(network: Network, routes: Sequence[Route], found: Formulas, key: Key) -> Varied | None:
    """The rate split off from the one that stands in for it; None when no route would read it, or totals changed."""
    quantity, subject, scope = key
    before = _totals(found)
    for rate in found.rates:
        if (rate.quantity, rate.subject) != (quantity, subject):
            continue
        note = f"own row for {scope}, with the figure of {rate.scope}"
        low, high = sampling.bounds(rate)  # stated, so that the row is spread as the one it is made of
        row = rate.model_copy(update={"scope": scope, "low": low, "high": high, "confidence": "low", "note": note})
        other = with_rates(network, [row])
        again = formulas.of_routes(other, routes)
        if again.column(key) is not None and np.allclose(before, _totals(again), rtol=RELATIVE_TOLERANCE, atol=0):
            return Varied(other, tuple(routes), again, key, rate.key)
    return None


def _totals(found: Formulas) -> Floats:
    return np.concatenate([found.values(by, found.usual)[0] for by in MEASURES])


def with_rates(network: Network, rows: Sequence[records.Rate]) -> Network:
    """The network with other rates: rows are added, and take the place of those with the same key."""
    catalog = replace(network.catalog, rates=Rates([*network.catalog.rates.rows, *rows]))
    return Network(catalog, network.nodes, network.segments)


def at_value(found: Varied, value: float) -> Network:
    """The network on which the rate is known to have this value."""
    return with_rates(found.network, [known_to_be(found.rate, value)])


def known_to_be(rate: records.Rate, value: float) -> records.Rate:
    """The rate with this value for certain: nothing is spread, so the expected figure is the value itself."""
    return rate.model_copy(update={"low": value, "central": value, "high": value})


def repriced(found: Varied, route: int, by: str, value: float) -> float:
    """The total of a route when the rate has this value, priced anew from its segments: no formula is used."""
    other = at_value(found, value)
    known = found.routes[route]
    usual = known.consignment
    load = Consignment.of(other.catalog, cargo=usual.cargo, tonnes=usual.tonnes, values=usual.values)
    again = assemble.route(other, load, known.nodes[0], known.segments)
    return MEASURES[by].value(again.amounts, load)


def at(powers: Powers, value: float) -> float:
    """A sum of powers at a value, which may be 0 or infinite.

    >>> at({-1: 120.0, 0: 3.0}, math.inf), at({-1: 120.0, 0: 3.0}, 0.0)
    (3.0, inf)
    """
    total = 0.0
    for power, coefficient in powers.items():
        if coefficient == 0:
            continue
        if power == 0:
            total += coefficient
        elif value == 0 or math.isinf(value):
            vanishes = (power > 0) == (value == 0)
            total += 0.0 if vanishes else math.inf
        else:
            total += coefficient * value**power
    return total


def difference(first: Powers, second: Powers) -> dict[int, float]:
    """First less second; what differs by rounding alone is 0.

    >>> difference({0: 1.0, -1: 8.0}, {0: 1.0 + 1e-16, 1: 2.0})
    {-1: 8.0, 0: 0.0, 1: -2.0}
    """
    found = {}
    for power in sorted({*first, *second}):
        one, two = first.get(power, 0.0), second.get(power, 0.0)
        found[power] = 0.0 if abs(one - two) <= RELATIVE_TOLERANCE * max(abs(one), abs(two)) else one - two
    return found


def ties(less: Powers) -> tuple[float, ...]:
    """The values above 0 at which a difference is 0, lowest first; () also when it is 0 everywhere.

    >>> ties({-1: 120.0, 0: -2.0})
    (60.0,)
    >>> ties({1: 1.0, 0: -5.0, -1: 6.0})
    (2.0, 3.0)
    """
    square, linear, constant = less.get(1, 0.0), less.get(0, 0.0), less.get(-1, 0.0)
    if not set(less) <= {-1, 0, 1}:
        raise ValueError(f"only powers -1, 0 and 1 have a closed form here, not {sorted(less)}")
    under = linear * linear - 4 * square * constant
    if under < 0:
        return ()
    q = -0.5 * (linear + math.copysign(math.sqrt(under), linear))  # never a difference of near numbers
    roots = {q / square if square else 0.0, constant / q if q else 0.0}
    return tuple(sorted(root for root in roots if 0 < root < math.inf))


def stretches(less: Powers, low: float, high: float) -> tuple[WinningRange, ...]:
    """Who takes less between the limits; neighbours with the same winner only touch in between."""
    if not any(less.values()):
        return (WinningRange(low, high, None),)
    inside = [root for root in ties(less) if low < root < high]
    ends = [low, *inside, high]
    return tuple(
        WinningRange(start, end, 0 if at(less, (start + end) / 2) < 0 else 1) for start, end in itertools.pairwise(ends)
    )


@dataclass(frozen=True, slots=True)
class RateEffect:
    """The tie when one other rate stands at its low or its high (``bounds``); None where there is none within the
    limits.
    """

    rate: records.Rate
    bounds: tuple[float, float]
    low: float | None
    high: float | None

    def width(self, tie: float) -> float:
        """How far the tie moves at most; infinite when it vanishes."""
        return self.moves(tie)[0]

    def moves(self, tie: float) -> tuple[float, float]:
        """How far the tie moves to either side, the farther first."""
        one, two = (math.inf if value is None else abs(value - tie) for value in (self.low, self.high))
        return max(one, two), min(one, two)


def swings(found: Varied, by: str, tie: float, limits: tuple[float, float]) -> list[RateEffect]:
    """The tie when each other rate stands at its low and its high, the one that moves it most first.

    A bound that is not stated is as far off as the confidence of the rate says (``planner.price.sampling.bounds``).
    """
    rows = []
    usual = found.formulas.usual[0]
    for column in sorted({*found.formulas.read_by(0), *found.formulas.read_by(1)} - {found.column}):
        rate = found.formulas.rates[column]
        bounds = sampling.bounds(rate)
        values = []
        for value in bounds:
            row = usual.copy()
            row[column] = value
            values.append(_nearest(_less(found, by, row), tie, limits))
        if any(value is None or abs(value - tie) > 1e-9 * tie for value in values):
            rows.append(RateEffect(rate, bounds, *values))
    return sorted(rows, key=lambda row: ([-move for move in row.moves(tie)], row.rate.key))


def _less(found: Varied, by: str, row: Floats) -> dict[int, float]:
    one, two = (found.formulas.by_route[number][by].powers_of(found.column, row) for number in (0, 1))
    return difference(one, two)


def _nearest(less: Powers, tie: float, limits: tuple[float, float]) -> float | None:
    inside = [root for root in ties(less) if limits[0] <= root <= limits[1]]
    return min(inside, key=lambda root: abs(root - tie), default=None)


@dataclass(frozen=True, slots=True)
class TieInterval:
    """Where the tie lies when all other rates are drawn at once.

    A draw in which one route wins at every value within the limits has its tie beyond one of them: percentiles that
    fall among those are infinite, downwards (-inf) or upwards.
    """

    draws: int
    seed: int
    share_with_tie: float
    share_first_always: float
    share_second_always: float
    p10: float
    p50: float
    p90: float


def interval(
    found: Varied, by: str, tie: float, limits: tuple[float, float], *, draws: int, seed: int, above: int
) -> TieInterval:
    """The tie when each other rate is drawn as ``planner.price.sampling`` says; ``above`` is the route that wins above.

    Both routes rest on the same draw of a rate that they share. Of several ties the one nearest to ``tie`` counts.
    """
    rows = sampling.sample(found.network.catalog, found.formulas.rates, draws, seed=seed)
    one, two = (by_power(found.formulas.by_route[number][by], found.column, rows) for number in (0, 1))
    middle = (limits[0] + limits[1]) / 2
    values, always = [], [0, 0]
    for draw in range(draws):
        less = difference(
            {power: float(of[draw]) for power, of in one.items()}, {power: float(of[draw]) for power, of in two.items()}
        )
        value = _nearest(less, tie, limits)
        if value is None:
            winner = 0 if at(less, middle) < 0 else 1
            always[winner] += 1
            value = -math.inf if winner == above else math.inf
        values.append(value)
    p10, p50, p90 = sampling.percentiles(np.array(values)).tolist()
    return TieInterval(draws, seed, 1 - sum(always) / draws, always[0] / draws, always[1] / draws, p10, p50, p90)


def by_power(formula: Formula, column: int, rows: Floats) -> dict[int, Floats]:
    """Like ``Formula.powers_of`` for many rows of rate values at once."""
    found: dict[int, Floats] = {}
    for monomial, coefficient in formula.terms.items():
        own = dict(monomial).get(column, 0)
        part = np.full(len(rows), coefficient)
        for other, power in monomial:
            if other != column:
                part = part * rows[:, other] ** power
        found[own] = found.get(own, np.zeros(len(rows))) + part
    return found
