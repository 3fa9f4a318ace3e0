"""What a break-even may vary: words for the rates, their physical limits, and how a text names one rate.

``rail-speed:AF`` is a word and a scope; ``speed_km_per_h:rail:AF`` names the same row of rates.csv exactly.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geodata import errors, places, records
from geodata.catalog import Catalog
from geodata.quantities import QUANTITIES, REGION
from planner.network import Network
from planner.price.route import Route
from planner.reasons import Condition, Reason

Key = tuple[str, str, str]
"""(quantity, subject, scope) of a rate."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A word for a quantity. ``subject`` '' is whichever the routes read, or the mode before the word (rail-border).

    ``low`` and ``high`` are the values beyond which it cannot go, in ``unit``; ``why`` says what they rest on.
    """

    word: str
    quantity: str
    subject: str
    unit: str
    low: float
    high: float
    why: str


def variables() -> tuple[Variable, ...]:
    """The words of all quantities; a rate named exactly takes the first of its quantity that fits its subject.

    >>> next(row.unit for row in variables() if row.word == "border-fee")
    'USD/TEU'
    """
    return tuple(
        Variable(row.word, quantity.id, row.subject or quantity.subject, quantity.unit, *row.range, row.why)
        for quantity in QUANTITIES.values()
        for row in quantity.words
    )


OPENING_YEAR = "opening-year"
"""The parameter that is no rate: the year in which all of a route is open."""

_NEAREST = 4


def of_rate(rate: records.Rate) -> Variable:
    """The row that speaks of a rate.

    Raises RequestError for a quantity that no route is a formula of (the net load of a TEU decides how many there are).
    """
    for row in variables():
        if row.quantity == rate.quantity and row.subject in ("", rate.subject):
            return row
    raise errors.RequestError(f"{rate.quantity} cannot be varied: no route is a formula of it")


def name(rate: records.Rate) -> str:
    """The shortest name that ``candidates`` reads as this rate: 'rail-speed:AF'.

    >>> from geodata import catalog
    >>> name(catalog.load().rates.get("rate_usd_per_tkm", "rail", "AF").rate)
    'rail-tariff:AF'
    """
    row = of_rate(rate)
    by_mode = row.subject == "" and QUANTITIES[rate.quantity].subjects == "mode"
    word = f"{rate.subject}-{row.word}" if by_mode else row.word
    if row.subject == "" and not by_mode and rate.scope == REGION:
        return f"{word}:{rate.subject}"
    return word if rate.scope == REGION else f"{word}:{rate.scope}"


def candidates(
    network: Network, routes: Sequence[Route], text: str, read: Iterable[records.Rate]
) -> tuple[list[Key], list[Key]]:
    """The keys of the rates that a text may mean: those in ``read``, and those that could be rows of their own.

    Raises UnknownNameError, with the nearest of ``read`` as hints, for a text that means none.
    """
    known = list(read)
    word, _, scope = (part.strip() for part in text.partition(":"))
    meant: list[tuple[str, str]] = []
    if word in QUANTITIES and ":" in scope:  # exactly: quantity:subject:scope
        subject, _, scope = scope.partition(":")
        meant = [(word, subject)]
    else:
        meant = _subjects(network.catalog, word, scope, known)
        if scope and any(subject == scope for _, subject in meant):
            scope = REGION
    there = {rate.key for rate in known}
    stated = any((quantity, subject, scope or REGION) in there for quantity, subject in meant)
    scopes = [scope or REGION] if stated else _scopes(network, routes, scope or REGION)
    keys = [(quantity, subject, each) for quantity, subject in meant for each in scopes]
    now = [key for key in keys if key in there]
    others = [key for key in keys if key not in there and key[2] != REGION]
    if not now and not others:
        raise unknown(text, known)
    return now, others


def unknown(text: str, read: Iterable[records.Rate]) -> errors.UnknownNameError:
    """The refusal of a text, with the nearest names of what can be varied."""
    names = list(dict.fromkeys(name(rate) for rate in read if _is_variable(rate)))
    hints = difflib.get_close_matches(text, [*names, OPENING_YEAR], n=_NEAREST, cutoff=0.5)
    word = text.partition(":")[0]
    hints = list(dict.fromkeys([*hints, *(each for each in names if each.partition(":")[0] == word)]))[:_NEAREST]
    detail = Reason("not_read", vary=Condition("vary"), year=OPENING_YEAR)
    return errors.UnknownNameError("parameter", text, hints, detail)


def _is_variable(rate: records.Rate) -> bool:
    return any(row.quantity == rate.quantity and row.subject in ("", rate.subject) for row in variables())


def _subjects(catalog: Catalog, word: str, scope: str, read: Sequence[records.Rate]) -> list[tuple[str, str]]:
    """(quantity, subject) that a word may mean; the subjects are those the routes read."""
    asked, only = word.lower(), ""
    row = next((row for row in variables() if row.word == asked), None)
    mode, _, rest = asked.partition("-")
    if row is None and mode in catalog.modes:
        row, only = next((row for row in variables() if row.word == rest and row.subject == ""), None), mode
    if row is None:
        return []
    subjects = dict.fromkeys(rate.subject for rate in read if rate.quantity == row.quantity)
    if scope in subjects:
        return [(row.quantity, scope)]
    return [(row.quantity, each) for each in subjects if (row.subject or only) in ("", each)]


def _scopes(network: Network, routes: Sequence[Route], text: str) -> list[str]:
    """The scopes a text may mean: itself, a country by its name, a place, the crossings of the routes at that place."""
    from geodata.globe import borders

    found = [text, text.upper()]
    code = borders.codes().get(text.casefold())
    if code:
        found.append(code)
    try:
        node = places.find(network.catalog, text).id
    except errors.UnknownNameError:
        node = ""
    found.append(node)
    for route in routes:
        for segment in route.segments:
            if segment.crossing is None or not ({node, text} & {segment.from_node, segment.to_node, segment.facts_id}):
                continue
            leaving, entering = segment.crossing
            ways = (f"{leaving}-{entering}", f"{entering}-{leaving}")
            found += [segment.facts_id, *(f"{segment.facts_id}:{way}" for way in ways)]
            found += [f"{segment.facts_id}:{side}" for side in segment.crossing]
    return list(dict.fromkeys(filter(None, found)))
