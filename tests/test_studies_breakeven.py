"""Break-even: ties by hand, plugged back through a full pricing; "never" held at many values; maps and options."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import drawn
import numpy as np
import pytest
import studies

import corridors
from corridors.studies.breakeven import question as study
from corridors.studies.breakeven.map import Map
from corridors.studies.breakeven.tie import Single
from corridors.studies.study import Run
from geodata import errors, records
from geodata.quantities import QUANTITIES
from geodata.rates import Rates
from planner import named, plan, request
from planner.network import Network
from planner.price import assemble
from planner.price.route import Route
from planner.uncertainty import breakeven, formulas, variables
from planner.years import openings

RAIL_OR_ROAD = """
    a ==1000== b
    a --500-- b
"""


def routes_of(network: Network, start: str, end: str, *modes: str) -> list[Route]:
    """The best route in each of these modes, by central values: ties by hand are of these."""
    asked = [request.make(network.catalog, start, end, modes=(mode,), central=True) for mode in modes]
    return [plan.plan(network, each)[0] for each in asked]


def asked(network: Network, **options: object) -> Single:
    question = study.BreakEvenQuestion.model_validate(options)
    found = study.answer(network, question, Run())
    assert isinstance(found, Single)
    return found


def test_the_tie_by_hand() -> None:
    """Rail 1000/50 + 0.012 x 1000 + 24 = 56 h; road 500 / x / 0.55 + 8 h: equal at x = 500 / 0.55 / 48."""
    network = drawn.network(RAIL_OR_ROAD)
    found = breakeven.vary(network, routes_of(network, "a", "b", "rail", "road"), "road-speed:KZ")
    less = breakeven.difference(found.powers(0, "time"), found.powers(1, "time"))
    (tie,) = breakeven.ties(less)
    assert tie == pytest.approx(500 / 0.55 / 48, rel=1e-12)
    assert [part.winner for part in breakeven.stretches(less, 1, 90)] == [0, 1]  # a slow lorry loses to the train
    assert breakeven.repriced(found, 0, "time", tie) == pytest.approx(56)
    assert breakeven.repriced(found, 1, "time", tie) == pytest.approx(56)


def test_never_by_hand() -> None:
    """However fast the train, loading, unloading and yards take 36 h; the lorry takes 25.8 h in all."""
    network = drawn.network(RAIL_OR_ROAD)
    found = breakeven.vary(network, routes_of(network, "a", "b", "rail", "road"), "rail-speed:KZ")
    less = breakeven.difference(found.powers(0, "time"), found.powers(1, "time"))
    assert breakeven.ties(less) == ()
    assert [part.winner for part in breakeven.stretches(less, 1, 120)] == [1]
    assert breakeven.at(found.powers(0, "time"), math.inf) == pytest.approx(36)


@pytest.mark.parametrize(
    ("less", "expected"),
    [
        ({-1: 120.0, 0: -2.0}, (60.0,)),
        ({0: -3.0, 1: 1.5}, (2.0,)),
        ({-1: 6.0, 0: -5.0, 1: 1.0}, (2.0, 3.0)),
        ({-1: 4.0, 0: -4.0, 1: 1.0}, (2.0,)),
        ({-1: 4.0, 0: 1.0, 1: 1.0}, ()),
        ({-1: -1.0, 1: 4.0}, (0.5,)),
        ({-1: 4.0}, ()),
        ({0: 4.0}, ()),
        ({0: 0.0, 1: 0.0}, ()),
        ({-1: 1e-9, 0: -1.0, 1: 1e-9}, (1e-9, 1e9)),
    ],
)
def test_ties_of_all_forms(less: dict[int, float], expected: tuple[float, ...]) -> None:
    assert breakeven.ties(less) == pytest.approx(expected, rel=1e-12)


def test_equal_functions_and_rounding() -> None:
    assert breakeven.stretches({0: 0.0}, 1, 9)[0].winner is None
    assert breakeven.difference({0: 0.1 + 0.2, -1: 5.0}, {0: 0.3, -1: 4.0}) == {0: 0.0, -1: 1.0}
    touching = breakeven.stretches({-1: 4.0, 0: -4.0, 1: 1.0}, 1, 9)
    assert [part.winner for part in touching] == [1, 1]


def test_a_stand_in_varies_in_its_own_country_alone() -> None:
    """TJ and MN have no rail speed: the region's 53.9 km/h stands in for both, 200 km each."""
    network = drawn.network("""
        TJ:a ==200== TJ:b ==200== MN:c ==200== MN:d
        a --500-- d
    """)
    pair = routes_of(network, "a", "d", "rail", "road")
    found = breakeven.vary(network, pair, "rail-speed:TJ")
    assert found.stands_in == ("speed_km_per_h", "rail", "region")
    assert found.powers(0, "time")[-1] == pytest.approx(300)  # 200 km and half of those across the border
    assert breakeven.at(found.powers(0, "time"), found.rate.central) == pytest.approx(pair[0].time_h, rel=1e-12)
    by_name = breakeven.vary(network, pair, "rail-speed:Tajikistan")
    assert by_name.key == found.key
    whole = breakeven.vary(network, pair, "rail-speed")
    assert whole.powers(0, "time")[-1] == pytest.approx(600)


