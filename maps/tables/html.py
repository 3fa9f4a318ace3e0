"""The one writer of tables as HTML: below a map, in a briefing, in a notebook. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from maps.escape import escape
from maps.markup import Html
from maps.tables import wide
from maps.tables.table import Column, Drawn, Table

MAX_ROWS = 60
"""Rows of a table in a notebook; what is beyond them is counted."""


def page(table: Table, caption: str = "", attributes: str = "") -> Html:
    """A table for one of our pages: whole on the screen; where it is wider than a sheet, in parts in print."""
    heads = [(column.title, column.is_number) for column in table.columns]
    cells = [_cells(table, row) for row in table.rows]
    words = [wide.word_of(*head, [row[at] for row in cells]) for at, head in enumerate(heads)]

    def grid(shown: Sequence[int]) -> str:
        styles = [f" style='min-width: {words[at]}ch'" for at in shown]
        return _grid([table.columns[at] for at in shown], _part(cells, shown), caption, attributes, styles)

    return Html(wide.both(heads, cells, grid))


def plain(table: Table) -> str:
    """A table for a notebook: its lines before as the caption, those after below, the first MAX_ROWS rows."""
    cells = [_cells(table, row) for row in table.rows[:MAX_ROWS]]
    more = len(table.rows) - MAX_ROWS
    notes = [*([f"... and {more:,} more rows"] if more > 0 else []), *table.after]
    return _grid(table.columns, cells, " ".join(table.before).strip()) + lines(notes)


def lines(texts: Iterable[str]) -> str:
    """Lines of text as paragraphs."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def items(texts: Iterable[str]) -> str:
    """Lines as a list; '' for none."""
    found = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{found}</ul>" if found else ""


def _cells(table: Table, row: Sequence[Any]) -> list[str]:
    pairs = zip(table.columns, row, strict=True)
    return [value.html if isinstance(value, Drawn) else escape(column.text(value)) for column, value in pairs]


def _part(cells: Sequence[Sequence[str]], shown: Sequence[int]) -> list[list[str]]:
    return [[row[at] for at in shown] for row in cells]


def _grid(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    caption: str,
    attributes: str = "",
    styles: Sequence[str] = (),
) -> str:
    kinds = [" class='number'" if column.is_number else "" for column in columns]
    styles = styles or [""] * len(columns)
    titles = zip(columns, kinds, styles, strict=True)
    head = "".join(f"<th scope='col'{kind}{style}>{escape(column.title)}</th>" for column, kind, style in titles)
    filled = ("".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True)) for row in cells)
    body = "".join(f"<tr>{line}</tr>" for line in filled)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table{attributes}>{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
