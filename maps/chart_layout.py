"""Where things stand in a time/cost-distance chart, for whatever draws it: scales, stretches, labels that find room."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geodata.records import is_country
from maps import closure_marks, palette, ranges
from maps.scene import Drawn, Scene
from planner.price import measures, profile
from planner.price.consignment import Consignment
from planner.price.hubs import OPERATIONS
from planner.price.measures import Measure
from planner.price.profile import Point
from planner.price.route import Step
from planner.uncertainty import bands as spread

WIDTH, HEIGHT = 980, 430
"""Size of the plot with its margins, without the strips below, in px of the SVG."""

LEFT, RIGHT, TOP, BOTTOM = 58, 190, 26, 36

CHARACTER = 5.7
"""Mean width of a character at 10 px."""

STRIP = 13
"""Height of the strip of countries of one route, px."""

STRIP_TEXT = 16
"""A country's code stands in its strip where that is wider than this, px."""

WHISKER = 5
"""How far right of a route's end the bar of its band stands, px."""

LEADER = 8
"""How far right of the axis a line from a route's end to its name goes, px."""

MAX_BANDS = 3
"""With more routes than these, bands would hide each other: their ends alone are drawn, as upright bars."""

MAX_ROUTES = 12
"""Routes beyond these are not in a chart, which says so."""


Box = tuple[float, float, float, float]


def ticks(most: float, wanted: int = 6) -> list[float]:
    """Round numbers from 0 up to ``most``.

    >>> ticks(433)
    [0.0, 100.0, 200.0, 300.0, 400.0]
    """
    if not most > 0:
        return [0.0]
    raw = most / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    return [step * at for at in range(int(most / step + 1e-9) + 1)]


@dataclass(frozen=True)
class Track:
    """One route of a chart: its steps, and the points between them (one more)."""

    number: int
    drawn: Drawn
    steps: list[Step]
    points: list[Point]
    band: list[tuple[float, float]]

    def value(self, at: int, measure: Measure) -> float:
        return self.points[at].so_far[measure.id]


def tracks(scene: Scene, *, band: bool = False) -> list[Track]:
    """The first MAX_ROUTES routes of a scene laid out along their km; with ``band`` the P10 and P90 of their hours."""
    return [
        Track(
            number,
            drawn,
            list(drawn.route.steps),
            profile.points(drawn.route),
            spread.band(drawn.route) if band else [],
        )
        for number, drawn in enumerate(scene.routes[:MAX_ROUTES])
    ]


def jump_text(step: Step, measure: Measure, scene: Scene) -> str:
    """What is said of a hub operation: its place and how high it is."""
    return f"{short(scene, step.start)} {measure.text(measure.value(step.amounts, _load(scene)))}"


def _load(scene: Scene) -> Consignment:
    return scene.routes[0].route.consignment


def short(scene: Scene, node_id: str) -> str:
    return scene.network.nodes[node_id].name.split(" (")[0]


@dataclass(frozen=True)
class Plot:
    """Scales from km and hours (or USD) to px."""

    measure: Measure
    most_km: float
    most: float
    width: float
    height: float

    @classmethod
    def of(cls, laid: Sequence[Track], measure: Measure, size: tuple[float, float]) -> Plot:
        most_km = max(track.points[-1].distance_km for track in laid)
        highs = [track.drawn.route.interval(measure.field)[1] for track in laid if measure.ranged]
        highs += [high for track in laid for _, high in track.band if measure.id == "time"]
        most = max([*(track.value(-1, measure) for track in laid), *highs])
        return cls(measure, most_km or 1.0, most * 1.04 or 1.0, *size)

    def x(self, km: float) -> float:
        return LEFT + km / self.most_km * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return self.height - BOTTOM - value / self.most * (self.height - TOP - BOTTOM)


def stretches(track: Track) -> Iterator[tuple[int, int]]:
    """Runs of steps that look alike: one hub operation each, or the segments of a leg with one status."""
    first = 0

    def look(step: Step) -> tuple[object, ...]:
        return (step.leg, step.segment.status) if step.segment else (id(step),)

    for at in range(1, len(track.steps) + 1):
        if at == len(track.steps) or look(track.steps[at]) != look(track.steps[first]):
            yield first, at
            first = at


