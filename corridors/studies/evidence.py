"""What an answer that ranks routes leans on: the rates that move it most, and the sources it would differ without.

Any study that ranks routes by a criterion can use it: ``of`` finds, ``Evidence`` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridors.studies.rate_words import rate_text, unit_of
from corridors.tables import Column, Table
from geodata import records
from geodata.catalog import Catalog
from maps import tornado
from planner import formulas as formulas_
from planner import sampling, sources
from planner.criteria import CRITERIA
from planner.formulas import Formulas
from planner.network import Network
from planner.route import Route

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 5
"""So many rates are named for each result."""


@dataclass(frozen=True)
class Swing:
    """One rate at its low and at its high, all others central: pairs are (at low, at high).

    ``value`` is the winner's, ``lead`` what the best other route takes more (below 0: the winner has changed), ``best``
    the name of the best route.
    """

    rate: records.Rate
    bounds: tuple[float, float]
    value: tuple[float, float]
    lead: tuple[float, float] | None
    best: tuple[str, str]

    def move(self, of_lead: bool, central: float) -> float:
        """How far the result moves between the lowest and the highest that it takes."""
        pair = self.lead if of_lead and self.lead is not None else self.value
        return max(*pair, central) - min(*pair, central)


@dataclass(frozen=True)
class LeftOut:
    """One source left out: who is best then, ``lead`` (best other less best), and what could not be replaced."""

    found: sources.Without
    rests: int
    best: str
    lead: float | None


@dataclass(frozen=True)
class Evidence:
    """The five rates that move the lead, and the winner's own value, most; and each source left out in turn."""

    catalog: Catalog
    criterion: str
    winner: str
    runner_up: str | None
    value: float
    lead: float | None
    of_lead: tuple[Swing, ...]
    of_value: tuple[Swing, ...]
    sources: tuple[LeftOut, ...]

    @property
    def turning(self) -> tuple[str, ...]:
        """The sources without which another route is the best."""
        return tuple(row.found.source for row in self.sources if row.best != self.winner)

    def body(self) -> dict[str, Any]:
        """As plain values, for the JSON answer of a study."""
        row = CRITERIA[self.criterion]
        return {
            "criterion": self.criterion, "unit": row.unit, "winner": self.winner, "runner_up": self.runner_up,
            row.field: self.value, "lead": self.lead,
            "rates_that_move_the_lead": [self._swing(each) for each in self.of_lead],
            "rates_that_move_the_winner": [self._swing(each) for each in self.of_value],
            "sources_left_out": [self._left_out(each) for each in self.sources],
            "sources_that_decide": list(self.turning),
        }  # fmt: skip

    def _swing(self, row: Swing) -> dict[str, Any]:
        rate, lead = row.rate, row.lead or (None, None)
        return {
            "quantity": rate.quantity, "subject": rate.subject, "scope": rate.scope, "low": row.bounds[0],
            "central": rate.central, "high": row.bounds[1], "bounds": _basis(rate), "confidence": rate.confidence,
            "source": list(rate.source), "lead_at_low": lead[0], "lead_at_high": lead[1], "winner_at_low": row.value[0],
            "winner_at_high": row.value[1], "best_at_low": row.best[0], "best_at_high": row.best[1],
        }  # fmt: skip

    def _left_out(self, row: LeftOut) -> dict[str, Any]:
        replaced = [{"rate": list(rate.key), "by": list(key)} for rate, key in row.found.replaced]
        return {
            "source": row.found.source, "title": _title(self.catalog, row.found.source),
            "rates_resting_on_it": row.rests, "replaced": replaced,
            "not_replaced": [list(rate.key) for rate in row.found.kept],
            "best": row.best, "lead": row.lead, "changes_the_winner": row.best != self.winner,
        }  # fmt: skip

    def tables(self) -> tuple[Table, Table]:
        """The rates, and the sources."""
        return self._rates(), self._sources()

    def _rates(self) -> Table:
        unit = CRITERIA[self.criterion].unit
        columns = (
            Column("what", "the answer leans on"), Column("rate", "rate"), Column("low", "low", 3),
            Column("central", "central", 3), Column("high", "high", 3),
            Column("lead_at_low", f"lead at low, {unit}", 1), Column("lead_at_high", f"lead at high, {unit}", 1),
            Column("winner_at_low", f"winner at low, {unit}", 1),
            Column("winner_at_high", f"winner at high, {unit}", 1),
            Column("best_at_low", "best at low"), Column("best_at_high", "best at high"),
            Column("confidence", "confidence"), Column("source", "source"),
        )  # fmt: skip
        rows = []
        for row in self._shown():
            rate, lead = row.rate, row.lead or (None, None)
            rows.append((rate_text(self.catalog, rate), rate.quantity, row.bounds[0], rate.central, row.bounds[1],
                         *lead, *row.value, *row.best, rate.confidence, rate.source))  # fmt: skip
        return Table(columns, tuple(rows), (self._headline(),), (LEAD_NOTE, BOUNDS_NOTE))

    def _shown(self) -> list[Swing]:
        """Those of both lists, each once."""
        seen = {row.rate.key for row in self.of_lead}
        return [*self.of_lead, *(row for row in self.of_value if row.rate.key not in seen)]

    def _sources(self) -> Table:
        columns = (
            Column("source", "without the source"), Column("rates", "rates that rest on it", 0),
            Column("replaced", "replaced by a wider figure", 0), Column("not_replaced", "cannot be replaced", 0),
            Column("best", "best then"), Column("changes", "changes the winner"),
            Column("lead", f"its lead, {CRITERIA[self.criterion].unit}", 1),
        )  # fmt: skip
        rows = tuple(
            (_title(self.catalog, row.found.source), row.rests, len(row.found.replaced), len(row.found.kept), row.best,
             "yes" if row.best != self.winner else "no", row.lead)
            for row in self.sources
        )  # fmt: skip
        said = [_title(self.catalog, source) for source in self.turning]
        text = "Leaving out any one source does not change the winner, as far as its figures can be replaced."
        if said:
            text = f"Leaving out one source changes the winner: {', '.join(said)}."
        return Table(columns, rows, (text,), (SOURCES_NOTE,))

    def _headline(self) -> str:
        row = CRITERIA[self.criterion]
        text = f"Evidence: by {row.title} {self.winner} is the best at central rates ({self.value:,.1f} {row.unit})"
        return f"{text}, {self.lead:,.1f} {row.unit} ahead of {self.runner_up}." if self.runner_up else f"{text}."

    def panels(self) -> tuple[tornado.Panel, ...]:
        """The tornado charts: of the lead, where there is one, and of the winner's value."""
        row = CRITERIA[self.criterion]
        found = []
        if self.lead is not None:
            title = f"Lead of {self.winner} over the best other, {row.unit} (below 0: another is the best)"
            found.append(tornado.Panel(title, self.lead, tuple(self._bar(each, True) for each in self.of_lead), True))
        title = f"{row.title.capitalize()} of {self.winner}, {row.unit}"
        found.append(tornado.Panel(title, self.value, tuple(self._bar(each, False) for each in self.of_value), False))
        return tuple(found)

    def _bar(self, row: Swing, of_lead: bool) -> tornado.Bar:
        low, high = row.lead if of_lead and row.lead is not None else row.value
        ends = [f"{bound:.3g} {unit_of(row.rate.quantity)}".strip() for bound in row.bounds]
        return tornado.Bar(rate_text(self.catalog, row.rate), low, high, ends[0], ends[1])

    def figure(self) -> Figure:
        """The tornado charts alone."""
        return tornado.figure(self._headline(), self.panels())


