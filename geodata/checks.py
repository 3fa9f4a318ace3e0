"""Network-wide checks: what no single record can show. One function a check; CHECKS lists them.

Errors are facts that cannot be true; warnings are implausible ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from geodata import catalog, errors, records
from geodata.catalog import Catalog
from geodata.errors import Problem
from geodata.globe import borders, geodesy, sealanes
from geodata.kinds import KINDS

MAX_LENGTH_RATIO = 2.2
"""A segment longer than this times the great circle of its ends is implausible."""

END_TOLERANCE_KM = 5.0
"""A line may end this far from its place before it is an error, 0.1 km before it is worth a word."""

POSITION_SLACK_KM = 1.0
"""Places are known to about a kilometre: a length that lies more than that (and 2 %) under the great circle is an
error, one that lies less under it a warning."""

ROUNDING_KM = 0.05
"""Lengths are stated to 0.1 km."""

PRICES = ("rate_usd_per_tkm", "rate_usd_per_teu_km", "fare_usd_per_teu", "fare_usd_per_t")
FAR_FROM_COUNTRY_DEG = 0.15
STRAY_KM = 10.0


def check(folder: str | Path | None = None) -> list[Problem]:
    """All problems of the shipped data, or those that a folder laid over it brings.

    Errors come first. Raises FileAccessError when the folder cannot be read.
    """
    found, problems = catalog.read(folder)
    if found is None:
        message = "islands, duplicates, ends, lengths, sources and rates are looked at once these errors are mended"
        problems.append(Problem("warning", "not-all-checked", message, str(folder or "")))
    else:
        known = set(findings(catalog.load())) if folder is not None else set()
        problems += [item for item in findings(found) if item not in known]
    return sorted(problems, key=lambda item: item.severity != "error")


def findings(facts: Catalog) -> list[Problem]:
    """What all rules of CHECKS find."""
    return [item for rule in CHECKS.values() for item in rule(facts)]


def require_sound(facts: Catalog) -> None:
    """Raise DataError when a rule that can find errors finds one: such a catalog gives silent wrong answers."""
    wrong = [item for rule in HARD for item in rule(facts) if item.severity == "error"]
    if wrong:
        raise errors.DataError(wrong)


def islands(facts: Catalog) -> Iterator[Problem]:
    """Places that cannot be reached from the largest connected part, over lines of any status."""
    import networkx

    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_nodes_from(facts.nodes)
    graph.add_edges_from((segment.from_node, segment.to_node) for segment in facts.segments.values())
    parts = sorted(networkx.connected_components(graph), key=len, reverse=True)
    for part in parts[1:]:
        for node_id in sorted(part):
            others = f"with {len(part) - 1} other place(s)" if len(part) > 1 else "without any line"
            message = f"not joined to the rest of the network ({others})"
            yield _problem(facts, "nodes", node_id, "warning", "island", message)


def duplicates(facts: Catalog) -> Iterator[Problem]:
    """Two segments of one mode and gauge between the same places, of much the same length."""
    seen: dict[tuple[frozenset[str], str, int | None], list[records.Segment]] = {}
    for segment in facts.stated_segments.values():
        key = (frozenset((segment.from_node, segment.to_node)), segment.mode, segment.gauge_mm)
        others = seen.setdefault(key, [])
        alike = (other for other in others if abs(other.km - segment.km) <= 0.1 * max(other.km, segment.km))
        other = next(alike, None)  # one is enough: a thousand alike would be half a million pairs
        if other is not None:
            message = f"much the same as {other.id}"
            yield _problem(facts, "segments", segment.id, "warning", "duplicate", message, "id", segment.id)
        others.append(segment)


def ends_at_nodes(facts: Catalog) -> Iterator[Problem]:
    """A line must end at its places."""
    for segment in facts.stated_segments.values():
        ends = ((segment.from_node, segment.coordinates[0]), (segment.to_node, segment.coordinates[-1]))
        for node_id, position in ends:
            off_km = geodesy.distance_km(facts.nodes[node_id].position, position)
            if off_km > 0.1:
                severity: Literal["error", "warning"] = "error" if off_km > END_TOLERANCE_KM else "warning"
                message = f"the line ends {off_km:.1f} km from {node_id}"
                yield _problem(
                    facts,
                    "segments",
                    segment.id,
                    severity,
                    "end-off-node",
                    message,
                    "coordinates",
                    f"{off_km:.1f} km",
                    f"at most {END_TOLERANCE_KM} km",
                )


def lengths(facts: Catalog) -> Iterator[Problem]:
    """No way is shorter than the great circle; few are more than 2.2 times as long, but for ships round a continent."""
    for segment in facts.stated_segments.values():
        direct_km = geodesy.distance_km(facts.nodes[segment.from_node].position, facts.nodes[segment.to_node].position)
        value = f"{segment.km:.1f} km"
        if segment.km < direct_km - ROUNDING_KM:
            is_wrong = segment.km < 0.98 * direct_km - POSITION_SLACK_KM
            message = f"no way is shorter than the great circle of its places, {direct_km:.1f} km"
            yield _problem(
                facts,
                "segments",
                segment.id,
                "error" if is_wrong else "warning",
                "below-great-circle",
                message,
                "length_km",
                value,
                f"at least {direct_km:.1f} km",
            )
        elif segment.km > MAX_LENGTH_RATIO * direct_km + POSITION_SLACK_KM and not segment.straits:
            message = f"{segment.km / max(direct_km, 0.001):.1f} times the great circle of {direct_km:.1f} km"
            yield _problem(
                facts,
                "segments",
                segment.id,
                "warning",
                "long-detour",
                message,
                "length_km",
                value,
                f"at most {MAX_LENGTH_RATIO} times",
            )


def sources(facts: Catalog) -> Iterator[Problem]:
    """Every fact has a source, and every source id is known."""
    tables: dict[str, Mapping[str, Any]] = {key: facts.table(key) for key, kind in KINDS.items() if kind.sourced}
    tables["segments"] = facts.stated_segments
    tables["rates"] = {" ".join(row.key): row for row in facts.rates.rows}
    for kind, rows in tables.items():
        for key, row in rows.items():
            if not row.source:
                yield _problem(facts, kind, key, "warning", "missing-source", "a fact without a source", "source")
            for source in row.source:
                if source not in facts.sources:
                    yield _problem(
                        facts,
                        kind,
                        key,
                        "warning",
                        "unknown-source",
                        "this id is not in sources.toml",
                        "source",
                        source,
                    )


def priced(facts: Catalog) -> Iterator[Problem]:
    """A mode that segments use needs a speed, a price, an emission factor, its terminal's hours and its borders'."""
    segments = facts.stated_segments.values()
    abroad = {segment.mode for segment in segments if segment.crossing and facts.modes[segment.mode].crosses_borders}
    for mode_id in dict.fromkeys(segment.mode for segment in segments):
        mode = facts.modes[mode_id]
        ends = ("loading_h", "loading_usd_per_teu", "unloading_h", "unloading_usd_per_teu")
        needs: list[tuple[str, ...]] = [("speed_km_per_h",), ("co2e_g_per_tkm",), PRICES]
        needs += [(name,) for name in ends] if mode.terminal == "land" else []
        needs += [(name,) for name in ("border_h", "border_fee_usd_per_teu")] if mode_id in abroad else []
        for names in needs:
            if not any(mode_id in facts.rates.subjects(name) for name in names):
                yield Problem(
                    "error",
                    "missing-rate",
                    "a mode of segments without this figure",
                    "rates.csv",
                    feature_id=mode_id,
                    field="quantity",
                    allowed=" or ".join(names),
                )


def countries(facts: Catalog) -> Iterator[Problem]:
    """A place lies in its country, and a line over borders in the countries it states."""
    from shapely import Point

    polygons = borders.polygons()
    for node in facts.nodes.values():
        polygon = polygons.get(node.country) if borders.is_covered(node.position) else None
        if polygon is not None and polygon.distance(Point(node.position)) > FAR_FROM_COUNTRY_DEG:
            yield _problem(
                facts,
                "nodes",
                node.id,
                "warning",
                "outside-country",
                "the place lies outside its country",
                "country",
                node.country,
                borders.country_at(node.position),
            )
    for segment in facts.stated_segments.values():
        if facts.modes[segment.mode].crosses_borders:
            ends = (facts.nodes[segment.from_node].country, facts.nodes[segment.to_node].country)
            stated = segment.countries
            if (stated[:1], stated[-1:]) != (ends[:1], ends[1:]):
                message = "its places lie in other countries, so a border is charged or left out wrongly"
                yield _problem(
                    facts,
                    "segments",
                    segment.id,
                    "warning",
                    "countries-of-ends",
                    message,
                    "countries",
                    ", ".join(stated),
                    ", ".join(dict.fromkeys(ends)),
                )
            if facts.modes[segment.mode].headings:
                continue  # a river may be the border
            along = [code for code in borders.in_order(segment.coordinates) if code in stated]
            crossings = sum(one != other for one, other in itertools.pairwise(along))
            if crossings > max(1, len(stated) - 1):
                message = f"the line crosses a border {crossings} times ({', '.join(along)}), and one is charged"
                yield _problem(
                    facts,
                    "segments",
                    segment.id,
                    "warning",
                    "many-borders",
                    message,
                    "countries",
                    ", ".join(stated),
                    "one crossing; split it at each",
                )
            stray = borders.stray_km(segment.coordinates, segment.countries)
            if stray > STRAY_KM:
                message = f"{stray:.0f} km of the line lie in a country it does not state"
                yield _problem(
                    facts, "segments", segment.id, "warning", "stray-line", message, "countries", ", ".join(stated)
                )


def at_sea(facts: Catalog) -> Iterator[Problem]:
    """A gateway and a market lie on the open sea: no ship leaves the Caspian or the land."""
    ports = {("gateways", key): facts.nodes[key] for key in facts.gateways}
    ports |= {("markets", key): row.place or facts.nodes[key] for key, row in facts.markets.items()}
    for (kind, key), node in ports.items():
        if not sealanes.is_at_sea(node.position):
            message = "no sea lane is near: this is no port of the open sea"
            yield _problem(
                facts,
                kind,
                key,
                "error",
                "not-at-sea",
                message,
                "lon, lat" if kind == "markets" else "id",
                f"{node.lon:g}, {node.lat:g}",
                f"within {sealanes.MAX_APPROACH_KM:g} km of a lane",
            )


HARD = (ends_at_nodes, lengths, priced)
"""The rules that can find errors."""

CHECKS: dict[str, Callable[[Catalog], Iterator[Problem]]] = {
    "islands": islands,
    "duplicates": duplicates,
    "ends_at_nodes": ends_at_nodes,
    "lengths": lengths,
    "sources": sources,
    "priced": priced,
    "countries": countries,
    "at_sea": at_sea,
}


def _problem(
    facts: Catalog,
    kind: str,
    key: str,
    severity: Literal["error", "warning"],
    code: str,
    message: str,
    field: str = "",
    value: str = "",
    allowed: str = "",
) -> Problem:
    file, index = facts.found_in.get((kind, key), (kind, None))
    return Problem(severity, code, message, file, index, key, field, value, allowed)
