"""Escaping, the one-file page, styles, and what is on the map."""

from __future__ import annotations

import html
import io
import itertools
import math
import re
from pathlib import Path

import drawn
import hostile
import pytest
from hypothesis import given, strategies as st
from jinja2 import Template

import corridors
from geodata import errors, records, saving
from maps import basemap, marks, palette, popups, scene
from maps.escape import escape
from maps.page import elements, offline, route_map
from planner.network import Network
from planner.price.consignment import Consignment


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_reads_as_written_and_means_nothing(text: str) -> None:
    escaped = escape(text)
    assert re.fullmatch(r"[A-Za-z0-9 .,\-_()&#;]*", escaped)
    assert Template(escaped).render() == escaped
    no_characters = any(0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE for char in text)
    if not no_characters and not re.search(r"[\x00-\x1f\x7f-\x9f\u0000]", text):  # html.unescape drops these
        assert html.unescape(escaped) == text


@pytest.mark.parametrize("text", hostile.STRINGS)
def test_script_data_survives_the_template_engine(text: str) -> None:
    import json

    written = elements.script_json({"name": escape(text), "nested": {"a": {"b": [1.5]}}})
    rendered = Template(written).render()
    assert rendered == written
    assert "</" not in written
    assert html.unescape(json.loads(written)["name"]) == text


def test_the_page_holds_everything_it_needs(network: Network) -> None:
    page = corridors.draw(corridors.compare(network, "Almaty", "Karachi")).html()
    assert len(page.encode()) <= 1_600_000
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert "url(data:image/png;base64," in page
    assert "unpkg.com" not in page
    assert "sourceMappingURL" not in page


def test_an_unknown_address_raises() -> None:
    with pytest.raises(errors.FileAccessError, match="evil"):
        offline.inline('<script src="https://evil.example/x.js"></script>')
    with pytest.raises(errors.FileAccessError, match="evil"):
        offline.inline('<link rel="stylesheet" href="https://evil.example/x.css"/>')
    with pytest.raises(errors.FileAccessError, match="evil"):
        offline.inline('<img src="https://evil.example/x.png">')


def test_another_version_raises() -> None:
    with pytest.raises(errors.FileAccessError, match=r"asks for leaflet 1\.9\.9, XStatic carries"):
        offline.inline('<script src="https://cdn.jsdelivr.net/npm/leaflet@1.9.9/dist/leaflet.js"></script>')


def test_online_adds_tiles_over_the_base_map_and_still_carries_all_scripts(network: Network) -> None:
    page = corridors.draw(corridors.plan(network, "Almaty", "Astana"), online=True).html()
    assert "tile.openstreetmap.org" in page
    assert "corridors.ground(" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert "tile.openstreetmap.org" not in corridors.draw(corridors.plan(network, "Almaty", "Astana")).html()


def test_a_file_is_complete_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sub" / "map.html"
    saving.write_text(file, "old")
    assert file.read_text() == "old"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(errors.FileAccessError, match="No space left"):
        saving.write_text(file, "new")
    assert file.read_text() == "old"
    assert [path.name for path in file.parent.iterdir()] == ["map.html"]


def test_every_mode_and_status_has_a_look_of_its_own() -> None:
    modes = {mode.line for mode in drawn.SHIPPED.modes.values()}
    looks = {palette.line_style(line, status) for line in modes for status in records.STATUSES}
    assert len(looks) == len(drawn.SHIPPED.modes) * len(records.STATUSES)
    assert all(palette.line_style(line, status).dash for line in modes for status in records.STATUSES[1:])
    assert set(palette.UNBUILT) == set(records.STATUSES[1:])
    assert len({palette.paint(number) for number in range(14)}) == 14


def test_unbuilt_stretches_are_dashed_and_named(network: Network) -> None:
    view = scene.make(corridors.compare(network, "Almaty", "Karachi"))
    at = next(number for number, item in enumerate(view.routes) if item.id == "ktap")
    runs = scene.runs(view)[at]
    assert palette.UNBUILT["planned"] in {run["dash"] for run in runs}
    assert any("Not built" in run["popup"] for run in runs if run["dash"])
    ends = [position for run in runs for position in run["line"]]
    assert ends[0] == pytest.approx([43.2525, 76.9115], abs=1e-3)
    assert ends[-1] == pytest.approx([24.85, 66.99], abs=1e-3)


def test_runs_join_without_gaps(network: Network) -> None:
    for runs in scene.runs(scene.make(corridors.compare(network, "Almaty", "Poti"))):
        for one, other in itertools.pairwise(runs):
            assert one["line"][-1] == other["line"][0]


def test_routes_that_share_a_line_lie_side_by_side(network: Network) -> None:
    view = scene.make(corridors.compare(network, "Almaty", "Karachi", modes=["rail"]))
    shifts = {run["shift"] for runs in scene.runs(view) for run in runs}
    assert len(shifts) > 2


