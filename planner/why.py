"""Why this route and not that one: a difference by its causes, and why a corridor is not among the answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geodata import errors, records
from planner import allowed, closures, named, plan
from planner.comparison import dominates
from planner.network import Network
from planner.passages import NOTHING_CLOSED
from planner.plan import Plan
from planner.price.amounts import Amounts
from planner.price.criteria import CRITERIA, Criterion
from planner.price.route import Route
from planner.request import RouteRequest

DETOUR = "detour"
ROUNDING = "rounding"
"""The last bits of the parts, which are floats: some 1e-13, so that the causes add up to the difference exactly."""

MAX_NAMED = 5
VISIBLE = 1e-6
"""A cause below this in every criterion is not worth a row."""


CAUSE_OF: dict[str, str] = {
    "border_crossing": "borders",
    "break_of_gauge": "gauge breaks",
    "transshipment": "transshipment",
    "port": "ports",
    "port_call": "ports",
    "waiting": "waiting for vessels",
    "airport": "airports",
    "loading": "loading and unloading",
    "unloading": "loading and unloading",
}
"""Hub operation -> cause; every entry of planner.price.hubs.OPERATIONS has one."""


@dataclass(frozen=True)
class Difference:
    """``second`` minus ``first``: for each criterion the causes, which add up to ``total`` (by math.fsum).

    ``detour`` is what more (or fewer) km take at the mean of what a km takes on the two routes; the line haul by mode
    is the rest: the same km moved otherwise (Bennet's decomposition: there and back it differs by the sign alone).
    """

    first: Route
    second: Route
    causes: dict[str, dict[str, float]]

    def total(self, criterion_id: str) -> float:
        field = CRITERIA[criterion_id].field
        return float(getattr(self.second, field) - getattr(self.first, field))

    @property
    def names(self) -> list[str]:
        """The causes that matter under some criterion, in a fixed order."""
        order = [DETOUR, *dict.fromkeys(name for table in self.causes.values() for name in table if name != DETOUR)]
        return [name for name in order if any(abs(table.get(name, 0.0)) > VISIBLE for table in self.causes.values())]


def difference(first: Route, second: Route) -> Difference:
    """The difference of two routes by its causes, for every criterion. Both must carry the same consignment.

    >>> import corridors
    >>> routes = corridors.named(corridors.load())
    >>> found = difference(routes["ktap"], routes["iti"])
    >>> sum(found.causes["distance"].values()) == found.total("distance")
    True
    """
    if first.consignment != second.consignment:
        raise errors.RequestError("the two routes carry different loads; compare them for one")
    found = {}
    for row in CRITERIA.values():
        causes = _causes(first, second, row)
        target = float(getattr(second, row.field) - getattr(first, row.field))
        causes[ROUNDING] = math.fsum([target, *(-value for value in causes.values())])
        found[row.id] = causes
    return Difference(first, second, found)


def _causes(first: Route, second: Route, criterion: Criterion) -> dict[str, float]:
    def value(amounts: Amounts) -> float:
        return criterion.value(amounts, first.consignment)

    def by_mode(route: Route) -> dict[str, float]:
        """What a km of the whole route takes in each mode."""
        table: dict[str, float] = {}
        for leg in route.legs:
            table[leg.mode] = table.get(leg.mode, 0.0) + value(leg.amounts) / route.distance_km
        return table

    one, other = by_mode(first), by_mode(second)
    modes = list(dict.fromkeys([*one, *other]))
    mean_km = (first.distance_km + second.distance_km) / 2
    more_km = second.distance_km - first.distance_km
    causes = {DETOUR: more_km * sum(one.get(mode, 0.0) + other.get(mode, 0.0) for mode in modes) / 2}
    for mode in modes:
        causes[f"line haul by {mode}"] = mean_km * (other.get(mode, 0.0) - one.get(mode, 0.0))
    for name in dict.fromkeys(CAUSE_OF.values()):
        causes[name] = math.fsum(
            sign * value(hub.amounts)
            for sign, route in ((-1, first), (1, second))
            for hub in route.hubs
            if CAUSE_OF[hub.operation] == name
        )
    return causes


@dataclass(frozen=True)
class Absence:
    """Why a corridor is not among the routes of a plan; ``route`` is what it would be, None where it joins nothing."""

    corridor: str
    reasons: tuple[str, ...]
    route: Route | None = None
    rank: int | None = None
    dominated_by: tuple[int, ...] = ()


def absent(network: Network, request: RouteRequest, corridor_id: str) -> Absence:
    """Why a corridor is not among the answers to a request: cut by which rule, or beaten by which answers.

    ``rank`` is its place when it is among them after all. Raises UnknownNameError for an unknown corridor.
    """
    network = allowed.as_asked(network, request.opened)
    corridor = named.find(network, corridor_id)
    free = replace(request, avoid=replace(request.avoid, **_NOTHING), closed=NOTHING_CLOSED, closures="warn", via=())
    joined = named.Joiner(network, free)
    found = joined.join(corridor)
    if isinstance(found, named.Left):
        return Absence(corridor.id, (f"it does not join the two places: {found.reason}",))
    route = found.route
    cut = list(_cut_by(network, request, route))
    try:
        answer = plan.plan(network, request)
    except errors.NoRouteError:
        return Absence(corridor.id, tuple(cut) or ("no route at all is open under these conditions",), route)
    rank = next((at for at, each in enumerate(answer, start=1) if each.segment_ids == route.segment_ids), None)
    if rank is not None:
        return Absence(corridor.id, (f"it is there: route {rank}",), route, rank)
    if request.pareto:
        beaten = tuple(at for at, each in enumerate(answer, start=1) if _is_as_good(each, route, request.pareto))
        words = ", ".join(request.pareto)
    else:
        beaten = tuple(at for at, each in enumerate(answer, start=1) if dominates(each, route))
        words = "km, hours, USD and CO2e"
    reasons = cut or _passed_over(request, answer, route)
    if beaten:
        shown = ", ".join(map(str, beaten[:MAX_NAMED])) + (" ..." if len(beaten) > MAX_NAMED else "")
        reasons.append(f"beaten in {words} at once by route {shown}")
    elif request.pareto and not cut:
        reasons.append(f"a route that is as good to within {100 * request.epsilon:g} % in {words} is there instead")
        reasons += answer.notes
    return Absence(corridor.id, tuple(reasons), route, None, beaten)


_NOTHING = {"countries": frozenset[str](), "nodes": frozenset[str](), "segments": frozenset[str]()}


def _cut_by(network: Network, request: RouteRequest, route: Route) -> list[str]:
    """Each rule of the request that takes a part of the route away."""
    reasons = []
    if request.as_of is not None:
        open_then = network.as_of(request.as_of).segments
        late_km = sum(item.km for item in route.segments if item.id not in open_then)
        if late_km:
            reasons.append(f"{late_km:,.0f} km of it are not open in {request.as_of} by central estimates")
    else:
        at = records.STATUSES.index(request.include)
        for status, km in route.km_by_status.items():
            if records.STATUSES.index(status) > at:
                word = status.replace("_", " ")
                reasons.append(f"{km:,.0f} km of it are {word}; --include {status} takes them in")
    avoided = network.without_countries(request.avoid.countries).without_nodes(request.avoid.nodes)
    avoided = avoided.without(request.avoid.segments)
    lost = [item.id for item in route.segments if item.id not in avoided.segments]
    if lost:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        reasons.append(f"it uses what is avoided: {', '.join(lost[:3])}{more}")
    lost = allowed.taken_closed(network, request, route.segments)
    if lost:
        listed = f"{', '.join(lost[:3])}{f' and {len(lost) - 3} more' if len(lost) > 3 else ''}"
        reasons.append(f"it uses what is taken as closed ({', '.join(request.closed.texts)}): {listed}")
    if request.closures == "apply":
        shut = allowed.closed_in_data(network, request)
        closed = [item for item in route.segments if item.id in shut]
        reasons += [closures.describe(shut[item.id], [item], network.catalog) for item in closed]
    if not named.passed(request.via, route.nodes):
        names = ", ".join(network.nodes[stop].name for stop in request.via)
        reasons.append(f"it does not pass {names} in this order")
    return reasons


def _is_as_good(one: Route, other: Route, criteria: Sequence[str]) -> bool:
    return all(getattr(one, CRITERIA[key].field) <= getattr(other, CRITERIA[key].field) for key in criteria)


def _passed_over(request: RouteRequest, answer: Plan, route: Route) -> list[str]:
    """Open to it, yet not among the answers: too like one of them, or worse than the last."""
    if request.pareto:
        return []
    row = CRITERIA[request.by]
    value, last = getattr(route, row.field), getattr(answer[-1], row.field)
    reasons = []
    for rank, each in enumerate(answer, start=1):
        share = plan.shared(route.segments, each.segments)
        if request.different < 1 and share > request.different and getattr(each, row.field) <= value:
            reasons.append(
                f"it shares {100 * share:.0f} % of its km with route {rank}, which is better by {row.title}; the limit "
                f"is {100 * request.different:g} % (--different)"
            )
    if value > last:
        reasons.append(
            f"by {row.title} it takes {value:,.0f} {row.unit}, {value - last:,.0f} more than route {len(answer)}, the "
            f"last of the {len(answer)} given" + (" (-k)" if len(answer) == request.count else "")
        )
        reasons += answer.notes
    return reasons or [f"a route that is as good by {row.title} or better, and much like it, is there instead"]
