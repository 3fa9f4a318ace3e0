"""Adding segments to the user's own folder, and taking them away again.

``propose`` says what would happen, with every problem; ``add`` does it. A new segment joins the network where its ends
snap to places, split a segment or make new places; all that is written to one file (``geodata.additions``), so that
removing the segment gives the network of before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geodata import additions, catalog, checks, doctor, errors, folder, geodesy, parts, records, topology
from geodata.additions import Additions
from geodata.catalog import Catalog
from geodata.drafts import OWN_FIELDS, DraftLine, DraftPlace, Drafts
from geodata.errors import Problem
from geodata.topology import End, Ground

SURVEYED_STEP_KM = 2.0
"""A line with a vertex at least this often has its own course: its length is not multiplied by the detour factor."""

STRAIGHT_STEP_KM = 50.0
"""A line that is not drawn follows the geodesic with a vertex at least this often."""

ALIKE = 0.1
"""Two segments between the same places are one when their lengths differ by no more than this share."""

FOLDER_RULES = (checks.ends_at_nodes, checks.lengths, checks.sources, checks.priced, checks.countries)
"""The rules of the network that a new segment is held against."""


@dataclass(frozen=True)
class Rules:
    """How a line joins the network.

    ``snap_km``: an end so near to a place or segment is taken to be there; ``new_places``: an end far from both makes
    a place; ``join``: crossings with lines of the same mode, and places passed, become junctions; ``replace``: a line
    whose id an own segment has takes its place.
    """

    snap_km: float = topology.SNAP_KM
    new_places: bool = True
    join: bool = False
    replace: bool = False


@dataclass(frozen=True)
class Added:
    """A new segment as stated, how its ends were joined, and (place id, split segment id) of further junctions."""

    segment: records.Segment
    ends: tuple[End, ...]
    junctions: tuple[tuple[str, str], ...] = ()
    draft: DraftLine = field(default_factory=lambda: DraftLine({}), repr=False)


@dataclass(frozen=True)
class Proposal:
    """What adding some lines would do: the facts before and after, the new content of the file, every problem.

    ``after`` is None where there is an error; ``replaced_segments`` are own ones whose place new ones take.
    """

    before: Catalog
    after: Catalog | None
    additions: Additions
    added: tuple[Added, ...]
    problems: tuple[Problem, ...]
    replaced_segments: tuple[records.Segment, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity == "error")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the new segments."""
        return tuple(item.segment.id for item in self.added)


def propose(
    path: str | Path | None, drafts: Drafts, rules: Rules = Rules(), problems: Sequence[Problem] = ()
) -> Proposal:
    """What adding these lines to a folder would do; a folder that is not there yet, or None, is an empty one.

    ``problems`` are those found in reading the lines. Raises DataError when the folder itself has errors.
    """
    place = Path(path) if path is not None and Path(path).exists() else None
    present = folder.Store(place).read() if place is not None else Additions()
    replaced = {segment.id for segment in present.segments} & {line.id for line in drafts.lines if rules.replace}
    kept = _without(present, replaced, keeps_places=True)  # the line that comes may end there again
    before = catalog.load(place, additions=kept)
    ground = Ground.of(before, snap_km=rules.snap_km, may_make=rules.new_places)
    found = list(problems)
    _places(ground, drafts.places, drafts.lines, found)
    added = [item for line in drafts.lines if (item := _line(ground, line, rules, found)) is not None]
    _stated_splits(ground, drafts, found)
    new = Additions(
        (*kept.nodes, *(node for key, node in ground.nodes.items() if key not in before.nodes)),
        (*kept.segments, *(item.segment for item in added)),
        (*kept.splits, *ground.splits),
    )
    if replaced:
        new = _swept(new, _places_of(present, replaced))
    after = None
    if not any(item.severity == "error" for item in found):
        after, later = catalog.read(place, additions=new)
        found += _at_drafts([item for item in later if item not in before.warnings], added)
        if after is not None:
            found += _at_drafts(_network_problems(after, [item.segment.id for item in added]), added)
    if any(item.severity == "error" for item in found):
        after = None
    ordered = tuple(sorted(found, key=lambda item: item.severity != "error"))
    gone = tuple(segment for segment in present.segments if segment.id in replaced)
    return Proposal(before, after, new, tuple(added), ordered, gone)


