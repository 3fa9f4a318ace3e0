"""Gateways held against plans over the same lanes, against closures, and against the question they answer."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import studies

import corridors
from corridors.studies.gateways import question as study
from corridors.studies.gateways.answer import Gateways
from corridors.studies.study import Run
from geodata import errors
from maps.closure_marks import mark_of
from planner import allowed as allowed_, dressed, plan, seaways
from planner.network import Network
from planner.price import estimates, impedance
from planner.price.measures import MEASURES
from planner.sea import gateways
from planner.sea.gateways import OVERLAND, value
from planner.seaways import World


@pytest.fixture(scope="module")
def network() -> Network:
    return corridors.load()


def asked(network: Network, **options: Any) -> Gateways:
    question = study.GatewaysQuestion.model_validate({"origin": "Almaty", **options})
    return study.answer(network, question, Run())


@pytest.fixture(scope="module")
def found(network: Network) -> Gateways:
    return asked(network)


def ports_of(answer: Gateways, market: str) -> dict[str, float]:
    return {way.gateway: value(way.route, answer.request.by) for way in answer.today.ways[market]}


def test_each_way_is_the_best_one_of_a_plan_with_the_lanes_of_that_port_alone(found: Gateways) -> None:
    made, request = found.world, found.request
    for gateway in ("karachi", "bandar_abbas", "poti", "lianyungang"):
        lanes = {lane.segment.id for (start, _), lane in made.lanes.items() if start == gateway}
        others = {key for key, item in made.network.segments.items() if item.mode == "sea" and key not in lanes}
        alone = made.network.without(others)
        for market in ("jebel_ali", "mombasa", "singapore", "rotterdam"):
            best = plan.plan(alone, dataclasses.replace(request, destination=market))[0]
            assert value(best, "time") == pytest.approx(ports_of(found, market)[gateway])


def test_ways_are_ranked_by_what_their_routes_take(found: Gateways) -> None:
    """They are ranked before their routes are made: by whole units, added up for each gateway once."""
    listed = [(by, each) for by, rows in found.by_criterion.items() for each in rows]
    listed += [(found.request.by, row.scenario) for row in found.shut]
    for by, scenario in listed:
        for ways in scenario.ways.values():
            values = [value(way.route, by) for way in ways]
            units = [impedance.amount(way.units, by, found.request.consignment) for way in ways]
            assert values == pytest.approx(units, rel=1e-8)
            assert units == sorted(units)


def test_what_was_worked_out_for_a_question_serves_the_next(network: Network, found: Gateways) -> None:
    again = asked(network)
    assert again.world is found.world
    assert allowed_.permitted(again.world.network, again.request).kept["sailing"]
    assert again.body() == found.body()
    for number in range(seaways.KEPT + 3):
        closed = [key for at, key in enumerate(network.catalog.straits) if number >> at & 1]
        seaways.world(network, ["karachi"], {"salalah": network.nodes["salalah"]}, closed)
    assert len(network.kept["worlds"]) == seaways.KEPT


def test_the_best_port_is_that_of_a_plan_over_all_lanes(found: Gateways) -> None:
    for market in found.world.markets:
        best = plan.plan(found.world.network, dataclasses.replace(found.request, destination=market))[0]
        own = found.today.best(market)
        assert own is not None
        if sum(leg.mode == "sea" for leg in best.legs) <= 1:
            assert value(best, "time") == pytest.approx(value(own.route, "time")), market
        assert value(best, "time") <= value(own.route, "time") + 1e-9


def test_it_agrees_with_a_plain_plan_where_the_network_has_the_lane_itself(network: Network, found: Gateways) -> None:
    best = found.today.best("jebel_ali")
    assert best is not None
    assert best.route.segment_ids == corridors.plan(network, "Almaty", "Jebel Ali", count=1)[0].segment_ids
    assert "bandar_abbas-jebel_ali-sea" in best.route.segment_ids


@pytest.mark.parametrize("by", list(MEASURES))
def test_parts_add_up_and_the_best_stands_first(network: Network, by: str) -> None:
    answer = asked(network, by=by, markets=["Rotterdam", "Shanghai", "Mumbai"], build=["none"])
    field = MEASURES[by].field
    for row in answer.body()["scenarios"][0]["markets"]:
        values = [way[field] for way in row["ways"]]
        assert values == sorted(values) and len(values) > 5
        assert row["best_by"][by]["gateway"] == row["ways"][0]["gateway"]
        for way in row["ways"]:
            assert way["land_km"] + way["sea_km"] == pytest.approx(way["distance_km"])
            assert way["land_h"] + way["port_h"] + way["sea_h"] == pytest.approx(way["time_h"])
            assert min(way["land_km"], way["land_h"], way["port_h"], way["sea_h"]) >= 0


def test_a_port_and_its_lane_by_hand(found: Gateways) -> None:
    """Karachi-Mombasa at 27.8 km/h, 72 h in each of the two ports by central values, each at its expectation."""
    rates = estimates.rates(found.world.network.catalog, "expected")
    port_h, speed = rates.get("port_h", "port"), rates.get("speed_km_per_h", "sea")
    short, deep = (rates.get(f"{kind}_usd_per_teu_km", "sea") for kind in ("rate", "long_haul"))
    assert [row.rate.central for row in (port_h, speed, short, deep)] == [72, 27.8, 0.23, 0.0459]
    way = next(way for way in found.today.ways["mombasa"] if way.gateway == "karachi")
    lane = found.world.lanes[("karachi", "mombasa")]
    parts = next(row for row in found._scenario(found.today)["markets"] if row["market"] == "mombasa")["ways"]
    karachi = next(row for row in parts if row["gateway"] == "karachi")
    assert karachi["sea_km"] == lane.segment.km
    assert karachi["port_h"] == port_h.value
    assert karachi["sea_h"] == pytest.approx(lane.segment.km / speed.value + port_h.value)
    usd = short.value * 1950 + deep.value * (lane.segment.km - 1950)
    assert way.route.legs[-1].amounts.cost_usd == pytest.approx(usd)


def test_once_built_nothing_is_worse_and_the_corridor_goes_on_by_ship(network: Network, found: Gateways) -> None:
    today, ktap = found.scenarios
    assert ktap.built == "ktap"
    for market in found.world.markets:
        now, then = ({way.gateway: value(way.route, "time") for way in each.ways[market]} for each in (today, ktap))
        assert set(now) == set(then)
        assert all(then[key] <= now[key] + 1e-9 for key in now)
    own = corridors.named(network)["ktap"]
    new = {item.id for item in own.segments if item.status != "operational"}
    for market, way in ktap.over.items():
        taken = way.route.segment_ids
        assert new <= set(taken) and all(taken.count(key) == 1 for key in new), market
        assert way.route.unbuilt_km == pytest.approx(own.unbuilt_km)
        assert any("not built" in warning for warning in way.route.warnings)
    alone = [*own.segments, network.segments["karachi-jebel_ali-sea"]]
    (whole,) = dressed.routes(found.world.network, found.request, [alone])
    assert value(ktap.over["jebel_ali"].route, "time") <= value(
        whole, "time"
    )  # the corridor's own line is one such way


@pytest.mark.parametrize("built", ["ktap", "uap", "ktap-gwadar", "zahedan_chabahar"])
def test_the_way_over_all_new_lines_is_the_best_of_those(network: Network, built: str) -> None:
    """No way through a port of its country that happens to take all of its new lines emits less; no best one more."""
    answer = asked(network, by="co2e", markets=["Mumbai"], build=[built])
    scenario = answer.scenarios[1]
    new = set(gateways.unbuilt(network, built))
    over = scenario.over["mumbai"]
    assert new <= set(over.route.segment_ids)
    taking = [way for way in scenario.ways["mumbai"] if new <= set(way.route.segment_ids)]
    for way in taking:  # ways that are the best to their gateways anyway
        if network.nodes[way.gateway].country == network.nodes[over.gateway].country:
            assert value(over.route, "co2e") <= value(way.route, "co2e") + 1e-6
    assert value(over.route, "co2e") >= value(scenario.ways["mumbai"][0].route, "co2e") - 1e-6


def test_a_corridor_that_is_the_best_by_one_criterion_says_so(network: Network) -> None:
    answer = asked(network, by="co2e", markets=["Mumbai"])
    best = answer.scenarios[1].best("mumbai")
    assert best is not None and best.gateway == "port_qasim"
    assert "over all new lines of ktap goes the best way to Mumbai (Nhava Sheva)" in answer.tables()[0].before
    told = answer.body()["scenarios"][1]["markets"][0]
    assert "ktap" in next(way for way in told["ways"] if way["gateway"] == "karachi")["corridors"]
    assert told["over"]["segments"] == told["ways"][0]["segments"]


def test_the_best_by_each_criterion_is_that_of_the_question_by_it(network: Network, found: Gateways) -> None:
    for by in ("cost", "co2e"):
        own = asked(network, by=by)
        for at in (0, 1):
            for market in found.world.markets:
                one, other = found.by_criterion[by][at].best(market), own.scenarios[at].best(market)
                assert one is not None and other is not None
                assert one.route.segment_ids == other.route.segment_ids, (by, market)


def test_a_year_is_not_called_today_and_says_what_it_does_not_apply(network: Network) -> None:
    answer = asked(network, by="co2e", markets=["Mumbai"], as_of=2036, closures="apply")
    titles = [column.title for table in answer.tables() for column in table.columns]
    assert "CO2e, in 2036" in titles and not any("today" in title for title in titles)
    assert any("not applied in 2036: pak_afg_chaman" in note for note in answer.notes)
    assert any("among the lines asked for already" in note for note in answer.scenarios[1].notes)


def test_what_the_ports_of_the_corridors_country_are_the_best_for(found: Gateways) -> None:
    line = next(text for text in found.tables()[0].before if text.startswith("ports of Pakistan (PK)"))
    iran = next(row for row in found.shut if row.id == "IR").scenario
    best = [iran.best(market) for market in found.world.markets]
    gained = [way for way in best if way and found.network.nodes[way.gateway or "almaty"].country == "PK"]
    assert f"today 0; with ktap 0; if Iran is shut {len(gained)} (" in line and len(gained) >= 5


@pytest.mark.parametrize("strait", ["gibraltar", "good_hope"])
def test_a_strait_whose_way_round_goes_round_the_globe_is_answered(network: Network, strait: str) -> None:
    answer = asked(network, markets=["Rotterdam"], close=[strait], build=["none"])
    assert answer.today.ways["rotterdam"]
    assert all(way.route.legs[-1].amounts.distance_km <= 40_000 for way in answer.today.ways["rotterdam"])


def test_a_corridor_that_changes_something_is_told_of(network: Network) -> None:
    """With the Kabul corridor the ways to Pakistan's ports get cheaper; those to Georgia do not."""
    answer = asked(network, by="cost", markets=["Rotterdam"], build=["uap"])
    now, then = ({way.gateway: value(way.route, "cost") for way in each.ways["rotterdam"]} for each in answer.scenarios)
    assert then["karachi"] < now["karachi"] - 100
    assert then["poti"] == now["poti"]
    assert any("Cost through each gateway, USD, with uap:" in table.before for table in answer.tables())


