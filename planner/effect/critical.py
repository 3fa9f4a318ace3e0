"""Which segments are critical for which pairs, before and after: each closed alone, for all pairs at once."""

from __future__ import annotations

import math
from collections.abc import Mapping

from planner.effect import routes as effect_routes
from planner.effect.answer import CriticalChange
from planner.effect.changes import Pair
from planner.effect.routes import Progress, Routes, Segments
from planner.effect.sides import ROUNDING, NetworkSide
from planner.search import compiled as engine, matrix

CRITICAL_SHARE = 0.2
"""A segment is critical for a pair when closing it alone makes the best route worse by this share, or cuts it off."""

Shares = dict[str, dict[Pair, float]]
"""Segment as stated -> the pairs it is critical for, each with the share by which its closing makes them worse."""


def compared(routes: Routes, tell: Progress) -> tuple[tuple[CriticalChange, ...], tuple[CriticalChange, ...]]:
    """The segments that become critical for some pair, and those that no longer are for some, the most pairs first."""
    before = _critical(routes.sides[0], routes.before, lambda share: tell(share / 2))
    after = _critical(routes.sides[1], routes.after, lambda share: tell(0.5 + share / 2))
    return _rows(routes, before, after, became=True), _rows(routes, before, after, became=False)


def _critical(side: NetworkSide, routes: Mapping[Pair, Segments], tell: Progress) -> Shares:
    """Only segments on a pair's best route can be critical for it; a split one is closed with all its parts."""
    by, places = side.request.by, side.scope.places
    least = side.impedances(by, side.made)
    users = effect_routes.users(routes)
    found: Shares = {}
    for number, (key, pairs) in enumerate(users.items()):
        starts = list(dict.fromkeys(start for start, _ in pairs))
        rows = matrix.impedances(side.made, by, starts, places, side.network.catalog.parts_of(key)).tolist()
        for start, end in pairs:
            value, shut = least[start, end], rows[starts.index(start)][places.index(end)]
            if shut >= engine.FAR:
                found.setdefault(key, {})[start, end] = math.inf
            elif shut > value + ROUNDING and shut - value >= CRITICAL_SHARE * value > 0:
                found.setdefault(key, {})[start, end] = (shut - value) / value
        tell((number + 1) / len(users))
    return found


def _rows(routes: Routes, before: Shares, after: Shares, *, became: bool) -> tuple[CriticalChange, ...]:
    known = {**routes.sides[0].network.catalog.stated_segments, **routes.sides[1].network.catalog.stated_segments}
    now, other = (after, before) if became else (before, after)
    rows = []
    for key, shares in now.items():
        new = {pair: share for pair, share in shares.items() if pair not in other.get(key, {})}
        if new:
            worst = max(new, key=lambda pair: new[pair])
            old, current = before.get(key, {}), after.get(key, {})
            rows.append(
                CriticalChange(
                    key,
                    known[key],
                    len(old),
                    len(current),
                    len(current.keys() - old.keys()),
                    len(old.keys() - current.keys()),
                    worst,
                    None if math.isinf(new[worst]) else 100 * new[worst],
                    key in routes.sides[1].scope.added,
                )
            )
    return tuple(sorted(rows, key=lambda row: (-(row.became if became else row.ceased), row.id)))
