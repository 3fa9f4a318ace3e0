"""Rates in words: what one measures, of what, where."""

from __future__ import annotations

from geodata import records
from geodata.catalog import Catalog
from geodata.quantities import QUANTITIES, REGION


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
    subject = "" if rate.subject == quantity.subject else f", {rate.subject}"
    whole = {"region"} == set(quantity.scopes)
    return f"{quantity.title}{subject}" + ("" if whole else f", {where}") + (f" ({way})" if way else "")
