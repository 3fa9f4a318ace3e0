"""Why there is no route: what can be reached, and which condition alone would open a way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geodata import records
from planner import allowed as allowed_
from planner import closures
from planner.network import Network
from planner.request import RouteRequest
from planner.search import k_shortest


def reasons(network: Network, allowed: Network, request: RouteRequest) -> tuple[str, list[str]]:
    """What to say when there is no route: what can be reached, and what would open a way."""
    from geodata.globe import geodesy

    names = {key: node.name for key, node in network.nodes.items()}
    what = f"operational in {request.as_of}" if request.as_of is not None else request.include.replace("_", " ")
    via = f" via {', '.join(names[stop] for stop in request.via)}" if request.via else ""
    message = (
        f"no route from {names[request.origin]} to {names[request.destination]}{via} by {', '.join(request.modes)} "
        f"over lines that are {what}"
    )
    reached = allowed_.reachable(allowed, request.origin)
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
    by = ", ".join(request.modes)
    return f"; the nearest place with a line by {by} is {near.name} ({near.id}), {gap_km:,.0f} km away"


def _openings(network: Network, request: RouteRequest, stops: list[str]) -> Iterator[str]:
    """Each condition that alone would let a route through, with the segments it would take."""
    from dataclasses import replace

    from planner.passages import NOTHING_CLOSED
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
    if request.closed.texts:
        texts = " ".join(f"--close {text}" for text in request.closed.texts)
        rules.append((f"without {texts}", replace(request, closed=NOTHING_CLOSED)))
    default = tuple(mode.id for mode in network.catalog.modes.values() if mode.default)
    if set(default) - set(request.modes) - request.avoid.modes:
        rules.append((f"with the modes {', '.join(default)}", replace(request, modes=default)))
    helped = False
    narrow = allowed_.permitted(network, request).segments
    for condition, relaxed in rules:
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