def test_what_is_shut_is_not_used(network: Network, found: Gateways) -> None:
    kinds = {(row.kind, row.id) for row in found.shut}
    assert {("strait", "hormuz"), ("strait", "bab_el_mandeb"), ("country", "IR")} <= kinds
    for row in found.shut:
        for market, ways in row.scenario.ways.items():
            extra = found.extra(row.scenario, market)
            assert extra is None or extra >= -1e-9
            for way in ways:
                if row.kind == "strait":
                    assert row.id not in way.straits
                else:
                    assert way.route.km_by_country.get(row.id, 0.0) == 0
                    assert way.gateway == OVERLAND or network.nodes[way.gateway].country != row.id


def test_a_strait_that_is_shut_gives_what_the_question_with_it_closed_gives(network: Network, found: Gateways) -> None:
    for strait in ("bab_el_mandeb", "hormuz"):
        row = next(each for each in found.shut if each.id == strait)
        closed = asked(network, close=[strait], build=["none"])
        for market in found.world.markets:
            one = [(way.gateway, way.route.segment_ids, value(way.route, "time")) for way in row.scenario.ways[market]]
            assert one == [
                (way.gateway, way.route.segment_ids, value(way.route, "time")) for way in closed.today.ways[market]
            ], (strait, market)
            for way in closed.today.ways[market]:
                told = " ".join(way.route.warnings)
                assert "red_sea_2023" not in told or strait != "bab_el_mandeb"


