"""Amounts of one segment, by hand, from a few rates of the test's own: shares of a part, bounds, what counts as low."""

from __future__ import annotations

import drawn
import pytest

from geodata import records
from geodata.rates import Rates
from planner.price import links
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment

TWO = Consignment.of(drawn.SHIPPED, tonnes=30, values="central")
"""30 t in two TEU: no figure by tonne is one by TEU."""


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


def segment(drawing: str, **changes: object) -> records.Segment:
    (found,) = drawn.network(drawing).segments.values()
    return found.model_copy(update=changes)


def priced(item: records.Segment, *rows: records.Rate) -> Amounts:
    return links.amounts(item, Rates(rows), TWO)


CO2E = rate("co2e_g_per_tkm", "ferry", 30)
SPEED = rate("speed_km_per_h", "ferry", 20)


@pytest.mark.parametrize("confidence", ["high", "low"])
@pytest.mark.parametrize(("quantity", "units"), [("fare_usd_per_teu", 2), ("fare_usd_per_t", 30)])
def test_a_part_takes_its_share_of_a_fare(quantity: str, units: int, confidence: str) -> None:
    """A quarter of a ferry line whose fare is 400 USD a unit, whatever its km."""
    part = segment("a ^^100^^ b", part_of="whole", share=0.25)
    whole = segment("a ^^400^^ b")
    fare = rate(quantity, "ferry", 400, confidence)
    found = priced(part, SPEED, CO2E, fare)
    assert found.cost_usd == 400 * units * 0.25
    assert found.low_usd == (found.cost_usd if confidence == "low" else 0.0)
    assert priced(whole, SPEED, CO2E, fare).cost_usd == 4 * found.cost_usd


@pytest.mark.parametrize("confidence", ["high", "low"])
def test_a_part_takes_its_share_of_a_sailing_time_of_the_whole(confidence: str) -> None:
    """A quarter of 24 h, stated for the segment that the part was cut from; its speed would say 5 h."""
    part = segment("a ^^100^^ b", part_of="whole", share=0.25)
    fare = rate("fare_usd_per_teu", "ferry", 400)
    found = priced(part, SPEED, CO2E, fare, rate("time_h", "ferry", 24, confidence, scope="whole"))
    assert (found.time_h, found.low_h) == (6.0, 6.0 if confidence == "low" else 0.0)
    assert found.co2e_kg == 100 * 30 * 30 / 1000


def test_a_fare_comes_before_a_rate_by_km_and_one_by_teu_before_one_by_tonne() -> None:
    line = segment("a ^^100^^ b")
    by_teu, by_t = rate("fare_usd_per_teu", "ferry", 7), rate("fare_usd_per_t", "ferry", 5)
    by_teu_km, by_tkm = rate("rate_usd_per_teu_km", "ferry", 0.3), rate("rate_usd_per_tkm", "ferry", 0.01, scope="KZ")
    assert priced(line, SPEED, CO2E, by_teu, by_t, by_teu_km).cost_usd == 7 * 2
    assert priced(line, SPEED, CO2E, by_t, by_teu_km, by_tkm).cost_usd == 5 * 30
    assert priced(line, SPEED, CO2E, by_teu_km, by_tkm).cost_usd == pytest.approx(0.3 * 100 * 2)


ROAD = (
    rate("speed_km_per_h", "road", 50, scope="KZ"),
    rate("speed_km_per_h", "road", 25, "low", scope="UZ"),
    rate("rate_usd_per_tkm", "road", 0.10, scope="KZ"),
    rate("rate_usd_per_tkm", "road", 0.20, "low", scope="UZ"),
    rate("co2e_g_per_tkm", "road", 80, scope="KZ"),
    rate("co2e_g_per_tkm", "road", 100, scope="UZ"),
)
LINE = "KZ:a --200-- UZ:b"
"""100 km in each of two countries."""


def test_what_is_low_is_counted_country_by_country() -> None:
    """100/50 h and 100/25 h, of which the second is low; 100 x 0.1 x 30 and 100 x 0.2 x 30 USD, likewise."""
    found = priced(segment(LINE), *ROAD)
    assert (found.time_h, found.low_h) == (2.0 + 4.0, 4.0)
    assert (found.cost_usd, found.low_usd) == (pytest.approx(300 + 600), pytest.approx(600))
    assert found.co2e_kg == pytest.approx((100 * 80 + 100 * 100) * 30 / 1000)
    assert (found.distance_km, found.low_km) == (200.0, 0.0)


def test_hours_are_over_the_share_of_the_day_spent_moving_and_low_if_either_is() -> None:
    """A share of 0.5 in KZ alone doubles its 2 h; a low share makes them low, a low speed those of UZ."""
    for confidence, low_h in (("high", 4.0), ("low", 4.0 + 4.0)):
        found = priced(segment(LINE), *ROAD, rate("duty_share", "road", 0.5, confidence, scope="KZ"))
        assert (found.time_h, found.low_h) == (4.0 + 4.0, low_h)


