"""The facts in one value: what is shipped, overlaid with the user's own folder.

A user's folder may hold ``nodes.geojson``, ``segments.geojson`` or ``segments/*.geojson``, ``corridors.toml``,
``closures.toml``, ``projects.toml``, ``sources.toml`` and ``rates.csv`` in the same form as the shipped files. A
record with an id that exists already takes its place. ``splits.toml`` names segments that are cut where a node lies on
them.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from geodata import errors, geojson, records, tables
from geodata.errors import Problem
from geodata.rates import QUANTITIES, REGION, SCOPES, Rates

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAX_UNKNOWN_FILES = 1000
"""After so many problems unknown files are not listed any more: the folder is a wrong one."""

SHIPPED = Path(__file__).parent / "data"

RecordT = TypeVar("RecordT", bound=records.Record)


@dataclass(frozen=True, eq=False)
class Catalog:
    """All facts. Treat it as a value: nothing in it changes after loading; two are equal when they are one."""

    nodes: Mapping[str, records.Node]
    segments: Mapping[str, records.Segment]
    modes: Mapping[str, records.Mode]
    corridors: Mapping[str, records.Corridor]
    closures: Mapping[str, records.Closure]
    projects: Mapping[str, records.Project]
    capacities: Sequence[records.Capacity]
    parameters: Sequence[records.Parameter]
    reference_lengths: Sequence[records.ReferenceLength]
    sources: Mapping[str, records.Source]
    rates: Rates
    version: str
    data_date: date
    sha256: str
    own_ids: frozenset[str] = frozenset()
    found_in: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict, repr=False)
    """(kind, id) -> the file and the index of the feature; the kinds are ``nodes``, ``segments``, ``corridors`` ..."""
    warnings: tuple[Problem, ...] = field(default=(), repr=False)
    wholes: Mapping[str, records.Segment] = field(default_factory=dict, repr=False)
    """Segments that are split, by id; ``segments`` has their parts."""

    def parts_of(self, segment_id: str) -> tuple[str, ...]:
        """The ids of the parts of a segment: itself when it is not split, none when there is no such segment."""
        if segment_id in self.segments:
            return (segment_id,)
        return self._parts.get(segment_id, ())

    @property
    def stated_segments(self) -> Mapping[str, records.Segment]:
        """The segments as the files state them: whole ones in the place of parts."""
        return {**{key: row for key, row in self.segments.items() if row.part_of is None}, **self.wholes}

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for key, segment in self.segments.items():
            if segment.part_of is not None:
                found[segment.part_of] = (*found.get(segment.part_of, ()), key)
        return found

    @cached_property
    def opens_year(self) -> dict[str, int]:
        """Segment id -> opening year: the segment's own, else its project's central one. Built lines have none."""
        years = {
            segment_id: project.opens_central
            for project in self.projects.values()
            if project.opens_central is not None
            for whole_id in project.segments
            for segment_id in self.parts_of(whole_id)
        }
        years |= {key: segment.opens_year for key, segment in self.segments.items() if segment.opens_year is not None}
        return {key: year for key, year in years.items() if self.segments[key].status != "operational"}

    def frames(self) -> tuple[GeoDataFrame, GeoDataFrame]:
        """Nodes and segments as GeoDataFrames (EPSG:4326), indexed by id."""
        import geopandas
        import shapely

        nodes = geopandas.GeoDataFrame(
            [node.model_dump() for node in self.nodes.values()],
            geometry=[shapely.Point(node.position) for node in self.nodes.values()],
            crs="EPSG:4326",
        ).set_index("id")
        rows = [segment.model_dump(exclude={"coordinates"}) for segment in self.segments.values()]
        lines = [shapely.LineString(segment.coordinates) for segment in self.segments.values()]
        return nodes, geopandas.GeoDataFrame(rows, geometry=lines, crs="EPSG:4326").set_index("id")


@dataclass
class _Shelf:
    """What is being read: records by file kind, their problems, and a digest of the bytes."""

    nodes: dict[str, records.Node] = field(default_factory=dict)
    segments: dict[str, records.Segment] = field(default_factory=dict)
    modes: dict[str, records.Mode] = field(default_factory=dict)
    corridors: dict[str, records.Corridor] = field(default_factory=dict)
    closures: dict[str, records.Closure] = field(default_factory=dict)
    projects: dict[str, records.Project] = field(default_factory=dict)
    capacities: dict[str, records.Capacity] = field(default_factory=dict)
    parameters: dict[str, records.Parameter] = field(default_factory=dict)
    reference_lengths: dict[str, records.ReferenceLength] = field(default_factory=dict)
    sources: dict[str, records.Source] = field(default_factory=dict)
    rates: dict[tuple[str, str, str], records.Rate] = field(default_factory=dict)
    splits: dict[str, records.Split] = field(default_factory=dict)
    wholes: dict[str, records.Segment] = field(default_factory=dict)
    own_ids: set[str] = field(default_factory=set)
    found_in: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    taken: set[tuple[bool, str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


def load(folder: str | Path | None = None) -> Catalog:
    """The shipped facts, overlaid with ``folder`` where given. Raises DataError with every error found."""
    catalog, problems = read(folder)
    if catalog is None or any(problem.severity == "error" for problem in problems):
        raise errors.DataError(problems)
    return catalog


def read(folder: str | Path | None = None) -> tuple[Catalog | None, list[Problem]]:
    """The catalog and all problems, errors and warnings; the catalog is None where errors forbid one."""
    shelf = _Shelf()
    _read_folder(shelf, SHIPPED, own=False)
    if folder is not None:
        own = Path(folder)
        if not own.is_dir():
            raise errors.FileAccessError(f"{own}: no such folder; give the folder that holds your segments")
        _read_folder(shelf, own, own=True)
    if not any(problem.severity == "error" for problem in shelf.problems):
        _complete_segments(shelf)
        _split_segments(shelf)
        shelf.problems += _broken_references(shelf)
    if any(problem.severity == "error" for problem in shelf.problems):
        return None, shelf.problems
    about = tomllib.loads(geojson.read_text(SHIPPED / "data.toml"))
    catalog = Catalog(
        nodes=shelf.nodes, segments=shelf.segments, modes=shelf.modes, corridors=shelf.corridors,
        closures=shelf.closures, projects=shelf.projects, capacities=tuple(shelf.capacities.values()),
        parameters=tuple(shelf.parameters.values()), reference_lengths=tuple(shelf.reference_lengths.values()),
        sources=shelf.sources, rates=Rates(shelf.rates.values()), version=about["version"],
        data_date=about["data_date"], sha256=shelf.digest.hexdigest(), own_ids=frozenset(shelf.own_ids),
        found_in=shelf.found_in, warnings=tuple(shelf.problems), wholes=shelf.wholes,
    )  # fmt: skip
    return catalog, shelf.problems


Reader = Callable[[Path, str], tuple[list[RecordT], list[Problem]]]


def _read_folder(shelf: _Shelf, folder: Path, *, own: bool) -> None:
    """Put a folder's records on the shelf, later ones over earlier ones, and note unknown files."""

    def toml(file: str, table: str, record: type[RecordT], into: dict[str, RecordT]) -> None:
        _take(shelf, folder, file, lambda path, name: tables.read_toml(path, name, table, record), into, own)

    _take(shelf, folder, "nodes.geojson", geojson.read_nodes, shelf.nodes, own)
    segment_files = ["segments.geojson", *sorted(f"segments/{path.name}" for path in folder.glob("segments/*.geojson"))]
    for file in segment_files:
        _take(shelf, folder, file, geojson.read_segments, shelf.segments, own)
    toml("modes.toml", "mode", records.Mode, shelf.modes)
    toml("corridors.toml", "corridor", records.Corridor, shelf.corridors)
    toml("closures.toml", "closure", records.Closure, shelf.closures)
    toml("projects.toml", "project", records.Project, shelf.projects)
    toml("sources.toml", "source", records.Source, shelf.sources)
    if own:
        toml("splits.toml", "split", records.Split, shelf.splits)
    known = {"nodes.geojson", *segment_files, "modes.toml", "corridors.toml", "closures.toml", "projects.toml",
             "sources.toml", "splits.toml", "rates.csv"}  # fmt: skip
    _take(shelf, folder, "rates.csv", lambda path, name: tables.read_csv(path, name, records.Rate), shelf.rates, own)
    if not own:
        _take(shelf, folder, "capacities.csv", lambda path, name: tables.read_csv(path, name, records.Capacity),
              shelf.capacities, own)  # fmt: skip
        _take(shelf, folder, "parameters.csv", lambda path, name: tables.read_csv(path, name, records.Parameter),
              shelf.parameters, own)  # fmt: skip
        _take(shelf, folder, "reference_lengths.csv",
              lambda path, name: tables.read_csv(path, name, records.ReferenceLength), shelf.reference_lengths,
              own)  # fmt: skip
        return
    inside = [*folder.glob("*"), *folder.glob("segments/*")]
    present = [str(path.relative_to(folder)) for path in sorted(inside) if path.is_file()]
    for name in present:
        if name not in known and not Path(name).name.startswith(".") and len(shelf.problems) < MAX_UNKNOWN_FILES:
            shelf.problems.append(Problem("warning", "unknown-file", "this file is not read", f"{folder}/{name}",
                                          allowed=", ".join(sorted(known))))  # fmt: skip
    if not any(name in known for name in present):
        shelf.problems.append(Problem("warning", "empty-folder", "no file of this folder is read", str(folder),
                                      allowed=", ".join(sorted(known))))  # fmt: skip