def test_closures_of_straits_warn_or_shut_on_their_days(network: Network) -> None:
    """The Strait of Hormuz was closed from 1 March to 21 June 2026, by the sources of closures.toml."""
    spring = {"markets": ["Jebel Ali", "Mumbai"], "date": "2026-04-01", "build": ["none"]}
    warned = asked(network, **spring)
    best = warned.today.best("jebel_ali")
    assert best is not None and any(text.startswith("closed (hormuz_2026)") for text in best.route.warnings)
    lane = next(way for way in warned.today.ways["mumbai"] if way.gateway == "bandar_abbas")
    assert any(text.startswith("closed (hormuz_2026)") for text in lane.route.warnings)
    shut = asked(network, closures="apply", **spring)
    assert shut.world.closed == ("hormuz",)
    assert shut.today.ways["jebel_ali"] == ()
    assert shut.today.why_not("jebel_ali") == "every lane passes a strait that is closed (Strait of Hormuz)"
    assert "bandar_abbas" not in ports_of(shut, "mumbai") and "chabahar" in ports_of(shut, "mumbai")
    assert asked(network, closures="apply", markets=["Jebel Ali"], build=["none"]).world.closed == ()  # since June


def test_avoiding_a_country_leaves_its_ports_out(network: Network) -> None:
    answer = asked(network, avoid=["Iran"], markets=["Jebel Ali"], build=["ktap"])
    assert {"bandar_abbas", "chabahar"} & set(ports_of(answer, "jebel_ali")) == set()
    assert answer.today.unreached["chabahar"] == "its country is avoided"
    best = answer.today.best("jebel_ali")
    assert best is not None and network.nodes[best.gateway].country == "PK"


