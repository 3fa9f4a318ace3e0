"""Drawing a segment in a real browser: drawn, saved, seen in the comparison, undone, and back from the permalink."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serving
from playwright.sync_api import Browser, Page
from test_web_browser import Opened

from geodata import catalog
from geodata.read import additions

pytestmark = pytest.mark.slow

QUESTION = "origin=Herat&destination=Zaranj&include=proposed&by=distance"
COURSE = [(62.2, 34.35), (61.6, 33.0), (61.7, 32.0), (61.86, 30.96)]
WAIT_MS = serving.PATIENCE_S * 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with serving.in_thread(folder) as here:
        yield here.port


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where on the screen a position is."""
    found: list[float] = page.evaluate(
        """([lon, lat]) => { const map = Object.values(window).find(each => each instanceof L.Map);
             const at = map.latLngToContainerPoint([lat, lon]), box = map.getContainer().getBoundingClientRect();
             return [box.left + at.x, box.top + at.y]; }""",
        [lon, lat],
    )
    return found[0], found[1]


def draw(page: Page, course: list[tuple[float, float]]) -> None:
    """As a person does: a click a point, and a double click on the last."""
    if not page.locator("#web-editor").get_attribute("open") is not None:
        page.click("#web-editor > summary")
    page.click("[data-do=draw]")
    for at, position in enumerate(course):
        x, y = spot(page, *position)
        page.mouse.move(x, y)
        if at == len(course) - 1:
            page.mouse.dblclick(x, y)
        else:
            page.mouse.click(x, y, delay=20)
            page.wait_for_timeout(350)  # two clicks of a person; nearer ones would be a double click


def said(page: Page, text: str) -> None:
    page.wait_for_function(
        f"() => document.querySelector('.web-line-status')?.textContent.includes({json.dumps(text)})",
        timeout=WAIT_MS,
    )


def least_km(page: Page) -> str:
    """Read where it is waited for: the next question may clear the line at once."""
    text = "(/The least of each: (.+?) km/.exec(document.querySelector('.web-status')?.textContent || '') || [])[1]"
    return str(page.wait_for_function(f"() => {text}", timeout=WAIT_MS).json_value())


def test_a_segment_is_drawn_saved_seen_undone_and_reloaded_from_the_permalink(
    browser: Browser, port: int, folder: Path
) -> None:
    opened = Opened(browser, port, f"/?{QUESTION}")
    page = opened.page
    before = least_km(page)
    draw(page, COURSE)
    said(page, "at zaranj")
    status = page.locator(".web-line-status").inner_text()
    assert "at herat" in status
    assert "at zaranj" in status
    page.wait_for_function("() => document.querySelector('.web-line-change table') !== null", timeout=WAIT_MS)
    rows = page.locator(".web-line-change tbody tr").all_inner_texts()
    assert before in rows[0]
    assert before not in rows[1]
    assert not (folder / additions.FILE_NAME).exists()

    permalink = page.url
    assert "draft=" in permalink
    with page.expect_navigation():
        page.click("[data-do=routes]")  # the whole page over the network with the line, still not saved
    with_line = least_km(page)
    assert with_line != before

    page.click("[data-do=save]")
    page.wait_for_selector(".web-line-saved li", timeout=WAIT_MS)
    assert "draft=" not in page.url
    assert least_km(page) == with_line
    (key,) = [
        item.id for item in catalog.load(folder).stated_segments.values() if item.id in catalog.load(folder).own_ids
    ]
    assert page.locator(".web-line-saved li").get_attribute("data-id") == key

    page.click("[data-do=undo]")
    page.wait_for_function("() => document.querySelector('.web-line-saved') === null", timeout=WAIT_MS)
    assert least_km(page) == before
    assert not (folder / additions.FILE_NAME).exists()

    page.goto(permalink)
    said(page, "It can be saved")
    assert least_km(page) == with_line
    assert page.locator(".web-handle").count() == len(COURSE)
    assert len(page.locator("#web-line-course").input_value().splitlines()) == len(COURSE)
    assert opened.elsewhere == []
    assert opened.faults == []
    page.close()


