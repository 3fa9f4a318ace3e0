"""A route laid out along its km: what a time/cost-distance chart draws (UNESCAP's T/C-D method).

Segments slope, hub operations jump: they take hours and USD and no km.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.price import measures
from planner.price.route import Route


@dataclass(frozen=True, slots=True)
class Point:
    """Where a route stands after a step: km from the origin, and what it took so far by each charted measure's id."""

    distance_km: float
    so_far: Mapping[str, float]


def points(route: Route) -> list[Point]:
    """The origin, then one point after each of ``route.steps``; the last is the route's totals, to the last digit.

    >>> import corridors
    >>> route = corridors.plan(corridors.load(), "Almaty", "Tashkent", modes=["rail"])[0]
    >>> points(route)[-1].so_far["time"] == route.time_h
    True
    """
    rows = measures.charted()
    found = [Point(0.0, {row.id: 0.0 for row in rows})]
    for step in route.steps:
        km, so_far = found[-1].distance_km, found[-1].so_far
        took = {row.id: so_far[row.id] + row.value(step.amounts, route.consignment) for row in rows}
        found.append(Point(km + step.amounts.distance_km, took))
    found[-1] = Point(route.distance_km, {row.id: route.value(row.id) for row in rows})  # added in another order
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
