"""Links, hub operations and totals, computed by hand."""

from __future__ import annotations

import dataclasses
import random

import drawn
import pytest
from hypothesis import given, strategies as st

import corridors
from geodata import errors, records
from geodata.quantities import QUANTITIES
from geodata.rates import Fact, Rates
from geodata.read import references
from planner.network import Network
from planner.price import amounts, impedance, links, pricing
from planner.price.consignment import Consignment
from planner.price.hubs import OPERATIONS, Carriage, Hubs
from planner.price.measures import MEASURES

ONE = Consignment.of(drawn.SHIPPED, values="central")
"""By hand means at central rates; expected ones have their own tests (test_planner_estimates)."""


def test_a_consignment_takes_whole_containers() -> None:
    assert (ONE.tonnes, ONE.teu) == (20.0, 1)
    assert Consignment.of(drawn.SHIPPED, tonnes=25).teu == 2
    assert Consignment.of(drawn.SHIPPED, tonnes=0.5).teu == 1
    assert Consignment.of(drawn.SHIPPED, tonnes=40).teu == 2
    for tonnes in (0, -1, float("nan"), float("inf"), 1e12):
        with pytest.raises(errors.RequestError):
            Consignment.of(drawn.SHIPPED, tonnes=tonnes)
    with pytest.raises(errors.UnknownNameError, match="general"):
        Consignment.of(drawn.SHIPPED, cargo="gold")


def test_a_rail_link_by_hand() -> None:
    """100 km in KZ: 100/50 h moving + 100 x 0.012 h in yards; 100 x 0.055 x 20 USD; 100 x 28 x 20 / 1000 kg."""
    network = drawn.network("a ==100== b")
    part = links.amounts(network.segments["a-b-rail1520"], network.catalog.rates, ONE)
    assert part.distance_km == 100.0
    assert part.time_h == pytest.approx(2.0 + 1.2)
    assert part.cost_usd == pytest.approx(110.0)
    assert part.co2e_kg == pytest.approx(56.0)
    assert part.low_h == pytest.approx(1.2)  # the yard wait is an estimate, the speed is not
    assert part.low_usd == 0.0


def test_a_road_link_through_two_countries_by_hand() -> None:
    """60 km each in KZ (51 km/h) and AF (34 km/h) at a duty share of 0.55; 0.09 USD/tkm in both."""
    network = drawn.network("KZ:a --120-- AF:b")
    part = links.amounts(network.segments["a-b-road"], network.catalog.rates, ONE)
    assert part.time_h == pytest.approx(60 / 51 / 0.55 + 60 / 34 / 0.55)
    assert part.cost_usd == pytest.approx(120 * 0.09 * 20)
    assert part.co2e_kg == pytest.approx((60 * 85 + 60 * 110) * 20 / 1000)


def test_pakistan_has_its_own_duty_share() -> None:
    network = drawn.network("PK:a --75-- PK:b")
    assert links.amounts(network.segments["a-b-road"], network.catalog.rates, ONE).time_h == pytest.approx(
        75 / 25 / 0.75
    )


def test_a_country_without_a_rate_takes_the_regions_marked_low() -> None:
    network = drawn.network("TJ:a --42-- TJ:b")
    part = links.amounts(network.segments["a-b-road"], network.catalog.rates, ONE)
    assert part.time_h == pytest.approx(42 / 42 / 0.55)
    assert part.cost_usd == pytest.approx(42 * 0.085 * 20)
    assert part.low_h == part.time_h
    assert part.low_usd == part.cost_usd


def test_sea_ferry_and_air_have_prices_of_their_own_form() -> None:
    network = drawn.network("""
        a ~~278~~ b
        a ^^185^^ b
        a ..750.. b
    """)
    sea, ferry, air = (
        links.amounts(network.segments[key], network.catalog.rates, ONE) for key in ("a-b-sea", "a-b-ferry", "a-b-air")
    )
    assert (sea.time_h, sea.cost_usd) == (pytest.approx(10.0), pytest.approx(0.23 * 278))
    assert (ferry.time_h, ferry.cost_usd) == (pytest.approx(10.0), pytest.approx(450.0))
    assert (air.time_h, air.cost_usd) == (pytest.approx(1.0), pytest.approx(2600.0 * 20))


