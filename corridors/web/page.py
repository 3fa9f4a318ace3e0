"""The page: a panel with the form and what the answer says, beside the map that the command line makes.

It is one file, scripts and styles included, as a saved map is. All of it is made in the worker, from templates that
escape what they show.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from branca.element import Figure, MacroElement
from jinja2 import Template

from corridors.web import editor, form, question, results
from corridors.web.failure import Failure, from_error
from corridors.web.question import WebQuestion
from corridors.web.view import View
from geodata import errors
from maps.markup import Html, Templates
from maps.page import elements, linking, route_map
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan

HERE = Path(__file__).parent

_HTML = Templates(__file__)

SECTIONS: tuple[Callable[[View], Html], ...] = (results.section, form.section, editor.section, results.foot)
"""The panel from top to bottom: each makes its HTML from a View. A new section is a new entry."""

STYLES = (HERE / "page.css", HERE / "editor.css")
SCRIPT = HERE / "scripts" / "web.js"
"""What stands in the page's head after the styles and scripts of the map; the module hands out CALLS."""

CALLS = ("panel", "editor")
"""Functions of ``window.corridors`` that are called with the Leaflet map. What else they need stands in the panel, in
attributes of its elements."""

NARROW_PX = {True: 1280, False: 1600}
"""The legend starts closed in narrower windows, of which the panel takes 330 px: with an answer, and without one."""

PANEL_HERE = "<main class='web-panel' id='web-panel'></main>"


class _Files(MacroElement):
    """SCRIPT and STYLES, in the head of the page."""

    _template = Template(
        "{% macro header(this, kwargs) %}<link rel='icon' href='data:,'><style>{{ this.css }}</style>"
        "<script>{{ this.js }}</script>{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Files"
        self.css = linking.style(STYLES)
        self.js = linking.script([SCRIPT])


def answered(view: View, answer: Callable[[Network, WebQuestion], Plan | Comparison]) -> tuple[int, str]:
    """Status and HTML of the page that answers a form, as far as it is filled in and nothing has failed yet."""
    if view.failed is None:
        try:
            asked = question.of_form(view.items)
            view = dataclasses.replace(view, asked=asked)
            if asked is not None:
                view = dataclasses.replace(view, answer=answer(view.network, asked))
        except errors.CorridorsError as error:
            view = dataclasses.replace(view, failed=from_error(error))
    return (view.failed.status if view.failed else 200), html(view)


def html(view: View) -> str:
    """The whole page as text, with the map of the answer, or of all named corridors where there is none.

    The panel is put in when the map is drawn, so that nothing of it is compiled as a template.
    """
    if view.answer is not None and len(view.answer):
        drawn = _drawn(view.answer)
    else:
        # the page of all named corridors, for every form without an answer; its panel is empty
        if "page" not in view.network.kept:
            view.network.kept["page"] = _drawn(view.network)
        drawn = view.network.kept["page"]
    panel = _HTML("panel", sections=[section(view) for section in SECTIONS])
    filled = PANEL_HERE.replace("></", f">{panel}</")
    return drawn.replace(PANEL_HERE, filled, 1)


def _drawn(what: Plan | Comparison | Network) -> str:
    """The page of the command line with an empty panel before its map."""
    narrow_px = NARROW_PX[not isinstance(what, Network)]
    made = route_map.draw(what, page=dataclasses.replace(route_map.LANDSCAPE, narrow_px=narrow_px))
    _Files().add_to(made)
    for function in CALLS:
        elements.Call(function).add_to(made)
    figure = Figure(title=None)
    elements.Html(PANEL_HERE).add_to(figure)
    figure.add_child(made)
    return made.html()


def bare(failed: Failure) -> str:
    """A page without a map, for when no worker can draw one; it is made in the server itself, without folium."""
    return _HTML("bare", message=failed.message)
