"""The answer of trade and cargo as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridors.answers.report import headline
from corridors.studies.cargo.found import CargoStudy
from corridors.studies.cargo.words import percent, tightest, volume
from corridors.studies.evidence import results as evidence_results
from maps import ranges
from maps.tables.of_routes import CLOSURES, closures_of, met_by, tonnes_text, totals_line
from maps.tables.table import Column, Table


def tables(study: CargoStudy) -> tuple[Table, ...]:
    years = _year_table(study)
    return (_preference_table(study), years, _capacity_table(study), *evidence_results.tables(study.evidence))


def _preference_table(study: CargoStudy) -> Table:
    columns = (
        Column("commodity", "commodity"),
        Column("value_of_time_usd_per_t_h", "value of time, USD/t-h", 3),
        Column("preferred", "prefers"),
        Column("generalized_usd_per_t", "generalized USD/t", 1),
        Column("runner_up", "runner-up"),
        Column("lead_usd_per_t", "lead, USD/t", 1),
        Column("tie_usd_per_t_h", "ties with it at USD/t-h"),
        Column("range_usd_per_t_h", "best of these at USD/t-h"),
        Column("preferred_built", "of the built"),
        Column("freight_percent_of_value", "freight, % of value", 1),
        CLOSURES,
    )
    rows = []
    for row in study.commodities:
        found, built = study.preferred(row, study.lines), study.preferred(row, study.built)
        assert found is not None  # a comparison has an entry, else NoRouteError was raised
        ties = found["tie_with_runner_up_usd_per_t_h"]
        rows.append(
            (
                row.id,
                row.value_of_time,
                study.marked_id(found["preferred"]),
                found["generalized_usd_per_t"],
                study.marked_id(found["runner_up"]),
                found["lead_usd_per_t"],
                "never" if ties is None else f"{ties:.3g}",
                _span(study, found),
                built["preferred"] if built else "none",
                100 * study.freight(found["preferred"]) / row.usd_per_t,
                _met(study, found, built),
            )
        )
    lines = [headline(study.network.catalog, f"Trade and cargo, {study.ends()}: what each commodity prefers")]
    dear = [
        f"{row.id} ({row.usd_per_t:,.10g} USD/t)"
        for row in study.commodities
        if min(study.freight(entry.id) for entry in study.comparison) >= row.usd_per_t
    ]
    if dear:
        lines.append(f"on every route freight costs more than the goods are worth: {', '.join(dear)}")
    used = [study.routes[key] for key in study.used()]
    lines += [f"{key}: {totals_line(route)}" for key, route in zip(study.used(), used, strict=True)]
    lines += _warned(study)
    return Table(columns, tuple(rows), tuple(lines), (ranges.note(used[0]), *study.assumptions()), "commodities")


def _met(study: CargoStudy, *found: Mapping[str, Any] | None) -> list[str]:
    """The closures on all routes that a preference names."""
    names = ("preferred", "runner_up", "best_below", "best_above")
    keys = dict.fromkeys(each[name] for each in found if each is not None for name in names if each[name])
    return met_by((key, study.routes[key]) for key in keys)


def _span(study: CargoStudy, found: Mapping[str, Any]) -> str:
    """The values of time at which a route is the best, and which routes are below and above them."""
    to, below, above = found["preferred_to_usd_per_t_h"], found["best_below"], found["best_above"]
    span = f"{found['preferred_from_usd_per_t_h']:.3g} {'and more' if to is None else f'to {to:.3g}'}"
    beyond = [f"{word} it {study.marked_id(key)}" for word, key in (("below", below), ("above", above)) if key]
    return f"{span} ({', '.join(beyond)})" if beyond else span


def _warned(study: CargoStudy) -> list[str]:
    """The warnings (closures among them) on what is preferred."""
    return [f"{key}: {text}" for key in study.used() for text in study.routes[key].warnings]


def _year_table(study: CargoStudy) -> Table:
    columns = (
        Column("volume", "volume"),
        Column("route", "route"),
        Column("t_per_year", "t a year", 0),
        Column("teu_per_year", "TEU a year", 0),
        Column("million_usd_per_year", "freight, m USD a year", 1),
        Column("co2e_t_per_year", "t CO2e a year", 0),
        Column("trains_per_week", "trains a week", 1),
        Column("trucks_per_week", "trucks a week", 0),
        Column("capacity_share", "share of capacity"),
        CLOSURES,
    )
    rows = []
    for at in range(len(next(iter(study.flows.values())))):
        for key, years in study.flows.items():
            row = years[at]
            rows.append(
                (
                    volume(row),
                    study.marked_id(key),
                    row.trade.tonnes,
                    row.trade.teu,
                    row.usd_per_year / 1e6,
                    row.co2e_t_per_year,
                    row.trains_per_week,
                    row.trucks_per_week,
                    tightest(row),
                    closures_of(study.routes[key]),
                )
            )
    load = tonnes_text(study.vehicles.load_t_per_teu)
    before = [f"A year's trade on each route, {load} a TEU; of the known capacities the one of which most is taken:"]
    full = [
        f"{key} ({volume(row)})"
        for key, years in study.flows.items()
        for row in years
        if row.tightest is not None and (row.tightest.share or 0.0) > 1.0
    ]
    if full:
        before.insert(0, f"the trade alone is more than a known capacity holds: {', '.join(full)}")
    return Table(columns, tuple(rows), tuple(before), name="years")


def _capacity_table(study: CargoStudy) -> Table:
    first = next(iter(study.flows.values()))
    columns = (
        Column("on", "on"),
        Column("routes", "routes"),
        Column("capacity", "capacity", 2),
        Column("unit", "unit"),
        Column("kind", "kind; confidence"),
        *(Column(f"share_{row.trade.title}", f"taken, {volume(row)}") for row in first),
        Column("note", "note"),
    )
    found: dict[tuple[Any, ...], tuple[list[str], list[str]]] = {}
    for key, years in study.flows.items():
        for number, item in enumerate(years[0].shares):
            shares = [year.shares[number].share for year in years]
            texts = ["-" if share is None else percent(share) for share in shares]
            kind = f"{'capacity' if item.is_capacity else 'throughput, no capacity'}; {item.capacity.confidence}"
            same = (item.capacity.capacity, item.capacity.unit, kind, *texts, item.why_not or item.capacity.note)
            on, routes = found.setdefault(same, ([], []))
            on += [item.capacity.on] if item.capacity.on not in on else []
            routes += [key] if key not in routes else []
    rows = tuple((on, routes, *same) for same, (on, routes) in found.items())
    none = [
        key
        for key, years in study.flows.items()
        if not any(item.share is not None and item.is_capacity for item in years[0].shares)
    ]
    after = (f"no capacity known that could be compared: {', '.join(none)}",) if none else ()
    said = "Known capacities on the routes, and what the trade alone would take:"
    return Table(columns, rows, (said,), after, "capacities")
