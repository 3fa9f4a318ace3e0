"""Makes the lanes by sea: one between each two ports that have one. Run again when a port or a strait is added.

    python -m geodata.make.lanes geodata/data

A line by sea is a whole voyage on one vessel, from quay to quay: so its km beyond the short sea are counted over the
voyage, the canals and straits it passes are no calls, and costs of lines still add up. The ports are the ends of the
lines by sea that are in ``segments/sea.geojson`` by hand (``measured``), the gateways and the markets. The lines by
hand stay as they are, but for the straits they pass; the others are made anew from searoute (``sealanes``), so that
no lane is longer than two others by way of a third port: a ship that passes a port need not call there.
"""

from __future__ import annotations

import itertools
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely

from geodata import catalog, records
from geodata.globe import sealanes
from geodata.globe.geodesy import Position

SEA = "sea"
MADE = "searoute"
"""The source of the lanes that are made here."""

DEGREES = 3
"""Decimals of a drawn vertex: a hundred metres."""

WIDTH_DEG = 0.02
"""A vertex that lies no farther from the line without it is not drawn; lengths are those of the whole line."""

Pair = tuple[str, str]


def lanes(
    ports: Mapping[str, Position], by_hand: Mapping[Pair, records.Segment], straits: Mapping[str, records.Strait]
) -> dict[Pair, tuple[float, tuple[Position, ...]]]:
    """km and line from each port to each other; those by hand keep theirs."""
    sought = sealanes.between(ports, ports, straits)
    found = {pair: (math.ceil(10 * lane.length_km) / 10, lane.coordinates) for pair, lane in sought.items()}
    for (start, end), item in by_hand.items():
        found[(start, end)] = (item.km, item.coordinates)
        found[(end, start)] = (item.km, item.coordinates[::-1])
    for past, start, end in itertools.permutations(sorted(ports), 3):
        pairs = (start, past), (past, end), (start, end)
        if (start, end) in by_hand or (end, start) in by_hand or not all(pair in found for pair in pairs):
            continue
        (one_km, one), (other_km, other), (km, _) = (found[pair] for pair in pairs)
        if one_km + other_km <= km:
            line = (*one[:-1], *other[1:])
            shorter_km = round(one_km + other_km - 0.1, 1)
            found[(start, end)], found[(end, start)] = (shorter_km, line), (shorter_km, line[::-1])
    return found


def feature(
    start: records.Node, end: records.Node, km: float, line: tuple[Position, ...], straits: Mapping[str, records.Strait]
) -> dict[str, Any]:
    """A lane as a feature of sea.geojson."""
    thin = shapely.LineString(line).simplify(WIDTH_DEG).coords[1:-1]
    spots = [
        list(start.position),
        *([round(lon, DEGREES), round(lat, DEGREES)] for lon, lat in thin),
        list(end.position),
    ]
    return {
        "type": "Feature",
        "id": f"{start.id}-{end.id}-sea",
        "geometry": {"type": "LineString", "coordinates": [spot for spot, _ in itertools.groupby(spots)]},
        "properties": {
            "from": start.id,
            "to": end.id,
            "mode": SEA,
            "status": "operational",
            "length_km": km,
            "length_basis": "measured_geometry",
            "length_detail": "measured along the lanes of searoute, quay to quay",
            "countries": list(dict.fromkeys((start.country, end.country))),
            "country_km": {SEA: km},
            "source": [MADE],
            "confidence": "medium",
            "straits": list(sealanes.straits_of(line, straits)),
        },
    }


def make(folder: Path) -> None:
    """Write ``segments/sea.geojson`` anew."""
    facts = catalog.load()
    path = folder / "segments" / "sea.geojson"
    whole = json.loads(path.read_text(encoding="utf-8"))
    kept = [item for item in whole["features"] if MADE not in item["properties"]["source"]]
    own = {(item.from_node, item.to_node): item for item in (facts.segments[row["id"]] for row in kept)}
    names = dict.fromkeys((*itertools.chain(*own), *facts.gateways, *facts.markets))
    ports = {key: facts.nodes[key].position for key in sorted(names)}
    found = lanes(ports, own, facts.straits)
    made = [
        feature(facts.nodes[start], facts.nodes[end], *found[(start, end)], facts.straits)
        for start, end in itertools.combinations(ports, 2)
        if (start, end) in found and (start, end) not in own and (end, start) not in own
    ]
    for row in kept:
        line = [tuple(spot) for spot in row["geometry"]["coordinates"]]
        row["properties"]["straits"] = list(sealanes.straits_of(line, facts.straits))
    for row in (*kept, *made):
        if not row["properties"]["straits"]:
            del row["properties"]["straits"]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in (*kept, *made))
    path.write_text('{"type": "FeatureCollection", "features": [\n' + rows + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
