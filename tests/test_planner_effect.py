"""What added segments change: by hand on tiny networks, against plans of their own, and under rules that must hold."""

from __future__ import annotations

import dataclasses
import json
import math
import random
from collections.abc import Mapping
from pathlib import Path

import drawn
import proposed
import pytest
from hypothesis import given, settings, strategies as st
from random_cases import random_network
from test_planner_scenarios import best, random_segment

import corridors
from corridors.answers import of_effect as effect_tables, text as exports
from geodata import catalog, errors, records
from geodata.read import parts
from planner import allowed, request
from planner.effect import critical as effect_critical, measure as effect
from planner.effect.answer import Effect
from planner.effect.changes import STATUSES, Change
from planner.network import Network
from planner.price import sampling
from planner.price.hubs import OPERATIONS
from planner.price.measures import MEASURES


def changed(found: Effect, origin: str, destination: str) -> Mapping[str, Change]:
    return next(row.changes for row in found.pairs if (row.origin, row.destination) == (origin, destination))


def drawn_effect(before: str, after: str, added: str, places: str, **options: object) -> Effect:
    nets = drawn.network(before), drawn.network(after)
    return effect.measure(*nets, [added], places=places.split(), **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return Network.of(catalog.load(proposed.railway(tmp_path_factory.mktemp("own"))))


@pytest.fixture(scope="module")
def found(network: Network, after: Network) -> Effect:
    return effect.measure(network, after, proposed.ADDED, by="co2e")


def test_a_newly_connected_pair() -> None:
    found = drawn_effect("a --10-- b\n c --10-- d", "a --10-- b --5-- c --10-- d", "b-c-road", "a d", by="distance")
    assert changed(found, "a", "d")["distance"] == Change(None, 25.0, None, "newly_connected", True)
    assert found.summaries["distance"].counts["newly_connected"] == 2
    assert found.summaries["distance"].mean_saving is None
    assert [(row.origin, row.before, row.after.segment_ids) for row in found.moved] == [
        ("a", None, ("a-b-road", "b-c-road", "c-d-road")),
        ("d", None, ("c-d-road", "b-c-road", "a-b-road")),
    ]
    assert {row.id: (row.before, row.after, row.became) for row in found.became_critical} == dict.fromkeys(
        ("a-b-road", "b-c-road", "c-d-road"), (0, 2, 2)
    )
    assert all(row.worst_percent is None for row in found.became_critical)
    assert not any(row.saved or row.added or row.before or row.after for row in found.operations)


def test_a_bypass_improves_by_exactly_so_many_km_and_takes_the_place_of_a_line() -> None:
    old, new = "a --100-- b --150-- c", "a --100-- b --150-- c\n a --200-- c"
    found = drawn_effect(old, new, "a-c-road", "a b c", by="distance")
    change = changed(found, "a", "c")["distance"]
    assert (change.before, change.after, change.change, change.status) == (250.0, 200.0, -50.0, "improved")
    row = found.summaries["distance"]
    assert (row.pairs, row.counts["improved"], row.counts["unchanged"]) == (6, 2, 4)
    assert (row.mean_saving, row.median_saving, row.largest_saving, row.largest_at) == (50.0, 50.0, 50.0, ("a", "c"))
    assert row.mean_saving_percent == pytest.approx(20.0)
    uses = {item.id: (item.before, item.after) for item in found.segments}
    assert uses == {"a-b-road": (4, 2), "b-c-road": (4, 2), "a-c-road": (0, 2)}
    assert [item.id for item in found.losing] == ["a-b-road", "b-c-road"]
    assert [item.id for item in found.gaining] == ["a-c-road"]
    # closing a-b: a-c not hurt any more; a-b was cut off and goes a-c-b now, 350 for 100: critical still
    gone = {item.id: (item.before, item.after, item.ceased, item.worst_percent) for item in found.no_longer_critical}
    assert gone == {"a-b-road": (4, 2, 2, None), "b-c-road": (4, 2, 2, None)}
    new_ones = {item.id: (item.after, item.worst_percent) for item in found.became_critical}
    assert new_ones == {"a-c-road": (2, pytest.approx(25.0))}


def test_a_line_that_loses_all_its_pairs_and_its_place() -> None:
    old, new = "a --100-- b --100-- c", "a --100-- b --100-- c\n a --90-- c"
    found = drawn_effect(old, new, "a-c-road", "a c", by="distance")
    assert {item.id: (item.before, item.after) for item in found.losing} == {"a-b-road": (2, 0), "b-c-road": (2, 0)}
    table = next(t for t in effect_tables.of_effect(found).tables if "lose" in t.before[-1])
    assert {row[-2] for row in table.rows} == {"loses its place"}


def test_a_break_of_gauge_that_is_saved_has_the_hours_of_the_rates() -> None:
    old = "a ==100== b ##100## c"
    found = drawn_effect(old, old + "\n b ==100== c", "b-c-rail1520", "a c", by="time")
    hours = sampling.expected(drawn.SHIPPED.rates.get("gauge_h", "1435-1520").rate)
    change = changed(found, "a", "c")["time"]
    assert change.change == pytest.approx(-hours, abs=1e-6)
    rows = {row.operation: row for row in found.operations}
    assert set(rows) == set(OPERATIONS)
    assert (rows["break_of_gauge"].saved, rows["break_of_gauge"].added) == (2, 0)
    assert rows["break_of_gauge"].before_h == pytest.approx(2 * hours)
    assert rows["break_of_gauge"].after_h == 0.0
    assert rows["loading"].saved == rows["loading"].added == 0
    assert rows["loading"].before == 2


def test_a_faster_route_may_be_longer_and_dearer_and_that_is_said() -> None:
    old, new = "a ==300== b", "a ==300== b\n a --310-- b"
    found = drawn_effect(old, new, "a-b-road", "a b", by="time")
    row = found.moved[0]
    assert (row.difference("distance"), row.difference("cost") or 0.0) == (
        pytest.approx(10.0),
        pytest.approx(row.after.cost_usd - (row.before.cost_usd if row.before else 0.0)),
    )
    assert (row.difference("cost") or 0.0) > 0 > (row.difference("time") or 0.0)
    assert changed(found, "a", "b")["distance"].status == "unchanged"
    assert changed(found, "a", "b")["cost"].status == "unchanged"
    text = exports.as_table(effect_tables.of_effect(found))
    assert "2 of them take more km than before" in text
    assert "2 of them take more USD than before" in text


def test_an_equal_route_changes_nothing() -> None:
    old, new = "a --50-- b --50-- c", "a --50-- b --50-- c\n a --100-- c"
    found = drawn_effect(old, new, "a-c-road", "a c", by="distance")
    assert changed(found, "a", "c")["distance"] == Change(100.0, 100.0, 0.0, "unchanged", False)
    assert (found.moved, found.losing, found.gaining) == ((), (), ())
    assert {row.id: (row.before, row.after) for row in found.segments}["a-c-road"] == (0, 0)
    assert not found.became_critical
    assert {row.id for row in found.no_longer_critical} == {"a-b-road", "b-c-road"}


def with_year(network: Network, key: str, year: int | None, status: str = "planned") -> Network:
    changed_ = network.segments[key].model_copy(update={"status": status, "opens_year": year})
    facts = dataclasses.replace(network.catalog, segments={**network.segments, key: changed_})
    return Network.of(facts)


def test_an_unbuilt_line_is_measured_at_its_opening_year_against_the_network_of_that_year() -> None:
    old = with_year(drawn.network("a --100-- b --100-- c\n a --180!-- c"), "a-c-road", 2030)
    new_drawing = "a --100-- b --100-- c\n a --180!-- c\n a --150!-- c"
    new = with_year(with_year(drawn.network(new_drawing), "a-c-road", 2030), "a-c-roadx", 2032)
    found = effect.measure(old, new, ["a-c-roadx"], places=["a", "c"], by="distance")
    assert changed(found, "a", "c")["distance"].change == -30.0  # 180 km are open by then
    assert found.scope.request.as_of == 2032
    assert "those of 2032, when a-c-roadx opens" in found.notes[0]
    early = effect.measure(old, new, ["a-c-roadx"], places=["a", "c"], by="distance", as_of=2031)
    assert changed(early, "a", "c")["distance"].status == "unchanged"
    assert any("it opens in 2032, after 2031" in note for note in early.notes)
    now = effect.measure(old, new, ["a-c-roadx"], places=["a", "c"], by="distance", include="operational")
    assert changed(now, "a", "c")["distance"].before == 200.0
    assert any("a-c-roadx is not in the network compared" in note for note in now.notes)
    by_rail = effect.measure(old, new, ["a-c-roadx"], places=["a", "c"], modes=["rail"])
    assert any("road is not among the modes rail" in note for note in by_rail.notes)
    assert changed(by_rail, "a", "c")["time"] == Change(None, None, None, "not_connected", False)


def test_without_an_opening_year_all_lines_as_firm_are_compared_and_that_is_said() -> None:
    old = drawn.network("a --100-- b --100-- c")
    new = with_year(drawn.network("a --100-- b --100-- c\n a --150-- c"), "a-c-road", None, "proposed")
    found = effect.measure(old, new, ["a-c-road"], places=["a", "c"], by="distance")
    assert (found.scope.request.include, found.scope.request.as_of) == ("proposed", None)
    assert "no opening year of a-c-road is known" in found.notes[0]
    assert changed(found, "a", "c")["distance"].change == -50.0


def test_splitting_alone_is_no_change_and_parts_count_as_their_whole(network: Network) -> None:
    whole = network.segments["almaty-uzynagash-road"]
    node = records.Node(id="cut", name="Cut", country="KZ", kind="junction", lon=76.5, lat=43.2)
    pieces = parts.apart(whole, [(0.3371, node)])
    rest = {key: row for key, row in network.segments.items() if key != whole.id}
    facts = dataclasses.replace(
        network.catalog,
        nodes={**network.nodes, "cut": node},
        segments=rest | {row.id: row for row in pieces},
        wholes={whole.id: whole},
    )
    split = Network.of(facts)
    found = effect.measure(network, split, [whole.id], places=["Almaty", "Tashkent", "Bishkek"], by="time")
    assert {change.status for row in found.pairs for change in row.changes.values()} == {"unchanged"}
    assert all(change.change == 0.0 for row in found.pairs for change in row.changes.values())
    assert not (found.losing or found.gaining or found.became_critical or found.no_longer_critical)
    used = next(row for row in found.segments if row.id == whole.id)
    assert used.before == used.after > 0
    assert {row.id for row in found.lines if row.segment.facts_id == whole.id} == {row.id for row in pieces}
    assert any("in the network before too" in note for note in found.notes)


def test_every_pair_is_what_a_plan_says(network: Network, after: Network, found: Effect) -> None:
    rng = random.Random(3)
    gaining = [row for row in found.pairs if any(change.status == "improved" for change in row.changes.values())]
    assert gaining
    for row in [*rng.sample(gaining, 4), *rng.sample(found.pairs, 6)]:
        for key, change in row.changes.items():
            for net, value in ((network, change.before), (after, change.after)):
                asked = request.make(net.catalog, row.origin, row.destination, by=key, as_of=2035)
                assert (math.inf if value is None else value) == pytest.approx(best(net, asked), abs=1e-5)
    for row in found.moved[:6]:
        route = corridors.plan(after, row.origin, row.destination, by="co2e", as_of=2035, count=1)[0]
        assert row.after.totals() == pytest.approx(route.totals())
        assert row.before is not None


def test_critical_is_what_closing_one_by_one_says(network: Network, after: Network, found: Effect) -> None:
    """Held against plans that avoid the segment, a split one with all its parts."""
    assert any(row.id == "zahedan-fahraj-rail" for row in found.became_critical)
    for row in found.became_critical[:4]:
        origin, destination = row.worst_at
        asked = request.make(after.catalog, origin, destination, by="co2e", as_of=2035)
        open_, shut = best(after, asked), best(after.without(after.catalog.parts_of(row.id)), asked)
        if row.worst_percent is None:
            assert math.isinf(shut)
        else:
            assert 100 * (shut - open_) / open_ == pytest.approx(row.worst_percent)
            assert row.worst_percent >= 100 * effect_critical.CRITICAL_SHARE
        asked = request.make(network.catalog, origin, destination, by="co2e", as_of=2035)
        known = network.catalog.parts_of(row.id)
        assert best(network.without(known), asked) < (1 + effect_critical.CRITICAL_SHARE) * best(network, asked)


def check_never_worse(seed: int) -> None:
    rng = random.Random(seed)
    network = random_network(rng)
    added = [random_segment(rng, network, f"new{at}").model_copy(update={"status": "operational"}) for at in range(2)]
    facts = dataclasses.replace(network.catalog, segments={**network.segments, **{item.id: item for item in added}})
    places, modes = list(network.nodes), tuple(network.catalog.modes)
    by = rng.choice(tuple(MEASURES))
    after = Network.of(facts)
    found = effect.measure(network, after, [item.id for item in added], places=places, by=by, modes=modes)
    for row in found.pairs:
        for key, change in row.changes.items():
            assert change.status not in ("worse", "cut_off"), f"seed {seed}"
            assert change.change is None or change.change <= 0, f"seed {seed}"
            # without a change of records, only what is added can make a difference
            assert change.uses_added == (change.status in ("improved", "newly_connected")), f"seed {seed} {key}"
    moved = {(row.origin, row.destination) for row in found.moved}
    assert moved == {(row.origin, row.destination) for row in found.pairs if row.changes[by].uses_added}
    for moved_row in found.moved:
        assert set(moved_row.after.segment_ids) & {"new0", "new1"}
    for critical in found.became_critical[:3]:
        asked = request.make(facts, *critical.worst_at, by=by, modes=modes)
        now, shut = best(after, asked), best(after.without({critical.id}), asked)
        percent = None if math.isinf(shut) else 100 * (shut - now) / now
        assert percent == (None if critical.worst_percent is None else pytest.approx(critical.worst_percent, abs=1e-5))
    for row in rng.sample(found.pairs, min(3, len(found.pairs))):
        asked = request.make(facts, row.origin, row.destination, by=by, modes=modes)
        value = row.changes[by].after
        assert (math.inf if value is None else value) == pytest.approx(best(after, asked), abs=1e-6), f"seed {seed}"


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=15)
def test_adding_never_makes_a_pair_worse(seed: int) -> None:
    check_never_worse(seed)


