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
from planner.price.measures import MEASURES, Measure
from planner.price.route import Route
from planner.reasons import Condition, Reason
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
        return self.second.value(criterion_id) - self.first.value(criterion_id)

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
    for row in MEASURES.values():
        causes = _causes(first, second, row)
        target = second.value(row.id) - first.value(row.id)
        causes[ROUNDING] = math.fsum([target, *(-value for value in causes.values())])
        found[row.id] = causes
    return Difference(first, second, found)


def _causes(first: Route, second: Route, criterion: Measure) -> dict[str, float]:
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
    if isinstance(found, named.CorridorLeftOut):
        return Absence(corridor.id, (Reason("does_not_join", reason=found.reason),))
    route = found.route
    cut = list(_cut_by(network, request, route))
    try:
        answer = plan.plan(network, request)
    except errors.NoRouteError:
        return Absence(corridor.id, tuple(cut) or (Reason("nothing_open"),), route)
    rank = next((at for at, each in enumerate(answer, start=1) if each.segment_ids == route.segment_ids), None)
    if rank is not None:
        return Absence(corridor.id, (Reason("there", rank=rank),), route, rank)
    if request.pareto:
        beaten = tuple(at for at, each in enumerate(answer, start=1) if _is_as_good(each, route, request.pareto))
        words = ", ".join(request.pareto)
    else:
        beaten = tuple(at for at, each in enumerate(answer, start=1) if dominates(each, route))
        words = "km, hours, USD and CO2e"
    reasons = cut or _passed_over(request, answer, route)
    if beaten:
        more = " ..." if len(beaten) > MAX_NAMED else ""
        reasons.append(Reason("beaten", criteria=words, routes=beaten[:MAX_NAMED], more=more))
    elif request.pareto and not cut:
        reasons.append(Reason("as_good", percent=100 * request.epsilon, criteria=words))
        reasons += answer.notes
    return Absence(corridor.id, tuple(reasons), route, None, beaten)


_NOTHING = {"countries": frozenset[str](), "nodes": frozenset[str](), "segments": frozenset[str]()}


def _cut_by(network: Network, request: RouteRequest, route: Route) -> list[str]:
    """Each rule of the request that takes a part of the route away."""
    reasons: list[str] = []
    if request.as_of is not None:
        open_then = network.as_of(request.as_of).segments
        late_km = sum(item.km for item in route.segments if item.id not in open_then)
        if late_km:
            reasons.append(Reason("not_open_in", km=late_km, year=request.as_of))
    else:
        at = records.STATUSES.index(request.include)
        for status, km in route.km_by_status.items():
            if records.STATUSES.index(status) > at:
                include = Condition("include", status)
                reasons.append(Reason("status", km=km, status=status.replace("_", " "), include=include))
    avoided = network.without_countries(request.avoid.countries).without_nodes(request.avoid.nodes)
    avoided = avoided.without(request.avoid.segments)
    lost = [item.id for item in route.segments if item.id not in avoided.segments]
    if lost:
        more = Reason("and_more", count=len(lost) - 3) if len(lost) > 3 else ""
        reasons.append(Reason("avoided", segments=tuple(lost[:3]), more=more))
    lost = allowed.taken_closed(network, request, route.segments)
    if lost:
        more = Reason("and_more", count=len(lost) - 3) if len(lost) > 3 else ""
        reasons.append(Reason("uses_closed", closed=request.closed.texts, segments=tuple(lost[:3]), more=more))
    if request.closures == "apply":
        shut = allowed.closed_in_data(network, request)
        closed = [item for item in route.segments if item.id in shut]
        reasons += [closures.describe(shut[item.id], [item], network.catalog) for item in closed]
    if not named.passed(request.via, route.nodes):
        reasons.append(Reason("not_passed", places=tuple(network.nodes[stop].name for stop in request.via)))
    return reasons


def _is_as_good(one: Route, other: Route, criteria: Sequence[str]) -> bool:
    return all(one.value(key) <= other.value(key) for key in criteria)


def _passed_over(request: RouteRequest, answer: Plan, route: Route) -> list[str]:
    """Open to it, yet not among the answers: too like one of them, or worse than the last."""
    if request.pareto:
        return []
    row = MEASURES[request.by]
    value, last = route.value(row.id), answer[-1].value(row.id)
    reasons: list[str] = []
    for rank, each in enumerate(answer, start=1):
        share = plan.shared(route.segments, each.segments)
        if request.different < 1 and share > request.different and each.value(row.id) <= value:
            limit = {"limit": 100 * request.different, "different": Condition("different")}
            reasons.append(Reason("alike", percent=100 * share, rank=rank, criterion=row.title, **limit))
    if value > last:
        asked = Reason("in_brackets", condition=Condition("count")) if len(answer) == request.count else ""
        takes = {"value": value, "more": value - last, "unit": row.unit, "last": len(answer)}
        reasons.append(Reason("takes_more", criterion=row.title, asked=asked, **takes))
        reasons += answer.notes
    return reasons or [Reason("much_like", criterion=row.title)]
