"""What an answer leans on: swings against brute force and by hand, sources left out, words and pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import drawn as drawings
import pytest

import corridors
from corridors.studies import rate_words
from corridors.studies.evidence import question as evidence, results as evidence_results
from corridors.studies.evidence.answer import Evidence
from corridors.studies.evidence.results import Result
from geodata import records
from geodata.rates import Rates
from maps.figures import write as figures
from planner.network import Network
from planner.price import assemble
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import breakeven, formulas, sources

RAIL_AND_ROAD = """
    KZ:a ==1000== KZ:b
    a --1000-- b
"""


def with_rates(network: Network, *changed: records.Rate) -> Network:
    rows = {row.key: row for row in network.catalog.rates.rows} | {row.key: row for row in changed}
    return Network.of(replace(network.catalog, rates=Rates(rows.values())))


def two(network: Network) -> list[Route]:
    """By rail and by road, at central values."""
    return [corridors.plan(network, "a", "b", count=1, modes=[mode], central=True)[0] for mode in ("rail", "road")]


def rate(network: Network, quantity: str, subject: str, scope: str) -> records.Rate:
    return next(row for row in network.catalog.rates.rows if row.key == (quantity, subject, scope))


def test_a_tornado_by_hand() -> None:
    """1,000 km in Kazakhstan. Rail: 1000 / 50 + 12 + 12 + 12 = 56 h, road: 1000 / 51 / 0.55 + 4 + 4 = 43.65 h."""
    network = drawings.network(RAIL_AND_ROAD)
    found = evidence.evidence(network, two(network), ["rail", "road"], "time")
    road_h = 1000 / 51 / 0.55 + 8
    assert (found.winner, found.runner_up) == ("road", "rail")
    assert found.value == pytest.approx(road_h)
    assert found.lead == pytest.approx(56 - road_h)
    swings = {row.rate.key: row for row in found.of_lead}
    moves = {
        ("loading_h", "rail", "region"): (50 - road_h, 92 - road_h),
        ("unloading_h", "rail", "region"): (50 - road_h, 92 - road_h),
        ("yard_wait_h_per_km", "rail", "region"): (44 - road_h, 74 - road_h),
        ("duty_share", "road", "region"): (56 - 1000 / 51 / 0.45 - 8, 56 - 1000 / 51 / 0.75 - 8),
        ("loading_h", "road", "region"): (58 - road_h, 48 - road_h),
    }
    assert list(swings) == [key for key in moves if key[1] == "rail"] + [  # 42, 42, 30 h; then 17.4 and 10
        ("duty_share", "road", "region"),
        ("loading_h", "road", "region"),
    ]
    for key, expected in moves.items():
        assert swings[key].lead == pytest.approx(expected), key
    assert swings["loading_h", "rail", "region"].best == ("road", "road")
    assert [row.rate.key for row in found.of_value] == [
        ("duty_share", "road", "region"),
        ("loading_h", "road", "region"),
        ("unloading_h", "road", "region"),
        ("speed_km_per_h", "road", "KZ"),
    ]


def test_swings_are_those_of_a_network_with_these_rates(network: Network) -> None:
    """Brute force: the routes priced from the start with one rate at its low, then at its high."""
    compared = [entry for entry in corridors.compare(network, "Tashkent", "Karachi") if entry.corridor]
    routes, names = [entry.route for entry in compared], [entry.id for entry in compared]
    found = evidence.evidence(network, routes, names, "cost")
    at = names.index(found.winner)
    for row in (*found.of_lead, *found.of_value):
        for side, bound in enumerate(row.bounds):
            other = with_rates(network, breakeven.known_to_be(row.rate, bound))
            costs = [
                assemble.route(other, route.consignment, route.nodes[0], route.segments).cost_usd for route in routes
            ]
            rest = [cost for place, cost in enumerate(costs) if place != at]
            assert row.value[side] == pytest.approx(costs[at])
            assert row.lead is not None
            assert row.lead[side] == pytest.approx(min(rest) - costs[at])
            assert row.best[side] == names[costs.index(min(costs))]


def test_no_rate_that_is_not_shown_moves_the_lead_more(network: Network) -> None:
    compared = list(corridors.compare(network, "Aktau", "Poti"))
    routes, names = [entry.route for entry in compared], [entry.id for entry in compared]
    found = evidence.evidence(network, routes, names, "time")
    known = formulas.of_routes(network, routes)
    columns = [at for at, row in enumerate(known.rates) if row.quantity.endswith("_h") or "speed" in row.quantity]
    swings = evidence._swings(known, columns, "time", names, names.index(found.winner))
    assert found.lead is not None
    least = min(row.move(True, found.lead) for row in found.of_lead)
    shown = {row.rate.key for row in found.of_lead}
    assert all(row.move(True, found.lead) <= least for row in swings if row.rate.key not in shown)


def flipping() -> Network:
    """Roads in Kazakhstan are fast by one source alone; by the region's figure, of another, rail is faster."""
    network = drawings.network(RAIL_AND_ROAD)
    fast = rate(network, "speed_km_per_h", "road", "KZ").model_copy(update={"source": ("ktz-express",)})
    slow = rate(network, "speed_km_per_h", "road", "region").model_copy(update={"central": 20.0})
    return with_rates(network, fast, slow)


