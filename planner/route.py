"""Answers: Route, Leg and HubStop, frozen. A route's totals are the sums of its legs and hub stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from geodata import records
from planner import amounts as amounts_
from planner import pricing
from planner.amounts import Amounts
from planner.consignment import Consignment
from planner.criteria import generalized_usd
from planner.hubs import Carriage, HubOperation
from planner.network import Network


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


@dataclass(frozen=True)
class Route:
    """One answer. ``corridors`` are the named corridors whose via nodes it passes in order."""

    legs: tuple[Leg, ...]
    hubs: tuple[HubStop, ...]
    consignment: Consignment
    corridors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def amounts(self) -> Amounts:
        """Totals: legs first, then hub stops, added in their order."""
        return amounts_.total([*(leg.amounts for leg in self.legs), *(hub.amounts for hub in self.hubs)])

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
        return generalized_usd(self.amounts, self.consignment)

    @cached_property
    def segments(self) -> tuple[records.Segment, ...]:
        return tuple(segment for leg in self.legs for segment in leg.segments)

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
        return sum(segment.km for segment in self.segments if segment.status != "operational")

    @property
    def changes(self) -> int:
        """How often the freight changes mode or gauge on the way."""
        return len(self.legs) - 1

    @property
    def low_confidence_share(self) -> dict[str, float]:
        """The share of km, hours and USD that rests on low-confidence facts, 0 to 1."""
        whole = self.amounts
        pairs = {"km": (whole.low_km, whole.distance_km), "h": (whole.low_h, whole.time_h),
                 "usd": (whole.low_usd, whole.cost_usd)}  # fmt: skip
        return {name: (low / of if of > 0 else 0.0) for name, (low, of) in pairs.items()}

    def as_dict(self) -> dict[str, Any]:
        """The answer in plain JSON values, numbers unrounded."""
        return {
            "corridors": list(self.corridors),
            "distance_km": self.distance_km,
            "time_h": self.time_h,
            "cost_usd": self.cost_usd,
            "co2e_kg": self.co2e_kg,
            "generalized_usd": self.generalized_usd,
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
                    **_quantities(leg.amounts),
                    "segments": [segment.id for segment in leg.segments],
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
                    **{key: value for key, value in _quantities(hub.amounts).items() if key != "distance_km"},
                }
                for hub in self.hubs
            ],
            "warnings": list(self.warnings),
        }


def assemble(
    network: Network, consignment: Consignment, origin: str, segments: Sequence[records.Segment], *,
    corridors: tuple[str, ...] = (), warnings: tuple[str, ...] = (),
) -> Route:  # fmt: skip
    """The route that starts at ``origin`` and goes over these segments in order, with all its hub operations."""
    prices = pricing.of(network.catalog, consignment)
    legs: list[Leg] = []
    stops: list[HubStop] = []
    at, at_km = origin, 0.0
    carriage: Carriage | None = None
    open_leg: list[tuple[records.Segment, str, Amounts]] = []

    def stop(operations: Iterable[HubOperation]) -> None:
        stops.extend(HubStop(item.node, item.operation, item.detail, at_km, item.amounts) for item in operations)

    def close_leg() -> None:
        if open_leg and carriage is not None:
            first = open_leg[0][0].other_end(open_leg[0][1])
            parts = tuple(part for _, _, part in open_leg)
            legs.append(Leg(carriage.mode, carriage.gauge_mm, first, at, tuple(row[0] for row in open_leg),
                            (first, *(row[1] for row in open_leg)), amounts_.total(parts), parts))  # fmt: skip
            open_leg.clear()

    for segment in segments:
        following = Carriage(segment.mode, segment.gauge_mm)
        stop(prices.hubs.at_origin(at, following) if carriage is None else prices.between(at, carriage, following))
        if following != carriage:
            close_leg()
            carriage = following
        end = segment.other_end(at)
        stop(prices.border(segment, network.nodes[at], network.nodes[end]))
        part = prices.link(segment)
        open_leg.append((segment, end, part))
        at, at_km = end, at_km + part.distance_km
    if carriage is not None:
        close_leg()
        stop(prices.hubs.at_destination(at, carriage))
    return Route(tuple(legs), tuple(stops), consignment, corridors, warnings)


def _quantities(value: Amounts) -> dict[str, float]:
    return {"distance_km": value.distance_km, "time_h": value.time_h, "cost_usd": value.cost_usd,
            "co2e_kg": value.co2e_kg}  # fmt: skip


def km_by(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The sum of km for each key, in the order the keys come up."""
    table: dict[str, float] = {}
    for key, km in pairs:
        table[key] = table.get(key, 0.0) + km
    return table
