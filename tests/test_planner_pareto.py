"""Pareto sets against brute force, and their limits."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from random_cases import every_path, every_route, random_graph, random_network

import corridors
from geodata import errors
from planner import dressed, plan, question, request
from planner.network import Network
from planner.price.measures import MEASURES
from planner.search import pareto

Vector = tuple[int, ...]


def best_of(vectors: set[Vector]) -> set[Vector]:
    """Those that no other is at least as good as in everything."""
    return {one for one in vectors if not any(other != one and all(map(int.__le__, other, one)) for other in vectors)}


def check_graph(seed: int) -> None:
    rng = random.Random(seed)
    graph = random_graph(rng)
    costs = [graph.costs]
    for _ in range(rng.randint(1, 3)):
        other = np.array([rng.choice((0, 1, 2, 5, rng.randrange(50))) for _ in graph.costs], np.int64)
        costs.append(np.where(graph.costs >= graph.costs.dtype.type(1) << 61, graph.costs, other))
    every = {tuple(int(sum(row[list(steps)])) for row in costs) for _, steps in every_path(graph)}
    found = pareto.front(graph, costs)
    assert found.stopped == ""
    assert set(found.values) == best_of(every), f"seed {seed}"
    assert len(found.values) == len(best_of(every)), f"seed {seed}"
    for vector, path in zip(found.values, found.paths, strict=True):
        assert vector == tuple(int(row[path].sum()) for row in costs), f"seed {seed}"
    assert found.values == sorted(found.values), f"seed {seed}"
    for epsilon in (0.1, 1.0):
        fewer = pareto.front(graph, costs, epsilon=epsilon).values
        assert set(fewer) <= best_of(every)
        for one in every:
            assert any(all(a <= b * (1 + epsilon) for a, b in zip(kept, one, strict=True)) for kept in fewer), (
                f"seed {seed}"
            )


def check_network(seed: int) -> None:
    rng = random.Random(seed)
    network = random_network(rng)
    origin, destination, *others = rng.sample(list(network.nodes), len(network.nodes))
    criteria = rng.sample(question.pareto_criteria(), rng.randint(2, 4))
    asked = request.make(
        network.catalog,
        origin,
        destination,
        modes=tuple(network.catalog.modes),
        pareto=criteria,
        via=others[: rng.randint(0, 1)],
    )
    fields = [MEASURES[name].field for name in criteria]
    every = set()
    for _, ids in every_route(network, asked):
        segments = [network.segments[key] for key in ids]
        route = dressed.routes(network, asked, [segments])[0]
        every.add(tuple(round(getattr(route, field) * 1e6) for field in fields))
    try:
        answer = plan.plan(network, asked)
    except LookupError:
        assert not every, f"seed {seed}"
        return
    found = {tuple(round(getattr(route, field) * 1e6) for field in fields) for route in answer}
    assert answer.complete, f"seed {seed} {answer.notes}"
    assert found == best_of(every), f"seed {seed}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=200)
def test_a_pareto_set_equals_brute_force_on_bare_graphs(seed: int) -> None:
    check_graph(seed)


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=80)
def test_a_pareto_set_equals_brute_force_on_networks(seed: int) -> None:
    check_network(seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_pareto_sets_equal_brute_force_on_thousands(block: int) -> None:
    for seed in range(block * 2500, (block + 1) * 2500):
        check_graph(seed)
    for seed in range(block * 500, (block + 1) * 500):
        check_network(seed)


def test_the_set_holds_the_best_by_each_criterion_and_nothing_beaten(network: Network) -> None:
    answer = corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"], include="planned")
    assert answer.complete
    assert answer.notes == ()
    vectors = [(route.time_h, route.cost_usd, route.co2e_kg) for route in answer]
    for by, at in (("time", 0), ("cost", 1), ("co2e", 2)):
        best = corridors.plan(network, "Almaty", "Karachi", by=by, include="planned", count=1)[0]
        assert min(vector[at] for vector in vectors) == pytest.approx(best.value(by))
    for one in vectors:
        assert not any(other != one and all(map(float.__le__, other, one)) for other in vectors)


@pytest.mark.parametrize("epsilon", [0.0, 0.05])
@pytest.mark.parametrize("criteria", [("time", "cost", "co2e"), ("distance", "time", "cost", "co2e")])
def test_the_order_of_the_criteria_changes_the_order_of_the_answer_alone(
    network: Network, criteria: tuple[str, ...], epsilon: float
) -> None:
    seen = set()
    for order in itertools.permutations(criteria):
        answer = corridors.plan(network, "Urumqi", "Poti", pareto=order, epsilon=epsilon)
        vectors = [tuple(round(route.value(by), 6) for by in order) for route in answer]
        assert all(one[0] <= other[0] + 1e-6 for one, other in itertools.pairwise(vectors))
        seen.add((frozenset(route.segment_ids for route in answer), answer.examined))
    assert len(seen) == 1  # the same routes by the same search


def test_more_slack_gives_fewer_routes(network: Network) -> None:
    sizes = [
        len(corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost"], epsilon=epsilon))
        for epsilon in (0.0, 0.02, 0.2, 1.0)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] >= 1


@pytest.mark.parametrize(("limit", "value", "message"), [("MAX_LABELS", 10, "labels"), ("MAX_SECONDS", 0.0, "seconds")])
def test_a_limit_that_is_reached_is_said(
    network: Network, monkeypatch: pytest.MonkeyPatch, limit: str, value: float, message: str
) -> None:
    monkeypatch.setattr(pareto, limit, value)
    monkeypatch.setattr(pareto, "ROUND", 500)
    answer = corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"])
    assert not answer.complete
    assert answer.as_dict()["complete"] is False
    assert message in answer.notes[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pareto": ["time"]}, "two to four"),
        ({"pareto": ["time", "time"]}, "two to four"),
        ({"pareto": ["time", "generalized"]}, "known: distance"),
        ({"pareto": ["time", "cost"], "epsilon": -0.1}, "between 0 and 1"),
        ({"pareto": ["time", "cost"], "epsilon": float("nan")}, "between 0 and 1"),
        ({"epsilon": 0.1}, "goes with pareto"),
    ],
)
def test_a_wrong_pareto_question_is_refused(network: Network, options: dict[str, object], message: str) -> None:
    with pytest.raises(errors.CorridorsError, match=message):
        corridors.plan(network, "Almaty", "Karachi", **options)  # type: ignore[arg-type]


def test_no_pareto_set_without_a_route(network: Network) -> None:
    with pytest.raises(errors.NoRouteError):
        corridors.plan(network, "Almaty", "Karachi", modes=["sea"], pareto=["time", "cost"])
