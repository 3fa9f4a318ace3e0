"""The pages in a real browser: nothing is fetched, nothing hostile runs, all can be reached and reads as written."""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hostile
import pypdf
import pytest
from playwright.sync_api import Browser, Page

import corridors
from corridors.answers import briefing
from corridors.studies.table import STUDIES
from geodata import catalog
from maps.page import elements, linking
from maps.tables import html as table_html
from maps.tables.table import Column, Table
from planner.network import Network

pytestmark = pytest.mark.slow

WINDOWS = [(1280, 800), (390, 844)]


class Opened:
    """A page with all it asked for and all that went wrong."""

    def __init__(self, browser: Browser, file: Path, width: int = 1280, height: int = 800):
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))
        self.page.goto(file.as_uri())
        self.page.wait_for_function("document.querySelectorAll('path.leaflet-interactive').length > 0")
        self.page.wait_for_timeout(100)

    def fetched(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:"))]

    def boxes(self, selector: str) -> list[dict[str, float]]:
        found: list[dict[str, float]] = self.page.evaluate(
            """selector => [...document.querySelectorAll(selector)].map(e => {
                 const b = e.getBoundingClientRect();
                 return {left: b.left, top: b.top, right: b.right, bottom: b.bottom};
               }).filter(b => b.right > b.left && b.bottom > b.top)""",
            selector,
        )
        return found


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["left"] < other["right"] - 1
        and other["left"] < one["right"] - 1
        and one["top"] < other["bottom"] - 1
        and other["top"] < one["bottom"] - 1
    )


