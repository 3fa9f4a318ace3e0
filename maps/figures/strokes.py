"""What the figures of maps and of charts share in matplotlib: line styles, fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PX = 0.75
"""Points a px of the web map."""

FONTS = ("DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei")
"""DejaVu, which matplotlib brings, has Latin, Cyrillic, Georgian and Arabic script; Chinese needs one of the others."""

CHINESE = frozenset(FONTS[2:])


def stroke(axes: Axes, line: Any, look: dict[str, Any], paint: palette.Paint) -> None:
    """A line in the look of the web map: casing, colour, hatch or hollow dashes."""
    width = look["weight"] * PX

    def put(colour: str, wide: float, dash: str = "", z: float = 3.0) -> None:
        round_ = "round" if dash else "butt"
        (drawn,) = axes.plot(
            line[:, 0],
            line[:, 1],
            color=colour,
            lw=wide,
            solid_capstyle="butt",
            zorder=z,
            dash_capstyle=round_,
            solid_joinstyle="round",
        )
        if dash:
            drawn.set_linestyle((0, tuple(max(float(part), 0.1) * PX / wide for part in dash.split())))

    if look["casing"]:
        put(paint.casing, width + 1.4, z=2.5)
    put(paint.colour, width, look["dash"])
    if look["hatch"]:
        put("#ffffff", width * 0.45, look["hatch"], 3.1)
    if look["core"]:
        put("#ffffff", width * 0.4, look["dash"], 3.1)


def fonts() -> tuple[str, ...]:
    """Those of FONTS that are installed."""
    from matplotlib import font_manager

    known = set(font_manager.get_font_names())
    return tuple(name for name in FONTS if name in known)


def figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))
