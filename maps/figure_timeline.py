"""The picture of a timeline: the best value of each year as steps, what changed it, and the corridors as they open."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maps import palette, strokes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY, RIM = "#666666", "#222222"


@dataclass(frozen=True)
class Steps:
    """``values`` of the years (None: no route); ``events`` (year, value, best route, what opened); ``corridors``
    (name, value, year of opening or None when it is open); ``late`` another line of values with what it is.
    """

    title: str
    up: str
    years: tuple[int, ...]
    values: tuple[float | None, ...]
    events: tuple[tuple[int, float | None, str, str], ...]
    corridors: tuple[tuple[str, float, int | None], ...]
    late: tuple[str, list[float | None]] | None


def figure(view: Steps) -> Figure:
    """Steps over years, numbered where the best route changes; the numbers are told of below."""
    texts = [line for number, event in enumerate(view.events, start=1) for line in _told(number, event)]
    below = 0.2 * len(texts) + 0.6
    tall = 4.6 + below
    figure = strokes.figure(8.6, tall)
    axes = figure.add_axes((0.09, below / tall + 0.02, 0.74, 1 - below / tall - 0.12))
    start, end = view.years[0], view.years[-1] + 1
    edges = [*view.years, end]
    if view.late is not None:
        axes.step(
            edges,
            _closed(view.late[1]),
            where="post",
            color=palette.OKABE_ITO[1],
            lw=1.8,
            ls=(0, (4, 2)),
            zorder=4,
            label=view.late[0],
        )
    axes.step(edges, _closed(list(view.values)), where="post", color=RIM, lw=2.8, zorder=5, label="best route")
    _corridors(axes, view, end)
    for number, (year, value, _, _) in enumerate(view.events, start=1):
        if value is not None:
            axes.annotate(
                str(number),
                (year, value),
                ha="center",
                va="center",
                fontsize=8.5,
                fontweight="bold",
                zorder=8,
                bbox={"boxstyle": "circle,pad=0.25", "fc": "white", "ec": RIM},
                annotation_clip=False,
            )
    axes.set_xlim(start, end)
    axes.set_ylabel(view.up)
    axes.grid(color="#e8e8e8", lw=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ticks = [year for year in view.years if (year - start) % max(1, len(view.years) // 12) == 0]
    axes.set_xticks([year + 0.5 for year in ticks], [str(year) for year in ticks])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if any(row[2] is not None for row in view.corridors):
        axes.plot([], [], color=GREY, lw=0.9, ls=(0, (1, 3)), label="not open yet")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.995), ncols=3, frameon=False, fontsize=8.5, borderaxespad=0.1)
    axes.set_title(view.title, fontsize=12, fontweight="bold", loc="left", pad=22)
    for row, text in enumerate(texts):
        figure.text(0.03, (below - 0.35 - 0.2 * row) / tall, text, fontsize=8.5, va="top")
    return figure


def _told(number: int, event: tuple[int, float | None, str, str]) -> list[str]:
    """A change of the best route as lines of text."""
    year, _, best, because = event
    text = f"{number}  {year}: {best}" + (f", over {because}" if because else "")
    return textwrap.wrap(text, 112, subsequent_indent="      ")


def _closed(values: list[float | None]) -> list[float]:
    """The last value again, so that the last year has its width; nan leaves a gap."""
    found = [np.nan if value is None else value for value in values]
    return [*found, found[-1]]


def _corridors(axes: Axes, view: Steps, end: int) -> None:
    """A thin line for each corridor, dotted before it opens, with its name at the right."""
    shown = [row for row in view.corridors if row[2] is None or row[2] < end]
    values = [value for value in (*view.values, *(row[1] for row in shown)) if value is not None]
    low, high = min(values), max(values)
    room = 0.07 * (high - low or high)
    axes.set_ylim(max(0.0, low - room), high + room)
    at = _apart([row[1] for row in shown], 0.045 * (high - low + 2 * room))
    for number, ((name, value, year), text_at) in enumerate(zip(shown, at, strict=True)):
        colour = palette.OKABE_ITO[(number + 2) % 6]
        opens = view.years[0] if year is None else max(year, view.years[0])
        axes.plot([view.years[0], opens], [value, value], color=colour, lw=0.9, ls=(0, (1, 3)), zorder=2)
        axes.plot([opens, end], [value, value], color=colour, lw=1.4, zorder=3)
        if opens > view.years[0]:
            axes.plot([opens], [value], marker="|", ms=9, color=colour, zorder=3)
        text = name if year is None else f"{name} from {year}"
        axes.annotate(
            text,
            (end, value),
            xytext=(end + 0.02 * (end - view.years[0]), text_at),
            textcoords="data",
            fontsize=8,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.7, "shrinkA": 0, "shrinkB": 0, "relpos": (0, 0.5)},
        )


def _apart(values: list[float], least: float) -> list[float]:
    """Places for texts, near the values and at least so far apart."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    places = dict(zip(order, (values[at] for at in order), strict=True))
    for _ in range(200):
        moved = False
        for lower, upper in itertools.pairwise(order):
            lack = least - (places[upper] - places[lower])
            if lack > 1e-9 * least:
                places[lower] -= lack / 2
                places[upper] += lack / 2
                moved = True
        if not moved:
            break
    return [places[at] for at in range(len(values))]