def test_leaving_out_a_source_that_matters_changes_the_winner() -> None:
    network = flipping()
    found = evidence.evidence(network, two(network), ["rail", "road"], "time")
    assert found.winner == "road"
    assert found.turning == ("ktz-express",)
    row = next(each for each in found.sources if each.found.source == "ktz-express")
    assert row.best == "rail"
    assert row.lead == pytest.approx(1000 / 20 / 0.55 + 8 - 56)
    assert [(lost.scope, key[2]) for lost, key in row.found.replaced] == [("KZ", "region")]
    assert row.found.kept == ()
    body = found.body()
    assert body["sources_that_decide"] == ["ktz-express"]
    assert 'changes the winner: "KTZ Express' in evidence_results.tables([Result("", found)])[1].before[0]


def test_what_two_sources_say_stays_when_one_is_left_out() -> None:
    network = flipping()
    both = rate(network, "speed_km_per_h", "road", "KZ").model_copy(update={"source": ("ktz-express", "cpmm-2022")})
    network = with_rates(network, both)
    assert evidence.evidence(network, two(network), ["rail", "road"], "time").turning == ()


def test_what_cannot_be_replaced_stays_and_is_said() -> None:
    """The region's figure rests on the same source, or there is none that is wider."""
    network = drawings.network(RAIL_AND_ROAD)
    found = sources.without(network, two(network), "time", "own-estimate")
    assert found.replaced == ()
    kept = {row.key for row in found.kept}
    assert ("loading_h", "rail", "region") in kept
    assert ("yard_wait_h_per_km", "rail", "region") in kept
    found = sources.without(network, two(network), "time", "cpmm-2022")
    assert ("speed_km_per_h", "road", "KZ") in {row.key for row in found.kept}  # so does the region's rest on it


def test_a_source_that_nothing_rests_on_changes_nothing(network: Network) -> None:
    routes = [corridors.named(network)[key] for key in ("ktap", "iti")]
    for criterion in MEASURES:
        found = sources.without(network, routes, criterion, "nobody")
        assert found.values == tuple(MEASURES[criterion].value(row.amounts, row.consignment) for row in routes)
        assert (found.replaced, found.kept) == ((), ())


def test_one_route_alone_has_no_lead(network: Network) -> None:
    found = evidence.evidence(network, [corridors.named(network)["ktap"]], ["ktap"], "generalized")
    assert (found.winner, found.runner_up, found.lead, found.of_lead) == ("ktap", None, None, ())
    assert len(found.of_value) == 5
    assert len(found.panels()) == 1
    assert "ahead" not in evidence_results.tables([Result("", found)])[0].before[0]


def test_distance_leans_on_no_rate(network: Network, tmp_path: Path) -> None:
    routes = [corridors.named(network)[key] for key in ("ktap", "uap")]
    found = evidence.evidence(network, routes, ["ktap", "uap"], "distance")
    assert (found.of_lead, found.of_value, found.sources) == ((), (), ())
    assert figures.write(tmp_path / "empty.svg", found.figure) == []
    with pytest.raises(ValueError, match="no routes"):
        evidence.evidence(network, [], [], "time")


def test_words_of_every_rate(network: Network) -> None:
    for row in network.catalog.rates.rows:
        text = rate_words.rate_text(network.catalog, row)
        assert row.scope == "region" or "region" not in text
        assert text
    red_bridge = rate(network, "border_h", "road", "aghstafa-tbilisi-road:AZ-GE")
    assert rate_words.rate_text(network.catalog, red_bridge).endswith("Aghstafa - Tbilisi (AZ-GE)")


def test_the_figure_has_the_bars() -> None:
    network = flipping()
    found: Evidence = evidence.evidence(network, two(network), ["rail", "road"], "time")
    panels = found.panels()
    assert panels[0].zero
    assert not panels[1].zero
    figure = found.figure()
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"6 h", "48 h", "0.45 share of 24 h", "0.75 share of 24 h"} <= texts
