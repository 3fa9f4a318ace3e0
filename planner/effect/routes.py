"""The best routes before and after, as segments: which pairs pass which segment, and which routes moved."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from geodata import records
from geodata.catalog import Catalog
from planner.effect.answer import Moved, OperationChange, SegmentUse
from planner.effect.changes import Change, Pair
from planner.effect.sides import Sides
from planner.price.hubs import OPERATIONS

Segments = tuple[records.Segment, ...]

Progress = Callable[[float], None]
"""Is told which share of the work is done, 0 to 1."""


@dataclass(eq=False)
class Routes:
    """The best route of each pair by the main criterion, before and after.

    Where a pair's value is the same, the route is taken to stay where it was, over the parts that the network after
    has: of several best ones an arbitrary choice is not to pass for a move.
    """

    sides: Sides
    before: dict[Pair, Segments] = field(default_factory=dict)
    after: dict[Pair, Segments] = field(default_factory=dict)
    _parts: dict[str, Segments] = field(default_factory=dict)

    @classmethod
    def of(cls, sides: Sides, changes: Mapping[Pair, Change], tell: Progress) -> Routes:
        made = cls(sides)
        by = sides[1].request.by
        for at, (pair, change) in enumerate(changes.items()):
            if change.before is not None:
                made.before[pair] = sides[0].best(by, pair)
            if change.status == "unchanged":
                made.after[pair] = made._as_after(made.before[pair])
            elif change.after is not None:
                made.after[pair] = sides[1].best(by, pair)
            tell((at + 1) / len(changes))
        return made

    def segments(self) -> tuple[SegmentUse, ...]:
        """The use of each segment as stated, the most used first; what is added stands there also when unused."""
        before, after = (users(routes) for routes in (self.before, self.after))
        known = {**self.sides[0].network.catalog.stated_segments, **self.sides[1].network.catalog.stated_segments}
        keys = dict.fromkeys([*before, *after, *self.sides[1].scope.added])
        return self._uses({key: (len(before.get(key, ())), len(after.get(key, ()))) for key in keys}, known)

    def lines(self) -> tuple[SegmentUse, ...]:
        """The same for the parts that the network after has; a line that it does not have stays as it was before."""
        known: dict[str, records.Segment] = {}
        counts: dict[str, list[int]] = {}
        for at, routes in enumerate((self.before, self.after)):
            for segments in routes.values():
                passed = {part.id: part for part in (self._as_after(segments) if at == 0 else segments)}
                known |= passed
                for key in passed:
                    counts.setdefault(key, [0, 0])[at] += 1
        for part in self.sides[1].added():
            counts.setdefault(part, [0, 0])
            known[part] = self.sides[1].network.catalog.segments[part]
        return self._uses({key: (before, after) for key, (before, after) in counts.items()}, known)

    def _uses(
        self, counts: Mapping[str, tuple[int, int]], known: Mapping[str, records.Segment]
    ) -> tuple[SegmentUse, ...]:
        added = set(self.sides[1].scope.added)
        rows = [SegmentUse(key, known[key], *both, known[key].facts_id in added) for key, both in counts.items()]
        return tuple(sorted(rows, key=lambda row: (-row.after, -row.before, row.id)))

    def _as_after(self, segments: Segments) -> Segments:
        """Segments of the network before as the parts that the network after has of them."""
        found: list[records.Segment] = []
        for segment in segments:
            if segment.id not in self._parts:
                self._parts[segment.id] = self._parts_of(segment)
            found += self._parts[segment.id]
        return tuple(found)

    def _parts_of(self, segment: records.Segment) -> Segments:
        before, after = (side.network.catalog for side in self.sides)
        low, high = next(span for key, span in _spans(before, segment.facts_id) if key == segment.id)
        inside = [after.segments[key] for key, span in _spans(after, segment.facts_id) if low <= sum(span) / 2 <= high]
        return tuple(inside) or (segment,)


def _spans(catalog: Catalog, segment_id: str) -> list[tuple[str, tuple[float, float]]]:
    """The parts of a segment, each with where it begins and ends as shares of the whole."""
    keys = catalog.parts_of(segment_id)
    ends = itertools.accumulate((catalog.segments[key].share for key in keys), initial=0.0)
    return list(zip(keys, itertools.pairwise(ends), strict=True))


def users(routes: Mapping[Pair, Segments]) -> dict[str, list[Pair]]:
    """Segment as stated -> the pairs whose route passes it."""
    found: dict[str, list[Pair]] = {}
    for pair, segments in routes.items():
        for key in dict.fromkeys(segment.facts_id for segment in segments):
            found.setdefault(key, []).append(pair)
    return found


def moved(routes: Routes, changes: Mapping[Pair, Change]) -> tuple[Moved, ...]:
    """The pairs whose best route passes an added segment: the new ones first, then by their saving."""
    before, after = routes.sides
    rows = [(pair, change) for pair, change in changes.items() if change.uses_added]
    rows.sort(key=lambda row: (row[1].before is not None, -row[1].saving))
    return tuple(
        Moved(
            *pair,
            before.route(pair[0], routes.before[pair]) if pair in routes.before else None,
            after.route(pair[0], routes.after[pair]),
        )
        for pair, _ in rows
    )


def operations(rows: tuple[Moved, ...]) -> tuple[OperationChange, ...]:
    """Every kind of hub operation on the routes that moved and had a route before."""
    found = []
    for operation in OPERATIONS:
        counts = [row.operations(operation) for row in rows if row.before is not None]
        took = [
            [hub.amounts for route in routes for hub in route.hubs if hub.operation == operation]
            for routes in (
                [row.before for row in rows if row.before is not None],
                [row.after for row in rows if row.before is not None],
            )
        ]
        found.append(
            OperationChange(
                operation,
                sum(old for old, _ in counts),
                sum(new for _, new in counts),
                sum(max(0, old - new) for old, new in counts),
                sum(max(0, new - old) for old, new in counts),
                *(math.fsum(item.time_h for item in listed) for listed in took),
                *(math.fsum(item.cost_usd for item in listed) for listed in took),
            )
        )
    return tuple(found)
