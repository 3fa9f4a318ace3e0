"""What a break-even may vary: words for the rates, their physical limits, and how a text names one rate.

``rail-speed:AF`` is a word and a scope; ``speed_km_per_h:rail:AF`` names the same row of rates.csv exactly.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geodata import errors, places, records
from geodata.catalog import Catalog
from geodata.rates import QUANTITIES, REGION
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


_MONTH_H = 720.0
_STAY = "a stay of no time, and one of a month; own assumption"
_FREE = "nothing to pay, and several times the dearest of the data; own assumption"
_CARBON = "no emissions, and those of air freight; own assumption"

VARIABLES: tuple[Variable, ...] = (
    Variable(
        "rail-speed",
        "speed_km_per_h",
        "rail",
        "km/h",
        1.0,
        120.0,
        "freight wagons are built for 120 km/h at most; own assumption",
    ),
    Variable(
        "road-speed",
        "speed_km_per_h",
        "road",
        "km/h",
        1.0,
        90.0,
        "speed limiters of lorries stand at 90 km/h in many countries; own assumption",
    ),
    Variable("sea-speed", "speed_km_per_h", "sea", "km/h", 1.0, 46.0, "25 knots, a fast liner; own assumption"),
    Variable("ferry-speed", "speed_km_per_h", "ferry", "km/h", 1.0, 46.0, "25 knots, a fast ferry; own assumption"),
    Variable("air-speed", "speed_km_per_h", "air", "km/h", 100.0, 950.0, "jet freighters; own assumption"),
    Variable("speed", "speed_km_per_h", "", "km/h", 1.0, 950.0, "jet freighters; own assumption"),
    Variable("duty", "duty_share", "", "share of 24 h", 0.05, 1.0, "nobody drives more than all day"),
    Variable("yard-wait", "yard_wait_h_per_km", "", "h/km", 0.0, 0.5, "none, and 500 h for 1,000 km; own assumption"),
    Variable("sailing", "time_h", "", "h", 1.0, _MONTH_H, "an hour, and a month; own assumption"),
    Variable("tariff", "rate_usd_per_tkm", "", "USD/tkm", 0.0, 1.0, _FREE),
    Variable("sea-tariff", "rate_usd_per_teu_km", "sea", "USD/TEU-km", 0.0, 5.0, _FREE),
    Variable("teu-tariff", "rate_usd_per_teu_km", "", "USD/TEU-km", 0.0, 5.0, _FREE),
    Variable("long-haul-tariff", "long_haul_usd_per_teu_km", "", "USD/TEU-km", 0.0, 5.0, _FREE),
    Variable("ferry-fare", "fare_usd_per_teu", "ferry", "USD/TEU", 0.0, 10_000.0, _FREE),
    Variable("fare", "fare_usd_per_teu", "", "USD/TEU", 0.0, 10_000.0, _FREE),
    Variable("air-fare", "fare_usd_per_t", "air", "USD/t", 0.0, 20_000.0, _FREE),
    Variable("fare-by-tonne", "fare_usd_per_t", "", "USD/t", 0.0, 20_000.0, _FREE),
    Variable("emissions", "co2e_g_per_tkm", "", "g CO2e/tkm", 0.0, 900.0, _CARBON),
    Variable("long-haul-emissions", "long_haul_co2e_g_per_tkm", "", "g CO2e/tkm", 0.0, 900.0, _CARBON),
    Variable("loading", "loading_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("loading-price", "loading_usd_per_teu", "", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("unloading", "unloading_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("unloading-price", "unloading_usd_per_teu", "", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("transshipment", "transshipment_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("transshipment-price", "transshipment_usd_per_teu", "", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("gauge-change", "gauge_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("gauge-change-price", "gauge_usd_per_teu", "", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("border", "border_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("border-fee", "border_fee_usd_per_teu", "", "USD/TEU", 0.0, 10_000.0, _FREE),
    Variable("port-stay", "port_h", "port", "h", 0.0, _MONTH_H, _STAY),
    Variable("port-price", "port_usd_per_teu", "port", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("port-fee", "port_fee_usd_per_teu", "port", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("port-call", "port_call_h", "port", "h", 0.0, _MONTH_H, _STAY),
    Variable("ferry-wait", "wait_h", "ferry", "h", 0.0, _MONTH_H, _STAY),
    Variable("wait", "wait_h", "", "h", 0.0, _MONTH_H, _STAY),
    Variable("airport-stay", "airport_h", "airport", "h", 0.0, _MONTH_H, _STAY),
    Variable("airport-price", "airport_usd_per_teu", "airport", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("airport-fee", "airport_fee_usd_per_teu", "airport", "USD/TEU", 0.0, 5_000.0, _FREE),
    Variable("lift-emissions", "handling_co2e_kg_per_t", "terminal", "kg CO2e/t", 0.0, 50.0, _CARBON),
    Variable("value-of-time", "value_of_time_usd_per_t_h", "", "USD/t h", 0.0, 100.0, _FREE),
    Variable("carbon-price", "carbon_price_usd_per_t", "co2e", "USD/t", 0.0, 2_000.0, _FREE),
)
"""The words, one row each; a rate named exactly takes the first row of its quantity that fits its subject."""

OPENING_YEAR = "opening-year"
"""The parameter that is no rate: the year in which all of a route is open."""

_NEAREST = 4


def of_rate(rate: records.Rate) -> Variable:
    """The row that speaks of a rate.

    Raises RequestError for a quantity that no route is a formula of (the net load of a TEU decides how many there are).
    """
    for row in VARIABLES:
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
    return any(row.quantity == rate.quantity and row.subject in ("", rate.subject) for row in VARIABLES)


def _subjects(catalog: Catalog, word: str, scope: str, read: Sequence[records.Rate]) -> list[tuple[str, str]]:
    """(quantity, subject) that a word may mean; the subjects are those the routes read."""
    asked, only = word.lower(), ""
    row = next((row for row in VARIABLES if row.word == asked), None)
    mode, _, rest = asked.partition("-")
    if row is None and mode in catalog.modes:
        row, only = next((row for row in VARIABLES if row.word == rest and row.subject == ""), None), mode
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
