"""A railway that nobody has built: Herat - Zaranj on 1520 mm, on to Zahedan's line on 1435 mm, as a user's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ADDED = ("own-herat-zaranj-rail", "own-zaranj-zahedan-rail")

OWN: dict[str, Any] = {"source": ["own-estimate"], "confidence": "low", "source_detail": "made by a test"}

JUNCTION = [60.38, 29.22]
"""A vertex of the operational line from Zahedan to Fahraj."""


def railway(folder: Path, *, status: str = "proposed", opens_year: int | None = 2035, name: str = "") -> Path:
    """The folder with the two segments; the second ends at a junction at which an existing line is split."""
    opens: dict[str, Any] = {} if opens_year is None or status == "operational" else {"opens_year": opens_year}

    def line(key: str, ends: tuple[str, str], gauge: int, at: list[list[float]]) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "LineString", "coordinates": at},
            "properties": {
                "from": ends[0],
                "to": ends[1],
                "mode": "rail",
                "gauge_mm": gauge,
                "status": status,
                **opens,
                **OWN,
            },
        }

    junction = {
        "type": "Feature",
        "id": "own-junction",
        "geometry": {"type": "Point", "coordinates": JUNCTION},
        "properties": {"name": name or "Own junction", "country": "IR", "kind": "junction", **OWN},
    }
    herat, zaranj = [62.19967, 34.34817], [61.86037, 30.95962]
    write(folder / "nodes.geojson", [junction])
    write(
        folder / "segments.geojson",
        [
            line(ADDED[0], ("herat", "zaranj"), 1520, [herat, [62.1474, 33.30294], [62.1, 32.3], zaranj]),
            line(ADDED[1], ("zaranj", "own-junction"), 1435, [zaranj, [61.55, 30.9], [60.9, 29.9], JUNCTION]),
        ],
    )
    (folder / "splits.toml").write_text('[[split]]\nsegment = "zahedan-fahraj-rail"\nnode = "own-junction"\n')
    return folder


def write(file: Path, features: list[dict[str, Any]]) -> None:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
