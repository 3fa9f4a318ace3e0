"""Which routes studies rank: by hand on tiny networks, against the planner between cities."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import drawn
import pytest

import corridors
from corridors.studies import candidates
from corridors.studies.candidates import Objective
from corridors.studies.cargo import question as cargo
from corridors.studies.rank import question as rank
from corridors.studies.study import Run
from geodata import errors, records
from planner import plan, request
from planner.comparison import Comparison
from planner.network import Network
from planner.price.measures import MEASURES
from planner.years import openings

CITIES = (
    "Almaty",
    "Karachi",
    "Tashkent",
    "Gwadar",
    "Kabul",
    "Poti",
    "Aktau",
    "Bandar Abbas",
    "Ashgabat",
    "Lahore",
    "Urumqi",
    "Mashhad",
)
PAIRS = random.Random(11).sample(list(itertools.permutations(CITIES, 2)), 12)

BYWAY = "a --900-- b --100-- c\n b --{}-- d --{}-- c"
"""900 km that all routes share, then 100 km on one road, or a byway by way of d."""


def tiny(drawing: str, via: dict[str, tuple[str, ...]], **facts: Any) -> Network:
    """A drawing with named corridors from a to c."""
    catalog = drawn.network(drawing).catalog
    named = {
        key: records.Corridor(
            id=key,
            title=key,
            origin="a",
            destination="c",
            modes=("road",),
            via=stops,
            needs_status="planned",
            source=("own-estimate",),
            confidence="low",
        )
        for key, stops in via.items()
    }
    return Network.of(replace(catalog, corridors=named, **facts))


def chosen(network: Network, by: str = "distance", **options: Any) -> Comparison:
    asked = request.make(network.catalog, "a", "c", by=by)
    return candidates.choose(network, asked, [Objective.of(by, asked.consignment)], **{"routes": 5, **options})


def ids(found: Comparison) -> set[str]:
    return {entry.id for entry in found}


def left(found: Comparison) -> dict[str, str]:
    return {row.corridor: row.reason for row in found.left_out}


def test_the_best_is_not_lost_to_a_corridor_that_resembles_it() -> None:
    """1,000 km against 1,150 by the corridor: they share 900 of 1,000, and the corridor takes 15 % more."""
    found = chosen(tiny(BYWAY.format(150, 100), {"byway": ("a", "d", "c")}))
    assert ids(found) == {"byway", "best-distance"}
    assert left(found) == {}


def test_a_corridor_stands_for_a_route_that_takes_little_less() -> None:
    """1,005 km by the corridor against 1,000: half a percent more, so that the best route gives way to it."""
    network = tiny(BYWAY.format(50, 55), {"byway": ("a", "d", "c")})
    found = chosen(network)
    assert ids(found) == {"byway"}
    reason = left(found)["best-distance"]
    assert "byway stands for it: it shares 90% of its km with it and takes 5.0 km less (-0.5%)" in reason
    assert ids(chosen(network, different=1.0)) == {"byway", "best-distance"}
    assert ids(chosen(network, different=0.95)) == {"byway", "best-distance"}
    assert ids(chosen(tiny(BYWAY.format(55, 56), {"byway": ("a", "d", "c")}))) == {"byway", "best-distance"}  # 1.1 %


def test_of_two_corridors_that_are_the_same_way_the_better_stays() -> None:
    ways = {"straight": ("a", "b", "c"), "byway": ("a", "d", "c")}
    found = chosen(tiny(BYWAY.format(50, 55), ways))
    assert ids(found) == {"straight"}
    assert "straight stands for it" in left(found)["byway"] and "5.0 km more (+0.5%)" in left(found)["byway"]
    assert ids(chosen(tiny(BYWAY.format(150, 100), ways))) == {"straight", "byway"}


def test_a_worse_route_gives_way_to_a_better_one_that_it_resembles() -> None:
    """From b to c the railway is 90 km to the road's 100, but takes long: by hours the shortest route is left out."""
    found = chosen(tiny("a --900-- b --100-- c\n b ==90== c", {}), "time")
    assert ids(found) == {"best-time"}
    assert "best-time is the same way: it shares 91% of its km" in left(found)["best-distance"]
    assert found.entries[0].title == "Best by time and cost over operational lines: road KZ"
    by_km = chosen(tiny("a --900-- b --100-- c\n b ==90== c", {}), "distance")
    assert ids(by_km) == {"best-distance"}


