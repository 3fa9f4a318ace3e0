"""Segments that are split at places along them: each part has its share of all that the whole has.

A part is called after the whole and the place it begins at, ``almaty-uzynagash-road~halfway``, and remembers the whole
(``part_of``) and its share of it, so that facts about the whole (rates, closures, projects) hold for its parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from geodata.globe import geodesy
from geodata.records import Node, Position, Segment, is_country

SEPARATOR = "~"
"""Stands in the id of a part; no id in a file may have it."""

SAME_SHARE = 1e-9


class Spot(NamedTuple):
    """A point of a segment: its share of the drawn length, how far off the position it was sought for lies, where."""

    share: float
    off_km: float
    position: Position


def spot_near(segment: Segment, position: Position) -> Spot:
    """The point of a segment that is nearest to a position.

    The nearest point is sought in degrees, with longitudes shrunk as at the position's latitude.

    >>> line = Segment.model_validate({"id": "s", "from": "a", "to": "b", "mode": "road", "status": "operational",
    ...     "coordinates": ((60.0, 0.0), (61.0, 0.0), (64.0, 0.0))})
    >>> spot = spot_near(line, (62.0, 0.1))
    >>> round(spot.share, 3), round(spot.off_km, 1), spot.position
    (0.5, 11.1, (62.0, 0.0))
    """
    import math

    shrink = math.cos(math.radians(position[1]))
    best: tuple[float, float, Position] = (math.inf, 0.0, segment.coordinates[0])
    done_km = 0.0
    for start, end in itertools.pairwise(segment.coordinates):
        step = ((end[0] - start[0]) * shrink, end[1] - start[1])
        to = ((position[0] - start[0]) * shrink, position[1] - start[1])
        square = step[0] ** 2 + step[1] ** 2
        along = min(1.0, max(0.0, (to[0] * step[0] + to[1] * step[1]) / square)) if square else 0.0
        spot = (start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1]))
        off = math.hypot((position[0] - spot[0]) * shrink, position[1] - spot[1])
        if off < best[0]:
            best = (off, done_km + geodesy.distance_km(start, spot), spot)
        done_km += geodesy.distance_km(start, end)
    share = best[1] / done_km if done_km else 0.0
    return Spot(share, geodesy.distance_km(position, best[2]), best[2])


def apart(segment: Segment, cuts: Sequence[tuple[float, Node]]) -> list[Segment]:
    """The parts of a measured segment, in order, cut at these shares (above 0 and below 1) of its length.

    km, countries' km and, by way of ``share``, hours and USD of the parts add up to those of the whole; the border that
    the whole crosses is crossed by one of the parts.
    """
    ordered = sorted(cuts, key=lambda cut: cut[0])
    shares = [0.0, *(share for share, _ in ordered), 1.0]
    names = [segment.from_node, *(node.id for _, node in ordered), segment.to_node]
    ends = [segment.coordinates[0], *(node.position for _, node in ordered), segment.coordinates[-1]]
    vertices = _vertex_shares(segment)
    border = _border_share(segment)
    parts = []
    for at, (low, high) in enumerate(itertools.pairwise(shares)):
        inner = [position for share, position in vertices if low + SAME_SHARE < share < high - SAME_SHARE]
        country_km = _between(segment, low, high)
        crosses = border is not None and low < border <= high
        countries = segment.countries if crosses else tuple(filter(is_country, country_km))
        parts.append(
            segment.model_copy(
                update={
                    "id": f"{segment.id}{SEPARATOR}{names[at]}",
                    "from_node": names[at],
                    "to_node": names[at + 1],
                    "length_km": segment.km * (high - low),
                    "country_km": country_km,
                    "countries": countries,
                    "coordinates": (ends[at], *inner, ends[at + 1]),
                    "part_of": segment.id,
                    "share": high - low,
                }
            )
        )
    return parts


def _vertex_shares(segment: Segment) -> list[tuple[float, Position]]:
    """Each vertex with its share of the drawn length."""
    steps = [geodesy.distance_km(start, end) for start, end in itertools.pairwise(segment.coordinates)]
    whole = sum(steps) or 1.0
    return [
        (done / whole, position)
        for done, position in zip(itertools.accumulate(steps, initial=0.0), segment.coordinates, strict=True)
    ]


def _border_share(segment: Segment) -> float | None:
    """Where the border is crossed: after the first country's km; at the end where the second has none."""
    if segment.crossing is None:
        return None
    first = segment.country_km.get(segment.crossing[0], 0.0) / segment.km
    return min(max(first, SAME_SHARE), 1.0)


def _between(segment: Segment, low: float, high: float) -> dict[str, float]:
    """The km of each country between two shares, scaled so that they add up to the part's length."""
    whole = sum(segment.country_km.values())
    scale = segment.km / whole if whole else 0.0
    found: dict[str, float] = {}
    done = 0.0
    for code, km in segment.country_km.items():
        start, end = done / whole, (done + km) / whole
        done += km
        inside = min(end, high) - max(start, low)
        if inside > SAME_SHARE:
            found[code] = inside * whole * scale
    return found
