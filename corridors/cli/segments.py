"""``corridors segment``: adding one's own segments to a folder, taking them away, and what they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corridors import console, manifests
from corridors.cli.asks import asks
from corridors.cli.line_options import (
    OWN_FOLDER,
    BasisOption,
    ConfidenceOption,
    CountryOption,
    DryOption,
    FilesArgument,
    FromOption,
    GaugeOption,
    IdOption,
    JoinOption,
    LengthOption,
    ModeWord,
    NameOption,
    NewPlacesOption,
    NoteOption,
    OpensOption,
    OwnOption,
    ReplaceOption,
    SourceOption,
    StatusWord,
    ToleranceOption,
    ToOption,
    detail_options,
    rules_of,
    stated_by,
    with_details,
)
from corridors.options import Files, Format, FormatOption, MapOption, OnlineOption, OutputOption
from geodata import errors

if TYPE_CHECKING:
    from corridors.answers.report import Report
    from geodata.own.editing import Proposal
    from planner.question import EffectQuestion

app = typer.Typer(
    name="segment",
    help="Add corridor segments of your own, and see what they change.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show(proposal: Proposal, wanted: Files, report: Report, output_format: Format) -> None:
    console.answer(wanted, report, output_format)
    if output_format not in (Format.table, Format.markdown, Format.json):  # those carry the findings themselves
        console.say_findings(proposal.problems)
    if proposal.errors:
        raise typer.Exit(console.EXIT_USAGE)


@app.command()
@with_details
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
    stated = stated_by(
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
    rules = rules_of(tolerance_km, new_places, join, replaces)
    drafts, problems = stated.read()
    proposal = editing.propose(data, drafts, rules, problems, progress=console.progress("lines"))
    if not dry_run and not proposal.errors:
        proposal = editing.add(data, drafts, rules, problems)
    what = f"{len(proposal.added)} segment(s) {'to be added' if dry_run else 'added'}"
    report = segment_tables.of_proposal(proposal, written_to=None if dry_run else data, what=what)
    report = manifests.signed(report, context, proposal.before, files=stated.files)
    _show(proposal, wanted, report, output_format)


@app.command()
@with_details
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
    stated = stated_by(
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
    rules = rules_of(tolerance_km, new_places, join, replaces)
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
@asks("EffectQuestion", detail_options)
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
    stated = stated_by(
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
        usual = rules_of(tolerance_km, new_places, join)
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
