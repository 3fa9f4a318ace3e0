"""Where a new line meets the network: its ends snap to places, split segments or make places; crossings are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from geodata import borders, errors, geodesy, parts, places, records, splitting
from geodata.catalog import Catalog
from geodata.drafts import DraftLine, Position
from geodata.errors import Problem

SNAP_KM = 5.0
"""An end of a line is taken to be at a place, or on a segment, that is no farther off than this."""

TOUCH_KM = 1.0
"""A line that passes a place so near without ending there is worth a word."""

MAX_LISTED = 20
"""Crossings and places passed are listed one by one up to this number."""

TERMINALS: dict[str, tuple[str, ...]] = {
    "land": ("city", "station", "junction", "border", "port", "ferry_terminal"),
    "port": ("port", "ferry_terminal"),
    "airport": ("airport",),
}
"""The kinds of places where a line of a mode may end for the first time, by the mode's ``terminal``."""

NEW_KIND: dict[str, records.NodeKind] = {"land": "junction", "port": "port", "airport": "airport"}

Side = Literal["from", "to"]
SIDES: tuple[Side, Side] = ("from", "to")
How = Literal["named", "snapped", "split", "new"]


@dataclass(frozen=True)
class End:
    """How an end of a line was joined to the network; ``nearest`` are (place id, km), the nearest first.

    ``segment`` is the segment that is split there, '' if none is.
    """

    side: Side
    node: records.Node
    how: How
    off_km: float
    nearest: tuple[tuple[str, float], ...] = ()
    segment: str = ""

    def as_dict(self) -> dict[str, Any]:
        near = [{"node": key, "off_m": round(1000 * km, 1)} for key, km in self.nearest]
        return {"end": self.side, "node": self.node.id, "how": self.how, "off_m": round(1000 * self.off_km, 1),
                "splits": self.segment or None, "nearest": near}  # fmt: skip


@dataclass
class Ground:
    """The network as it is with what has been accepted so far: places, and segments as stated (not their parts)."""

    facts: Catalog
    nodes: dict[str, records.Node]
    segments: dict[str, records.Segment]
    splits: list[records.Split] = field(default_factory=list)
    snap_km: float = SNAP_KM
    may_make: bool = True
    """Whether ends far from everything make new places."""

    @classmethod
    def of(cls, facts: Catalog, *, snap_km: float = SNAP_KM, may_make: bool = True) -> Ground:
        return cls(facts, dict(facts.nodes), dict(facts.stated_segments), [], snap_km, may_make)

    def find(self, text: str) -> records.Node:
        return places.find_in(self.nodes, text)

    def fitting(self, mode: records.Mode) -> dict[str, records.Node]:
        """The places where a line of this mode may end: of a kind for it, or with a line of the mode already."""
        kinds = TERMINALS[mode.terminal]
        served = {end for segment in self.segments.values() if segment.mode == mode.id
                  for end in (segment.from_node, segment.to_node)}  # fmt: skip
        return {key: node for key, node in self.nodes.items() if node.kind in kinds or key in served}


def nearest(nodes: Mapping[str, records.Node], position: Position, count: int = 3) -> tuple[tuple[str, float], ...]:
    """The places nearest to a position: (id, km), the nearest first."""
    keys = list(nodes)
    away = geodesy.distances_km(position, [nodes[key].position for key in keys])
    return tuple(sorted(zip(keys, away, strict=True), key=lambda item: (item[1], item[0]))[:count])


def listed(ground: Ground, near: Iterable[tuple[str, float]]) -> str:
    """Places with their distances, for a message."""
    return ", ".join(f"{ground.nodes[key].name} ({key}) {1000 * km:,.0f} m" for key, km in near)


