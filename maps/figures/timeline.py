"""The picture of a timeline: the best value of each year as steps, what changed it, and the corridors as they open.

Years without a route stand in a strip of their own below the values.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maps import palette
from maps.figures import strokes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY, RIM = "#666666", "#222222"

WIDTH, LEFT, TALL, STRIP = 8.6, 0.85, 4.6, 0.42
"""Inches of the picture, of the space for the values at its left, of the steps with their title, and of the strip of
years without a route."""

LETTER = 0.066
"""Inches of a letter of the names at the right."""

FLAT = 0.02
"""Values that lie within this share of each other are one to the eye."""


@dataclass(frozen=True)
class StepLine:
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


def figure(view: StepLine) -> Figure:
    """Steps over years, numbered where the best route changes; the numbers are told of below."""
    texts = [line for number, event in enumerate(view.events, start=1) for line in _told(number, event)]
    lines = [view.values, *([view.late[1]] if view.late is not None else [])]
    gaps = any(None in values for values in lines)
    below = 0.2 * len(texts) + 0.35
    strip = STRIP if gaps else 0.0
    tall = TALL + strip + below
    figure = strokes.figure(WIDTH, tall)
    names = [_corridor_text(name, year) for name, _, year in view.corridors]
    right = 0.3 + LETTER * max(map(len, names), default=0)
    wide = (WIDTH - LEFT - right) / WIDTH
    axes = figure.add_axes((LEFT / WIDTH, (below + strip + 0.1) / tall, wide, (TALL - 0.65) / tall))
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
            _mark(axes, number, year, value)
    axes.set_xlim(start, end)
    axes.set_ylabel(view.up)
    axes.grid(color="#e8e8e8", lw=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    ticks = [year for year in view.years if (year - start) % max(1, len(view.years) // 12) == 0]
    axes.set_xticks([year + 0.5 for year in ticks], [str(year) for year in ticks])
    if gaps:
        axes.tick_params(labelbottom=False)
        low = figure.add_axes((LEFT / WIDTH, (below + 0.1) / tall, wide, (STRIP - 0.06) / tall), sharex=axes)
        _without(low, view)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if any(row[2] is not None for row in view.corridors):
        axes.plot([], [], color=GREY, lw=0.9, ls=(0, (1, 3)), label="not open")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.995), ncols=3, frameon=False, fontsize=8.5, borderaxespad=0.1)
    axes.set_title(view.title, fontsize=12, fontweight="bold", loc="left", pad=22)
    for row, text in enumerate(texts):
        figure.text(0.03, (below - 0.3 - 0.2 * row) / tall, text, fontsize=8.5, va="top")
    return figure


def _mark(axes: Axes, number: int, year: int, value: float) -> None:
    """The number of a change, where it happens; a little to the right, or the first would hide a figure of the axis."""
    axes.annotate(
        str(number),
        (year, value),
        xytext=(9, 0),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=8.5,
        fontweight="bold",
        zorder=8,
        bbox={"boxstyle": "circle,pad=0.25", "fc": "white", "ec": RIM},
        annotation_clip=False,
    )


def _without(axes: Axes, view: StepLine) -> None:
    """The strip of the years that have no route: of the best in black, of the other line dashed above it."""
    axes.set_ylim(0, 1)
    axes.set_yticks([0.5], ["no route"])
    axes.tick_params(axis="y", length=0)
    axes.set_facecolor("#f3f3f3")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    late = view.late is not None and None in view.late[1]
    height = 0.3 if late else 0.5
    for start, end in _gaps(view.years, view.values):
        axes.plot([start, end], [height, height], color=RIM, lw=2.8, zorder=5, solid_capstyle="butt")
    if view.late is not None:
        for start, end in _gaps(view.years, view.late[1]):
            axes.plot([start, end], [0.75, 0.75], color=palette.OKABE_ITO[1], lw=1.8, ls=(0, (4, 2)), zorder=4)
    for number, (year, value, _, _) in enumerate(view.events, start=1):
        if value is None:
            _mark(axes, number, year, height)


def _gaps(years: Sequence[int], values: Sequence[float | None]) -> list[tuple[int, int]]:
    """From where to where there is no value.

    >>> _gaps((2026, 2027, 2028, 2029), (None, None, 5.0, None))
    [(2026, 2028), (2029, 2030)]
    """
    found: list[tuple[int, int]] = []
    for year, value in zip(years, values, strict=True):
        if value is None:
            begun = found.pop()[0] if found and found[-1][1] == year else year
            found.append((begun, year + 1))
    return found


def _corridor_text(name: str, year: int | None) -> str:
    return name if year is None else f"{name} from {year}"


def _told(number: int, event: tuple[int, float | None, str, str]) -> list[str]:
    """A change of the best route as lines of text."""
    year, _, best, because = event
    text = f"{number}  {year}: {best}" + (f", over {because}" if because else "")
    return textwrap.wrap(text, 112, subsequent_indent="      ")


def _closed(values: list[float | None]) -> list[float]:
    """The last value again, so that the last year has its width; nan leaves a gap."""
    found = [np.nan if value is None else value for value in values]
    return [*found, found[-1]]


def _corridors(axes: Axes, view: StepLine, end: int) -> None:
    """A thin line for each corridor, dotted before it opens, with its name at the right."""
    shown = [row for row in view.corridors if row[2] is None or row[2] < end]
    values = [value for value in (*view.values, *(row[1] for row in shown)) if value is not None]
    low, high = min(values), max(values)
    if high - low < FLAT * high:  # one value: seen from 0, or the picture would be of nothing but its last digits
        low = 0.0
    room = 0.07 * (high - low)
    axes.set_ylim(max(0.0, low - room), high + room)
    at = _apart([row[1] for row in shown], 0.045 * (high - low + 2 * room))
    for number, ((name, value, year), text_at) in enumerate(zip(shown, at, strict=True)):
        colour = palette.OKABE_ITO[(number + 2) % 6]
        opens = view.years[0] if year is None else max(year, view.years[0])
        axes.plot([view.years[0], opens], [value, value], color=colour, lw=0.9, ls=(0, (1, 3)), zorder=2)
        axes.plot([opens, end], [value, value], color=colour, lw=1.4, zorder=3)
        if opens > view.years[0]:
            axes.plot([opens], [value], marker="|", ms=9, color=colour, zorder=3)
        axes.annotate(
            _corridor_text(name, year),
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
