"""The page: a panel with the form and what the answer says, beside the map that the command line makes.

It is one file, scripts and styles included, as a saved map is. All of it is made in the worker. folium compiles what it
renders as a template, so each string of data or of the address passes through ``maps.escape`` in the sections.
"""

from __future__ import annotations

import dataclasses
import html as html_
from collections.abc import Callable
from pathlib import Path

from branca.element import Figure, MacroElement
from jinja2 import Template

from corridors.web import form, question, results
from corridors.web.failure import Failure, of
from corridors.web.question import CompareQuestion, Items
from corridors.web.view import View
from geodata import errors
from maps import elements, facts, route_map
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan

HERE = Path(__file__).parent

SECTIONS: tuple[Callable[[View], str], ...] = (results.section, form.section)
"""The panel from top to bottom: each makes its HTML from a View. A new section is a new entry."""

STYLES = ("page.css",)
SCRIPTS = ("page.js",)
"""Files of this folder that stand in the page's head, after those of the map. No double braces in them."""

CALLS: tuple[tuple[str, Callable[[View], object]], ...] = (("panel", lambda view: {"asked": view.asked is not None}),)
"""Functions of ``window.corridors`` that are called with the Leaflet map and the data that is made of the View."""

NARROW_PX = 1280
"""The legend starts closed in narrower windows: the panel takes 330 px of them."""


class _Files(MacroElement):
    """The styles and scripts of SCRIPTS and STYLES in the head of the page."""

    _template = Template(
        "{% macro header(this, kwargs) %}<link rel='icon' href='data:,'><style>{{ this.css }}</style>"
        "<script>{{ this.js }}</script>{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Files"
        self.css = "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)
        self.js = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)


def answered(
    known: Network, items: Items, answer: Callable[[Network, CompareQuestion], Plan | Comparison],
    failed: Failure | None = None,
) -> tuple[int, str]:  # fmt: skip
    """Status and HTML of the page that answers a form; ``failed`` stands where an answer was not to be had."""
    view = View(known, items, failed=failed)
    if failed is None:
        try:
            asked = question.of_form(items)
            view = dataclasses.replace(view, asked=asked)
            if asked is not None:
                view = dataclasses.replace(view, answer=answer(known, asked))
        except errors.CorridorsError as error:
            view = dataclasses.replace(view, failed=of(error))
    return (view.failed.status if view.failed else 200), html(view)


def html(view: View) -> str:
    """The whole page as text, with the map of the answer, or of all named corridors where there is none."""
    what = view.network if view.answer is None or not len(view.answer) else view.answer
    made = route_map.draw(
        what, page=route_map.Page(lambda scene, band: facts.html(scene, band=band), 1040, 640, narrow_px=NARROW_PX)
    )
    _Files().add_to(made)
    for function, data in CALLS:
        elements.Call(function, data(view)).add_to(made)
    figure = Figure(title=None)
    elements.Html(panel(view)).add_to(figure)
    figure.add_child(made)
    return made.html()


def panel(view: View) -> str:
    """The column beside the map, above it in a narrow window."""
    sections = "".join(section(view) for section in SECTIONS)
    return f"<main class='web-panel' id='web-panel'><h1>Corridors</h1>{sections}</main>"


def bare(failed: Failure) -> str:
    """A page without a map, for when no worker can draw one; it is made in the server itself, without folium."""
    message = html_.escape(failed.message)
    return (
        "<!DOCTYPE html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<title>Corridors: no answer</title><link rel='icon' href='data:,'>"
        "<body style='font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em'>"
        f"<h1>Corridors</h1><p role='alert'>{message}</p><p><a href='/'>New question</a></p></body></html>"
    )