@pytest.fixture(scope="module")
def comparison_file(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("map") / "map.html"
    corridors.draw(corridors.compare(network, "Almaty", "Karachi"), band=True).save(file)
    return file


@pytest.fixture(scope="module")
def brief_file(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("brief") / "brief.html"
    corridors.brief(corridors.compare(network, "Almaty", "Karachi")).save(file)
    return file


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_is_fetched_and_nothing_fails(
    browser: Browser, comparison_file: Path, brief_file: Path, network: Network, tmp_path: Path, width: int, height: int
) -> None:
    everything = tmp_path / "all.html"
    corridors.draw(network).save(everything)
    for file in (comparison_file, brief_file, everything):
        opened = Opened(browser, file, width, height)
        assert opened.fetched() == []
        assert opened.faults == []
        legend_open = opened.page.evaluate("document.querySelector('.corridors-legend details').open")
        assert legend_open == (width > 700 and file is not brief_file)
        opened.page.close()


def test_without_a_network_the_ground_shows_through_where_tiles_fail(
    browser: Browser, network: Network, tmp_path: Path
) -> None:
    file = tmp_path / "online.html"
    corridors.draw(corridors.plan(network, "Almaty", "Tashkent"), online=True).save(file)
    page = browser.new_page()
    asked: list[str] = []
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_timeout(500)
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {"tile.openstreetmap.org"}
    assert page.evaluate("document.querySelectorAll('.leaflet-ground-pane path').length") > 100
    assert page.evaluate("+getComputedStyle(document.querySelector('.leaflet-ground-pane')).zIndex") < page.evaluate(
        "+getComputedStyle(document.querySelector('.leaflet-tile-pane')).zIndex"
    )
    page.close()


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_controls_do_not_overlap_and_nothing_is_cut(
    browser: Browser, comparison_file: Path, width: int, height: int
) -> None:
    opened = Opened(browser, comparison_file, width, height)
    named = [
        ".corridors-legend",
        ".corridors-layers",
        ".corridors-search",
        ".corridors-more",
        ".leaflet-control-zoom",
        ".leaflet-control-scale",
    ]
    boxes = {name: opened.boxes(name)[0] for name in named}
    for (name, one), (other_name, other) in itertools.combinations(boxes.items(), 2):
        assert not overlap(one, other), (name, other_name)
    for name, box in boxes.items():
        assert box["left"] >= 0, name
        assert box["right"] <= width, name
        assert box["bottom"] <= height, name
    for summary in (".corridors-legend summary", ".corridors-layers summary"):
        if not opened.page.evaluate("s => document.querySelector(s).parentNode.open", summary):
            opened.page.click(summary)
        box = opened.boxes(summary.split()[0])[0]
        assert box["left"] >= 0
        assert box["right"] <= width
        assert box["top"] >= 0
        assert box["bottom"] <= height
    wide = opened.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    opened.page.close()


def test_the_legend_opens_with_a_tap_on_a_telephone(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file, 390, 844)
    opened.page.click(".corridors-legend summary", timeout=5000)
    assert opened.page.evaluate("document.querySelector('.corridors-legend details').open")
    assert opened.page.title() == "Almaty to Karachi, compared"
    opened.page.close()


def test_every_layer_can_be_switched(browser: Browser, network: Network, tmp_path: Path) -> None:
    file = tmp_path / "all.html"
    corridors.draw(network).save(file)
    opened = Opened(browser, file)
    page = opened.page
    page.click(".corridors-layers summary")
    assert page.locator(".corridors-layers fieldset").count() == 3
    boxes = page.locator(".corridors-layers input")
    assert boxes.count() >= 20
    drawn = """[document.querySelectorAll('path, .corridors-symbol, .corridors-number, .corridors-label').length,
                document.querySelector('.leaflet-context-pane canvas').toDataURL().length]"""
    for at in range(boxes.count()):
        before = page.evaluate(drawn)
        boxes.nth(at).click()
        page.wait_for_timeout(30)
        assert sum(page.evaluate(drawn)) < sum(before), at
        boxes.nth(at).click()
        page.wait_for_timeout(60)
        assert page.evaluate(drawn)[0] == before[0], at
    assert opened.faults == []
    page.close()


OWN_LINE = """() => [...document.querySelectorAll('.corridors-number b')].map(badge => {
  const box = badge.getBoundingClientRect(), x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
  const far = path => {
    const on = path.getScreenCTM(), long = path.getTotalLength();
    let least = Infinity;
    for (let at = 0; at <= long; at += 2) {
      const spot = path.getPointAtLength(at).matrixTransform(on);
      least = Math.min(least, Math.hypot(spot.x - x, spot.y - y));
    }
    return least;
  };
  const lines = [...document.querySelectorAll('path.corridors-body.corridors-r' + badge.dataset.route)];
  return [+badge.dataset.route, Math.min(...lines.map(far))];
})"""
"""Each number on the map with how far (px) it stands from the line of its own route."""


def test_what_belongs_to_a_hidden_route_goes_with_it(browser: Browser, comparison_file: Path, network: Network) -> None:
    compared = list(corridors.compare(network, "Almaty", "Karachi"))
    opened = Opened(browser, comparison_file)
    page = opened.page
    page.click(".corridors-layers summary")
    switches = page.locator(".corridors-layers fieldset").nth(1).locator("input")
    everyone = set(range(len(compared)))
    assert {number for number, _ in page.evaluate(OWN_LINE)} == everyone
    symbols = page.locator(".corridors-symbol").count()
    for number, entry in enumerate(compared):
        switches.nth(number).uncheck()
        shown = dict(page.evaluate(OWN_LINE))
        assert set(shown) == everyone - {number}, entry.id
        assert max(shown.values()) < 15, entry.id  # side by side: half of the width of a bundle
        row = page.locator(f".corridors-legend tr.corridors-r{number}")
        assert "corridors-off" in (row.get_attribute("class") or "")
        assert "not shown" in (row.get_attribute("aria-description") or "")
        own = {network.nodes[key].name.split(" (")[0] for key in entry.route.nodes} - {
            network.nodes[key].name.split(" (")[0]
            for other in compared
            if other is not entry
            for key in other.route.nodes
        }
        seen = page.evaluate(
            """[...document.querySelectorAll('.corridors-label')].filter(e => e.style.visibility !== 'hidden')
                 .map(e => e.querySelector('span').firstChild.textContent)"""
        )
        assert not own & set(seen), entry.id
        named = {
            (item.get_attribute("aria-label") or "").split(",")[0] for item in page.locator(".corridors-symbol").all()
        }
        assert not own & named, entry.id
        page.focus(f".corridors-legend tr.corridors-r{number}")
        page.keyboard.press("Enter")  # to the whole route: it is shown again
        assert switches.nth(number).is_checked()
        assert {each for each, _ in page.evaluate(OWN_LINE)} == everyone
        assert "corridors-off" not in (row.get_attribute("class") or "")
    assert page.locator(".corridors-symbol").count() == symbols
    assert opened.faults == []
    page.close()


def test_a_popup_of_a_place_leaves_out_the_hidden_routes(
    browser: Browser, comparison_file: Path, network: Network
) -> None:
    compared = list(corridors.compare(network, "Almaty", "Karachi"))
    opened = Opened(browser, comparison_file)
    page = opened.page
    page.click(".corridors-layers summary")
    switches = page.locator(".corridors-layers fieldset").nth(1).locator("input")
    torkham = page.locator(".corridors-symbol[aria-label^='Torkham,']")
    torkham.focus()
    page.keyboard.press("Enter")
    told = page.locator(".leaflet-popup-content")
    crossing = [at for at, entry in enumerate(compared) if "torkham" in entry.route.nodes]
    visible = """[...document.querySelectorAll('.leaflet-popup-content small span')]
                   .filter(e => e.offsetParent !== null).map(e => e.textContent)"""
    assert set(page.evaluate(visible)) == {compared[at].id for at in crossing}
    first, *others = crossing
    switches.nth(first).uncheck()
    if others:
        assert compared[first].id not in page.evaluate(visible)
        for at in others:
            switches.nth(at).uncheck()
    assert torkham.count() == 0
    page.wait_for_timeout(400)
    assert told.count() == 0
    assert opened.faults == []
    page.close()


def test_every_popup_opens(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    page = opened.page
    marks = page.locator(".corridors-symbol")
    assert marks.count() > 15
    names = [marks.nth(at).get_attribute("aria-label") for at in range(marks.count())]
    assert "Torkham, border crossing, closed" in names
    assert all(names)
    for at in range(marks.count()):
        marks.nth(at).focus()
        page.keyboard.press("Enter")
        assert page.locator(".leaflet-popup-content b").first.text_content(), at
        page.keyboard.press("Escape")
        page.evaluate("document.querySelectorAll('.leaflet-popup').forEach(p => p.remove())")
    lines = page.locator("path.corridors-body")
    assert lines.count() > 30
    for at in range(lines.count()):
        lines.nth(at).dispatch_event("click", {"bubbles": True, "clientX": 640, "clientY": 300})
        text = page.locator(".leaflet-popup-content").last.text_content() or ""
        assert "distance" in text, at
        assert "Sources:" in text, at
    assert opened.faults == []
    page.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("gwad", "Gwadar"), ("گوادر", "Gwadar"), ("алматы", "Almaty"), ("KARACHI", "Karachi"), ("瓜达尔", "Gwadar")],
)
def test_search_finds_a_place_by_any_of_its_names(
    browser: Browser, comparison_file: Path, typed: str, found: str
) -> None:
    opened = Opened(browser, comparison_file)
    page = opened.page
    page.fill(".corridors-search input", typed)
    first = page.locator(".corridors-search li").first
    assert (first.text_content() or "").startswith(found)
    page.keyboard.press("Enter")
    assert (page.locator(".leaflet-popup-content b").text_content() or "").startswith(found)
    assert page.locator(".corridors-search li").count() == 0
    page.fill(".corridors-search input", "no such place &amp; <b>")
    assert page.locator(".corridors-search li").text_content() == "no such place on this map"
    assert opened.faults == []
    page.close()


def test_the_keyboard_reaches_everything(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    page = opened.page
    reached: set[str] = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement;
                   const named = e.closest('.leaflet-control-zoom, .corridors-search, .corridors-layers,'
                     + '.corridors-more, .corridors-legend, .corridors-symbol, #corridors-facts');
                   return (named ? named.className || named.id : e.className) + ' ' + e.tagName; }"""
            )
        )
    for wanted in (
        "leaflet-control-zoom",
        "corridors-search",
        "corridors-layers",
        "corridors-more",
        "corridors-symbol",
    ):
        assert any(wanted in item for item in reached), wanted
    assert any("corridors-legend" in item and item.endswith("SUMMARY") for item in reached)
    assert any("corridors-legend" in item and item.endswith("TR") for item in reached)
    before = page.evaluate("document.querySelector('.leaflet-map-pane').style.transform")
    page.focus(".corridors-legend tr[data-route='3']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('.leaflet-map-pane').style.transform") != before
    page.focus(".corridors-layers summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('.corridors-layers details').open")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert not page.evaluate("document.activeElement.checked")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('.corridors-layers details').open")
    page.close()


def test_pointing_lights_a_route_on_the_map_in_the_chart_and_in_the_legend(
    browser: Browser, comparison_file: Path
) -> None:
    opened = Opened(browser, comparison_file)
    page = opened.page
    lit = """() => ({map: document.querySelectorAll('.leaflet-routes-pane .corridors-lit').length,
                     dim: document.querySelectorAll('.leaflet-routes-pane .corridors-dim').length,
                     leg: document.querySelectorAll('.leaflet-routes-pane .corridors-leg').length,
                     chart: document.querySelectorAll('.corridors-chart .corridors-lit').length,
                     chartLeg: document.querySelectorAll('.corridors-chart .corridors-leg').length,
                     band: document.querySelectorAll('.band.corridors-shown').length,
                     row: document.querySelectorAll('tr.corridors-lit').length})"""
    assert set(page.evaluate(lit).values()) == {0}
    page.locator(".corridors-chart path.corridors-line[data-route='5'][data-leg='0']").first.dispatch_event(
        "mouseover", {"bubbles": True}
    )
    found = page.evaluate(lit)
    assert all(found[key] > 0 for key in ("map", "dim", "leg", "chart", "chartLeg"))
    assert (found["band"], found["row"]) == (1, 1)
    page.locator(".corridors-chart path.corridors-line[data-route='5'][data-leg='0']").first.dispatch_event(
        "mouseout", {"bubbles": True}
    )
    assert set(page.evaluate(lit).values()) == {0}
    page.locator("path.corridors-body.corridors-r2").first.dispatch_event("mouseover", {"bubbles": True})
    found = page.evaluate(lit)
    assert all(found[key] > 0 for key in ("map", "dim", "leg", "chart", "chartLeg", "row"))
    page.locator("path.corridors-body.corridors-r2").first.dispatch_event("mouseout", {"bubbles": True})
    page.focus(".corridors-legend tr[data-route='1']")
    assert page.evaluate(lit)["map"] > 0
    page.close()


def test_the_chart_ends_at_the_totals(browser: Browser, comparison_file: Path, network: Network) -> None:
    """The last vertex of each route, read back from the drawn path and the drawn ticks, is its total."""
    opened = Opened(browser, comparison_file)
    charts = opened.page.evaluate(
        """() => [...document.querySelectorAll('.corridors-chart')].map(chart => ({
             ends: [...chart.querySelectorAll('circle')].map(c => [+c.getAttribute('cx'), +c.getAttribute('cy')]),
             lasts: [...chart.querySelectorAll('circle')].map((_, at) => {
               const own = [...chart.querySelectorAll(`path.corridors-line[data-route='${at}']`)];
               return own[own.length - 1].getAttribute('d').split(/[ML]/).pop().split(' ').map(Number); }),
             ticks: [...chart.querySelectorAll('text[text-anchor=end]')].map(t => [+t.getAttribute('y'), t.textContent])
           }))"""
    )
    routes = [entry.route for entry in corridors.compare(network, "Almaty", "Karachi")]
    for chart, totals in zip(charts, ([r.time_h for r in routes], [r.cost_usd for r in routes]), strict=True):
        levels = [(y - 3.5, float(text.replace(",", ""))) for y, text in chart["ticks"] if text[:1].isdigit()]
        (y0, v0), (y1, v1) = levels[0], levels[-1]
        for (_, y), last, total in zip(chart["ends"], chart["lasts"], totals, strict=True):
            assert last[1] == pytest.approx(y, abs=0.11)
            assert v0 + (y - y0) / (y1 - y0) * (v1 - v0) == pytest.approx(total, rel=0.004)
    opened.page.close()


def test_the_view_holds_all_routes_beside_the_legend(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    legend, paths = opened.boxes(".corridors-legend")[0], opened.boxes("path.leaflet-interactive")
    frame = opened.boxes(".folium-map")[0]
    assert min(box["left"] for box in paths) > legend["right"]
    assert max(box["right"] for box in paths) < frame["right"]
    assert max(box["bottom"] for box in paths) < frame["bottom"]
    opened.page.close()


@pytest.mark.parametrize("what", ["comparison", "all", "pareto", "short"])
@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_labels_do_not_collide_and_are_not_cut_at_the_opening_zoom(
    browser: Browser, network: Network, tmp_path: Path, width: int, height: int, what: str
) -> None:
    drawn: Any = {
        "comparison": lambda: corridors.compare(network, "Almaty", "Karachi"),
        "all": lambda: network,
        "pareto": lambda: corridors.plan(network, "Almaty", "Karachi", pareto=["time", "cost", "co2e"]),
        "short": lambda: corridors.plan(network, "Aktau", "Baku"),
    }[what]()
    corridors.draw(drawn).save(tmp_path / "map.html")
    opened = Opened(browser, tmp_path / "map.html", width, height)
    boxes: list[list[Any]] = opened.page.evaluate(
        """() => [...document.querySelectorAll('.corridors-label')].filter(l => l.style.visibility !== 'hidden')
             .map(l => { const b = l.firstChild.getBoundingClientRect();
                         return [b.left, b.top, b.right, b.bottom, l.className, l.textContent]; })"""
    )
    seen = [box for box in boxes if box[2] > 0 and box[0] < width and box[3] > 0 and box[1] < height]
    assert len(seen) >= 2
    clashes = [
        (one[5], other[5])
        for one, other in itertools.combinations(seen, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert clashes == []
    places = [box for box in seen if "corridors-country" not in box[4] and "corridors-water" not in box[4]]
    assert all(box[0] >= 0 and box[2] <= width for box in places)
    ends = {"Aktau", "Baku"} if what == "short" else {"Almaty", "Poti" if what == "all" else "Karachi"}
    assert ends <= {box[5] for box in places}
    numbers = opened.page.evaluate(
        """() => [...document.querySelectorAll('.corridors-number b')].filter(b => b.style.visibility !== 'hidden')
             .map(b => { const r = b.getBoundingClientRect(); return [r.left, r.top]; })"""
    )
    assert numbers
    for one, other in itertools.combinations(numbers, 2):
        assert math.dist(one, other) >= 13
    opened.page.close()


def printed(pages: Sequence[pypdf.PageObject]) -> str:
    """The text of some pages, ligatures taken apart."""
    return unicodedata.normalize("NFKC", " ".join(" ".join(page.extract_text().split()) for page in pages))


def test_a_map_prints_whole_and_its_legend_beside_nothing(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    pages = pypdf.PdfReader(io.BytesIO(opened.page.pdf(prefer_css_page_size=True, print_background=True))).pages
    width, height = (float(pages[0].mediabox.width), float(pages[0].mediabox.height))
    assert (round(width), round(height)) == (842, 595)  # A4 across
    first, text = printed(pages[:1]), printed(pages)
    assert "Almaty" in first
    assert "Karachi" in first
    assert "break of gauge" not in first  # the legend is on the next sheet
    for wanted in (
        "Totals of the routes",
        "Hours over distance",
        "USD over distance",
        "break of gauge",
        "Warnings",
        "Natural Earth's de facto lines",
        "best-distance",
    ):
        assert wanted in text, wanted
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 1047, "height": 718})
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    frame, legend = opened.boxes(".folium-map")[0], opened.boxes(".corridors-legend")[0]
    assert not overlap(frame, legend)
    assert frame["right"] <= 1047
    for box in opened.boxes("path.corridors-body"):
        assert box["left"] >= frame["left"]
        assert box["right"] <= frame["right"]
        assert box["bottom"] <= frame["bottom"]
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.page.evaluate("!!document.querySelector('.leaflet-bottom .corridors-legend')")
    opened.page.close()


def test_a_briefing_prints_on_a4(browser: Browser, brief_file: Path) -> None:
    opened = Opened(browser, brief_file)
    pages = pypdf.PdfReader(io.BytesIO(opened.page.pdf(prefer_css_page_size=True, print_background=True))).pages
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages} == {(595, 842)}
    text = printed(pages)
    for wanted in (
        "Almaty to Karachi",
        "How does freight get",
        "In short",
        "Totals of the routes",
        "Hours over distance",
        "What is not built",
        "What rests on low-confidence facts",
        "Warnings",
        "Corridors left out, and why",
        "Sources of the lines",
        "sha256",
    ):
        assert wanted in text, wanted
    assert len(pages) <= 12
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 680, "height": 1000})
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 680
    opened.page.close()


WIDER = """width => [...document.querySelectorAll('.corridors-page *, .corridors-page')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && box.height && !e.closest('svg') && (box.right > width + 1 || box.left < -1);
}).map(e => [e.tagName, e.closest('section').querySelector('h1, h2, h3').textContent, e.textContent.slice(0, 60)])"""
"""The elements of a page that are wider than a sheet."""


def wider(opened: Opened, width: int) -> list[list[str]]:
    """What is cut when a page is printed on sheets that are so many pixels wide inside their margins."""
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": width, "height": 1000})
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    found: list[list[str]] = opened.page.evaluate(WIDER, width)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    return found


def test_nothing_of_a_briefing_with_every_study_is_wider_than_its_page(
    browser: Browser, network: Network, tmp_path: Path
) -> None:
    file = tmp_path / "brief.html"
    compared = corridors.compare(network, "Almaty", "Karachi")
    corridors.brief(compared, studies=tuple(STUDIES)).save(file)
    opened = Opened(browser, file)
    assert wider(opened, 680) == []
    for study in opened.page.locator(".corridors-study").all():  # what is printed in parts has all columns
        for whole, parts in zip(
            study.locator(".corridors-screen").all(), study.locator(".corridors-print").all(), strict=True
        ):
            columns = whole.locator("thead th").all_text_contents()
            printed_ = [part.locator("thead th").all_text_contents() for part in parts.locator("table").all()]
            assert [printed_[0][0], *(title for part in printed_ for title in part[1:])] == columns
            assert all(part[0] == columns[0] for part in printed_)
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    opened.page.emulate_media(media="null")
    pages = pypdf.PdfReader(io.BytesIO(opened.page.pdf(prefer_css_page_size=True, print_background=True))).pages
    text = printed(pages)
    for wanted in ("unbuilt", "closures on the way", "reliability", "usable", "regret"):
        assert wanted in text, wanted
    opened.page.close()


def test_nothing_of_a_table_with_many_columns_is_wider_than_its_page(browser: Browser, tmp_path: Path) -> None:
    """More and longer columns than any study has, with words as long as they come."""
    columns = (Column("route", "route"), *(Column(f"c{at}", f"column number {at}", at % 3 or None) for at in range(40)))
    rows = (("a-route", *("1,000,000 to 2,000,000" if at % 3 else "w" * (5 * at) for at in range(40))),) * 3
    style = linking.style([elements.HERE / "corridors.css", briefing.STYLE])
    table = table_html.page(Table(columns, rows), "Wide")
    body = f"<section class='corridors-page'><h2>Wide</h2>{table}</section>"
    file = tmp_path / "wide.html"
    file.write_text(f"<!DOCTYPE html><style>{style}</style>{body}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 680, "height": 1000})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.evaluate(WIDER, 680) == []
    assert page.locator(".corridors-print table").count() > 3
    page.close()


def hostile_network(folder: Path, texts: Sequence[str]) -> Network:
    """For each text two own places, a segment and a corridor, all strings hostile, beside the shipped data."""
    nodes, lines, sources, corridors_ = [], [], [], []
    for at, text in enumerate(texts):
        spots = {f"start{at}": 67.0, f"end{at}": 68.0}
        lat = 26.0 + at / 10
        for key, lon in spots.items():
            nodes.append(
                {
                    "type": "Feature",
                    "id": key,
                    "geometry": {"type": "Point", "coordinates": [lon, lat]},
                    "properties": {
                        "name": text,
                        "country": "PK",
                        "kind": "port",
                        "source": [f"own{at}"],
                        "source_detail": text,
                        "names": [{"lang": "ur", "name": text, "source": f"own{at}", "confidence": "low"}],
                    },
                }
            )
        lines.append(
            {
                "type": "Feature",
                "id": f"hostile-line{at}",
                "geometry": {"type": "LineString", "coordinates": [[67.0, lat], [68.0, lat]]},
                "properties": {
                    "from": f"start{at}",
                    "to": f"end{at}",
                    "mode": "road",
                    "status": "planned",
                    "note": text,
                    "source": [f"own{at}"],
                    "source_detail": text,
                },
            }
        )
        title = json.dumps(text, ensure_ascii=False)
        sources.append(f'[[source]]\nid = "own{at}"\ntitle = {title}\nkind = "user"\n')
        corridors_.append(
            f'[[corridor]]\nid = "own{at}"\ntitle = {title}\norigin = "start{at}"\ndestination = "end{at}"\n'
            f'modes = ["road"]\nneeds_status = "planned"\nvia = ["start{at}", "end{at}"]\nsource = ["own{at}"]\n'
            'confidence = "low"\n'
        )
    folder.mkdir()
    (folder / "nodes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": nodes}))
    (folder / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": lines}))
    (folder / "sources.toml").write_text("\n".join(sources), encoding="utf-8")
    (folder / "corridors.toml").write_text("\n".join(corridors_), encoding="utf-8")
    return Network.of(catalog.load(folder))


def plain(text: str) -> str:
    """A text as a browser's trim leaves it, with single blanks."""
    return " ".join(text.replace("\ufeff", "").split())


