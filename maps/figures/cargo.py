"""The picture of trade and cargo: a tonne's cost above the best over the value of time, and a year's trade by route.

Routes are told apart by numbers that stand at both ends of their curves and before their bars: no colour is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maps import palette
from maps.figures import paper as sheet
from maps.figures.paper import INK, LIGHT, Paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES: tuple[Any, ...] = ("-", (0, (6, 1.5)), (0, (2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
POINTS = 121
MARGIN = 0.035
"""The share of the width, on either side, in which numbers stand."""

APART = 0.045
"""The numbers of two curves stand so far apart at least, as a share of the height."""


MANY_TICKS = 1000.0
"""From this ratio of the ends on an axis has ticks at powers of ten only."""


@dataclass(frozen=True, slots=True)
class CargoRoute:
    """A route: its line over the value of time, USD (million) of a year's trade, and a note for its bar."""

    id: str
    fixed_usd_per_t: float
    hours: float
    is_unbuilt: bool
    million_usd_per_year: float
    note: str

    def at(self, value_of_time: float) -> float:
        return self.fixed_usd_per_t + value_of_time * self.hours


Mark = tuple[str, float, float, float]
"""A commodity: name, value of time, its low and high."""


def figure(
    title: str, ways: Sequence[CargoRoute], marks: Sequence[Mark], steps: Sequence[tuple[float, str]], about: str
) -> Figure:
    """Curves with the commodities as marks on the left, bars of a year on the right."""
    tall = max(5.6, 1.9 + 0.36 * len(ways))
    page = Paper.of(13.2, tall)
    page.text(0.2, 0.15, title, 12, bold=True)
    page.text(
        0.2, 0.52, "Generalized cost of a tonne above the best of all; on the thick line, which route that is", 8.5
    )
    page.text(7.15, 0.52, sheet.wrapped(about, 90, 1), 8.5)
    _curves(page.axes(0.7, 1.3, 6.1, tall - 1.9), ways, marks, steps)
    _bars(page.axes(8.6, 0.85, 4.3, tall - 1.45), ways)
    return page.figure


