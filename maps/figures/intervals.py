"""Intervals of routes side by side: the 10th, 50th and 90th percentile of each quantity, and a share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maps.figures import paper as sheet
from maps.figures.paper import Paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS, SHARES = 3.05, 1.3
"""Inches of the names at the left, and of the shares at the right."""

ROW, HEAD, FOOT = 0.5, 0.3, 0.62
"""Inches of a row at least, above the rows, below them."""

NAME, LINE, GAP = 0.19, 0.12, 0.08
"""Inches of a route's name, of a line of the small print below it, and between two routes."""

CHARACTERS, SMALL = 36, 58
TITLE_LINES, DETAIL_LINES = 4, 3
BAR, UNBUILT_HATCH = "#b9b9b9", "////"


@dataclass(frozen=True, slots=True)
class Span:
    """Percentiles of a quantity and the total that answers show (None: it was never to be had)."""

    low: float | None
    middle: float | None
    high: float | None
    total: float


@dataclass(frozen=True, slots=True)
class Row:
    """A route: its name, title and detail below it, an interval for each quantity, a share, and whether it is built."""

    label: str
    title: str
    detail: str
    intervals: tuple[Span, ...]
    share: float
    unbuilt: bool


def height(rows: Sequence[Row]) -> float:
    """Inches that ``draw`` needs."""
    return HEAD + _tall(rows) * len(rows) + FOOT


def _small(row: Row) -> tuple[str, str]:
    """Title and detail in lines that fit the column of names."""
    detail = sheet.wrapped(row.detail, SMALL, DETAIL_LINES) if row.detail else ""
    return sheet.wrapped(row.title, SMALL, TITLE_LINES), detail


def _tall(rows: Sequence[Row]) -> float:
    """Inches of every row, so that the small print of each fits."""
    lines = max(sum(len(text.splitlines()) for text in _small(row)) for row in rows)
    return max(ROW, NAME + LINE * lines + GAP)


def draw(page: Paper, top: float, rows: Sequence[Row], titles: Sequence[str], share_title: str) -> None:
    """The rows on a page from ``top`` inches down, one panel a quantity with these titles, the shares at the right."""
    row_tall = _tall(rows)
    tall = row_tall * len(rows)
    gap = 0.25
    wide = (page.width - LABELS - SHARES - 0.4 - gap * len(titles)) / len(titles)
    for at, row in enumerate(rows):
        y = top + HEAD + at * row_tall
        title, detail = _small(row)
        page.text(0.15, y + 0.04, sheet.wrapped(row.label + (" *" if row.unbuilt else ""), CHARACTERS, 1), 8, bold=True)
        page.text(0.15, y + NAME, title, 6.2, colour=sheet.GREY)
        if detail:
            page.text(0.15, y + NAME + LINE * len(title.splitlines()), detail, 6.2, colour=sheet.GREY)
    for number, heading in enumerate(titles):
        left = LABELS + number * (wide + gap)
        page.text(left, top, heading, 8.5, bold=True)
        axes = _axes(page, left, top + HEAD, wide, tall, len(rows))
        _intervals(axes, [(row.intervals[number], row.unbuilt) for row in rows], 5 if len(titles) < 3 else 3)
    left = page.width - SHARES - 0.3
    page.text(left, top, share_title, 8.5, bold=True)
    _shares(_axes(page, left, top + HEAD, SHARES, tall, len(rows)), rows)
    _legend(page, top + HEAD + tall + 0.36, unbuilt=any(row.unbuilt for row in rows))


def _axes(page: Paper, left: float, top: float, wide: float, tall: float, rows: int) -> Axes:
    axes = page.axes(left, top, wide, tall)
    sheet.bare(axes)
    axes.set_yticks([])
    axes.set_ylim(rows - 0.5, -0.5)
    return axes


def _intervals(axes: Axes, rows: Sequence[tuple[Span, bool]], ticks: int) -> None:
    most = max(max(each.high or 0.0, each.total) for each, _ in rows)
    axes.set_xlim(0.0, 1.05 * most or 1.0)
    sheet.values(axes, ticks)
    for at, (each, unbuilt) in enumerate(rows):
        if each.low is None or each.middle is None or each.high is None:
            axes.text(
                0.02, at, "cannot be used in any draw", transform=axes.get_yaxis_transform(), fontsize=7, va="center"
            )
            continue
        axes.barh(
            at,
            each.high - each.low,
            left=each.low,
            height=0.46,
            facecolor="#ffffff" if unbuilt else BAR,
            edgecolor=sheet.INK,
            lw=0.7,
            hatch=UNBUILT_HATCH if unbuilt else None,
            zorder=2,
        )
        axes.plot([each.middle] * 2, [at - 0.34, at + 0.34], color="#ffffff", lw=4.2, zorder=3, solid_capstyle="butt")
        axes.plot([each.middle] * 2, [at - 0.34, at + 0.34], color="#000000", lw=2.0, zorder=4, solid_capstyle="butt")
        axes.plot(each.total, at, marker="o", ms=4.2, mfc="#ffffff", mec="#000000", mew=0.9, zorder=5)


def _shares(axes: Axes, rows: Sequence[Row]) -> None:
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    for at, row in enumerate(rows):
        axes.barh(
            at,
            row.share,
            height=0.46,
            facecolor="#ffffff" if row.unbuilt else "#5a5a5a",
            edgecolor=sheet.INK,
            lw=0.7,
            hatch=UNBUILT_HATCH if row.unbuilt else None,
            zorder=2,
        )
        inside = row.share > 0.6
        plate = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0}
        axes.annotate(
            share_text(row.share),
            (row.share, at),
            xytext=(-4 if inside else 4, 0),
            fontsize=7.4,
            zorder=3,
            textcoords="offset points",
            va="center",
            ha="right" if inside else "left",
            bbox=plate,
        )


def share_text(share: float) -> str:
    """A share for people; what is not nothing does not read as nothing, nor as all what is not all.

    >>> share_text(0.0), share_text(0.0004), share_text(0.256), share_text(0.9999)
    ('0 %', '< 0.1 %', '25.6 %', '> 99.9 %')
    """
    percent = 100 * share
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %" if not math.isclose(percent, round(percent), abs_tol=1e-9) else f"{percent:.0f} %"


def _legend(page: Paper, top: float, *, unbuilt: bool) -> None:
    """What bar, line, circle and hatch mean."""
    axes = page.axes(LABELS, top, page.width - LABELS - 0.2, 0.2)
    axes.set_xlim(0, page.width - LABELS - 0.2)
    axes.set_ylim(0, 1)
    axes.axis("off")
    axes.barh(0.5, 0.3, left=0.0, height=0.6, facecolor=BAR, edgecolor=sheet.INK, lw=0.7)
    axes.text(0.36, 0.5, "10th to 90th percentile", fontsize=7, va="center")
    axes.plot([1.75, 1.75], [0.1, 0.9], color="#000000", lw=2)
    axes.text(1.82, 0.5, "50th", fontsize=7, va="center")
    axes.plot(2.3, 0.5, marker="o", ms=4.2, mfc="#ffffff", mec="#000000", mew=0.9)
    axes.text(2.38, 0.5, "total", fontsize=7, va="center")
    if unbuilt:
        axes.barh(0.5, 0.3, left=3.4, height=0.6, facecolor="#ffffff", edgecolor=sheet.INK, lw=0.7, hatch=UNBUILT_HATCH)
        axes.text(3.76, 0.5, "* not all built: as drawn, on paper", fontsize=7, va="center")
