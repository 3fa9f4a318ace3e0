"""Strict reading of the TOML and CSV tables: every row becomes a record or a list of problems."""

from __future__ import annotations

import csv
import functools
import io
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from geodata import errors, records
from geodata.errors import Problem
from geodata.kinds import Kind
from geodata.read import contents, feature_records

RecordT = TypeVar("RecordT", bound=records.Record)

LIST_SEPARATOR = "; "
"""Between the items of a list in one CSV field."""


def read(kind: Kind[RecordT], path: Path, name: str) -> tuple[list[RecordT], list[Problem]]:
    """The rows of a file of a kind of data. Raises DataError and FileAccessError for what is no such file."""
    if kind.form == "points":
        return feature_records.read_points(path, name, kind.record)
    if kind.form == "lines":
        return feature_records.read_lines(path, name, kind.record)
    if kind.form == "toml":
        return read_toml(path, name, kind.table, kind.record)
    return read_csv(path, name, kind.record)


def read_toml(path: Path, name: str, table: str, record: type[RecordT]) -> tuple[list[RecordT], list[Problem]]:
    """The ``[[table]]`` entries of a TOML file."""
    problems: list[Problem] = []
    try:
        text = contents.data_text(path)
        if not text.strip():
            return [], [Problem("error", "empty-file", "this file is empty", name, hint="take it away")]
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number of 5,000 digits, nesting without end
        if isinstance(error, errors.CorridorsError):
            raise
        return [], [Problem("error", "not-toml", str(error)[:200], name)]
    rows = document.get(table, [])
    unknown = sorted(set(document) - {table})
    if unknown or not isinstance(rows, list):
        problems.append(
            Problem(
                "error",
                "unknown-table",
                f"only [[{table}]] entries belong here",
                name,
                field=", ".join(unknown) or table,
                allowed=table,
            )
        )
        return [], problems
    found: list[RecordT] = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            problems.append(Problem("error", "not-a-table", f"expected a [[{table}]] entry", name, index))
            continue
        values = {key: _tuples(value) for key, value in row.items()}
        entry = feature_records.validate(record, values, name, index, str(row.get("id", row.get("on", ""))), problems)
        if entry is not None:
            found.append(entry)
    return found, problems


def read_csv(path: Path, name: str, record: type[RecordT]) -> tuple[list[RecordT], list[Problem]]:
    """The rows of a CSV file with a header; an empty field is an absent one, lists are split at '; '."""
    problems: list[Problem] = []
    reader = csv.DictReader(io.StringIO(contents.data_text(path), newline=""), strict=True)
    found: list[RecordT] = []
    try:
        header = list(reader.fieldnames or ())
        problems += _header_problems(header, name, record)
        if problems:
            return [], problems
        for index, row in enumerate(reader):
            label = " ".join(str(row.get(key) or "") for key in ("name", "id", "quantity", "subject", "scope")).strip()
            if None in row or None in row.values():
                message = f"line {reader.line_num} has not as many fields as the header"
                problems.append(Problem("error", "wrong-width", message, name, index, label))
                continue
            entry = feature_records.validate(record, _typed(record, row), name, index, label, problems)
            if entry is not None:
                found.append(entry)
    except csv.Error as error:
        problems.append(Problem("error", "not-csv", f"line {reader.line_num}: {error}", name))
    return found, problems


def _tuples(value: Any) -> Any:
    """A value with tuples in the place of lists, as records are strict about it."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _header_problems(header: list[str], name: str, record: type[records.Record]) -> list[Problem]:
    if not header:
        return [Problem("error", "empty-file", "this file is empty", name, hint="take it away")]
    shown, fields = contents.show(", ".join(header)), record.model_fields
    if len(set(header)) != len(header) or "" in header:
        return [Problem("error", "bad-header", "each column needs a name of its own", name, value=shown)]
    unknown = [column for column in header if column not in fields]
    missing = [column for column, field in fields.items() if field.is_required() and column not in header]
    if unknown or missing:
        message = f"unknown columns: {len(unknown)}, missing ones: {', '.join(missing) or 'none'}"
        return [
            Problem(
                "error",
                "bad-header",
                message,
                name,
                field=", ".join(unknown)[:80],
                value=shown,
                allowed=", ".join(fields),
            )
        ]
    return []


@functools.cache
def _kinds(record: type[records.Record]) -> dict[str, str]:
    """What a cell of each column holds: a list, a number, a flag or a text."""
    found = {}
    for key, field in record.model_fields.items():
        annotation = str(field.annotation)
        found[key] = (
            "list"
            if annotation.startswith("tuple")
            else "number"
            if "float" in annotation
            else "flag"
            if annotation == "<class 'bool'>"
            else "text"
        )
    return found


def _typed(record: type[records.Record], row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    kinds = _kinds(record)
    for key, text in row.items():
        kind = kinds.get(key, "text")
        if text == "":
            if kind not in ("list", "number"):
                values[key] = text
        elif kind == "list":
            values[key] = tuple(text.split(LIST_SEPARATOR))
        elif kind == "number":
            values[key] = _number(text)
        elif kind == "flag":
            values[key] = {"yes": True, "no": False}.get(text, text)
        else:
            values[key] = text
    return values


def _number(text: str) -> float | str:
    """The number, or the text itself so that the record's own check names the field and the value."""
    number = contents.number_of(text)
    return text if number is None else number
