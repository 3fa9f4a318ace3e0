"""Charts and figures: where things stand, what is drawn, and that pictures are pictures."""

from __future__ import annotations

import html
import itertools
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest
from PIL import Image

import corridors
from geodata import errors
from maps import chart_layout, marks, palette, scene
from maps.chart_layout import Plot
from maps.figures import map as figure_map, write as figures
from maps.page import charts, facts
from maps.scene import Scene
from planner.network import Network
from planner.price import measures
from planner.price.measures import MEASURES


@pytest.fixture(scope="module")
def view(network: Network) -> Scene:
    return scene.make(corridors.compare(network, "Almaty", "Karachi"))


def test_ticks_are_round_and_cover() -> None:
    assert chart_layout.ticks(433) == [0, 100, 200, 300, 400]
    assert chart_layout.ticks(0.9)[-1] == pytest.approx(0.8)
    assert chart_layout.ticks(0) == [0]
    for most in (1, 7.3, 99, 100, 1234, 5e6):
        found = chart_layout.ticks(most)
        assert 3 <= len(found) <= 8
        assert found[-1] <= most < found[-1] + 2 * found[1]


def test_spaced_keeps_order_and_distance() -> None:
    found = chart_layout.spaced([10, 11, 12, 90, 91], 10, 0, 100)
    assert found == sorted(found)
    assert all(other - one >= 10 for one, other in itertools.pairwise(found))
    assert max(found) <= 100


@pytest.mark.parametrize("quantity", measures.charted(), ids=lambda row: row.id)
def test_each_line_of_the_chart_is_its_route(view: Scene, quantity: measures.Measure) -> None:
    """Read back from the SVG: the last vertex of a route is its total, and the paths of a route join."""
    root = ElementTree.fromstring(charts.svg(view, quantity))
    plot = Plot.of(chart_layout.tracks(view), quantity, (chart_layout.WIDTH, chart_layout.HEIGHT))
    for number, drawn in enumerate(view.routes):
        own = [
            path
            for path in root.iter("path")
            if path.get("data-route") == str(number) and path.get("data-leg") is not None
        ]
        lines = [
            [tuple(map(float, pair.split())) for pair in (path.get("d") or "").lstrip("M").split("L")] for path in own
        ]
        assert lines[0][0] == pytest.approx((plot.x(0), plot.y(0)), abs=0.06)
        total = drawn.route.value(quantity.id)
        assert lines[-1][-1] == pytest.approx((plot.x(drawn.route.distance_km), plot.y(total)), abs=0.06)
        assert all(one[-1] == other[0] for one, other in itertools.pairwise(lines))
        upright = [line for line in lines if line[0][0] == line[-1][0]]
        assert len(upright) == len(drawn.route.hubs)


def test_unbuilt_legs_are_dashed_in_the_chart(view: Scene) -> None:
    root = ElementTree.fromstring(charts.svg(view, MEASURES["time"]))
    at = next(number for number, drawn in enumerate(view.routes) if drawn.id == "ktap")
    dashes = {path.get("stroke-dasharray") for path in root.iter("path") if path.get("data-route") == str(at)}
    assert palette.UNBUILT["planned"] in dashes
    built = next(number for number, drawn in enumerate(view.routes) if drawn.id == "afghan-road")
    assert {path.get("stroke-dasharray") for path in root.iter("path") if path.get("data-route") == str(built)} == {
        None
    }


def test_labels_of_jumps_touch_neither_lines_nor_each_other(view: Scene) -> None:
    for quantity in measures.charted():
        laid = chart_layout.tracks(view)
        found = chart_layout.labels(laid, quantity, view, size=(chart_layout.WIDTH, chart_layout.HEIGHT))
        assert len(found) >= 5
        boxes = [
            (item.left, item.baseline - 9, item.left + chart_layout.CHARACTER * len(item.text), item.baseline + 2)
            for item in found
        ]
        assert not any(chart_layout.touch(one, other) for one, other in itertools.combinations(boxes, 2))
        plot = Plot.of(laid, quantity, (chart_layout.WIDTH, chart_layout.HEIGHT))
        for track in laid:
            for at, point in enumerate(track.points):
                x, y = plot.x(point.distance_km), plot.y(track.value(at, quantity))
                assert not any(box[0] < x < box[2] and box[1] < y < box[3] for box in boxes)
    texts = {
        item.text
        for item in chart_layout.labels(
            chart_layout.tracks(view), MEASURES["time"], view, size=(chart_layout.WIDTH, chart_layout.HEIGHT)
        )
    }
    assert any(text.startswith("Spin Boldak ") for text in texts)


