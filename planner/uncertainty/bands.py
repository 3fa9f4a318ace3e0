"""How far the hours of a route can lie from the expected ones, along its way."""

from __future__ import annotations

import itertools

import numpy as np

from planner.price import sampling
from planner.price.route import Priced


def band(route: Priced) -> list[tuple[float, float]]:
    """P10 and P90 of the hours passed at each point of ``profile.points(route)``; the last is the range of the total.

    The route stays the same in every draw: this is the spread of its own hours, not of the best choice.

    >>> import corridors
    >>> route = corridors.plan(corridors.load(), "Almaty", "Tashkent")[0]
    >>> band(route)[-1] == route.interval("time_h")
    True
    """
    taken = (step.amounts.time_h for step in route.priced_with("drawn").steps)
    passed = itertools.accumulate(taken, initial=np.zeros(sampling.EVEN))
    found = [sampling.p10_p90(hours) for hours in passed]
    found[-1] = route.interval("time_h")  # added in another order
    return found
