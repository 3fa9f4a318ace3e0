"""Where routes lie beside each other, by hand on drawn lines; a shift is in px, to the right of the way drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import drawn
import pytest

import corridors
from geodata import errors
from maps import palette, scene
from planner.network import Network
from planner.price.route import Route

LINE = "a --100-- b --100-- c"
A, B, C = [40.0, 60.0], [40.0, 61.0], [40.0, 62.0]


def route(network: Network, start: str, end: str, **asked: Any) -> Route:
    return corridors.plan(network, start, end, count=1, include="proposed", **asked)[0]


def runs(network: Network, routes: Sequence[Route]) -> list[list[dict[str, Any]]]:
    return scene.runs(scene.make([(str(at), f"Route {at}", each) for at, each in enumerate(routes)], network))


def looks(network: Network, *routes: Route) -> list[list[tuple[list[list[float]], float]]]:
    """The line and the shift of each run of each route."""
    return [[(run["line"], run["shift"]) for run in own] for own in runs(network, routes)]


def test_two_routes_in_one_direction_lie_three_px_off_the_line_on_either_side() -> None:
    network = drawn.network(LINE)
    there = route(network, "a", "c")
    assert looks(network, there, there) == [[([A, B, C], -3.0)], [([A, B, C], 3.0)]]


def test_routes_in_opposite_directions_lie_on_opposite_sides_of_the_line() -> None:
    """Both keep to the left of their own way: the same shift, along the line and against it."""
    network = drawn.network(LINE)
    there, back = route(network, "a", "c"), route(network, "c", "a")
    assert looks(network, there, back) == [[([A, B, C], -3.0)], [([C, B, A], -3.0)]]
    assert looks(network, back, there) == [[([C, B, A], -3.0)], [([A, B, C], -3.0)]]
    assert looks(network, there, back, there) == [[([A, B, C], -6.0)], [([C, B, A], 0.0)], [([A, B, C], 6.0)]]


def test_a_route_is_shifted_just_where_it_shares_the_line() -> None:
    network = drawn.network(LINE)
    whole, half = route(network, "a", "c"), route(network, "b", "c")
    assert looks(network, whole, half) == [[([A, B], 0.0), ([B, C], -3.0)], [([B, C], 3.0)]]
    assert looks(network, whole) == [[([A, B, C], 0.0)]]


def test_a_route_that_passes_a_line_twice_has_one_place_on_it() -> None:
    """To the terminal and back over the same piece: still two routes there, not three."""
    (there,), (back,) = (corridors.plan(drawn.network("a --100-- b"), *ends, count=1) for ends in ("ab", "ba"))
    network = drawn.network("a --100-- b")
    both = Route(
        **{
            **{
                name: getattr(there, name)
                for name in ("consignment", "priced_with", "hubs", "corridors", "warnings", "closures")
            },
            "legs": (*there.legs, *back.legs),
        }
    )
    assert looks(network, both, there) == [[([A, B], -3.0), ([B, A], 3.0)], [([A, B], 3.0)]]


@pytest.mark.parametrize(
    ("count", "step", "width"),
    [
        (1, 6.0, 4.0),
        (2, 6.0, 4.0),
        (4, 6.0, 4.0),
        (5, 5.2, 4.0),
        (8, 3.25, 2.25),
        (20, 1.3, 1.6),
    ],
)
def test_many_routes_on_one_line_share_26_px_and_are_drawn_thinner(count: int, step: float, width: float) -> None:
    """6 px from middle to middle, or 26 px over their number; as wide as that less 1 px, 1.6 px at least."""
    network = drawn.network(LINE)
    found = runs(network, [route(network, "a", "c")] * count)
    assert [own[0]["shift"] for own in found] == pytest.approx([(at - (count - 1) / 2) * step for at in range(count)])
    assert [own[0]["weight"] for own in found] == pytest.approx([width] * count)


def test_a_run_ends_where_the_status_changes_and_has_the_look_of_its_mode() -> None:
    network = drawn.network("a ==100== b ==100!== c --100-- d")
    (own,) = runs(network, [route(network, "a", "d")])
    assert [(run["line"], run["leg"]) for run in own] == [([A, B], 0), ([B, C], 0), ([C, [40.0, 63.0]], 1)]
    for run, look in zip(
        own, (("hatched", "operational"), ("hatched", "planned"), ("solid", "operational")), strict=True
    ):
        style = palette.line_style(*look).options()
        assert {key: run[key] for key in style} == style
        assert "Route 0" in run["popup"]


def test_lines_are_drawn_to_ten_metres_and_share_what_is_the_same_to_that() -> None:
    """Two lines between the same places, their middles half a metre apart."""
    network = drawn.network("a --100-- b\na --100-- b")
    bent = [
        item.model_copy(update={"coordinates": ((60.0, 40.0), (60.51237 + shift, 40.12344 - shift), (61.0, 40.0))})
        for item, shift in zip(network.segments.values(), (0.0, 0.000004), strict=True)
    ]
    network = drawn.of(dict(network.nodes), {item.id: item for item in bent})
    one, other = corridors.plan(network, "a", "b", count=2)
    assert one.segment_ids != other.segment_ids
    line = [A, [40.1234, 60.5124], B]
    assert looks(network, one, other) == [[(line, -3.0)], [(line, 3.0)]]


def test_an_air_line_is_cut_into_pieces_of_at_most_100_km() -> None:
    """85 km a degree of longitude at 40 north: one degree is one piece, four degrees four."""
    near = drawn.network("a ..85.. b")
    far = drawn.network("a --1-- x --1-- y --1-- z --1-- b\na ..341.. b")
    for network, pieces in ((near, 1), (far, 4)):
        (own,) = runs(network, [route(network, "a", "b", modes=["air"])])
        (run,) = own
        assert len(run["line"]) == pieces + 1
        assert (run["line"][0], run["line"][-1]) == (A, [40.0, 60.0 + pieces])


def test_corners_of_a_scene_are_those_of_its_routes() -> None:
    network = drawn.network("a --100-- b --100-- c --100-- d")
    moved = [
        item.model_copy(update={"coordinates": ((61.0, 40.0), (61.5, 43.5), (61.6, 38.5), (62.0, 40.0))})
        if item.from_node == "b"
        else item
        for item in network.segments.values()
    ]
    network = drawn.of(dict(network.nodes), {item.id: item for item in moved})
    view = scene.make([("one", "One", route(network, "b", "c"))], network)
    assert scene.bounds(view) == [[38.5, 61.0], [43.5, 62.0]]
    assert scene.bounds(scene.make([], network)) == [[22.0, 40.0], [55.0, 92.0]]


def test_a_line_is_thinned_to_what_stands_out() -> None:
    line = [(60.0, 40.0), (60.5, 40.0004), (61.0, 40.0), (61.5, 40.20049), (62.00049, 40.0)]
    assert scene.thinned(line, 0.001) == [[40.0, 60.0], [40.0, 61.0], [40.2, 61.5], [40.0, 62.0]]
    assert len(scene.thinned(line, 0.0001)) == 5


def test_what_a_scene_is_called() -> None:
    network = drawn.network(LINE)
    answer = corridors.plan(network, "a", "c", count=1)
    view = scene.make(answer)
    assert (view.title, view.total, view.whole) == ("A to C, by time", 1, False)
    assert [(item.id, item.title) for item in view.routes] == [("1", "Route 1")]
    assert scene.make(corridors.plan(network, "a", "c", pareto=["time", "cost"])).caption == (
        "A to C, none beaten in time, cost"
    )
    three = scene.make([(name, name.upper(), answer[0]) for name in "xyz"], network)
    assert scene.first(three, 3) is three
    assert scene.first(three, 2).title == "Corridor; the first 2 of 3 routes"
    assert [item.paint for item in three.routes] == [palette.paint(number) for number in range(3)]
    one = scene.make(answer[0], network)
    assert (one.title, [(item.id, item.title) for item in one.routes]) == ("Route", [("route", "Route")])
    for each, day in ((view, answer.request.day), (three, network.catalog.data_date), (one, network.catalog.data_date)):
        assert (each.day, each.network) == (day, network)
    both = replace(answer[0], corridors=("ktap", "uap"))
    assert scene.make(replace(answer, routes=(both,))).routes[0].title == "Route 1 (ktap, uap)"
    with pytest.raises(errors.RequestError, match="drawn with the network"):
        scene.make(answer[0])


def test_a_scene_of_a_comparison_and_of_all_named_corridors(network: Network) -> None:
    compared = corridors.compare(network, "Almaty", "Karachi", day=date(2026, 3, 1), as_of=2035)
    view = scene.make(compared)
    assert (view.title, view.whole, view.as_of) == ("Almaty to Karachi, compared", False, 2035)
    assert (view.day, view.network) == (date(2026, 3, 1), network)
    assert view.conditions.startswith("Best routes over lines open in 2035; ")
    assert [(item.id, item.title, item.route) for item in view.routes] == [
        (entry.id, entry.title, entry.route) for entry in compared
    ]
    whole = scene.make(network)
    assert (whole.title, whole.whole, whole.conditions) == ("Named corridors", True, "")
    assert (whole.day, whole.network) == (network.catalog.data_date, network)
    named = network.catalog.corridors
    assert {item.id: item.title for item in whole.routes} == {key: row.title for key, row in named.items()}
    for item in whole.routes:
        assert [node for node in item.route.nodes if node in named[item.id].via] == list(named[item.id].via)
        assert scene.first(whole, 1) is whole


def test_the_conditions_of_a_scene_are_said_in_words() -> None:
    network = drawn.network("KZ:a --100-- KZ:b --10-- UZ:c\nb --200-- d --100-- c")
    assert scene.make(corridors.plan(network, "a", "b", modes=["road", "rail"])).conditions == (
        "Best routes over operational lines; modes: road, rail. "
    )
    asked = corridors.plan(network, "a", "b", modes=["road"], as_of=2035, avoid=["c", "d"], closures="apply")
    assert scene.make(asked).conditions == (
        "Best routes over lines open in 2035; modes: road; without c, d; closures in force applied. "
    )
    assert scene.make(corridors.plan(network, "a", "b", include="under_construction")).conditions.startswith(
        "Best routes over under construction lines; "
    )
