"""How much the hours of one shipment differ from those of the next on the same route, and what that is worth.

Not to be confused with what is not known about a rate (``planner.price.sampling``): a border whose mean dwell is known
to the minute still lets one lorry through in 2 hours and holds the next for 90. The standard deviations come from the
coefficients of variation of section 7 of the parameters (cv.*, own estimates of low confidence), and are worth the
reliability ratio times the value of time for each hour (de Jong et al. 2009, EJTIR 9(2)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata import errors, records
from geodata.catalog import Catalog
from planner.network import Network
from planner.price.route import Route, Step
from planner.price.sampling import RHO

RATIO = "reliability_ratio"

OTHER_LINKS = "cv.link.road"
"""Running in a mode that states no figure (sea, ferry, air): the road's stands in (own assumption)."""

HUBS = {"break_of_gauge": "cv.border.rail", "waiting": "cv.caspian.wait"}
OTHER_HUBS = "cv.border.road"
"""Ports, terminals, airports, loading: no figure is stated; a dwell varies like one at a road border (own assumption).
A change of gauge is part of the rail border's figure ("rail border dwell incl. gauge")."""


@dataclass(frozen=True)
class Reliability:
    """``sd_h``: the standard deviation of a route's hours from shipment to shipment; ``cost_usd``: what it is worth."""

    sd_h: float
    cost_usd: float


@dataclass(frozen=True)
class _Part:
    """Hours that vary as one: their standard deviation, and the countries of a border."""

    sd_h: float
    countries: frozenset[str] = frozenset()


def of_route(network: Network, route: Route) -> Reliability:
    """The reliability of a route, by its totals.

    The hours under way of a leg vary as one; legs and hub operations vary apart from each other, save for borders,
    which correlate by the countries they share as the draws do (``planner.price.sampling.RHO``). The same operation at
    the same place varies as one.

    >>> import corridors
    >>> network = corridors.load()
    >>> found = of_route(network, corridors.plan(network, "Almaty", "Tashkent")[0])
    >>> 0 < found.sd_h < 24
    True
    """
    parts = _parts(network.catalog, route)
    variance = sum(part.sd_h**2 for part in parts)
    for at, one in enumerate(parts):
        for other in parts[at + 1 :]:
            variance += 2.0 * RHO * len(one.countries & other.countries) / 2.0 * one.sd_h * other.sd_h
    sd_h = math.sqrt(variance)
    load = route.consignment
    ratio = central(parameter(network.catalog, RATIO))
    return Reliability(sd_h, ratio * load.value_of_time_usd_per_t_h * load.tonnes * sd_h)


def _parts(catalog: Catalog, route: Route) -> list[_Part]:
    sd_of: dict[tuple[str, ...], float] = {}
    owners: dict[tuple[str, ...], frozenset[str]] = {}
    following: records.Segment | None = None
    for step in reversed(route.steps):
        if step.segment is not None:
            following = step.segment
        key, mode = _key(step), route.legs[step.leg].mode
        sd_of[key] = sd_of.get(key, 0.0) + step.amounts.time_h * _cv(catalog, step, catalog.modes[mode])
        if step.hub is not None and step.hub.operation == "border_crossing" and following is not None:
            owners[key] = frozenset(following.crossing or ())
    return [_Part(sd_h, owners.get(key, frozenset())) for key, sd_h in sd_of.items()]


def _key(step: Step) -> tuple[str, ...]:
    if step.hub is None:
        return ("leg", str(step.leg))
    return (step.hub.node, step.hub.operation, step.hub.detail if step.hub.operation == "border_crossing" else "")


def _cv(catalog: Catalog, step: Step, mode: records.Mode) -> float:
    """The coefficient of variation of a step; of a segment by the km it has in each country."""
    if step.segment is not None:
        stated = parameter(catalog, mode.link_varies_as or OTHER_LINKS)
        shares = step.segment.country_km.items()
        rough = [(km, stated.high if area in mode.rough_in else stated.central) for area, km in shares]
        return sum(km * (figure or central(stated)) for km, figure in rough) / sum(km for km, _ in rough)
    operation = step.hub.operation if step.hub else ""
    if operation == "border_crossing":
        return central(parameter(catalog, mode.border_varies_as or OTHER_HUBS))
    return central(parameter(catalog, HUBS.get(operation, OTHER_HUBS)))


def parameter(catalog: Catalog, name: str) -> records.Parameter:
    """A parameter by its name; raises DataError when there is none or it has no central figure."""
    found = next((row for row in catalog.parameters if row.name == name and row.central is not None), None)
    if found is None:
        raise errors.DataError(
            [
                errors.Problem(
                    "error", "missing-parameter", f"no central figure for {name}", "parameters.csv", field="name"
                )
            ]
        )
    return found


def central(stated: records.Parameter) -> float:
    """The central figure of what ``parameter`` found."""
    if stated.central is None:
        raise AssertionError(f"{stated.name} has no central figure")
    return stated.central
