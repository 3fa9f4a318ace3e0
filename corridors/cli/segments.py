"""``corridors segment``: adding one's own segments to a folder, taking them away, and what they change."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridors import console, manifests
from corridors.cli.asks import asks
from corridors.options import Files, Format, FormatOption, MapOption, OnlineOption, OutputOption
from geodata import errors

if TYPE_CHECKING:
    from corridors.answers.report import Report
    from geodata.errors import Problem
    from geodata.own.drafts import DraftLine, Drafts
    from geodata.own.editing import Proposal
    from geodata.own.joining import Rules
    from planner.question import EffectQuestion

app = typer.Typer(
    name="segment",
    help="Add corridor segments of your own, and see what they change.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

OWN_FOLDER = Path("corridors-data")
"""Where segments are added when no folder is named."""

FilesArgument = Annotated[
    list[Path] | None, typer.Argument(help="Files with lines: GeoJSON, GeoPackage, KML or Shapefile.")
]
FromOption = Annotated[str | None, typer.Option("--from", help="The place where the line begins.")]
ToOption = Annotated[str | None, typer.Option("--to", help="The place where it ends.")]
ModeWord = Annotated[str | None, typer.Option("--mode", help="rail, road, ferry, sea or air.")]
GaugeOption = Annotated[int | None, typer.Option("--gauge", help="Gauge in mm: 1520, 1435 or 1676 (rail).")]
StatusWord = Annotated[
    str | None, typer.Option("--status", help="operational, under_construction, planned or proposed (assumed).")
]
LengthOption = Annotated[
    float | None, typer.Option("--length-km", help="Its length; else measured along the line, or estimated.")
]
BasisOption = Annotated[
    str | None, typer.Option("--length-basis", help="What the length rests on, e.g. published; default: recalled.")
]
OpensOption = Annotated[int | None, typer.Option("--opens", help="The year in which it opens.")]
IdOption = Annotated[str | None, typer.Option("--id", help="Its id; default: made of its places and mode.")]
NameOption = Annotated[str | None, typer.Option("--name", help="What it is called.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="A note.")]
CountryOption = Annotated[
    list[str] | None, typer.Option("--country", help="A country it passes, ISO code, in order; repeat it.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Id of a source in sources.toml; repeat it for more.")
]
ConfidenceOption = Annotated[str | None, typer.Option("--confidence", help="high, medium or low.")]
ToleranceOption = Annotated[
    float, typer.Option("--tolerance-km", min=0, max=50, help="An end so near to a place or segment joins it.")
]
NewPlacesOption = Annotated[
    bool, typer.Option("--new-places/--no-new-places", help="Whether an end far from both makes a new place.")
]
JoinOption = Annotated[
    bool, typer.Option("--join", help="Make junctions where it crosses lines of its mode, or passes places.")
]
ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Take the place of your own segments with the same ids.")
]
OwnOption = Annotated[Path, typer.Option("--data", help="Your own folder.")]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")]

SINGLE = ("from", "to", "length_km", "length_basis", "name")
"""What belongs to one line: with several, each has to state its own."""


def _with_details(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each detail of a segment; it takes those that were given as ``more``."""
    shown = _details()

    @functools.wraps(command)
    def run(**options: Any) -> None:
        given = {row.name: options.pop(row.name) for row in shown}
        command(**options, more={name: value for name, value in given.items() if value is not None})

    stated = inspect.signature(command, eval_str=True)
    rows = [*(item for item in stated.parameters.values() if item.name != "more"), *shown]
    run.__signature__ = stated.replace(parameters=rows)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in rows}
    return run


def _details() -> list[inspect.Parameter]:
    """An option for each detail of a segment."""
    from geodata import details

    types: dict[str, Any] = {"whole": int, "number": float, "list": list[str], "text": str}
    return [
        inspect.Parameter(
            row.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=typer.Option(None, f"--{row.name.replace('_', '-')}", help=f"Its {row.heading}."),
            annotation=types[row.form] | None,
        )
        for row in details.details()
    ]


