"""Memory is given back: what was worked out of a network goes with it, in a process and in a server's workers."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any

import pytest
import serving

import corridors
from corridors.studies.study import Run
from corridors.studies.table import STUDIES
from geodata import catalog
from geodata.catalog import Catalog
from geodata.rates import Rates
from planner import allowed as allowed_, request
from planner.network import Network
from planner.plan import Plan
from planner.price import pricing
from planner.price.consignment import Consignment
from planner.price.route import Route
from planner.search import states, whatif
from planner.search.states import Graph, StateGraph
from planner.uncertainty import bands as spread

BODY = {"mode": "road", "status": "operational"}
COURSE = [[62.2, 34.35], [61.6, 33.0], [61.86, 30.96]]
CHANGES = 40
FLAT_KB = 10_000


def changed(number: int) -> dict[str, Any]:
    """A line as it is after so many changes of it."""
    (start, middle, end), moved = COURSE, 0.002 * number
    course = [start, [middle[0], middle[1] + moved], end]
    feature = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": course}, "properties": BODY}
    return {"features": [feature]}


def living(*kinds: type) -> set[int]:
    gc.collect()
    return {id(item) for item in gc.get_objects() if isinstance(item, kinds)}


def test_a_dropped_network_leaves_nothing_behind() -> None:
    kinds = (Network, Catalog, StateGraph, Graph, pricing.Pricing, Rates, Plan, Route)
    corridors.load()  # what is shipped is read once in a process
    before = living(*kinds)

    network = Network.of(catalog.load())
    asked = request.make(network.catalog, "Almaty", "Karachi", by="cost")
    allowed = allowed_.permitted(network, asked)
    found = corridors.plan(network, "Almaty", "Karachi", pareto=("time", "cost"))
    compared = corridors.compare(network, "Almaty", "Karachi", tonnes=200)
    made = states.unfold(allowed, asked.consignment)
    whatif.run(network, asked, [whatif.Scenario("one", close=("torkham-peshawar-road",))])
    spread.band(found[0])
    study = STUDIES["rank"].question.model_validate({"origin": "Almaty", "destination": "Karachi", "draws": 20})
    ranked = STUDIES["rank"].answer(network, study, Run())
    line = {
        "type": "Feature",
        "geometry": None,
        "properties": {"from": "Herat", "to": "Zaranj", "mode": "road", "status": "operational", "length_km": 450},
    }
    proposal = corridors.propose_segments(line)
    measured = corridors.effect(proposal, places=["Herat", "Zaranj"])
    held = [
        network,
        network.catalog,
        allowed,
        made,
        pricing.prices(network.catalog, asked.consignment),
        measured.before,
        measured.after,
        measured.after.catalog,
    ]
    watched = [weakref.ref(item) for item in held]
    assert len(living(*kinds) - before) > len(held)

    del network, asked, allowed, found, compared, ranked, made, proposal, measured, held
    left = living(*kinds) - before
    assert [item() for item in watched if item() is not None] == []
    assert not left


def test_what_is_kept_is_bounded_and_no_part_of_a_network() -> None:
    network = Network.of(catalog.load())
    for tonnes in range(1, 40):
        load = Consignment.of(network.catalog, tonnes=float(tonnes))
        pricing.prices(network.catalog, load)
        states.unfold(network, load)
        allowed_.permitted(network, request.make(network.catalog, "Almaty", "Karachi", as_of=2027 + tonnes))
    assert len(network.catalog.kept["pricing"]) == pricing.KEPT
    assert len(network.kept["state graphs"]) == states.KEPT
    assert len(network.kept["permitted"]) == allowed_.KEPT
    assert "kept" not in repr(network) + repr(network.catalog)
    assert network.without(()).kept == {}


@pytest.mark.slow
def test_changes_of_a_drawn_line_leave_the_memory_of_a_server_flat(tmp_path: Path) -> None:
    with serving.serve(tmp_path / "own") as served:
        client = serving.Client(served.port)

        def memory_kb() -> int:
            return sum(serving.memory_kb(pid) for pid in (served.pid, *serving.children(served.pid)))

        def change(number: int) -> None:
            body = changed(number)
            question = {"origin": "Herat", "destination": "Zaranj", "by": "distance"}
            assert client.post("/api/segments/check", body).status_code == 200
            assert client.post("/api/segments/routes", {**body, "question": serving.query(question)}).status_code == 200
            assert client.post("/api/segments/effect", body).status_code == 200
            assert client.get("/", {**question, "draft": json.dumps(body)}).status_code == 200

        for number in range(10):  # each lane has met each kind of question a few times
            change(number)
        before = memory_kb()
        for number in range(10, 10 + CHANGES):
            change(number)
        assert memory_kb() - before < FLAT_KB
