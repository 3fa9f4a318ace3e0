"""The pictures of a break-even: two totals over one parameter, who wins where over two. Told apart without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from maps import palette
from maps.figures import strokes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

Floats = NDArray[np.float64]

DASHES = ("-", (0, (6, 2)))
"""Of the first and of the second line."""

HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++", "oo", "||")
TITLE_WIDE = 66
"""So many letters of a title stand in one line."""

GREY, RIM = "#555555", "#222222"

MOST = 14
"""So many bars of what would make two equal are drawn."""

LETTER, INNER = 0.1, 7.0
"""Inches of a bold letter of a region's name, and about those that the axes are wide."""


@dataclass(frozen=True)
class Lines:
    """Two totals over one parameter. ``ties`` are (value, p10, p90); ``spread`` is low and high of the data."""

    title: str
    across: str
    up: str
    names: tuple[str, str]
    totals: Callable[[float], tuple[float, float]]
    now: float
    ties: tuple[tuple[float, float, float], ...]
    limits: tuple[float, float]
    spread: tuple[float | None, float | None]
    note: str
    boundless: tuple[float, float] | None = None

    @property
    def window(self) -> tuple[float, float]:
        """What is shown of the parameter: today's value with its spread, and each tie with room around it."""
        low, high = self.limits
        marks = [self.now, *(value for value in self.spread if value is not None), *(tie[0] for tie in self.ties)]
        marks += [end for value, *ends in self.ties for end in ends if value / 4 <= end <= 2.5 * value]
        if not self.ties:
            marks += [high] if high <= 6 * self.now else [3 * self.now]
        start, end = max(low, 0.7 * min(marks)), min(high, 1.2 * max(marks))
        return (start, end) if start < end else (low, high)


def lines(view: Lines) -> Figure:
    """Both totals over the parameter, each tie with its interval, today's value and the limits."""
    figure, axes = _framed(view.title, view.across, view.up)
    start, end = view.window
    x = np.linspace(max(start, 1e-6 * end), end, 400)
    both = np.array([view.totals(value) for value in x.tolist()])
    shown = both[np.isfinite(both).all(axis=1)]
    now = view.totals(view.now)
    top = min(float(shown.max()), 2.2 * max(*now, *(view.totals(tie[0])[0] for tie in view.ties)))
    floor = float(shown.min())
    room = 0.12 * (top - floor) or 0.05 * top
    axes.set_xlim(start, end)
    axes.set_ylim(max(0.0, floor - room), top + 2 * room)
    for number, name in enumerate(view.names):
        axes.plot(x, both[:, number], color=palette.OKABE_ITO[number], lw=2.2, ls=DASHES[number], label=name, zorder=3)
    axes.axvline(view.now, color=GREY, lw=1, ls=":", zorder=2, label=f"now, {view.now:,.4g}")
    for value, p10, p90 in view.ties:
        axes.axvspan(
            max(p10, start),
            min(p90, end),
            color="#000000",
            alpha=0.08,
            lw=0,
            zorder=0,
            label=f"10th to 90th percentile of the tie: {_end(p10)} to {_end(p90)}",
        )
        total = view.totals(value)[0]
        axes.plot(
            [value],
            [total],
            marker="D",
            ms=8,
            mfc="white",
            mec=RIM,
            mew=1.6,
            zorder=6,
            ls="",
            clip_on=False,
            label=f"tie at {value:,.4g}",
        )
    _limits(axes, view, (start, end))
    if view.note:
        axes.plot([], [], ls="", label=view.note)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False, fontsize=8.5)
    return figure


def _end(value: float) -> str:
    return f"{value:,.4g}" if np.isfinite(value) else "below the limit" if value < 0 else "beyond the limit"