@dataclass(frozen=True)
class Stated:
    """Lines as the command line gives them: files, and options that state a line or fill what the files leave open."""

    files: Sequence[Path]
    id: str | None
    values: dict[str, Any]

    def read(self) -> tuple[Drafts, list[Problem]]:
        """The drafts and the problems of their files. Raises RequestError for an option that would be ignored."""
        from geodata.own import imports
        from geodata.own.drafts import DraftLine, Drafts

        if not self.files:
            if "from" not in self.values and "to" not in self.values:
                raise errors.RequestError(
                    "name a file with lines, or a line by its places: --from PLACE --to PLACE --mode MODE"
                )
            return Drafts((DraftLine(self.values, id=self.id or ""),)), []
        drafts = Drafts()
        problems: list[Problem] = []
        for path in self.files:
            found, said = imports.read(path)
            drafts, problems = drafts + found, problems + said
        return replace(drafts, lines=self._filled(drafts.lines)), problems

    def _filled(self, lines: tuple[DraftLine, ...]) -> tuple[DraftLine, ...]:
        from geodata.read import contents

        own = [name for name in SINGLE if name in self.values] + (["id"] if self.id else [])
        if own and len(lines) > 1:
            raise errors.RequestError(f"{_option(own[0])} belongs to one line; the files have {len(lines)}")
        for name, value in self.values.items():
            other = next((line for line in lines if line.values.get(name, value) != value), None)
            if other is not None:
                where = f"{other.file} feature {other.index}"
                raise errors.RequestError(
                    f"{_option(name)} would be ignored: {where} states {contents.show(other.values[name])} itself; "
                    "leave one out"
                )
        if self.id and any(line.id for line in lines):
            raise errors.RequestError("--id would be ignored: the line of the file has its own")
        return tuple(replace(line, values={**self.values, **line.values}, id=self.id or line.id) for line in lines)


def _option(name: str) -> str:
    return {"gauge_mm": "--gauge", "opens_year": "--opens", "countries": "--country"}.get(
        name, f"--{name.replace('_', '-')}"
    )


def _stated(
    files: Sequence[Path] | None,
    start: str | None,
    end: str | None,
    mode: str | None,
    gauge: int | None,
    status: str | None,
    length_km: float | None,
    basis: str | None,
    opens: int | None,
    own_id: str | None,
    name: str | None,
    note: str | None,
    country: Sequence[str] | None,
    source: Sequence[str] | None,
    confidence: str | None,
    more: Mapping[str, Any],
) -> Stated:
    values = {
        "from": start,
        "to": end,
        "mode": mode,
        "gauge_mm": gauge,
        "status": status,
        "length_km": length_km,
        "length_basis": basis,
        "opens_year": opens,
        "name": name,
        "note": note,
        "countries": tuple(country) if country else None,
        "source": tuple(source) if source else None,
        "confidence": confidence,
        **more,
    }
    return Stated(files or (), own_id, {key: value for key, value in values.items() if value is not None})


def _rules(tolerance_km: float, new_places: bool, join: bool, replaces: bool = False) -> Rules:
    from geodata.own.joining import Rules

    return Rules(tolerance_km, new_places, join, replaces)


def _show(proposal: Proposal, wanted: Files, report: Report, output_format: Format) -> None:
    console.answer(wanted, report, output_format)
    if output_format not in (Format.table, Format.markdown, Format.json):  # those carry the findings themselves
        console.say_findings(proposal.problems)
    if proposal.errors:
        raise typer.Exit(console.EXIT_USAGE)


