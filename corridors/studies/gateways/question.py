"""Gateways: from an inland place to the world's markets, which port is the best, now and once a corridor is built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

from corridors.studies.evidence import question as evidence
from corridors.studies.gateways.answer import Gateways
from corridors.studies.gateways.found import ClosedStrait, RateDependence, differ
from corridors.studies.study import Run, Study, request_of
from geodata import errors, places, records
from geodata.catalog import Catalog
from geodata.globe import borders, sealanes
from planner import allowed, seaways, worlds
from planner.fields import Face
from planner.network import Network
from planner.price import measures
from planner.question import Conditions, Criterion, Names, Origin
from planner.request import RouteRequest
from planner.sea import gateways
from planner.sea.gateways import OVERLAND, GatewayScenario
from planner.seaways import World

NOTHING = "none"
"""Instead of a corridor to build: today's network alone."""

LEANING_WAYS = 4
"""The evidence for a market ranks so many of its best ways."""


class GatewaysQuestion(Conditions):
    """Left empty, ``gateways`` and ``markets`` are all of the data; ``build`` are corridors or projects, each alone."""

    origin: Origin
    by: Annotated[Criterion, Field(description="What the best gateway is by.")] = "time"
    gateways: Annotated[
        Names, Field(description="A port to go through; repeat it. Default: all."), Face("--gateway", None)
    ] = ()
    markets: Annotated[
        Names,
        Field(description="A market or port over the sea; repeat it. Default: all."),
        Face("--market", None),
    ] = ()
    build: Annotated[
        Names,
        Field(description="A corridor or project that counts as built; repeat it. Default: ktap."),
        Face(words=None),
    ] = ("ktap",)

    def options(self) -> dict[str, Any]:
        """All that was asked; ``close`` too where nothing is, as answers of gateways always had it."""
        return {**super().options(), "close": list(self.close)}


def answer(network: Network, question: GatewaysQuestion, run: Run) -> Gateways:
    """Work out gateways.

    Raises UnknownNameError for what is no gateway, market, strait or corridor, RequestError for a market that is not on
    the sea, NoRouteError where no market can be reached.
    """
    facts = network.catalog
    markets = markets_of(facts, question.markets)
    ports = gateways_of(facts, question.gateways)
    built = tuple(dict.fromkeys(text for text in question.build if text.casefold() != NOTHING))
    for text in built:
        gateways.unbuilt(network, text)
    request = _request(network, question, ports)
    notes: tuple[str, ...] = ()
    if request.origin in markets:
        notes = (f"{markets[request.origin].name} is the origin itself, and so no market here",)
        markets = {key: node for key, node in markets.items() if key != request.origin}
        if not markets:
            raise errors.RequestError(f"{question.origin} is the market itself; ask for others")
    if len(markets) == 1:  # the one destination there is
        request = replace(request, closed=request.closed.at_home(node.country for node in markets.values()))
    gone = [key for key, node in markets.items() if node.country in request.closed.countries]
    if gone:
        listed = ", ".join(markets[key].name for key in gone)
        if question.markets:
            raise errors.RequestError(f"{listed}: in a country that is taken as closed to transit; ask for it alone")
        notes += (f"left out, since their country is taken as closed to transit: {listed}",)
        markets = {key: node for key, node in markets.items() if key not in gone}
    notes += tuple(request.closed.notes())
    now = _Worked.of(network, request, ports, markets, built)
    run.progress(0.3)
    if not any(now.scenarios[0].ways.values()):
        raise _nothing(now, markets)
    asked = worlds.applied(now.made.network, request)
    other = None if asked is None else _Worked.of(network, asked, ports, markets, built)
    run.progress(0.5)
    things = dict.fromkeys((*now.things(), *(other.things() if other is not None else ())))
    leaning = _leaning(now.made, request.by, now.scenarios[0])
    best = [
        way.route for each in now.scenarios for market in now.made.markets if (way := each.best(market)) is not None
    ]
    notes += tuple(allowed.not_applied(now.made.network, request, best))
    then = None if other is None else other.found(things, (), notes, question.words(), None)
    run.progress(0.8)
    found = now.found(things, leaning, notes, question.words(), then)
    run.progress(1.0)
    return found if then is None or differ(found, then) else replace(found, applied=None)