def test_a_band_lies_around_its_line(network: Network) -> None:
    view = scene.make(corridors.plan(network, "Almaty", "Karachi", count=1))
    root = ElementTree.fromstring(charts.svg(view, MEASURES["time"], band=True))
    (band,) = [path for path in root.iter("path") if "band" in (path.get("class") or "").split()]
    assert "corridors-few" in (band.get("class") or "")
    assert not [
        path
        for path in ElementTree.fromstring(charts.svg(view, MEASURES["cost"], band=True)).iter("path")
        if "band" in (path.get("class") or "").split()
    ]


def test_of_many_routes_the_ends_of_the_bands_are_drawn_and_said(view: Scene, tmp_path: Path) -> None:
    laid = chart_layout.tracks(view, band=True)
    time, cost = (Plot.of(laid, quantity, (980, 430)) for quantity in measures.charted())
    bars = chart_layout.whiskers(time, laid)
    assert [bar[0].number for bar in bars] == list(range(len(view.routes)))
    assert all(chart_layout.TOP <= high < low < time.y(0) for _, _, low, high in bars)
    ends = [drawn.route.interval("cost_usd") for drawn in view.routes]
    assert [bar[2:] for bar in chart_layout.whiskers(cost, laid)] == [(cost.y(low), cost.y(high)) for low, high in ends]
    assert cost.most == pytest.approx(1.04 * max(high for _, high in ends))
    page = html.unescape(facts.html(view, band=True))
    assert page.count("class='whisker") == 2 * len(view.routes)
    assert page.count("Bars at the ends: P10–P90 of each route's own total") == 2
    assert figures.draw_chart(view, tmp_path / "chart.pdf", band=True) == []
    assert "Bars at the ends" in pypdf.PdfReader(tmp_path / "chart.pdf").pages[0].extract_text()


