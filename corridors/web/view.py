"""What a page is to show, as one value that every section of its panel gets."""

from __future__ import annotations

from dataclasses import dataclass

from corridors.web.failure import Failure
from corridors.web.question import Items, WebQuestion
from geodata import records
from geodata.own.editing import Proposal
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan


@dataclass(frozen=True)
class View:
    """``items`` are the fields as filled in, ``asked`` the checked question, and then ``answer`` or ``failed``.

    ``draft`` holds lines that are not saved, as text, and ``proposal`` what they would do; ``network`` has them then.
    ``own`` are the segments that were added, as the file states them, and ``version`` tells one content of it from
    another.

    All of it is data, which the templates of the sections escape.
    """

    network: Network
    items: Items = ()
    asked: WebQuestion | None = None
    answer: Plan | Comparison | None = None
    failed: Failure | None = None
    draft: str = ""
    proposal: Proposal | None = None
    can_save: bool = True
    own: tuple[records.Segment, ...] = ()
    version: str = ""

    def values(self, name: str) -> list[str]:
        """What a field was filled in with, without blanks."""
        return [value.strip() for key, value in self.items if key == name and value.strip()]

    def value(self, name: str, default: str = "") -> str:
        """The last thing a field was filled in with."""
        return (self.values(name) or [default])[-1]
