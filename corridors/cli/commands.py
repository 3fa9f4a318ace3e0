"""The commands. Results go to stdout, all else to stderr; ``corridors.cli.main`` runs them and catches their errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridors import console, interrupts, manifests
from corridors.cli import replay as replay_commands, segments as segment_commands, studies as study_commands
from corridors.cli.asks import asks
from corridors.options import (
    BandOption,
    ChartOption,
    DataOption,
    FigureOption,
    Files,
    Format,
    FormatOption,
    MapOption,
    OnlineOption,
    OutputOption,
)
from geodata import errors

if TYPE_CHECKING:
    from planner.comparison import Comparison
    from planner.network import Network
    from planner.price.route import Route
    from planner.question import CompareQuestion, PlanQuestion, WhyConditions
    from planner.reasons import Reason

app = typer.Typer(
    name="corridors",
    help="Plan freight routes over rail, road, ferry, sea and lines not yet built, from the middle of Asia to the sea.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(segment_commands.app)
study_commands.register(app)
replay_commands.register(app)


@app.command()
@asks("PlanQuestion")
def plan(
    context: typer.Context,
    question: PlanQuestion,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    map_file: MapOption = None,
    online: OnlineOption = False,
    figure: FigureOption = None,
    chart: ChartOption = None,
    band: BandOption = False,
) -> None:
    """The best routes between two places.

    Example: corridors plan Almaty Karachi --by cost --include planned -k 5
    """
    from corridors.answers import of_routes
    from planner import plan as plan_, request

    wanted = Files(output, map_file, online, figure, chart, band)
    wanted.check()
    _check_pareto_options(context, question)
    network = console.load(data)
    answer = plan_.plan(network, request.resolved(network.catalog, question))
    if output_format not in (Format.table, Format.markdown):  # those carry the notes themselves
        for note in answer.notes:
            console.say(note)
    report = manifests.signed(of_routes.of_plan(answer), context, network.catalog, day=answer.request.day)
    console.write(wanted, answer, report)
    console.show(report, output_format)


@app.command()
@asks("CompareQuestion")
def compare(
    context: typer.Context,
    question: CompareQuestion,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    map_file: MapOption = None,
    online: OnlineOption = False,
    figure: FigureOption = None,
    chart: ChartOption = None,
    band: BandOption = False,
) -> None:
    """The named corridors that join two places, and today's best by km, hours and USD.

    Example: corridors compare Almaty Karachi --map almaty-karachi.html
    """
    from corridors.answers import of_routes

    wanted = Files(output, map_file, online, figure, chart, band)
    wanted.check()
    answer = _compared(question, data)
    report = manifests.signed(of_routes.of_comparison(answer), context, answer.network.catalog, day=answer.request.day)
    console.write(wanted, answer, report)
    console.show(report, output_format)


def _compared(question: CompareQuestion, data: Path | None) -> Comparison:
    from planner import comparison, request

    network = console.load(data)
    return comparison.compare(network, request.resolved(network.catalog, question))


@app.command()
@asks("CompareQuestion")
def brief(
    question: CompareQuestion,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write; one page, no network.")],
    study: Annotated[
        list[str] | None,
        typer.Option("--study", help="Also: rank, breakeven, timeline, closures, cargo, gateways; repeat it."),
    ] = None,
    data: DataOption = None,
) -> None:
    """A briefing on the corridors that join two places: one page with map, table and charts that prints on A4.

    Example: corridors brief Almaty Karachi -o brief.html
    """
    import corridors

    Files(map_file=output).check()
    answer = _compared(question, data)
    tell = console.progress("studies") or (lambda _: None)
    corridors.brief(answer, studies=study or (), progress=tell).save(str(output))
    console.say(f"briefing written to {output}")


@app.command("list")
def list_corridors(
    context: typer.Context,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """All named corridors with their km, hours, USD, and what of them is not built."""
    from corridors.answers import of_routes
    from planner import named

    wanted = Files(output)
    wanted.check()
    network = console.load(data)
    routes = [
        (corridor, named.own_route(network, corridor, named.question(network, corridor)))
        for corridor in network.catalog.corridors.values()
    ]
    report = manifests.signed(of_routes.of_corridors(routes, network), context, network.catalog)
    console.write(wanted, [(corridor.id, corridor.title, route) for corridor, route in routes if route], report)
    console.show(report, output_format)


@app.command()
def show(
    context: typer.Context,
    corridor: Annotated[str, typer.Argument(help="The id of a named corridor, e.g. ktap.")],
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    map_file: MapOption = None,
    online: OnlineOption = False,
    figure: FigureOption = None,
    chart: ChartOption = None,
    band: BandOption = False,
) -> None:
    """One corridor in full: legs, hub operations, segments with their sources, warnings."""
    from corridors.answers import of_routes
    from planner import named

    wanted = Files(output, map_file, online, figure, chart, band)
    wanted.check()
    network = console.load(data)
    found = named.find(network, corridor)
    route = named.whole(network, found)
    report = manifests.signed(of_routes.of_route(found, route, network), context, network.catalog)
    console.write(wanted, [(found.id, found.title, route)], report)
    console.show(report, output_format)


@app.command()
@asks("WhyConditions")
def why(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="A named corridor; with --routes or --absent, the origin.")],
    second: Annotated[str, typer.Argument(help="Another corridor; with --routes or --absent, the destination.")],
    routes: Annotated[
        tuple[int, int] | None, typer.Option("--routes", help="Compare these two answers of a plan, by rank: 1 2.")
    ] = None,
    absent: Annotated[
        str | None, typer.Option("--absent", help="Why this named corridor is not among the answers of a plan.")
    ] = None,
    *,
    question: WhyConditions,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Why one route and not another: the difference by its causes.

    Examples: corridors why ktap iti; corridors why Almaty Karachi --routes 1 2;
    corridors why Almaty Karachi --absent ktap
    """
    from corridors.answers import of_why
    from corridors.answers.report import conditions
    from corridors.cli import from_model
    from planner import named, request, why as why_

    wanted = Files(output)
    wanted.check()
    if routes and absent:
        raise errors.RequestError("--routes and --absent are two questions; ask one at a time")
    if not routes and not absent:
        for name in (key for key in type(question).model_fields if key not in question.as_drawn):
            if console.is_given(context, name):
                given = from_model.option(type(question), name)
                raise errors.RequestError(
                    f"{given} goes with --routes or --absent; named corridors are compared as drawn"
                )
    network = console.load(data)
    on = question.day or request.default_day(network.catalog, question.as_of)
    if absent:
        asked = request.make(network.catalog, first, second, **dict(question))
        found = why_.absent(network, asked, absent)
        report = of_why.of_absence(found, network, (*conditions(question), *asked.closed.notes()))
    elif routes:
        one, other, notes = _of_plan(network, first, second, question, routes)
        said = (*conditions(question), *notes)
        report = of_why.of_difference(one, other, why_.difference(one[1], other[1]), network, said)
    else:
        drawn = {key: getattr(question, key) for key in question.as_drawn}
        chosen = [named.find(network, text) for text in (first, second)]
        one, other = ((each.id, named.whole(network, each, named.question(network, each, **drawn))) for each in chosen)
        less = why_.difference(one[1], other[1])
        report = of_why.of_difference(one, other, less, network, conditions(question))
    console.answer(wanted, manifests.signed(report, context, network.catalog, day=on), output_format)


