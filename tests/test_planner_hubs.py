"""Hub operations by hand, from a few rates of the test's own: each price low by itself, sides, scopes, detail."""

from __future__ import annotations

import drawn
import pytest

from geodata import records
from geodata.rates import Rates
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.hubs import Carriage, HubOperation, Hubs

TWO = Consignment.of(drawn.SHIPPED, tonnes=30, values="central")
"""30 t in two TEU: no figure by tonne is one by TEU."""

RAIL, BROAD, ROAD = Carriage("rail", 1520), Carriage("rail", 1676), Carriage("road", None)
SEA, FERRY, AIR = Carriage("sea", None), Carriage("ferry", None), Carriage("air", None)


def rate(quantity: str, subject: str, central: float, confidence: str = "high", scope: str = "region") -> records.Rate:
    facts = {
        "quantity": quantity,
        "subject": subject,
        "scope": scope,
        "central": central,
        "source": ("own-estimate",),
        "confidence": confidence,
    }
    return records.Rate.model_validate(facts)


LIFT = rate("handling_co2e_kg_per_t", "terminal", 1.5)
LIFT_KG = 1.5 * 30


def hubs(*rows: records.Rate) -> Hubs:
    return Hubs(Rates([LIFT, *rows]), dict(drawn.SHIPPED.modes), TWO)


PORT = (
    rate("port_h", "port", 48),
    rate("port_usd_per_teu", "port", 300),
    rate("port_fee_usd_per_teu", "port", 100),
    rate("wait_h", "ferry", 36),
    rate("port_call_h", "port", 12),
)


@pytest.mark.parametrize(
    ("low", "low_h", "low_usd"),
    [
        ((), 0, 0),
        (("port_h",), 48, 0),
        (("port_usd_per_teu",), 0, 600),
        (("port_fee_usd_per_teu",), 0, 200),
        (("port_usd_per_teu", "port_fee_usd_per_teu"), 0, 800),
    ],
)
def test_of_an_operation_just_what_rests_on_low_facts_is_low(low: tuple[str, ...], low_h: int, low_usd: int) -> None:
    """A port: 48 h, 300 USD of handling and 100 USD of its border post a TEU, for two TEU."""
    rows = [row.model_copy(update={"confidence": "low"}) if row.quantity in low else row for row in PORT]
    (stop,) = hubs(*rows).between("b", RAIL, SEA)
    assert stop == HubOperation(
        "b", "port", "rail to sea", Amounts(time_h=48, cost_usd=800, co2e_kg=LIFT_KG, low_h=low_h, low_usd=low_usd)
    )


def test_a_port_has_its_own_figures_before_those_of_the_region() -> None:
    own = (
        rate("port_h", "port", 12, scope="b"),
        rate("port_usd_per_teu", "port", 120, "low", scope="b"),
        rate("port_fee_usd_per_teu", "port", 10, scope="b"),
        rate("wait_h", "ferry", 20, "low", scope="b"),
        rate("port_call_h", "port", 5, scope="b"),
    )
    known = hubs(*PORT, *own)
    handled, waits = known.between("b", RAIL, FERRY)
    assert handled.amounts == Amounts(time_h=12, cost_usd=260, co2e_kg=LIFT_KG, low_usd=240)
    assert waits.amounts == Amounts(time_h=20, low_h=20)
    assert [stop.amounts.time_h for stop in known.between("b", SEA, SEA)] == [5]
    assert [stop.amounts.time_h for stop in known.between("c", RAIL, FERRY)] == [48, 36]
    assert known.at_destination("b", SEA)[0].amounts.cost_usd == 260
    assert known.at_origin("b", FERRY)[1] == waits
    by_air = hubs(rate("airport_h", "airport", 18), rate("airport_usd_per_teu", "airport", 400), *PORT, *own)
    assert by_air.between("b", AIR, FERRY)[1] == waits


def test_a_terminal_has_its_own_figures_before_those_of_the_region() -> None:
    names = [f"{end}_{unit}" for end in ("loading", "unloading") for unit in ("h", "usd_per_teu")]
    known = hubs(
        *(rate(name, "rail", 9) for name in names),
        *(rate(name, "rail", at, scope="b") for at, name in enumerate(names, start=1)),
    )
    assert known.at_origin("b", RAIL)[0].amounts == Amounts(time_h=1, cost_usd=4, co2e_kg=LIFT_KG)
    assert known.at_destination("b", RAIL)[0].amounts == Amounts(time_h=3, cost_usd=8, co2e_kg=LIFT_KG)
    assert known.at_origin("c", RAIL)[0].amounts == Amounts(time_h=9, cost_usd=18, co2e_kg=LIFT_KG)


