"""Adding segments and taking them away: ends, splits, junctions; what is added and removed leaves no trace."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import bad_lines
import drawn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridors
from geodata import additions, catalog, editing, errors, folder, geodesy, imports, parts, problem_codes, records
from geodata.drafts import DraftLine, DraftPlace, Drafts
from geodata.editing import Proposal, Rules
from planner import matrix
from planner.network import Network

SHIPPED = drawn.SHIPPED
LAND = [segment for segment in SHIPPED.segments.values() if segment.mode in ("rail", "road")]


def one(coordinates: Any = None, own_id: str = "", **values: Any) -> Drafts:
    """A draft of one line; a railway of 1520 mm unless it says otherwise."""
    given = {"mode": "rail", "gauge_mm": 1520, "status": "planned", **values}
    given = {key: value for key, value in given.items() if value is not None}
    positions = None if coordinates is None else tuple((float(lon), float(lat)) for lon, lat in coordinates)
    return Drafts((DraftLine(given, positions, own_id),))


def road(coordinates: Any = None, own_id: str = "", **values: Any) -> Drafts:
    return one(coordinates, own_id, mode="road", gauge_mm=None, **values)


def proposed(drafts: Drafts, rules: Rules | None = None) -> Proposal:
    found = editing.propose(None, drafts, rules or Rules())
    assert not found.errors, [str(item) for item in found.errors]
    return found


def offset(position: tuple[float, float], north_km: float = 0.0, east_km: float = 0.0) -> tuple[float, float]:
    """A position so many km away, to within a per mille."""
    import math

    lon, lat = position
    return lon + east_km / (111.32 * math.cos(math.radians(lat))), lat + north_km / 110.95


HERAT, ZARANJ = SHIPPED.nodes["herat"].position, SHIPPED.nodes["zaranj"].position


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
    where = [item for item in proposed(one(gauge_mm=1676, **{"from": "herat", "to": "zaranj"})).problems
             if item.code == "new-gauge-break"]  # fmt: skip
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


# --- the folder


def test_an_added_file_that_is_added_to_another_folder_keeps_its_junctions(tmp_path: Path) -> None:
    whole = SHIPPED.segments["herat-shindand-rail"]
    middle = parts.spot_near(whole, (62.14, 33.75)).position
    first, second = tmp_path / "first", tmp_path / "second"
    editing.add(first, one([offset(middle, east_km=1.5), (63.5, 33.6)], own_id="mine"))
    drafts, problems = imports.read(first / additions.FILE_NAME)
    assert problems == []
    editing.add(second, drafts)
    assert (second / additions.FILE_NAME).read_bytes() == (first / additions.FILE_NAME).read_bytes()
    lost = Drafts(drafts.lines, drafts.places, (records.Split(segment="none", node="herat"),))
    assert [item.code for item in editing.propose(None, lost).errors] == ["unknown-id"]


@pytest.mark.parametrize("join", [False, True])
def test_a_segment_with_places_of_its_own_is_replaced_by_itself_without_a_trace(tmp_path: Path, join: bool) -> None:
    """As an editor does that changes nothing: the ends are named by the places that only this segment has."""
    whole = SHIPPED.segments["herat-shindand-rail"]
    middle = parts.spot_near(whole, (62.14, 33.75)).position
    rules = Rules(join=join)
    editing.add(tmp_path, one([offset(middle, east_km=1.5), (63.5, 33.6)], own_id="mine"), rules)
    before = held(tmp_path)
    stated = folder.Store(tmp_path).read().segments[0]
    values = {"from": stated.from_node, "to": stated.to_node}
    editing.add(tmp_path, one(stated.coordinates, own_id="mine", **values), Rules(join=join, replace=True))
    assert held(tmp_path) == before
    moved = one([HERAT, (63.5, 33.6)], own_id="mine", **{"to": stated.to_node})
    editing.add(tmp_path, moved, Rules(replace=True))
    facts = catalog.load(tmp_path)
    assert facts.wholes == {}
    assert {*facts.nodes} - {*SHIPPED.nodes} == {stated.to_node}


def test_a_removal_says_what_it_leaves_hanging(tmp_path: Path) -> None:
    editing.add(tmp_path, road([HERAT, (63.0, 33.5), (64.2, 33.0)], own_id="trunk"))
    place = parts.spot_near(catalog.load(tmp_path).segments["trunk"], (63.0, 33.5)).position
    editing.add(tmp_path, road([place, offset(place, 40.0, 10.0)], own_id="branch"))
    _, _, hanging = editing.removal(tmp_path, ["trunk"])
    assert len(hanging) == 1
    assert hanging[0].startswith("branch ends at ")
    assert editing.removal(tmp_path, ["branch"])[2] == []
    assert editing.remove(tmp_path, ["trunk"]) == hanging


def test_a_change_on_an_old_version_is_refused(tmp_path: Path) -> None:
    editing.add(tmp_path, one(own_id="a", **{"from": "herat", "to": "zaranj"}))
    seen = folder.version(tmp_path)
    editing.add(tmp_path, one(own_id="b", **{"from": "herat", "to": "bamyan"}), version=seen)
    before = held(tmp_path)
    again = one(own_id="a", length_km=700, **{"from": "herat", "to": "zaranj"})
    with pytest.raises(errors.ConflictError, match="meanwhile"):
        editing.add(tmp_path, again, Rules(replace=True), version=seen)
    with pytest.raises(errors.ConflictError):
        editing.remove(tmp_path, ["a"], version=seen)
    with pytest.raises(errors.ConflictError):
        editing.undo(tmp_path, version=seen)
    assert held(tmp_path) == before
    assert folder.version(tmp_path / "none") == "-"


def held(own: Path) -> dict[str, bytes]:
    """Every file that a user sees, by name."""
    return {
        str(path.relative_to(own)): path.read_bytes()
        for path in sorted(own.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(own).parts)
    }


def test_add_then_remove_leaves_no_file(tmp_path: Path) -> None:
    own = tmp_path / "own"
    editing.add(own, one(**{"from": "herat", "to": "zaranj"}))
    assert list(held(own)) == ["additions.geojson"]
    assert "herat-zaranj-rail" in catalog.load(own).segments
    editing.remove(own, ["herat-zaranj-rail"])
    assert held(own) == {}
    assert catalog.load(own).sha256 == SHIPPED.sha256


def test_a_file_written_by_hand_comes_back_to_the_byte(tmp_path: Path) -> None:
    editing.add(tmp_path, one(**{"from": "herat", "to": "zaranj"}, own_id="mine"))
    file = tmp_path / additions.FILE_NAME
    by_hand = json.dumps(json.loads(file.read_text()), indent=3).replace("\n", "\r\n").encode()
    file.write_bytes(by_hand)
    (tmp_path / "corridors.toml").write_text("# none\n")
    before = held(tmp_path)
    editing.add(tmp_path, one(**{"from": "herat", "to": "bamyan"}, own_id="other"))
    assert file.read_bytes() != by_hand
    editing.remove(tmp_path, ["other"])
    assert held(tmp_path) == before


def test_undo_works_across_runs_and_in_order(tmp_path: Path) -> None:
    states = [held(tmp_path)]
    for own_id, to in (("a", "zaranj"), ("b", "bamyan"), ("c", "ghazni")):
        editing.add(tmp_path, one(own_id=own_id, **{"from": "herat", "to": to}))
        states.append(held(tmp_path))
    editing.remove(tmp_path, ["b"])
    assert editing.undo(tmp_path) == "remove b"
    for state in states[-1:0:-1]:
        assert held(tmp_path) == state
        editing.undo(tmp_path)
    assert held(tmp_path) == states[0]
    with pytest.raises(errors.RequestError, match="nothing to undo"):
        editing.undo(tmp_path)


def test_undo_refuses_when_other_hands_have_changed_the_file(tmp_path: Path) -> None:
    editing.add(tmp_path, one(**{"from": "herat", "to": "zaranj"}))
    file = tmp_path / additions.FILE_NAME
    file.write_text(file.read_text() + "\n")
    with pytest.raises(errors.RequestError, match="other hands"):
        editing.undo(tmp_path)
    assert file.exists()


def test_a_change_that_was_entered_but_never_happened_is_passed_over(tmp_path: Path) -> None:
    editing.add(tmp_path, one(own_id="a", **{"from": "herat", "to": "zaranj"}))
    kept = held(tmp_path)
    editing.add(tmp_path, one(own_id="b", **{"from": "herat", "to": "bamyan"}))
    (tmp_path / additions.FILE_NAME).write_bytes(kept["additions.geojson"])  # as if killed between entry and file
    assert editing.undo(tmp_path) == "add a"
    assert held(tmp_path) == {}


def test_a_segment_that_others_need_can_go_and_its_place_stays_for_them(tmp_path: Path) -> None:
    editing.add(tmp_path, one([HERAT, (63.0, 33.5)], own_id="a"))
    editing.add(tmp_path, one([(63.0, 33.5), (64.0, 33.0)], own_id="b"))
    alone = held(tmp_path)
    editing.remove(tmp_path, ["a"])
    left = catalog.load(tmp_path)
    assert "b" in left.segments
    assert left.segments["b"].from_node in left.nodes
    editing.undo(tmp_path)
    assert held(tmp_path) == alone
    editing.remove(tmp_path, ["b"])
    editing.remove(tmp_path, ["a"])
    assert held(tmp_path) == {}


def test_what_another_file_refers_to_is_not_removed(tmp_path: Path) -> None:
    editing.add(tmp_path, one(own_id="mine", **{"from": "herat", "to": "zaranj"}))
    closure = '[[closure]]\nid = "shut"\napplies_to = ["mine"]\nkind = "closed"\nfrom_date = 2026-01-01\nreason = "x"\n'
    (tmp_path / "closures.toml").write_text(closure + 'source = ["own-statement"]\nconfidence = "low"\n')
    before = held(tmp_path)
    with pytest.raises(errors.DataError, match="cannot be removed"):
        editing.remove(tmp_path, ["mine"])
    assert held(tmp_path) == before


def test_an_unknown_segment_is_not_removed_and_near_ones_are_named(tmp_path: Path) -> None:
    editing.add(tmp_path, one(own_id="herat-zaranj", **{"from": "herat", "to": "zaranj"}))
    with pytest.raises(errors.UnknownNameError, match="did you mean herat-zaranj"):
        editing.remove(tmp_path, ["herat-zaranjj"])
    with pytest.raises(errors.UnknownNameError):
        editing.remove(tmp_path / "none", ["x"])
    assert not (tmp_path / "none").exists()


def test_all_or_none_of_several_lines_are_added(tmp_path: Path) -> None:
    both = one(own_id="a", **{"from": "herat", "to": "zaranj"}) + one(
        own_id="b", mode="tram", **{"from": "herat", "to": "bamyan"}
    )
    with pytest.raises(errors.DataError, match="unknown-mode"):
        editing.add(tmp_path, both)
    assert held(tmp_path) == {}


def test_replace_takes_the_place_of_an_own_segment_alone(tmp_path: Path) -> None:
    editing.add(tmp_path, one([HERAT, (63.0, 33.5)], own_id="mine"))
    again = one(own_id="mine", **{"from": "herat", "to": "bamyan"})
    with pytest.raises(errors.DataError, match="id-exists"):
        editing.add(tmp_path, again)
    editing.add(tmp_path, again, Rules(replace=True))
    found = catalog.load(tmp_path)
    assert found.segments["mine"].to_node == "bamyan"
    assert set(found.nodes) == set(SHIPPED.nodes)  # the place that only the old line needed is gone
    with pytest.raises(errors.DataError, match="id-exists"):
        editing.add(
            tmp_path, one(own_id="herat-shindand-rail", **{"from": "herat", "to": "bamyan"}), Rules(replace=True)
        )


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / additions.FILE_NAME
    file.write_text('{"type": "FeatureCollection", "features": [')
    with pytest.raises(errors.DataError, match="not-json"):
        editing.add(tmp_path, one(**{"from": "herat", "to": "zaranj"}))
    assert file.read_text() == '{"type": "FeatureCollection", "features": ['


# --- properties


@st.composite
def lines(draw: st.DrawFn) -> Drafts:
    """A line between two spots: at places, on segments of its mode, or in open country."""
    mode = draw(st.sampled_from(["rail", "road"]))
    of_mode = [segment for segment in LAND if segment.mode == mode]

    def spot() -> tuple[float, float]:
        segment = draw(st.sampled_from(of_mode))
        at = draw(st.sampled_from(segment.coordinates))
        return offset(at, draw(st.sampled_from([0.0, 1.0, 4.0, 20.0])), draw(st.sampled_from([0.0, -2.0, 15.0])))

    start = spot()
    end = draw(st.sampled_from([spot(), offset(start, 60.0, 40.0)]))
    middle = ((start[0] + end[0]) / 2 + 0.05, (start[1] + end[1]) / 2 + 0.05)
    status = draw(st.sampled_from(records.STATUSES))
    return Drafts((DraftLine({"mode": mode, "status": status, **({"gauge_mm": 1520} if mode == "rail" else {})},
                             (start, middle, end), "drawn"),))  # fmt: skip


@settings(max_examples=60)
@given(lines(), st.booleans())
def test_what_is_added_and_removed_leaves_the_folder_and_the_network_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, drafts: Drafts, join: bool
) -> None:
    own = tmp_path_factory.mktemp("own")
    editing.add(own, road([(68.0, 46.0), (68.5, 46.6)], own_id="first"))
    before, facts = held(own), catalog.load(own)
    found = editing.propose(own, drafts, Rules(join=join))
    if found.errors:
        with pytest.raises(errors.DataError):
            editing.add(own, drafts, Rules(join=join))
        assert held(own) == before
        return
    added = editing.add(own, drafts, Rules(join=join))
    assert added.after is not None
    _the_halves_are_the_whole(added.after)
    assert catalog.load(own).segments == added.after.segments
    editing.remove(own, ["drawn"])
    assert held(own) == before
    again = catalog.load(own)
    assert (again.sha256, again.nodes, again.segments) == (facts.sha256, facts.nodes, facts.segments)


def _the_halves_are_the_whole(facts: catalog.Catalog) -> None:
    for key, whole in facts.wholes.items():
        halves = [facts.segments[part] for part in facts.parts_of(key)]
        assert sum(half.km for half in halves) == pytest.approx(whole.km)
        assert sum(half.share for half in halves) == pytest.approx(1.0)
        for country, km in whole.country_km.items():
            assert sum(half.country_km.get(country, 0.0) for half in halves) == pytest.approx(km, abs=1e-6)
        same = ("mode", "gauge_mm", "status", "length_basis", "source", "source_detail", "confidence", "corridors")
        for half in halves:
            assert all(getattr(half, name) == getattr(whole, name) for name in same)


PLACES = ["almaty", "tashkent", "herat", "kandahar", "karachi", "gwadar", "aktau", "poti", "bandar_abbas", "kashgar"]


def _worse(before: Network, after: Network, by: str, include: str) -> list[tuple[str, str, float, float]]:
    one_, other = (matrix.between(each, PLACES, PLACES, by=by, include=include).values for each in (before, after))
    pairs = itertools.product(range(len(PLACES)), repeat=2)
    return [
        (PLACES[a], PLACES[b], float(one_[a, b]), float(other[a, b]))
        for a, b in pairs
        if a != b and other[a, b] > one_[a, b] * (1 + 1e-9) + 1e-6
    ]


@pytest.mark.slow
@settings(max_examples=60)
@given(drafts=lines(), join=st.booleans())
def test_adding_a_segment_never_makes_any_pair_worse(drafts: Drafts, join: bool, network: Network) -> None:
    found = editing.propose(None, drafts, Rules(join=join))
    if found.after is None:
        return
    after = Network.of(found.after)
    for by in ("distance", "time", "cost", "co2e", "generalized"):
        assert _worse(network, after, by, "proposed") == []


def test_adding_some_segments_never_makes_any_pair_worse(network: Network) -> None:
    """The same as above, a few by a fixed seed, for the quick tier."""
    rng = random.Random(4)
    tried = 0
    while tried < 4:
        start, end = rng.sample([node for node in SHIPPED.nodes.values() if node.kind == "city"], 2)
        if geodesy.distance_km(start.position, end.position) > 700:
            continue
        found = editing.propose(None, road(status="operational", **{"from": start.id, "to": end.id}))
        if found.after is None:
            continue
        tried += 1
        for by in ("distance", "time"):
            assert _worse(network, Network.of(found.after), by, "operational") == []


# --- codes


def test_every_code_that_is_given_stands_in_the_table_and_on_the_page() -> None:
    import ast

    root = Path(additions.__file__).parent
    given_codes: set[str] = set()
    for path in root.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            at = {"Problem": 1, "problem": 1, "wrong": 0, "_refuse": 0}.get(name)
            if name == "_problem":
                at = 4
            if at is None or len(call.args) <= at:
                continue
            code = call.args[at]
            chosen = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
            given_codes |= {
                item.value for item in chosen if isinstance(item, ast.Constant) and isinstance(item.value, str)
            }
    given_codes = {code for code in given_codes if " " not in code}
    assert given_codes - set(problem_codes.CODES) == set()
    assert len(given_codes) > 60
    page = (root.parent / "docs" / "problem-codes.md").read_text(encoding="utf-8")
    for code, meaning in problem_codes.CODES.items():
        assert f"| `{code}` | {meaning} |" in page
    tried = {code for _, code, _ in bad_lines.BAD.values()}
    assert tried <= set(problem_codes.CODES)


def test_the_shipped_folder_is_never_written_to(tmp_path: Path) -> None:
    shipped = {path: path.read_bytes() for path in catalog.SHIPPED.rglob("*") if path.is_file()}
    editing.add(tmp_path, one(**{"from": "herat", "to": "zaranj"}))
    assert {path: path.read_bytes() for path in catalog.SHIPPED.rglob("*") if path.is_file()} == shipped
    assert "herat-zaranj-rail" not in corridors.load().segments
