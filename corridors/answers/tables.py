"""Answers as tables: columns of raw values, and how each is written for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata import records
from geodata.catalog import Catalog
from geodata.errors import Problem, kinds, printable
from maps import ranges
from planner.network import Network
from planner.plan import Plan
from planner.price.consignment import Consignment
from planner.price.criteria import CRITERIA
from planner.price.hubs import OPERATIONS
from planner.price.route import RANGED, Route
from planner.question import Conditions
from planner.request import RouteRequest

if TYPE_CHECKING:
    from planner.comparison import Comparison
    from planner.why import Absence, Difference


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` is the name in CSV and JSON (unit included), ``title`` the one for people.

    The value of a column with ``ends`` is a range, a pair of numbers; in CSV it is two columns with these keys.
    """

    key: str
    title: str
    digits: int | None = None
    share: bool = False
    ends: tuple[str, str] | None = None

    @classmethod
    def range(cls, key: str, *, title: str = ranges.TITLE, digits: int = 0) -> Column:
        """The range of the totals whose column has this key."""
        return cls(f"{key}_range", title, digits, ends=(f"{key}_p10", f"{key}_p90"))

    @property
    def is_number(self) -> bool:
        return self.digits is not None

    def text(self, value: Any) -> str:
        """The value for people: rounded, with a thousands separator; '' for nothing."""
        if value is None or value == "":
            return ""
        if self.ends is not None:
            return ranges.text(value, self.digits or 0)
        if isinstance(value, (list, tuple)):
            return printable(", ".join(str(item) for item in value))
        if self.share:
            return f"{100 * float(value):.0f} %"
        if self.digits is not None and isinstance(value, (int, float)):
            return f"{value:z,.{self.digits}f}"  # z: no minus before a zero
        return printable(str(value))


@dataclass(frozen=True)
class Table:
    """Rows of raw values under columns; ``before`` and ``after`` are lines of text around it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a command answers: tables for people, ``flat`` for programs, the JSON form, the routes that can be drawn.

    ``features`` are GeoJSON features of an answer that is not routes.
    """

    tables: tuple[Table, ...]
    flat: Table
    json: Any
    routes: tuple[tuple[str, Route], ...] = ()
    network: Network | None = None
    negative: bool = False
    features: tuple[dict[str, Any], ...] | None = None


ROUTE_COLUMNS = (
    Column("distance_km", "km", 0),
    Column("time_h", "hours", 0),
    Column.range("time_h"),
    Column("time_days", "days", 1),
    Column("cost_usd", "USD", 0),
    Column.range("cost_usd"),
    Column("co2e_kg", "kg CO2e", 0),
    Column("changes", "changes", 0),
    Column("unbuilt_km", "unbuilt km", 0),
    Column("low_confidence_h", "low conf. hours", 0, share=True),
    Column("low_confidence_usd", "low conf. USD", 0, share=True),
)


def ranged(by: str, key: str = "value") -> tuple[Column, ...]:
    """The column of ranges beside the totals by a criterion; none where no range is worked out for it."""
    return (Column.range(key),) if CRITERIA[by].field in RANGED else ()


def ranged_values(route: Route | None, by: str) -> tuple[tuple[float, float] | None, ...]:
    """The value of ``ranged``."""
    return (ranges.of(route, by),) if CRITERIA[by].field in RANGED else ()


def route_values(route: Route) -> tuple[Any, ...]:
    """The values of ROUTE_COLUMNS."""
    low = route.low_confidence_share
    return (
        route.distance_km,
        route.time_h,
        route.interval("time_h"),
        route.time_h / 24,
        route.cost_usd,
        route.interval("cost_usd"),
        route.co2e_kg,
        route.changes,
        route.unbuilt_km,
        low["h"],
        low["usd"],
    )


WARNINGS = Column("warnings", "warnings")
CLOSURES = Column("closures", "closures on the way")
"""What stands beside every route of a table: kind and id of each closure in force that it runs into."""


def closures_of(route: Route | None) -> tuple[str, ...]:
    """The value of CLOSURES: ('closed: pak_afg_chaman',)."""
    return () if route is None else tuple(f"{row.kind}: {row.id}" for row in route.closures)


def met_by(named: Iterable[tuple[str, Route | None]]) -> list[str]:
    """Each closure once, with the routes that run into it: 'closed: pak_afg_chaman (ktap, uap)'."""
    found: dict[str, dict[str, None]] = {}
    for name, route in named:
        for text in closures_of(route):
            found.setdefault(text, {})[name] = None
    return [f"{text} ({', '.join(names)})" for text, names in found.items()]


