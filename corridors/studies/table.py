"""The table of studies: a new one is a package and a row here."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata import errors

if TYPE_CHECKING:
    from corridors.studies.study import Study
    from planner.comparison import Comparison


def _fastest_two(comparison: Comparison) -> dict[str, str]:
    """The two named corridors of a comparison that take the fewest hours."""
    named = [entry for entry in comparison if entry.id in comparison.network.catalog.corridors]
    if len(named) < 2:
        found = ", ".join(entry.id for entry in named) or "none"
        raise errors.RequestError(f"--study breakeven needs two named corridors between the places; there is {found}")
    first, second = sorted(named, key=lambda entry: entry.route.time_h)[:2]
    return {"first": first.id, "second": second.id}


@dataclass(frozen=True)
class Row:
    """The module that has the study as ``STUDY``, what its command helps with, and what it is asked in a briefing
    besides the places and conditions of its comparison.
    """

    module: str
    help: str
    in_briefing: Callable[[Comparison], dict[str, str]] = lambda _: {}


ROWS: dict[str, Row] = {
    "rank": Row(
        "corridors.studies.rank.question",
        """Which corridor is the best when figures are drawn from low to high: chances, percentiles, regret,
        evidence.

        Example: corridors rank Almaty Karachi --draws 10000 --seed 1 --figure rank.png
        """,
    ),
    "breakeven": Row(
        "corridors.studies.breakeven.question",
        """At which value of one parameter one route overtakes another, with its interval, or why never.

        Examples: corridors breakeven ktap qtta-kkh --vary rail-speed:AF --by cost;
        corridors breakeven ktap trans-caspian --vary rail-speed:AF --and ferry-wait:aktau
        """,
        _fastest_two,
    ),
    "timeline": Row(
        "corridors.studies.timeline.question",
        """The best route and the corridors year by year as projects open, and what changes if one slips.

        Example: corridors timeline Almaty Karachi --to 2040 --slip ktap_herat_kandahar:3
        """,
    ),
    "closures": Row(
        "corridors.studies.closures.question",
        """What each closure on the best routes costs, what cuts the places off, and how many routes share no
        segment.

        Example: corridors closures Tashkent Karachi --by cost
        """,
    ),
    "cargo": Row(
        "corridors.studies.cargo.question",
        """What each commodity prefers by its value of time, and what a year's trade costs, emits and fills.

        Example: corridors cargo Almaty Karachi --share agriculture:0.5 --share pharmaceuticals:0.5
        """,
    ),
    "gateways": Row(
        "corridors.studies.gateways.question",
        """Which port is the best for which market of the world, now and once a corridor is built, and if a
        strait is closed.

        Example: corridors gateways Almaty --market "Jebel Ali" --market Rotterdam --close suez --avoid Iran
        """,
    ),
}
"""By id, which is also the name of the command."""


class _Studies(Mapping[str, "Study"]):
    """The studies by id; each is imported when it is first asked for."""

    def __getitem__(self, key: str) -> Study:
        study: Study = importlib.import_module(ROWS[key].module).STUDY
        return study

    def __iter__(self) -> Iterator[str]:
        return iter(ROWS)

    def __len__(self) -> int:
        return len(ROWS)


STUDIES = _Studies()


def sections_of(
    comparison: Comparison, studies: Sequence[str], progress: Callable[[float], None] = lambda _: None
) -> list[str]:
    """Studies of the comparison's own question, each as a section of a briefing. Raises UnknownNameError.

    ``progress`` is told the share that is done.
    """
    from corridors.studies.study import Run, section

    asked = comparison.request
    found = []
    names = list(dict.fromkeys(studies))
    for name in names:
        if name not in ROWS:
            raise errors.UnknownNameError("study", name, list(ROWS))
    common = {"origin": asked.origin, "destination": asked.destination, **asked.asked.conditions()}
    for at, name in enumerate(names):
        fields = STUDIES[name].question.model_fields
        known = {key: value for key, value in {**common, **ROWS[name].in_briefing(comparison)}.items() if key in fields}
        question = STUDIES[name].question.model_validate(known)
        run = Run(progress=lambda share, at=at: progress((at + share) / len(names)))  # type: ignore[misc]
        found.append(section(STUDIES[name], question, STUDIES[name].answer(comparison.network, question, run)))
    return found
