"""A break-even over two parameters at once: which corridor wins where, and the line on which two take the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridors.studies.breakeven.answer import Between, Contenders, parameter, stands_in
from corridors.studies.evidence import results as evidence_results
from geodata import errors
from maps.tables.of_routes import CLOSURES, closures_of
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price.measures import MEASURES
from planner.uncertainty import breakeven, variables
from planner.uncertainty.breakeven import Varied
from planner.uncertainty.formulas import Floats

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELLS = 21
"""So many values of each parameter stand in the answer."""

DRAWN = 201
"""So many of each are worked out for the picture."""

LINE = 11
"""So many points of the tie line stand in the table."""


def span(found: Varied) -> tuple[float, float]:
    """What of a parameter the map shows: low to high, at least half to twice today's value, within its limits."""
    rate, row = found.rate, found.variable
    values = [value for value in (rate.low, rate.high, rate.central / 2, rate.central * 2) if value is not None]
    low, high = max(row.low, min(values)), min(row.high, max(values))
    return (low, high) if low < high else (row.low, row.high)


@dataclass(frozen=True)
class Map(Between):
    """``across`` and ``up`` are the routes as functions of one parameter each, on the same network and columns."""

    across: Varied
    up: Varied

    @classmethod
    def of(cls, network: Network, sides: Contenders, by: str, texts: tuple[str, str]) -> Map:
        listed = list(sides.routes.values())
        first = breakeven.vary(network, listed, texts[0])
        up = breakeven.vary(first.network, listed, texts[1])
        if first.key == up.key or up.formulas.column(first.key) is None:
            raise errors.RequestError(f"--vary {texts[0]} and --and {texts[1]} name the same rate; give two")
        across = Varied(up.network, up.routes, up.formulas, first.key, first.stands_in)
        for found, text in ((across, texts[0]), (up, texts[1])):
            if not any(power for number in range(len(listed)) for power in found.powers(number, by)):
                raise errors.RequestError(
                    f"{text}: no route's {MEASURES[by].title} depends on it; a map needs two that do"
                )
        return cls(network, sides, by, across, up)

    def totals(self, x: Floats, y: Floats) -> Floats:
        """(routes, len(y), len(x)) of the criterion."""
        rows = np.repeat(self.up.formulas.usual, len(x) * len(y), axis=0)
        rows[:, self.across.column] = np.tile(x, len(y))
        rows[:, self.up.column] = np.repeat(y, len(x))
        found = [each[self.by].of(rows).reshape(len(y), len(x)) for each in self.up.formulas.by_route]
        return np.stack(found)

    def axes(self, count: int) -> tuple[Floats, Floats]:
        return np.linspace(*span(self.across), count), np.linspace(*span(self.up), count)

    def tie_line(self, count: int) -> list[tuple[float, float]]:
        """Points (across, up) at which the two asked for take the same, exact, by rows of the second parameter."""
        low, high = span(self.across)
        row = self.up.formulas.usual[0].copy()
        points = []
        for y in self.axes(count)[1].tolist():
            row[self.up.column] = y
            one, two = (self.up.formulas.by_route[at][self.by].powers_of(self.across.column, row) for at in (0, 1))
            points += [(x, y) for x in breakeven.ties(breakeven.difference(one, two)) if low <= x <= high]
        return points

    @property
    def shares(self) -> dict[str, float]:
        """The share of the map on which each route takes the least."""
        best = np.argmin(self.totals(*self.axes(DRAWN)), axis=0)
        counted = Counter(best.ravel().tolist())
        return {key: counted.get(at, 0) / best.size for at, key in enumerate(self.routes)}

    @property
    def now(self) -> tuple[float, float]:
        return self.across.now, self.up.now

    def body(self) -> dict[str, Any]:
        x, y = self.axes(CELLS)
        keys = list(self.routes)
        best = np.argmin(self.totals(x, y), axis=0).tolist()
        return {
            **self.head(),
            "parameters": [parameter(self.across), parameter(self.up)],
            "share_of_map": self.shares,
            "tie_line": [list(point) for point in self.tie_line(CELLS)],
            "map": {"first": x.tolist(), "second": y.tolist(), "winner": [[keys[at] for at in row] for row in best]},
        }

    def tables(self) -> tuple[Table, ...]:
        unit = MEASURES[self.by].unit
        names = [f"{variables.name(found.rate)}, {found.variable.unit}" for found in (self.across, self.up)]
        shares = Table(
            (
                Column("route", "route"),
                Column("share", "share of the map it wins", 0, share=True),
                Column("total", f"now, {unit}", 1),
                Column("unbuilt_km", "unbuilt km", 0),
                CLOSURES,
            ),
            tuple(
                (key, share, self.total(key), self.routes[key].unbuilt_km, closures_of(self.routes[key]))
                for key, share in self.shares.items()
            ),
            (
                *self.lines(),
                *(
                    f"{name}: {low:,.4g} to {high:,.4g}, now {now:,.4g}"
                    for name, (low, high), now in zip(names, (span(self.across), span(self.up)), self.now, strict=True)
                ),
            ),
            self.sides.warnings,
            "shares of the map",
        )
        line = Table(
            (Column("second", names[1], 3), Column("first", f"tie at {names[0]}", 3)),
            tuple((y, x) for x, y in self.tie_line(LINE)),
            (f"where {' and '.join(self.ids)} take the same:",),
            name="tie line",
        )
        others = self.other_world()
        return (shares, *([line] if line.rows else []), *others, *evidence_results.tables([self.evidence]))

    def flat(self, main: Table) -> Table:
        return main

    def verdict_lines(self) -> tuple[str, ...]:
        return (f"share of the map won: {', '.join(f'{key} {share:.0%}' for key, share in self.shares.items())}",)

    def evidence_notes(self) -> tuple[str, ...]:
        return (*super().evidence_notes(), *stands_in(self.across), *stands_in(self.up))

    def figure(self) -> Figure:
        from maps.figures import tie as figure_tie

        x, y = self.axes(DRAWN)
        labels = [f"{variables.name(found.rate)}, {found.variable.unit}" for found in (self.across, self.up)]
        title = f"Which takes less by {MEASURES[self.by].title}: {' or '.join(map(self.called, self.routes))}?"
        if len(self.routes) > 2:
            title = f"Which of {len(self.routes)} routes takes the least by {MEASURES[self.by].title}?"
        view = figure_tie.Regions(
            title,
            (labels[0], labels[1]),
            tuple(map(self.called, self.routes)),
            x,
            y,
            self.totals(x, y),
            self.now,
            MEASURES[self.by].unit,
        )
        return self.with_evidence(self.captioned(figure_tie.regions(view)))
