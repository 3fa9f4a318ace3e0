"""The page of the server in a real browser: nothing comes from elsewhere, nothing hostile runs, all can be reached."""

from __future__ import annotations

import html
import itertools
import urllib.parse
from collections.abc import Iterator
from typing import Any

import hostile
import pytest
import serving
from playwright.sync_api import Browser, Page

from corridors.web import form, results
from maps.markup import Html

pytestmark = pytest.mark.slow

WINDOWS = [(1280, 800), (390, 844)]
ADDRESSES = [
    "/",
    "/?origin=Almaty&destination=Karachi&count=5&include=planned",
    "/?question=compare&origin=Almaty&destination=Karachi",
    "/?origin=Almty&destination=Karachi",
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving.in_thread() as here:
        yield here.port


class Opened:
    """A page of the server, with all it asked for and all that went wrong."""

    def __init__(self, browser: Browser, port: int, address: str, width: int = 1280, height: int = 800):
        self.base = f"http://127.0.0.1:{port}"
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.elsewhere: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._told)
        self.page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))
        self.page.goto(self.base + address)
        self.page.wait_for_function("() => document.querySelectorAll('path.leaflet-interactive').length > 0")
        self.page.wait_for_function("() => document.querySelector('.web-status')?.textContent.length > 0")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base + "/", "data:")):
            self.elsewhere.append(request.url)

    def _told(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(message.text)


@pytest.mark.parametrize(("width", "height"), WINDOWS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fetches_nothing_fits_and_overlaps_nothing(
    browser: Browser, port: int, address: str, width: int, height: int
) -> None:
    opened = Opened(browser, port, address, width, height)
    page = opened.page
    assert opened.elsewhere == []
    assert opened.faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.evaluate(
        """all => all.map(s => { const b = document.querySelector(s).getBoundingClientRect();
             return [b.left, b.top, b.right, b.bottom]; })""",
        [".web-panel", ".corridors-legend", ".corridors-layers", ".corridors-search", ".corridors-more"],
    )
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] + 1 or other[2] <= one[0] + 1 or one[3] <= other[1] + 1 or other[3] <= one[1] + 1
        assert apart, (one, other)
    assert page.locator(".web-panel").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.close()


def test_a_question_is_asked_by_keyboard_and_its_address_is_short(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, "/")
    page = opened.page
    page.focus("#web-origin")
    page.keyboard.type("Almaty")
    page.keyboard.press("Tab")
    page.keyboard.type("Karachi")
    page.keyboard.press("Tab")
    page.keyboard.type("Tashkent")
    assert page.locator("input[name=via]").count() == 2
    page.keyboard.press("Enter")
    page.wait_for_url("**/?*", timeout=serving.PATIENCE_S * 1000)
    page.wait_for_function("() => document.querySelector('.web-status')?.textContent.includes('Almaty to Karachi')")
    asked = urllib.parse.urlsplit(page.url).query
    assert asked == "question=plan&origin=Almaty&destination=Karachi&via=Tashkent"
    assert page.locator("path.corridors-body").count() > 3
    assert opened.faults == []
    page.close()


def test_a_comparison_hides_what_it_does_not_have(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, "/?origin=Almaty&destination=Karachi&by=cost&count=7")
    page = opened.page
    page.check("input[value=compare]")
    assert not page.is_visible("#web-by")
    assert page.is_disabled("#web-count")
    page.click("#web-form button[type=submit]")
    page.wait_for_url("**question=compare**", timeout=serving.PATIENCE_S * 1000)
    page.wait_for_function("() => document.querySelector('.web-status')?.textContent.includes('named corridors')")
    assert "by=" not in page.url
    assert page.locator(".web-alert").count() == 0
    page.close()


def test_a_pareto_set_is_asked_for_without_what_it_does_not_have(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, "/?origin=Almaty&destination=Tashkent&count=7")
    page = opened.page
    page.click(".web-more summary")
    page.check("input[name=pareto][value=time]")
    page.check("input[name=pareto][value=cost]")
    assert page.is_disabled("#web-by")
    page.click("#web-form button[type=submit]")
    page.wait_for_url("**pareto=time&pareto=cost**", timeout=serving.PATIENCE_S * 1000)
    page.wait_for_function(
        "() => document.querySelector('.web-status')?.textContent.includes('none beaten in time, cost')"
    )
    assert page.is_checked("input[name=pareto][value=cost]")
    page.close()


def test_without_scripts_the_form_works_as_well(browser: Browser, port: int) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("#web-origin", "Almaty")
    page.fill("#web-destination", "Karachi")
    for kind, told in (("plan", "3 routes"), ("compare", "named corridors and the best of today")):
        page.check(f"input[value={kind}]")
        page.click("#web-form button[type=submit]")
        page.wait_for_url(f"**question={kind}**", timeout=serving.PATIENCE_S * 1000)
        assert told in (page.text_content(".web-status") or "")
        assert page.locator(".web-alert").count() == 0
    context.close()


def test_the_keyboard_reaches_everything_and_every_field_has_a_name(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, ADDRESSES[1])
    page = opened.page
    page.evaluate("document.querySelectorAll('.web-panel details').forEach(d => { d.open = true; })")
    named = page.evaluate(
        """() => [...document.querySelectorAll('.web-panel input:not([type=hidden]), .web-panel select')].filter(f =>
             !(f.labels && f.labels.length) && !f.getAttribute('aria-label')).map(f => f.name)"""
    )
    assert named == []
    reachable = (
        "#web-form input:enabled:not([type=radio]):not([type=hidden]), #web-form select:enabled, #web-form button, "
        ".web-panel a"
    )
    wanted = page.locator(reachable).count()
    page.evaluate("document.body.focus()")
    reached = set()
    for _ in range(wanted + 30):
        page.keyboard.press("Tab")
        at = "wanted => [...document.querySelectorAll(wanted)].indexOf(document.activeElement)"
        reached.add(page.evaluate(at, reachable))
    assert len(reached - {-1}) == wanted
    page.close()


def test_an_error_is_announced_and_gets_the_focus(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, ADDRESSES[3], 390, 844)
    page = opened.page
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert "did you mean Almaty" in (page.text_content("[role=alert]") or "")
    assert page.locator(".web-results [role=status]").count() == 1
    assert page.input_value("#web-origin") == "Almty"
    assert page.is_visible("#web-origin")
    page.close()


def test_on_a_telephone_the_answer_comes_before_the_form(browser: Browser, port: int) -> None:
    opened = Opened(browser, port, ADDRESSES[1], 390, 844)
    page = opened.page
    assert not page.is_visible("#web-origin")
    page.click(".web-question > summary")
    assert page.input_value("#web-origin") == "Almaty"
    page.close()


def test_the_documentation_shows_itself(browser: Browser, port: int) -> None:
    page = browser.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"http://127.0.0.1:{port}/api/docs")
    page.wait_for_selector("#operations-corridors-plan_api_plan_get", timeout=serving.PATIENCE_S * 1000)
    assert [url for url in asked if not url.startswith((f"http://127.0.0.1:{port}/", "data:"))] == []
    assert faults == []
    page.close()