def test_a_stated_sailing_time_wins() -> None:
    segment = drawn.SHIPPED.segments["turkmenbashi-alat_az-ferry"]
    assert links.amounts(segment, drawn.SHIPPED.rates, ONE).time_h == 17.0


def hub_names(network: Network, start: str, end: str, **options: object) -> list[tuple[str, str]]:
    route = corridors.plan(network, start, end, count=1, include="proposed", **options)[0]  # type: ignore[arg-type]
    return [(stop.node, stop.operation) for stop in route.hubs]


def test_each_change_has_its_operations_in_order() -> None:
    assert hub_names(drawn.network("a ==10== b ##10## c"), "a", "c") == [
        ("a", "loading"),
        ("b", "break_of_gauge"),
        ("c", "unloading"),
    ]
    assert hub_names(drawn.network("a ==10== b --10-- c"), "a", "c") == [
        ("a", "loading"),
        ("b", "transshipment"),
        ("c", "unloading"),
    ]
    assert hub_names(drawn.network("a ==10== b ^^10^^ c ==10== d"), "a", "d") == [
        ("a", "loading"),
        ("b", "port"),
        ("b", "waiting"),
        ("c", "port"),
        ("d", "unloading"),
    ]
    assert hub_names(drawn.network("a ~~10~~ b ~~10~~ c"), "a", "c") == [
        ("a", "loading"),
        ("b", "port_call"),
        ("c", "unloading"),
    ]
    assert hub_names(drawn.network("a ..10.. b --10-- c"), "a", "c", modes=["air", "road"]) == [
        ("a", "loading"),
        ("b", "airport"),
        ("c", "unloading"),
    ]
    assert hub_names(drawn.network("KZ:a ==10== UZ:b ==10== UZ:c"), "a", "c") == [
        ("a", "loading"),
        ("a", "border_crossing"),
        ("c", "unloading"),
    ]


def test_a_break_of_gauge_by_hand() -> None:
    """1520 to 1676: 24 h, 120 USD a TEU, 1.2 kg a tonne; two TEU for 40 t."""
    two = Consignment.of(drawn.SHIPPED, tonnes=40, values="central")
    prices = pricing.prices(drawn.SHIPPED, two)
    (stop,) = prices.between("spin_boldak", Carriage("rail", 1520), Carriage("rail", 1676))
    assert stop.operation == "break_of_gauge"
    assert (stop.amounts.time_h, stop.amounts.cost_usd) == (24.0, 240.0)
    assert stop.amounts.co2e_kg == pytest.approx(48.0)
    assert stop.amounts.distance_km == 0.0


def test_a_border_charges_both_sides_and_knows_its_direction() -> None:
    """Red Bridge: 15 h westbound, 58 h eastbound; fees 56 (AZ) + 121 (GE)."""
    prices = pricing.prices(drawn.SHIPPED, ONE)
    segment = drawn.SHIPPED.segments["aghstafa-tbilisi-road"]
    ends = drawn.SHIPPED.nodes["aghstafa"], drawn.SHIPPED.nodes["tbilisi"]
    (west,) = prices.border(segment, *ends)
    (east,) = prices.border(segment, *ends[::-1])
    assert (west.amounts.time_h, east.amounts.time_h) == (15.0, 58.0)
    assert west.amounts.cost_usd == east.amounts.cost_usd == 56 + 121


def test_a_crossing_without_a_figure_takes_the_pair_or_the_region() -> None:
    prices = pricing.prices(drawn.SHIPPED, ONE)
    nodes = drawn.SHIPPED.nodes

    def hours(key: str) -> tuple[float, bool]:
        segment = drawn.SHIPPED.segments[key]
        (stop,) = prices.border(segment, nodes[segment.from_node], nodes[segment.to_node])
        return stop.amounts.time_h, stop.amounts.low_h > 0

    assert hours("kharlachi-parachinar-road") == (57.0, True)  # the pair Afghanistan-Pakistan
    assert hours("bishkek_road_junction-korday-road") == (5.2, False)  # the pair, in one customs union
    assert hours("bazargan-gurbulak-road") == (9.9, True)  # the region
    assert hours("saryagash-tashkent-rail") == (14.0, False)


