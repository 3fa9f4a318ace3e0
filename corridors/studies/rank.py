"""Robust ranking: which corridor is the best, how surely, and what it costs to be wrong.

Every rate is drawn from its low, central and high (``planner.sampling``), crossings that are closed with no known end
are shut in some draws (``planner.switches``); in each draw the corridors are compared anew. The routes themselves stay
those of the comparison at central rates. How much shipments differ from each other (``planner.reliability``) is not in
the draws: it has a price of its own, added to the generalized cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corridors.studies import evidence as evidence_
from corridors.studies.rank_answer import Band, Ranked, Ranking, RankQuestion
from corridors.studies.study import Run, Study
from planner import comparison as comparison_
from planner import formulas, plan, reliability, sampling, spread, switches
from planner.comparison import Comparison, Entry
from planner.criteria import CRITERIA
from planner.formulas import Formulas
from planner.network import Network
from planner.switches import Switch

Floats = NDArray[np.float64]

SHOWN = ("time", "cost", "generalized")
"""The criteria whose percentiles are given, besides the one that decides."""

PERCENTILES = (10.0, 50.0, 90.0)
SAME = 1e-9
"""Routes that differ by less than this share of the best are equally good in a draw, and share the chance."""


def answer(network: Network, question: RankQuestion, run: Run) -> Ranking:
    """Rank the corridors that join two places, and the best routes that are none of them."""
    by = question.by.value
    compared = comparison_.compare(network, question.request(network, by=by))
    entries, twins = _without_twins(compared, question.different)
    routes = [entry.route for entry in entries]
    found = formulas.of(network, routes)
    drawn, undrawn = switches.of(network, routes, compared.request.day, chance=question.shut)
    on = sampling.switches([row.id for row in drawn], [row.chance for row in drawn], question.draws, seed=question.seed)
    rates = sampling.sample(network.catalog, found.rates, question.draws, seed=question.seed, spread=question.spread)
    run.progress(0.3)
    usable = np.ones((question.draws, len(routes)), bool)
    for column, row in enumerate(drawn):
        usable[:, list(row.routes)] &= ~on[:, [column]]
    criteria = tuple(dict.fromkeys((*SHOWN, by)))
    values = {}
    for number, key in enumerate(criteria, start=1):
        values[key] = _drawn(found, entries, key, rates)
        run.progress(0.3 + 0.6 * number / len(criteria))
    rows = _ranked(network, entries, values, usable, by, drawn)
    open_ = [at for at in range(len(entries)) if usable[:, at].any()] or list(range(len(entries)))
    evidence = evidence_.of(
        network, [routes[at] for at in open_], [entries[at].id for at in open_], by,
        Formulas(found.rates, tuple(found.by_route[at] for at in open_)),
    )  # fmt: skip
    run.progress(1.0)
    left = (*((row.corridor, row.reason) for row in compared.left_out), *twins)
    nothing = float(np.mean(~usable.any(axis=1)))
    notes = _notes(question, rows, drawn, undrawn, nothing)
    if rows[0].entry.id != evidence.winner:
        said = f"the likeliest best is {rows[0].entry.id}; the evidence speaks of {evidence.winner}, the best"
        notes = (*notes, f"{said} at central rates with all crossings open")
    return Ranking(network, question, compared, rows, left, drawn, nothing, (*notes, *compared.notes), evidence)


def _without_twins(compared: Comparison, different: float) -> tuple[tuple[Entry, ...], tuple[tuple[str, str], ...]]:
    """The entries, without each best route that shares more than ``different`` of its km with one that is kept.

    Two routes that differ by a few km win or lose together; side by side they would hide who wins.
    """
    kept = [entry for entry in compared if entry.corridor]
    left = []
    for entry in sorted((row for row in compared if not row.corridor), key=lambda row: (-len(row.best_by), row.id)):
        alike = [(plan.shared(entry.route.segments, other.route.segments), other.id) for other in kept]
        most, name = max(alike, default=(0.0, ""))
        if different < 1 and most > different:
            said = f"{entry.route.time_h:,.1f} h and {entry.route.cost_usd:,.0f} USD at central rates"
            left.append((entry.id, f"it shares {100 * most:.0f} % of its km with {name} ({said}); --different 1 ranks "
                         "it as well"))  # fmt: skip
        else:
            kept.append(entry)
    ids = {entry.id for entry in kept}
    return tuple(entry for entry in compared if entry.id in ids), tuple(left)


def _drawn(found: Formulas, entries: Sequence[Entry], criterion: str, rates: Floats) -> Floats:
    """(draws, routes): the route's own total, plus what the draw changes of it, so that no spread gives the total."""
    totals = np.array([CRITERIA[criterion].value(row.route.amounts, row.route.consignment) for row in entries])
    return totals + (found.values(criterion, rates) - found.values(criterion, found.central))


