"""Answers as text: one entry of FORMATS each."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from corridors.answers.report import Report
from geodata import errors
from geodata.globe import geodesy
from geodata.read import feature_records
from maps.tables.table import Table, one_value, runs_as_formula
from planner.price import measures
from planner.price.route import without_km

TEXT_WIDTH = 18
"""A column of text may fold down to this many characters."""

GAP = 3
"""Characters between two columns of a table."""

WIDE = 100_000
"""Columns of a table that goes to a file or a pipe: wide enough that nothing is cut or folded."""


CSV_DIGITS = 6
"""Decimals of a number in CSV, or significant digits of one below SMALL; JSON has every sum as it is, unrounded."""

SMALL = 1e-3


def as_json(report: Report) -> str:
    """Numbers are numbers, unrounded."""
    return json.dumps(report.json, ensure_ascii=False, indent=2, allow_nan=False)


def as_csv(report: Report) -> str:
    """One table: the answer's flat one, with the warnings of each row; numbers to CSV_DIGITS decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    table = report.flat.without_ranges()
    writer.writerow([column.key for column in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue().rstrip("\n")


def as_markdown(report: Report) -> str:
    parts: list[str] = []
    for table in report.tables:
        parts += [_mark(line) + "\n" for line in table.before]
        if table.rows:
            parts.append("| " + " | ".join(column.title for column in table.columns) + " |")
            parts.append("|" + "|".join("---:" if column.is_number else "---" for column in table.columns) + "|")
        parts += ["| " + " | ".join(_mark(text) for text in table.texts(row)) + " |" for row in table.rows]
        parts.append("")
        parts += [f"- {_mark(line)}" for line in table.after]
        parts.append("")
    return "\n".join(parts).rstrip("\n")


def as_geojson(report: Report) -> str:
    """A FeatureCollection (RFC 7946): a LineString for each leg and a Point for each hub stop of each route.

    An answer that is not routes brings its own features.
    """
    if report.features is not None:
        return feature_records.feature_collection(report.features).rstrip("\n")
    if not report.routes:
        *others, last = (name for name in FORMATS if name != "geojson")
        raise errors.RequestError(f"this answer has no lines to draw; use {', '.join(others)} or {last}")
    return feature_records.feature_collection([*leg_features(report), *hub_features(report)]).rstrip("\n")


def leg_features(report: Report) -> list[dict[str, Any]]:
    """A LineString feature for each leg of each route."""
    found = []
    for name, route in report.routes:
        for row in route.leg_rows(name):
            geometry = line_geometry(row.pop("coordinates"))
            found.append({"type": "Feature", "geometry": geometry, "properties": row})
    return found


def line_geometry(coordinates: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """A LineString; a MultiLineString that is cut at the date line where it goes over it (RFC 7946, 3.1.9).

    >>> line_geometry([(170.0, 0.0), (-170.0, 20.0)])["coordinates"]
    [[[170.0, 0.0], [180.0, 10.0]], [[-180.0, 10.0], [-170.0, 20.0]]]
    """
    lines = geodesy.date_line_parts(coordinates)
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def hub_features(report: Report) -> list[dict[str, Any]]:
    """A Point feature for each hub stop of each route."""
    found = []
    nodes = report.network.nodes if report.network else {}
    for name, route in report.routes:
        for hub in route.hubs:
            properties = {
                "route": name,
                "node": hub.node,
                "name": nodes[hub.node].name,
                "operation": hub.operation,
                "detail": hub.detail,
                "at_km": hub.at_km,
                **without_km(measures.values(hub.amounts, route.consignment)),
            }
            point = {"type": "Point", "coordinates": list(nodes[hub.node].position)}
            found.append({"type": "Feature", "geometry": point, "properties": properties})
    return found


def as_table(report: Report, *, width: int | None = None) -> str:
    """A plain table. ``width`` None leaves every cell on one line; a terminal too narrow for the columns gets each row
    as a block of lines. No figure is ever cut.
    """
    lines: list[str] = []
    for table in report.tables:
        lines += _wrapped([errors.printable(text) for text in table.before], width)
        if table.rows:
            lines += _blocks(table, width) if width is not None and _least_width(table) > width else _grid(table, width)
        lines += _wrapped([errors.printable(text) for text in table.after], width)
    return "\n".join(lines)


def _grid(table: Table, width: int | None) -> list[str]:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, width=width or WIDE, force_terminal=False, highlight=False, soft_wrap=width is None)
    grid = RichTable(box=SIMPLE, pad_edge=False, show_edge=False)
    for column, least in zip(table.columns, _least_widths(table), strict=True):
        grid.add_column(
            Text(column.title),
            justify="right" if column.is_number else "left",
            overflow="fold",
            no_wrap=width is None or column.is_number,
            min_width=least,
        )
    for row in table.rows:
        grid.add_row(*(Text(text) for text in table.texts(row)))
    console.print(grid)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def _blocks(table: Table, width: int | None) -> list[str]:
    """Each row as a heading, its first two texts, and a paragraph of all else by name."""
    lines: list[str] = []
    for row in table.rows:
        cells = list(zip(table.columns, table.texts(row), strict=True))
        named = [(column, text) for column, text in cells if text and not column.is_number][:2]
        heading = ": ".join(text for _, text in named) or cells[0][1]
        rest = "; ".join(f"{column.title} {text}" for column, text in cells if text and (column, text) not in named)
        lines += ["", *_wrapped((heading,), width), *_wrapped((rest,), width, indent="  ")]
    return [*lines, ""]


def _wrapped(texts: Sequence[str], width: int | None, indent: str = "") -> list[str]:
    if width is None:
        return [indent + text for text in texts]
    lines: list[str] = []
    for text in texts:
        lines += textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return lines


def _least_widths(table: Table) -> list[int]:
    """Figures and the first column as wide as they are; long texts may fold down to TEXT_WIDTH."""
    widths = []
    for at, column in enumerate(table.columns):
        cells = [table.texts(row)[at] for row in table.rows]
        natural = max(map(len, [column.title, *cells]))
        widths.append(natural if column.is_number or at == 0 else min(natural, TEXT_WIDTH))
    return widths


def _least_width(table: Table) -> int:
    return sum(_least_widths(table)) + GAP * (len(table.columns) - 1)


FORMATS: dict[str, Callable[[Report], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
    "geojson": as_geojson,
}


def _cell(value: Any) -> Any:
    """Plain for a program; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    value = one_value(value)
    if isinstance(value, float):
        small = 0 < abs(value) < SMALL
        return float(f"{value:.{CSV_DIGITS}g}") if small else round(value, CSV_DIGITS) + 0.0  # no minus before a zero
    return "'" + value if isinstance(value, str) and runs_as_formula(value) else value


def _mark(text: str) -> str:
    for char in "\\`*|$[]":
        text = text.replace(char, "\\" + char)
    return text.replace("<", "&lt;").replace(">", "&gt;")
