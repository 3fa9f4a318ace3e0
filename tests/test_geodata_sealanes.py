"""Sea lanes held against lines drawn by hand, distance tables, networkx, and what must not be sailed."""

from __future__ import annotations

import itertools
import statistics

import networkx
import pytest
import shapely

from geodata import errors
from geodata.catalog import Catalog, load
from geodata.globe import geodesy, sealanes
from geodata.globe.geodesy import Position
from geodata.globe.sealanes import Lane


@pytest.fixture(scope="module")
def facts() -> Catalog:
    return load()


@pytest.fixture(scope="module")
def ports(facts: Catalog) -> dict[str, Position]:
    """All gateways and markets."""
    markets = {key: (row.place or facts.nodes[key]).position for key, row in facts.markets.items()}
    return {**{key: facts.nodes[key].position for key in facts.gateways}, **markets}


@pytest.fixture(scope="module")
def lanes(facts: Catalog, ports: dict[str, Position]) -> dict[tuple[str, str], Lane]:
    return sealanes.between(ports, ports, facts.straits)


def test_every_pair_of_ports_has_a_lane(lanes: dict[tuple[str, str], Lane], ports: dict[str, Position]) -> None:
    assert set(lanes) == set(itertools.permutations(ports, 2))


def test_against_lines_drawn_by_hand(facts: Catalog) -> None:
    """The shipped lines by sea were drawn over water by hand and measured; none of them was used for the lanes."""
    ratios = []
    for segment in facts.segments.values():
        if segment.mode == "sea" and "searoute" not in segment.source:
            ends = {key: facts.nodes[key].position for key in (segment.from_node, segment.to_node)}
            found = sealanes.between(ends, ends, facts.straits)[(segment.from_node, segment.to_node)]
            ratios.append(found.length_km / segment.km)
            assert set(found.straits) == set(sealanes.straits_of(segment.coordinates, facts.straits)), segment.id
    assert len(ratios) == 20
    assert min(ratios) > 0.95 and max(ratios) < 1.25  # the worst is Gwadar-Chabahar, 204 km along the coast
    assert 1.0 <= statistics.median(ratios) < 1.05


@pytest.mark.parametrize(
    ("start", "end", "nautical_miles"),
    [
        ("singapore", "rotterdam", 8288),
        ("shanghai", "rotterdam", 10_525),
        ("karachi", "mombasa", 2350),
        ("shanghai", "singapore", 2237),
        ("rotterdam", "new_york", 3380),
        ("poti", "istanbul", 590),
    ],
)
def test_against_distance_tables(
    lanes: dict[tuple[str, str], Lane], start: str, end: str, nautical_miles: float
) -> None:
    """As ships' distance tables have them (general knowledge, to about 2 %)."""
    assert lanes[(start, end)].length_km / 1.852 == pytest.approx(nautical_miles, rel=0.06)


@pytest.mark.parametrize("key", ["gk_karachi_suez", "gk_bandar_karachi"])
def test_against_the_published_distances_of_the_data(facts: Catalog, key: str) -> None:
    known = next(row for row in facts.reference_lengths if row.id == key)
    ends = {place: facts.nodes[place].position for place in (known.origin, known.destination)}
    found = sealanes.between(ends, ends, facts.straits)[(known.origin, known.destination)]
    assert found.length_km == pytest.approx(known.km, rel=0.03)


def test_lengths_are_of_the_whole_line_with_the_ports_at_its_ends(
    lanes: dict[tuple[str, str], Lane], ports: dict[str, Position]
) -> None:
    for (start, end), lane in lanes.items():
        assert (lane.coordinates[0], lane.coordinates[-1]) == (ports[start], ports[end])
        assert lane.length_km == geodesy.length_km(lane.coordinates)
        assert lane.length_km >= geodesy.distance_km(ports[start], ports[end]) > 0
        assert all(-180 <= lon <= 180 for lon, _ in lane.coordinates)


def test_the_way_back_is_the_same(lanes: dict[tuple[str, str], Lane]) -> None:
    for (start, end), lane in lanes.items():
        back = lanes[(end, start)]
        assert back.length_km == pytest.approx(lane.length_km, rel=1e-9)
        assert back.straits == lane.straits[::-1]


def test_lanes_are_the_shortest_by_networkx(facts: Catalog, ports: dict[str, Position]) -> None:
    found = sealanes.between(ports, ports, facts.straits, ["suez"])
    network = sealanes._lanes()
    box = shapely.box(*facts.straits["suez"].box)
    shut = set(network.tree.query(box, predicate="intersects").tolist())
    graph: networkx.Graph[object] = networkx.Graph()
    for one, beside in enumerate(network.beside):
        graph.add_weighted_edges_from((one, two, km) for two, km, lane in beside if lane not in shut)
    whole: networkx.DiGraph[object] = graph.to_directed()
    for key, position in ports.items():
        for join in sealanes._joins(position, [box], shut):
            for edge in (((key, "from"), join.node), (join.node, (key, "to"))):
                km = whole.get_edge_data(*edge, default={}).get("weight", float("inf"))
                whole.add_edge(*edge, weight=min(km, join.km))
    for start in ("gwadar", "poti", "lianyungang"):
        km = networkx.single_source_dijkstra_path_length(whole, (start, "from"))
        for end in ports:
            if end != start:
                direct = found[(start, end)].length_km
                assert direct <= km[(end, "to")] * (1 + 1e-9), (start, end)
                if direct > 500:  # shorter ones may go along one lane, without passing a node
                    assert direct == pytest.approx(km[(end, "to")], rel=1e-9), (start, end)


