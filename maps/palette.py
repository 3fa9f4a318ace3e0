"""Colours and line styles. Modes and statuses are told apart without colour; colour tells the routes apart."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe & Ito's colours for all kinds of colour vision, without yellow, which fails on a light ground."""

DARK_CASING, LIGHT_CASING = "#2b2b2b", "#ffffff"


@dataclass(frozen=True, slots=True)
class Paint:
    """A route's colour and casing; after seven routes the colours come again with a light casing."""

    colour: str
    casing: str


def paint(number: int) -> Paint:
    return Paint(OKABE_ITO[number % len(OKABE_ITO)], DARK_CASING if number % 14 < len(OKABE_ITO) else LIGHT_CASING)


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How a line is drawn: ``dash`` as in SVG, ``hatch`` a white dash on top, ``casing`` a rim around it, ``core`` a
    white middle, so that the dashes are hollow.
    """

    weight: float
    dash: str = ""
    hatch: str = ""
    casing: bool = True
    core: bool = False

    def options(self) -> dict[str, Any]:
        return asdict(self)


LINES: dict[str, LineStyle] = {
    "hatched": LineStyle(5, hatch="7 7"),
    "solid": LineStyle(4),
    "dotted": LineStyle(4, dash="0.1 9", casing=False),
    "dash_dotted": LineStyle(4, dash="11 7 0.1 7", casing=False),
    "thin": LineStyle(2, casing=False),
}
"""Keyed by the ``line`` of a mode in modes.toml."""

TAILS: dict[str, str] = {"dotted": " 0.1 8 0.1 8", "dash_dotted": " 0.1 8"}
"""What follows each dash of an unbuilt line in these modes, so that it still shows its mode."""

UNBUILT: dict[str, str] = {"under_construction": "14 5", "planned": "9 8", "proposed": "4 9"}
"""Dash of each status that is not operational: the further off, the more gaps. Unbuilt lines have no casing."""


def line_style(line: str, status: str) -> LineStyle:
    """The style of a mode's line in a status.

    >>> line_style("hatched", "planned")
    LineStyle(weight=5, dash='9 8', hatch='', casing=False, core=True)
    """
    style = LINES[line]
    dash = UNBUILT.get(status)
    if dash is None:
        return style
    return LineStyle(style.weight, dash=dash + TAILS.get(line, ""), casing=False, core=bool(style.hatch))


STRIPS = ("#e4e0d6", "#cfc9ba")
"""Countries along a route, by turns."""

CONTEXT = "#8d8a83"
"""Lines of the network that are not on a route."""

LAND, WATER, LAKE_RIM, BORDER, DISPUTED = "#f3f1ea", "#c9dfec", "#9fc0d3", "#a39c90", "#c4a58a"
