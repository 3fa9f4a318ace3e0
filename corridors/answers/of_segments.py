"""Answers about one's own segments as tables: what adding would do, what has been added, what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from corridors.answers.of_findings import LISTED, of_problems
from corridors.answers.report import Report, data_of, headline
from geodata import details, records
from geodata.catalog import Catalog
from geodata.errors import Problem
from geodata.own.editing import Proposal
from geodata.own.joining import Added
from geodata.read import additions, feature_records
from maps.tables.table import Column, Table

SEGMENT_COLUMNS = (
    Column("id", "segment"),
    Column("from", "from"),
    Column("to", "to"),
    Column("mode", "mode"),
    Column("gauge_mm", "gauge"),
    Column("status", "status"),
    Column("opens_year", "opens", None),
    Column("length_km", "km", 1),
    Column("evidence", "length is"),
    Column("countries", "countries"),
    *(Column(row.name, row.heading, 1 if row.form == "number" else None) for row in details.details()),
)


def _segment_values(segment: records.Segment) -> tuple[Any, ...]:
    return (
        segment.id,
        segment.from_node,
        segment.to_node,
        segment.mode,
        segment.gauge_mm,
        segment.status,
        segment.opens_year,
        segment.length_km,
        segment.evidence,
        segment.countries,
        *(getattr(segment, row.name) for row in details.details()),
    )


def of_proposal(proposal: Proposal, *, written_to: Path | None, what: str) -> Report:
    """The segments that are added, or would be, how their ends join the network, and every finding."""
    facts = proposal.after
    added = proposal.added if facts else ()
    segments = [facts.stated_segments[item.segment.id] for item in added] if facts else []
    columns = (*SEGMENT_COLUMNS, Column("joined", "joined to the network"))
    rows = tuple((*_segment_values(each), _joined(item)) for each, item in zip(segments, added, strict=True))
    if proposal.errors:
        what, said = "nothing is added", f"{len(proposal.errors)} error(s): nothing was added"
    elif written_to is not None:
        said = f"written to {written_to / additions.FILE_NAME}; 'corridors segment undo' takes it back"
    else:
        said = "nothing was written"
    found = of_problems(proposal.problems, what)
    table = Table(columns, rows, (headline(proposal.before, what),), (*map(_length, segments), said), "segments")
    tables = (table, found.tables[0]) if proposal.problems else (table,)
    answer = {
        "data": data_of(facts or proposal.before),
        "written_to": str(written_to / additions.FILE_NAME) if written_to and not proposal.errors else None,
        "added": [_added(each, item, facts) for each, item in zip(segments, added, strict=True)],
        **found.json,
    }
    features = tuple(feature_records.segment_feature(each) for each in segments)
    return Report(tables, Table(columns, rows), answer, features=features)


def _length(segment: records.Segment) -> str:
    """What the length of a segment rests on."""
    return f"length of {segment.id}: {segment.length_detail or segment.length_basis.replace('_', ' ')}"


def _added(segment: records.Segment, item: Added, facts: Catalog | None) -> dict[str, Any]:
    values = segment.model_dump(mode="json", by_alias=True, exclude={"part_of", "share"})
    return {
        **values,
        "evidence": segment.evidence,
        "parts": list(facts.parts_of(segment.id)) if facts else [],
        "ends": [end.as_dict() for end in item.ends],
        "junctions": [{"node": node, "splits": split} for node, split in item.junctions],
    }


def _joined(item: Added) -> str:
    texts = []
    for end in item.ends:
        name = end.node.name
        where = {
            "named": f"at {name}",
            "snapped": f"snapped to {name}, {1000 * end.off_km:,.0f} m off",
            "split": f"splits {' and '.join(end.splits)}, {1000 * end.off_km:,.0f} m off",
            "new": f"new place {name}",
        }[end.how]
        texts.append(f"{end.side}: {where}")
    if item.junctions:
        texts.append(f"{len(item.junctions)} junction(s)")
    return "; ".join(texts)


def of_findings(proposal: Proposal, what: str) -> Report:
    """What the doctor found, and how the ends would join the network."""
    found = of_problems(proposal.problems, what)
    ends = [f"{item.segment.id}: {_joined(item)}" for item in proposal.added[:LISTED]]
    if len(proposal.added) > LISTED:
        ends.append(f"... and {len(proposal.added) - LISTED:,} more lines; -f json has how each joins the network")
    people = found.tables[0]
    table = replace(people, after=(*people.after, *ends))
    added = [{"id": item.segment.id, "ends": [end.as_dict() for end in item.ends]} for item in proposal.added]
    features = tuple(_spot(problem) for problem in proposal.problems if problem.position is not None)
    return Report((table,), found.flat, {**found.json, "added": added}, features=features)


def _spot(problem: Problem) -> dict[str, Any]:
    """A finding as a GeoJSON point, for those that have a place on the map."""
    lon, lat = problem.position or (0.0, 0.0)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": problem.as_dict(),
    }


def of_own(facts: Catalog, folder: Path) -> Report:
    """The segments that a folder holds: those that were added, and those of its other files."""
    own = {key: row for key, row in facts.stated_segments.items() if key in facts.own_ids}
    columns = (*SEGMENT_COLUMNS, Column("parts", "parts", 0), Column("file", "file"))
    rows = tuple(
        (*_segment_values(row), len(facts.parts_of(key)), Path(facts.found_in[("segments", key)][0]).name)
        for key, row in own.items()
    )
    split = sorted(key for key in facts.wholes if key not in facts.own_ids)
    after = (f"splits of shipped segments: {', '.join(split)}",) if split else ()
    title = headline(facts, f"{len(own)} own segment(s) in {folder}")
    answer = {
        "data": data_of(facts),
        "segments": [
            {
                **row.model_dump(mode="json", by_alias=True, exclude={"part_of", "share"}),
                "evidence": row.evidence,
                "parts": list(facts.parts_of(key)),
                "file": facts.found_in[("segments", key)][0],
            }
            for key, row in own.items()
        ],
        "split": split,
    }
    features = tuple(feature_records.segment_feature(row) for row in own.values())
    return Report((Table(columns, rows, (title,), after, "segments"),), Table(columns, rows), answer, features=features)