def test_a_border_is_named_by_its_place_or_its_segment() -> None:
    network = drawn.network("""
        KZ:a ==100== TM:b ==100== UZ:c
        a --100-- c
    """)
    pair = routes_of(network, "a", "c", "rail", "road")
    by_segment = breakeven.vary(network, pair, "rail-border:a-b-rail1520")
    assert (by_segment.stands_in, by_segment.rate.central) == (("border_h", "rail", "KZ-TM"), 11)
    assert breakeven.vary(network, pair, "border:KZ-TM").key == ("border_h", "rail", "KZ-TM")
    with pytest.raises(errors.RequestError, match="several rates"):
        breakeven.vary(network, pair, "border:b")  # the crossings on both sides of b
    exact = breakeven.vary(network, pair, "border_h:rail:a-b-rail1520:KZ-TM")
    assert exact.key[2] == "a-b-rail1520:KZ-TM"


def test_what_no_route_reads_is_refused_with_what_they_read(network: Network) -> None:
    pair = list(corridors.named(network).values())[:2]
    for text in ("rail-sped:AF", "rail-speed:CN", "port_h:port:gwadar", "nonsense", "net_load_t_per_teu", ":", ""):
        with pytest.raises(errors.UnknownNameError) as caught:
            breakeven.vary(network, pair, text)
        assert "Without vary every parameter with a tie is listed" in str(caught.value), text
        assert len(caught.value.hints) <= 4 and len(str(caught.value)) < 300, text


def test_every_row_of_variables_is_sound() -> None:
    rows = variables.variables()
    assert len({row.word for row in rows}) == len(rows)
    for row in rows:
        quantity = QUANTITIES[row.quantity]
        assert 0 <= row.low < row.high < math.inf, row.word
        assert row.low > 0 or not quantity.divisor, row.word
        assert row.unit and row.why, row.word
    named_ = {row.quantity for row in rows}
    assert set(QUANTITIES) - named_ == {"net_load_t_per_teu"}


def test_every_rate_lies_within_its_limits_and_is_found_by_its_name(network: Network) -> None:
    found = corridors.named(network)
    for pair in (("ktap", "qtta-kkh"), ("trans-caspian", "iti"), ("air", "lapis-lazuli"), ("uap", "cpec-gwadar")):
        routes = [found[key] for key in pair]
        rates = formulas.of_routes(network, routes).rates
        for rate in rates:
            row = variables.of_rate(rate)
            assert row.low <= rate.central <= row.high, rate.key
            for text in (variables.name(rate), ":".join(rate.key)):
                assert variables.candidates(network, routes, text, rates)[0] == [rate.key], text


