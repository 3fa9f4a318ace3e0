"""Answers: Route, Leg and HubStop, frozen. A route's totals are the sums of its legs and hub stops.

A route is made by ``planner.dressed`` alone, which gives it its warnings.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geodata import details, records
from planner import frames
from planner.price import amounts as amounts_, measures, sampling
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.estimates import Values
from planner.shown import Shown

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Leg:
    """The longest stretch in one mode and gauge, from one place to another, over ``segments`` in order."""

    mode: str
    gauge_mm: int | None
    start: str
    end: str
    segments: tuple[records.Segment, ...]
    nodes: tuple[str, ...]
    amounts: Amounts
    parts: tuple[Amounts, ...] = field(repr=False)

    @property
    def coordinates(self) -> list[tuple[float, float]]:
        """The drawn line in the direction of travel, (lon, lat)."""
        line: list[tuple[float, float]] = []
        for node, segment in zip(self.nodes, self.segments, strict=False):
            points = list(segment.coordinates) if segment.from_node == node else list(reversed(segment.coordinates))
            line += points[1:] if line else points
        return line

    @property
    def km_by_country(self) -> dict[str, float]:
        """In order of travel; km at sea stand under ``sea``."""
        shares: list[tuple[str, float]] = []
        for node, segment in zip(self.nodes, self.segments, strict=False):
            parts = list(segment.country_km.items())
            shares += parts if segment.from_node == node else parts[::-1]
        return km_by(shares)


@dataclass(frozen=True)
class HubStop:
    """A hub operation on the way; ``at_km`` is its distance from the origin."""

    node: str
    operation: str
    detail: str
    at_km: float
    amounts: Amounts


SAME_KM = 1e-6
"""Within this many km a hub operation stands at a place."""


@dataclass(frozen=True, slots=True)
class Step:
    """One segment of a leg (number ``leg``, from 0), or one hub operation (``hub``), in order of travel."""

    start: str
    end: str
    leg: int
    amounts: Amounts
    segment: records.Segment | None = None
    hub: HubStop | None = None


@dataclass(frozen=True)
class Priced:
    """Segments in order of travel with all they take: no answer yet, since nothing is said of what is closed on it.

    ``priced_with`` works the same way out with other figures of the rates: central ones, or draws as arrays.
    """

    legs: tuple[Leg, ...]
    hubs: tuple[HubStop, ...]
    consignment: Consignment
    priced_with: Callable[[Values], Priced] = field(repr=False, compare=False)

    @cached_property
    def amounts(self) -> Amounts:
        """Totals of all parts of legs and hub stops, each sum rounded once, whatever their order."""
        return amounts_.total([*(part for leg in self.legs for part in leg.parts), *(hub.amounts for hub in self.hubs)])

    @property
    def distance_km(self) -> float:
        return self.amounts.distance_km

    @property
    def time_h(self) -> float:
        return self.amounts.time_h

    @property
    def cost_usd(self) -> float:
        return self.amounts.cost_usd

    @property
    def co2e_kg(self) -> float:
        return self.amounts.co2e_kg

    @property
    def generalized_usd(self) -> float:
        return self.value("generalized")

    def value(self, measure_id: str) -> float:
        """The total by a measure, in its unit."""
        return measures.MEASURES[measure_id].value(self.amounts, self.consignment)

    @cached_property
    def estimates(self) -> dict[str, float]:
        """Hours, USD and what else is ranged: P10 and P90 of the draws of all rates, then the total at central rates.

        The draws are those of ``planner.price.sampling``, with all crossings on the way open; keys are fields with
        their units (``time_h_p10``).
        """
        drawn, central = self.priced_with("drawn"), self.priced_with("central")
        found: dict[str, float] = {}
        for row in measures.ranged():
            low, high = sampling.p10_p90(row.value(drawn.amounts, drawn.consignment))
            name = row.field
            found |= {f"{name}_p10": low, f"{name}_p90": high, f"{name}_central": central.value(row.id)}
        return found

    def figures(self) -> dict[str, float]:
        """The total by each criterion under its field, and the ranges of hours and USD beside them."""
        return {**self._by_field(), **self.estimates}

    def _by_field(self) -> dict[str, float]:
        return {row.field: self.value(row.id) for row in measures.MEASURES.values()}

    def interval(self, name: str) -> tuple[float, float]:
        """P10 and P90 of the field of a ranged measure, as ``time_h``."""
        return self.estimates[f"{name}_p10"], self.estimates[f"{name}_p90"]

    @cached_property
    def segments(self) -> tuple[records.Segment, ...]:
        return tuple(segment for leg in self.legs for segment in leg.segments)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Segments and hub operations in order of travel; each hub operation before the segment that needs it."""
        found: list[Step] = []
        waiting = list(self.hubs)
        at_km, number = 0.0, 0
        for number, leg in enumerate(self.legs):
            for (start, end), segment, took in zip(itertools.pairwise(leg.nodes), leg.segments, leg.parts, strict=True):
                while waiting and waiting[0].at_km <= at_km + SAME_KM:
                    hub = waiting.pop(0)
                    found.append(Step(hub.node, hub.node, number, hub.amounts, hub=hub))
                found.append(Step(start, end, number, took, segment=segment))
                at_km += took.distance_km
        return (*found, *(Step(hub.node, hub.node, number, hub.amounts, hub=hub) for hub in waiting))

    @property
    def segment_ids(self) -> tuple[str, ...]:
        return tuple(segment.id for segment in self.segments)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every place passed, in order; a place where legs meet stands once."""
        return (self.legs[0].start, *(node for leg in self.legs for node in leg.nodes[1:]))

    @property
    def km_by_status(self) -> dict[str, float]:
        by_status = km_by((segment.status, segment.km) for segment in self.segments)
        return {status: by_status[status] for status in records.STATUSES if status in by_status}

    @property
    def km_by_mode(self) -> dict[str, float]:
        return km_by((segment.mode, segment.km) for segment in self.segments)

    @property
    def km_by_country(self) -> dict[str, float]:
        """In order of travel; km at sea stand under ``sea``."""
        return km_by(share for leg in self.legs for share in leg.km_by_country.items())

    @property
    def km_by_evidence(self) -> dict[str, float]:
        """km whose length is published, measured or assumed."""
        by_evidence = km_by((segment.evidence, segment.km) for segment in self.segments)
        return {kind: by_evidence.get(kind, 0.0) for kind in ("published", "measured", "assumed")}

    @property
    def unbuilt_km(self) -> float:
        return math.fsum(segment.km for segment in self.segments if segment.status != "operational")

    @property
    def changes(self) -> int:
        """How often the freight changes mode or gauge on the way."""
        return len(self.legs) - 1

    @property
    def low_confidence_share(self) -> dict[str, float]:
        """The share of km, hours and USD that rests on low-confidence facts, 0 to 1."""
        whole = self.amounts
        pairs = {
            "km": (whole.low_km, whole.distance_km),
            "h": (whole.low_h, whole.time_h),
            "usd": (whole.low_usd, whole.cost_usd),
        }
        return {name: (low / of if of > 0 else 0.0) for name, (low, of) in pairs.items()}


@dataclass(frozen=True, kw_only=True)
class Route(Shown, Priced):
    """One answer. ``corridors`` are the named corridors whose via nodes it passes in order.

    ``warnings`` say what is not built and what is closed on the way, in sentences; ``closures`` are the facts in force
    on the day of the question. Neither has a default: ``planner.dressed`` finds them, and no route is without.
    """

    corridors: tuple[str, ...]
    warnings: tuple[str, ...]
    closures: tuple[records.Closure, ...]

    def closure_rows(self) -> list[dict[str, str]]:
        """The closures on the way as plain values, in order of travel: id and kind."""
        return [{"id": closure.id, "kind": closure.kind} for closure in self.closures]

    def closure_text(self) -> str:
        """'closed: pak_afg_chaman; seasonal: salang_winter', in order of travel; '' without any."""
        return "; ".join(f"{closure.kind}: {closure.id}" for closure in self.closures)

    def sums(self) -> dict[str, float]:
        """What a table for people shows."""
        ends = {name: value for name, value in self.estimates.items() if not name.endswith("_central")}
        return {**measures.values(self.amounts, self.consignment), **ends, "unbuilt_km": self.unbuilt_km}

    def totals(self) -> dict[str, float]:
        """All criteria, the unbuilt km and the shares on low confidence; units stand in the names."""
        low = {f"low_confidence_{key}": share for key, share in self.low_confidence_share.items()}
        return {
            **self.figures(),
            "unbuilt_km": self.unbuilt_km,
            **low,
        }

    def leg_rows(self, name: str = "") -> list[dict[str, Any]]:
        """One row a leg, with its line as ``coordinates`` in the direction of travel; ``name`` is the route's."""
        return [
            {
                "route": name,
                "corridors": list(self.corridors),
                "leg": number,
                "mode": leg.mode,
                "gauge_mm": leg.gauge_mm,
                "from": leg.start,
                "to": leg.end,
                **measures.values(leg.amounts, self.consignment),
                "statuses": list(dict.fromkeys(segment.status for segment in leg.segments)),
                **details.stated(leg.segments),
                "segments": [segment.id for segment in leg.segments],
                "warnings": list(self.warnings),
                "closures": [closure.id for closure in self.closures],
                "coordinates": leg.coordinates,
            }
            for number, leg in enumerate(self.legs, start=1)
        ]

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame of the transport chain: one row a segment or hub operation, in order of travel."""
        return frames.table(
            [
                {
                    "element": "hub" if step.hub else "segment",
                    "what": step.hub.operation if step.hub else step.segment.id if step.segment else "",
                    "detail": step.hub.detail if step.hub else step.segment.mode if step.segment else "",
                    "from": step.start,
                    "to": step.end,
                    **measures.values(step.amounts, self.consignment),
                }
                for step in self.steps
            ]
        )

    def to_geodataframe(self) -> GeoDataFrame:
        """A GeoDataFrame (EPSG:4326) of the legs; lists are joined with '; '."""
        return frames.lines(self.leg_rows())

    def as_dict(self) -> dict[str, Any]:
        """The answer in plain JSON values, numbers unrounded."""
        return {
            "corridors": list(self.corridors),
            **self.figures(),
            "values": self.consignment.values,
            "changes": self.changes,
            "km_by_status": self.km_by_status,
            "km_by_mode": self.km_by_mode,
            "km_by_country": self.km_by_country,
            "km_by_evidence": self.km_by_evidence,
            "low_confidence_share": self.low_confidence_share,
            "segments": list(self.segment_ids),
            "nodes": list(self.nodes),
            "legs": [
                {
                    "mode": leg.mode,
                    "gauge_mm": leg.gauge_mm,
                    "from": leg.start,
                    "to": leg.end,
                    **measures.values(leg.amounts, self.consignment),
                    "segments": [segment.id for segment in leg.segments],
                    **details.stated(leg.segments),
                    "sources": list(dict.fromkeys(source for segment in leg.segments for source in segment.source)),
                }
                for leg in self.legs
            ],
            "hubs": [
                {
                    "node": hub.node,
                    "operation": hub.operation,
                    "detail": hub.detail,
                    "at_km": hub.at_km,
                    **without_km(measures.values(hub.amounts, self.consignment)),
                }
                for hub in self.hubs
            ],
            "warnings": list(self.warnings),
            "closures": self.closure_rows(),
        }


def without_km(values: dict[str, float]) -> dict[str, float]:
    """What a hub operation takes: it has no km."""
    return {field: value for field, value in values.items() if field != "distance_km"}


def km_by(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The sum of km for each key, in the order the keys come up."""
    table: dict[str, list[float]] = {}
    for key, km in pairs:
        table.setdefault(key, []).append(km)
    return {key: math.fsum(listed) for key, listed in table.items()}
