"""What an effect is measured over: which places, which part of two networks, and what is to be said about it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geodata import errors, places as places_, records
from geodata.catalog import Catalog
from planner import allowed, passages, request
from planner.network import Network
from planner.question import EffectQuestion
from planner.reasons import Reason
from planner.request import RouteRequest

MAIN_PLACES: tuple[str, ...] = (
    "almaty",
    "astana",
    "aktau",
    "tashkent",
    "bishkek",
    "dushanbe",
    "ashgabat",
    "kabul",
    "herat",
    "kandahar",
    "mazar_i_sharif",
    "islamabad",
    "lahore",
    "peshawar",
    "quetta",
    "karachi",
    "gwadar",
    "tehran",
    "mashhad",
    "bandar_abbas",
    "chabahar",
    "baku",
    "poti",
    "urumqi",
    "kashgar",
)
"""The 25 places an effect is measured between when none are named.

The capitals and largest cities of Central Asia, Afghanistan, Pakistan and Iran that freight starts from or goes to, the
ports that land-locked countries reach the sea by (Karachi, Gwadar, Bandar Abbas, Chabahar; Aktau and Baku on the
Caspian; Poti on the Black Sea), and the two places where China's lines begin. Several for the countries in the middle,
where lines are planned; few beyond, so that long routes do not outweigh the rest. Rawalpindi lies beside Islamabad, and
Istanbul and Mersin are reached by way of Baku, Poti or Tehran.
"""


@dataclass(frozen=True)
class Scope:
    """The conditions of an effect: ``request`` has them all, its origin and destination are the first two places.

    ``chosen`` says in words why these statuses or this year are compared.
    """

    added: tuple[str, ...]
    places: tuple[str, ...]
    request: RouteRequest
    chosen: str

    @property
    def by(self) -> str:
        return self.request.by

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every ordered pair: hub operations take other hours the other way."""
        return list(itertools.permutations(self.places, 2))

    def as_dict(self) -> dict[str, Any]:
        needless = ("origin", "destination", "count", "via", "different", "pareto", "epsilon")
        asked = {key: value for key, value in self.request.as_dict().items() if key not in needless}
        return {"added": list(self.added), "places": list(self.places), **asked, "chosen": self.chosen}


def make(
    before: Network,
    after: Network,
    added: Sequence[str],
    question: EffectQuestion,
) -> tuple[Scope, list[str]]:
    """The scope from what a person writes, and notes on all that was decided or does not count.

    Raises UnknownNameError for a name that is not in the data,
    RequestError where nothing is added or fewer than two places are left.
    """
    catalog = after.catalog
    wholes = tuple(dict.fromkeys([added] if isinstance(added, str) else added))
    if not wholes:
        raise errors.RequestError("no segment is added; name at least one by its id")
    for key in wholes:
        if not catalog.parts_of(key):
            raise errors.UnknownNameError("segment", key, detail="the network after has no such segment")
    chosen, lines = _choice(catalog, wholes, question)
    ids, notes = _places(catalog, question)
    asked = request.make(catalog, ids[0], ids[1], by=question.by, **{**question.conditions(), **lines})
    asked.closed.refuse(catalog.nodes[key] for key in ids)
    notes = [chosen, *notes, *_absent(after, asked, wholes)]
    notes += [Reason("before_too", segment=key) for key in wholes if before.catalog.parts_of(key)]
    return Scope(wholes, ids, asked, chosen), notes


def _choice(catalog: Catalog, added: Iterable[str], question: EffectQuestion) -> tuple[Reason, dict[str, Any]]:
    """Why, and as conditions: the statuses or the year in which the two networks are compared."""
    include = question.include
    if question.as_of is not None:
        return Reason("year_asked", year=question.as_of), {"include": include or "operational"}
    if include is not None:
        return Reason("include_asked", status=include.replace("_", " ")), {}
    usual = {"include": "operational"}
    unbuilt = {
        key: part
        for key in added
        for part in catalog.parts_of(key)[:1]
        if catalog.segments[part].status != "operational"
    }
    if not unbuilt:
        return Reason("all_operational"), usual
    opens = {key: catalog.opens_year.get(part) for key, part in unbuilt.items()}
    unknown = [key for key, year in opens.items() if year is None]
    if unknown:
        loosest = max((catalog.segments[part].status for part in unbuilt.values()), key=records.STATUSES.index)
        said = Reason("no_opening_year", segments=tuple(unknown), status=loosest.replace("_", " "))
        return said, {"include": loosest}
    last = max(opens, key=lambda key: opens[key] or 0)
    year = max(opens[last] or 0, catalog.data_date.year)
    late = "" if year == opens[last] else Reason("late", year=opens[last], data_year=year)
    return Reason("opening_year", year=year, segment=last, late=late), {**usual, "as_of": year}


