"""The time/cost-distance chart as SVG: legs slope, hub operations jump, and what is not built is dashed.

The method is UNESCAP's (Beresford and Banomyong): distance from the origin on x, hours or USD so far on y, for each
route one line. Below the axis a strip a route tells whose country it runs through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from maps import chart_layout, palette
from maps.chart_layout import HEIGHT, LEADER, LEFT, STRIP, STRIP_TEXT, TOP, WIDTH, Plot, Track
from maps.escape import escape
from maps.scene import Scene
from planner.price import profile
from planner.price.measures import Measure


def svg(scene: Scene, measure: Measure, *, band: bool = False) -> str:
    """The chart as an SVG element; '' for a scene without routes. Each line carries the number of its route and leg."""
    laid = chart_layout.tracks(scene, band=band and measure.id == "time")
    if not laid:
        return ""
    plot = Plot.of(laid, measure, (WIDTH, HEIGHT))
    height = HEIGHT + STRIP * len(laid) + 8
    body = [
        *_axes(plot),
        *_bands(plot, laid),
        *_lines(plot, laid, scene),
        *_jumps(plot, laid, scene),
        *_ends(plot, laid),
        *_strips(plot, laid),
    ]
    title = f"{measure.chart}: {scene.title}"
    return (
        f"<svg class='corridors-chart' viewBox='0 0 {WIDTH} {height}' role='img' aria-label='{escape(title)}'>"
        f"{''.join(body)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", extra: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'{extra}>{escape(text)}</text>"


def _axes(plot: Plot) -> Iterator[str]:
    right, floor = plot.x(plot.most_km), plot.y(0)
    for value in chart_layout.ticks(plot.most):
        y = plot.y(value)
        yield f"<path class='grid' d='M{LEFT} {y:.1f}H{right:.1f}'/>" + _text(LEFT - 6, y + 3.5, f"{value:,.0f}", "end")
    for km in chart_layout.ticks(plot.most_km, 8):
        x = plot.x(km)
        yield f"<path class='grid' d='M{x:.1f} {floor:.1f}v4'/>" + _text(x, floor + 15, f"{km:,.0f}", "middle")
    yield f"<path class='axis' d='M{LEFT} {TOP}V{floor:.1f}H{right:.1f}'/>"
    yield _text(LEFT - 6, TOP - 10, plot.measure.unit, "end") + _text(right + 24, floor + 15, "km from the origin")


def _path(points: Iterable[tuple[float, float]], classes: str, inside: str = "", **attributes: object) -> str:
    """A path through points; the attributes are numbers and constants, never strings from data."""
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    written = "".join(f" {name.replace('_', '-')}='{value}'" for name, value in attributes.items() if value != "")
    return f"<path class='{classes}' d='M{line}'{written}>{inside}</path>"


def _of(track: Track, leg: int | None = None) -> str:
    """The classes by which the page's script finds all that is drawn of a route, or of one of its legs."""
    classes = f"corridors-item corridors-r{track.number}"
    return classes if leg is None else f"{classes} corridors-l{track.number}-{leg}"


def _bands(plot: Plot, laid: Sequence[Track]) -> Iterator[str]:
    """P10 to P90; of many routes a band shows only while its route is lit."""
    for track in laid:
        if track.band:
            at = [plot.x(point.distance_km) for point in track.points]
            low, high = ([plot.y(pair[side]) for pair in track.band] for side in (0, 1))
            outline = [*zip(at, low, strict=True), *reversed(list(zip(at, high, strict=True)))]
            few = " corridors-few" if len(laid) <= chart_layout.MAX_BANDS else ""
            yield _path(outline, f"band corridors-b{track.number}{few}", fill=track.drawn.paint.colour)
    for track, x, p10, p90 in chart_layout.whiskers(plot, laid):
        bar = f"M{x - 3:.1f} {p10:.1f}h6M{x:.1f} {p10:.1f}V{p90:.1f}M{x - 3:.1f} {p90:.1f}h6"
        yield f"<path class='whisker {_of(track)}' d='{bar}' stroke='{track.drawn.paint.colour}'/>"


def _lines(plot: Plot, laid: Sequence[Track], scene: Scene) -> Iterator[str]:
    modes = scene.network.catalog.modes
    for track in laid:
        casings, lines = [], []
        for first, last in chart_layout.stretches(track):
            segment, leg = track.steps[first].segment, track.steps[first].leg
            style = palette.line_style(modes[segment.mode].line, segment.status) if segment else palette.LINES["solid"]
            at = [
                (plot.x(track.points[k].distance_km), plot.y(track.value(k, plot.measure)))
                for k in range(first, last + 1)
            ]
            classes, paint = _of(track, leg), track.drawn.paint
            if style.casing:
                casings.append(_path(at, classes, stroke=paint.casing, stroke_width=4.4))
            title = f"<title>{escape(chart_layout.title(track, first, last, scene))}</title>"
            lines.append(
                _path(
                    at,
                    f"{classes} corridors-line",
                    title,
                    data_route=track.number,
                    data_leg=leg,
                    stroke=paint.colour,
                    stroke_width=3,
                    stroke_dasharray=style.dash,
                    stroke_linecap="round" if style.dash else "",
                )
            )
            if style.hatch:
                lines.append(_path(at, f"{classes} corridors-hatch", stroke_dasharray=style.hatch))
        yield from casings
        yield from lines


def _jumps(plot: Plot, laid: Sequence[Track], scene: Scene) -> Iterator[str]:
    for label in chart_layout.labels(laid, plot.measure, scene, size=(plot.width, plot.height)):
        yield _text(label.left, label.baseline, label.text, extra=f" class='jump {_of(laid[label.number])}'")


def _ends(plot: Plot, laid: Sequence[Track]) -> Iterator[str]:
    """Each route's name and total at the right, beside its last point."""
    right = plot.x(plot.most_km)
    for track, (x, y, at) in zip(laid, chart_layout.leaders(plot, laid), strict=True):
        paint = track.drawn.paint
        yield (
            f"<g class='{_of(track)} corridors-line' data-route='{track.number}'>"
            f"<path class='leader' d='M{x:.1f} {y:.1f}L{right + LEADER:.1f} {at:.1f}h6' stroke='{paint.colour}'/>"
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.2' fill='{paint.colour}' stroke='{paint.casing}'/>"
            + _text(right + 18, at + 4, chart_layout.end_text(track, plot.measure), extra=" class='name'")
            + "</g>"
        )


def _strips(plot: Plot, laid: Sequence[Track]) -> Iterator[str]:
    for row, track in enumerate(laid):
        y = plot.height - 4 + row * STRIP
        yield f"<g class='strip {_of(track)} corridors-line' data-route='{track.number}'>"
        yield f"<rect x='{LEFT - 22}' y='{y + 2}' width='16' height='{STRIP - 5}' fill='{track.drawn.paint.colour}'/>"
        countries = profile.countries(track.drawn.route)
        for (left, right, fill, code), (_, start, end) in zip(
            chart_layout.strips(plot, countries), countries, strict=True
        ):
            yield (
                f"<rect x='{left:.1f}' y='{y}' width='{right - left:.1f}' height='{STRIP - 1.5}' fill='{fill}'>"
                f"<title>{escape(code)}: {end - start:,.0f} km</title></rect>"
            )
            if right - left > STRIP_TEXT:
                yield _text((left + right) / 2, y + 9, code, "middle")
        yield "</g>"
