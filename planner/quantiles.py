"""How far drawn values lie from the central one: lognormal or gamma, with low, central, high as P10, P50, P90.

A family has one number for its width, and low and high seldom lie even about the central value. So each half has a
width of its own: below the median the lower half of the distribution that meets low, above it the upper half of the one
that meets high. Where one distribution meets all three, it is that one.
"""

from __future__ import annotations

import functools
import math
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.spread import Z90

Floats = NDArray[np.float64]
Family = Literal["lognormal", "gamma"]

NARROW = 0.03
"""A half that is narrower than this (in logarithms, a standard deviation) is drawn as lognormal also where a gamma is
asked for: the two differ by less than a tenth of a percent there."""

STEPS = 400
"""Points of the table that the quantiles of a gamma are read from; what lies between them is right to 1e-4."""

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


@functools.lru_cache(maxsize=1024)
def _table(ratio: float) -> tuple[Floats, Floats]:
    """The logarithm of x over the median, by the standard normal, for the half of the gamma with this ratio."""
    shape = gamma_shape(ratio)
    median = _quantile(shape, 0.5)
    if ratio > 1:
        last = median
        while _cumulated(shape, last) < 1.0 - TAIL:
            last *= 1.25
        points = np.linspace(math.log(median), math.log(last), STEPS)
    else:
        points = np.linspace((math.log(TAIL) + math.lgamma(shape + 1.0)) / shape, math.log(median), STEPS)
    normal = NormalDist()
    known = {0.0: 0.0, math.copysign(Z90, ratio - 1.0): math.log(ratio)}  # as stated, without what is rounded
    for point in points.tolist():
        probability = _cumulated(shape, math.exp(point))
        if TAIL < probability < 1.0 - TAIL and abs(point - math.log(median)) > 1e-9:
            known[normal.inv_cdf(probability)] = point - math.log(median)
    at = sorted(known)
    return np.array(at), np.array([known[each] for each in at])


@functools.lru_cache(maxsize=1024)
def gamma_shape(ratio: float) -> float:
    """The shape of the gamma distribution whose 90th (ratio > 1) or 10th percentile is so many times its median.

    >>> round(gamma_shape(math.log(10) / math.log(2)), 9)
    1.0
    """
    tail = 0.9 if ratio > 1 else 0.1
    low, high = -6.0, math.log(2.0 / NARROW**2)
    for _ in range(60):
        middle = (low + high) / 2
        shape = math.exp(middle)
        found = _quantile(shape, tail) / max(_quantile(shape, 0.5), 1e-300)
        wider = found > ratio if ratio > 1 else found < ratio
        low, high = (middle, high) if wider else (low, middle)
    return math.exp((low + high) / 2)


def _quantile(shape: float, probability: float) -> float:
    """The quantile of a gamma of scale 1, by bisection and then Newton's method in the logarithm."""
    low = (math.log(probability) + math.lgamma(shape + 1.0)) / shape  # P(k, x) <= x^k / Gamma(k + 1)
    high = math.log(shape + 10.0 * math.sqrt(shape) + 10.0)
    at = low
    for _ in range(100):
        x = math.exp(at)
        error = _cumulated(shape, x) - probability
        low, high = (low, at) if error > 0 else (at, high)
        slope = math.exp(shape * at - x - math.lgamma(shape))
        following = at - error / slope if slope > 0 else math.inf
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - at) < 1e-14 * max(1.0, abs(at)):
            break
        at = following
    return math.exp(at)


def _cumulated(shape: float, x: float) -> float:
    """The regularized lower incomplete gamma function P(shape, x), by its series (Abramowitz & Stegun 6.5.29)."""
    term = total = 1.0 / shape
    number = shape
    while term > total * 1e-17:
        number += 1.0
        term *= x / number
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape)) if x > 0 else 0.0