@pytest.mark.slow
def test_adding_never_makes_a_pair_worse_on_hundreds() -> None:
    for seed in range(400):
        check_never_worse(seed)


def test_the_main_places_are_served_by_the_modes_of_a_default_request(network: Network) -> None:
    assert len(effect.MAIN_PLACES) == len(set(effect.MAIN_PLACES)) == 25
    asked = request.make(network.catalog, "almaty", "karachi")

    for key in effect.MAIN_PLACES:
        assert network.nodes[key].kind in ("city", "port"), key
        assert allowed.reachable(allowed.permitted(network, asked), key) >= set(effect.MAIN_PLACES), key


def test_the_answer_in_all_its_forms(found: Effect) -> None:
    assert set(STATUSES) == set(found.summaries["co2e"].counts)
    written = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert len(written["pairs"]) == 600
    assert written["summary"]["co2e_kg"]["improved"] == found.summaries["co2e"].counts["improved"] > 0
    assert written["summary"]["time_h"]["mean_saving_h"] is None
    assert set(written["pairs"][0]) == {"origin", "destination", "distance_km", "time_h", "cost_usd", "co2e_kg"}
    assert written["moved"][0]["before"].keys() >= {"distance_km", "time_h", "cost_usd", "co2e_kg"}
    frame = found.to_frame()
    assert len(frame) == 2400
    report = effect_tables.of_effect(found)
    assert len(report.flat.rows) == 2400
    for name, write in exports.FORMATS.items():
        assert "own-herat-zaranj-rail" in write(report) or name == "csv", name
    features = {item["id"]: item["properties"] for item in json.loads(exports.as_geojson(report))["features"]}
    assert features["own-herat-zaranj-rail"]["added"]
    # what comes from Zaranj turns to Zahedan at the junction, and on to Chabahar: only that part gains
    counts = {key: (row["pairs_before"], row["pairs_after"]) for key, row in features.items()}
    assert counts["zahedan-fahraj-rail~zahedan"] == (8, 44)
    assert counts["zahedan-fahraj-rail~own-junction"] == (8, 8)
    assert next(row for row in found.segments if row.id == "zahedan-fahraj-rail").after == 44