def _with_warnings(table: Table, routes: Iterable[Route | None]) -> Table:
    rows = tuple(
        (*row, closures_of(route), route.warnings if route else ())
        for row, route in zip(table.rows, routes, strict=True)
    )
    return Table((*table.columns, CLOSURES, WARNINGS), rows)


def tonnes_text(tonnes: float) -> str:
    """Tonnes as people write them.

    >>> tonnes_text(1e6), tonnes_text(22.5)
    ('1,000,000 t', '22.5 t')
    """
    return f"{tonnes:,.10g} t"


def load_text(load: Consignment) -> str:
    """A consignment as people write it."""
    return f"{cargo_text(load)} in {load.teu:,} TEU"


def cargo_text(load: Consignment) -> str:
    """Tonnes and cargo as people write them; cargoes are nouns, save the general one: '20 t of cargo (machinery)'."""
    what = "general cargo" if load.cargo == "general" else f"cargo ({load.cargo})"
    return f"{tonnes_text(load.tonnes)} of {what}"


def headline(catalog: Catalog, what: str) -> str:
    return f"{what}. Data {catalog.version} of {catalog.data_date.isoformat()}."


def conditions(asked: Conditions) -> tuple[str, ...]:
    """A line with what differs from a bare question; none where nothing does."""
    told = asked.words()
    return (f"Conditions: {told}",) if told else ()


def of_plan(answer: Plan) -> Report:
    """The routes of a plan, each with its chain of legs and hub operations and its warnings."""
    request, network, names = answer.request, answer.network, answer.network.nodes
    load = load_text(request.consignment)
    lines = f"open in {request.as_of}" if request.as_of else request.include.replace("_", " ")
    title = (
        f"{names[request.origin].name} to {names[request.destination].name}, {_sought(request)}; {load}; lines: "
        f"{lines}; date {request.day.isoformat()}"
    )
    rows = tuple(
        (rank, route.corridors, *route_values(route), chain_text(route, network))
        for rank, route in enumerate(answer, start=1)
    )
    after = _grouped((str(rank), route) for rank, route in enumerate(answer, start=1))
    after += [ranges.note(answer[0]), *answer.notes]
    if not request.pareto and request.different < 1:
        after.append(f"{answer.examined:,} candidates looked at for routes that share at most {request.different:.0%}")
    columns = (Column("rank", "#", 0), Column("corridors", "corridor"), *ROUTE_COLUMNS, Column("chain", "route"))
    table = Table(columns, rows, (headline(network.catalog, title), *conditions(request.asked)), tuple(after))
    drawn = tuple((str(rank), route) for rank, route in enumerate(answer, start=1))
    return Report((table,), _with_warnings(table, answer), answer.as_dict(), drawn, network)


def _sought(request: RouteRequest) -> str:
    if not request.pareto:
        return f"best by {request.by}"
    slack = f" within {100 * request.epsilon:g} %" if request.epsilon else ""
    return f"all that none beats in {', '.join(request.pareto)}{slack}"


def of_comparison(answer: Comparison) -> Report:
    """The corridors side by side, then those left out and why."""
    request, names = answer.request, answer.network.nodes
    load = load_text(request.consignment)
    title = (
        f"{names[request.origin].name} to {names[request.destination].name}: named corridors and the best of the "
        f"{request.include.replace('_', ' ') if not request.as_of else request.as_of} network; {load}; date "
        f"{request.day.isoformat()}"
    )
    columns = (
        Column("id", "corridor"),
        Column("title", "what"),
        *ROUTE_COLUMNS,
        Column("best_by", "best by"),
        Column("dominated_by", "dominated by"),
    )
    rows = tuple(
        (entry.id, entry.title, *route_values(entry.route), entry.best_by, entry.dominated_by) for entry in answer
    )
    after = _grouped((entry.id, entry.route) for entry in answer)
    after += [f"left out {left.corridor}: {left.reason}" for left in answer.left_out]
    after += [*(ranges.note(entry.route) for entry in answer.entries[:1]), *answer.notes]
    before = (headline(answer.network.catalog, title), *conditions(request.asked))
    table = Table(columns, rows, before, tuple(after))
    flat = _with_warnings(table, (entry.route for entry in answer))
    return Report((table,), flat, answer.as_dict(), tuple((entry.id, entry.route) for entry in answer), answer.network)


