"""From a request to routes: what may be used, the search, really different answers, and an honest no."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from geodata import errors, records
from planner import chain as chain_
from planner import closures, dressed, frames, search, seaways
from planner.network import Network
from planner.request import RouteRequest
from planner.route import Route

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame

COMPILED_FROM_SEGMENTS = 20_000
"""From this size on the compiled engine's start (0.6 s, and once 10 s of compiling) is less than what it saves."""

KEPT = 8
"""How many parts of a network are kept with it."""

MAX_CALLS = 100
"""After so many routes that only call at another port on the same voyage no other one is looked for."""

MAX_CANDIDATES = 5000
"""How many routes are looked at for really different ones before the search stops and says so."""


@dataclass(frozen=True, repr=False)
class Plan(Sequence[Route]):
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

    def _repr_html_(self) -> str:
        rows = [
            {
                "rank": rank,
                "corridors": ", ".join(route.corridors),
                **frames.rounded(route.sums()),
                "closures": route.closure_text(),
            }
            for rank, route in enumerate(self.routes, start=1)
        ]
        return frames.html(f"{self.request.origin} - {self.request.destination}", rows, self.notes)


def plan(network: Network, request: RouteRequest) -> Plan:
    """The best routes for a request, by its criterion.

    With ``different`` below 1, a candidate that shares more than that of the shorter one's km with an accepted route
    is passed over. Raises NoRouteError, with the reasons, when there is no route at all.
    """
    if request.pareto:
        return _pareto(network, request)
    allowed = permitted(network, request)
    accepted: list[tuple[records.Segment, ...]] = []
    examined = 0
    complete = True
    calls: list[tuple[records.Segment, ...]] = []  # the same voyage with a port on its way is no other route
    for segments in _candidates(allowed, request):
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
        raise errors.NoRouteError(*_no_route(network, allowed, request))
    notes = []
    if not complete:
        notes.append(
            f"stopped after {MAX_CANDIDATES:,} candidates: {len(accepted)} of {request.count} routes differ enough; a "
            f"share above --different {request.different:g} lets more through, 1 gives the exact shortest ones"
        )
    elif len(accepted) < request.count:
        same = "; what else there is only calls at more ports on the same voyage" if calls else ""
        notes.append(f"only {len(accepted)} of {request.count} routes exist under these conditions{same}")
    routes = dressed.routes(network, request, accepted)
    notes += not_applied(network, request, routes)
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
    from planner import pareto

    allowed = permitted(network, request)
    found = pareto.routes(allowed, request)
    if not found.segments:
        raise errors.NoRouteError(*_no_route(network, allowed, request))
    routes = dressed.routes(network, request, found.segments)
    notes = (*found.notes, *not_applied(network, request, routes))
    return Plan(request, network, routes, found.labels, not found.notes, notes)


def not_applied(network: Network, request: RouteRequest, routes: Iterable[Route]) -> list[str]:
    """A note of the closures on some routes that do not apply in a future year, where the request asks for them."""
    if request.closures != "apply" or request.as_of is None:
        return []
    ways = [(route.segments, request.day, request.as_of) for route in routes]
    return list(filter(None, [closures.not_applied(network.catalog, ways, f"in {request.as_of}")]))


def permitted(network: Network, request: RouteRequest) -> Network:
    """The part of the network a request allows: statuses or year, modes, what is avoided, closures if applied.

    The same part is the same value, so that what the engine makes of it serves for the next question too.
    """
    day = request.day if request.closures == "apply" else None
    rules = (request.include, request.as_of, request.modes, request.avoid, day)
    kept: dict[tuple[Any, ...], Network] = network.kept.setdefault("permitted", {})
    if rules not in kept:
        if len(kept) >= KEPT:
            kept.pop(next(iter(kept)))
        chosen = network.as_of(request.as_of) if request.as_of is not None else network.including(request.include)
        kept[rules] = without_forbidden(seaways.around(chosen.in_modes(request.modes), request), request)
    return kept[rules]


def without_forbidden(chosen: Network, request: RouteRequest) -> Network:
    """Without what a request avoids and, if closures apply, without what is shut."""
    if request.avoid.countries:
        chosen = chosen.without_countries(request.avoid.countries)
    if request.avoid.nodes:
        chosen = chosen.without_nodes(request.avoid.nodes)
    shut = set(request.avoid.segments)
    if request.closures == "apply":
        shut |= set(closures.shut(chosen.catalog, request.day, request.as_of))
    return chosen.without(shut) if shut else chosen


