"""What it takes to move a consignment along one segment, without its borders and hubs."""

from __future__ import annotations

from geodata import records
from geodata.quantities import REGION
from geodata.rates import Fact, Rates
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment

SHORT_SEA_KM = 1950.0
"""So far a ship is a feeder, and each km beyond is cheaper: Poti-Mersin, over which the short-sea price was derived.

It is counted along a voyage, and a line by sea is a whole one, from quay to quay on one vessel: so it counts by
segment, costs of segments add up, and a way in two voyages is never less than the lane between its ends.
"""


def amounts(segment: records.Segment, rates: Rates, consignment: Consignment) -> Amounts:
    """km, hours, USD and kg CO2e of a segment for a consignment.

    Hours are km over the speed (and, by road, over the share of the day spent moving), country by country, plus the
    wait in yards by rail; a segment with a sailing time of its own takes that. USD are km x rate x tonnes (or TEU,
    at sea), or a fare by TEU or tonne. kg CO2e are km x factor x tonnes. At sea, km beyond SHORT_SEA_KM have a price
    and emissions of their own. Of a time or a fare of its own a part of a segment takes its share.
    """
    hours, low_h = _time(segment, rates)
    usd, low_usd = _cost(segment, rates, consignment)
    co2e_kg = 0.0
    for area, km in segment.country_km.items():
        factor = rates.get("co2e_g_per_tkm", segment.mode, segment.facts_id, *_scope(area))
        short_km, long_haul = _long_haul("long_haul_co2e_g_per_tkm", segment, km, factor, rates)
        co2e_kg += short_km * factor.value * consignment.tonnes / 1000.0
        if long_haul is not None:
            co2e_kg += (km - short_km) * long_haul.value * consignment.tonnes / 1000.0
    low_length = segment.confidence == "low"
    return Amounts(
        distance_km=segment.km,
        time_h=hours,
        cost_usd=usd,
        co2e_kg=co2e_kg,
        low_km=segment.km if low_length else 0.0,
        low_h=hours if low_length else low_h,
        low_usd=usd if low_length else low_usd,
        more=measures.of_segment(segment, rates, consignment),
    )


def _scope(area: str) -> tuple[str, ...]:
    """A country is a scope of its own; what is in none, as open water, has the region's figures."""
    return (area,) if records.is_country(area) else ()


def _time(segment: records.Segment, rates: Rates) -> tuple[float, float]:
    fixed = rates.find("time_h", segment.mode, segment.facts_id)
    if fixed is not None:
        hours = fixed.value * segment.share
        return hours, hours if fixed.low else 0.0
    hours = low_h = 0.0
    for area, km in segment.country_km.items():
        speed = rates.get("speed_km_per_h", segment.mode, segment.facts_id, *_scope(area))
        duty = rates.find("duty_share", segment.mode, segment.facts_id, *_scope(area))
        yard = rates.find("yard_wait_h_per_km", segment.mode, segment.facts_id, *_scope(area))
        moving_h = km / speed.value / (duty.value if duty else 1.0)
        waiting_h = km * yard.value if yard else 0.0
        hours += moving_h + waiting_h
        low_h += moving_h if speed.low or (duty is not None and duty.low) else 0.0
        low_h += waiting_h if yard is not None and yard.low else 0.0
    return hours, low_h


def _cost(segment: records.Segment, rates: Rates, consignment: Consignment) -> tuple[float, float]:
    """The first of the price forms that the mode has: a fare, a rate by TEU-km, a rate by tkm."""
    for quantity, units in (("fare_usd_per_teu", float(consignment.teu)), ("fare_usd_per_t", consignment.tonnes)):
        fare = rates.find(quantity, segment.mode, segment.facts_id)
        if fare is not None:
            usd = fare.value * units * segment.share
            return usd, usd if fare.low else 0.0
    by_teu = rates.find("rate_usd_per_teu_km", segment.mode, segment.facts_id)
    if by_teu is not None:
        short_km, long_haul = _long_haul("long_haul_usd_per_teu_km", segment, segment.km, by_teu, rates)
        usd = by_teu.value * short_km * consignment.teu
        low_usd = usd if by_teu.low else 0.0
        if long_haul is not None:
            beyond_usd = long_haul.value * (segment.km - short_km) * consignment.teu
            usd, low_usd = usd + beyond_usd, low_usd + (beyond_usd if long_haul.low else 0.0)
        return usd, low_usd
    usd = low_usd = 0.0
    for area, km in segment.country_km.items():
        rate = rates.get("rate_usd_per_tkm", segment.mode, segment.facts_id, *_scope(area))
        part = km * rate.value * consignment.tonnes
        usd += part
        low_usd += part if rate.low else 0.0
    return usd, low_usd


def _long_haul(
    quantity: str, segment: records.Segment, km: float, short: Fact, rates: Rates
) -> tuple[float, Fact | None]:
    """The km that the figure of the short sea holds for, and the figure of those beyond, if there are any.

    A segment with a figure of its own has that on all its km.
    """
    if km <= SHORT_SEA_KM or short.rate.scope != REGION:
        return km, None
    beyond = rates.find(quantity, segment.mode)
    return (km, None) if beyond is None else (SHORT_SEA_KM, beyond)
