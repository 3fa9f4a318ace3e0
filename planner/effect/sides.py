"""The two networks of an effect under one request, and the change of every pair from the one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from geodata import records
from planner import allowed, closures, dressed
from planner.effect.changes import Change, Pair
from planner.effect.scope import Scope
from planner.network import Network
from planner.price import impedance
from planner.price.consignment import Consignment
from planner.price.route import Route
from planner.request import RouteRequest
from planner.search import compiled as engine, matrix, states
from planner.search.states import StateGraph

ROUNDING = 1_000
"""Impedances that differ by no more (1e-6 h, km, USD or kg for one TEU) are the same: the parts of a line that is split
are rounded one by one, and their sum is not to pass for a change."""


@dataclass(eq=False)
class NetworkSide:
    """One of the two networks under the conditions of the request."""

    network: Network
    request: RouteRequest
    scope: Scope

    @cached_property
    def made(self) -> StateGraph:
        return states.unfold(allowed.permitted(self.network, self.request), self.request.consignment)

    def added(self) -> tuple[str, ...]:
        """The ids of the parts of what is added."""
        return tuple(part for key in self.scope.added for part in self.network.catalog.parts_of(key))

    def impedances(self, by: str, made: StateGraph, shut: Sequence[str] = ()) -> dict[Pair, int]:
        places = self.scope.places
        rows = matrix.impedances(made, by, places, places, shut).tolist()
        return {(start, end): rows[places.index(start)][places.index(end)] for start, end in self.scope.pairs}

    def best(self, by: str, pair: Pair) -> tuple[records.Segment, ...]:
        """The segments of a best route of a pair that has one."""
        found = engine.best(self.made.question(by, *pair))
        assert found is not None
        return self.made.segments_of(found[1].tolist())

    @cached_property
    def _dressing(self) -> dressed.Dressing:
        return dressed.Dressing(self.network, self.request)

    def route(self, origin: str, segments: Sequence[records.Segment]) -> Route:
        return self._dressing.route(origin, segments)

    def met(self, by: str) -> dict[Pair, tuple[records.Closure, ...]]:
        """The closures that every best route of a pair runs into: without their lines it takes more, or is cut off."""
        permitted = allowed.permitted(self.network, self.request).segments
        lines: dict[str, tuple[records.Closure, list[str]]] = {}
        for key, listed in closures.by_segment(self.network.catalog, self.request.day).items():
            for closure in listed if key in permitted else ():
                if closure.kind != "open":
                    lines.setdefault(closure.id, (closure, []))[1].append(key)
        best = self.impedances(by, self.made)
        found: dict[Pair, tuple[records.Closure, ...]] = dict.fromkeys(best, ())
        for closure, keys in lines.values():
            for pair, without in self.impedances(by, self.made, keys).items():
                if without > best[pair] + ROUNDING and best[pair] < engine.FAR:
                    found[pair] = (*found[pair], closure)
        return found


Sides = tuple[NetworkSide, NetworkSide]


def changes(sides: Sides, by: str, load: Consignment | None = None) -> dict[Pair, Change]:
    """The change of every pair by a criterion, for the request's consignment or one of another cargo."""
    made = [side.made if load is None else side.made.valued(load) for side in sides]
    carried = load or sides[1].request.consignment
    before, after = (side.impedances(by, graph) for side, graph in zip(sides, made, strict=True))
    without = sides[1].impedances(by, made[1], sides[1].added())
    found = {pair: _change(before[pair], after[pair], without[pair], by, carried) for pair in before}
    if load is not None:  # a cargo's changes are summed up, and no route of them is shown
        return found
    met = [side.met(by) for side in sides]
    return {
        pair: replace(change, closures_before=met[0][pair], closures_after=met[1][pair])
        for pair, change in found.items()
    }


def _change(before: int, after: int, without: int, by: str, load: Consignment) -> Change:
    """From least impedances; ``without`` is the one after with all that is added closed.

    All three figures are quoted to the digits they are known to: equal savings are equal, and noise is not the largest.
    """
    old = None if before >= engine.FAR else impedance.amount(before, by, load)
    new = None if after >= engine.FAR else impedance.amount(after, by, load)
    uses = without > after + ROUNDING
    if old is None or new is None:
        status = "not_connected" if old is new else "newly_connected" if old is None else "cut_off"
        return Change(old, new, None, status, uses and new is not None)
    if abs(after - before) <= ROUNDING:
        return Change(old, old, 0.0, "unchanged", False)
    return Change(old, new, impedance.amount(after - before, by, load), "improved" if after < before else "worse", uses)