def _places(catalog: Catalog, question: EffectQuestion) -> tuple[tuple[str, ...], list[str]]:
    """The ids of the places, each once; of the main ones without those that are avoided or in a country that is closed
    to transit, which is said.
    """
    wanted = question.places
    avoided = request.to_avoid(catalog, question.avoid)
    if not wanted:
        shut = passages.closed(catalog, question.close, ()).countries
        main = [catalog.nodes[key] for key in MAIN_PLACES if key in catalog.nodes]
        free = [node for node in main if node.country not in shut]
        left = [node for node in free if node.id not in avoided.nodes and node.country not in avoided.countries]
        gone = tuple(node.name for node in free if node not in left)
        closed = tuple(node.name for node in main if node not in free)
        if len(left) < 2:
            raise errors.RequestError("fewer than two of the main places are left; name the places to measure between")
        notes: list[str] = [Reason("left_out_avoided", places=gone)] if gone else []
        notes += [Reason("left_out_closed", places=closed)] if closed else []
        return tuple(node.id for node in left), notes
    found = tuple(dict.fromkeys(places_.find(catalog, name).id for name in wanted))
    if len(found) < 2:
        raise errors.RequestError(f"an effect is measured between two places at least; given: {', '.join(wanted)}")
    for node in (catalog.nodes[key] for key in found):
        if node.id in avoided.nodes or node.country in avoided.countries:
            raise errors.RequestError(f"{node.name} ({node.id}, {node.country}) is both asked for and avoided")
    return found, []


def _absent(after: Network, asked: RouteRequest, added: Iterable[str]) -> list[str]:
    """A sentence on each added segment that the request does not allow."""
    used = allowed.permitted(after, asked).segments
    found: list[str] = []
    for key in added:
        parts = [after.catalog.segments[part] for part in after.catalog.parts_of(key)]
        out = [part for part in parts if part.id not in used]
        if out:
            why = _reason(after, asked, out[0])
            whole = len(out) == len(parts)
            counts = {} if whole else {"count": len(out), "parts": len(parts)}
            found.append(Reason("absent" if whole else "parts_absent", segment=key, reason=why, **counts))
    return found


def _reason(after: Network, asked: RouteRequest, segment: records.Segment) -> Reason:
    if asked.as_of is not None and segment.id not in after.as_of(asked.as_of).segments:
        year = after.catalog.opens_year.get(segment.id)
        return Reason("opens_after", year=year, asked=asked.as_of) if year else Reason("no_year")
    if asked.as_of is None and segment.id not in after.including(asked.include).segments:
        status, include = (text.replace("_", " ") for text in (segment.status, asked.include))
        return Reason("less_firm", status=status, include=include)
    if segment.mode not in asked.modes:
        return Reason("other_mode", mode=segment.mode, modes=asked.modes)
    return Reason("avoided_or_shut")


def request_before(before: Network, after: Network, asked: RouteRequest) -> RouteRequest:
    """The same request on the network before, where what is split after may still be whole."""

    def known(segments: Iterable[str]) -> frozenset[str]:
        wholes = {after.catalog.segments[key].facts_id for key in segments}
        return frozenset(part for key in wholes for part in before.catalog.parts_of(key))

    return replace(
        asked,
        avoid=replace(asked.avoid, segments=known(asked.avoid.segments)),
        opened=replace(asked.opened, segments=known(asked.opened.segments)),
        closed=replace(asked.closed, segments=known(asked.closed.segments)),
    )
