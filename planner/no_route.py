"""Why there is no route: what can be reached, and which condition alone would open a way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geodata import records
from planner import allowed as allowed_, closures
from planner.network import Network
from planner.reasons import Condition, Reason
from planner.request import RouteRequest
from planner.search import k_shortest

SHOWN = 4
"""So many of the lines that a way would need are named."""


def reasons(network: Network, allowed: Network, request: RouteRequest) -> tuple[Reason, list[Reason]]:
    """What to say when there is no route: what can be reached, and what would open a way."""
    from geodata.globe import geodesy

    names = {key: node.name for key, node in network.nodes.items()}
    what = f"operational in {request.as_of}" if request.as_of is not None else request.include.replace("_", " ")
    message = Reason(
        "no_route",
        origin=names[request.origin],
        destination=names[request.destination],
        via=Reason("via", places=tuple(names[stop] for stop in request.via)) if request.via else "",
        modes=request.modes,
        lines=what,
    )
    reached = allowed_.reachable(allowed, request.origin)
    stops = [*request.via, request.destination]
    goal = next((stop for stop in stops if stop not in reached), request.destination)
    if len(reached) == 1:
        first = Reason("nothing_leaves", place=names[request.origin], nearest=_nearest_served(network, request))
    else:
        near = min(
            reached, key=lambda key: geodesy.distance_km(network.nodes[key].position, network.nodes[goal].position)
        )
        gap_km = geodesy.distance_km(network.nodes[near].position, network.nodes[goal].position)
        first = Reason(
            "reached",
            count=len(reached),
            places=len(network.nodes),
            goal=names[goal],
            nearest=names[near],
            km=gap_km,
        )
    return message, [first, *_openings(network, request, stops)]


def _nearest_served(network: Network, request: RouteRequest) -> Reason | str:
    """The place nearest to the origin with a line in the modes asked for, of any status; '' when it has one itself."""
    from geodata.globe import geodesy

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
    return Reason("nearest_served", modes=request.modes, place=near.name, id=near.id, km=gap_km)


def _openings(network: Network, request: RouteRequest, stops: list[str]) -> Iterator[Reason]:
    """Each condition that alone would let a route through, with the segments it would take."""
    from dataclasses import replace

    from planner.passages import NOTHING_CLOSED
    from planner.request import Avoid

    rules: list[tuple[Reason, RouteRequest]] = []
    if request.closures == "apply":
        rules.append((_with("closures", "warn"), replace(request, closures="warn")))
    if request.as_of is not None:
        change = Reason("without_year", year=Condition("as_of"), include=Condition("include", "proposed"))
        rules.append((change, replace(request, as_of=None, include="proposed")))
    else:
        at = records.STATUSES.index(request.include)
        wider_statuses = records.STATUSES[at + 1 :]
        rules += [(_with("include", status), replace(request, include=status)) for status in wider_statuses]
    if tuple(request.avoid):
        back = tuple(dict.fromkeys((*request.modes, *sorted(request.avoid.modes))))
        rules.append((Reason("without", condition=Condition("avoid")), replace(request, avoid=Avoid(), modes=back)))
    if request.closed.texts:
        close = Condition("close", request.closed.texts)
        rules.append((Reason("without", condition=close), replace(request, closed=NOTHING_CLOSED)))
    default = tuple(mode.id for mode in network.catalog.modes.values() if mode.default)
    if set(default) - set(request.modes) - request.avoid.modes:
        rules.append((Reason("with_modes", modes=default), replace(request, modes=default)))
    helped = False
    narrow = allowed_.permitted(network, request).segments
    for change, relaxed in rules:
        if helped and relaxed.include != request.include:
            continue  # a firmer status does already; the looser ones say nothing new
        wider = allowed_.permitted(network, relaxed)
        if set(stops) <= allowed_.reachable(wider, request.origin):
            best = next(k_shortest.routes(wider, relaxed), ())
            missing = [segment for segment in best if segment.id not in narrow]
            helped = True
            km = sum(segment.km for segment in best)
            met = _met(network, relaxed, best)
            if relaxed.modes != request.modes:
                yield Reason("opens", change=change, km=km, met=met)
                continue
            lines = tuple(_line(network, item) for item in missing[:SHOWN])
            more = Reason("and_more", count=len(missing) - SHOWN) if len(missing) > SHOWN else ""
            yield Reason("opens_over", change=change, km=km, lines=lines, more=more, met=met)
    if not helped:
        yield Reason("nothing_opens")


def _with(field: str, value: str) -> Reason:
    return Reason("with", condition=Condition(field, value))


def _line(network: Network, segment: records.Segment) -> Reason:
    start, end = (network.nodes[key].name for key in (segment.from_node, segment.to_node))
    return Reason("line", start=start, end=end, mode=segment.mode, id=segment.id)


def _met(network: Network, request: RouteRequest, segments: Sequence[records.Segment]) -> Reason | str:
    """'; on it lies closed (pak_afg_chaman)' of a way that is offered; '' where no closure lies on it."""
    in_force = closures.by_segment(network.catalog, request.day)
    met = tuple(f"{row.kind} ({row.id})" for row, _ in closures.on_the_way(segments, in_force) if row.kind != "open")
    return Reason("on_it", closures=met) if met else ""