def test_ferries_of_two_segments_that_run_together_lie_side_by_side(network: Network) -> None:
    answer = corridors.plan(network, "Aktau", "Baku", count=2)
    by_ferry = [{segment.id for segment in route.segments if segment.mode == "ferry"} for route in answer]
    assert by_ferry[0] != by_ferry[1]
    piece = ([51.14, 43.57][::-1], [50.52, 40.45][::-1])
    shifts = {
        run["shift"]
        for runs in scene.runs(scene.make(answer))
        for run in runs
        if any((one, other) == piece for one, other in itertools.pairwise(run["line"]))
    }
    assert len(shifts) == 2


def test_every_layer_of_the_table_is_on_the_map(network: Network) -> None:
    for view in (scene.make(corridors.compare(network, "Almaty", "Karachi")), scene.make(network)):
        for layer in route_map.LAYERS.values():
            canvas = route_map.Canvas(offline.OfflineMap(), view, basemap.light())
            before = len(canvas.map._children)
            layer.add(canvas, layer)
            if layer.id != "context" or view.whole:
                assert len(canvas.map._children) > before, layer.id
    page = corridors.draw(network).html()
    for call in (
        "ground",
        "borders",
        "context",
        "route",
        "symbols",
        "labels",
        "search",
        "layers",
        "legend",
        "fit",
        "facts",
    ):
        assert f"corridors.{call}(" in page


def test_a_popup_tells_km_hours_usd_co2e_and_sources(network: Network) -> None:
    route = corridors.plan(network, "Almaty", "Tashkent", modes=["rail"], count=1)[0]
    leg = route.legs[0]
    text = html.unescape(popups.leg("x", leg, network, Consignment.of(network.catalog)))
    sums = leg.amounts
    for part in (
        f"{sums.distance_km:,.0f} km",
        f"{sums.time_h:,.0f} h",
        f"{sums.cost_usd:,.0f} USD",
        f"{sums.co2e_kg:,.0f} kg",
        "OpenStreetMap",
        "1520 mm",
    ):
        assert part in text


def test_a_shut_crossing_is_marked(network: Network) -> None:
    view = scene.make(corridors.compare(network, "Almaty", "Karachi"))
    found = {(mark.node.name, mark.symbol) for mark in marks.on_routes(view)}
    assert ("Torkham", "closed") in found
    assert ("Saryagash", "border") in found
    assert ("Zahedan", "gauge") in found
    details = marks.details(view)
    (stop,) = {
        hub.amounts.time_h
        for entry in corridors.compare(network, "Almaty", "Karachi")
        for hub in entry.route.hubs
        if hub.node == "torkham"
    }
    assert details["torkham"] == f"{stop:,.0f} h, closed"
    assert details["zahedan"] == "1435 - 1676 mm"


def test_symbols_of_one_place_stand_side_by_side(network: Network) -> None:
    found = marks.on_routes(scene.make(corridors.compare(network, "Almaty", "Karachi")))
    spots = [(mark.node.id, *mark.beside) for mark in found]
    assert len(set(spots)) == len(spots)
    assert len({mark.node.id for mark in found}) < len(found)


def test_in_a_future_year_an_open_ended_closure_is_not_drawn_as_shut(network: Network) -> None:
    view = scene.make(corridors.plan(network, "Kabul", "Peshawar", modes=["road"], count=1, as_of=2035))
    assert ("Torkham", "border") in {(mark.node.name, mark.symbol) for mark in marks.on_routes(view)}


def test_a_map_is_saved_to_an_open_file_and_through_a_link_but_not_to_a_device(
    network: Network, tmp_path: Path
) -> None:
    drawing = corridors.draw(corridors.plan(network, "Almaty", "Astana"))
    out = io.BytesIO()
    drawing.save(out, close_file=False)
    assert out.getvalue().startswith(b"<!DOCTYPE html>")
    (tmp_path / "link.html").symlink_to(tmp_path / "real.html")
    drawing.save(str(tmp_path / "link.html"))
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "real.html").stat().st_size > 100_000
    for bad in (tmp_path, Path("/dev/null")):
        with pytest.raises(errors.FileAccessError, match="not a regular file"):
            drawing.save(bad)


def test_a_map_of_very_many_routes_says_that_it_has_the_first_ones(network: Network) -> None:
    answer = corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"])
    view = scene.make(answer)
    assert (len(view.routes), len(answer) > 40) == (40, True)
    assert view.title == f"Almaty to Karachi, none beaten in time, cost, co2e; the first 40 of {len(answer)} routes"


def test_the_map_credits_its_sources_and_names_the_ids(network: Network) -> None:
    page = corridors.draw(corridors.compare(network, "Almaty", "Karachi")).html()
    assert "<small>ktap-west<\\/small>" in page
    assert "OpenStreetMap contributors<\\/a> (ODbL)" in page


