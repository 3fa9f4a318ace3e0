"""The import doctor: what is wrong with a line that somebody wants to add, before the network has been looked at.

Every finding names file, feature, field or vertex, the value, what is allowed, and what to do. Errors keep the line
out; warnings are implausible things that may be meant.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator
from typing import Any

from geodata import records
from geodata.catalog import Catalog
from geodata.errors import Problem
from geodata.globe import borders, geodesy
from geodata.globe.growing import Places
from geodata.own.drafts import DraftLine, Position

MAX_VERTICES = 20_000
"""A line of more vertices is refused: 20,000 are one each 50 m of 1,000 km."""

LOT = 64
"""Pieces of a line that are held against all others at once."""

LEAP_KM = 1500.0
"""A step between two vertices longer than this is looked at: it may be a vertex with its axes swapped."""

FAR_KM, NEAR_KM = 300.0, 50.0
"""A line whose ends lie farther than this from every place, and nearer than that once its axes are swapped."""


def fields(facts: Catalog, line: DraftLine) -> Iterator[Problem]:
    """Fields whose value no segment may have: mode, status, gauge, countries."""
    values = line.values
    mode = facts.modes.get(values["mode"]) if isinstance(values.get("mode"), str) else None
    yield from _word(line, "mode", list(facts.modes), needed=True)
    yield from _word(line, "status", list(records.STATUSES))
    if "status" not in values:
        message = "no status is stated, so it counts as proposed"
        yield line.problem("warning", "assumed-status", message, "status", allowed=", ".join(records.STATUSES))
    gauge = values.get("gauge_mm")
    allowed = ", ".join(map(str, records.GAUGES_MM))
    if mode is not None and mode.has_gauge and gauge is None:
        yield line.problem(
            "error",
            "missing-gauge",
            f"{mode.id} needs a gauge",
            "gauge_mm",
            "",
            allowed,
            hint="state its gauge in mm",
        )
    elif mode is not None and not mode.has_gauge and gauge is not None:
        yield line.problem("error", "needless-gauge", f"{mode.id} has no gauge", "gauge_mm", str(gauge), "none")
    elif gauge is not None and (isinstance(gauge, bool) or gauge not in records.GAUGES_MM):
        near = min(records.GAUGES_MM, key=lambda known: abs(known - gauge)) if isinstance(gauge, (int, float)) else None
        hint = f"did you mean {near}?" if near else "a whole number of millimetres"
        yield line.problem("error", "unknown-gauge", "no such gauge", "gauge_mm", str(gauge)[:60], allowed, hint=hint)
    yield from _countries(line)
    yield from _names(line)


def _word(line: DraftLine, name: str, allowed: list[str], *, needed: bool = False) -> Iterator[Problem]:
    value = line.values.get(name)
    if value is None:
        if needed:
            yield line.problem(
                "error",
                "missing-field",
                f"a segment needs a {name}",
                name,
                "",
                ", ".join(allowed),
                hint=f"state {name}, or --{name}",
            )
    elif value not in allowed:
        folded = value.casefold().replace(" ", "_").replace("-", "_") if isinstance(value, str) else ""
        near = difflib.get_close_matches(folded, allowed, n=1, cutoff=0.5)
        yield line.problem(
            "error",
            f"unknown-{name}",
            f"no such {name}",
            name,
            str(value)[:60],
            ", ".join(allowed),
            hint=f"did you mean {near[0]}?" if near else "",
        )


def _countries(line: DraftLine) -> Iterator[Problem]:
    stated = line.values.get("countries", ())
    if not isinstance(stated, (tuple, list)):
        yield line.problem(
            "error", "bad-value", "a list of country codes", "countries", str(stated)[:60], "ISO 3166 codes, e.g. KZ"
        )
        return
    codes = borders.codes()
    known = set(codes.values()) | set(borders.polygons())
    for code in stated:
        if code not in known:
            by_name = codes.get(code.casefold()) if isinstance(code, str) else None
            hint = f"did you mean {by_name}?" if by_name else "ISO 3166 alpha-2, e.g. KZ"
            yield line.problem(
                "error", "unknown-country", "no such country", "countries", str(code)[:60], "ISO 3166 codes", hint=hint
            )


def _names(line: DraftLine) -> Iterator[Problem]:
    for name in ("from", "to", "name", "from_name", "to_name"):
        value = line.values.get(name)
        if value is not None and not (isinstance(value, str) and value.strip()):
            yield line.problem("error", "bad-value", "a text is needed", name, str(value)[:60])


def record(line: DraftLine, values: dict[str, Any]) -> tuple[records.Segment | None, list[Problem]]:
    """The segment of these values, or None with the problem of each field; the fields above are looked at elsewhere."""
    from geodata.read import feature_records

    problems: list[Problem] = []
    made = feature_records.validate(
        records.Segment, values, line.file, line.index if line.index is not None else 0, line.label, problems
    )
    if line.index is None:
        from dataclasses import replace

        problems = [replace(item, feature_index=None) for item in problems]
    return made, problems


def geometry(known: Places, line: DraftLine) -> Iterator[Problem]:
    """What a drawn line cannot be, or seldom is: swapped axes, leaps, crossings of itself; ``known`` are the places."""
    drawn = line.coordinates
    if drawn is None:
        return
    if len(drawn) > MAX_VERTICES:
        yield line.problem(
            "error",
            "too-many-vertices",
            f"{len(drawn):,} vertices",
            "coordinates",
            "",
            f"at most {MAX_VERTICES:,}",
            hint="simplify the line; 10 m are fine enough",
        )
        return
    if len(set(drawn)) == 1:
        yield line.problem("error", "no-length", "all vertices are one point", "coordinates", vertex=0)
        return
    leaps = list(_leaps(line, drawn))
    yield from leaps
    if not leaps:
        yield from _swapped(known, line, drawn)
        yield from _self_crossings(line, drawn)


def _leaps(line: DraftLine, drawn: tuple[Position, ...]) -> Iterator[Problem]:
    """Vertices far from both neighbours: swapped, lost to (0, 0), or on the other side of the antimeridian."""
    steps = geodesy.steps_km(drawn)
    beside_km = [min(steps[max(0, at - 1) : at + 1]) for at in range(len(drawn))]
    for at, here in enumerate(drawn):
        if at and abs(here[0] - drawn[at - 1][0]) > 180:
            yield line.problem(
                "error",
                "antimeridian",
                "this step crosses the antimeridian",
                f"coordinates[{at}]",
                str(list(here)),
                hint="cut the line there (RFC 7946, 3.1.9)",
                vertex=at,
            )
            continue
        off_km = beside_km[at]
        if off_km < LEAP_KM:
            continue
        beside = [drawn[near] for near in (at - 1, at + 1) if 0 <= near < len(drawn)]
        turned = (here[1], here[0])
        if here == (0.0, 0.0):
            yield line.problem(
                "error",
                "null-island",
                "a vertex at (0, 0), far from the others",
                f"coordinates[{at}]",
                str(list(here)),
                hint="a missing value of the program that wrote it?",
                vertex=at,
            )
        elif abs(here[0]) <= 90 and min(geodesy.distance_km(turned, other) for other in beside) < off_km / 5:
            yield line.problem(
                "error",
                "swapped-axes",
                f"{off_km:,.0f} km from its neighbours",
                f"coordinates[{at}]",
                str(list(here)),
                hint="longitude and latitude look swapped",
                vertex=at,
            )


def _swapped(known: Places, line: DraftLine, drawn: tuple[Position, ...]) -> Iterator[Problem]:
    """A line that lies nowhere near the network, but would with longitude and latitude the other way round."""
    if any(abs(lon) > 90 for lon, _ in drawn):
        return
    ends = (drawn[0], drawn[-1])
    far = [_nearest_km(known, end) for end in ends]
    if min(far) < FAR_KM:
        return
    near = [_nearest_km(known, (end[1], end[0])) for end in ends]
    if max(near) < NEAR_KM:
        message = f"its ends are {far[0]:,.0f} and {far[1]:,.0f} km from any place"
        yield line.problem(
            "error",
            "swapped-axes",
            message,
            "coordinates",
            str([list(end) for end in ends]),
            hint="longitude and latitude look swapped; GeoJSON has longitude first",
            vertex=0,
        )


def _nearest_km(known: Places, position: Position) -> float:
    return next((km for _, km in known.nearest(position, 1)), 0.0)


def _self_crossings(line: DraftLine, drawn: tuple[Position, ...]) -> Iterator[Problem]:
    """A line that crosses or retraces itself; some railways do (spirals), most such lines are slips of the hand."""
    import shapely

    if shapely.LineString(drawn).is_simple:
        return
    pieces = [shapely.LineString(pair) for pair in itertools.pairwise(drawn) if pair[0] != pair[1]]
    tree = shapely.STRtree(pieces)
    for first in range(0, len(pieces), LOT):  # the first crossing will do; a scribble has millions
        lot = pieces[first : first + LOT]
        for here, other in sorted(zip(*tree.query(lot, predicate="intersects").tolist(), strict=True)):
            one = first + here
            if other <= one:
                continue
            common = pieces[one].intersection(pieces[other])
            if other - one == 1 and common.geom_type == "Point":
                continue  # they follow each other and share their vertex
            spot = common.representative_point()
            yield line.problem(
                "warning",
                "self-crossing",
                "the line crosses or retraces itself",
                "coordinates",
                f"{spot.y:.4f} N {spot.x:.4f} E",
                hint="a slip of the hand, or a spiral?",
                vertex=one,
                at=(spot.x, spot.y),
            )
            return
