"""A year's trade on a route: what each value of time prefers, and tonnes, TEU, trains, trucks and shares of capacity.

Generalized cost a tonne is a straight line over the value of time: money and carbon where hours cost nothing, rising by
the hours. So two routes tie at one value of time at most, and the best of many routes is the lower envelope of lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata import errors, records
from geodata.catalog import Catalog
from planner.network import Network
from planner.price.route import Route

DAYS_A_YEAR = 365.0
DAYS_A_WEEK = 7.0

NOT_CAPACITY = ("throughput", "observed flow")
"""A row of capacities.csv whose note says one of these tells what passed, not what could."""

CONTAINER_TOLERANCE = 1e-9
"""Tonnes that fill a container up to this share of it do not take one more: sums of floats are not exact."""


@dataclass(frozen=True, slots=True)
class Line:
    """Generalized cost of a tonne on a route: ``fixed_usd_per_t`` (money and carbon) + value of time x ``hours``."""

    id: str
    fixed_usd_per_t: float
    hours: float

    @classmethod
    def of(cls, key: str, route: Route) -> Line:
        load = route.consignment
        usd = route.cost_usd + load.carbon_price_usd_per_t * route.co2e_kg / 1000.0
        return cls(key, usd / load.tonnes, route.time_h)

    def at(self, value_of_time_usd_per_t_h: float) -> float:
        """USD a tonne."""
        return self.fixed_usd_per_t + value_of_time_usd_per_t_h * self.hours


def tie(one: Line, other: Line) -> float | None:
    """The value of time (USD per tonne and hour) at which two routes take the same; None where it is below zero or
    they take the same hours.

    >>> tie(Line("slow", 100.0, 300.0), Line("fast", 150.0, 200.0))
    0.5
    """
    if one.hours == other.hours:
        return None
    value = (other.fixed_usd_per_t - one.fixed_usd_per_t) / (one.hours - other.hours)
    return value if value >= 0 else None


def envelope(lines: Sequence[Line]) -> tuple[tuple[float, Line], ...]:
    """The cheapest line from each value of time on, from 0 upward: each step is to a line of fewer hours.

    >>> [(at, line.id) for at, line in envelope([Line("slow", 100.0, 300.0), Line("fast", 150.0, 200.0)])]
    [(0.0, 'slow'), (0.5, 'fast')]
    """
    if not lines:
        return ()
    found = [(0.0, min(lines, key=lambda line: (line.fixed_usd_per_t, line.hours)))]
    while True:
        _, now = found[-1]
        faster = [
            (value, line.hours, line)
            for line in lines
            if line.hours < now.hours and (value := tie(now, line)) is not None
        ]
        if not faster:
            return tuple(found)
        value, _, line = min(faster, key=lambda row: row[:2])
        found.append((value, line))


@dataclass(frozen=True, slots=True)
class Preference:
    """The two best lines for a commodity and where they tie; ``low_usd_per_t_h`` to ``high_usd_per_t_h`` are the
    values of time at which the best stays the best of all (None: without an end), ``below`` and ``above`` the lines
    that are the best beyond these.
    """

    best: Line
    second: Line | None
    tie_usd_per_t_h: float | None
    low_usd_per_t_h: float
    high_usd_per_t_h: float | None
    below: Line | None = None
    above: Line | None = None


def preference(lines: Sequence[Line], value_of_time: float) -> Preference | None:
    """What a value of time prefers among some lines; None among none."""
    ranked = sorted(lines, key=lambda line: (line.at(value_of_time), line.hours))
    if not ranked:
        return None
    steps = envelope(lines)
    at = max((number for number, (value, _) in enumerate(steps) if value <= value_of_time), default=0)
    second = ranked[1] if len(ranked) > 1 else None
    return Preference(
        ranked[0],
        second,
        None if second is None else tie(ranked[0], second),
        steps[at][0],
        steps[at + 1][0] if at + 1 < len(steps) else None,
        steps[at - 1][1] if at else None,
        steps[at + 1][1] if at + 1 < len(steps) else None,
    )


@dataclass(frozen=True, slots=True)
class Vehicles:
    """How much a train and a truck carry, and how much a TEU is loaded with."""

    load_t_per_teu: float
    wagons_per_train: float
    teu_per_wagon: float
    t_per_truck: float

    @property
    def teu_per_train(self) -> float:
        return self.wagons_per_train * self.teu_per_wagon


@dataclass(frozen=True, slots=True)
class Trade:
    """A year's trade: tonnes by cargo and whole TEU, in which no two cargoes share one."""

    title: str
    million_usd: float
    tonnes_by_cargo: Mapping[str, float]
    teu: int

    @property
    def tonnes(self) -> float:
        return sum(self.tonnes_by_cargo.values())


