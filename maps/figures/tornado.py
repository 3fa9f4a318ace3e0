"""Tornado charts: how far a result moves when one figure after the other is at its low and at its high."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from maps.figures import paper as sheet
from maps.figures.paper import Paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, LABELS = 10.0, 3.3
"""Inches of the whole, and of the names at the left."""

ROW, HEAD, FOOT = 0.36, 0.24, 0.42
CHARACTERS = 46
"""So many characters of a name stand on a line."""

ABOUT_LINES, ABOUT_LINE = 4, 0.14
"""So many lines may stand between the title and the charts, and the inches of one."""

LETTER = 0.06
"""Inches of a letter at the end of a bar."""

KEY = (
    "white: at the low of the figure; dark: at its high; its low and high stand at the ends; the upright line: all "
    "figures as usual"
)
KEY_ZERO = "; the dashed one: 0, below which another is the best"

PLATE = {"facecolor": "#ffffff", "edgecolor": "none", "alpha": 0.95, "pad": 0.6}
"""What stands behind a figure at the end of a bar, so that lines do not run through it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure by name: the result at its low and at its high (None: there is none then), and these two as texts."""

    label: str
    at_low: float | None
    at_high: float | None
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A result: its usual value, the bars with the longest first, and whether 0 parts winning from losing."""

    title: str
    usual: float
    bars: tuple[Bar, ...]
    zero: bool


def height(panels: tuple[Panel, ...]) -> float:
    """Inches that ``draw`` needs."""
    return sum(HEAD + ROW * max(1, len(panel.bars)) + FOOT for panel in panels) + 0.25


def figure(title: str, panels: tuple[Panel, ...]) -> Figure:
    """The charts below each other on a sheet of their own."""
    page = Paper.of(WIDTH, height(panels) + 0.5)
    page.text(0.15, 0.14, sheet.wrapped(title, 130, 1), 10, bold=True)
    draw(page, 0.5, panels)
    return page.figure


def titled(panel: Panel, mark: str) -> Panel:
    """A chart whose title says first of which result it is ('2040: lead of ...')."""
    return replace(panel, title=f"{mark}{panel.title[0].lower()}{panel.title[1:]}") if mark else panel


def below(above: Figure, title: str, about: str, panels: tuple[Panel, ...]) -> Figure:
    """A picture with the charts below what is drawn already, under a title and a sentence or two."""
    tall = float(above.get_size_inches()[1])
    text = sheet.wrapped(about, int(15 * above.get_size_inches()[0]), ABOUT_LINES)
    head = 0.55 + ABOUT_LINE * (text.count("\n") + 1)
    page = Paper.below(above, head + height(panels))
    page.text(0.15, tall + 0.15, title, 10, bold=True)
    page.text(0.15, tall + 0.4, text, 7.5, colour=sheet.GREY)
    draw(page, tall + head, panels)
    return page.figure


def draw(page: Paper, top: float, panels: tuple[Panel, ...]) -> None:
    """The charts on a page, from ``top`` inches down; read in grey: white at the low, dark at the high of a figure."""
    for panel in panels:
        page.text(0.15, top, sheet.wrapped(panel.title, int(12 * page.width), 1), 8.5, bold=True)
        tall = ROW * max(1, len(panel.bars))
        wide = page.width - LABELS - 0.35
        axes = page.axes(LABELS, top + HEAD, wide, tall)
        sheet.bare(axes)
        axes.set_yticks([])
        axes.set_ylim(max(1, len(panel.bars)) - 0.5, -0.5)
        if panel.bars:
            _bars(axes, panel, wide)
        else:
            axes.axis("off")
            axes.text(0.0, 0.5, "no figure moves this", transform=axes.transAxes, fontsize=8, va="center")
        top += HEAD + tall + FOOT
    if any(panel.bars for panel in panels):
        key = KEY + KEY_ZERO if any(panel.zero for panel in panels) else KEY
        page.text(0.15, top - 0.12, sheet.wrapped(key, int(16 * page.width), 2), 7, colour=sheet.GREY)


def _bars(axes: Axes, panel: Panel, wide: float) -> None:
    ends = [value for bar in panel.bars for value in (bar.at_low, bar.at_high) if value is not None]
    least, most = min([*ends, panel.usual]), max([*ends, panel.usual])
    if panel.zero:
        least, most = min(least, 0.0), max(most, 0.0)
    texts = LETTER * max(len(text) for bar in panel.bars for _, text, _ in _ends(bar, panel.usual)) + 0.08
    room = (most - least or 1.0) * texts / (wide - 2 * texts)  # the text of the longest bar has its place
    axes.set_xlim(least - room, most + room)
    sheet.values(axes, 8)
    for row, bar in enumerate(panel.bars):
        for end, face in ((bar.at_low, "#ffffff"), (bar.at_high, "#5a5a5a")):
            if end is not None:
                axes.barh(
                    row,
                    end - panel.usual,
                    left=panel.usual,
                    height=0.6,
                    facecolor=face,
                    edgecolor=sheet.INK,
                    lw=0.7,
                    zorder=3,
                )
        for end, text, side in _ends(bar, panel.usual):
            axes.annotate(
                text,
                (end, row),
                xytext=(3 if side == "left" else -3, 0),
                textcoords="offset points",
                fontsize=7,
                ha=side,
                va="center",
                zorder=6,
                bbox=PLATE,
            )
        label = sheet.wrapped(bar.label.replace(" - ", "\u00a0- "), CHARACTERS, 2)  # no line begins with a dash
        axes.text(-0.015, row, label, transform=axes.get_yaxis_transform(), fontsize=7.4, ha="right", va="center")
    axes.axvline(panel.usual, color=sheet.INK, lw=1.0, zorder=5)
    if panel.zero:
        axes.axvline(0.0, color=sheet.INK, lw=1.2, ls=(0, (3, 2)), zorder=5)


def _ends(bar: Bar, usual: float) -> list[tuple[float, str, str]]:
    """Where the texts of a bar stand: (value, text, how it is aligned), beyond all of it; at the middle where there is
    no result.
    """
    at_low = usual if bar.at_low is None else bar.at_low
    at_high = usual if bar.at_high is None else bar.at_high
    texts = [
        text if end is not None else f"{text}: none" for end, text in ((bar.at_low, bar.low), (bar.at_high, bar.high))
    ]
    least, most = min(at_low, at_high, usual), max(at_low, at_high, usual)
    if at_low <= at_high:
        return [(least, texts[0], "right"), (most, texts[1], "left")]
    return [(most, texts[0], "left"), (least, texts[1], "right")]