def _candidates(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    """Routes in order of the criterion; by the compiled engine where that is there already, or pays for its start."""
    if "planner.engine" in sys.modules or len(allowed.segments) > COMPILED_FROM_SEGMENTS:
        yield from _compiled_candidates(allowed, request)
    else:
        yield from _plain_candidates(allowed, request)


def _plain_candidates(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    unfolded = chain_.build(allowed, request.consignment, request.by, request.origin, request.destination, request.via)
    for _, path in search.paths(unfolded.steps, unfolded.source, unfolded.sink):
        yield tuple(step.segment for step in path if step.segment is not None)


def _compiled_candidates(allowed: Network, request: RouteRequest) -> Iterator[tuple[records.Segment, ...]]:
    from planner import engine, unfolded

    made = unfolded.of(allowed, request.consignment)
    if request.origin not in made.start_of:
        return
    graph = made.question(request.by, request.origin, request.destination, request.via)
    given, wanted = 0, max(request.count, 16) if request.different < 1 else request.count
    while True:
        found = engine.paths(graph, wanted)
        for _, steps in found[given:]:
            yield made.segments_of(steps.tolist())
        if len(found) < wanted:
            return
        given, wanted = wanted, 4 * wanted


def shared(one: Sequence[records.Segment], other: Sequence[records.Segment]) -> float:
    """The km two routes have in common, as a share of the shorter one."""
    ids = {segment.id for segment in other}
    common_km = sum(segment.km for segment in one if segment.id in ids)
    return common_km / min(sum(segment.km for segment in one), sum(segment.km for segment in other))


def _no_route(network: Network, allowed: Network, request: RouteRequest) -> tuple[str, list[str]]:
    """What to say when there is no route: what can be reached, and what would open a way."""
    from geodata import geodesy

    names = {key: node.name for key, node in network.nodes.items()}
    what = f"operational in {request.as_of}" if request.as_of is not None else request.include.replace("_", " ")
    via = f" via {', '.join(names[stop] for stop in request.via)}" if request.via else ""
    message = (
        f"no route from {names[request.origin]} to {names[request.destination]}{via} by {', '.join(request.modes)} "
        f"over lines that are {what}"
    )
    reached = reachable(allowed, request.origin)
    stops = [*request.via, request.destination]
    goal = next((stop for stop in stops if stop not in reached), request.destination)
    reasons = []
    if len(reached) == 1:
        reasons.append(f"no such line leaves {names[request.origin]}{_nearest_served(network, request)}")
    else:
        near = min(
            reached, key=lambda key: geodesy.distance_km(network.nodes[key].position, network.nodes[goal].position)
        )
        gap_km = geodesy.distance_km(network.nodes[near].position, network.nodes[goal].position)
        reasons.append(
            f"{len(reached)} of {len(network.nodes)} places can be reached; the nearest to {names[goal]} is "
            f"{names[near]}, {gap_km:,.0f} km away as the crow flies"
        )
    return message, reasons + [text for text in _openings(network, request, stops) if text]


def _nearest_served(network: Network, request: RouteRequest) -> str:
    """The place nearest to the origin with a line in the modes asked for, of any status; '' when it has one itself."""
    from geodata import geodesy

    served = {
        end
        for segment in network.in_modes(request.modes).segments.values()
        for end in (segment.from_node, segment.to_node)
    }
    here = network.nodes[request.origin]
    if not served or here.id in served:
        return ""
    near = min(
        (network.nodes[key] for key in served), key=lambda node: geodesy.distance_km(node.position, here.position)
    )
    gap_km = geodesy.distance_km(near.position, here.position)
    by = ", ".join(request.modes)
    return f"; the nearest place with a line by {by} is {near.name} ({near.id}), {gap_km:,.0f} km away"


def _openings(network: Network, request: RouteRequest, stops: list[str]) -> Iterator[str]:
    """Each condition that alone would let a route through, with the segments it would take."""
    from dataclasses import replace

    from planner.request import Avoid

    rules: list[tuple[str, RouteRequest]] = []
    if request.closures == "apply":
        rules.append(("with --closures warn", replace(request, closures="warn")))
    if request.as_of is not None:
        rules.append(("without --as-of and with --include proposed", replace(request, as_of=None, include="proposed")))
    else:
        at = records.STATUSES.index(request.include)
        wider_statuses = records.STATUSES[at + 1 :]
        rules += [(f"with --include {status}", replace(request, include=status)) for status in wider_statuses]
    if tuple(request.avoid):
        back = tuple(dict.fromkeys((*request.modes, *sorted(request.avoid.modes))))
        rules.append(("without --avoid", replace(request, avoid=Avoid(), modes=back)))
    default = tuple(mode.id for mode in network.catalog.modes.values() if mode.default)
    if set(default) - set(request.modes) - request.avoid.modes:
        rules.append((f"with the modes {', '.join(default)}", replace(request, modes=default)))
    helped = False
    narrow = permitted(network, request).segments
    for condition, relaxed in rules:
        if helped and relaxed.include != request.include:
            continue  # a firmer status does already; the looser ones say nothing new
        wider = permitted(network, relaxed)
        if set(stops) <= reachable(wider, request.origin):
            best = next(_candidates(wider, relaxed), ())
            missing = [segment for segment in best if segment.id not in narrow]
            helped = True
            km = sum(segment.km for segment in best)
            met = _met(network, relaxed, best)
            if relaxed.modes != request.modes:
                yield f"{condition} there is one, of {km:,.0f} km{met}"
                continue
            named = [
                f"{network.nodes[item.from_node].name} - {network.nodes[item.to_node].name} by {item.mode} ({item.id})"
                for item in missing[:4]
            ]
            more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
            yield f"{condition} there is one, of {km:,.0f} km; it needs {', '.join(named)}{more}{met}"
    if not helped:
        yield "no status, mode or closure rule alone opens a way"


def _met(network: Network, request: RouteRequest, segments: Sequence[records.Segment]) -> str:
    """'; on it lies closed (pak_afg_chaman)' of a way that is offered; '' where no closure lies on it."""
    in_force = closures.by_segment(network.catalog, request.day)
    met = [f"{row.kind} ({row.id})" for row, _ in closures.on_the_way(segments, in_force) if row.kind != "open"]
    return f"; on it lies what is {', '.join(met)}" if met else ""


def reachable(network: Network, origin: str) -> set[str]:
    """All places that can be reached from one, itself included; hub operations join the modes at a place."""
    neighbours: dict[str, list[str]] = {}
    for segment in network.segments.values():
        neighbours.setdefault(segment.from_node, []).append(segment.to_node)
        neighbours.setdefault(segment.to_node, []).append(segment.from_node)
    seen, ahead = {origin}, [origin]
    while ahead:
        for node_id in neighbours.get(ahead.pop(), ()):
            if node_id not in seen:
                seen.add(node_id)
                ahead.append(node_id)
    return seen