def of_corridors(routes: Sequence[tuple[records.Corridor, Route | None]], network: Network) -> Report:
    """All named corridors with their lengths."""
    names = network.nodes
    columns = (
        Column("id", "corridor"),
        Column("title", "what"),
        Column("origin", "from"),
        Column("destination", "to"),
        Column("modes", "modes"),
        Column("needs_status", "needs"),
        *ROUTE_COLUMNS,
    )
    rows = tuple(
        (
            row.id,
            row.title,
            names[row.origin].name,
            names[row.destination].name,
            row.modes,
            row.needs_status,
            *(route_values(route) if route else (None,) * len(ROUTE_COLUMNS)),
        )
        for row, route in routes
    )
    broken = tuple(f"{row.id}: its via nodes are not joined in its modes" for row, route in routes if route is None)
    table = Table(columns, rows, (headline(network.catalog, "Named corridors"),), (ranges.EXPECTED, *broken))
    listed = [
        {**row.model_dump(mode="json"), **({"route": route.as_dict()} if route else {"route": None})}
        for row, route in routes
    ]
    drawn = tuple((row.id, route) for row, route in routes if route is not None)
    flat = _with_warnings(table, (route for _, route in routes))
    return Report((table,), flat, {"data": _data(network.catalog), "corridors": listed}, drawn, network)


def of_route(corridor: records.Corridor, route: Route, network: Network) -> Report:
    """One corridor in full: its legs, its hub operations, its sources."""
    catalog, names = network.catalog, network.nodes
    legs = Table(
        (
            Column("mode", "mode"),
            Column("gauge_mm", "gauge mm"),
            Column("from", "from"),
            Column("to", "to"),
            Column("distance_km", "km", 0),
            Column("time_h", "hours", 1),
            Column("cost_usd", "USD", 0),
            Column("co2e_kg", "kg CO2e", 0),
        ),
        tuple(
            (
                leg.mode,
                leg.gauge_mm,
                names[leg.start].name,
                names[leg.end].name,
                leg.amounts.distance_km,
                leg.amounts.time_h,
                leg.amounts.cost_usd,
                leg.amounts.co2e_kg,
            )
            for leg in route.legs
        ),
        (
            headline(
                catalog,
                f"{corridor.title} ({corridor.id}), {names[corridor.origin].name} to "
                f"{names[corridor.destination].name}",
            ),
            "Via " + ", ".join(names[stop].name for stop in corridor.via),
        ),
    )
    hubs = Table(
        (
            Column("node", "place"),
            Column("operation", "operation"),
            Column("detail", "detail"),
            Column("at_km", "at km", 0),
            Column("time_h", "hours", 1),
            Column("cost_usd", "USD", 0),
            Column("co2e_kg", "kg CO2e", 1),
        ),
        tuple(
            (
                names[hub.node].name,
                OPERATIONS[hub.operation],
                hub.detail,
                hub.at_km,
                hub.amounts.time_h,
                hub.amounts.cost_usd,
                hub.amounts.co2e_kg,
            )
            for hub in route.hubs
        ),
    )
    segments = Table(
        (
            Column("segment", "segment"),
            Column("status", "status"),
            Column("distance_km", "km", 1),
            Column("evidence", "length is"),
            Column("confidence", "confidence"),
            Column("source", "source"),
        ),
        tuple(
            (
                item.id,
                item.status,
                item.km,
                item.evidence,
                item.confidence,
                [catalog.sources[key].title if key in catalog.sources else key for key in item.source],
            )
            for item in route.segments
        ),
        after=(
            totals_line(route),
            *(
                f"km by {name}: {_shares(table)}"
                for name, table in (
                    ("status", route.km_by_status),
                    ("country", route.km_by_country),
                    ("evidence", route.km_by_evidence),
                )
            ),
            *route.warnings,
        ),
    )
    answer = {"data": _data(catalog), "corridor": corridor.model_dump(mode="json"), "route": route.as_dict()}
    chain = _chain(route)
    flat = _with_warnings(chain, (route,) * len(chain.rows))
    return Report((legs, hubs, segments), flat, answer, ((corridor.id, route),), network)


