"""No answer shows a route that runs into a closure without saying so: every study, every format, and the figure."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.text import Text

import corridors
from corridors.answers import files, of_effect as effect_tables, of_routes, of_why, text as exports
from corridors.answers.report import Report
from corridors.studies import study
from corridors.studies.study import Answer, Run
from corridors.studies.table import STUDIES
from maps import scene
from maps.closure_marks import AT_RISK, CLOSED, mark_of
from maps.figures import chart as figure_chart, map as figure_map
from maps.tables.of_routes import closures_of
from planner import closures, plan, request, why
from planner.effect import measure as effect
from planner.network import Network
from planner.price.route import Route
from planner.question import Conditions

ENDS = {"origin": "Tashkent", "destination": "Karachi"}

ASKED: dict[str, list[dict[str, Any]]] = {
    "rank": [{**ENDS, "draws": 200}],
    "breakeven": [
        {"first": "ktap", "second": "iti"},
        {"first": "ktap", "second": "iti", "vary": "rail-speed:PK"},
        {"first": "afghan-road", "second": "iti", "vary": "opening-year"},
        {"first": "ktap", "second": "iti", "vary": "rail-speed:PK", "vary_too": "rail-speed:AF"},
        {"origin": "Kandahar", "destination": "Karachi", "first": "best", "second": "afghan-road", "by": "cost"},
    ],
    "timeline": [{**ENDS, "by": "distance", "to_year": 2036}],
    "closures": [{**ENDS}, {**ENDS, "by": "distance"}],
    "cargo": [{**ENDS}],
    "gateways": [{"origin": "Tashkent", "markets": ("Jebel Ali", "Rotterdam"), "by": "cost"}],
}
"""Of every study a question whose routes pass Chaman or Torkham. A new study needs one here."""


def test_every_study_is_asked() -> None:
    assert set(ASKED) == set(STUDIES)


Asked = tuple[Conditions, Answer]


@pytest.fixture(
    scope="module",
    params=[(key, at) for key, rows in ASKED.items() for at in range(len(rows))],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def asked(request: pytest.FixtureRequest, network: Network) -> tuple[str, Conditions, Answer]:
    name, at = request.param
    question = STUDIES[name].question.model_validate(ASKED[name][at])
    return name, question, STUDIES[name].answer(network, question, Run())


def ids_of(routes: Iterable[Route]) -> set[str]:
    return {closure.id for route in routes for closure in route.closures}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(item)


def says(text: str, ids: set[str]) -> None:
    assert {key for key in ids if key not in text} == set()


def test_every_format_of_a_study_says_what_is_closed_on_its_routes(asked: tuple[str, Conditions, Answer]) -> None:
    name, question, answer = asked
    ids = ids_of(route for _, route in answer.shown_routes())
    assert ids & {"pak_afg_chaman", "pak_afg_torkham"}
    report = study.report(STUDIES[name], question, answer)
    for key, write in exports.FORMATS.items():
        if key == "geojson":
            continue
        text = write(report)
        says(text, ids if key != "csv" else ids_of(main_routes(name, answer)))
    if report.network is not None:
        drawn = json.loads(exports.as_geojson(report))
        for feature in drawn["features"]:
            if feature["geometry"]["type"] != "Point":
                route = dict(answer.drawn_routes())[feature["properties"]["route"]]
                assert feature["properties"]["closures"] == [closure.id for closure in route.closures]
                assert feature["properties"]["warnings"] == list(route.warnings)


def main_routes(name: str, answer: Answer) -> list[Route]:
    """The routes of the first table, which is the one of CSV."""
    own: dict[str, Callable[[Any], list[Route | None]]] = {
        "closures": lambda found: [route for row in found.closed for route in (row.route, found.then(row))],
        "gateways": lambda found: [
            way.route for each in found.scenarios for market in found.world.markets if (way := each.best(market))
        ],
        "timeline": lambda found: [year.route for year, *_ in found._rows()],
        "cargo": lambda found: [
            found.routes[found.preferred(row, found.lines)["preferred"]] for row in found.commodities
        ],
        "breakeven": lambda found: [found.routes[key] for key in found.ids],
    }
    listed = own[name](answer) if name in own else [route for _, route in answer.shown_routes()]
    return [route for route in listed if route is not None]


def test_every_route_in_the_json_of_a_study_has_its_closures(asked: tuple[str, Conditions, Answer]) -> None:
    """An object that lists segments, or names a gateway with a figure, is a route."""
    name, _, answer = asked
    network = answer.drawn_on
    day = answer.shown_routes()[0][1] and request.make(network.catalog, "Tashkent", "Karachi").day
    in_force = closures.by_segment(network.catalog, day)
    found = 0
    for item in objects(answer.body()):
        if "segments" in item:
            known = {row.id for key in item["segments"] for row in in_force.get(key, ()) if row.kind != "open"}
            assert {row["id"] for row in item["closures"]} == known, item.get("id")
            assert all(any(f"({row['id']})" in text for text in item["warnings"]) for row in item["closures"])
            found += 1
        if "gateway" in item:
            assert {"warnings", "closures"} <= set(item)
    assert found or name in ("breakeven", "cargo")


def test_the_figure_of_a_study_marks_what_is_closed(asked: tuple[str, Conditions, Answer]) -> None:
    _, _, answer = asked
    drawn = answer.figure().findobj(Text)
    texts = [item.get_text() for item in drawn if isinstance(item, Text)]
    notes = [text for text in texts if f"{CLOSED} runs over" in text]
    assert notes
    assert any(CLOSED in text for text in texts if text not in notes)
    closed = {row.id for _, route in answer.shown_routes() for row in route.closures if row.kind == "closed"}
    at_risk = {row.id for _, route in answer.shown_routes() for row in route.closures if row.kind != "closed"}
    said = " ".join(texts)
    assert any(key in said for key in closed)
    assert (AT_RISK in said) <= bool(at_risk)


def test_every_row_of_closures_says_what_its_new_best_runs_into(network: Network) -> None:
    question = STUDIES["closures"].question.model_validate(ENDS)
    answer: Any = STUDIES["closures"].answer(network, question, Run())
    main = answer.tables()[0]
    at = [column.key for column in main.columns].index("closures")
    marked = 0
    for row, cells in zip(answer.ranked, main.rows, strict=True):
        assert cells[at] == closures_of(row.route)
        marked += any(text.startswith("closed: ") for text in cells[at])
    assert marked > 10


def written(report: Report) -> dict[str, str]:
    return {key: write(report) for key, write in exports.FORMATS.items()}


def test_plan_and_compare_say_it_in_every_format(network: Network) -> None:
    planned = corridors.plan(network, "Tashkent", "Karachi", by="distance")
    compared = corridors.compare(network, "Tashkent", "Karachi")
    for report, routes in (
        (of_routes.of_plan(planned), list(planned)),
        (of_routes.of_comparison(compared), [entry.route for entry in compared]),
    ):
        ids = ids_of(routes)
        assert ids & {"pak_afg_chaman", "pak_afg_torkham"}
        for text in written(report).values():
            says(text, ids)
    for answer, routes in ((planned, list(planned)), (compared, [entry.route for entry in compared])):
        assert answer.to_frame()["closures"].tolist() == [route.closure_text() for route in routes]
        says(html.unescape(answer._repr_html_()), ids_of(routes))


def test_the_map_and_the_charts_of_a_comparison_mark_it(network: Network) -> None:
    view = scene.make(corridors.compare(network, "Tashkent", "Karachi"))
    ids = ids_of(drawn.route for drawn in view.routes)
    for figure in (figure_map.figure(view), figure_chart.figure(view, band=False)):
        texts = [item.get_text() for item in figure.findobj(Text) if isinstance(item, Text)]
        says(" ".join(texts), ids)
        for drawn in view.routes:
            if drawn.route.closures:
                assert any(drawn.id in text and mark_of(drawn.route) in text for text in texts), drawn.id
    page = html.unescape(
        re.sub(r"<[^>]+>", " ", corridors.draw(corridors.compare(network, "Tashkent", "Karachi")).html())
    )
    says(page, ids)
    briefed = html.unescape(corridors.brief(corridors.compare(network, "Tashkent", "Karachi")).html())
    assert "closed: pak_afg_chaman" in briefed[briefed.index("In short") : briefed.index("Totals of the routes")]


@pytest.mark.parametrize("suffix", sorted(files.EXPORTS))
def test_every_file_of_a_plan_says_it(network: Network, tmp_path: Path, suffix: str) -> None:
    planned = corridors.plan(network, "Kandahar", "Quetta", modes=("road",), count=1)
    file = tmp_path / f"routes{suffix}"
    files.save(of_routes.of_plan(planned), file)
    written_ = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as parts:
            written_ = b"".join(map(parts.read, parts.namelist()))
    assert b"pak_afg_chaman" in written_


def test_show_and_list_say_it_in_every_format(network: Network) -> None:
    routes = corridors.named(network)
    one = of_routes.of_route(network.catalog.corridors["ktap"], routes["ktap"], network)
    for text in written(one).values():
        says(text, ids_of([routes["ktap"]]))
    rows = [(network.catalog.corridors[key], route) for key, route in routes.items()]
    listed = written(of_routes.of_corridors(rows, network))
    for key in ("json", "csv", "geojson"):
        says(listed[key], ids_of(routes.values()))


def test_why_says_it_in_every_format(network: Network) -> None:
    routes = corridors.named(network)
    pair = ("ktap", routes["ktap"]), ("iti", routes["iti"])
    found = why.difference(routes["ktap"], routes["iti"])
    for text in written(of_why.of_difference(*pair, found, network)).values():
        says(text, {"pak_afg_chaman"})
    asked_ = request.make(network.catalog, "Almaty", "Karachi", closures="apply")
    absent = why.absent(network, asked_, "afghan-road")
    assert absent.route is not None
    for text in written(of_why.of_absence(absent, network)).values():
        says(text, ids_of([absent.route]))


def test_the_hint_of_no_route_says_what_is_closed_on_the_way_it_offers(network: Network) -> None:
    asked_ = request.make(
        network.catalog, "Kandahar", "Quetta", closures="apply", modes=("road",), avoid=("IR", "TM", "UZ", "TJ", "CN")
    )
    with pytest.raises(corridors.NoRouteError) as caught:
        plan.plan(network, asked_)
    hint = next(text for text in caught.value.reasons if text.startswith("with closures='warn'"))
    assert hint.endswith("; on it lies what is closed (pak_afg_chaman)")


def test_an_effect_says_it_in_every_format(network: Network) -> None:
    """A line from Kandahar that others reach over Chaman: what every best route needs, by a plan without it."""
    catalog = network.catalog
    fewer = {key: row for key, row in catalog.segments.items() if key != "delaram-zaranj-road"}
    before = Network.of(dataclasses.replace(catalog, segments=fewer))
    found = effect.measure(before, network, ["delaram-zaranj-road"], places=["Zaranj", "Quetta", "Kandahar"])
    report = effect_tables.of_effect(found)
    pairs = {(row.origin, row.destination): row.changes["distance"] for row in found.pairs}
    checked = 0
    for (start, end), change in pairs.items():
        best = corridors.plan(network, start, end, by="distance", count=1)[0]
        if change.after is None:
            continue
        for closure in best.closures:
            lines = [
                key
                for key in network.segments
                if closure.id
                in {row.id for row in closures.by_segment(catalog, request.make(catalog, start, end).day).get(key, ())}
            ]
            without = corridors.plan(network, start, end, by="distance", count=1, avoid=lines)[0]
            needed = without.distance_km > best.distance_km + 1e-6
            assert (closure in change.closures_after) == needed
            checked += needed
    assert checked
    ids = {row.id for pair in found.pairs for change in pair.changes.values() for row in change.closures_after}
    assert "pak_afg_chaman" in ids
    for key in ("json", "csv"):
        says(exports.FORMATS[key](report), ids)
    shown = {row.id for pair in found.best_pairs() for change in pair.changes.values() for row in change.closures_after}
    for key in ("table", "markdown"):
        says(exports.FORMATS[key](report), shown)
    for feature in json.loads(exports.as_geojson(report))["features"]:
        on_it = {row.id for row in found.closures_on(feature["id"])}
        assert set(feature["properties"]["closures"]) == on_it
