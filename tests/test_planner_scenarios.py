"""Closures, additions and matrices: each against a search of its own, on random networks and the shipped one."""

from __future__ import annotations

import dataclasses
import math
import random

import drawn
import pytest
from hypothesis import given, settings, strategies as st
from random_cases import KINDS, random_network, with_random_hub_prices

from geodata import errors, records
from planner import dressed, plan, request
from planner.network import Network
from planner.price.measures import MEASURES
from planner.request import RouteRequest
from planner.search import k_shortest, matrix, whatif


def best(network: Network, asked: RouteRequest) -> float:
    """The best by a plan of its own; inf when there is no route."""
    try:
        found = plan.plan(network, dataclasses.replace(asked, count=1, different=1.0))
    except errors.NoRouteError:
        return math.inf
    return float(found[0].value(asked.by))


def random_segment(rng: random.Random, network: Network, key: str) -> records.Segment:
    start, end = rng.sample(list(network.nodes), 2)
    mode, gauge = rng.choice(KINDS)
    km = float(rng.choice((1, 5, 20, 100)))
    nodes = network.nodes
    ends = tuple(dict.fromkeys((nodes[start].country, nodes[end].country)))
    shares = {"sea": km} if mode in ("sea", "ferry") else dict.fromkeys(ends, km / len(ends))
    return records.Segment(
        id=key,
        from_node=start,
        to_node=end,
        mode=mode,
        gauge_mm=gauge,
        length_km=km,
        countries=ends,
        status=rng.choice(("operational", "planned")),
        country_km=shares,
        coordinates=(nodes[start].position, nodes[end].position),
    )


def check(seed: int) -> None:
    rng = random.Random(seed)
    network = random_network(rng)
    origin, destination, *others = rng.sample(list(network.nodes), len(network.nodes))
    asked = request.make(
        network.catalog,
        origin,
        destination,
        modes=tuple(network.catalog.modes),
        by=rng.choice(tuple(MEASURES)),
        via=others[: rng.choice((0, 0, 1))],
    )
    keys = list(network.segments)
    scenarios = [whatif.Scenario(key, close=(key,)) for key in keys]
    scenarios.append(whatif.Scenario("several", close=tuple(rng.sample(keys, rng.randint(0, len(keys))))))
    scenarios += [whatif.Scenario(f"new{at}", add=(random_segment(rng, network, f"new{at}"),)) for at in range(5)]
    scenarios.append(whatif.Scenario("both", close=(keys[0],), add=(random_segment(rng, network, "extra"),)))
    scenarios.append(whatif.Scenario("two", add=tuple(random_segment(rng, network, f"t{at}") for at in range(2))))
    found = whatif.run(network, asked, scenarios)
    assert found.value == pytest.approx(best(network, asked)), f"seed {seed}"
    for outcome in found.outcomes:
        changed = network.with_(outcome.scenario.add).without(outcome.scenario.close)
        assert outcome.value == pytest.approx(best(changed, asked)), f"seed {seed} {outcome.scenario.name}"
        if outcome.segment_ids:
            segments = [changed.segments[key] for key in outcome.segment_ids]
            route = dressed.routes(changed, asked, [segments])[0]
            assert outcome.value == pytest.approx(route.value(asked.by)), f"seed {seed}"
        assert outcome.is_cut_off == (not outcome.segment_ids)


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=40)
def test_what_if_equals_a_search_of_its_own(seed: int) -> None:
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_what_if_equals_a_search_of_its_own_on_thousands(block: int) -> None:
    for seed in range(block * 2500, (block + 1) * 2500):
        check(seed)


def check_odd_prices(seed: int) -> None:
    """Where leaving a place and coming back to it would pay, every answer still is the plan's."""
    rng = random.Random(seed)
    network = with_random_hub_prices(rng, random_network(rng))
    places = list(network.nodes)
    modes = tuple(network.catalog.modes)
    found = matrix.between(network, places, places, by="time", modes=modes)
    for at, start in enumerate(places):
        for column, end in enumerate(places):
            if start != end:
                asked = request.make(network.catalog, start, end, modes=modes)
                assert found.values[at, column] == pytest.approx(best(network, asked)), f"seed {seed} {start} {end}"
    origin, destination, *others = rng.sample(places, len(places))
    via = others[: rng.choice((0, 0, 1))]
    asked = request.make(network.catalog, origin, destination, modes=modes, via=via)
    closing = whatif.run(network, asked, whatif.closing_each(network, asked))
    for outcome in closing.outcomes:
        again = best(network.without(outcome.scenario.close), asked)
        assert outcome.value == pytest.approx(again), f"seed {seed} {outcome.scenario.name}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=40)
