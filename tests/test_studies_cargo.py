"""Trade and cargo held against hand computation on tiny networks, and against what plans say of the same cargo."""

from __future__ import annotations

import dataclasses
import html
from pathlib import Path
from typing import Any

import drawn
import pytest
import studies
from matplotlib.backends.backend_agg import FigureCanvasAgg

from corridors.studies import study as study_
from corridors.studies.cargo import question as study
from corridors.studies.cargo.answer import Cargo
from corridors.studies.study import Run
from geodata import errors, records
from planner import carriage
from planner.carriage import Line
from planner.network import Network

TWO_WAYS = "KZ:a --400-- KZ:b --400-- KZ:c\n a ==400== b ==400== c"


def capacity(on: str, value: float, unit: str, note: str = "") -> records.Capacity:
    return records.Capacity(on=on, capacity=value, unit=unit, source=("own-estimate",), confidence="low", note=note)


def made(drawing: str = TWO_WAYS, *rows: records.Capacity) -> Network:
    bare = drawn.network(drawing)
    return Network.of(dataclasses.replace(bare.catalog, parameters=drawn.SHIPPED.parameters, capacities=rows))


def asked(network: Network, **options: Any) -> Cargo:
    question = study.CargoQuestion.model_validate({"origin": "a", "destination": "c", **options})
    return study.answer(network, question, Run())


def test_the_switch_by_hand() -> None:
    """100 + 300 v = 150 + 200 v at v = 50 / 100; the third route is never the best: at 0.5 it takes 275, not 250."""
    slow, fast, never = Line("slow", 100.0, 300.0), Line("fast", 150.0, 200.0), Line("never", 150.0, 250.0)
    assert carriage.tie(slow, fast) == carriage.tie(fast, slow) == 0.5
    assert carriage.tie(fast, never) == 0.0
    assert carriage.tie(slow, Line("worse", 120.0, 310.0)) is None
    assert carriage.tie(slow, Line("same", 120.0, 300.0)) is None
    lines = (slow, never, fast)
    assert carriage.envelope(lines) == ((0.0, slow), (0.5, fast))
    found = carriage.preference(lines, 0.2)
    assert found is not None
    assert (found.best, found.second, found.tie_usd_per_t_h) == (slow, fast, 0.5)
    assert (found.low_usd_per_t_h, found.high_usd_per_t_h) == (0.0, 0.5)
    assert carriage.preference((), 0.2) is None
    assert carriage.envelope(()) == ()


@pytest.mark.parametrize("value", [0.0, 0.01, 0.3, 2.0, 90.0])
def test_the_envelope_is_the_least_of_all_lines(value: float) -> None:
    lines = [Line(str(at), 100.0 + 37 * at % 91, 300.0 - 53 * at % 173) for at in range(12)]
    steps = carriage.envelope(lines)
    assert [at for at, _ in steps] == sorted(at for at, _ in steps)
    here = [line for at, line in steps if at <= value][-1]
    assert here.at(value) == pytest.approx(min(line.at(value) for line in lines), rel=1e-12)


def test_a_tie_is_where_two_routes_take_the_same() -> None:
    found = asked(made())
    for row in found.body()["commodities"]:
        best = row["of_all"]
        by_id = {line.id: line for line in found.lines}
        generalized = row["generalized_usd_per_t"]
        assert best["preferred"] == min(generalized, key=generalized.__getitem__)
        tie = best["tie_with_runner_up_usd_per_t_h"]
        if tie is not None:
            one, two = by_id[best["preferred"]], by_id[best["runner_up"]]
            assert one.at(tie) == pytest.approx(two.at(tie), rel=1e-12)
    by_cargo = {
        entry.id: entry.route.generalized_usd / 20 for entry in asked(made(), cargo="pharmaceuticals").comparison
    }
    assert found.body()["commodities"][1]["generalized_usd_per_t"] == pytest.approx(by_cargo, rel=1e-12)


def test_the_routes_beyond_the_ends_are_named(network: Network) -> None:
    """Just beyond either end the named route takes less; just inside the preferred one does."""
    found = study.answer(network, study.CargoQuestion(origin="Almaty", destination="Karachi"), Run())
    lines, seen = {line.id: line for line in found.lines}, 0
    for row in found.body()["commodities"]:
        best = row["of_all"]
        ends = (("from", "below", 1 - 1e-6), ("to", "above", 1 + 1e-6))
        for end, side, beyond in ends:
            at, other = best[f"preferred_{end}_usd_per_t_h"], best[f"best_{side}"]
            assert (at in (0.0, None)) == (other is None)
            if other is not None:
                seen += 1
                assert min(lines.values(), key=lambda line: line.at(at * beyond)).id == other
                inside = min(lines.values(), key=lambda line: line.at(at * (2 - beyond)))
                assert inside.id == best["preferred"]
    assert seen > 1
    table = found.tables()[0]
    spans = [row[[column.key for column in table.columns].index("range_usd_per_t_h")] for row in table.rows]
    dear = found.body()["commodities"][1]["of_all"]
    assert f"{dear['preferred_from_usd_per_t_h']:.3g} and more (below it {dear['best_below']} (unbuilt))" in spans
    assert dear["runner_up"] == "qtta-kkh"


