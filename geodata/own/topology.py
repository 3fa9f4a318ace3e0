"""Where a new line meets the network: its ends snap to places, split segments or make places; crossings are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from geodata import errors, records
from geodata.errors import Problem
from geodata.globe import borders, geodesy, growing
from geodata.globe.growing import Places
from geodata.own.drafts import DraftLine, Position
from geodata.own.ground import TERMINALS, Ground
from geodata.read import parts, splitting

SAME_SPOT_KM = 0.1
"""Lines that lie no farther than this from one spot all pass it."""

TOUCH_KM = 1.0
"""A line that passes a place so near without ending there is worth a word."""

LAND_WARNING_KM, LAND_ERROR_KM, LAND_SHARE = 10.0, 200.0, 0.2
"""A line on the water may lie on land so far before it is told of; so far, and for this share, before it is refused.
Canals and lakes are land here: Suez is 148 km of it, Lake Van 91."""

NAMED = 3
"""So many of the nearest places are named."""

MAX_LISTED = 20
"""Crossings and places passed are listed one by one up to this number."""

NEW_KIND: dict[str, records.NodeKind] = {"land": "junction", "port": "port", "airport": "airport"}

Side = Literal["from", "to"]
SIDES: tuple[Side, Side] = ("from", "to")
How = Literal["named", "snapped", "split", "new"]


@dataclass(frozen=True)
class End:
    """How an end of a line was joined to the network; ``nearest`` are (place id, km), the nearest first.

    ``splits`` are the segments that are split there: several where lines of several gauges lie on one course.
    """

    side: Side
    node: records.Node
    how: How
    off_km: float
    nearest: tuple[tuple[str, float], ...] = ()
    splits: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        near = [{"node": key, "off_m": round(1000 * km, 1)} for key, km in self.nearest]
        return {
            "end": self.side,
            "node": self.node.id,
            "how": self.how,
            "off_m": round(1000 * self.off_km, 1),
            "splits": list(self.splits),
            "nearest": near,
        }


def listed(ground: Ground, near: Iterable[tuple[str, float]]) -> str:
    """Places with their distances, for a message."""
    return ", ".join(f"{ground.nodes[key].name} ({key}) {1000 * km:,.0f} m" for key, km in near)


def end_of(ground: Ground, line: DraftLine, side: Side, mode: records.Mode) -> tuple[End | None, list[Problem]]:
    """Where an end of a line joins the network, and what is to be said of that; None with an error."""
    stated = line.values.get(side)
    at = (line.coordinates[0 if side == "from" else -1]) if line.coordinates else None
    vertex = None if at is None else (0 if side == "from" else len(line.coordinates or ()) - 1)
    near = ground.fitting(mode).nearest(at, NAMED) if at is not None else ()
    if isinstance(stated, str) and stated.strip():
        return _named(ground, line, side, mode, stated, at, near, vertex)
    if at is None:
        return None, [
            line.problem(
                "error",
                "missing-field",
                "a line that is not drawn needs both its places",
                side,
                hint=f"state {side}, or --{side}",
            )
        ]
    if near and near[0][1] <= ground.snap_km:
        return End(side, ground.nodes[near[0][0]], "snapped", near[0][1], near), []
    return _free(ground, line, side, mode, at, near, vertex)


def _free(
    ground: Ground,
    line: DraftLine,
    side: Side,
    mode: records.Mode,
    at: Position,
    near: tuple[tuple[str, float], ...],
    vertex: int | None,
) -> tuple[End | None, list[Problem]]:
    """The end of a line that is at no place: on a segment, which is split there, or at a new place."""
    where, shown, close = f"coordinates[{vertex}]", str(list(at)), listed(ground, near)
    meeting = meetings(ground, mode.id, at, ground.snap_km) if mode.has_junctions else []
    if meeting and not splitting.SHORT_SHARE < meeting[0][1].share < 1 - splitting.SHORT_SHARE:
        first, spot = meeting[0]  # drawn to end beside its place
        there = ground.nodes[first.from_node if spot.share < 0.5 else first.to_node]
        return End(side, there, "snapped", geodesy.distance_km(at, there.position), near), []
    if not meeting and not ground.may_make:
        message = f"this end is farther than {ground.snap_km:g} km from any place or segment"
        return None, [
            line.problem(
                "error",
                "far-from-node",
                message,
                where,
                shown,
                close,
                vertex=vertex,
                hint="name a place in 'from' or 'to', or let new places be made",
            )
        ]
    node = _new_node(ground, line, side, mode, meeting[0][1].position if meeting else at)
    if node is None:
        hint = "end at one of these, or give the place as a Point with name, country, kind"
        message = "a new place would lie in no country"
        return None, [line.problem("error", "no-country", message, where, shown, close, vertex=vertex, hint=hint)]
    if meeting:
        return End(side, node, "split", meeting[0][1].off_km, near, tuple(item.id for item, _ in meeting)), []
    ground.fresh.add(node.id, node.position)
    message = f"no place within {ground.snap_km:g} km, so a new one is made"
    return End(side, node, "new", 0.0, near), [
        line.problem(
            "warning",
            "far-from-node",
            message,
            where,
            shown,
            close,
            vertex=vertex,
            hint="if it should end at one of these, name it in 'from' or 'to'",
        )
    ]


def _named(
    ground: Ground,
    line: DraftLine,
    side: Side,
    mode: records.Mode,
    stated: str,
    at: Position | None,
    near: tuple[tuple[str, float], ...],
    vertex: int | None,
) -> tuple[End | None, list[Problem]]:
    """The end of a line that names its place: drawn there, or nearly."""
    try:
        node = ground.find(stated)
    except errors.UnknownNameError as error:
        hints = ", ".join(error.hints) or (listed(ground, near) if near else "")
        return None, [
            line.problem(
                "error",
                "unknown-node",
                error.detail or "no such place",
                side,
                stated[:60],
                hint=f"did you mean {hints}?" if hints else "a place's id or name",
            )
        ]
    problems = []
    fitting = ground.fitting(mode)
    if node.id not in fitting:
        kinds = ", ".join(TERMINALS[mode.terminal])
        others = listed(ground, fitting.nearest(node.position, NAMED))
        problems.append(
            line.problem(
                "error",
                "wrong-kind",
                f"a line by {mode.id} cannot end at this {node.kind}",
                side,
                node.id,
                kinds,
                hint=f"nearest: {others}",
                at=node.position,
            )
        )
    off_km = geodesy.distance_km(at, node.position) if at is not None else 0.0
    if off_km > ground.snap_km:
        message = f"the line ends {off_km:,.1f} km from {node.name} ({node.id})"
        problems.append(
            line.problem(
                "error",
                "end-off-node",
                message,
                f"coordinates[{vertex}]",
                f"{off_km:.1f} km",
                f"at most {ground.snap_km:g} km",
                vertex=vertex,
                hint=f"nearest: {listed(ground, near)}",
            )
        )
    return (None if problems else End(side, node, "named", off_km, near)), problems


def meetings(ground: Ground, mode: str, at: Position, within_km: float) -> list[tuple[records.Segment, parts.Spot]]:
    """The segment of a mode that is nearest to a position, within so many km, and the others that pass the same spot.

    Each comes with the spot on it; those that end there are left out, unless it is the nearest.
    """
    from shapely import Point

    near = ground.near(mode, Point(at), growing.degrees(within_km, at[1]))
    spots = sorted(((item, parts.spot_near(item, at)) for item in near), key=lambda pair: (pair[1].off_km, pair[0].id))
    if not spots or spots[0][1].off_km > within_km:
        return []
    here = spots[0][1].position
    others = [(item, parts.spot_near(item, here)) for item, _ in spots[1:]]
    inner = splitting.SHORT_SHARE
    return [
        spots[0],
        *((item, spot) for item, spot in others if spot.off_km <= SAME_SPOT_KM and inner < spot.share < 1 - inner),
    ]


def _new_node(ground: Ground, line: DraftLine, side: str, mode: records.Mode, at: Position) -> records.Node | None:
    """A place at a position, named as the line says or after the position; None outside every country."""
    country = borders.country_at(at) or _nearest_country(at)
    if not country:
        return None
    lon, lat = round(at[0], 6), round(at[1], 6)
    stated = line.values.get(f"{side}_name")
    name = stated.strip() if isinstance(stated, str) and stated.strip() else f"Point {lat:.3f} N {lon:.3f} E"
    wanted = slug(name) if stated else f"p{lat:.3f}_{lon:.3f}"
    return records.Node(
        id=ground.free_id(wanted, ground.nodes),
        name=name[:300],
        country=country,
        kind=NEW_KIND[mode.terminal],
        lon=lon,
        lat=lat,
        source=("own-statement",),
        source_detail="where a segment was drawn",
        confidence="low",
    )


def _nearest_country(at: Position) -> str:
    from shapely import Point

    here = Point(at)
    away = {code: polygon.distance(here) for code, polygon in borders.polygons().items()}
    near = min(away, key=lambda code: away[code])
    return near if away[near] <= COAST_DEG else ""


COAST_DEG = 0.3
"""A new port may lie so far off the drawn coast of its country."""


def slug(text: str) -> str:
    """An id out of a name.

    >>> slug("Türkmenbaşy (port)")
    'turkmenbasy_port'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^\w.]+", "_", kept).strip("_.")[:80] or "place"


