"""Places on a sheet of paper in inches from its upper left corner, for figures of several charts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maps.figures import strokes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, GREY, LIGHT = "#222222", "#666666", "#bdbdbd"


@dataclass(frozen=True)
class Paper:
    """A figure of so many inches."""

    figure: Figure
    width: float
    height: float

    @classmethod
    def of(cls, width: float, height: float) -> Paper:
        return cls(strokes.figure(width, height), width, height)

    @classmethod
    def below(cls, figure: Figure, more: float) -> Paper:
        """The sheet of a figure that is drawn already, with so many inches more below what is on it."""
        engine = figure.get_layout_engine()
        if engine is not None:  # it places the axes while drawing; from here on they stay where they are
            engine.execute(figure)
            figure.set_layout_engine("none")
        width, tall = (float(inches) for inches in figure.get_size_inches())
        page = cls(figure, width, tall + more)
        share = tall / page.height
        figure.set_size_inches(width, page.height)
        for axes in figure.axes:
            at = axes.get_position()
            axes.set_position((at.x0, 1.0 - share * (1.0 - at.y0), at.width, share * at.height))
        for text in figure.texts:
            text.set_y(1.0 - share * (1.0 - text.get_position()[1]))
        return page

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes whose upper left corner lies so many inches from the sheet's."""
        low = 1.0 - (top + height) / self.height
        return self.figure.add_axes((left / self.width, low, width / self.width, height / self.height))

    def text(self, left: float, top: float, text: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
        """Text whose upper left corner lies there."""
        self.figure.text(
            left / self.width,
            1.0 - top / self.height,
            text,
            fontsize=size,
            color=colour,
            va="top",
            fontweight="bold" if bold else "normal",
        )


CAPTION, CAPTION_LINE = 7.5, 0.14
"""The size of a caption's letters, and the inches of one of its lines."""


def captioned(figure: Figure, lines: Iterable[str]) -> Figure:
    """A picture with small grey lines below what is drawn already: what it is of, and what must be known to read it."""
    width, tall = (float(inches) for inches in figure.get_size_inches())
    texts = [
        part
        for line in lines
        for part in textwrap.wrap(line, int(15 * width), subsequent_indent="  ", break_on_hyphens=False)
    ]
    page = Paper.below(figure, 0.15 + CAPTION_LINE * len(texts))
    page.text(0.15, tall + 0.08, "\n".join(texts), CAPTION, colour=GREY)
    return page.figure


def values(axes: Axes, ticks: int) -> None:
    """So many ticks at most along the bottom, with thousands separators."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def wrapped(text: str, characters: int, lines: int) -> str:
    """Text on at most so many lines; what does not fit ends in an ellipsis.

    >>> wrapped("Rail through Iran to Zahedan, Quetta and Karachi", 20, 2)
    'Rail through Iran to\\nZahedan, Quetta...'
    """
    found = "\n".join(textwrap.wrap(text, characters, max_lines=lines, placeholder="..."))
    if found in ("", "..."):  # a first word that is longer than all the room
        return text if len(text) <= characters else text[: characters - 3] + "..."
    return found


def bare(axes: Axes) -> None:
    """Axes with a grid of values and no frame."""
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LIGHT)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2, labelsize=7, colors=INK)
    axes.grid(axis="x", color="#e4e4e4", lw=0.6)
    axes.set_axisbelow(True)
