"""How far drawn values lie from the central one: lognormal or gamma, with low, central, high as P10, P50, P90.

A family has one number for its width, and low and high seldom lie even about the central value. So each half has a
width of its own: below the median the lower half of the distribution that meets low, above it the upper half of the one
that meets high. Where one distribution meets all three, it is that one.

``mean`` and ``mean_reciprocal`` are the expectations of the same values, in closed form.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Z90 = 1.2815515655446004
"""The 90th percentile of the standard normal distribution."""

NORMAL = NormalDist()

Floats = NDArray[np.float64]
Family = Literal["lognormal", "gamma"]

NARROW = 0.03
"""A half that is narrower than this (in logarithms, a standard deviation) is drawn as lognormal also where a gamma is
asked for: the two differ by less than a tenth of a percent there."""

STEPS = 400
"""Points of the table that the quantiles of a gamma are read from; what lies between them is right to 1e-4."""

FINE = 2000
"""Steps in which the density of a gamma is added up."""

TAIL = 1e-10
"""The table ends at this probability; further out it goes on as a lognormal."""


def factors(family: Family, low: float, central: float, high: float, normal: Floats) -> Floats:
    """The drawn value over the central one for values of a standard normal (0: the median, +-Z90: high and low).

    A low of 0 is drawn as a straight line down to 0 at the 10th percentile, and 0 below it.

    >>> factors("gamma", 6.0, 42.0, 95.0, np.array([-Z90, 0.0, Z90])) * 42.0
    array([ 6., 42., 95.])
    """
    if central <= 0:
        return np.ones(len(normal))
    upper = _half(family, high / central, normal)
    lower = np.maximum(0.0, 1.0 + normal / Z90) if low <= 0 else _half(family, low / central, normal)
    return np.where(normal < 0, lower, upper)


def _half(family: Family, ratio: float, normal: Floats) -> Floats:
    """The factors of one half; ``ratio`` is that of its 10th or 90th percentile to the median."""
    width = math.log(ratio) / Z90  # below the median both are negative there
    if family == "lognormal" or abs(width) < NARROW:
        found: Floats = np.exp(abs(width) * normal)
        return found
    at, logarithms = _table(ratio)
    end, before = (-1, -2) if ratio > 1 else (0, 1)
    slope = (logarithms[end] - logarithms[before]) / (at[end] - at[before])
    beyond = np.maximum(normal - at[end], 0.0) if ratio > 1 else np.minimum(normal - at[end], 0.0)
    out: Floats = np.exp(np.interp(normal, at, logarithms) + slope * beyond)
    return out


def mean(family: Family, low: float, central: float, high: float) -> float:
    """The expectation of what ``factors`` gives for a standard normal: the mean value over the central one.

    >>> round(mean("lognormal", 5.0, 10.0, 20.0), 9) == round(math.exp((math.log(2) / Z90) ** 2 / 2), 9)
    True
    """
    if central <= 0:
        return 1.0
    if low <= 0:  # the straight line: the integral of (1 + z / Z90) over -Z90 < z < 0
        lower = NORMAL.cdf(0.0) - NORMAL.cdf(-Z90) + (NORMAL.pdf(Z90) - NORMAL.pdf(0.0)) / Z90
    else:
        lower = _half_mean(family, low / central)
    return lower + _half_mean(family, high / central)


def mean_reciprocal(low: float, central: float, high: float, ceiling: float = math.inf) -> float:
    """The expectation of the central value over the drawn one, for a lognormal that is cut off at ``ceiling``.

    ``low`` must lie above 0 and ``ceiling`` not below ``central``: a value that can be 0 has no mean reciprocal.
    """
    below, above = (abs(math.log(bound / central)) / Z90 for bound in (low, high))
    lower = math.exp(below**2 / 2) * NORMAL.cdf(below)
    if above == 0:
        return lower + 0.5
    cut = math.log(ceiling / central) / above  # from this normal on, the value stays at the ceiling
    end = NORMAL.cdf(cut + above) if cut < math.inf else 1.0
    upper = math.exp(above**2 / 2) * (end - NORMAL.cdf(above))
    return lower + upper + (central / ceiling * NORMAL.cdf(-cut) if cut < math.inf else 0.0)


@functools.lru_cache(maxsize=4096)
def _half_mean(family: Family, ratio: float) -> float:
    """The integral of a half: the mean of its factors times 0.5, the chance of lying there."""
    width = abs(math.log(ratio)) / Z90
    if family == "lognormal" or width < NARROW:
        return math.exp(width**2 / 2) * NORMAL.cdf(width if ratio > 1 else -width)
    shape = gamma_shape(ratio)
    median = math.exp(_log_quantile(shape, 0.5))
    below = _cumulated(shape + 1.0, median)  # x times the density of shape k is k times the density of shape k + 1
    return shape / median * (1.0 - below if ratio > 1 else below)


@functools.lru_cache(maxsize=1024)
def _table(ratio: float) -> tuple[Floats, Floats]:
    """The logarithm of x over the median, by the standard normal, for the half of the gamma with this ratio.

    The chance of lying further out than x is the density added up from the far end in steps of log x; what lies beyond
    that end comes from the first term of its series (below) or is less than TAIL (above).
    """
    shape = gamma_shape(ratio)
    median = _log_quantile(shape, 0.5)
    far = (math.log(TAIL) + math.lgamma(shape + 1.0)) / shape  # P(k, x) <= x^k / Gamma(k + 1)
    if ratio > 1:
        far = math.log(shape + 9.0 * math.sqrt(shape) + 30.0)
    logs = np.linspace(far, median, FINE)
    density = np.exp(shape * logs - np.exp(logs) - math.lgamma(shape))
    chance = np.empty(FINE)
    chance[0] = TAIL if ratio < 1 else TAIL**2
    np.cumsum((density[1:] + density[:-1]) * (abs(logs[1] - logs[0]) / 2), out=chance[1:])
    chance[1:] += chance[0]
    chance *= 0.5 / chance[-1]  # half lies on this side: what the steps are off by goes here
    at, wanted = _far_out()
    found = np.interp(wanted, np.log(chance), logs) - median
    found[-1] = 0.0
    known = int(np.searchsorted(at, -Z90))
    at, found = np.insert(at, known, -Z90), np.insert(found, known, math.log(ratio))  # as stated, without rounding
    return (at, found) if ratio < 1 else (-at[::-1], found[::-1])


@functools.cache
def _far_out() -> tuple[Floats, Floats]:
    """Normals from the far end to 0, and the logarithm of the chance of lying further out."""
    at = np.linspace(NORMAL.inv_cdf(2 * TAIL), 0.0, STEPS)
    return at, np.array([math.log(NORMAL.cdf(each)) for each in at.tolist()])


@functools.lru_cache(maxsize=1024)
def gamma_shape(ratio: float) -> float:
    """The shape of the gamma distribution whose 90th (ratio > 1) or 10th percentile is so many times its median.

    >>> round(gamma_shape(math.log(10) / math.log(2)), 9)
    1.0
    """
    tail = 0.9 if ratio > 1 else 0.1
    goal = math.log(ratio)

    def error(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return _log_quantile(shape, tail) - _log_quantile(shape, 0.5) - goal

    low, high = -6.0, math.log(2.0 / NARROW**2)
    near = min(max(2.0 * math.log(Z90 / abs(goal)), low + 0.1), high)  # right for large shapes
    return math.exp(_root(error, near - 0.1, near, low, high))


def _root(error: Callable[[float], float], before: float, at: float, low: float, high: float) -> float:
    """Where a smooth monotone function is 0, by the secant method; the nearer bound where that lies beyond it."""
    last = error(before)
    for _ in range(60):
        found = error(at)
        if abs(found) < 1e-11 or found == last:
            break
        following = min(max(at - found * (at - before) / (found - last), low), high)
        if following == at:
            break
        before, last, at = at, found, following
    return at


def _log_quantile(shape: float, probability: float) -> float:
    """The logarithm of a quantile of a gamma of scale 1, by Newton's method kept between bounds."""
    low = (math.log(probability) + math.lgamma(shape + 1.0)) / shape  # P(k, x) <= x^k / Gamma(k + 1)
    if low < -500.0:  # so near 0 that the two are equal, and x itself is too small to be held
        return low
    high = math.log(shape + 10.0 * math.sqrt(shape) + 10.0)
    cube_root = 1.0 - 1.0 / (9.0 * shape) + NORMAL.inv_cdf(probability) / (3.0 * math.sqrt(shape))  # Wilson & Hilferty
    near = math.log(shape) + 3.0 * math.log(cube_root) if cube_root > 0 else low
    at = near if low < near < high else low
    for _ in range(100):
        x = math.exp(at)
        error = _cumulated(shape, x) - probability
        low, high = (low, at) if error > 0 else (at, high)
        slope = math.exp(shape * at - x - math.lgamma(shape))
        following = at - error / slope if slope > 0 else math.inf
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - at) < 1e-12 * max(1.0, abs(at)):
            break
        at = following
    return at


def _cumulated(shape: float, x: float) -> float:
    """The regularized lower incomplete gamma function P(shape, x), by its series (Abramowitz & Stegun 6.5.29)."""
    term = total = 1.0 / shape
    number = shape
    while term > total * 1e-17:
        number += 1.0
        term *= x / number
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape)) if x > 0 else 0.0