def test_odd_hub_prices_change_no_rule(seed: int) -> None:
    check_odd_prices(seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_odd_hub_prices_change_no_rule_on_thousands(block: int) -> None:
    for seed in range(block * 400, (block + 1) * 400):
        check_odd_prices(seed)


def test_closing_each_segment_of_the_shipped_network(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", by="cost", include="planned")
    found = whatif.run(network, asked, whatif.closing_each(network, asked))
    on_best = set(found.segment_ids)
    changed = [outcome for outcome in found.outcomes if outcome.change != 0]
    assert {outcome.scenario.name for outcome in changed} <= on_best
    assert all(outcome.change > 0 for outcome in changed)
    for outcome in changed[:6]:
        again = best(network.without(outcome.scenario.close), asked)
        assert outcome.value == pytest.approx(again)


def test_a_place_that_is_cut_off_is_infinite_and_never_zero() -> None:
    network = drawn.network("a --10-- b --10-- c")
    asked = request.make(network.catalog, "a", "c", by="distance")
    found = whatif.run(network, asked, [whatif.Scenario("cut", close=("b-c-road",)), whatif.Scenario("nothing")])
    assert found.value == pytest.approx(20.0)
    assert [(item.value, item.change, item.is_cut_off) for item in found.outcomes] == [
        (math.inf, math.inf, True),
        (found.value, 0.0, False),
    ]


def test_a_bypass_by_hand() -> None:
    network = drawn.network("a --100-- b --100-- c")
    bypass = drawn.network("a --100-- b --150-- c\n a --150-- c").segments["a-c-road"]
    asked = request.make(network.catalog, "a", "c", by="distance")
    planned = bypass.model_copy(update={"status": "planned"})
    found = whatif.run(
        network, asked, [whatif.Scenario("now", add=(bypass,)), whatif.Scenario("later", add=(planned,))]
    )
    assert [outcome.change for outcome in found.outcomes] == [pytest.approx(-50.0), 0.0]
    assert found.outcomes[0].segment_ids == ("a-c-road",)


def test_an_unknown_segment_to_close_is_named(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi")
    with pytest.raises(errors.UnknownNameError, match="no-such-line"):
        whatif.run(network, asked, [whatif.Scenario("x", close=("no-such-line",))])


@pytest.mark.parametrize("by", list(MEASURES))
def test_a_matrix_is_the_plans_side_by_side(network: Network, by: str) -> None:
    origins, destinations = ["Almaty", "Tashkent", "KHI"], ["Karachi", "Poti", "Tashkent"]
    found = matrix.between(network, origins, destinations, by=by, include="planned")
    assert found.origins == ("almaty", "tashkent", "khi_apt")
    for at, start in enumerate(origins):
        for column, end in enumerate(destinations):
            value = found.values[at, column]
            if start == end:
                assert math.isnan(value)
                continue
            asked = request.make(network.catalog, start, end, by=by, include="planned")
            assert value == pytest.approx(best(network, asked), rel=1e-9)


def test_a_matrix_says_infinite_where_no_route_is(network: Network) -> None:
    found = matrix.between(network, ["Almaty", "Herat"], ["Herat", "Karachi"], modes=["rail"], by="distance")
    assert math.isinf(found.values[0, 0])
    assert math.isnan(found.values[1, 0])
    assert found.unit == "km"
    for bad in (["Almaty"], ["Nowhere"]):
        with pytest.raises(errors.CorridorsError):
            matrix.between(network, bad, ["Almaty"])
    for order in (["Almaty", "Herat"], ["Herat", "Almaty"]):
        with pytest.raises(errors.RequestError, match="both asked for and avoided"):
            matrix.between(network, order, ["Karachi"], avoid=["AF"])
    with pytest.raises(errors.RequestError, match="no count"):
        matrix.between(network, ["Almaty"], ["Karachi"], count=3)
    with pytest.raises(errors.RequestError, match="no via"):
        matrix.between(network, ["Almaty"], ["Karachi"], via=["Mary"])


def test_python_answers_are_the_same_before_and_after_the_engine_is_there(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned", count=40, different=1.0)
    answers = {}
    for engine in ("plain", "compiled"):
        with monkeypatch.context() as patched:
            patched.setattr(k_shortest, "_compiles", lambda allowed, engine=engine: engine == "compiled")
            answers[engine] = [
                [route.segments for route in plan.plan(network, dataclasses.replace(asked, count=count))]
                for count in (1, 40)
            ]
    assert answers["plain"] == answers["compiled"]
    assert answers["plain"][0] == answers["plain"][1][:1]