@pytest.mark.parametrize(
    ("pair", "by"),
    [(("ktap", "qtta-kkh"), "generalized"), (("afghan-road", "uap"), "cost"), (("trans-caspian", "iti"), "time")],
)
def test_every_tie_of_every_rate_is_one_when_priced_anew(network: Network, pair: tuple[str, str], by: str) -> None:
    """And where there is none, the same route wins at every value that is tried."""
    found = corridors.named(network)
    routes = (found[pair[0]], found[pair[1]])
    read = formulas.of_routes(network, routes)
    ties = nevers = 0
    for rate in read.rates:
        varied = breakeven.Varied(network, routes, read, rate.key, None)
        row = varied.variable
        less = breakeven.difference(varied.powers(0, by), varied.powers(1, by))
        inside = [value for value in breakeven.ties(less) if row.low <= value <= row.high]
        for value in inside:
            one, two = (breakeven.repriced(varied, number, by, value) for number in (0, 1))
            assert one == pytest.approx(two, rel=1e-9)
            ties += 1
        if not inside:
            tried = np.array([max(row.low, 1e-3), row.high])
            signs = {
                np.sign(breakeven.repriced(varied, 0, by, value) - breakeven.repriced(varied, 1, by, value))
                for value in tried.tolist()
            }
            assert len(signs) == 1, rate.key
            nevers += 1
    assert ties and nevers


def test_a_rate_at_its_low_moves_the_tie_to_where_swings_say(network: Network) -> None:
    found = corridors.named(network)
    pair = [found["ktap"], found["trans-caspian"]]
    varied = breakeven.vary(network, pair, "ferry-wait:aktau")
    limits = (varied.variable.low, varied.variable.high)
    (tie,) = breakeven.ties(breakeven.difference(varied.powers(0, "time"), varied.powers(1, "time")))
    rows = breakeven.swings(varied, "time", tie, limits)
    widths = [row.width(tie) for row in rows]
    assert len(rows) > 5 and widths == sorted(widths, reverse=True)
    unstated = next(row for row in rows if row.rate.low is None)  # its bounds are those of its confidence
    assert unstated.bounds[0] < unstated.rate.central < unstated.bounds[1]
    for row in (*rows[:2], unstated):
        for value, moved in zip(row.bounds, (row.low, row.high), strict=True):
            other = breakeven.with_rates(varied.network, [breakeven.known_to_be(row.rate, value)])
            again = breakeven.vary(other, pair, "ferry-wait:aktau")
            assert moved is not None
            one, two = (breakeven.repriced(again, number, "time", moved) for number in (0, 1))
            assert one == pytest.approx(two, rel=1e-9)


def test_the_interval_counts_what_lies_beyond_the_limits(network: Network) -> None:
    found = corridors.named(network)
    varied = breakeven.vary(network, [found["ktap"], found["lapis-lazuli"]], "rail-speed:AF")
    (tie,) = breakeven.ties(breakeven.difference(varied.powers(0, "generalized"), varied.powers(1, "generalized")))
    made = breakeven.interval(varied, "generalized", tie, (1, 120), draws=500, seed=3, above=0)
    again = breakeven.interval(varied, "generalized", tie, (1, 120), draws=500, seed=3, above=0)
    assert made == again
    assert made.share_with_tie + made.share_first_always + made.share_second_always == pytest.approx(1)
    assert made.share_second_always > 0.1 and made.p90 == math.inf
    assert 1 <= made.p10 <= made.p50
    rows = varied.formulas.usual * np.linspace(0.5, 2, 3)[:, None]
    powers = breakeven.by_power(varied.formulas.by_route[0]["time"], varied.column, rows)
    for at, row in enumerate(rows):
        one_row = varied.formulas.by_route[0]["time"].powers_of(varied.column, row)
        assert {key: value[at] for key, value in powers.items()} == pytest.approx(one_row, rel=1e-12)