def test_port_hours_and_tariffs_are_the_ports_own() -> None:
    prices = pricing.prices(drawn.SHIPPED, ONE)
    (handling, waiting) = prices.between("aktau", Carriage("rail", 1520), Carriage("ferry", None))
    assert (handling.operation, handling.amounts.time_h) == ("port", 12.0)
    assert handling.amounts.cost_usd == 120 + 100  # tariff, and the fees of the port's border post
    assert (waiting.operation, waiting.amounts.time_h, waiting.amounts.cost_usd) == ("waiting", 36.0, 0.0)


PAIRS = (
    ("Almaty", "Karachi"),
    ("Almaty", "Poti"),
    ("Gwadar", "Astana"),
    ("Urumqi", "Mersin"),
    ("Dushanbe", "Bandar Abbas"),
    ("Islamabad", "Istanbul"),
    ("Xi'an", "Tehran"),
)


@pytest.mark.parametrize(("start", "end"), PAIRS)
@pytest.mark.parametrize("by", list(MEASURES))
def test_totals_are_the_sums_of_all_parts_of_legs_and_of_hub_stops(
    network: Network, start: str, end: str, by: str
) -> None:
    for route in corridors.plan(network, start, end, by=by, include="proposed", count=2):
        stops = [stop.amounts for stop in route.hubs]
        parts = [*(part for leg in route.legs for part in leg.parts), *stops]
        assert route.amounts == amounts.total(parts) == amounts.total(parts[::-1])
        summed = amounts.total([*(leg.amounts for leg in route.legs), *stops])
        assert dataclasses.astuple(summed)[:-1] == pytest.approx(dataclasses.astuple(route.amounts)[:-1], abs=1e-9)
        assert summed.more == route.amounts.more == ()
        for leg in route.legs:
            assert leg.amounts == amounts.total(leg.parts)
            assert leg.amounts.distance_km == pytest.approx(sum(item.km for item in leg.segments))
        for table in (route.km_by_country, route.km_by_mode, route.km_by_status, route.km_by_evidence):
            assert sum(table.values()) == pytest.approx(route.distance_km, rel=1e-4)
        assert all(stop.amounts.distance_km == 0 and stop.operation in OPERATIONS for stop in route.hubs)
        assert all(0 <= share <= 1 for share in route.low_confidence_share.values())


@pytest.mark.parametrize("criterion", MEASURES.values(), ids=list(MEASURES))
@given(seed=st.integers(0, 10**6))
def test_every_criterion_is_additive_and_never_negative(criterion: object, seed: int) -> None:
    rng = random.Random(seed)
    one, other = (amounts.Amounts(*(rng.uniform(0, 1e4) for _ in range(7))) for _ in range(2))
    value = criterion.value  # type: ignore[attr-defined]
    assert value(one, ONE) >= 0
    assert value(amounts.total([one, other]), ONE) == pytest.approx(value(one, ONE) + value(other, ONE))


def test_generalized_cost_by_hand() -> None:
    """100 USD + 0.875 USD/t-h x 20 t x 10 h + 50 USD/t x 0.2 t = 100 + 175 + 10."""
    part = amounts.Amounts(time_h=10, cost_usd=100, co2e_kg=200)
    assert MEASURES["generalized"].value(part, ONE) == pytest.approx(285.0)


def test_hours_and_km_are_as_fine_for_a_heavy_load() -> None:
    heavy = Consignment.of(drawn.SHIPPED, tonnes=1e7, values="central")
    for key, criterion in MEASURES.items():
        grows = impedance.unit(key, heavy) > impedance.unit(key, ONE)
        assert grows == criterion.grows_with_load
    assert impedance.unit("time", heavy) == 1e-9


def test_long_lines_are_no_wrong_unit(network: Network) -> None:
    impedance.refuse_overflow(1e17)
    with pytest.raises(errors.DataError, match="wrong unit"):
        impedance.refuse_overflow(1e19)


def by_sea(network: Network, km: float, **changes: object) -> amounts.Amounts:
    lane = network.segments["karachi-salalah-sea"]
    changed = lane.model_copy(update={"id": "lane", "length_km": km, "country_km": {"sea": km}, **changes})
    return links.amounts(changed, network.catalog.rates, ONE)