def _nothing(now: _Worked, markets: dict[str, records.Node]) -> errors.NoRouteError:
    """That no way leads to any market, and why not."""
    nodes, today = now.network.nodes, now.scenarios[0]
    reasons = [f"{nodes[key].name}: {reason}" for key, reason in today.unreached.items()]
    if len(set(today.unreached.values())) == 1 and len(now.ports) > 1:
        reasons = [f"the same of all {len(now.ports)} gateways: {next(iter(today.unreached.values()))}"]
    reasons += [f"{markets[key].name}: {reason}" for key in now.made.markets if (reason := today.why_not(key))]
    where, names = nodes[now.request.origin].name, ", ".join(node.name for node in markets.values())
    return errors.NoRouteError(f"no way from {where} to {names}", reasons)


@dataclass(frozen=True)
class _Worked:
    """The scenarios of one world: as if all crossings were open, or with closures applied."""

    network: Network
    request: RouteRequest
    ports: Sequence[str]
    markets: dict[str, records.Node]
    made: World
    scenarios: tuple[GatewayScenario, ...]
    by_criterion: dict[str, tuple[GatewayScenario, ...]]

    @classmethod
    def of(
        cls,
        network: Network,
        request: RouteRequest,
        ports: Sequence[str],
        markets: dict[str, records.Node],
        built: Sequence[str],
    ) -> _Worked:
        made = seaways.world(network, ports, markets, seaways.closed_straits(network.catalog, request))
        scenarios = (gateways.scenario(made, request), *(gateways.scenario(made, request, text) for text in built))
        by_criterion = {}
        told = [row.id for row in measures.listed() if row.id != "distance"]  # km of voyages and of land do not compare
        for by in dict.fromkeys((*told, request.by)):
            asked = replace(request, by=by)
            by_criterion[by] = (
                scenarios
                if by == request.by
                else tuple(gateways.scenario(made, asked, text, over=False) for text in ("", *built))
            )
        return cls(network, request, ports, markets, made, scenarios, by_criterion)

    def things(self) -> list[tuple[str, str]]:
        """The straits that one of today's best ways passes, and the countries of its gateways, as (kind, id)."""
        today = self.scenarios[0]
        best = [way for market in self.made.markets if (way := today.best(market)) is not None]
        straits = [key for key in self.network.catalog.straits if any(key in way.straits for way in best)]
        own = self.network.nodes[self.request.origin].country
        countries = dict.fromkeys(self.network.nodes[way.gateway].country for way in best if way.gateway != OVERLAND)
        return [*(("strait", key) for key in straits), *(("country", key) for key in countries if key != own)]

    def found(
        self,
        things: Iterable[tuple[str, str]],
        leaning: tuple[RateDependence, ...],
        notes: tuple[str, ...],
        conditions: str,
        applied: Gateways | None,
    ) -> Gateways:
        """The answer for this world, with what becomes of the best ways when each of some things is shut."""
        ordered = sorted(things, key=lambda thing: thing[0] != "strait")
        shut = tuple(self._shut(kind, key) for kind, key in ordered)
        return Gateways(
            self.network,
            self.made,
            self.request,
            self.scenarios,
            shut,
            leaning,
            self.by_criterion,
            notes,
            conditions,
            applied,
        )

    def _shut(self, kind: str, key: str) -> ClosedStrait:
        """What becomes of the best ways when a strait, or a country with all its lines and ports, is shut."""
        if kind == "strait":
            return ClosedStrait(kind, key, self.network.catalog.straits[key].title, self._without_strait(key))
        avoid = replace(self.request.avoid, countries=self.request.avoid.countries | {key})
        then = gateways.scenario(self.made, replace(self.request, avoid=avoid))
        return ClosedStrait(kind, key, borders.names().get(key, key), then)

    def _without_strait(self, strait: str) -> GatewayScenario:
        """The ways of today when a strait is shut: only the lanes through it are sought anew."""
        made = self.made
        pairs = {pair for pair, lane in made.lanes.items() if strait in lane.straits}
        closed = (*made.closed, strait)
        starts = [key for key in made.gateways if any(key == one for one, _ in pairs)]
        ends = {key: node for key, node in self.markets.items() if any(key == other for _, other in pairs)}
        again = seaways.world(self.network, starts, ends, closed)
        lanes = {pair: lane for pair, lane in made.lanes.items() if pair not in pairs}
        lanes |= {pair: lane for pair, lane in again.lanes.items() if pair in pairs}
        return gateways.rerouted(seaways.with_lanes(made, lanes, closed), self.request, self.scenarios[0])


