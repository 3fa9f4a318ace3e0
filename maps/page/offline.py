"""One HTML file that needs no network: every script, style and image stands in the page itself.

The files come from installed packages that carry the version folium asks for. An address this module does not know
raises: a page that would fetch something must never be written in silence.
"""

from __future__ import annotations

import base64
import mimetypes
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium

from geodata import errors, saving

NEEDLESS = re.compile(r"bootstrap|font-?awesome|glyphicons|awesome-markers|awesome\.rotate")
"""What folium loads for its own icons and buttons; these pages use inline SVG instead."""

_SCRIPT = re.compile(r'<script src="([^"]+)"></script>')
_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)"\s*/?>')
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")


class OfflineMap(folium.Map):
    """A folium map that saves and shows itself as one file; all it fetches are the tiles that ``online`` adds.

    ``lighter`` makes the same map with less ground, for notebooks.
    """

    def __init__(self, *, online: bool = False, **options: Any):
        super().__init__(tiles="OpenStreetMap" if online else None, **options)
        self.is_online = online
        self.lighter: Callable[[], OfflineMap] | None = None

    def html(self) -> str:
        """The whole page as text."""
        return inline(str(self.get_root().render()))

    def save(self, outfile: Any, close_file: bool = True, **_: Any) -> None:
        """Write the page to a path, complete or not at all; or to a file that is open for bytes, as folium does."""
        if not hasattr(outfile, "write"):
            saving.write_text(Path(os.fsdecode(outfile)), self.html())
            return
        outfile.write(self.html().encode("utf-8"))
        if close_file:
            outfile.close()

    def _repr_html_(self, **_: Any) -> str:
        shown = self.lighter() if self.lighter else self
        quoted = shown.html().replace("&", "&amp;").replace("'", "&#39;")
        return f"<iframe srcdoc='{quoted}' style='width:100%;height:600px;border:none' title='map'></iframe>"


def inline(page: str) -> str:
    """The page with each known address replaced by the file's text; raises on an unknown one."""
    page = _SCRIPT.sub(lambda match: _script(match.group(1)), page)
    page = _LINK.sub(lambda match: _style(match.group(1)), page)
    left = re.search(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?!data:|#)([^\"'\s>]+)", page)
    if left:
        raise errors.FileAccessError(
            f"the map would fetch {left.group(1)}; it is not known how to carry it in the page"
        )
    return page


def _script(address: str) -> str:
    if NEEDLESS.search(address):
        return ""
    text = _SOURCE_MAP.sub("", _known(address).read_text(encoding="utf-8"))
    return "<script>" + text.replace("</script", "<\\/script") + "</script>"


def _style(address: str) -> str:
    if NEEDLESS.search(address):
        return ""
    file = _known(address)

    def carried(match: re.Match[str]) -> str:
        if match.group(1).startswith("#"):
            return match.group(0)
        return f"url({_data_uri(file.parent / match.group(1))})"

    return "<style>" + _CSS_URL.sub(carried, file.read_text(encoding="utf-8")) + "</style>"


def _data_uri(file: Path) -> str:
    if not file.is_file():
        raise errors.FileAccessError(f"{file}: a style asks for this image and it is missing; reinstall its package")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _leaflet(name: str) -> Path:
    from xstatic.pkg import leaflet

    return Path(leaflet.BASE_DIR) / name


def _jquery(_: str) -> Path:
    from xstatic.pkg import jquery

    return Path(jquery.BASE_DIR) / "jquery.min.js"


def _versions() -> dict[str, str]:
    from xstatic.pkg import jquery, leaflet

    return {"leaflet": str(leaflet.VERSION), "jquery": str(jquery.VERSION)}


CARRIED: tuple[tuple[str, str, Callable[[str], Path]], ...] = (
    (r"leaflet@(?P<version>[\d.]+)/dist/(?P<name>leaflet\.(?:js|css))$", "leaflet", _leaflet),
    (r"jquery-(?P<version>[\d.]+?)(?P<name>\.min\.js)$", "jquery", _jquery),
)
"""Address pattern, package, and where the package keeps the file: one row a library."""


def _known(address: str) -> Path:
    for pattern, package, where in CARRIED:
        match = re.search(pattern, address)
        if match:
            asked, installed = match["version"], _versions()[package]
            if asked != installed:
                raise errors.FileAccessError(
                    f"folium asks for {package} {asked}, XStatic carries {installed}; install the matching versions"
                )
            file = where(match["name"])
            if not file.is_file():
                raise errors.FileAccessError(f"{file}: missing; reinstall XStatic-{package}")
            return file
    raise errors.FileAccessError(f"the map would fetch {address}; it is not known how to carry it in the page")
