"""Sea lanes between ports: the shortest way of ships over the lanes of searoute, from quay to quay, straits named.

searoute gives lanes between nodes of its network. Here a port is joined to the lanes around it, the whole line is
measured on the ellipsoid with the ports at its ends, and what searoute leaves open is refused: a port far from every
lane, a way out of the Caspian, a length of nothing where there is no way.
"""

from __future__ import annotations

import functools
import heapq
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geodata import errors, records
from geodata.globe import borders, geodesy
from geodata.globe.geodesy import Position

if TYPE_CHECKING:
    from shapely import Polygon, STRtree

LANDLOCKED = (46.0, 36.0, 55.0, 48.0)
"""The Caspian, west, south, east, north: searoute joins it to the Black Sea by the Volga-Don canal, which takes
river-sea vessels in summer and no container ship. No lane goes there."""

MAX_APPROACH_KM = 250.0
"""A port that lies farther from every lane is not on the sea."""

APPROACH_FACTOR, APPROACH_KM = 2.0, 50.0
"""A port is joined to lanes that are at most so many times as far as the nearest, plus so many km: with the nearest
alone, a ship from Chabahar to Jebel Ali would first sail away from it."""

APPROACH_LAND_KM, APPROACH_LAND_SHARE = 10.0, 0.1
"""An approach may lie on land for so much (a quay within the coast, an islet), where a finer coast is known."""

MAX_LANE_KM = 40_000.0
"""A lane longer than the girth of the globe, found when several straits are closed, is no way anybody ships."""

_SEARCH_DEG = 6.0


@dataclass(frozen=True)
class Lane:
    """The way of a ship from quay to quay, (lon, lat); ``straits`` are the ids of those it passes, in order."""

    coordinates: tuple[Position, ...]
    length_km: float
    straits: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Lanes:
    """searoute's lanes: the two nodes of each, and of each node (another node, km, the number of the lane)."""

    nodes: tuple[Position, ...]
    ends: tuple[tuple[int, int], ...]
    beside: tuple[tuple[tuple[int, float, int], ...], ...]
    tree: STRtree


@functools.cache
def _lanes() -> _Lanes:
    """The lanes, without the Caspian and the frozen passages; lengths are ours, since searoute's are rounded.

    Steps over the date line would be lines round the globe in degrees: the tree has but their first end.
    """
    import searoute
    import shapely

    west, south, east, north = LANDLOCKED
    rows = [
        (one, two)
        for one, two, about in searoute.setup_M().edges(data=True)
        if about.get("passage") != "northwest"
        and not any(west <= lon <= east and south <= lat <= north for lon, lat in (one, two))
    ]
    number: dict[Position, int] = {}
    ends = tuple((number.setdefault(one, len(number)), number.setdefault(two, len(number))) for one, two in rows)
    km = geodesy.pairs_km([one for one, _ in rows], [two for _, two in rows])
    beside: list[list[tuple[int, float, int]]] = [[] for _ in number]
    for lane, (one, two) in enumerate(ends):
        beside[one].append((two, float(km[lane]), lane))
        beside[two].append((one, float(km[lane]), lane))
    lines = [shapely.LineString(row if abs(row[0][0] - row[1][0]) <= 180.0 else (row[0], row[0])) for row in rows]
    return _Lanes(tuple(number), ends, tuple(map(tuple, beside)), shapely.STRtree(lines))


def straits_of(coordinates: Collection[Position], straits: Mapping[str, records.Strait]) -> tuple[str, ...]:
    """The straits whose box a line comes into, in the order in which it does.

    >>> from geodata.catalog import load
    >>> straits_of([(32.55, 29.93), (32.31, 31.25)], load().straits)
    ('suez',)
    """
    from shapely import LineString, Point, box

    line = LineString(list(coordinates))
    found = []
    for key, strait in straits.items():
        common = line.intersection(box(*strait.box))
        if not common.is_empty:
            found.append((min(line.project(Point(spot)) for spot in _spots(common)), key))
    return tuple(key for _, key in sorted(found))


def _spots(geometry: Any) -> Iterator[Position]:
    for part in getattr(geometry, "geoms", [geometry]):
        yield from part.coords


def between(
    starts: Mapping[str, Position],
    ends: Mapping[str, Position],
    straits: Mapping[str, records.Strait],
    closed: Collection[str] = (),
) -> dict[tuple[str, str], Lane]:
    """The shortest lane from each start to each end, by their ids, that passes no closed strait.

    A pair without one is not among them. Raises RequestError for a place that does not lie on the sea,
    UnknownNameError for a closed strait that is none.

    >>> from geodata.catalog import load
    >>> facts = load()
    >>> ports = {"gwadar": facts.nodes["gwadar"].position}
    >>> lane = between(ports, {"salalah": facts.nodes["salalah"].position}, facts.straits)[("gwadar", "salalah")]
    >>> 1300 < lane.length_km < 1550, lane.straits
    (True, ())
    """
    import shapely

    for key in closed:
        if key not in straits:
            raise errors.UnknownNameError("strait", key, list(straits))
    boxes = [shapely.box(*straits[key].box) for key in closed]
    shut = {int(lane) for each in boxes for lane in _lanes().tree.query(each, predicate="intersects")}
    goals = {key: _joins(position, boxes, shut) for key, position in ends.items()}
    found: dict[tuple[str, str], Lane] = {}
    for start, position in starts.items():
        joins = _joins(position, boxes, shut)
        km, before = _shortest(joins, shut)
        for end, goal in ends.items():
            if start != end and (line := _best(joins, goals[end], km, before)):
                whole = (position, *map(_wrapped, line), goal)
                whole = tuple(spot for spot, _ in itertools.groupby(whole))
                lane = Lane(whole, geodesy.length_km(whole), straits_of(whole, straits))
                if lane.length_km <= MAX_LANE_KM:
                    found[(start, end)] = lane
    return found


