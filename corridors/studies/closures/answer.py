"""The answer of closures: what each one on the best routes costs and cuts off, as values, tables and a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.answers.report import headline
from corridors.studies.evidence import results as evidence_results
from corridors.studies.study import Answer
from maps.closure_marks import mark_notes, marked
from maps.tables.of_routes import load_text
from maps.tables.table import Table
from planner.closure_costs import Closed
from planner.price.measures import MEASURES
from planner.price.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from corridors.studies.closures import tables as closure_tables
from corridors.studies.closures.found import ResilienceStudy, ids, value

PLURALS = {"country": "countries", "crossing": "crossings", "place": "places", "segment": "segments"}


@dataclass(frozen=True)
class Resilience(ResilienceStudy, Answer):
    """What was found, as an answer of a study."""

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        rows = [
            (row.thing.id, route)
            for row in (*self.closed, *self.real)
            for route in (row.route, self.then(row))
            if route is not None
        ]
        then = [] if self.applied is None or self.applied.best is None else [("best, applied", self.applied.best)]
        return (*(("best now", route) for route in self.routes), *then, *rows)

    def _row(self, row: Closed) -> dict[str, Any]:
        known = row.route
        found: dict[str, Any] = {
            "kind": row.thing.kind,
            "id": row.thing.id,
            "title": row.thing.title,
            "closes": list(row.thing.segments),
            "cut_off": known is None,
            "extra": None if known is None else {MEASURES[key].field: self.extra(row, key) for key in MEASURES},
            "best": _route(known),
        }
        if self.applied is not None:
            then = self.then(row)
            both = then is not None and self.applied.best is not None
            found |= {
                "cut_off_applied": then is None,
                "extra_applied": {MEASURES[key].field: self.extra_applied(row, key) for key in MEASURES}
                if both
                else None,
                "best_applied": _route(then),
            }
        return found

    def body(self) -> dict[str, Any]:
        return {
            "by": self.request.by,
            "unit": MEASURES[self.request.by].unit,
            "routes": [_route(route) for route in self.routes],
            **self._worlds(),
            "closed": [self._row(row) for row in self.closed],
            "in_force": [{**self._row(row), "closure_kind": self.kind_of(row)} for row in self.real],
            "date": self.request.day.isoformat(),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "single_points_of_failure": [{"kind": row.thing.kind, "id": row.thing.id} for row in self.single_points],
            "segment_disjoint_routes": self.disjoint.routes,
            "minimum_cut": list(self.disjoint.cut),
            "evidence": [row.body() for row in self.evidence],
        }

    def _worlds(self) -> dict[str, Any]:
        """Which worlds the rows are of, and the best of the second one."""
        if self.applied is None:
            return {"worlds": ["closures_applied" if self.request.closures == "apply" else "all_open"]}
        cut = [{"kind": row.thing.kind, "id": row.thing.id} for row in self.closed if self.then(row) is None]
        return {
            "worlds": ["all_open", "closures_applied"],
            "best_applied": _route(self.applied.best),
            "single_points_of_failure_applied": cut,
            "segment_disjoint_routes_applied": self.applied.disjoint.routes,
            "minimum_cut_applied": list(self.applied.disjoint.cut),
        }

    def figure(self) -> Figure:
        from maps.figures import closures as figure_closures, paper as sheet

        names, by = self.network.nodes, self.request.by
        bars = [
            figure_closures.Bar(
                kind,
                titles,
                None if rows[0].route is None else self.extra(rows[0], by),
                self.way(rows[0]),
                self._after_bar(rows[0]),
            )
            for kind, titles, rows in self._alike()
        ]
        ends = f"{names[self.request.origin].name} - {names[self.request.destination].name}"
        now = marked(f"best now: {value(self.best, by):,.0f}", self.best)
        drawn = figure_closures.figure(
            f"{ends}: what each closure costs",
            f"extra {MEASURES[by].title}, {MEASURES[by].unit} ({now})",
            bars,
        )
        ends = f"{names[self.request.origin].name} to {names[self.request.destination].name}"
        about = [
            headline(self.network.catalog, f"{ends}; {load_text(self.request.consignment)}"),
            f"{closure_tables.ways(self.disjoint)}; after the bars stands the new best route; a closure of the data "
            "counts as if it shut its lines fully",
        ]
        left = figure_closures.left(bars)
        about += [f"not drawn: {left} more that cost less than these"] if left else []
        about += mark_notes([self.best, *(row.route for row in (*self.closed, *self.real))])
        if any(self.differs(row) for _, _, rows in self._alike() for row in rows):
            about.append(closure_tables.two_worlds(self))
        drawn = sheet.captioned(drawn, [*about, *self._unchanged(), *closure_tables.rules(self)[1:-1], *self.notes])
        return evidence_results.below(drawn, self.evidence)

    def _after_bar(self, row: Closed) -> str:
        """What must stand after a bar whatever its length: the mark of a closure, and the other world."""
        mark = marked("", row.route).strip()
        if not self.differs(row):
            return mark
        extra = self.extra_applied(row, self.request.by)
        then = "no route" if extra is None else "cut off" if math.isinf(extra) else f"{extra:+,.1f}"
        return f"{mark} (applied: {then})".strip()

    def _unchanged(self) -> list[str]:
        """What would change nothing, in one line: the real closures by their titles, other things by their number."""
        found: dict[str, list[str]] = {}
        for row in (*self.closed, *self.real):
            if self.stays(row):
                found.setdefault(row.thing.kind, []).append(row.thing.title)
        texts = [
            "; ".join(titles) if kind == "closure" else f"{len(titles)} {PLURALS[kind]}"
            for kind, titles in found.items()
        ]
        return [f"these change nothing, the best route stays: {'; '.join(texts)}"] if texts else []

    def _alike(self) -> list[tuple[str, tuple[str, ...], list[Closed]]]:
        """What has the same new best, by kind: kind, titles, closures. The real closures stand each alone. What leaves
        the best route as it is has no bar.
        """
        found: dict[tuple[Any, ...], list[Closed]] = {}
        for row in (row for row in self.ranked if not self.stays(row)):
            found.setdefault((row.thing.kind, ids(row.route), ids(self.then(row))), []).append(row)
        groups = [(kind, tuple(row.thing.title for row in rows), rows) for (kind, *_), rows in found.items()]
        real = [row for row in self.real if not self.stays(row)]
        return [*groups, *((row.thing.kind, (row.thing.title,), [row]) for row in real)]

    def tables(self) -> tuple[Table, ...]:
        return closure_tables.tables(self)


def _route(route: Route | None) -> dict[str, Any] | None:
    """A route as the JSON answer has it."""
    if route is None:
        return None
    return {
        **route.figures(),
        "corridors": list(route.corridors),
        "segments": list(route.segment_ids),
        "warnings": list(route.warnings),
        "closures": route.closure_rows(),
    }
