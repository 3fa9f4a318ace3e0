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

from geodata import additions, catalog, checks, doctor, errors, folder, geodesy, records, topology
from geodata.additions import Additions
from geodata.catalog import Catalog
from geodata.drafts import OWN_FIELDS, DraftLine, DraftPlace, Drafts
from geodata.errors import Problem
from geodata.topology import End, Ground

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
    kept = _without(present, replaced)
    before = catalog.load(place, additions=kept)
    ground = Ground.of(before, snap_km=rules.snap_km, may_make=rules.new_places)
    found = list(problems)
    _places(ground, drafts.places, drafts.lines, found)
    added = [item for line in drafts.lines if (item := _line(ground, line, rules, found)) is not None]
    new = Additions(
        (*kept.nodes, *(node for key, node in ground.nodes.items() if key not in before.nodes)),
        (*kept.segments, *(item.segment for item in added)),
        (*kept.splits, *ground.splits),
    )
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


def add(path: str | Path, drafts: Drafts, rules: Rules = Rules(), problems: Sequence[Problem] = ()) -> Proposal:
    """Add lines to a folder, all or none; ``problems`` are those found in reading them.

    Raises DataError with every problem found, FileAccessError when the folder cannot be written to; nothing has then
    changed.
    """
    with folder.locked(path) as store:
        proposal = propose(path, drafts, rules, problems)
        if proposal.errors:
            raise errors.DataError(proposal.problems)
        verb = "replace" if proposal.replaced_segments else "add"
        store.write(proposal.additions, f"{verb} {', '.join(proposal.ids)}")
    return proposal