def _ranked(
    network: Network, entries: Sequence[Entry], values: dict[str, Floats], usable: NDArray[np.bool_], by: str,
    drawn: Sequence[Switch],
) -> tuple[Ranked, ...]:  # fmt: skip
    deciding = np.where(usable, values[by], np.inf)
    chances = chances_of_best(deciding)
    built = np.array([entry.route.unbuilt_km == 0 for entry in entries])
    chances_built = chances_of_best(np.where(built, deciding, np.inf))
    least = deciding.min(axis=1, keepdims=True)
    regret = values[by] - np.where(np.isfinite(least), least, 0.0)
    rows = []
    for at, entry in enumerate(entries):
        here = usable[:, at]
        own = regret[here, at]
        bands = {key: _band(table[here, at], CRITERIA[key].value(entry.route.amounts, entry.route.consignment))
                 for key, table in values.items()}  # fmt: skip
        rows.append(Ranked(
            entry, float(here.mean()), bands, float(chances[at]), float(chances_built[at]) if built[at] else None,
            float(own.mean()) if len(own) else None, float(own.max()) if len(own) else None,
            reliability.of(network, entry.route), tuple(row.id for row in drawn if at in row.routes),
        ))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.chance, row.available == 0, row.bands[by].p50 or 0.0,
                                               row.entry.id)))  # fmt: skip


def chances_of_best(values: Floats) -> Floats:
    """For each column the share of rows in which it is the least; equal ones (``SAME``) share a row evenly.

    A row of inf alone counts for nobody.

    >>> chances_of_best(np.array([[1.0, 2.0], [3.0, 3.0], [np.inf, np.inf], [np.inf, 9.0]])).tolist()
    [0.375, 0.375]
    """
    least = values.min(axis=1, keepdims=True)
    best = np.isfinite(values) & (values <= least + SAME * np.abs(least))
    count = best.sum(axis=1, keepdims=True)
    shares: Floats = (best / np.maximum(count, 1)).mean(axis=0)
    return shares


def _band(values: Floats, central: float) -> Band:
    if not len(values):
        return Band(central, None, None, None)
    low, middle, high = np.percentile(values, PERCENTILES).tolist()
    return Band(central, low, middle, high)


def _notes(
    question: RankQuestion, rows: Sequence[Ranked], drawn: Sequence[Switch], undrawn: Sequence[str], nothing: float
) -> tuple[str, ...]:
    """Every assumption that the answer rests on, as sentences."""
    error = 50.0 / question.draws**0.5
    widths = ", ".join(f"{width:.0%}" for width in spread.SIGMA.values())
    notes = [
        f"chances are shares of the draws, within {error:.2g} points (one standard error) of those of endless draws; "
        "routes that are equally good in a draw share it",
        f"rates: low, central and high are taken as P10, P50 and P90; a bound that is not stated as {widths} (standard "
        "deviation of the logarithm) for high, medium and low confidence (our assumption)",
        "delays lean to the long side, so the 50th percentile of a sum lies above the sum at central rates",
        "a rate is one draw wherever it is read: a border passed twice, a speed that corridors share, a figure of the "
        "region that stands in for several countries",
        f"delays at the borders of one country correlate by {sampling.RHO:g} (our assumption); a border belongs to "
        "both of its countries, half each",
        "routes are those of the comparison at central rates; in a draw a route that is not in it might be better",
        "regret: what a route takes more than the best of the draw, over the draws in which it can be used",
        f"reliability: {reliability.RATIO} x value of time x standard deviation of one shipment's hours by the cv.* "
        "parameters (low confidence; ports, terminals and ships by a road's, our assumption); it is not in the draws",
    ]
    for row in drawn:
        concerned = ", ".join(each.entry.id for each in rows if row.id in each.shut_by)
        between = f" ({row.low:g} to {row.high:g})" if row.low is not None and row.high is not None else ""
        apart = "; --closures apply leaves these routes out" if question.as_of is None else ""
        notes.append(
            f"{row.id}: shut in a draw with a chance of {row.chance:g}{between}, {row.basis}; it shuts {concerned}. "
            f"By the facts it is closed with no known end{apart}"
        )
    notes += undrawn
    if any(row.entry.route.unbuilt_km for row in rows):
        notes.append(
            "corridors with unbuilt km are ranked as drawn, as if they ran; 'of the built ones' leaves them out"
        )
    if nothing:
        notes.append(f"in {nothing:.1%} of the draws no route can be used, and nobody is the best")
    return tuple(notes)


STUDY = Study("rank", "Robust ranking of corridors", RankQuestion, answer)
"""The row of STUDIES."""
