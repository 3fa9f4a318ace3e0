"""A question resolved: ids of places, segments and closures in the place of names, all that a search needs to know.

``planner.question`` is what a person writes and what faces are made of; it stays in ``asked``, for its words. The two
are apart since a study asks variants of one question (another year, other closures), which nobody has written.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geodata import errors, places, records
from geodata.catalog import Catalog
from planner import fields, passages
from planner.passages import Closed, Opened
from planner.price.consignment import Consignment
from planner.price.estimates import Values
from planner.question import ClosureRule, EndsQuestion, PlanQuestion

LAST_YEAR = 2150


@dataclass(frozen=True, slots=True)
class Avoid:
    """What a route must keep away from; each is a set of ids (or ISO 3166 alpha-2 codes of countries)."""

    countries: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()

    def __iter__(self) -> Any:
        return iter(sorted(self.countries | self.nodes | self.segments | self.modes))


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """Places are node ids. ``include`` holds the firmer statuses; ``as_of`` a year, which then decides instead.

    With criteria in ``pareto`` the answer is the Pareto set over them; then ``by``, ``count`` and ``different`` do not
    matter.
    """

    origin: str
    destination: str
    consignment: Consignment
    asked: PlanQuestion
    by: str = "time"
    count: int = 3
    via: tuple[str, ...] = ()
    avoid: Avoid = Avoid()
    modes: tuple[str, ...] = ()
    include: str = "operational"
    as_of: int | None = None
    closures: ClosureRule = "warn"
    day: date = date.min
    different: float = 0.8
    pareto: tuple[str, ...] = ()
    epsilon: float = 0.0
    opened: Opened = passages.NOTHING_OPENED
    closed: Closed = passages.NOTHING_CLOSED

    @property
    def lines(self) -> str:
        """Which lines are used, in words: 'planned lines', 'lines open in 2035'."""
        return f"lines open in {self.as_of}" if self.as_of else f"{self.include.replace('_', ' ')} lines"

    def as_dict(self) -> dict[str, Any]:
        """The question as an answer repeats it; plain JSON values."""
        return {
            "origin": self.origin,
            "destination": self.destination,
            "by": self.by,
            "count": self.count,
            "via": list(self.via),
            "avoid": list(self.avoid),
            "modes": list(self.modes),
            "include": self.include,
            "as_of": self.as_of,
            "closures": self.closures,
            "date": self.day.isoformat(),
            "different": self.different,
            "pareto": list(self.pareto),
            "epsilon": self.epsilon,
            "cargo": self.consignment.cargo,
            "tonnes": self.consignment.tonnes,
            "teu": self.consignment.teu,
            "central": self.consignment.values == "central",
            **self.asked.quiet(),
        }


def make(catalog: Catalog, origin: str, destination: str, **options: Any) -> RouteRequest:
    """A request from what a person writes; ``options`` are the other fields of ``planner.question.PlanQuestion``.

    Raises UnknownNameError for a name that is not in the data, RequestError for a value out of its range.
    """
    return resolved(catalog, fields.checked(PlanQuestion, {"origin": origin, "destination": destination, **options}))


def resolved(catalog: Catalog, written: EndsQuestion) -> RouteRequest:
    """The question with ids in the place of names. Raises UnknownNameError, RequestError."""
    asked = written if isinstance(written, PlanQuestion) else fields.checked(PlanQuestion, dict(written))
    start, end = places.find(catalog, asked.origin), places.find(catalog, asked.destination)
    if start.id == end.id:
        raise errors.RequestError(f"origin and destination are the same place, {start.name} ({start.id})")
    _check_year(catalog, asked)
    modes = [mode.strip().lower() for mode in asked.modes]
    for mode in modes:
        if mode not in catalog.modes:
            raise errors.UnknownNameError("mode", mode, detail=f"known: {', '.join(catalog.modes)}")
    if asked.epsilon and not asked.pareto:
        raise errors.RequestError("epsilon goes with pareto; there is no Pareto set to thin out")
    avoided = to_avoid(catalog, asked.avoid)
    opened, closed = passages.opened(catalog, asked.open), passages.closed(catalog, asked.close, (start, end))
    if both := opened.segments & closed.segments:
        raise errors.RequestError(f"both taken as open and as closed: {', '.join(sorted(both))}")
    for place in (start, end):
        if place.id in avoided.nodes or place.country in avoided.countries:
            raise errors.RequestError(f"{place.name} ({place.id}, {place.country}) is both asked for and avoided")
    wanted = tuple(modes) or default_modes(catalog)
    chosen = tuple(dict.fromkeys(mode for mode in wanted if mode not in avoided.modes))
    if not chosen:
        raise errors.RequestError(f"all modes asked for are avoided: {', '.join(wanted)}")
    stops = _via(catalog, asked.via, start, end)
    for place in (catalog.nodes[stop] for stop in stops):
        if place.id in avoided.nodes or place.country in avoided.countries:
            raise errors.RequestError(f"via {place.name} ({place.id}, {place.country}) is avoided at the same time")
        if place.country in closed.countries:
            raise errors.RequestError(
                f"via {place.name} ({place.id}) lies in {place.country}, which is taken as closed"
            )
    values: Values = "central" if asked.central else "expected"
    return RouteRequest(
        origin=start.id,
        destination=end.id,
        consignment=Consignment.of(catalog, cargo=asked.cargo, tonnes=asked.tonnes, values=values),
        asked=asked,
        by=asked.by,
        count=asked.count,
        via=stops,
        avoid=avoided,
        modes=chosen,
        include=asked.include,
        as_of=asked.as_of,
        closures="apply" if asked.closures == "apply" else "warn",
        day=asked.day or default_day(catalog, asked.as_of),
        different=asked.different,
        pareto=tuple(asked.pareto),
        epsilon=asked.epsilon,
        opened=opened,
        closed=closed,
    )


def _check_year(catalog: Catalog, asked: PlanQuestion) -> None:
    year = asked.as_of
    if year is not None and not catalog.data_date.year <= year <= LAST_YEAR:
        raise errors.RequestError(
            f"as-of must be a year between {catalog.data_date.year}, the year of the data, and {LAST_YEAR}, not {year}"
        )
    if year is not None and asked.include != "operational":
        raise errors.RequestError(f"as-of {year} decides by opening years; leave out include {asked.include}")


def _via(catalog: Catalog, via: Sequence[str], start: records.Node, end: records.Node) -> tuple[str, ...]:
    stops = [places.find(catalog, name) for name in via]
    chain = [start, *stops, end]
    for before, after in itertools.pairwise(chain):
        if before.id == after.id:
            raise errors.RequestError(f"via: {after.name} ({after.id}) follows itself; name it once")
    return tuple(stop.id for stop in stops)


def default_modes(catalog: Catalog) -> tuple[str, ...]:
    """The modes of a question that names none."""
    return tuple(mode.id for mode in catalog.modes.values() if mode.default)


def default_day(catalog: Catalog, as_of: int | None) -> date:
    """The data date; in a year of ``as_of``, the same day of that year."""
    if as_of is None:
        return catalog.data_date
    return date(as_of, catalog.data_date.month, min(catalog.data_date.day, 28))


def to_avoid(catalog: Catalog, texts: Sequence[str]) -> Avoid:
    """A mode, a country code, a segment id, a place, or a country's name: tried in this order."""
    countries = {node.country for node in catalog.nodes.values()}
    found: dict[str, set[str]] = {"countries": set(), "nodes": set(), "segments": set(), "modes": set()}
    for text in texts:
        if text.strip().lower() in catalog.modes:
            found["modes"].add(text.strip().lower())
        elif text.strip().upper() in countries:
            found["countries"].add(text.strip().upper())
        elif catalog.parts_of(text.strip()):
            found["segments"].update(catalog.parts_of(text.strip()))
        else:
            try:
                found["nodes"].add(places.find(catalog, text).id)
            except errors.UnknownNameError as error:
                from geodata.globe import borders

                code = borders.codes().get(text.strip().casefold(), "")
                if code in countries:
                    found["countries"].add(code)
                    continue
                detail = "not a mode, a country (Iran or IR), a segment or a place"
                raise errors.UnknownNameError("thing to avoid", text, error.hints, detail) from None
    return Avoid(**{kind: frozenset(ids) for kind, ids in found.items()})