@app.command()
@_with_details
def add(
    context: typer.Context,
    files: FilesArgument = None,
    start: FromOption = None,
    end: ToOption = None,
    mode: ModeWord = None,
    gauge: GaugeOption = None,
    status: StatusWord = None,
    length_km: LengthOption = None,
    length_basis: BasisOption = None,
    opens: OpensOption = None,
    own_id: IdOption = None,
    name: NameOption = None,
    note: NoteOption = None,
    country: CountryOption = None,
    source: SourceOption = None,
    confidence: ConfidenceOption = None,
    tolerance_km: ToleranceOption = 5.0,
    new_places: NewPlacesOption = True,
    join: JoinOption = False,
    replaces: ReplaceOption = False,
    data: OwnOption = OWN_FOLDER,
    dry_run: DryOption = False,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    *,
    more: Mapping[str, Any],
) -> None:
    """Add segments to your own folder, from a file or by the names of their places; all of them or none.

    Examples: corridors segment add --from Herat --to Zaranj --mode rail --gauge 1520 --status proposed --length-km 480;
    corridors segment add line.geojson --mode rail --gauge 1435 --dry-run
    """
    from corridors.answers import of_segments as segment_tables
    from geodata.own import editing

    wanted = Files(output)
    wanted.check()
    stated = _stated(
        files,
        start,
        end,
        mode,
        gauge,
        status,
        length_km,
        length_basis,
        opens,
        own_id,
        name,
        note,
        country,
        source,
        confidence,
        more,
    )
    rules = _rules(tolerance_km, new_places, join, replaces)
    drafts, problems = stated.read()
    proposal = editing.propose(data, drafts, rules, problems, progress=console.progress("lines"))
    if not dry_run and not proposal.errors:
        proposal = editing.add(data, drafts, rules, problems)
    what = f"{len(proposal.added)} segment(s) {'to be added' if dry_run else 'added'}"
    report = segment_tables.of_proposal(proposal, written_to=None if dry_run else data, what=what)
    report = manifests.signed(report, context, proposal.before, files=stated.files)
    _show(proposal, wanted, report, output_format)


@app.command()
@_with_details
def check(
    context: typer.Context,
    files: FilesArgument = None,
    start: FromOption = None,
    end: ToOption = None,
    mode: ModeWord = None,
    gauge: GaugeOption = None,
    status: StatusWord = None,
    length_km: LengthOption = None,
    length_basis: BasisOption = None,
    opens: OpensOption = None,
    own_id: IdOption = None,
    name: NameOption = None,
    note: NoteOption = None,
    country: CountryOption = None,
    source: SourceOption = None,
    confidence: ConfidenceOption = None,
    tolerance_km: ToleranceOption = 5.0,
    new_places: NewPlacesOption = True,
    join: JoinOption = False,
    replaces: ReplaceOption = False,
    data: OwnOption = OWN_FOLDER,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    *,
    more: Mapping[str, Any],
) -> None:
    """What is wrong with lines before they are added: every finding with file, feature, field, vertex and a hint.

    Exit code 0 when they can be added (warnings or not), 2 on errors.
    """
    from corridors.answers import of_segments as segment_tables
    from geodata.own import editing

    wanted = Files(output)
    wanted.check()
    stated = _stated(
        files,
        start,
        end,
        mode,
        gauge,
        status,
        length_km,
        length_basis,
        opens,
        own_id,
        name,
        note,
        country,
        source,
        confidence,
        more,
    )
    drafts, problems = stated.read()
    rules = _rules(tolerance_km, new_places, join, replaces)
    proposal = editing.propose(data, drafts, rules, problems, progress=console.progress("lines"))
    report = segment_tables.of_findings(proposal, ", ".join(map(str, files or ())) or "the line")
    report = manifests.signed(report, context, proposal.before, files=stated.files)
    console.answer(wanted, report, output_format)
    if proposal.errors:
        raise typer.Exit(console.EXIT_USAGE)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of segments that were added.")],
    data: OwnOption = OWN_FOLDER,
    dry_run: DryOption = False,
) -> None:
    """Take added segments out of your own folder; the network is then the one of before."""
    from geodata.own import editing

    listed = ", ".join(ids)
    if dry_run:
        left, _, hanging = editing.removal(data, ids)
        for sentence in hanging:
            console.say(f"warning: {sentence}")
        console.say(f"would remove {listed}; {len(left.segments)} added segment(s) would be left; nothing was written")
        return
    for sentence in editing.remove(data, ids):
        console.say(f"warning: {sentence}")
    console.say(f"removed {listed}; 'corridors segment undo' brings it back")


