"""Tiny networks as drawings.

    a ==100== b --50-- c        == rail 1520, ## rail 1435, %% rail 1676, -- road, ~~ sea, ^^ ferry, .. air

Each line of a drawing is a chain of places and lines between them; the number is km. A ``!`` after the number makes a
line planned. Places are named by a word; ``KZ:a`` says that a lies in KZ (the first mention decides; default KZ).
"""

from __future__ import annotations

import re

from geodata import catalog, records
from planner.network import Network

LINES = {
    "==": ("rail", 1520),
    "##": ("rail", 1435),
    "%%": ("rail", 1676),
    "--": ("road", None),
    "~~": ("sea", None),
    "^^": ("ferry", None),
    "..": ("air", None),
}
_LINK = re.compile(r"\s*(==|##|%%|--|~~|\^\^|\.\.)([\d.]+)(!?)\1\s*")

SHIPPED = catalog.load()


def network(drawing: str) -> Network:
    """The network of a drawing, over the shipped modes and rates."""
    nodes: dict[str, records.Node] = {}
    segments: dict[str, records.Segment] = {}

    def place(text: str) -> str:
        country, _, name = text.strip().rpartition(":")
        if name not in nodes:
            at = len(nodes)
            nodes[name] = records.Node(
                id=name,
                name=name.upper(),
                country=country or "KZ",
                kind="city",
                lon=60.0 + at,
                lat=40.0,
                source=("own-estimate",),
            )
        return name

    for line in filter(None, map(str.strip, drawing.splitlines())):
        parts = _LINK.split(line)
        here = place(parts[0])
        for kind, km, planned, there_text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
            there = place(there_text)
            mode, gauge = LINES[kind]
            countries = tuple(dict.fromkeys((nodes[here].country, nodes[there].country)))
            shares = (
                {"sea": float(km)} if mode in ("sea", "ferry") else dict.fromkeys(countries, float(km) / len(countries))
            )
            key = f"{here}-{there}-{mode}{gauge or ''}"
            while key in segments:
                key += "x"
            segments[key] = records.Segment(
                id=key,
                from_node=here,
                to_node=there,
                mode=mode,
                status="planned" if planned else "operational",
                gauge_mm=gauge,
                length_km=float(km),
                length_basis="published",
                countries=countries,
                country_km=shares,
                source=("own-estimate",),
                confidence="high",
                coordinates=(nodes[here].position, nodes[there].position),
            )
            here = there
    return of(nodes, segments)


def of(nodes: dict[str, records.Node], segments: dict[str, records.Segment]) -> Network:
    facts = catalog.Catalog(
        nodes=nodes,
        segments=segments,
        modes=SHIPPED.modes,
        corridors={},
        closures={},
        projects={},
        capacities=(),
        parameters=(),
        reference_lengths=(),
        sources=SHIPPED.sources,
        rates=SHIPPED.rates,
        version="drawn",
        data_date=SHIPPED.data_date,
        sha256="0" * 64,
    )
    return Network.of(facts)