READ = """() => {
  const told = {};
  function tell(where, items) { told[where] = [...items].map(e => e.textContent.trim()); }
  tell('legend', [...document.querySelectorAll('.corridors-legend td.name')].map(e => e.firstChild));
  tell('layers', document.querySelectorAll('.corridors-layers label span'));
  tell('labels', [...document.querySelectorAll('.corridors-end span')]);
  tell('totals', document.querySelectorAll('#corridors-facts td span.corridors-line'));
  tell('chains', document.querySelectorAll('#corridors-facts details summary'));
  tell('sources', document.querySelectorAll('#corridors-facts .sources li'));
  const popups = [], seen = {};
  document.querySelectorAll('path.corridors-body').forEach(p => {
    const route = [...p.classList].find(c => c.startsWith('corridors-r'));
    if (seen[route]) { return; }
    seen[route] = true;
    p.dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: 640, clientY: 400}));
    popups.push(document.querySelector('.leaflet-popup:last-child b'));
  });
  tell('popups', popups);
  const places = [];
  document.querySelectorAll('.corridors-symbol').forEach(s => {
    s.click();
    places.push(document.querySelector('.leaflet-popup:last-child b'));
  });
  tell('places', places);
  return [told, window.hacked || 0];
}"""

BATCH = 20
BATCHES = [hostile.STRINGS[at : at + BATCH] for at in range(0, len(hostile.STRINGS), BATCH)]


