"""Paths in order of impedance, in plain Python: what runs where starting the compiled engine would take longer.

The method is Yen's (1971) with Lawler's (1972) partition and lower bounds from one backward search: a deviation is
only searched for when its bound says that it is next, and not even then when the tree of the backward search already
leads on without touching the path behind. Impedances must not be negative; the answer is exact.
``planner.search.compiled`` has the same method compiled; both give the same paths in the same order, ties included.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from planner.search.chain import Step

Path = tuple[Step, ...]
Rows = Sequence[Sequence[Step]]


def paths(steps: Rows, source: int, sink: int) -> Iterator[tuple[int, Path]]:
    """All simple paths, the least impedance first; equal ones in a stable order.

    Simple: no state is touched twice, neither by arriving nor by departing.
    """
    bound, tree = _backward(steps, sink)
    if bound[source] == math.inf:
        return
    serial = 0
    heap: list[tuple[float, int, Path, int, frozenset[int], int, Path | None]] = []

    def push(prefix: Path, prefix_cost: int, deviation: int, barred: frozenset[int], behind: set[int]) -> None:
        """Queue the paths that start with ``prefix`` and do not go on by a step in ``barred`` (indices)."""
        nonlocal serial
        last = prefix[-1].target if prefix else source
        best = min(
            (
                steps[last][index].impedance + bound[steps[last][index].target]
                for index in _open(steps[last], last, barred, behind)
            ),
            default=math.inf,
        )
        if best < math.inf:
            serial += 1
            heapq.heappush(heap, (prefix_cost + best, serial, prefix, deviation, barred, prefix_cost, None))

    push((), 0, 0, frozenset(), {source})
    while heap:
        _, _, prefix, deviation, barred, prefix_cost, path = heapq.heappop(heap)
        if path is None:
            tail = _best_tail(steps, source, sink, bound, tree, prefix, barred)
            if tail:
                serial += 1
                cost = prefix_cost + sum(step.impedance for step in tail)
                heapq.heappush(heap, (cost, serial, prefix, deviation, barred, prefix_cost, (*prefix, *tail)))
            continue
        behind = _touched(source, prefix)
        running = prefix_cost
        simple = True
        for at in range(deviation, len(path)):
            last = path[at - 1].target if at else source
            taken = next(index for index, step in enumerate(steps[last]) if step is path[at])
            push(path[:at], running, at, (barred if at == deviation else frozenset()) | {taken}, behind)
            running += path[at].impedance
            touches = {path[at].target, path[at].departs} - {last}
            if touches & behind:
                simple = False  # what follows this step is no simple path either
                break
            behind |= touches
        if simple:
            yield running, path


def _touched(source: int, prefix: Path) -> set[int]:
    """All states that a path arrives at or departs from."""
    return {source, *(step.target for step in prefix), *(step.departs for step in prefix)}


def _open(row: Sequence[Step], last: int, barred: frozenset[int], behind: set[int]) -> list[int]:
    """The indices of the steps that may follow a path: not barred, and touching nothing behind."""
    return [
        index
        for index, step in enumerate(row)
        if index not in barred and step.target not in behind and (step.departs == last or step.departs not in behind)
    ]


def _backward(steps: Rows, sink: int) -> tuple[list[float], list[Step | None]]:
    """For every state the least impedance to the sink, and the step that begins it (a tree, also over zeros)."""
    into: list[list[tuple[int, Step]]] = [[] for _ in steps]
    for state, ways in enumerate(steps):
        for step in ways:
            into[step.target].append((state, step))
    bound = [math.inf] * len(steps)
    tree: list[Step | None] = [None] * len(steps)
    bound[sink] = 0
    heap: list[tuple[float, int]] = [(0, sink)]
    done = [False] * len(steps)
    while heap:
        cost, state = heapq.heappop(heap)
        if done[state]:
            continue
        done[state] = True
        for start, step in into[state]:
            longer = cost + step.impedance
            if longer < bound[start]:
                bound[start] = longer
                tree[start] = step
                heapq.heappush(heap, (longer, start))
    return bound, tree


def _best_tail(
    steps: Rows,
    source: int,
    sink: int,
    bound: Sequence[float],
    tree: Sequence[Step | None],
    prefix: Path,
    barred: frozenset[int],
) -> tuple[Step, ...]:
    """The best way on from ``prefix`` that does not begin by a barred step nor touch what is behind; () for none."""
    last = prefix[-1].target if prefix else source
    behind = _touched(source, prefix)
    starts = [steps[last][index] for index in _open(steps[last], last, barred, behind)]
    starts = [step for step in starts if bound[step.target] < math.inf]
    if not starts:
        return ()
    tail = [min(starts, key=lambda step: step.impedance + bound[step.target])]
    while tail[-1].target != sink:
        at = tail[-1].target
        following = tree[at]
        if following is None or following.target in behind or (following.departs != at and following.departs in behind):
            return _restricted(steps, sink, bound, starts, behind)
        tail.append(following)
    return tuple(tail)


def _restricted(
    steps: Rows, sink: int, bound: Sequence[float], starts: list[Step], behind: set[int]
) -> tuple[Step, ...]:
    """A* over the states that are not behind; the backward bounds never overestimate."""
    reached: dict[int, int] = {}
    came: dict[int, tuple[int, Step]] = {}
    heap: list[tuple[float, int, int]] = []

    def reach(origin: int, step: Step, cost: int) -> None:
        if step.target in behind or bound[step.target] == math.inf:
            return
        if cost < reached.get(step.target, math.inf):
            reached[step.target] = cost
            came[step.target] = (origin, step)
            heapq.heappush(heap, (cost + bound[step.target], cost, step.target))

    for step in starts:
        reach(-1, step, step.impedance)
    while heap:
        _, cost, state = heapq.heappop(heap)
        if cost > reached[state]:
            continue
        if state == sink:
            tail: list[Step] = []
            at = sink
            while at >= 0:
                at, step = came[at]
                tail.append(step)
            return tuple(reversed(tail))
        for step in steps[state]:
            if step.departs == state or step.departs not in behind:
                reach(state, step, cost + step.impedance)
    return ()
