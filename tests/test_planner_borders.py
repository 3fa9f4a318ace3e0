"""Borders and breaks of gauge: each published hour counted once, read one way by road and by rail."""

from __future__ import annotations

import drawn
import pytest

import corridors
from geodata import records
from geodata.globe import borders, geodesy
from planner.network import Network
from planner.price import pricing
from planner.price.consignment import Consignment

RATES = drawn.SHIPPED.rates
CROSSINGS = [item for item in drawn.SHIPPED.segments.values() if item.crossing and item.mode in ("rail", "road")]

GAUGE_BESIDE = {
    "altynkol-khorgos_cn-rail": "altynkol",
    "dostyk-alashankou-rail": "dostyk",
    "sarahs_tm-sarakhs-rail": "sarakhs",
    "taftan-mirjaveh-rail": "zahedan",
    "kartsakhi-kars-rail": "akhalkalaki",
    "akyayla-incheh_borun-rail": "incheh_borun",
    "spin_boldak-chaman-rail": "spin_boldak",
    "kharlachi-thall-rail": "kharlachi",
    "topa_cn-torugart-rail": "makmal",
}
"""The crossings by rail beside which all freight changes gauge, and where it does."""


def crossing(network: Network, segment_id: str, start: str) -> tuple[float, float]:
    """Hours and USD of a crossing that is entered at ``start``."""
    segment = network.segments[segment_id]
    ends = network.nodes[start], network.nodes[segment.other_end(start)]
    (operation,) = pricing.prices(network.catalog, Consignment.of(network.catalog, values="central")).border(
        segment, *ends
    )
    return operation.amounts.time_h, operation.amounts.cost_usd


def test_a_break_of_gauge_is_paid_once_at_every_crossing_that_has_one(network: Network) -> None:
    for segment_id in GAUGE_BESIDE:
        item = network.segments[segment_id]
        fact = RATES.get("border_h", "rail", item.facts_id)
        assert fact.rate.scope == segment_id, "the region's hours hold the change of gauge, which is charged apart"
    # CPMM's 40.6 h less the 24 h of a change between 1520 and 1676 mm
    for segment_id, start in (("spin_boldak-chaman-rail", "spin_boldak"), ("kharlachi-thall-rail", "kharlachi")):
        hours, _ = crossing(network, segment_id, start)
        assert hours == pytest.approx(40.6 - 24)
        assert hours + RATES.get("gauge_h", "1520-1676", start).value == pytest.approx(40.6)


def test_breaks_of_gauge_beside_a_border_are_those_that_are_known(network: Network) -> None:
    gauges: dict[str, set[int | None]] = {}
    for item in network.segments.values():
        if item.mode == "rail":
            for end in (item.from_node, item.to_node):
                gauges.setdefault(end, set()).add(item.gauge_mm)
    broken = {node for node, found in gauges.items() if len(found) > 1}
    beside = {item.id for item in CROSSINGS if item.mode == "rail" and broken & {item.from_node, item.to_node}}
    inland = {"taftan-mirjaveh-rail", "topa_cn-torugart-rail", "kartsakhi-kars-rail"}  # Zahedan, Makmal, Akhalkalaki
    assert beside == set(GAUGE_BESIDE) - inland
    assert set(GAUGE_BESIDE.values()) <= broken


def test_one_indicator_is_read_one_way_by_road_and_by_rail() -> None:
    known = {row.name: row.central for row in drawn.SHIPPED.parameters}
    for mode in ("road", "rail"):
        rate = RATES.get("border_h", mode).rate
        assert rate.central == known[f"dwell.{mode}.region"], "TFI1 is the whole crossing, taken once"
        assert rate.high == pytest.approx(2 * rate.central), "high is what it is if each side takes as long"


