"""The folder: what is added, replaced, removed and undone leaves no trace; nothing is ever made worse."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import bad_lines
import pytest
from hypothesis import given, settings, strategies as st
from own_lines import HERAT, LAND, SHIPPED, offset, one, road

import corridors
from geodata import catalog, errors, problem_codes, records
from geodata.globe import geodesy
from geodata.own import editing, folder, imports
from geodata.own.drafts import DraftLine, Drafts
from geodata.own.joining import Rules
from geodata.read import additions, parts
from planner.network import Network
from planner.search import matrix

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
    return Drafts(
        (
            DraftLine(
                {"mode": mode, "status": status, **({"gauge_mm": 1520} if mode == "rail" else {})},
                (start, middle, end),
                "drawn",
            ),
        )
    )


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

    root = Path(catalog.__file__).parent
    given_codes: set[str] = set()
    for path in root.rglob("*.py"):
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
