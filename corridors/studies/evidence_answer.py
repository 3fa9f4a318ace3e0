"""What the results of a study lean on, as plain values, tables and tornado charts; ``evidence`` finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.rate_words import rate_text, unit_of
from corridors.tables import Column, Table
from geodata import records
from geodata.catalog import Catalog
from maps import tornado
from planner import sources
from planner.criteria import CRITERIA

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAD_NOTE = (
    "lead: what the best other route takes more than the winner; below 0 another route is the best. One rate at a time "
    "at its low and high, all others central"
)
BOUNDS_NOTE = "low and high as stated, else by the confidence of the rate (our assumption)"
SOURCES_NOTE = (
    "rates that rest on the source alone are replaced by the figure of the next wider scope (country, region) where "
    "another source gives one; the others stay as they are"
)

SHOWN_PANELS = 4
"""So many tornado charts of results stand in a picture; the tables have all."""


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
    """The five rates that move the lead, and the winner's own value, most; and each source left out in turn.

    ``ranked`` are the names of the routes; ``value`` and ``lead`` are in ``unit``, ``field`` is the name of the value.
    """

    catalog: Catalog
    criterion: str
    field: str
    unit: str
    ranked: tuple[str, ...]
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

    @property
    def headline(self) -> str:
        """Who is the best, and by how much, in words."""
        title = CRITERIA[self.criterion].title
        if self.lead == 0.0:
            text = f"by {title} {self.winner} and {self.runner_up} take the same at central rates"
        else:
            text = f"by {title} {self.winner} is the best at central rates"
        text = f"{text} ({self.value:,.1f} {self.unit})"
        if self.runner_up is None:
            text += "; no other route is ranked"
        elif self.lead:
            text += f", {self.lead:,.1f} {self.unit} ahead of {self.runner_up}"
        return f"{text}." if self.of_lead or self.of_value else f"{text}; no rate moves that."

    @property
    def verdict(self) -> str:
        """Whether leaving out one source changes the winner, in words."""
        if not self.sources:
            return "it rests on no rate, and so on no source of one"
        if not self.turning:
            return "leaving out any one source does not change the winner, as far as its figures can be replaced"
        said = ", ".join(title_of(self.catalog, source) for source in self.turning)
        return f"leaving out one source changes the winner: {said}"

    def body(self) -> dict[str, Any]:
        """As plain values, for the JSON answer of a study."""
        return {
            "criterion": self.criterion, "unit": self.unit, "ranked": list(self.ranked), "winner": self.winner,
            "runner_up": self.runner_up, self.field: self.value, "lead": self.lead,
            "rates_that_move_the_lead": [_swing(each) for each in self.of_lead],
            "rates_that_move_the_winner": [_swing(each) for each in self.of_value],
            "sources_left_out": [self._left_out(each) for each in self.sources],
            "sources_that_decide": list(self.turning),
        }  # fmt: skip

    def _left_out(self, row: LeftOut) -> dict[str, Any]:
        replaced = [{"rate": list(rate.key), "by": list(key)} for rate, key in row.found.replaced]
        return {
            "source": row.found.source, "title": title_of(self.catalog, row.found.source),
            "rates_resting_on_it": row.rests, "replaced": replaced,
            "not_replaced": [list(rate.key) for rate in row.found.kept],
            "best": row.best, "lead": row.lead, "changes_the_winner": row.best != self.winner,
        }  # fmt: skip

    @property
    def shown(self) -> list[Swing]:
        """The rates of both lists, each once."""
        seen = {row.rate.key for row in self.of_lead}
        return [*self.of_lead, *(row for row in self.of_value if row.rate.key not in seen)]

    def tables(self) -> tuple[Table, Table]:
        """The rates, and the sources."""
        return tables((Result("", self),))

    def panels(self) -> tuple[tornado.Panel, ...]:
        """The tornado charts: of the lead, where there is one, and of the winner's value."""
        return (self._of_lead(), self._of_value()) if self.lead is not None else (self._of_value(),)

    @property
    def panel(self) -> tornado.Panel:
        """The tornado chart of the lead; of the winner's value where there is no other route."""
        return self.panels()[0]

    def _of_lead(self) -> tornado.Panel:
        over = self.runner_up if len(self.ranked) == 2 else "the best other"
        title = f"Lead of {self.winner} over {over}, {self.unit}"
        return tornado.Panel(title, self.lead or 0.0, tuple(self._bar(each, True) for each in self.of_lead), True)

    def _of_value(self) -> tornado.Panel:
        title = f"{CRITERIA[self.criterion].title.capitalize()} of {self.winner}, {self.unit}"
        return tornado.Panel(title, self.value, tuple(self._bar(each, False) for each in self.of_value), False)

    def _bar(self, row: Swing, of_lead: bool) -> tornado.Bar:
        ends = row.lead if of_lead and row.lead is not None else row.value
        return bar(self.catalog, row.rate, row.bounds, ends)

    def figure(self) -> Figure:
        """The tornado charts alone."""
        return tornado.figure(f"Evidence: {self.headline}", self.panels())


