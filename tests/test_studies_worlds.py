"""Both worlds of what-if answers (all crossings open, closures applied), held against plans that apply closures."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import drawn
import pytest

import corridors
from corridors.studies import study
from corridors.studies.breakeven.answer import Between
from corridors.studies.study import Run
from corridors.studies.table import STUDIES
from geodata import records
from planner import request, worlds
from planner.network import Network
from planner.price.measures import MEASURES
from planner.price.route import Route


def asked(network: Network, name: str, **options: Any) -> Any:
    return STUDIES[name].answer(network, STUDIES[name].question.model_validate(options), Run())


def value(route: Route, by: str) -> float:
    return MEASURES[by].value(route.amounts, route.consignment)


def test_there_is_one_world_where_nothing_permitted_is_closed(network: Network) -> None:
    catalog = network.catalog
    two = request.make(catalog, "Tashkent", "Karachi")
    assert worlds.applied(network, two) == dataclasses.replace(two, closures="apply")
    assert worlds.applied(network, dataclasses.replace(two, closures="apply")) is None
    assert worlds.applied(network, dataclasses.replace(two, day=date(2025, 6, 1))) is None
    assert worlds.applied(network, request.make(catalog, "Tashkent", "Karachi", avoid=("AF",))) is None
    assert worlds.applied(network, request.make(catalog, "Tashkent", "Karachi", as_of=2040)) is None  # ends unknown


def test_each_row_of_closures_is_a_plan_that_applies_closures(network: Network) -> None:
    found = asked(network, "closures", origin="Tashkent", destination="Karachi")
    ends = {"origin": "Tashkent", "destination": "Karachi", "closures": "apply", "count": 1}
    base = corridors.plan(network, **ends)[0]
    body = {(row["kind"], row["id"]): row for row in found.body()["closed"]}
    by_way: dict[tuple[str, ...], Any] = {}
    for row in found.ranked:
        by_way.setdefault((*(row.route.segment_ids if row.route else ()), *found.then(row).segment_ids), row)
    turned = 0
    for row in by_way.values():
        then = corridors.plan(network, **ends, avoid=row.thing.segments)[0]
        written = body[row.thing.kind, row.thing.id]
        # what it is the best by; the other criteria follow where the route is the same of equally good ones
        assert found.extra_applied(row, "time") == pytest.approx(then.time_h - base.time_h)
        if then.segment_ids == found.then(row).segment_ids:
            for key, criterion in MEASURES.items():
                extra = written["extra_applied"][criterion.field]
                assert extra == pytest.approx(value(then, key) - value(base, key))
            turned += written["extra"]["cost_usd"] < 0 < written["extra_applied"]["cost_usd"]
        assert not any(each["kind"] == "closed" for each in written["best_applied"]["closures"])
    assert turned, "somewhere the sign of the USD turns"
    main = found.tables()[0]
    columns = [column.key for column in main.columns]
    row = next(cells for cells in main.rows if cells[1] == "Turkmenistan (TM)")
    then = corridors.plan(network, **ends, avoid=("TM",))[0]
    cells = dict(zip(columns, row, strict=True))
    assert cells["extra_time_h_applied"] == pytest.approx(then.time_h - base.time_h)
    assert cells["extra_cost_usd_applied"] == pytest.approx(then.cost_usd - base.cost_usd)
    assert any("applied: " in line for line in main.after)


def test_with_closures_applied_there_is_one_world_of_closures(network: Network) -> None:
    found = asked(network, "closures", origin="Tashkent", destination="Karachi", closures="apply")
    assert found.applied is None and found.body()["worlds"] == ["closures_applied"]
    assert not any("applied" in column.key for table in found.tables() for column in table.columns)
    assert not any("extra_applied" in row for row in found.body()["closed"])


def shut(*segments: str) -> dict[str, records.Closure]:
    return {
        "strike": records.Closure(
            id="strike",
            applies_to=segments,
            kind="closed",
            from_date=drawn.SHIPPED.data_date,
            reason="strike",
            source=("own-estimate",),
            confidence="low",
        )
    }


def test_what_cuts_off_with_closures_alone_is_said() -> None:
    """a-b-d 200 km, a-c-d 400 km and c-d is closed: with that applied, b is a single point of failure."""
    network = drawn.network("KZ:a --100-- UZ:b --100-- TM:d\n a --200-- IR:c --200-- d")
    network = Network.of(dataclasses.replace(network.catalog, closures=shut("c-d-road")))
    found = asked(network, "closures", origin="a", destination="d", by="distance")
    row = next(each for each in found.closed if each.thing.id == "b")
    assert found.extra(row, "distance") == 200 and found.then(row) is None
    assert any("further single points of failure: " in line and "B" in line for line in found.tables()[0].before)
    body = found.body()
    assert {"kind": "place", "id": "b"} in body["single_points_of_failure_applied"]
    written = next(each for each in body["closed"] if each["id"] == "b")
    assert (written["cut_off"], written["cut_off_applied"], written["extra_applied"]) == (False, True, None)
    assert "cut off" in {cells[-2] for cells in found.tables()[0].rows}
    found.figure()


def test_where_closures_leave_no_route_that_is_said() -> None:
    network = drawn.network("KZ:a --100-- UZ:b --100-- TM:d")
    network = Network.of(dataclasses.replace(network.catalog, closures=shut("a-b-road")))
    found = asked(network, "closures", origin="a", destination="d", by="distance")
    assert any(line.endswith("no route at all") for line in found.tables()[0].before)
    assert found.body()["best_applied"] is None
    json.loads(
        study.text(
            STUDIES["closures"],
            STUDIES["closures"].question.model_validate({"origin": "a", "destination": "d", "by": "distance"}),
            found,
        )
    )
    found.figure()


@pytest.fixture(scope="module")
def both(network: Network) -> tuple[Any, Any]:
    """Gateways by cost as asked, and with closures applied."""
    options = {"origin": "Tashkent", "by": "cost", "markets": ("Jebel Ali", "Rotterdam", "Mombasa")}
    return asked(network, "gateways", **options), asked(network, "gateways", **options, closures="apply")


def test_gateways_have_the_ways_of_both_worlds(both: tuple[Any, Any]) -> None:
    found, applied = both
    assert found.applied is not None and applied.applied is None
    body, other = found.body(), applied.body()
    assert body["worlds"] == ["all_open", "closures_applied"] and other["worlds"] == ["closures_applied"]
    for here, there in zip(body["scenarios_applied"], other["scenarios"], strict=True):
        assert here["markets"] == there["markets"]


def test_what_if_a_country_is_shut_is_answered_in_both_worlds(network: Network, both: tuple[Any, Any]) -> None:
    found, applied = both
    without = asked(
        network,
        "gateways",
        origin="Tashkent",
        by="cost",
        markets=("Jebel Ali", "Rotterdam", "Mombasa"),
        avoid=("IR",),
        closures="apply",
    )
    (iran,) = [row for row in found.body()["shut"] if row["id"] == "IR"]
    differing = 0
    for row in iran["markets"]:
        best, base = without.today.best(row["market"]), applied.today.best(row["market"])
        assert row["best_applied"]["gateway"] == best.gateway
        assert row["extra_applied"] == pytest.approx(value(best.route, "cost") - value(base.route, "cost"))
        assert not any(each["kind"] == "closed" for each in row["best_applied"]["closures"])
        differing += any(each["kind"] == "closed" for each in row["best"]["closures"])
    assert differing
    shut_table = next(table for table in found.tables() if table.before[0].startswith("What if a strait"))
    assert [row[1] for row in shut_table.rows if row[0] == "country"][:2] == ["Iran", "Iran, closures applied"]


def test_a_break_even_of_the_best_has_both_worlds(network: Network) -> None:
    """By km the best from Tashkent goes over Chaman, which is closed; with closures applied it is another route."""
    options = {"origin": "Tashkent", "destination": "Karachi", "first": "best", "second": "iti", "by": "distance"}
    found = asked(network, "breakeven", **options)
    best = corridors.plan(network, "Tashkent", "Karachi", by="distance", count=1, closures="apply")[0]
    other = found.sides.applied
    assert isinstance(other, Between)
    assert found.routes["best"].closures and other.routes["best"].segment_ids == best.segment_ids
    assert found.body()["applied"] == other.body()
    assert any(line.endswith(" applied:") for table in found.tables() for line in table.before)
    text = " ".join(" ".join(item.get_text() for item in found.figure().texts).split())
    assert "with what is closed on 2026-11-23 applied: " in text
    corridor = asked(network, "breakeven", **options | {"second": "afghan-road"})
    assert isinstance(corridor.sides.applied, str) and "pak_afg_chaman" in corridor.sides.applied
    assert f"; the best then takes {best.distance_km:,.1f} km (" in corridor.sides.applied
    assert corridor.body()["no_answer_applied_because"] == corridor.sides.applied
    assert any(corridor.sides.applied in line for line in corridor.tables()[0].before)


def ranked(network: Network, **options: Any) -> dict[str, Any]:
    found = asked(network, "rank", origin="a", destination="c", draws=2000, **options)
    return {row.entry.id: row for row in found.rows}


def two_ways(**facts: Any) -> Network:
    catalog = drawn.network("KZ:a --100-- KZ:b --100-- UZ:c\n a --120-- KZ:d --120-- c").catalog
    named = {
        key: records.Corridor(
            id=key,
            title=key,
            origin="a",
            destination="c",
            modes=("road",),
            via=via,
            needs_status="operational",
            source=("own-estimate",),
            confidence="low",
        )
        for key, via in {"short": ("a", "b", "c"), "long": ("a", "d", "c")}.items()
    }
    return Network.of(dataclasses.replace(catalog, corridors=named, parameters=drawn.SHIPPED.parameters, **facts))


def test_a_crossing_that_is_closed_today_is_usable_in_no_share(network: Network) -> None:
    del network
    found = ranked(two_ways(closures=shut("a-b-road")), closure_chance=0.25)
    short, long = found["short"], found["long"]
    assert (short.usable, short.closed_now, short.chance_usable) == (0.0, ("strike",), None)
    assert short.available == pytest.approx(0.75, abs=0.03)  # in the draws, without a new closure
    assert (long.usable, long.closed_now, long.chance_usable) == (1.0, (), 1.0)
    open_ = ranked(two_ways())["short"]
    assert short.bands["time"].p50 == pytest.approx(open_.bands["time"].p50, rel=0.02)  # its hours stand if open


def test_a_closure_of_the_day_says_nothing_of_an_opening_year() -> None:
    later = ranked(two_ways(closures=shut("a-b-road")), closure_chance=0.25, as_of=2035)["short"]
    assert later.closed_now == () and later.usable == later.available == pytest.approx(0.75, abs=0.03)
    ends = shut("a-b-road")["strike"].model_copy(update={"to_date": date(2036, 1, 1)})
    held = ranked(two_ways(closures={"strike": ends}), closure_chance=0.25, as_of=2035)["short"]
    assert held.usable == 0.0 and held.closed_now == ("strike",)


def test_the_table_of_a_ranking_has_usable_as_a_column_of_its_own(network: Network) -> None:
    found = asked(network, "rank", origin="Almaty", destination="Karachi", draws=500)
    table = found.tables()[0]
    titles = [column.title for column in table.columns]
    assert titles[4:8] == ["of those usable", "usable", "if open", "closures on the way"]
    for row, cells in zip(found.rows, table.rows, strict=True):
        closed = any(closure.kind == "closed" for closure in row.entry.route.closures)
        assert cells[titles.index("usable")] == row.usable == (0.0 if closed or row.unbuilt_km else 1.0)
    written = {row["id"]: row for row in found.body()["routes"]}
    assert written["afghan-road"]["usable"] == 0.0 and written["afghan-road"]["closed_now"] == ["pak_afg_chaman"]
    assert 0.7 < written["afghan-road"]["usable_if_open"] < 0.9
    assert sum(row.chance_usable or 0.0 for row in found.rows) == pytest.approx(1.0)


def test_a_year_of_a_timeline_has_the_closures_of_its_own_day() -> None:
    network = drawn.network("KZ:a --100-- UZ:d")
    closure = shut("a-d-road")["strike"].model_copy(update={"to_date": date(2028, 6, 1)})
    network = Network.of(dataclasses.replace(network.catalog, closures={"strike": closure}))
    found = asked(network, "timeline", origin="a", destination="d", to_year=2030)
    assert {year.year: [row.id for row in year.route.closures] for year in found.years} == {
        2026: ["strike"],
        2027: ["strike"],
        2028: [],
        2029: [],
        2030: [],
    }
