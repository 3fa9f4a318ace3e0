"""The compiled kernels: arrays in, arrays out, nothing of the corridor model. ``compiled`` is their front.

All impedances are int64 and below FAR; a step that costs FAR or more cannot be used. Heaps hold tuples and compare them
whole, so equal costs are taken in the order of states (or of serial numbers) and never by chance.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from planner.price.impedance import LIMIT

FAR = np.int64(LIMIT)
"""The distance of what cannot be reached, and the cost of what cannot be used."""

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function at its first call, and keep the result on disk where that can be done."""
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # numba finds no folder that it may write to
        compiled = numba.njit(**OPTIONS)(function)

    def call(*arguments: Any) -> Any:
        nonlocal compiled
        try:
            return compiled(*arguments)
        except Exception:
            overloads = getattr(compiled, "overloads", {})
            if tuple(numba.typeof(argument) for argument in arguments) in overloads:
                raise  # it was loaded and ran: the fault is its own
            # what is kept on disk cannot be read or written (spoilt, gone, full): go on without it
            compiled = numba.njit(**OPTIONS)(function)
            return compiled(*arguments)

    return call


part = numba.njit(**OPTIONS)
"""A function that kernels call; it is compiled, and kept, as part of them."""


@part
def grown(array):
    """The array with as much room again."""
    return np.concatenate((array, np.empty_like(array)))


@part
def push(keys, values, count, key, value):
    """Put (key, value) into a binary heap of ``count`` entries; the new count."""
    at = count
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] < key or (keys[above] == key and values[above] <= value):
            break
        keys[at], values[at] = keys[above], values[above]
        at = above
    keys[at], values[at] = key, value
    return count + 1


@part
def pop(keys, values, count):
    """Take the least entry, which is at index 0, out of a binary heap; the new count."""
    count -= 1
    key, value = keys[count], values[count]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        other = below + 1
        if other < count and (
            keys[other] < keys[below] or (keys[other] == keys[below] and values[other] < values[below])
        ):
            below = other
        if key < keys[below] or (key == keys[below] and value <= values[below]):
            break
        keys[at], values[at] = keys[below], values[below]
        at = below
    keys[at], values[at] = key, value
    return count


@part
def _backward(into, steps, starts, costs, sink, until, bound, tree):
    """Dijkstra against the steps: for every state the least impedance to the sink and the step that begins it.

    Only what takes no more than the state ``until`` is sure; -1 for all.
    """
    bound[:] = FAR
    tree[:] = -1
    bound[sink] = 0
    costs_back = costs[steps]  # in the order in which they are read: on large graphs that is a fifth of the time
    keys = np.empty(len(steps) + 2, np.int64)
    values = np.empty(len(steps) + 2, np.int32)
    count = push(keys, values, 0, 0, sink)
    while count > 0:
        cost, state = keys[0], values[0]
        if until >= 0 and cost > bound[until]:
            return
        count = pop(keys, values, count)
        if cost > bound[state]:
            continue
        for at in range(into[state], into[state + 1]):
            longer = cost + costs_back[at]
            start = starts[at]
            if longer < bound[start]:
                bound[start] = longer
                tree[start] = steps[at]
                count = push(keys, values, count, longer, start)


@kernel
def to_sink(into, steps, starts, costs, sink, bound, tree):
    """For every state the least impedance to the sink (FAR where there is none) and the step that begins the way."""
    _backward(into, steps, starts, costs, sink, -1, bound, tree)


@kernel
def from_source(offsets, targets, costs, source, reach, tree):
    """Dijkstra along the steps: for every state the least impedance from the source and the step that ends it."""
    reach[:] = FAR
    tree[:] = -1
    reach[source] = 0
    keys = np.empty(len(targets) + 2, np.int64)
    values = np.empty(len(targets) + 2, np.int32)
    count = push(keys, values, 0, 0, source)
    while count > 0:
        cost, state = keys[0], values[0]
        count = pop(keys, values, count)
        if cost > reach[state]:
            continue
        for step in range(offsets[state], offsets[state + 1]):
            longer = cost + costs[step]
            target = targets[step]
            if longer < reach[target]:
                reach[target] = longer
                tree[target] = step
                count = push(keys, values, count, longer, target)


