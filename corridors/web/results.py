"""What the panel says of an answer: how many routes, the least of each, notes, what is left out; or what went wrong."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from urllib.parse import urlencode

from corridors.web import question
from corridors.web.view import View
from maps import measured
from maps.markup import Html, Templates
from maps.tables.of_routes import closures_of
from planner.comparison import Comparison
from planner.price import measures
from planner.price.measures import MEASURES
from planner.price.route import Route

_HTML = Templates(__file__)


def section(view: View) -> Html:
    """A status that is read out when the page comes, an alert when there is no answer, and what belongs to them."""
    answer = view.answer
    return _HTML(
        "results",
        alert=_alert(view),
        summary=_summary(view),
        notes=_items(answer.notes) if answer is not None else [],
        is_empty=answer is not None and not len(answer),
        left_out=_left_out(view),
        links=_links(view),
    )


def _alert(view: View) -> list[str]:
    """The lines of what went wrong."""
    if view.failed is None:
        return []
    first, *rest = [line for line in view.failed.message.splitlines() if line.strip()] or ["no answer"]
    return [first, *_items(rest)]


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


def _items(texts: Iterable[str]) -> list[str]:
    return [text.strip().removeprefix("- ") for text in texts]


def _left_out(view: View) -> list[str]:
    if not isinstance(view.answer, Comparison):
        return []
    return _items(f"{left.corridor}: {left.reason}" for left in view.answer.left_out)


def _links(view: View) -> list[tuple[str, str]]:
    """Where to go on from here: address and title."""
    links = [("/", "New question")] if view.items else []
    if view.asked is not None:
        kind = view.asked.command
        address = question.address(view.asked)
        drawn = "&" + urlencode({question.DRAFT: view.draft}) if view.draft else ""
        links.append((f"/?question={kind}&{address}{drawn}", "Link to this question"))
        links += [(f"/api/{kind}?{address}", "As JSON")] if view.answer is not None and not view.draft else []
    return links


def foot(_: View) -> Html:
    """The end of the panel."""
    return _HTML("foot")
