"""The table of studies. A new study is a module and a row here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corridors.studies.breakeven import question as breakeven
from corridors.studies.cargo import question as cargo
from corridors.studies.closures import question as resilience
from corridors.studies.gateways import question as gateways
from corridors.studies.rank import question as rank
from corridors.studies.study import Run, Study, section
from corridors.studies.timeline import question as timeline
from geodata import errors
from planner.comparison import Comparison

_ROWS: tuple[Study, ...] = (rank.STUDY, breakeven.STUDY, timeline.STUDY, resilience.STUDY, cargo.STUDY, gateways.STUDY)

STUDIES: dict[str, Study] = {row.id: row for row in _ROWS}
"""By id, which is also the name of the command."""


def _fastest_two(comparison: Comparison) -> dict[str, str]:
    """The two named corridors of a comparison that take the fewest hours."""
    named = [entry for entry in comparison if entry.id in comparison.network.catalog.corridors]
    if len(named) < 2:
        found = ", ".join(entry.id for entry in named) or "none"
        raise errors.RequestError(f"--study breakeven needs two named corridors between the places; there is {found}")
    first, second = sorted(named, key=lambda entry: entry.route.time_h)[:2]
    return {"first": first.id, "second": second.id}


IN_BRIEFINGS: dict[str, Callable[[Comparison], dict[str, str]]] = {
    **dict.fromkeys(("rank", "timeline", "closures", "cargo", "gateways"), lambda _: {}),
    "breakeven": _fastest_two,
}
"""What each study is asked in a briefing, besides the places and conditions of its comparison."""


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
            raise errors.UnknownNameError("study", name, list(IN_BRIEFINGS))
    common = {"origin": asked.origin, "destination": asked.destination, **asked.asked.conditions()}
    for at, name in enumerate(names):
        fields = STUDIES[name].question.model_fields
        known = {key: value for key, value in {**common, **IN_BRIEFINGS[name](comparison)}.items() if key in fields}
        question = STUDIES[name].question.model_validate(known)
        run = Run(progress=lambda share, at=at: progress((at + share) / len(names)))  # type: ignore[misc]
        found.append(section(STUDIES[name], question, STUDIES[name].answer(comparison.network, question, run)))
    return found