@kernel
def best(into, back_steps, back_starts, offsets, targets, departs, costs, source, sink):
    """The path that ``paths`` gives first, when it is a simple one: its steps in order, and its impedance.

    Searched for from the sink, no farther than to the source; FAR where there is none, -1 where it is not simple.
    """
    size = len(offsets) - 1
    bound, tree = np.empty(size, np.int64), np.empty(size, np.int32)
    _backward(into, back_steps, back_starts, costs, sink, source, bound, tree)
    path, touched = np.empty(size + 1, np.int32), np.zeros(size, np.bool_)
    if bound[source] >= FAR:
        return path[:0], FAR
    step = -1
    for way in range(offsets[source], offsets[source + 1]):  # of equal ones the first, as ``paths`` takes it
        if step < 0 and costs[way] + bound[targets[way]] == bound[source]:
            step = way
    state, count = source, 0
    touched[source] = True
    while state != sink:
        if touched[targets[step]] or (departs[step] != state and touched[departs[step]]):
            return path[:0], np.int64(-1)
        touched[targets[step]] = touched[departs[step]] = True
        path[count] = step
        count += 1
        state = targets[step]
        step = tree[state]
    return path[:count], bound[source]


@part
def _is_open(step, last, bar, barred, targets, departs, behind, stamp, costs):
    """Whether a step may follow a path: not closed, not in the chain of barred steps, and touching nothing behind."""
    if costs[step] >= FAR or behind[targets[step]] == stamp:
        return False
    if departs[step] != last and behind[departs[step]] == stamp:
        return False
    while bar >= 0:
        if barred[bar, 0] == step:
            return False
        bar = barred[bar, 1]
    return True


@part
def _touches(step, state, targets, departs, behind, stamp):
    return behind[targets[step]] == stamp or (departs[step] != state and behind[departs[step]] == stamp)


@part
def _tail(
    offsets,
    targets,
    departs,
    costs,
    bound,
    tree,
    sink,
    last,
    bar,
    barred,
    behind,
    stamp,
    reached,
    came,
    came_from,
    seen,
    out,
):
    """The best way on from a prefix into ``out``: (number of steps, impedance), or (0, 0) when there is none."""
    first, best = -1, FAR
    for step in range(offsets[last], offsets[last + 1]):
        cost = costs[step] + bound[targets[step]]
        if cost < best and _is_open(step, last, bar, barred, targets, departs, behind, stamp, costs):
            first, best = step, cost
    if first < 0:
        return 0, np.int64(0)
    out[0] = first
    count = 1
    state = targets[first]
    while state != sink:
        step = tree[state]
        if _touches(step, state, targets, departs, behind, stamp):
            break
        out[count] = step
        count += 1
        state = targets[step]
    if state == sink:
        return count, best
    heap = [(np.int64(0), np.int64(0), np.int64(0)) for _ in range(0)]
    for step in range(offsets[last], offsets[last + 1]):
        target, cost = targets[step], costs[step]
        if bound[target] < FAR and _is_open(step, last, bar, barred, targets, departs, behind, stamp, costs):
            if seen[target] != stamp or cost < reached[target]:
                seen[target], reached[target], came[target], came_from[target] = stamp, cost, step, -1
                heapq.heappush(heap, (cost + bound[target], cost, np.int64(target)))
    while len(heap) > 0:
        _, cost, state = heapq.heappop(heap)
        if cost > reached[state]:
            continue
        if state == sink:
            count, at = 0, sink
            while at >= 0:
                out[count] = came[at]
                at = came_from[at]
                count += 1
            out[:count] = out[:count][::-1].copy()
            return count, cost
        for step in range(offsets[state], offsets[state + 1]):
            target, longer = targets[step], cost + costs[step]
            if longer >= FAR or bound[target] >= FAR or _touches(step, state, targets, departs, behind, stamp):
                continue
            if seen[target] != stamp or longer < reached[target]:
                seen[target], reached[target], came[target], came_from[target] = stamp, longer, step, state
                heapq.heappush(heap, (longer + bound[target], longer, np.int64(target)))
    return 0, np.int64(0)


