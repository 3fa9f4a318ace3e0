"""Crossings, countries and straits that a question takes as open or as closed."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import drawn
import pytest
import studies

import corridors
from geodata import errors, records
from planner import allowed, closures, comparison, passages, plan, request
from planner.network import Network


def closed(key: str, *targets: str, kind: str = "closed", **more: Any) -> records.Closure:
    known = {"from_date": date(2025, 1, 1), "reason": "x", "source": ("own-estimate",), "confidence": "low"}
    return records.Closure.model_validate({"id": key, "applies_to": targets, "kind": kind, **known, **more})


def two_ways(*rows: records.Closure) -> Network:
    """From KZ to PK: 100 km over the border at p (closed where a test says so), or 300 km through TM."""
    network = drawn.network("KZ:a --50-- KZ:p --50-- PK:z\nKZ:a --100-- TM:t --200-- PK:z")
    return Network.of(dataclasses.replace(network.catalog, closures={row.id: row for row in rows}))


def km(network: Network, **options: Any) -> float:
    found = plan.plan(network, request.make(network.catalog, "a", "z", by="distance", count=1, **options))
    return found[0].distance_km


def test_an_open_crossing_is_used_though_closures_apply_and_the_route_says_so() -> None:
    network = two_ways(closed("strike", "p-z-road"))
    assert km(network) == 100
    assert km(network, closures="apply") == 300
    for name in ("p", "P", "strike"):
        assert km(network, closures="apply", open=[name]) == 100
    (route,) = plan.plan(
        network, request.make(network.catalog, "a", "z", by="distance", count=1, closures="apply", open="p")
    )
    assert route.closures == ()
    assert route.warnings == (
        "taken as open, as asked (strike): P - Z by road; in the data closed since 2025-01-01, no end known",
    )


def test_what_else_a_closure_holds_on_stays_closed() -> None:
    network = two_ways(closed("strike", "p-z-road", "t-z-road"))
    with pytest.raises(errors.NoRouteError):
        km(network, closures="apply")
    assert km(network, closures="apply", open=["p"]) == 100
    opened = allowed.as_asked(network, passages.opened(network.catalog, ["p"]))
    assert list(closures.enforced(closures.by_segment(opened.catalog, date(2026, 1, 1)), as_of=None)) == ["t-z-road"]
    assert allowed.as_asked(opened, passages.opened(opened.catalog, ["p"])) is opened


def test_an_opened_seasonal_risk_is_not_taken_back_twice() -> None:
    winter = closed("winter", "p-z-road", kind="seasonal", from_date=None, from_day="01-01", to_day="12-31")
    network = two_ways(closed("strike", "p-z-road"), winter)
    opened = allowed.as_asked(network, passages.opened(network.catalog, ["strike"]))
    kinds = [row.kind for row in closures.by_segment(opened.catalog, date(2026, 1, 1))["p-z-road"]]
    assert kinds == ["open", "seasonal"]


def test_a_closed_crossing_is_left_out_whatever_the_data_say() -> None:
    network = two_ways()
    assert km(network, close=["p"]) == 300
    assert km(network, close=["TM"]) == 100
    assert km(network, close=["Turkmenistan"]) == 100
    with pytest.raises(errors.NoRouteError) as caught:
        km(network, close=["p", "TM"])
    assert any(text.startswith("without close=['p', 'TM'] there is one, of 100 km") for text in caught.value.reasons)


def test_a_closure_of_the_data_is_closed_on_any_day() -> None:
    network = two_ways(closed("past", "p-z-road", to_date=date(2025, 2, 1)))
    assert km(network, closures="apply") == 100
    assert km(network, close=["past"]) == 300


def test_a_country_in_which_the_question_begins_or_ends_stays_open_and_that_is_said() -> None:
    network = two_ways()
    found = plan.plan(
        network, request.make(network.catalog, "a", "z", by="distance", count=1, close=["KZ", "PK", "TM"])
    )
    assert found[0].distance_km == 100
    assert found.notes[0] == (
        "taken as closed to transit: Kazakhstan (KZ), Pakistan (PK); the question begins or ends there, and so its "
        "lines stay open here"
    )
    compared = comparison.compare(network, request.make(network.catalog, "a", "z", close=["KZ"]))
    assert compared.notes[0].startswith("taken as closed to transit: Kazakhstan (KZ)")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"open": ["a"]}, "no line over a border|no closure of the data is on that crossing"),
        ({"open": ["t"]}, "no closure of the data is on that crossing"),
        ({"open": ["strikes"]}, "unknown crossing to open 'strikes'.*did you mean strike"),
        ({"close": ["strikes"]}, "unknown crossing, country or strait to close 'strikes'.*did you mean strike"),
        ({"open": ["p"], "close": ["p"]}, "both taken as open and as closed: p-z-road"),
        ({"close": ["TM"], "via": ["t"]}, "via T .t. lies in TM, which is taken as closed"),
    ],
)
def test_what_is_no_crossing_is_refused(options: dict[str, Any], message: str) -> None:
    network = two_ways(closed("strike", "p-z-road"))
    with pytest.raises(errors.CorridorsError, match=message):
        km(network, **options)


def test_a_place_inside_a_country_is_no_crossing(network: Network) -> None:
    with pytest.raises(errors.RequestError, match=r"Almaty \(almaty\) is no crossing.*border posts of KZ: .*Korday"):
        corridors.plan(network, "Almaty", "Karachi", close=["Almaty"])
    with pytest.raises(errors.UnknownNameError, match="Torkham"):
        corridors.plan(network, "Almaty", "Karachi", open=["Torkam"])


def test_an_open_crossing_brings_the_route_back(network: Network) -> None:
    """Kabul - Peshawar is one road over Torkham; with closures applied it is gone, and --open brings it back."""
    asked = {"modes": ["road"], "closures": "apply", "count": 1, "by": "distance"}
    without = corridors.plan(network, "Kabul", "Peshawar", **asked)
    again = corridors.plan(network, "Kabul", "Peshawar", **asked, open=["Torkham"])
    assert "torkham-peshawar-road" not in without[0].segment_ids
    assert "torkham-peshawar-road" in again[0].segment_ids
    assert (
        again[0].distance_km
        == corridors.plan(network, "Kabul", "Peshawar", modes=["road"], by="distance")[0].distance_km
    )
    chaman = corridors.plan(network, "Kandahar", "Quetta", **asked, open=["pak_afg_chaman"])[0]
    assert "chaman-spin_boldak-road" in chaman.segment_ids


def test_no_route_passes_a_country_that_is_closed(network: Network) -> None:
    free = corridors.plan(network, "Almaty", "Karachi", include="planned", count=10)
    assert any("TM" in route.km_by_country for route in free)
    found = corridors.plan(network, "Almaty", "Karachi", include="planned", count=10, close=["TM"])
    assert all("TM" not in route.km_by_country for route in found)
    compared = corridors.compare(network, "Almaty", "Karachi", close=["TM"])
    assert all("TM" not in entry.route.km_by_country for entry in compared)
    (left,) = [row.reason for row in compared.left_out if row.corridor == "ktap"]
    assert left.endswith("taken as closed (TM)")
    absent = corridors.why_not(network, "ktap", "Almaty", "Karachi", include="planned", close=["TM"])
    assert absent.reasons[0].startswith("it uses what is taken as closed (TM): ")


def test_a_closed_canal_sends_the_ship_around(network: Network) -> None:
    straight = corridors.plan(network, "Karachi", "Poti", modes=["sea"], count=1)[0]
    around = corridors.plan(network, "Karachi", "Poti", modes=["sea"], count=1, close=["Suez Canal"])[0]
    assert "suez" in {strait for item in straight.segments for strait in item.straits}
    assert {"suez"}.isdisjoint(strait for item in around.segments for strait in item.straits)
    assert "good_hope" in {strait for item in around.segments for strait in item.straits}
    assert 2.5 * straight.distance_km < around.distance_km < 3.5 * straight.distance_km


def test_an_effect_takes_them_too(network: Network) -> None:
    line = {
        "type": "Feature",
        "geometry": None,
        "properties": {"from": "Herat", "to": "Zaranj", "mode": "road", "status": "operational", "length_km": 450},
    }
    proposal = corridors.propose_segments(line)
    found = corridors.effect(proposal, places=["Kabul", "Peshawar"], closures="apply", open=["Torkham"])
    closed_ = corridors.effect(proposal, places=["Kabul", "Peshawar"], closures="apply")
    before = {(row.origin, row.destination): row.changes["distance"].before for row in found.pairs}
    usual = {(row.origin, row.destination): row.changes["distance"].before for row in closed_.pairs}
    assert (before["kabul", "peshawar"] or 0) < (usual["kabul", "peshawar"] or float("inf"))
    with pytest.raises(errors.RequestError, match=r"Kabul \(kabul\) lies in AF, which is taken as closed"):
        corridors.effect(proposal, places=["Kabul", "Peshawar"], close=["AF"])
    assert found.as_dict()["request"]["open"] == ["Torkham"]


def test_studies_take_them_and_keep_them(capsys: pytest.CaptureFixture[str]) -> None:
    asked = (
        "rank",
        "Kabul",
        "Karachi",
        "--draws",
        "20",
        "--closures",
        "apply",
        "--open",
        "Chaman",
        "--close",
        "Torkham",
    )
    found = studies.ask(capsys, *asked, "-f", "json").json
    assert found["manifest"]["options"]["open"] == ["Chaman"]
    assert found["manifest"]["options"]["close"] == ["Torkham"]
    ids = {key for route in found["routes"] for key in route["segments"]}
    assert "torkham-peshawar-road" not in ids
    assert ids & {"chaman-spin_boldak-road", "spin_boldak-chaman-rail"}
    table = studies.ask(capsys, *asked).out
    assert "Conditions: closures in force applied; taken as open: Chaman; taken as closed: Torkham" in " ".join(
        table.split()
    )


def test_gateways_close_as_every_question_does(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("gateways", "Almaty", "--market", "Jebel Ali", "--build", "none", "-f", "json")
    iran = studies.ask(capsys, *asked, "--close", "IR").json
    assert "bandar_abbas" not in json.dumps(iran["markets"])
    assert iran["conditions"] == "taken as closed: IR"
    home = studies.ask(capsys, *asked, "--close", "AE").json
    assert any("the question begins or ends there" in text for text in home["notes"])


def test_why_says_under_which_conditions_it_answers(capsys: pytest.CaptureFixture[str]) -> None:
    two = studies.ask(
        capsys, "why", "Almaty", "Karachi", "--routes", "1", "2", "--close", "Kazakhstan", "--avoid", "CN"
    )
    assert "Conditions: without CN; taken as closed: Kazakhstan" in two.out
    assert "taken as closed to transit: Kazakhstan (KZ)" in two.out
    one = studies.ask(capsys, "why", "Almaty", "Karachi", "--absent", "ktap", "--close", "TM")
    assert "Conditions: taken as closed: TM" in one.out