def test_a_notebook_shows_the_page_itself_on_a_lighter_ground(network: Network) -> None:
    drawing = corridors.draw(corridors.compare(network, "Almaty", "Karachi"))
    cell = drawing._repr_html_()
    assert cell.startswith("<iframe srcdoc='")
    assert "'" not in cell[len("<iframe srcdoc='") : cell.index("' style=")]
    assert len(cell.encode()) < 1_500_000
    assert len(cell) < len(drawing.html())
    assert len(corridors.draw(network)._repr_html_().encode()) < 1_500_000
    many = corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"])
    cell = corridors.draw(many)._repr_html_()
    assert len(cell.encode()) < 1_500_000
    assert f"the first 12 of {len(many)} routes" in cell


def test_a_route_is_drawn_in_its_network(network: Network) -> None:
    route = corridors.plan(network, "Almaty", "Astana")[0]
    assert "corridors.route(" in corridors.draw(route, network=network).html()
    with pytest.raises(errors.RequestError, match="network=network"):
        corridors.draw(route)
    with pytest.raises(errors.RequestError, match="not on a Plan"):
        corridors.brief(corridors.plan(network, "Almaty", "Astana"))  # type: ignore[arg-type]


def test_the_lighter_ground_has_the_same_countries() -> None:
    from shapely.geometry import shape

    wide, light = basemap.wide(), basemap.light()
    for one, other in zip(wide.countries["features"], light.countries["features"], strict=True):
        assert one["properties"] == other["properties"]
        before, after = shape(one["geometry"]), shape(other["geometry"])
        assert after.is_valid
        if before.area > 20:
            assert after.area == pytest.approx(before.area, rel=0.1), one["properties"]["name"]


def test_an_air_line_of_two_points_is_drawn_along_the_geodesic(network: Network) -> None:
    segment = network.segments["ala_apt-khi_apt-air"]
    ends = (segment.coordinates[0], segment.coordinates[-1])
    straight = segment.model_copy(update={"id": "straight", "coordinates": ends})
    own = network.without([segment.id]).with_([straight])
    view = scene.make(corridors.plan(own, "ALA", "KHI", modes=["air"], include="proposed", count=1))
    (run,) = scene.runs(view)[0]
    assert len(run["line"]) > 20
    middle = run["line"][len(run["line"]) // 2]
    near = min(segment.coordinates, key=lambda at: abs(at[1] - middle[0]))
    assert middle[1] == pytest.approx(near[0], abs=0.4)


def test_three_thousand_segments_make_one_layer_a_style_and_a_page_below_3_mb(network: Network) -> None:
    page = corridors.draw(many_segments(network, 3000)).html()
    assert len(page.encode()) < 3_000_000
    assert page.count("corridors.context(") == 1
    call = page[page.index("corridors.context(") :]
    assert call[: call.index(";")].count('"lines"') <= 12


def many_segments(network: Network, count: int) -> Network:
    """The shipped network with so many more segments, of ten vertices each, all over the Kazakh steppe."""
    rows = [item for item in network.segments.values() if item.mode in ("rail", "road")]
    added = []
    for at in range(count):
        model = rows[at % len(rows)]
        lon, lat = 50 + 35 * ((at * 0.6180339887) % 1), 45 + 8 * ((at * 0.7548776662) % 1)
        line = tuple((lon + 0.05 * step, lat + 0.1 * math.sin(step + at)) for step in range(10))
        added.append(model.model_copy(update={"id": f"more{at}", "coordinates": line}))
    return network.with_(added)


def test_the_base_map_is_sound() -> None:
    """Russia's outline crosses the antimeridian; a careless clip turns its north inside out."""
    import shapely
    from shapely.geometry import shape

    features = basemap.wide().countries["features"]
    shapes = {item["properties"]["name"]: shape(item["geometry"]) for item in features}
    assert all(item.is_valid for item in shapes.values())
    russia, kazakhstan = shapes["Russia"], shapes["Kazakhstan"]
    assert all(russia.contains(shapely.Point(at)) for at in ((60, 65.5), (100, 65.5), (60, 57)))
    assert not russia.contains(shapely.Point(23.2, 65.5))  # the Gulf of Bothnia
    assert kazakhstan.contains(shapely.Point(63.305, 45.965))  # Baikonur
    assert not any(item.contains(shapely.Point(51.0, 42.0)) for item in shapes.values())  # the Caspian
    assert "Baikonur" not in shapes


def test_a_lane_over_the_date_line_is_drawn_at_both_edges_and_not_across(network: Network) -> None:
    plan = corridors.plan(network, "Shanghai", "New York", modes=["sea"], count=1)
    (runs,) = scene.runs(scene.make(plan))
    assert len(runs) == 2
    assert [abs(runs[0]["line"][-1][1]), abs(runs[1]["line"][0][1])] == [180.0, 180.0]
    for run in runs:
        assert all(abs(one[1] - other[1]) < 180 for one, other in itertools.pairwise(run["line"]))