def test_what_ktap_must_reach_to_beat_the_road(network: Network) -> None:
    by_time = asked(network, first="ktap", second="qtta-kkh", vary="rail-speed:AF")
    assert not by_time.found
    (said,) = by_time.verdicts
    assert said.startswith("never: qtta-kkh takes less at every rail-speed:AF from 1 km/h to 120 km/h")
    pair = [corridors.named(network)[key] for key in ("ktap", "qtta-kkh")]
    fast = breakeven.at_value(breakeven.vary(network, pair, "rail-speed:AF"), 1e12)  # a railway of no hours
    hours = [assemble.route(fast, row.consignment, row.nodes[0], row.segments).time_h for row in pair]
    assert f"even without any limit ktap takes {hours[0]:.1f} h and qtta-kkh {hours[1]:.1f} h" in said
    assert ("road-speed:PK" in {row[0] for row in by_time.others}) and by_time.tables()[-1].rows
    by_cost = asked(network, first="ktap", second="qtta-kkh", vary="rail-speed:AF", by="cost")
    assert by_cost.verdicts[0].startswith("never: whatever rail-speed:AF is, ktap takes less, since neither's cost")
    tariff = asked(network, first="ktap", second="qtta-kkh", vary="rail-tariff:AF", by="cost")
    (tie,) = tariff.found
    assert (tie.below, tie.above) == ("ktap", "qtta-kkh")
    assert tie.check[0] == pytest.approx(tie.check[1], rel=1e-9)
    said = f"ktap takes less below rail-tariff:AF = {tie.value:.3f} USD/tkm, qtta-kkh above it"
    assert tariff.verdicts[0].startswith(said)


def test_a_root_beyond_the_limit_is_told_and_is_no_tie() -> None:
    """100 km by rail take 27.2 h; to be as fast over 20,000 km a lorry would have to do 1,894 km/h, day and night."""
    network = drawn.network("""
        a ==100== b
        a --20000-- b
    """)
    network = with_corridors(network, {"iron": "rail", "wheels": "road"})
    fast = asked(network, first="iron", second="wheels", vary="road-speed:KZ", central=True)
    assert not fast.found
    assert fast.beyond == pytest.approx((20_000 / 0.55 / 19.2,))
    assert "beyond the limit, would they be equal" in fast.verdicts[0]


def with_corridors(network: Network, modes: dict[str, str], start: str = "a", end: str = "b") -> Network:
    """The network with a corridor for each mode between two places."""
    table = {
        key: records.Corridor(
            id=key,
            title=key,
            origin=start,
            destination=end,
            modes=(mode,),
            needs_status="proposed",
            via=(start, end),
            source=("own-estimate",),
            confidence="low",
        )
        for key, mode in modes.items()
    }
    return Network.of(dataclasses.replace(network.catalog, corridors=table))


def test_the_map_is_the_winner_priced_anew_and_its_line_is_a_tie(network: Network) -> None:
    question = study.BreakEvenQuestion.model_validate(
        {"first": "afghan-road", "second": "trans-caspian", "vary": "road-speed:PK", "vary_too": "ferry-wait:aktau"}
    )
    found = study.answer(network, question, Run())
    assert isinstance(found, Map)
    body = found.body()
    assert sum(body["share_of_map"].values()) == pytest.approx(1)
    points = [(0, 0, body["map"]["winner"][0][0]), (20, 20, body["map"]["winner"][20][20])]
    for column, row, winner in points:
        values = body["map"]["first"][column], body["map"]["second"][row]
        assert winner == found.ids[int(np.argmin(two_priced(found, *values)))]
    assert len(found.tie_line(11)) >= 2
    for x, y in found.tie_line(5):
        one, two = two_priced(found, x, y)
        assert one == pytest.approx(two, rel=1e-9)