def end_of(ground: Ground, line: DraftLine, side: Side, mode: records.Mode) -> tuple[End | None, list[Problem]]:
    """Where an end of a line joins the network, and what is to be said of that; None with an error."""
    stated = line.values.get(side)
    at = (line.coordinates[0 if side == "from" else -1]) if line.coordinates else None
    vertex = None if at is None else (0 if side == "from" else len(line.coordinates or ()) - 1)
    near = nearest(ground.fitting(mode), at) if at is not None else ()
    if isinstance(stated, str) and stated.strip():
        return _named(ground, line, side, mode, stated, at, near, vertex)
    if at is None:
        return None, [line.problem("error", "missing-field", "a line that is not drawn needs both its places", side,
                                   hint=f"state {side}, or --{side}")]  # fmt: skip
    if near and near[0][1] <= ground.snap_km:
        return End(side, ground.nodes[near[0][0]], "snapped", near[0][1], near), []
    return _free(ground, line, side, mode, at, near, vertex)


def _free(
    ground: Ground, line: DraftLine, side: Side, mode: records.Mode, at: Position,
    near: tuple[tuple[str, float], ...], vertex: int | None,
) -> tuple[End | None, list[Problem]]:  # fmt: skip
    """The end of a line that is at no place: on a segment, which is split there, or at a new place."""
    where, shown, close = f"coordinates[{vertex}]", str(list(at)), listed(ground, near)
    meeting = _segment_at(ground, mode, at) if mode.area == "land" else None
    if meeting is not None and not splitting.SHORT_SHARE < meeting[1].share < 1 - splitting.SHORT_SHARE:
        end = meeting[0].from_node if meeting[1].share < 0.5 else meeting[0].to_node  # drawn to end beside its place
        return End(side, ground.nodes[end], "snapped", geodesy.distance_km(at, ground.nodes[end].position), near), []
    if meeting is None and not ground.may_make:
        message = f"this end is farther than {ground.snap_km:g} km from any place or segment"
        return None, [line.problem("error", "far-from-node", message, where, shown, close, vertex=vertex,
                                   hint="name a place in 'from' or 'to', or let new places be made")]  # fmt: skip
    node = _new_node(ground, line, side, mode, meeting[1].position if meeting is not None else at)
    if node is None:
        hint = "end at one of these, or give the place as a Point with name, country, kind"
        message = "a new place would lie in no country"
        return None, [line.problem("error", "no-country", message, where, shown, close, vertex=vertex, hint=hint)]
    if meeting is not None:
        return End(side, node, "split", meeting[1].off_km, near, meeting[0].id), []
    message = f"no place within {ground.snap_km:g} km, so a new one is made"
    return End(side, node, "new", 0.0, near), [
        line.problem("warning", "far-from-node", message, where, shown, close, vertex=vertex,
                     hint="if it should end at one of these, name it in 'from' or 'to'")
    ]  # fmt: skip


def _named(
    ground: Ground, line: DraftLine, side: Side, mode: records.Mode, stated: str,
    at: Position | None, near: tuple[tuple[str, float], ...], vertex: int | None,
) -> tuple[End | None, list[Problem]]:  # fmt: skip
    """The end of a line that names its place: drawn there, or nearly."""
    try:
        node = ground.find(stated)
    except errors.UnknownNameError as error:
        hints = ", ".join(error.hints) or (listed(ground, near) if near else "")
        return None, [line.problem("error", "unknown-node", error.detail or "no such place", side, stated[:60],
                                   hint=f"did you mean {hints}?" if hints else "a place's id or name")]  # fmt: skip
    problems = []
    fitting = ground.fitting(mode)
    if node.id not in fitting:
        kinds = ", ".join(TERMINALS[mode.terminal])
        others = listed(ground, nearest(fitting, node.position))
        problems.append(line.problem("error", "wrong-kind", f"a line by {mode.id} cannot end at this {node.kind}", side,
                                     node.id, kinds, hint=f"nearest: {others}", at=node.position))  # fmt: skip
    off_km = geodesy.distance_km(at, node.position) if at is not None else 0.0
    if off_km > ground.snap_km:
        message = f"the line ends {off_km:,.1f} km from {node.name} ({node.id})"
        problems.append(line.problem("error", "end-off-node", message, f"coordinates[{vertex}]", f"{off_km:.1f} km",
                                     f"at most {ground.snap_km:g} km", vertex=vertex,
                                     hint=f"nearest: {listed(ground, near)}"))  # fmt: skip
    return (None if problems else End(side, node, "named", off_km, near)), problems


