"""Trade and cargo: what each commodity prefers by its value of time, and what a year's trade takes on each corridor.

The commodities of the visit of February 2026 are agricultural goods, pharmaceuticals and construction materials; the
trade of Kazakhstan and Pakistan and its goal are parameters of the section "8 Projects".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from corridors.studies import candidates
from corridors.studies.candidates import Objective
from corridors.studies.cargo.answer import Cargo
from corridors.studies.cargo.found import Commodity
from corridors.studies.evidence import question as evidence
from corridors.studies.evidence.results import Result
from corridors.studies.study import Question, Run, Study
from geodata import errors, records
from planner.carriage import Line, Vehicles, carried, parameter, trade
from planner.comparison import Comparison, Entry
from planner.network import Network
from planner.price import estimates
from planner.price.consignment import Consignment
from planner.question import Names
from planner.years import openings

OF_THE_VISIT = ("agriculture", "pharmaceuticals", "construction")

TRADES = ("trade.kaz_pak.2024", "trade.kaz_pak.2025", "trade.kaz_pak.goal")
"""The parameters of the yearly values that are carried when none is asked for."""

ADD_UP = 1e-6
"""Shares may miss 1 by this much: three of 0.333333 are meant as thirds."""

MillionUsd = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class CargoQuestion(Question):
    """``share`` holds 'commodity:part of the value'. A ``cargo`` other than general stands among the commodities.
    ``routes`` of the planner are candidates for each commodity, and ``different`` says which share of km makes two
    candidates the same way, of which one gives way (``candidates``).
    """

    needless: ClassVar[tuple[str, ...]] = ("cargo",)  # a commodity is one

    commodity: Annotated[
        Names,
        Field(
            description="A cargo of the rates; repeat it. Default: agriculture, pharmaceuticals, construction.",
        ),
    ] = ()
    million_usd: Annotated[
        tuple[MillionUsd, ...],
        Field(description="Trade a year; repeat it. Default: Kazakhstan-Pakistan 2024, 2025, goal."),
    ] = ()
    share: Annotated[
        Names, Field(description="COMMODITY:PART of the value, for each commodity; default: equal parts.")
    ] = ()
    routes: candidates.Routes = 2
    different: candidates.SameWay = candidates.DIFFERENT


def commodities_of(question: CargoQuestion, network: Network) -> tuple[str, ...]:
    """What is asked about, each once. Raises UnknownNameError for what the rates do not know."""
    asked = question.commodity or OF_THE_VISIT
    if question.cargo != "general":
        asked = (*asked, question.cargo)
    known = network.catalog.rates.subjects("value_of_time_usd_per_t_h")
    for name in asked:
        if name not in known:
            raise errors.UnknownNameError("commodity", name, detail=f"known: {', '.join(known)}")
    return tuple(dict.fromkeys(asked))


def shares_of(texts: Sequence[str], commodities: Sequence[str]) -> dict[str, float]:
    """'commodity:part' -> {commodity: part of the value}; equal parts without any. Raises RequestError in words."""
    if not texts:
        return dict.fromkeys(commodities, 1.0 / len(commodities))
    found: dict[str, float] = {}
    for text in texts:
        name, _, part = text.rpartition(":")
        try:
            share = float(part)
        except ValueError:
            share = math.nan
        if not name or not 0 <= share <= 1:
            raise errors.RequestError(f"--share {text}: write COMMODITY:PART, a part of 0 to 1, e.g. agriculture:0.5")
        if name not in commodities:
            raise errors.RequestError(f"--share {text}: {name} is none of the commodities {', '.join(commodities)}")
        if name in found:
            raise errors.RequestError(f"--share {text}: {name} has two shares; name it once")
        found[name] = share
    missing = [name for name in commodities if name not in found]
    if missing:
        raise errors.RequestError(f"--share: {', '.join(missing)} has no share; give every commodity one, 0 is one too")
    total = math.fsum(found.values())
    if abs(total - 1.0) > ADD_UP:
        raise errors.RequestError(f"--share: the shares add up to {total:.6g}, not to 1")
    return {name: found[name] / total for name in commodities}


def answer(network: Network, question: CargoQuestion, run: Run) -> Cargo:
    """Work out trade and cargo. Raises RequestError for shares that are none, NoRouteError without any route."""
    facts = network.catalog
    names = commodities_of(question, network)
    shares = shares_of(question.share, names)
    figures: dict[str, records.Parameter] = {}

    def figure(name: str, what: str) -> float:
        figures[name] = parameter(facts, name, what)
        return float(figures[name].central or 0.0)

    usd_per_t = {name: figure(f"value_per_t.{name}", f"the value of a tonne of {name}") for name in names}
    comparison = _candidates(network, question, names)
    run.progress(0.5)
    load = comparison.entries[0].route.consignment
    vehicles = Vehicles(
        load.tonnes / load.teu,
        figure("train.wagons", "the wagons of a train"),
        figure("train.teu_per_wagon", "the TEU of a wagon"),
        figure("truck.net_load", "the load of a truck"),
    )
    if question.million_usd:
        values = [(f"{value:,.10g} m USD", value) for value in dict.fromkeys(question.million_usd)]
    else:
        values = [(name.rpartition(".")[2], figure(name, "the yearly trade")) for name in TRADES]
    trades = [trade(title, value, shares, usd_per_t, vehicles.load_t_per_teu) for title, value in values]
    lines = tuple(Line.of(entry.id, entry.route) for entry in comparison)
    rates = estimates.rates(facts, load.values)
    of_time = {name: rates.get("value_of_time_usd_per_t_h", name) for name in names}
    commodities = tuple(
        Commodity(name, of_time[name].rate, of_time[name].value, usd_per_t[name], shares[name]) for name in names
    )
    flows = {
        entry.id: tuple(carried(network, entry.route, goods, vehicles) for goods in trades) for entry in comparison
    }
    run.progress(0.7)
    found = _evidence(network, comparison, commodities)
    run.progress(1.0)
    return Cargo(
        network, comparison, commodities, lines, vehicles, flows, tuple(figures.values()), not question.share, found
    )


def _candidates(network: Network, question: CargoQuestion, names: Sequence[str]) -> Comparison:
    """The routes that each commodity chooses from: among them the planner's best by its generalized cost."""
    asked = question.request(network)
    loads = [
        Consignment.of(network.catalog, cargo=name, tonnes=asked.consignment.tonnes, values=asked.consignment.values)
        for name in names
    ]
    objectives = [Objective(load.cargo, f"generalized cost of {load.cargo}", "generalized", load) for load in loads]
    return candidates.choose(network, asked, objectives, routes=question.routes, different=question.different)


