"""What the panel says of an answer: how many routes, the least of each, notes, corridors left out; or what went wrong.

Every string from the data or the address passes through ``escape`` here.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from urllib.parse import urlencode

from corridors.web import question
from corridors.web.view import View
from maps import measured
from maps.escape import escape
from maps.tables.of_routes import closures_of
from planner.comparison import Comparison
from planner.plan import Plan
from planner.price import measures
from planner.price.measures import MEASURES
from planner.price.route import Route


def section(view: View) -> str:
    """A status that is read out when the page comes, an alert when there is no answer, and what belongs to them."""
    return f"<div class='web-results'>{_alert(view)}{_status(view)}{_notes(view)}{_left_out(view)}{_links(view)}</div>"


def _alert(view: View) -> str:
    if view.failed is None:
        return ""
    lines = [line for line in view.failed.message.splitlines() if line.strip()]
    first, rest = (lines or ["no answer"])[0], lines[1:]
    return f"<div class='web-alert' role='alert' tabindex='-1'><b>{escape(first)}</b>{_items(rest)}</div>"


def _status(view: View) -> str:
    return f"<p class='web-status' role='status' aria-live='polite'>{escape(_summary(view))}</p>"


def _summary(view: View) -> str:
    answer = view.answer
    if answer is None:
        text = "" if view.failed else f"The map shows {len(view.network.catalog.corridors)} named corridors. "
        return text + ("Change the question and ask again." if view.failed else "Ask for routes between two places.")
    names = answer.network.nodes
    ends = f"{names[answer.request.origin].name} to {names[answer.request.destination].name}"
    words = answer.request.asked.words()
    told = f" Conditions: {words}." if words else ""
    if isinstance(answer, Comparison):
        least = _least(entry.route for entry in answer)
        return f"{ends}: {_count(len(answer))}, named corridors and the best of today. {least}{told}"
    sought = (
        f"none beaten in {', '.join(answer.request.pareto)}"
        if answer.request.pareto
        else (f"least {MEASURES[answer.request.by].title} first")
    )
    return f"{ends}: {_count(len(answer))}, {sought}. {_least(answer)}{told}"


def _count(number: int) -> str:
    return f"{number:,} route" + ("" if number == 1 else "s")


def _least(routes: Iterable[Route]) -> str:
    found = list(routes)
    if not found:
        return ""
    least = {row: min(found, key=operator.methodcaller("value", row.id)) for row in measures.compared()}
    texts = [(measured.compact_text(row, route), route) for row, route in least.items()]
    return f"The least of each: {', '.join(_with_closures(text, route) for text, route in texts)}."


def _with_closures(text: str, route: Route) -> str:
    """'3,250 km (closed: pak_afg_chaman)'."""
    return f"{text} ({', '.join(closures_of(route))})" if route.closures else text


def _items(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text.strip().removeprefix('- '))}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _notes(view: View) -> str:
    notes = _items(view.answer.notes) if view.answer is not None else ""
    if isinstance(view.answer, Plan | Comparison) and not len(view.answer):
        notes += "<p>No route to draw.</p>"
    return notes


def _left_out(view: View) -> str:
    if not isinstance(view.answer, Comparison) or not view.answer.left_out:
        return ""
    rows = [f"{left.corridor}: {left.reason}" for left in view.answer.left_out]
    return f"<details class='web-left'><summary>{len(rows)} corridors left out</summary>{_items(rows)}</details>"


def _links(view: View) -> str:
    links = [("/", "New question")] if view.items else []
    if view.asked is not None:
        kind = view.asked.command
        address = question.address(view.asked)
        drawn = "&" + urlencode({question.DRAFT: view.draft}) if view.draft else ""
        links.append((f"/?question={kind}&{address}{drawn}", "Link to this question"))
        links += [(f"/api/{kind}?{address}", "As JSON")] if view.answer is not None and not view.draft else []
    shown = "".join(f"<a href='{escape(target)}'>{escape(title)}</a>" for target, title in links)
    return f"<nav class='web-links' aria-label='This question'>{shown}</nav>" if shown else ""


def foot(_: View) -> str:
    """The end of the panel."""
    return "<nav class='web-links' aria-label='More'><a href='/api/docs'>HTTP API</a></nav>"
