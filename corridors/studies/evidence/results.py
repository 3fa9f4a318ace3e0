"""The evidence of all results of a study as part of its answer: JSON, two tables, tornado charts below its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.studies.evidence.answer import Evidence, title_of
from corridors.studies.rate_words import rate_text
from maps.figures import tornado
from maps.tables.table import Column, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAD_NOTE = (
    "lead: what the best other route takes more than the winner; below 0 another route is the best. One rate at a time "
    "at its low and high, all others as totals are worked out with"
)
BOUNDS_NOTE = "low and high as stated, else by the confidence of the rate (our assumption)"
SOURCES_NOTE = (
    "rates that rest on the source alone are replaced by the figure of the next wider scope (country, region) where "
    "another source gives one; the others stay as they are"
)

SHOWN_PANELS = 4
"""So many tornado charts of results stand in a picture; the tables have all."""


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
        *of,
        Column("what", "the answer leans on"),
        Column("rate", "rate"),
        Column("low", "low", 3),
        Column("central", "central", 3),
        Column("high", "high", 3),
        Column("lead_at_low", f"lead at low, {unit}", 1),
        Column("lead_at_high", f"lead at high, {unit}", 1),
        Column("winner_at_low", f"winner at low, {unit}", 1),
        Column("winner_at_high", f"winner at high, {unit}", 1),
        Column("best_at_low", "best at low"),
        Column("best_at_high", "best at high"),
        Column("confidence", "confidence"),
        Column("source", "source"),
    )
    rows = [
        (
            each.title,
            (
                rate_text(each.evidence.catalog, row.rate),
                row.rate.quantity,
                row.bounds[0],
                row.rate.central,
                row.bounds[1],
                *(row.lead or (None, None)),
                *row.value,
                *row.best,
                row.rate.confidence,
                row.rate.source,
            ),
        )
        for each in results
        for row in each.evidence.shown
    ]
    before = tuple(f"Evidence: {each.mark}{each.evidence.headline}" for each in results)
    notes: dict[str, list[str]] = {}
    for each in results:
        for text in each.notes:
            notes.setdefault(text, []).append(each.title)
    said = [f"{', '.join(titles)}: {text}" if of else text for text, titles in notes.items()]
    after = (*((LEAD_NOTE, BOUNDS_NOTE) if rows else ()), *said)
    return Table(columns, _told(rows, of), before, after, "evidence")


def _sources(results: Sequence[Result]) -> Table:
    of = _of(results)
    columns = (
        *of,
        Column("source", "without the source"),
        Column("rates", "rates that rest on it", 0),
        Column("replaced", "replaced by a wider figure", 0),
        Column("not_replaced", "cannot be replaced", 0),
        Column("best", "best then"),
        Column("changes", "changes the winner"),
        Column("lead", f"its lead, {results[0].evidence.unit}", 1),
    )
    rows = [
        (
            each.title,
            (
                title_of(each.evidence.catalog, row.found.source),
                row.rests,
                len(row.found.replaced),
                len(row.found.kept),
                row.best,
                "yes" if row.best != each.evidence.winner else "no",
                row.lead,
            ),
        )
        for each in results
        for row in each.evidence.sources
        if row.found.replaced or not of
    ]
    shown = {text for _, (text, *_) in rows}
    idle = dict.fromkeys(
        text
        for each in results
        for row in each.evidence.sources
        if (text := title_of(each.evidence.catalog, row.found.source)) not in shown
    )
    other = "other " if rows else ""
    left = [f"of no {other}source can a figure be replaced, and leaving it out changes nothing: {'; '.join(idle)}"]
    after = (*([SOURCES_NOTE] if rows else []), *(left if idle else []))
    return Table(columns, _told(rows, of), tuple(verdicts(results)), after, "without one source")


def _of(results: Sequence[Result]) -> tuple[Column, ...]:
    """The column that tells results apart, where there are several."""
    return (Column("of", "of"),) if any(each.title for each in results) else ()


def _told(rows: Sequence[tuple[str, tuple[Any, ...]]], of: tuple[Column, ...]) -> tuple[tuple[Any, ...], ...]:
    """The rows after the titles of their results; what is the same of several results stands once."""
    if not of:
        return tuple(row for _, row in rows)
    found: dict[tuple[Any, ...], list[str]] = {}
    for title, row in rows:
        found.setdefault(row, []).append(title)
    return tuple((titles, *row) for row, titles in found.items())


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
    return tornado.below(figure, "What this depends most on", " ".join(texts), (*first, *of[:SHOWN_PANELS]))
