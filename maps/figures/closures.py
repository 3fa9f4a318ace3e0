"""The picture of closures: a bar for each thing that closes, hatched and open-ended where it cuts the places off."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maps import palette
from maps.figures import strokes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 32
"""So many bars are drawn, the worst."""

WIDE = 34
"""So many letters of the names of things stand before a bar, where there are several."""

FINE = 100.0
"""What is less than this has a digit after the point."""

NOTE_WIDE = 62
"""So many letters of what is said after a bar; the table has all."""

WIDTH, LETTER = 10.5, 0.068
"""Inches of the picture, and of a letter of its texts."""

LINE_WIDE, MOST_WIDE = 54, 104
"""So many letters of a name stand on a line, of two; a name longer than this is cut, and shows it."""

RIM = "#222222"
SHADES = {"country": 0, "crossing": 4, "place": 5, "segment": 2, "closure": 1}
"""Kind -> number of its colour; the kind also stands in words before each name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Things of one kind that cost the same; ``extra`` is None where nothing joins the places any more.

    ``note`` says what the new best is; ``after`` stands behind it and is never cut.
    """

    kind: str
    titles: tuple[str, ...]
    extra: float | None
    note: str
    after: str = ""

    @property
    def name(self) -> str:
        """'country: IR', 'place: Mary, Tejen and 14 more'."""
        shown = list(self.titles)
        while len(shown) > 1 and len(", ".join(shown)) > WIDE:
            shown.pop()
        more = len(self.titles) - len(shown)
        text = ", ".join(shown)
        text = text if len(text) <= MOST_WIDE else text[: MOST_WIDE - 3] + "..."
        return f"{self.kind}: {text}" + (f" and {more} more" if more else "")

    @property
    def lines(self) -> list[str]:
        """The name on two lines at most."""
        return textwrap.wrap(self.name, LINE_WIDE, max_lines=2, placeholder=" ...")


def _shown(rows: Sequence[Bar]) -> list[Bar]:
    """The worst, by kind."""
    ordered = sorted(rows, key=lambda row: list(SHADES).index(row.kind))
    worst = sorted(ordered, key=lambda row: -math.inf if row.extra is None else -row.extra)[:MOST]
    return [row for row in ordered if row in worst]


def left(rows: Sequence[Bar]) -> int:
    """How many things have no bar, since there are too many."""
    return sum(len(row.titles) for row in rows) - sum(len(row.titles) for row in _shown(rows))


def figure(title: str, across: str, rows: Sequence[Bar]) -> Figure:
    """Horizontal bars by kind, the worst first."""
    shown = _shown(rows)
    tall = 1.4 + 0.3 * max(4, len(shown))
    figure = strokes.figure(WIDTH, tall)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    _bars(axes, shown)
    axes.set_xlabel(across, fontsize=9)
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.grid(axis="x", color="#e6e6e6", lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure


def _bars(axes: Axes, shown: Sequence[Bar]) -> None:
    most = max([row.extra for row in shown if row.extra is not None], default=0.0) or 1.0
    for at, row in enumerate(shown):
        if row.extra is None:
            axes.barh(at, 1.25 * most, height=0.66, fc="white", ec=RIM, lw=0.8, hatch="////")
            text, x = _at_end(row), 1.25 * most
        else:
            axes.barh(at, row.extra, height=0.66, fc=palette.OKABE_ITO[SHADES[row.kind]], ec=RIM, lw=0.6)
            text, x = _at_end(row), max(row.extra, 0.0)
        axes.annotate(text, (x, at), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(range(len(shown)), ["\n".join(row.lines) for row in shown], fontsize=8.5)
    for before, (row, after) in enumerate(itertools.pairwise(shown)):
        if row.kind != after.kind:
            axes.axhline(before + 0.5, color="#999999", lw=0.6)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    names = LETTER * max((len(line) for row in shown for line in row.lines), default=0)
    inner, texts = WIDTH - names - 0.6, LETTER * max((len(_at_end(row)) for row in shown), default=0) + 0.2
    axes.set_xlim(
        min([0.0, *(row.extra for row in shown if row.extra is not None)]),
        1.25 * most * max(1.5, inner / max(inner - texts, 0.3 * inner)),
    )
    if not shown:
        axes.text(0.5, 0.5, "nothing that closes changes the best route", transform=axes.transAxes, ha="center")


def _at_end(row: Bar) -> str:
    """What stands after a bar."""
    if row.extra is None:
        return f"cut off {row.after}".strip()
    digits = 1 if abs(row.extra) < FINE else 0
    note = textwrap.shorten(f"{row.extra:+,.{digits}f}: {row.note}", NOTE_WIDE, placeholder=" ...")
    return f"{note} {row.after}".strip()
