"""Draws of the rates that routes rest on: another value of every rate in each draw.

A rate is one draw, however often and by however many routes it is read: the same border passed twice, or a speed that
two corridors share, is the same in all of one draw. A figure of the region that stands in for several countries is one
draw as well. Central is the median, low and high are the 10th and 90th percentile; a bound that is not stated is as far
off as SIGMA says for the confidence of the rate.

Which family of distributions a quantity has stands in its row of quantities.toml. This is the only place that draws by
it: ranking, break-evens, bands, briefs and the totals of every answer all draw from it or take its
expectation (``expected``).
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata import errors, records
from geodata.catalog import Catalog
from geodata.quantities import QUANTITIES
from planner.price import quantiles
from planner.price.quantiles import NORMAL, Z90, Floats

RHO = 0.5
"""The correlation (of the normals behind the draws) of two delays that have all their countries in common. No source
gives one: our assumption, half way between borders that have nothing to do with each other and ones that are held up
by the same strike, customs reform or quota."""

BAND = (10.0, 90.0)
"""The percentiles of a range."""

SIGMA = {"high": 0.10, "medium": 0.20, "low": 0.35}
"""The spread (of the logarithm) of a rate that states no low and high, by its confidence. Our assumption."""

EVEN = 4096
"""So many even draws give the percentiles of an answer: P10 and P90 of the shipped corridors then lie within 1 % of
those of 200,000 random draws (a test)."""

MAX_DRAWS = 200_000
MAX_SPREAD = 5.0


def bounds(rate: records.Rate) -> tuple[float, float]:
    """Low and high of a rate, as stated, else by its confidence.

    >>> from geodata.catalog import load
    >>> rate = load().rates.get("speed_km_per_h", "rail", "KZ").rate
    >>> bounds(rate)
    (42.0, 58.0)
    """
    factor = math.exp(SIGMA[rate.confidence] * Z90)
    low = rate.central / factor if rate.low is None else rate.low
    high = rate.central * factor if rate.high is None else rate.high
    return low, max(rate.central, min(high, _ceiling(rate)))


def countries(catalog: Catalog, rate: records.Rate) -> tuple[str, ...]:
    """The countries a rate belongs to: both sides of a border, the country of a place, none for the region's."""
    scope, _, way = rate.scope.partition(":")
    segment = catalog.wholes.get(scope, catalog.segments.get(scope))
    if segment is not None:
        return tuple(way.split("-")) if way else segment.crossing or segment.countries
    if scope in catalog.nodes:
        return (catalog.nodes[scope].country,)
    codes = (way or scope).split("-")
    return tuple(codes) if all(len(part) == 2 and part.isupper() for part in codes) else ()


@dataclass(frozen=True)
class Normals:
    """Standard normals of ``count`` draws, a stream of its own for each name: ``random`` or ``even``.

    A stream is the same whatever other streams are asked for, so a corridor more or less leaves all draws as they were.
    Even draws are a Latin hypercube: the midpoints of ``count`` equal slices, each stream in an order of its own. They
    need no seed, and a mean over them is nearly exact.
    """

    count: int
    seed: int | None = None
    _of_country: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    def stream(self, *name: str) -> Floats:
        if self.seed is not None:
            return _generator(self.seed, *name).standard_normal(self.count)
        return _midpoints(self.count)[_order(self.count, *name)]

    def of_country(self, country: str) -> Floats:
        """What all delays of a country have in common."""
        if country not in self._of_country:
            self._of_country[country] = self.stream("country", country)
        return self._of_country[country]