ACT = "<details open ontoggle=window.hacked=1>"


@pytest.mark.parametrize("batch", range(8))
def test_hostile_strings_in_an_address_run_nothing(browser: Browser, port: int, batch: int) -> None:
    texts = hostile.STRINGS[batch::8]
    for first in range(0, len(texts), 10):
        few = texts[first : first + 10]
        items = [("origin", few[0]), ("destination", few[-1]), *(("via", text) for text in few), ("avoid", few[0])]
        opened = Opened(browser, port, "/?" + urllib.parse.urlencode(items))
        page = opened.page
        assert page.evaluate("window.hacked || 0") == 0
        assert opened.faults == []
        assert opened.elsewhere == []
        shown = page.locator("input[name=via]").evaluate_all("all => all.map(f => f.value)")
        assert [" ".join(text.split()) for text in shown[:-1]] == [
            " ".join(text.split()) for text in few if text.strip()
        ]
        assert few[0].split()[0][:5].lower() in (page.text_content(".web-alert") or "").lower()
        page.close()


@pytest.mark.parametrize("where", [form, results])
def test_the_harness_would_catch_a_panel_that_does_not_escape(
    browser: Browser, port: int, where: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = where._HTML
    monkeypatch.setattr(where, "_HTML", lambda *name, **values: Html(html.unescape(written(*name, **values))))
    opened = Opened(browser, port, "/?" + urllib.parse.urlencode([("origin", "'>" + ACT), ("destination", "x")]))
    opened.page.wait_for_function("() => window.hacked === 1")
    opened.page.close()


def test_another_site_can_link_to_the_page_but_neither_read_nor_frame_it(browser: Browser, port: int) -> None:
    page = browser.new_page()
    target = f"http://127.0.0.1:{port}"
    page.route(
        "http://elsewhere.test/**",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<a href='{target}/?origin=Almaty&destination=Tashkent'>to the routes</a>"
        ),
    )
    page.goto("http://elsewhere.test/")
    for way in ("GET", "POST"):
        read = page.evaluate(
            """([target, way]) => fetch(target + '/api/corridors', {method: way, mode: 'no-cors'})
                 .then(r => r.type + r.status, e => 'failed')""",
            [target, way],
        )
        assert read in ("failed", "opaque0")
    framed = page.evaluate(
        """target => new Promise(done => { const f = document.createElement('iframe'); f.src = target + '/';
             f.onload = () => { try { done(f.contentDocument.body.innerHTML); } catch (e) { done('no'); } };
             document.body.append(f); })""",
        target,
    )
    assert "Corridors" not in framed
    page.click("a")
    page.wait_for_function(  # a script clears the line and fills it again, so that it is read out
        "() => document.querySelector('.web-status')?.textContent.includes('Almaty to Tashkent')",
        timeout=serving.PATIENCE_S * 1000,
    )
    page.close()
