"""Prices of links, borders and hub operations for one consignment, each worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field

from geodata import records
from geodata.catalog import Catalog
from planner.price import estimates, links
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.hubs import Carriage, HubOperation, Hubs

Operations = tuple[HubOperation, ...]


@dataclass(eq=False)
class Pricing:
    """What every part of a route takes. Equal questions are answered from memory; the facts never change."""

    hubs: Hubs
    _links: dict[str, tuple[records.Segment, Amounts]] = field(default_factory=dict)
    _borders: dict[tuple[str, str], tuple[records.Segment, Operations]] = field(default_factory=dict)
    _changes: dict[tuple[str, Carriage, Carriage], Operations] = field(default_factory=dict)
    _ends: dict[tuple[str, str, Carriage], Operations] = field(default_factory=dict)

    @property
    def consignment(self) -> Consignment:
        return self.hubs.consignment

    def link(self, segment: records.Segment) -> Amounts:
        known = self._links.get(segment.id)
        if known is None or known[0] is not segment:
            known = (segment, links.amounts(segment, self.hubs.rates, self.consignment))
            self._links[segment.id] = known
        return known[1]

    def border(self, segment: records.Segment, start: records.Node, end: records.Node) -> Operations:
        known = self._borders.get((segment.id, start.id))
        if known is None or known[0] is not segment:
            known = (segment, self.hubs.border(segment, start, end))
            self._borders[(segment.id, start.id)] = known
        return known[1]

    def at_origin(self, node_id: str, carriage: Carriage) -> Operations:
        end = ("origin", node_id, carriage)
        if end not in self._ends:
            self._ends[end] = self.hubs.at_origin(node_id, carriage)
        return self._ends[end]

    def at_destination(self, node_id: str, carriage: Carriage) -> Operations:
        end = ("destination", node_id, carriage)
        if end not in self._ends:
            self._ends[end] = self.hubs.at_destination(node_id, carriage)
        return self._ends[end]

    def between(self, node_id: str, before: Carriage, after: Carriage) -> Operations:
        change = (node_id, before, after)
        if change not in self._changes:
            self._changes[change] = self.hubs.between(node_id, before, after)
        return self._changes[change]


KEPT = 16
"""The prices of so many consignments are kept with one catalog."""


def prices(catalog: Catalog, consignment: Consignment) -> Pricing:
    """The prices of a catalog for a consignment; the same ones for the same question, kept as long as the catalog."""
    kept: dict[Consignment, Pricing] = catalog.kept.setdefault("pricing", {})
    if consignment not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        rates = estimates.rates(catalog, consignment.values)
        kept[consignment] = Pricing(Hubs(rates, dict(catalog.modes), consignment))
    return kept[consignment]