@pytest.mark.parametrize("confidence", ["high", "low"])
def test_a_wait_and_a_call_take_hours_alone(confidence: str) -> None:
    """Nothing is lifted and nothing charged: a box waits 36 h on the quay, or 12 h on board."""
    rows = [row.model_copy(update={"confidence": confidence}) for row in PORT]
    handled, waits = hubs(*rows).between("b", ROAD, FERRY)
    (call,) = hubs(*rows).between("b", SEA, SEA)
    assert (handled.operation, handled.detail) == ("port", "road to ferry")
    low_h = {"high": 0.0, "low": 1.0}[confidence]
    assert waits == HubOperation("b", "waiting", "for the ferry", Amounts(time_h=36, low_h=36 * low_h))
    assert call == HubOperation("b", "port_call", "sea", Amounts(time_h=12, low_h=12 * low_h))
    assert [stop.operation for stop in hubs(*rows).between("b", FERRY, FERRY)] == ["port", "waiting"]
    assert [stop.operation for stop in hubs(*rows).between("b", FERRY, ROAD)] == ["port"]


def test_an_airport_has_its_stay_and_its_charges() -> None:
    rows = (
        rate("airport_h", "airport", 18, "low"),
        rate("airport_usd_per_teu", "airport", 400),
        rate("airport_fee_usd_per_teu", "airport", 50, "low"),
        *PORT,
    )
    took = Amounts(time_h=18, cost_usd=900, co2e_kg=LIFT_KG, low_h=18, low_usd=100)
    assert hubs(*rows).between("b", AIR, ROAD) == (HubOperation("b", "airport", "air to road", took),)
    assert hubs(*rows).at_origin("b", AIR) == (HubOperation("b", "loading", "air", took),)
    assert hubs(*rows).between("b", AIR, AIR) == ()
    # from a ship to a plane freight is handled once, at the airport
    assert [stop.operation for stop in hubs(*rows).between("b", SEA, AIR)] == ["airport"]
    assert [stop.operation for stop in hubs(*rows).between("b", AIR, FERRY)] == ["airport", "waiting"]


def test_the_ends_of_a_route_by_land_and_by_ferry() -> None:
    """At the origin of a ferry freight waits for it; at its destination it does not."""
    rows = (
        rate("loading_h", "rail", 12),
        rate("loading_usd_per_teu", "rail", 60, "low"),
        rate("unloading_h", "rail", 10, "low"),
        rate("unloading_usd_per_teu", "rail", 50),
        *PORT,
    )
    assert hubs(*rows).at_origin("a", RAIL) == (
        HubOperation("a", "loading", "rail", Amounts(time_h=12, cost_usd=120, co2e_kg=LIFT_KG, low_usd=120)),
    )
    assert hubs(*rows).at_destination("a", RAIL) == (
        HubOperation("a", "unloading", "rail", Amounts(time_h=10, cost_usd=100, co2e_kg=LIFT_KG, low_h=10)),
    )
    assert [stop.operation for stop in hubs(*rows).at_origin("a", FERRY)] == ["loading", "waiting"]
    assert [stop.operation for stop in hubs(*rows).at_destination("a", FERRY)] == ["unloading"]
    assert hubs(*rows).at_origin("a", FERRY)[0].amounts.cost_usd == 800


