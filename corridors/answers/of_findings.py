"""Findings of a check as tables: each of them, or many by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corridors.answers.report import Report
from geodata.errors import Problem, kinds
from maps.tables.table import Column, Table


def _used(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]], summary: str) -> Table:
    """A table without the columns in which nothing stands."""
    used = [at for at in range(len(columns)) if any(row[at] not in (None, "") for row in rows)]
    kept = tuple(tuple(row[at] for at in used) for row in rows)
    return Table(tuple(columns[at] for at in used), kept, (), (summary,), "findings")


def _by_kind(problems: Sequence[Problem], summary: str) -> Table:
    """Many findings as one row a kind: how many, the first places, and what the first of them says."""
    columns = (
        Column("severity", "severity"),
        Column("code", "code"),
        Column("count", "count", 0),
        Column("file", "file"),
        Column("places", "first places"),
        Column("value", "first value"),
        Column("message", "message"),
        Column("allowed", "allowed"),
        Column("hint", "hint"),
    )
    found = kinds(problems)
    rows = [
        (
            each.first.severity,
            each.first.code,
            each.count,
            each.first.file,
            "; ".join(each.places),
            each.first.value,
            each.first.message,
            each.first.allowed,
            each.first.hint,
        )
        for each in found
    ]
    if len(found) > MAX_KINDS:
        summary += f"; {len(found) - MAX_KINDS} more kinds are not shown"
    return _used(columns, rows[:MAX_KINDS], f"{summary}, by kind; -f json and -f csv list each")


LISTED = 20
"""More findings than these are shown by kind."""

MAX_KINDS = 40
"""So many kinds are shown."""


def of_problems(problems: Sequence[Problem], what: str) -> Report:
    """The findings of a check; errors make the answer a negative one."""
    errors = sum(problem.severity == "error" for problem in problems)
    columns = (
        Column("severity", "severity"),
        Column("code", "code"),
        Column("file", "file"),
        Column("feature_index", "feature"),
        Column("feature_id", "id"),
        Column("field", "field"),
        Column("vertex", "vertex"),
        Column("value", "value"),
        Column("message", "message"),
        Column("allowed", "allowed"),
        Column("hint", "hint"),
    )
    rows = tuple(
        (
            row.severity,
            row.code,
            row.file,
            row.feature_index,
            row.feature_id,
            row.field,
            row.vertex,
            row.value,
            row.message,
            row.allowed,
            row.hint,
        )
        for row in problems
    )
    summary = f"{what}: {errors} error(s), {len(problems) - errors} warning(s)"
    people = _by_kind(problems, summary) if len(problems) > LISTED else _used(columns, rows, summary)
    answer = {"errors": errors, "warnings": len(problems) - errors, "problems": [row.as_dict() for row in problems]}
    return Report((people,), Table(columns, rows), answer, negative=errors > 0)
