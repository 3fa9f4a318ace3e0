"""Where things stand in a chart, in px computed by hand: 732 px of km from 58 on, 368 px of hours up from 394."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import drawn
import pytest

import corridors
from maps import chart_layout, closure_marks, palette, scene
from maps.chart_layout import Label, Plot, Track
from maps.scene import Scene
from planner.network import Network
from planner.price.measures import MEASURES
from planner.uncertainty import breakeven

TIME, COST = MEASURES["time"], MEASURES["cost"]
SIZE = (980.0, 430.0)


def certain(drawing: str, *, speed: tuple[float, float] | None = None) -> Network:
    """A drawn network whose rates are known for certain, but the speed by rail in KZ where its bounds are given."""
    network = drawn.network(drawing)
    rows = [breakeven.known_to_be(row, row.central) for row in network.catalog.rates.rows]
    if speed is not None:
        rate = network.catalog.rates.get("speed_km_per_h", "rail", "KZ").rate
        rows.append(rate.model_copy(update={"low": speed[0], "high": speed[1]}))
    return breakeven.with_rates(network, rows)


def view_of(network: Network, end: str, *titles: str) -> Scene:
    """The route from a to this end, once under each id and title."""
    route = corridors.plan(network, "a", end, count=1, include="proposed")[0]
    return scene.make([(title.lower(), title, route) for title in titles or ("One",)], network)


def laid_out(network: Network, end: str, *titles: str, band: bool = False) -> tuple[Scene, list[Track]]:
    view = view_of(network, end, *titles)
    return view, chart_layout.tracks(view, band=band)


ONE_LINE = "a ==100== b"
"""12 h of loading, 2 h moving and 1.2 h in yards, 12 h of unloading; 60, 110 and 60 USD."""


def test_scales_run_right_and_up() -> None:
    plot = Plot(TIME, 1000.0, 200.0, *SIZE)
    assert [plot.x(km) for km in (0, 500, 1000)] == [58, 58 + 366, 58 + 732]
    assert [plot.y(value) for value in (0, 50, 200)] == [394, 394 - 92, 394 - 368]


def test_a_plot_has_room_for_the_longest_way_and_the_highest_total() -> None:
    network = certain("a ==100== b ==200== c")
    tracks = [chart_layout.tracks(view_of(network, end))[0] for end in ("b", "c")]
    plot = Plot.of(tracks, TIME, SIZE)
    assert (plot.most_km, plot.most) == (300.0, pytest.approx((24 + 3 * 3.2) * 1.04))
    assert Plot.of(tracks, COST, SIZE).most == pytest.approx((120 + 3 * 110) * 1.04)
    assert (plot.width, plot.height, plot.measure) == (*SIZE, TIME)


def test_a_plot_has_room_for_the_upper_end_of_a_range() -> None:
    """40 km/h instead of 50 in the slow tenth: 2.5 h for 2."""
    view, tracks = laid_out(certain(ONE_LINE, speed=(40.0, 62.5)), "b")
    plot = Plot.of(tracks, TIME, SIZE)
    assert plot.most == pytest.approx(27.7 * 1.04, abs=3e-3)
    ((track, x, p10, p90),) = chart_layout.whiskers(plot, tracks)
    assert (track, x) == (tracks[0], 58 + 732 + 5)
    assert (p10, p90) == pytest.approx((394 - 26.8 / 27.7 / 1.04 * 368, 394 - 368 / 1.04), abs=0.05)
    assert tracks[0].band == []
    assert chart_layout.tracks(view)[0].band == []
    (shaded,) = chart_layout.tracks(view, band=True)
    # hours of a band are no height of a chart of USD
    assert Plot.of([replace(shaded, band=[(0.0, 1e6)])], COST, SIZE).most == pytest.approx(230 * 1.04)
    assert Plot.of([replace(shaded, band=[(0.0, 1e6)])], TIME, SIZE).most == pytest.approx(1.04e6)
    assert shaded.band[-1] == pytest.approx((26.8, 27.7), abs=3e-3)


def test_ranges_are_shaded_of_three_routes_and_hours_and_where_they_were_asked_for() -> None:
    network = certain(ONE_LINE)
    _, three = laid_out(network, "b", "One", "Two", "Three", band=True)
    _, four = laid_out(network, "b", "One", "Two", "Three", "Four", band=True)
    _, bare = laid_out(network, "b")
    for tracks, quantity, shaded in (
        (three, TIME, True),
        (four, TIME, False),
        (three, COST, False),
        (bare, TIME, False),
        ([*three[:2], *bare], TIME, False),
    ):
        assert chart_layout.is_shaded(tracks, quantity) is shaded
        assert chart_layout.range_text(tracks, quantity).startswith("Shaded" if shaded else "Bars at the ends")
        bars = chart_layout.whiskers(Plot.of(tracks, quantity, SIZE), tracks)
        assert len(bars) == (0 if shaded else len(tracks))


def test_a_chart_has_twelve_routes_and_says_so() -> None:
    network = certain(ONE_LINE)
    for count, told in ((12, ""), (13, "The charts have the first 12 of 13 routes.")):
        view, tracks = laid_out(network, "b", *(f"R{at}" for at in range(count)))
        assert [track.number for track in tracks] == list(range(12))
        assert chart_layout.note(view) == told


def test_a_stretch_is_one_operation_or_the_segments_of_a_leg_with_one_status() -> None:
    network = certain("a ==100== b ==50== c ==30!== d --20-- e")
    _, (track,) = laid_out(network, "e")
    told = [step.hub.operation if step.hub else step.end for step in track.steps]
    assert told == ["loading", "b", "c", "d", "transshipment", "e", "unloading"]
    assert list(chart_layout.stretches(track)) == [(0, 1), (1, 3), (3, 4), (4, 5), (5, 6), (6, 7)]


def test_two_operations_at_one_place_are_two_stretches() -> None:
    _, (track,) = laid_out(certain("KZ:a ==100== UZ:b"), "b")
    assert [step.hub.operation for step in track.steps if step.hub] == ["loading", "border_crossing", "unloading"]
    assert list(chart_layout.stretches(track)) == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_the_titles_of_stretches_add_up_what_they_take() -> None:
    """150 km in two segments: 3 h moving and 1.8 h in yards; 165 USD for 20 t at 0.055."""
    view, (track,) = laid_out(certain("a ==100== b ==50== c"), "c")
    assert chart_layout.title(track, 0, 1, view) == "One: A, loading at the origin, rail: 12 h, 60 USD"
    assert chart_layout.title(track, 1, 3, view) == "One: rail, A - C, operational: 150 km, 5 h, 165 USD"
    assert chart_layout.title(track, 3, 4, view) == "One: C, unloading at the destination, rail: 12 h, 60 USD"


def test_the_title_of_a_later_stretch_counts_from_where_it_begins() -> None:
    """20 km by road on from km 100: 20 / 51 / 0.55 h and 36 USD, on a line that is being built."""
    network = certain("a ==100== b --20!-- c")
    (road,) = (item for item in network.segments.values() if item.mode == "road")
    built = network.without([road.id]).with_([road.model_copy(update={"status": "under_construction"})])
    view, (track,) = laid_out(built, "c")
    assert list(chart_layout.stretches(track)) == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert chart_layout.title(track, 3, 4, view) == "One: road, B - C, under construction: 20 km, 1 h, 36 USD"


def test_a_name_is_short_without_what_stands_in_brackets() -> None:
    network = certain(ONE_LINE)
    nodes = {key: node.model_copy(update={"name": "Port Said (Bur Said)"}) for key, node in network.nodes.items()}
    view = view_of(breakeven.with_rates(drawn.of(nodes, dict(network.segments)), network.catalog.rates.rows), "b")
    assert chart_layout.short(view, "a") == "Port Said"


def test_ticks_by_hand() -> None:
    assert chart_layout.ticks(6) == [0, 1, 2, 3, 4, 5, 6]
    assert chart_layout.ticks(12) == [0, 2, 4, 6, 8, 10, 12]
    assert chart_layout.ticks(30) == [0, 5, 10, 15, 20, 25, 30]
    assert chart_layout.ticks(61) == [0, 20, 40, 60]
    assert chart_layout.ticks(8, 8) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert chart_layout.ticks(0.6) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert chart_layout.ticks(-1) == [0]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([50, 51], [50, 60]),
        ([51, 50], [60, 50]),
        ([-5], [0]),
        ([105], [100]),
        ([0, 10], [0, 10]),
        ([98, 99, 100], [80, 90, 100]),
        ([90, 95, 40], [90, 100, 40]),
        ([], []),
    ],
)
def test_names_are_spaced_by_hand(wanted: Sequence[float], found: Sequence[float]) -> None:
    assert chart_layout.spaced(wanted, 10, 0, 100) == found


def test_boxes_touch_when_they_overlap_and_not_at_an_edge() -> None:
    box = (0.0, 0.0, 10.0, 5.0)
    for right, down, expected in (
        (9, 0, True),
        (10, 0, False),
        (-9, 0, True),
        (-10, 0, False),
        (0, 4, True),
        (0, 5, False),
        (0, -4, True),
        (0, -5, False),
        (9, -4, True),
        (11, 4, False),
    ):
        other = (box[0] + right, box[1] + down, box[2] + right, box[3] + down)
        assert chart_layout.touch(box, other) is chart_layout.touch(other, box) is expected


def test_boxes_along_a_line_leave_no_gap_wider_than_5_px() -> None:
    boxes = chart_layout._along([(0.0, 0.0), (14.0, 7.0), (14.0, -2.0)])
    middles = [(0, 0), (14 / 3, 7 / 3), (28 / 3, 14 / 3), (14, 7), (14, 7), (14, 2.5), (14, -2)]
    by_hand = [(x - 1, y - 1, x + 1, y + 1) for x, y in middles]
    for box, expected in zip(boxes, by_hand, strict=True):
        assert box == pytest.approx(expected)


def test_names_of_routes_that_end_alike_stand_15_px_apart() -> None:
    _, tracks = laid_out(certain(ONE_LINE), "b", "One", "Two")
    plot = Plot.of(tracks, TIME, SIZE)
    end = 394 - 368 / 1.04
    assert chart_layout.leaders(plot, tracks) == [
        (790, pytest.approx(end), pytest.approx(end)),
        (790, pytest.approx(end), pytest.approx(end + 15)),
    ]
    assert chart_layout.end_text(tracks[1], TIME) == "2: two, 27 h"
    assert chart_layout.end_text(tracks[1], COST) == "2: two, 230 USD"


def test_names_of_routes_that_end_low_stand_4_px_above_the_axis() -> None:
    _, tracks = laid_out(certain(ONE_LINE), "b", "One", "Two")
    plot = Plot(TIME, 100.0, 2720.0, *SIZE)
    assert [at for _, _, at in chart_layout.leaders(plot, tracks)] == [390 - 15, 390]


def test_the_mark_of_a_closure_takes_of_the_room_of_a_name() -> None:
    view = view_of(certain(ONE_LINE), "b", "Z" * 30)
    route = replace(view.routes[0].route, closures=(drawn.SHIPPED.closures["pak_afg_chaman"],))
    (track,) = chart_layout.tracks(scene.make([("z" * 30, "Z", route)], view.network))
    mark = closure_marks.mark_of(route)
    assert mark
    assert chart_layout.end_text(track, TIME) == f"1: {'z' * (18 - len(mark) - 1)}\u2026 {mark}, 27 h"


def test_a_long_name_is_cut_to_the_room_at_the_right_and_a_number_is_no_name() -> None:
    """28 characters of 6 px in all; the total and what stands before it take theirs."""
    view, (track,) = laid_out(certain(ONE_LINE), "b", "Z" * 30)
    assert chart_layout.end_text(track, TIME) == "1: " + "z" * 18 + "\u2026, 27 h"
    _, (track,) = laid_out(certain(ONE_LINE), "b", "Z" * 19)
    assert chart_layout.end_text(track, TIME) == "1: " + "z" * 19 + ", 27 h"
    route = view.routes[0].route
    for name, told in (("1", "Route 1"), ("12", "Route 1"), ("ktap", "1: ktap")):
        (track,) = chart_layout.tracks(scene.make([(name, "Route 1", route)], view.network))
        assert chart_layout.end_text(track, TIME) == f"{told}, 27 h"


def test_labels_stand_beside_the_middle_of_their_jump() -> None:
    """Left of it is no room at the origin, so right of it there; 6 characters of 5.7 px; 2 px up or 9 px down."""
    view, tracks = laid_out(certain(ONE_LINE), "b")
    most = 27.2 * 1.04

    def height(hours: float) -> float:
        return 394 - hours / most * 368

    assert chart_layout.labels(tracks, TIME, view, size=SIZE) == [
        Label(58 + 5, pytest.approx(height(6) + 9), "A 12 h", 0),
        Label(pytest.approx(790 - 4 - 6 * 5.7), pytest.approx(height(21.2) - 2), "B 12 h", 0),
    ]


def test_no_label_touches_a_line_or_another_label() -> None:
    """Two routes alike have each label once; one that ends half way has its line kept free of the other's labels."""
    network = certain("a ==100== b ==100== c\na --100-- b --12-- c")
    view, tracks = laid_out(network, "c", "One", "Two")
    by_rail, by_road = (
        corridors.plan(network, "a", end, modes=[mode], count=1)[0] for end, mode in (("b", "rail"), ("c", "road"))
    )
    assert len(chart_layout.labels(tracks, TIME, view, size=SIZE)) == 2
    view = scene.make([("rail", "Rail", by_rail), ("road", "Road", by_road)], network)
    tracks = chart_layout.tracks(view)
    plot = Plot.of(tracks, TIME, SIZE)
    taken = [
        box
        for track in tracks
        for box in chart_layout._along(
            [(plot.x(point.distance_km), plot.y(point.so_far["time"])) for point in track.points]
        )
    ]
    found = chart_layout.labels(tracks, TIME, view, size=SIZE)
    assert {"A 12 h", "B 12 h"} <= {label.text for label in found}
    for label in found:
        box = (label.left, label.baseline - 9, label.left + 5.7 * len(label.text), label.baseline + 2)
        assert not any(chart_layout.touch(box, other) for other in taken), label
        taken.append(box)


def test_a_jump_below_a_fiftieth_of_the_chart_has_no_label() -> None:
    """12 h are a fiftieth of 600 h, the height of a chart of 576.9 h: 24 h and 17,279 km at 0.032 h.

    So low a jump has room left of it at the destination alone.
    """
    for km, told in ((17_290, []), (17_270, ["B 12 h"])):
        view, tracks = laid_out(certain(f"a =={km}== b"), "b")
        assert [label.text for label in chart_layout.labels(tracks, TIME, view, size=SIZE)] == told


def test_strips_of_countries_change_colour_and_the_sea_is_water() -> None:
    plot = Plot(TIME, 1000.0, 200.0, *SIZE)
    assert chart_layout.strips(plot, [("KZ", 0, 500), ("sea", 500, 750), ("AZ", 750, 1000), ("GE", 1000, 1000)]) == [
        (58, 424, palette.STRIPS[0], "KZ"),
        (424, 607, palette.WATER, "sea"),
        (607, 790, palette.STRIPS[0], "AZ"),
        (790, 790, palette.STRIPS[1], "GE"),
    ]