def test_a_pair_without_a_route_has_no_number() -> None:
    found = drawn_effect("a --10-- b\n c --10-- d", "a --10-- b\n c --10-- d\n c --5-- d", "c-d-roadx", "a d")
    flat = exports.as_csv(effect_tables.of_effect(found)).splitlines()
    assert flat[1] == "a,d,distance,km,,,,,not_connected,False,,"
    assert found.as_dict()["pairs"][0]["time_h"]["before"] is None
    assert "no pair is newly connected or improves" in exports.as_table(effect_tables.of_effect(found))


def test_what_cannot_be_measured_is_said(network: Network) -> None:
    key = "almaty-uzynagash-road"
    for places in (["Almaty"], ["Almaty", "almaty"]):
        with pytest.raises(errors.RequestError, match="two places at least"):
            effect.measure(network, network, [key], places=places)
    with pytest.raises(errors.RequestError, match="no segment is added"):
        effect.measure(network, network, [])
    with pytest.raises(errors.UnknownNameError, match="no-such-line"):
        effect.measure(network, network, ["no-such-line"])
    with pytest.raises(errors.UnknownNameError, match="Nowhere"):
        effect.measure(network, network, [key], places=["Almaty", "Nowhere"])
    with pytest.raises(errors.UnknownNameError, match="gold"):
        effect.measure(network, network, [key], places=["Almaty", "Astana"], consignments=["gold"])
    with pytest.raises(errors.RequestError, match="both asked for and avoided"):
        effect.measure(network, network, [key], places=["Almaty", "Kabul"], avoid=["AF"])
    shares: list[float] = []
    left = effect.measure(network, network, [key], avoid=["AF"], consignments=["general"], progress=shares.append)
    assert len(left.scope.places) == 21
    assert any("left out, since avoided: Kabul, Herat, Kandahar, Mazar-i-Sharif" in note for note in left.notes)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_folder_is_read_as_written(tmp_path: Path) -> None:
    facts = catalog.load(proposed.railway(tmp_path, status="operational"))
    assert facts.segments[proposed.ADDED[0]].status == "operational"
    assert len(facts.parts_of("zahedan-fahraj-rail")) == 2


