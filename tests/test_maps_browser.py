"""The map in a real browser: nothing is fetched, nothing hostile runs, everything reads as written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostile
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import corridors
from geodata import catalog
from planner.network import Network

pytestmark = pytest.mark.slow

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


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

    def fetched(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(("file:", "data:"))]


@pytest.fixture
def comparison_file(network: Network, tmp_path: Path) -> Path:
    file = tmp_path / "map.html"
    corridors.draw(corridors.compare(network, "Almaty", "Karachi")).save(file)
    return file


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_nothing_is_fetched_and_nothing_fails(browser: Browser, comparison_file: Path, width: int, height: int) -> None:
    opened = Opened(browser, comparison_file, width, height)
    assert opened.fetched() == []
    assert opened.faults == []
    legend_open = opened.page.evaluate("document.querySelector('.corridors-legend details').open")
    assert legend_open == (width > 700)
    opened.page.close()


def test_the_legend_opens_with_a_tap_on_a_telephone(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file, 390, 844)
    opened.page.click(".corridors-legend summary", timeout=5000)
    assert opened.page.evaluate("document.querySelector('.corridors-legend details').open")
    assert opened.page.title() == "Almaty to Karachi, compared"
    opened.page.close()


def test_every_layer_can_be_switched(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    page = opened.page
    page.hover(".leaflet-control-layers")
    boxes = page.locator(".leaflet-control-layers-overlays input")
    assert boxes.count() >= 12
    drawn = "document.querySelectorAll('path, .corridors-symbol').length"
    for at in range(boxes.count()):
        before = page.evaluate(drawn)
        boxes.nth(at).click()
        assert page.evaluate(drawn) < before, at
        boxes.nth(at).click()
        assert page.evaluate(drawn) == before, at
    assert opened.faults == []
    page.close()


def test_the_view_holds_all_routes_beside_the_legend(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    covered = opened.page.evaluate(
        """() => {
          const legend = document.querySelector('.corridors-legend').getBoundingClientRect();
          const paths = [...document.querySelectorAll('path.leaflet-interactive')].map(p => p.getBoundingClientRect());
          return [legend.right, Math.min(...paths.map(p => p.left)), Math.max(...paths.map(p => p.right)),
                  Math.max(...paths.map(p => p.bottom))];
        }"""
    )
    legend_right, left, right, bottom = covered
    assert left > legend_right
    assert right < 1280
    assert bottom < 800
    opened.page.close()


def test_labels_do_not_collide_at_the_opening_zoom(browser: Browser, comparison_file: Path) -> None:
    opened = Opened(browser, comparison_file)
    opened.page.wait_for_timeout(200)
    boxes: list[dict[str, float]] = opened.page.evaluate(
        """() => [...document.querySelectorAll('.corridors-label')].filter(l => l.style.visibility !== 'hidden')
             .map(l => { const b = l.firstChild.getBoundingClientRect();
                         return [b.left, b.top, b.right, b.bottom]; })"""
    )
    assert len(boxes) > 10
    clashes = [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[:at]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]  # type: ignore[index]
    ]
    assert clashes == []
    opened.page.close()


def hostile_network(folder: Path, text: str) -> Network:
    """Two own places and an own segment, all strings hostile, beside the shipped data."""

    def place(key: str, lon: float) -> dict[str, Any]:
        return {
            "type": "Feature", "id": key, "geometry": {"type": "Point", "coordinates": [lon, 30.0]},
            "properties": {
                "name": text, "country": "PK", "kind": "port", "source": ["own"], "source_detail": text,
                "names": [{"lang": "ur", "name": text, "source": "own", "confidence": "low"}],
            },
        }  # fmt: skip

    line = {
        "type": "Feature", "id": "hostile-line",
        "geometry": {"type": "LineString", "coordinates": [[60.0, 30.0], [61.0, 30.0]]},
        "properties": {"from": "start", "to": "end", "mode": "road", "status": "operational", "note": text,
                       "source": ["own"], "source_detail": text},
    }  # fmt: skip
    folder.mkdir()
    (folder / "nodes.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [place("start", 60.0), place("end", 61.0)]})
    )
    (folder / "segments.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    title = json.dumps(text, ensure_ascii=False)
    (folder / "sources.toml").write_text(f'[[source]]\nid = "own"\ntitle = {title}\nkind = "user"\n', encoding="utf-8")
    (folder / "corridors.toml").write_text(
        f'[[corridor]]\nid = "own"\ntitle = {title}\norigin = "start"\ndestination = "end"\nmodes = ["road"]\n'
        'needs_status = "operational"\nvia = ["start", "end"]\nsource = ["own"]\nconfidence = "low"\n',
        encoding="utf-8",
    )  # fmt: skip
    return Network.of(catalog.load(folder))


READ = """(open) => {
  const paths = document.querySelectorAll('path.leaflet-interactive');
  const texts = [document.querySelector('.corridors-legend td.name').firstChild.textContent];
  document.querySelectorAll('.leaflet-control-layers-overlays span').forEach(s => texts.push(s.textContent.trim()));
  texts.push(document.querySelector('.corridors-end span').textContent);
  paths[0].dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: 640, clientY: 400}));
  texts.push(document.querySelector('.leaflet-popup b').textContent);
  document.querySelector('.corridors-symbol').click();
  texts.push(document.querySelector('.leaflet-popup b').textContent);
  return [texts, window.hacked || 0];
}"""


@pytest.mark.parametrize("at", range(len(hostile.STRINGS)))
def test_a_hostile_string_reads_as_written_and_runs_nothing(browser: Browser, tmp_path: Path, at: int) -> None:
    import os

    text = hostile.STRINGS[at]
    network = hostile_network(tmp_path / "own", text)
    file = tmp_path / "map.html"
    corridors.draw(corridors.compare(network, "start", "end")).save(file)
    assert "PWN" not in os.environ
    opened = Opened(browser, file)
    texts, hacked = opened.page.evaluate(READ, True)
    assert hacked == 0
    assert opened.faults == []
    assert opened.fetched() == []
    shown = [item for item in texts if item.strip() == text.strip()]
    assert len(shown) >= 4, texts
    opened.page.close()


def test_the_harness_would_catch_a_page_that_does_not_escape(
    browser: Browser, tmp_path: Path, network: Network
) -> None:
    """The positive control: the same page with escaping taken out runs the script."""
    from maps import legend, popups, route_map

    with pytest.MonkeyPatch.context() as patch:
        for module in (legend, popups, route_map):
            patch.setattr(module, "escape", str)
        own = hostile_network(tmp_path / "own", "<details open ontoggle=window.hacked=1>")
        file = tmp_path / "map.html"
        corridors.draw(corridors.compare(own, "start", "end")).save(file)
    opened = Opened(browser, file)
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.hacked") == 1
    opened.page.close()