def test_near_twins_are_one_route(network: Network) -> None:
    """qtta-kkh and the second by hours are the same road but for a byway: one would lead the other by nothing."""
    found = study.answer(network, study.CargoQuestion(origin="Almaty", destination="Karachi"), Run())
    assert {"qtta-kkh", "best-time"} <= {line.id for line in found.lines}
    assert "pharmaceuticals-2" not in {line.id for line in found.lines}
    assert any("pharmaceuticals-2: qtta-kkh stands for it" in line for line in found.assumptions())
    alone = study.answer(network, study.CargoQuestion(origin="Almaty", destination="Karachi", different=1.0), Run())
    assert "pharmaceuticals-2" in {line.id for line in alone.lines}


def test_what_is_open_in_the_year_counts_as_built(network: Network) -> None:
    found = study.answer(network, study.CargoQuestion(origin="Almaty", destination="Karachi", as_of=2036), Run())
    assert set(found.unbuilt_km.values()) == {0.0} and "ktap" in found.unbuilt_km
    assert found.built == found.lines
    assert not any("(of the built)" in result.title for result in found.evidence)


@pytest.mark.parametrize(
    "question",
    [
        {"origin": "Kabul", "destination": "Poti", "commodity": ("pharmaceuticals",)},
        {"origin": "Almaty", "destination": "Karachi"},
        {"origin": "Almaty", "destination": "Karachi", "commodity": ("construction",), "million_usd": (0.4,)},
    ],
)
def test_the_axis_of_the_picture_can_be_read(network: Network, question: dict[str, Any]) -> None:
    figure = study.answer(network, study.CargoQuestion.model_validate(question), Run()).figure()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    axis = figure.axes[0].xaxis
    labels = [text for text in (*axis.get_majorticklabels(), *axis.get_minorticklabels()) if text.get_text()]
    assert len(labels) >= 2
    assert all(float(text.get_text().replace(",", "")) > 0 for text in labels)  # a number, no mathtext
    boxes = [text.get_window_extent() for text in labels]
    assert not any(one.overlaps(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])
    bars = [text.get_text().partition("  ")[0] for text in figure.axes[1].texts]
    widths = [bar.get_width() for bar in figure.axes[1].patches]
    assert [float(text.replace(",", "")) for text in bars] == pytest.approx(widths, rel=0.02)


def test_a_year_by_hand() -> None:
    """36.5 m USD of agriculture at 250 USD/t: 146,000 t, 7,300 TEU of 20 t, 140 TEU a week; 95 TEU a train, 20 t a
    truck. Of 10 pairs of trains a day that is 140/95/7 of 10, of 200 vehicles a day 20 of 200, of 0.5 Mt 0.292.
    """
    rows = (
        capacity("a-b-rail1520", 10, "trains/day (pairs)"),
        capacity("b-c-rail1520", 0.5, "Mt/year"),
        capacity("a-b-road", 200, "vehicles/day"),
        capacity("b", 0.4, "Mt/year", "observed flow, no capacity"),
        capacity("b-c-road", 3, "berths"),
        capacity("a", 14_600, "TEU/year"),
    )
    found = asked(made(TWO_WAYS, *rows), commodity=("agriculture",), million_usd=(36.5,), routes=1)
    ways = {row["id"]: row for row in found.body()["routes"]}
    modes = {entry.id: {leg.mode for leg in entry.route.legs} for entry in found.comparison}
    assert {frozenset(row) for row in modes.values()} == {frozenset({"rail"}), frozenset({"road"})}
    for key, way in ways.items():
        (year,) = way["years"]
        assert (year["t_per_year"], year["teu_per_year"], year["teu_per_week"]) == (146_000, 7_300, pytest.approx(140))
        entry = next(entry for entry in found.comparison if entry.id == key)
        assert year["usd_per_year"] == pytest.approx(7_300 * entry.route.cost_usd)
        assert year["co2e_t_per_year"] == pytest.approx(7.3 * entry.route.co2e_kg)
        shares = {row["on"]: row["share"] for row in year["capacities"]}
        assert shares["a"] == pytest.approx(0.5)
        if "rail" in modes[key]:
            assert (year["trains_per_week"], year["trucks_per_week"]) == (pytest.approx(140 / 95), None)
            assert shares["a-b-rail1520"] == pytest.approx(140 / 95 / 7 / 10)
            assert shares["b-c-rail1520"] == pytest.approx(0.292)
        else:
            assert (year["trains_per_week"], year["trucks_per_week"]) == (None, pytest.approx(140))
            assert (shares["a-b-road"], shares["b-c-road"]) == (pytest.approx(0.1), None)
            assert "cannot be compared" in year["capacities"][-1]["why_not"]
        flow = next(row for row in year["capacities"] if row["on"] == "b")
        assert not flow["is_capacity"] and flow["share"] == pytest.approx(0.365)
    assert {row[-2] for row in found.tables()[1].rows} == {"50 % of a"}  # no flow stands in for a capacity


