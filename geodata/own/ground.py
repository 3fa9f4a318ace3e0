"""The network as it is while lines join it, one after the other: what is where, and what was accepted so far."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geodata import places, records
from geodata.catalog import Catalog
from geodata.globe.growing import Growing, Places

if TYPE_CHECKING:
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

SNAP_KM = 5.0
"""An end of a line is taken to be at a place, or on a segment, that is no farther off than this."""

MAX_SNAP_KM = 50.0

TERMINALS: dict[str, tuple[str, ...]] = {
    "land": ("city", "station", "junction", "border", "port", "ferry_terminal"),
    "port": ("port", "ferry_terminal"),
    "airport": ("airport",),
}
"""The kinds of places where a line of a mode may end for the first time, by the mode's ``terminal``."""


Alike = tuple[frozenset[str], str, int | None]


def _alike(segment: records.Segment) -> Alike:
    return frozenset((segment.from_node, segment.to_node)), segment.mode, segment.gauge_mm


@dataclass
class Ground:
    """The network as it is with what has been accepted so far: places, and segments as stated (not their parts)."""

    facts: Catalog
    nodes: dict[str, records.Node]
    segments: dict[str, records.Segment]
    splits: list[records.Split] = field(default_factory=list)
    fresh: Places = field(default_factory=Places)
    """New places where ends were far from everything: a line that comes later may pass them."""
    snap_km: float = SNAP_KM
    may_make: bool = True
    """Whether ends far from everything make new places."""
    _shapes: dict[str, LineString] = field(default_factory=dict, repr=False)
    _lines: dict[str, Growing] = field(default_factory=dict, repr=False)
    _fitting: dict[str, Places] = field(default_factory=dict, repr=False)
    _served: dict[str, Places] = field(default_factory=dict, repr=False)
    _alike: dict[Alike, list[records.Segment]] = field(default_factory=dict, repr=False)
    _gauges: dict[str, set[int]] = field(default_factory=dict, repr=False)
    _splits_of: dict[str, dict[str, records.Split]] = field(default_factory=dict, repr=False)
    _names: places.Names | None = field(default=None, repr=False)
    _known: Places | None = field(default=None, repr=False)
    _taken: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, facts: Catalog, *, snap_km: float = SNAP_KM, may_make: bool = True) -> Ground:
        ground = cls(facts, dict(facts.nodes), {}, snap_km=snap_km, may_make=may_make)
        for segment in facts.stated_segments.values():
            ground.add_segment(segment)
        return ground

    def add_node(self, node: records.Node) -> None:
        """A place, unless one with its id is there."""
        if node.id in self.nodes:
            return
        self.nodes[node.id] = node
        if self._names is not None:
            self._names.add(node)
        for mode, fitting in self._fitting.items():
            if node.kind in TERMINALS[self.facts.modes[mode].terminal]:
                fitting.add(node.id, node.position)

    def add_segment(self, segment: records.Segment) -> None:
        """A segment, with what is known of its ends and its course."""
        self.segments[segment.id] = segment
        if segment.mode in self._lines:
            self._lines[segment.mode].add(segment.id, self.shape(segment))
        self._alike.setdefault(_alike(segment), []).append(segment)
        for key in (segment.from_node, segment.to_node, *self._splits_of.get(segment.id, ())):
            self._meet(key, segment)
        for key in (segment.from_node, segment.to_node):
            for served in (self._fitting.get(segment.mode), self._served.get(segment.mode)):
                if served is not None:
                    served.add(key, self.nodes[key].position)

    def add_splits(self, *splits: records.Split) -> None:
        """Splits of segments at places."""
        self.splits += splits
        for split in splits:
            self._splits_of.setdefault(split.segment, {})[split.node] = split
            if split.segment in self.segments:
                self._meet(split.node, self.segments[split.segment])

    def _meet(self, node_id: str, segment: records.Segment) -> None:
        if segment.gauge_mm is not None:
            self._gauges.setdefault(node_id, set()).add(segment.gauge_mm)

    def has_split(self, split: records.Split) -> bool:
        """Whether this very split is there already."""
        return self._splits_of.get(split.segment, {}).get(split.node) == split

    def gauges_at(self, node_id: str) -> set[int]:
        """The gauges of the railways that end at a place, or are split there since."""
        return self._gauges.get(node_id, set())

    def alike(self, segment: records.Segment) -> list[records.Segment]:
        """The segments between the same places, of the same mode and gauge."""
        return self._alike.get(_alike(segment), [])

    def shape(self, segment: records.Segment) -> LineString:
        """The line of a segment in degrees, made once."""
        import shapely

        if segment.id not in self._shapes:
            self._shapes[segment.id] = shapely.LineString(segment.coordinates)
        return self._shapes[segment.id]

    def near(self, mode: str, shape: BaseGeometry, degrees: float) -> list[records.Segment]:
        """The segments of a mode no farther than this from a geometry, in the order in which they came."""
        if mode not in self._lines:
            rows = (segment for segment in self.segments.values() if segment.mode == mode)
            self._lines[mode] = Growing((segment.id, self.shape(segment)) for segment in rows)
        return [self.segments[key] for key in self._lines[mode].within(shape, degrees)]

    def find(self, text: str) -> records.Node:
        """The place a text names. Raises UnknownNameError."""
        if self._names is None:
            self._names = places.Names(self.nodes.values())
        return self._names.find(text)

    def fitting(self, mode: records.Mode) -> Places:
        """The places where a line of this mode may end: of a kind for it, or with a line of the mode already."""
        if mode.id not in self._fitting:
            kinds, served = TERMINALS[mode.terminal], self.served(mode.id)
            rows = (node for key, node in self.nodes.items() if node.kind in kinds or key in served)
            self._fitting[mode.id] = Places((node.id, node.position) for node in rows)
        return self._fitting[mode.id]

    def served(self, mode: str) -> Places:
        """The places where a line of this mode ends."""
        if mode not in self._served:
            rows = (segment for segment in self.segments.values() if segment.mode == mode)
            keys = dict.fromkeys(key for segment in rows for key in (segment.from_node, segment.to_node))
            self._served[mode] = Places((key, self.nodes[key].position) for key in keys)
        return self._served[mode]

    @property
    def known(self) -> Places:
        """The places of the network before."""
        if self._known is None:
            self._known = Places((node.id, node.position) for node in self.facts.nodes.values())
        return self._known

    def free_id(self, wanted: str, taken: Container[str]) -> str:
        """The id, or the first of id-2, id-3 ... that is not taken."""
        number, found = self._taken.get(wanted, 1), wanted
        while found in taken:
            number += 1
            found = f"{wanted}-{number}"
        self._taken[wanted] = max(1, number - 1)  # what was tried in vain is taken for good
        return found