def _curves(axes: Axes, ways: Sequence[CargoRoute], marks: Sequence[Mark], steps: Sequence[tuple[float, str]]) -> None:
    known = [value for _, *values in marks for value in values if value > 0] or [1.0]  # a logarithm has no zero
    low, high = min(known) / 2, max(known) * 2
    grid = [low * (high / low) ** (at / (POINTS - 1)) for at in range(POINTS)]
    grid = sorted({*grid, *(value for value, _ in steps if low < value < high)})  # a curve touches zero where it ties
    best = [min(way.at(x) for way in ways) for x in grid]
    curves = [[100.0 * (way.at(x) / least - 1.0) for x, least in zip(grid, best, strict=True)] for way in ways]
    most = max(10.0, *(value for curve in curves for value in curve))
    for at, curve in enumerate(curves):
        axes.plot(grid, curve, color=palette.paint(at).colour, lw=1.3, ls=DASHES[at % len(DASHES)])
    _envelope(axes, [way.id for way in ways], steps, low, high)
    margin = (high / low) ** MARGIN
    for value, x, number in ((low, low / margin, 0), (high, high * margin, -1)):
        heights = _spread([curve[number] / most for curve in curves])
        for at, height in enumerate(heights):
            axes.plot([value, x], [curves[at][number], height * most], color=LIGHT, lw=0.7, zorder=1)
            axes.annotate(
                str(at + 1),
                (x, height * most),
                fontsize=7.5,
                ha="center",
                va="center",
                zorder=5,
                bbox={"fc": "white", "ec": LIGHT, "lw": 0.6, "pad": 1.0},
            )
    axes.set_xscale("log")
    axes.set_xticks(_ticks(low, high), minor=False)
    axes.set_xticks([], minor=True)  # matplotlib labels minor ticks of a short axis by itself, in mathtext
    axes.set_xlim(low / margin**1.5, high * margin**1.5)
    axes.set_ylim(-0.09 * most, 1.04 * most)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.4g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:+,.0f} %" if value > 0 else "best" if value == 0 else "")
    _marks(axes, marks)
    axes.set_xlabel("value of time, USD per tonne and hour (shaded: low to high of a commodity)", fontsize=8.5)
    axes.tick_params(labelsize=7.5, which="both")
    axes.grid(axis="y", color="#e6e6e6", lw=0.5)
    axes.set_axisbelow(True)
    for where in ("top", "right"):
        axes.spines[where].set_visible(False)


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of every power of ten between two values, or the powers of ten alone where these are many.

    >>> _ticks(5.2, 62.5), _ticks(0.003, 62.5)
    ([10.0, 20.0, 50.0], [0.01, 0.1, 1.0, 10.0])
    """
    steps = (1, 2, 5) if high / low < MANY_TICKS else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [float(f"{step}e{power}") for power in powers for step in steps if low <= step * 10.0**power <= high]


def _envelope(axes: Axes, ids: Sequence[str], steps: Sequence[tuple[float, str]], low: float, high: float) -> None:
    """The thick line of the best, with the number of the route that it is between two ties."""
    ends = [*(value for value, _ in steps[1:]), high]
    for (start, key), end in zip(steps, ends, strict=True):
        left, right = max(start, low), min(end, high)
        if left >= right:
            continue
        axes.plot([left, right], [0.0, 0.0], color=INK, lw=3.2, solid_capstyle="butt", zorder=4)
        axes.annotate(
            str(ids.index(key) + 1),
            (math.sqrt(left * right), 0.0),
            xytext=(0, -11),
            fontsize=8.5,
            ha="center",
            va="center",
            textcoords="offset points",
            fontweight="bold",
            zorder=6,
        )
        if right < high:
            axes.plot([right, right], [0.0, 0.0], marker="|", ms=13, mew=1.6, color=INK, zorder=5)


def _marks(axes: Axes, marks: Sequence[Mark]) -> None:
    """The commodities; a name that would run into the one before stands a line higher."""
    last, line = 0.0, 0
    for name, value, start, end in sorted(marks, key=lambda mark: mark[1]):
        if value <= 0:
            continue
        axes.axvline(value, color=INK, lw=0.9, ls=":")
        axes.axvspan(start if start > 0 else axes.get_xlim()[0], end, color="#000000", alpha=0.05, lw=0)
        line = (line + 1) % 3 if value < 4 * last else 0
        last = value
        axes.annotate(
            name,
            (value, 1.0),
            xytext=(0, 3 + 11 * line),
            xycoords=("data", "axes fraction"),
            fontsize=8,
            textcoords="offset points",
            ha="center",
            va="bottom",
            annotation_clip=False,
        )


def _spread(heights: Sequence[float]) -> list[float]:
    """Heights (0 to 1) moved up, and where they would leave the top down again, until they stand APART; in order."""
    found = list(heights)
    order = sorted(range(len(found)), key=lambda number: found[number])
    last = -math.inf
    for at in order:
        found[at] = last = max(found[at], last + APART)
    last = 1.0 + APART
    for at in reversed(order):
        found[at] = last = min(found[at], last - APART)
    return found


def million(usd: float) -> str:
    """Millions in three figures at least, so that what differs does not read the same.

    >>> million(6.2394), million(41.5), million(757.2), million(1098.5)
    ('6.24', '41.5', '757', '1,098')
    """
    return f"{usd:,.{0 if usd >= 100 else 1 if usd >= 10 else 2}f}"


def _bars(axes: Axes, ways: Sequence[CargoRoute]) -> None:
    most = max(way.million_usd_per_year for way in ways) or 1.0
    for at, way in enumerate(ways):
        paint = "white" if way.is_unbuilt else "#b5b5b5"
        axes.barh(
            at, way.million_usd_per_year, height=0.72, fc=paint, ec=INK, lw=0.7, hatch="////" if way.is_unbuilt else ""
        )
        axes.annotate(
            f"{million(way.million_usd_per_year)}  {way.note}",
            (0, at),
            xytext=(4, 0),
            fontsize=7,
            textcoords="offset points",
            va="center",
            bbox={"fc": "white", "ec": "none", "alpha": 0.88, "pad": 0.9},
        )
    names = [f"{at + 1}  {way.id}" for at, way in enumerate(ways)]
    axes.set_yticks(range(len(ways)), names, fontsize=8)
    axes.set_ylim(len(ways) - 0.4, -0.6)
    axes.set_xlim(0, 1.04 * most)
    sheet.bare(axes)
    sheet.values(axes, 6)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("freight, million USD a year; hatched: not all of it is built", fontsize=8.5)