@kernel
def paths(offsets, targets, departs, costs, bound, tree, source, sink, wanted):
    """The first ``wanted`` simple paths: where each ends in the second array, the steps, the impedances.

    ``pool`` holds the paths found so far, given out or not. An entry stands for the paths that start like its
    ``parent`` up to ``deviation`` (at the impedance ``base``) and do not go on by one of its barred steps (a chain in
    ``barred``); ``whole`` is the best of them, -1 while it has not been searched for.
    """
    size = len(offsets) - 1
    behind, seen = np.zeros(size, np.int32), np.zeros(size, np.int32)
    reached, came, came_from = np.empty(size, np.int64), np.empty(size, np.int32), np.empty(size, np.int32)
    out = np.empty(size + 1, np.int32)
    stamp = np.int32(0)
    pool, pooled = np.empty(1024, np.int32), 0
    path_start, path_length, found = np.empty(64, np.int64), np.empty(64, np.int64), 0
    parent, deviation, base = np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64, np.int64)
    first_bar, whole, entries = np.empty(64, np.int64), np.empty(64, np.int64), 0
    barred = np.empty((64, 2), np.int64)
    ends, values, given = np.empty(wanted, np.int64), np.empty(wanted, np.int64), 0
    answer, written = np.empty(1024, np.int32), 0
    # a heap of (impedance, serial number); equal impedances come in the order in which they were queued
    keys, serials, waiting = np.empty(1024, np.int64), np.empty(1024, np.int32), 0
    entry_of, serial = np.empty(1024, np.int32), 0
    if bound[source] < FAR:
        parent[0], deviation[0], base[0], first_bar[0], whole[0], entries = -1, 0, 0, -1, -1, 1
        entry_of[0] = 0
        waiting = push(keys, serials, waiting, bound[source], 0)
    while waiting > 0 and given < wanted:
        entry = entry_of[serials[0]]
        waiting = pop(keys, serials, waiting)
        stamp += 1
        behind[source] = stamp
        last = source
        if whole[entry] < 0:
            start = path_start[parent[entry]] if parent[entry] >= 0 else 0
            for at in range(deviation[entry]):
                step = pool[start + at]
                if departs[step] != last:
                    behind[departs[step]] = stamp
                last = targets[step]
                behind[last] = stamp
            count, cost = _tail(
                offsets,
                targets,
                departs,
                costs,
                bound,
                tree,
                sink,
                last,
                first_bar[entry],
                barred,
                behind,
                stamp,
                reached,
                came,
                came_from,
                seen,
                out,
            )
            if count == 0:
                continue
            length = deviation[entry] + count
            while pooled + length > len(pool):
                pool = grown(pool)
            if found == len(path_start):
                path_start, path_length = grown(path_start), grown(path_length)
            pool[pooled : pooled + deviation[entry]] = pool[start : start + deviation[entry]]
            pool[pooled + deviation[entry] : pooled + length] = out[:count]
            path_start[found], path_length[found] = pooled, length
            pooled += length
            whole[entry] = found
            found += 1
            if waiting > 0 and keys[0] <= base[entry] + cost:  # others come first: it has to queue again
                serial += 1
                if serial == len(entry_of):
                    entry_of, keys, serials = grown(entry_of), grown(keys), grown(serials)
                entry_of[serial] = entry
                waiting = push(keys, serials, waiting, base[entry] + cost, serial)
                continue
            begin, running = deviation[entry], base[entry]
        else:
            begin, running = np.int64(0), np.int64(0)
        path = whole[entry]
        start, length = path_start[path], path_length[path]
        simple = True
        for at in range(begin, length):
            step = pool[start + at]
            if at >= deviation[entry]:
                if entries == len(parent):
                    parent, deviation, base = grown(parent), grown(deviation), grown(base)
                    first_bar, whole, barred = grown(first_bar), grown(whole), grown(barred)
                barred[entries, 0] = step
                barred[entries, 1] = first_bar[entry] if at == deviation[entry] else -1
                best = FAR
                for way in range(offsets[last], offsets[last + 1]):
                    cost = costs[way] + bound[targets[way]]
                    if cost < best and _is_open(way, last, entries, barred, targets, departs, behind, stamp, costs):
                        best = cost
                if best < FAR:
                    parent[entries], deviation[entries], base[entries] = path, at, running
                    first_bar[entries], whole[entries] = entries, -1
                    serial += 1
                    if serial == len(entry_of):
                        entry_of, keys, serials = grown(entry_of), grown(keys), grown(serials)
                    entry_of[serial] = entries
                    waiting = push(keys, serials, waiting, running + best, serial)
                    entries += 1
            running += costs[step]
            if _touches(step, last, targets, departs, behind, stamp):
                simple = False  # what follows this step is no simple path either
                break
            behind[departs[step]] = stamp
            last = targets[step]
            behind[last] = stamp
        if simple:
            while written + length > len(answer):
                answer = grown(answer)
            answer[written : written + length] = pool[start : start + length]
            written += length
            ends[given], values[given] = written, running
            given += 1
    return ends[:given], answer[:written], values[:given]
