"""Segments being read, made ready: measured where they leave their length open, split where a split says so."""

from __future__ import annotations

import itertools

from geodata import records
from geodata.errors import Problem
from geodata.kinds import SPLITS
from geodata.read import parts
from geodata.read.staging import Staging

SPLIT_OFF_KM = 5.0
"""A node may lie so far from the drawn line of the segment that is split there."""

SHORT_SHARE = 1e-4
"""A split nearer to an end than this share of the length would leave a part of no length."""


def complete(staging: Staging) -> None:
    """Measure what a segment leaves open: its length along the geometry, its countries at the borders."""
    for key, segment in staging.segments.items():
        mode = staging.modes.get(segment.mode)
        if mode is None or (segment.length_km is not None and segment.country_km and segment.countries):
            continue
        from geodata.globe import borders, geodesy

        file, index = staging.found_in[("segments", key)]
        changes: dict[str, object] = {}
        length_km = segment.length_km
        if length_km is None:
            length_km = geodesy.length_km(segment.coordinates) * mode.detour_factor
            detail = f"geodesic length of the geometry times {mode.detour_factor}"
            changes |= {"length_km": length_km, "length_basis": "measured_geometry", "length_detail": detail}
        if length_km <= 0:
            staging.problems.append(
                Problem("error", "no-length", "the line has no length", file, index, key, "coordinates")
            )
            continue
        if mode.crosses_borders and not segment.countries and not segment.country_km:
            stated = _countries(staging, segment, mode)
            segment = segment.model_copy(update={"countries": stated})  # noqa: PLW2901
        unknown = [code for code in segment.countries if code not in borders.polygons()]
        if unknown and not segment.country_km and mode.km_under == records.COUNTRIES and len(segment.countries) > 1:
            staging.problems.append(
                Problem(
                    "error",
                    "unknown-country",
                    "no polygon to cut the line at; state country_km",
                    file,
                    index,
                    key,
                    "countries",
                    ", ".join(unknown),
                )
            )
            continue
        country_km = segment.country_km or borders.country_km(
            segment.coordinates, length_km, km_under=mode.km_under, declared=segment.countries
        )
        if abs(sum(country_km.values()) - length_km) > 0.002 * length_km + 0.002:
            message = "country_km does not add up to the length"
            staging.problems.append(
                Problem(
                    "error",
                    "country-km",
                    message,
                    file,
                    index,
                    key,
                    "country_km",
                    f"{sum(country_km.values()):.1f} km",
                    f"{length_km:.1f} km",
                )
            )
        countries = segment.countries or tuple(filter(records.is_country, country_km))
        staging.segments[key] = segment.model_copy(update={**changes, "country_km": country_km, "countries": countries})


def _countries(staging: Staging, segment: records.Segment, mode: records.Mode) -> tuple[str, ...]:
    """The countries of a line over borders that states none: those along its course, begun and ended by its places'.

    Where km count under a heading of the mode, as on a river that is the border, those of its places alone.

    None where the polygons do not reach; one to which the line returns stands there again, which is too many borders,
    unless it only goes from one side of one border to the other.
    """
    from geodata.globe import borders

    ends = [staging.nodes.get(key) for key in (segment.from_node, segment.to_node)]
    if mode.headings:
        return tuple(dict.fromkeys(node.country for node in ends if node is not None))
    if not all(node is not None and node.country in borders.polygons() for node in ends):
        return ()
    if not all(borders.is_covered(position) for position in segment.coordinates):
        return ()
    start, end = (node.country for node in ends if node is not None)
    along = borders.in_order(segment.coordinates)
    if start != end and set(along) <= {start, end}:
        return start, end  # along a border it may change sides more than once; the checks count that
    return tuple(code for code, _ in itertools.groupby((start, *along, end)))


def split(staging: Staging) -> None:
    """Put the parts in the place of the segments that are split."""
    cuts: dict[str, list[tuple[float, records.Node]]] = {}
    can_be = " or ".join(key for key, mode in staging.modes.items() if mode.has_junctions)
    for key, split in staging.of(SPLITS).items():

        def wrong(code: str, name: str, value: str, message: str, allowed: str = "", key: str = key) -> None:
            place = staging.found_in[("splits", key)]
            staging.problems.append(Problem("error", code, message, *place, key, name, value, allowed))

        segment, node = staging.segments.get(split.segment), staging.nodes.get(split.node)
        if segment is None or node is None:
            name = "segment" if segment is None else "node"
            wrong("unknown-id", name, getattr(split, name), "this id is not in the data")
            continue
        if not staging.modes[segment.mode].has_junctions:
            wrong("no-junction", "segment", segment.id, f"a line by {segment.mode} has no junctions; split {can_be}")
            continue
        share, off_km, _ = parts.spot_near(segment, node.position)
        if off_km > SPLIT_OFF_KM:
            wrong(
                "off-the-line",
                "node",
                node.id,
                "the node does not lie on the segment",
                f"at most {SPLIT_OFF_KM:g} km from it; it is {off_km:.1f} km",
            )
        elif not SHORT_SHARE < share < 1 - SHORT_SHARE or node.id in (segment.from_node, segment.to_node):
            wrong(
                "at-an-end", "node", node.id, "the node lies at an end of the segment; let the line end there instead"
            )
        else:
            cuts.setdefault(segment.id, []).append((share, node))
    for key, listed in cuts.items():
        staging.wholes[key] = whole = staging.segments.pop(key)
        for part in parts.apart(whole, listed):
            staging.segments[part.id] = part
            staging.found_in[("segments", part.id)] = staging.found_in[("segments", key)]
            if key in staging.own_ids:
                staging.own_ids.add(part.id)
