"""The picture of gateways: a table of shades, markets by gateways; darker is nearer to the best, the best is framed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maps.figures import paper as sheet
from maps.figures.paper import Paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL_WIDE, CELL_TALL = 0.82, 0.26
LABELS = 1.75
"""Inches of a cell, and of the names of the markets."""

HEAD, GAP = 0.62, 0.3

ASIDE = 0.3
"""The gap before the columns that do not compete, in cells."""

FAR = 0.6
"""A way that takes so much more than the best, as a share of it, is white."""

DARK, PALE = (0x1B, 0x5E, 0x7A), (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True, slots=True)
class Panel:
    """A state of the network: values of markets x gateways, None where there is no way.

    ``over`` are columns by themselves that do not compete: what the way over a corridor takes. ``marks`` and
    ``over_marks`` (by column) stand behind the values.
    """

    title: str
    gateways: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    over: tuple[tuple[str, tuple[float | None, ...]], ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    over_marks: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> float:
        """The width of all columns, in cells."""
        return len(self.gateways) + (ASIDE + len(self.over) if self.over else 0.0)


def figure(title: str, about: str, markets: tuple[str, ...], panels: tuple[Panel, ...]) -> Figure:
    """The panels below each other; ``about`` says what was asked and how to read it."""
    columns = max(panel.columns for panel in panels)
    width = max(8.0, LABELS + columns * CELL_WIDE + 0.3)
    rows_tall = CELL_TALL * len(markets)
    heading = sheet.wrapped(title, int(9.5 * width), 2)
    said = sheet.wrapped(about, int(16 * width), 4)
    top = 0.34 + 0.2 * (heading.count("\n") + 1) + 0.14 * (said.count("\n") + 1)
    page = Paper.of(width, top + len(panels) * (HEAD + rows_tall + GAP))
    page.text(0.15, 0.14, heading, 11, bold=True)
    page.text(0.15, 0.24 + 0.2 * (heading.count("\n") + 1), said, 7.5, colour=sheet.GREY)
    for panel in panels:
        page.text(0.15, top, sheet.wrapped(panel.title, int(11 * width), 1), 9, bold=True)
        axes = page.axes(LABELS, top + HEAD, columns * CELL_WIDE, rows_tall)
        _cells(axes, markets, panel, columns)
        top += HEAD + rows_tall + GAP
    return page.figure


def _cells(axes: Axes, markets: tuple[str, ...], panel: Panel, columns: float) -> None:
    from matplotlib.patches import Rectangle

    axes.set_xlim(0, columns)
    axes.set_ylim(len(markets), 0)
    axes.axis("off")
    aside = len(panel.gateways) + ASIDE
    titles = [*enumerate(panel.gateways), *((aside + at, name) for at, (name, _) in enumerate(panel.over))]
    for left, name in titles:
        axes.text(left + 0.5, -0.2, sheet.wrapped(name, 12, 2), fontsize=7.5, ha="center", va="bottom")
    for row, market in enumerate(markets):
        axes.text(-0.1, row + 0.5, sheet.wrapped(market, 26, 1), fontsize=8, ha="right", va="center")
        known = [value for value in panel.values[row] if value is not None]
        best = min(known, default=None)
        marks = panel.marks[row] if panel.marks else ("",) * len(panel.gateways)
        cells: list[tuple[float, float | None, str, bool]] = [
            (at, value, marks[at], True) for at, value in enumerate(panel.values[row])
        ]
        beside = panel.over_marks or (("",) * len(markets),) * len(panel.over)
        cells += [(aside + at, column[row], beside[at][row], False) for at, (_, column) in enumerate(panel.over)]
        for left, value, mark, competes in cells:
            shade, ink = _shade(value, best)
            axes.add_patch(Rectangle((left + 0.02, row + 0.04), 0.96, 0.92, fc=shade, ec="#d5d5d5", lw=0.4))
            if value is None:
                continue
            is_best = competes and value == best
            text = f"{value:,.0f} {mark}".rstrip()
            axes.text(
                left + 0.5,
                row + 0.52,
                text,
                fontsize=7.6,
                ha="center",
                va="center",
                color=ink,
                fontweight="bold" if is_best else "normal",
            )
            if is_best:
                axes.add_patch(
                    Rectangle((left + 0.03, row + 0.06), 0.94, 0.88, fc="none", ec="#111111", lw=1.6, zorder=4)
                )


def _shade(value: float | None, best: float | None) -> tuple[str, str]:
    """The colour of a cell and of its figure."""
    if value is None or best is None:
        return "#f7f7f7", sheet.INK
    near = max(0.0, 1.0 - (value / best - 1.0) / FAR) if best > 0 else 1.0
    mixed = [round(pale + (dark - pale) * near**1.5) for dark, pale in zip(DARK, PALE, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed), "#ffffff" if near > 0.6 else sheet.INK
