"""The table of studies. A new study is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corridors.studies import breakeven, cargo, gateways, rank, resilience, timeline
from corridors.studies.study import Run, Study, section
from geodata import errors
from planner.comparison import Comparison

_ROWS: tuple[Study, ...] = (rank.STUDY, breakeven.STUDY, timeline.STUDY, resilience.STUDY, cargo.STUDY, gateways.STUDY)

STUDIES: dict[str, Study] = {row.id: row for row in _ROWS}
"""By id, which is also the name of the command."""

IN_BRIEFINGS = ("rank", "timeline", "closures", "cargo")
"""Studies that are asked between two places, as a briefing is."""


def sections_of(
    comparison: Comparison, studies: Sequence[str], progress: Callable[[float], None] = lambda _: None
) -> list[str]:
    """Studies of the comparison's own question, each as a section of a briefing. Raises UnknownNameError.

    ``progress`` is told the share that is done.
    """
    asked = comparison.request
    found = []
    names = list(dict.fromkeys(studies))
    for name in names:
        if name not in IN_BRIEFINGS:
            raise errors.UnknownNameError("study", name, IN_BRIEFINGS)
    for at, name in enumerate(names):
        common = {
            "origin": asked.origin, "destination": asked.destination, "modes": asked.modes, "avoid": tuple(asked.avoid),
            "include": asked.include, "as_of": asked.as_of, "closures": asked.closures, "date": asked.day,
            "cargo": asked.consignment.cargo, "tonnes": asked.consignment.tonnes,
        }  # fmt: skip
        known = {key: value for key, value in common.items() if key in STUDIES[name].question.model_fields}
        question = STUDIES[name].question.model_validate(known)
        run = Run(progress=lambda share, at=at: progress((at + share) / len(names)))  # type: ignore[misc]
        found.append(section(STUDIES[name], question, STUDIES[name].answer(comparison.network, question, run)))
    return found
