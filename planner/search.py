"""Paths in order of impedance: the one function through which every search of a plan goes.

The method is Yen's (1971) with Lawler's (1972) partition and lower bounds from one backward search: a deviation is
only searched for when its bound says that it is next, and not even then when the tree of the backward search already
leads on without touching the path behind. Impedances must not be negative; the answer is exact.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence

from planner.chain import SINK, SOURCE, Step

Path = tuple[Step, ...]


def paths(steps: Sequence[Sequence[Step]]) -> Iterator[tuple[float, Path]]:
    """All simple paths from SOURCE to SINK, the least impedance first; equal ones in a stable order."""
    bound, tree = _backward(steps)
    if math.isinf(bound[SOURCE]):
        return
    serial = 0
    heap: list[tuple[float, int, Path, int, frozenset[int], float, Path | None]] = []

    def push(prefix: Path, prefix_cost: float, deviation: int, barred: frozenset[int]) -> None:
        """Queue the paths that start with ``prefix`` and do not go on by a step in ``barred`` (indices)."""
        nonlocal serial
        last = prefix[-1].target if prefix else SOURCE
        behind = {SOURCE, *(step.target for step in prefix)}
        best = math.inf
        for index, step in enumerate(steps[last]):
            if index not in barred and step.target not in behind:
                best = min(best, step.impedance + bound[step.target])
        if not math.isinf(best):
            serial += 1
            heapq.heappush(heap, (prefix_cost + best, serial, prefix, deviation, barred, prefix_cost, None))

    push((), 0.0, 0, frozenset())
    while heap:
        cost, _, prefix, deviation, barred, prefix_cost, path = heapq.heappop(heap)
        if path is None:
            found = _complete(steps, bound, tree, prefix, prefix_cost, barred)
            if found is not None:
                serial += 1
                heapq.heappush(heap, (found[0], serial, prefix, deviation, barred, prefix_cost, found[1]))
            continue
        yield cost, path
        running = prefix_cost
        for at in range(deviation, len(path)):
            last = path[at - 1].target if at else SOURCE
            taken = next(index for index, step in enumerate(steps[last]) if step is path[at])
            push(path[:at], running, at, (barred if at == deviation else frozenset()) | {taken})
            running += path[at].impedance


def _backward(steps: Sequence[Sequence[Step]]) -> tuple[list[float], list[Step | None]]:
    """For every state the least impedance to the SINK, and the step that begins it (a tree, also over zeros)."""
    into: list[list[tuple[int, Step]]] = [[] for _ in steps]
    for state, ways in enumerate(steps):
        for step in ways:
            into[step.target].append((state, step))
    bound = [math.inf] * len(steps)
    tree: list[Step | None] = [None] * len(steps)
    bound[SINK] = 0.0
    heap = [(0.0, SINK)]
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


def _complete(
    steps: Sequence[Sequence[Step]], bound: Sequence[float], tree: Sequence[Step | None], prefix: Path,
    prefix_cost: float, barred: frozenset[int],
) -> tuple[float, Path] | None:  # fmt: skip
    """The best path that starts with ``prefix`` and not by a barred step; None when there is none."""
    last = prefix[-1].target if prefix else SOURCE
    behind = {SOURCE, *(step.target for step in prefix)}
    starts = [
        step for index, step in enumerate(steps[last]) if index not in barred and step.target not in behind
        and not math.isinf(bound[step.target])
    ]  # fmt: skip
    if not starts:
        return None
    first = min(starts, key=lambda step: step.impedance + bound[step.target])
    tail: list[Step] = [first]
    while tail[-1].target != SINK:
        following = tree[tail[-1].target]
        if following is None or following.target in behind:
            break
        tail.append(following)
    else:
        cost = prefix_cost + math.fsum(step.impedance for step in tail)
        return cost, (*prefix, *tail)
    return _restricted(steps, bound, prefix, prefix_cost, starts, behind)


def _restricted(
    steps: Sequence[Sequence[Step]], bound: Sequence[float], prefix: Path, prefix_cost: float, starts: list[Step],
    behind: set[int],
) -> tuple[float, Path] | None:  # fmt: skip
    """A* over the states that are not behind; the backward bounds never overestimate."""
    reached: dict[int, float] = {}
    came: dict[int, tuple[int | None, Step]] = {}
    heap: list[tuple[float, float, int]] = []

    def reach(origin: int | None, step: Step, cost: float) -> None:
        if step.target in behind or math.isinf(bound[step.target]):
            return
        if cost < reached.get(step.target, math.inf):
            reached[step.target] = cost
            came[step.target] = (origin, step)
            heapq.heappush(heap, (cost + bound[step.target], cost, step.target))

    for step in starts:
        reach(None, step, prefix_cost + step.impedance)
    while heap:
        _, cost, state = heapq.heappop(heap)
        if cost > reached[state]:
            continue
        if state == SINK:
            tail: list[Step] = []
            at: int | None = SINK
            while at is not None:
                at, step = came[at]
                tail.append(step)
            return cost, (*prefix, *reversed(tail))
        for step in steps[state]:
            reach(state, step, cost + step.impedance)
    return None
