"""The values of README.md that come from the data: numbers and names in its prose, and the table of corridors."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from regenerate import ask

import corridors
from geodata.globe import sealanes
from planner import named
from planner.effect import scope as effect_scope
from planner.network import Network
from planner.price.route import Route

ROOT = Path(__file__).parent.parent
MARKETS = ("Jebel Ali", "Mombasa", "Rotterdam")
KARACHI_KABUL_USD = (1900.0, 2100.0)
"""Published for a 20-foot box by road in 2023, the price that costs are held against."""


def values() -> dict[str, str]:
    """Each value by its name, as it is written."""
    network = corridors.load()
    return _shortest(network) | _corridors(network) | _ties() | _ports(network) | _studies() | _accuracy(network)


def table() -> str:
    """The table of the named corridors."""
    network = corridors.load()
    titles = (
        "id",
        "corridor",
        "from, to",
        "modes",
        "km",
        "of these not built",
        "hours (P10–P90)",
        "USD (P10–P90)",
        "kg CO2e",
    )
    rows = [f"| {' | '.join(titles)} |", f"|{4 * '---|'}{5 * '---:|'}"]
    for corridor in network.catalog.corridors.values():
        route = _own(network, corridor.id)
        ends = [network.nodes[key].name for key in (corridor.origin, corridor.destination)]
        unbuilt = _number(route.unbuilt_km) if route.unbuilt_km else ""
        cells = (
            f"`{corridor.id}`",
            corridor.title,
            ", ".join(ends),
            ", ".join(corridor.modes),
            _number(route.distance_km),
            unbuilt,
            f"{_number(route.time_h)} ({_range(route, 'time_h')})",
            f"{_number(route.cost_usd)} ({_range(route, 'cost_usd')})",
            _number(route.co2e_kg),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "".join(f"{row}\n" for row in rows)


def _shortest(network: Network) -> dict[str, str]:
    def shortest(**options: Any) -> Route:
        return corridors.plan(network, "Almaty", "Karachi", by="distance", count=1, **options)[0]

    today, rail, applied = shortest(), shortest(modes=["rail"]), shortest(closures="apply")
    built = shortest(modes=["rail"], include="planned")
    best = {by: corridors.plan(network, "Almaty", "Karachi", by=by, count=1)[0] for by in ("time", "cost")}
    return {
        "shortest.km": _number(today.distance_km),
        "shortest.changes": str(today.changes),
        "rail.km": _number(rail.distance_km),
        "ktap.shorter-km": _less(rail.distance_km, built.distance_km),
        "ktap.unbuilt-km": _number(built.unbuilt_km),
        "applied.longer-km": _less(applied.distance_km, today.distance_km),
        "best-time.h": _number(best["time"].time_h),
        "best-cost.usd": _number(best["cost"].cost_usd),
    }


def _corridors(network: Network) -> dict[str, str]:
    ktap, kkh = _own(network, "ktap"), _own(network, "qtta-kkh")
    low = [_own(network, key).low_confidence_share["h"] > 0.5 for key in network.catalog.corridors]
    return {
        "ktap.h": _number(ktap.time_h),
        "ktap.h-range": _range(ktap, "time_h"),
        "ktap.h-central": _number(ktap.figures()["time_h_central"]),
        "kkh.h": _number(kkh.time_h),
        "corridors": str(len(low)),
        "corridors.low-confidence": str(sum(low)),
    }


def _ties() -> dict[str, str]:
    speed = _json("corridors breakeven ktap qtta-kkh --vary rail-speed:AF")
    (ktap_h, kkh_h) = next(row["totals"] for row in speed["at"] if row["what"] == "without any limit")
    trucks = next(row for row in speed["other_parameters"] if row["name"] == "road-speed:PK")
    tariff = _json("corridors breakeven ktap qtta-kkh --vary rail-tariff:AF --by cost")
    return {
        "speed.behind-h": _less(ktap_h, kkh_h),
        "speed.limit-h": _number(ktap_h),
        "speed.trucks-now": _number(trucks["now"], 1),
        "speed.trucks-tie": _number(trucks["tie"], 1),
        "tariff.times": _number(tariff["ties"][0]["value"] / tariff["parameter"]["now"], 1),
    }


def _ports(network: Network) -> dict[str, str]:
    asked = "corridors gateways Almaty " + " ".join(f"--market '{name}'" for name in MARKETS)
    now, without = _json(asked), _json(f"{asked} --avoid Iran")

    def best(body: Any, market: int, by: str) -> str:
        return network.nodes[body["scenarios"][0]["markets"][market]["best_by"][by]["gateway"]].name

    def hours(body: Any, market: int) -> list[float]:
        return sorted(way["time_h"] for way in body["scenarios"][0]["markets"][market]["ways"])

    found = {f"port.{by}-{at + 1}": best(now, at, by) for by in ("time", "cost") for at in range(len(MARKETS))}
    if len({best(now, at, "cost") for at in range(len(MARKETS))}) == 1:
        found = {key: name for key, name in found.items() if not re.fullmatch(r"port\.cost-[23]", key)}
    first, second = (_number(hours(without, at)[0] - hours(now, at)[0]) for at in range(2))
    everywhere = _json("corridors gateways Almaty --by co2e")
    built, built_applied = (
        next(row for row in everywhere[world][1]["markets"] if row["market"] == "mumbai")["best_by"]["co2e"]["gateway"]
        for world in ("scenarios", "scenarios_applied")
    )
    return found | {
        "port.second-behind-h": _number(hours(now, 1)[1] - hours(now, 1)[0]),
        "port.without-iran": best(without, 0, "time"),
        "port.without-iran-1-h": first,
        "port.without-iran-2-h": second,
        "port.mumbai-ktap": network.nodes[built].name,
        "port.mumbai-applied": network.nodes[built_applied].name,
        "ports": str(len(network.catalog.gateways)),
        "markets": str(len(network.catalog.markets)),
        "effect.places": str(len(effect_scope.MAIN_PLACES)),
    }


def _studies() -> dict[str, str]:
    ranked = {row["id"]: row for row in _json("corridors rank Almaty Karachi --draws 10000 --seed 1")["routes"]}
    cargo = ask("corridors cargo Almaty Karachi -f csv", width=None)
    return {
        "rank.kkh": f"{ranked['qtta-kkh']['chance_best']:.0%}".replace("%", " %"),
        "rank.best-time": f"{ranked['best-time']['chance_best']:.0%}".replace("%", " %"),
        "rank.ktap-usable": f"{ranked['ktap']['usable']:.0%}".replace("%", " %"),
        "cargo.wheat": _freight_share(cargo),
    }


def _freight_share(csv_text: str) -> str:
    import csv

    header, *rows = csv.reader(csv_text.splitlines())
    at = next(index for index, name in enumerate(header) if "freight" in name)
    share = float(next(row for row in rows if row[0] == "agriculture")[at])
    return f"{share:.0f} %"


def _accuracy(network: Network) -> dict[str, str]:
    """What ``make accuracy`` prints, in short."""
    tables = (
        "-m",
        "pytest",
        "tests/test_planner_comparison.py",
        "-k",
        "published or pilot",
        "-q",
        "-p",
        "no:cacheprovider",
    )
    printed = subprocess.run(
        [sys.executable, *tables],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    lengths = re.findall(r"^(\w+) +[\d.]+ +[\d.]+ +(-?[\d.]+)%  check\b", printed, re.MULTILINE)
    errors = [abs(float(error)) for _, error in lengths]
    single = [abs(float(error)) for name, error in lengths if not name.startswith(("gc_", "od_"))]
    ratios = [
        float(ratio) for ratio in re.findall(r"^(?:pilot|titr)\S+ +[\d.]+ +[\d.]+ +([\d.]+)$", printed, re.MULTILINE)
    ]
    price = corridors.plan(network, "Karachi", "Kabul", modes=["road"], via=["Torkham"], by="cost", count=1)[0].cost_usd
    lanes = sorted(_lanes(network))
    return {
        "accuracy.lengths": str(len(errors)),
        "accuracy.lengths-error": f"{statistics.median(errors):.1f} %",
        "accuracy.single": str(len(single)),
        "accuracy.single-error": f"{statistics.median(single):.1f} %",
        "accuracy.runs": str(len(ratios)),
        "accuracy.runs-ratio": _number(statistics.median(ratios), 2),
        "accuracy.runs-factor": _number(max(max(ratio, 1 / ratio) for ratio in ratios), 1),
        "accuracy.price": _number(price),
        "accuracy.price-factor": _number(price / statistics.mean(KARACHI_KABUL_USD), 1),
        "lanes.least": f"{100 - 100 * lanes[0]:.0f} %",
        "lanes.most": f"{100 * lanes[-2] - 100:.0f} %",
        "lanes.median": f"{100 * statistics.median(lanes) - 100:.0f} %",
        "lanes.worst": f"{100 * lanes[-1] - 100:.0f} %",
    }


def _lanes(network: Network) -> list[float]:
    """Length of searoute's lane by that of the line drawn by hand, where there is one."""
    facts, found = network.catalog, []
    for item in facts.segments.values():
        if item.mode == "sea" and "searoute" not in item.source:
            ends = {key: facts.nodes[key].position for key in (item.from_node, item.to_node)}
            lane = sealanes.between(ends, ends, facts.straits)[(item.from_node, item.to_node)]
            found.append(lane.length_km / item.km)
    return found


def _own(network: Network, key: str) -> Route:
    corridor = network.catalog.corridors[key]
    route = named.own_route(network, corridor, named.question(network, corridor))
    if route is None:
        raise RuntimeError(f"no route of {key}")
    return route


def _json(command: str) -> Any:
    return json.loads(ask(f"{command} -f json", width=None))


def _number(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def _range(route: Route, quantity: str) -> str:
    low, high = route.interval(quantity)
    return f"{_number(low)}–{_number(high)}"


def _less(more: float, less: float) -> str:
    """The difference of two numbers as they are shown, so that a reader who takes them away gets it."""
    return _number(round(more) - round(less))
