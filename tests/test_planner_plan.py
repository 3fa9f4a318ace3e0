"""Requests, filters, closures, alternatives, and the honest no."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import drawn
import pytest

import corridors
from geodata import errors, places
from planner import closures, plan, request
from planner.network import Network
from planner.price.route import Route


@pytest.mark.parametrize(
    ("text", "node_id"),
    [
        ("almaty", "almaty"),
        ("ALMATY", "almaty"),
        ("Алматы", "almaty"),
        ("阿拉木图", "almaty"),
        ("KZALA", "almaty"),
        ("kzala", "almaty"),
        ("ALA", "ala_apt"),
        ("khi", "khi_apt"),
        ("PKKHI", "karachi"),
        (" Karachi ", "karachi"),
        ("کراچی", "karachi"),
        ("Bandar Abbas", "bandar_abbas"),
        ("bandar-abbas", "bandar_abbas"),
        ("Türkmenbaşy", "turkmenbashi"),
        ("Kagan", "bukhara"),
        ("Bukhara", "bukhara"),
        ("Xi'an", "xian"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(text: str, node_id: str) -> None:
    assert places.find(drawn.SHIPPED, text).id == node_id


@pytest.mark.parametrize(("text", "hint"), [("Almatty", "almaty"), ("Karatchi", "karachi"), ("Gwader", "gwadar")])
def test_a_typo_gets_the_nearest_names(text: str, hint: str) -> None:
    with pytest.raises(errors.UnknownNameError) as caught:
        places.find(drawn.SHIPPED, text)
    assert any(f"({hint})" in item for item in caught.value.hints)


def test_names_are_kept_with_their_catalog_and_every_typo_gets_a_hint() -> None:
    """A server answers more than the hundred unknown names that one file gets hints for."""
    facts = dataclasses.replace(drawn.SHIPPED)
    for _ in range(places.MAX_HINTED + 2):
        with pytest.raises(errors.UnknownNameError) as caught:
            places.find(facts, "Gwader")
        assert any("(gwadar)" in item for item in caught.value.hints)
    assert isinstance(facts.kept["names"], places.Names)
    assert "names" not in dataclasses.replace(facts).kept


@pytest.mark.parametrize("text", ["", "   ", "()", "qqqqqqqq", "x" * 10_000, "{{ 7*7 }}", "\ud800"])
def test_nonsense_is_unknown(text: str) -> None:
    with pytest.raises(errors.UnknownNameError):
        places.find(drawn.SHIPPED, text)


def test_a_name_of_two_places_asks_for_an_id() -> None:
    with pytest.raises(errors.UnknownNameError, match="several places") as caught:
        places.find(drawn.SHIPPED, "Alat")
    assert len(caught.value.hints) == 2


def test_every_place_is_found_by_its_id_and_its_full_name_or_is_ambiguous() -> None:
    for node in drawn.SHIPPED.nodes.values():
        assert places.find(drawn.SHIPPED, node.id) is node
        try:
            assert places.find(drawn.SHIPPED, node.name).name == node.name
        except errors.UnknownNameError as error:
            assert "several places" in str(error), node


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "beauty"}, "distance, time, cost, co2e, generalized"),
        ({"count": 0}, "between 1 and 200"),
        ({"count": 201}, "between 1 and 200"),
        ({"different": 0.0}, "above 0"),
        ({"different": 1.5}, "at most 1"),
        ({"different": float("nan")}, "at most 1"),
        ({"include": "dreamt"}, "proposed"),
        ({"closures": "ignore"}, "warn, apply"),
        ({"modes": ["pipeline"]}, "rail, road"),
        ({"as_of": 2012}, "between 2026"),
        ({"modes": ["rail"], "avoid": ["rail"]}, "all modes asked for are avoided"),
        ({"via": ["Kabul"], "avoid": ["AF"]}, "avoided at the same time"),
        ({"as_of": 2035, "include": "planned"}, "leave out include"),
        ({"tonnes": -3}, "above 0"),
        ({"cargo": "gold"}, "pharmaceuticals"),
        ({"avoid": ["Atlantis"]}, "not a mode"),
        ({"avoid": ["KZ"]}, "both asked for and avoided"),
        ({"avoid": ["almaty"]}, "both asked for and avoided"),
        ({"via": ["almaty"]}, "follows itself"),
        ({"via": ["Nowhere"]}, "unknown place"),
    ],
)
def test_a_wrong_value_says_what_is_allowed(options: dict[str, object], message: str) -> None:
    with pytest.raises(errors.CorridorsError, match=message):
        request.make(drawn.SHIPPED, "Almaty", "Karachi", **options)  # type: ignore[arg-type]


def test_the_same_place_twice_is_no_question() -> None:
    with pytest.raises(errors.RequestError, match="same place"):
        request.make(drawn.SHIPPED, "Almaty", "KZALA")


def test_statuses_are_cumulative_and_a_year_decides_by_opening(network: Network) -> None:
    sizes = [
        len(network.including(status).segments)
        for status in ("operational", "under_construction", "planned", "proposed")
    ]
    assert sizes == sorted(sizes)
    assert sizes[-1] == len(network.segments)
    assert "herat-shindand-rail" not in network.as_of(2033).segments
    assert "herat-shindand-rail" in network.as_of(2034).segments
    assert set(network.including("operational").segments) <= set(network.as_of(2026).segments)


def test_a_change_gives_a_new_network(network: Network) -> None:
    before = dict(network.segments)
    smaller = network.without(["almaty-otar-rail"])
    assert "almaty-otar-rail" not in smaller.segments
    assert dict(network.segments) == before
    bigger = smaller.with_([network.segments["almaty-otar-rail"]])
    assert set(bigger.segments) == set(before)
    with pytest.raises(Exception, match=r"[Ff]rozen"):
        network.graph.add_edge("almaty", "karachi")


def test_the_graph_has_both_ways_of_every_segment_under_its_id(network: Network) -> None:
    assert network.graph.number_of_edges() == 2 * len(network.segments)
    assert network.graph.edges["saryagash", "tashkent", "saryagash-tashkent-rail"]["length_km"] == 32.3
    assert network.graph.edges["tashkent", "saryagash", "saryagash-tashkent-road"]["length_km"] == 24.1


@pytest.mark.parametrize(
    ("what", "is_used"),
    [
        ("AF", lambda route: "AF" in route.km_by_country),
        ("Afghanistan", lambda route: "AF" in route.km_by_country),
        ("Kabul", lambda route: "kabul" in route.nodes),
        ("dushanbe-bokhtar-road", lambda route: "dushanbe-bokhtar-road" in route.segment_ids),
        ("road", lambda route: "road" in route.km_by_mode),
    ],
)
def test_what_is_avoided_is_not_in_the_answer(network: Network, what: str, is_used: Callable[[Route], bool]) -> None:
    options: dict[str, Any] = {"by": "distance", "different": 1.0, "count": 20}
    assert any(map(is_used, corridors.plan(network, "Almaty", "Karachi", **options)))
    assert not any(map(is_used, corridors.plan(network, "Almaty", "Karachi", avoid=[what], **options)))


def test_via_nodes_are_passed_in_order_and_a_train_may_turn_at_one(network: Network) -> None:
    route = corridors.plan(network, "Zahedan", "Rohri", via=["Quetta"], modes=["rail"], count=1)[0]
    assert route.nodes.count("spezand") == 2
    assert "quetta" in route.nodes
    there = corridors.plan(network, "Almaty", "Karachi", via=["Mary", "Herat"], count=1)[0]
    assert there.nodes.index("mary") < there.nodes.index("herat")


def test_air_competes_only_when_asked_for(network: Network) -> None:
    assert "air" not in corridors.plan(network, "Almaty", "Karachi", include="proposed", by="time")[0].km_by_mode
    route = corridors.plan(network, "ALA", "KHI", modes=["air"], include="proposed", count=1)[0]
    assert list(route.km_by_mode) == ["air"]
    assert route.distance_km == pytest.approx(2235.9)
    assert route.corridors == ("air",)
    with pytest.raises(errors.NoRouteError, match="with include='proposed'"):
        corridors.plan(network, "ALA", "KHI", modes=["air"])


def test_closures_warn_by_default_and_shut_when_applied(network: Network) -> None:
    told = corridors.plan(network, "Kabul", "Peshawar", modes=["road"], count=1)[0]
    assert "torkham-peshawar-road" in told.segment_ids
    assert any("closed (pak_afg_torkham)" in warning for warning in told.warnings)
    shut = corridors.plan(network, "Kabul", "Peshawar", modes=["road"], count=1, closures="apply")[0]
    closed = {"torkham-peshawar-road", "chaman-spin_boldak-road", "kharlachi-parachinar-road"}
    assert not closed & set(shut.segment_ids)
    before = corridors.plan(
        network, "Kabul", "Peshawar", modes=["road"], count=1, closures="apply", day=date(2025, 6, 1)
    )[0]
    assert "torkham-peshawar-road" in before.segment_ids


def test_an_unbuilt_line_over_a_shut_border_is_no_way_round(network: Network) -> None:
    """Pakistan shut its crossings with Afghanistan, whatever rolls over them."""
    shut = {
        "chaman-spin_boldak-road",
        "spin_boldak-chaman-rail",
        "kharlachi-parachinar-road",
        "kharlachi-thall-rail",
        "torkham-peshawar-road",
    }
    borders = {
        key
        for key, item in network.segments.items()
        if set(item.crossing or ()) == {"AF", "PK"} and item.mode in ("rail", "road")
    }
    told = corridors.plan(network, "Kandahar", "Quetta", include="planned", count=1)[0]
    assert any("pak_afg_chaman" in warning for warning in told.warnings)
    for route in corridors.plan(network, "Kandahar", "Quetta", include="proposed", closures="apply"):
        assert not shut & set(route.segment_ids)
    assert borders == shut


def test_one_text_is_a_list_of_one(network: Network) -> None:
    one = corridors.plan(network, "Almaty", "Karachi", via="Khunjerab", avoid="AF", modes="road", count=1)[0]
    assert "khunjerab" in one.nodes
    assert set(one.km_by_mode) == {"road"}
    with pytest.raises(errors.RequestError, match="whole number"):
        corridors.plan(network, "Almaty", "Karachi", count="5")  # type: ignore[arg-type]


def test_answers_have_short_names(network: Network) -> None:
    for answer in (network, corridors.plan(network, "Almaty", "Karachi"), corridors.compare(network, "Almaty", "Poti")):
        assert len(repr(answer)) < 80


def test_in_a_future_year_an_open_ended_closure_only_warns(network: Network) -> None:
    route = corridors.plan(network, "Kabul", "Peshawar", modes=["road"], count=1, closures="apply", as_of=2035)[0]
    assert "torkham-peshawar-road" in route.segment_ids
    assert any("pak_afg_torkham" in warning for warning in route.warnings)


def test_in_the_year_of_the_data_closures_apply_as_they_do_today(network: Network) -> None:
    asked = {"modes": ["road"], "closures": "apply"}
    today = corridors.plan(network, "Kabul", "Karachi", **asked)
    year = corridors.plan(network, "Kabul", "Karachi", as_of=network.catalog.data_date.year, **asked)
    assert [route.segment_ids for route in year] == [route.segment_ids for route in today]
    assert not any("AF PK" in " ".join(route.km_by_country) for route in year)
    assert not any("not applied" in note for note in (*today.notes, *year.notes))


def test_a_closure_that_is_not_applied_though_asked_for_is_named_with_what_shuts_it(network: Network) -> None:
    asked = {"modes": ["road"], "as_of": 2035, "count": 1}
    applied = corridors.plan(network, "Kabul", "Karachi", closures="apply", **asked)
    assert applied.notes == (
        "closures without a known end are not applied in 2035: pak_afg_chaman (avoid=['chaman-spin_boldak-road'] "
        "shuts it)",
    )
    assert corridors.plan(network, "Kabul", "Karachi", **asked).notes == ()
    pareto = corridors.plan(network, "Kabul", "Karachi", closures="apply", pareto=("time", "cost"), **asked)
    assert any("pak_afg_chaman" in text for text in pareto.notes)
    clear = corridors.plan(
        network,
        "Kabul",
        "Karachi",
        closures="apply",
        **asked,
        avoid=["chaman-spin_boldak-road", "torkham-peshawar-road", "kharlachi-parachinar-road"],
    )
    assert clear.notes == () and "IR" in clear[0].km_by_country


def test_seasonal_risks_and_restrictions_never_shut() -> None:
    winter = closures.by_segment(drawn.SHIPPED, date(2027, 1, 10))
    assert {item.kind for item in winter["doshi-salang-road"]} == {"seasonal"}
    assert "doshi-salang-road" not in closures.enforced(winter, as_of=None)
    assert [item.id for item in winter["khunjerab-sost-road"]] == ["khunjerab_allyear"]  # it takes the old rule back
    assert "khunjerab-sost-road" not in closures.by_segment(drawn.SHIPPED, date(2027, 6, 10))


def test_no_two_answers_share_more_than_asked(network: Network) -> None:
    answer = corridors.plan(network, "Almaty", "Karachi", count=4, different=0.6, include="planned")
    for at, one in enumerate(answer):
        for other in answer[:at]:
            shared = sum(item.km for item in one.segments if item.id in other.segment_ids)
            assert shared <= 0.6 * min(one.distance_km, other.distance_km) + 1e-9
    times = [route.time_h for route in answer]
    assert times == sorted(times)
    exact = corridors.plan(network, "Almaty", "Karachi", count=4, different=1.0, include="planned")
    assert exact[0].segment_ids == answer[0].segment_ids
    assert exact[3].time_h <= answer[3].time_h


def test_a_search_that_stops_says_so(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MAX_CANDIDATES", 5)
    answer = corridors.plan(network, "Almaty", "Karachi", by="distance", count=3, different=0.3)
    assert (answer.complete, answer.examined) == (False, 5)
    assert answer.as_dict()["complete"] is False


def test_adding_a_segment_never_makes_the_best_worse(network: Network) -> None:
    pairs = [("Almaty", "Karachi"), ("Tashkent", "Gwadar"), ("Urumqi", "Poti")]
    statuses = ("operational", "under_construction", "planned", "proposed")
    for start, end in pairs:
        for by, field in (("distance", "distance_km"), ("time", "time_h"), ("cost", "cost_usd")):
            best = [
                getattr(corridors.plan(network, start, end, by=by, count=1, include=status)[0], field)
                for status in statuses
            ]
            assert best == sorted(best, reverse=True)


def test_closing_a_segment_of_the_best_route_never_makes_it_better(network: Network) -> None:
    best = corridors.plan(network, "Almaty", "Karachi", count=1)[0]
    for segment_id in best.segment_ids[::4]:
        without = corridors.plan(network, "Almaty", "Karachi", count=1, avoid=[segment_id])[0]
        assert without.time_h >= best.time_h


def test_there_and_back_are_equally_long(network: Network) -> None:
    there = corridors.plan(network, "Almaty", "Karachi", by="distance", count=1)[0]
    back = corridors.plan(network, "Karachi", "Almaty", by="distance", count=1)[0]
    assert there.distance_km == pytest.approx(back.distance_km)


def test_more_tonnes_cost_and_emit_in_proportion(network: Network) -> None:
    one = corridors.plan(network, "Almaty", "Karachi", by="cost", count=1, tonnes=20)[0]
    ten = corridors.plan(network, "Almaty", "Karachi", by="cost", count=1, tonnes=200)[0]
    assert ten.segment_ids == one.segment_ids
    assert (ten.cost_usd, ten.co2e_kg) == (pytest.approx(10 * one.cost_usd), pytest.approx(10 * one.co2e_kg))
    assert ten.time_h == one.time_h


def test_no_route_says_what_can_be_reached_and_what_blocks(network: Network) -> None:
    with pytest.raises(errors.NoRouteError) as caught:
        corridors.plan(network, "Almaty", "Herat", modes=["rail"])
    text = str(caught.value)
    assert "places can be reached" in text
    assert "the nearest to Herat is Rozanak" in text
    assert "with include='under_construction' there is one, of " in text
    assert "by rail (rozanak-rabat_paryan-rail)" in text
    with pytest.raises(errors.NoRouteError, match=r"nearest place with a line by air is Almaty airport \(ALA\)"):
        corridors.plan(network, "Almaty", "Karachi", modes=["Air"])
    with pytest.raises(errors.NoRouteError, match="with the modes"):
        corridors.plan(network, "Almaty", "Karachi", modes=["sea"])
    with pytest.raises(errors.NoRouteError, match="without avoid there is"):
        corridors.plan(network, "Almaty", "Karachi", avoid=["hyderabad_pk", "zero_point"], modes=["road"])


@pytest.mark.parametrize("km", [None, 0.0, -1.0, float("nan"), float("inf"), "12"])
def test_a_length_that_is_none_is_refused_with_the_segments_name(network: Network, km: object) -> None:
    bad = network.segments["almaty-otar-rail"].model_copy(update={"length_km": km})
    with pytest.raises(errors.DataError, match="almaty-otar-rail"):
        network.with_([bad])


@pytest.mark.parametrize("km", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_a_network_is_not_made_of_lengths_that_are_none(km: object) -> None:
    small = drawn.network("a --10-- b --10-- c")
    bad = small.segments["b-c-road"].model_copy(update={"length_km": km})
    with pytest.raises(errors.DataError, match="b-c-road") as caught:
        drawn.of(dict(small.nodes), {**small.segments, "b-c-road": bad})
    assert {item.feature_id for item in caught.value.problems} == {"b-c-road"}


def test_a_segment_to_nowhere_is_refused(network: Network) -> None:
    bad = network.segments["almaty-otar-rail"].model_copy(
        update={"to_node": "atlantis", "mode": "maglev", "country_km": {}}
    )
    with pytest.raises(errors.DataError) as caught:
        network.with_([bad])
    assert {item.code for item in caught.value.problems} == {"unknown-node", "unknown-mode", "no-country-km"}


@pytest.mark.parametrize("code", ["TM", "IR", "KZ", "cn"])
def test_a_country_is_no_place(code: str) -> None:
    with pytest.raises(errors.UnknownNameError):
        places.find(drawn.SHIPPED, code)
