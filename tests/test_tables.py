"""One table for every answer: each command and study writes it in each format, foreign tables and formats too."""

from __future__ import annotations

import datetime
import html
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import studies
import test_replay
from typer.main import get_command

import corridors
from corridors import manifests
from corridors.answers import files, of_routes, text as formats, workbook
from corridors.answers.report import Report
from corridors.cli import main as cli
from corridors.studies import study as study_
from corridors.studies.table import STUDIES
from geodata import errors
from maps.tables import html as table_html
from maps.tables.table import Column, Drawn, Table
from planner.network import Network

line = test_replay.line

HOSTILE = ("=1+1", "+1", "-1+2", "@SUM(A1)", "<b>x</b>", "{{ 7*7 }}", "a\x1b[2J")

FOREIGN = Table(
    (
        Column("text", "a foreign text"),
        Column("cost_usd", "a foreign cost", 2),
        Column.range("cost_usd"),
        Column("share", "share", 0, share=True),
        Column("list", "list"),
    ),
    (
        *((text, 1234.5678, (1000.0, 2000.5), 0.25, ("a", "b")) for text in HOSTILE),
        (Drawn("<svg></svg>", "drawn"), None, None, None, None),
    ),
    ("Foreign:",),
    ("a foreign note",),
    "foreign",
)


