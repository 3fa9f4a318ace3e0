"""Elements of a page: each hands data as JSON to one function of the page's scripts.

Strings inside the data must have passed ``escape`` already; numbers and constants need not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from branca.element import MacroElement
from jinja2 import Template

from maps.page import linking

HERE = Path(__file__).parent

MAP = HERE / "scripts" / "map.js"
"""The module that hands out what every page calls; others hand out what only some pages need."""


class Toolkit(MacroElement):
    """The scripts and corridors.css, once a page, in its head, and the page's title (escaped by the caller).

    ``more`` are modules that only some pages need, after MAP.
    """

    _template = Template(
        "{% macro header(this, kwargs) %}<title>{{ this.title }}</title>"
        "<style>{{ this.css }}</style><script>{{ this.js }}</script>{% endmacro %}"
    )

    def __init__(self, title: str, more: Sequence[Path] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Toolkit"
        self.title = title
        self.css = linking.style([HERE / "corridors.css"])
        self.js = linking.script([MAP, *more])


class Html(MacroElement):
    """HTML that follows the map on the page; every string from data in it must have passed ``escape``."""

    _template = Template("{% macro html(this, kwargs) %}{{ this.text }}{% endmacro %}")

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Html"
        self.text = text


class Call(MacroElement):
    """``corridors.FUNCTION(arguments)`` in the page's script.

    As the child of a feature group the call gets the group first, then the map; as the child of the map, the map, and
    then the list of ``layers`` if there are any.
    """

    _template = Template("{% macro script(this, kwargs) %}{{ this.statement() }}{% endmacro %}")

    def __init__(
        self, function: str, *arguments: Any, in_group: bool = False, layers: Sequence[MacroElement] = ()
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Call"
        self.function, self.arguments, self.in_group, self.layers = function, arguments, in_group, layers

    def statement(self) -> str:
        parent: Any = self._parent
        targets = [parent.get_name(), parent._parent.get_name()] if self.in_group else [parent.get_name()]
        if self.layers:
            targets.append(f"[{','.join(layer.get_name() for layer in self.layers)}]")
        written = [script_json(argument) for argument in self.arguments]
        return f"corridors.{self.function}({', '.join([*targets, *written])});"


def script_json(value: Any) -> str:
    """JSON that may stand in a script that is compiled as a Jinja template: no '</', no opening braces doubled."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")
