"""Robust ranking: which corridor is the best, how surely, and what it costs to be wrong.

Every rate is drawn from its low, central and high (``planner.price.sampling``), crossings that are closed with no known
end are shut in some draws (``planner.uncertainty.switches``); in each draw the candidates (``candidates``) are compared
anew. They are found once, by their totals. How much shipments differ from each other
(``planner.uncertainty.reliability``) is not in the draws: it has a price of its own, added to the generalized cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from corridors.studies import candidates
from corridors.studies.candidates import Objective
from corridors.studies.evidence import question as evidence_
from corridors.studies.evidence.answer import title_of
from corridors.studies.rank.answer import Band, Ranked, Ranking, RankQuestion
from corridors.studies.study import Run, Study
from maps import ranges
from planner import closures
from planner.comparison import Entry
from planner.network import Network
from planner.price import measures, sampling
from planner.price.measures import MEASURES
from planner.uncertainty import formulas, reliability, switches
from planner.uncertainty.formulas import Formulas
from planner.uncertainty.switches import Switch, Undrawn
from planner.years import openings

Floats = NDArray[np.float64]

TOTALS = {False: "expected", True: "central"}
"""What totals are, by whether central values were asked for."""

TOLERANCE = 1e-9
"""Routes that differ by less than this share of the best are equally good in a draw, and share the chance."""


def answer(network: Network, question: RankQuestion, run: Run) -> Ranking:
    """Rank the corridors that join two places, and the best routes that are none of them."""
    by = question.by
    asked = question.request(network, by=by, count=question.routes, different=question.different)
    compared = candidates.choose(
        network, asked, [Objective.of(by, asked.consignment)], routes=question.routes, different=question.different
    )
    entries = compared.entries
    routes = [entry.route for entry in entries]
    found = formulas.of_routes(network, routes)
    drawn, undrawn = switches.on_routes(network, routes, asked.day, chance=question.closure_chance)
    on = sampling.switches([row.id for row in drawn], [row.chance for row in drawn], question.draws, seed=question.seed)
    rates = sampling.sample(network.catalog, found.rates, question.draws, seed=question.seed, spread=question.spread)
    run.progress(0.3)
    usable = np.ones((question.draws, len(routes)), bool)
    for column, row in enumerate(drawn):
        usable[:, list(row.routes)] &= ~on[:, [column]]
    criteria = tuple(dict.fromkeys((*(row.id for row in measures.charted()), "generalized", by)))
    values = {}
    for number, key in enumerate(criteria, start=1):
        values[key] = _drawn(found, entries, key, rates)
        run.progress(0.3 + 0.6 * number / len(criteria))
    rows = _ranked(network, entries, values, usable, question, drawn, asked.day)
    open_ = [at for at in range(len(entries)) if usable[:, at].any()] or list(range(len(entries)))
    evidence = evidence_.evidence(
        network,
        [routes[at] for at in open_],
        [entries[at].id for at in open_],
        by,
        replace(found, by_route=tuple(found.by_route[at] for at in open_)),
    )
    run.progress(1.0)
    nothing = float(np.mean(~usable.any(axis=1)))
    notes = _notes(network, question, rows, drawn, undrawn, nothing, asked.day)
    if rows[0].entry.id != evidence.winner:
        said = f"the likeliest best is {rows[0].entry.id}; the evidence speaks of {evidence.winner}, the best"
        notes = (*notes, f"{said} by {TOTALS[question.central]} values with all crossings open")
    held = tuple((row, tuple(entries[at].id for at in row.routes)) for row in undrawn)
    return Ranking(network, question, compared, rows, drawn, held, nothing, (*notes, *compared.notes), evidence)


def _drawn(found: Formulas, entries: Sequence[Entry], criterion: str, rates: Floats) -> Floats:
    """(draws, routes): the route's own total, plus what the draw changes of it, so that equal totals stay equal."""
    totals = np.array([MEASURES[criterion].value(row.route.amounts, row.route.consignment) for row in entries])
    return totals + (found.values(criterion, rates) - found.values(criterion, found.usual))


