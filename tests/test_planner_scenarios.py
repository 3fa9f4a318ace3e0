"""Closures, additions, draws and matrices: each against a search of its own, on random networks and the shipped one."""

from __future__ import annotations

import dataclasses
import math
import random

import drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import KINDS, every_route, random_graph, random_network, with_random_hub_prices

import corridors
from geodata import errors, records
from planner import allowed as allowed_
from planner import (
    comparison,
    dressed,
    plan,
    request,
)
from planner.network import Network
from planner.price import (
    sampling,
)
from planner.price.measures import MEASURES
from planner.request import RouteRequest
from planner.search import (
    draws,
    k_shortest,
    matrix,
    scenario_kernels,
    whatif,
)
from planner.uncertainty import (
    formulas,
)


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
    central = request.make(network.catalog, origin, destination, modes=modes, via=via, central=True)
    for figures in (asked, central):
        drawn_ = draws.search(network, figures, draws.sample(network, figures, 3, seed=1, spread=0))
        assert drawn_.time_h == pytest.approx(best(network, central), rel=1e-4), f"seed {seed}"
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


def test_draws_without_spread_give_the_plan(network: Network) -> None:
    for options in ({}, {"via": ["Mary", "Herat"]}, {"include": "planned"}):
        asked = request.make(network.catalog, "Almaty", "Karachi", central=True, **options)  # type: ignore[arg-type]
        found = draws.search(network, asked, draws.sample(network, asked, 20, seed=1, spread=0))
        route = plan.plan(network, dataclasses.replace(asked, count=1))[0]
        assert found.time_h == pytest.approx(route.time_h, rel=1e-5)
        assert found.routes == (route.segment_ids,)
        assert found.share == [1.0]


