"""Tables that are wider than a sheet of paper: on the screen they scroll, in print they go on below by columns."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

ROOM = 112
"""So many letters stand beside each other on A4, in the type of a printed table."""

FOLDED, KEY_FOLDED = 16, 24
"""A text folds down to so many letters; one of the first column, which each part repeats, to these."""

WORD = 30
"""A word of more letters may be cut."""

GAP = 2
"""Letters between two columns."""

SWATCH = 7
"""Letters that a drawn line in a cell takes."""


def columns(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> list[list[int]]:
    """The columns of each part that fits on a sheet, by number; the first column stands in every part.

    Cells are HTML; a head says whether its column holds numbers, which never fold.

    >>> columns([("id", False), ("h", True)], [["ktap", "326"]])
    [[0, 1]]
    >>> columns([("id", False), *[("a long head", True)] * 20], [["ktap", *["1,000,000"] * 20]])[1][:2]
    [0, 10]
    """
    widths = [_width(head, number, [row[at] for row in rows], at) for at, (head, number) in enumerate(heads)]
    parts: list[list[int]] = [[]]
    used = 0
    for at, width in enumerate(widths):
        if parts[-1] and parts[-1] != [0] and used + width > ROOM:
            parts.append([0])
            used = widths[0]
        parts[-1].append(at)
        used += width
    return parts


def _width(head: str, number: bool, cells: Sequence[str], at: int) -> int:
    """Letters that a column needs at least."""
    longest = max((len(_plain(cell)) for cell in cells), default=0)
    drawn = SWATCH if any("<svg" in cell for cell in cells) else 0
    folded = min(longest, FOLDED if at else KEY_FOLDED)
    return GAP + max(word_of(head, number, cells), drawn + (longest if number else folded))


def word_of(head: str, number: bool, cells: Sequence[str]) -> int:
    """Letters of the longest word of a column, of which none shall be cut; a very long one may be (WORD)."""
    texts = [head, *([] if number else map(_plain, cells))]
    return min(WORD, max((len(word) for text in texts for word in re.split(r"[\s-]", text)), default=0))


def _plain(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", cell))


def both(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], grid: Callable[[Sequence[int]], str]) -> str:
    """The whole table for the screen and its parts for print; once where it fits. ``grid`` writes some columns."""
    parts = columns(heads, rows)
    whole = f"<div class='scroll'>{grid(range(len(heads)))}</div>"
    if len(parts) < 2:
        return whole
    printed = "".join(grid(part) for part in parts)
    return f"<div class='corridors-screen'>{whole}</div><div class='corridors-print'>{printed}</div>"
