"""Closures held against plans on networks without the thing; disjoint routes against every way of cutting."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
from pathlib import Path
from typing import Any

import drawn
import pytest
import studies
from matplotlib.backends.backend_agg import FigureCanvasAgg

from corridors.studies.closures import question as study
from corridors.studies.closures.answer import Resilience
from corridors.studies.closures.found import value
from corridors.studies.study import Run
from geodata import errors, records
from planner import allowed, closure_costs as resilience, plan, request
from planner.network import Network

LADDER = """
    KZ:a --100-- UZ:b --100-- UZ:c --100-- TM:d
    b --10-- e --10-- c
    a --900-- IR:f --900-- d
    b ==100== c
"""


def asked(network: Network, **options: Any) -> Resilience:
    question = study.ClosuresQuestion.model_validate(
        {"origin": "a", "destination": "d", "by": "distance", "cargo": "general", **options}
    )
    return study.answer(network, question, Run())


def test_by_hand() -> None:
    """a-b 100, b-e-c 20, c-d 100 = 220 km; without e by road or rail 300 km; without Uzbekistan 1,800 km by Iran."""
    found = asked(drawn.network(LADDER))
    assert found.best.distance_km == 220
    extra = {(row.thing.kind, row.thing.id): found.extra(row, "distance") for row in found.closed}
    assert extra[("place", "e")] == 80
    assert extra[("country", "UZ")] == extra[("place", "b")] == extra[("segment", "a-b-road")] == 1580
    assert ("country", "KZ") not in extra and ("place", "a") not in extra
    assert found.single_points == ()
    assert found.disjoint.routes == len(found.disjoint.cut) == 2
    assert found.ranked[0].thing.kind == "country"


def test_what_cuts_off_is_a_single_point_of_failure() -> None:
    found = asked(drawn.network("KZ:a --100-- UZ:b --100-- TM:d\n a --500-- b"))
    assert {(row.thing.kind, row.thing.id) for row in found.single_points} == {
        ("country", "UZ"),
        ("crossing", "b+d"),
        ("crossing", "a+b"),
        ("place", "b"),
        ("segment", "b-d-road"),
    }
    assert found.disjoint == resilience.Disjoint(1, ("b-d-road",))
    assert all(row["extra"] is None for row in found.body()["closed"] if row["cut_off"])
    assert "cut off" in {row[-2] for row in found.tables()[0].rows}


def test_a_crossing_shuts_both_modes_at_the_post_and_no_line_within_a_country() -> None:
    network = drawn.network("KZ:a --100-- KZ:p --5-- UZ:q --100-- UZ:d\n a ==100== p ==5== q ==100== d")
    post = network.nodes["p"].model_copy(update={"kind": "border"})
    network = Network.of(dataclasses.replace(network.catalog, nodes={**network.nodes, "p": post}))
    found = asked(network)
    (crossing,) = (row.thing for row in found.closed if row.thing.kind == "crossing")
    assert (crossing.id, set(crossing.segments)) == ("p", {"p-q-road", "p-q-rail1520"})
    assert crossing.title == "P (KZ-UZ)"


@pytest.mark.parametrize(
    ("ends", "options"),
    [
        (("Tashkent", "Karachi"), {"by": "cost"}),
        (("Almaty", "Poti"), {"by": "time", "modes": ("rail", "ferry", "road")}),
    ],
)
def test_every_closure_is_the_plan_without_the_thing(
    network: Network, ends: tuple[str, str], options: dict[str, Any]
) -> None:
    question = study.ClosuresQuestion.model_validate({"origin": ends[0], "destination": ends[1], **options})
    found = study.answer(network, question, Run())
    by = question.by
    rng = random.Random(4)
    fixed = [row for row in found.closed if row.thing.kind == "country"]
    for row in [*fixed, *rng.sample(found.closed, 8)]:
        avoided = [row.thing.id] if row.thing.kind in ("country", "place", "segment") else list(row.thing.segments)
        asking = request.make(network.catalog, *ends, by=by, modes=options.get("modes", ()), avoid=avoided, count=1)
        try:
            expected = value(plan.plan(network, dataclasses.replace(asking, different=1.0))[0], by)
        except errors.NoRouteError:
            assert row.route is None
            continue
        assert row.route is not None
        assert value(row.route, by) == pytest.approx(expected, rel=1e-9), row.thing


def test_all_that_lies_on_the_routes_is_closed_once(network: Network) -> None:
    question = study.ClosuresQuestion.model_validate({"origin": "Tashkent", "destination": "Karachi", "count": 3})
    found = study.answer(network, question, Run())
    assert len(found.routes) == 3
    ids = [(row.thing.kind, row.thing.id) for row in found.closed]
    assert len(ids) == len(set(ids))
    for route in found.routes:
        assert {("segment", segment.facts_id) for segment in route.segments} <= set(ids)
        assert {("place", node) for node in route.nodes[1:-1]} <= set(ids)
        assert {("country", key) for key in route.km_by_country if key not in ("UZ", "PK", "sea")} <= set(ids)
    assert all(found.extra(row, "time") >= -1e-9 for row in found.closed)


def test_a_split_segment_closes_with_all_its_parts(network: Network) -> None:
    from geodata import catalog
    from geodata.read.additions import Additions

    assert catalog.load(additions=Additions()).wholes == {}  # none is split in the shipped data
    whole = network.segments["jizzakh-samarkand-road"]
    half = {
        "part_of": whole.id,
        "share": 0.5,
        "length_km": whole.km / 2,
        "country_km": {key: km / 2 for key, km in whole.country_km.items()},
    }
    place = network.nodes["jizzakh"].model_copy(update={"id": "halfway", "name": "Halfway"})
    parts = [
        whole.model_copy(update={**half, "id": f"{whole.id}~1", "to_node": "halfway"}),
        whole.model_copy(update={**half, "id": f"{whole.id}~2", "from_node": "halfway"}),
    ]
    segments = {key: item for key, item in network.segments.items() if key != whole.id}
    facts = dataclasses.replace(
        network.catalog,
        segments={**segments, **{item.id: item for item in parts}},
        wholes={whole.id: whole},
        nodes={**network.nodes, "halfway": place},
    )
    question = study.ClosuresQuestion.model_validate(
        {"origin": "Tashkent", "destination": "Bukhara", "modes": ("road",)}
    )
    found = study.answer(Network.of(facts), question, Run())
    (row,) = (row for row in found.closed if row.thing.id == whole.id)
    assert set(row.thing.segments) == {item.id for item in parts}


def test_the_real_closures_are_a_scenario() -> None:
    network = drawn.network(LADDER)
    shut = records.Closure(
        id="shut",
        applies_to=("c-d-road",),
        kind="closed",
        from_date=drawn.SHIPPED.data_date,
        reason="test",
        source=("own-estimate",),
        confidence="low",
    )
    slow = shut.model_copy(update={"id": "slow", "applies_to": ("a-b-road",), "kind": "restricted"})
    network = Network.of(dataclasses.replace(network.catalog, closures={"shut": shut, "slow": slow}))
    found = asked(network)
    extra = {row.thing.id: found.extra(row, "distance") for row in found.real}
    assert extra == {"shut": 1580, "slow": 1580, "all": 1580, "all_kinds": 1580}
    assert [row.thing.segments for row in found.real[2:]] == [("c-d-road",), ("c-d-road", "a-b-road")]
    assert [row["closure_kind"] for row in found.body()["in_force"]] == ["closed", "restricted", None, None]
    assert found.tables()[1].rows[1][1] == "slow: restricted, A - B by road"
    assert {text.partition(";")[0] for text in found.warnings} == {
        "best now: closed (shut): C - D by road",
        "best now: restricted (slow): A - B by road",
    }
    assert set(found.warnings) < set(found.tables()[0].after)
    before = asked(network, date="2020-01-01")
    assert before.real == () and before.warnings == ()
    applied = asked(network, closures="apply")
    assert applied.best.distance_km == 1800
    assert [(row.thing.id, found.extra(row, "distance")) for row in applied.real] == [
        ("slow", 1580),
        ("all_kinds", 1580),
    ]
    assert "those of the kind closed are shut already" in " ".join(applied.tables()[1].after)


def test_a_seasonal_closure_counts_in_its_season_and_an_open_fact_never() -> None:
    network = drawn.network(LADDER)
    winter = records.Closure(
        id="winter",
        applies_to=("c-d-road",),
        kind="seasonal",
        from_day="11-01",
        to_day="02-28",
        reason="snow",
        source=("own-estimate",),
        confidence="low",
    )
    fair = records.Closure(
        id="fair",
        applies_to=("b-e-road",),
        kind="open",
        from_date=drawn.SHIPPED.data_date,
        reason="test",
        source=("own-estimate",),
        confidence="low",
    )
    network = Network.of(dataclasses.replace(network.catalog, closures={"winter": winter, "fair": fair}))
    found = asked(network, date="2026-12-24")
    assert [(row.thing.id, found.extra(row, "distance")) for row in found.real] == [
        ("winter", 1580),
        ("all_kinds", 1580),
    ]
    assert asked(network, date="2026-06-24").real == ()


def test_a_crossing_of_the_answer_can_be_asked_of_the_planner_by_its_segments(network: Network) -> None:
    question = study.ClosuresQuestion.model_validate({"origin": "Tashkent", "destination": "Karachi"})
    found = study.answer(network, question, Run())
    assert any('--avoid each of its segments, which stand as "closes"' in text for text in found.tables()[0].after)
    (row, *_) = (row for row in found.body()["closed"] if row["kind"] == "crossing")
    asking = request.make(network.catalog, "Tashkent", "Karachi", avoid=row["closes"], count=1)
    again = plan.plan(network, dataclasses.replace(asking, different=1.0))[0]
    assert again.time_h == pytest.approx(found.best.time_h + row["extra"]["time_h"])


def test_what_changes_nothing_has_no_bar_and_is_named_below() -> None:
    """f is on the second best route alone; the closure lies on none."""
    network = drawn.network(LADDER + " c --5-- g")
    shut = records.Closure(
        id="shut",
        applies_to=("c-g-road",),
        kind="closed",
        from_date=drawn.SHIPPED.data_date,
        reason="test",
        source=("own-estimate",),
        confidence="low",
    )
    found = asked(Network.of(dataclasses.replace(network.catalog, closures={"shut": shut})), count=3)
    assert found.extra(found.real[0], "distance") == 0
    figure = found.figure()
    names = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert names and not any(text.startswith("closure") or "place: F" in text for text in names)
    (caption,) = (text.get_text() for text in figure.texts if "change nothing" in text.get_text())
    said = " ".join(caption.split())
    assert "closed, C - G by road" in said and "1 country" not in said and "countries" in said
    assert "A to D; 20 t of general cargo in 1 TEU. Data drawn" in said


def test_nothing_of_a_picture_with_long_names_is_cut(network: Network) -> None:
    question = study.ClosuresQuestion.model_validate({"origin": "Tashkent", "destination": "Istanbul", "count": 3})
    figure = study.answer(network, question, Run()).figure()
    FigureCanvasAgg(figure).draw()
    axes = figure.axes[0]
    texts = [*figure.texts, *axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels()[:-1], axes.xaxis.label]
    for text in texts:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text.get_text()
    assert any("not drawn: " in text.get_text() for text in figure.texts)


def test_by_air_a_country_shuts_its_airspace_and_is_named(network: Network) -> None:
    question = study.ClosuresQuestion.model_validate(
        {"origin": "ALA", "destination": "KHI", "modes": ("air",), "include": "proposed"}
    )
    found = study.answer(network, question, Run())
    main = found.tables()[0]
    assert "single points of failure: country Kyrgyzstan (KG), Tajikistan (TJ), Afghanistan (AF)" in main.before
    assert any("shuts its airspace too" in text for text in main.after)
    (china,) = (row for row in main.rows if row[1] == "China (CN)")
    assert china[-2].startswith("air: KZ ") and "CN" not in china[-2] and china[-2].endswith(" by air")


def smallest_cut(network: Network, start: str, end: str) -> int:
    """By trying every set of segments, the small ones first."""
    for size in range(len(network.segments) + 1):
        for shut in itertools.combinations(network.segments, size):
            if end not in allowed.reachable(network.without(shut), start):
                return size
    raise AssertionError


@pytest.mark.parametrize("seed", range(12))
def test_disjoint_routes_are_the_smallest_cut_of_all(seed: int) -> None:
    rng = random.Random(seed)
    lines = []
    for _ in range(rng.randint(4, 9)):
        one, two = rng.sample("abcdef", 2)
        lines.append(f"{one} {rng.choice(('--9--', '==9=='))} {two}")
    network = drawn.network("\n".join([*lines, "a --9-- b", "e --9-- f"]))
    found = resilience.disjoint(network, request.make(network.catalog, "a", "f"))
    assert found.routes == len(found.cut) == smallest_cut(network, "a", "f")
    assert found.routes == 0 or "f" not in allowed.reachable(network.without(found.cut), "a")


def test_no_route_to_begin_with_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "closures", "Almaty", "Karachi", "--mode", "ferry")
    assert (told.code, told.out) == (1, "")
    assert "no route from Almaty to Karachi" in told.said


def test_a_replay_gives_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture, kept = tmp_path / "figure.png", tmp_path / "answer.json"
    told = studies.ask(capsys, "closures", "Herat", "Quetta", "--by", "cost", "-f", "json", "--figure", str(picture))
    assert told.code == 0, told.said
    assert picture.stat().st_size > 10_000
    assert told.json["segment_disjoint_routes"] == len(told.json["minimum_cut"])
    assert {
        "pak_afg_torkham",
        "pak_afg_chaman",
        "pak_afg_kharlachi",
        "torugart_winter",
        "hormuz_2026_after",
        "all",
        "all_kinds",
    } <= {row["id"] for row in told.json["in_force"]}
    assert any(text.startswith("best now: closed (pak_afg_chaman)") for text in told.json["warnings"])
    kept.write_text(told.out, encoding="utf-8")
    assert studies.ask(capsys, "replay", str(kept)).out == told.out
    kept.write_text(json.dumps(told.json), encoding="utf-8")  # laid out in another way, the same answer
    assert studies.ask(capsys, "replay", str(kept)).code == 0


def test_a_replay_of_an_answer_that_was_changed_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = studies.ask(capsys, "closures", "Aktau", "Poti", "-f", "json")
    changed = {**told.json, "segment_disjoint_routes": 99}
    kept = tmp_path / "answer.json"
    kept.write_text(json.dumps(changed), encoding="utf-8")
    again = studies.ask(capsys, "replay", str(kept))
    assert (again.code, again.out) == (1, told.out)
    assert "is not what its question gives" in again.said


def test_csv_says_that_it_has_one_table_of_several(capsys: pytest.CaptureFixture[str]) -> None:
    told = studies.ask(capsys, "closures", "Aktau", "Poti", "-f", "csv", "--avoid", "TM", "--include", "planned")
    assert "csv has the first of" in told.said
    table = studies.ask(capsys, "closures", "Aktau", "Poti", "--avoid", "TM", "--include", "planned")
    assert table.out.splitlines()[1] == "Conditions: without TM; lines: planned"
    table = studies.ask(capsys, "closures", "Herat", "Quetta", "--by", "cost")
    assert "single points of failure" in table.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Almaty", "Almaty"), "the same place"),
        (("Almaty", "Karachi", "-k", "0"), "-k must be a whole number between 1 and 50, not 0"),
        (("Almaty", "Karachi", "--avoid", "KZ"), "asked for and avoided"),
        (("Almaty", "Karachi", "--figure", "picture.txt"), "a figure is"),
        (("Almaty", "Karachy"), "did you mean"),
    ],
)
def test_wrong_options_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    told = studies.ask(capsys, "closures", *arguments)
    assert (told.code, told.out) == (2, "")
    assert words in told.said


def test_it_is_a_section_of_a_briefing() -> None:
    from corridors.studies import study as study_

    question = study.ClosuresQuestion(origin="a", destination="d", avoid=("x",))
    text = study_.section(study.STUDY, question, asked(drawn.network(LADDER)))
    assert "<p>Conditions&#58; without x</p>" in text
    assert text.count("<svg") == 1 and "Closures and resilience" in text