def with_foreign(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    return (*tables, FOREIGN)


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer has one more table, and there is one more format of files."""
    signed: Callable[..., Report] = manifests.signed
    tables_of = study_.tables_of

    def more(report: Report, *args: Any, **options: Any) -> Report:
        made = signed(report, *args, **options)
        return replace(made, tables=with_foreign(made.tables))

    def write(report: Report, path: Path) -> list[str]:
        path.write_text("\n".join(f"{table.name}|{len(table.rows)}" for table in report.tables), encoding="utf-8")
        return ["foreign files hold names"]

    monkeypatch.setattr(manifests, "signed", more)
    monkeypatch.setattr(study_, "tables_of", lambda question, answer: with_foreign(tables_of(question, answer)))
    monkeypatch.setitem(files.EXPORTS, ".foreign", files.Export("Foreign", write, "tables"))


ASKED = [(name, rows[-1]) for name, rows in test_replay.ASKED.items()]


@pytest.mark.parametrize(("name", "given"), ASKED, ids=[name for name, _ in ASKED])
@pytest.mark.usefixtures("foreign")
def test_a_foreign_table_and_a_foreign_format_come_out_of_every_answer(
    name: str, given: tuple[str, ...], line: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*name.split(), *(text.format(line=line.name) for text in given)]
    told = studies.ask(capsys, *words, "-f", "markdown", "-o", "names.foreign")
    assert told.code in (0, 1), told.said
    assert "foreign files hold names" in told.said
    assert "written to names.foreign" in told.said
    assert (tmp_path / "names.foreign").read_text().splitlines()[-1] == f"foreign|{len(FOREIGN.rows)}"
    for wanted in ("a foreign text", "=1+1", "a foreign note", "1,234.57", "25 %", "drawn"):
        assert wanted in told.out, wanted
    assert "svg" not in told.out
    told = studies.ask(capsys, *words, "-o", "answer.xlsx")
    assert "a foreign note" in told.out
    assert "\x1b" not in told.out
    book = openpyxl.load_workbook(tmp_path / "answer.xlsx")
    sheet = book["foreign"]
    assert [cell.value for cell in sheet[1]] == [
        "a foreign text",
        "a foreign cost, USD",
        "a foreign cost P10, USD",
        "a foreign cost P90, USD",
        "share",
        "list",
    ]
    for row, text in zip(sheet.iter_rows(min_row=2), HOSTILE, strict=False):
        assert [cell.data_type for cell in row] == ["s", "n", "n", "n", "n", "s"]
        assert [cell.value for cell in row][1:] == [1234.5678, 1000.0, 2000.5, 0.25, "a; b"]
        assert row[0].value == errors.printable(text)
        assert row[0].quotePrefix == text.startswith(("=", "+", "-", "@"))
    about = {cell.value for row in book["about"].iter_rows() for cell in row}
    assert {"a foreign note", name, corridors.__version__} <= about


def test_every_command_with_a_format_writes_files() -> None:
    for name, command in test_replay.commands(get_command(cli.app)):
        given = {each.name for each in command.params}
        assert ("output" in given) == ("output_format" in given) or name in ("brief", "batch"), name


@pytest.mark.parametrize(("name", "given"), ASKED, ids=[name for name, _ in ASKED])
def test_what_an_answer_does_not_have_is_refused_with_what_works(
    name: str, given: tuple[str, ...], line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And every format that is named as working works."""
    words = [*name.split(), *(text.format(line=line.name) for text in given)]
    told = studies.ask(capsys, *words, "-o", "answer.kml")
    if told.code == 2:
        assert "KML holds routes, and this answer has none; what it can be written as: " in told.said
        works = told.said.strip().rpartition(": ")[2].split(", ")
        assert {".csv", ".json", ".md", ".xlsx"} <= set(works) <= set(files.EXPORTS)
    else:
        works = [".graphml", ".geojson", ".xlsx", ".csv"]
    for suffix in works:
        assert studies.ask(capsys, *words, "-o", f"answer{suffix}").code in (0, 1), suffix
        assert Path(f"answer{suffix}").stat().st_size > 0
    drawn = studies.ask(capsys, *words, "-f", "geojson")
    assert (drawn.code == 2) == (told.code == 2 and ".geojson" not in works)
    if drawn.code == 2:
        assert "this answer has no lines to draw; use table, json, csv or markdown" in drawn.said


def book_of(report: Report) -> Any:
    return openpyxl.load_workbook(BytesIO(workbook.content(report)[0]))


@pytest.fixture
def report(network: Network) -> Report:
    return replace(of_routes.of_plan(corridors.plan(network, "Almaty", "Karachi")), facts=network.catalog)


def test_a_workbook_has_the_numbers_of_the_answer_unrounded_and_a_frozen_header(
    report: Report, network: Network
) -> None:
    book = book_of(report)
    assert book.sheetnames == ["routes", "about"]
    sheet = book["routes"]
    assert sheet.freeze_panes == "A2"
    heads = [cell.value for cell in sheet[1]]
    assert heads[:6] == ["#", "corridor", "km", "hours", "hours P10", "hours P90"]
    for row, (_, route) in zip(sheet.iter_rows(min_row=2), report.routes, strict=True):
        found = dict(zip(heads, row, strict=True))
        assert found["km"].value == pytest.approx(route.distance_km, rel=1e-12)
        assert found["km"].number_format == "#,##0"
        assert found["days"].number_format == "#,##0.0"
        assert found["low conf. hours"].number_format == "0%"
        assert (found["hours P10"].value, found["hours P90"].value) == pytest.approx(route.interval("time_h"))
        assert found["closures on the way"].value == ("; ".join(of_closures(route)) or None)
    assert 8 < sheet.column_dimensions["C"].width < 30
    about = [[cell.value for cell in row] for row in book["about"].iter_rows(min_row=2)]
    assert ["data", "sha256", network.catalog.sha256] in about
    named = {row[1] for row in about if row[0] == "source"}
    used = {key for _, route in report.routes for segment in route.segments for key in segment.source}
    assert used & set(network.catalog.sources) <= named
    assert book.properties.created == datetime.datetime.combine(network.catalog.data_date, datetime.time())


def of_closures(route: Any) -> list[str]:
    return [f"{row.kind}: {row.id}" for row in route.closures]


def test_the_same_answer_is_the_same_workbook_with_no_formula_in_it(report: Report) -> None:
    hostile = replace(report, tables=with_foreign(report.tables))
    content, _ = workbook.content(hostile)
    assert content == workbook.content(hostile)[0]
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 3
    assert not any("<f>" in text or "<hyperlink" in text for text in sheets)


def test_what_a_sheet_cannot_hold_is_said(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    long = Table((Column("text", "text"),), (("x" * 40_000,),), name="a name [that] is much too long for Excel: yes")
    content, notes = workbook.content(replace(report, tables=(long, long)))
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames[0] == "a name  that  is much too long"
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert len(book.worksheets[0]["A2"].value) == workbook.MAX_LETTERS
    assert [note for note in notes if "more than 32,767 letters were cut" in note]
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    with pytest.raises(errors.RequestError, match=r"routes: 3 rows are more than a sheet of Excel has; use \.csv"):
        workbook.content(report)


def test_csv_guards_each_text_that_a_spreadsheet_would_run() -> None:
    rows = formats.as_csv(Report((FOREIGN,), FOREIGN, {})).splitlines()
    assert rows[0] == "text,cost_usd,cost_usd_p10,cost_usd_p90,share,list"
    assert rows[1] == "'=1+1,1234.5678,1000.0,2000.5,0.25,a; b"
    assert [row[:2] for row in rows[1:5]] == ["'=", "'+", "'-", "'@"]
    assert rows[5].startswith("<b>")
    assert rows[-1] == "drawn,,,,,"


@pytest.mark.parametrize("write", [table_html.plain, table_html.page])
def test_the_writer_of_html_escapes_all_but_what_is_drawn(write: Callable[[Table], str]) -> None:
    page = write(FOREIGN)
    assert "<td><svg></svg></td>" in page
    assert "<b>" not in page
    assert "{{" not in page
    text = html.unescape(page)
    assert "<b>x</b>" in text
    assert "<td class='number'>1,234.57</td>" in text
    assert "<td class='number'>25 %</td>" in text
    assert "1,000–2,000" in text


def test_a_study_in_a_briefing_has_every_table_by_the_same_writer(network: Network, foreign: None) -> None:
    study = STUDIES["timeline"]
    question = study.question.model_validate({"origin": "Almaty", "destination": "Karachi", "to_year": 2028})
    answer = study.answer(network, question, study_.Run())
    page = study_.section(study, question, answer)
    assert html.unescape(table_html.page(FOREIGN)) in html.unescape(page)
    assert "a foreign note" in page


def test_json_files_are_what_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    told = studies.ask(capsys, "rank", "Almaty", "Karachi", "--draws", "50", "-f", "json", "-o", str(file))
    assert json.loads(file.read_text(encoding="utf-8")) == told.json
    assert told.said.splitlines()[-1] == f"answer written to {file}"


def test_tables_of_html_are_written_in_one_place() -> None:
    root = Path(corridors.__file__).parent.parent
    found = {
        path.relative_to(root).as_posix()
        for floor in ("corridors", "maps", "planner", "geodata")
        for path in (root / floor).rglob("*.py")
        if "<table" in path.read_text(encoding="utf-8")
    }
    assert found == {"maps/tables/html.py"}
