"""The options of answers that several commands share: where the data are, and how and where an answer is written.

What is asked comes from ``planner.question`` (``corridors.cli.from_model``). Nothing heavy is imported: a test holds
the enum against its table.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from geodata import errors, saving


class Format(enum.StrEnum):
    """Held against corridors.answers.text.FORMATS by a test."""

    table = "table"
    json = "json"
    csv = "csv"
    markdown = "markdown"
    geojson = "geojson"


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
                raise errors.RequestError(f"{path}: it is written as a page; name a file that ends in .html")
        else:
            from maps.figures import write as figures

            figures.check(path)
