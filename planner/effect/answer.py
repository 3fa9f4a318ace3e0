"""What added segments change, as frozen values: for every pair of places, for routes, segments and consignments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geodata import records
from planner import closures, frames
from planner.effect.changes import ConsignmentChange, Pair, PairChange, Summary
from planner.effect.scope import Scope
from planner.network import Network
from planner.price.hubs import OPERATIONS
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.shown import Shown

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Moved:
    """A pair whose best route by the main criterion passes an added segment; ``before`` None where there was none.

    What it saves by the main criterion it may pay for in the others.
    """

    origin: str
    destination: str
    before: Route | None
    after: Route

    def difference(self, criterion_id: str) -> float | None:
        """After less before, of these two routes."""
        return None if self.before is None else self.after.value(criterion_id) - self.before.value(criterion_id)

    def operations(self, operation: str) -> tuple[int, int]:
        """How often the two routes need a hub operation, before and after."""
        return _count(self.before, operation), _count(self.after, operation)

    def as_dict(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "destination": self.destination,
            "before": _route_dict(self.before),
            "after": _route_dict(self.after),
            "change": {row.field: self.difference(key) for key, row in MEASURES.items()} if self.before else None,
            "operations": {key: dict(zip(("before", "after"), self.operations(key), strict=True)) for key in OPERATIONS}
            if self.before
            else None,
        }


def _kinds(found: Iterable[records.Closure]) -> str:
    """'closed: pak_afg_chaman; seasonal: salang_winter'."""
    return "; ".join(f"{row.kind}: {row.id}" for row in found)


def _count(route: Route | None, operation: str) -> int:
    return sum(hub.operation == operation for hub in route.hubs) if route else 0


def _route_dict(route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    return {
        **route.figures(),
        "unbuilt_km": route.unbuilt_km,
        "segments": list(route.segment_ids),
        "nodes": list(route.nodes),
        "warnings": list(route.warnings),
        "closures": route.closure_rows(),
    }


@dataclass(frozen=True, slots=True)
class OperationChange:
    """A hub operation on the routes that moved and had one before: how often, and the hours and USD of it."""

    operation: str
    before: int
    after: int
    saved: int
    added: int
    before_h: float
    after_h: float
    before_usd: float
    after_usd: float

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class SegmentUse:
    """A segment as the files state it (parts count as their whole): how many pairs' best routes pass it."""

    id: str
    segment: records.Segment
    before: int
    after: int
    is_added: bool

    @property
    def change(self) -> int:
        return self.after - self.before

    def as_dict(self) -> dict[str, Any]:
        segment = self.segment
        return {
            "segment": self.id,
            "from": segment.from_node,
            "to": segment.to_node,
            "mode": segment.mode,
            "status": segment.status,
            "added": self.is_added,
            "pairs_before": self.before,
            "pairs_after": self.after,
            "pairs_change": self.change,
        }


@dataclass(frozen=True, slots=True)
class CriticalChange:
    """For how many pairs a segment is critical, and for which it hurts most that it is so now, or was.

    Critical: closing it alone cuts the pair off or makes it worse by the share of ``effect.CRITICAL_SHARE``.
    ``worst_percent`` is None where the closure cuts ``worst_at`` off.
    """

    id: str
    segment: records.Segment
    before: int
    after: int
    became: int
    ceased: int
    worst_at: Pair
    worst_percent: float | None
    is_added: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "segment": self.id,
            "added": self.is_added,
            "pairs_before": self.before,
            "pairs_after": self.after,
            "became_for_pairs": self.became,
            "ceased_for_pairs": self.ceased,
            "worst_at": list(self.worst_at),
            "worst_percent": self.worst_percent,
            "worst_cuts_off": self.worst_percent is None,
        }


