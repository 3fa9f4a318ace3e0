"""Findings of a check as tables: each of them, or many by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corridors.answers.report import Report
from geodata.errors import Kind, Problem, kinds
from maps.tables.table import Column, Table

FINDING = (
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
"""A finding, by the attributes of Problem."""

OF_KIND = (
    *FINDING[:2],
    Column("count", "count", 0),
    FINDING[2],
    Column("places", "first places"),
    Column("value", "first value"),
    *FINDING[8:],
)
"""Many findings of one kind, by the attributes of Kind and of its first Problem."""


def _used(table: Table, summary: str) -> Table:
    """A table without the columns in which nothing stands."""
    used = [at for at in range(len(table.columns)) if any(row[at] not in (None, "") for row in table.rows)]
    kept = tuple(tuple(row[at] for at in used) for row in table.rows)
    return Table(tuple(table.columns[at] for at in used), kept, (), (summary,), "findings")


def _by_kind(problems: Sequence[Problem], summary: str) -> Table:
    """Many findings as one row a kind: how many, the first places, and what the first of them says."""
    found = kinds(problems)
    rows = tuple(tuple(_of_kind(each, column.key) for column in OF_KIND) for each in found[:MAX_KINDS])
    if len(found) > MAX_KINDS:
        summary += f"; {len(found) - MAX_KINDS} more kinds are not shown"
    return _used(Table(OF_KIND, rows), f"{summary}, by kind; -f json and -f csv list each")


def _of_kind(kind: Kind, key: str) -> Any:
    return "; ".join(kind.places) if key == "places" else kind.count if key == "count" else getattr(kind.first, key)


LISTED = 20
"""More findings than these are shown by kind."""

MAX_KINDS = 40
"""So many kinds are shown."""


def of_problems(problems: Sequence[Problem], what: str) -> Report:
    """The findings of a check; errors make the answer a negative one."""
    errors = sum(problem.severity == "error" for problem in problems)
    summary = f"{what}: {errors} error(s), {len(problems) - errors} warning(s)"
    flat = Table.of_records(FINDING, problems)
    people = _by_kind(problems, summary) if len(problems) > LISTED else _used(flat, summary)
    answer = {"errors": errors, "warnings": len(problems) - errors, "problems": [row.as_dict() for row in problems]}
    return Report((people,), flat, answer, negative=errors > 0)
