"""A route in words: the corridors it is, the countries it passes and its modes."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.records import is_country
from planner.price.route import Route


def areas(route: Route) -> str:
    """'KZ UZ TM by rail, road', in order of travel."""
    countries = " ".join(filter(is_country, route.km_by_country))
    modes = ", ".join(dict.fromkeys(leg.mode for leg in route.legs))
    return f"{countries} by {modes}" if countries else f"by {modes}"


def named(route: Route, corridors: Sequence[str]) -> str:
    """'iti: KZ UZ TM IR PK by rail'; without corridors the countries and modes alone."""
    return f"{', '.join(corridors)}: {areas(route)}" if corridors else areas(route)


def label(route: Route | None, corridors: Sequence[str] | None = None) -> str:
    """The corridors that a route is (those it carries, unless others are given), else its countries and modes."""
    if route is None:
        return "no route"
    known = route.corridors if corridors is None else corridors
    return ", ".join(known) or areas(route)


def spans(years: Sequence[int]) -> str:
    """Years as runs.

    >>> spans([2030, 2031, 2034])
    '2030-2031, 2034'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(str(one) if one == two else f"{one}-{two}" for one, two in runs)


def counted(number: int, what: str) -> str:
    """'1 year', '3 years'."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")