@dataclass(frozen=True, repr=False)
class Effect(Shown):
    """What added segments change between two networks; ``lines`` are ``segments`` by part, for maps.

    ``became_critical`` and ``no_longer_critical`` may name the same segment, for different pairs.
    """

    scope: Scope
    before: Network
    after: Network
    pairs: tuple[PairChange, ...]
    summaries: Mapping[str, Summary]
    moved: tuple[Moved, ...]
    operations: tuple[OperationChange, ...]
    segments: tuple[SegmentUse, ...]
    lines: tuple[SegmentUse, ...]
    became_critical: tuple[CriticalChange, ...]
    no_longer_critical: tuple[CriticalChange, ...]
    consignments: tuple[ConsignmentChange, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        main = self.summaries[self.scope.by].counts
        return (
            f"<Effect of {', '.join(self.scope.added)}: {main['newly_connected']} newly connected, {main['improved']} "
            f"improved of {len(self.pairs)} pairs by {self.scope.by}>"
        )

    @cached_property
    def _in_force(self) -> dict[str, list[records.Closure]]:
        found: dict[str, list[records.Closure]] = {}
        for network in (self.before, self.after):
            found |= closures.by_segment(network.catalog, self.scope.request.day)
        return found

    def closures_on(self, key: str) -> list[records.Closure]:
        """The closures in force on a segment, as stated or a part of one."""
        parts = (key, *self.after.catalog.parts_of(key), *self.before.catalog.parts_of(key))
        found = {row.id: row for part in parts for row in self._in_force.get(part, ()) if row.kind != "open"}
        return list(found.values())

    def _with_closures(self, row: SegmentUse | CriticalChange) -> dict[str, Any]:
        return row.as_dict() | {"closures": [{"id": each.id, "kind": each.kind} for each in self.closures_on(row.id)]}

    @cached_property
    def losing(self) -> tuple[SegmentUse, ...]:
        """Existing segments that fewer pairs' best routes pass, the greatest loss first."""
        return tuple(sorted((row for row in self.segments if row.change < 0), key=lambda row: (row.change, row.id)))

    @cached_property
    def gaining(self) -> tuple[SegmentUse, ...]:
        """Segments that more pairs' best routes pass, the added ones first."""
        rows = (row for row in self.segments if row.change > 0)
        return tuple(sorted(rows, key=lambda row: (not row.is_added, -row.change, row.id)))

    def best_pairs(self) -> list[PairChange]:
        """Newly connected pairs, then the improved ones by their saving in the main criterion, the largest first."""
        by = self.scope.by
        changed = (pair for pair in self.pairs if pair.changes[by].status in ("newly_connected", "improved"))
        return sorted(changed, key=lambda pair: (pair.changes[by].change is not None, -pair.changes[by].saving))

    def rows(self) -> Iterable[dict[str, Any]]:
        """A row a pair and criterion, plain values; None where there is no route."""
        for pair in self.pairs:
            for key, change in pair.changes.items():
                percent = None if change.change is None or not change.before else 100 * change.change / change.before
                yield {
                    "origin": pair.origin,
                    "destination": pair.destination,
                    "criterion": key,
                    "unit": MEASURES[key].unit,
                    "before": change.before,
                    "after": change.after,
                    "change": change.change,
                    "change_percent": percent,
                    "status": change.status,
                    "uses_added": change.uses_added,
                    "closures_before": _kinds(change.closures_before),
                    "closures_after": _kinds(change.closures_after),
                }

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with one row a pair and criterion; ``unit`` is that of before, after and change."""
        return frames.table(self.rows())

    def as_dict(self) -> dict[str, Any]:
        """The answer in plain JSON values, numbers unrounded; None where there is no route."""
        return {
            "request": self.scope.as_dict(),
            "data": {
                name: {
                    "version": network.catalog.version,
                    "date": network.catalog.data_date.isoformat(),
                    "sha256": network.catalog.sha256,
                }
                for name, network in (("before", self.before), ("after", self.after))
            },
            "notes": list(self.notes),
            "summary": {MEASURES[key].field: row.as_dict() for key, row in self.summaries.items()},
            "pairs": [pair.as_dict() for pair in self.pairs],
            "moved": [row.as_dict() for row in self.moved],
            "operations": [row.as_dict() for row in self.operations],
            "segments": [self._with_closures(row) for row in self.segments],
            "became_critical": [self._with_closures(row) for row in self.became_critical],
            "no_longer_critical": [self._with_closures(row) for row in self.no_longer_critical],
            "consignments": [row.as_dict() for row in self.consignments],
        }