@pytest.mark.parametrize(
    ("pair", "straits"),
    [
        (("karachi", "jebel_ali"), ("hormuz",)),
        (("karachi", "rotterdam"), ("bab_el_mandeb", "suez", "gibraltar")),
        (("poti", "constanta"), ()),
        (("poti", "piraeus"), ("bosporus", "dardanelles")),
        (("mersin", "mumbai"), ("suez", "bab_el_mandeb")),
        (("lianyungang", "colombo"), ("malacca",)),
        (("shanghai", "new_york"), ("panama",)),
        (("bandar_abbas", "mumbai"), ("hormuz",)),
    ],
)
def test_straits_are_named_in_order(
    lanes: dict[tuple[str, str], Lane], pair: tuple[str, str], straits: tuple[str, ...]
) -> None:
    assert lanes[pair].straits == straits


@pytest.mark.parametrize("closed", ["hormuz", "suez", "bab_el_mandeb", "bosporus", "gibraltar", "malacca", "panama"])
def test_a_closed_strait_is_not_passed_and_shortens_nothing(
    facts: Catalog, ports: dict[str, Position], lanes: dict[tuple[str, str], Lane], closed: str
) -> None:
    starts = {key: ports[key] for key in ("karachi", "mersin", "shanghai")}
    found = sealanes.between(starts, ports, facts.straits, [closed])
    box = shapely.box(*facts.straits[closed].box)
    changed = 0
    for pair, lane in found.items():
        assert closed not in lane.straits and not shapely.LineString(lane.coordinates).intersects(box)
        assert lane.length_km >= lanes[pair].length_km * (1 - 1e-9)
        if closed not in lanes[pair].straits:
            assert lane == lanes[pair]
        changed += lane != lanes[pair]
    lost = {pair for pair in lanes if pair[0] in starts} - set(found)
    assert all(closed in lanes[pair].straits for pair in lost)
    assert changed or lost


def test_what_lies_behind_a_closed_strait_is_cut_off(facts: Catalog, ports: dict[str, Position]) -> None:
    found = sealanes.between(ports, ports, facts.straits, ["hormuz"])
    assert not any({"jebel_ali", "bandar_abbas"} & set(pair) for pair in found)
    black_sea = {"poti", "batumi", "constanta"}
    found = sealanes.between(ports, ports, facts.straits, ["bosporus"])
    assert all((set(pair) <= black_sea) or not (set(pair) & black_sea) for pair in found)
    assert ("poti", "constanta") in found


def test_by_the_cape_when_the_red_sea_is_shut(facts: Catalog, ports: dict[str, Position]) -> None:
    """Karachi-Rotterdam round the Cape is about 10,900 nautical miles by distance tables."""
    some = {key: ports[key] for key in ("karachi", "rotterdam")}
    lane = sealanes.between(some, some, facts.straits, ["bab_el_mandeb"])[("karachi", "rotterdam")]
    assert lane.straits == ("good_hope",)
    assert lane.length_km / 1.852 == pytest.approx(10_900, rel=0.03)


@pytest.mark.parametrize("place", ["aktau", "turkmenbashi", "almaty", "van"])
def test_no_ship_leaves_a_lake_or_the_land(facts: Catalog, ports: dict[str, Position], place: str) -> None:
    """searoute itself sends ships from Aktau by the Volga, and gives 0 km for Almaty."""
    with pytest.raises(errors.RequestError, match="not on the open sea"):
        sealanes.between({place: facts.nodes[place].position}, ports, facts.straits)


def test_over_the_date_line(facts: Catalog, ports: dict[str, Position]) -> None:
    """Shanghai-Vancouver is about 5,100 nautical miles by distance tables."""
    lane = sealanes.between({"a": ports["shanghai"]}, {"b": (-123.3, 49.3)}, facts.straits)[("a", "b")]
    assert lane.length_km / 1.852 == pytest.approx(5100, rel=0.06)
    assert any(one[0] > 150 and other[0] < -150 for one, other in itertools.pairwise(lane.coordinates))


def test_an_unknown_strait_is_refused(facts: Catalog, ports: dict[str, Position]) -> None:
    with pytest.raises(errors.UnknownNameError, match="atlantis"):
        sealanes.between(ports, ports, facts.straits, ["atlantis"])
