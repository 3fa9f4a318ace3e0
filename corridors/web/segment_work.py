"""What the worker does with lines of the user's own: one function a request, each from plain values to text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from corridors.answers import of_segments as segment_tables
from corridors.web import draft, question, work
from corridors.web.draft import Lines, LinesInQuestion, LinesMeasured
from geodata import errors
from geodata.own import editing, folder
from geodata.read import additions, contents, feature_records
from planner.comparison import Comparison
from planner.effect import measure as effect
from planner.network import Network
from planner.plan import Plan

WARMING: dict[str, Any] = {
    "features": [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {
                "from": "almaty",
                "to": "astana",
                "mode": "road",
                "status": "operational",
                "length_km": 2000.0,
            },
        }
    ],
    "straight": True,
    "places": ["almaty", "astana", "tashkent"],
}
"""A line that is asked about once in a new process, so that all it needs is imported and compiled."""


def warm() -> None:
    """Import and compile what questions need, those about lines too."""
    work.warm()
    measured(None, json.dumps(WARMING))


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)


def listed(place: Path | None) -> str:
    """JSON of the segments that the folder holds."""
    known = work.network(place).catalog
    version = folder.version(place) if place is not None else "-"
    return _text({"version": version, **segment_tables.of_own(known, place or Path()).json})


def download(place: Path | None) -> str:
    """The file of all that was added, as it is; an empty collection where nothing was."""
    if place is None or not os.path.lexists(place / additions.FILE_NAME):
        return feature_records.feature_collection([])
    return contents.data_text(place / additions.FILE_NAME)


def checked(place: Path | None, body: str) -> str:
    """JSON of every finding, and of how the lines would join the network."""
    sent, problems = draft.lines_of(body, Lines)
    proposal = draft.proposed(place, sent, problems, replace=True)
    return _text(segment_tables.of_proposal(proposal, written_to=None, what="the lines").json)


def routes(place: Path | None, body: str) -> str:
    """JSON of the best routes of a question without and with the lines."""
    sent, problems = draft.lines_of(body, LinesInQuestion)
    asked = question.of_address(sent.question)
    if asked is None:
        raise errors.RequestError("question: name an origin and a destination")
    proposal = _sound(place, sent, problems)
    sides = {"before": proposal.before, "after": proposal.after}
    return _text({name: _best(Network.of(facts), asked, set(proposal.ids)) for name, facts in sides.items() if facts})


def _best(network: Network, asked: question.WebQuestion, added: set[str]) -> list[dict[str, Any]]:
    try:
        answer: Plan | Comparison = work.answer_of(network, asked)
    except errors.NoRouteError:
        return []
    named = (
        [(entry.id, entry.route) for entry in answer]
        if isinstance(answer, Comparison)
        else [(str(rank), route) for rank, route in enumerate(answer, start=1)]
    )
    return [
        {
            "route": name,
            "corridors": list(route.corridors),
            **route.sums(),
            "uses_the_lines": bool(added & {segment.facts_id for segment in route.segments}),
        }
        for name, route in named
    ]


def measured(place: Path | None, body: str) -> str:
    """JSON of what the lines change between the places, or the 25 main ones."""
    sent, problems = draft.lines_of(body, LinesMeasured)
    proposal = _sound(place, sent, problems)
    assert proposal.after is not None
    networks = (Network.of(proposal.before), Network.of(proposal.after))
    return _text(effect.measure(*networks, proposal.ids, **sent.options()).as_dict())


def _sound(place: Path | None, sent: Lines, problems: Any) -> editing.Proposal:
    proposal = draft.proposed(place, sent, problems, replace=True)
    if proposal.after is None:
        raise errors.DataError(proposal.problems)
    return proposal


def saved(place: Path, version: str, body: str, replaced: str | None = None) -> str:
    """Add the lines to the folder, all or none; with ``replaced``, the one line takes the place of that own segment."""
    sent, problems = draft.lines_of(body, Lines)
    if replaced is not None:
        if len(sent.features) != 1:
            raise errors.RequestError("one feature takes the place of one segment")
        version = version or folder.version(place)  # nobody may take it away between the look and the change
        held = [segment.id for segment in folder.Store(place).read().segments] if place.exists() else []
        if replaced not in held:
            raise errors.UnknownNameError("segment", replaced, detail="it was not added to your folder")
        feature = sent.features[0]
        sent.features[0] = {**feature, "id": replaced} if isinstance(feature, dict) else feature
    drafts, found = sent.drafts()
    proposal = editing.add(
        place, drafts, sent.rules(replace=replaced is not None), [*problems, *found], version=version
    )
    return _text(segment_tables.of_proposal(proposal, written_to=place, what="the lines").json)


def removed(place: Path, version: str, key: str) -> str:
    """Take an own segment out of the folder; what is left hanging stands under warnings."""
    return _text({"removed": key, "warnings": editing.remove(place, [key], version=version)})


def undone(place: Path, version: str) -> str:
    """Take the last change of the folder back."""
    return _text({"undone": editing.undo(place, version=version)})
