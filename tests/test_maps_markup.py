"""Templates: every value in every one is escaped, once, and nothing in them can get round it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import hostile
import jinja2
import pytest
from jinja2 import meta, nodes

from maps import markup
from maps.escape import escape
from maps.markup import Html, Templates

ROOT = Path(__file__).parent.parent
FILES = sorted(file for folder in ("maps", "corridors") for file in (ROOT / folder).rglob("templates/*.html"))
PARSER = jinja2.Environment(autoescape=True)
FILTERS = {"length"}
"""Filters that hand on nothing of a text; others, like ``join`` and ``replace``, escape by rules of their own."""

WRITTEN_IN_CODE = "attributes"
"""The one value that is no text: attributes of a control, as its module states them."""


class Anything:
    """Answers whatever a template asks of it, always with the same text."""

    def __init__(self, text: str, depth: int = 3):
        self.text, self.depth = text, depth

    def __str__(self) -> str:
        return self.text

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(self.text, self.depth)

    def __getitem__(self, _: object) -> Anything:
        return Anything(self.text, self.depth)

    def __iter__(self) -> Iterator[Anything]:
        return iter([Anything(self.text, self.depth - 1)] * 2 if self.depth else [])

    def __contains__(self, _: object) -> bool:
        return True

    def __len__(self) -> int:
        return 2


class Seen(HTMLParser):
    """The names of the tags and attributes of a page, and its texts."""

    def __init__(self, page: str):
        super().__init__()
        self.names: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}
        self.texts += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(file: Path) -> nodes.Template:
    return PARSER.parse(file.read_text(encoding="utf-8"))


def rendered(file: Path, names: set[str], text: str) -> str:
    values = {name: Html("required") if name == WRITTEN_IN_CODE else Anything(text) for name in names}
    return Templates(str(file.parent.parent / "module.py"))(file.stem, **values)


def test_there_are_templates_and_each_is_asked_for() -> None:
    sources = [file for folder in ("maps", "corridors") for file in (ROOT / folder).rglob("*.py")]
    code = "".join(file.read_text(encoding="utf-8") for file in [*sources, *FILES])
    assert len(FILES) > 20
    for file in FILES:
        assert re.search(rf'_HTML\(\s*"{file.stem}"|import|"{file.stem}\.html"', code), file
        assert re.search(rf'"{file.stem}(\.html)?"', code), file


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_in_a_template_gets_round_the_escape(file: Path) -> None:
    tree = parsed(file)
    assert {found.name for found in tree.find_all(nodes.Filter)} <= FILTERS
    assert not list(tree.find_all((nodes.Concat, nodes.FilterBlock, nodes.EvalContextModifier, nodes.Mul, nodes.Add)))
    assert file.read_text(encoding="utf-8").startswith("{# "), "the first line says what it shows"


@pytest.mark.parametrize("file", [file for file in FILES if file.stem != "field"], ids=lambda file: file.stem)
def test_every_template_shows_hostile_strings_as_text(file: Path) -> None:
    names = meta.find_undeclared_variables(parsed(file))
    known = Seen(rendered(file, names, "text")).names
    pages = {text: rendered(file, names, text) for text in hostile.STRINGS}
    together = "\n".join(pages.values())
    assert jinja2.Template(together).render() == together
    for text, page in pages.items():
        seen = Seen(page)
        assert seen.names == known
        assert not names or text in "".join(seen.texts) or text in html.unescape(page)


def test_a_value_is_escaped_once_and_html_is_not(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "t.html").write_text("{# t #}\n<b>{{ x }}</b>\n", encoding="utf-8")
    template = Templates(str(tmp_path / "module.py"))
    once = template("t", x="<i> & {{ 1 }}")
    assert once == "<b>&#60;i&#62; &#38; &#123;&#123; 1 &#125;&#125;</b>"
    assert template("t", x=once) == f"<b>{once}</b>"
    assert template("t", x=7) == "<b>7</b>"
    assert template("t", x=f"{once}") == f"<b>{escape(once)}</b>"  # joined text is no HTML, unless it is said again
    assert type(once + "x") is str
    with pytest.raises(jinja2.UndefinedError, match="'x' is undefined"):
        template("t")


def test_breaks_beside_tags_are_nothing_and_inside_texts_a_space() -> None:
    assert markup.tight("<p>\n  a\n  b <i>\n    c</i> d\n</p>\n") == "<p>a b <i>c</i> d</p>"
    assert markup.tight("<a\n  href='x'>\n  {{ y }}\n</a>\n") == "<a href='x'>{{ y }}</a>"
    assert isinstance(markup.shown("x"), Html)