def test_inside_a_customs_union_a_border_has_its_own_figures(network: Network) -> None:
    # CPMM 2023: Kazakhstan 3.9 h + Kyrgyzstan 1.3 h; leaving either takes 19 USD
    assert crossing(network, "bishkek_road_junction-korday-road", "korday") == pytest.approx((5.2, 38.0))
    # CPMM: Kazakhstan outbound 6.8 h (2022) + Kyrgyzstan inbound 1.3 h (2023); 185 + 19 USD
    assert crossing(network, "lugovaya-bishkek-rail", "lugovaya") == pytest.approx((8.1, 204.0))
    (route, *_) = corridors.plan(network, "Almaty", "Bishkek", modes=["road"], central=True)
    (border,) = [stop for stop in route.hubs if stop.operation == "border_crossing"]
    assert border.amounts.time_h == pytest.approx(5.2)


@pytest.mark.parametrize(
    ("segment_id", "start", "hours"),
    [
        ("andijan-osh-road", "andijan", 4.7 + 1.3),
        ("khujand-oybek-road", "khujand", 4.1 + 4.7),
        ("garabogaz_border-temirbaba-road", "garabogaz_border", 3.9 + 5.5),
        ("jalal_abad-andijan-rail", "andijan", 6.7 + 1.3),
        ("topa_cn-torugart-rail", "topa_cn", 14.0 + 1.3),
        ("serhetabat-torghundi-road", "torghundi", 5.5 + 17.3),
        ("nizhny_panj-sher_khan_bandar-road", "nizhny_panj", 17.3 + 2.1),
        ("nizhny_panj-sher_khan_bandar-road", "sher_khan_bandar", 17.3 + 7.4),
    ],
)
def test_two_sides_that_are_published_stand_before_the_region(
    network: Network, segment_id: str, start: str, hours: float
) -> None:
    assert crossing(network, segment_id, start)[0] == pytest.approx(hours, abs=0.01)


def test_the_region_stands_in_only_where_a_side_has_no_figure() -> None:
    def borrowed(item: records.Segment) -> bool:
        one, other = item.crossing or ("", "")
        scopes = (f"{item.facts_id}:{one}-{other}", item.facts_id, f"{one}-{other}", f"{other}-{one}")
        return RATES.get("border_h", item.mode, *scopes).rate.scope == "region"

    assert {"-".join(sorted(item.crossing or ())) + f" {item.mode}" for item in CROSSINGS if borrowed(item)} == {
        "TJ-UZ rail",
        "IR-TR rail",
        "AF-IR rail",
        "AZ-IR road",
        "IR-TR road",
        "IR-PK road",
    }


def test_corridors_have_the_hours_their_borders_leave_them(network: Network) -> None:
    hours = {key: corridors.named(network)[key].estimates["time_h_central"] for key in ("ktap", "uap", "qtta-kkh")}
    # 326.3 and 343.7 h with the gauge paid twice: 24 h less; 235.6 h with the region's 19.8 h at Korday: 14.6 h less
    assert hours == pytest.approx({"ktap": 302.3, "uap": 319.9, "qtta-kkh": 221.0}, abs=0.6)


def test_no_shipped_line_is_shorter_than_the_great_circle_of_its_ends() -> None:
    for item in drawn.SHIPPED.segments.values():
        ends = (drawn.SHIPPED.nodes[key].position for key in (item.from_node, item.to_node))
        rounded = 0.05 if item.mode == "air" else 0.0  # what flies takes the great circle itself, to the nearest 0.1 km
        assert item.km >= geodesy.distance_km(*ends) - rounded, item.id


def test_no_shipped_line_strays_over_a_border(network: Network) -> None:
    for item in drawn.SHIPPED.segments.values():
        if drawn.SHIPPED.modes[item.mode].area == "land":
            assert borders.stray_km(item.coordinates, item.countries) < 9, item.id
    # the line by Dashoguz runs through Turkmenistan; what avoids that goes another way
    assert network.segments["nukus-dashoguz-rail"].country_km["TM"] > 50
    assert network.segments["dashoguz-urgench-rail"].country_km["TM"] > 10
    (route, *_) = corridors.plan(network, "Nukus", "Urgench", modes=["rail", "road"], avoid=["TM"])
    assert all("TM" not in network.segments[key].country_km for key in (item.id for item in route.segments))
