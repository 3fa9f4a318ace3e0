"""The evidence of every study: its winner is the study's own, its swings are those of routes priced anew, its pictures
and tables have it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import drawn
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from corridors.studies import study as study_
from corridors.studies.breakeven.answer import Between
from corridors.studies.breakeven.tie import Single
from corridors.studies.cargo import question as cargo
from corridors.studies.cargo.answer import Cargo
from corridors.studies.closures import question as resilience
from corridors.studies.closures.answer import Resilience
from corridors.studies.evidence import question as evidence, results as evidence_results
from corridors.studies.evidence.results import Result
from corridors.studies.study import Answer, Question, Run
from corridors.studies.table import STUDIES
from corridors.studies.timeline import question as timeline
from corridors.studies.timeline.answer import Timeline
from geodata import records
from geodata.rates import Rates
from maps.figures import paper as sheet, tornado
from planner import allowed as allowed_, plan, request
from planner.network import Network
from planner.price import assemble
from planner.price.consignment import Consignment
from planner.price.measures import MEASURES
from planner.price.route import Route
from planner.uncertainty import breakeven, sources

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("breakeven", {"first": "ktap", "second": "qtta-kkh", "by": "cost"}),
    ("breakeven", {"first": "ktap", "second": "qtta-kkh", "by": "cost", "vary": "rail-tariff:AF"}),
    ("breakeven", {"first": "ktap", "second": "iti", "vary": "rail-speed:AF", "vary_too": "border:KZ-UZ"}),
    ("breakeven", {"first": "ktap", "second": "iti", "vary": "opening-year"}),
    ("breakeven", {"first": "air", "second": "iti", "by": "co2e"}),
    ("timeline", {"origin": "Tashkent", "destination": "Karachi", "modes": ["rail"], "by": "cost", "slip_all": 0}),
    ("closures", {"origin": "Tashkent", "destination": "Karachi", "modes": ["rail"], "by": "cost"}),
    ("closures", {"origin": "Aktau", "destination": "Bandar Abbas", "modes": ["road"], "count": 2}),
    ("cargo", {"origin": "Tashkent", "destination": "Karachi", "modes": ["rail"]}),
    ("cargo", {"origin": "Almaty", "destination": "Karachi", "modes": ["road", "air"], "include": "proposed"}),
)
NAMES = [f"{at} {study}" for at, (study, _) in enumerate(ASKED)]


@pytest.fixture(scope="module")
def answers(network: Network) -> list[tuple[Question, Answer]]:
    found = []
    for key, options in ASKED:
        question = STUDIES[key].question.model_validate(options)
        found.append((question, STUDIES[key].answer(network, question, Run())))
    return found


def results_of(answer: Answer) -> tuple[Result, ...]:
    if isinstance(answer, Between):
        return (answer.evidence,)
    assert isinstance(answer, Timeline | Resilience | Cargo)
    return answer.evidence


def routes_of(answer: Answer, result: Result) -> dict[str, Route]:
    """The routes that a result ranks, found anew from what the study itself tells."""
    if isinstance(answer, Between):
        return {key: answer.routes[key] for key in answer.ids}
    if isinstance(answer, Timeline):
        best = {f"best of {year.year}": year.route for year in answer.years if year.route is not None}
        every = best | {row.id: row.route for row in answer.corridors}
    elif isinstance(answer, Resilience):
        every = {f"best without {row.thing.kind} {row.thing.title}": row.route for row in answer.closed if row.route}
        every |= {f"best no. {at}": route for at, route in enumerate(answer.routes, start=1)}
        every["best now"] = answer.best
    else:
        assert isinstance(answer, Cargo)
        commodity = next(row for row in answer.commodities if result.title.startswith(row.id))
        every = {
            entry.id: replace(
                entry.route,
                consignment=replace(
                    entry.route.consignment,
                    cargo=commodity.id,
                    value_of_time_usd_per_t_h=commodity.value_of_time,
                ),
            )
            for entry in answer.comparison
        }
    return {name: every[name] for name in result.evidence.ranked}


def priced(network: Network, routes: Mapping[str, Route], by: str, changed: Iterable[records.Rate] = ()) -> list[float]:
    """What routes take when rates are others, from a catalog with these: no formula, nothing of the evidence."""
    rows = {row.key: row for row in network.catalog.rates.rows} | {row.key: row for row in changed}
    other = Network.of(replace(network.catalog, rates=Rates(rows.values())))
    found = []
    for route in routes.values():
        known = route.consignment
        load = Consignment.of(other.catalog, cargo=known.cargo, tonnes=known.tonnes)
        again = assemble.route(other, load, route.nodes[0], route.segments)
        found.append(MEASURES[by].value(again.amounts, load))
    return found


@pytest.mark.parametrize("at", range(len(ASKED)), ids=NAMES)
def test_swings_and_values_are_those_of_routes_priced_anew(answers: list[tuple[Question, Answer]], at: int) -> None:
    _, answer = answers[at]
    for result in results_of(answer):
        found, routes = result.evidence, routes_of(answer, result)
        tonnes = 1.0 if found.unit == MEASURES[found.criterion].unit else next(iter(routes.values())).consignment.tonnes
        assert (tonnes == 1.0) is not isinstance(answer, Cargo)
        names = list(routes)
        now = [value / tonnes for value in priced(answer.network, routes, found.criterion)]
        assert found.value == pytest.approx(min(now))
        assert names[now.index(min(now))] == found.winner
        if len(now) > 1:
            assert found.lead == pytest.approx(sorted(now)[1] - min(now))
        first = names.index(found.winner)
        for row in (*found.of_lead[:2], *found.of_value[:1]):
            for side, bound in enumerate(row.bounds):
                changed = [breakeven.known_to_be(row.rate, bound)]
                then = [value / tonnes for value in priced(answer.network, routes, found.criterion, changed)]
                assert row.value[side] == pytest.approx(then[first])
                assert then[names.index(row.best[side])] == pytest.approx(min(then))
                if row.lead is not None:
                    others = [value for place, value in enumerate(then) if place != first]
                    assert row.lead[side] == pytest.approx(min(others) - then[first])


@pytest.mark.parametrize("at", range(len(ASKED)), ids=NAMES)
def test_five_rates_at_most_the_largest_first(answers: list[tuple[Question, Answer]], at: int) -> None:
    for result in results_of(answers[at][1]):
        found = result.evidence
        for swings, of_lead, central in ((found.of_lead, True, found.lead), (found.of_value, False, found.value)):
            assert len(swings) <= 5
            moves = [row.move(of_lead, central or 0.0) for row in swings]
            assert moves == sorted(moves, reverse=True)
        assert found.of_value


@pytest.mark.parametrize("at", range(len(ASKED)), ids=NAMES)
def test_without_a_source_is_what_the_planner_says(answers: list[tuple[Question, Answer]], at: int) -> None:
    _, answer = answers[at]
    decided = set()
    for result in results_of(answer):
        found, routes = result.evidence, routes_of(answer, result)
        assert found.sources
        for row in found.sources:
            values = sources.without(answer.network, list(routes.values()), found.criterion, row.found.source).values
            assert row.found.values == values
            assert values[found.ranked.index(row.best)] == min(values)
            if row.best != found.winner:
                decided.add(row.found.source)
        assert set(found.turning) <= decided
        text = " ".join(evidence_results.tables([result])[1].before)
        assert ("Leaving out one source changes the winner" in text) == bool(found.turning)


@pytest.mark.parametrize("at", range(len(ASKED)), ids=NAMES)
def test_the_answer_has_it_in_json_and_as_the_last_two_tables(
    answers: list[tuple[Question, Answer]], network: Network, at: int
) -> None:
    question, answer = answers[at]
    study = STUDIES[ASKED[at][0]]
    text = study_.text(study, question, answer)
    assert study_.text(study, question, study.answer(network, question, Run())) == text
    told = json.loads(text)["evidence"]
    rows = told if isinstance(told, list) else [told]
    assert rows == json.loads(json.dumps([result.body() for result in results_of(answer)]))
    assert all(0 < len(row["rates_that_move_the_winner"]) <= 5 and row["sources_left_out"] for row in rows)
    tables = answer.tables()
    assert tables[-2:] == evidence_results.tables(results_of(answer))
    assert "Evidence" not in " ".join(tables[0].before)
    assert all(f"{result.mark}by " in " ".join(tables[-2].before) for result in results_of(answer))
    page = study_.section(study, question, answer)
    on_screen = re.sub(r"<div class='corridors-print'>.*?</div>", "", page)  # wide tables print by columns as well
    assert on_screen.count("<table>") == sum(bool(table.rows) for table in tables) and page.count("<svg") == 1


def boxes(figure: Figure) -> list[Any]:
    FigureCanvasAgg(figure).draw()
    return [text.get_window_extent() for text in figure.texts]


@pytest.mark.parametrize("at", range(len(ASKED)), ids=NAMES)
def test_the_picture_has_the_tornado_and_nothing_of_it_is_cut(answers: list[tuple[Question, Answer]], at: int) -> None:
    _, answer = answers[at]
    figure = answer.figure()
    texts = boxes(figure)
    said = [text.get_text() for text in figure.texts]
    assert "What this depends most on" in said
    panel = results_of(answer)[0].evidence.panel
    assert any(text.lower().endswith(panel.title.lower()) for text in said)
    below = [
        axes
        for axes in figure.axes
        if any(
            bar.label.partition(",")[0] in text.get_text().replace("\n", " ")
            for bar in panel.bars
            for text in axes.texts
        )
    ]
    assert below
    whole = figure.bbox
    for box in (*texts, *(text.get_window_extent() for axes in below for text in axes.texts)):
        assert whole.x0 <= box.x0 and box.x1 <= whole.x1
        assert whole.y0 <= box.y0 and box.y1 <= whole.y1
    assert not any(one.overlaps(other) for place, one in enumerate(texts) for other in texts[place + 1 :])
    places = [axes.get_window_extent() for axes in figure.axes]
    assert not any(one.overlaps(other) for place, one in enumerate(places) for other in places[place + 1 :])


def test_what_is_drawn_already_stays_where_it_is_from_the_top() -> None:
    page = sheet.Paper.of(6.0, 4.0)
    axes = page.axes(1.0, 0.5, 4.0, 3.0)
    page.text(0.2, 0.1, "title", 9)
    before = axes.get_position()
    longer = sheet.Paper.below(page.figure, 2.0)
    after = axes.get_position()
    assert (longer.height, tuple(page.figure.get_size_inches())) == (6.0, (6.0, 6.0))
    assert (after.x0, after.x1) == pytest.approx((before.x0, before.x1))
    assert (1 - after.y1) * 6.0 == pytest.approx((1 - before.y1) * 4.0)
    assert after.height * 6.0 == pytest.approx(3.0)
    assert (1 - page.figure.texts[0].get_position()[1]) * 6.0 == pytest.approx(0.1)


def test_a_bar_without_a_result_at_one_end_says_so() -> None:
    bar = tornado.Bar("speed", 80.0, None, "20 km/h", "50 km/h")
    figure = tornado.figure("title", (tornado.Panel("tie", 100.0, (bar,), False),))
    (axes,) = figure.axes
    assert {"20 km/h", "50 km/h: none"} <= {text.get_text() for text in axes.texts}
    assert len(axes.patches) == 1  # the bar from 100 down to 80


def test_texts_of_a_bar_on_one_side_stand_beyond_it() -> None:
    """At low 90, at high 70, where all central it is 100: the text of the low stands at 100, not on the bar."""
    assert tornado._ends(tornado.Bar("x", 90.0, 70.0, "l", "h"), 100.0) == [(100.0, "l", "left"), (70.0, "h", "right")]


def test_a_break_even_speaks_of_the_two_it_compares(answers: list[tuple[Question, Answer]]) -> None:
    for _, answer in answers:
        if isinstance(answer, Between):
            found = answer.evidence.evidence
            assert (found.winner, set(found.ranked)) == (answer.winner_now, set(answer.ids))
            assert found.value == pytest.approx(answer.total(found.winner))


def test_what_moves_a_tie_is_drawn_with_the_lead(answers: list[tuple[Question, Answer]]) -> None:
    answer = answers[1][1]
    assert isinstance(answer, Single)
    (tie,) = answer.found
    texts = [text.get_text() for text in answer.figure().texts]
    assert "rail-tariff:AF at the tie, USD/tkm" in texts and "Lead of ktap over qtta-kkh, USD" in texts
    panel = answer._tornado(tie)
    assert [(bar.at_low, bar.at_high) for bar in panel.bars] == [(row.low, row.high) for row in tie.swings]
    assert "what moves the tie stands with the tie" in " ".join(answer.evidence.notes)


def test_of_rates_that_make_a_tie_vanish_those_come_first_that_move_it_more(network: Network) -> None:
    question = STUDIES["breakeven"].question.model_validate(
        {"first": "ktap-west", "second": "iti", "by": "generalized", "vary": "rail-speed:KZ"}
    )
    answer = STUDIES["breakeven"].answer(network, question, Run())
    assert isinstance(answer, Single)
    (tie,) = answer.found
    rows = breakeven.swings(answer.varied, "generalized", tie.value, (1.0, 120.0))
    vanishing = [row.moves(tie.value)[1] for row in rows if None in (row.low, row.high)]
    assert len(vanishing) > 5 and vanishing == sorted(vanishing, reverse=True)


def test_two_that_take_the_same_have_no_winner_in_words() -> None:
    network = drawn.network("a --500-- c --500-- b\n a --500-- d --500-- b")
    ways = [[network.segments[key] for key in pair] for pair in (("a-c-road", "c-b-road"), ("a-d-road", "d-b-road"))]
    load = Consignment.of(network.catalog)
    routes = [assemble.route(network, load, "a", segments) for segments in ways]
    found = evidence.evidence(network, routes, ["north", "south"], "time")
    assert (found.winner, found.runner_up, found.lead, found.of_lead) == ("north", "south", 0.0, ())
    assert found.headline.startswith("by time north and south take the same")
    assert found.turning == ()
    assert {row.best for row in found.of_value} == {("north", "north")}


def test_rounding_makes_no_winner() -> None:
    assert evidence._ranked(np.array([100.0 + 1e-11, 100.0, 130.0]), ["a", "b", "c"]) == ("a", "b", 0.0)
    assert evidence._ranked(np.array([130.0, 101.0, 100.0]), ["a", "b", "c"]) == ("c", "b", 1.0)


def test_a_year_ranks_only_what_is_open_in_it(answers: list[tuple[Question, Answer]]) -> None:
    answer = answers[5][1]
    assert isinstance(answer, Timeline)
    assert [result.title for result in answer.evidence] == ["2026", "2040"]
    for result, year in zip(answer.evidence, (answer.years[0], answer.years[-1]), strict=True):
        assert year.route is not None
        asked = request.make(answer.network.catalog, *answer.ends, modes=("rail",), as_of=year.year)
        allowed = allowed_.permitted(answer.network, asked).segments
        ranked = routes_of(answer, result)
        assert all(key in allowed for route in ranked.values() for key in route.segment_ids)
        assert ranked[result.evidence.winner].segment_ids == year.route.segment_ids
        assert result.evidence.value == pytest.approx(year.value("cost"))
    first, last = answer.evidence
    assert first.evidence.ranked == ("best of 2026",)
    assert "not ranked, since not to be used in 2026: ktap, uap" in first.notes
    assert "not ranked, sharing more than 80% of its km with the best: iti" in first.notes
    assert {"best of 2026", "best of 2031", "best of 2035", "ktap", "uap", "iti"} == set(last.evidence.ranked)


def test_years_that_rank_the_same_have_their_evidence_once() -> None:
    network = drawn.network("a --100-- b --100-- d\n a --150-- c --150-- d")
    question = timeline.TimelineQuestion.model_validate({"origin": "a", "destination": "d", "to_year": 2030})
    (result,) = timeline.answer(network, question, Run()).evidence
    assert result.title == "2026 and 2030"
    alone = timeline.answer(network, question.model_copy(update={"to_year": 2026}), Run()).evidence
    assert [each.title for each in alone] == ["2026"]


def test_the_first_year_with_a_route_is_taken() -> None:
    network = drawn.network("a ==500!== d\n a --1-- f")
    project = records.Project(
        id="line",
        title="Line",
        segments=("a-d-rail1520",),
        status="planned",
        opens_central=2030,
        source=("own-estimate",),
        confidence="low",
    )
    network = Network.of(replace(network.catalog, projects={"line": project}))
    question = timeline.TimelineQuestion.model_validate({"origin": "a", "destination": "d", "to_year": 2032})
    (result,) = timeline.answer(network, question, Run()).evidence
    assert (result.title, result.evidence.winner) == ("2030 and 2032", "best of 2030")
    assert "no other route is ranked" in result.evidence.headline


LADDER = """
    KZ:a --100-- UZ:b --100-- UZ:c --100-- TM:d
    a --900-- IR:f --900-- d
