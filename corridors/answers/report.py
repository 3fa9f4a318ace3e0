"""What a command answers, for every format: tables for people, one for programs, the JSON form, what can be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geodata.catalog import Catalog
from maps.tables.table import Table
from planner.network import Network
from planner.price.route import Route
from planner.question import Conditions


@dataclass(frozen=True)
class Report:
    """What a command answers: tables for people, ``flat`` for programs, the JSON form, the routes that can be drawn.

    ``features`` are GeoJSON features of an answer that is not routes; ``facts`` are the data it was worked out from.
    """

    tables: tuple[Table, ...]
    flat: Table
    json: Any
    routes: tuple[tuple[str, Route], ...] = ()
    network: Network | None = None
    negative: bool = False
    features: tuple[dict[str, Any], ...] | None = None
    facts: Catalog | None = None

    @property
    def parts(self) -> frozenset[str]:
        """What of it can be written: tables always, lines (or points) on a map, routes with their hub operations."""
        lines = ("lines",) if self.routes or self.features is not None else ()
        return frozenset(("tables", *lines, *(("routes",) if self.routes else ())))


def headline(catalog: Catalog, what: str) -> str:
    return f"{what}. Data {catalog.version} of {catalog.data_date.isoformat()}."


def conditions(asked: Conditions) -> tuple[str, ...]:
    """A line with what differs from a bare question; none where nothing does."""
    words = asked.words()
    return (f"Conditions: {words}",) if words else ()


def data_of(catalog: Catalog) -> dict[str, str]:
    return {"version": catalog.version, "date": catalog.data_date.isoformat(), "sha256": catalog.sha256}


def grouped(routes: Iterable[tuple[str, Route]]) -> list[str]:
    """Each warning once, after the routes it holds for."""
    found: dict[str, list[str]] = {}
    for name, route in routes:
        for warning in route.warnings:
            found.setdefault(warning, []).append(name)
    return [f"{', '.join(names)}: {warning}" for warning, names in found.items()]
