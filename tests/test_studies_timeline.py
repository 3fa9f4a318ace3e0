"""Timelines: by hand on a drawn network, against a plan of every year, and with projects that slip."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import drawn
import pytest
import studies

import corridors
from corridors.studies.study import Run
from corridors.studies.timeline import question as study
from corridors.studies.timeline.answer import Timeline
from geodata import errors, records
from planner import request
from planner.network import Network
from planner.years import openings, scenario_years


def two_projects() -> Network:
    """a to d: by road in 2026, over a railway from 2030, over a shorter one from 2033."""
    network = drawn.network("""
        a --1000-- d
        a ==500!== b ==500!== d
        a ==300!== c ==300!== d
    """)
    projects = {
        key: records.Project(
            id=key,
            title=key.title(),
            segments=ids,
            status="planned",
            opens_low=year - 1,
            opens_central=year,
            opens_high=year + 4,
            source=("own-estimate",),
            confidence="low",
        )
        for key, ids, year in (
            ("north", ("a-b-rail1520", "b-d-rail1520"), 2030),
            ("south_1", ("a-c-rail1520",), 2031),
            ("south_2", ("c-d-rail1520",), 2033),
        )
    }
    return Network.of(dataclasses.replace(network.catalog, projects=projects))


def asked(network: Network, **options: Any) -> Timeline:
    question = study.TimelineQuestion.model_validate({"origin": "a", "destination": "d", "by": "co2e", **options})
    return study.answer(network, question, Run())


def modes(found: study.Timeline) -> dict[int, float]:
    return {year.year: year.route.distance_km for year in found.years if year.route is not None}


def test_by_hand() -> None:
    found = asked(two_projects(), to_year=2035, slip_all=0)
    km = modes(found)
    assert [km[year] for year in range(2026, 2036)] == [1000.0] * 7 + [600.0] * 3
    changes = [row["year"] for row in found.body()["years"] if row["best_changes"]]
    assert changes == [2026, 2030, 2033]
    assert found.body()["years"][4]["because_of"] == ["north"]
    assert found.body()["years"][7]["because_of"] == ["south_1", "south_2"]
    assert [row["opened"] for row in found.body()["years"] if row["opened"]] == [["north"], ["south_1"], ["south_2"]]


def test_every_year_is_the_best_plan_of_that_year(network: Network) -> None:
    question = study.TimelineQuestion.model_validate(
        {
            "origin": "Tashkent",
            "destination": "Lahore",
            "modes": ("rail", "road"),
            "by": "cost",
            "to_year": 2034,
            "slip_all": 0,
        }
    )
    found = study.answer(network, question, Run())
    assert [year.year for year in found.years] == list(range(2026, 2035))
    for year in found.years[::4]:
        best = corridors.plan(
            network, "Tashkent", "Lahore", modes=("rail", "road"), by="cost", as_of=year.year, count=1
        )
        assert year.route is not None
        assert year.route.cost_usd == pytest.approx(best[0].cost_usd, rel=1e-9)


def test_one_slip_alone() -> None:
    """South 2 three years later: the railway in the north stays the best from 2033 to 2035."""
    found = asked(two_projects(), to_year=2040)
    said = {row["project"]: row for row in found.body()["slips"]}
    assert set(said) == {"north", "south_1", "south_2"}
    north, south = found.years[4].value("co2e"), found.years[7].value("co2e")
    road = found.years[0].value("co2e")
    assert north is not None and south is not None and road is not None
    assert said["south_2"]["worse_by_year"] == {str(year): north - south for year in (2033, 2034, 2035)}
    assert said["south_1"]["worse_by_year"] == {"2033": north - south}
    assert said["north"]["worse_by_year"] == {str(year): road - north for year in (2030, 2031, 2032)}
    assert said["north"]["sum_over_years"] == pytest.approx(3 * (road - north))


def test_a_slip_that_is_asked_for_moves_the_timeline() -> None:
    found = asked(two_projects(), to_year=2040, slip=("north:9", "south_2:+1"))
    changes = [row["year"] for row in found.body()["years"] if row["best_changes"]]
    assert changes == [2026, 2034]
    assert found.body()["slipped"] == {"north": 9, "south_2": 1}
    slipped = openings.slipped(two_projects(), {"north": 9})
    assert slipped.catalog.projects["north"].opens_high == 2043
    assert openings.slipped(two_projects(), {"north": 0}).catalog.opens_year["a-b-rail1520"] == 2030


def test_a_segment_with_a_year_of_its_own_slips_with_its_project() -> None:
    network = two_projects()
    own = network.segments["a-b-rail1520"].model_copy(update={"opens_year": 2029})
    catalog = dataclasses.replace(network.catalog, segments={**network.catalog.segments, own.id: own})
    late = openings.slipped(Network.of(catalog), {"north": 2})
    assert late.catalog.opens_year["a-b-rail1520"] == 2031
    assert late.catalog.opens_year["b-d-rail1520"] == 2032


def test_corridors_open_later(network: Network) -> None:
    question = study.TimelineQuestion.model_validate(
        {"origin": "Almaty", "destination": "Karachi", "modes": ("rail",), "slip": ("ktap_herat_kandahar:2",)}
    )
    found = study.answer(network, question, Run())
    row = found.body()["slips"][0]
    assert row["corridors_open_later"]["ktap"] == [2034, 2036]
    by_id = {each.id: each for each in found.corridors}
    assert by_id["ktap"].opening.central == 2036
    assert by_id["iti"].is_open(2026) and not by_id["ktap"].is_open(2035) and by_id["ktap"].is_open(2036)
    assert {"uap_pakistan"} <= {each["project"] for each in found.body()["slips"]}


def test_years_with_no_route_are_told_apart_from_none_at_all() -> None:
    network = drawn.network("a ==500!== d\n d ==1== e\n a --1-- f\n x --1-- y")
    project = records.Project(
        id="line",
        title="Line",
        segments=("a-d-rail1520",),
        status="planned",
        opens_central=2030,
        source=("own-estimate",),
        confidence="low",
    )
    network = Network.of(dataclasses.replace(network.catalog, projects={"line": project}))
    found = asked(network, to_year=2032)
    assert [year.route is None for year in found.years] == [True] * 4 + [False] * 3
    (slip,) = found.body()["slips"]
    assert slip["worse_by_year"] == {"2030": None, "2031": None, "2032": None}
    assert (slip["no_route_in"], slip["worst"], slip["sum_over_years"]) == ([2030, 2031, 2032], None, None)
    assert found.tables()[2].rows == (("line", "3 years later", "2030-2032", "no route in 2030-2032", [], []),)
    assert found.tables()[0].rows[0][1] == "no route"
    with pytest.raises(errors.NoRouteError, match="in any year"):
        asked(network, to_year=2028)


def test_a_slip_that_leaves_no_route_is_the_worst_and_breaks_the_line_of_the_picture() -> None:
    """By the railway from 2030, by a shorter one from 2032: the second slips by hours, the first leaves nothing."""
    network = drawn.network("a ==500!== d\n a ==200!== d")
    projects = {
        key: records.Project(
            id=key,
            title=key.title(),
            segments=(key_of,),
            status="planned",
            opens_central=year,
            source=("own-estimate",),
            confidence="low",
        )
        for key, key_of, year in (("short", "a-d-rail1520x", 2032), ("long", "a-d-rail1520", 2030))
    }
    network = Network.of(dataclasses.replace(network.catalog, projects=projects))
    found = asked(network, to_year=2036, slip_all=1)
    said = {row["project"]: row for row in found.body()["slips"]}
    assert said["long"]["worse_by_year"] == {"2030": None} and said["long"]["no_route_in"] == [2030]
    assert said["short"]["no_route_in"] == [] and said["short"]["worst"] > 0
    other = found._other_line()
    assert other is not None and other[0] == "if Long opens 1 year later"
    assert [value is None for value in other[1]] == [True] * 5 + [False] * 6
    figure = found.figure()
    strip = next(axes for axes in figure.axes if [text.get_text() for text in axes.get_yticklabels()] == ["no route"])
    drawn_spans = {tuple(float(x) for x in line.get_xdata()) for line in strip.lines}  # type: ignore[union-attr]
    assert drawn_spans == {(2026.0, 2030.0), (2026.0, 2031.0)}
    assert {text.get_text() for text in strip.texts} == {"1"}


def test_a_project_that_opens_earlier_makes_the_best_better_and_none_worse() -> None:
    found = asked(two_projects(), to_year=2035, slip=("north:-2",))
    (said,) = [row for row in found.body()["slips"] if row["project"] == "north"]
    assert (said["worse_by_year"], said["worst"], said["no_route_in"]) == ({}, 0.0, [])
    assert list(said["better_by_year"]) == ["2028", "2029"] and all(
        each > 0 for each in said["better_by_year"].values()
    )
    assert "North opens 2 years earlier than planned" in found.tables()[0].before
    table = found.tables()[2]
    assert table.rows[0][:5] == ("north", "2 years earlier", "no year", 0.0, "2028-2029")
    network = drawn.network("a ==500!== d")
    project = records.Project(
        id="line",
        title="Line",
        segments=("a-d-rail1520",),
        status="planned",
        opens_central=2030,
        source=("own-estimate",),
        confidence="low",
    )
    first = asked(Network.of(dataclasses.replace(network.catalog, projects={"line": project})), slip=("line:-1",))
    assert first.body()["slips"][0]["better_by_year"] == {"2029": None}


def shut_road(to_date: Any = None) -> Network:
    """a to d by a road that has been shut since the day of the data, and by one three times as long."""
    network = drawn.network("a --100-- d\n a --300-- d")
    closure = records.Closure(
        id="post",
        applies_to=("a-d-road",),
        kind="closed",
        from_date=drawn.SHIPPED.data_date,
        to_date=to_date,
        reason="test",
        source=("own-estimate",),
        confidence="low",
    )
    short = records.Corridor(
        id="short",
        title="Short",
        origin="a",
        destination="d",
        modes=("road",),
        needs_status="operational",
        via=("a", "d"),
        source=("own-estimate",),
        confidence="low",
    )
    return Network.of(dataclasses.replace(network.catalog, closures={"post": closure}, corridors={"short": short}))


def test_closures_apply_in_the_year_of_the_data_and_the_note_names_what_does_not_apply_later() -> None:
    found = asked(shut_road(), to_year=2028, closures="apply")
    assert modes(found) == {2026: 300.0, 2027: 100.0, 2028: 100.0}
    assert found.notes == (
        "short: shut by closures in 2026",
        "closures without a known end are not applied in 2027-2028: post (avoid=['a-d-road'] shuts it)",
    )
    assert [row["corridors_open"] for row in found.body()["years"]] == [[], ["short"], ["short"]]
    assert [text.partition(";")[0] for text in found.warnings] == [
        "best of 2027-2028, short: closed (post): A - D by road"
    ]
    warned = asked(shut_road(), to_year=2028)
    assert modes(warned) == dict.fromkeys((2026, 2027, 2028), 100.0) and warned.notes == ()
    assert warned.warnings[0].startswith("best of 2026-2028, short: closed (post)")
    assert set(warned.warnings) < set(warned.tables()[0].after) and warned.body()["warnings"] == list(warned.warnings)


def test_the_same_open_lines_are_planned_over_once() -> None:
    network = two_projects()
    planner = scenario_years.Planner(request.make(network.catalog, "a", "d"))
    years = planner.years(network, range(2026, 2041))
    assert len(planner._found) == 4
    assert years[0].route is years[3].route


def test_a_replay_gives_the_same_bytes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture, kept = tmp_path / "figure.svg", tmp_path / "answer.json"
    options = ("--mode", "rail", "--slip", "iran_east:4", "--by", "cost", "--from", "2025", "--to", "2034")
    told = studies.ask(capsys, "timeline", "Tashkent", "Karachi", *options, "-f", "json", "--figure", str(picture))
    assert told.code == 0, told.said
    assert picture.stat().st_size > 10_000
    assert "the data are of 2026" in told.json["notes"][0]
    kept.write_text(told.out, encoding="utf-8")
    assert studies.ask(capsys, "replay", str(kept)).out == told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "2020"), "give a year from 2026 to 2085"),
        (("--to", "2120"), "60 years at most"),
        (("--from", "2040", "--to", "2030"), "begins in 2040"),
        (("--to", "1"), "--to must be a whole number between 1900 and 2150, not 1"),
        (("--slip", "ktap:3"), "did you mean ktap_torghundi_herat_1, ktap_torghundi_herat_2, ktap_herat_kandahar"),
        (("--slip", "uap"), "write PROJECT:YEARS"),
        (("--slip", "uap:x"), "write PROJECT:YEARS"),
        (("--slip", "uap:0"), "not be 0"),
        (("--slip", "uap:500"), "between -50 and 50"),
        (("--slip", "ktap_herat_kandahr:3"), "did you mean ktap_herat_kandahar"),
        (("--slip", "uap:1", "--slip", "uap:2"), "name it once"),
        (("--slip", "air_gwadar:3"), "no opening year"),
        (("--slip-all", "-1"), "--slip-all"),
        (("--from", "1"), "--from"),
    ],
)
def test_wrong_options_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    told = studies.ask(capsys, "timeline", "Almaty", "Karachi", *arguments)
    assert (told.code, told.out) == (2, "")
    assert words in told.said