def add(
    path: str | Path, drafts: Drafts, rules: Rules = Rules(), problems: Sequence[Problem] = (), *, version: str = ""
) -> Proposal:
    """Add lines to a folder, all or none; ``problems`` are those found in reading them.

    With ``version`` (``folder.version``), only if nobody has changed the folder since. Raises DataError with every
    problem found, ConflictError when it was changed, FileAccessError when it cannot be written to; nothing has then
    changed.
    """
    with folder.locked(path) as store:
        store.require(version)
        proposal = propose(path, drafts, rules, problems)
        if proposal.errors:
            raise errors.DataError(proposal.problems)
        verb = "replace" if proposal.replaced_segments else "add"
        store.write(proposal.additions, f"{verb} {', '.join(proposal.ids)}")
    return proposal


def removal(path: str | Path, ids: Sequence[str]) -> tuple[Additions, Catalog, list[str]]:
    """What the folder's file would hold without these segments, the facts then, and what would be left hanging.

    Places and splits that only they needed go with them; own segments that ended on them are then joined to less, and
    the sentences say so. Raises UnknownNameError for a segment that was not added,
    DataError where something else in the folder refers to what would go.
    """
    store = folder.Store(Path(path))
    present = store.read() if store.path.exists() else Additions()
    known = [segment.id for segment in present.segments]
    for key in ids:
        if key not in known:
            raise _unknown(store.path, key, known)
    left = _without(present, ids)
    after, problems = catalog.read(store.path, additions=left)
    if after is None:
        refuse = "it cannot be removed while this refers to it"
        raise errors.DataError([replace(item, hint=refuse) for item in problems if item.severity == "error"])
    before = catalog.load(store.path, additions=present)
    known_islands = {item.feature_id for item in checks.islands(before)}
    lost = {item.feature_id for item in checks.islands(after)} - known_islands
    hanging = [
        f"{segment.id} ends at {', '.join(sorted({segment.from_node, segment.to_node} & lost))}, then joined to "
        "nothing else"
        for segment in left.segments
        if {segment.from_node, segment.to_node} & lost
    ]
    return left, after, hanging


def remove(path: str | Path, ids: Sequence[str], *, version: str = "") -> list[str]:
    """Take segments that were added out of a folder again, and say what is left hanging. Raises as ``removal``.

    ``version`` as for ``add``.
    """
    if not Path(path).is_dir():
        raise _unknown(Path(path), ids[0], [])
    with folder.locked(path) as store:
        store.require(version)
        left, _, hanging = removal(path, ids)
        store.write(left, f"remove {', '.join(ids)}", is_removal=True)
    return hanging


def undo(path: str | Path, *, version: str = "") -> str:
    """Take the last change of a folder back, also one of an earlier run, and say which it was.

    Raises RequestError where there is nothing to undo; ``version`` as for ``add``.
    """
    if not Path(path).is_dir():
        raise errors.RequestError(f"{path}: no such folder, so there is nothing to undo")
    with folder.locked(path) as store:
        store.require(version)
        return store.undo()


def _unknown(path: Path, key: str, known: Collection[str]) -> errors.UnknownNameError:
    import difflib

    near = difflib.get_close_matches(key, known, n=3, cutoff=0.4)
    detail = f"it was not added to {path / additions.FILE_NAME}" + ("" if known else ", which has none")
    return errors.UnknownNameError("segment", key, near, detail)