def test_a_saved_segment_is_edited_and_deleted(browser: Browser, port: int, folder: Path) -> None:
    opened = Opened(browser, port, f"/?{QUESTION}")
    page = opened.page
    draw(page, COURSE)
    said(page, "at zaranj")
    page.click("[data-do=save]")
    page.wait_for_selector(".web-line-saved li", timeout=WAIT_MS)
    page.click("[data-do=edit]")
    said(page, "It can be saved")
    page.fill("#web-line-length_km", "612")
    page.press("#web-line-length_km", "Tab")
    page.wait_for_timeout(500)
    said(page, "612 km")
    page.click("[data-do=save]")
    page.wait_for_function(
        "() => document.querySelector('.web-line-saved small')?.textContent.endsWith('1520 mm, 612 km')",
        timeout=WAIT_MS,
    )
    assert [item.km for item in catalog.load(folder).segments.values() if item.km == 612] == [612]
    page.click("[data-do=delete]")
    page.wait_for_function("() => document.querySelector('.web-line-saved') === null", timeout=WAIT_MS)
    assert not (folder / additions.FILE_NAME).exists()
    assert opened.faults == []
    page.close()


def test_a_segment_that_ends_at_places_of_its_own_is_edited_and_its_length_follows_its_course(
    browser: Browser, port: int, folder: Path
) -> None:
    opened = Opened(browser, port, "/")
    page = opened.page
    page.click("#web-editor > summary")
    page.select_option("#web-line-gauge_mm", "1435")
    page.fill("#web-line-course", "61.86, 30.96\n61.2, 30.5\n60.134, 29.226")
    page.fill("#web-line-countries", "AF, IR")
    page.press("#web-line-countries", "Tab")
    said(page, "It can be saved")
    page.click("[data-do=save]")
    page.wait_for_selector(".web-line-saved li", timeout=WAIT_MS)
    (key,) = set(catalog.load(folder).stated_segments) & catalog.load(folder).own_ids
    first_km = catalog.load(folder).stated_segments[key].km
    page.click("[data-do=edit]")
    said(page, "It can be saved")
    assert page.locator("#web-line-length_km").input_value() == ""
    page.fill("#web-line-course", "61.86, 30.96\n60.9, 30.9\n60.134, 29.226")
    page.press("#web-line-course", "Tab")
    page.wait_for_timeout(500)
    said(page, "It can be saved")
    page.click("[data-do=save]")
    page.wait_for_function(
        "() => document.querySelector('.web-line-status')?.textContent.includes('Saved')",
        timeout=WAIT_MS,
    )
    after = catalog.load(folder).stated_segments[key]
    assert after.km > first_km + 5
    assert opened.faults == []
    page.close()


def test_of_two_windows_the_second_to_save_is_told(browser: Browser, port: int, folder: Path) -> None:
    first = Opened(browser, port, "/")
    first.page.click("#web-editor > summary")
    first.page.fill("#web-line-from", "Herat")
    first.page.fill("#web-line-to", "Zaranj")
    first.page.press("#web-line-to", "Tab")
    said(first.page, "It can be saved")
    first.page.click("[data-do=save]")
    first.page.wait_for_selector(".web-line-saved li", timeout=WAIT_MS)
    second = Opened(browser, port, "/")
    for opened, length in ((first, "600"), (second, "700")):
        opened.page.click("[data-do=edit]")
        opened.page.fill("#web-line-length_km", length)
        opened.page.press("#web-line-length_km", "Tab")
        opened.page.wait_for_timeout(500)
        said(opened.page, f"{length} km")
        opened.page.click("[data-do=save]")
        said(opened.page, "Saved" if opened is first else "meanwhile")
    assert [item.km for key, item in catalog.load(folder).segments.items() if key.startswith("herat-zaranj-rail")] == [
        600
    ]
    first.page.close()
    second.page.close()


def test_a_line_too_long_for_an_address_says_so(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, f"/?{QUESTION}")
    page = opened.page
    page.click("#web-editor > summary")
    course = "\n".join(f"{62.2 - at * 0.0001:.5f}, {34.35 - at * 0.0016:.5f}" for at in range(2000))
    page.fill("#web-line-course", course)
    page.press("#web-line-course", "Tab")
    said(page, "too long for the address")
    assert "draft=" not in page.url
    page.click("[data-do=routes]")
    said(page, "save it first")
    page.close()