def test_no_capacity_known_is_said_and_is_no_zero() -> None:
    found = asked(made())
    assert {row[-2] for row in found.tables()[1].rows} == {"no capacity known"}
    assert "no capacity known" in found.tables()[2].after[0]
    flow = asked(made(TWO_WAYS, capacity("a", 5, "Mt/year", "throughput")))
    assert {row[-2] for row in flow.tables()[1].rows} == {"no capacity known"}


def test_more_than_a_capacity_holds_is_said() -> None:
    """A billion dollars of wheat are 4 Mt."""
    found = asked(made(TWO_WAYS, capacity("a", 3, "Mt/year")), commodity=("agriculture",))
    said = found.tables()[1].before[0]
    assert "more than a known capacity holds" in said and "goal: 1,000 m USD" in said and "2025" not in said
    assert "133 % of a" in {row[-2] for row in found.tables()[1].rows}


def test_a_value_of_time_of_zero_can_be_drawn() -> None:
    found = asked(made("KZ:a --400-- KZ:c"))
    free = [
        dataclasses.replace(row, rate=row.rate.model_copy(update={"low": 0.0, "central": 0.0}))
        for row in found.commodities
    ]
    assert len(dataclasses.replace(found, commodities=tuple(free)).figure().axes) == 2 + len(free)


def test_a_port_that_no_ship_calls_at_is_not_used() -> None:
    network = made("KZ:a --100-- KZ:b --100-- KZ:c ~~500~~ KZ:d", capacity("c", 1, "Mt/year"))
    port = network.nodes["c"].model_copy(update={"kind": "port"})
    network = Network.of(dataclasses.replace(network.catalog, nodes={**network.nodes, "c": port}))
    by_land, by_sea = asked(network), asked(network, destination="d")
    (left,) = by_land.body()["routes"][0]["years"][0]["capacities"]
    assert left["share"] is None and "no sea or ferry leg" in left["why_not"]
    assert by_sea.body()["routes"][0]["years"][0]["capacities"][0]["share"] > 0


def test_parts_of_a_segment_speak_for_the_whole() -> None:
    network = made("KZ:a --100-- KZ:b --100-- KZ:c", capacity("whole", 1, "Mt/year"))
    parts = {key: row.model_copy(update={"part_of": "whole", "share": 0.5}) for key, row in network.segments.items()}
    network = Network.of(dataclasses.replace(network.catalog, segments=parts))
    (row,) = carriage.capacities_of(network.catalog, asked(network).comparison.entries[0].route)
    assert row.on == "whole"


def test_unbuilt_lines_are_marked_and_the_built_have_their_own_best(network: Network) -> None:
    found = study.answer(network, study.CargoQuestion(origin="Almaty", destination="Karachi"), Run())
    for row in found.body()["commodities"]:
        assert row["of_the_built"]["unbuilt_km"] == 0
        assert row["of_the_built"]["generalized_usd_per_t"] >= row["of_all"]["generalized_usd_per_t"]
    assert any(row[1] == "ktap (unbuilt)" for row in found.tables()[1].rows)
    assert any("CONFLICT" in line for line in found.assumptions())
    assert {row["volume"] for row in found.body()["routes"][0]["years"]} == {"2024", "2025", "goal"}


def test_what_a_year_takes_grows_with_the_trade() -> None:
    found = asked(made(), million_usd=(30.0, 300.0))
    assert len(found.flows) > 0
    for once, ten in found.flows.values():
        assert ten.trade.tonnes == pytest.approx(10 * once.trade.tonnes)
        assert 10 * once.trade.teu - 30 <= ten.trade.teu <= 10 * once.trade.teu  # three cargoes, each in whole TEU
        assert ten.usd_per_year / ten.trade.teu == pytest.approx(once.usd_per_year / once.trade.teu)
        assert ten.co2e_t_per_year / ten.trade.teu == pytest.approx(once.co2e_t_per_year / once.trade.teu)


