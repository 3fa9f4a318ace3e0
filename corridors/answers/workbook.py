"""Answers as Excel workbooks: a sheet a table, and one that says what was asked, of which data, with notes and sources.

Numbers are numbers with a number format, units stand in the headers, no text is ever a formula.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from corridors.answers.report import Report
from geodata import errors
from maps.tables.table import Column, Table, one_value, runs_as_formula

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

MAX_ROWS, MAX_LETTERS, MAX_NAME = 1_048_575, 32_767, 31
"""Rows below the header, letters of a text, letters of a sheet's name that Excel reads."""

WIDEST, NARROWEST = 60, 8
"""Letters that a column is wide at most, and at least."""

UNITS = {
    "km": ("km",),
    "h": ("h", "hours"),
    "usd": ("USD",),
    "kg": ("kg",),
    "mm": ("mm",),
    "percent": ("%",),
    "t": ("t",),
}
"""The unit that the last word of a key names, and the words for it in a title."""


def content(report: Report) -> tuple[bytes, list[str]]:
    """The file, and what it could not hold. Raises RequestError for more rows than a sheet has.

    The same answer gives the same bytes.
    """
    import xlsxwriter

    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = report.facts.data_date if report.facts else datetime.date(2000, 1, 1)
    made.set_properties({"created": datetime.datetime.combine(day, datetime.time()), "comments": "corridors"})
    notes: list[str] = []
    for name, table in zip(names(report), sheets(report), strict=True):
        notes += _write(made, name, table.without_ranges())
    made.close()
    return out.getvalue(), notes


def sheets(report: Report) -> list[Table]:
    """The tables for people; the first with what programs get beside it (closures, warnings), then what it rests on.

    Where the table for programs has other rows, it is a sheet of its own.
    """
    tables = [table for table in report.tables if table.columns]
    flat = report.flat
    if tables and len(flat.rows) == len(tables[0].rows) and flat.columns[: len(tables[0].columns)] == tables[0].columns:
        return [replace(flat, name=tables[0].name), *tables[1:], _about(report)]
    return [*tables, replace(flat, name="all rows"), _about(report)]


def names(report: Report) -> list[str]:
    """The names of the sheets: of letters that Excel takes, none twice."""
    found: list[str] = []
    for number, table in enumerate(sheets(report), start=1):
        name = re.sub(r"[\[\]:*?/\\']", " ", table.name).strip()[:MAX_NAME].strip() or f"table {number}"
        taken = {each.casefold() for each in found}
        found.append(name if name.casefold() not in taken else f"{name[: MAX_NAME - 4]} {number}")
    return found


def heading(column: Column) -> str:
    """The title of a column with the unit of its key.

    >>> heading(Column("mean_saving_usd", "mean saving", 1)), heading(Column("time_h", "hours", 0))
    ('mean saving, USD', 'hours')
    """
    unit, *others = UNITS.get(re.sub(r"_p\d0$", "", column.key).rpartition("_")[2], ("",))
    words = re.split(r"[^\w%]+", column.title)
    stated = not unit or column.share or not column.is_number or any(word in words for word in (unit, *others))
    return column.title if stated else f"{column.title}, {unit}".removeprefix(", ")


def _write(made: Workbook, name: str, table: Table) -> list[str]:
    """A table on a sheet of its own."""
    if len(table.rows) > MAX_ROWS:
        raise errors.RequestError(f"{name}: {len(table.rows):,} rows are more than a sheet of Excel has; use .csv")
    sheet = made.add_worksheet(name)
    cut = False
    for at, column in enumerate(table.columns):
        values = [one_value(row[at]) for row in table.rows]
        title, number = heading(column), made.add_format({"num_format": number_format(column)})
        head = {"bold": True, "text_wrap": True, "valign": "top", "align": "right" if column.is_number else "left"}
        text, guarded = made.add_format(), made.add_format({"quote_prefix": True})
        sheet.write_string(0, at, title, made.add_format(head))
        longest = max((len(column.text(value)) for value in values), default=0)
        sheet.set_column(at, at, min(WIDEST, max(NARROWEST, longest, *map(len, title.split()))) + 2)
        for line, value in enumerate(values, start=1):
            if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
                sheet.write_number(line, at, value, number)
            elif value is not None and value != "":
                words = errors.printable(str(value))
                cut = cut or len(words) > MAX_LETTERS
                sheet.write_string(line, at, words[:MAX_LETTERS], guarded if runs_as_formula(words) else text)
    sheet.freeze_panes(1, 0)
    return [f"texts of more than {MAX_LETTERS:,} letters were cut on the sheet {name}"] if cut else []


def number_format(column: Column) -> str:
    """How Excel shows the numbers of a column.

    >>> number_format(Column("time_h", "hours", 1)), number_format(Column("low", "low", 0, share=True))
    ('#,##0.0', '0%')
    """
    if column.share:
        return "0%"
    if column.digits is None:
        return "General"
    return "#,##0" + ("." + "0" * column.digits if column.digits else "")


ABOUT = (Column("what", "what"), Column("of", "of"), Column("text", "text"))


def _about(report: Report) -> Table:
    return Table(ABOUT, tuple(_said(report)), name="about")


def _said(report: Report) -> Iterator[tuple[str, str, Any]]:
    """What was asked, of which data and version, the lines around each table, and the sources."""
    manifest = report.json.get("manifest", {})
    if manifest:
        yield "question", "command", manifest["command"]
        for name, value in manifest["options"].items():
            if value is not None and value is not False and value not in ("", []):
                yield "question", name.replace("_", " "), value
        yield "question", "day", manifest["day"]
        yield "version", "corridors", manifest["version"]
    if report.facts:
        yield "data", "version", report.facts.version
        yield "data", "date", report.facts.data_date.isoformat()
        yield "data", "sha256", report.facts.sha256
    for number, table in enumerate(report.tables, start=1):
        for text in (*table.before, *table.after):
            if text:
                yield "note", table.name or f"table {number}", text
    if report.facts:
        known = report.facts.sources
        for key in sources(report):
            if key in known:
                yield "source", key, f"{known[key].title} ({known[key].kind})"


def sources(report: Report) -> list[str]:
    """The ids of all sources that an answer names: those of the lines of its routes, then those in its values."""
    found = [key for _, route in report.routes for segment in route.segments for key in segment.source]

    def named(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, each in value.items():
                listed = [each] if isinstance(each, str) else each
                if key in ("source", "sources") and isinstance(listed, (list, tuple)):
                    yield from (item for item in listed if isinstance(item, str))
                yield from named(each)
        elif isinstance(value, (list, tuple)):
            for each in value:
                yield from named(each)

    return list(dict.fromkeys([*found, *named(report.json)]))