def _evidence(network: Network, comparison: Comparison, commodities: Sequence[Commodity]) -> tuple[Result, ...]:
    """What each commodity's preference leans on, by generalized cost of a tonne: among all routes of the comparison
    and, where that prefers one that is not built, among the built ones as well.
    """
    entries = sorted(comparison, key=lambda entry: entry.route.time_h)  # the faster one of equal ones, as preferred
    built = [entry for entry in entries if not _unbuilt_km(network, comparison, entry)]
    of_all, of_built = [], []
    for row in commodities:
        found = _result(network, comparison, entries, row, row.id)
        of_all.append(found)
        if built and found.evidence.winner not in {entry.id for entry in built}:
            of_built.append(_result(network, comparison, built, row, f"{row.id} (of the built)"))
    return (*of_all, *of_built)


def _unbuilt_km(network: Network, comparison: Comparison, entry: Entry) -> float:
    return openings.unbuilt_km(network, entry.route, comparison.request.as_of)


def _result(
    network: Network, comparison: Comparison, entries: Sequence[Entry], commodity: Commodity, title: str
) -> Result:
    load = replace(entries[0].route.consignment, cargo=commodity.id, value_of_time_usd_per_t_h=commodity.value_of_time)
    routes = [replace(entry.route, consignment=load) for entry in entries]
    ids = [entry.id for entry in entries]
    found = evidence.evidence(network, routes, ids, "generalized", tonnes=load.tonnes)
    unbuilt = [entry.id for entry in entries if _unbuilt_km(network, comparison, entry)]
    notes = [f"ranked: {', '.join(ids)}"]
    if unbuilt:
        notes.append(f"not built throughout, and ranked as if they ran: {', '.join(unbuilt)}")
    return Result(title, found, tuple(notes))


STUDY = Study("cargo", "Trade and cargo", CargoQuestion, answer)
