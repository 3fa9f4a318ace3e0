"""The search against brute force, and against networkx."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random

import drawn
import networkx
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from random_cases import SINK, SOURCE, bare_graph, every_path, every_route, random_graph, random_network

from geodata import errors
from planner import plan, request
from planner.network import Network
from planner.price.measures import MEASURES
from planner.search import compiled as engine, plain as search, states


def check_engines(network: Network, asked: request.RouteRequest, count: int) -> None:
    """The compiled engine gives what the plain one gives, in the same order, and so does its search for one path."""
    made = states.unfold(network, asked.consignment)
    if asked.origin not in made.start_of:
        assert count == 0
        return
    graph = made.question(asked.by, asked.origin, asked.destination, asked.via)
    plain = list(search.paths(graph))
    assert len(plain) == count
    assert [(value, tuple(steps.tolist())) for value, steps in engine.paths(graph, count + 1)] == plain
    one = engine.best(graph)
    assert ([] if one is None else [(one[0], tuple(one[1].tolist()))]) == plain[:1]


def check(seed: int) -> None:
    rng = random.Random(seed)
    network = random_network(rng)
    places = list(network.nodes)
    origin, destination = rng.sample(places, 2)
    others = [name for name in places if name not in (origin, destination)]
    via = rng.sample(others, rng.randint(0, min(2, len(others))))
    asked = request.make(
        network.catalog,
        origin,
        destination,
        modes=tuple(network.catalog.modes),
        by=rng.choice(tuple(MEASURES)),
        via=via,
        different=1.0,
        count=rng.choice((1, 3, 200)),
    )
    expected = every_route(network, asked)
    check_engines(network, asked, len(expected))
    try:
        answer = plan.plan(network, asked)
    except LookupError:
        assert expected == [], f"seed {seed}"
        return
    values = [r.value(asked.by) for r in answer]
    assert len(answer) == min(asked.count, len(expected)), f"seed {seed}"
    assert values == pytest.approx([value for value, _ in expected[: len(answer)]]), f"seed {seed}"
    assert len({route.segment_ids for route in answer}) == len(answer), f"seed {seed}"
    if len(answer) == len(expected):
        assert {route.segment_ids for route in answer} == {ids for _, ids in expected}, f"seed {seed}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=150)
def test_the_k_shortest_routes_equal_brute_force(seed: int) -> None:
    check(seed)


def check_monotony(seed: int) -> None:
    """Taking a segment away never makes the best better, by any criterion; so putting one in never makes it worse."""
    rng = random.Random(seed)
    network = random_network(rng)
    origin, destination = rng.sample(list(network.nodes), 2)
    fewer = network.without([rng.choice(list(network.segments))])
    for by in MEASURES:
        asked = request.make(
            network.catalog, origin, destination, modes=tuple(network.catalog.modes), by=by, count=1, different=1.0
        )
        best = []
        for size in (network, fewer):
            try:
                best.append(plan.plan(size, asked)[0].value(by))
            except errors.NoRouteError:
                best.append(math.inf)
        assert best[0] <= best[1] * (1 + 1e-12), f"seed {seed} {by}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=60)
def test_a_segment_more_is_never_worse_and_one_fewer_never_better(seed: int) -> None:
    check_monotony(seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_k_shortest_routes_equal_brute_force_on_thousands(block: int) -> None:
    for seed in range(block * 600, (block + 1) * 600):
        check(seed)
        check_monotony(seed)


def test_brute_force_itself_by_hand() -> None:
    network = drawn.network("""
        a ==100== b ==100== c
        a --250-- c
    """)
    asked = request.make(network.catalog, "a", "c", by="distance", different=1.0)
    assert every_route(network, asked) == [(200.0, ("a-b-rail1520", "b-c-rail1520")), (250.0, ("a-c-road",))]


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=60)
def test_paths_agree_with_networkx(seed: int) -> None:
    """On a bare graph of steps, without places behind it: the same costs as networkx's shortest_simple_paths."""
    rng = random.Random(seed)
    size = rng.randint(3, 8)
    steps: list[tuple[int, int, int]] = []
    graph: networkx.DiGraph[object] = networkx.DiGraph()
    graph.add_nodes_from(range(size))
    for number, (start, end) in enumerate(itertools.product(range(size), range(size))):
        if start not in (end, SINK) and end != SOURCE and rng.random() < 0.5:
            cost = rng.choice((0, 0, 1, 2, 5, rng.randrange(100)))
            steps.append((start, end, cost))
            graph.add_edge(start, ("step", number), weight=cost)  # a vertex in between keeps parallel steps apart
            graph.add_edge(("step", number), end, weight=0.0)
    ours = [cost for cost, _ in itertools.islice(search.paths(bare_graph(size, steps)), 30)]
    if not networkx.has_path(graph, SOURCE, SINK):
        assert ours == []
        return
    theirs = [
        networkx.path_weight(graph, path, "weight")
        for path in itertools.islice(networkx.shortest_simple_paths(graph, SOURCE, SINK, weight="weight"), 30)
    ]
    assert ours == pytest.approx(theirs)
    assert ours == sorted(ours)


