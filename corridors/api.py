"""The Python front door; ``import corridors`` gives all of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from geodata import catalog
from geodata.errors import DataError, Problem, RequestError
from planner import fields, plan as plan_, request as request_, shown
from planner.network import Network
from planner.plan import Plan
from planner.price.route import Route
from planner.question import CompareQuestion, Conditions, EffectQuestion, PlanConditions, RouteConditions

if TYPE_CHECKING:
    from geodata.own.drafts import Drafts
    from geodata.own.editing import Proposal
    from maps.page.offline import OfflineMap
    from planner.comparison import Comparison
    from planner.effect.measure import Effect
    from planner.why import Absence, Difference


def _html(answer: Any) -> str | None:
    """How a notebook shows an answer."""
    from corridors.answers import notebook

    return notebook.html(answer)


shown.register(_html)


def load(folder: str | Path | None = None) -> Network:
    """The network of the shipped facts; with ``folder``, overlaid with your own places and segments.

    Raises DataError with every problem found, FileAccessError when the folder cannot be read.
    """
    facts = catalog.load(folder)
    if folder is not None:
        from geodata import checks

        checks.require_sound(facts)
    return Network.of(facts)


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., Any])


def _asking(
    conditions: Callable[Arguments, Conditions],
) -> Callable[[Callable[..., Result]], Callable[Concatenate[Network, str, str, Arguments], Result]]:
    """``_with_fields`` for a function of a network and two places; a type checker knows its arguments, too."""
    return _with_fields(conditions)


def _with_fields(model: Any) -> Callable[[Function], Function]:
    """Show the fields of a question in the place of ``**options``, in help() and wherever a signature is asked for."""

    def signed(function: Function) -> Function:
        signature = inspect.signature(function)
        fixed = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        added = [
            inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, default=info.default, annotation=fields.plain_type(info)
            )
            for key, info in model.model_fields.items()
        ]
        function.__signature__ = signature.replace(parameters=[*fixed, *added])  # type: ignore[attr-defined]
        return function

    return signed


@_asking(PlanConditions)
def plan(network: Network, origin: str, destination: str, **options: Any) -> Plan:
    """The best routes between two places, at most ``count``, best first; a sequence of Route.

    ``by`` is distance, time, cost, co2e or generalized. ``include`` takes unbuilt lines in, ``as_of`` a year instead.
    No two answers share more than ``different`` of their km (1: the exact shortest ones). ``tonnes`` defaults to one
    TEU of 20 t. Hours and USD are expected values, with their range beside them (``route.interval("time_h")``);
    ``central`` ranks and adds up central values instead.

    With ``pareto``, two to four criteria, the answer is instead every route that none beats in all of
    them; ``epsilon`` thins it out. Its ``complete`` and ``notes`` say whether a limit was reached.

    >>> import corridors
    >>> [leg.mode for leg in corridors.plan(corridors.load(), "Almaty", "Astana", modes=["rail"])[0].legs]
    ['rail']
    """
    return plan_.plan(network, request_.make(network.catalog, origin, destination, **options))


@_asking(RouteConditions)
def compare(network: Network, origin: str, destination: str, **options: Any) -> Comparison:
    """The named corridors that join two places, and today's best by km, hours and USD.

    >>> import corridors
    >>> comparison = corridors.compare(corridors.load(), "Almaty", "Karachi")
    >>> round(next(entry.route.distance_km for entry in comparison if entry.id == "ktap"))
    4148
    """
    from planner import comparison as comparison_

    asked = fields.checked(CompareQuestion, {"origin": origin, "destination": destination, **options})
    return comparison_.compare(network, request_.resolved(network.catalog, asked))


def named(network: Network) -> dict[str, Route]:
    """The route of every named corridor by its id: as drawn and measured, with its unbuilt parts.

    A corridor whose via nodes are not joined raises NoRouteError.

    >>> import corridors
    >>> round(corridors.named(corridors.load())["uap"].unbuilt_km)
    897
    """
    from planner import named as named_

    return {key: named_.whole(network, corridor) for key, corridor in network.catalog.corridors.items()}


def why(first: Route, second: Route) -> Difference:
    """What makes the second route differ from the first, by cause, for every criterion.

    >>> import corridors
    >>> routes = corridors.named(corridors.load())
    >>> corridors.why(routes["ktap"], routes["iti"]).causes["time"]["gauge breaks"] != 0
    True
    """
    from planner import why as why_

    return why_.difference(first, second)


@_with_fields(PlanConditions)
def why_not(network: Network, corridor: str, origin: str, destination: str, **options: Any) -> Absence:
    """Why a named corridor is not among the answers of ``plan`` with the same options.

    >>> import corridors
    >>> corridors.why_not(corridors.load(), "ktap", "Almaty", "Karachi").reasons[0]
    "22 km of it are under construction; include='under_construction' takes them in"
    """
    from planner import why as why_

    return why_.absent(network, request_.make(network.catalog, origin, destination, **options), corridor)


def check(folder: str | Path | None = None) -> list[Problem]:
    """All problems of the shipped data, or of it overlaid with a folder: errors and warnings."""
    from geodata import checks

    return checks.check(folder)


Lines = str | Path | Mapping[str, Any] | Sequence[str | Path | Mapping[str, Any]]
"""Files with lines (GeoJSON, GeoPackage, KML, Shapefile) and GeoJSON features, one or several."""


def propose_segments(
    lines: Lines,
    folder: str | Path | None = None,
    *,
    tolerance_km: float = 5.0,
    new_places: bool = True,
    join: bool = False,
    replace: bool = False,
) -> Proposal:
    """What adding lines to your own folder would do: how they join the network, and every problem; nothing is written.

    A feature without geometry goes straight between its ``from`` and ``to``. An end within ``tolerance_km`` of a place
    or segment joins it; farther off it makes a place, unless ``new_places`` is False. With ``join``, crossings become
    junctions. Raises FileAccessError for a file that cannot be read, DataError when the folder itself has errors.

    >>> import corridors
    >>> line = {"type": "Feature", "geometry": None, "properties": {"from": "Herat", "to": "Zaranj", "mode": "rail",
    ...     "gauge_mm": 1520, "status": "proposed", "length_km": 480}}
    >>> proposal = corridors.propose_segments(line)
    >>> proposal.ids, proposal.errors
    (('herat-zaranj-rail',), ())
    """
    from geodata.own.editing import propose
    from geodata.own.joining import Rules

    drafts, problems = _drafts(lines)
    return propose(folder, drafts, Rules(tolerance_km, new_places, join, replace), problems)


def add_segments(
    lines: Lines,
    folder: str | Path = "corridors-data",
    *,
    tolerance_km: float = 5.0,
    new_places: bool = True,
    join: bool = False,
    replace: bool = False,
) -> Proposal:
    """Add lines to your own folder, all of them or none; ``load(folder)`` then has them. Options as propose_segments.

    Raises DataError with every problem found; nothing has then changed.
    """
    from geodata.own.editing import add
    from geodata.own.joining import Rules

    drafts, problems = _drafts(lines)
    return add(folder, drafts, Rules(tolerance_km, new_places, join, replace), problems)


def remove_segments(ids: Sequence[str], folder: str | Path = "corridors-data") -> None:
    """Take added segments out of your own folder; the network is then the one of before.

    Raises UnknownNameError for one that was not added, DataError where something in the folder still needs it.
    """
    from geodata.own.editing import remove

    remove(folder, ids)


def undo_segments(folder: str | Path = "corridors-data") -> str:
    """Take the last change of your own folder back, also one of an earlier run; gives back which it was.

    Raises RequestError when there is nothing to undo.
    """
    from geodata.own.editing import undo

    return undo(folder)


@_with_fields(EffectQuestion)
def effect(proposal: Proposal, **options: Any) -> Effect:
    """What the lines of a proposal change between 25 main cities and ports (or ``places``), before and after.

    Options are those of ``planner.question.EffectQuestion``. Raises DataError when the proposal has errors.

    >>> import corridors
    >>> line = {"type": "Feature", "geometry": None, "properties": {"from": "Herat", "to": "Zaranj", "mode": "road",
    ...     "status": "operational", "length_km": 450}}
    >>> found = corridors.effect(corridors.propose_segments(line), places=["Herat", "Zaranj"])
    >>> round(found.summaries["distance"].largest_saving)
    69
    """
    from planner.effect.measure import measure

    if proposal.after is None:
        raise DataError(proposal.problems)
    return measure(Network.of(proposal.before), Network.of(proposal.after), proposal.ids, **options)


def _drafts(lines: Lines) -> tuple[Drafts, list[Problem]]:
    from geodata.own.imports import of_features, read

    listed = [lines] if isinstance(lines, (str, Path, Mapping)) else list(lines)
    drafts, problems = of_features([item for item in listed if isinstance(item, Mapping)], "", straight=True)
    for item in listed:
        if not isinstance(item, Mapping):
            found, said = read(Path(item))
            drafts, problems = drafts + found, [*problems, *said]
    return drafts, problems


def draw(
    what: Comparison | Plan | Network | Route | Effect,
    *,
    online: bool = False,
    band: bool = False,
    network: Network | None = None,
) -> OfflineMap:
    """A folium map of a comparison, a plan, a network with all its named corridors, a route in its network, an effect.

    Tables and charts stand below. ``save(path)`` writes one file that needs no network; with ``online``, tiles from the
    internet lie over its ground. ``band`` adds the 10th to 90th percentile of hours to the charts. In a notebook the
    map shows itself, with at most 12 routes on a lighter ground.

    >>> import corridors
    >>> len(corridors.draw(corridors.plan(corridors.load(), "Almaty", "Astana")).html()) < 2_000_000
    True
    """
    from maps.page import effect_map, route_map
    from planner.effect.measure import Effect

    if isinstance(what, Effect):
        if band:
            raise RequestError("band is about the charts of routes; an effect has none")
        return effect_map.draw(what, online=online)
    return route_map.draw(what, online=online, band=band, network=network)


def brief(
    comparison: Comparison,
    *,
    band: bool = True,
    studies: Sequence[str] = (),
    progress: Callable[[float], None] = lambda _: None,
) -> OfflineMap:
    """A briefing on a comparison: question, map, table, charts, what is not built or not sure, closures, sources.

    ``studies`` are ids of studies (rank, breakeven, timeline, closures, cargo, gateways), each a section; breakeven is
    of the two fastest corridors, gateways of the origin. ``progress`` is told the share of them that is done.
    ``save(path)`` writes one page that needs no network and prints on A4. Raises RequestError for anything else than a
    comparison, UnknownNameError for a study that is none.

    >>> import corridors
    >>> page = corridors.brief(corridors.compare(corridors.load(), "Aktau", "Poti")).html()
    >>> "What is not built" in page
    True
    """
    from corridors.answers.briefing import draw as page
    from planner.comparison import Comparison

    if not isinstance(comparison, Comparison):
        raise RequestError(
            f"a briefing is on a comparison, not on a {type(comparison).__name__}; see corridors.compare"
        )
    sections = []
    if studies:
        from corridors.studies.table import sections_of

        sections = sections_of(comparison, studies, progress)
    return page(comparison, band=band, sections=sections)


def figure(what: Comparison | Plan | Network | Route, path: str | Path, *, network: Network | None = None) -> list[str]:
    """Write the map as a picture for a report: .png, .svg or .pdf (extra ``figures``).

    Gives back what could not be drawn, e.g. signs that no installed font has. Raises RequestError for another suffix
    or without matplotlib, FileAccessError where it cannot be written.
    """
    from maps import scene
    from maps.figures import write as figures

    return figures.draw_map(scene.make(what, network), Path(path))


def chart(
    what: Comparison | Plan | Network | Route, path: str | Path, *, band: bool = False, network: Network | None = None
) -> list[str]:
    """Write the time/cost-distance charts as a picture: .png, .svg or .pdf (extra ``figures``).

    Gives back what could not be drawn. Raises RequestError for another suffix or without matplotlib, FileAccessError
    where it cannot be written.
    """
    from maps import scene
    from maps.figures import write as figures

    return figures.draw_chart(scene.make(what, network), Path(path), band=band)