LEAD_NOTE = (
    "lead: what the best other route takes more than the winner; below 0 another route is the best. One rate at a time "
    "at its low and high, all others central; closures play no part in it"
)
BOUNDS_NOTE = "low and high as stated, else by the confidence of the rate (our assumption)"
SOURCES_NOTE = (
    "rates that rest on the source alone are replaced by the figure of the next wider scope (country, region) where "
    "another source gives one; the others stay as they are"
)


def of(
    network: Network, routes: Sequence[Route], names: Sequence[str], criterion: str, found: Formulas | None = None
) -> Evidence:
    """The evidence for a ranking of some routes of a network by a criterion; ``names`` are theirs, in their order.

    ``found`` are the formulas of these routes, where they are known already. Closures play no part.

    >>> import corridors
    >>> network = corridors.load()
    >>> compared = corridors.compare(network, "Almaty", "Karachi")
    >>> evidence = of(network, [row.route for row in compared], [row.id for row in compared], "time")
    >>> evidence.winner, len(evidence.of_value)
    ('best-time', 5)
    """
    if not routes:
        raise ValueError("there are no routes to rank")
    known = found or formulas_.of(network, routes)
    central = known.values(criterion, known.central)[0]
    winner, runner_up, lead = _ranked(central, names)
    first = names.index(winner)
    columns = sorted({column for of_route in known.by_route for monomial in of_route[criterion].terms
                      for column, _ in monomial})  # fmt: skip
    swings = _swings(known, columns, criterion, names, first)
    return Evidence(
        network.catalog, criterion, winner, runner_up, float(central[first]), lead,
        _largest(swings, lead) if lead is not None else (), _largest(swings, float(central[first]), of_lead=False),
        tuple(_left_out(network, routes, names, criterion, [known.rates[at] for at in columns])),
    )  # fmt: skip


