"""The map and the chart as pictures for reports (PNG, SVG, PDF), drawn with matplotlib (extra ``figures``)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata import errors, saving
from maps import chart_layout, scene
from maps.figures import chart as figure_chart, map as figure_map, strokes
from maps.scene import Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_ROUTES = 16
"""More routes than these cannot be told apart on paper; a figure has the first of them, and says so."""

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 200


def draw_map(view: Scene, path: Path) -> list[str]:
    """Write the map of a scene with its legend to a PNG, SVG or PDF file; what could not be drawn is given back."""
    shown = scene.first(view, MAX_ROUTES)
    notes = write(path, lambda: figure_map.figure(shown))
    more = shown.total > len(shown.routes)
    return [*notes, f"{path}: the figure has the first {len(shown.routes)} of {shown.total} routes"] if more else notes


def draw_chart(view: Scene, path: Path, *, band: bool = False) -> list[str]:
    """Write the charts of hours and of USD over distance, one above the other; gives back what it could not draw."""
    if not view.routes:
        raise errors.RequestError(f"{path}: there is no route to draw a chart of")
    notes = write(path, lambda: figure_chart.figure(view, band))
    return [*notes, chart_layout.note(view)] if chart_layout.note(view) else notes


def check(path: Path) -> None:
    """Refuse a name that is no picture's, and say what is missing where matplotlib is not there."""
    if path.suffix.lower() not in SUFFIXES:
        raise errors.RequestError(f"{path}: a figure is {', '.join(SUFFIXES)}, not {path.suffix or 'without a suffix'}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise errors.RequestError(
            f"{path}: figures need matplotlib; install it with: pip install 'transit-corridors[figures]'"
        ) from None


def write(path: Path, make: Callable[[], Figure]) -> list[str]:
    """Write a figure to a PNG, SVG or PDF file, always the same bytes; what could not be drawn is given back."""
    check(path)
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "font.family": list(strokes.fonts()),
        "svg.fonttype": "path",
        "svg.hashsalt": "corridors",
        "pdf.fonttype": 42,
        "text.parse_math": False,
        "axes.unicode_minus": False,
    }
    kind = path.suffix.lower()[1:]
    stamp: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}

    def save(file: Path) -> None:
        drawn = BytesIO()  # matplotlib's PDF writer fails in ways of its own on a full disk
        make().savefig(drawn, format=kind, dpi=DPI, metadata=stamp.get(kind, {"Software": None}))
        file.write_bytes(drawn.getbuffer())

    with warnings.catch_warnings(record=True) as caught, mpl.rc_context(settings):
        warnings.simplefilter("always")
        saving.write_files(path, save)
    lost = {match[1] for each in caught if (match := MISSING_GLYPH.search(str(each.message)))}
    for each in caught:
        if not MISSING_GLYPH.search(str(each.message)):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    if not lost:
        return []
    signs = "".join(sorted(chr(int(number)) for number in lost))[:SHOWN_SIGNS]
    return [f"{path}: no installed font has {errors.printable(signs)}; boxes stand in their place (install Noto fonts)"]


MISSING_GLYPH = re.compile(r"Glyph (\d+) .*missing from font")
SHOWN_SIGNS = 20
