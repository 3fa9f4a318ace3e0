"""Hub operations: what happens at a place between two legs, at the ends of a route, and at a border.

A hub operation has hours, USD and kg CO2e, and no km. OPERATIONS names them all; which ones a change needs follows
from the terminals of the two modes (land, port, airport), so a new mode needs no new code here.
"""

from __future__ import annotations

from dataclasses import dataclass

from geodata import records
from geodata.rates import Fact, Rates
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment

OPERATIONS: dict[str, str] = {
    "loading": "loading at the origin",
    "unloading": "unloading at the destination",
    "transshipment": "change between rail and road",
    "break_of_gauge": "break of gauge",
    "border_crossing": "border crossing, both sides",
    "port": "port handling, with the port's own border formalities",
    "port_call": "call of the vessel on its way",
    "waiting": "waiting for a vessel",
    "airport": "airport handling",
}


@dataclass(frozen=True, slots=True)
class HubOperation:
    """One operation at one place; ``detail`` says between what, e.g. '1520 mm to 1435 mm'."""

    node: str
    operation: str
    detail: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Carriage:
    """How freight stands at a place: in which mode and, by rail, on which gauge."""

    mode: str
    gauge_mm: int | None


@dataclass(frozen=True)
class Hubs:
    """Prices hub operations for one consignment."""

    rates: Rates
    modes: dict[str, records.Mode]
    consignment: Consignment

    def at_origin(self, node_id: str, carriage: Carriage) -> tuple[HubOperation, ...]:
        mode = self.modes[carriage.mode]
        operations = [self._end(node_id, "loading", mode)]
        return (*operations, *self._waiting(node_id, mode))

    def at_destination(self, node_id: str, carriage: Carriage) -> tuple[HubOperation, ...]:
        return (self._end(node_id, "unloading", self.modes[carriage.mode]),)

    def between(self, node_id: str, before: Carriage, after: Carriage) -> tuple[HubOperation, ...]:
        """The operations that turn one carriage into another; none when nothing changes on land or in the air.

        At sea a vessel calls on its way. Where each line is a service of its own, by ferry, the next is another vessel:
        freight goes through the port and waits for it.
        """
        old, new = self.modes[before.mode], self.modes[after.mode]
        terminals = {old.terminal, new.terminal}
        if before == after and new.through_service:
            if new.terminal == "port":
                call = self.rates.get("port_call_h", "port", node_id)
                return (self._operation(node_id, "port_call", old.title, call, None, lift=False),)
            return ()
        if "airport" in terminals:
            return (
                self._handled(node_id, "airport", f"{old.title} to {new.title}", "airport"),
                *self._waiting(node_id, new),
            )
        if "port" in terminals:
            return (self._handled(node_id, "port", f"{old.title} to {new.title}", "port"), *self._waiting(node_id, new))
        if before.mode == after.mode:
            subject = "-".join(str(gauge) for gauge in sorted((before.gauge_mm or 0, after.gauge_mm or 0)))
            return (
                self._operation(
                    node_id,
                    "break_of_gauge",
                    f"{before.gauge_mm} mm to {after.gauge_mm} mm",
                    self.rates.get("gauge_h", subject, node_id),
                    self.rates.get("gauge_usd_per_teu", subject, node_id),
                ),
            )
        subject = "-".join(sorted((old.id, new.id)))
        return (
            self._operation(
                node_id,
                "transshipment",
                f"{old.title} to {new.title}",
                self.rates.get("transshipment_h", subject, node_id),
                self.rates.get("transshipment_usd_per_teu", subject, node_id),
            ),
        )

    def border(self, segment: records.Segment, start: records.Node, end: records.Node) -> tuple[HubOperation, ...]:
        """The crossing that a segment makes when it is travelled from ``start`` to ``end``; charged for both sides."""
        mode = self.modes[segment.mode]
        pair = segment.crossing
        if pair is None or not mode.crosses_borders:
            return ()
        leaving, entering = pair if start.id == segment.from_node else (pair[1], pair[0])
        way, either = f"{leaving}-{entering}", "-".join(sorted(pair))
        hours = self.rates.get("border_h", mode.id, f"{segment.facts_id}:{way}", segment.facts_id, way, either)
        usd = low_usd = 0.0
        for side in (leaving, entering):
            scopes = (f"{segment.facts_id}:{side}", f"{either}:{side}", side)
            fee = self.rates.get("border_fee_usd_per_teu", mode.id, *scopes)
            usd += fee.value * self.consignment.teu
            low_usd += fee.value * self.consignment.teu if fee.low else 0.0
        post = next((node.id for node in (start, end) if node.kind == "border"), start.id)
        amounts = Amounts(
            time_h=hours.value,
            cost_usd=usd,
            low_h=hours.value if hours.low else 0.0,
            low_usd=low_usd,
            more=measures.of_operation("border_crossing", self.rates, self.consignment),
        )
        return (HubOperation(post, "border_crossing", f"{leaving} to {entering} by {mode.title}", amounts),)

    def _end(self, node_id: str, operation: str, mode: records.Mode) -> HubOperation:
        if mode.terminal == "land":
            return self._operation(
                node_id,
                operation,
                mode.title,
                self.rates.get(f"{operation}_h", mode.id, node_id),
                self.rates.get(f"{operation}_usd_per_teu", mode.id, node_id),
            )
        return self._handled(node_id, operation, mode.title, mode.terminal)

    def _handled(self, node_id: str, operation: str, detail: str, terminal: str) -> HubOperation:
        """Handling at a port or an airport: the stay, the tariff, and at a port the fees of its border post."""
        return self._operation(
            node_id,
            operation,
            detail,
            self.rates.get(f"{terminal}_h", terminal, node_id),
            self.rates.get(f"{terminal}_usd_per_teu", terminal, node_id),
            self.rates.find(f"{terminal}_fee_usd_per_teu", terminal, node_id),
        )

    def _waiting(self, node_id: str, mode: records.Mode) -> tuple[HubOperation, ...]:
        wait = self.rates.find("wait_h", mode.id, node_id)
        if wait is None:
            return ()
        return (self._operation(node_id, "waiting", f"for the {mode.title}", wait, None, lift=False),)

    def _operation(
        self, node_id: str, operation: str, detail: str, hours: Fact, *prices: Fact | None, lift: bool = True
    ) -> HubOperation:
        charged = [price for price in prices if price is not None]
        teu = self.consignment.teu
        lift_kg = self.rates.get("handling_co2e_kg_per_t", "terminal").value * self.consignment.tonnes if lift else 0.0
        amounts = Amounts(
            time_h=hours.value,
            cost_usd=sum(price.value * teu for price in charged),
            co2e_kg=lift_kg,
            low_h=hours.value if hours.low else 0.0,
            low_usd=sum(price.value * teu for price in charged if price.low),
            more=measures.of_operation(operation, self.rates, self.consignment),
        )
        return HubOperation(node_id, operation, detail, amounts)