def _segment_at(ground: Ground, mode: records.Mode, at: Position) -> tuple[records.Segment, parts.Spot] | None:
    """The segment of the mode that a position lies on, within the tolerance, and where on it."""
    margin = 2 * ground.snap_km / 60  # degrees: twice the tolerance at 57 degrees north
    best: tuple[records.Segment, parts.Spot] | None = None
    for segment in ground.segments.values():
        if segment.mode != mode.id or not _boxed(segment, at, margin):
            continue
        spot = parts.spot_near(segment, at)
        if spot.off_km <= ground.snap_km and (best is None or spot.off_km < best[1].off_km):
            best = (segment, spot)
    return best


def _boxed(segment: records.Segment, at: Position, margin: float) -> bool:
    lons, lats = zip(*segment.coordinates, strict=True)
    inside = min(lons) - margin <= at[0] <= max(lons) + margin
    return bool(inside and min(lats) - margin <= at[1] <= max(lats) + margin)


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
        id=free_id(wanted, ground.nodes), name=name[:300], country=country, kind=NEW_KIND[mode.terminal], lon=lon,
        lat=lat, source=("own-statement",), source_detail="where a segment was drawn", confidence="low",
    )  # fmt: skip


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


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """The id, or the first of id-2, id-3 ... that is not taken."""
    known = set(taken)
    number, found = 1, wanted
    while found in known:
        number += 1
        found = f"{wanted}-{number}"
    return found


def gauge_breaks(ground: Ground, line: DraftLine, segment: records.Segment) -> Iterator[Problem]:
    """Ends where all railways of the network have another gauge than the new one."""
    if segment.gauge_mm is None:
        return
    for side, key in zip(SIDES, (segment.from_node, segment.to_node), strict=True):
        split = {each.segment for each in ground.splits if each.node == key}
        gauges = {
            other.gauge_mm
            for other in ground.segments.values()
            if other.gauge_mm is not None and (key in (other.from_node, other.to_node) or other.id in split)
        }
        if gauges and segment.gauge_mm not in gauges:
            node = ground.nodes[key]
            there = ", ".join(f"{gauge} mm" for gauge in sorted(gauges))
            message = f"a new break of gauge at {node.name} ({key}): the railways there have {there}"
            yield line.problem("warning", "new-gauge-break", message, side, f"{segment.gauge_mm} mm", there,
                               at=node.position)  # fmt: skip


def crossings(ground: Ground, segment: records.Segment) -> list[tuple[records.Segment, Position]]:
    """Where a line crosses others of its mode away from any common end: (segment, position)."""
    import shapely

    others = [other for other in ground.segments.values() if other.mode == segment.mode and other.id != segment.id]
    lines = [shapely.LineString(other.coordinates) for other in others]
    drawn = shapely.LineString(segment.coordinates)
    ends = (ground.nodes[segment.from_node].position, ground.nodes[segment.to_node].position)
    found = []
    for at in sorted(shapely.STRtree(lines).query(drawn, predicate="intersects").tolist()):
        common = drawn.intersection(lines[at])
        for piece in getattr(common, "geoms", [common]):
            spot = piece if piece.geom_type == "Point" else piece.interpolate(0.5, normalized=True)
            position = (float(spot.x), float(spot.y))
            if min(geodesy.distances_km(position, ends)) > TOUCH_KM:
                found.append((others[at], position))
    return found


def passed(ground: Ground, segment: records.Segment) -> list[tuple[records.Node, float]]:
    """Places served by the mode that a line passes within TOUCH_KM without ending there: (place, km off)."""
    served = {key for other in ground.segments.values() if other.mode == segment.mode and other.id != segment.id
              for key in (other.from_node, other.to_node)} - {segment.from_node, segment.to_node}  # fmt: skip
    found = []
    for key in sorted(served & set(ground.nodes)):
        node = ground.nodes[key]
        if _boxed(segment, node.position, 2 * TOUCH_KM / 60):
            spot = parts.spot_near(segment, node.position)
            if spot.off_km <= TOUCH_KM:
                found.append((node, spot.off_km))
    return found