def test_really_different_routes_of_the_planner_are_candidates() -> None:
    network = tiny("a --500-- b --500-- c\n a --550-- d --550-- c\n a --600-- e --600-- c", {"north": ("a", "d", "c")})
    assert ids(chosen(network)) == {"best-distance", "north", "distance-3"}
    assert ids(chosen(network, routes=2)) == {"best-distance", "north"}
    titles = {entry.id: entry.title for entry in chosen(network)}
    assert titles["distance-3"] == "No. 3 by distance over operational lines: road KZ"


def test_nothing_gives_way_to_what_is_not_built() -> None:
    """The corridor over a planned byway takes 3 km more (0.3 %), and yet the road that runs stays."""
    drawing = "a --900-- b --100-- c\n b --50!-- d --53!-- c"
    network = tiny(drawing, {"byway": ("a", "d", "c")})
    assert ids(chosen(network)) == {"byway", "best-distance"}
    segments = {key: row.model_copy(update={"opens_year": 2030}) for key, row in network.segments.items()}
    opening = Network.of(replace(network.catalog, segments=segments))
    asked = request.make(network.catalog, "a", "c", by="distance", as_of=2035)
    objective = Objective.of("distance", asked.consignment)
    assert ids(candidates.choose(opening, asked, [objective], routes=5)) == {"byway"}  # open by then
    assert openings.unbuilt_km(opening, chosen(network).entries[1].route, 2029) == 103


def test_the_best_of_what_runs_stands_beside_the_best_on_paper() -> None:
    """Planned: 900 km by way of b; operational: 1,000 and 1,100. Of these the first is a candidate."""
    network = tiny("a --450!-- b --450!-- c\n a --500-- d --500-- c\n a --550-- e --550-- c", {})
    asked = request.make(network.catalog, "a", "c", by="distance", include="planned")
    found = candidates.choose(network, asked, [Objective.of("distance", asked.consignment)], routes=1)
    assert {entry.id: entry.route.distance_km for entry in found} == {"best-distance": 900, "best-distance-built": 1000}


def test_the_best_without_what_closures_shut_is_a_candidate_though_it_resembles_the_best() -> None:
    closure = records.Closure(
        id="strike",
        applies_to=("b-c-road",),
        kind="closed",
        from_date=drawn.SHIPPED.data_date,
        reason="strike",
        source=("own-estimate",),
        confidence="low",
    )
    network = tiny(BYWAY.format(50, 55), {}, closures={"strike": closure})
    assert ids(chosen(network)) == {"best-distance", "best-distance-open"}
    assert ids(chosen(tiny(BYWAY.format(50, 55), {}))) == {"best-distance"}


def test_by_several_measures_nothing_is_lost_of_what_one_of_them_prefers() -> None:
    """The railway of the last 90 km is dearer in hours and cheaper in USD: each is the best by one, so both stay."""
    network = tiny("a --900-- b --300-- c\n b ==300== c", {})
    asked = request.make(network.catalog, "a", "c")
    objectives = [Objective.of(by, asked.consignment) for by in ("time", "co2e")]
    found = candidates.choose(network, asked, objectives, routes=1, different=0.7)
    for objective in objectives:
        assert min(objective.value(entry.route) for entry in found) == objective.value(
            plan.plan(network, replace(asked, by=objective.criterion))[0]
        )
    assert len(found) == 2
    assert ids(candidates.choose(network, asked, objectives[:1], routes=1, different=0.7)) == {"best-time"}


def test_nothing_that_joins_the_places_is_an_honest_no() -> None:
    with pytest.raises(errors.NoRouteError):
        chosen(drawn.network("a --10-- b\n c --10-- d"))


def test_the_rule_is_told(network: Network) -> None:
    asked = request.make(network.catalog, "Almaty", "Karachi")
    objective = Objective.of("time", asked.consignment)
    note = candidates.choose(network, asked, [objective], routes=5).notes[-1]
    assert "the best 5 routes by time (--routes) that share at most 80% of their km" in note
    assert "at most 1% less" in note


def best_of_plan(network: Network, origin: str, destination: str, **options: Any) -> Any:
    return corridors.plan(network, origin, destination, count=1, **options)[0]