def test_findings_stand_at_their_place_on_the_map(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, f"/?{QUESTION}")
    page = opened.page
    page.click("#web-editor > summary")
    page.select_option("#web-line-gauge_mm", "1676")
    course = "62.2, 34.35\n61.0, 33.0\n62.5, 33.0\n61.5, 34.0\n64.0, 33.0"
    page.fill("#web-line-course", course)
    page.press("#web-line-course", "Tab")
    page.wait_for_selector(".web-line-findings li", timeout=WAIT_MS)
    text = page.locator(".web-line-findings").inner_text()
    assert "self-crossing" in text
    assert "new-gauge-break" in text
    assert page.locator("path.web-spot").count() >= 3
    page.locator(".web-line-findings button").first.click()
    page.wait_for_selector(".leaflet-tooltip", timeout=WAIT_MS)
    assert "self-crossing" in page.locator(".leaflet-tooltip").first.inner_text()
    page.fill("#web-line-course", "62.2, 34.35\nhere, there")
    page.press("#web-line-course", "Tab")
    said(page, "no longitude and latitude")
    assert opened.faults == []
    page.close()


def test_a_point_is_dragged_taken_away_and_drawing_is_stopped_by_escape(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, f"/?{QUESTION}")
    page = opened.page
    draw(page, COURSE[:3])
    said(page, "It can be saved")
    handle = page.locator(".web-handle").nth(1)
    box = handle.bounding_box()
    assert box is not None
    before = page.locator("#web-line-course").input_value()
    page.mouse.move(box["x"] + 7, box["y"] + 7)
    page.mouse.down()
    page.mouse.move(box["x"] + 67, box["y"] + 7, steps=5)
    page.mouse.up()
    page.wait_for_function(
        f"() => document.getElementById('web-line-course').value !== {json.dumps(before)}", timeout=WAIT_MS
    )
    page.locator(".web-handle").nth(1).click(button="right")
    page.wait_for_function("() => document.querySelectorAll('.web-handle').length === 2", timeout=WAIT_MS)
    page.click("[data-do=draw]")
    assert page.locator(".web-sheet").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".web-sheet").count() == 0
    page.click("[data-do=clear]")
    assert page.locator(".web-handle").count() == 0
    assert "draft=" not in page.url
    assert opened.faults == []
    page.close()


def test_what_a_line_changes_is_measured_from_the_page(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, "/")
    page = opened.page
    page.click("#web-editor > summary")
    page.fill("#web-line-from", "Herat")
    page.fill("#web-line-to", "Zaranj")
    page.press("#web-line-to", "Tab")
    said(page, "It can be saved")
    page.wait_for_selector(".web-line-effect table", timeout=WAIT_MS)  # at once, without a click
    page.click("[data-do=effect]")
    said(page, "Compared")
    rows = page.locator(".web-line-effect tbody tr").all_inner_texts()
    assert [row.split(",")[0] for row in rows] == ["distance", "time", "cost", "CO2e"]
    assert " of 600" in rows[0]
    assert opened.faults == []
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_editor_fits_its_window_and_hostile_names_run_nothing(
    browser: Browser, port: int, width: int, height: int
) -> None:
    nasty = "<img src=x onerror=window.hacked=1>{{7*7}}${window.hacked=1}</script><script>window.hacked=1</script>"
    feature: dict[str, Any] = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(position) for position in COURSE]},
        "properties": {
            "mode": "rail",
            "gauge_mm": 1676,
            "status": "planned",
            "name": nasty,
            "note": nasty,
            nasty: nasty,
        },
    }
    draft = urllib.parse.quote(json.dumps({"features": [feature]}))
    opened = Opened(browser, port, f"/?{QUESTION}&draft={draft}", width, height)
    page = opened.page
    page.wait_for_selector(".web-line-findings li", timeout=WAIT_MS)
    assert page.locator("#web-line-name").input_value() == nasty
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".web-panel").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.click("[data-do=save]")
    page.wait_for_selector(".web-line-saved li", timeout=WAIT_MS)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert opened.faults == []
    page.close()
