"""The map of an effect: what is drawn and how, that nothing hostile gets through, and how it behaves in a browser."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import Any

import drawn
import hostile
import proposed
import pytest
from playwright.sync_api import Browser
from test_maps_browser import WINDOWS, Opened, overlap

from geodata import catalog
from maps import legend, palette
from maps.page import effect_facts, effect_map
from planner.effect import measure as effect
from planner.effect.answer import Effect
from planner.network import Network


@pytest.fixture(scope="module")
def found(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Effect:
    folder = proposed.railway(tmp_path_factory.mktemp("own"))
    return effect.measure(network, Network.of(catalog.load(folder)), proposed.ADDED, by="co2e")


@pytest.fixture(scope="module")
def file(found: Effect, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "effect.html"
    effect_map.draw(found).save(path)
    return path


def used(page: str) -> list[dict[str, Any]]:
    """The lines that are handed to the page's script."""
    written = re.search(r"corridors\.usage\(\w+, \[[\w,]+\], (\[.*\])\);", page)
    assert written
    lines: list[dict[str, Any]] = json.loads(written.group(1))
    return lines


def test_every_line_has_the_look_of_its_change(found: Effect, file: Path) -> None:
    lines = used(file.read_text(encoding="utf-8"))
    assert len(lines) == len(found.lines)
    for row, line in zip(found.lines, lines, strict=True):
        difference, before, after = line["looks"]
        if row.is_added:
            assert (difference["colour"], difference["dash"]) == (effect_facts.ADDED, palette.UNBUILT["proposed"])
            assert before is None
        elif row.change > 0:
            assert (difference["colour"], "core" in difference) == (effect_facts.GAINED, False)
        elif row.change < 0:
            assert difference["colour"] == effect_facts.LOST
            assert 0 < difference["core"] < difference["weight"]
        else:
            assert (difference["colour"], difference["weight"]) == (effect_facts.UNCHANGED, effect_map.UNCHANGED_PX)
        assert (before is None, after is None) == (row.before == 0, row.after == 0)
        if before and after:
            assert (before["weight"] < after["weight"]) == (row.before < row.after)
        assert f"{row.before:,} pairs before" in html.unescape(line["name"])
        assert html.unescape(row.id) in html.unescape(line["popup"])
    weights = [effect_map._width(pairs, 44) for pairs in range(1, 45)]
    assert weights == sorted(set(weights))
    assert (weights[0] > effect_map.UNCHANGED_PX, weights[-1]) == (True, effect_map.WIDEST_PX)


def test_the_page_is_one_file_with_legend_and_tables(found: Effect, file: Path) -> None:
    page = file.read_text(encoding="utf-8")
    assert len(page.encode()) <= 1_600_000
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    text = html.unescape(page)
    assert legend.PLAIN_BOUNDARIES in text
    for words in (
        "added, proposed",
        "loses pairs (hollow)",
        "gains pairs",
        "as many as before",
        "Pairs that gain by CO2e",
        "Routes that move to what is added",
        "break of gauge",
        "Segments that become critical",
        "By consignment",
        "both networks are those of 2035",
        "not built:",
        "Herat - Zaranj",
    ):
        assert words in text, words
    assert "tile.openstreetmap.org" not in page
    assert "tile.openstreetmap.org" in effect_map.draw(found, online=True).html()


def test_hostile_names_are_text_and_run_nothing() -> None:
    for name in (*hostile.WRITTEN[::6], *hostile.TEMPLATES[::5]):
        before = drawn.network("a --10-- b\n c --10-- d")
        after = drawn.network("a --10-- b --5!-- c --10-- d")
        nodes = {key: node.model_copy(update={"name": name}) for key, node in after.nodes.items()}
        lines = {key: item.model_copy(update={"id": f"{key}{name}"}) for key, item in after.segments.items()}
        named = drawn.of(nodes, {item.id: item for item in lines.values()})
        found = effect.measure(before, named, [lines["b-c-road"].id], places=["a", "d"])
        page = effect_map.draw(found).html()
        if set(name) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-_()"):
            assert name not in page[page.index("corridors.usage(map_") :], name
        for row in found.lines:
            shown = effect_map._popup(found, row)
            assert re.fullmatch(r"[A-Za-z0-9 .,\-_()]*", re.sub(r"<[/a-z][^<>]*>|&#\d+;|[+:]", "", shown)), name
    assert "PWN" not in os.environ


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_one_layer_is_seen_at_a_time_and_nothing_fails(browser: Browser, file: Path, width: int, height: int) -> None:
    opened = Opened(browser, file, width, height)
    assert opened.fetched() == []
    assert opened.faults == []
    count = "document.querySelectorAll('path.corridors-used').length"
    drawn_lines = {"Difference": opened.page.evaluate(count)}
    opened.page.locator(".corridors-layers summary").click()
    for title in ("Before", "After", "Difference"):
        opened.page.locator(".corridors-layers label", has_text=title).click()
        checked = opened.page.evaluate(
            "[...document.querySelectorAll('.corridors-layers label')].filter(l => l.querySelector('input').checked)"
            ".map(l => l.textContent)"
        )
        assert [name for name in checked if name in ("Difference", "Before", "After")] == [title]
        assert opened.page.evaluate(count) == drawn_lines.setdefault(title, opened.page.evaluate(count)) > 50
    assert drawn_lines["Before"] < drawn_lines["Difference"]
    shown = opened.page.evaluate(
        "[...document.querySelectorAll('.corridors-label')].map(e => e.style.visibility !== 'hidden')"
    )
    assert sum(shown) > 5
    (legend_box,), (search,) = opened.boxes(".corridors-legend"), opened.boxes(".corridors-search")
    assert not overlap(legend_box, search)
    opened.page.close()


@pytest.mark.slow
def test_a_line_tells_its_pairs_and_hostile_names_read_as_written(browser: Browser, tmp_path: Path) -> None:
    for at, name in enumerate(hostile.WRITTEN[::5]):
        after = drawn.network("a --300-- b --300!-- c --300-- d")
        nodes = {
            key: node.model_copy(update={"name": name, "lon": 60.0 + 3 * number})
            for number, (key, node) in enumerate(after.nodes.items())
        }
        named = drawn.of(
            nodes,
            {
                key: item.model_copy(
                    update={"coordinates": (nodes[item.from_node].position, nodes[item.to_node].position)}
                )
                for key, item in after.segments.items()
            },
        )
        found = effect.measure(drawn.network("a --300-- b\n c --300-- d"), named, ["b-c-road"], places=["a", "d"])
        file = tmp_path / f"{at}.html"
        effect_map.draw(found).save(file)
        opened = Opened(browser, file)
        assert opened.faults == []
        assert not opened.page.evaluate("window.hacked || window.parent.hacked || false"), name
        box = opened.page.evaluate(
            "(() => { const b = [...document.querySelectorAll('path.leaflet-interactive')].pop()"
            ".getBoundingClientRect(); return [(b.left + b.right) / 2, (b.top + b.bottom) / 2]; })()"
        )
        opened.page.mouse.click(*box)
        opened.page.wait_for_selector(".corridors-popup")
        assert "pairs after" in opened.page.inner_text(".corridors-popup")
        opened.page.close()
