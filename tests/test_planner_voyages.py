"""Voyages: one price for one voyage in a plan and in the gateways; one ferry after another is another service."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
from datetime import date

import drawn
import pytest

import corridors
from corridors.studies.gateways import question as study
from corridors.studies.study import Run
from geodata import errors
from geodata.globe import sealanes
from planner import allowed as allowed_, request
from planner.network import Network
from planner.price import assemble, impedance
from planner.price.measures import MEASURES
from planner.search import compiled as engine, plain, states

SHIPPED = drawn.SHIPPED
LANES = {frozenset((item.from_node, item.to_node)): item for item in SHIPPED.segments.values() if item.mode == "sea"}
PORTS = sorted({port for pair in LANES for port in pair})


def test_every_port_has_a_lane_to_every_other_and_no_way_by_a_third_is_shorter() -> None:
    assert {*SHIPPED.gateways, *SHIPPED.markets} <= set(PORTS)
    assert len(LANES) == len(PORTS) * (len(PORTS) - 1) / 2
    for start, past, end in itertools.permutations(PORTS, 3):
        lane, one, other = (LANES[frozenset(pair)] for pair in ((start, end), (start, past), (past, end)))
        assert lane.km < one.km + other.km, (start, past, end)


def test_lanes_say_the_straits_they_pass() -> None:
    for item in LANES.values():
        assert set(sealanes.straits_of(item.coordinates, SHIPPED.straits)) == set(item.straits), item.id
    assert LANES[frozenset(("karachi", "mersin"))].straits == ("bab_el_mandeb", "suez")
    assert LANES[frozenset(("poti", "rotterdam"))].straits[-3:] in (
        ("bosporus", "dardanelles", "gibraltar"),
        ("gibraltar", "dardanelles", "bosporus"),
    )


def test_a_voyage_by_hand(network: Network) -> None:
    """72 h, 140 USD and 100 USD of fees in Karachi, 350 + 100 in Mersin; 27.8 km/h; 0.23 and 0.0459 USD, 36 and 4 g."""
    (route, *_) = corridors.plan(network, "Karachi", "Mersin", modes=["sea"], central=True)
    km = LANES[frozenset(("karachi", "mersin"))].km
    assert [leg.nodes for leg in route.legs] == [("karachi", "mersin")]
    assert route.distance_km == pytest.approx(km)
    assert route.time_h == pytest.approx(72 + km / 27.8 + 72)
    assert route.cost_usd == pytest.approx(240 + 450 + 0.23 * 1950 + 0.0459 * (km - 1950))
    assert route.co2e_kg == pytest.approx(20 * (2 * 1.2 + 0.036 * 1950 + 0.004 * (km - 1950)))


@pytest.mark.parametrize("by", list(MEASURES))
def test_a_plan_by_sea_and_the_gateways_have_the_same_voyage(network: Network, by: str) -> None:
    """The same port, the same market, the same sums; and nothing that a plan finds is better than the one voyage."""
    for port in ("karachi", "bandar_abbas", "poti", "lianyungang"):
        asked = study.GatewaysQuestion.model_validate(
            {
                "origin": port,
                "gateways": [port],
                "markets": [key for key in SHIPPED.markets if key != port],
                "build": ["none"],
                "by": by,
                "modes": ["sea"],
            }
        )
        answer = study.answer(network, asked, Run())
        for market, (way, *_) in answer.today.ways.items():
            best = corridors.plan(network, port, market, modes=["sea"], by=by, count=1)[0]
            assert best.segment_ids == way.route.segment_ids, (port, market)
            assert best.sums() == pytest.approx(way.route.sums()), (port, market)


def test_markets_are_places(network: Network) -> None:
    for key in SHIPPED.markets:
        assert key in network.nodes
    assert corridors.plan(network, "Karachi", "Istanbul", modes=["sea"])[0].segment_ids == ("istanbul-karachi-sea",)
    assert corridors.plan(network, "Almaty", "New York", count=1)[0].legs[-1].mode == "sea"


def test_lanes_go_round_a_closed_strait_where_closures_apply(network: Network) -> None:
    """The Strait of Hormuz was closed in April 2026; nothing shuts Bab el-Mandeb, so that lane stays."""
    asked = {"modes": ["sea"], "count": 1, "closures": "apply", "day": date(2026, 4, 1)}
    with pytest.raises(errors.NoRouteError):
        corridors.plan(network, "Karachi", "Jebel Ali", **asked)
    assert corridors.plan(network, "Karachi", "Mersin", **asked)[0].segment_ids == ("karachi-mersin-sea",)


def test_the_way_round_is_the_one_that_the_gateways_take(network: Network) -> None:
    closure = SHIPPED.closures["hormuz_2026"].model_copy(
        update={
            "id": "canal",
            "straits": ("suez",),
            "from_date": date(2026, 1, 1),
            "to_date": None,
            "applies_to": ("bandar_abbas-jebel_ali-sea",),
        }
    )
    facts = dataclasses.replace(SHIPPED, closures={"canal": closure})
    shut = Network.of(facts)
    asked = {"modes": ["sea"], "count": 1, "closures": "apply"}
    route = corridors.plan(shut, "Karachi", "Rotterdam", **asked)[0]
    question = study.GatewaysQuestion.model_validate(
        {
            "origin": "Karachi",
            "gateways": ["karachi"],
            "markets": ["rotterdam"],
            "build": ["none"],
            "closures": "apply",
            "modes": ["sea"],
        }
    )
    (way,) = study.answer(shut, question, Run()).today.ways["rotterdam"]
    assert route.sums() == pytest.approx(way.route.sums())
    assert "good_hope" in way.straits and route.distance_km > LANES[frozenset(("karachi", "rotterdam"))].km + 5000


def test_two_ferries_are_two_services(network: Network) -> None:
    """Aktau - Baku - Turkmenbashi by hand: three times 12 h in port, two waits of 36 h, two sailings."""
    (route, *_) = corridors.plan(network, "Aktau", "Turkmenbashi", modes=["ferry"], central=True)
    hubs = [(stop.node, stop.operation) for stop in route.hubs]
    middle = route.legs[0].nodes[-1]
    assert hubs == [
        ("aktau", "loading"),
        ("aktau", "waiting"),
        (middle, "port"),
        (middle, "waiting"),
        ("turkmenbashi", "unloading"),
    ]
    assert [leg.mode for leg in route.legs] == ["ferry", "ferry"] and route.changes == 1
    sailing = sum(leg.amounts.time_h for leg in route.legs)
    assert route.time_h == pytest.approx(12 + 36 + 12 + 36 + 12 + sailing)
    assert route.time_h == pytest.approx(149.8, abs=0.1)
    # fares of 450, tariffs of Aktau (120), Baku (100) and Turkmenbashi (140), fees of three ports
    assert route.cost_usd == pytest.approx(2 * 450 + 120 + 100 + 140 + 3 * 100)


def test_a_call_on_one_voyage_stays_a_call() -> None:
    made = drawn.network("a ~~10~~ b ~~10~~ c")
    route = corridors.plan(made, "a", "c", count=1)[0]
    assert [stop.operation for stop in route.hubs] == ["loading", "port_call", "unloading"]
    assert len(route.legs) == 1


@pytest.mark.parametrize("by", list(MEASURES))
def test_both_engines_and_the_route_have_the_same_sum(network: Network, by: str) -> None:
    made = request.make(network.catalog, "Aktau", "Turkmenbashi", modes=["ferry", "sea"], by=by, count=3)
    allowed = allowed_.permitted(network, made)
    unfolded = states.unfold(allowed, made.consignment)
    graph = unfolded.question(by, made.origin, made.destination)
    found = engine.paths(graph, 3)
    assert [(units, tuple(steps.tolist())) for units, steps in found] == list(itertools.islice(plain.paths(graph), 3))
    measured = impedance.measure(by, made.consignment)
    for units, steps in found:
        segments = unfolded.segments_of(steps.tolist())
        route = assemble.route(network, made.consignment, made.origin, segments)
        assert measured((route.amounts,)) == pytest.approx(units, rel=1e-6)


def test_a_cold_plan_by_sea_needs_no_lanes_of_searoute() -> None:
    code = (
        "import sys, corridors; corridors.plan(corridors.load(), 'Karachi', 'Rotterdam', modes=['sea']);"
        "print([name for name in ('searoute', 'shapely', 'pyproj', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_call_on_the_way_is_no_other_route(network: Network) -> None:
    """The lane by a third port is the same voyage with a stop; where the port is asked for, it is the route."""
    found = corridors.plan(network, "Karachi", "Mersin", modes=["sea"], count=3)
    assert [route.segment_ids for route in found] == [("karachi-mersin-sea",)]
    assert "only calls at more ports on the same voyage" in found.notes[0]
    exact = corridors.plan(network, "Karachi", "Mersin", modes=["sea"], count=3, different=1.0)
    assert len(exact) == 3 and len(exact[1].segments) == 2
    by_port = corridors.plan(network, "Karachi", "Mersin", modes=["sea"], via=["Port Said"], count=1)[0]
    assert [hub.operation for hub in by_port.hubs] == ["loading", "port_call", "unloading"]
