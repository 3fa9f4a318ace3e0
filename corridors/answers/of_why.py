"""Why one route and not another, or why not a corridor, as tables."""

from __future__ import annotations

from corridors.answers.report import Report, data_of, grouped, headline
from maps.tables.of_routes import closures_of, load_text, totals_line, with_warnings
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.why import Absence, Difference


def of_difference(
    first: tuple[str, Route],
    second: tuple[str, Route],
    found: Difference,
    network: Network,
    said: tuple[str, ...] = (),
) -> Report:
    """The second route less the first, cause by cause; the last row is the whole difference.

    ``said`` are the conditions of the question, and what must be said of them.
    """
    columns = (
        Column("cause", "cause"),
        *(Column(row.field, f"{row.title}, {row.unit}", 1) for row in MEASURES.values()),
    )
    causes = {key: {name: _plain(value) for name, value in table.items()} for key, table in found.causes.items()}
    rows = [(name, *(causes[key].get(name, 0.0) for key in MEASURES)) for name in found.names]
    rows.append(("difference", *(found.total(key) for key in MEASURES)))
    names = network.nodes
    ends = [f"{names[route.nodes[0]].name} - {names[route.nodes[-1]].name}" for _, route in (first, second)]
    before = [headline(network.catalog, f"{second[0]} less {first[0]}, {load_text(found.first.consignment)}"), *said]
    before += [f"{name}: {totals_line(route)}" for name, route in (first, second)]
    if ends[0] != ends[1]:
        before.append(f"they do not join the same places: {first[0]} {ends[0]}, {second[0]} {ends[1]}")
    after = (
        "detour: more or fewer km at what a km takes on the mean of the two routes; line haul: the same km moved "
        "otherwise",
        *grouped((first, second)),
    )
    table = Table(columns, tuple(rows), tuple(before), after, "difference")
    met = tuple(Column(f"closures_{key}", f"closures on the way of {key}") for key in ("first", "second"))
    flat = table.beside(met, [(closures_of(first[1]), closures_of(second[1]))] * len(rows))
    answer = {
        "data": data_of(network.catalog),
        "first": {"id": first[0], **first[1].as_dict()},
        "second": {"id": second[0], **second[1].as_dict()},
        "difference": {row.field: {"total": found.total(key), "causes": causes[key]} for key, row in MEASURES.items()},
    }
    return Report((table,), flat, answer, (first, second), network)


NOISE = 1e-9
"""A difference below this is of rounding alone: sums are known to so many USD, hours, km or kg."""


def _plain(value: float) -> float:
    return 0.0 if abs(value) < NOISE else value


def of_absence(found: Absence, network: Network, said: tuple[str, ...] = ()) -> Report:
    """Why a corridor is not among the answers; ``said`` as above."""
    columns = (Column("corridor", "corridor"), Column("reason", "why it is not among the answers"))
    rows = tuple((found.corridor, reason) for reason in found.reasons)
    lines = (totals_line(found.route), *found.route.warnings) if found.route else ()
    table = Table(columns, rows, (headline(network.catalog, found.corridor), *said), lines, "reasons")
    answer = {
        "data": data_of(network.catalog),
        "corridor": found.corridor,
        "reasons": list(found.reasons),
        "rank": found.rank,
        "dominated_by": list(found.dominated_by),
        "route": found.route.as_dict() if found.route else None,
    }
    drawn = ((found.corridor, found.route),) if found.route else ()
    return Report((table,), with_warnings(table, (found.route,) * len(rows)), answer, drawn, network)