def title(track: Track, first: int, last: int, scene: Scene) -> str:
    step = track.steps[first]
    if step.hub is not None:
        took = step.amounts
        where = f"{track.drawn.title}: {short(scene, step.start)}"
        figures = ", ".join(row.text(row.value(took, _load(scene))) for row in measures.charted())
        return f"{where}, {OPERATIONS[step.hub.operation]}, {step.hub.detail}: {figures}"
    start, end = track.points[first], track.points[last]
    leg = track.drawn.route.legs[step.leg]
    status = step.segment.status.replace("_", " ") if step.segment else ""
    return (
        f"{track.drawn.title}: {scene.network.catalog.modes[leg.mode].title}, {short(scene, step.start)} - "
        f"{short(scene, track.steps[last - 1].end)}, {status}: {end.distance_km - start.distance_km:,.0f} km, "
        f"{', '.join(row.text(end.so_far[row.id] - start.so_far[row.id]) for row in measures.charted())}"
    )


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place of the chart, ``left`` and ``baseline`` in px, and whose it is."""

    left: float
    baseline: float
    text: str
    number: int


def labels(laid: Sequence[Track], measure: Measure, scene: Scene, *, size: tuple[float, float]) -> list[Label]:
    """The labels of the highest jumps that find room; the others are told by the title of their line and the table."""
    plot = Plot.of(laid, measure, size)
    jumps = sorted(
        (
            (-measure.value(step.amounts, _load(scene)), track.number, at)
            for track in laid
            for at, step in enumerate(track.steps)
            if step.hub is not None
        ),
    )
    taken: list[Box] = []
    right = plot.x(plot.most_km) + LEADER
    for track, (x, y, at_name) in zip(laid, leaders(plot, laid), strict=True):
        line = [(plot.x(point.distance_km), plot.y(track.value(at, measure))) for at, point in enumerate(track.points)]
        taken += _along(line) + _along([(x, y), (right, at_name)])
    found = []
    for height, number, at in jumps:
        if -height < 0.02 * plot.most:
            break
        track = laid[number]
        x = plot.x(track.points[at].distance_km)
        text = jump_text(track.steps[at], measure, scene)
        wide = CHARACTER * len(text)
        middle = (plot.y(track.value(at, measure)) + plot.y(track.value(at + 1, measure))) / 2
        for left, baseline in (
            (x - wide - 4, middle - 2),
            (x + 5, middle + 9),
            (x - wide - 4, middle - 12),
            (x + 5, middle + 19),
            (x - wide / 2, plot.y(track.value(at + 1, measure)) - 5),
            (x - wide / 2, plot.y(track.value(at, measure)) + 13),
        ):
            box = (left, baseline - 9, left + wide, baseline + 2)
            inside = box[0] > LEFT + 2 and box[2] < plot.x(plot.most_km) + 4 and box[1] > 2 and box[3] < plot.y(0)
            if inside and not any(touch(box, other) for other in taken):
                taken.append(box)
                found.append(Label(left, baseline, text, number))
                break
    return found


def _along(line: Sequence[tuple[float, float]]) -> list[Box]:
    """Small boxes along a line, close enough that no label slips between two."""
    found = []
    for (x, y), (to_x, to_y) in itertools.pairwise(line):
        pieces = int(max(abs(to_x - x), abs(to_y - y)) / 5) + 1
        for part in range(pieces + 1):
            at = x + (to_x - x) * part / pieces, y + (to_y - y) * part / pieces
            found.append((at[0] - 1, at[1] - 1, at[0] + 1, at[1] + 1))
    return found


def leaders(plot: Plot, laid: Sequence[Track]) -> list[tuple[float, float, float]]:
    """For each route the px of its last point, and the height at which its name stands at the right."""
    ends = [(plot.x(track.points[-1].distance_km), plot.y(track.value(-1, plot.measure))) for track in laid]
    heights = spaced([y for _, y in ends], 15, TOP, plot.y(0) - 4)
    return [(x, y, at) for (x, y), at in zip(ends, heights, strict=True)]


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def spaced(wanted: Iterable[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near as can be to those wanted, in their order, at least ``gap`` apart, within bounds if they fit.

    >>> spaced([10, 11, 50], 10, 0, 100)
    [10, 20, 50]
    """
    order = sorted(enumerate(wanted), key=lambda item: item[1])
    placed: list[float] = []
    for _, value in order:
        placed.append(max(value, placed[-1] + gap if placed else low))
    top = high
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], top)
        top = placed[at] - gap
    found = [0.0] * len(placed)
    for (at, _), value in zip(order, placed, strict=True):
        found[at] = value
    return found


def is_shaded(laid: Sequence[Track], measure: Measure) -> bool:
    """Whether the range of each route is drawn along its whole line: few routes, their hours, and it was asked for."""
    return measure.id == "time" and len(laid) <= MAX_BANDS and all(track.band for track in laid)


def range_text(laid: Sequence[Track], measure: Measure) -> str:
    """What the bands or bars of a chart mean."""
    if is_shaded(laid, measure):
        return f"Shaded: {ranges.TITLE} of each route's own hours."
    return f"Bars at the ends: {ranges.TITLE} of each route's own total."


def note(scene: Scene) -> str:
    """What a chart leaves out."""
    total = max(scene.total, len(scene.routes))
    return f"The charts have the first {MAX_ROUTES} of {total} routes." if len(scene.routes) > MAX_ROUTES else ""


def whiskers(plot: Plot, laid: Sequence[Track]) -> list[tuple[Track, float, float, float]]:
    """For each route where its bar stands: an x right of its last point, the y of P10 and of P90; none where shaded."""
    if is_shaded(laid, plot.measure) or not plot.measure.ranged:
        return []
    found = []
    for track in laid:
        low, high = track.drawn.route.interval(plot.measure.field)
        found.append((track, plot.x(track.points[-1].distance_km) + WHISKER, plot.y(low), plot.y(high)))
    return found


def strips(plot: Plot, countries: Sequence[tuple[str, float, float]]) -> list[tuple[float, float, str, str]]:
    """Left and right px, fill and code of each country along a route."""
    return [
        (plot.x(start), plot.x(end), palette.STRIPS[at % 2] if is_country(code) else palette.WATER, code)
        for at, (code, start, end) in enumerate(countries)
    ]


def end_text(track: Track, measure: Measure) -> str:
    """A route's id (or title) and total, as long as there is room at the right."""
    total = measure.text(track.value(-1, measure))
    name = f"{track.number + 1}: {track.drawn.id}" if len(track.drawn.id) > 2 else track.drawn.title
    mark = closure_marks.mark_of(track.drawn.route)
    room = int((RIGHT - 22) / 6.0) - len(total) - 2 - (len(mark) + 1 if mark else 0)
    short_name = name if len(name) <= room else name[: room - 1] + ELLIPSIS
    return f"{f'{short_name} {mark}'.rstrip()}, {total}"


ELLIPSIS = "\u2026"
