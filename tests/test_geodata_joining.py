"""How lines join the network: ends that snap, split or make places; crossings, gauges, lengths, countries."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from own_lines import HERAT, LAND, SHIPPED, ZARANJ, offset, one, proposed, road

from geodata import records
from geodata.globe import geodesy
from geodata.own import editing
from geodata.own.drafts import DraftLine, DraftPlace, Drafts
from geodata.own.editing import Proposal
from geodata.own.joining import Rules
from geodata.read import parts

# --- ends


def test_a_line_by_names_goes_straight_and_says_that_its_length_is_an_estimate() -> None:
    found = proposed(one(**{"from": "Herat", "to": "زرنج"}))
    segment = found.added[0].segment
    assert (segment.from_node, segment.to_node) == ("herat", "zaranj")
    direct_km = geodesy.distance_km(HERAT, ZARANJ)
    assert segment.km == pytest.approx(1.2 * direct_km, abs=0.1)
    assert segment.evidence == "assumed"
    assert all(geodesy.distance_km(a, b) <= 50.0 for a, b in itertools.pairwise(segment.coordinates))


@pytest.mark.parametrize(("off_km", "how"), [(0.0, "snapped"), (0.4, "snapped"), (4.9, "snapped"), (5.2, "new")])
def test_an_end_snaps_to_a_place_within_five_km_and_says_how_far_off_it_was(off_km: float, how: str) -> None:
    far = SHIPPED.nodes["bamyan"].position  # no railway there, so nothing to be split
    found = proposed(one([offset(far, north_km=off_km), (67.0, 34.3), HERAT]))
    end = found.added[0].ends[0]
    assert end.how == how
    if how == "snapped":
        assert end.node.id == "bamyan"
        assert end.off_km == pytest.approx(off_km, rel=0.01, abs=0.001)
        assert found.added[0].segment.coordinates[0] == far
    else:
        assert end.nearest[0][0] == "bamyan"
        assert any(item.code == "far-from-node" for item in found.problems)


def test_the_tolerance_is_the_users() -> None:
    at = offset(SHIPPED.nodes["bamyan"].position, north_km=8.0)
    line = [at, (67.0, 34.3), HERAT]
    assert proposed(one(line)).added[0].ends[0].how == "new"
    assert proposed(one(line), Rules(snap_km=10.0)).added[0].ends[0].node.id == "bamyan"
    refused = editing.propose(None, one(line), Rules(new_places=False))
    assert [item.code for item in refused.errors] == ["far-from-node"]


def test_an_end_on_a_segment_splits_it_and_both_halves_are_the_whole() -> None:
    whole = SHIPPED.segments["herat-shindand-rail"]
    middle = parts.spot_near(whole, (62.14, 33.75)).position
    found = proposed(one([offset(middle, east_km=1.5), (63.5, 33.6)]))
    end = found.added[0].ends[0]
    assert (end.how, end.splits) == ("split", (whole.id,))
    assert end.off_km == pytest.approx(1.5, abs=0.3)
    assert found.after is not None
    assert found.after.wholes[whole.id] == whole
    halves = [found.after.segments[key] for key in found.after.parts_of(whole.id)]
    assert len(halves) == 2
    assert {half.part_of for half in halves} == {whole.id}
    assert sum(half.km for half in halves) == pytest.approx(whole.km)
    assert sum(half.share for half in halves) == pytest.approx(1.0)
    assert end.node.id in (halves[0].to_node, halves[0].from_node)
    assert {half.source for half in halves} == {whole.source}


def test_a_road_does_not_split_a_railway_and_a_railway_does_not_snap_to_an_airport() -> None:
    airport = SHIPPED.nodes["ala_apt"]
    line = [airport.position, offset(airport.position, north_km=30.0)]
    assert proposed(one(line)).added[0].ends[0].node.kind != "airport"
    assert proposed(road(line)).added[0].ends[0].node is airport  # where a road ends already
    rail = SHIPPED.segments["herat-shindand-rail"]
    middle = parts.spot_near(rail, (62.14, 33.75)).position
    ends = proposed(road([offset(middle, east_km=0.1), (63.5, 33.6)])).added[0].ends
    assert all(SHIPPED.segments[key].mode == "road" for end in ends for key in end.splits)


def test_lines_of_one_file_meet_at_their_own_new_places() -> None:
    lines = [one([HERAT, (63.0, 33.5)]), one([(63.001, 33.5), (64.0, 33.0)])]
    found = proposed(lines[0] + lines[1])
    first, second = found.added
    assert first.segment.to_node == second.segment.from_node
    assert found.after is not None
    assert sum(1 for key in found.after.nodes if key not in SHIPPED.nodes) == 2


def test_a_new_break_of_gauge_is_said() -> None:
    where = [
        item
        for item in proposed(one(gauge_mm=1676, **{"from": "herat", "to": "zaranj"})).problems
        if item.code == "new-gauge-break"
    ]
    gauges = {
        segment.gauge_mm
        for segment in LAND
        if segment.mode == "rail" and "herat" in (segment.from_node, segment.to_node)
    }
    assert 1676 not in gauges
    assert [item.field for item in where][:1] == ["from"]
    same = proposed(one(gauge_mm=min(gauge for gauge in gauges if gauge), **{"from": "herat", "to": "bamyan"}))
    assert not any(item.code == "new-gauge-break" and item.field == "from" for item in same.problems)


# --- crossings


def crossing_line() -> tuple[records.Segment, Drafts]:
    """A road across the middle of a shipped one, far from any place."""
    for segment in LAND:
        if segment.mode != "road" or segment.km < 120 or len(segment.countries) > 1:
            continue
        middle = parts.spot_near(segment, segment.coordinates[len(segment.coordinates) // 2]).position
        away = min(geodesy.distances_km(middle, [node.position for node in SHIPPED.nodes.values()]))
        if away > 30:
            return segment, road([offset(middle, 25.0, 25.0), offset(middle, -25.0, -25.0)], own_id="across")
    raise AssertionError("no such road")


def test_a_crossing_is_said_and_with_join_made_a_junction() -> None:
    other, drafts = crossing_line()
    told = [item for item in proposed(drafts).problems if item.code == "crossing"]
    assert other.id in [item.value for item in told]
    assert all(item.position is not None for item in told)
    joined = proposed(drafts, Rules(join=True))
    assert not any(item.code == "crossing" for item in joined.problems)
    assert other.id in [segment for _, segment in joined.added[0].junctions]
    assert joined.after is not None
    node = next(key for key, segment in joined.added[0].junctions if segment == other.id)
    touching = {
        segment.facts_id for segment in joined.after.segments.values() if node in (segment.from_node, segment.to_node)
    }
    assert {"across", other.id} <= touching


def test_a_place_that_is_passed_is_said_and_with_join_made_a_junction() -> None:
    shindand = SHIPPED.nodes["shindand"].position
    drafts = one(
        [offset(shindand, 60.0, 20.3), offset(shindand, -0.0, 0.3), offset(shindand, -60.0, 20.3)], own_id="by"
    )
    told = [item for item in proposed(drafts).problems if item.code == "passes-node"]
    assert "shindand" in [item.value for item in told]
    joined = proposed(drafts, Rules(join=True))
    assert joined.after is not None
    halves = [joined.after.segments[key] for key in joined.after.parts_of("by")]
    assert "shindand" in {end for half in halves for end in (half.from_node, half.to_node)}


def test_an_island_is_said() -> None:
    lost = proposed(one([(68.0, 46.0), (68.5, 46.6)]))
    assert sum(item.code == "island" for item in lost.problems) == 2
    assert not any(item.code == "island" for item in proposed(one(**{"from": "herat", "to": "zaranj"})).problems)


def twins() -> tuple[records.Segment, records.Segment, tuple[float, float]]:
    """Two railways of different gauge that share their course, and its middle."""
    for one_, other in itertools.combinations([item for item in LAND if item.mode == "rail"], 2):
        if one_.gauge_mm != other.gauge_mm and one_.coordinates == other.coordinates and len(one_.coordinates) == 2:
            (west, south), (east, north) = one_.coordinates
            return one_, other, ((west + east) / 2, (south + north) / 2)
    raise AssertionError("no such pair")


def test_lines_of_two_gauges_on_one_course_are_all_split_and_no_break_is_claimed() -> None:
    one_, other, middle = twins()
    for gauge in (one_.gauge_mm, other.gauge_mm):
        found = proposed(one([middle, offset(middle, 30.0, 40.0)], gauge_mm=gauge))
        assert set(found.added[0].ends[0].splits) == {one_.id, other.id}
        assert not any(item.code == "new-gauge-break" and item.field == "from" for item in found.problems)
    across = one([offset(middle, 12.0, 12.0), offset(middle, -12.0, -12.0)], own_id="across", gauge_mm=other.gauge_mm)
    told = {item.value for item in proposed(across).problems if item.code == "crossing"}
    assert {one_.id, other.id} <= told
    joined = proposed(across, Rules(join=True))
    places = {node for node, key in joined.added[0].junctions if key in (one_.id, other.id)}
    assert len(places) == 1
    assert {one_.id, other.id} <= {key for _, key in joined.added[0].junctions}


def test_a_new_place_on_a_line_is_a_junction_and_one_beside_it_is_told_of() -> None:
    whole = SHIPPED.segments["herat-shindand-rail"]
    middle = parts.spot_near(whole, (62.14, 33.75)).position
    line = one([middle, (63.5, 33.6)], **{"from": "halt", "to": None})
    on_it = Drafts(line.lines, (DraftPlace({"name": "Halt"}, middle, "halt"),))
    found = proposed(on_it)
    assert found.after is not None
    assert len(found.after.parts_of(whole.id)) == 2
    at = offset(middle, east_km=0.6)
    beside = Drafts(one([at, (63.5, 33.6)], **{"from": "halt"}).lines, (DraftPlace({"name": "Halt"}, at, "halt"),))
    told = [item for item in proposed(beside).problems if item.code == "touches-line"]
    assert [item.value for item in told] == [whole.id]


def test_the_order_of_lines_does_not_decide_whether_they_meet() -> None:
    bar = one([(67.0, 46.0), (68.0, 46.0), (69.0, 46.0)], own_id="bar")
    stem = one([(68.3, 46.01), (68.3, 47.0)], own_id="stem")
    for drafts in (bar + stem, stem + bar):
        found = proposed(drafts)
        assert found.after is not None
        assert len(found.after.parts_of("bar")) == 2
        assert found.after.segments["stem"].from_node in {
            found.after.segments[key].to_node for key in found.after.parts_of("bar")
        }


def test_a_line_by_names_may_graze_a_third_country_and_a_drawn_one_may_not() -> None:
    found = proposed(one(**{"from": "zaranj", "to": "zahedan"}))
    assert found.after is not None
    assert found.after.segments[found.ids[0]].countries == ("AF", "IR")
    drawn_ = editing.propose(None, one([ZARANJ, (61.4, 30.2), SHIPPED.nodes["zahedan"].position]))
    assert [item.code for item in drawn_.errors] == ["many-borders"]
    stated = one([ZARANJ, (61.4, 30.2), SHIPPED.nodes["zahedan"].position], countries=("AF", "IR"))
    assert proposed(stated).after is not None


def test_a_surveyed_course_is_not_multiplied_by_the_detour_factor_and_a_sketch_is() -> None:
    dense = geodesy.along([HERAT, (62.0, 33.0), ZARANJ], 1.0)
    drawn_km = geodesy.length_km(dense)
    surveyed = proposed(one(dense))
    assert surveyed.after is not None
    assert surveyed.after.segments[surveyed.ids[0]].km == pytest.approx(drawn_km, abs=0.01)
    sketch = proposed(one([HERAT, (62.0, 33.0), ZARANJ]))
    assert sketch.after is not None
    assert sketch.after.segments[sketch.ids[0]].km == pytest.approx(1.2 * drawn_km, rel=1e-3)


def test_no_ship_goes_over_land() -> None:
    def sea(start: str, end: str, course: Any = None) -> Proposal:
        values = {"mode": "sea", "status": "planned", "from": start, "to": end, "gauge_mm": None}
        return editing.propose(None, one(course, **values))

    for start, end in (("aktau", "karachi"), ("poti", "bandar_abbas"), ("turkmenbashi", "chabahar")):
        assert [item.code for item in sea(start, end).errors] == ["over-land"], (start, end)
    assert not sea("karachi", "jebel_ali").errors  # a little over the cape of Musandam
    ports = [SHIPPED.nodes[key].position for key in ("karachi", "salalah")]
    assert not sea("karachi", "salalah", [ports[0], (64.0, 22.5), (59.5, 18.5), ports[1]]).errors
    assert not editing.propose(None, one(mode="ferry", gauge_mm=None, **{"from": "aktau", "to": "alat_az"})).errors


def test_a_name_is_kept_beside_a_note_and_an_id() -> None:
    found = proposed(road(own_id="rx", name="Road X", note="N", **{"from": "herat", "to": "zaranj"}))
    assert found.added[0].segment.note == "Road X: N"


def test_findings_about_new_places_name_the_line_that_makes_them() -> None:
    line = DraftLine({"mode": "road", "status": "planned"}, ((68.0, 46.0), (68.5, 46.6)), "lost", "mine.geojson", 3)
    islands = [item for item in proposed(Drafts((line,))).problems if item.code == "island"]
    assert [(item.file, item.feature_index) for item in islands] == [("mine.geojson", 3)] * 2


def test_a_scribble_is_told_of_and_too_fine_a_line_refused() -> None:
    rng = random.Random(1)
    scribble = [(62.0 + rng.random(), 33.0 + rng.random()) for _ in range(3000)]
    assert "self-crossing" in {item.code for item in editing.propose(None, one([HERAT, *scribble, ZARANJ])).problems}
    fine = [(62.0 + at * 1e-6, 33.0 + at * 2e-6) for at in range(30_000)]
    assert [item.code for item in editing.propose(None, one(fine)).errors] == ["too-many-vertices"]