@functools.lru_cache(maxsize=4)
def _midpoints(count: int) -> Floats:
    """The standard normals in the middle of ``count`` slices of equal chance, rising."""
    below = np.array([NORMAL.inv_cdf((at + 0.5) / count) for at in range((count + 1) // 2)])
    return np.concatenate([below, -below[::-1][count % 2 :]])


def sample(
    catalog: Catalog, rates: Sequence[records.Rate], count: int, *, seed: int, spread: float = 1.0, rho: float = RHO
) -> Floats:
    """Values of (draws, rates); the same seed gives the same bytes, and a rate the same draws whatever else is drawn.

    ``spread`` scales how far the values lie from the central ones (of the normals behind them); 0 gives these.

    >>> from geodata.catalog import load
    >>> facts = load()
    >>> rate = facts.rates.get("speed_km_per_h", "rail", "KZ").rate
    >>> sample(facts, [rate], 2, seed=1, spread=0).tolist()
    [[50.0], [50.0]]
    """
    check(count, seed, spread)
    normals = Normals(count, seed)
    values = np.empty((count, len(rates)), order="F")
    for column, rate in enumerate(rates):
        values[:, column] = draw(catalog, rate, normals, spread=spread, rho=rho)
    return values


def draw(catalog: Catalog, rate: records.Rate, normals: Normals, *, spread: float = 1.0, rho: float = RHO) -> Floats:
    """The values of one rate in each draw, in its own unit."""
    normal = normals.stream(*rate.key)
    owners = countries(catalog, rate) if QUANTITIES[rate.quantity].correlates else ()
    if owners and rho > 0:
        common = sum((normals.of_country(owner) for owner in owners), np.zeros(normals.count)) / math.sqrt(len(owners))
        normal = math.sqrt(rho) * common + math.sqrt(1.0 - rho) * normal
    return drawn(rate, spread * normal)


def drawn(rate: records.Rate, normal: Floats) -> Floats:
    """The values of a rate for values of the standard normal behind it."""
    low, high = bounds(rate)
    found = rate.central * quantiles.factors(QUANTITIES[rate.quantity].family, low, rate.central, high, normal)
    return np.minimum(found, _ceiling(rate))


def expected(rate: records.Rate) -> float:
    """The figure of a rate that totals are worked out with, in its own unit: the mean of its draws.

    What freight is divided by (a speed, a share of the day on the road) gives the mean of the reciprocal: hours at the
    expected speed are the expected hours. Legs and stops therefore add up to the expected total exactly, whatever
    correlates. Rates in one product (a speed and a duty share) are independent draws, so their expectations multiply.
    Raises DataError for a divisor that may be 0: it has no expected reciprocal.

    >>> from geodata.catalog import load
    >>> rate = load().rates.get("speed_km_per_h", "rail", "KZ").rate
    >>> rate.central > expected(rate) > 0.97 * rate.central
    True
    """
    low, high = bounds(rate)
    if not QUANTITIES[rate.quantity].divisor:
        return rate.central * quantiles.mean(QUANTITIES[rate.quantity].family, low, rate.central, high)
    if low <= 0:
        raise errors.DataError(
            [
                errors.Problem(
                    "error",
                    "out-of-range",
                    f"low of {', '.join(rate.key)} must lie above 0: hours are km over it",
                    "rates.csv",
                    field="low",
                )
            ]
        )
    return rate.central / quantiles.mean_reciprocal(low, rate.central, high, _ceiling(rate))


def percentiles(values: Floats, which: Sequence[float] = (10.0, 50.0, 90.0), axis: int = 0) -> Floats:
    """Percentiles over the draws: the least value that so many percent of them do not exceed, infinities included.

    >>> percentiles(np.arange(1.0, 101.0)).tolist()
    [10.0, 50.0, 90.0]
    """
    found: Floats = np.percentile(values, which, axis=axis, method="inverted_cdf")
    return found


def p10_p90(values: Any) -> tuple[float, float]:
    """The range that answers show; a total that rests on no rate is its own range."""
    if not isinstance(values, np.ndarray):
        return float(values), float(values)
    low, high = percentiles(values, BAND).tolist()
    return low, high


def _ceiling(rate: records.Rate) -> float:
    """What no draw may pass: a lorry moves at most 24 hours a day."""
    ceiling = QUANTITIES[rate.quantity].ceiling
    return math.inf if ceiling is None else max(ceiling, rate.central)


def switches(names: Sequence[str], chances: Sequence[float], count: int, *, seed: int) -> NDArray[np.bool_]:
    """(draws, switches): whether each is on, with its chance; a name is one draw, as a rate is."""
    found = np.zeros((count, len(names)), bool)
    for column, (name, chance) in enumerate(zip(names, chances, strict=True)):
        found[:, column] = _generator(seed, "switch", name).random(count) < chance
    return found


def check(count: int, seed: int, spread: float) -> None:
    """Refuse what cannot be drawn."""
    if not 1 <= count <= MAX_DRAWS:
        raise errors.RequestError(f"draws must lie between 1 and {MAX_DRAWS:,}, not {count}")
    if not isinstance(seed, int) or seed < 0:
        raise errors.RequestError(f"seed must be a whole number of 0 or more, not {seed!r}")
    if not 0 <= spread <= MAX_SPREAD:
        raise errors.RequestError(f"spread must lie between 0 and {MAX_SPREAD:g}, not {spread}")


def _order(count: int, *name: str) -> NDArray[np.intp]:
    """An order of its own for each name, by sorting hashes (SplitMix64, Steele et al. 2014) of 0, 1, 2 ...

    A generator of numpy would do as well; its import takes longer than a whole ``plan`` may.
    """
    key = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(_digest(*name))
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(key ^ (key >> np.uint64(31)))


def _digest(*name: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(name).encode(), digest_size=8).digest(), "big")


def _generator(seed: int, *name: str) -> np.random.Generator:
    """A stream of its own for each name, so that a corridor more or less leaves all other draws as they were."""
    return np.random.default_rng([seed, _digest(*name)])
