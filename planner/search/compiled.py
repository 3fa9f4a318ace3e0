"""The compiled engine: shortest paths on the arrays of ``planner.search.states``.

Importing this module takes numba's 0.4 s; compiled kernels are kept on disk between runs, and where that cannot be
written they are compiled anew. The method of ``paths`` is that of ``planner.search.plain``, step for step, so that both
give the same paths in the same order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.search import kernels
from planner.search.states import Graph, Indices, Ints

FAR = kernels.FAR

Path = tuple[int, NDArray[np.int32]]
"""An impedance in whole units, and the indices of the steps in order."""


def to_sink(graph: Graph, costs: Ints | None = None) -> tuple[Ints, Indices]:
    """Least impedance from every state to the sink (FAR where there is none), and the step that begins the way."""
    bound, tree = np.empty(graph.size, np.int64), np.empty(graph.size, np.int32)
    back, impedances = graph.reverse, graph.costs if costs is None else costs
    kernels.to_sink(back.offsets, back.steps, back.starts, impedances, graph.sink, bound, tree)
    return bound, tree


def from_source(graph: Graph, costs: Ints | None = None) -> tuple[Ints, Indices]:
    """Least impedance from the source to every state (FAR where there is none), and the step that ends the way."""
    reach, tree = np.empty(graph.size, np.int64), np.empty(graph.size, np.int32)
    impedances = graph.costs if costs is None else costs
    kernels.from_source(graph.offsets, graph.targets, impedances, graph.source, reach, tree)
    return reach, tree


def best(graph: Graph) -> Path | None:
    """The path that ``paths`` gives first, in less time; None when there is none."""
    back = graph.reverse
    steps, value = kernels.best(
        back.offsets,
        back.steps,
        back.starts,
        graph.offsets,
        graph.targets,
        graph.departs,
        graph.costs,
        graph.source,
        graph.sink,
    )
    if value < 0:  # the path touches a state twice, so another one is the best
        return next(iter(paths(graph, 1)), None)
    return None if value >= FAR else (int(value), steps)


def paths(graph: Graph, wanted: int) -> list[Path]:
    """The first ``wanted`` simple paths, the least impedance first; equal ones in a stable order."""
    bound, tree = to_sink(graph)
    ends, steps, values = kernels.paths(
        graph.offsets, graph.targets, graph.departs, graph.costs, bound, tree, graph.source, graph.sink, wanted
    )
    starts = [0, *ends.tolist()]
    return [(value, steps[starts[at] : starts[at + 1]]) for at, value in enumerate(values.tolist())]