def _of_plan(
    network: Network, origin: str, destination: str, question: WhyConditions, routes: tuple[int, int]
) -> tuple[tuple[str, Route], tuple[str, Route], list[Reason]]:
    """Two answers of a plan, by rank, and what must be said of its conditions."""
    from planner import plan as plan_, request

    options = {**dict(question), "count": max(question.count, *routes)}
    asked = request.make(network.catalog, origin, destination, **options)
    answer = plan_.plan(network, asked)
    for rank in routes:
        if not 1 <= rank <= len(answer):
            raise errors.RequestError(f"--routes: there is no route {rank}; the plan has {len(answer)}")
    one, other = ((str(rank), answer[rank - 1]) for rank in routes)
    return one, other, asked.closed.notes()


@app.command("map")
def draw_map(
    file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
    data: DataOption = None,
    online: OnlineOption = False,
) -> None:
    """All named corridors on one map, in one file that needs no network."""
    from maps.page import route_map

    Files(map_file=file, online=online).check()
    route_map.draw(console.load(data), online=online).save(str(file))
    console.say_map(file, online)


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Your own folder; default: the shipped data alone.")] = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
) -> None:
    """Look for problems in the data: exit code 1 on errors, 0 on warnings alone."""
    import corridors
    from corridors.answers import of_findings
    from geodata import catalog

    wanted = Files(output)
    wanted.check()
    problems = corridors.check(folder)
    report = of_findings.of_problems(problems, str(folder) if folder else "shipped data")
    if output_format is Format.json or output is not None:
        report = manifests.signed(report, context, catalog.read(folder)[0])
    console.answer(wanted, report, output_format)


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="Port on 127.0.0.1; 0 takes a free one.")] = 8765,
    data: Annotated[Path, typer.Option("--data", help="Your own folder; it is made when something is saved.")] = Path(
        "corridors-data"
    ),
    limit_s: Annotated[
        float, typer.Option("--limit", min=1, max=60, help="Seconds after which a question is stopped.")
    ] = 5,
) -> None:
    """The planner in the browser, for this computer alone (extra web).

    Example: corridors serve --port 0
    """
    try:
        from corridors.web import server
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in ("corridors", "geodata", "maps", "planner"):
            raise
        raise errors.RequestError(
            f"serve needs {error.name}, which is not installed: pip install 'transit-corridors[web]'"
        ) from None
    interrupts.orderly()
    server.serve(data, port=port, limit_s=limit_s)


def _check_pareto_options(context: typer.Context, question: PlanQuestion) -> None:
    """A Pareto set has no best criterion, no count and no share: to ask for one as well would be ignored."""
    from corridors.cli import from_model

    if question.pareto:
        for name in ("by", "count", "different"):
            if console.is_given(context, name):
                given = from_model.option(type(question), name)
                raise errors.RequestError(f"{given} does not go with --pareto, which gives every route none beats")
