"""The named corridors that join two places, today's best routes, and who is dominated by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geodata import errors
from planner import frames, named
from planner.allowed import as_asked, not_applied
from planner.network import Network
from planner.plan import plan
from planner.price import measures
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.reasons import Reason
from planner.request import RouteRequest
from planner.shown import Shown

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Entry:
    """One row: a route with its ``id`` (a corridor's, or ``best-time`` and the like) and what dominates it."""

    id: str
    title: str
    route: Route
    corridor: str | None
    best_by: tuple[str, ...] = ()
    dominated_by: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Entries, shortest first, and the corridors left out with the reason."""

    request: RouteRequest
    network: Network
    entries: tuple[Entry, ...]
    left_out: tuple[named.CorridorLeftOut, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Comparison {self.request.origin} to {self.request.destination}: {len(self.entries)} routes>"

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def as_dict(self) -> dict[str, Any]:
        catalog = self.network.catalog
        return {
            "request": self.request.as_dict(),
            "data": {"version": catalog.version, "date": catalog.data_date.isoformat(), "sha256": catalog.sha256},
            "routes": [
                {
                    "id": entry.id,
                    "corridor": entry.corridor,
                    "title": entry.title,
                    "best_by": list(entry.best_by),
                    "dominated_by": list(entry.dominated_by),
                    **entry.route.as_dict(),
                }
                for entry in self.entries
            ],
            "left_out": [{"corridor": left.corridor, "reason": left.reason} for left in self.left_out],
            "notes": list(self.notes),
        }

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with one row a route, indexed by id; units stand in the column names."""
        return frames.table(
            [
                {
                    "id": entry.id,
                    "title": entry.title,
                    "corridor": entry.corridor,
                    **entry.route.totals(),
                    "best_by": ", ".join(entry.best_by),
                    "dominated_by": ", ".join(entry.dominated_by),
                    "closures": entry.route.closure_text(),
                }
                for entry in self.entries
            ],
            index="id",
        )

    def to_geodataframe(self) -> GeoDataFrame:
        """A GeoDataFrame (EPSG:4326) with one line a leg of each route; lists are joined with '; '."""
        return frames.lines([row for entry in self.entries for row in entry.route.leg_rows(entry.id)])


def compare(network: Network, request: RouteRequest) -> Comparison:
    """Every named corridor that joins the two places, and today's best by km, hours and USD.

    "Today's best" is over what the request includes (default: operational lines). Raises NoRouteError only when
    neither a corridor nor any route joins the places.
    """
    network = as_asked(network, request.opened)
    entries: list[Entry] = []
    left_out: list[named.CorridorLeftOut] = []
    joiner = named.Joiner(network, request)
    for corridor in network.catalog.corridors.values():
        found = joiner.join(corridor)
        if isinstance(found, named.CorridorLeftOut):
            left_out.append(found)
            continue
        ids = found.route.segment_ids
        same = next((entry.id for entry in entries if entry.route.segment_ids == ids), None)
        if same is not None:
            left_out.append(named.CorridorLeftOut(corridor.id, Reason("same_line", corridor=same)))
        else:
            title = f"{corridor.title} ({found.part})" if found.part else corridor.title
            entries.append(Entry(corridor.id, title, found.route, corridor.id))
    notes: list[str] = [*request.closed.notes()]
    for criterion_id in (row.id for row in measures.compared()):
        try:
            best = plan(network, replace(request, by=criterion_id, count=1, different=1.0)).routes[0]
        except errors.NoRouteError as error:
            if not entries:
                raise
            notes.append(str(error))
            break
        entries = _with_best(entries, best, criterion_id, request)
    entries.sort(key=lambda entry: (entry.route.distance_km, entry.id))
    notes += not_applied(network, request, [entry.route for entry in entries])
    return Comparison(request, network, tuple(mark_dominated(entries)), tuple(left_out), tuple(notes))


def _with_best(entries: list[Entry], best: Route, criterion_id: str, request: RouteRequest) -> list[Entry]:
    """The best route is marked where it is in the list already, else it becomes a row of its own."""
    title = MEASURES[criterion_id].title
    for at, entry in enumerate(entries):
        if entry.route.segment_ids == best.segment_ids:
            both = (*entry.best_by, criterion_id)
            titles = [MEASURES[item].title for item in both]
            renamed = entry.title if entry.corridor else _best_title(titles, request)
            return [*entries[:at], replace(entry, best_by=both, title=renamed), *entries[at + 1 :]]
    return [*entries, Entry(f"best-{criterion_id}", _best_title((title,), request), best, None, (criterion_id,))]


def _best_title(criteria: Iterable[str], request: RouteRequest) -> str:
    return f"Best by {' and '.join(criteria)} over {request.lines}"


def dominates(one: Route, other: Route) -> bool:
    """Whether one route is no worse by all listed measures, better by some, and has no more unbuilt km.

    What runs today is not beaten by what is on paper.
    """
    pairs = [(one.value(row.id), other.value(row.id)) for row in measures.listed()]
    as_built = one.unbuilt_km <= other.unbuilt_km
    return as_built and all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def mark_dominated(entries: Iterable[Entry]) -> list[Entry]:
    """Each entry with the ids of those at least as good in km, h, USD, CO2e and unbuilt km, and better in one of the
    first four.
    """
    rows = list(entries)
    return [
        replace(row, dominated_by=tuple(other.id for other in rows if dominates(other.route, row.route)))
        for row in rows
    ]