def _request(network: Network, question: GatewaysQuestion, ports: Sequence[str]) -> RouteRequest:
    """The question of the planner. Its destination is any gateway that is not the origin: it plays no part."""
    facts = network.catalog
    origin = places.find(facts, question.origin)
    request = request_of(network, question, origin.id, _other(facts, origin.id), by=question.by)
    avoided = request.avoid
    sea = seaways.lane_mode(facts)
    if sea in avoided.modes:
        raise errors.RequestError(f"all lanes go by {sea}; leave out --avoid {sea}")
    for key in (key for key in ports if question.gateways):
        if key in avoided.nodes or facts.nodes[key].country in avoided.countries:
            raise errors.RequestError(f"{facts.nodes[key].name} ({key}) is both asked for and avoided")
        if facts.nodes[key].country in request.closed.countries:
            raise errors.RequestError(f"{facts.nodes[key].name} ({key}) is asked for, and its country taken as closed")
    return replace(request, modes=tuple(dict.fromkeys((*request.modes, sea))), count=1, different=1.0)


def _other(facts: Catalog, origin: str) -> str:
    """A place of the origin's country, so that no rule about what is avoided can hit it alone."""
    country = facts.nodes[origin].country
    return next(
        (key for key, node in facts.nodes.items() if node.country == country and key != origin),
        next(key for key in facts.nodes if key != origin),
    )


def gateways_of(facts: Catalog, texts: Iterable[str]) -> tuple[str, ...]:
    """The ids of the gateways that texts name; all of the data for none."""
    known = {key: facts.nodes[key] for key in facts.gateways}
    found = []
    for text in texts:
        try:
            found.append(places.find_in(known, text).id)
        except errors.UnknownNameError as error:
            detail = f"known: {', '.join(known)}; a row of gateways.toml in your own folder adds one"
            raise errors.UnknownNameError("gateway", text, error.hints, detail) from None
    for key in found or known:
        if not sealanes.is_at_sea(known[key].position):
            raise errors.RequestError(f"gateway {known[key].name} ({key}) is not on the open sea")
    return tuple(dict.fromkeys(found)) or tuple(known)


def markets_of(facts: Catalog, texts: Iterable[str]) -> dict[str, records.Node]:
    """The places of the markets that texts name, by id; all of the data for none. A port of the network is one too."""
    known = {key: row.place or facts.nodes[key] for key, row in facts.markets.items()}
    ports = {key: node for key, node in facts.nodes.items() if node.kind == "port"}
    found: dict[str, records.Node] = {}
    for text in texts:
        try:
            node = places.find_in({**ports, **known}, text)
        except errors.UnknownNameError as error:
            detail = f"known: {', '.join(known)} and ports; a row of markets.toml in your own folder adds one"
            raise errors.UnknownNameError("market", text, error.hints, detail) from None
        found[node.id] = node
    for key, node in (found or known).items():
        if not sealanes.is_at_sea(node.position):
            raise errors.RequestError(
                f"market {node.name} ({key}): ({node.lon:g}, {node.lat:g}) is not on the open sea"
            )
    return found or known


def _leaning(made: World, by: str, today: GatewayScenario) -> tuple[RateDependence, ...]:
    """The evidence for each market that several ways lead to."""
    found = []
    for market in made.markets:
        ways = today.ways[market][:LEANING_WAYS]
        if len(ways) > 1:
            names = ["by land" if way.gateway == OVERLAND else made.network.nodes[way.gateway].name for way in ways]
            found.append(
                RateDependence(market, evidence.evidence(made.network, [way.route for way in ways], names, by))
            )
    return tuple(found)


STUDY = Study("gateways", "Gateways to the world's markets", GatewaysQuestion, answer)
