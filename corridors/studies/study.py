"""What all studies have in common: a question, an answer with its manifest, and how a row of STUDIES makes both.

A study is one module. Its row names the question (a pydantic model: these are the options, and what a manifest keeps)
and the function that answers it. The answer is plain values in ``body``, tables for people, and one figure; the rest
(JSON, manifest, replay, section of a briefing) follows from these here.
"""

from __future__ import annotations

import abc
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from corridors.answers.report import Report, conditions
from corridors.manifests import manifest as manifest_of
from geodata import errors
from geodata.catalog import Catalog
from maps.escape import escape
from maps.figures import strokes
from maps.tables import html
from maps.tables.table import Table
from planner import allowed, fields, passages, request
from planner.network import Network
from planner.price.route import Route
from planner.question import Conditions, EndsQuestion
from planner.request import RouteRequest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Question(EndsQuestion):
    """A question of a study between two places."""

    def request(self, network: Network, **more: Any) -> RouteRequest:
        """The question of the planner; ``more`` are further fields of ``planner.question.PlanQuestion``."""
        return request_of(network, self, self.origin, self.destination, **more)


def request_of(network: Network, asked: Conditions, origin: str, destination: str, **more: Any) -> RouteRequest:
    """The question of the planner between two places, under the conditions of a study's."""
    return request.make(network.catalog, origin, destination, **{**asked.conditions(), **more})


@dataclass(frozen=True)
class Run:
    """How a study is to be worked out: who is told the share that is done."""

    progress: Callable[[float], None] = lambda _: None


class Answer(abc.ABC):
    """What a study found. ``network`` is the one it was asked of."""

    network: Network

    @abc.abstractmethod
    def body(self) -> dict[str, Any]:
        """Everything that was found, as plain values: numbers unrounded, units in names, None for what is not."""

    @abc.abstractmethod
    def tables(self) -> tuple[Table, ...]:
        """The same for people, the main table first."""

    @abc.abstractmethod
    def shown_routes(self) -> tuple[tuple[str, Route], ...]:
        """Every route of which the answer shows anything, with a name: a test holds that no format hides a closure."""

    def flat(self, main: Table) -> Table:
        """The one table of -f csv, made of the main one."""
        return main

    def drawn_routes(self) -> tuple[tuple[str, Route], ...]:
        """Routes that can be drawn on a map (-f geojson), by name; none where an answer has no lines."""
        return ()

    @property
    def drawn_on(self) -> Network:
        """The network that has the places of ``drawn_routes``."""
        return self.network

    @abc.abstractmethod
    def figure(self) -> Figure:
        """The picture of the study, drawn with matplotlib (``maps.figures.strokes.figure`` begins one)."""


@dataclass(frozen=True)
class Study:
    """A row of STUDIES: ``work_out`` answers a question on a network in which its open crossings are open."""

    id: str
    title: str
    question: type[Conditions]
    work_out: Callable[[Network, Any, Run], Answer]

    def answer(self, network: Network, question: Conditions, run: Run) -> Answer:
        """The answer to a question, on the network as it takes it. Raises the errors of the study."""
        opened = passages.opened(network.catalog, question.open)
        return self.work_out(allowed.as_asked(network, opened), question, run)


def manifest(study: Study, question: Conditions, catalog: Catalog) -> dict[str, Any]:
    """What it takes to get the same bytes again: the study, its options (a seed is one of them), version and data."""
    day = question.day or request.default_day(catalog, question.as_of)
    return manifest_of(study.id, question.options(), catalog, day=day, study=study.id)


def text(study: Study, question: Conditions, answer: Answer) -> str:
    """The JSON answer, manifest first."""
    whole = {"manifest": manifest(study, question, answer.network.catalog), **answer.body()}
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)


def report(study: Study, question: Conditions, answer: Answer) -> Report:
    """The answer for every format of the command line."""
    tables = tables_of(question, answer)
    drawn = answer.drawn_routes()
    known = json.loads(text(study, question, answer))
    network = answer.drawn_on if drawn else None
    return Report(tables, answer.flat(tables[0]), known, drawn, network, facts=answer.network.catalog)


def tables_of(question: Conditions, answer: Answer) -> tuple[Table, ...]:
    """The tables of an answer, with the conditions of the question below the first line."""
    main, *others = answer.tables()
    before = (*main.before[:1], *conditions(question), *main.before[1:])
    return (replace(main, before=before), *others)


def replayed(file: str, known: Mapping[str, Any], studies: Mapping[str, Study]) -> tuple[Study, Conditions]:
    """The study and question of the manifest of an answer that was written to a file.

    Raises UnknownNameError for a study that is not there, RequestError for options that it does not take.
    """
    study = studies.get(str(known.get("study")))
    if study is None:
        raise errors.UnknownNameError("study", str(known.get("study")), list(studies))
    try:
        return study, study.question.model_validate_json(json.dumps(known["options"]))
    except ValidationError as error:
        refused = fields.refused(error, study.question)
        raise errors.RequestError(f"{file}: its options cannot be asked again: {refused}") from None


SECTION_ROWS = 15
"""A section of a briefing has so many rows of each table; the command has them all."""


def section(study: Study, question: Conditions, answer: Answer) -> str:
    """The study as a section of a briefing: heading, figure, tables, notes; every string escaped."""
    main, *others = tables_of(question, answer)
    return (
        f"<section class='corridors-study'><h3>{escape(study.title)}</h3>"
        f"{html.lines(main.before)}<div class='scroll'>{_picture(answer)}</div>"
        f"{_shown(study, replace(main, before=()))}{''.join(_shown(study, table) for table in others)}</section>"
    )


def _shown(study: Study, table: Table) -> str:
    """A table's first rows, and its notes folded."""
    more = len(table.rows) - SECTION_ROWS
    rest = f"<p>{more} more rows: corridors {escape(study.id)} has them.</p>" if more > 0 else ""
    said = f"<details><summary>Assumptions and notes ({len(table.after)})</summary>{html.items(table.after)}</details>"
    whole = html.page(replace(table, rows=table.rows[:SECTION_ROWS])) if table.rows else ""
    return f"{html.lines(table.before)}{whole}{rest}{said if table.after else ''}"


def _picture(answer: Answer) -> str:
    """The figure as SVG of paths alone, '' without matplotlib. Texts are drawn as paths; matplotlib writes them into
    comments as well, and a template would run what it reads there: so no comment stays.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        return ""
    out = io.StringIO()
    settings: dict[Any, Any] = {
        "svg.fonttype": "path",
        "svg.hashsalt": "corridors",
        "text.parse_math": False,
        "font.family": list(strokes.fonts()),
    }
    with mpl.rc_context(settings):
        answer.figure().savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"<!--.*?-->", "", out.getvalue()[out.getvalue().index("<svg") :], flags=re.DOTALL)
