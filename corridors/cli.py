"""The command line. Results go to stdout, all else to stderr.

Exit codes: 0 done, 1 an honest negative (no route, problems found), 2 wrong usage or input, 70 a bug of ours.
"""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geodata import errors

if TYPE_CHECKING:
    from corridors.tables import Report
    from planner.network import Network

SHOWN_WARNINGS = 10
EXIT_DONE, EXIT_NEGATIVE, EXIT_USAGE, EXIT_BUG = 0, 1, 2, 70

app = typer.Typer(
    name="corridors",
    help="Plan freight routes over rail, road, ferry, sea and lines not yet built, from the middle of Asia to the sea.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Criterion(enum.StrEnum):
    """Held against planner.criteria.CRITERIA by a test, so that --help need not import the planner."""

    distance = "distance"
    time = "time"
    cost = "cost"
    co2e = "co2e"
    generalized = "generalized"


class Format(enum.StrEnum):
    """Held against corridors.exports.FORMATS by a test."""

    table = "table"
    json = "json"
    csv = "csv"
    markdown = "markdown"
    geojson = "geojson"


class ClosureRule(enum.StrEnum):
    """Closures in force are told of, or shut their segments."""

    warn = "warn"
    apply = "apply"


class Status(enum.StrEnum):
    """Held against geodata.records.STATUSES by a test."""

    operational = "operational"
    under_construction = "under_construction"
    planned = "planned"
    proposed = "proposed"


Origin = Annotated[str, typer.Argument(help="Place: name, local name, id, UN/LOCODE or IATA code.")]
Destination = Annotated[str, typer.Argument(help="Place, as above.")]
ViaOption = Annotated[list[str] | None, typer.Option("--via", help="Pass this place; repeat it for more, in order.")]
AvoidOption = Annotated[
    list[str] | None, typer.Option("--avoid", help="Keep away from a country (ISO code), place, segment or mode.")
]
ModeOption = Annotated[
    list[str] | None, typer.Option("--mode", help="Only these modes; default: rail, road, ferry, sea.")
]
IncludeOption = Annotated[Status, typer.Option("--include", help="Lines to use; planned holds under_construction.")]
AsOfOption = Annotated[int | None, typer.Option("--as-of", help="The network of a year, by central opening years.")]
ClosuresOption = Annotated[ClosureRule, typer.Option("--closures", help="Closures in force: warn of them, or apply.")]
DateOption = Annotated[str | None, typer.Option("--date", help="Day for closures, YYYY-MM-DD; default: the data's.")]
CargoOption = Annotated[str, typer.Option("--cargo", help="Kind of cargo; it sets the value of time.")]
TonnesOption = Annotated[float | None, typer.Option("--tonnes", help="Tonnes; default: one TEU of 20 t.")]
DataOption = Annotated[Path | None, typer.Option("--data", help="Your own folder, laid over the shipped data.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the answer is written.")]
MapOption = Annotated[Path | None, typer.Option("--map", help="Also draw the routes: one HTML file, no network.")]
OnlineOption = Annotated[bool, typer.Option("--online", help="Map tiles from the internet instead.")]


@app.command()
def plan(
    context: typer.Context,
    origin: Origin,
    destination: Destination,
    by: Annotated[Criterion, typer.Option("--by", help="What to minimize.")] = Criterion.time,
    count: Annotated[int, typer.Option("-k", help="How many routes, 1 to 200.")] = 3,
    via: ViaOption = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    different: Annotated[
        float, typer.Option("--different", help="No two routes share more than this of their km; 1: exact k shortest.")
    ] = 0.8,
    pareto: Annotated[
        str, typer.Option("--pareto", help="Instead all routes that none beats in these, e.g. time,cost,co2e.")
    ] = "",
    epsilon: Annotated[
        float,
        typer.Option("--epsilon", help="With --pareto: fewer routes, none of them missed by more than this share."),
    ] = 0.0,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    map_file: MapOption = None,
    online: OnlineOption = False,
) -> None:
    """The best routes between two places.

    Example: corridors plan Almaty Karachi --by cost --include planned -k 5
    """
    import corridors
    from corridors import tables

    _check_map_options(map_file, online)
    _check_pareto_options(context, pareto)
    network = _load(data)
    answer = corridors.plan(
        network, origin, destination, by=by.value, count=count, via=via or (), avoid=avoid or (), modes=mode or (),
        include=include.value, as_of=as_of, closures=closures.value, day=_day(day), different=different, cargo=cargo,
        tonnes=tonnes, pareto=pareto.split(",") if pareto else (), epsilon=epsilon,
    )  # fmt: skip
    if output_format not in (Format.table, Format.markdown):  # those carry the notes themselves
        for note in answer.notes:
            _say(note)
    _draw(answer, map_file, online)
    _show(tables.of_plan(answer), output_format)


@app.command()
def compare(
    origin: Origin,
    destination: Destination,
    via: ViaOption = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    map_file: MapOption = None,
    online: OnlineOption = False,
) -> None:
    """The named corridors that join two places, and today's best by km, hours and USD.

    Example: corridors compare Almaty Karachi --map almaty-karachi.html
    """
    import corridors
    from corridors import tables

    _check_map_options(map_file, online)
    answer = corridors.compare(
        _load(data), origin, destination, via=via or (), avoid=avoid or (), modes=mode or (),
        include=include.value, as_of=as_of, closures=closures.value, day=_day(day), cargo=cargo, tonnes=tonnes,
    )  # fmt: skip
    _draw(answer, map_file, online)
    _show(tables.of_comparison(answer), output_format)


@app.command("list")
def list_corridors(data: DataOption = None, output_format: FormatOption = Format.table) -> None:
    """All named corridors with their km, hours, USD, and what of them is not built."""
    from corridors import tables
    from planner import named

    network = _load(data)
    routes = [
        (corridor, named.own_route(network, corridor, named.question(network, corridor)))
        for corridor in network.catalog.corridors.values()
    ]
    _show(tables.of_corridors(routes, network), output_format)


@app.command()
def show(
    corridor: Annotated[str, typer.Argument(help="The id of a named corridor, e.g. ktap.")],
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    map_file: MapOption = None,
    online: OnlineOption = False,
) -> None:
    """One corridor in full: legs, hub operations, segments with their sources, warnings."""
    from corridors import tables
    from planner import named

    _check_map_options(map_file, online)
    network = _load(data)
    found = named.find(network, corridor)
    route = named.whole(network, found)
    _draw([(found.id, found.title, route)], map_file, online, network)
    _show(tables.of_route(found, route, network), output_format)


@app.command()
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
    by: Annotated[Criterion, typer.Option("--by", help="What to minimize.")] = Criterion.time,
    count: Annotated[int, typer.Option("-k", help="How many routes, 1 to 200.")] = 3,
    via: ViaOption = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    different: Annotated[
        float, typer.Option("--different", help="No two routes share more than this of their km; 1: exact k shortest.")
    ] = 0.8,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
) -> None:
    """Why one route and not another: the difference by its causes.

    Examples: corridors why ktap iti; corridors why Almaty Karachi --routes 1 2;
    corridors why Almaty Karachi --absent ktap
    """
    import corridors
    from corridors import tables
    from planner import named

    if routes and absent:
        raise errors.RequestError("--routes and --absent are two questions; ask one at a time")
    if not routes and not absent:
        for name in ("by", "count", "via", "avoid", "mode", "include", "as_of", "closures", "different"):
            if _is_given(context, name):
                option = "-k" if name == "count" else f"--{name.replace('_', '-')}"
                raise errors.RequestError(
                    f"{option} goes with --routes or --absent; named corridors are compared as drawn"
                )
    network = _load(data)
    options: dict[str, Any] = {
        "by": by.value, "count": count, "via": via or (), "avoid": avoid or (), "modes": mode or (),
        "include": include.value, "as_of": as_of, "closures": closures.value, "day": _day(day), "different": different,
        "cargo": cargo, "tonnes": tonnes,
    }  # fmt: skip
    if absent:
        found = corridors.why_not(network, absent, first, second, **options)
        _show(tables.of_absence(found, network), output_format)
        return
    if routes:
        answer = corridors.plan(network, first, second, **{**options, "count": max(count, *routes)})
        for rank in routes:
            if not 1 <= rank <= len(answer):
                raise errors.RequestError(f"--routes: there is no route {rank}; the plan has {len(answer)}")
        pair = [(str(rank), answer[rank - 1]) for rank in routes]
    else:
        chosen = [named.find(network, text) for text in (first, second)]
        asked = [named.question(network, each, cargo=cargo, tonnes=tonnes, day=_day(day)) for each in chosen]
        pair = [(each.id, named.whole(network, each, question)) for each, question in zip(chosen, asked, strict=True)]
    _show(tables.of_difference(pair[0], pair[1], corridors.why(pair[0][1], pair[1][1]), network), output_format)


