"""Splitting a segment changes nothing but that lines can meet there: everything adds up, every answer stays."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import corridors
from geodata import catalog, errors, records
from geodata.read import parts
from planner import closures
from planner.network import Network
from planner.price import links, pricing


def on_the_line(segment: records.Segment, share: float, name: str) -> records.Node:
    """A place at this share of the drawn length."""
    steps = parts._vertex_shares(segment)
    for (low, start), (high, end) in itertools.pairwise(steps):
        if low <= share <= high:
            along = (share - low) / (high - low)
            lon, lat = (a + along * (b - a) for a, b in zip(start, end, strict=True))
            return records.Node(id=name, name=name, country="KZ", kind="junction", lon=lon, lat=lat)
    raise AssertionError(share)


def land(network: Network) -> list[records.Segment]:
    return [item for item in network.segments.values() if network.catalog.modes[item.mode].area == "land"]


def split_all(network: Network, seed: int) -> Network:
    """Every line on land cut at one to three places of its own."""
    rng = random.Random(seed)
    segments, nodes, wholes = {}, dict(network.nodes), {}
    for item in network.segments.values():
        if network.catalog.modes[item.mode].area != "land":
            segments[item.id] = item
            continue
        cuts = []
        for number in range(rng.randint(1, 3)):
            node = on_the_line(item, rng.uniform(0.02, 0.98), f"cut{number}-{item.id}"[:120])
            nodes[node.id] = node
            cuts.append((parts.spot_near(item, node.position).share, node))
        wholes[item.id] = item
        segments |= {part.id: part for part in parts.apart(item, cuts)}
    facts = dataclasses.replace(network.catalog, nodes=nodes, segments=segments, wholes=wholes)
    return Network.of(facts)


@given(st.integers(min_value=0, max_value=2**32))
def test_the_parts_add_up_to_the_whole_in_everything(network: Network, seed: int) -> None:
    rng = random.Random(seed)
    whole = rng.choice(land(network))
    cuts = [
        (share, on_the_line(whole, share, f"n{at}"))
        for at, share in enumerate(rng.uniform(0.01, 0.99) for _ in range(rng.randint(1, 5)))
    ]
    found = parts.apart(whole, cuts)
    assert [part.from_node for part in found[1:]] == [part.to_node for part in found[:-1]]
    assert (found[0].from_node, found[-1].to_node) == (whole.from_node, whole.to_node)
    assert math.fsum(part.km for part in found) == pytest.approx(whole.km)
    assert math.fsum(part.share for part in found) == pytest.approx(1.0)
    for code in whole.country_km:
        assert sum(part.country_km.get(code, 0.0) for part in found) == pytest.approx(whole.country_km[code], rel=2e-3)
    for part in found:
        assert sum(part.country_km.values()) == pytest.approx(part.km)
        assert (part.mode, part.gauge_mm, part.status, part.source, part.confidence) == (
            whole.mode,
            whole.gauge_mm,
            whole.status,
            whole.source,
            whole.confidence,
        )
    assert [part.crossing for part in found if part.crossing] == ([whole.crossing] if whole.crossing else [])
    load = corridors.plan(network, "Almaty", "Astana")[0].consignment
    took = links.amounts(whole, network.catalog.rates, load)
    each = [links.amounts(part, network.catalog.rates, load) for part in found]
    for name in ("distance_km", "time_h", "cost_usd", "co2e_kg", "low_h", "low_usd"):
        assert math.fsum(getattr(item, name) for item in each) == pytest.approx(getattr(took, name), rel=3e-3, abs=1e-9)


def test_the_borders_of_the_parts_take_what_the_border_of_the_whole_takes(network: Network) -> None:
    own = split_all(network, 1)
    load = corridors.plan(network, "Almaty", "Astana")[0].consignment
    before, after = pricing.prices(network.catalog, load), pricing.prices(own.catalog, load)
    for whole in own.catalog.wholes.values():
        if whole.crossing is None:
            continue
        for turned in (False, True):
            ends = (whole.to_node, whole.from_node) if turned else (whole.from_node, whole.to_node)
            (one,) = before.border(whole, network.nodes[ends[0]], network.nodes[ends[1]])
            crossed = []
            for key in own.catalog.parts_of(whole.id):
                part = own.segments[key]
                ends = (part.to_node, part.from_node) if turned else (part.from_node, part.to_node)
                crossed += after.border(part, own.nodes[ends[0]], own.nodes[ends[1]])
            assert [item.amounts for item in crossed] == [one.amounts]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_answer_changes_when_every_line_is_split(network: Network, seed: int) -> None:
    own = split_all(network, seed)
    assert len(own.segments) > 2 * len(network.segments)
    split = corridors.named(own)
    for key, route in corridors.named(network).items():
        for name in ("distance_km", "time_h", "cost_usd", "co2e_kg", "unbuilt_km"):
            assert getattr(split[key], name) == pytest.approx(getattr(route, name), rel=1e-3), key
    for by in ("distance", "time", "cost", "co2e"):
        one = corridors.plan(network, "Almaty", "Karachi", by=by, include="planned", count=1)[0]
        other = corridors.plan(own, "Almaty", "Karachi", by=by, include="planned", count=1)[0]
        for name in ("distance_km", "time_h", "cost_usd", "co2e_kg"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-3)
        assert {item.facts_id for item in other.segments} == set(one.segment_ids)


def test_a_closure_of_the_whole_or_of_its_border_post_holds_for_the_parts(network: Network) -> None:
    own = split_all(network, 5)
    day = network.catalog.data_date
    before = closures.by_segment(network.catalog, day)
    after = closures.by_segment(own.catalog, day)
    told = {own.segments[key].facts_id for key in after}
    assert told == set(before)
    shut = closures.enforced(after, as_of=None)
    assert {own.segments[key].facts_id for key in shut} == set(closures.enforced(before, as_of=None))


def write_folder(folder: Path, splits: str, lon: float = 76.2, lat: float = 43.2) -> Path:
    node = {
        "type": "Feature",
        "id": "halfway",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"name": "Halfway", "country": "KZ", "kind": "junction"},
    }
    folder.mkdir(exist_ok=True)
    (folder / "nodes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [node]}))
    (folder / "splits.toml").write_text(splits)
    return folder


SPLIT = '[[split]]\nsegment = "almaty-uzynagash-road"\nnode = "halfway"\n'


def test_a_folder_splits_a_shipped_segment_and_taking_the_file_away_restores_it(
    network: Network, tmp_path: Path
) -> None:
    whole = network.segments["almaty-uzynagash-road"]
    spot = on_the_line(whole, 0.4, "halfway")
    folder = write_folder(tmp_path / "own", SPLIT, spot.lon, spot.lat)
    own = corridors.load(folder)
    assert own.catalog.parts_of(whole.id) == (f"{whole.id}~almaty", f"{whole.id}~halfway")
    assert whole.id not in own.segments
    assert own.segments[f"{whole.id}~almaty"].km == pytest.approx(0.4 * whole.km, rel=1e-3)
    route = corridors.plan(own, "Almaty", "Halfway", modes=["road"], count=1)[0]
    assert route.distance_km == pytest.approx(0.4 * whole.km, rel=1e-3)
    assert not set(corridors.plan(own, "Almaty", "Korday", avoid=[whole.id], count=1)[0].segment_ids) & set(
        own.catalog.parts_of(whole.id)
    )
    for name in ("nodes.geojson", "splits.toml"):
        (folder / name).unlink()
    assert dict(corridors.load(folder).segments) == dict(network.segments)


def test_the_checks_look_at_wholes_and_not_at_parts(network: Network) -> None:
    """A part may be drawn shorter than the great circle, where the whole is stated a little short; the whole is not."""
    from geodata import checks

    own = split_all(network, 7).catalog
    for rule in (checks.lengths, checks.ends_at_nodes, checks.duplicates, checks.countries):
        found = {row for row in rule(own) if not row.feature_id.startswith("cut")}  # not of the places made here
        assert found == set(rule(network.catalog))


@pytest.mark.parametrize(
    ("splits", "lat", "code"),
    [
        (SPLIT.replace("almaty-uzynagash-road", "nowhere-road"), 43.2, "unknown-id"),
        (SPLIT.replace("halfway", "nowhere"), 43.2, "unknown-id"),
        (SPLIT, 44.9, "off-the-line"),
        (SPLIT.replace('"halfway"', '"almaty"'), 43.2, "at-an-end"),
        (SPLIT + SPLIT, 43.2, "duplicate-id"),
        (SPLIT + 'share = "half"\n', 43.2, "bad-value"),
    ],
)
def test_a_split_that_cannot_be_is_said(tmp_path: Path, splits: str, lat: float, code: str) -> None:
    folder = write_folder(tmp_path / "own", splits, lat=lat)
    with pytest.raises(errors.DataError) as caught:
        catalog.load(folder)
    assert code in {problem.code for problem in caught.value.problems}
    assert any("splits.toml" in problem.file for problem in caught.value.problems)


def test_a_sea_lane_is_not_split(network: Network, tmp_path: Path) -> None:
    lane = next(item for item in network.segments.values() if item.mode == "sea")
    folder = write_folder(tmp_path / "own", SPLIT.replace("almaty-uzynagash-road", lane.id))
    with pytest.raises(errors.DataError, match="no junctions"):
        catalog.load(folder)
