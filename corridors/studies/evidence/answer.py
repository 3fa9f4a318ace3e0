"""What a ranking of routes leans on, as plain values, sentences and tornado charts; ``evidence`` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.rate_words import rate_text
from geodata import records
from geodata.catalog import Catalog
from geodata.quantities import QUANTITIES
from maps.figures import tornado
from planner.price.measures import MEASURES
from planner.uncertainty import sources

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Sensitivity:
    """One rate at its low and at its high, all others as totals are worked out with: pairs are (at low, at high).

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
class SourceLeftOut:
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
    of_lead: tuple[Sensitivity, ...]
    of_value: tuple[Sensitivity, ...]
    sources: tuple[SourceLeftOut, ...]

    @property
    def turning(self) -> tuple[str, ...]:
        """The sources without which another route is the best."""
        return tuple(row.found.source for row in self.sources if row.best != self.winner)

    @property
    def headline(self) -> str:
        """Who is the best, and by how much, in words."""
        title = MEASURES[self.criterion].title
        if self.lead == 0.0:
            text = f"by {title} {self.winner} and {self.runner_up} take the same"
        else:
            text = f"by {title} {self.winner} is the best"
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
        said = ", ".join(f'"{title_of(self.catalog, source)}"' for source in self.turning)
        return f"leaving out one source changes the winner: {said}"

    def body(self) -> dict[str, Any]:
        """As plain values, for the JSON answer of a study."""
        return {
            "criterion": self.criterion,
            "unit": self.unit,
            "ranked": list(self.ranked),
            "winner": self.winner,
            "runner_up": self.runner_up,
            self.field: self.value,
            "lead": self.lead,
            "rates_that_move_the_lead": [_swing(each) for each in self.of_lead],
            "rates_that_move_the_winner": [_swing(each) for each in self.of_value],
            "sources_left_out": [self._left_out(each) for each in self.sources],
            "sources_that_decide": list(self.turning),
        }

    def _left_out(self, row: SourceLeftOut) -> dict[str, Any]:
        replaced = [{"rate": list(rate.key), "by": list(key)} for rate, key in row.found.replaced]
        return {
            "source": row.found.source,
            "title": title_of(self.catalog, row.found.source),
            "rates_resting_on_it": row.rests,
            "replaced": replaced,
            "not_replaced": [list(rate.key) for rate in row.found.kept],
            "best": row.best,
            "lead": row.lead,
            "changes_the_winner": row.best != self.winner,
        }

    @property
    def shown(self) -> list[Sensitivity]:
        """The rates of both lists, each once."""
        seen = {row.rate.key for row in self.of_lead}
        return [*self.of_lead, *(row for row in self.of_value if row.rate.key not in seen)]

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
        title = f"{MEASURES[self.criterion].title.capitalize()} of {self.winner}, {self.unit}"
        return tornado.Panel(title, self.value, tuple(self._bar(each, False) for each in self.of_value), False)

    def _bar(self, row: Sensitivity, of_lead: bool) -> tornado.Bar:
        ends = row.lead if of_lead and row.lead is not None else row.value
        return bar(self.catalog, row.rate, row.bounds, ends)

    def figure(self) -> Figure:
        """The tornado charts alone."""
        return tornado.figure(f"Evidence: {self.headline}", self.panels())


def bar(
    catalog: Catalog, rate: records.Rate, bounds: tuple[float, float], ends: tuple[float | None, float | None]
) -> tornado.Bar:
    """A rate as a bar from the result at its low to the one at its high (None: there is none then)."""
    low, high = (f"{bound:.3g} {QUANTITIES[rate.quantity].unit}" for bound in bounds)
    return tornado.Bar(rate_text(catalog, rate), *ends, low, high)


def title_of(catalog: Catalog, source: str) -> str:
    """The title of a source, its id where it is not known."""
    return catalog.sources[source].title if source in catalog.sources else source


def _swing(row: Sensitivity) -> dict[str, Any]:
    rate, lead = row.rate, row.lead or (None, None)
    return {
        "quantity": rate.quantity,
        "subject": rate.subject,
        "scope": rate.scope,
        "low": row.bounds[0],
        "central": rate.central,
        "high": row.bounds[1],
        "bounds": _basis(rate),
        "confidence": rate.confidence,
        "source": list(rate.source),
        "lead_at_low": lead[0],
        "lead_at_high": lead[1],
        "winner_at_low": row.value[0],
        "winner_at_high": row.value[1],
        "best_at_low": row.best[0],
        "best_at_high": row.best[1],
    }


def _basis(rate: records.Rate) -> str:
    missing = [name for name, figure in (("low", rate.low), ("high", rate.high)) if figure is None]
    return f"{' and '.join(missing)} by its confidence, {rate.confidence}" if missing else "stated"
