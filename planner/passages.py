"""Crossings, straits and countries that a question takes as open or as closed, whatever the data say: names into ids.

A crossing is named by a place at a border or by a closure of the data. What is opened stays in the facts as a closure
that closes nothing (``planner.closures.TakenOpen``), so that every route over it says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geodata import errors, places, records
from geodata.catalog import Catalog
from planner import closures
from planner.reasons import Reason

Ids = frozenset[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """What is taken as open: whole closures, and segments that no closure holds on any more."""

    closures: Ids = frozenset()
    segments: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Closed:
    """What is taken as closed. ``home`` are countries that were named, but in which the question begins or ends: there
    is no transit to forbid in them, and their lines stay open. ``texts`` is what the person wrote.
    """

    segments: Ids = frozenset()
    countries: Ids = frozenset()
    straits: tuple[str, ...] = ()
    home: Ids = frozenset()
    texts: tuple[str, ...] = ()

    def at_home(self, countries: Iterable[str]) -> Closed:
        """The same for a question that begins or ends in these countries too."""
        at = frozenset(countries)
        return replace(self, countries=self.countries - at, home=self.home | (self.countries & at))

    def refuse(self, places: Iterable[records.Node]) -> None:
        """Raise RequestError for a place in a country that is closed to transit, where many pairs are asked at once:
        what begins there may use its lines, and what passes may not.
        """
        for place in places:
            if place.country in self.countries | self.home:
                raise errors.RequestError(
                    f"{place.name} ({place.id}) lies in {place.country}, which is taken as closed to transit; ask for "
                    "it alone, or leave it out"
                )

    def notes(self) -> list[Reason]:
        """What an answer must say of it."""
        if not self.home:
            return []
        return [Reason("home_closed", countries=tuple(map(_country, sorted(self.home))))]


def opened(catalog: Catalog, texts: Sequence[str]) -> Opened:
    """What some texts open: a closure by its id, a strait, or the crossings at a place.

    Raises UnknownNameError for what is none of these, RequestError where no closure of the data could be taken back.
    """
    whole: set[str] = set()
    segments: set[str] = set()
    for text in texts:
        strait = _strait(catalog, text)
        if text.strip() in catalog.closures:
            whole.add(text.strip())
        elif strait:
            found = [row.id for row in catalog.closures.values() if strait in row.straits]
            if not found:
                raise _nothing(catalog, text, f"no closure of the data is on the {catalog.straits[strait].title}")
            whole.update(found)
        else:
            lines = _crossing(catalog, text, OPENING)
            if not any(lines & set(closures.segments_of(catalog, row)) for row in catalog.closures.values()):
                raise _nothing(catalog, text, "no closure of the data is on that crossing")
            segments |= lines
    return Opened(frozenset(whole), frozenset(segments))


def closed(catalog: Catalog, texts: Sequence[str], ends: Iterable[records.Node]) -> Closed:
    """What some texts close: a closure's lines by its id, a strait, a country to transit, or the crossings at a place.

    ``ends`` are the places between which is asked. Raises UnknownNameError, RequestError.
    """
    segments: set[str] = set()
    countries: set[str] = set()
    straits: list[str] = []
    for text in texts:
        strait, country = _strait(catalog, text), _code(catalog, text)
        if text.strip() in catalog.closures:
            row = catalog.closures[text.strip()]
            straits += row.straits
            segments.update(() if row.straits else closures.segments_of(catalog, row))
        elif strait:
            straits.append(strait)
        elif country:
            countries.add(country)
        else:
            segments |= _crossing(catalog, text, "crossing, country or strait to close")
    found = Closed(frozenset(segments), frozenset(countries), tuple(dict.fromkeys(straits)), texts=tuple(texts))
    return found.at_home(node.country for node in ends)


def _nothing(catalog: Catalog, text: str, why: str) -> errors.RequestError:
    listed = ", ".join(catalog.closures) or "none"
    return errors.RequestError(
        f"open {errors.printable(text)}: {why}, so that there is nothing to open; closures: {listed}"
    )


def _strait(catalog: Catalog, text: str) -> str:
    """The id of a strait by its id or title: 'Strait of Hormuz', 'Suez'; '' for what is none."""
    names = {places.fold(name): key for key, row in catalog.straits.items() for name in (key, row.title)}
    return names.get(places.fold(text), "")


def _code(catalog: Catalog, text: str) -> str:
    """The code of a country of the data by its code or name; '' for what is none."""
    countries = {node.country for node in catalog.nodes.values()}
    if text.strip().upper() in countries:
        return text.strip().upper()
    from geodata.globe import borders

    code = borders.codes().get(text.strip().casefold(), "")
    return code if code in countries else ""


def _country(code: str) -> str:
    from geodata.globe import borders

    name = borders.names().get(code)
    return f"{name} ({code})" if name else code


def _crossing(catalog: Catalog, text: str, what: str) -> set[str]:
    """The lines over a border that begin or end at a place."""
    try:
        place = places.find(catalog, text)
    except errors.UnknownNameError as error:
        known = {places.fold(key): key for key in (*catalog.closures, *catalog.straits)}
        near = [known[key] for key in difflib.get_close_matches(places.fold(text), known, n=3, cutoff=0.6)]
        countries = "" if what == OPENING else ", country"
        detail = (
            f"no place, closure{countries} or strait of the data by that name; straits: {', '.join(catalog.straits)}"
        )
        raise errors.UnknownNameError(what, text, [*near, *error.hints], detail) from None
    lines = set(closures.touching(catalog).get(place.id, ()))
    if not lines:
        near = sorted(
            {node.name for node in catalog.nodes.values() if node.kind == "border" and node.country == place.country}
        )
        raise errors.RequestError(
            f"{place.name} ({place.id}) is no crossing: no line over a border begins or ends there; 'avoid' keeps away "
            f"from a place; border posts of {place.country}: {', '.join(near) or 'none'}"
        )
    return lines


OPENING = "crossing to open"
"""What a name is sought for; a country as a whole cannot be opened."""

NOTHING_OPENED, NOTHING_CLOSED = Opened(), Closed()
"""Where all is as the data say."""