def trade(
    title: str, million_usd: float, shares: Mapping[str, float], usd_per_t: Mapping[str, float], load_t: float
) -> Trade:
    """What a value weighs: each cargo's share of it over its value a tonne.

    >>> trade("goal", 1.0, {"agriculture": 1.0}, {"agriculture": 250.0}, 20.0).teu
    200
    """
    tonnes = {cargo: 1e6 * million_usd * share / usd_per_t[cargo] for cargo, share in shares.items()}
    return Trade(
        title, million_usd, tonnes, sum(math.ceil(value / load_t - CONTAINER_TOLERANCE) for value in tonnes.values())
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A known capacity on a route, and the share of it that a trade takes: None with the reason in ``why_not``."""

    capacity: records.Capacity
    is_capacity: bool
    share: float | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """A trade on a route for a year. Trains are None where no leg goes by them, and so are trucks."""

    trade: Trade
    usd_per_year: float
    co2e_t_per_year: float
    teu_per_week: float
    trains_per_week: float | None
    trucks_per_week: float | None
    shares: tuple[Share, ...]

    @property
    def tightest(self) -> Share | None:
        """The capacity of which most is taken; None where none is known that can be compared."""
        known = [row for row in self.shares if row.is_capacity and row.share is not None]
        return max(known, key=lambda row: row.share or 0.0, default=None)


def carried(network: Network, route: Route, goods: Trade, vehicles: Vehicles) -> Carried:
    """A year's trade on a route: what its consignment takes by TEU, times the TEU of the year."""
    times = goods.teu / route.consignment.teu
    used = {network.catalog.modes[leg.mode].vehicle for leg in route.legs}
    weekly = DAYS_A_WEEK / DAYS_A_YEAR
    trains = goods.teu / vehicles.teu_per_train * weekly
    trucks = goods.tonnes / vehicles.t_per_truck * weekly
    return Carried(
        goods,
        route.cost_usd * times,
        route.co2e_kg / 1000.0 * times,
        goods.teu * weekly,
        trains if "train" in used else None,
        trucks if "truck" in used else None,
        tuple(_share(network, route, row, goods, trains, trucks) for row in capacities_of(network.catalog, route)),
    )


def capacities_of(catalog: Catalog, route: Route) -> tuple[records.Capacity, ...]:
    """The rows of capacities.csv on a route's segments (parts speak for their whole) and places, in travel order."""
    order: dict[str, int] = {}
    for step in route.steps:
        for key in (step.start, step.segment.facts_id if step.segment else step.start, step.end):
            order.setdefault(key, len(order))
    return tuple(sorted((row for row in catalog.capacities if row.on in order), key=lambda row: order[row.on]))


def _share(
    network: Network, route: Route, row: records.Capacity, goods: Trade, trains_per_week: float, trucks_per_week: float
) -> Share:
    is_capacity = not any(word in row.note for word in NOT_CAPACITY)
    flows = {
        "Mt/year": goods.tonnes / 1e6,
        "TEU/year": float(goods.teu),
        "trains/day": trains_per_week / DAYS_A_WEEK,
        "trains/day (pairs)": trains_per_week / DAYS_A_WEEK,  # a pair is a train there and one back
        "vehicles/day": trucks_per_week / DAYS_A_WEEK,
    }
    if row.unit not in flows:
        return Share(row, is_capacity, None, f"{row.unit} cannot be compared with a year's trade")
    modes = network.catalog.modes.values()
    vehicle = {"trains": "train", "vehicles": "truck"}.get(row.unit.partition("/")[0])
    needed = tuple(mode.id for mode in modes if vehicle and mode.vehicle == vehicle)
    if row.on in network.nodes and not needed and network.nodes[row.on].kind in ("port", "ferry_terminal"):
        needed = tuple(mode.id for mode in sorted(modes, key=lambda row: not row.lanes) if mode.terminal == "port")
    if needed and not any(leg.mode in needed and _touches(network, leg.nodes, row.on) for leg in route.legs):
        return Share(row, is_capacity, None, f"the route does not use it: no {' or '.join(needed)} leg there")
    return Share(row, is_capacity, flows[row.unit] / row.capacity)


def _touches(network: Network, nodes: Sequence[str], place: str) -> bool:
    """Whether a leg passes a place; a segment is on the route by itself already."""
    return place not in network.nodes or place in nodes


def parameter(catalog: Catalog, name: str, what: str) -> records.Parameter:
    """A row of parameters.csv with a central value. Raises RequestError where there is none."""
    for row in catalog.parameters:
        if row.name == name and row.central is not None:
            return row
    raise errors.RequestError(f"{what} is not known: parameters.csv has no {name}")