def _ranked(values: np.ndarray[Any, Any], names: Sequence[str]) -> tuple[str, str | None, float | None]:
    """The best (the first of equal ones), the next, and by how much it is ahead."""
    order = np.argsort(values, kind="stable")
    if len(order) == 1:
        return names[order[0]], None, None
    return names[order[0]], names[order[1]], float(values[order[1]] - values[order[0]])


def _swings(found: Formulas, columns: Sequence[int], criterion: str, names: Sequence[str], first: int) -> list[Swing]:
    rows = np.repeat(found.central, 2 * len(columns), axis=0)
    limits = [sampling.bounds(found.rates[column]) for column in columns]
    for at, (column, pair) in enumerate(zip(columns, limits, strict=True)):
        rows[2 * at : 2 * at + 2, column] = pair
    values = found.values(criterion, rows) if columns else np.empty((0, len(names)))
    others = np.delete(values, first, axis=1)
    swings = []
    for at, (column, pair) in enumerate(zip(columns, limits, strict=True)):
        two = slice(2 * at, 2 * at + 2)
        own = values[two, first].tolist()
        lead = (others[two].min(axis=1) - values[two, first]).tolist() if others.shape[1] else None
        best = [names[int(np.argmin(row))] for row in values[two]]
        swings.append(Swing(found.rates[column], pair, (own[0], own[1]), (lead[0], lead[1]) if lead else None,
                            (best[0], best[1])))  # fmt: skip
    return swings


def _largest(swings: Collection[Swing], central: float, *, of_lead: bool = True) -> tuple[Swing, ...]:
    """The rates that move a result most; what does not move it at all is none of them."""
    moved = [(row.move(of_lead, central), row) for row in swings]
    least = 1e-9 * max(1.0, abs(central))
    ranked = sorted((pair for pair in moved if pair[0] > least), key=lambda pair: (-pair[0], pair[1].rate.key))
    return tuple(row for _, row in ranked[:SHOWN])


def _left_out(
    network: Network, routes: Sequence[Route], names: Sequence[str], criterion: str, rates: Sequence[records.Rate]
) -> list[LeftOut]:
    read = {rate.key for rate in rates}
    rows = []
    for source in sorted({source for rate in rates for source in rate.source}):
        found = sources.without(network, routes, criterion, source)
        own = sources.Without(
            source, found.values, tuple(pair for pair in found.replaced if pair[0].key in read),
            tuple(rate for rate in found.kept if rate.key in read),
        )  # fmt: skip
        best, _, lead = _ranked(np.array(found.values), names)
        rows.append(LeftOut(own, sum(source in rate.source for rate in rates), best, lead))
    return rows


def _basis(rate: records.Rate) -> str:
    missing = [name for name, figure in (("low", rate.low), ("high", rate.high)) if figure is None]
    return f"{' and '.join(missing)} by its confidence, {rate.confidence}" if missing else "stated"


def _title(catalog: Catalog, source: str) -> str:
    return catalog.sources[source].title if source in catalog.sources else source