def test_a_chart_of_very_many_routes_says_what_it_leaves_out(network: Network) -> None:
    many = scene.make(corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost"]))
    assert len(many.routes) > chart_layout.MAX_ROUTES
    assert chart_layout.note(many) == f"The charts have the first 12 of {len(many.routes)} routes."
    assert "first 12 of" in facts.html(many)


def test_the_tables_under_the_map_say_what_the_routes_say(view: Scene) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", " ", facts.html(view)))
    for drawn in view.routes:
        for text in (drawn.title, f"{drawn.route.distance_km:,.0f}", f"{drawn.route.time_h:,.0f}"):
            assert text in page
        for warning in drawn.route.warnings:
            assert warning in page
        for hub in drawn.route.hubs:
            assert hub.detail in page
    assert "Natural Earth" in page


def test_numbers_stand_on_their_own_route_and_apart(view: Scene) -> None:
    from shapely.geometry import LineString, Point

    spots = marks.numbers(view)
    assert len(set(spots)) == len(view.routes)
    for spot, drawn in zip(spots, view.routes, strict=True):
        assert min(LineString(segment.coordinates).distance(Point(spot)) for segment in drawn.route.segments) < 1e-3


@pytest.mark.parametrize("suffix", figures.SUFFIXES)
@pytest.mark.parametrize("kind", ["map", "chart"])
def test_a_figure_is_a_picture_with_its_words(view: Scene, tmp_path: Path, suffix: str, kind: str) -> None:
    file = tmp_path / f"figure{suffix}"
    draw = figures.draw_map if kind == "map" else figures.draw_chart
    draw(view, file)
    if suffix == ".png":
        picture = np.asarray(Image.open(file).convert("RGB")).reshape(-1, 3)
        assert picture.shape[0] > 1_000_000
        for paint in (drawn.paint.colour for drawn in view.routes[:6]):
            wanted = np.array([int(paint[at : at + 2], 16) for at in (1, 3, 5)])
            assert (np.abs(picture.astype(int) - wanted).max(axis=1) < 4).sum() > 200, paint
    if suffix == ".svg":
        assert ElementTree.parse(file).getroot().tag.endswith("svg")
        again = tmp_path / "again.svg"
        draw(view, again)
        assert again.read_bytes() == file.read_bytes()
    if suffix == ".pdf":
        text = " ".join(pypdf.PdfReader(file).pages[0].extract_text().split())
        assert "Almaty to Karachi, compared" in text
        wanted_words = ("(ktap)", "4,148", "break of gauge") if kind == "map" else ("Spin Boldak", "ktap \u2020", " h")
        assert all(word in text for word in wanted_words)


@pytest.mark.parametrize(
    ("origin", "destination", "names"),
    [
        ("Almaty", "Poti", {"Алматы", "ფოთი"}),
        ("Almaty", "Karachi", {"Алматы", "کراچی"}),
        ("Almaty", "Bandar Abbas", {"Алматы", "بندرعباس"}),
    ],
)
def test_names_in_cyrillic_georgian_and_arabic_script_are_drawn_with_their_glyphs(
    network: Network, tmp_path: Path, origin: str, destination: str, names: set[str]
) -> None:
    """The names are written, and matplotlib misses no glyph."""
    view = scene.make(corridors.compare(network, origin, destination))
    written = {text.get_text() for axes in figure_map.figure(view).axes for text in axes.texts}
    assert names <= written
    assert figures.draw_map(view, tmp_path / "figure.png") == []


def test_a_figure_of_very_many_routes_has_the_first_and_says_so(network: Network, tmp_path: Path) -> None:
    many = corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"])
    (note,) = corridors.figure(many, tmp_path / "figure.pdf")
    assert note.endswith(f"the figure has the first 16 of {len(many)} routes")
    text = " ".join(pypdf.PdfReader(tmp_path / "figure.pdf").pages[0].extract_text().split())
    assert f"the first 16 of {len(many)} routes" in text
    assert "Route 17" not in text


def test_signs_that_no_font_has_are_said(network: Network, tmp_path: Path) -> None:
    import dataclasses

    almaty = network.nodes["almaty"].model_copy(update={"name": "Almaty \U00013000"})
    own = dataclasses.replace(network, nodes={**network.nodes, "almaty": almaty})
    (note,) = corridors.figure(corridors.plan(own, "Almaty", "Tashkent"), tmp_path / "figure.png")
    assert "no installed font has" in note


def test_long_names_stay_on_the_paper(network: Network) -> None:
    import dataclasses

    long = network.nodes["almaty"].model_copy(update={"name": "A" * 300})
    own = dataclasses.replace(network, nodes={**network.nodes, "almaty": long})
    figure = figure_map.figure(scene.make(corridors.plan(own, "Almaty", "Karachi")))
    figure.canvas.draw()
    edge = figure.bbox
    for text in (text for axes in figure.axes for text in axes.texts):
        box = text.get_window_extent()
        assert edge.x0 - 1 <= box.x0, text.get_text()
        assert box.x1 <= edge.x1 + 1, text.get_text()


def test_figures_refuse_what_they_cannot_do(view: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.RequestError, match=r"\.png, \.svg, \.pdf"):
        figures.draw_map(view, tmp_path / "figure.jpg")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(errors.RequestError, match=r"transit-corridors\[figures\]"):
        figures.draw_map(view, tmp_path / "figure.png")
    assert list(tmp_path.iterdir()) == []


def test_a_chart_wants_a_route(network: Network, tmp_path: Path) -> None:
    empty = Scene((), network, network.catalog.data_date, "nothing")
    with pytest.raises(errors.RequestError, match="no route"):
        figures.draw_chart(empty, tmp_path / "chart.png")
    assert charts.svg(empty, MEASURES["time"]) == ""


def test_a_briefing_has_all_its_parts(network: Network) -> None:
    page = corridors.brief(corridors.compare(network, "Almaty", "Karachi")).html()
    text = html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("</head>") :]))
    for wanted in (
        "How does freight get from Almaty to Karachi",
        "In short",
        "Totals of the routes",
        "Hours over distance",
        "KTAP: Herat-Kandahar",
        "What rests on low-confidence facts",
        "Spin Boldak",
        "closed (pak_afg_chaman)",
        "Corridors left out, and why",
        "Sources of the lines",
        network.catalog.sha256[:16],
    ):
        assert wanted in text, wanted
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    built = corridors.brief(corridors.compare(network, "Almaty", "Astana")).html()
    assert "Every line of these routes is in operation." in built
