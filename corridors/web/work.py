"""What the worker does: one function a question, each from plain values to text. They run in another process.

The network is read once in a process, and again when a file of the user's folder has changed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import corridors
from corridors import manifests
from corridors.answers import of_routes, text as exports
from corridors.answers.report import Report
from corridors.web import draft, page
from corridors.web.failure import Failure, from_error
from corridors.web.question import DRAFT, MAX_FRONT, Items, WebQuestion
from corridors.web.view import View
from geodata import errors, places, records
from geodata.own import folder as store
from geodata.own.editing import Proposal
from planner import comparison, named, plan, request
from planner.comparison import Comparison
from planner.network import Network
from planner.plan import Plan

MAX_FOUND = 20
"""Places that a search gives at most."""

KEPT_CHARACTERS = 4_000_000
"""So much text of answers is kept with a network, for those who ask the same again: some 50 plans."""

Stamp = tuple[tuple[str, int, int, int], ...]


_kept: dict[str, tuple[Path | None, Stamp, Network]] = {}
"""The network of this process under ``network``, and what it was read from; a process serves one folder."""


def fingerprint(folder: Path | None) -> Stamp:
    """What changes when a file of a folder does: names, sizes, times in ns, and inodes, since files are replaced."""
    if folder is None or not folder.is_dir():
        return ()
    found = []
    for path in sorted([*folder.glob("*"), *folder.glob("segments/*")]):
        if path.is_file() and not path.name.startswith("."):
            with contextlib.suppress(FileNotFoundError):  # it went meanwhile, which is a change as well
                state = path.stat()
                found.append((str(path.relative_to(folder)), state.st_size, state.st_mtime_ns, state.st_ino))
    return tuple(found)


def network(folder: Path | None) -> Network:
    """The shipped facts under the user's folder, which need not be there yet."""
    stamp = fingerprint(folder)  # before reading: what changes meanwhile is read again next time
    place = folder if stamp else None
    if "network" not in _kept or _kept["network"][:2] != (place, stamp):
        _kept["network"] = (place, stamp, corridors.load(place))
    return _kept["network"][2]


def ready(folder: Path | None) -> None:
    """Read the folder if it has changed. Raises DataError, FileAccessError."""
    network(folder)


def warm() -> None:
    """Import and compile what questions need, by asking one of each kind of the shipped network."""
    shipped = network(None)
    corridor = next(iter(shipped.catalog.corridors.values()))
    criteria = ("distance", "time")
    found = corridors.plan(shipped, corridor.origin, corridor.destination, include="proposed", pareto=criteria)
    page.html(View(shipped, answer=found))
    page.html(View(shipped))


def found_places(folder: Path | None, text: str) -> str:
    """JSON of the places of which some name holds the text: whole names first, then beginnings, then parts."""
    known = network(folder)
    key = places.fold(text)
    ranked = []
    for place in known.nodes.values():
        names = [place.id, place.name, *(local.name for local in place.names), place.unlocode or "", place.iata or ""]
        folded = [places.fold(name) for name in names]
        ranks = [0 if name == key else 1 if name.startswith(key) else 2 for name in folded if key and key in name]
        if ranks:
            ranked.append((min(ranks), place.name, place))
    best = [place for _, _, place in sorted(ranked, key=lambda row: row[:2])[:MAX_FOUND]]
    near = [] if best else places.nearest(known.nodes, text)
    answer = {"places": [_place(place) for place in best], "found": len(ranked), "did_you_mean": near}
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _place(place: records.Node) -> dict[str, object]:
    return place.model_dump(
        mode="json", include={"id", "name", "country", "kind", "lon", "lat", "unlocode", "iata"}
    ) | {"names": [local.name for local in place.names]}


def answer_of(known: Network, asked: WebQuestion) -> Plan | Comparison:
    """The answer of the planner. Raises RequestError also when a Pareto set has more than MAX_FRONT routes."""
    resolved = request.resolved(known.catalog, asked.written())
    if asked.command == "compare":
        return comparison.compare(known, resolved)
    found = plan.plan(known, resolved)
    if len(found) > MAX_FRONT:
        named = ",".join(resolved.pareto)
        raise errors.RequestError(
            f"{len(found):,} routes are beaten by none in {named}; at most {MAX_FRONT} are answered here: name fewer "
            f"criteria or a larger epsilon (now {resolved.epsilon:g}), or ask on the command line"
        )
    return found


def remembered(known: Network, key: Any, make: Callable[[], str]) -> str:
    """What was answered to an equal question of the same network, or is now. What is asked for least lately goes."""
    kept: dict[Any, str] = known.kept.setdefault("answers", {})
    text = kept.pop(key) if key in kept else make()
    kept[key] = text
    while sum(map(len, kept.values())) > KEPT_CHARACTERS:
        kept.pop(next(iter(kept)))
    return text


def answer_json(folder: Path | None, asked: WebQuestion) -> str:
    """The text of ``plan -f json`` or ``compare -f json``."""
    known = network(folder)
    return remembered(known, ("answer", type(asked), asked.model_dump_json()), lambda: _answer_json(known, asked))


def _answer_json(known: Network, asked: WebQuestion) -> str:
    answer = answer_of(known, asked)
    if isinstance(answer, Plan):
        command, report = "plan", of_routes.of_plan(answer)
    else:
        command, report = "compare", of_routes.of_comparison(answer)
    options, day = asked.options(), answer.request.day
    facts = answer.network.catalog
    return exports.as_json(manifests.under(report, manifests.manifest(command, options, facts, day=day), facts))


def corridors_json(folder: Path | None) -> str:
    """The text of ``list -f json``."""
    known = network(folder)
    return remembered(known, "corridors", lambda: _corridors_json(known))


def _corridors_json(known: Network) -> str:
    routes = [
        (corridor, named.own_route(known, corridor, named.question(known, corridor)))
        for corridor in known.catalog.corridors.values()
    ]
    report: Report = of_routes.of_corridors(routes, known)
    return exports.as_json(manifests.under(report, manifests.manifest("list", {}, known.catalog), known.catalog))


def page_html(folder: Path | None, items: Items, failed: Failure | None = None) -> tuple[int, str]:
    """Status and HTML of the page that answers a form. With ``failed``, the form as filled in and what went wrong.

    The answer is over the network with the lines of the parameter ``draft``, which are not saved.
    """
    known, proposal = network(folder), None
    text = next((value for name, value in items if name == DRAFT and value.strip()), "")
    rest = tuple((name, value) for name, value in items if name != DRAFT)
    if text and failed is None:
        try:
            proposal, drawn = with_draft(folder, text)
            known = drawn or known
        except errors.CorridorsError as error:
            failed = from_error(error)
    held, version = (
        ((), "")
        if folder is None or not folder.is_dir()
        else (store.Store(folder).read().segments, store.version(folder))
    )
    view = View(
        known,
        rest,
        failed=failed,
        draft=text,
        proposal=proposal,
        can_save=folder is not None,
        own=held,
        version=version,
    )
    return page.answered(view, answer_of)


_drafts: dict[tuple[Path | None, Stamp, str], tuple[Proposal, Network | None]] = {}
"""The last network with lines that are not saved: a page asks for the same one again and again."""


def with_draft(folder: Path | None, text: str) -> tuple[Proposal, Network | None]:
    """What the lines of a page would do, and the network with them; None with an error."""
    key = (folder, fingerprint(folder), text)
    if key not in _drafts:
        _drafts.clear()
        proposal = draft.of_page(folder, text)
        _drafts[key] = (proposal, Network.of(proposal.after) if proposal.after is not None else None)
    return _drafts[key]
