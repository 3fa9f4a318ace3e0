"""Ids that point nowhere, and figures that nothing would read: what is looked at when all files have been read."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from geodata import records
from geodata.errors import Problem
from geodata.kinds import KINDS, RATES, Kind
from geodata.quantities import QUANTITIES, REGION, SCOPES, Quantity
from geodata.read.staging import Staging, label_of

RecordT = TypeVar("RecordT", bound=records.Record)


def broken(staging: Staging) -> list[Problem]:
    """Ids that point nowhere, and gauges where none belong or is missing."""
    problems: list[Problem] = []

    def wrong(code: str, key: str, field_name: str, value: object, allowed: str, message: str, hint: str = "") -> None:
        place = staging.found_in[("segments", key)]
        problems.append(Problem("error", code, message, *place, key, field_name, str(value), allowed, hint=hint))

    nodes, known_modes = staging.nodes, staging.modes
    modes = ", ".join(known_modes)
    for segment in staging.segments.values():
        for name, node_id in (("from", segment.from_node), ("to", segment.to_node)):
            if node_id not in nodes:
                wrong(
                    "unknown-node", segment.id, name, node_id, "the id of a node", "this place is not in nodes.geojson"
                )
        mode = known_modes.get(segment.mode)
        if mode is None:
            wrong("unknown-mode", segment.id, "mode", segment.mode, modes, "no such mode")
            continue
        headings = (records.OPEN_WATER, *mode.headings)
        unknown = [area for area in segment.country_km if not records.is_country(area) and area not in headings]
        if unknown:
            allowed = ", ".join(("codes of countries", *headings))
            message = f"km by {mode.id} do not count under this"
            wrong("bad-value", segment.id, "country_km", ", ".join(unknown), allowed, message)
        if mode.has_gauge and segment.gauge_mm is None:
            wrong("missing-gauge", segment.id, "gauge_mm", None, "1520, 1435, 1676", f"{segment.mode} needs a gauge")
        elif not mode.has_gauge and segment.gauge_mm is not None:
            wrong("needless-gauge", segment.id, "gauge_mm", segment.gauge_mm, "none", f"{segment.mode} has no gauge")
    problems += _wrong_borders(staging)
    for kind in KINDS.values():
        problems += _wrong_rates(staging) if kind.name == RATES.name else ()
        problems += _missing(staging, kind)
    return problems


def _wrong_borders(staging: Staging) -> Iterator[Problem]:
    """Lines over more borders than the one that is charged, and those that state a border away."""

    def wrong(segment: records.Segment, code: str, allowed: str, message: str, hint: str) -> Problem:
        place = staging.found_in[("segments", segment.id)]
        return Problem(
            "error", code, message, *place, segment.id, "countries", ", ".join(segment.countries), allowed, hint=hint
        )

    stated = [segment for segment in staging.segments.values() if segment.part_of is None]
    for segment in (*stated, *staging.wholes.values()):
        mode = staging.modes.get(segment.mode)
        if mode is None or not mode.crosses_borders:
            continue
        countries = segment.countries
        ends = [staging.nodes[key].country for key in (segment.from_node, segment.to_node) if key in staging.nodes]
        if len(countries) > 2:
            over = f"a line by {mode.id} over {len(countries) - 1} borders"
            message = f"{over}, of which one would be charged; split it at each"
            hint = "where it only grazes a country on the map, leave that one out of countries"
            yield wrong(segment, "many-borders", "one country, or two", message, hint)
        elif len(set(ends)) == 2 and (len(countries) == 1 or list(countries) == ends[::-1]):
            crosses = "its places lie in two countries, so it crosses a border"
            message = crosses if len(countries) == 1 else "its countries stand the other way round"
            hint = f"state {json.dumps(ends)}, in order from 'from' to 'to', or leave countries out"
            yield wrong(segment, "countries-of-ends", ", ".join(ends), message, hint)


def _wrong_rates(staging: Staging) -> Iterator[Problem]:
    """Rows of rates.csv that nothing would read, or that no planner could compute with."""
    known = known_scopes(staging.nodes, {**staging.segments, **staging.wholes})

    def wrong(row: records.Rate, code: str, name: str, value: object, allowed: str, message: str) -> Problem:
        label = f"{row.quantity} {row.subject} {row.scope}"
        return Problem("error", code, message, *staging.found_in[("rates", label)], label, name, str(value), allowed)

    for row in staging.of(RATES).values():
        quantity = QUANTITIES.get(row.quantity)
        if quantity is None:
            near = difflib.get_close_matches(row.quantity, QUANTITIES, n=3, cutoff=0.4) or list(QUANTITIES)
            yield wrong(row, "unknown-quantity", "quantity", row.quantity, ", ".join(near), "nothing reads this")
            continue
        subjects = _subjects(quantity.subjects, staging)
        if subjects is not None and row.subject not in subjects:
            yield wrong(
                row, "unknown-subject", "subject", row.subject, ", ".join(sorted(subjects)), "nothing reads this"
            )
        if not any(row.scope in known[kind] for kind in quantity.scopes):
            allowed = ", ".join(SCOPES[kind] for kind in quantity.scopes)
            yield wrong(row, "unknown-scope", "scope", row.scope, allowed, "nothing reads this")
        yield from _wrong_values(row, quantity, wrong)


def _wrong_values(row: records.Rate, quantity: Quantity, wrong: Callable[..., Problem]) -> Iterator[Problem]:
    """Figures that no such quantity can have (errors), or that it seldom has (warnings), and bounds in no order."""
    least, most = quantity.possible
    stated = {name: getattr(row, name) for name in ("low", "central", "high") if getattr(row, name) is not None}
    for name, value in stated.items():
        if quantity.divisor and value <= 0:
            yield wrong(row, "not-positive", name, value, f"{least:g} to {most:g}", "km or tonnes are divided by it")
        elif not least <= value <= most:
            yield wrong(row, "impossible-rate", name, value, f"{least:g} to {most:g}", f"no {quantity.title} is such")
        elif not quantity.is_usual(row.subject, value):
            low, high = quantity.usual_of.get(row.subject, quantity.usual)
            found = wrong(row, "implausible-rate", name, value, f"usually {low:g} to {high:g}", "a slip of the unit?")
            yield replace(found, severity="warning")
    if list(stated.values()) != sorted(stated.values()):
        shown = " ".join(f"{name} {value:g}" for name, value in stated.items())
        yield wrong(row, "wrong-order", "central", shown, "low <= central <= high", "low, central, high must rise")


def known_scopes(
    nodes: Mapping[str, records.Node], segments: Mapping[str, records.Segment]
) -> dict[str, Collection[str]]:
    """Every scope of each kind that the data has."""
    countries = {node.country for node in nodes.values()}
    countries |= {area for segment in segments.values() for area in segment.country_km if records.is_country(area)}
    crossings = {key: segment.crossing for key, segment in segments.items() if segment.crossing is not None}
    pairs = list(itertools.permutations(sorted(countries), 2))
    return {
        REGION: {REGION},
        "country": countries,
        "pair": {f"{one}-{other}" for one, other in pairs},
        "pair_side": {f"{one}-{other}:{side}" for one, other in pairs if one < other for side in (one, other)},
        "node": nodes,
        "segment": segments,
        "way": {f"{key}:{one}-{other}" for key, pair in crossings.items() for one, other in (pair, pair[::-1])},
        "side": {f"{key}:{side}" for key, pair in crossings.items() for side in pair},
    }


def _subjects(kind: str, staging: Staging) -> set[str] | None:
    """The subjects a kind of quantity may have; None where any word will do (a new cargo is a new row)."""
    if kind == "cargo":
        return None
    if kind == "mode":
        return set(staging.modes)
    if kind == "modes":
        return {"-".join(pair) for pair in itertools.combinations(sorted(staging.modes), 2)}
    if kind == "gauges":
        return {f"{one}-{other}" for one, other in itertools.combinations(sorted(records.GAUGES_MM), 2)}
    return {kind}


def _missing(staging: Staging, kind: Kind[RecordT]) -> Iterator[Problem]:
    """The ids in the rows of a kind that no row has."""
    for reference in kind.references:
        known = staging.known(reference.among)
        for key, row in staging.of(kind).items():
            for value in reference.ids(row):
                if value not in known:
                    label = label_of(key)
                    place = staging.found_in[(kind.name, label)]
                    message = "this id is not in the data"
                    yield Problem("error", "unknown-id", message, *place, label, reference.field, str(value))