def _take(
    shelf: _Shelf, folder: Path, file: str, reader: Reader[RecordT], into: dict[str, RecordT] | dict[
        tuple[str, str, str], RecordT], own: bool
) -> None:  # fmt: skip
    path = folder / file
    if not path.is_file():
        return
    name = str(path) if own else file
    try:
        rows, problems = reader(path, name)
        shelf.digest.update(file.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    except errors.DataError as error:
        rows, problems = [], list(error.problems)
    except OSError as error:
        raise errors.FileAccessError(f"{path}: cannot be read ({error.strerror or error})") from error
    shelf.problems += problems
    table: dict[object, RecordT] = into  # type: ignore[assignment]
    kind = Path(file).parts[0].partition(".")[0]
    for index, row in enumerate(rows):
        key = _key(row, index)
        label = " ".join(key) if isinstance(key, tuple) else str(key)
        if (own, kind, label) in shelf.taken:
            first, at = shelf.found_in[(kind, label)]
            message = f"this id stands twice in one folder, first in {first} feature {at}"
            shelf.problems.append(Problem("error", "duplicate-id", message, name, index, label))
            continue
        if own and key in table:
            message = "this record takes the place of one with its id"
            shelf.problems.append(Problem("warning", "replaces", message, name, index, label))
        shelf.taken.add((own, kind, label))
        shelf.found_in[(kind, label)] = (name, index)
        table[key] = row
        if own and isinstance(key, str):
            shelf.own_ids.add(key)


def _key(row: records.Record, index: int) -> object:
    if isinstance(row, records.Rate):
        return row.key
    if isinstance(row, records.Capacity):
        return f"{row.on}#{index}"
    if isinstance(row, records.Parameter):
        return row.name
    return getattr(row, "id")  # noqa: B009  (the records that are left all have an id)


def _complete_segments(shelf: _Shelf) -> None:
    """Measure what a segment leaves open: its length along the geometry, its countries at the borders."""
    for key, segment in shelf.segments.items():
        mode = shelf.modes.get(segment.mode)
        if mode is None or (segment.length_km is not None and segment.country_km and segment.countries):
            continue
        from geodata import borders, geodesy

        file, index = shelf.found_in[("segments", key)]
        changes: dict[str, object] = {}
        length_km = segment.length_km
        if length_km is None:
            length_km = geodesy.length_km(segment.coordinates) * mode.detour_factor
            detail = f"geodesic length of the geometry times {mode.detour_factor}"
            changes |= {"length_km": length_km, "length_basis": "measured_geometry", "length_detail": detail}
        if length_km <= 0:
            shelf.problems.append(
                Problem("error", "no-length", "the line has no length", file, index, key, "coordinates")
            )
            continue
        unknown = [code for code in segment.countries if code not in borders.polygons()]
        if unknown and not segment.country_km and mode.area == "land" and len(segment.countries) > 1:
            shelf.problems.append(Problem("error", "unknown-country", "no polygon to cut the line at; state country_km",
                                          file, index, key, "countries", ", ".join(unknown)))  # fmt: skip
            continue
        country_km = segment.country_km or borders.country_km(
            segment.coordinates, length_km, area=mode.area, declared=segment.countries
        )
        if abs(sum(country_km.values()) - length_km) > 0.002 * length_km + 0.002:
            message = "country_km does not add up to the length"
            shelf.problems.append(Problem("error", "country-km", message, file, index, key, "country_km",
                                          f"{sum(country_km.values()):.1f} km", f"{length_km:.1f} km"))  # fmt: skip
        countries = segment.countries or tuple(code for code in country_km if code != "sea")
        shelf.segments[key] = segment.model_copy(update={**changes, "country_km": country_km, "countries": countries})


SPLIT_OFF_KM = 5.0
"""A node may lie so far from the drawn line of the segment that is split there."""


def _split_segments(shelf: _Shelf) -> None:
    """Put the parts in the place of the segments that are split."""
    from geodata import parts

    cuts: dict[str, list[tuple[float, records.Node]]] = {}
    for key, split in shelf.splits.items():

        def wrong(code: str, name: str, value: str, message: str, allowed: str = "", key: str = key) -> None:
            place = shelf.found_in[("splits", key)]
            shelf.problems.append(Problem("error", code, message, *place, key, name, value, allowed))

        segment, node = shelf.segments.get(split.segment), shelf.nodes.get(split.node)
        if segment is None or node is None:
            name = "segment" if segment is None else "node"
            wrong("unknown-id", name, getattr(split, name), "this id is not in the data")
            continue
        if shelf.modes[segment.mode].area != "land":
            wrong(
                "no-junction", "segment", segment.id, f"a line by {segment.mode} has no junctions; split rail or road"
            )
            continue
        share, off_km = parts.share_at(segment, node.position)
        if off_km > SPLIT_OFF_KM:
            wrong("off-the-line", "node", node.id, "the node does not lie on the segment",
                  f"at most {SPLIT_OFF_KM:g} km from it; it is {off_km:.1f} km")  # fmt: skip
        elif not SHORT_SHARE < share < 1 - SHORT_SHARE or node.id in (segment.from_node, segment.to_node):
            wrong(
                "at-an-end", "node", node.id, "the node lies at an end of the segment; let the line end there instead"
            )
        else:
            cuts.setdefault(segment.id, []).append((share, node))
    for key, listed in cuts.items():
        shelf.wholes[key] = whole = shelf.segments.pop(key)
        for part in parts.apart(whole, listed):
            shelf.segments[part.id] = part
            shelf.found_in[("segments", part.id)] = shelf.found_in[("segments", key)]
            if key in shelf.own_ids:
                shelf.own_ids.add(part.id)


SHORT_SHARE = 1e-4
"""A split nearer to an end than this share of the length would leave a part of no length."""


def _broken_references(shelf: _Shelf) -> list[Problem]:
    """Ids that point nowhere, and gauges where none belong or is missing."""
    problems: list[Problem] = []

    def wrong(code: str, key: str, field_name: str, value: object, allowed: str, message: str) -> None:
        problems.append(
            Problem("error", code, message, *shelf.found_in[("segments", key)], key, field_name, str(value), allowed)
        )

    modes = ", ".join(shelf.modes)
    for segment in shelf.segments.values():
        for name, node_id in (("from", segment.from_node), ("to", segment.to_node)):
            if node_id not in shelf.nodes:
                wrong("unknown-node", segment.id, name, node_id, "the id of a node",
                      "this place is not in nodes.geojson")  # fmt: skip
        mode = shelf.modes.get(segment.mode)
        if mode is None:
            wrong("unknown-mode", segment.id, "mode", segment.mode, modes, "no such mode")
        elif mode.has_gauge and segment.gauge_mm is None:
            wrong("missing-gauge", segment.id, "gauge_mm", None, "1520, 1435, 1676", "rail needs a gauge")
        elif mode.area == "land" and len(segment.countries) > 2:
            wrong("many-borders", segment.id, "countries", ", ".join(segment.countries), "at most two",
                  "a land line over more than one border; split it, so that each is charged")  # fmt: skip
        elif not mode.has_gauge and segment.gauge_mm is not None:
            wrong("needless-gauge", segment.id, "gauge_mm", segment.gauge_mm, "none",
                  f"{segment.mode} has no gauge")  # fmt: skip
    problems += _missing(shelf, "corridors", shelf.corridors, "via", lambda row: row.via, shelf.nodes)
    problems += _missing(shelf, "corridors", shelf.corridors, "modes", lambda row: row.modes, shelf.modes)
    lines = {**shelf.segments, **shelf.wholes}
    problems += _missing(shelf, "projects", shelf.projects, "segments", lambda row: row.segments, lines)
    problems += _wrong_rates(shelf)
    places = {**shelf.nodes, **lines}
    problems += _missing(shelf, "closures", shelf.closures, "applies_to", lambda row: row.applies_to, places)
    problems += _missing(shelf, "capacities", shelf.capacities, "on", lambda row: (row.on,), places)
    return problems


def _wrong_rates(shelf: _Shelf) -> Iterator[Problem]:
    """Rows of rates.csv that nothing would read, or that no planner could compute with."""
    known = _known_scopes(shelf)

    def wrong(row: records.Rate, code: str, name: str, value: object, allowed: str, message: str) -> Problem:
        label = f"{row.quantity} {row.subject} {row.scope}"
        return Problem("error", code, message, *shelf.found_in[("rates", label)], label, name, str(value), allowed)

    for row in shelf.rates.values():
        quantity = QUANTITIES.get(row.quantity)
        if quantity is None:
            near = difflib.get_close_matches(row.quantity, QUANTITIES, n=3, cutoff=0.4) or list(QUANTITIES)
            yield wrong(row, "unknown-quantity", "quantity", row.quantity, ", ".join(near), "nothing reads this")
            continue
        subjects = _subjects(quantity.subjects, shelf)
        if subjects is not None and row.subject not in subjects:
            yield wrong(
                row, "unknown-subject", "subject", row.subject, ", ".join(sorted(subjects)), "nothing reads this"
            )
        if not any(row.scope in known[kind] for kind in quantity.scopes):
            allowed = ", ".join(SCOPES[kind] for kind in quantity.scopes)
            yield wrong(row, "unknown-scope", "scope", row.scope, allowed, "nothing reads this")
        if quantity.divisor and row.central <= 0:
            yield wrong(row, "not-positive", "central", row.central, "above 0", "km or tonnes are divided by it")
        low, high = (row.central if bound is None else bound for bound in (row.low, row.high))
        if not low <= row.central <= high:
            yield wrong(row, "wrong-order", "central", row.central, f"{low} to {high}", "low, central, high must rise")


def _known_scopes(shelf: _Shelf | Catalog) -> dict[str, Collection[str]]:
    """Every scope of each kind that the data has."""
    countries = {node.country for node in shelf.nodes.values()}
    countries |= {area for segment in shelf.segments.values() for area in segment.country_km if area != "sea"}
    lines = {**shelf.segments, **shelf.wholes}
    crossings = {key: segment.crossing for key, segment in lines.items() if segment.crossing is not None}
    return {
        REGION: {REGION},
        "country": countries,
        "pair": {f"{one}-{other}" for one, other in itertools.permutations(sorted(countries), 2)},
        "node": shelf.nodes,
        "segment": lines,
        "way": {f"{key}:{one}-{other}" for key, pair in crossings.items() for one, other in (pair, pair[::-1])},
        "side": {f"{key}:{side}" for key, pair in crossings.items() for side in pair},
    }


def _subjects(kind: str, shelf: _Shelf) -> set[str] | None:
    """The subjects a kind of quantity may have; None where any word will do (a new cargo is a new row)."""
    if kind == "cargo":
        return None
    if kind == "mode":
        return set(shelf.modes)
    if kind == "modes":
        return {"-".join(pair) for pair in itertools.combinations(sorted(shelf.modes), 2)}
    if kind == "gauges":
        return {f"{one}-{other}" for one, other in itertools.combinations(sorted(records.GAUGES_MM), 2)}
    return {kind}


def _missing(
    shelf: _Shelf, kind: str, rows: Mapping[str, RecordT], name: str, ids: Callable[[RecordT], Iterable[str]],
    known: Mapping[str, object],
) -> list[Problem]:  # fmt: skip
    return [
        Problem("error", "unknown-id", "this id is not in the data", *shelf.found_in[(kind, key)], key, name, value)
        for key, row in rows.items()
        for value in ids(row)
        if value not in known
    ]
