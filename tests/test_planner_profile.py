"""Routes along their km, the spread of their hours, and routes as frames."""

from __future__ import annotations

import html
import itertools
import random

import drawn
import pytest
from random_cases import random_network

import corridors
from geodata import errors
from maps.tables import html as html_
from maps.tables.of_routes import totals_line
from maps.tables.table import Column, Table
from planner import plan, request
from planner.network import Network
from planner.price import profile, sampling
from planner.uncertainty import bands as spread, breakeven


def test_steps_stand_in_order_of_travel(network: Network) -> None:
    """Zahedan: Iranian gauge arrives, the bogies change, the border is crossed, Pakistan's gauge goes on."""
    route = corridors.named(network)["iti"]
    told = [step.hub.operation if step.hub else step.segment.mode for step in route.steps]  # type: ignore[union-attr]
    assert told[0] == "loading"
    assert told[-1] == "unloading"
    places = [step.start for step in route.steps if step.hub]
    assert places.index("sarakhs") < places.index("zahedan") < places.index("mirjaveh")
    assert sorted(places) == sorted(hub.node for hub in route.hubs)


def test_points_add_up_to_the_totals_on_every_named_corridor(network: Network) -> None:
    for route in corridors.named(network).values():
        points = profile.points(route)
        assert len(points) == len(route.steps) + 1
        assert points[0] == profile.Point(0.0, {"time": 0.0, "cost": 0.0})
        assert points[-1] == profile.Point(route.distance_km, {"time": route.time_h, "cost": route.cost_usd})
        for (one, other), step in zip(itertools.pairwise(points), route.steps, strict=True):
            assert other.so_far["time"] - one.so_far["time"] == pytest.approx(step.amounts.time_h, abs=1e-6)
            assert other.distance_km - one.distance_km == pytest.approx(step.amounts.distance_km, abs=1e-6)


def test_every_hub_stop_and_segment_is_one_step_on_random_networks() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        network = random_network(rng)
        origin, destination = rng.sample(list(network.nodes), 2)
        asked = request.make(network.catalog, origin, destination, modes=tuple(network.catalog.modes), count=5)
        try:
            routes = plan.plan(network, asked)
        except errors.NoRouteError:
            continue
        for route in routes:
            assert [step.segment for step in route.steps if step.segment] == list(route.segments)
            assert [step.hub for step in route.steps if step.hub] == list(route.hubs)


def test_countries_follow_one_another_and_add_up(network: Network) -> None:
    for route in corridors.named(network).values():
        strip = profile.countries(route)
        assert strip[0][1] == 0.0
        assert all(one[2] == other[1] and one[0] != other[0] for one, other in itertools.pairwise(strip))
        assert strip[-1][2] == pytest.approx(route.distance_km, rel=0.002)
        for code, km in route.km_by_country.items():
            assert sum(end - start for name, start, end in strip if name == code) == pytest.approx(km, abs=1e-6)
    assert [code for code, _, _ in profile.countries(corridors.named(network)["ktap"])] == [
        "KZ",
        "KG",  # by Maymak, without a border stop
        "KZ",
        "UZ",
        "TM",
        "AF",
        "PK",
    ]


def test_a_band_without_spread_is_the_line_itself() -> None:
    own = drawn.network("a ==100== b --50-- c")
    sure = [breakeven.known_to_be(row, row.central) for row in own.catalog.rates.rows]
    route = corridors.plan(breakeven.with_rates(own, sure), "a", "c")[0]
    for (low, high), point in zip(spread.band(route), profile.points(route), strict=True):
        assert low == pytest.approx(point.so_far["time"])
        assert high == pytest.approx(point.so_far["time"])


def test_a_band_of_one_step_is_that_of_its_rate(network: Network) -> None:
    """After the loading alone the percentiles are known: low and high of the one rate it rests on."""
    route = corridors.named(network)["iti"]
    rate = network.catalog.rates.get("loading_h", "rail", route.nodes[0]).rate
    assert route.hubs[0].operation == "loading"
    assert spread.band(route)[1] == pytest.approx(sampling.bounds(rate), rel=2e-3)