def test_a_long_lane_meets_both_published_prices(network: Network) -> None:
    """Poti-Mersin is 450 USD/TEU over 1,950 km, Shanghai-Rotterdam 2,510 USD/FEU over 19,500 km."""
    assert by_sea(network, 1950.0).cost_usd == pytest.approx(450, rel=0.005)
    assert by_sea(network, 19_500.0).cost_usd == pytest.approx(2510 / 2, rel=0.005)
    assert by_sea(network, 1950.0).co2e_kg == pytest.approx(36 * 1950 * ONE.tonnes / 1000)
    assert by_sea(network, 19_500.0).co2e_kg == pytest.approx(7.2 * 19_500 * ONE.tonnes / 1000, rel=0.005)


def test_no_km_at_sea_makes_a_lane_cheaper(network: Network) -> None:
    priced = [by_sea(network, float(km)) for km in (1, 1000, 1949, 1950, 1951, 2500, 10_000, 22_000)]
    assert [row.cost_usd for row in priced] == sorted(row.cost_usd for row in priced)
    assert [row.co2e_kg for row in priced] == sorted(row.co2e_kg for row in priced)
    assert priced[4].cost_usd - priced[3].cost_usd == pytest.approx(0.0459)  # one km of the deep sea
    assert priced[3].cost_usd - priced[2].cost_usd == pytest.approx(0.23)  # one km of the short sea


def test_a_lane_with_a_price_of_its_own_has_it_on_all_its_km(network: Network) -> None:
    lane = network.segments["salalah-suez-sea"]
    own = [row for row in network.catalog.rates.rows if row.key == ("rate_usd_per_teu_km", "sea", "region")]
    stated = own[0].model_copy(update={"scope": lane.id, "central": 0.065, "low": None, "high": None})
    assert links.amounts(lane, Rates([*network.catalog.rates.rows, stated]), ONE).cost_usd == pytest.approx(
        0.065 * lane.km
    )


def test_rates_are_looked_up_by_just_the_scopes_that_quantities_name(network: Network) -> None:
    """Every price of the shipped network is asked for; what was looked up is what QUANTITIES says may be stated."""

    class Spy(Rates):
        def find(self, quantity: str, subject: str, *scopes: str) -> Fact | None:
            asked.append((quantity, scopes))
            return super().find(quantity, subject, *scopes)

    asked: list[tuple[str, tuple[str, ...]]] = []
    spy = Spy(network.catalog.rates.rows, lambda rate: rate.central)
    everyone = Hubs(spy, dict(network.catalog.modes), ONE)
    carriages = [Carriage("rail", gauge) for gauge in records.GAUGES_MM]
    carriages += [Carriage(mode, None) for mode in network.catalog.modes if mode != "rail"]
    lane = network.segments["karachi-salalah-sea"]
    long_one = lane.model_copy(update={"length_km": 5000.0, "country_km": {"sea": 5000.0}})
    for segment in (*network.segments.values(), long_one):
        links.amounts(segment, spy, ONE)
        ends = network.nodes[segment.from_node], network.nodes[segment.to_node]
        everyone.border(segment, *ends)
        everyone.border(segment, *ends[::-1])
    for before in carriages:
        everyone.at_origin("karachi", before)
        everyone.at_destination("karachi", before)
        for after in carriages:
            everyone.between("karachi", before, after)
    for cargo in spy.subjects("value_of_time_usd_per_t_h"):
        Consignment.of(dataclasses.replace(network.catalog, rates=spy), cargo=cargo)
    kinds: dict[str, set[str]] = {}
    known = references.known_scopes(network.catalog.nodes, network.catalog.segments)
    for quantity, scopes in asked:
        for scope in (*scopes, "region"):
            kinds.setdefault(quantity, set()).add(next(kind for kind in known if scope in known[kind]))
    assert set(kinds) == set(QUANTITIES)
    for quantity, found in kinds.items():
        # a pair is also the way of a border in one direction; a segment's own time has no region
        assert found - {"region"} == set(QUANTITIES[quantity].scopes) - {"region"}, quantity