def test_the_wait_in_yards_is_by_km_and_low_by_itself() -> None:
    """0.03 h a km over 100 km in KZ: 3 h beside the 2 h of moving there."""
    for confidence, low_h in (("high", 4.0), ("low", 4.0 + 3.0)):
        found = priced(segment(LINE), *ROAD, rate("yard_wait_h_per_km", "road", 0.03, confidence, scope="KZ"))
        assert (found.time_h, found.low_h) == (2.0 + 3.0 + 4.0, low_h)


def test_all_of_a_segment_of_low_confidence_is_low() -> None:
    found = priced(segment(LINE, confidence="low"), *ROAD)
    assert (found.low_km, found.low_h, found.low_usd) == (200.0, found.time_h, found.cost_usd)


def sea(km: float, *rows: records.Rate, **changes: object) -> Amounts:
    lane = segment("a ~~1~~ b", length_km=km, country_km={"sea": km}, **changes)
    return priced(lane, rate("speed_km_per_h", "sea", 25), *rows)


SHORT_USD, LONG_USD = rate("rate_usd_per_teu_km", "sea", 0.5), rate("long_haul_usd_per_teu_km", "sea", 0.125)
SHORT_G, LONG_G = rate("co2e_g_per_tkm", "sea", 40), rate("long_haul_co2e_g_per_tkm", "sea", 8)


def test_km_beyond_the_short_sea_have_a_price_and_emissions_of_their_own() -> None:
    """2,950 km: 1,950 at the price of the short sea and 1,000 beyond; not one km less at the bound itself."""
    found = sea(2950, SHORT_USD, LONG_USD, SHORT_G, LONG_G)
    assert found.cost_usd == pytest.approx((1950 * 0.5 + 1000 * 0.125) * 2)
    assert found.co2e_kg == pytest.approx((1950 * 40 + 1000 * 8) * 30 / 1000)
    assert (found.time_h, found.low_h, found.low_usd) == (118.0, 0.0, 0.0)
    assert sea(1950, SHORT_USD, LONG_USD, SHORT_G, LONG_G).cost_usd == 1950 * 0.5 * 2


def test_each_of_the_two_prices_at_sea_is_low_by_itself() -> None:
    low_short, low_long = (row.model_copy(update={"confidence": "low"}) for row in (SHORT_USD, LONG_USD))
    assert sea(2950, low_short, LONG_USD, SHORT_G, LONG_G).low_usd == pytest.approx(1950 * 0.5 * 2)
    assert sea(2950, SHORT_USD, low_long, SHORT_G, LONG_G).low_usd == pytest.approx(1000 * 0.125 * 2)
    assert sea(2950, low_short, low_long, SHORT_G, LONG_G).low_usd == pytest.approx((975 + 125) * 2)


def test_without_a_figure_for_the_long_haul_or_with_one_of_its_own_all_km_are_alike() -> None:
    assert sea(2950, SHORT_USD, SHORT_G).cost_usd == pytest.approx(2950 * 0.5 * 2)
    assert sea(2950, SHORT_USD, SHORT_G).co2e_kg == pytest.approx(2950 * 40 * 30 / 1000)
    own_usd = rate("rate_usd_per_teu_km", "sea", 0.25, scope="a-b-sea")
    own_g = rate("co2e_g_per_tkm", "sea", 20, scope="a-b-sea")
    found = sea(2950, SHORT_USD, LONG_USD, SHORT_G, LONG_G, own_usd, own_g)
    assert found.cost_usd == pytest.approx(2950 * 0.25 * 2)
    assert found.co2e_kg == pytest.approx(2950 * 20 * 30 / 1000)


def test_a_segment_has_its_own_figures_before_those_of_a_country_and_its_parts_have_them_too() -> None:
    """200 km at 80 km/h, half the day, and 0.01 h a km in yards, whichever country; 0.5 USD and 200 g a tkm."""
    own = [
        rate("speed_km_per_h", "road", 80, scope="own"),
        rate("duty_share", "road", 0.5, scope="own"),
        rate("yard_wait_h_per_km", "road", 0.01, scope="own"),
        rate("rate_usd_per_tkm", "road", 0.5, scope="own"),
        rate("co2e_g_per_tkm", "road", 200, scope="own"),
    ]
    for item in (segment(LINE, id="own"), segment(LINE, id="own-part", part_of="own", share=0.5)):
        found = priced(item, *ROAD, rate("duty_share", "road", 0.9), rate("yard_wait_h_per_km", "road", 0.5), *own)
        assert found.time_h == pytest.approx(200 / 80 / 0.5 + 200 * 0.01)
        assert found.cost_usd == pytest.approx(0.5 * 200 * 30)
        assert found.co2e_kg == pytest.approx(200 * 200 * 30 / 1000)
        assert (found.low_h, found.low_usd) == (0.0, 0.0)