def _ranked(
    network: Network,
    entries: Sequence[Entry],
    values: dict[str, Floats],
    usable: NDArray[np.bool_],
    question: RankQuestion,
    drawn: Sequence[Switch],
    day: date,
) -> tuple[Ranked, ...]:
    by = question.by
    deciding = np.where(usable, values[by], np.inf)
    chances = chances_of_best(deciding)
    unbuilt = [openings.unbuilt_km(network, entry.route, question.as_of) for entry in entries]
    chances_built = chances_of_best(np.where(np.array(unbuilt) == 0, deciding, np.inf))
    least = deciding.min(axis=1, keepdims=True)
    closed = switches.closed_now(network, [entry.route for entry in entries], day, question.as_of)
    now = np.array([not shut and not km for shut, km in zip(closed, unbuilt, strict=True)])
    chances_usable = chances_of_best(np.where(now, deciding, np.inf))
    regret = values[by] - np.where(np.isfinite(least), least, 0.0)
    rows = []
    for at, entry in enumerate(entries):
        here = usable[:, at]
        own = regret[here, at]
        bands = {}
        for key, table in values.items():
            total = MEASURES[key].value(entry.route.amounts, entry.route.consignment)
            if question.spread != 1.0:  # of other draws than those that totals are the mean of
                total = float(table[:, at].mean())
            bands[key] = _band(table[here, at], total)
        rows.append(
            Ranked(
                entry,
                unbuilt[at],
                float(here.mean()),
                bands,
                float(chances[at]),
                None if unbuilt[at] else float(chances_built[at]),
                float(own.mean()) if len(own) else None,
                float(own.max()) if len(own) else None,
                reliability.of_route(network, entry.route),
                tuple(row.id for row in drawn if at in row.routes),
                closed[at],
                float(chances_usable[at]) if now[at] else None,
            )
        )
    return tuple(
        sorted(rows, key=lambda row: (-row.chance, row.available == 0, row.bands[by].p50 or 0.0, row.entry.id))
    )


def chances_of_best(values: Floats) -> Floats:
    """For each column the share of rows in which it is the least; equal ones (``SAME``) share a row evenly.

    A row of inf alone counts for nobody.

    >>> chances_of_best(np.array([[1.0, 2.0], [3.0, 3.0], [np.inf, np.inf], [np.inf, 9.0]])).tolist()
    [0.375, 0.375]
    """
    least = values.min(axis=1, keepdims=True)
    best = np.isfinite(values) & (values <= least + TOLERANCE * np.abs(least))
    count = best.sum(axis=1, keepdims=True)
    shares: Floats = (best / np.maximum(count, 1)).mean(axis=0)
    return shares


def _band(values: Floats, total: float) -> Band:
    if not len(values):
        return Band(total, None, None, None)
    low, middle, high = sampling.percentiles(values).tolist()
    return Band(total, low, middle, high)


def _notes(
    network: Network,
    question: RankQuestion,
    rows: Sequence[Ranked],
    drawn: Sequence[Switch],
    undrawn: Sequence[Undrawn],
    nothing: float,
    day: date,
) -> tuple[str, ...]:
    """Every assumption that the answer rests on, as sentences."""
    error = 50.0 / question.draws**0.5
    widths = ", ".join(f"{width:.0%}" for width in sampling.SIGMA.values())
    notes = [
        f"chances are shares of the draws, within {error:.2g} points (one standard error) of those of endless draws; "
        "routes that are equally good in a draw share it",
        f"rates: low, central and high are taken as P10, P50 and P90; a bound that is not stated as {widths} (standard "
        "deviation of the logarithm) for high, medium and low confidence (our assumption)",
        ranges.basis(is_central=question.central),
        "a rate is one draw wherever it is read: a border passed twice, a speed that corridors share, a figure of the "
        "region that stands in for several countries",
        f"delays at the borders of one country correlate by {sampling.RHO:g} (our assumption); a border belongs to "
        "both of its countries, half each",
        "candidates are found by their totals; in a draw a route that is none of them might be better",
        "P10, P50 and P90 of a route are over the draws in which no new closure lies on it",
        "regret: what a route takes more than the best of the draw, over the draws in which it can be used",
        f"reliability: {reliability.RATIO} x value of time x standard deviation of one shipment's hours by the cv.* "
        "parameters (low confidence; ports, terminals and ships by a road's, our assumption); it is not in the draws",
    ]
    future = closures.future(network.catalog, question.as_of)
    for row in drawn:
        concerned = ", ".join(each.entry.id for each in rows if row.id in each.shut_by)
        between = f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None else ""
        titles = "; ".join(title_of(network.catalog, source) for source in row.source)
        now = (
            f"usable is 0 % for {concerned} (--closures apply leaves these out), and their figures stand as if open"
            if future is None
            else f"that says nothing of {future}, when {concerned} may be open"
        )
        notes.append(
            f"{row.id} ({', '.join(row.closures)}): closed on {day.isoformat()} with no known end, so {now}. In the "
            f"draws it is open but for a new closure, with a chance of {row.chance:g}{between} in a month, so what "
            f"passes it is usable in {1 - row.chance:.3g} of them; that chance says nothing of how long today's "
            f"closure lasts. It is {row.basis}{f'; source: {titles}' if titles else ''}"
        )
    notes += [row.text for row in undrawn]
    if question.as_of is not None:
        notes.append(f"built: what runs in {question.as_of} by central opening years")
    if any(row.unbuilt_km for row in rows):
        notes.append(
            "corridors with unbuilt km are ranked as drawn, as if they ran; 'of the built ones' leaves them out"
        )
    if nothing:
        notes.append(f"in {nothing:.1%} of the draws no route can be used, and nobody is the best")
    return tuple(notes)


STUDY = Study("rank", "Robust ranking of corridors", RankQuestion, answer)
"""The row of STUDIES."""
