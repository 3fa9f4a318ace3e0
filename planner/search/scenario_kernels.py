"""The compiled kernels of many searches at once; their fronts are ``whatif`` and ``matrix``."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False

from __future__ import annotations

import heapq

import numpy as np

from planner.search.kernels import FAR, grown, kernel, pop, push


@kernel
def closures(offsets, targets, costs, bound, best, source, sink, shut_offsets, shut_steps):
    """The shortest path of each scenario, whose closed steps are a row of ``shut_steps``.

    ``best`` is the shortest path with nothing closed: a scenario that closes no step of it changes nothing. For the
    others ``bound``, the impedance from each state to the sink with nothing closed, never overestimates (A*). Gives the
    values (FAR where the sink is cut off), and the paths of those that change: where each ends, and the steps.
    """
    size, count = len(offsets) - 1, len(shut_offsets) - 1
    values = np.full(count, bound[source], np.int64)
    ends, steps, written = np.zeros(count, np.int64), np.empty(1024, np.int32), 0
    on_best, shut = np.zeros(len(targets), np.bool_), np.zeros(len(targets), np.int32)
    seen, reached = np.zeros(size, np.int32), np.empty(size, np.int64)
    came, came_from = np.empty(size, np.int32), np.empty(size, np.int32)
    for step in best:
        on_best[step] = True
    for scenario in range(count):
        touched = False
        stamp = scenario + 1
        for at in range(shut_offsets[scenario], shut_offsets[scenario + 1]):
            shut[shut_steps[at]] = stamp
            touched = touched or on_best[shut_steps[at]]
        ends[scenario] = written
        if not touched:
            continue
        values[scenario] = FAR
        seen[source], reached[source] = stamp, 0
        heap = [(bound[source], np.int64(0), np.int64(source))]
        while len(heap) > 0:
            _, cost, state = heapq.heappop(heap)
            if cost > reached[state]:
                continue
            if state == sink:
                values[scenario] = cost
                break
            for step in range(offsets[state], offsets[state + 1]):
                target, longer = targets[step], cost + costs[step]
                if longer >= FAR or bound[target] >= FAR or shut[step] == stamp:
                    continue
                if seen[target] != stamp or longer < reached[target]:
                    seen[target], reached[target], came[target], came_from[target] = stamp, longer, step, state
                    heapq.heappush(heap, (longer + bound[target], longer, np.int64(target)))
        if values[scenario] < FAR:
            first, at = written, sink
            while at != source:
                if written == len(steps):
                    steps = grown(steps)
                steps[written] = came[at]
                at = came_from[at]
                written += 1
            steps[first:written] = steps[first:written][::-1].copy()
        ends[scenario] = written
    return values, ends, steps[:written]


@kernel
def matrix(
    offsets,
    targets,
    departs,
    costs,
    origins,
    origin_offsets,
    origin_states,
    destination_offsets,
    destination_states,
    unloading,
    values,
    doubtful,
):
    """Least impedances from each origin (a start state) to each destination (a row of states, with their unloading).

    States of arriving at the origin (``origin_states``) are not entered. Where the path found touches a state twice, or
    the destination before its end, ``doubtful`` is set: the least simple path may take more.
    """
    size = len(offsets) - 1
    came, came_from = np.empty(size, np.int32), np.empty(size, np.int32)
    touched, stamp = np.zeros(size, np.int64), 0
    reach = np.empty(size, np.int64)
    keys, states = np.empty(len(targets) + 2, np.int64), np.empty(len(targets) + 2, np.int32)
    for row in range(len(origins)):
        reach[:] = FAR
        reach[origins[row]] = 0
        for at in range(origin_offsets[row], origin_offsets[row + 1]):
            reach[origin_states[at]] = -1
        keys[0], states[0] = 0, origins[row]
        count = 1
        while count > 0:
            cost, state = keys[0], states[0]
            count = pop(keys, states, count)
            if cost > reach[state]:
                continue
            for step in range(offsets[state], offsets[state + 1]):
                longer, target = cost + costs[step], targets[step]
                if longer < reach[target]:
                    reach[target] = longer
                    came[target], came_from[target] = step, state
                    count = push(keys, states, count, longer, target)
        for column in range(len(destination_offsets) - 1):
            best, state = FAR, -1
            stamp += 1
            for at in range(destination_offsets[column], destination_offsets[column + 1]):
                end = destination_states[at]
                touched[end] = stamp
                if reach[end] >= 0 and reach[end] + unloading[at] < best:
                    best, state = reach[end] + unloading[at], end
            values[row, column] = best
            doubtful[row, column] = False
            while state >= 0:
                step, before = came[state], came_from[state]
                if before == origins[row]:
                    break
                if touched[before] == stamp or (departs[step] != before and touched[departs[step]] == stamp):
                    doubtful[row, column] = True
                    break
                touched[before] = stamp
                touched[departs[step]] = stamp
                state = before
