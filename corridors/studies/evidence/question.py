"""What an answer that ranks routes leans on: the rates that move it most, and the sources it would differ without.

Any study that ranks routes by a criterion can use it: ``of`` finds it, ``evidence_answer`` shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from corridors.studies.evidence.answer import Evidence, Sensitivity, SourceLeftOut
from geodata import records
from planner import plan
from planner.network import Network
from planner.price import sampling
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import formulas as formulas_, sources
from planner.uncertainty.formulas import Floats, Formulas

SHOWN = 5
"""So many rates are named for each result."""

TOLERANCE = 1e-9
"""Routes that differ by less than this share of the best take the same: sums of floats are not exact."""

ALIKE = 0.8
"""Routes that share more than this of their km win or lose together: a lead of one over the other says little."""


def evidence(
    network: Network,
    routes: Sequence[Route],
    names: Sequence[str],
    criterion: str,
    found: Formulas | None = None,
    *,
    tonnes: float | None = None,
) -> Evidence:
    """The evidence for a ranking of some routes of a network by a criterion; ``names`` are theirs, in their order.

    Of routes that take the same the first is the winner. ``found`` are the formulas of these routes, where they are
    known already. With ``tonnes`` all values are those of the consignment over so many, a tonne's. Closures play no
    part.

    >>> import corridors
    >>> network = corridors.load()
    >>> compared = corridors.compare(network, "Almaty", "Karachi")
    >>> found = evidence(network, [row.route for row in compared], [row.id for row in compared], "time")
    >>> found.winner, len(found.of_value)
    ('best-time', 5)
    """
    if not routes:
        raise ValueError("there are no routes to rank")
    known, row, load_t = found or formulas_.of_routes(network, routes), MEASURES[criterion], tonnes or 1.0
    central = known.values(criterion, known.usual)[0] / load_t
    winner, runner_up, lead = _ranked(central, names)
    first = names.index(winner)
    columns = sorted(
        {column for of_route in known.by_route for monomial in of_route[criterion].terms for column, _ in monomial}
    )
    swings = _swings(known, columns, criterion, names, first, load_t)
    return Evidence(
        network.catalog,
        criterion,
        row.field if tonnes is None else f"{row.field}_per_t",
        row.unit if tonnes is None else f"{row.unit}/t",
        tuple(names),
        winner,
        runner_up,
        float(central[first]),
        lead,
        _largest(swings, lead) if lead is not None else (),
        _largest(swings, float(central[first]), of_lead=False),
        tuple(_left_out(network, routes, names, criterion, [known.rates[at] for at in columns], load_t)),
    )


def apart(best: Route, others: Sequence[tuple[str, Route]]) -> tuple[list[tuple[str, Route]], list[str]]:
    """Of other routes by name, those that are another way than the best, each line once; and the names of the rest,
    which share more than ``ALIKE`` of their km with it.
    """
    kept: list[tuple[str, Route]] = []
    alike = []
    for name, route in others:
        if plan.shared(best.segments, route.segments) > ALIKE:
            alike.append(name)
        elif all(route.segment_ids != other.segment_ids for _, other in kept):
            kept.append((name, route))
    return kept, alike


def _best(values: Floats) -> int:
    """The place of the least, the first of equal ones."""
    least = values.min()
    return int(np.argmax(values <= least + TOLERANCE * abs(least)))


def _ranked(values: Floats, names: Sequence[str]) -> tuple[str, str | None, float | None]:
    """The best (the first of equal ones), the next, and by how much it is ahead."""
    first = _best(values)
    if len(values) == 1:
        return names[first], None, None
    others = values.copy()
    others[first] = np.inf
    second = _best(others)
    lead = float(values[second] - values[first])
    return names[first], names[second], lead if lead > TOLERANCE * abs(values[first]) else 0.0


def _swings(
    found: Formulas, columns: Sequence[int], criterion: str, names: Sequence[str], first: int, tonnes: float = 1.0
) -> list[Sensitivity]:
    rows = np.repeat(found.usual, 2 * len(columns), axis=0)
    limits = [sampling.bounds(found.rates[column]) for column in columns]
    for at, (column, pair) in enumerate(zip(columns, limits, strict=True)):
        rows[2 * at : 2 * at + 2, column] = pair
    values = found.values(criterion, rows) / tonnes if columns else np.empty((0, len(names)))
    others = np.delete(values, first, axis=1)
    swings = []
    for at, (column, pair) in enumerate(zip(columns, limits, strict=True)):
        two = slice(2 * at, 2 * at + 2)
        own = values[two, first].tolist()
        lead = (others[two].min(axis=1) - values[two, first]).tolist() if others.shape[1] else None
        best = [names[_best(row)] for row in values[two]]
        swings.append(
            Sensitivity(
                found.rates[column], pair, (own[0], own[1]), (lead[0], lead[1]) if lead else None, (best[0], best[1])
            )
        )
    return swings


def _largest(swings: Collection[Sensitivity], central: float, *, of_lead: bool = True) -> tuple[Sensitivity, ...]:
    """The rates that move a result most; what does not move it at all is none of them."""
    moved = [(row.move(of_lead, central), row) for row in swings]
    least = TOLERANCE * max(1.0, abs(central))
    ranked = sorted((pair for pair in moved if pair[0] > least), key=lambda pair: (-pair[0], pair[1].rate.key))
    return tuple(row for _, row in ranked[:SHOWN])


def _left_out(
    network: Network,
    routes: Sequence[Route],
    names: Sequence[str],
    criterion: str,
    rates: Sequence[records.Rate],
    tonnes: float,
) -> list[SourceLeftOut]:
    read = {rate.key for rate in rates}
    rows = []
    for source in sorted({source for rate in rates for source in rate.source}):
        found = sources.without(network, routes, criterion, source)
        own = sources.Without(
            source,
            found.values,
            tuple(pair for pair in found.replaced if pair[0].key in read),
            tuple(rate for rate in found.kept if rate.key in read),
        )
        best, _, lead = _ranked(np.array(found.values) / tonnes, names)
        rows.append(SourceLeftOut(own, sum(source in rate.source for rate in rates), best, lead))
    return rows
