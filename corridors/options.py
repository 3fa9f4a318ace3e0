"""The options that several commands share. Nothing heavy is imported: tests hold the enums against their tables."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from geodata import errors, saving


class Criterion(enum.StrEnum):
    """Held against planner.price.measures.MEASURES by a test, so that --help need not import the planner."""

    distance = "distance"
    time = "time"
    cost = "cost"
    co2e = "co2e"
    generalized = "generalized"


class Format(enum.StrEnum):
    """Held against corridors.answers.text.FORMATS by a test."""

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
ClosuresOption = Annotated[
    ClosureRule,
    typer.Option("--closures", help="Closures in force: warn of them, or apply; in a future year those with an end."),
]
DateOption = Annotated[str | None, typer.Option("--date", help="Day for closures, YYYY-MM-DD; default: the data's.")]
CargoOption = Annotated[str, typer.Option("--cargo", help="Kind of cargo; it sets the value of time.")]
TonnesOption = Annotated[float | None, typer.Option("--tonnes", help="Tonnes; default: one TEU of 20 t.")]
CentralOption = Annotated[
    bool, typer.Option("--central", help="Rank and add up central values; default: expected ones.")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="Your own folder, laid over the shipped data.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How the answer is written.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Also write the answer to a file, by its suffix: xlsx, csv, json, md; lines: geojson; routes: gpkg, kml, "
        "gpx, shp, fgb, parquet, graphml.",
    ),
]
MapOption = Annotated[Path | None, typer.Option("--map", help="Also draw the routes: one HTML file, no network.")]
OnlineOption = Annotated[bool, typer.Option("--online", help="Map tiles from the internet over the base map.")]
FigureOption = Annotated[Path | None, typer.Option("--figure", help="Also draw the map as a .png, .svg or .pdf file.")]
ChartOption = Annotated[
    Path | None, typer.Option("--chart", help="Also draw hours and USD over distance as a .png, .svg or .pdf file.")
]
BandOption = Annotated[
    bool, typer.Option("--band", help="With --map or --chart: the 10th to 90th percentile of each route's hours.")
]


@dataclass(frozen=True)
class Files:
    """The files that a command is to write beside its answer."""

    output: Path | None = None
    map_file: Path | None = None
    online: bool = False
    figure: Path | None = None
    chart: Path | None = None
    band: bool = False

    def check(self) -> None:
        """Refuse what would be ignored or could not be written, before any work is done."""
        if self.online and self.map_file is None:
            raise errors.RequestError("--online goes with --map FILE.html; there is no map to draw")
        if self.band and self.map_file is None and self.chart is None:
            raise errors.RequestError("--band goes with --map or --chart; there is no chart to draw")
        named = {"-o": self.output, "--map": self.map_file, "--figure": self.figure, "--chart": self.chart}
        taken: dict[Path, str] = {}
        for option, path in named.items():
            if path is None:
                continue
            self._check_suffix(option, path)
            saving.check(path)
            beside = [path.with_name(f"{path.stem}_hubs{path.suffix}")] if path.suffix.lower() == ".shp" else []
            for place in (path.resolve(), *(each.resolve() for each in beside)):
                if place in taken:
                    raise errors.RequestError(f"{taken[place]} and {option} would write the same file, {place}")
                taken[place] = option

    def _check_suffix(self, option: str, path: Path) -> None:
        if option == "-o":
            from corridors.answers.files import check as check_suffix

            check_suffix(path)
        elif option == "--map":
            if path.suffix.lower() not in (".html", ".htm"):
                raise errors.RequestError(f"--map {path}: a map is a page; name a file that ends in .html")
        else:
            from maps.figures import write as figures

            figures.check(path)