def _limits(axes: Axes, view: Lines, window: tuple[float, float]) -> None:
    """The limits of the parameter that lie in the window, and what is left of a total without any limit."""
    for limit in view.limits:
        if window[0] <= limit <= window[1] and limit > 0:
            axes.axvline(limit, color=RIM, lw=2.5, zorder=2, clip_on=False)
            axes.annotate(
                f"limit {limit:,.4g}",
                (limit, 1),
                xycoords=("data", "axes fraction"),
                fontsize=8.5,
                ha="right",
                va="top",
                rotation=90,
                xytext=(-4, -4),
                textcoords="offset points",
            )
    for number, total in enumerate(view.boundless or ()):
        if not np.isfinite(total) or np.isclose(total, view.totals(window[1])[number]):
            continue
        axes.axhline(total, color=palette.OKABE_ITO[number], lw=1, ls=(0, (1, 2)), zorder=2)
        axes.annotate(
            f"{view.names[number]} without any limit: {total:,.0f}",
            (0, total),
            fontsize=8.5,
            va="bottom",
            xycoords=("axes fraction", "data"),
            xytext=(6, 3),
            textcoords="offset points",
        )


@dataclass(frozen=True)
class Regions:
    """``totals[route, up, across]`` over the values of two parameters; today's point is ``now``."""

    title: str
    labels: tuple[str, str]
    names: tuple[str, ...]
    x: Floats
    y: Floats
    totals: Floats
    now: tuple[float, float]
    unit: str


