"""A route laid out along its km: what a time/cost-distance chart draws (UNESCAP's T/C-D method).

Segments slope, hub operations jump: they take hours and USD and no km.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.price.route import Route


@dataclass(frozen=True, slots=True)
class Point:
    """Where a route stands after a step: km, hours and USD from the origin."""

    distance_km: float
    time_h: float
    cost_usd: float


def points(route: Route) -> list[Point]:
    """The origin, then one point after each of ``route.steps``; the last is the route's totals, to the last digit.

    >>> import corridors
    >>> route = corridors.plan(corridors.load(), "Almaty", "Tashkent", modes=["rail"])[0]
    >>> points(route)[-1].time_h == route.time_h
    True
    """
    km = hours = usd = 0.0
    found = [Point(0.0, 0.0, 0.0)]
    for step in route.steps:
        km, hours, usd = km + step.amounts.distance_km, hours + step.amounts.time_h, usd + step.amounts.cost_usd
        found.append(Point(km, hours, usd))
    found[-1] = Point(route.distance_km, route.time_h, route.cost_usd)  # added in another order
    return found


def countries(route: Route) -> list[tuple[str, float, float]]:
    """(country or ``sea``, from km, to km) along the route; equal neighbours are one."""
    found: list[tuple[str, float, float]] = []
    at_km = 0.0
    for step in route.steps:
        if step.segment is None:
            continue
        parts = list(step.segment.country_km.items())
        for code, km in parts if step.segment.from_node == step.start else parts[::-1]:
            if found and found[-1][0] == code:
                found[-1] = (code, found[-1][1], at_km + km)
            else:
                found.append((code, at_km, at_km + km))
            at_km += km
    return found
