"""A question, complete and checked: everything a search needs to know."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from geodata import errors, places, records
from geodata.catalog import Catalog
from planner.price import measures
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES

MAX_COUNT = 200
MAX_PARETO = 4
"""So many criteria a Pareto set has at most."""
"""What a Pareto set may be over; generalized cost is a sum of three of them."""

ClosureRule = Literal["warn", "apply"]


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
        }


def make(
    catalog: Catalog,
    origin: str,
    destination: str,
    *,
    by: str = "time",
    count: int = 3,
    via: Sequence[str] = (),
    avoid: Sequence[str] = (),
    modes: Sequence[str] = (),
    include: str = "operational",
    as_of: int | None = None,
    closures: str = "warn",
    day: date | None = None,
    different: float = 0.8,
    cargo: str = "general",
    tonnes: float | None = None,
    central: bool = False,
    pareto: Sequence[str] = (),
    epsilon: float = 0.0,
) -> RouteRequest:
    """A request from what a person writes: names for places, ids or country codes to avoid.

    Totals are expected values; ``central`` works them out with the central figure of each rate.

    Raises UnknownNameError for a name that is not in the data, RequestError for a value out of its range.
    """
    via, avoid, modes, pareto = (_listed(texts) for texts in (via, avoid, modes, pareto))
    start, end = places.find(catalog, origin), places.find(catalog, destination)
    if start.id == end.id:
        raise errors.RequestError(f"origin and destination are the same place, {start.name} ({start.id})")
    _one_of("criterion", by, MEASURES)
    _one_of("status", include, records.STATUSES)
    _one_of("closures", closures, get_args(ClosureRule))
    modes = [mode.strip().lower() for mode in modes]
    for mode in modes:
        _one_of("mode", mode, catalog.modes)
    if not isinstance(count, int) or not 1 <= count <= MAX_COUNT:
        raise errors.RequestError(f"count must be a whole number between 1 and {MAX_COUNT}, not {count!r}")
    if not 0 < different <= 1:
        raise errors.RequestError(f"different must lie above 0 and at most 1, not {different}")
    if as_of is not None and not catalog.data_date.year <= as_of <= 2150:
        raise errors.RequestError(
            f"as-of must be a year between {catalog.data_date.year}, the year of the data, and 2150, not {as_of}"
        )
    if as_of is not None and include != "operational":
        raise errors.RequestError(f"as-of {as_of} decides by opening years; leave out include {include}")
    pareto = _pareto(pareto, epsilon)
    avoided = to_avoid(catalog, avoid)
    for place in (start, end):
        if place.id in avoided.nodes or place.country in avoided.countries:
            raise errors.RequestError(f"{place.name} ({place.id}, {place.country}) is both asked for and avoided")
    asked = tuple(modes) or default_modes(catalog)
    chosen = tuple(dict.fromkeys(mode for mode in asked if mode not in avoided.modes))
    if not chosen:
        raise errors.RequestError(f"all modes asked for are avoided: {', '.join(asked)}")
    stops = _via(catalog, via, start, end)
    for place in (catalog.nodes[stop] for stop in stops):
        if place.id in avoided.nodes or place.country in avoided.countries:
            raise errors.RequestError(f"via {place.name} ({place.id}, {place.country}) is avoided at the same time")
    return RouteRequest(
        origin=start.id,
        destination=end.id,
        consignment=Consignment.of(catalog, cargo=cargo, tonnes=tonnes, values="central" if central else "expected"),
        by=by,
        count=count,
        via=stops,
        avoid=avoided,
        modes=chosen,
        include=include,
        as_of=as_of,
        closures="apply" if closures == "apply" else "warn",
        day=day or default_day(catalog, as_of),
        different=different,
        pareto=pareto,
        epsilon=epsilon,
    )


def _listed(texts: Sequence[str]) -> tuple[str, ...]:
    """A single text counts as a list of one, not as a list of its letters."""
    return (texts,) if isinstance(texts, str) else tuple(texts)


def pareto_criteria() -> tuple[str, ...]:
    """The criteria of Pareto sets: no sum of others is one."""
    return tuple(row.id for row in measures.listed())


def _pareto(criteria: Sequence[str], epsilon: float) -> tuple[str, ...]:
    named = tuple(text.strip().lower() for text in criteria)
    for name in named:
        _one_of("criterion", name, pareto_criteria())
    if len(set(named)) != len(named) or len(named) == 1 or len(named) > MAX_PARETO:
        raise errors.RequestError(f"pareto takes two to four different criteria of {', '.join(pareto_criteria())}")
    if not 0 <= epsilon <= 1:
        raise errors.RequestError(f"epsilon must lie between 0 and 1, not {epsilon}")
    if epsilon and not named:
        raise errors.RequestError("epsilon goes with pareto; there is no Pareto set to thin out")
    return named


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


def _one_of(kind: str, value: str, known: Any) -> None:
    if value not in known:
        raise errors.UnknownNameError(kind, value, detail=f"known: {', '.join(known)}")
