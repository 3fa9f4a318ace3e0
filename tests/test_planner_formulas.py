"""Formulas of routes: at the usual rates they are the routes' totals, at any others those of a network with these."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

import corridors
from geodata.quantities import QUANTITIES
from geodata.rates import Rates
from planner.network import Network
from planner.price import assemble
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import formulas
from planner.uncertainty.formulas import Formula


@pytest.fixture(scope="module")
def routes(network: Network) -> list[Route]:
    compared = corridors.compare(network, "Almaty", "Karachi", include="proposed", tonnes=135)
    return [*corridors.named(network).values(), *(entry.route for entry in compared)]


def test_at_the_usual_rates_they_are_the_totals(network: Network, routes: list[Route]) -> None:
    found = formulas.of_routes(network, routes)
    assert len(routes) > 15
    for key, criterion in MEASURES.items():
        values = found.values(key, found.usual)[0]
        expected = [criterion.value(route.amounts, route.consignment) for route in routes]
        assert values == pytest.approx(expected, rel=1e-12), key


def test_at_other_rates_they_are_the_totals_of_a_network_with_these(network: Network, routes: list[Route]) -> None:
    """Brute force: every rate drawn anew, the routes priced from the start."""
    found = formulas.of_routes(network, routes)
    rng = random.Random(5)
    for _ in range(5):
        factor = {rate.key: rng.uniform(0.5, 2.0) for rate in network.catalog.rates.rows}
        rows = [row.model_copy(update={"central": row.central * factor[row.key]}) for row in network.catalog.rates.rows]
        other = Network.of(dataclasses.replace(network.catalog, rates=Rates(rows)))
        row = np.array([[rate.central * factor[rate.key] for rate in found.rates]])
        for at, route in enumerate(routes):
            central = route.consignment.read_as(network.catalog, "central")
            load = dataclasses.replace(
                central,
                value_of_time_usd_per_t_h=central.value_of_time_usd_per_t_h
                * factor[("value_of_time_usd_per_t_h", route.consignment.cargo, "region")],
                carbon_price_usd_per_t=central.carbon_price_usd_per_t
                * factor[("carbon_price_usd_per_t", "co2e", "region")],
            )
            again = assemble.route(other, load, route.nodes[0], route.segments)
            for key, criterion in MEASURES.items():
                expected = criterion.value(again.amounts, load)
                assert found.by_route[at][key].of(row)[0] == pytest.approx(expected, rel=1e-12), (key, route)


def test_divisors_have_negative_powers_and_nothing_else_has(network: Network, routes: list[Route]) -> None:
    found = formulas.of_routes(network, routes)
    for of_route in found.by_route:
        for formula in of_route.values():
            for monomial in formula.terms:
                for column, power in monomial:
                    divides = QUANTITIES[found.rates[column].quantity].divisor
                    assert power == (-1 if divides else 1)


def test_powers_of_one_rate_add_up_to_the_formula(network: Network, routes: list[Route]) -> None:
    found = formulas.of_routes(network, routes[:3])
    usual = found.usual[0]
    for column in sorted(found.read_by(0)):
        powers = found.by_route[0]["time"].powers_of(column, usual)
        total = sum(coefficient * float(usual[column]) ** power for power, coefficient in powers.items())
        assert total == pytest.approx(routes[0].time_h, rel=1e-12)


def test_arithmetic_by_hand() -> None:
    x, y = Formula({((0, 1),): 1.0}), Formula({((1, 1),): 1.0})
    values = np.array([[2.0, 5.0], [4.0, 10.0]])
    assert (3 * x + y / x + 7).of(values).tolist() == [3 * 2 + 5 / 2 + 7, 3 * 4 + 10 / 4 + 7]
    assert ((x + 1) * (y + 2)).of(values).tolist() == [3 * 7, 5 * 12]
    assert (x * (1 / x)).terms == {(): 1.0}
    with pytest.raises(ValueError, match="single product"):
        1 / (x + y)