def test_an_effect_quotes_the_figures_of_plans_and_noise_is_no_saving(found: Effect, network: Network) -> None:
    asked = found.scope.request
    tried = 0
    for row in found.pairs[::97]:
        for key, change in row.changes.items():
            if change.before is None:
                continue
            options = {"by": key, "count": 1, "as_of": asked.as_of, "include": asked.include}
            best = corridors.plan(network, row.origin, row.destination, **options)[0]
            assert change.before == round(best.value(key), 6), (row.origin, row.destination, key)
            tried += 1
    assert tried > 12
    for row in found.pairs:
        for change in row.changes.values():
            figures = [value for value in (change.before, change.after, change.change) if value is not None]
            assert figures == [round(value, 6) for value in figures]
    for key, summary in found.summaries.items():
        savings = {
            (row.origin, row.destination): row.changes[key].saving
            for row in found.pairs
            if row.changes[key].status == "improved"
        }
        if savings:
            assert summary.largest_at == next(pair for pair, each in savings.items() if each == max(savings.values()))


def test_csv_has_the_digits_that_are_known(network: Network) -> None:
    from corridors.answers import of_routes

    plan = corridors.plan(network, "Almaty", "Karachi", by="distance", count=3)
    text = exports.as_csv(of_routes.of_plan(plan))
    assert "3250.5," in text
    assert not [cell for line in text.splitlines() for cell in line.split(",") if "000000" in cell or "999999" in cell]
    assert plan[0].distance_km == 3250.5
    assert exports._cell(1234.0000001) == 1234.0
    assert exports._cell(-1e-9) == pytest.approx(-1e-9)
    assert exports._cell(1.23456789e-7) == 1.23457e-7