@app.command()
def undo(data: OwnOption = OWN_FOLDER) -> None:
    """Take the last change of your own folder back, also one of an earlier day."""
    from geodata.own import editing

    console.say(f"undone: {editing.undo(data)}".replace("\n", " "))


@app.command("list")
def list_own(
    context: typer.Context,
    data: OwnOption = OWN_FOLDER,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """The segments of your own folder."""
    from corridors.answers import of_segments as segment_tables

    wanted = Files(output)
    wanted.check()
    network = console.load(data if data.exists() else None)
    report = segment_tables.of_own(network.catalog, data)
    console.answer(wanted, manifests.signed(report, context, network.catalog), output_format)


OwnSegmentOption = Annotated[
    list[str] | None, typer.Option("--own", help="Instead of a file: a segment that you have added already.")
]


@app.command()
@asks("EffectQuestion", _details)
def effect(
    context: typer.Context,
    files: FilesArgument = None,
    start: FromOption = None,
    end: ToOption = None,
    mode: ModeWord = None,
    gauge: GaugeOption = None,
    status: StatusWord = None,
    length_km: LengthOption = None,
    length_basis: BasisOption = None,
    opens: OpensOption = None,
    own_id: IdOption = None,
    name: NameOption = None,
    note: NoteOption = None,
    country: CountryOption = None,
    source: SourceOption = None,
    confidence: ConfidenceOption = None,
    tolerance_km: ToleranceOption = 5.0,
    new_places: NewPlacesOption = True,
    join: JoinOption = False,
    own: OwnSegmentOption = None,
    *,
    question: EffectQuestion,
    data: OwnOption = OWN_FOLDER,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    map_file: MapOption = None,
    online: OnlineOption = False,
    more: Mapping[str, Any],
) -> None:
    """What adding segments changes between 25 main cities and ports, before and after; nothing is written.

    Example: corridors segment effect line.geojson --mode rail --gauge 1435 --status planned --opens 2032 --map e.html
    """
    from corridors.answers import of_effect as effect_tables, of_segments as segment_tables
    from geodata.own import editing
    from planner.effect import measure as effect_
    from planner.network import Network

    Files(output, map_file, online).check()
    stated = _stated(
        files,
        start,
        end,
        mode,
        gauge,
        status,
        length_km,
        length_basis,
        opens,
        own_id,
        name,
        note,
        country,
        source,
        confidence,
        more,
    )
    if own:
        rules = ("tolerance_km", "new_places", "join")
        if files or stated.values or own_id or any(console.is_given(context, each) for each in rules):
            raise errors.RequestError("--own is about segments that are added already; name no other line beside it")
        _, without, _ = editing.removal(data, own)
        before, after, added = Network.of(without), console.load(data), tuple(own)
        facts = after.catalog
    else:
        drafts, problems = stated.read()
        usual = _rules(tolerance_km, new_places, join)
        proposal = editing.propose(data, drafts, usual, problems, progress=console.progress("lines"))
        if proposal.after is None:
            report = segment_tables.of_findings(proposal, ", ".join(map(str, files or ())) or "the line")
            report = manifests.signed(report, context, proposal.before, files=stated.files)
            _show(proposal, Files(output), report, output_format)
            return
        console.say_findings(proposal.problems)
        before, after, added = Network.of(proposal.before), Network.of(proposal.after), proposal.ids
        facts = before.catalog
    found = effect_.measure(
        before,
        after,
        added,
        **dict(question),
        progress=console.progress("comparing"),
    )
    if map_file is not None:
        from maps.page import effect_map

        effect_map.draw(found, online=online).save(str(map_file))
        console.say_map(map_file, online)
    report = effect_tables.of_effect(found)
    day_ = found.scope.request.day
    signed = manifests.signed(report, context, facts, day=day_, files=stated.files)
    console.answer(Files(output), signed, output_format)
