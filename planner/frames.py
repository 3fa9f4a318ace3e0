"""Rows of plain values as data frames. pandas and geopandas are imported when a frame is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from geopandas import GeoDataFrame

Row = Mapping[str, Any]


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
