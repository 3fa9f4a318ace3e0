"""Draws of the rates that routes rest on: another value of every rate in each draw, for ``planner.formulas``.

A rate is one draw, however often and by however many routes it is read: the same border passed twice, or a speed that
two corridors share, is the same in all of one draw. A figure of the region that stands in for several countries is one
draw as well. Central is the median, low and high are the 10th and 90th percentile; a bound that is not stated is as far
off as ``planner.spread.SIGMA`` says for the confidence of the rate.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geodata import errors, records
from geodata.catalog import Catalog
from planner import quantiles
from planner.quantiles import Family, Floats
from planner.spread import SIGMA, Z90

GAMMA: Family = "gamma"
LOGNORMAL: Family = "lognormal"

FAMILIES: dict[str, Family] = {
    **dict.fromkeys(
        ("border_h", "wait_h", "gauge_h", "port_h", "port_call_h", "airport_h", "transshipment_h", "loading_h",
         "unloading_h", "yard_wait_h_per_km"), GAMMA),
    **dict.fromkeys(("speed_km_per_h", "duty_share", "time_h"), LOGNORMAL),
    **dict.fromkeys(
        ("rate_usd_per_tkm", "rate_usd_per_teu_km", "long_haul_usd_per_teu_km", "fare_usd_per_teu", "fare_usd_per_t",
         "loading_usd_per_teu",
         "unloading_usd_per_teu", "transshipment_usd_per_teu", "gauge_usd_per_teu", "border_fee_usd_per_teu",
         "port_usd_per_teu", "port_fee_usd_per_teu", "airport_usd_per_teu", "airport_fee_usd_per_teu",
         "co2e_g_per_tkm", "long_haul_co2e_g_per_tkm", "handling_co2e_kg_per_t", "value_of_time_usd_per_t_h",
         "carbon_price_usd_per_t",
         "net_load_t_per_teu"), LOGNORMAL),
}  # fmt: skip
"""The distribution of each quantity: gamma for what passes standing, lognormal for running (notes of the parameters
cv.border.road and cv.link.rail); lognormal for USD, CO2e and values too, where no source says anything: our
assumption, since they cannot fall below zero."""

DELAYS = ("border_h", "gauge_h", "port_h", "wait_h")
"""What goes wrong together at the border posts and ports of one country."""

RHO = 0.5
"""The correlation (of the normals behind the draws) of two delays that have all their countries in common. No source
gives one: our assumption, half way between borders that have nothing to do with each other and ones that are held up
by the same strike, customs reform or quota."""

CEILINGS = {"duty_share": 1.0}
"""What no draw may pass: a lorry moves at most 24 hours a day."""

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
    ceiling = CEILINGS.get(rate.quantity, math.inf)
    return low, max(rate.central, min(high, ceiling))


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
    values = np.empty((count, len(rates)), order="F")
    of_country: dict[str, Floats] = {}
    for column, rate in enumerate(rates):
        normal = _generator(seed, *rate.key).standard_normal(count)
        owners = countries(catalog, rate) if rate.quantity in DELAYS else ()
        if owners and rho > 0:
            for owner in owners:
                if owner not in of_country:
                    of_country[owner] = _generator(seed, "country", owner).standard_normal(count)
            common = sum((of_country[owner] for owner in owners), np.zeros(count)) / math.sqrt(len(owners))
            normal = math.sqrt(rho) * common + math.sqrt(1.0 - rho) * normal
        values[:, column] = drawn(rate, spread * normal)
    return values


def drawn(rate: records.Rate, normal: Floats) -> Floats:
    """The values of a rate for values of the standard normal behind it."""
    low, high = bounds(rate)
    found = rate.central * quantiles.factors(FAMILIES[rate.quantity], low, rate.central, high, normal)
    return np.minimum(found, max(CEILINGS.get(rate.quantity, math.inf), rate.central))


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


def _generator(seed: int, *name: str) -> np.random.Generator:
    """A stream of its own for each name, so that a corridor more or less leaves all other draws as they were."""
    digest = hashlib.blake2b("\0".join(name).encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])
