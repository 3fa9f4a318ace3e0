"""The map and the chart as pictures for reports (PNG, SVG, PDF), drawn with matplotlib (extra ``figures``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata import errors, saving
from maps import figure_chart, figure_map, strokes
from maps.scene import Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 200


def draw_map(view: Scene, path: Path) -> None:
    """Write the map of a scene with its legend to a PNG, SVG or PDF file."""
    _write(path, lambda: figure_map.figure(view))


def draw_chart(view: Scene, path: Path, *, band: bool = False) -> None:
    """Write the charts of hours and of USD over distance, one above the other, to a PNG, SVG or PDF file."""
    if not view.routes:
        raise errors.RequestError(f"{path}: there is no route to draw a chart of")
    _write(path, lambda: figure_chart.figure(view, band))


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


def _write(path: Path, make: Callable[[], Figure]) -> None:
    check(path)
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "font.family": list(strokes.fonts()), "svg.fonttype": "path", "svg.hashsalt": "corridors", "pdf.fonttype": 42,
        "text.parse_math": False, "axes.unicode_minus": False,
    }  # fmt: skip
    with mpl.rc_context(settings):
        figure = make()
        kind = path.suffix.lower()[1:]
        stamp: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        saving.write_files(
            path, lambda file: figure.savefig(file, format=kind, dpi=DPI, metadata=stamp.get(kind, {"Software": None}))
        )
