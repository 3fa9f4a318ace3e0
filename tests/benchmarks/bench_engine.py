"""The engine beside the libraries a user would pick, in one process and on the same arrays: `make bench`.

Shipped network: Almaty to Karachi by time, operational to planned lines, unfolded into states. The libraries get the
open steps as plain weighted edges (scipy and networkx's simple graphs cannot hold parallel ones; here there are none).
Large network: 70,000 places strewn at random (seed 1) over 48 x 34 degrees and joined by Delaunay's triangulation,
420,000 directed edges, each as long as the plane distance times 1.0 to 1.6.

Each comparison prints the medians and how many times slower than the engine the others are.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import igraph
import networkx
import numpy as np
import pytest
import rustworkx
import scgraph
import scipy.sparse
from scipy.sparse.csgraph import dijkstra, yen
from scipy.spatial import Delaunay

import corridors
from planner import allowed, question, request
from planner.network import Network
from planner.search import compiled as engine, kernels, pareto, states, whatif

pytestmark = pytest.mark.slow

LINES: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prints the comparisons when all have run."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n" + "\n".join(LINES))


def median_ms(function: Callable[[], Any], rounds: int) -> float:
    function()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def compare(
    benchmark: Any,
    title: str,
    goal: str,
    ours: Callable[[], Any],
    rounds: int,
    **others: tuple[Callable[[], Any], int],
) -> None:
    """Runs them in turn and keeps a line of medians in ms; the fastest other one decides the ratio."""
    benchmark.pedantic(ours, rounds=rounds, warmup_rounds=1)
    mine = 1000 * benchmark.stats.stats.median
    theirs = {name: median_ms(function, count) for name, (function, count) in others.items()}
    fastest = min(theirs, key=lambda name: theirs[name])
    parts = ", ".join(f"{name} {ms:.3g} ({ms / mine:.3g}x)" for name, ms in theirs.items())
    LINES.append(
        f"{title}: engine {mine:.3g} ms; {parts}; the fastest other, {fastest}, takes {theirs[fastest] / mine:.3g} "
        f"times as long; goal {goal}"
    )


@dataclass
class Case:
    """A graph, and the same graph in each library."""

    graph: states.Graph

    @cached_property
    def edges(self) -> tuple[Any, Any, Any]:
        starts = np.repeat(np.arange(self.graph.size), np.diff(self.graph.offsets))
        is_open = self.graph.costs < states.CLOSED
        weights = self.graph.costs[is_open].astype(float) * 2.0**-30
        return starts[is_open], self.graph.targets[is_open], weights

    @cached_property
    def triples(self) -> list[tuple[int, int, float]]:
        return list(zip(*(column.tolist() for column in self.edges), strict=True))

    @cached_property
    def matrix(self) -> Any:
        starts, ends, weights = self.edges
        return scipy.sparse.csr_matrix((weights, (starts, ends)), shape=(self.graph.size, self.graph.size))

    @cached_property
    def igraph(self) -> Any:
        return igraph.Graph(n=self.graph.size, edges=[edge[:2] for edge in self.triples], directed=True)

    @cached_property
    def networkx(self) -> Any:
        made: Any = networkx.DiGraph()
        made.add_weighted_edges_from(self.triples)
        return made

    @cached_property
    def rustworkx(self) -> Any:
        made: Any = rustworkx.PyDiGraph()
        made.add_nodes_from(range(self.graph.size))
        made.add_edges_from(self.triples)
        return made

    @cached_property
    def scgraph(self) -> Any:
        rows: list[dict[int, float]] = [{} for _ in range(self.graph.size)]
        for start, end, weight in self.triples:
            rows[start][end] = weight
        return scgraph.Graph(rows)

    def single(self, rounds: int) -> dict[str, tuple[Callable[[], Any], int]]:
        """One route by each library."""
        ends = {"origin_id": self.graph.source, "destination_id": self.graph.sink}
        source, sink, weights = self.graph.source, self.graph.sink, self.edges[2].tolist()
        made = self.igraph
        return {
            "networkx": (lambda: networkx.bidirectional_dijkstra(self.networkx, source, sink), 3),
            "scipy": (lambda: dijkstra(self.matrix, indices=source, return_predecessors=True), rounds),
            "igraph": (lambda: made.get_shortest_paths(source, to=sink, weights=weights, output="epath"), rounds),
            "rustworkx": (
                lambda: rustworkx.dijkstra_shortest_paths(self.rustworkx, source, target=sink, weight_fn=float),
                rounds,
            ),
            "scgraph": (lambda: self.scgraph.dijkstra(**ends), rounds),
            "scgraph_bidirectional": (lambda: self.scgraph.bidirectional_dijkstra(**ends), rounds),
        }


@pytest.fixture(scope="module")
def asked(network: Network) -> request.RouteRequest:
    return request.make(network.catalog, "Almaty", "Karachi", include="planned")


@pytest.fixture(scope="module")
def shipped(network: Network, asked: request.RouteRequest) -> Case:
    made = states.unfold(allowed.permitted(network, asked), asked.consignment)
    return Case(made.question("time", asked.origin, asked.destination))


@pytest.fixture(scope="module")
def large() -> Case:
    rng = np.random.default_rng(1)
    points = rng.random((70_000, 2)) * (48.0, 34.0)
    corners = Delaunay(points).simplices
    sides = np.unique(np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0)
    length = np.linalg.norm(points[sides[:, 0]] - points[sides[:, 1]], axis=1) * rng.uniform(1.0, 1.6, len(sides))
    starts, ends = np.concatenate([sides[:, 0], sides[:, 1]]), np.concatenate([sides[:, 1], sides[:, 0]])
    costs = np.round(np.concatenate([length, length]) * 2**30).astype(np.int64)
    order = np.argsort(starts, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(starts, minlength=len(points)))]).astype(np.int32)
    targets = ends[order].astype(np.int32)
    source = int(np.argmin(np.linalg.norm(points - (40.0, 28.0), axis=1)))
    sink = int(np.argmin(np.linalg.norm(points - (14.0, 6.0), axis=1)))
    departs = starts[order].astype(np.int32)
    return Case(
        states.Graph(offsets, targets, departs, costs[order], source, sink, states.Reverse.of(offsets, targets))
    )


def test_one_route_on_the_shipped_network(benchmark: Any, shipped: Case) -> None:
    compare(
        benchmark,
        "one route, shipped",
        "at least 0.67",
        lambda: engine.best(shipped.graph),
        200,
        **shipped.single(100),
    )


@pytest.mark.parametrize(("count", "goal", "rounds"), [(10, "8", 7), (50, "15", 5), (200, "25", 3)])
def test_k_routes_on_the_shipped_network(benchmark: Any, shipped: Case, count: int, goal: str, rounds: int) -> None:
    graph, weights = shipped.graph, shipped.edges[2].tolist()
    others: dict[str, tuple[Callable[[], Any], int]] = {
        "scipy_yen": (lambda: yen(shipped.matrix, graph.source, graph.sink, count), rounds),
        "igraph": (
            lambda: shipped.igraph.get_k_shortest_paths(
                graph.source, to=graph.sink, k=count, weights=weights, output="epath"
            ),
            rounds,
        ),
        "networkx": (
            lambda: list(
                itertools.islice(
                    networkx.shortest_simple_paths(shipped.networkx, graph.source, graph.sink, weight="weight"), count
                )
            ),
            1,
        ),
    }
    compare(benchmark, f"k = {count}, shipped", goal, lambda: engine.paths(graph, count), 50, **others)


@pytest.mark.parametrize("criteria", [("time", "cost"), ("time", "cost", "co2e"), question.pareto_criteria()])
def test_a_pareto_set_on_the_shipped_network(
    benchmark: Any, network: Network, asked: request.RouteRequest, shipped: Case, criteria: tuple[str, ...]
) -> None:
    made = states.unfold(allowed.permitted(network, asked), asked.consignment)
    graphs = [made.question(name, asked.origin, asked.destination) for name in criteria]
    costs = [graph.costs for graph in graphs]
    size = len(pareto.front(graphs[0], costs).paths)
    one = {"one_networkx_route": shipped.single(1)["networkx"]}
    title = f"Pareto set of {', '.join(criteria)} ({size} routes), shipped"
    compare(benchmark, title, "at least 1 (for four criteria)", lambda: pareto.front(graphs[0], costs), 15, **one)


def test_a_thousand_closures(benchmark: Any, network: Network, asked: request.RouteRequest, shipped: Case) -> None:
    made = states.unfold(allowed.permitted(network, asked), asked.consignment)
    rng = np.random.default_rng(1)
    ids = [made.segments[at].id for at in rng.integers(len(made.segments), size=1000)]
    scenarios = [whatif.Scenario(key, close=(key,)) for key in ids]
    offsets, steps = made.steps_of_segment
    place = np.full(len(shipped.graph.costs), -1)
    place[shipped.graph.costs < states.CLOSED] = np.arange(len(shipped.edges[2]))
    closed = []
    for key in ids:
        number = made.segment_number[key]
        row = place[steps[offsets[number] : offsets[number + 1]]]
        closed.append(row[row >= 0])
    weights = shipped.edges[2].copy()
    source, sink = shipped.graph.source, shipped.graph.sink

    def by_igraph() -> None:
        for row in closed:
            kept = weights[row].copy()
            weights[row] = np.inf
            shipped.igraph.distances(source, sink, weights=weights.tolist())
            weights[row] = kept

    compare(
        benchmark,
        "1,000 closures, shipped",
        "20",
        lambda: whatif.run(network, asked, scenarios),
        15,
        igraph=(by_igraph, 1),
    )


def test_one_route_on_the_large_network(benchmark: Any, large: Case) -> None:
    compare(
        benchmark,
        "one route, 70,000 places",
        "at least 0.67",
        lambda: engine.best(large.graph),
        15,
        **large.single(5),
    )


def test_200_routes_on_the_large_network(benchmark: Any, large: Case) -> None:
    one = {"one_to_all_search": (lambda: engine.to_sink(large.graph), 9)}
    compare(benchmark, "k = 200, 70,000 places", "at least 0.67", lambda: engine.paths(large.graph, 200), 9, **one)


def test_libraries_and_engine_agree(shipped: Case, large: Case) -> None:
    for case in (shipped, large):
        found = engine.best(case.graph)
        assert found is not None
        length = dijkstra(case.matrix, indices=case.graph.source)[case.graph.sink]
        assert found[0] * 2.0**-30 == pytest.approx(length)
    # Yen's simple paths are ours and a few more, which pass a place twice: once arriving, once departing alike
    theirs = list(yen(shipped.matrix, shipped.graph.source, shipped.graph.sink, 20))
    ours = [value * 2.0**-30 for value, _ in engine.paths(shipped.graph, 10)]
    assert ours[0] == pytest.approx(theirs[0])
    assert all(min(abs(value - other) for other in theirs) < 1e-6 * value for value in ours)
    assert corridors.__version__
    assert kernels.FAR == states.CLOSED
