"""Segments that lie one after the other, as stretches without a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata import records

Stretch = tuple[list[str], list[records.Segment]]
"""Places and segments in order."""


def of_segments(segments: Sequence[records.Segment]) -> list[Stretch] | None:
    """Segments as stretches without a gap, each as its places and segments in order; None where they branch.

    They run so that the first of each that is listed comes early.

    >>> import corridors
    >>> lines = corridors.load().segments
    >>> [(nodes, len(segments)) for nodes, segments in of_segments([lines["bokhtar-nizhny_panj-road"],
    ...     lines["dushanbe-bokhtar-road"], lines["khujand-oybek-road"]])]
    [(['nizhny_panj', 'bokhtar', 'dushanbe'], 2), (['khujand', 'oybek'], 1)]
    """
    at: dict[str, list[records.Segment]] = {}
    for item in segments:
        for end in (item.from_node, item.to_node):
            at.setdefault(end, []).append(item)
    if any(len(there) > 2 for there in at.values()):
        return None
    left = {item.id: item for item in segments}
    found = []
    while left:
        first = next(iter(left.values()))
        stretch = _stretch(first, at)
        if stretch is None:
            return None
        nodes, line = stretch
        if 2 * line.index(first) > len(line) - 1:  # corridors list their segments in the order of travel
            nodes, line = nodes[::-1], line[::-1]
        found.append((nodes, line))
        for item in line:
            del left[item.id]
    return found


def _stretch(one: records.Segment, at: Mapping[str, list[records.Segment]]) -> Stretch | None:
    """The stretch that a segment is part of, from one loose end to the other; None where it is a ring."""
    nodes, line = [one.from_node, one.to_node], [one]
    for _ in range(2):
        while len(at[nodes[-1]]) == 2:
            following = next(item for item in at[nodes[-1]] if item is not line[-1])
            if following is one:
                return None
            line.append(following)
            nodes.append(following.other_end(nodes[-1]))
        nodes, line = nodes[::-1], line[::-1]
    return nodes, line
