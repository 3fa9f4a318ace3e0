"""Differences by cause add up, and a corridor that is absent is so for a reason."""

from __future__ import annotations

import math

import drawn
import pytest

import corridors
from geodata import errors
from planner import plan, request, why
from planner.network import Network
from planner.price import hubs
from planner.price.measures import MEASURES


def test_every_hub_operation_has_a_cause() -> None:
    assert set(why.CAUSE_OF) == set(hubs.OPERATIONS)


def test_causes_add_up_exactly_for_every_pair_of_corridors(network: Network) -> None:
    routes = corridors.named(network)
    for first in routes.values():
        for second in routes.values():
            found = corridors.why(first, second)
            for key in MEASURES:
                assert math.fsum(found.causes[key].values()) == found.total(key), (
                    first.corridors,
                    second.corridors,
                    key,
                )


def test_there_and_back_differ_by_the_sign(network: Network) -> None:
    routes = corridors.named(network)
    there, back = corridors.why(routes["ktap"], routes["uap"]), corridors.why(routes["uap"], routes["ktap"])
    for key in MEASURES:
        for name, value in there.causes[key].items():
            assert back.causes[key][name] == pytest.approx(-value, abs=1e-6)


def test_a_route_does_not_differ_from_itself(network: Network) -> None:
    route = corridors.named(network)["ktap"]
    found = corridors.why(route, route)
    assert found.names == []
    assert all(value == 0 for table in found.causes.values() for value in table.values())


def test_a_longer_road_is_a_detour_and_a_gauge_break_a_gauge_break() -> None:
    """By hand: 100 and 160 km of the same road differ by 60 km of road; two railways by one break of gauge at b."""
    network = drawn.network("""
        a --100-- z
        a --80-- m --80-- z
    """)
    asked = request.make(network.catalog, "a", "z", by="distance", different=1.0)
    short, long = plan.plan(network, asked)
    found = why.difference(short, long)
    assert found.names == ["detour"]
    assert found.causes["distance"]["detour"] == pytest.approx(60.0)
    assert found.causes["time"]["detour"] == pytest.approx(0.6 * short.legs[0].amounts.time_h)
    rails = drawn.network("""
        a ==100== b ##100## z
        a ==100== c ==100== z
    """)
    asked = request.make(rails.catalog, "a", "z", by="time", different=1.0)
    plain, broken = plan.plan(rails, asked)
    causes = why.difference(plain, broken).causes["time"]
    stop = next(hub for hub in broken.hubs if hub.operation == "break_of_gauge")
    assert causes["gauge breaks"] == stop.amounts.time_h
    assert causes["detour"] == pytest.approx(0.0)


def test_different_loads_are_not_compared(network: Network) -> None:
    light = corridors.plan(network, "Almaty", "Karachi", count=1)[0]
    heavy = corridors.plan(network, "Almaty", "Karachi", count=1, tonnes=100)[0]
    with pytest.raises(errors.RequestError, match="different loads"):
        corridors.why(light, heavy)


@pytest.mark.parametrize(
    ("corridor", "options", "reason"),
    [
        ("ktap", {}, "867 km of it are planned; include='planned' takes them in"),
        ("ktap", {"as_of": 2030}, "not open in 2030"),
        ("iti", {}, "more than route 3, the last of the 3 given"),
        ("qtta-kkh", {}, "shares 100 % of its km with route 2"),
        ("qtta-kkh", {}, "beaten in km, hours, USD and CO2e at once by route 2"),
        ("salang-road", {"closures": "apply"}, "closed (pak_afg_torkham)"),
        ("salang-road", {"avoid": ["AF"]}, "it uses what is avoided"),
        ("iti", {"via": ["Khunjerab"]}, "does not pass Khunjerab"),
        ("iti", {"pareto": ["time", "cost"]}, "beaten in time, cost at once by route 1, 2, 3"),
        ("ktap", {"pareto": ["time", "cost"]}, "867 km of it are planned"),
        ("trans-caspian", {}, "does not join the two places"),
        ("air", {}, "competes only when asked for"),
        ("iti", {"modes": ["sea"]}, "needs the mode rail"),
    ],
)
def test_an_absent_corridor_has_its_reason(
    network: Network, corridor: str, options: dict[str, object], reason: str
) -> None:
    found = corridors.why_not(network, corridor, "Almaty", "Karachi", **options)
    assert any(reason in text for text in found.reasons), found.reasons
    assert found.rank is None


def test_a_corridor_that_is_there_says_where(network: Network) -> None:
    found = corridors.why_not(network, "uap", "Almaty", "Karachi", modes=["rail"], include="proposed", count=10)
    answer = corridors.plan(network, "Almaty", "Karachi", modes=["rail"], include="proposed", count=10)
    there = [
        at for at, route in enumerate(answer, start=1) if found.route and route.segment_ids == found.route.segment_ids
    ]
    assert [found.rank] == (there or [None])
    assert found.reasons


def test_an_unknown_corridor_is_named(network: Network) -> None:
    with pytest.raises(errors.UnknownNameError, match="did you mean ktap"):
        corridors.why_not(network, "ktp", "Almaty", "Karachi")