def _without(present: Additions, ids: Collection[str], *, keeps_places: bool = False) -> Additions:
    """Without these segments, their splits, and the places that only they used."""
    if not any(segment.id in ids for segment in present.segments):
        return present
    left = Additions(
        present.nodes,
        tuple(segment for segment in present.segments if segment.id not in ids),
        tuple(split for split in present.splits if split.segment not in ids),
    )
    return left if keeps_places else _swept(left, _places_of(present, ids))


def _places_of(present: Additions, ids: Collection[str]) -> set[str]:
    """Where these segments end or are split."""
    gone = [segment for segment in present.segments if segment.id in ids]
    ends = {end for segment in gone for end in (segment.from_node, segment.to_node)}
    return ends | {split.node for split in present.splits if split.segment in ids}


def _swept(present: Additions, candidates: Collection[str]) -> Additions:
    """Without those of these places that no segment ends at any more, and without their splits."""
    used = {end for segment in present.segments for end in (segment.from_node, segment.to_node)}
    nodes = tuple(node for node in present.nodes if node.id in used or node.id not in candidates)
    dropped = {node.id for node in present.nodes} - {node.id for node in nodes}
    return Additions(nodes, present.segments, tuple(item for item in present.splits if item.node not in dropped))


def _stated_splits(ground: Ground, drafts: Drafts, found: list[Problem]) -> None:
    """Splits that come with the lines, as in a file that segments were added to."""
    for split in drafts.splits:
        lost = next((key for key, known in ((split.segment, ground.segments), (split.node, ground.nodes))
                     if key not in known), None)  # fmt: skip
        if lost is not None:
            file = drafts.lines[0].file if drafts.lines else ""
            found.append(Problem("error", "unknown-id", "a split names what is not there", file, field="splits",
                                 value=lost, hint="take the split out of the file"))  # fmt: skip
        elif split not in ground.splits:
            ground.splits.append(split)


def _places(ground: Ground, places: Sequence[DraftPlace], lines: Sequence[DraftLine], found: list[Problem]) -> None:
    """New places that a file gives as points; one where no line ends is not added, and said."""
    from geodata import borders, geojson

    for place in places:
        near = any(
            geodesy.distance_km(end, place.position) <= ground.snap_km
            for line in lines
            for end in (line.coordinates or ())[:: max(1, len(line.coordinates or ()) - 1)]
        )
        names = {str(line.values.get(side)) for line in lines for side in ("from", "to")}
        stated = place.values.get("name")
        if not near and not {place.id, str(stated)} & names:
            found.append(place.problem("warning", "unused-place", "no line ends at this place, so it is not added"))
            continue
        name = stated if isinstance(stated, str) else place.id
        key = place.id or topology.slug(str(name or "place"))
        if key in ground.nodes:
            found.append(place.problem("error", "id-exists", "a place has this id already", "id", key,
                                       hint="leave the place out, and name it in 'from' or 'to'"))  # fmt: skip
            continue
        lon, lat = place.position
        defaults = {"name": name, "country": borders.country_at(place.position), "kind": "junction",
                    "source": ("own-statement",)}  # fmt: skip
        values = {**defaults, **place.values, "id": key, "lon": lon, "lat": lat}
        node = geojson.validate(records.Node, values, place.file, place.index or 0, key, found)
        if node is not None:
            ground.nodes[key] = node
            modes = {str(line.values.get("mode")) for line in lines}
            _on_lines(ground, place, node, modes, found)


def _on_lines(ground: Ground, place: DraftPlace, node: records.Node, modes: set[str], found: list[Problem]) -> None:
    """A new place that lies on lines of the modes that end there is a junction of them; one beside them is told of."""
    for mode in sorted(modes & set(ground.facts.modes)):
        if ground.facts.modes[mode].area != "land":
            continue
        for segment, spot in topology.meetings(ground, mode, node.position, topology.TOUCH_KM):
            if spot.off_km <= topology.SAME_SPOT_KM:
                ground.splits.append(records.Split(segment=segment.id, node=node.id))
            else:
                message = f"lies {1000 * spot.off_km:,.0f} m beside {segment.id} without a junction"
                found.append(place.problem("warning", "touches-line", message, "coordinates", segment.id,
                                           hint="put it on the line, and it is one"))  # fmt: skip


