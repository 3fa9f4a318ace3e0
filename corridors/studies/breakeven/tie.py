"""The answer of a break-even over one parameter: where both take the same, or why nowhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.breakeven.answer import (
    BEST,
    DIGITS,
    Between,
    Contenders,
    all_ties,
    in_brackets,
    listed,
    parameter,
    stands_in,
)
from corridors.studies.evidence import answer as evidence_answer, results as evidence_results
from corridors.studies.route_words import label
from maps.closure_marks import marked
from maps.figures import tornado
from maps.tables.of_routes import closures_of
from maps.tables.table import Column, Table
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import breakeven, variables
from planner.uncertainty.breakeven import RateEffect, TieInterval, Varied

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOUNDLESS = "without any limit"
"""Said of a divisor that grows to infinity."""

SHOWN_OTHERS = 10
"""So many other parameters with a tie stand in the table; the JSON answer has them all."""

SHOWN_SWINGS = 5
"""So many of the rates that move a tie are told of."""


@dataclass(frozen=True)
class Tie:
    """One value at which both take the same; ``check`` are the two totals priced anew with it.

    ``best`` is the best route planned anew with it, where one of the two is today's best.
    """

    value: float
    below: str
    above: str
    check: tuple[float, float]
    interval: TieInterval
    swings: tuple[RateEffect, ...]
    best: Route | None


@dataclass(frozen=True)
class Single(Between):
    """The ties of one parameter. ``others`` (name, unit, now, tie) are other parameters that have one."""

    varied: Varied
    found: tuple[Tie, ...]
    beyond: tuple[float, ...]
    others: tuple[tuple[str, str, float, float], ...]

    @classmethod
    def of(cls, varied: Varied, network: Network, sides: Contenders, by: str, drawn: tuple[int, int]) -> Single:
        ids, limits = tuple(sides.routes), (varied.variable.low, varied.variable.high)
        less = breakeven.difference(varied.powers(0, by), varied.powers(1, by))
        parts = breakeven.stretches(less, *limits)
        ties, beyond = [], []
        for value in breakeven.ties(less):
            if not limits[0] <= value <= limits[1]:
                beyond.append(value)
                continue
            below = next((part for part in parts if part.high == value), parts[0])
            above = next((part for part in parts if part.low == value), parts[-1])
            ties.append(
                Tie(
                    value,
                    ids[below.winner or 0],
                    ids[above.winner or 0],
                    (breakeven.repriced(varied, 0, by, value), breakeven.repriced(varied, 1, by, value)),
                    breakeven.interval(
                        varied, by, value, limits, draws=drawn[0], seed=drawn[1], above=above.winner or 0
                    ),
                    tuple(breakeven.swings(varied, by, value, limits)[:SHOWN_SWINGS]),
                    None if sides.again is None else sides.again(breakeven.at_value(varied, value)),
                )
            )
        label = variables.name(varied.rate)
        others = () if ties else tuple(row for row in all_ties(network, sides.routes, by) if row[0] != label)
        return cls(network, sides, by, varied, tuple(ties), tuple(beyond), others)

    def totals_at(self, value: float) -> tuple[float, float]:
        one, two = (breakeven.at(self.varied.powers(number, self.by), value) for number in (0, 1))
        return one, two

    def winner_at(self, value: float) -> str | None:
        one, two = self.totals_at(value)
        return None if math.isclose(one, two, rel_tol=1e-9) else self.ids[0 if one < two else 1]

    @property
    def label(self) -> str:
        return variables.name(self.varied.rate)

    def valued(self, value: float) -> str:
        return f"{_short(value)} {self.varied.variable.unit}"

    @property
    def rows(self) -> list[tuple[str, float | None, float, float, str]]:
        """(what, value, both totals, winner) at the limits, now, and at each tie, in order of the value."""
        row, now = self.varied.variable, self.varied.now
        marked = [
            ("lower limit", row.low),
            ("now", now),
            *(("tie", tie.value) for tie in self.found),
            ("upper limit", row.high),
            *(("tie beyond the limit", value) for value in self.beyond),
        ]
        found: list[tuple[str, float | None, float, float, str]] = []
        for what, value in sorted(marked, key=lambda item: item[1]):
            one, two = self.totals_at(value)
            winner = "tie" if what.startswith("tie") else self.winner_at(value) or "tie"
            found.append((what, value, one, two, winner))
        if any(power < 0 for number in (0, 1) for power in self.varied.powers(number, self.by)):
            one, two = self.totals_at(math.inf)
            found.append((BOUNDLESS, None, one, two, self.winner_at(math.inf) or "tie"))
        return found

    @property
    def depends(self) -> bool:
        """Whether the difference of the two depends on the parameter at all."""
        less = breakeven.difference(self.varied.powers(0, self.by), self.varied.powers(1, self.by))
        return any(value for power, value in less.items() if power)

    @property
    def verdicts(self) -> tuple[str, ...]:
        told = [text for tie in self.found for text in (self._verdict(tie), self.replanned(tie)) if text]
        return tuple(told) or (self._never(),)

    def _verdict(self, tie: Tie) -> str:
        if tie.below == tie.above:
            return f"at {self.label} = {self.valued(tie.value)} both take the same, and {tie.below} less on either side"
        return (
            f"{tie.below} takes less below {self.label} = {self.valued(tie.value)}, {tie.above} above it (now "
            f"{self.valued(self.varied.now)}); at the tie both take {self.amount(tie.check[0])}. "
            f"{self._spread(tie.interval)}"
        )

    def replanned(self, tie: Tie) -> str:
        """What the planner would take at a tie of today's best route; '' where it is no party."""
        if tie.best is None:
            return ""
        at = f"planned anew at {self.label} = {self.valued(tie.value)}"
        if self._is_one_of_them(tie.best):
            return f"{at} no route takes less than these two"
        took = self._priced(tie.best)
        return (
            f"{at} another route is the best: {label(tie.best)}{in_brackets(tie.best)} takes {self.amount(took)}, "
            f"{self.amount(min(tie.check) - took)} less than these two; {BEST} here stays today's best route"
        )

    def _is_one_of_them(self, route: Route) -> bool:
        return any(route.segment_ids == self.routes[key].segment_ids for key in self.ids)

    def _priced(self, route: Route) -> float:
        return MEASURES[self.by].value(route.amounts, route.consignment)

    def _spread(self, spread: TieInterval) -> str:
        row = self.varied.variable
        ends = [
            f"below the limit of {self.valued(row.low)}"
            if value == -math.inf
            else f"beyond the limit of {self.valued(row.high)}"
            if value == math.inf
            else self.valued(value)
            for value in (spread.p10, spread.p90)
        ]
        shares = zip(self.ids, (spread.share_first_always, spread.share_second_always), strict=True)
        always = [f"{key} takes less at every value in {100 * share:.1f} %" for key, share in shares if share]
        return (
            f"With all other rates drawn ({spread.draws:,} draws, seed {spread.seed}) the tie lies between {ends[0]} "
            f"and {ends[1]} (10th to 90th percentile)" + "".join(f"; {text}" for text in always)
        )

    def _never(self) -> str:
        one, two = self.ids
        row, ends = self.varied.variable, self.rows
        winner = self.winner_at((row.low + row.high) / 2) or "neither"
        if not self.depends:
            now = f"{one} {self.amount(self.total(one))}, {two} {self.amount(self.total(two))}"
            reads = any(power for number in (0, 1) for power in self.varied.powers(number, self.by))
            same = "it changes both by the same" if reads else f"neither's {MEASURES[self.by].title} depends on it"
            return f"never: whatever {self.label} is, {winner} takes less, since {same} (now {now})"
        lowest, highest = (
            next(found for found in ends if found[0] == f"{which} limit") for which in ("lower", "upper")
        )
        near = min((lowest, highest), key=lambda found: abs(found[2] - found[3]))
        said = (
            f"never: {winner} takes less at every {self.label} from {self.valued(row.low)} to {self.valued(row.high)} "
            f"({row.why}); they are nearest at {self.valued(near[1] or 0.0)}, where {one} takes {self.amount(near[2])} "
            f"and {two} {self.amount(near[3])}"
        )
        if self.beyond:
            return f"{said}; only at {self.valued(self.beyond[0])}, beyond the limit, would they be equal"
        if ends[-1][0] == BOUNDLESS and near is highest:
            took = f"{one} takes {self.amount(ends[-1][2])} and {two} {self.amount(ends[-1][3])}"
            return f"{said}; even without any limit {took}"
        return said

    def body(self) -> dict[str, Any]:
        return {
            **self.head(),
            "parameter": parameter(self.varied),
            "verdict": list(self.verdicts),
            "formula": [
                {
                    "id": key,
                    "coefficient_by_power": {
                        str(power): value for power, value in sorted(self.varied.powers(number, self.by).items())
                    },
                }
                for number, key in enumerate(self.ids)
            ],
            "ties": [self._tie(tie) for tie in self.found],
            "at": [
                {"what": what, "value": value, "totals": [_finite(one), _finite(two)], "winner": winner}
                for what, value, one, two, winner in self.rows
            ],
            "other_parameters": [
                {"name": name, "unit": unit, "now": now, "tie": tie} for name, unit, now, tie in self.others
            ],
        }

    def _tie(self, tie: Tie) -> dict[str, Any]:
        one, two = tie.check
        return {
            "value": tie.value,
            "winner_below": tie.below,
            "winner_above": tie.above,
            "total": one,
            "repriced": {"totals": [one, two], "relative_difference": abs(one - two) / max(one, two, 1e-300)},
            "interval": {field: _finite(getattr(tie.interval, field)) for field in TieInterval.__slots__},
            "beyond_limits": {
                field: "above" if getattr(tie.interval, field) > 0 else "below"
                for field in ("p10", "p50", "p90")
                if math.isinf(getattr(tie.interval, field))
            },
            "best_planned_anew": None
            if tie.best is None
            else {
                "is_one_of_the_two": self._is_one_of_them(tie.best),
                "total": self._priced(tie.best),
                "corridors": list(tie.best.corridors),
                "segments": list(tie.best.segment_ids),
                "warnings": list(tie.best.warnings),
                "closures": tie.best.closure_rows(),
            },
            "moved_most_by": [
                {
                    "name": ":".join(row.rate.key),
                    "low": row.bounds[0],
                    "high": row.bounds[1],
                    "tie_at_low": row.low,
                    "tie_at_high": row.high,
                }
                for row in tie.swings
            ],
        }

    def tables(self) -> tuple[Table, ...]:
        one, two = self.ids
        unit = MEASURES[self.by].unit
        columns = (
            Column("what", "at"),
            Column("value", f"{self.label}, {self.varied.variable.unit}", DIGITS),
            Column("first", f"{one}, {unit}", 1),
            Column("second", f"{two}, {unit}", 1),
            Column("winner", "less"),
        )
        rows = tuple(
            (what, value, _finite(first), _finite(second), winner) for what, value, first, second, winner in self.rows
        )
        main = Table(columns, rows, (*self.lines(), *self.verdicts), tuple(self._after()), "tie")
        others = [listed(self.others[:SHOWN_OTHERS], "other parameters with a tie, each alone")] if self.others else []
        parts = (*map(self._moved, self.found), *others, *self.other_world())
        return (main, *parts, *evidence_results.tables([self.evidence]))

    def verdict_lines(self) -> tuple[str, ...]:
        return self.verdicts

    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        anew = ((f"planned anew at {tie.value:g}", tie.best) for tie in self.found if tie.best is not None)
        return (*super().shown_routes(), *anew)

    def flat(self, main: Table) -> Table:
        """With the closures on what is planned anew as well."""
        found = super().flat(main)
        anew = [text for tie in self.found for text in closures_of(tie.best)]
        if not anew:
            return found
        column = Column("closures_planned_anew", "closures on the way that is planned anew")
        return found.beside((column,), [(list(dict.fromkeys(anew)),)] * len(found.rows))

    def _after(self) -> list[str]:
        row = self.varied.variable
        lines = [f"limits of {self.label}: {row.low:,g} to {row.high:,g} {row.unit}; {row.why}"]
        if self.varied.stands_in:
            stand_in = self.varied.stands_in[2]
            lines.append(
                f"{self.varied.key[2]} has no figure of its own: that of {stand_in} stands in, and varies here alone"
            )
        return [*lines, *self.sides.warnings]

    def _moved(self, tie: Tie) -> Table:
        columns = (
            Column("rate", "rate"),
            Column("low", "low", DIGITS),
            Column("high", "high", DIGITS),
            Column("tie_at_low", "tie at low", DIGITS),
            Column("tie_at_high", "tie at high", DIGITS),
        )
        rows = tuple(
            (variables.name(row.rate), *row.bounds, _or_none(row.low), _or_none(row.high)) for row in tie.swings
        )
        said = f"The rates that move the tie at {self.valued(tie.value)} most, one at a time:"
        return Table(columns, rows, (said,), name="rates that move the tie")

    def evidence_notes(self) -> tuple[str, ...]:
        moved = ("this is of the lead at today's rates; what moves the tie stands with the tie",) if self.found else ()
        return (*super().evidence_notes(), *moved, *stands_in(self.varied))

    def _tornado(self, tie: Tie) -> tornado.Panel:
        """The rates that move a tie most."""
        catalog = self.varied.network.catalog
        bars = [evidence_answer.bar(catalog, row.rate, row.bounds, (row.low, row.high)) for row in tie.swings]
        none = any(end is None for row in tie.swings for end in (row.low, row.high))
        title = f"{self.label} at the tie, {self.varied.variable.unit}"
        title += " (none: no tie within the limits)" if none else ""
        return tornado.Panel(title, tie.value, tuple(bars), False)

    def _called(self, number: int) -> str:
        """The name in the picture: that the best route is today's must be seen there, too."""
        key = self.ids[number]
        return marked("today's best" if key == BEST else key, self.routes[key])

    def figure(self) -> Figure:
        from maps.figures import tie as figure_tie

        row = self.varied.variable
        view = figure_tie.Lines(
            title=self.against(),
            across=f"{self.label}, {row.unit}",
            up=f"{MEASURES[self.by].title}, {MEASURES[self.by].unit}",
            names=(self._called(0), self._called(1)),
            totals=self.totals_at,
            now=self.varied.now,
            ties=tuple((tie.value, tie.interval.p10, tie.interval.p90) for tie in self.found),
            limits=(row.low, row.high),
            spread=(self.varied.rate.low, self.varied.rate.high),
            note="" if self.found else "never a tie within the limits" if self.depends else "never: no dependence",
            boundless=self.totals_at(math.inf) if self.rows[-1][0] == BOUNDLESS and not self.found else None,
        )
        drawn = self.captioned(figure_tie.lines(view), *filter(None, map(self.replanned, self.found)))
        return self.with_evidence(drawn, [self._tornado(tie) for tie in self.found])


def _short(value: float) -> str:
    """A number with three digits at most after the point, and no zeros at its end."""
    text = f"{value:,.{DIGITS}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _or_none(value: float | None) -> float | str:
    return "none" if value is None else value