def check_graph(seed: int) -> None:
    graph = random_graph(random.Random(seed))
    expected = every_path(graph)
    for wanted in (1, 2, len(expected) + 3):
        found = engine.paths(graph, wanted)
        assert [value for value, _ in found] == [value for value, _ in expected][:wanted], f"seed {seed}"
        assert len({tuple(steps.tolist()) for _, steps in found}) == len(found), f"seed {seed}"
        if wanted > len(expected):
            assert {(value, tuple(steps.tolist())) for value, steps in found} == set(expected), f"seed {seed}"
    one = engine.best(graph)
    first = engine.paths(graph, 1)
    assert ([] if one is None else [one[0], *one[1]]) == [part for path in first for part in (path[0], *path[1])], seed
    assert [(value, tuple(steps.tolist())) for value, steps in engine.paths(graph, len(expected) + 3)] == list(
        search.paths(graph)
    ), f"seed {seed}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=200)
def test_the_compiled_engine_equals_brute_force_on_bare_graphs(seed: int) -> None:
    check_graph(seed)


@pytest.mark.slow
def test_the_compiled_engine_equals_brute_force_on_thousands_of_bare_graphs() -> None:
    for seed in range(10_000):
        check_graph(seed)


@given(st.integers(min_value=0, max_value=2**32), st.sampled_from([2, 3, 10]))
@settings(max_examples=60)
def test_scaling_the_impedances_scales_the_answers(seed: int, factor: int) -> None:
    graph = random_graph(random.Random(seed))
    usable = graph.costs < states.CLOSED
    scaled = dataclasses.replace(graph, costs=np.where(usable, graph.costs * factor, graph.costs))
    before, after = engine.paths(graph, 20), engine.paths(scaled, 20)
    assert [value * factor for value, _ in before] == [value for value, _ in after]
    assert [steps.tolist() for _, steps in before] == [steps.tolist() for _, steps in after]


def test_a_symmetric_network_has_symmetric_answers() -> None:
    """By distance there is nothing but length, so a route back is the route there, turned round."""
    for seed in range(40):
        rng = random.Random(seed)
        network = random_network(rng)
        origin, destination = rng.sample(list(network.nodes), 2)
        ways = []
        for start, end in ((origin, destination), (destination, origin)):
            asked = request.make(
                network.catalog, start, end, modes=tuple(network.catalog.modes), by="distance", count=200, different=1.0
            )
            try:
                ways.append([(route.distance_km, route.segment_ids) for route in plan.plan(network, asked)])
            except errors.NoRouteError:
                ways.append([])
        there, back = ways
        assert [km for km, _ in there] == pytest.approx([km for km, _ in back]), f"seed {seed}"
        if len(there) < 200:
            assert {ids for _, ids in there} == {ids[::-1] for _, ids in back}, f"seed {seed}"


def test_parallel_segments_of_one_mode_are_two_routes() -> None:
    network = drawn.network("""
        a --100-- b
        a --120-- b
    """)
    asked = request.make(network.catalog, "a", "b", by="distance", different=1.0)
    assert [route.distance_km for route in plan.plan(network, asked)] == [100.0, 120.0]


def test_the_same_question_gives_the_same_order() -> None:
    network = drawn.network("""
        a --100-- b --100-- d
        a --100-- c --100-- d
    """)
    asked = request.make(network.catalog, "a", "d", by="distance", different=1.0)
    first = [route.segment_ids for route in plan.plan(network, asked)]
    assert first == [route.segment_ids for route in plan.plan(network, asked)]
    assert len(first) == 2


def test_a_route_does_not_pass_a_place_twice_in_one_mode() -> None:
    """The spur b-c-b would make more routes; c by rail and back by road is another mode each, and is allowed."""
    network = drawn.network("""
        a --10-- b --10-- d
        b ==10== c --10-- b
    """)
    asked = request.make(network.catalog, "a", "d", by="distance", different=1.0, count=50)
    assert [route.distance_km for route in plan.plan(network, asked)] == [20.0]
    loop = drawn.network("""
        a --10-- b ==10== c --10-- b2
        b --15-- c
    """)
    asked = request.make(loop.catalog, "a", "b2", by="distance", different=1.0, count=50)
    assert [route.distance_km for route in plan.plan(loop, asked)] == [30.0, 35.0]


def test_a_stretch_does_not_come_back_to_its_via() -> None:
    network = drawn.network("""
        a --10-- v --10-- b
        v --10-- x --10-- v2 --10-- v
    """)
    asked = request.make(network.catalog, "a", "b", by="distance", via=["v"], different=1.0, count=50)
    assert [route.distance_km for route in plan.plan(network, asked)] == [20.0]
