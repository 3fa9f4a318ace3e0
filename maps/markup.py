"""HTML from templates: files in the folder ``templates`` beside the module that shows them, escaped by default.

Every value that a template shows passes through ``maps.escape`` once, unless it is ``Html`` already, as what a template
made is. A line break beside a tag or a mark of the template is nothing, and one space inside a text.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maps.escape import escape

if TYPE_CHECKING:
    from jinja2 import Environment


class Html(str):
    """Text that is HTML: every string from data in it has been escaped. Joined to other text it is plain text again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Templates:
    """The templates beside a module.

    >>> Templates(__file__)("place", name="{{ 7*7 }} <b>", country="PK", kind="port", local="")
    '<b>&#123;&#123; 7&#42;7 &#125;&#125; &#60;b&#62;</b> (PK, port)'
    """

    def __init__(self, module_file: str):
        self.folder = Path(module_file).parent / "templates"

    def __call__(self, name: str, /, **values: Any) -> Html:
        """The HTML of ``name.html``; a value that it asks for and does not get raises."""
        return Html(_environment(self.folder).get_template(f"{name}.html").render(values))


def shown(value: object) -> Html:
    """A value as it stands in a page: HTML as it is, all else escaped."""
    return Html(value) if hasattr(value, "__html__") else Html(escape(value))


def tight(source: str) -> str:
    """A template without the breaks and indentation of its lines.

    >>> tight("<p>\\n  one\\n  two {{ x }}\\n</p>\\n")
    '<p>one two {{ x }}</p>'
    """
    beside = re.sub(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{]|$)", "", source)
    return re.sub(r"\s*\n\s*", " ", beside)


@functools.cache
def _environment(folder: Path) -> Environment:
    import jinja2  # it takes long, and most commands draw nothing

    class Loader(jinja2.FileSystemLoader):
        def get_source(self, environment: Environment, template: str) -> Any:
            source, *rest = super().get_source(environment, template)
            return tight(source), *rest

    return jinja2.Environment(
        loader=Loader(folder), autoescape=True, finalize=shown, undefined=jinja2.StrictUndefined, auto_reload=False
    )