def test_changes_on_land_take_the_figure_of_their_pair_in_either_order_and_that_of_the_place_first() -> None:
    rows = (
        rate("gauge_h", "1520-1676", 24),
        rate("gauge_usd_per_teu", "1520-1676", 120),
        rate("gauge_h", "1520-1676", 30, scope="b"),
        rate("gauge_usd_per_teu", "1520-1676", 33, "low", scope="b"),
        rate("transshipment_h", "rail-road", 6),
        rate("transshipment_usd_per_teu", "rail-road", 70),
        rate("transshipment_h", "rail-road", 9, "low", scope="b"),
        rate("transshipment_usd_per_teu", "rail-road", 80, scope="b"),
    )
    known = hubs(*rows)
    elsewhere, here = (
        Amounts(time_h=24, cost_usd=240, co2e_kg=LIFT_KG),
        Amounts(time_h=30, cost_usd=66, co2e_kg=LIFT_KG, low_usd=66),
    )
    assert known.between("c", RAIL, BROAD) == (HubOperation("c", "break_of_gauge", "1520 mm to 1676 mm", elsewhere),)
    assert known.between("b", BROAD, RAIL) == (HubOperation("b", "break_of_gauge", "1676 mm to 1520 mm", here),)
    elsewhere, here = (
        Amounts(time_h=6, cost_usd=140, co2e_kg=LIFT_KG),
        Amounts(time_h=9, cost_usd=160, co2e_kg=LIFT_KG, low_h=9),
    )
    assert known.between("c", ROAD, RAIL) == (HubOperation("c", "transshipment", "road to rail", elsewhere),)
    assert known.between("b", RAIL, ROAD) == (HubOperation("b", "transshipment", "rail to road", here),)
    assert known.between("b", RAIL, RAIL) == known.between("b", ROAD, ROAD) == ()


KEY = "a-b-rail1520"


def crossing(*rows: records.Rate, back: bool = False, post: str = "") -> HubOperation:
    """What the border takes of a train from a in KZ to b in UZ, or back; ``post`` is the end that is a border post."""
    network = drawn.network("KZ:a ==100== UZ:b")
    ends = [
        node.model_copy(update={"kind": "border" if node.id == post else "city"}) for node in network.nodes.values()
    ]
    found = hubs(rate("border_h", "rail", 40), rate("border_fee_usd_per_teu", "rail", 200), *rows)
    (stop,) = found.border(network.segments[KEY], *(ends[::-1] if back else ends))
    return stop


def fee(usd: float, scope: str, confidence: str = "high") -> records.Rate:
    return rate("border_fee_usd_per_teu", "rail", usd, confidence, scope=scope)


def test_a_border_charges_the_fee_of_each_side_and_just_a_low_one_is_low() -> None:
    """50 USD a TEU on the Kazakh side, 70 on the Uzbek one; no lift, so no CO2e."""
    sides = [fee(50, "KZ"), fee(70, "UZ")]
    assert crossing(*sides) == HubOperation(
        "a", "border_crossing", "KZ to UZ by rail", Amounts(time_h=40, cost_usd=240)
    )
    assert crossing(fee(50, "KZ", "low"), fee(70, "UZ")).amounts.low_usd == 100
    assert crossing(fee(50, "KZ"), fee(70, "UZ", "low"), back=True).amounts.low_usd == 140
    assert crossing(*(fee(50, side, "low") for side in ("KZ", "UZ"))).amounts.low_usd == 200
    # the region's fee stands in for that of the side that has none, and is low
    assert crossing(fee(50, "KZ")).amounts == Amounts(time_h=40, cost_usd=500, low_usd=400)


def test_a_border_stands_at_its_post_else_where_the_freight_comes_from() -> None:
    assert [crossing(post=post).node for post in ("", "a", "b")] == ["a", "a", "b"]
    assert [crossing(post=post, back=True).node for post in ("", "a", "b")] == ["b", "a", "b"]
    assert crossing(back=True).detail == "UZ to KZ by rail"


def test_the_narrowest_figure_of_a_border_holds() -> None:
    """Hours: the segment in one direction, the segment, the pair in one direction, the pair in the order of letters."""
    hours = [
        rate("border_h", "rail", 10, scope="KZ-UZ"),
        rate("border_h", "rail", 11, scope="UZ-KZ"),
        rate("border_h", "rail", 12, scope=KEY),
        rate("border_h", "rail", 13, "low", scope=f"{KEY}:UZ-KZ"),
    ]
    there = [crossing(*hours[:count]).amounts.time_h for count in range(5)]
    back = [crossing(*hours[:count], back=True).amounts.time_h for count in range(5)]
    assert there == [40, 10, 10, 12, 12]
    assert back == [40, 10, 11, 12, 13]
    assert crossing(*hours, back=True).amounts.low_h == 13
    assert crossing(*hours).amounts.low_h == 0
    fees = [fee(1, "KZ"), fee(1, "UZ"), fee(3, "KZ-UZ:KZ"), fee(5, f"{KEY}:KZ")]
    for way in (False, True):
        assert [crossing(*fees[:count], back=way).amounts.cost_usd for count in (2, 3, 4)] == [4, 8, 12]