"""


def closed(drawing: str, **options: Any) -> Resilience:
    question = resilience.ClosuresQuestion.model_validate({"origin": "a", "destination": "d", **options})
    return resilience.answer(drawn.network(drawing), question, Run())


def test_the_extra_of_the_worst_closure_is_the_lead() -> None:
    found = closed(LADDER)
    (result,) = found.evidence
    assert result.title == "worst closure"
    assert result.evidence.ranked == ("best now", "best without country Uzbekistan (UZ)")
    extras = [found.extra(row, "time") for row in found.closed if row.route is not None]
    assert result.evidence.lead == pytest.approx(max(extras))


def test_all_ways_are_ranked_where_there_are_more_than_two(answers: list[tuple[Question, Answer]]) -> None:
    answer = answers[6][1]
    assert isinstance(answer, Resilience)
    worst, ways = answer.evidence
    extras = sorted(answer.extra(row, "cost") for row in answer.closed if row.route is not None)
    assert worst.evidence.lead == pytest.approx(extras[-1])
    assert worst.evidence.winner == ways.evidence.winner == "best now"
    assert ways.evidence.lead is not None
    assert ways.evidence.lead == pytest.approx(extras[0]) or ways.evidence.lead > extras[0]
    ranked = routes_of(answer, ways)
    for name, route in ranked.items():
        assert name == "best now" or plan.shared(answer.best.segments, route.segments) <= 0.8
    assert any(text.startswith("not ranked, sharing more than 80%") for text in ways.notes)


def test_where_every_closure_cuts_off_that_is_said() -> None:
    found = closed("KZ:a --100-- UZ:b --100-- TM:d")
    (result,) = found.evidence
    assert (result.evidence.ranked, result.evidence.lead) == (("best now",), None)
    assert result.notes == ("every closure on the way cuts the two places off",)
    assert result.notes[0] in found.tables()[-2].after


def test_each_commodity_has_the_lead_that_the_study_tells(answers: list[tuple[Question, Answer]]) -> None:
    for _, answer in answers:
        if not isinstance(answer, Cargo):
            continue
        results = {result.title: result.evidence for result in answer.evidence}
        for row in answer.body()["commodities"]:
            of_all, of_built = row["of_all"], row["of_the_built"]
            found = results[row["commodity"]]
            assert (found.winner, found.runner_up) == (of_all["preferred"], of_all["runner_up"])
            assert found.value == pytest.approx(of_all["generalized_usd_per_t"])
            assert found.lead == pytest.approx(of_all["lead_usd_per_t"])
            assert found.body()["generalized_usd_per_t"] == found.value
            second = results.get(f"{row['commodity']} (of the built)")
            assert (second is not None) == (of_built["preferred"] != of_all["preferred"])
            if second is not None:
                assert second.winner == of_built["preferred"]
                assert second.lead == pytest.approx(of_built["lead_usd_per_t"])


def test_the_value_of_time_of_the_commodity_swings_by_hand() -> None:
    """By road alone the tonne pays its hours: value of time x hours more or less between low and high."""
    bare = drawn.network("KZ:a --400-- KZ:b --400-- KZ:c")
    network = Network.of(replace(bare.catalog, parameters=drawn.SHIPPED.parameters))
    question = cargo.CargoQuestion.model_validate({"origin": "a", "destination": "c", "commodity": ["pharmaceuticals"]})
    answer = cargo.answer(network, question, Run())
    (result,) = answer.evidence
    (row,) = [each for each in result.evidence.of_value if each.rate.quantity == "value_of_time_usd_per_t_h"]
    (commodity,) = answer.commodities
    assert row.rate.subject == "pharmaceuticals"
    hours = next(iter(answer.comparison)).route.time_h
    assert row.value[1] - row.value[0] == pytest.approx((commodity.high - commodity.low) * hours)


def test_what_several_results_have_in_common_stands_once(answers: list[tuple[Question, Answer]]) -> None:
    (_, answer) = answers[0]
    one = results_of(answer)[0]
    pair = [replace(one, title="x", notes=("said",)), replace(one, title="y", notes=("said",))]
    rates, left_out = evidence_results.tables(pair)
    assert len(rates.rows) == len(one.evidence.shown)
    assert {tuple(row[0]) for row in (*rates.rows, *left_out.rows)} == {("x", "y")}
    assert rates.after[-1] == "x, y: said"
    shown = {row.found.source for row in one.evidence.sources if row.found.replaced}
    assert 0 < len(left_out.rows) == len(shown) < len(one.evidence.sources)
    assert left_out.after[-1].startswith("of no other source can a figure be replaced")
    titles = [text.get_text() for text in evidence_results.below(sheet.Paper.of(9.0, 1.0).figure, pair).texts]
    assert "x, y: lead of ktap over qtta-kkh, USD" in titles


def test_more_charts_than_a_picture_holds_are_named(answers: list[tuple[Question, Answer]]) -> None:
    answer = answers[8][1]
    results = results_of(answer)
    assert len(results) == 6 > evidence_results.SHOWN_PANELS
    said = " ".join(text.get_text().replace("\n", " ") for text in answer.figure().texts)
    assert f"Not drawn: {results[4].title}, {results[5].title}" in said
