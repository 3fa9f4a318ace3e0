"""Drafts joined to the network, one after the other: places that are new, segments with their splits and junctions.

A ``Ground`` is the network as it is with what has been accepted so far; what is wrong with a draft goes into a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from geodata import errors, records
from geodata.errors import Problem
from geodata.globe import borders, geodesy
from geodata.own import doctor, topology
from geodata.own.drafts import OWN_FIELDS, DraftLine
from geodata.own.ground import MAX_SNAP_KM, SNAP_KM, Ground
from geodata.own.topology import End
from geodata.read import parts

SURVEYED_STEP_KM = 2.0
"""A line with a vertex at least this often has its own course: its length is not multiplied by the detour factor."""

STRAIGHT_STEP_KM = 50.0
"""A line that is not drawn follows the geodesic with a vertex at least this often."""

ALIKE = 0.1
"""Two segments between the same places are one when their lengths differ by no more than this share."""


@dataclass(frozen=True)
class Rules:
    """How a line joins the network.

    ``snap_km``: an end so near to a place or segment is taken to be there; ``new_places``: an end far from both makes
    a place; ``join``: crossings with lines of the same mode, and places passed, become junctions; ``replace``: a line
    whose id an own segment has takes its place.
    """

    snap_km: float = SNAP_KM
    new_places: bool = True
    join: bool = False
    replace: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.snap_km <= MAX_SNAP_KM:  # also what is no number
            raise errors.RequestError(f"the tolerance is 0 to {MAX_SNAP_KM:g} km, not {self.snap_km}")


USUAL = Rules()
"""The rules when nothing else is said."""


@dataclass(frozen=True)
class Added:
    """A new segment as stated, how its ends were joined, and (place id, split segment id) of further junctions."""

    segment: records.Segment
    ends: tuple[End, ...]
    junctions: tuple[tuple[str, str], ...] = ()
    draft: DraftLine = field(default_factory=lambda: DraftLine({}), repr=False)


def join(ground: Ground, line: DraftLine, rules: Rules, found: list[Problem]) -> Added | None:
    """The new segment of a line, put into the network as it is so far; None with errors noted."""
    problems = [*doctor.fields(ground.facts, line), *doctor.geometry(ground.known, line)]
    found += problems
    mode = ground.facts.modes.get(str(line.values.get("mode")))
    drawn_badly = line.is_broken or any(
        item.severity == "error" and item.field.startswith("coordinates") for item in problems
    )
    ends: list[End] = []
    if mode is not None and not drawn_badly:
        for side in topology.SIDES:
            end, said = topology.end_of(ground, line, side, mode)
            found += said
            problems += said
            if end is not None:
                ends.append(end)
                ground.add_node(end.node)
    if len(ends) == 2 and ends[0].node.id == ends[1].node.id:
        message = f"both ends are at {ends[0].node.name} ({ends[0].node.id})"
        found.append(
            line.problem(
                "error",
                "same-ends",
                message,
                "to",
                ends[1].node.id,
                at=ends[0].node.position,
                hint="name another place, or draw the line farther",
            )
        )
        return None
    values, said = _values(ground, line, mode, ends)
    bad = {item.field for item in problems if item.severity == "error"}
    stand_ins = {"mode": "road", "status": "proposed", "gauge_mm": None, "countries": ()}
    segment, wrong = doctor.record(line, {**values, **{key: value for key, value in stand_ins.items() if key in bad}})
    found += [item for item in [*said, *wrong] if item.field not in bad]
    if (
        segment is None
        or mode is None
        or bad
        or len(ends) < 2
        or any(item.severity == "error" for item in [*said, *wrong])
    ):
        return None
    return _joined(ground, line, segment, tuple(ends), rules, found)


def _values(
    ground: Ground, line: DraftLine, mode: records.Mode | None, ends: Sequence[End]
) -> tuple[dict[str, Any], list[Problem]]:
    """The fields of the new segment; with ends missing, stand-ins so that the other fields are looked at."""
    values: dict[str, Any] = {"status": "proposed", "source": ("own-statement",)}
    values |= {key: value for key, value in line.values.items() if key not in OWN_FIELDS}
    name = line.values.get("name")
    note = values.get("note", "")
    if isinstance(name, str) and isinstance(note, str) and name.strip() not in note:
        values["note"] = f"{name.strip()}: {note}" if note else name.strip()
    if mode is None or len(ends) < 2:
        return {**values, "id": line.id or "new", "from": "a", "to": "b", "coordinates": ((0.0, 0.0), (1.0, 1.0))}, []
    start, end = ends[0].node, ends[1].node
    values |= {"from": start.id, "to": end.id}
    inner = (line.coordinates or ())[1:-1]
    positions = [start.position, *inner, end.position]
    if line.coordinates is None:
        positions = [(round(lon, 6), round(lat, 6)) for lon, lat in geodesy.along(positions, STRAIGHT_STEP_KM)]
        positions[0], positions[-1] = start.position, end.position
        if values.get("length_km") is None:
            length_km = round(geodesy.length_km([start.position, end.position]) * mode.detour_factor, 1)
            detail = f"great circle times {mode.detour_factor:g}, since no course is drawn"
            values |= {"length_km": length_km, "length_basis": "estimated_detour", "length_detail": detail}
        if not values.get("countries") and mode.crosses_borders:
            # straight over a third country, which no course that anybody would build need touch
            values["countries"] = tuple(dict.fromkeys((start.country, end.country)))
    elif values.get("length_km") is None:
        drawn_km = geodesy.length_km(positions)
        if drawn_km <= SURVEYED_STEP_KM * (len(positions) - 1):
            values |= {
                "length_km": round(drawn_km, 3),
                "length_basis": "measured_geometry",
                "length_detail": "geodesic length of the geometry",
            }
    values["coordinates"] = tuple(positions)
    said: list[Problem] = []
    made = line.id or (topology.slug(name) if isinstance(name, str) else f"{start.id}-{end.id}-{mode.id}")
    if not line.id:
        values["id"] = ground.free_id(made, ground.segments)
    else:
        values["id"] = made
        if made in ground.segments:
            said.append(
                line.problem(
                    "error",
                    "id-exists",
                    "a segment has this id already",
                    "id",
                    made,
                    hint="choose another id, or replace it where it is one of your own",
                )
            )
    return values, said


def _joined(
    ground: Ground,
    line: DraftLine,
    segment: records.Segment,
    ends: tuple[End, ...],
    rules: Rules,
    found: list[Problem],
) -> Added | None:
    """The segment with its splits and junctions, once no other segment is the same."""
    twin = _twin(ground, segment)
    if twin is not None:
        same = twin.status == segment.status
        message = f"much the same as {twin.id} ({_km(ground, twin):,.0f} km, {twin.status})"
        found.append(
            line.problem(
                "error" if same else "warning",
                "duplicate" if same else "parallel",
                message,
                "id",
                segment.id,
                hint="leave it out, or replace it where it is your own",
            )
        )
        if same:
            return None
    if ground.facts.modes[segment.mode].area == "water":
        astray = list(topology.over_land(line, segment))
        found += astray
        if any(item.severity == "error" for item in astray):
            return None
    ground.add_splits(*(records.Split(segment=key, node=end.node.id) for end in ends for key in end.splits))
    junctions: list[tuple[str, str]] = []
    is_drawn = line.coordinates is not None and len(line.coordinates) > 1
    if is_drawn and ground.facts.modes[segment.mode].has_junctions:
        junctions = _junctions(ground, line, segment, rules, found)
    found += topology.gauge_breaks(ground, line, segment, [node for node, _ in junctions])
    ground.add_segment(segment)
    return Added(segment, ends, tuple(junctions), line)


def _twin(ground: Ground, segment: records.Segment) -> records.Segment | None:
    for other in ground.alike(segment):
        short, long = sorted((_km(ground, segment), _km(ground, other)))
        if long - short <= ALIKE * long:
            return other
    return None


def _km(ground: Ground, segment: records.Segment) -> float:
    """The length, measured as a catalog would where none is stated."""
    if segment.length_km is not None:
        return segment.length_km
    return geodesy.length_km(segment.coordinates) * ground.facts.modes[segment.mode].detour_factor


def _junctions(
    ground: Ground, line: DraftLine, segment: records.Segment, rules: Rules, found: list[Problem]
) -> list[tuple[str, str]]:
    """Crossings and places passed: made into junctions where the rules say so, else said.

    At a new place where an earlier line of the same lot ends, this one is split as that would have been, had it come
    later.
    """
    made: list[tuple[str, str]] = []
    said: list[Problem] = []
    at_nodes = topology.passed(ground, segment)
    passed = {node.id for node, _ in at_nodes}
    for key in topology.near_line(ground.fresh, ground, segment, ground.snap_km):
        spot = parts.spot_near(segment, ground.nodes[key].position)
        if key not in passed and spot.off_km <= ground.snap_km:
            at_nodes.append((ground.nodes[key], spot.off_km))
    for node, off_km in at_nodes:
        if rules.join or node.id in ground.fresh:
            ground.add_splits(records.Split(segment=segment.id, node=node.id))
            made.append((node.id, segment.id))
        else:
            message = f"passes {node.name} ({node.id}) at {1000 * off_km:,.0f} m without a junction"
            said.append(
                line.problem(
                    "warning",
                    "passes-node",
                    message,
                    "coordinates",
                    node.id,
                    at=node.position,
                    hint="the option join makes a junction of it",
                )
            )
    places = [node.position for node, _ in at_nodes]
    joined: list[tuple[str, tuple[float, float]]] = []
    for other, position in topology.crossings(ground, segment):
        if places and min(geodesy.distances_km(position, places)) <= topology.TOUCH_KM:
            continue  # at a place that is passed
        if not rules.join:
            lon, lat = position
            message = f"crosses {other.id} at {lat:.4f} N {lon:.4f} E without a junction"
            said.append(
                line.problem(
                    "warning",
                    "crossing",
                    message,
                    "coordinates",
                    other.id,
                    at=position,
                    hint="the option join makes a junction of it",
                )
            )
            continue
        here = next((key for key, spot in joined if geodesy.distance_km(spot, position) <= topology.SAME_SPOT_KM), "")
        if here:  # a second line on the same course
            ground.add_splits(records.Split(segment=other.id, node=here))
        else:
            here = _crossing_node(ground, line, segment, other, position, said)
            joined.append((here, position))
        if here:
            made.append((here, other.id))
    if len(said) > topology.MAX_LISTED:
        more = len(said) - topology.MAX_LISTED
        rest = line.problem("warning", "more-crossings", f"{more} more crossings and places passed are not listed")
        said = [*said[: topology.MAX_LISTED], rest]
    found += said
    return made


def _crossing_node(
    ground: Ground,
    line: DraftLine,
    segment: records.Segment,
    other: records.Segment,
    position: tuple[float, float],
    said: list[Problem],
) -> str:
    country = borders.country_at(position)
    if not country:
        said.append(
            line.problem(
                "warning",
                "crossing",
                f"crosses {other.id} outside every country: no junction made",
                "coordinates",
                other.id,
                at=position,
            )
        )
        return ""
    key = ground.free_id(f"{segment.id[:50]}_x_{other.id[:50]}", ground.nodes)
    lon, lat = round(position[0], 6), round(position[1], 6)
    name = f"Crossing of {segment.id} and {other.id}"[:300]
    node = records.Node(
        id=key,
        name=name,
        country=country,
        kind="junction",
        lon=lon,
        lat=lat,
        source=("own-statement",),
        source_detail="where two lines cross",
        confidence="low",
    )
    ground.add_node(node)
    ground.add_splits(*(records.Split(segment=each.id, node=key) for each in (segment, other)))
    return key
