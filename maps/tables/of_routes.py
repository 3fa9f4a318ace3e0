"""What tables say of a route: its columns, the closures it runs into, its load and totals in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geodata import records
from maps import ranges
from maps.tables import of_measures
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price import measures
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES
from planner.price.route import Route


def route_columns() -> tuple[Column, ...]:
    """The totals of a route, and what of it is unbuilt or rests on low-confidence facts."""
    return (
        *of_measures.totals(),
        Column("changes", "changes", 0),
        Column("unbuilt_km", "unbuilt km", 0),
        Column("low_confidence_h", "low conf. hours", 0, share=True),
        Column("low_confidence_usd", "low conf. USD", 0, share=True),
    )


def ranged(by: str, key: str = "value") -> tuple[Column, ...]:
    """The column of ranges beside the totals by a criterion; none where no range is worked out for it."""
    return (Column.range(key),) if MEASURES[by].ranged else ()


def ranged_values(route: Route | None, by: str) -> tuple[tuple[float, float] | None, ...]:
    """The value of ``ranged``."""
    return (ranges.by_measure(route, by),) if MEASURES[by].ranged else ()


def route_values(route: Route) -> tuple[Any, ...]:
    """The values of ``route_columns``."""
    low = route.low_confidence_share
    return (
        *of_measures.total_values(route),
        route.changes,
        route.unbuilt_km,
        low["h"],
        low["usd"],
    )


WARNINGS = Column("warnings", "warnings")
CLOSURES = Column("closures", "closures on the way")
"""What stands beside every route of a table: kind and id of each closure in force that it runs into."""


def closures_of(route: Route | None) -> tuple[str, ...]:
    """The value of CLOSURES: ('closed: pak_afg_chaman',)."""
    return () if route is None else tuple(f"{row.kind}: {row.id}" for row in route.closures)


def met_by(named: Iterable[tuple[str, Route | None]]) -> list[str]:
    """Each closure once, with the routes that run into it: 'closed: pak_afg_chaman (ktap, uap)'."""
    found: dict[str, dict[str, None]] = {}
    for name, route in named:
        for text in closures_of(route):
            found.setdefault(text, {})[name] = None
    return [f"{text} ({', '.join(names)})" for text, names in found.items()]


def with_warnings(table: Table, routes: Iterable[Route | None]) -> Table:
    """The rows of routes with the closures and warnings of each: what programs read."""
    found = ((closures_of(route), route.warnings if route else ()) for route in routes)
    return table.beside((CLOSURES, WARNINGS), found)


def tonnes_text(tonnes: float) -> str:
    """Tonnes as people write them.

    >>> tonnes_text(1e6), tonnes_text(22.5)
    ('1,000,000 t', '22.5 t')
    """
    return f"{tonnes:,.10g} t"


def load_text(load: Consignment) -> str:
    """A consignment as people write it."""
    return f"{cargo_text(load)} in {load.teu:,} TEU"


def cargo_text(load: Consignment) -> str:
    """Tonnes and cargo as people write them; cargoes are nouns, save the general one: '20 t of cargo (machinery)'."""
    what = "general cargo" if load.cargo == "general" else f"cargo ({load.cargo})"
    return f"{tonnes_text(load.tonnes)} of {what}"


def chain_text(route: Route, network: Network) -> str:
    """'road Almaty - Havelian 2,135 km (KZ KG CN PK) > rail 1676 Havelian - Karachi 1,528 km (PK)'."""
    parts: list[str] = []
    for leg in route.legs:
        gauge = f" {leg.gauge_mm}" if leg.gauge_mm else ""
        start, end = network.nodes[leg.start].name, network.nodes[leg.end].name
        areas = f" ({' '.join(leg.km_by_country)})" if any(map(records.is_country, leg.km_by_country)) else ""
        parts.append(f"{leg.mode}{gauge} {start} - {end} {leg.amounts.distance_km:,.0f} km{areas}")
    return " > ".join(parts)


def totals_line(route: Route) -> str:
    low = route.low_confidence_share
    return (
        f"total {', '.join(of_measures.total_text(row, route) for row in measures.listed())} for "
        f"{tonnes_text(route.consignment.tonnes)}; "
        f"low-confidence facts carry {100 * low['km']:.0f} % of the km, {100 * low['h']:.0f} % of the hours, "
        f"{100 * low['usd']:.0f} % of the USD"
    )