def test_the_mix_is_by_value() -> None:
    """1 m USD, a quarter pharmaceuticals at 50,000 USD/t, the rest construction at 300: 5 and 2,500 t, 1 + 125 TEU."""
    found = asked(
        made(),
        commodity=("pharmaceuticals", "construction"),
        million_usd=(1.0,),
        share=("pharmaceuticals:0.25", "construction:0.75"),
    )
    (year,) = next(iter(found.flows.values()))
    assert year.trade.tonnes_by_cargo == pytest.approx({"pharmaceuticals": 5.0, "construction": 2500.0})
    assert year.trade.teu == 126
    assert "equal" not in found.assumptions()[0]
    assert "equal shares" in asked(made()).assumptions()[0]


def test_a_cargo_that_is_asked_for_joins_those_of_the_visit() -> None:
    assert [row.id for row in asked(made(), cargo="machinery").commodities] == [*study.OF_THE_VISIT, "machinery"]


def test_every_cargo_has_a_value_a_tonne_that_its_value_of_time_rests_on() -> None:
    """The scope of vot.* says 'value 250 USD/t x 0.3%/day': both rows give the same."""
    parameters = {row.name: row for row in drawn.SHIPPED.parameters}
    for name in drawn.SHIPPED.rates.subjects("value_of_time_usd_per_t_h"):
        rate = drawn.SHIPPED.rates.get("value_of_time_usd_per_t_h", name).rate
        scope = parameters[rate.basis[0]].scope
        assert f"value {parameters[f'value_per_t.{name}'].central:.0f} USD/t" in scope


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--commodity", "uranium"), "known: agriculture, construction, general"),
        (("--share", "agriculture:0.5"), "pharmaceuticals, construction has no share"),
        (("--share", "agriculture:0.5", "--share", "pharmaceuticals:0.2", "--share", "construction:0.2"), "0.9, not"),
        (("--share", "agriculture"), "COMMODITY:PART"),
        (("--share", "agriculture:nan"), "COMMODITY:PART"),
        (("--share", "agriculture:1.5"), "COMMODITY:PART"),
        (("--share", "machinery:1"), "none of the commodities"),
        (("--share", "agriculture:0.5", "--share", "agriculture:0.5"), "two shares"),
        (("--million-usd", "0"), "--million-usd"),
        (("--million-usd", "inf"), "--million-usd"),
    ],
)
def test_wrong_options_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    told = studies.ask(capsys, "cargo", "Almaty", "Karachi", *arguments)
    assert (told.code, told.out) == (2, "")
    assert words in told.said


def test_a_cargo_without_a_value_is_refused_in_words() -> None:
    bare = drawn.network(TWO_WAYS)
    with pytest.raises(errors.RequestError, match=r"value of a tonne of agriculture is not known"):
        asked(bare)


def test_a_replay_gives_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture, kept = tmp_path / "figure.png", tmp_path / "answer.json"
    told = studies.ask(capsys, "cargo", "Tashkent", "Gwadar", "-f", "json", "--figure", str(picture))
    assert told.code == 0, told.said
    assert picture.stat().st_size > 10_000
    kept.write_text(told.out, encoding="utf-8")
    assert studies.ask(capsys, "replay", str(kept)).out == told.out
    assert told.json["manifest"]["options"]["share"] == []
    assert "agriculture (250 USD/t)" in studies.ask(capsys, "cargo", "Almaty", "Karachi").out


def test_it_is_a_section_of_a_briefing_with_every_string_escaped() -> None:
    network = made()
    evil = network.nodes["a"].model_copy(update={"name": "<b>{{ 7 * 7 }}</b>"})
    network = Network.of(dataclasses.replace(network.catalog, nodes={**network.nodes, "a": evil}))
    question = study.CargoQuestion(origin="a", destination="d")
    text = study_.section(study.STUDY, question, asked(network))
    assert text.count("<svg") == 1 and "Trade and cargo" in text
    assert "<b>" not in text and "{{" not in text
    assert "equal shares" in text


def test_a_briefing_takes_it_with_the_cargo_of_the_comparison(network: Network) -> None:
    import corridors

    comparison = corridors.compare(network, "Tashkent", "Gwadar", cargo="machinery")
    page = html.unescape(corridors.brief(comparison, studies=["cargo"]).html())
    assert "Trade and cargo" in page and "machinery 25 %" in page
