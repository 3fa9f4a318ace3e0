"""A table: columns of raw values, and how each is written for people. What every format writes begins here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from geodata.errors import printable
from maps import ranges


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value that a page draws: ``html``, in which every string has been escaped; ``text`` stands elsewhere."""

    html: str
    text: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` is the name in CSV and JSON (unit included), ``title`` the one for people.

    ``digits`` are those after the point of its numbers; without them it holds texts. The value of a column with
    ``ends`` is a range, a pair of numbers; where each value has a column of its own, these are their keys.
    """

    key: str
    title: str
    digits: int | None = None
    share: bool = False
    ends: tuple[str, str] | None = None

    @classmethod
    def range(cls, key: str, *, title: str = ranges.TITLE, digits: int = 0) -> Column:
        """The range of the totals whose column has this key."""
        return cls(f"{key}_range", title, digits, ends=(f"{key}_p10", f"{key}_p90"))

    @property
    def is_number(self) -> bool:
        return self.digits is not None

    def text(self, value: Any) -> str:
        """The value for people: rounded, with a thousands separator; '' for nothing."""
        if value is None or value == "":
            return ""
        if self.ends is not None:
            return ranges.text(value, self.digits or 0)
        if isinstance(value, (list, tuple)):
            return printable(", ".join(str(item) for item in value))
        if self.share:
            return f"{100 * float(value):.0f} %"
        if self.digits is not None and isinstance(value, (int, float)):
            return f"{value:z,.{self.digits}f}"  # z: no minus before a zero
        return printable(str(value))


@dataclass(frozen=True)
class Table:
    """Rows of raw values under columns; ``before`` and ``after`` are lines of text around it.

    ``name`` is what a sheet of a workbook is called.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def of_records(cls, columns: tuple[Column, ...], records: Iterable[Any], **around: Any) -> Table:
        """A row a record: the attributes that the keys of the columns name. ``around`` are the other fields."""
        return cls(columns, tuple(tuple(getattr(each, column.key) for column in columns) for each in records), **around)

    def texts(self, row: Sequence[Any]) -> list[str]:
        """The values of a row for people."""
        return [column.text(value) for column, value in zip(self.columns, row, strict=True)]

    def without_ranges(self) -> Table:
        """The same with each range as two columns, for formats in which a cell holds one value."""
        titles = {column.key: column.title for column in self.columns}
        columns: list[Column] = []
        for column in self.columns:
            of = titles.get(column.key.removesuffix("_range"), column.title)
            ends = zip(column.ends or (), (f"{of} P10", f"{of} P90"), strict=False)
            columns += [Column(key, title, column.digits) for key, title in ends] or [column]
        rows = tuple(
            tuple(
                part
                for column, value in zip(self.columns, row, strict=True)
                for part in (((None, None) if value is None else value) if column.ends else (value,))
            )
            for row in self.rows
        )
        return Table(tuple(columns), rows, self.before, self.after, self.name)

    def beside(self, columns: Sequence[Column], values: Iterable[Sequence[Any]]) -> Table:
        """The same rows with more columns behind; without the lines around."""
        rows = tuple((*row, *more) for row, more in zip(self.rows, values, strict=True))
        return Table((*self.columns, *columns), rows, name=self.name)


FORMULA_STARTS = ("=", "+", "-", "@")


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula.

    >>> runs_as_formula("=1+1"), runs_as_formula("Almaty")
    (True, False)
    """
    return text.startswith(FORMULA_STARTS)


def one_value(value: Any) -> Any:
    """A value for a format that knows no lists: they are joined with '; '."""
    return "; ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value
