"""Paths in order of impedance, in plain Python: what runs where starting the compiled engine would take longer.

The method is Yen's (1971) with Lawler's (1972) partition and lower bounds from one backward search: a deviation is
only searched for when its bound says that it is next, and not even then when the tree of the backward search already
leads on without touching the path behind. Impedances must not be negative; the answer is exact.
``planner.search.compiled`` has the same method compiled; both give the same paths in the same order, ties included.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.search.states import CLOSED, Graph

Path = tuple[int, ...]
"""Indices of steps, in order."""


def paths(graph: Graph) -> Iterator[tuple[int, Path]]:
    """All simple paths, the least impedance first; equal ones in a stable order.

    Simple: no state is touched twice, neither by arriving nor by departing.
    """
    rows = _Rows.of(graph)
    bound = rows.bounds[0]
    if bound[rows.source] >= CLOSED:
        return
    serial = 0
    heap: list[tuple[int, int, Path, int, frozenset[int], int, Path | None]] = []

    def push(prefix: Path, prefix_cost: int, deviation: int, barred: frozenset[int], behind: set[int]) -> None:
        """Queue the paths that start with ``prefix`` and do not go on by a step in ``barred``."""
        nonlocal serial
        ways = rows.ways_on(prefix, barred, behind)
        best = min((rows.costs[step] + bound[rows.targets[step]] for step in ways), default=CLOSED)
        if best < CLOSED:
            serial += 1
            heapq.heappush(heap, (prefix_cost + best, serial, prefix, deviation, barred, prefix_cost, None))

    push((), 0, 0, frozenset(), {rows.source})
    while heap:
        _, _, prefix, deviation, barred, prefix_cost, path = heapq.heappop(heap)
        if path is None:
            tail = rows.best_tail(prefix, barred)
            if tail:
                serial += 1
                cost = prefix_cost + sum(rows.costs[step] for step in tail)
                heapq.heappush(heap, (cost, serial, prefix, deviation, barred, prefix_cost, (*prefix, *tail)))
            continue
        behind = rows.touched(prefix)
        running = prefix_cost
        simple = True
        for at in range(deviation, len(path)):
            step, last = path[at], rows.targets[path[at - 1]] if at else rows.source
            push(path[:at], running, at, (barred if at == deviation else frozenset()) | {step}, behind)
            running += rows.costs[step]
            touches = {rows.targets[step], rows.departs[step]} - {last}
            if touches & behind:
                simple = False  # what follows this step is no simple path either
                break
            behind |= touches
        if simple:
            yield running, path


@dataclass(frozen=True)
class _Rows:
    """A graph as lists, which plain Python reads faster than arrays."""

    graph: Graph
    offsets: list[int]
    targets: list[int]
    departs: list[int]
    costs: list[int]

    @classmethod
    def of(cls, graph: Graph) -> _Rows:
        columns = (graph.offsets, graph.targets, graph.departs, graph.costs)
        return cls(graph, *(column.tolist() for column in columns))

    @property
    def source(self) -> int:
        return self.graph.source

    def end(self, prefix: Path) -> int:
        """The state that a path leads to."""
        return self.targets[prefix[-1]] if prefix else self.source

    def touched(self, prefix: Path) -> set[int]:
        """All states that a path arrives at or departs from."""
        return {self.source, *(self.targets[step] for step in prefix), *(self.departs[step] for step in prefix)}

    def ways_on(self, prefix: Path, barred: frozenset[int], behind: set[int]) -> list[int]:
        """The steps that may follow a path: not barred, and touching nothing behind."""
        last = self.end(prefix)
        return [
            step
            for step in range(self.offsets[last], self.offsets[last + 1])
            if step not in barred and not self._touches(step, last, behind)
        ]

    def _touches(self, step: int, state: int, behind: set[int]) -> bool:
        return self.targets[step] in behind or (self.departs[step] != state and self.departs[step] in behind)

    @cached_property
    def bounds(self) -> tuple[list[int], list[int]]:
        """For every state the least impedance to the sink, and the step that begins it (a tree, also over zeros)."""
        back = self.graph.reverse
        into, steps, starts = back.offsets.tolist(), back.steps.tolist(), back.starts.tolist()
        bound, tree = [CLOSED] * self.graph.size, [-1] * self.graph.size
        bound[self.graph.sink] = 0
        heap = [(0, self.graph.sink)]
        costs, push, pop = self.costs, heapq.heappush, heapq.heappop
        while heap:
            cost, state = pop(heap)
            if cost > bound[state]:
                continue
            for at in range(into[state], into[state + 1]):
                longer = cost + costs[steps[at]]
                start = starts[at]
                if longer < bound[start]:
                    bound[start], tree[start] = longer, steps[at]
                    push(heap, (longer, start))
        return bound, tree

    def best_tail(self, prefix: Path, barred: frozenset[int]) -> Path:
        """The best way on from ``prefix`` not by a barred step nor touching what is behind; () for none."""
        behind = self.touched(prefix)
        bound, tree = self.bounds
        starts = [step for step in self.ways_on(prefix, barred, behind) if bound[self.targets[step]] < CLOSED]
        if not starts:
            return ()
        tail = [min(starts, key=lambda step: self.costs[step] + bound[self.targets[step]])]
        while (state := self.targets[tail[-1]]) != self.graph.sink:
            if self._touches(tree[state], state, behind):
                return self._restricted(starts, behind)
            tail.append(tree[state])
        return tuple(tail)

    def _restricted(self, starts: list[int], behind: set[int]) -> Path:
        """A* over the states that are not behind; the backward bounds never overestimate."""
        bound, sink = self.bounds[0], self.graph.sink
        reached: dict[int, int] = {}
        came: dict[int, tuple[int, int]] = {}
        heap: list[tuple[int, int, int]] = []

        def reach(origin: int, step: int, cost: int) -> None:
            target = self.targets[step]
            if target not in behind and bound[target] < CLOSED and cost < reached.get(target, CLOSED):
                reached[target] = cost
                came[target] = (origin, step)
                heapq.heappush(heap, (cost + bound[target], cost, target))

        for step in starts:
            reach(-1, step, self.costs[step])
        while heap:
            _, cost, state = heapq.heappop(heap)
            if cost > reached[state]:
                continue
            if state == sink:
                tail: list[int] = []
                at = sink
                while at >= 0:
                    at, step = came[at]
                    tail.append(step)
                return tuple(reversed(tail))
            for step in range(self.offsets[state], self.offsets[state + 1]):
                if self.departs[step] == state or self.departs[step] not in behind:
                    reach(state, step, cost + self.costs[step])
        return ()