def of_difference(first: tuple[str, Route], second: tuple[str, Route], found: Difference, network: Network) -> Report:
    """The second route less the first, cause by cause; the last row is the whole difference."""
    columns = (
        Column("cause", "cause"),
        *(Column(row.field, f"{row.title}, {row.unit}", 1) for row in CRITERIA.values()),
    )
    causes = {key: {name: _plain(value) for name, value in table.items()} for key, table in found.causes.items()}
    rows = [(name, *(causes[key].get(name, 0.0) for key in CRITERIA)) for name in found.names]
    rows.append(("difference", *(found.total(key) for key in CRITERIA)))
    names = network.nodes
    ends = [f"{names[route.nodes[0]].name} - {names[route.nodes[-1]].name}" for _, route in (first, second)]
    before = [headline(network.catalog, f"{second[0]} less {first[0]}, {load_text(found.first.consignment)}")]
    before += [f"{name}: {totals_line(route)}" for name, route in (first, second)]
    if ends[0] != ends[1]:
        before.append(f"they do not join the same places: {first[0]} {ends[0]}, {second[0]} {ends[1]}")
    after = (
        "detour: more or fewer km at what a km takes on the mean of the two routes; line haul: the same km moved "
        "otherwise",
        *_grouped((first, second)),
    )
    table = Table(columns, tuple(rows), tuple(before), after)
    flat = Table(
        (*columns, *(Column(f"closures_{key}", f"closures on the way of {key}") for key in ("first", "second"))),
        tuple((*row, closures_of(first[1]), closures_of(second[1])) for row in rows),
    )
    answer = {
        "data": _data(network.catalog),
        "first": {"id": first[0], **first[1].as_dict()},
        "second": {"id": second[0], **second[1].as_dict()},
        "difference": {row.field: {"total": found.total(key), "causes": causes[key]} for key, row in CRITERIA.items()},
    }
    return Report((table,), flat, answer, (first, second), network)


NOISE = 1e-9
"""A difference below this is of rounding alone: sums are known to so many USD, hours, km or kg."""


def _plain(value: float) -> float:
    return 0.0 if abs(value) < NOISE else value


def of_absence(found: Absence, network: Network) -> Report:
    """Why a corridor is not among the answers."""
    columns = (Column("corridor", "corridor"), Column("reason", "why it is not among the answers"))
    rows = tuple((found.corridor, reason) for reason in found.reasons)
    lines = (totals_line(found.route), *found.route.warnings) if found.route else ()
    table = Table(columns, rows, (headline(network.catalog, found.corridor),), lines)
    answer = {
        "data": _data(network.catalog),
        "corridor": found.corridor,
        "reasons": list(found.reasons),
        "rank": found.rank,
        "dominated_by": list(found.dominated_by),
        "route": found.route.as_dict() if found.route else None,
    }
    drawn = ((found.corridor, found.route),) if found.route else ()
    return Report((table,), _with_warnings(table, (found.route,) * len(rows)), answer, drawn, network)


def _used(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]], summary: str) -> Table:
    """A table without the columns in which nothing stands."""
    used = [at for at in range(len(columns)) if any(row[at] not in (None, "") for row in rows)]
    kept = tuple(tuple(row[at] for at in used) for row in rows)
    return Table(tuple(columns[at] for at in used), kept, (), (summary,))


def _by_kind(problems: Sequence[Problem], summary: str) -> Table:
    """Many findings as one row a kind: how many, the first places, and what the first of them says."""
    columns = (
        Column("severity", "severity"),
        Column("code", "code"),
        Column("count", "count", 0),
        Column("file", "file"),
        Column("places", "first places"),
        Column("value", "first value"),
        Column("message", "message"),
        Column("allowed", "allowed"),
        Column("hint", "hint"),
    )
    found = kinds(problems)
    rows = [
        (
            each.first.severity,
            each.first.code,
            each.count,
            each.first.file,
            "; ".join(each.places),
            each.first.value,
            each.first.message,
            each.first.allowed,
            each.first.hint,
        )
        for each in found
    ]
    if len(found) > MAX_KINDS:
        summary += f"; {len(found) - MAX_KINDS} more kinds are not shown"
    return _used(columns, rows[:MAX_KINDS], f"{summary}, by kind; -f json and -f csv list each")


LISTED = 20
"""More findings than these are shown by kind."""

MAX_KINDS = 40
"""So many kinds are shown."""


