"""Least km, hours, USD or CO2e between many places at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata import errors, places
from planner import allowed, request
from planner.network import Network
from planner.price import impedance
from planner.price.measures import MEASURES
from planner.search import compiled as engine, kernels, scenario_kernels, states
from planner.search.states import StateGraph


@dataclass(frozen=True)
class Matrix:
    """``values[i, j]``: the least value of a criterion from ``origins[i]`` to ``destinations[j]`` (node ids).

    inf where no route joins them, nan where they are the same place.
    """

    by: str
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    values: NDArray[np.float64]

    @property
    def unit(self) -> str:
        return MEASURES[self.by].unit


def between(
    network: Network, origins: Sequence[str], destinations: Sequence[str], *, by: str = "time", **options: Any
) -> Matrix:
    """Every origin to every destination; ``options`` are those of ``planner.request.make``, without via.

    >>> import corridors
    >>> found = between(corridors.load(), ["Almaty", "Tashkent"], ["Karachi", "Gwadar"], by="distance")
    >>> found.values.shape
    (2, 2)
    """
    needless = {"via", "pareto", "epsilon", "count", "different"} & set(options)
    if needless:
        raise errors.RequestError(f"a matrix has no {', no '.join(sorted(needless))}")
    starts = [places.find(network.catalog, name).id for name in origins]
    ends = [places.find(network.catalog, name).id for name in destinations]
    pair = next(((start, end) for start in starts for end in ends if start != end), None)
    if pair is None:
        raise errors.RequestError("a matrix needs an origin and a destination that differ")
    asked = request.make(network.catalog, *pair, by=by, **options)
    for place in (network.nodes[key] for key in (*starts, *ends)):
        if place.id in asked.avoid.nodes or place.country in asked.avoid.countries:
            raise errors.RequestError(f"{place.name} ({place.id}, {place.country}) is both asked for and avoided")
    asked.closed.refuse(network.nodes[key] for key in (*starts, *ends))
    made = states.unfold(allowed.permitted(network, asked), asked.consignment)
    values = impedances(made, by, starts, ends)
    table = np.where(values >= kernels.FAR, np.inf, values / impedance.scale(by, asked.consignment))
    table[np.array(starts)[:, None] == np.array(ends)[None, :]] = np.nan
    return Matrix(by, tuple(starts), tuple(ends), table)


def impedances(
    made: StateGraph, by: str, starts: Sequence[str], ends: Sequence[str], shut: Sequence[str] = ()
) -> states.Ints:
    """The least impedance from each start to each end (node ids) in whole units, FAR where no route joins them.

    ``shut`` are ids of segments that are closed. What stands where start and end are the same place means nothing.
    """
    costs = made.onward(by).copy()
    closed = made.steps_over(shut)
    known = [at for at, start in enumerate(starts) if start in made.start_of]
    for at in known:
        costs[made.row(made.start_of[starts[at]])] = made.leaving(by, starts[at])
    costs[closed] = states.CLOSED
    rows = [made.arrivals.get(end, []) for end in ends]
    last = [state for row in rows for state in row]
    values = np.full((len(starts), len(ends)), kernels.FAR, np.int64)
    part, doubtful = np.empty((len(known), len(ends)), np.int64), np.zeros((len(known), len(ends)), np.bool_)
    own = [made.arrivals.get(starts[at], []) for at in known]
    scenario_kernels.matrix(
        made.offsets,
        made.targets,
        made.departs,
        costs,
        np.array([made.start_of[starts[at]] for at in known], np.int64),
        np.cumsum([0, *map(len, own)]),
        np.array([state for row in own for state in row], np.int64),
        np.cumsum([0, *map(len, rows)]),
        np.array(last, np.int64),
        np.array([made.unloading(by, state) for state in last], np.int64),
        part,
        doubtful,
    )
    for row, column in np.argwhere(doubtful).tolist():
        if starts[known[row]] != ends[column]:
            graph = made.question(by, starts[known[row]], ends[column])
            graph.costs[closed] = states.CLOSED
            found = engine.best(graph)
            part[row, column] = kernels.FAR if found is None else found[0]
    values[known] = part
    return values
