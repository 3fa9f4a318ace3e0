"""The network as a value: an immutable choice of segments, and its networkx MultiDiGraph.

A change returns a new Network; nothing is ever added to or taken from an existing one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geodata import details, errors, records
from geodata.catalog import Catalog
from geodata.errors import Problem
from planner import frames
from planner.shown import Shown

if TYPE_CHECKING:
    import networkx as nx
    import pandas
    from geopandas import GeoDataFrame


NEVER = 9999
"""The opening year of what has none."""


@dataclass(frozen=True, eq=False, repr=False)
class Network(Shown):
    """Places and segments of a catalog that are to be planned over.

    >>> import corridors
    >>> network = corridors.load()
    >>> len(network.segments) > len(network.including("operational").segments)
    True
    """

    catalog: Catalog
    nodes: Mapping[str, records.Node]
    segments: Mapping[str, records.Segment]

    def __repr__(self) -> str:
        return f"<Network of {len(self.nodes)} places and {len(self.segments)} segments>"

    @classmethod
    def of(cls, catalog: Catalog) -> Network:
        """Everything in the catalog, built and unbuilt.

        Raises DataError, naming every segment whose length is missing, not finite or not above zero; a loaded catalog
        has none.
        """
        whole = cls(catalog, catalog.nodes, catalog.segments)
        if not all(_is_positive(segment.length_km) for segment in catalog.segments.values()):
            raise errors.DataError(
                [item for segment in catalog.segments.values() for item in whole._problems(segment, catalog.nodes)]
            )
        return whole

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "id": item.id,
                "from": item.from_node,
                "to": item.to_node,
                "mode": item.mode,
                "gauge_mm": item.gauge_mm,
                "status": item.status,
                "length_km": item.length_km,
                "length_basis": item.length_basis,
                "countries": list(item.countries),
                "confidence": item.confidence,
                "source": list(item.source),
                **{row.name: getattr(item, row.name) for row in details.details()},
            }
            for item in self.segments.values()
        ]

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with one row a segment, indexed by id; lists are joined with '; '."""
        return frames.table(map(frames.flat, self._rows()), index="id")

    def to_geodataframe(self) -> GeoDataFrame:
        """A GeoDataFrame (EPSG:4326) with one line a segment; lists are joined with '; '."""
        lines = (item.coordinates for item in self.segments.values())
        return frames.lines([{**row, "coordinates": line} for row, line in zip(self._rows(), lines, strict=True)])

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What other modules work out of this network once: it goes with the network, and is no part of its value."""
        return {}

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        """The frozen networkx graph: one edge each way a segment, the edge key is the segment's id.

        Nodes carry ``node`` (the record); edges carry ``segment`` (the record) and ``length_km``.
        """
        import networkx

        graph: nx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for node_id, node in self.nodes.items():
            graph.add_node(node_id, node=node)
        for key, segment in self.segments.items():
            graph.add_edge(segment.from_node, segment.to_node, key, segment=segment, length_km=segment.km)
            graph.add_edge(segment.to_node, segment.from_node, key, segment=segment, length_km=segment.km)
        networkx.freeze(graph)
        return graph

    def including(self, status: str) -> Network:
        """Only segments of this status or a firmer one: ``planned`` holds under_construction and operational."""
        allowed = set(records.STATUSES[: records.STATUSES.index(status) + 1])
        return self._only(segment for segment in self.segments.values() if segment.status in allowed)

    def as_of(self, year: int) -> Network:
        """What runs in ``year``: today's segments and those whose central opening year has come."""
        return self._only(segment for segment in self.segments.values() if self.runs(segment, year))

    def runs(self, segment: records.Segment, year: int | None = None) -> bool:
        """Whether a segment runs in ``year`` by its central opening year; today without one."""
        if segment.status == "operational" or year is None:
            return segment.status == "operational"
        return self.catalog.opens_year.get(segment.id, segment.opens_year or NEVER) <= year

    def in_modes(self, modes: Collection[str]) -> Network:
        return self._only(segment for segment in self.segments.values() if segment.mode in modes)

    def without(self, segment_ids: Collection[str]) -> Network:
        return self._only(segment for segment in self.segments.values() if segment.id not in segment_ids)

    def without_nodes(self, node_ids: Collection[str]) -> Network:
        return self._only(
            segment
            for segment in self.segments.values()
            if segment.from_node not in node_ids and segment.to_node not in node_ids
        )

    def without_countries(self, countries: Collection[str]) -> Network:
        """Without every segment that has a kilometre in one of these countries, or a place of them at an end."""
        return self._only(
            segment
            for segment in self.segments.values()
            if not any(code in countries for code in segment.country_km)
            and self.nodes[segment.from_node].country not in countries
            and self.nodes[segment.to_node].country not in countries
        )

    def with_(self, segments: Iterable[records.Segment], nodes: Iterable[records.Node] = ()) -> Network:
        """A network that has these segments (and places) too; an existing id is replaced.

        Raises DataError, naming every segment that cannot be planned over: a length that is no positive number, an end
        that is no place of the network, a mode that the catalog does not have.
        """
        added = list(segments)
        all_nodes = {**self.nodes, **{node.id: node for node in nodes}}
        problems = [problem for segment in added for problem in self._problems(segment, all_nodes)]
        if problems:
            raise errors.DataError(problems)
        return Network(self.catalog, all_nodes, {**self.segments, **{segment.id: segment for segment in added}})

    def _problems(self, segment: records.Segment, nodes: Mapping[str, records.Node]) -> Iterator[Problem]:
        lengths = {
            "length_km": segment.length_km,
            **{f"country_km.{key}": km for key, km in segment.country_km.items()},
        }
        for field, km in lengths.items():
            if (
                not isinstance(km, (int, float))
                or not math.isfinite(km)
                or km < 0
                or (km == 0 and field == "length_km")
            ):
                yield Problem(
                    "error", "not-a-length", "a network needs km above zero", "", None, segment.id, field, repr(km)
                )
        if not segment.country_km:
            yield Problem("error", "no-country-km", "load it through a catalog, or state it", "", None, segment.id)
        for field, key in (("from", segment.from_node), ("to", segment.to_node)):
            if key not in nodes:
                yield Problem("error", "unknown-node", "no such place in the network", "", None, segment.id, field, key)
        if segment.mode not in self.catalog.modes:
            allowed = ", ".join(self.catalog.modes)
            yield Problem("error", "unknown-mode", "no such mode", "", None, segment.id, "mode", segment.mode, allowed)

    def _only(self, segments: Iterable[records.Segment]) -> Network:
        return Network(self.catalog, self.nodes, {segment.id: segment for segment in segments})


def _is_positive(km: object) -> bool:
    return isinstance(km, (int, float)) and 0 < km < math.inf