def test_the_same_seed_gives_the_same_bytes(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi")
    one, same, other = (draws.sample(network, asked, 600, seed=seed) for seed in (7, 7, 8))
    assert one.values.tobytes() == same.values.tobytes() != other.values.tobytes()
    first, again = draws.search(network, asked, one), draws.search(network, asked, same)
    assert first.time_h.tobytes() == again.time_h.tobytes()
    assert (first.route.tobytes(), first.routes) == (again.route.tobytes(), again.routes)


def test_each_draw_is_the_fastest_route_under_its_factors(network: Network) -> None:
    """Held against Dijkstra's algorithm on the same drawn hours, one draw at a time, and against the route itself."""
    from planner.search import compiled as engine
    from planner.search import unfolded

    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned")
    factors = draws.sample(network, asked, 40, seed=3)
    found = draws.search(network, asked, factors)
    made = unfolded.of(allowed_.permitted(network, asked), asked.consignment)
    graph = made.question("time", asked.origin, asked.destination)
    problem = draws._Problem.of(made, graph, factors)
    for at in range(40):
        hours = np.add.reduceat(problem.base * factors.values[at, problem.kinds], problem.part_offsets[:-1])
        costs = np.full(len(graph.costs), unfolded.CLOSED, np.int64)
        costs[problem.steps] = np.round(hours.astype(np.float64) * 2**20).astype(np.int64)
        assert engine.to_sink(graph, costs)[0][graph.source] / 2**20 == pytest.approx(found.time_h[at], rel=1e-4)
        ids = found.routes[found.route[at]]
        row = {key: number for number, key in enumerate(factors.segments)}
        moving = sum(factors.values[at, row[key]] * made.links[made.segment_number[key]].time_h for key in ids)
        assert moving < found.time_h[at]


@pytest.mark.parametrize("looks", [0, 1])
def test_draws_in_plain_sweeps_give_the_same(network: Network, monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned")
    factors = draws.sample(network, asked, 100, seed=3)
    going_back = draws.search(network, asked, factors)
    monkeypatch.setattr(scenario_kernels, "LOOKS", looks)
    sweeping = draws.search(network, asked, factors)
    assert sweeping.time_h.tobytes() == going_back.time_h.tobytes()
    assert [sweeping.routes[at] for at in sweeping.route] == [going_back.routes[at] for at in going_back.route]


def test_draws_lie_below_those_of_the_best_route(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", modes=["rail"], include="planned")
    found = draws.search(network, asked, draws.sample(network, asked, 2000, seed=5))
    route = plan.plan(network, dataclasses.replace(asked, count=1))[0]
    low, high = sampling.p10_p90(found.time_h)
    least, most = route.interval("time_h")
    assert 0.5 * route.time_h < low < high
    assert low < 1.03 * least  # the percentiles of 2,000 random draws are so far off those of even ones
    assert high < 1.03 * most
    assert sum(found.share) == pytest.approx(1.0)
    assert found.share == sorted(found.share, reverse=True)


def drawn_hours(network: Network, asked: RouteRequest, routes: list[list[records.Segment]], count: int) -> np.ndarray:
    """(draws, routes), by the formulas of the routes and the sampler, with seed 1."""
    found = formulas.of(network, dressed.routes(network, asked, routes))
    return found.values("time", sampling.sample(network.catalog, found.rates, count, seed=1))


@pytest.mark.parametrize("central", [False, True])
def test_each_draw_has_the_hours_of_its_route_by_the_one_sampler(network: Network, central: bool) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned", central=central)
    found = draws.search(network, asked, draws.sample(network, asked, 500, seed=1))
    hours = drawn_hours(network, asked, [[network.segments[key] for key in ids] for ids in found.routes], 500)
    assert len(found.routes) > 20
    assert found.time_h == pytest.approx(hours[np.arange(500), found.route], rel=1e-5)
    assert found.time_h == pytest.approx(hours.min(axis=1), rel=1e-5)


def test_no_named_corridor_is_faster_than_the_fastest_of_a_draw(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned")
    found = draws.search(network, asked, draws.sample(network, asked, 500, seed=1))
    allowed = allowed_.permitted(network, asked).segments  # a corridor may have parts that are only proposed
    compared = [entry.route for entry in comparison.compare(network, asked) if entry.corridor]
    joined = [list(route.segments) for route in compared if set(route.segment_ids) <= set(allowed)]
    assert len(joined) > 3
    hours = drawn_hours(network, asked, joined, 500)
    assert (hours.min(axis=1) >= found.time_h * (1 - 1e-5)).all()


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=25)
def test_each_draw_is_the_fastest_of_all_routes(seed: int) -> None:
    """Hub operations here often take as long by different rates, and these are different draws."""
    rng = random.Random(seed)
    network = with_random_hub_prices(rng, random_network(rng))
    origin, destination = rng.sample(list(network.nodes), 2)
    asked = request.make(network.catalog, origin, destination, modes=tuple(network.catalog.modes))
    every = [[network.segments[key] for key in ids] for _, ids in every_route(network, asked)][:60]
    found = draws.search(network, asked, draws.sample(network, asked, 20, seed=1))
    if not every:
        assert found.routes == ()
        return
    won = [[network.segments[key] for key in ids] for ids in found.routes]
    hours = drawn_hours(network, asked, [*won, *every], 20)
    assert found.time_h == pytest.approx(hours[np.arange(20), found.route], rel=1e-4, abs=1e-4), f"seed {seed}"
    assert found.time_h == pytest.approx(hours.min(axis=1), rel=1e-4, abs=1e-4), f"seed {seed}"


def test_the_mean_of_the_fastest_is_not_above_the_expected_hours_of_the_best_route(network: Network) -> None:
    """Whoever may choose in each draw does at least as well as one who chooses once."""
    for avoid, include in ((["IR"], "operational"), ([], "planned")):
        asked = request.make(network.catalog, "Almaty", "Karachi", avoid=avoid, include=include)
        found = draws.search(network, asked, draws.sample(network, asked, 20_000, seed=1))
        error_h = float(found.time_h.std()) / math.sqrt(20_000)
        best_route = plan.plan(network, dataclasses.replace(asked, count=1))[0]
        assert found.time_h.mean() < best_route.time_h + 3 * error_h
        own = drawn_hours(network, asked, [list(best_route.segments)], 20_000)[:, 0]
        assert own.mean() == pytest.approx(best_route.time_h, abs=4 * own.std() / math.sqrt(20_000))


def test_places_that_take_as_long_by_rates_of_their_own_are_different_draws() -> None:
    network = drawn.network("a ==10== b --10-- c ==10== d")
    rate = network.catalog.rates.get("transshipment_h", "rail-road").rate
    own = [rate.model_copy(update={"scope": place}) for place in ("b", "c")]
    catalog = dataclasses.replace(
        network.catalog, rates=type(network.catalog.rates)([*network.catalog.rates.rows, *own])
    )
    network = Network.of(catalog)
    asked = request.make(catalog, "a", "d", modes=tuple(catalog.modes))
    factors = draws.sample(network, asked, 50, seed=1)
    columns = [at for at, key in enumerate(factors.operations) if key[0][1][0][0][0] == "transshipment_h"]
    assert len(columns) == 2
    one, other = (factors.values[:, len(factors.segments) + at] for at in columns)
    assert not np.allclose(one, other)
    found = draws.search(network, asked, factors)
    hours = drawn_hours(network, asked, [[network.segments[key] for key in found.routes[0]]], 50)
    assert found.time_h == pytest.approx(hours[:, 0], rel=1e-5)


def test_draws_refuse_what_they_cannot_do(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", by="cost")
    for bad in ({"count": 0}, {"count": 5, "spread": -1.0}, {"count": 5, "spread": float("nan")}):
        with pytest.raises(errors.RequestError):
            draws.sample(network, asked, seed=1, **bad)  # type: ignore[arg-type]
    for seed in (-1, 1.5, None, "x"):
        with pytest.raises(errors.RequestError, match="seed"):
            draws.sample(network, asked, 5, seed=seed)  # type: ignore[arg-type]
    with pytest.raises(errors.RequestError, match="do not fit into memory; draw at most"):
        draws.sample(network, asked, 10_000_000, seed=1)
    plain = request.make(network.catalog, "Almaty", "Karachi")
    wider = request.make(network.catalog, "Almaty", "Karachi", include="planned")
    with pytest.raises(errors.RequestError, match="sample them with it"):
        draws.search(network, wider, draws.sample(network, plain, 5, seed=1))
    central = request.make(network.catalog, "Almaty", "Karachi", central=True)
    with pytest.raises(errors.RequestError, match="for expected hours, the request is for central ones"):
        draws.search(network, central, draws.sample(network, plain, 5, seed=1))
    with pytest.raises(errors.RequestError, match="only hours"):
        draws.search(network, asked, draws.sample(network, asked, 5, seed=1))


def test_draws_without_a_route(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Herat", modes=["rail"])
    found = draws.search(network, asked, draws.sample(network, asked, 5, seed=1))
    assert np.isinf(found.time_h).all()
    assert found.route.tolist() == [-1] * 5
    assert found.routes == ()


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


def test_python_answers_are_the_same_before_and_after_the_engine_is_there(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi", include="planned", count=40, different=1.0)
    allowed = allowed_.permitted(network, asked)
    compiled = [segments for segments, _ in zip(k_shortest._compiled(allowed, asked), range(40), strict=False)]
    plain = [segments for segments, _ in zip(k_shortest._plain(allowed, asked), range(40), strict=False)]
    assert compiled == plain
    assert corridors.plan(network, "Almaty", "Karachi", include="planned")[0].segments == plain[0]


def test_many_paths_are_told_simple_or_not_as_one_is() -> None:
    """Rows of random steps, which need not join, held against the check of one path."""
    graph = random_graph(random.Random(4))
    rng = np.random.default_rng(4)
    rows = np.full((500, 6), -1, np.int32)
    for row in rows:
        length = rng.integers(1, 7)
        row[:length] = rng.integers(len(graph.targets), size=length)
    wanted = [graph.is_simple(row[row >= 0]) for row in rows]
    assert graph.are_simple(rows).tolist() == wanted
    assert 50 < sum(wanted) < 450
