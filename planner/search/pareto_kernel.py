"""The compiled kernel of exact Pareto sets; ``planner.search.pareto`` is its front."""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False

from __future__ import annotations

import numpy as np

from planner.search.kernels import FAR, grown, kernel, part


@part
def _dominated(vector, mask, state, head, following, labels, masks, count):
    """Whether a label kept at the state is at least as good in all criteria but the first, which is so by the order.

    It must also have touched no state of a mask that the other has not, so that it may go on wherever that one may.
    """
    at = head[state]
    while at >= 0:
        better = masks[at] & ~mask == 0
        for criterion in range(1, count):
            if labels[at, criterion] > vector[criterion]:
                better = False
                break
        if better:
            return True
        at = following[at]
    return False


@part
def _keep(label, state, head, following, labels, masks, count):
    """Keep a label at its state, and drop those that it is at least as good as in all criteria but the first."""
    before, at = -1, head[state]
    while at >= 0:
        worse = masks[label] & ~masks[at] == 0
        for criterion in range(1, count):
            if labels[at, criterion] < labels[label, criterion]:
                worse = False
                break
        if worse:
            if before < 0:
                head[state] = following[at]
            else:
                following[before] = following[at]
        else:
            before = at
        at = following[at]
    following[label] = head[state]
    head[state] = label


@part
def _ruled_out(vector, sink, head, following, labels, count, slack):
    """Whether a complete path is so good that what this vector can still become is not wanted."""
    at = head[sink]
    while at >= 0:
        better = True
        for criterion in range(1, count):
            allowed = vector[criterion] if slack == 1.0 else np.int64(vector[criterion] * slack)
            if labels[at, criterion] > allowed:
                better = False
                break
        if better:
            return True
        at = following[at]
    return False


@part
def _before(one, other, hopes, count):
    """Whether one label comes before another: in the lexicographic order of their hopes, then of their numbers."""
    for criterion in range(count):
        if hopes[one, criterion] != hopes[other, criterion]:
            return hopes[one, criterion] < hopes[other, criterion]
    return one < other


@part
def _push(heap, waiting, label, hopes, count):
    at = waiting
    while at > 0:
        above = (at - 1) >> 1
        if not _before(label, heap[above], hopes, count):
            break
        heap[at] = heap[above]
        at = above
    heap[at] = label
    return waiting + 1


@part
def _pop(heap, waiting, hopes, count):
    """Take the first label, which is at index 0, off the heap."""
    waiting -= 1
    label = heap[waiting]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= waiting:
            break
        if below + 1 < waiting and _before(heap[below + 1], heap[below], hopes, count):
            below += 1
        if not _before(heap[below], label, hopes, count):
            break
        heap[at] = heap[below]
        at = below
    heap[at] = label
    return waiting


@kernel
def start(size, source, bounds):
    """The arrays of a search before its first round; see ``search``."""
    count, room = bounds.shape[0], 1024
    labels, hopes = np.zeros((room, count), np.int64), np.zeros((room, count), np.int64)
    states, steps = np.empty(room, np.int32), np.empty(room, np.int32)
    parents, following, heap = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    states[0], parents[0], steps[0] = source, -1, -1
    masks = np.zeros(room, np.int64)
    hopes[0] = bounds[:, source]
    heap[0] = 0
    return labels, hopes, states, steps, parents, masks, following, heap, np.full(size, -1, np.int64)


@kernel
def search(
    offsets,
    targets,
    departs,
    bits,
    costs,
    bounds,
    sink,
    slack,
    most,
    labels,
    hopes,
    states,
    steps,
    parents,
    masks,
    following,
    heap,
    head,
    used,
    waiting,
):
    """Take up to ``most`` labels off the heap, in the lexicographic order of what they can become at best (``hopes``).

    ``costs`` and ``bounds`` have one row a criterion. Since labels come in that order, one that is kept at a state is
    never worse in the first criterion than one that comes later: dominance looks at the others only (Pulido, Mandow,
    Perez de la Cruz 2015). ``bits`` names the states that a path may come back to with profit, each by a bit of its
    own: a label's mask has those it has touched, and it does not touch one twice. Gives back the arrays, which may have
    grown, the numbers of labels made and waiting, and the labels that reached the sink.
    """
    count = bounds.shape[0]
    hope = np.empty(count, np.int64)
    arrived, arrivals = np.empty(64, np.int64), 0
    taken = 0
    while waiting > 0 and taken < most:
        label = heap[0]
        waiting = _pop(heap, waiting, hopes, count)
        taken += 1
        state = states[label]
        if _dominated(labels[label], masks[label], state, head, following, labels, masks, count):
            continue
        if _ruled_out(hopes[label], sink, head, following, labels, count, slack):
            continue
        _keep(label, state, head, following, labels, masks, count)
        if state == sink:
            if arrivals == len(arrived):
                arrived = grown(arrived)
            arrived[arrivals] = label
            arrivals += 1
            continue
        for step in range(offsets[state], offsets[state + 1]):
            target = targets[step]
            if costs[0, step] >= FAR or bounds[0, target] >= FAR:
                continue
            if used == len(states):
                labels, hopes, states, steps = grown(labels), grown(hopes), grown(states), grown(steps)
                parents, masks, following, heap = grown(parents), grown(masks), grown(following), grown(heap)
            mask = masks[label]
            if departs[step] != state:
                if mask & bits[departs[step]]:
                    continue
                mask |= bits[departs[step]]
            if mask & bits[target]:
                continue
            mask |= bits[target]
            for criterion in range(count):
                labels[used, criterion] = labels[label, criterion] + costs[criterion, step]
                hope[criterion] = labels[used, criterion] + bounds[criterion, target]
            if _dominated(labels[used], mask, target, head, following, labels, masks, count):
                continue
            if _ruled_out(hope, sink, head, following, labels, count, slack):
                continue
            hopes[used] = hope
            states[used], steps[used], parents[used], following[used] = target, step, label, -1
            masks[used] = mask
            waiting = _push(heap, waiting, used, hopes, count)
            used += 1
    return (labels, hopes, states, steps, parents, masks, following, heap, head), used, waiting, arrived[:arrivals]