def gauge_breaks(
    ground: Ground, line: DraftLine, segment: records.Segment, junctions: Iterable[str] = ()
) -> Iterator[Problem]:
    """Ends and junctions where all railways of the network have another gauge than the new one."""
    if segment.gauge_mm is None:
        return
    sides = dict.fromkeys(junctions, "coordinates")
    for key, side in {**sides, segment.from_node: "from", segment.to_node: "to"}.items():
        gauges = ground.gauges_at(key)
        if gauges and segment.gauge_mm not in gauges:
            node = ground.nodes[key]
            there = ", ".join(f"{gauge} mm" for gauge in sorted(gauges))
            message = f"a new break of gauge at {node.name} ({key}): the railways there have {there}"
            yield line.problem(
                "warning", "new-gauge-break", message, side, f"{segment.gauge_mm} mm", there, at=node.position
            )


def over_land(line: DraftLine, segment: records.Segment) -> Iterator[Problem]:
    """A line on the water that goes over land: a little at a cape is a sketch, much of it is no way for a ship."""
    drawn_km = geodesy.length_km(segment.coordinates)
    land = borders.on_land_km(segment.coordinates)
    land_km = sum(land.values())
    if land_km > LAND_WARNING_KM:
        where = ", ".join(f"{km:,.0f} km in {code}" for code, km in land.items())
        hint = "draw its course on the water" if drawn_km - land_km > 1 else "these waters may not be joined at all"
        is_wrong = land_km > max(LAND_ERROR_KM, LAND_SHARE * drawn_km)
        severity: Literal["error", "warning"] = "error" if is_wrong else "warning"
        yield line.problem(
            severity,
            "over-land",
            f"{land_km:,.0f} of {drawn_km:,.0f} km lie on land",
            "coordinates",
            where,
            f"at most {LAND_ERROR_KM:.0f} km or {100 * LAND_SHARE:.0f} %",
            hint=hint,
        )