def test_a_band_by_hand_of_one_rate_that_is_spread() -> None:
    """All rates are known but the speed: 40, 50 and 62.5 km/h, so 100 km take 2.5, 2 and 1.6 h, in 80 % of draws."""
    own = drawn.network("a ==100== b ==100== c")
    sure = [breakeven.known_to_be(row, row.central) for row in own.catalog.rates.rows]
    speed = own.catalog.rates.get("speed_km_per_h", "rail", "KZ").rate
    spread_out = speed.model_copy(update={"low": 40.0, "central": 50.0, "high": 62.5})
    route = corridors.plan(breakeven.with_rates(own, [*sure, spread_out]), "a", "c")[0]
    loaded_h, yard_h = 12.0, 100 * 0.012
    first = loaded_h + yard_h + 1.6, loaded_h + yard_h + 2.5
    second = loaded_h + 2 * yard_h + 3.2, loaded_h + 2 * yard_h + 5.0
    by_hand = [(0, 0), (loaded_h, loaded_h), first, second, tuple(value + 12.0 for value in second)]
    found = spread.band(route)
    assert len(found) == len(by_hand)
    for pair, expected in zip(found, by_hand, strict=True):
        assert pair == pytest.approx(expected, abs=2e-3)


def test_a_band_grows_along_the_route_and_ends_in_the_range_of_the_total(network: Network) -> None:
    route = corridors.named(network)["uap"]
    band = spread.band(route)
    assert band == spread.band(corridors.named(network)["uap"])
    assert all(one[1] <= other[1] for one, other in itertools.pairwise(band))
    assert all(low <= high for low, high in band)
    assert band[-1] == (route.estimates["time_h_p10"], route.estimates["time_h_p90"])


def test_frames_hold_what_the_routes_hold(network: Network) -> None:
    comparison = corridors.compare(network, "Almaty", "Karachi")
    answer = corridors.plan(network, "Almaty", "Karachi")
    assert answer.to_frame().loc[1, "time_h"] == answer[0].time_h
    for made, routes in (
        (comparison.to_geodataframe(), [entry.route for entry in comparison]),
        (answer.to_geodataframe(), list(answer)),
    ):
        assert len(made) == sum(len(route.legs) for route in routes)
        assert made["distance_km"].sum() == pytest.approx(sum(route.distance_km for route in routes))
        assert made.crs == "EPSG:4326"
    route = answer[0]
    chain = route.to_frame()
    assert chain["time_h"].sum() == pytest.approx(route.time_h)
    assert list(route.to_geodataframe()["mode"]) == [leg.mode for leg in route.legs]
    assert len(network.to_frame()) == len(network.to_geodataframe()) == len(network.segments)
    assert network.to_frame().loc["almaty-uzynagash-road", "length_km"] > 0


def test_answers_show_themselves_as_plain_tables_with_their_texts_escaped(network: Network) -> None:
    comparison = corridors.compare(network, "Almaty", "Karachi")
    answer = corridors.plan(network, "Almaty", "Karachi")
    for shown, wanted in (
        (comparison, "<td>ktap</td>"),
        (answer, f"<td class='number'>{answer[0].distance_km:,.0f}</td>"),
        (answer[0], totals_line(answer[0]).partition(";")[0]),
        (network, f"{len(network.segments):,} segments"),
    ):
        page = shown._repr_html_()
        assert page is not None
        assert wanted in html.unescape(page)
        assert page.startswith("<table>")
        assert "<script" not in page
    own = drawn.network("""
        a --100-- b
    """)
    title = "<img src=x onerror=alert(1)>"
    route = corridors.plan(own, "a", "b")[0]
    table = Table((Column("x", title),), ((title,), ([title],)), (title,), (title,))
    for written, times in ((html_.plain(table), 5), (html_.page(table, title), 4)):
        assert "<img" not in written
        assert html.unescape(written).count(title) == times
    assert "road" in str(route._repr_html_())