def two_priced(found: Map, x: float, y: float) -> tuple[float, float]:
    """Both totals at a point of the map, by pricing anew."""
    other = breakeven.with_rates(found.up.network, [breakeven.known_to_be(found.up.rate, y)])
    at_y = dataclasses.replace(found.across, network=other)
    return breakeven.repriced(at_y, 0, found.by, x), breakeven.repriced(at_y, 1, found.by, x)


def test_opening_years(network: Network) -> None:
    found = corridors.named(network)
    years = openings.of_route(network, found["ktap"])
    assert (years.low, years.central, years.high, years.last) == (2030, 2034, 2040, ("ktap_herat_kandahar",))
    assert openings.of_route(network, found["iti"]).unbuilt == ()
    assert openings.of_route(network, found["air"]).central is None
    asking = {"first": "ktap", "vary": "opening-year"}
    won = study.answer(network, study.BreakEvenQuestion.model_validate({**asking, "second": "iti"}), Run())
    assert won.body()["verdict"][0].startswith("ktap overtakes in 2034 (2030 to 2040)")
    lost = study.answer(network, study.BreakEvenQuestion.model_validate({**asking, "second": "qtta-kkh"}), Run())
    assert lost.body()["verdict"][0].startswith("qtta-kkh is open already and takes less")


def test_between_two_places_with_the_best_route(network: Network) -> None:
    found = asked(network, first="ktap", second="best", origin="Tashkent", destination="Quetta", vary="rail-speed:AF")
    route = plan.plan(network, request.make(network.catalog, "Tashkent", "Quetta", by="time"))[0]
    assert found.routes["best"].segment_ids == route.segment_ids
    assert found.routes["ktap"].nodes[0] == "tashkent"
    assert named.passed(("herat", "kandahar"), found.routes["ktap"].nodes)


def test_at_the_tie_of_todays_best_the_planner_is_asked_again(network: Network) -> None:
    """Trucks in Iran so slow that the best route of today takes as long as the train: by then another is the best."""
    asking = {"first": "best", "second": "iti", "origin": "Tashkent", "destination": "Karachi"}
    found = asked(network, **asking, vary="road-speed:IR")
    (tie,) = found.found
    slow = [
        breakeven.known_to_be(row, tie.value) if row.key == ("speed_km_per_h", "road", "IR") else row
        for row in network.catalog.rates.rows
    ]
    then = Network.of(dataclasses.replace(network.catalog, rates=Rates(slow)))
    best = plan.plan(then, request.make(then.catalog, "Tashkent", "Karachi", by="time", count=1))[0]
    assert tie.best is not None and tie.best.segment_ids == best.segment_ids
    assert best.time_h < tie.check[0] - 1
    said = found.body()["ties"][0]["best_planned_anew"]
    assert (said["is_one_of_the_two"], said["total"]) == (False, pytest.approx(best.time_h))
    assert (
        f"planned anew at road-speed:IR = {tie.value:.3f} km/h another route is the best: UZ AF PK by road"
        in found.verdicts[1]
    )
    assert found.body()["notes"][0].startswith(
        "best is today's best route by time, kept as it is (UZ TM IR PK by road)"
    )
    figure = found.figure()
    caption = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert "kept as it is" in caption and "another route is the best" in caption
    assert "Tashkent to Karachi; 20 t of general cargo in 1 TEU. Data" in caption


def test_a_tie_that_the_planner_finds_too_is_said_to_be_one() -> None:
    network = with_corridors(drawn.network(RAIL_OR_ROAD), {"iron": "rail"})
    found = asked(network, first="best", second="iron", origin="a", destination="b", vary="road-speed:KZ", central=True)
    assert "planned anew at road-speed:KZ = 18.939 km/h no route takes less than these two" in found.verdicts
    assert found.body()["ties"][0]["best_planned_anew"]["is_one_of_the_two"] is True
    plain = with_corridors(drawn.network(RAIL_OR_ROAD), {"iron": "rail", "wheels": "road"})
    without = asked(plain, first="wheels", second="iron", vary="road-speed:KZ", central=True)
    assert without.body()["ties"][0]["best_planned_anew"] is None and len(without.verdicts) == 1