@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize(("origin", "destination"), PAIRS[:3], ids=str)
def test_the_best_of_a_ranking_is_the_best_of_the_planner(
    network: Network, origin: str, destination: str, by: str
) -> None:
    """With all rates central and no closure drawn: of the built ones, within the percent of what stands for it."""
    question = rank.RankQuestion.model_validate(
        {"origin": origin, "destination": destination, "by": by, "draws": 1, "spread": 0, "closure_chance": 0}
    )
    found = rank.answer(network, question, Run())
    best = best_of_plan(network, origin, destination, by=by).value(by)
    built = [row.entry.route.value(by) for row in found.rows if not row.unbuilt_km]
    assert min(built) == pytest.approx(best, rel=candidates.NEARLY)
    winner = next(row for row in found.rows if row.chance_built)
    assert winner.entry.route.value(by) == min(built)


def check(network: Network, origin: str, destination: str, by: str, **options: Any) -> None:
    asked = request.make(network.catalog, origin, destination, by=by, **options)
    objective = Objective.of(by, asked.consignment)
    found = candidates.choose(network, asked, [objective], routes=5)
    best = objective.value(best_of_plan(network, origin, destination, by=by, **options))
    built = {**options, "include": "operational"}
    best_built = objective.value(best_of_plan(network, origin, destination, by=by, **built))
    values = {entry.id: objective.value(entry.route) for entry in found}
    assert min(values.values()) <= (1 + candidates.NEARLY) * best
    runs = [values[row.id] for row in found if openings.unbuilt_km(network, row.route, asked.as_of) == 0]
    assert min(runs) == pytest.approx(best_built, rel=candidates.NEARLY)
    pairs = itertools.combinations([row for row in found if not row.corridor], 2)
    shut = {closure.id for closure in network.catalog.closures.values() if closure.kind == "closed"}
    for one, other in pairs:  # two that no corridor names are another way each, but for what is shut or on paper
        if plan.shared(one.route.segments, other.route.segments) > candidates.DIFFERENT:
            texts = " ".join((*one.route.warnings, *other.route.warnings))
            assert one.route.unbuilt_km or other.route.unbuilt_km or any(f"({key})" in texts for key in shut)


@pytest.mark.slow
@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize(("origin", "destination"), PAIRS[::2], ids=str)
def test_the_best_is_a_candidate_whatever_is_asked(network: Network, origin: str, destination: str, by: str) -> None:
    for options in ({}, {"include": "planned"}, {"as_of": 2036}, {"tonnes": 45.0, "cargo": "machinery"}):
        check(network, origin, destination, by, **options)


@pytest.mark.parametrize(("origin", "destination"), PAIRS[3:6], ids=str)
def test_the_best_of_every_commodity_is_the_best_of_the_planner(
    network: Network, origin: str, destination: str
) -> None:
    question = cargo.CargoQuestion(origin=origin, destination=destination, tonnes=50)
    found = cargo.answer(network, question, Run())
    for row in found.commodities:
        best = best_of_plan(network, origin, destination, by="generalized", cargo=row.id, tonnes=50).generalized_usd
        ours = min(line.at(row.value_of_time) for line in found.built)
        assert ours == pytest.approx(best / 50, rel=candidates.NEARLY)


def test_where_all_is_shut_that_can_be_the_best_is_that_of_the_planner_without_it(network: Network) -> None:
    question = rank.RankQuestion(origin="Kabul", destination="Karachi", draws=1, spread=0, closure_chance=1)
    found = rank.answer(network, question, Run())
    best = best_of_plan(network, "Kabul", "Karachi", closures="apply").time_h
    assert found.nothing == 0
    assert found.rows[0].entry.route.time_h == pytest.approx(best, rel=candidates.NEARLY)
    assert found.rows[0].entry.id == "best-time-open"


def test_the_runners_up_of_the_planner_are_ranked(network: Network) -> None:
    """Each of the first five is a candidate itself, or another that is the same way stands for it within a percent."""
    found = rank.answer(network, rank.RankQuestion(origin="Almaty", destination="Karachi", draws=1), Run())
    for route in corridors.plan(network, "Almaty", "Karachi", count=5):
        same = [
            row
            for row in found.rows
            if plan.shared(row.entry.route.segments, route.segments) > 0.8
            and row.entry.route.time_h <= 1.01 * route.time_h
        ]
        assert same