@app.command("map")
def draw_map(
    file: Annotated[Path, typer.Argument(help="The HTML file to write.")],
    data: DataOption = None,
    online: OnlineOption = False,
) -> None:
    """All named corridors on one map, in one file that needs no network."""
    _draw(_load(data), file, online)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Your own folder; default: the shipped data alone.")] = None,
    output_format: FormatOption = Format.table,
) -> None:
    """Look for problems in the data: exit code 1 on errors, 0 on warnings alone."""
    import corridors
    from corridors import tables

    problems = corridors.check(folder)
    _show(tables.of_problems(problems, str(folder) if folder else "shipped data"), output_format)


def _load(folder: Path | None) -> Network:
    """The network; what is implausible in the user's own folder is said on stderr."""
    import corridors

    network = corridors.load(folder)
    warnings = network.catalog.warnings
    for problem in warnings[:SHOWN_WARNINGS]:
        _say(str(problem))
    if len(warnings) > SHOWN_WARNINGS:
        _say(f"... and {len(warnings) - SHOWN_WARNINGS} more warnings; 'corridors check {folder}' lists them all")
    return network


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise errors.RequestError(f"--date must be a day like 2026-11-23, not {text!r}") from None


def _check_map_options(map_file: Path | None, online: bool) -> None:
    if online and map_file is None:
        raise errors.RequestError("--online goes with --map FILE.html; there is no map to draw")