def test_a_corridor_whose_crossing_is_shut_is_not_built(network: Network) -> None:
    answer = asked(network, closures="apply", markets=["Mumbai"])
    assert "spin_boldak-chaman-rail" in " ".join(answer.scenarios[1].notes)
    assert answer.scenarios[1].over == {}
    later = asked(network, closures="apply", markets=["Mumbai"], as_of=2036)  # no closure without an end holds then
    assert "among the lines asked for already" in later.scenarios[1].notes[0] and later.scenarios[1].over


def test_markets_by_land_and_the_origin_itself(network: Network) -> None:
    answer = asked(network, markets=["Shanghai", "Istanbul"], build=["none"])
    for market in ("shanghai", "istanbul"):
        ways = answer.today.ways[market]
        assert next(way for way in ways if way.gateway == OVERLAND).route.nodes[-1] == market
        assert all(way.gateway != market for way in ways)
    own = asked(network, origin="Karachi", markets=["Karachi", "Mumbai"], build=["none"])
    assert own.world.markets == ("mumbai",) and "Karachi is the origin itself" in own.notes[0]
    assert len(own.today.ways["mumbai"][0].route.legs) == 1  # by ship from the quay
    with pytest.raises(errors.RequestError, match="market itself"):
        asked(network, origin="Istanbul", markets=["Istanbul"])


def test_evidence_is_that_of_the_ways_shown(network: Network, found: Gateways) -> None:
    assert {row.market for row in found.leaning} == set(found.world.markets)
    for row in found.leaning:
        assert row.evidence.winner == found.best_name(found.today, row.market)
        first, second, *_ = (value(way.route, "time") for way in found.today.ways[row.market])
        assert row.evidence.lead == pytest.approx(second - first)
    turned = [len(row.turned) for row in found.leaned_on()]
    assert turned == sorted(turned, reverse=True) and turned[0] > 0
    first = found.leaned_on()[0]
    by_market = [
        swing.move(True, row.evidence.lead or 0.0)
        for row in found.leaning
        for swing in row.evidence.of_lead
        if swing.rate.key == first.swing.rate.key
    ]
    assert first.moves == pytest.approx(sum(by_market))
    for market in first.turned:
        row = next(row for row in found.leaning if row.market == market)
        swing = next(swing for swing in row.evidence.of_lead if swing.rate.key == first.swing.rate.key)
        assert swing.lead is not None and min(swing.lead) < 0


