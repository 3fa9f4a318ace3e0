"""The time/cost-distance charts as one figure, laid out like those on the web."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from maps import chart_layout, legend, palette
from maps.chart_layout import Plot
from maps.figures import strokes
from maps.scene import Scene
from planner.price import measures, profile
from planner.price.measures import Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


NOTE_WIDE, NOTE_TALL = 210, 11
"""Letters of a note on one line below the charts, and px of a line."""


def figure(view: Scene, band: bool) -> Figure:
    laid = chart_layout.tracks(view, band=band)
    strip = chart_layout.STRIP
    wide, one = chart_layout.WIDTH, chart_layout.HEIGHT + strip * len(laid) + 14
    charted = measures.charted()
    notes = [line for note in legend.closure_notes(view) for line in textwrap.wrap(note, NOTE_WIDE)]
    about = f"{legend.basis(view)} {chart_layout.range_text(laid, charted[0])} {chart_layout.note(view)}"
    notes += textwrap.wrap(about, NOTE_WIDE)
    tall = one * len(charted) + 33 + NOTE_TALL * len(notes)
    figure = strokes.figure(wide / 96, tall / 96)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, wide)
    axes.set_ylim(tall, 0)  # y downwards, as in the web chart
    axes.axis("off")
    axes.text(14, 14, view.title, fontsize=10, fontweight="bold", va="center")
    for row, measure in enumerate(charted):
        _draw_measure(axes, view, laid, measure, 24.0 + row * one)
    for at, text in enumerate(reversed(notes)):
        axes.text(14, tall - 10 - NOTE_TALL * at, text, fontsize=5.8, color="#444444", va="center")
    return figure


def _draw_measure(axes: Axes, view: Scene, laid: list[chart_layout.Track], measure: Measure, top: float) -> None:
    plot = Plot.of(laid, measure, (chart_layout.WIDTH, chart_layout.HEIGHT))
    modes = view.network.catalog.modes
    left, right, floor = chart_layout.LEFT, plot.x(plot.most_km), plot.y(0) + top
    axes.text(left - 6, top + chart_layout.TOP - 10, measure.unit, fontsize=7, ha="right", va="center")
    for value in chart_layout.ticks(plot.most):
        axes.plot([left, right], [plot.y(value) + top] * 2, color="#dddddd", lw=0.6, zorder=0)
        axes.text(left - 6, plot.y(value) + top, f"{value:,.0f}", fontsize=7, ha="right", va="center")
    for km in chart_layout.ticks(plot.most_km, 8):
        axes.text(plot.x(km), floor + 11, f"{km:,.0f}", fontsize=7, ha="center", va="center")
    axes.plot([left, left, right], [top + chart_layout.TOP, floor, floor], color="#555555", lw=0.8, zorder=1)
    axes.text(right + 24, floor + 11, "km from the origin", fontsize=7, va="center")
    for track in laid:
        if chart_layout.is_shaded(laid, measure):
            at = [plot.x(point.distance_km) for point in track.points]
            low, high = ([plot.y(pair[side]) + top for pair in track.band] for side in (0, 1))
            axes.fill_between(at, low, high, color=track.drawn.paint.colour, alpha=0.18, lw=0, zorder=1)
        for first, last in chart_layout.stretches(track):
            segment = track.steps[first].segment
            style = palette.line_style(modes[segment.mode].line, segment.status) if segment else palette.LINES["solid"]
            line = np.array(
                [
                    (plot.x(track.points[k].distance_km), plot.y(track.value(k, measure)) + top)
                    for k in range(first, last + 1)
                ]
            )
            strokes.stroke(axes, line, {**style.options(), "weight": 3, "core": False}, track.drawn.paint)
    for track, x, p10, p90 in chart_layout.whiskers(plot, laid):
        bar: dict[str, Any] = {"color": track.drawn.paint.colour, "lw": 1.4, "zorder": 2}
        axes.plot([x, x], [p10 + top, p90 + top], **bar)
        for end in (p10, p90):
            axes.plot([x - 3, x + 3], [end + top, end + top], **bar)
    for label in chart_layout.labels(laid, measure, view, size=(plot.width, plot.height)):
        axes.text(label.left, label.baseline + top, label.text, fontsize=6.6, va="baseline", zorder=6)
    for track, (x, y, at_name) in zip(laid, chart_layout.leaders(plot, laid), strict=True):
        paint = track.drawn.paint
        axes.plot(
            [x, right + chart_layout.LEADER, right + 14],
            [y + top, at_name + top, at_name + top],
            color=paint.colour,
            lw=0.7,
            zorder=2,
        )
        axes.plot(x, y + top, marker="o", ms=3.6, mfc=paint.colour, mec=paint.casing, mew=0.7, zorder=6)
        axes.text(
            right + 18,
            at_name + top,
            chart_layout.end_text(track, measure),
            fontsize=7.4,
            fontweight="bold",
            va="center",
        )
    _strips(axes, plot, laid, top)


def _strips(axes: Axes, plot: Plot, laid: list[chart_layout.Track], top: float) -> None:
    from matplotlib.patches import Rectangle

    for row, track in enumerate(laid):
        y = plot.height - 4 + row * chart_layout.STRIP + top
        axes.add_patch(
            Rectangle((chart_layout.LEFT - 22, y + 2), 16, chart_layout.STRIP - 5, lw=0, color=track.drawn.paint.colour)
        )
        for left, right, fill, code in chart_layout.strips(plot, profile.countries(track.drawn.route)):
            axes.add_patch(Rectangle((left, y), right - left, chart_layout.STRIP - 1.5, lw=0, facecolor=fill))
            if right - left > chart_layout.STRIP_TEXT:
                axes.text((left + right) / 2, y + 6, code, fontsize=6.4, ha="center", va="center")