def regions(view: Regions) -> Figure:
    """Filled regions with their names, the line of the tie between them, and the point of today."""
    figure, axes = _framed(view.title, *view.labels)
    best = np.argmin(view.totals, axis=0)
    won = [number for number in range(len(view.names)) if np.any(best == number)]
    for number in won:
        others = np.delete(view.totals, number, axis=0)
        lead = others.min(axis=0) - view.totals[number]
        _fill(axes, view, lead, number)
        if len(won) > 1:
            axes.contour(view.x, view.y, lead, levels=[0.0], colors=RIM, linewidths=1.6, zorder=3)
    for number in won:
        _name(axes, view, best == number, number)
    if len(view.names) == 2:
        less = np.abs(view.totals[0] - view.totals[1])
        steps = [level for level in _round_steps(float(less.max())) if level > 0]
        drawn = axes.contour(view.x, view.y, less, levels=steps, colors=GREY, linewidths=0.6, zorder=2)
        axes.clabel(drawn, fmt=lambda level: f"{level:,.4g} {view.unit}", fontsize=7, inline=True)
    axes.plot(
        *view.now,
        marker="*",
        ms=15,
        mfc="white",
        mec=RIM,
        mew=1.4,
        ls="",
        zorder=7,
        clip_on=False,
        label=f"now, {view.now[0]:,.4g} and {view.now[1]:,.4g}",
    )
    axes.set_xlim(float(view.x[0]), float(view.x[-1]))
    axes.set_ylim(float(view.y[0]), float(view.y[-1]))
    if len(won) > 1:
        axes.plot([], [], color=RIM, lw=1.6, label="tie")
    if len(view.names) == 2:
        axes.plot([], [], color=GREY, lw=0.6, label=f"lead of the better one, {view.unit}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, frameon=False, fontsize=8.5)
    return figure


def _fill(axes: Axes, view: Regions, lead: Floats, number: int) -> None:
    import matplotlib as mpl

    if lead.max() <= 0:
        return
    colour = palette.OKABE_ITO[number % len(palette.OKABE_ITO)]
    levels = [0.0, float(lead.max()) * 1.01]
    with mpl.rc_context({"hatch.linewidth": 0.5, "hatch.color": "#8a8a8a"}):
        axes.contourf(view.x, view.y, lead, levels=levels, colors=[colour], alpha=0.28, zorder=0)
        hatch = HATCHES[number % len(HATCHES)]
        if hatch:
            filled = axes.contourf(view.x, view.y, lead, levels=levels, colors="none", hatches=[hatch], zorder=1)
            filled.set_edgecolor("#9a9a9a")
            filled.set_linewidth(0.0)


def _name(axes: Axes, view: Regions, where: NDArray[np.bool_], number: int) -> None:
    """A region's name at the place in it that is the farthest from its rim."""
    at = _deepest(where)
    half = (LETTER * len(view.names[number]) / 2 + 0.1) / INNER * float(view.x[-1] - view.x[0])
    middle = min(max(float(view.x[at[1]]), float(view.x[0]) + half), float(view.x[-1]) - half)
    axes.text(
        middle,
        float(view.y[at[0]]),
        view.names[number],
        ha="center",
        va="center",
        fontsize=11,
        fontweight="bold",
        zorder=8,
        bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": "none", "alpha": 0.85},
    )


def _deepest(where: NDArray[np.bool_]) -> tuple[int, int]:
    left, last = where.copy(), where
    while left.any():
        last = left
        framed = np.pad(left, 1)
        left = framed[1:-1, 1:-1] & framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    rows, columns = np.nonzero(last)
    middle = len(rows) // 2
    return int(rows[middle]), int(columns[middle])


def _round_steps(most: float) -> list[float]:
    """Some round numbers from 0 to most."""
    if most <= 0:
        return []
    step = 10.0 ** np.floor(np.log10(most))
    step = next(step * part for part in (1.0, 0.5, 0.2, 0.1) if most / (step * part) >= 3 or part == 0.1)
    return [float(step * count) for count in range(1, int(most / step) + 1)]


def factors(title: str, rows: Sequence[tuple[str, float, str]]) -> Figure:
    """Bars (name, times today's value, text) of what would make two routes equal, from today's value outwards."""
    shown = list(rows)[:MOST]
    figure, axes = _framed(title, "times today's value (1: as it is)", "", tall=1.6 + 0.36 * max(3, len(shown)))
    axes.set_xscale("log")
    for at, (_, factor, text) in enumerate(shown):
        axes.barh(at, factor - 1, left=1, height=0.6, color=palette.OKABE_ITO[0 if factor > 1 else 4], ec=RIM, lw=0.6)
        axes.annotate(text, (max(factor, 1), at), xytext=(4, 0), textcoords="offset points", fontsize=8, va="center")
    axes.axvline(1, color=RIM, lw=1)
    axes.set_yticks(range(len(shown)), [name for name, *_ in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    least = min([1.0, *(factor for _, factor, _ in shown)])
    most = max([1.0, *(factor for _, factor, _ in shown)])
    axes.set_xlim(least / 1.5, max(most, 2) * 12)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    if not shown:
        axes.text(
            0.5, 0.5, "no parameter alone makes them equal within its limits", transform=axes.transAxes, ha="center"
        )
    return figure


def years(title: str, rows: Sequence[tuple[str, int | None, int | None, int | None, str, bool]], today: int) -> Figure:
    """(name, low, central, high, total, unbuilt) as bars over years, the central one marked."""
    figure, axes = _framed(title, "year in which all of it is open", "", tall=1.6 + 0.6 * len(rows))
    known = [year for row in rows for year in row[1:4] if year is not None]
    end = max([today + 5, *known]) + 1
    for at, (name, low, central, high, text, unbuilt) in enumerate(rows):
        if not unbuilt or central is None:
            axes.text(
                today + 0.2, at, f"{name}: {'open' if not unbuilt else 'year unknown'}, {text}", va="center", fontsize=9
            )
            continue
        axes.barh(
            at,
            (high or central) - (low or central),
            left=low or central,
            height=0.36,
            ec=RIM,
            fc=palette.OKABE_ITO[at % 7],
            alpha=0.4,
        )
        axes.plot([central], [at], marker="D", ms=8, mfc="white", mec=RIM, mew=1.6, ls="")
        axes.text(
            (low or central), at - 0.26, f"{name}: {low} to {high}, central {central}; {text}", fontsize=9, va="bottom"
        )
    axes.set_xlim(today, end)
    axes.set_ylim(len(rows) - 0.5, -0.8)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(_whole_numbers())
    return figure


def _whole_numbers() -> Locator:
    """Ticks at whole years."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def _framed(title: str, across: str, up: str, tall: float = 5.2) -> tuple[Figure, Axes]:
    figure = strokes.figure(8.0, tall)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    figure.suptitle(textwrap.fill(title, TITLE_WIDE), x=0.01, ha="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(color="#e4e4e4", lw=0.6, zorder=0)
    axes.set_axisbelow(True)
    return figure, axes