@pytest.mark.parametrize("texts", BATCHES, ids=range(len(BATCHES)))
def test_hostile_strings_read_as_written_and_run_nothing(
    browser: Browser, tmp_path: Path, texts: tuple[str, ...]
) -> None:
    network = hostile_network(tmp_path / "own", texts)
    file = tmp_path / "map.html"
    corridors.draw(network, band=True).save(file)
    assert "PWN" not in os.environ
    opened = Opened(browser, file)
    told, hacked = opened.page.evaluate(READ)
    assert hacked == 0
    assert opened.faults == []
    assert opened.fetched() == []
    for where, shown in told.items():
        read = {plain(item) for item in shown}
        for text in texts:
            wanted, short = plain(text), plain(text.split(" (")[0])
            assert wanted in read or (where == "labels" and short in read), (where, text)
    opened.page.fill(".corridors-search input", texts[0])
    opened.page.wait_for_timeout(30)
    assert opened.page.evaluate("window.hacked || 0") == 0
    opened.page.close()
    brief = tmp_path / "brief.html"
    corridors.brief(corridors.compare(network, "start0", "end0", include="planned")).save(brief)
    opened = Opened(browser, brief)
    assert opened.page.evaluate("window.hacked || 0") == 0
    assert opened.faults == []
    assert " ".join(texts[0].split()) in " ".join((opened.page.text_content("h1") or "").split())
    opened.page.close()


@pytest.mark.parametrize("where", ["markup", "tables.html", "page.charts", "page.route_map"])
def test_the_harness_would_catch_a_page_that_does_not_escape(
    browser: Browser, tmp_path: Path, network: Network, where: str
) -> None:
    """The positive control: the same page, with escaping taken out of one module, runs the script."""
    import importlib

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module(f"maps.{where}"), "escape", str)
        own = hostile_network(tmp_path / "own", ["<details open ontoggle=window.hacked=1>"])
        file = tmp_path / "map.html"
        corridors.draw(corridors.compare(own, "start0", "end0", include="planned")).save(file)
    opened = Opened(browser, file)
    opened.page.evaluate(READ)
    opened.page.fill(".corridors-search input", "details")
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.hacked") == 1
    opened.page.close()