def of_problems(problems: Sequence[Problem], what: str) -> Report:
    """The findings of a check; errors make the answer a negative one."""
    errors = sum(problem.severity == "error" for problem in problems)
    columns = (
        Column("severity", "severity"),
        Column("code", "code"),
        Column("file", "file"),
        Column("feature_index", "feature"),
        Column("feature_id", "id"),
        Column("field", "field"),
        Column("vertex", "vertex"),
        Column("value", "value"),
        Column("message", "message"),
        Column("allowed", "allowed"),
        Column("hint", "hint"),
    )
    rows = tuple(
        (
            row.severity,
            row.code,
            row.file,
            row.feature_index,
            row.feature_id,
            row.field,
            row.vertex,
            row.value,
            row.message,
            row.allowed,
            row.hint,
        )
        for row in problems
    )
    summary = f"{what}: {errors} error(s), {len(problems) - errors} warning(s)"
    people = _by_kind(problems, summary) if len(problems) > LISTED else _used(columns, rows, summary)
    answer = {"errors": errors, "warnings": len(problems) - errors, "problems": [row.as_dict() for row in problems]}
    return Report((people,), Table(columns, rows), answer, negative=errors > 0)


def _chain(route: Route) -> Table:
    """Legs and hub operations in order of travel: one row a transport chain element (ISO 14083)."""
    columns = (
        Column("element", "element"),
        Column("what", "what"),
        Column("detail", "detail"),
        Column("from", "from"),
        Column("to", "to"),
        Column("at_km", "at km", 0),
        Column("distance_km", "km", 0),
        Column("time_h", "hours", 1),
        Column("cost_usd", "USD", 0),
        Column("co2e_kg", "kg CO2e", 0),
        Column("segments", "segments"),
    )
    elements: list[tuple[float, int, tuple[Any, ...]]] = []
    at_km = 0.0
    for leg in route.legs:
        took, gauge = leg.amounts, f"{leg.gauge_mm} mm" if leg.gauge_mm else ""
        elements.append(
            (
                at_km,
                1,
                (
                    "leg",
                    leg.mode,
                    gauge,
                    leg.start,
                    leg.end,
                    at_km,
                    took.distance_km,
                    took.time_h,
                    took.cost_usd,
                    took.co2e_kg,
                    [item.id for item in leg.segments],
                ),
            )
        )
        at_km += took.distance_km
    for hub in route.hubs:
        took = hub.amounts
        elements.append(
            (
                hub.at_km,
                0,
                (
                    "hub",
                    hub.operation,
                    hub.detail,
                    hub.node,
                    hub.node,
                    hub.at_km,
                    0.0,
                    took.time_h,
                    took.cost_usd,
                    took.co2e_kg,
                    [],
                ),
            )
        )
    ordered = sorted(elements, key=lambda element: element[:2])
    return Table(columns, tuple(row for _, _, row in ordered))


def chain_text(route: Route, network: Network) -> str:
    """'road Almaty - Havelian 2,135 km (KZ KG CN PK) > rail 1676 Havelian - Karachi 1,528 km (PK)'."""
    parts: list[str] = []
    for leg in route.legs:
        gauge = f" {leg.gauge_mm}" if leg.gauge_mm else ""
        start, end = network.nodes[leg.start].name, network.nodes[leg.end].name
        areas = f" ({' '.join(leg.km_by_country)})" if set(leg.km_by_country) - {"sea"} else ""
        parts.append(f"{leg.mode}{gauge} {start} - {end} {leg.amounts.distance_km:,.0f} km{areas}")
    return " > ".join(parts)


def totals_line(route: Route) -> str:
    low = route.low_confidence_share
    return (
        f"total {route.distance_km:,.0f} km, {route.time_h:,.0f} h ({ranges.TITLE} "
        f"{ranges.text(route.interval('time_h'))}; {route.time_h / 24:,.1f} days), {route.cost_usd:,.0f} USD "
        f"({ranges.text(route.interval('cost_usd'))}), {route.co2e_kg:,.0f} kg CO2e for "
        f"{tonnes_text(route.consignment.tonnes)}; "
        f"low-confidence facts carry {100 * low['km']:.0f} % of the km, {100 * low['h']:.0f} % of the hours, "
        f"{100 * low['usd']:.0f} % of the USD"
    )


def _shares(table: dict[str, float]) -> str:
    return ", ".join(f"{key} {km:,.0f}" for key, km in table.items())


def _data(catalog: Catalog) -> dict[str, str]:
    return {"version": catalog.version, "date": catalog.data_date.isoformat(), "sha256": catalog.sha256}


def _grouped(routes: Iterable[tuple[str, Route]]) -> list[str]:
    """Each warning once, after the routes it holds for."""
    found: dict[str, list[str]] = {}
    for name, route in routes:
        for warning in route.warnings:
            found.setdefault(warning, []).append(name)
    return [f"{', '.join(names)}: {warning}" for warning, names in found.items()]