@dataclass(frozen=True)
class Result:
    """One result of a study and its evidence. ``title`` is what it is of ('2040'), '' where a study has but one.

    ``notes`` say what was ranked, and what else must be known.
    """

    title: str
    evidence: Evidence
    notes: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What a sentence about it begins with, among those of others."""
        return f"{self.title}: " if self.title else ""

    def body(self) -> dict[str, Any]:
        """As plain values, for the JSON answer of a study."""
        of = {"of": self.title} if self.title else {}
        return {**of, **self.evidence.body(), "notes": list(self.notes)}


def tables(results: Sequence[Result]) -> tuple[Table, Table]:
    """The rates, and the sources, of all results of a study; they have the unit in common."""
    return _rates(results), _sources(results)


def _rates(results: Sequence[Result]) -> Table:
    unit, of = results[0].evidence.unit, _of(results)
    columns = (
        *of, Column("what", "the answer leans on"), Column("rate", "rate"), Column("low", "low", 3),
        Column("central", "central", 3), Column("high", "high", 3),
        Column("lead_at_low", f"lead at low, {unit}", 1), Column("lead_at_high", f"lead at high, {unit}", 1),
        Column("winner_at_low", f"winner at low, {unit}", 1), Column("winner_at_high", f"winner at high, {unit}", 1),
        Column("best_at_low", "best at low"), Column("best_at_high", "best at high"),
        Column("confidence", "confidence"), Column("source", "source"),
    )  # fmt: skip
    rows = [
        (each.title, (rate_text(each.evidence.catalog, row.rate), row.rate.quantity, row.bounds[0], row.rate.central,
         row.bounds[1], *(row.lead or (None, None)), *row.value, *row.best, row.rate.confidence, row.rate.source))
        for each in results for row in each.evidence.shown
    ]  # fmt: skip
    before = tuple(f"Evidence: {each.mark}{each.evidence.headline}" for each in results)
    notes = tuple(f"{each.mark}{text}" for each in results for text in each.notes)
    return Table(columns, _told(rows, of), before, (LEAD_NOTE, BOUNDS_NOTE, *notes))


def _sources(results: Sequence[Result]) -> Table:
    of = _of(results)
    columns = (
        *of, Column("source", "without the source"), Column("rates", "rates that rest on it", 0),
        Column("replaced", "replaced by a wider figure", 0), Column("not_replaced", "cannot be replaced", 0),
        Column("best", "best then"), Column("changes", "changes the winner"),
        Column("lead", f"its lead, {results[0].evidence.unit}", 1),
    )  # fmt: skip
    rows = [
        (each.title, (title_of(each.evidence.catalog, row.found.source), row.rests, len(row.found.replaced),
         len(row.found.kept), row.best, "yes" if row.best != each.evidence.winner else "no", row.lead))
        for each in results for row in each.evidence.sources
    ]  # fmt: skip
    return Table(columns, _told(rows, of), tuple(verdicts(results)), (SOURCES_NOTE,))


def _of(results: Sequence[Result]) -> tuple[Column, ...]:
    """The column that tells results apart, where there are several."""
    return (Column("of", "of"),) if any(each.title for each in results) else ()


def _told(rows: Sequence[tuple[str, tuple[Any, ...]]], of: tuple[Column, ...]) -> tuple[tuple[Any, ...], ...]:
    """The rows after the titles of their results; what is the same of several results stands once."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for title, row in rows:
        found.setdefault(row, []).append(title)
    return tuple((titles, *row) if of else row for row, titles in found.items())


def verdicts(results: Sequence[Result]) -> list[str]:
    """Whether leaving out one source changes a winner, in sentences; what holds for several results once."""
    found: dict[str, list[str]] = {}
    for each in results:
        found.setdefault(each.evidence.verdict, []).append(each.title)
    if len(found) == 1:
        return [f"{text[0].upper()}{text[1:]}." for text in found]
    return [f"{', '.join(titles)}: {text}." for text, titles in found.items()]


def below(figure: Figure, results: Sequence[Result], first: Sequence[tornado.Panel] = ()) -> Figure:
    """The picture of a study with the tornado charts of its results below it, after those in ``first``."""
    charts: dict[tornado.Panel, list[str]] = {}
    for each in results:
        charts.setdefault(each.evidence.panel, []).append(each.title)
    of = [tornado.titled(chart, f"{', '.join(titles)}: " if titles != [""] else "") for chart, titles in charts.items()]
    texts = verdicts(results)
    if len(of) > SHOWN_PANELS:
        left = [title for titles in list(charts.values())[SHOWN_PANELS:] for title in titles]
        texts.append(f"Not drawn: {', '.join(left)}; the tables have them.")
    return tornado.below(figure, "What this leans on", " ".join(texts), (*first, *of[:SHOWN_PANELS]))


def bar(
    catalog: Catalog, rate: records.Rate, bounds: tuple[float, float], ends: tuple[float | None, float | None]
) -> tornado.Bar:
    """A rate as a bar from the result at its low to the one at its high (None: there is none then)."""
    low, high = (f"{bound:.3g} {unit_of(rate.quantity)}".strip() for bound in bounds)
    return tornado.Bar(rate_text(catalog, rate), *ends, low, high)


def title_of(catalog: Catalog, source: str) -> str:
    """The title of a source, its id where it is not known."""
    return catalog.sources[source].title if source in catalog.sources else source


def _swing(row: Swing) -> dict[str, Any]:
    rate, lead = row.rate, row.lead or (None, None)
    return {
        "quantity": rate.quantity, "subject": rate.subject, "scope": rate.scope, "low": row.bounds[0],
        "central": rate.central, "high": row.bounds[1], "bounds": _basis(rate), "confidence": rate.confidence,
        "source": list(rate.source), "lead_at_low": lead[0], "lead_at_high": lead[1], "winner_at_low": row.value[0],
        "winner_at_high": row.value[1], "best_at_low": row.best[0], "best_at_high": row.best[1],
    }  # fmt: skip


def _basis(rate: records.Rate) -> str:
    missing = [name for name, figure in (("low", rate.low), ("high", rate.high)) if figure is None]
    return f"{' and '.join(missing)} by its confidence, {rate.confidence}" if missing else "stated"
