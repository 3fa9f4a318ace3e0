"""The kinds of data: KINDS, one row a kind of file with its record, its key, and the ids that its rows refer to.

All that reads, lays over, checks and hashes data files goes by these rows: a kind that is added here is read from the
shipped folder and from folders of one's own, and stands in ``Catalog.tables`` under its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from geodata import records
from geodata.quantities import Quantity
from geodata.rates import Rates

RecordT = TypeVar("RecordT", bound=records.Record)


def _id(row: Any, _: int) -> str:
    return str(row.id)


def _field(name: str) -> Callable[[Any], Iterable[str]]:
    return lambda row: (getattr(row, name),)


def _list(name: str) -> Callable[[Any], Iterable[str]]:
    return lambda row: getattr(row, name)


def _rows(table: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(table.values())


@dataclass(frozen=True)
class Reference:
    """A field with ids of other rows, and the kinds that have to know them (a segment that is split is known too)."""

    field: str
    among: tuple[str, ...]
    ids: Callable[[Any], Iterable[str]]


@dataclass(frozen=True)
class Kind(Generic[RecordT]):
    """A kind of data file.

    ``form`` says how the file is read: ``points`` and ``lines`` are GeoJSON, ``toml`` has ``[[table]]`` entries. More
    files of the same form may lie in a ``folder``. ``key`` makes the key of a row from it and its index. ``where`` says
    whose folders may hold the file: both one's own and the shipped, or one of them. ``sourced``: a row without a source
    is worth a warning. ``made`` is what the catalog has of the rows by key.
    """

    name: str
    file: str
    form: Literal["points", "lines", "toml", "csv"]
    record: type[RecordT]
    table: str = ""
    folder: str = ""
    key: Callable[[Any, int], Any] = _id
    where: Literal["both", "shipped", "own"] = "both"
    sourced: bool = False
    references: tuple[Reference, ...] = ()
    made: Callable[[dict[Any, RecordT]], Any] = dict

    def is_read(self, *, own: bool) -> bool:
        """Whether a folder (one's own, or the shipped one) may hold the file."""
        return self.where in ("both", "own" if own else "shipped")


NODES = Kind("nodes", "nodes.geojson", "points", records.Node, sourced=True)
SEGMENTS = Kind("segments", "segments.geojson", "lines", records.Segment, folder="segments", sourced=True)
MODES = Kind("modes", "modes.toml", "toml", records.Mode, "mode")
SPLITS = Kind("splits", "splits.toml", "toml", records.Split, "split", where="own")
RATES = Kind(
    "rates",
    "rates.csv",
    "csv",
    records.Rate,
    key=lambda row, _: row.key,
    sourced=True,
    made=lambda table: Rates(table.values()),
)

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        NODES,
        SEGMENTS,
        MODES,
        Kind(
            "corridors",
            "corridors.toml",
            "toml",
            records.Corridor,
            "corridor",
            sourced=True,
            references=(
                Reference("via", ("nodes",), _list("via")),
                Reference("modes", ("modes",), _list("modes")),
            ),
        ),
        Kind(
            "closures",
            "closures.toml",
            "toml",
            records.Closure,
            "closure",
            sourced=True,
            references=(
                Reference("applies_to", ("nodes", "segments"), _list("applies_to")),
                Reference("straits", ("straits",), _list("straits")),
            ),
        ),
        Kind(
            "projects",
            "projects.toml",
            "toml",
            records.Project,
            "project",
            sourced=True,
            references=(Reference("segments", ("segments",), _list("segments")),),
        ),
        Kind("sources", "sources.toml", "toml", records.Source, "source"),
        Kind(
            "gateways",
            "gateways.toml",
            "toml",
            records.Gateway,
            "gateway",
            references=(Reference("id", ("nodes",), _field("id")),),
        ),
        Kind(
            "markets",
            "markets.toml",
            "toml",
            records.Market,
            "market",
            references=(Reference("id", ("nodes",), lambda row: (row.id,) if row.place is None else ()),),
        ),
        Kind("straits", "straits.toml", "toml", records.Strait, "strait"),
        SPLITS,
        RATES,
        Kind(
            "capacities",
            "capacities.csv",
            "csv",
            records.Capacity,
            key=lambda row, index: f"{row.on}#{index}",
            where="shipped",
            references=(Reference("on", ("nodes", "segments"), _field("on")),),
            made=_rows,
        ),
        Kind(
            "parameters",
            "parameters.csv",
            "csv",
            records.Parameter,
            key=lambda row, _: row.name,
            where="shipped",
            made=_rows,
        ),
        Kind("reference_lengths", "reference_lengths.csv", "csv", records.ReferenceLength, where="shipped", made=_rows),
        Kind("quantities", "quantities.toml", "toml", Quantity, "quantity", where="shipped"),
    )
}
"""Every kind of data file, in the order of reading, by name."""