def _check_pareto_options(context: typer.Context, pareto: str) -> None:
    """A Pareto set has no best criterion, no count and no share: to ask for one as well would be ignored."""
    if pareto:
        for name, option in (("by", "--by"), ("count", "-k"), ("different", "--different")):
            if _is_given(context, name):
                raise errors.RequestError(f"{option} does not go with --pareto, which gives every route none beats")


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _draw(what: Any, file: Path | None, online: bool, network: Network | None = None) -> None:
    if file is None:
        return
    from maps import route_map, scene

    route_map.draw(what, online=online, network=network).save(str(file))
    if hasattr(what, "routes") and len(what.routes) > scene.MAX_DRAWN:
        _say(f"the map has the first {scene.MAX_DRAWN} of {len(what.routes)} routes")
    _say(f"map written to {file}" + ("; it fetches scripts and tiles from the internet when opened" if online else ""))


def _show(report: Report, output_format: Format) -> None:
    from corridors import exports

    if output_format is Format.table and sys.stdout.isatty():
        import shutil

        text = exports.as_table(report, width=shutil.get_terminal_size().columns)
    else:
        text = exports.FORMATS[output_format.value](report)
    sys.stdout.write(text + "\n")
    if report.negative:
        raise typer.Exit(EXIT_NEGATIVE)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main() -> None:
    """Run the command line; every error becomes a message on stderr and an exit code."""
    sys.excepthook = _last_resort
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    command = typer.main.get_command(app)  # not app(): that would put its own hook in the place of ours
    try:
        try:
            command()
        finally:
            sys.stdout.flush()
    except errors.NoRouteError as error:
        _say(str(error))
        sys.exit(EXIT_NEGATIVE)
    except errors.CorridorsError as error:
        _say(f"error: {error}")
        sys.exit(EXIT_USAGE)
    except BrokenPipeError:  # the reader of our pipe has gone; leave without a word, as other tools do
        _drop_output()
        sys.exit(EXIT_DONE)
    except OSError as error:  # a full disk, say; files of ours raise FileAccessError
        _drop_output()
        _say(f"error: the answer cannot be written ({error.strerror or error})")
        sys.exit(EXIT_USAGE)


def _drop_output() -> None:
    """Let the interpreter's last flush of stdout go nowhere, so that it does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _last_resort(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """A bug still says what happened in one line; CORRIDORS_TRACEBACK=1 shows where."""
    if os.environ.get("CORRIDORS_TRACEBACK"):
        sys.__excepthook__(kind, error, trace)
    else:
        _say(f"internal error ({kind.__name__}: {error}); please report it, with the output of CORRIDORS_TRACEBACK=1")
    sys.stderr.flush()
    os._exit(EXIT_BUG)  # a hook cannot set the exit code, and 1 would read as an honest negative


if __name__ == "__main__":
    main()
