"""The effect of added segments: every pair of places on the network before and after, by every criterion."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from planner import allowed, fields
from planner.effect import (
    critical as effect_critical,
    routes as effect_routes,
    scope as effect_scope,
    sides as effect_sides,
)
from planner.effect.answer import Effect
from planner.effect.changes import STATUSES, Change, ConsignmentChange, Pair, PairChange, Summary
from planner.effect.routes import Progress
from planner.effect.scope import MAIN_PLACES
from planner.effect.sides import NetworkSide, Sides
from planner.network import Network
from planner.price import measures
from planner.price.consignment import Consignment
from planner.question import EffectQuestion

__all__ = ["MAIN_PLACES", "Effect", "measure"]


def measure(
    before: Network,
    after: Network,
    added: Sequence[str],
    *,
    consignments: Sequence[str] = (),
    progress: Progress | None = None,
    **options: Any,
) -> Effect:
    """What adding segments does between all ordered pairs of some places (default: MAIN_PLACES).

    ``options`` are the fields of ``planner.question.EffectQuestion``.
    ``before`` and ``after`` are whole networks of two catalogs, ``added`` the ids of the added segments as stated,
    split or not. Each criterion has best routes of its own; those by ``by`` are followed for routes that move, hub
    operations, the use of segments and what is critical. Without ``include`` and ``as_of`` both networks are the
    operational ones if all that is added is operational, else those of the latest opening year; where that is not
    known, all lines as firm as the least firm added one. ``consignments`` are cargoes (default: all that the rates
    know) to be compared by generalized cost. Raises UnknownNameError for a name that is not in the data, RequestError
    for a value out of its range or fewer than two different places.

    >>> import dataclasses
    >>> from geodata import catalog
    >>> facts = catalog.load()
    >>> fewer = {key: row for key, row in facts.segments.items() if key != "delaram-zaranj-road"}
    >>> before = Network.of(dataclasses.replace(facts, segments=fewer))
    >>> found = measure(before, Network.of(facts), ["delaram-zaranj-road"], places=["Kandahar", "Chabahar"])
    >>> found.summaries["distance"].counts["improved"]
    2
    """
    asked_for = fields.checked(EffectQuestion, options)
    scope, notes = effect_scope.make(before, after, added, asked_for)
    listed = (consignments,) if isinstance(consignments, str) else tuple(consignments)
    cargoes = listed or after.catalog.rates.subjects("value_of_time_usd_per_t_h")
    tell = progress or (lambda _: None)
    asked, asked_before = scope.request, effect_scope.request_before(before, after, scope.request)
    before, after = allowed.as_asked(before, asked_before.opened), allowed.as_asked(after, asked.opened)
    values = asked.consignment.values
    loads = [Consignment.of(after.catalog, cargo=name, tonnes=asked_for.tonnes, values=values) for name in cargoes]
    sides = (NetworkSide(before, asked_before, scope), NetworkSide(after, asked, scope))
    criteria = tuple(dict.fromkeys((*(row.id for row in measures.listed()), asked.by)))
    changes = {key: effect_sides.changes(sides, key) for key in criteria}
    routes = effect_routes.Routes.of(sides, changes[asked.by], lambda share: tell(0.4 * share))
    became, no_longer = effect_critical.compared(routes, lambda share: tell(0.4 + 0.5 * share))
    moved = effect_routes.moved(routes, changes[asked.by])
    consignments_ = tuple(_consignment(sides, load) for load in loads)
    tell(1.0)
    return Effect(
        scope,
        before,
        after,
        tuple(PairChange(*pair, {key: changes[key][pair] for key in criteria}) for pair in scope.pairs),
        {key: _summary(key, changes[key]) for key in criteria},
        moved,
        effect_routes.operations(moved),
        routes.segments(),
        routes.lines(),
        became,
        no_longer,
        consignments_,
        tuple(notes),
    )


def _consignment(sides: Sides, load: Consignment) -> ConsignmentChange:
    found = _summary("generalized", effect_sides.changes(sides, "generalized", load))
    return ConsignmentChange(load.cargo, load.tonnes, load.teu, found)


def _summary(criterion_id: str, changes: Mapping[Pair, Change]) -> Summary:
    counts = dict.fromkeys(STATUSES, 0)
    for change in changes.values():
        counts[change.status] += 1
    improved = {pair: change for pair, change in changes.items() if change.status == "improved"}
    savings = {pair: change.saving for pair, change in improved.items()}
    percents = {pair: change.saving_percent for pair, change in improved.items()}
    return Summary(
        criterion_id,
        len(changes),
        counts,
        sum(change.uses_added for change in changes.values()),
        *_spread(savings),
        *_spread(percents),
    )


def _spread(values: Mapping[Pair, float]) -> tuple[float | None, float | None, float | None, Pair | None]:
    """Mean, median, the largest, and where that is; all None of nothing."""
    if not values:
        return None, None, None, None
    largest = max(values, key=lambda pair: values[pair])
    return statistics.fmean(values.values()), statistics.median(values.values()), values[largest], largest
