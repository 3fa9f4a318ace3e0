"""Rows of plain values as data frames and as HTML. pandas and geopandas are imported when a frame is asked for."""

from __future__ import annotations

import html as html_
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame

Row = Mapping[str, Any]

MAX_ROWS = 60
"""Rows of an HTML table; what is beyond them is counted."""


def table(rows: Iterable[Row], index: str | None = None) -> pandas.DataFrame:
    """A DataFrame with one row each; ``index`` names the column to index by."""
    import pandas

    made = pandas.DataFrame([dict(row) for row in rows])
    return made.set_index(index) if index else made


def flat(row: Row) -> dict[str, Any]:
    """The row with lists joined with '; ', for formats that know no lists."""
    return {key: "; ".join(map(str, value)) if isinstance(value, list) else value for key, value in row.items()}


def lines(rows: Sequence[Row]) -> GeoDataFrame:
    """A GeoDataFrame (EPSG:4326) of rows with ``coordinates``; lists are joined with '; '."""
    import geopandas
    from shapely.geometry import LineString

    geometry = [LineString(row["coordinates"]) for row in rows]
    values = [{key: value for key, value in flat(row).items() if key != "coordinates"} for row in rows]
    made = geopandas.GeoDataFrame(values, geometry=geometry, crs="EPSG:4326")
    if "gauge_mm" in made:
        made["gauge_mm"] = made["gauge_mm"].astype("Int64")  # whole numbers, and nothing where there is no gauge
    return made


def rounded(row: Row) -> dict[str, str]:
    """Numbers for people."""
    return {key.replace("_", " "): f"{value:,.0f}" for key, value in row.items()}


def html(title: str, rows: Sequence[Row], notes: Iterable[str] = ()) -> str:
    """A plain HTML table for a notebook, every text escaped."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    head = "".join(f"<th>{html_.escape(key)}</th>" for key in columns)
    body = ""
    for row in rows[:MAX_ROWS]:
        cells = ("" if row.get(key) is None else str(row.get(key)) for key in columns)
        body += "<tr>" + "".join(f"<td>{html_.escape(cell)}</td>" for cell in cells) + "</tr>"
    more = [f"... and {len(rows) - MAX_ROWS} more rows"] if len(rows) > MAX_ROWS else []
    after = "".join(f"<p>{html_.escape(note)}</p>" for note in [*more, *notes])
    heading = f"<caption>{html_.escape(title)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{heading}<tbody>{body}</tbody></table>{after}"