def _line(ground: Ground, line: DraftLine, rules: Rules, found: list[Problem]) -> Added | None:
    """The new segment of a line, put into the network as it is so far; None with errors noted."""
    problems = [*doctor.fields(ground.facts, line), *doctor.geometry(ground.facts, line)]
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
                ground.nodes.setdefault(end.node.id, end.node)
    if len(ends) == 2 and ends[0].node.id == ends[1].node.id:
        message = f"both ends are at {ends[0].node.name} ({ends[0].node.id})"
        found.append(line.problem("error", "same-ends", message, "to", ends[1].node.id, at=ends[0].node.position,
                                  hint="name another place, or draw the line farther"))  # fmt: skip
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
        if not values.get("countries") and mode.area == "land":
            # straight over a third country, which no course that anybody would build need touch
            values["countries"] = tuple(dict.fromkeys((start.country, end.country)))
    elif values.get("length_km") is None:
        drawn_km = geodesy.length_km(positions)
        if drawn_km <= SURVEYED_STEP_KM * (len(positions) - 1):
            values |= {"length_km": round(drawn_km, 3), "length_basis": "measured_geometry",
                       "length_detail": "geodesic length of the geometry"}  # fmt: skip
    values["coordinates"] = tuple(positions)
    said: list[Problem] = []
    made = line.id or (topology.slug(name) if isinstance(name, str) else f"{start.id}-{end.id}-{mode.id}")
    if not line.id:
        values["id"] = topology.free_id(made, ground.segments)
    else:
        values["id"] = made
        if made in ground.segments:
            said.append(line.problem("error", "id-exists", "a segment has this id already", "id", made,
                                     hint="choose another id, or --replace where it is one of your own"))  # fmt: skip
    return values, said


def _joined(
    ground: Ground, line: DraftLine, segment: records.Segment, ends: tuple[End, ...], rules: Rules,
    found: list[Problem],
) -> Added | None:  # fmt: skip
    """The segment with its splits and junctions, once no other segment is the same."""
    twin = _twin(ground, segment)
    if twin is not None:
        same = twin.status == segment.status
        message = f"much the same as {twin.id} ({_km(ground, twin):,.0f} km, {twin.status})"
        found.append(line.problem("error" if same else "warning", "duplicate" if same else "parallel", message, "id",
                                  segment.id, hint="leave it out, or --replace it where it is your own"))  # fmt: skip
        if same:
            return None
    if ground.facts.modes[segment.mode].area == "water":
        astray = list(topology.over_land(line, segment))
        found += astray
        if any(item.severity == "error" for item in astray):
            return None
    ground.splits += [records.Split(segment=key, node=end.node.id) for end in ends for key in end.splits]
    junctions: list[tuple[str, str]] = []
    is_drawn = line.coordinates is not None and len(line.coordinates) > 1
    if is_drawn and ground.facts.modes[segment.mode].area == "land":
        junctions = _junctions(ground, line, segment, rules, found)
    found += topology.gauge_breaks(ground, line, segment, [node for node, _ in junctions])
    ground.segments[segment.id] = segment
    return Added(segment, ends, tuple(junctions), line)


