"""How the best value of a pair of places changes, and all pairs summed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geodata import records
from planner.price.measures import MEASURES

Pair = tuple[str, str]
"""Origin and destination, node ids."""

STATUSES: dict[str, str] = {
    "newly_connected": "no route before, one after",
    "improved": "the best route takes less",
    "unchanged": "the best route takes the same",
    "worse": "the best route takes more",
    "cut_off": "a route before, none after",
    "not_connected": "no route before and none after",
}
"""What can become of a pair. Adding alone brings neither ``worse`` nor ``cut_off``: these come of records replaced."""


@dataclass(frozen=True, slots=True)
class Change:
    """The least value of a criterion for a pair; None where no route joins it.

    ``change`` is after less before: below zero is a saving. ``uses_added`` says whether the best route after passes an
    added segment; where nothing changes the route stays where it was. ``closures_before`` and ``closures_after`` are
    those in force that every best route runs into.
    """

    before: float | None
    after: float | None
    change: float | None
    status: str
    uses_added: bool
    closures_before: tuple[records.Closure, ...] = ()
    closures_after: tuple[records.Closure, ...] = ()

    @property
    def saving(self) -> float:
        """By how much less it takes; 0 where it does not."""
        return max(0.0, -(self.change or 0.0))

    @property
    def saving_percent(self) -> float:
        return 100.0 * self.saving / self.before if self.before else 0.0

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: getattr(self, name) for name in ("before", "after", "change", "status", "uses_added")
        }
        for name in ("closures_before", "closures_after"):
            found[name] = [{"id": row.id, "kind": row.kind} for row in getattr(self, name)]
        return found


@dataclass(frozen=True)
class PairChange:
    """A pair of places with its change by every criterion, each of its own best routes."""

    origin: str
    destination: str
    changes: Mapping[str, Change]

    def as_dict(self) -> dict[str, Any]:
        by = {MEASURES[key].field: change.as_dict() for key, change in self.changes.items()}
        return {"origin": self.origin, "destination": self.destination, **by}


@dataclass(frozen=True, slots=True)
class Summary:
    """All pairs by one criterion. Savings are those of the improved pairs, None where there is none.

    ``largest_at`` and ``largest_percent_at`` are the pairs that save the most.
    """

    criterion: str
    pairs: int
    counts: Mapping[str, int]
    using_added: int
    mean_saving: float | None
    median_saving: float | None
    largest_saving: float | None
    largest_at: Pair | None
    mean_saving_percent: float | None
    median_saving_percent: float | None
    largest_saving_percent: float | None
    largest_percent_at: Pair | None

    def as_dict(self) -> dict[str, Any]:
        unit = MEASURES[self.criterion].field.rpartition("_")[2]
        return {
            "pairs": self.pairs,
            **self.counts,
            "using_added": self.using_added,
            **{f"{name}_saving_{unit}": getattr(self, f"{name}_saving") for name in ("mean", "median", "largest")},
            "largest_at": list(self.largest_at) if self.largest_at else None,
            **{
                f"{name}_saving_percent": getattr(self, f"{name}_saving_percent")
                for name in ("mean", "median", "largest")
            },
            "largest_percent_at": list(self.largest_percent_at) if self.largest_percent_at else None,
        }


@dataclass(frozen=True, slots=True)
class ConsignmentChange:
    """All pairs by the generalized cost of a cargo."""

    cargo: str
    tonnes: float
    teu: int
    summary: Summary

    def as_dict(self) -> dict[str, Any]:
        return {"cargo": self.cargo, "tonnes": self.tonnes, "teu": self.teu, **self.summary.as_dict()}
