"""What routes would take without one source: the rates that rest on it alone give way to the next wider scope's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geodata import records
from geodata.quantities import REGION
from geodata.rates import Fact, Rates, Reading
from planner.network import Network
from planner.price import assemble, estimates
from planner.price.measures import MEASURES
from planner.price.route import Route

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Without:
    """One source left out. ``values`` are the routes' by the criterion, in their order.

    ``replaced`` are the rates that gave way, with the key of what took their place; ``kept`` rest on the source alone
    too, but no wider figure of another source is there to replace them.
    """

    source: str
    values: tuple[float, ...]
    replaced: tuple[tuple[records.Rate, Key], ...]
    kept: tuple[records.Rate, ...]


class _Rates(Rates):
    """Rates in which those that rest on one source alone are passed over where a wider one of another source is."""

    def __init__(self, rows: Iterable[records.Rate], source: str, reading: Reading):
        super().__init__(rows, reading)
        self.source = source
        self.replaced: dict[Key, tuple[records.Rate, Key]] = {}
        self.kept: dict[Key, records.Rate] = {}

    def _search(self, quantity: str, subject: str, scopes: tuple[str, ...], *, borrows: bool) -> Fact | None:
        found = super()._search(quantity, subject, scopes, borrows=borrows)
        if found is None or not self._is_lost(found.rate):
            return found
        for scope in (*scopes, REGION):
            row = self._rows.get((quantity, subject, scope))
            if row is not None and not self._is_lost(row):
                self.replaced[found.rate.key] = (found.rate, row.key)
                return self._fact(row, low=True)
        self.kept[found.rate.key] = found.rate
        return found

    def _is_lost(self, rate: records.Rate) -> bool:
        return set(rate.source) == {self.source}


def without(network: Network, routes: Sequence[Route], criterion: str, source: str) -> Without:
    """What some routes would take by a criterion without a source; the routes stay the same."""
    usual = estimates.READINGS[routes[0].consignment.values if routes else "expected"]
    rates = _Rates(network.catalog.rates.rows, source, usual)
    reduced = Network(replace(network.catalog, rates=rates), network.nodes, network.segments)
    values = []
    for route in routes:
        load = replace(
            route.consignment,
            value_of_time_usd_per_t_h=rates.get("value_of_time_usd_per_t_h", route.consignment.cargo).value,
            carbon_price_usd_per_t=rates.get("carbon_price_usd_per_t", "co2e").value,
        )
        priced = assemble.route(reduced, load, route.nodes[0], route.segments)
        values.append(MEASURES[criterion].value(priced.amounts, load))
    return Without(source, tuple(values), tuple(rates.replaced.values()), tuple(rates.kept.values()))
