"""Routes as answers: the one place where a ``Route`` is made, with all that must be said of it.

A way over segments is priced (``planner.price.assemble``), then gets the named corridors it is, a sentence for every
status that is not built, for what does not run yet in the year of the question, and for every closure in force on its
day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from geodata import records
from planner import allowed, closures
from planner.network import Network
from planner.price import assemble
from planner.price.route import Priced, Route
from planner.reasons import Reason
from planner.request import RouteRequest


@dataclass
class Dressing:
    """Makes the routes of one question on one network; what all of them need is looked up once."""

    network: Network
    request: RouteRequest

    def __post_init__(self) -> None:
        self.network = allowed.as_asked(self.network, self.request.opened)

    @cached_property
    def _in_force(self) -> dict[str, list[records.Closure]]:
        return closures.by_segment(self.network.catalog, self.request.day)

    def route(self, origin: str, segments: Sequence[records.Segment], *, corridor: str = "") -> Route:
        """The route over these segments in order; the label of ``corridor``, where one is given, stands first."""
        priced = assemble.route(self.network, self.request.consignment, origin, segments)
        found = [label for label in labels(self.network, priced) if label != corridor]
        met = closures.on_the_way(segments, self._in_force)
        said = [
            *self._late(segments),
            *unbuilt(self.network, segments),
            *(closures.describe(closure, where, self.network.catalog) for closure, where in met),
        ]
        return Route(
            priced.legs,
            priced.hubs,
            priced.consignment,
            priced.priced_with,
            corridors=(corridor, *found) if corridor else tuple(found),
            warnings=tuple(said),
            closures=tuple(closure for closure, _ in met if closure.kind != "open"),
        )

    def _late(self, segments: Iterable[records.Segment]) -> list[Reason]:
        """That some km do not run in the year of the question yet."""
        year = self.request.as_of
        late_km = 0.0 if year is None else sum(item.km for item in segments if not self.network.runs(item, year))
        return [Reason("late_km", year=year, km=late_km)] if late_km else []


def routes(network: Network, request: RouteRequest, found: Iterable[Sequence[records.Segment]]) -> tuple[Route, ...]:
    """The routes from the request's origin over some segments, with their labels and warnings.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Kandahar", "Quetta", modes=("road",))
    >>> found = corridors.plan(network, "Kandahar", "Quetta", modes=("road",))[0]
    >>> (again,) = routes(network, asked, [found.segments])
    >>> [closure.id for closure in again.closures]
    ['pak_afg_chaman']
    """
    dressing = Dressing(network, request)
    return tuple(dressing.route(request.origin, segments) for segments in found)


def labels(network: Network, way: Priced) -> list[str]:
    """The named corridors a way is: in their modes, through all their via nodes in order (either way)."""
    modes = {leg.mode for leg in way.legs}
    return [
        corridor.id
        for corridor in network.catalog.corridors.values()
        if modes <= set(corridor.modes)
        and (_in_order(corridor.via, way.nodes) or _in_order(corridor.via, way.nodes[::-1]))
    ]


def _in_order(wanted: Sequence[str], passed: Sequence[str]) -> bool:
    remaining = iter(passed)
    return all(any(node == via for node in remaining) for via in wanted)


def unbuilt(network: Network, segments: Iterable[records.Segment]) -> list[Reason]:
    """One sentence a status that is not operational, with its km and opening years."""
    listed = list(segments)
    sentences = []
    for status in records.STATUSES[1:]:
        here = [segment for segment in listed if segment.status == status]
        if not here:
            continue
        years = sorted({network.catalog.opens_year[key.id] for key in here if key.id in network.catalog.opens_year})
        span = f"{years[0]}-{years[-1]}" if len(years) > 1 else "".join(map(str, years))
        opening = Reason("opening", years=span) if years else Reason("opening_unknown")
        km = sum(segment.km for segment in here)
        sentences.append(Reason("unbuilt", km=km, status=status.replace("_", " "), opening=opening))
    return sentences
