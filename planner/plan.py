"""From a request to routes: what may be used, the search, really different answers, and an honest no."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from geodata import errors, records
from planner import allowed as allowed_, dressed, frames, no_route
from planner.network import Network
from planner.price.route import Route
from planner.reasons import Condition, Reason
from planner.request import RouteRequest
from planner.search import k_shortest
from planner.shown import Shown

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame

MAX_CALLS = 100
"""After so many routes that only call at another port on the same voyage no other one is looked for."""

MAX_CANDIDATES = 5000
"""How many routes are looked at for really different ones before the search stops and says so."""


@dataclass(frozen=True, repr=False)
class Plan(Shown, Sequence[Route]):
    """The routes that answer a request, best first. ``examined`` counts the candidates looked at.

    ``complete`` is False when the search stopped at a limit before it had found all that was asked for; ``notes`` says
    at which.
    """

    request: RouteRequest
    network: Network
    routes: tuple[Route, ...]
    examined: int
    complete: bool
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Plan {self.request.origin} to {self.request.destination}: {len(self.routes)} routes>"

    def __len__(self) -> int:
        return len(self.routes)

    @overload
    def __getitem__(self, index: int) -> Route: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Route, ...]: ...
    def __getitem__(self, index: int | slice) -> Route | tuple[Route, ...]:
        return self.routes[index]

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def as_dict(self) -> dict[str, Any]:
        catalog = self.network.catalog
        return {
            "request": self.request.as_dict(),
            "data": {"version": catalog.version, "date": catalog.data_date.isoformat(), "sha256": catalog.sha256},
            "examined": self.examined,
            "complete": self.complete,
            "notes": list(self.notes),
            "routes": [{"rank": rank, **route.as_dict()} for rank, route in enumerate(self.routes, start=1)],
        }

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with one row a route, indexed by rank; units stand in the column names."""
        rows = [
            {"rank": rank, "corridors": ", ".join(route.corridors), **route.totals(), "closures": route.closure_text()}
            for rank, route in enumerate(self.routes, start=1)
        ]
        return frames.table(rows, index="rank")

    def to_geodataframe(self) -> GeoDataFrame:
        """A GeoDataFrame (EPSG:4326) with one line a leg of each route; lists are joined with '; '."""
        return frames.lines(
            [row for rank, route in enumerate(self.routes, start=1) for row in route.leg_rows(str(rank))]
        )


def plan(network: Network, request: RouteRequest) -> Plan:
    """The best routes for a request, by its criterion.

    With ``different`` below 1, a candidate that shares more than that of the shorter one's km with an accepted route
    is passed over. Raises NoRouteError, with the reasons, when there is no route at all.
    """
    network = allowed_.as_asked(network, request.opened)
    if request.pareto:
        return _pareto(network, request)
    allowed = allowed_.permitted(network, request)
    accepted: list[tuple[records.Segment, ...]] = []
    examined = 0
    complete = True
    calls: list[tuple[records.Segment, ...]] = []  # the same voyage with a port on its way is no other route
    for segments in k_shortest.routes(allowed, request):
        examined += 1
        if request.different < 1 and _calls_on_the_way(allowed, request, segments):
            calls.append(segments)
            if len(calls) == MAX_CALLS:
                break
        elif request.different >= 1 or all(shared(segments, other) <= request.different for other in accepted):
            accepted.append(segments)
        if len(accepted) == request.count:
            break
        if examined == MAX_CANDIDATES and request.different < 1:
            complete = False
            break
    if not accepted:
        accepted = calls[:1]  # where calls cost nothing, as with rates of zero, all that comes first may have some
    if not accepted:
        raise errors.NoRouteError(*no_route.reasons(network, allowed, request))
    notes = request.closed.notes()
    if not complete:
        different = Condition("different", request.different)
        found = {"found": len(accepted), "wanted": request.count}
        notes.append(Reason("stopped", candidates=MAX_CANDIDATES, different=different, **found))
    elif len(accepted) < request.count:
        same = Reason("same_voyage") if calls else ""
        notes.append(Reason("few_exist", found=len(accepted), wanted=request.count, same=same))
    routes = dressed.routes(network, request, accepted)
    notes += allowed_.not_applied(network, request, routes)
    return Plan(request, network, routes, examined, complete, tuple(notes))


def _calls_on_the_way(allowed: Network, request: RouteRequest, segments: Sequence[records.Segment]) -> bool:
    """Whether a vessel calls at a port between two others that one line joins, though nobody asked for the call."""
    modes = allowed.catalog.modes
    for one, two in itertools.pairwise(segments):
        if one.mode == two.mode and modes[one.mode].terminal == "port" and modes[one.mode].through_service:
            ends = {one.from_node, one.to_node} ^ {two.from_node, two.to_node}
            port = ({one.from_node, one.to_node} & {two.from_node, two.to_node}) - set(request.via)
            if port and ends in _voyages(allowed, one.mode):
                return True
    return False


def _voyages(allowed: Network, mode: str) -> set[frozenset[str]]:
    """The pairs of ports that a line of this mode joins."""
    kept: dict[str, set[frozenset[str]]] = allowed.kept.setdefault("voyages", {})
    if mode not in kept:
        kept[mode] = {
            frozenset((item.from_node, item.to_node)) for item in allowed.segments.values() if item.mode == mode
        }
    return kept[mode]


def _pareto(network: Network, request: RouteRequest) -> Plan:
    """The routes that none beats in all of the request's criteria, by the first of them."""
    from planner.search import pareto

    allowed = allowed_.permitted(network, request)
    found = pareto.routes(allowed, request)
    if not found.segments:
        raise errors.NoRouteError(*no_route.reasons(network, allowed, request))
    routes = dressed.routes(network, request, found.segments)
    notes = (*request.closed.notes(), *found.notes, *allowed_.not_applied(network, request, routes))
    return Plan(request, network, routes, found.labels, not found.notes, notes)


def shared(one: Sequence[records.Segment], other: Sequence[records.Segment]) -> float:
    """The km two routes have in common, as a share of the shorter one."""
    ids = {segment.id for segment in other}
    common_km = sum(segment.km for segment in one if segment.id in ids)
    return common_km / min(sum(segment.km for segment in one), sum(segment.km for segment in other))