@dataclass(frozen=True)
class _Join:
    """A way from a port onto the lanes: over a spot on a lane to a node of it; km from the port to each."""

    spot: Position
    km_to_spot: float
    lane: int
    node: int
    km: float


def _joins(position: Position, closed: Sequence[Polygon], shut: Collection[int]) -> list[_Join]:
    """The ways from a port onto the lanes that are not shut."""
    import shapely

    def is_open(join: _Join) -> bool:
        step = shapely.LineString([position, join.spot]) if join.spot != position else shapely.Point(position)
        return join.lane not in shut and not any(step.intersects(each) for each in closed)

    return [join for join in _approaches(position) if is_open(join)]


def _shortest(joins: Sequence[_Join], shut: Collection[int]) -> tuple[dict[int, float], dict[int, int]]:
    """Node -> km from the port, and node -> the node before it, by Dijkstra's way; networkx took four times as long."""
    km: dict[int, float] = {}
    before: dict[int, int] = {}
    queue: list[tuple[float, int, int]] = [(join.km, join.node, -1) for join in joins]
    heapq.heapify(queue)
    beside = _lanes().beside
    while queue:
        so_far, node, came_from = heapq.heappop(queue)
        if node in km:
            continue
        km[node] = so_far
        before[node] = came_from
        for other, step_km, lane in beside[node]:
            if other not in km and lane not in shut:
                heapq.heappush(queue, (so_far + step_km, other, node))
    return km, before


def _best(
    joins: Sequence[_Join], goals: Sequence[_Join], km: Mapping[int, float], before: Mapping[int, int]
) -> tuple[Position, ...]:
    """The spots and nodes of the shortest way from where one port joins the lanes to where another leaves them.

    () where there is none. Two spots on one lane are joined along it.
    """
    by_nodes = min(((km[goal.node] + goal.km, at) for at, goal in enumerate(goals) if goal.node in km), default=None)
    along = min(
        (
            (one.km_to_spot + geodesy.distance_km(one.spot, two.spot) + two.km_to_spot, one.spot, two.spot)
            for one in joins
            for two in goals
            if one.lane == two.lane
        ),
        default=None,
    )
    if along is not None and (by_nodes is None or along[0] < by_nodes[0]):
        return along[1:]
    if by_nodes is None:
        return ()
    goal = goals[by_nodes[1]]
    nodes = [goal.node]
    while before[nodes[-1]] >= 0:
        nodes.append(before[nodes[-1]])
    first = min((join for join in joins if join.node == nodes[-1]), key=lambda join: join.km)
    return (first.spot, *(_lanes().nodes[node] for node in reversed(nodes)), goal.spot)


def is_at_sea(position: Position) -> bool:
    """Whether a port at a position has a sea lane near.

    >>> is_at_sea((66.99, 24.85)), is_at_sea((51.22, 43.6))  # Karachi, and Aktau on the Caspian
    (True, False)
    """
    try:
        return bool(_approaches(position))
    except errors.RequestError:
        return False


@functools.lru_cache(maxsize=256)
def _approaches(position: Position) -> tuple[_Join, ...]:
    """Where a ship may join the lanes from a port; the nearest first."""
    import shapely

    lanes, here = _lanes(), shapely.Point(position)
    near = sorted(lanes.tree.query(here, predicate="dwithin", distance=_SEARCH_DEG).tolist())
    spots: dict[Position, list[int]] = {}
    for at in near:
        line = lanes.tree.geometries[at]
        foot = line.interpolate(line.project(here))
        for spot in ((float(foot.x), float(foot.y)), *(lanes.nodes[node] for node in lanes.ends[at])):
            spots.setdefault(spot, []).append(at)
    away = dict(zip(spots, geodesy.distances_km(position, list(spots)), strict=True))
    nearest = min(away.values(), default=float("inf"))
    if nearest > MAX_APPROACH_KM:
        raise errors.RequestError(
            f"({position[0]:g}, {position[1]:g}) is not on the open sea: no sea lane within {MAX_APPROACH_KM:g} km"
        )
    within = [
        spot
        for spot in sorted(away, key=lambda spot: (away[spot], spot))
        if away[spot] <= APPROACH_FACTOR * nearest + APPROACH_KM
    ]
    on_water = [spot for spot in within if _is_water(position, spot, away[spot])]
    return tuple(
        _Join(spot, away[spot], lane, node, away[spot] + geodesy.distance_km(spot, lanes.nodes[node]))
        for spot in on_water or within[:1]
        for lane in spots[spot]
        for node in lanes.ends[lane]
    )


def _is_water(position: Position, spot: Position, km: float) -> bool:
    land_km = sum(borders.on_land_km([position, spot]).values()) if position != spot else 0.0
    return land_km <= max(APPROACH_LAND_KM, APPROACH_LAND_SHARE * km)


def _wrapped(position: Position) -> Position:
    """searoute's network reaches beyond 180 degrees east."""
    return (position[0] - 360.0, position[1]) if position[0] > 180.0 else position
