"""Rates in words: what one measures, of what, where, and in which unit."""

from __future__ import annotations

from geodata import records
from geodata.catalog import Catalog
from geodata.rates import QUANTITIES, REGION


def rate_text(catalog: Catalog, rate: records.Rate) -> str:
    """A rate for people: what it measures, of what, where.

    >>> import corridors
    >>> facts = corridors.load().catalog
    >>> rate_text(facts, facts.rates.get("border_h", "road", "KZ-UZ").rate)
    'border crossing, both sides, road, KZ-UZ'
    """
    scope, _, way = rate.scope.partition(":")
    segment, node = catalog.wholes.get(scope, catalog.segments.get(scope)), catalog.nodes.get(scope)
    where = "where no own figure is known" if rate.scope == REGION else scope
    if segment is not None:
        where = f"{catalog.nodes[segment.from_node].name} - {catalog.nodes[segment.to_node].name}"
    elif node is not None:
        where = node.name
    quantity = QUANTITIES[rate.quantity]
    subject = "" if rate.subject in (quantity.subjects, "port", "airport") else f", {rate.subject}"
    whole = {"region"} == set(quantity.scopes)
    return f"{quantity.title}{subject}" + ("" if whole else f", {where}") + (f" ({way})" if way else "")


UNITS = (
    ("_km_per_h", "km/h"),
    ("_h_per_km", "h/km"),
    ("_per_t_h", "USD/t h"),
    ("usd_per_tkm", "USD/tkm"),
    ("usd_per_teu_km", "USD/TEU km"),
    ("usd_per_teu", "USD/TEU"),
    ("usd_per_t", "USD/t"),
    ("g_per_tkm", "g/tkm"),
    ("kg_per_t", "kg/t"),
    ("t_per_teu", "t/TEU"),
    ("_h", "h"),
)
"""How the name of a quantity ends, and its unit; what ends otherwise (a share) has none."""


def unit_of(quantity: str) -> str:
    """The unit of a quantity, as people write it.

    >>> unit_of("border_h"), unit_of("speed_km_per_h"), unit_of("duty_share")
    ('h', 'km/h', '')
    """
    return next((unit for end, unit in UNITS if quantity.endswith(end)), "")