def _twin(ground: Ground, segment: records.Segment) -> records.Segment | None:
    key = ({segment.from_node, segment.to_node}, segment.mode, segment.gauge_mm)
    for other in ground.segments.values():
        if ({other.from_node, other.to_node}, other.mode, other.gauge_mm) == key:
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
    ends = (segment.from_node, segment.to_node)
    at_nodes = topology.passed(ground, segment)
    for key in ground.fresh:
        spot = parts.spot_near(segment, ground.nodes[key].position)
        if key not in ends and spot.off_km <= ground.snap_km and key not in [node.id for node, _ in at_nodes]:
            at_nodes.append((ground.nodes[key], spot.off_km))
    for node, off_km in at_nodes:
        if rules.join or node.id in ground.fresh:
            ground.splits.append(records.Split(segment=segment.id, node=node.id))
            made.append((node.id, segment.id))
        else:
            message = f"passes {node.name} ({node.id}) at {1000 * off_km:,.0f} m without a junction"
            said.append(line.problem("warning", "passes-node", message, "coordinates", node.id, at=node.position,
                                     hint="the option join makes a junction of it"))  # fmt: skip
    places = [node.position for node, _ in at_nodes]
    joined: list[tuple[str, tuple[float, float]]] = []
    for other, position in topology.crossings(ground, segment):
        if places and min(geodesy.distances_km(position, places)) <= topology.TOUCH_KM:
            continue  # at a place that is passed
        if not rules.join:
            lon, lat = position
            message = f"crosses {other.id} at {lat:.4f} N {lon:.4f} E without a junction"
            said.append(line.problem("warning", "crossing", message, "coordinates", other.id, at=position,
                                     hint="the option join makes a junction of it"))  # fmt: skip
            continue
        here = next((key for key, spot in joined if geodesy.distance_km(spot, position) <= topology.SAME_SPOT_KM), "")
        if here:  # a second line on the same course
            ground.splits.append(records.Split(segment=other.id, node=here))
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
    ground: Ground, line: DraftLine, segment: records.Segment, other: records.Segment, position: tuple[float, float],
    said: list[Problem],
) -> str:  # fmt: skip
    from geodata import borders

    country = borders.country_at(position)
    if not country:
        said.append(line.problem("warning", "crossing", f"crosses {other.id} outside every country: no junction made",
                                 "coordinates", other.id, at=position))  # fmt: skip
        return ""
    key = topology.free_id(f"{segment.id[:50]}_x_{other.id[:50]}", ground.nodes)
    lon, lat = round(position[0], 6), round(position[1], 6)
    name = f"Crossing of {segment.id} and {other.id}"[:300]
    ground.nodes[key] = records.Node(
        id=key, name=name, country=country, kind="junction", lon=lon, lat=lat, source=("own-statement",),
        source_detail="where two lines cross", confidence="low",
    )  # fmt: skip
    ground.splits += [records.Split(segment=each.id, node=key) for each in (segment, other)]
    return key


def _at_drafts(problems: Sequence[Problem], added: Sequence[Added]) -> list[Problem]:
    """Findings about new segments, with the place where each was stated instead of the file it would go into."""
    drafts = {end.node.id: item.draft for item in added for end in item.ends if end.how in ("new", "split")}
    drafts |= {item.segment.id: item.draft for item in added}
    return [
        replace(item, file=draft.file, feature_index=draft.index)
        if (draft := drafts.get(item.feature_id)) is not None
        else item
        for item in problems
    ]


def _network_problems(after: Catalog, ids: Sequence[str]) -> list[Problem]:
    """What the rules of the network find at the new segments and their places, and whether these are an island."""
    new = {key: segment for key, segment in after.stated_segments.items() if key in ids}
    keys = {end for segment in new.values() for end in (segment.from_node, segment.to_node)}
    own = {key for key in keys if after.found_in[("nodes", key)][0].endswith(additions.FILE_NAME)}
    part = replace(after, nodes={key: after.nodes[key] for key in keys}, segments=new, wholes={}, corridors={},
                   closures={}, projects={})  # fmt: skip
    found = [item for rule in FOLDER_RULES for item in rule(part) if item.feature_id in {*ids, *own}]
    return found + [item for item in checks.islands(after) if item.feature_id in keys]
