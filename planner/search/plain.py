"""Paths in order of impedance, in plain Python: what runs where starting the compiled engine would take longer.

The method is Yen's (1971) with Lawler's (1972) partition and lower bounds from one backward search: a deviation is
only searched for when its bound says that it is next, and not even then when the tree of the backward search already
leads on without touching the path behind. Impedances must not be negative; the answer is exact.
``planner.search.compiled`` has the same method compiled; both give the same paths in the same order, ties included.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from planner.search.states import CLOSED, Graph, Ints

Path = tuple[int, ...]
"""Indices of steps, in order."""


Way = tuple[int, int, int, int]
"""A step, where it leads to, what it departs as, and the least impedance to the sink by it."""


def paths(graph: Graph) -> Iterator[tuple[int, Path]]:
    """All simple paths, the least impedance first; equal ones in a stable order.

    Simple: no state is touched twice, neither by arriving nor by departing.
    """
    rows = _Rows.of(graph)
    if rows.bound[graph.source] >= CLOSED:
        return
    serial = 0
    heap: list[tuple[int, int, Path, int, frozenset[int], int, Path | None]] = []

    def push(prefix: Path, prefix_cost: int, last: int, barred: frozenset[int], behind: set[int]) -> None:
        """Queue the paths that start with ``prefix``, to ``last``, and do not go on by a step in ``barred``."""
        nonlocal serial
        best = min([way[3] for way in rows.ways_on(last, barred, behind)], default=CLOSED)
        if best < CLOSED:
            serial += 1
            heapq.heappush(heap, (prefix_cost + best, serial, prefix, len(prefix), barred, prefix_cost, None))

    push((), 0, graph.source, frozenset(), {graph.source})
    while heap:
        _, _, prefix, deviation, barred, prefix_cost, path = heapq.heappop(heap)
        behind = rows.touched(prefix)
        last = rows.targets[prefix[-1]] if prefix else graph.source
        if path is None:
            tail = rows.best_tail(last, barred, behind)
            if tail:
                serial += 1
                cost = prefix_cost + sum([rows.costs[step] for step in tail])
                heapq.heappush(heap, (cost, serial, prefix, deviation, barred, prefix_cost, (*prefix, *tail)))
            continue
        simple_until = rows.simple_until(path, deviation, last, set(behind))
        if simple_until == len(path):
            yield prefix_cost + sum([rows.costs[step] for step in path[deviation:]]), path
        running = prefix_cost
        for at, step in enumerate(path[deviation : simple_until + 1], start=deviation):  # no simple one goes on beyond
            push(path[:at], running, last, (barred if at == deviation else frozenset()) | {step}, behind)
            running += rows.costs[step]
            last = rows.targets[step]
            behind |= {last, rows.departs[step]}


@dataclass(frozen=True)
class _Rows:
    """A graph as lists, which plain Python reads faster than arrays.

    ``bound`` is the least impedance from each state to the sink, ``tree`` the step that begins the way (a tree, also
    over zeros), ``through`` the least impedance to the sink by each step.
    """

    graph: Graph
    targets: list[int]
    departs: list[int]
    costs: list[int]
    bound: list[int]
    tree: list[int]
    through: Ints
    _ahead: dict[int, list[Way]] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph) -> _Rows:
        bound, tree = _to_sink(graph)
        through = graph.costs + np.array(bound, np.int64)[graph.targets]
        targets, departs, costs = (column.tolist() for column in (graph.targets, graph.departs, graph.costs))
        return cls(graph, targets, departs, costs, bound, tree, through)

    def touched(self, prefix: Path) -> set[int]:
        """All states that a path arrives at or departs from."""
        return {self.graph.source, *[self.targets[step] for step in prefix], *[self.departs[step] for step in prefix]}

    def ahead(self, state: int) -> list[Way]:
        """The ways on from a state that lead to the sink."""
        if state not in self._ahead:
            first, end = self.graph.offsets[state : state + 2].tolist()
            columns = (self.targets[first:end], self.departs[first:end], self.through[first:end].tolist())
            ways = zip(range(first, end), *columns, strict=True)
            self._ahead[state] = [way for way in ways if way[3] < CLOSED]
        return self._ahead[state]

    def ways_on(self, last: int, barred: frozenset[int], behind: set[int]) -> list[Way]:
        """The ways on after a path: not by a barred step, and touching nothing behind."""
        return [
            way
            for way in self.ahead(last)
            if way[0] not in barred and way[1] not in behind and (way[2] == last or way[2] not in behind)
        ]

    def simple_until(self, path: Path, deviation: int, last: int, behind: set[int]) -> int:
        """At which step, from ``deviation`` on, a path first touches what is behind it; its length if at none."""
        for at in range(deviation, len(path)):
            target, departs = self.targets[path[at]], self.departs[path[at]]
            if target in behind or (departs != last and departs in behind):
                return at
            behind |= {target, departs}
            last = target
        return len(path)

    def best_tail(self, last: int, barred: frozenset[int], behind: set[int]) -> Path:
        """The best way on that does not begin by a barred step nor touch what is behind; () for none."""
        starts = self.ways_on(last, barred, behind)
        if not starts:
            return ()
        step, state, _, _ = min(starts, key=lambda way: way[3])
        tail = [step]
        while state != self.graph.sink:
            step = self.tree[state]
            target, departs = self.targets[step], self.departs[step]
            if target in behind or (departs != state and departs in behind):
                return self._restricted(starts, behind)
            tail.append(step)
            state = target
        return tuple(tail)

    def _restricted(self, starts: list[Way], behind: set[int]) -> Path:
        """A* over the states that are not behind; the backward bounds never overestimate."""
        reached: dict[int, int] = {}
        came: dict[int, tuple[int, int]] = {}
        heap: list[tuple[int, int, int]] = []

        def reach(origin: int, ways: list[Way], so_far: int) -> None:
            for step, target, _, through in ways:
                cost = so_far + self.costs[step]
                if cost < reached.get(target, CLOSED):
                    reached[target] = cost
                    came[target] = (origin, step)
                    heapq.heappush(heap, (so_far + through, cost, target))

        reach(-1, starts, 0)
        while heap:
            _, cost, state = heapq.heappop(heap)
            if cost > reached[state]:
                continue
            if state == self.graph.sink:
                tail: list[int] = []
                while state >= 0:
                    state, step = came[state]
                    tail.append(step)
                return tuple(reversed(tail))
            reach(state, self.ways_on(state, frozenset(), behind), cost)
        return ()


def _to_sink(graph: Graph) -> tuple[list[int], list[int]]:
    """Dijkstra against the steps: for every state the least impedance to the sink and the step that begins it."""
    back = graph.reverse
    costs_back = graph.costs[back.steps]
    is_open = costs_back < CLOSED
    into = np.append(0, np.cumsum(is_open))[back.offsets].tolist()
    steps, starts, costs = (column[is_open].tolist() for column in (back.steps, back.starts, costs_back))
    bound, tree = [CLOSED] * graph.size, [-1] * graph.size
    bound[graph.sink] = 0
    heap = [(0, graph.sink)]
    while heap:
        cost, state = heapq.heappop(heap)
        if cost > bound[state]:
            continue
        for at in range(into[state], into[state + 1]):
            start, longer = starts[at], cost + costs[at]
            if longer < bound[start]:
                bound[start], tree[start] = longer, steps[at]
                heapq.heappush(heap, (longer, start))
    return bound, tree