def test_by_command_with_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (
        "gateways",
        "Almaty",
        "--market",
        "Rotterdam",
        "--market",
        "jebel ali",
        "--close",
        "Suez Canal",
        "-f",
        "json",
    )
    told = studies.ask(capsys, *arguments)
    assert told.code == 0
    assert told.json["manifest"]["study"] == "gateways" and told.json["straits_closed"] == ["suez"]
    assert all("suez" not in way["straits"] for row in told.json["scenarios"][0]["markets"] for way in row["ways"])
    (tmp_path / "answer.json").write_text(told.out, encoding="utf-8")
    assert studies.ask(capsys, "replay", str(tmp_path / "answer.json")).out == told.out


def test_the_best_ways_are_lines_for_a_map(capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "gateways", "Almaty", "--market", "Mumbai", "--build", "none", "-f", "geojson")
    assert told.code == 0
    legs = [item for item in told.json["features"] if item["geometry"]["type"] == "LineString"]
    assert legs[0]["properties"]["from"] == "almaty" and legs[-1]["properties"]["to"] == "mumbai"
    over = studies.ask(
        capsys,
        "gateways",
        "Almaty",
        "--market",
        "New York",
        "--gateway",
        "Shanghai",
        "--close",
        "suez",
        "--close",
        "good_hope",
        "--build",
        "none",
        "-f",
        "geojson",
    )
    pacific = [item["geometry"] for item in over.json["features"] if item["geometry"]["type"] == "MultiLineString"]
    assert len(pacific) == 1 and all(
        abs(one[0] - other[0]) <= 180 for line in pacific[0]["coordinates"] for one, other in itertools.pairwise(line)
    )
    assert legs[-1]["properties"]["mode"] == "sea" and len(legs[-1]["geometry"]["coordinates"]) > 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--gateway", "Aktau"), "known: karachi, port_qasim"),
        (("--market", "Atlantis"), "markets.toml"),
        (("--market", "Aktau"), "not on the open sea"),
        (("--close", "Hormus"), "hormuz"),
        (("--build", "silk-road"), "known: trans-caspian"),
        (("--avoid", "sea"), "all lanes go by sea"),
        (("--gateway", "Chabahar", "--avoid", "IR"), "both asked for and avoided"),
    ],
)
def test_what_is_no_port_market_or_strait_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    told = studies.ask(capsys, "gateways", "Almaty", *arguments)
    assert (told.code, told.out) == (2, "")
    assert said in told.said


def test_no_way_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "gateways", "Almaty", "--market", "Jebel Ali", "--close", "hormuz")
    assert told.code == 1
    assert "Jebel Ali: every lane passes a strait that is closed (Strait of Hormuz)" in told.said
    beyond = studies.ask(capsys, "gateways", "Salalah", "--market", "Rotterdam")
    assert beyond.code == 1 and "the same of all 11 gateways: no way by land from Salalah" in beyond.said


def test_own_ports_markets_and_straits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "Ormara {{ 7*7 }} <b>$x^2$</b>"
    (tmp_path / "markets.toml").write_text(
        f'[[market]]\nid = "ormara"\nname = "{hostile}"\ncountry = "PK"\nlon = 64.6\nlat = 25.1\n'
        'source = ["general-knowledge"]\n',
        encoding="utf-8",
    )
    (tmp_path / "gateways.toml").write_text('[[gateway]]\nid = "sohar"\n', encoding="utf-8")
    (tmp_path / "straits.toml").write_text(
        '[[strait]]\nid = "mine"\ntitle = "A wall"\nbox = [63.5, 20.0, 64.0, 26.0]\n', encoding="utf-8"
    )
    figure = tmp_path / "own.png"
    told = studies.ask(
        capsys,
        "gateways",
        "Almaty",
        "--market",
        "ormara",
        "--close",
        "mine",
        "-f",
        "json",
        "--data",
        str(tmp_path),
        "--figure",
        str(figure),
    )
    assert told.code == 0 and figure.stat().st_size > 20_000
    assert told.json["markets"] == {"ormara": hostile}
    today = told.json["scenarios"][0]
    gateways_ = {way["gateway"] for way in today["markets"][0]["ways"]}
    assert gateways_ and "gwadar" not in gateways_  # the wall stands between
    assert (
        "no way by land from Almaty" in today["gateways_without_a_way"]["sohar"]
        or "A wall" in today["gateways_without_a_way"]["sohar"]
    )


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("gateways.toml", '[[gateway]]\nid = "nowhere"\n', "unknown-id"),
        ("markets.toml", '[[market]]\nid = "nowhere"\n', "unknown-id"),
        ("markets.toml", '[[market]]\nid = "half"\nname = "Half"\nlon = 3.0\n', "needs name, country, lon and lat"),
        ("gateways.toml", '[[gateway]]\nid = "baku"\n', "not-at-sea"),
        ("markets.toml", '[[market]]\nid = "m"\nname = "M"\ncountry = "RU"\nlon = 37.6\nlat = 55.7\n', "not-at-sea"),
        ("straits.toml", '[[strait]]\nid = "s"\ntitle = "S"\nbox = [10.0, 0.0, 5.0, 1.0]\n', "must rise from west"),
        (
            "closures.toml",
            '[[closure]]\nid = "c"\napplies_to = ["karachi"]\nstraits = ["styx"]\nkind = "closed"\n'
            'from_date = 2026-01-01\nreason = "r"\nsource = ["general-knowledge"]\nconfidence = "low"\n',
            "unknown-id",
        ),
    ],
)
def test_bad_rows_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, code: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    told = studies.ask(capsys, "check", str(tmp_path))
    assert told.code == 1
    assert code in told.out and file in told.out


