"""Which figure of each rate an answer is worked out with: the expected one, the central one, or draws of it.

A total of expected figures is the expected total: legs and hub operations add up to it, searches may run over it. A
total of central figures is not the middle of anything, since delays lean to the long side: by rail it lies near the
18th percentile of the draws. So answers show expected totals first; central ones stay one option away (``--central``).
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Literal

from geodata import records
from geodata.catalog import Catalog
from geodata.rates import Rates, Reading
from planner.price import sampling
from planner.price.quantiles import Floats

Values = Literal["expected", "central", "drawn"]


def _central(rate: records.Rate) -> float:
    return rate.central


READINGS: Mapping[str, Reading] = {"expected": sampling.expected, "central": _central}
"""How a row is read where a total is one number."""


def rates(catalog: Catalog, values: Values) -> Rates:
    """The rates of a catalog with ``Fact.value`` as asked for; ``drawn`` gives an array of ``sampling.EVEN`` draws.

    Rates that have a reading of their own (unknowns of a formula, draws of a study) keep it.

    >>> from geodata.catalog import load
    >>> wait = rates(load(), "expected").get("wait_h", "ferry", "aktau_ferry")
    >>> wait.value > wait.rate.central
    True
    """
    known = catalog.rates
    if known.reading is not None:
        return known
    if values in READINGS:
        return known.read_as(values, READINGS[values])
    if "drawn rates" not in catalog.kept:  # not with the rates, which catalogs made of this one share
        catalog.kept["drawn rates"] = Rates(known.rows, _drawn(catalog))
    drawn: Rates = catalog.kept["drawn rates"]
    return drawn


def _drawn(catalog: Catalog) -> Reading:
    """Even draws of a rate. They are kept with the catalog and do not keep it, or arrays would wait to be collected."""
    normals, known = sampling.Normals(sampling.EVEN), weakref.ref(catalog)

    def draw(rate: records.Rate) -> Floats:
        facts = known()
        if facts is None:
            raise ReferenceError("the catalog of these rates is gone")
        return sampling.draw(facts, rate, normals)

    return draw
