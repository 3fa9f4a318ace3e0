"""Segments to legs and hub stops: every leg priced, every hub operation put in its place."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geodata import records
from planner.network import Network
from planner.price import amounts as amounts_, pricing
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.estimates import Values
from planner.price.hubs import Carriage, HubOperation
from planner.price.route import HubStop, Leg, Priced


def route(network: Network, consignment: Consignment, origin: str, segments: Sequence[records.Segment]) -> Priced:
    """The way that starts at ``origin`` and goes over these segments in order, with all its hub operations.

    It has no warnings: what people are shown is made by ``planner.dressed``.
    """
    prices = pricing.prices(network.catalog, consignment)
    legs: list[Leg] = []
    stops: list[HubStop] = []
    at, at_km = origin, 0.0
    passed_km: list[float] = []
    carriage: Carriage | None = None
    open_leg: list[tuple[records.Segment, str, Amounts]] = []

    def stop(operations: Iterable[HubOperation]) -> None:
        stops.extend(HubStop(item.node, item.operation, item.detail, at_km, item.amounts) for item in operations)

    def close_leg() -> None:
        if open_leg and carriage is not None:
            first = open_leg[0][0].other_end(open_leg[0][1])
            parts = tuple(part for _, _, part in open_leg)
            legs.append(
                Leg(
                    carriage.mode,
                    carriage.gauge_mm,
                    first,
                    at,
                    tuple(row[0] for row in open_leg),
                    (first, *(row[1] for row in open_leg)),
                    amounts_.total(parts),
                    parts,
                )
            )
            open_leg.clear()

    for segment in segments:
        following = Carriage(segment.mode, segment.gauge_mm)
        stop(prices.hubs.at_origin(at, following) if carriage is None else prices.between(at, carriage, following))
        if following != carriage or not network.catalog.modes[following.mode].through_service:
            close_leg()
            carriage = following
        end = segment.other_end(at)
        stop(prices.border(segment, network.nodes[at], network.nodes[end]))
        part = prices.link(segment)
        open_leg.append((segment, end, part))
        passed_km.append(part.distance_km)
        at, at_km = end, math.fsum(passed_km)
    if carriage is not None:
        close_leg()
        stop(prices.hubs.at_destination(at, carriage))
    return Priced(
        tuple(legs),
        tuple(stops),
        consignment,
        functools.partial(_priced_with, network, consignment, origin, tuple(segments)),
    )


def _priced_with(
    network: Network, load: Consignment, origin: str, segments: tuple[records.Segment, ...], values: Values
) -> Priced:
    """The same way, worked out with other figures of the rates (``planner.price.estimates``)."""
    return route(network, replace(load, values=values), origin, segments)