def removal(path: str | Path, ids: Sequence[str]) -> tuple[Additions, Catalog]:
    """What the folder's file would hold without these segments, and the facts then.

    Places and splits that only they needed go with them. Raises UnknownNameError for a segment that was not added,
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
    return left, after


def remove(path: str | Path, ids: Sequence[str]) -> None:
    """Take segments that were added out of a folder again. Raises as ``removal``."""
    if not Path(path).is_dir():
        raise _unknown(Path(path), ids[0], [])
    with folder.locked(path) as store:
        left, _ = removal(path, ids)
        store.write(left, f"remove {', '.join(ids)}", is_removal=True)


def undo(path: str | Path) -> str:
    """Take the last change of a folder back, also one of an earlier run, and say which it was.

    Raises RequestError where there is nothing to undo.
    """
    if not Path(path).is_dir():
        raise errors.RequestError(f"{path}: no such folder, so there is nothing to undo")
    with folder.locked(path) as store:
        return store.undo()


def _unknown(path: Path, key: str, known: Collection[str]) -> errors.UnknownNameError:
    import difflib

    near = difflib.get_close_matches(key, known, n=3, cutoff=0.4)
    detail = f"it was not added to {path / additions.FILE_NAME}" + ("" if known else ", which has none")
    return errors.UnknownNameError("segment", key, near, detail)


def _without(present: Additions, ids: Collection[str]) -> Additions:
    """Without these segments, their splits, and the places that only they used."""
    gone = [segment for segment in present.segments if segment.id in ids]
    if not gone:
        return present
    theirs = {end for segment in gone for end in (segment.from_node, segment.to_node)}
    theirs |= {split.node for split in present.splits if split.segment in ids}
    segments = tuple(segment for segment in present.segments if segment.id not in ids)
    used = {end for segment in segments for end in (segment.from_node, segment.to_node)}
    nodes = tuple(node for node in present.nodes if node.id in used or node.id not in theirs)
    dropped = {node.id for node in present.nodes} - {node.id for node in nodes}
    splits = tuple(split for split in present.splits if split.segment not in ids and split.node not in dropped)
    return Additions(nodes, segments, splits)


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
    if isinstance(name, str) and "note" not in values:
        values["note"] = name.strip()
    if mode is None or len(ends) < 2:
        return {**values, "id": line.id or "new", "from": "a", "to": "b", "coordinates": ((0.0, 0.0), (1.0, 1.0))}, []
    start, end = ends[0].node, ends[1].node
    values |= {"from": start.id, "to": end.id}
    inner = (line.coordinates or ())[1:-1]
    positions = [start.position, *inner, end.position]
    if not inner:
        positions = [(round(lon, 6), round(lat, 6)) for lon, lat in geodesy.along(positions, STRAIGHT_STEP_KM)]
        positions[0], positions[-1] = start.position, end.position
        if values.get("length_km") is None:
            length_km = round(geodesy.length_km([start.position, end.position]) * mode.detour_factor, 1)
            detail = f"great circle times {mode.detour_factor:g}, since no course is drawn"
            values |= {"length_km": length_km, "length_basis": "estimated_detour", "length_detail": detail}
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
        message = f"much the same as {twin.id} ({twin.km if twin.length_km else 0:,.0f} km, {twin.status})"
        found.append(line.problem("error" if same else "warning", "duplicate" if same else "parallel", message, "id",
                                  segment.id, hint="leave it out, or --replace it where it is your own"))  # fmt: skip
        if same:
            return None
    splits = [records.Split(segment=end.segment, node=end.node.id) for end in ends if end.how == "split"]
    ground.splits += splits
    found += topology.gauge_breaks(ground, line, segment)
    junctions: list[tuple[str, str]] = []
    is_drawn = line.coordinates is not None and len(line.coordinates) > 1
    if is_drawn and ground.facts.modes[segment.mode].area == "land":
        junctions = _junctions(ground, line, segment, rules, found)
    ground.segments[segment.id] = segment
    return Added(segment, ends, tuple(junctions), line)


def _twin(ground: Ground, segment: records.Segment) -> records.Segment | None:
    factor = ground.facts.modes[segment.mode].detour_factor

    def km(item: records.Segment) -> float:
        return item.length_km if item.length_km is not None else geodesy.length_km(item.coordinates) * factor

    key = ({segment.from_node, segment.to_node}, segment.mode, segment.gauge_mm)
    for other in ground.segments.values():
        if ({other.from_node, other.to_node}, other.mode, other.gauge_mm) == key:
            long, short = max(km(segment), km(other)), min(km(segment), km(other))
            if long - short <= ALIKE * long:
                return other
    return None


def _junctions(
    ground: Ground, line: DraftLine, segment: records.Segment, rules: Rules, found: list[Problem]
) -> list[tuple[str, str]]:
    """Crossings and places passed: made into junctions where the rules say so, else said."""
    made: list[tuple[str, str]] = []
    said: list[Problem] = []
    at_nodes = topology.passed(ground, segment)
    for node, off_km in at_nodes:
        if rules.join:
            ground.splits.append(records.Split(segment=segment.id, node=node.id))
            made.append((node.id, segment.id))
        else:
            message = f"passes {node.name} ({node.id}) at {1000 * off_km:,.0f} m without a junction"
            said.append(line.problem("warning", "passes-node", message, "coordinates", node.id, at=node.position,
                                     hint="the option join makes a junction of it"))  # fmt: skip
    known = [node.position for node, _ in at_nodes]
    for other, position in topology.crossings(ground, segment):
        if known and min(geodesy.distances_km(position, known)) <= topology.TOUCH_KM:
            continue  # a crossing at a place that is passed, or two at one spot
        known.append(position)
        if rules.join:
            node_id = _crossing_node(ground, line, segment, other, position, said)
            if node_id:
                made.append((node_id, other.id))
        else:
            lon, lat = position
            message = f"crosses {other.id} at {lat:.4f} N {lon:.4f} E without a junction"
            said.append(line.problem("warning", "crossing", message, "coordinates", other.id, at=position,
                                     hint="the option join makes a junction of it"))  # fmt: skip
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
    drafts = {item.segment.id: item.draft for item in added}
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