def test_the_picture_has_every_port_and_market(found: Gateways) -> None:
    texts = [item.get_text().replace("\n", " ") for axes in found.figure().axes for item in axes.texts]
    for key in (*found.world.gateways, *found.world.markets):
        assert found.name(key) in texts
    best = found.today.best("jebel_ali")
    assert best is not None and f"{best.route.time_h:,.0f} {mark_of(best.route)}".strip() in texts


def test_the_table_answers_for_each_market(found: Gateways) -> None:
    main = found.tables()[0]
    assert [row[0] for row in main.rows] == [found.name(key) for key in found.world.markets]
    titles = [column.title for column in main.columns]
    assert (
        titles[:6] == ["market", "best gateway", "time, h", "P10–P90", "cost, USD", "P10–P90"] and "over ktap" in titles
    )
    for table in found.tables():
        assert all(len(row) == len(table.columns) for row in table.rows)
    text = json.dumps(found.body(), allow_nan=False)
    assert "Infinity" not in text


def test_a_line_by_sea_that_is_shut_stays_shut_when_a_strait_is_too(tmp_path: Path) -> None:
    (tmp_path / "closures.toml").write_text(
        '[[closure]]\nid = "strike"\napplies_to = ["chabahar-jebel_ali-sea", "gwadar-jebel_ali-sea"]\nkind = "closed"\n'
        'from_date = 2026-01-01\nreason = "r"\nsource = ["general-knowledge"]\nconfidence = "low"\n',
        encoding="utf-8",
    )
    answer = asked(corridors.load(tmp_path), closures="apply", markets=["Jebel Ali", "Jeddah"], build=["none"])
    every = [answer.today, *(row.scenario for row in answer.shut)]
    assert {row.kind for row in answer.shut} == {"strait", "country"}
    for scenario in every:
        used = {key for ways in scenario.ways.values() for way in ways for key in way.route.segment_ids}
        assert not used & {"chabahar-jebel_ali-sea", "gwadar-jebel_ali-sea"}


def test_two_worlds_share_no_closures(found: Gateways) -> None:
    """Lanes that no longer pass a strait are no longer warned of it."""
    closed = next(row for row in found.shut if row.id == "bab_el_mandeb").scenario
    way = next(way for way in closed.ways["rotterdam"] if way.gateway == "karachi")
    assert way.straits == ("good_hope",)
    assert not any("red_sea" in text for text in way.route.warnings)
    before = next(way for way in found.today.ways["rotterdam"] if way.gateway == "karachi")
    assert any("red_sea_2023" in text for text in before.route.warnings)


def test_a_world_is_made_of_its_base(found: Gateways, network: Network) -> None:
    made: World = found.world
    assert made.base is network
    own = {key for key, item in network.segments.items() if item.mode == "sea"}
    assert own & set(made.network.segments) <= {lane.segment.id for lane in made.lanes.values()}
    assert seaways.with_lanes(made, made.lanes, ()).network.segments == made.network.segments
