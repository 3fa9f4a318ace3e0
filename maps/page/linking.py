"""ES modules linked into one script, and styles joined, that stand in the page itself: no file is asked for later.

A module imports by ``import { name } from "./file.js";`` and exports functions and constants where it makes them; that
is all this linker knows, and all that it needs. Comments and indentation stay behind, so that pages stay small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_IMPORT = re.compile(r'^import \{(\s*\w+(?:,\s*\w+)*,?\s*)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^\s*/\*.*?\*/\n", re.MULTILINE | re.DOTALL)
_MEANS_MORE = re.compile(r"\{\{|\{%|\{#|</(?:script|style)|<!--", re.IGNORECASE)
"""What a template, which each page is compiled as, or the end of a script would make something else of."""


def script(entries: Iterable[Path]) -> str:
    """The modules of some entries and all that they import, each once, as one script.

    Raises ValueError for a circle of imports, another way to import or export, and what means something in a page.
    """
    parts: dict[Path, str] = {}
    for entry in entries:
        _add(entry, parts, ())
    return _packed("(() => {\n" + "\n".join(parts.values()) + "\n})();")


def style(files: Iterable[Path]) -> str:
    """Some styles as one."""
    return _packed("\n".join(file.read_text(encoding="utf-8") for file in files))


def _add(file: Path, parts: dict[Path, str], above: tuple[Path, ...]) -> None:
    """A module after those that it imports, as a constant that holds what it exports."""
    if file in above:
        raise ValueError(f"{file}: modules import each other in a circle: {', '.join(each.stem for each in above)}")
    if file in parts:
        return
    text = file.read_text(encoding="utf-8")
    for _, name in _IMPORT.findall(text):
        _add(file.parent / f"{name}.js", parts, (*above, file))
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(r"const {\1} = module_\2;", text))
    if unknown := _LEFT.search(body):
        raise ValueError(f"{file}: {unknown[0]}: write import {{ name }} from './file.js', export function or const")
    parts[file] = f"const module_{file.stem} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _packed(text: str) -> str:
    if found := _MEANS_MORE.search(text):
        raise ValueError(f"{found[0]!r} in a script or a style would mean something else in a page")
    return re.sub(r"\n\s+", "\n", _COMMENT.sub("", text))