def test_the_picture_of_a_map_names_the_places_the_load_and_that_they_differ(network: Network) -> None:
    question = study.BreakEvenQuestion.model_validate(
        {"first": "ktap", "second": "trans-caspian", "vary": "rail-speed:AF", "vary_too": "ferry-wait:aktau"}
    )
    found = study.answer(network, question, Run())
    figure = found.figure()
    caption = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert "ktap: Almaty to Karachi; trans-caspian: Almaty to Poti; 20 t of general cargo in 1 TEU. Data" in caption
    assert "they do not join the same places" in caption
    assert "Which takes less by time: ktap \u2020 or trans-caspian?" in caption


def test_the_closures_on_the_two_routes_are_told_once_each(network: Network) -> None:
    question = study.BreakEvenQuestion.model_validate({"first": "ktap", "second": "ktap-west", "vary": "opening-year"})
    found = study.answer(network, question, Run())
    (said,) = found.body()["warnings"]
    assert said.startswith("ktap, ktap-west: closed (pak_afg_chaman): Spin Boldak - Chaman by rail")
    assert said in found.tables()[0].after


@pytest.mark.parametrize(
    "options",
    [
        ("--vary", "rail-speed:AF"),
        ("--vary", "rail-tariff:AF", "--by", "cost"),
        ("--vary", "rail-speed:AF", "--and", "road-speed:PK", "--all"),
        ("--vary", "opening-year"),
        (),
    ],
)
def test_a_replay_gives_the_same_bytes_and_every_answer_has_a_figure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    picture, kept = tmp_path / "figure.png", tmp_path / "answer.json"
    told = studies.ask(capsys, "breakeven", "ktap", "qtta-kkh", *options, "-f", "json", "--figure", str(picture))
    assert told.code == 0
    assert picture.stat().st_size > 10_000
    kept.write_text(told.out, encoding="utf-8")
    again = studies.ask(capsys, "replay", str(kept))
    assert (again.code, again.out) == (0, told.out)
    assert told.json["manifest"]["study"] == "breakeven"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ktap", "ktap"), "named twice"),
        (("ktap", "ktpa"), "unknown corridor"),
        (("ktap", "iti", "--vary", "rail-speed:CN"), "do not read it"),
        (("ktap", "iti", "--vary", "rail-speed:AF", "--by", "distance"), "neither's distance depends"),
        (("ktap", "iti", "--and", "rail-speed:AF"), "--vary names the first"),
        (("ktap", "iti", "--vary", "rail-speed:AF", "--and", "rail-speed:AF"), "name the same rate"),
        (("ktap", "iti", "--vary", "rail-speed:AF", "--and", "rail-tariff:AF"), "depends on it"),
        (("ktap", "iti", "--vary", "rail-speed:AF", "--all"), "--all goes with --and"),
        (("ktap", "best"), "best goes with --from and --to"),
        (("ktap", "iti", "--from", "Almaty"), "go together"),
        (("ktap", "iti", "--avoid", "IR"), "--avoid goes with --from and --to"),
        (("ktap", "iti", "--vary", "rail-speed:AF", "--draws", "1"), "--draws"),
        (("ktap", "iti", "--vary", "openingyear"), "did you mean opening-year"),
        (("ktap", "iti", "--vary", "opening-year:ktap_herat_kandahar"), "--slip ktap_herat_kandahar:YEARS"),
        (("ktap", "iti", "--vary", "Opening-Year", "--and", "rail-speed:AF"), "has no map"),
    ],
)
def test_wrong_options_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    told = studies.ask(capsys, "breakeven", *arguments)
    if "distance" in arguments:  # an answer, not a mistake
        assert told.code == 0 and words in told.out
    else:
        assert (told.code, told.out) == (2, "")
        assert words in told.said
