"""What all answers of a break-even have in common, and two of them: all parameters with a tie, years of opening."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corridors.answers.report import headline
from corridors.studies.evidence import question as evidence, results as evidence_results
from corridors.studies.evidence.results import Result
from corridors.studies.route_words import counted
from corridors.studies.study import Answer
from maps import ranges
from maps.closure_marks import mark_notes, marked
from maps.figures import tornado
from maps.tables.of_routes import CLOSURES, closures_of, load_text
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import breakeven, formulas, variables
from planner.uncertainty.breakeven import Varied
from planner.years.openings import Opening

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DIGITS = 3

SHOWN_TIES = 3
"""So many parameters with a tie are named in a sentence."""

BEST = "best"
"""Instead of a corridor: the best route between the two places."""


@dataclass(frozen=True)
class Contenders:
    """The routes that are held against each other by id, the two asked for first, and what must be said of them.

    ``notes`` stand in the picture as well; ``left_out`` says which corridors have no place in it, ``warnings`` which
    closures the routes run into. ``again`` plans today's best route anew on a network with other rates; None where no
    side is the best route. ``applied`` is the same answer with closures applied, or why there is none, where today's
    best route is a side and closures make it another one; ``world`` says so in words.
    """

    routes: dict[str, Route]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    again: Callable[[Network], Route] | None = None
    applied: Between | str | None = None
    world: str = ""


@dataclass(frozen=True)
class Between(Answer):
    """What all answers of a break-even are of: routes (the two asked for first) and a criterion."""

    network: Network
    sides: Contenders
    by: str

    @property
    def routes(self) -> dict[str, Route]:
        return self.sides.routes

    @property
    def ids(self) -> tuple[str, str]:
        one, two, *_ = self.routes
        return one, two

    def total(self, key: str) -> float:
        route = self.routes[key]
        return MEASURES[self.by].value(route.amounts, route.consignment)

    def amount(self, value: float) -> str:
        return "no end of it" if math.isinf(value) else f"{value:,.1f} {MEASURES[self.by].unit}"

    @property
    def winner_now(self) -> str | None:
        one, two = self.ids
        if self.total(one) == self.total(two):
            return None
        return min(self.ids, key=self.total)

    @functools.cached_property
    def evidence(self) -> Result:
        """What the lead of one of the two over the other leans on, at the rates of the data."""
        routes = [self.routes[key] for key in self.ids]
        return Result("", evidence.evidence(self.network, routes, self.ids, self.by), self.evidence_notes())

    def evidence_notes(self) -> tuple[str, ...]:
        """What must be said of the evidence."""
        return ("of the two asked for alone",) if len(self.routes) > 2 else ()

    def with_evidence(self, figure: Figure, first: Sequence[tornado.Panel] = ()) -> Figure:
        """The picture with the tornado chart of the lead below it, after those in ``first``."""
        return evidence_results.below(figure, [self.evidence], first)

    def head(self) -> dict[str, Any]:
        rows = [
            {
                "id": key,
                "from": route.nodes[0],
                "to": route.nodes[-1],
                "unbuilt_km": route.unbuilt_km,
                **route.figures(),
                "segments": list(route.segment_ids),
                "warnings": list(route.warnings),
                "closures": route.closure_rows(),
            }
            for key, route in self.routes.items()
        ]
        other = self.sides.applied
        applied = (
            {}
            if other is None
            else {
                "applied": other.body() if isinstance(other, Between) else None,
                "no_answer_applied_because": other if isinstance(other, str) else None,
            }
        )
        return {
            **applied,
            "by": self.by,
            "unit": MEASURES[self.by].unit,
            "routes": rows,
            "winner_now": self.winner_now,
            "notes": [*self.sides.notes, *self.sides.left_out],
            "warnings": list(self.sides.warnings),
            "evidence": self.evidence.body(),
        }

    def lines(self) -> tuple[str, ...]:
        one, two = self.ids
        load = load_text(self.routes[one].consignment)
        return (
            headline(self.network.catalog, f"{one} against {two} by {MEASURES[self.by].title}, {load}"),
            *(
                f"{key} takes {self.amount(self.total(key))} now{ranges.bracketed(self.routes[key], self.by)}"
                f"{in_brackets(self.routes[key])}"
                for key in self.ids
            ),
            *self.sides.notes,
            *self.sides.left_out,
            *self._no_other_world(),
        )

    def _no_other_world(self) -> tuple[str, ...]:
        """Why there is no answer with closures applied, where that is so."""
        other = self.sides.applied
        return (f"{self.sides.world}: {other}",) if isinstance(other, str) else ()

    def verdict_lines(self) -> tuple[str, ...]:
        """The answer in sentences."""
        return ()

    def other_world(self) -> tuple[Table, ...]:
        """The main tables of the answer with closures applied."""
        other = self.sides.applied
        if not isinstance(other, Between):
            return ()
        main = other.tables()[0]
        return (replace(main, before=(f"{self.sides.world}:", *main.before[1:]), name="closures applied"),)

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        other = self.sides.applied
        return (*self.routes.items(), *(other.shown_routes() if isinstance(other, Between) else ()))

    def flat(self, main: Table) -> Table:
        """The main table, with the closures on the two routes in each row."""
        met = [closures_of(self.routes[key]) for key in self.ids]
        columns = tuple(Column(f"closures_{key}", f"closures on the way of {key}") for key in self.ids)
        return main.beside(columns, [met] * len(main.rows))

    def called(self, key: str) -> str:
        """The name of a route in the picture, with the marks of the closures on it."""
        return marked(key, self.routes[key])

    def against(self) -> str:
        """'ktap against qtta-kkh by time', for the picture."""
        one, two = (self.called(key) for key in self.ids)
        return f"{one} against {two} by {MEASURES[self.by].title}"

    def captioned(self, figure: Figure, *more: str) -> Figure:
        """The picture with what it is of below it: places, load, data, and what must be known to read it."""
        from maps.figures import paper as sheet

        names = self.network.nodes
        ends: dict[str, list[str]] = {}
        for key, route in self.routes.items():
            ends.setdefault(f"{names[route.nodes[0]].name} to {names[route.nodes[-1]].name}", []).append(key)
        places = [text if len(ends) == 1 else f"{', '.join(keys)}: {text}" for text, keys in ends.items()]
        load = load_text(self.routes[self.ids[0]].consignment)
        about = headline(self.network.catalog, f"{'; '.join(places)}; {load}")
        told = mark_notes(route for _, route in self.shown_routes())
        other = self.sides.applied
        then = [f"{self.sides.world}: {text}" for text in (other.verdict_lines() if isinstance(other, Between) else ())]
        then += self._no_other_world()
        return sheet.captioned(figure, (about, *told, *self.sides.notes, *more, *then))


def in_brackets(route: Route) -> str:
    """' (closed: pak_afg_chaman)' after a route; '' where no closure lies on it."""
    return f" ({', '.join(closures_of(route))})" if route.closures else ""


def parameter(found: Varied) -> dict[str, Any]:
    """The parameter as an answer has it."""
    rate, row = found.rate, found.variable
    return {
        "name": variables.name(rate),
        "quantity": rate.quantity,
        "subject": rate.subject,
        "scope": rate.scope,
        "unit": row.unit,
        "now": found.now,
        "central": rate.central,
        "low": rate.low,
        "high": rate.high,
        "confidence": rate.confidence,
        "stands_in_for_it": ":".join(found.stands_in) if found.stands_in else None,
        "limits": {"low": row.low, "high": row.high, "why": row.why},
    }


def stands_in(found: Varied) -> tuple[str, ...]:
    """That the evidence knows no own row of what varies, where another rate stands in for it."""
    if found.stands_in is None:
        return ()
    return (
        f"{variables.name(found.rate)} has no figure of its own in the data: here the one that stands in for it "
        "moves wherever it is read",
    )


@dataclass(frozen=True)
class Listing(Between):
    """Every parameter that alone makes the two equal (name, unit, now, tie), the least change first."""

    found: tuple[tuple[str, str, float, float], ...]

    @classmethod
    def of(cls, network: Network, sides: Contenders, by: str) -> Listing:
        return cls(network, sides, by, tuple(all_ties(network, sides.routes, by)))

    def body(self) -> dict[str, Any]:
        return {
            **self.head(),
            "parameters": [{"name": name, "unit": unit, "now": now, "tie": tie} for name, unit, now, tie in self.found],
        }

    def tables(self) -> tuple[Table, ...]:
        said = (
            "every parameter that alone makes them equal, the least change first; --vary NAME gives its interval "
            f"(--vary {variables.OPENING_YEAR}: the years of opening)"
        )
        table = listed(self.found, said if self.found else "no parameter alone makes them equal within its limits")
        main = replace(table, before=(*self.lines(), *table.before), after=self.sides.warnings)
        return (main, *self.other_world(), *evidence_results.tables([self.evidence]))

    def verdict_lines(self) -> tuple[str, ...]:
        shown = ", ".join(f"{name} at {tie:,.4g} {unit}" for name, unit, _, tie in self.found[:SHOWN_TIES])
        return (f"they tie at {shown}" if shown else "no parameter alone makes them equal within its limits",)

    def figure(self) -> Figure:
        from maps.figures import tie as figure_tie

        drawn = figure_tie.factors(
            f"{self.against()}: what would make them equal",
            [(name, tie / now, f"from {now:,.4g} to {tie:,.4g} {unit}") for name, unit, now, tie in self.found if now],
        )
        left = len(self.found) - min(figure_tie.MOST, sum(1 for _, _, now, _ in self.found if now))
        more = (f"not drawn: {counted(left, 'more parameter')} with a tie; the table has all",) if left else ()
        return self.with_evidence(self.captioned(drawn, *more))


def all_ties(network: Network, routes: dict[str, Route], by: str) -> list[tuple[str, str, float, float]]:
    """(name, unit, now, tie) of every rate the two read that has a tie within its limits, the least change first."""
    pair = tuple(routes.values())[:2]
    read = formulas.of_routes(network, pair)
    rows = []
    for rate in read.rates:
        found = Varied(network, pair, read, rate.key, None)
        low, high = found.variable.low, found.variable.high
        less = breakeven.difference(found.powers(0, by), found.powers(1, by))
        rows += [
            (variables.name(rate), found.variable.unit, found.now, value)
            for value in breakeven.ties(less)
            if low <= value <= high
        ]
    return sorted(rows, key=lambda row: (abs(math.log(row[3] / row[2])) if row[2] else math.inf, row[0]))


def listed(rows: tuple[tuple[str, str, float, float], ...], said: str) -> Table:
    columns = (
        Column("parameter", "parameter"),
        Column("unit", "unit"),
        Column("now", "now", DIGITS),
        Column("tie", "tie at", DIGITS),
        Column("factor", "times now", 2),
    )
    return Table(
        columns, tuple((*row, row[3] / row[2] if row[2] else None) for row in rows), (said,), name="parameters"
    )


@dataclass(frozen=True)
class Years(Between):
    """The year in which all of each route is open, and from which the better one can be used."""

    years: dict[str, Opening]

    @property
    def verdict(self) -> str:
        better = self.winner_now
        if better is None:
            return "both take the same, in whatever year"
        other = next(key for key in self.ids if key != better)
        opening = self.years[better]
        takes = f"{better} takes {self.amount(self.total(better))}, {other} {self.amount(self.total(other))}"
        if not opening.unbuilt:
            return f"{better} is open already and takes less: {takes}; {other} never overtakes by opening"
        if opening.central is None:
            return f"{better} would take less ({takes}), in no known year: a part of it has no year of opening"
        first = self.years[other].central
        until = f"; until then {other} runs" + (f" from {first}" if self.years[other].unbuilt and first else "")
        until = until if not self.years[other].unbuilt or (first is not None and first < opening.central) else ""
        return (
            f"{better} overtakes in {opening.central} ({opening.low} to {opening.high}), when all of it is open: "
            f"{takes}{until}"
        )

    def body(self) -> dict[str, Any]:
        rows = [
            {
                "id": key,
                "low": row.low,
                "central": row.central,
                "high": row.high,
                "unbuilt_segments": list(row.unbuilt),
                "waits_for": list(row.last),
            }
            for key, row in self.years.items()
        ]
        return {**self.head(), "verdict": [self.verdict], "open_in": rows}

    def tables(self) -> tuple[Table, ...]:
        columns = (
            Column("route", "route"),
            Column("total", f"{MEASURES[self.by].title}, {MEASURES[self.by].unit}", 1),
            Column("unbuilt_km", "unbuilt km", 0),
            Column("open_low", "open in: low"),
            Column("open_central", "central"),
            Column("open_high", "high"),
            Column("waits_for", "waits the longest for"),
            CLOSURES,
        )
        rows = tuple(
            (
                key,
                self.total(key),
                self.routes[key].unbuilt_km,
                *(
                    ("open" if not row.unbuilt else "unknown" if year is None else str(year))
                    for year in (row.low, row.central, row.high)
                ),
                list(row.last),
                closures_of(self.routes[key]),
            )
            for key, row in self.years.items()
        )
        main = Table(columns, rows, (*self.lines(), self.verdict), self.sides.warnings, "opening years")
        return (main, *self.other_world(), *evidence_results.tables([self.evidence]))

    def verdict_lines(self) -> tuple[str, ...]:
        return (self.verdict,)

    def flat(self, main: Table) -> Table:
        return main

    def figure(self) -> Figure:
        from maps.figures import tie as figure_tie

        rows = [
            (self.called(key), row.low, row.central, row.high, self.amount(self.total(key)), bool(row.unbuilt))
            for key, row in self.years.items()
        ]
        today = self.network.catalog.data_date.year
        drawn = figure_tie.years(f"{self.ids[0]} and {self.ids[1]}: open in", rows, today)
        return self.with_evidence(self.captioned(drawn, self.verdict))
