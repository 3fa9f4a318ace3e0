"""When lines open: the years of projects, of routes, and what a project that slips changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geodata import errors, records
from geodata.catalog import Catalog
from planner.network import Network
from planner.price.route import Route

HINTS = 8
"""So many ids are offered for a text that several of them hold."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The years in which the last unbuilt part of a route opens, and the projects that it waits for the longest.

    None where a part has no year. A route that is built has no ``unbuilt`` parts and is open already.
    """

    low: int | None
    central: int | None
    high: int | None
    unbuilt: tuple[str, ...]
    last: tuple[str, ...]


def projects_of(catalog: Catalog) -> dict[str, records.Project]:
    """Segment id -> the project that builds it; parts of a split segment have that of the whole."""
    return {
        segment_id: project
        for project in catalog.projects.values()
        for whole_id in project.segments
        for segment_id in catalog.parts_of(whole_id)
    }


def of_route(network: Network, route: Route) -> Opening:
    """When all of a route is open, by the low, central and high years of its projects."""
    catalog, projects = network.catalog, projects_of(network.catalog)
    unbuilt = [segment for segment in route.segments if segment.status != "operational"]
    years: list[tuple[int | None, int | None, int | None]] = []
    for segment in unbuilt:
        project, central = projects.get(segment.id), catalog.opens_year.get(segment.id)
        if segment.opens_year is not None or project is None:
            years.append((central, central, central))
        else:
            years.append((project.opens_low or central, central, project.opens_high or central))
    low, central, high = (_last([row[at] for row in years]) for at in range(3))
    last = dict.fromkeys(
        projects[segment.id].id
        for segment, row in zip(unbuilt, years, strict=True)
        if segment.id in projects and row[1] == central
    )
    return Opening(low, central, high, tuple(segment.id for segment in unbuilt), tuple(last))


def unbuilt_km(network: Network, route: Route, year: int | None = None) -> float:
    """The km of a route that do not run in ``year`` by central opening years; today without one.

    >>> import corridors
    >>> network = corridors.load()
    >>> ktap = corridors.named(network)["ktap"]
    >>> [round(unbuilt_km(network, ktap, year)) for year in (None, 2027, 2040)]
    [889, 867, 0]
    """
    return sum(segment.km for segment in route.segments if not network.runs(segment, year))


def _last(years: list[int | None]) -> int | None:
    known = [year for year in years if year is not None]
    return max(known) if known and len(known) == len(years) else None


def find(catalog: Catalog, text: str) -> records.Project:
    """The project with this id; raises UnknownNameError with the ids that hold the text, else the nearest ones."""
    import difflib

    key = text.strip().lower()
    if key in catalog.projects:
        return catalog.projects[key]
    inside = [known for known in catalog.projects if key and key in known]
    hints = inside[:HINTS] or difflib.get_close_matches(key, catalog.projects, n=3, cutoff=0.4)
    raise errors.UnknownNameError("project", text, hints, "" if hints else f"known: {', '.join(catalog.projects)}")


def slipped(network: Network, years: Mapping[str, int]) -> Network:
    """The network when projects (by id) open so many years later than planned; fewer than none is earlier.

    >>> import corridors
    >>> network = corridors.load()
    >>> late = slipped(network, {"ktap_spinboldak_chaman": 2})
    >>> late.catalog.opens_year["spin_boldak-chaman-rail"] - network.catalog.opens_year["spin_boldak-chaman-rail"]
    2
    """
    if not any(years.values()):
        return network
    catalog = network.catalog
    projects = {key: _later(project, years.get(key, 0)) for key, project in catalog.projects.items()}
    by_segment = projects_of(catalog)
    segments = {
        key: segment.model_copy(update={"opens_year": segment.opens_year + years[by_segment[key].id]})
        if segment.opens_year is not None and key in by_segment and by_segment[key].id in years
        else segment
        for key, segment in network.segments.items()
    }
    changed = replace(catalog, projects=projects, segments={**catalog.segments, **segments})
    return Network(changed, network.nodes, segments)


def _later(project: records.Project, years: int) -> records.Project:
    stated = {field: getattr(project, field) for field in ("opens_low", "opens_central", "opens_high")}
    return project.model_copy(update={key: year + years for key, year in stated.items() if year is not None})
