"""The commands of the studies: their options, one command each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridors import console
from corridors.cli import asking
from corridors.options import (
    AsOfOption,
    AvoidOption,
    CargoOption,
    CentralOption,
    ClosureRule,
    ClosuresOption,
    Criterion,
    DataOption,
    DateOption,
    Destination,
    Format,
    FormatOption,
    IncludeOption,
    ModeOption,
    Origin,
    OutputOption,
    Status,
    TonnesOption,
)

FigureOption = Annotated[
    Path | None, typer.Option("--figure", help="Also draw the answer as a .png, .svg or .pdf file.")
]

RoutesOption = Annotated[
    int, typer.Option("--routes", help="So many of the best really different routes are candidates beside corridors.")
]
SameWayOption = Annotated[
    float,
    typer.Option(
        "--different",
        help="Of two candidates that share more than this of their km the worse gives way; 1 keeps all.",
    ),
]


def rank(
    origin: Origin,
    destination: Destination,
    by: Annotated[Criterion, typer.Option("--by", help="What decides which corridor is the best.")] = Criterion.time,
    draws: Annotated[int, typer.Option("--draws", help="How often all figures are drawn, 1 to 200,000.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same answer.")] = 1,
    spread: Annotated[
        float, typer.Option("--spread", help="How wide figures are drawn, 0 to 5; 1: as stated, 0: all central.")
    ] = 1.0,
    shut: Annotated[
        float | None,
        typer.Option(
            "--shut", help="Chance (0 to 1) of each closure without a known end; default: the data's; 0: none."
        ),
    ] = None,
    routes: RoutesOption = 5,
    different: SameWayOption = 0.8,
    mode: ModeOption = None,
    avoid: AvoidOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """Which corridor is the best when figures are drawn from low to high: chances, percentiles, regret, evidence.

    Example: corridors rank Almaty Karachi --draws 10000 --seed 1 --figure rank.png
    """
    options = {
        "origin": origin,
        "destination": destination,
        "by": by,
        "draws": draws,
        "seed": seed,
        "spread": spread,
        "shut": shut,
        "routes": routes,
        "different": different,
        "modes": mode or (),
        "avoid": avoid or (),
        "include": include,
        "as_of": as_of,
        "closures": closures,
        "date": console.day(day),
        "cargo": cargo,
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("rank", options, data, output_format, output, figure)


def breakeven(
    first: Annotated[str, typer.Argument(help="A named corridor; with --from and --to also: best.")],
    second: Annotated[str, typer.Argument(help="Another one.")],
    vary: Annotated[
        str | None,
        typer.Option(
            "--vary", help="The parameter, e.g. rail-speed:AF or opening-year; left out: all that have a tie."
        ),
    ] = None,
    vary_too: Annotated[
        str | None, typer.Option("--and", help="A second parameter: the map of who wins where.")
    ] = None,
    all_corridors: Annotated[bool, typer.Option("--all", help="With --and: all named corridors on the map.")] = False,
    by: Annotated[Criterion, typer.Option("--by", help="What is to be equal.")] = Criterion.time,
    origin: Annotated[str | None, typer.Option("--from", help="With --to: the corridors between these places.")] = None,
    destination: Annotated[str | None, typer.Option("--to", help="Place, as above.")] = None,
    draws: Annotated[int | None, typer.Option("--draws", help="Draws for the interval of the tie.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed gives the same draws.")] = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """At which value of one parameter one route overtakes another, with its interval, or why never.

    Examples: corridors breakeven ktap qtta-kkh --vary rail-speed:AF --by cost;
    corridors breakeven ktap trans-caspian --vary rail-speed:AF --and ferry-wait:aktau
    """
    options = {
        "origin": origin,
        "destination": destination,
        "first": first,
        "second": second,
        "by": by,
        "vary": vary,
        "vary_too": vary_too,
        "all_corridors": all_corridors,
        "draws": draws,
        "seed": seed,
        "avoid": avoid,
        "modes": mode,
        "include": include,
        "as_of": as_of,
        "closures": closures,
        "date": console.day(day),
        "cargo": cargo,
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("breakeven", options, data, output_format, output, figure)


def timeline(
    origin: Origin,
    destination: Destination,
    by: Annotated[Criterion, typer.Option("--by", help="What the best route of a year is by.")] = Criterion.time,
    from_year: Annotated[int | None, typer.Option("--from", help="First year; default: the year of the data.")] = None,
    to_year: Annotated[int | None, typer.Option("--to", help="Last year; default: 2040.")] = None,
    slip: Annotated[
        list[str] | None,
        typer.Option(
            "--slip", help="PROJECT:YEARS, a project that opens later (below 0: earlier); repeat it for more."
        ),
    ] = None,
    slip_all: Annotated[
        int | None, typer.Option("--slip-all", help="Each project that matters slips by so many years, alone; 0: none.")
    ] = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """The best route and the corridors year by year as projects open, and what changes if one slips.

    Example: corridors timeline Almaty Karachi --to 2040 --slip ktap_herat_kandahar:3
    """
    options = {
        "origin": origin,
        "destination": destination,
        "by": by,
        "from_year": from_year,
        "to_year": to_year,
        "slip": slip,
        "slip_all": slip_all,
        "avoid": avoid,
        "modes": mode,
        "closures": closures,
        "date": console.day(day),
        "cargo": cargo,
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("timeline", options, data, output_format, output, figure)


def close(
    origin: Origin,
    destination: Destination,
    by: Annotated[
        Criterion, typer.Option("--by", help="What the best route is by, before and after.")
    ] = Criterion.time,
    count: Annotated[int | None, typer.Option("-k", help="Close what lies on so many best routes; default: 1.")] = None,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """What each closure on the best routes costs, what cuts the places off, and how many routes share no segment.

    Example: corridors closures Tashkent Karachi --by cost
    """
    options = {
        "origin": origin,
        "destination": destination,
        "by": by,
        "count": count,
        "avoid": avoid,
        "modes": mode,
        "include": include,
        "as_of": as_of,
        "closures": closures,
        "date": console.day(day),
        "cargo": cargo,
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("closures", options, data, output_format, output, figure)


def cargo(
    origin: Origin,
    destination: Destination,
    commodity: Annotated[
        list[str] | None,
        typer.Option(
            "--commodity", help="A cargo of the rates; repeat it. Default: agriculture, pharmaceuticals, construction."
        ),
    ] = None,
    million_usd: Annotated[
        list[float] | None,
        typer.Option("--million-usd", help="Trade a year; repeat it. Default: Kazakhstan-Pakistan 2024, 2025, goal."),
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option("--share", help="COMMODITY:PART of the value, for each commodity; default: equal parts."),
    ] = None,
    routes: RoutesOption = 2,
    different: SameWayOption = 0.8,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """What each commodity prefers by its value of time, and what a year's trade costs, emits and fills.

    Example: corridors cargo Almaty Karachi --share agriculture:0.5 --share pharmaceuticals:0.2 --share construction:0.3
    """
    options = {
        "origin": origin,
        "destination": destination,
        "commodity": commodity,
        "million_usd": million_usd,
        "share": share,
        "routes": routes,
        "different": different,
        "avoid": avoid,
        "modes": mode,
        "include": include,
        "as_of": as_of,
        "closures": closures,
        "date": console.day(day),
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("cargo", options, data, output_format, output, figure)


def gateways(
    origin: Origin,
    market: Annotated[
        list[str] | None, typer.Option("--market", help="A market or port over the sea; repeat it. Default: all.")
    ] = None,
    gateway: Annotated[
        list[str] | None, typer.Option("--gateway", help="A port to go through; repeat it. Default: all.")
    ] = None,
    build: Annotated[
        list[str] | None,
        typer.Option("--build", help="A corridor or project that counts as built; repeat it. Default: ktap."),
    ] = None,
    close: Annotated[
        list[str] | None, typer.Option("--close", help="A strait that is shut: hormuz, suez, bab_el_mandeb ...")
    ] = None,
    by: Annotated[Criterion, typer.Option("--by", help="What the best gateway is by.")] = Criterion.time,
    avoid: AvoidOption = None,
    mode: ModeOption = None,
    include: IncludeOption = Status.operational,
    as_of: AsOfOption = None,
    closures: ClosuresOption = ClosureRule.warn,
    day: DateOption = None,
    cargo: CargoOption = "general",
    tonnes: TonnesOption = None,
    central: CentralOption = False,
    data: DataOption = None,
    output_format: FormatOption = Format.table,
    output: OutputOption = None,
    figure: FigureOption = None,
) -> None:
    """Which port is the best for which market of the world, now and once a corridor is built, and if a strait is shut.

    Example: corridors gateways Almaty --market "Jebel Ali" --market Rotterdam --close suez --avoid Iran
    """
    options = {
        "origin": origin,
        "markets": market,
        "gateways": gateway,
        "build": build,
        "close": close,
        "by": by,
        "avoid": avoid,
        "modes": mode,
        "include": include,
        "as_of": as_of,
        "closures": closures,
        "date": console.day(day),
        "cargo": cargo,
        "tonnes": tonnes,
        "central": central,
    }
    asking.ask("gateways", options, data, output_format, output, figure)


def register(app: typer.Typer) -> None:
    """Put the commands of all studies into the command line."""
    app.command()(rank)
    app.command()(breakeven)
    app.command()(timeline)
    app.command("closures")(close)
    app.command()(cargo)
    app.command()(gateways)