def crossings(ground: Ground, segment: records.Segment) -> list[tuple[records.Segment, Position]]:
    """Where a line crosses others of its mode away from any common end: (segment, position)."""
    drawn = ground.shape(segment)
    ends = (ground.nodes[segment.from_node].position, ground.nodes[segment.to_node].position)
    found = []
    for other in ground.near(segment.mode, drawn, 0.0):
        common = drawn.intersection(ground.shape(other))
        for piece in getattr(common, "geoms", [common]):
            if piece.is_empty or other.id == segment.id:
                continue
            spot = piece if piece.geom_type == "Point" else piece.interpolate(0.5, normalized=True)
            position = (float(spot.x), float(spot.y))
            if min(geodesy.distances_km(position, ends)) > TOUCH_KM:
                found.append((other, position))
    return found


def passed(ground: Ground, segment: records.Segment) -> list[tuple[records.Node, float]]:
    """Places served by the mode that a line passes within TOUCH_KM without ending there: (place, km off)."""
    found = []
    for key in sorted(near_line(ground.served(segment.mode), ground, segment, TOUCH_KM)):
        node = ground.nodes[key]
        off_km = parts.spot_near(segment, node.position).off_km
        if off_km <= TOUCH_KM:
            found.append((node, off_km))
    return found


def near_line(those: Places, ground: Ground, segment: records.Segment, km: float) -> list[str]:
    """Those of some places, other than its ends, that may lie within so many km of a line."""
    northmost = max(abs(lat) for _, lat in segment.coordinates)
    near = those.near_line(ground.shape(segment), growing.degrees(km, northmost))
    return [key for key in near if key not in (segment.from_node, segment.to_node)]
