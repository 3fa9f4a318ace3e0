"""Drafts of lines for tests, between and beside the places of the shipped network."""

from __future__ import annotations

import math
from typing import Any

import drawn

from geodata.own import editing
from geodata.own.drafts import DraftLine, Drafts
from geodata.own.editing import Proposal
from geodata.own.joining import Rules

SHIPPED = drawn.SHIPPED
LAND = [segment for segment in SHIPPED.segments.values() if segment.mode in ("rail", "road")]


def one(coordinates: Any = None, own_id: str = "", **values: Any) -> Drafts:
    """A draft of one line; a railway of 1520 mm unless it says otherwise."""
    given = {"mode": "rail", "gauge_mm": 1520, "status": "planned", **values}
    given = {key: value for key, value in given.items() if value is not None}
    positions = None if coordinates is None else tuple((float(lon), float(lat)) for lon, lat in coordinates)
    return Drafts((DraftLine(given, positions, own_id),))


def road(coordinates: Any = None, own_id: str = "", **values: Any) -> Drafts:
    return one(coordinates, own_id, mode="road", gauge_mm=None, **values)


def proposed(drafts: Drafts, rules: Rules | None = None) -> Proposal:
    found = editing.propose(None, drafts, rules or Rules())
    assert not found.errors, [str(item) for item in found.errors]
    return found


def offset(position: tuple[float, float], north_km: float = 0.0, east_km: float = 0.0) -> tuple[float, float]:
    """A position so many km away, to within a per mille."""
    lon, lat = position
    return lon + east_km / (111.32 * math.cos(math.radians(lat))), lat + north_km / 110.95


HERAT, ZARANJ = SHIPPED.nodes["herat"].position, SHIPPED.nodes["zaranj"].position
