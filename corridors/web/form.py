"""The form of a question. Its query string is the permalink; it works without a script, which only makes it shorter.

Every string from the data or the address passes through ``escape`` here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from corridors.web.from_model import MAX_COUNT
from corridors.web.question import DRAFT
from corridors.web.view import View
from geodata import records
from maps.escape import escape
from planner import fields
from planner.price.measures import MEASURES
from planner.question import PlanQuestion, pareto_criteria
from planner.request import LAST_YEAR

MAX_LISTED = 5_000
"""Places beyond these are not suggested; their names work all the same."""

Choices = Iterable[tuple[str, str]]
"""Value and title of each thing that can be chosen."""


def section(view: View) -> str:
    """The form, filled in as it was sent."""
    is_open = "" if view.answer is not None else " data-keep"
    return (
        f"<details class='web-question' open{is_open}><summary>Question</summary>"
        f"<form method='get' action='/' id='web-form' autocomplete='off'>{_kind(view)}{_places(view)}"
        f"{_plan_fields(view)}{_control(view, 'include')}{_more(view)}"
        f"<input type='hidden' name='{DRAFT}' id='web-draft' value='{escape(view.draft)}' data-default=''>"
        f"<button type='submit'>Find routes</button></form>{_suggestions(view)}</details>"
    )


def _field(name: str, title: str, control: str, hint: str = "") -> str:
    told = f"<small id='web-{name}-hint'>{escape(hint)}</small>" if hint else ""
    return f"<p class='web-field'><label for='web-{name}'>{escape(title)}</label>{control}{told}</p>"


def _input(view: View, name: str, title: str, attributes: str = "", hint: str = "", default: str = "") -> str:
    described = f" aria-describedby='web-{name}-hint'" if hint else ""
    control = (
        f"<input id='web-{name}' name='{name}' value='{escape(view.value(name, default))}' "
        f"data-default='{escape(default)}'{described} {attributes}>"
    )
    return _field(name, title, control, hint)


def _select(view: View, name: str, title: str, choices: Choices, default: str) -> str:
    chosen = view.value(name, default)
    options = "".join(
        f"<option value='{escape(value)}'{' selected' if value == chosen else ''}>{escape(text)}</option>"
        for value, text in choices
    )
    control = f"<select id='web-{name}' name='{name}' data-default='{escape(default)}'>{options}</select>"
    return _field(name, title, control)


def _boxes(view: View, name: str, title: str, choices: Choices, default: Iterable[str] = ()) -> str:
    """Check boxes; ``data-default`` holds those that stand for saying nothing."""
    given = [part for value in view.values(name) for part in value.split(",")]
    chosen, usual = set(given or default), " ".join(default)
    boxes = "".join(
        f"<label><input type='checkbox' name='{name}' value='{escape(value)}'"
        f"{' checked' if value in chosen else ''}> {escape(text)}</label>"
        for value, text in choices
    )
    return (
        f"<fieldset class='web-boxes' data-default='{escape(usual)}'><legend>{escape(title)}</legend>{boxes}</fieldset>"
    )


def _several(view: View, name: str, title: str, hint: str, attributes: str = "") -> str:
    """One field for each thing given, and an empty one for the next."""
    fields = "".join(
        f"<input name='{name}' value='{escape(value)}' data-default='' "
        f"aria-label='{escape(title)}, {number}' aria-describedby='web-{name}-hint' {attributes}>"
        for number, value in enumerate([*view.values(name), ""], start=1)
    )
    return (
        f"<fieldset class='web-several' data-title='{escape(title)}'><legend>{escape(title)}</legend>{fields}"
        f"<small id='web-{name}-hint'>{escape(hint)}</small></fieldset>"
    )


def _kind(view: View) -> str:
    chosen = "compare" if view.value("question", "plan") == "compare" else "plan"
    titles = (("plan", "Best routes"), ("compare", "Compare named corridors"))
    radios = "".join(
        f"<label><input type='radio' name='question' value='{value}'{' checked' if value == chosen else ''}> {title}"
        f"</label>"
        for value, title in titles
    )
    return f"<fieldset class='web-kind'><legend>Show</legend>{radios}</fieldset>"


def _places(view: View) -> str:
    listed = "list='web-places' required maxlength='300' spellcheck='false'"
    return (
        _input(view, "origin", "From", listed, "a name in any script, an id, UN/LOCODE or IATA code")
        + _input(view, "destination", "To", listed)
        + _several(view, "via", "Via", "in this order", "list='web-places' maxlength='300' spellcheck='false'")
    )


def _plan_fields(view: View) -> str:
    return (
        "<fieldset class='web-plan web-pair'><legend class='web-hidden'>Best routes</legend>"
        + _control(view, "by")
        + _control(view, "count")
        + "</fieldset>"
    )


WORDS = {
    "include": {
        "operational": "in operation",
        "under_construction": "and under construction",
        "planned": "and planned",
        "proposed": "and proposed",
    },
    "closures": {"warn": "warn of them", "apply": "close the lines"},
    "central": {"false": "expected values", "true": "central values"},
    "by": {key: row.title for key, row in MEASURES.items()},
    "pareto": {key: MEASURES[key].title for key in pareto_criteria()},
}
"""What the page calls a value of a field."""

HINTS = {"avoid": "a country, place, segment or mode", "tonnes": "20, one TEU"}

FIELDS = {fields.parameter(*row): row for row in PlanQuestion.ordered()}
"""The fields of the form by their parameters."""

ELSEWHERE = ("origin", "destination", "via", "by", "count", "include")
"""Fields that stand above the further options."""

MORE = ("mode", "avoid", "as_of", "date", "closures", "cargo", "tonnes", "central")
ROUTES = ("different", "pareto", "epsilon")
"""Further options in their order, of all questions and of a plan. Any other one stands after ``avoid``."""


PAIRED = {"as_of": "date", "cargo": "tonnes"}
"""Fields that stand side by side."""

PAIR = "<div class='web-pair'>"


def _default(name: str) -> str:
    """The text of a field's default; '' where that is nothing."""
    value = FIELDS[name][1].default
    if value is None or value == ():
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _control(view: View, name: str) -> str:
    """The control of a field, by what it holds."""
    _, info = FIELDS[name]
    kind, many = fields.kind(info)
    face, title, default = fields.face(info), info.title or name.replace("_", " "), _default(name)
    if name == "mode":
        modes = view.network.catalog.modes.values()
        return _boxes(view, name, title, [(mode.id, mode.title) for mode in modes], _usual_modes(view))
    if name == "cargo":
        cargoes = view.network.catalog.rates.subjects("value_of_time_usd_per_t_h")
        return _select(view, name, title, [(cargo, cargo) for cargo in cargoes], default)
    if face.joined:
        return _boxes(view, name, title, WORDS[name].items())
    if many:
        return _several(
            view, name, title, HINTS.get(name, info.description or ""), "maxlength='300' spellcheck='false'"
        )
    if face.choices is not None or kind is bool:
        words = WORDS.get(name, {})
        listed = face.choices() if face.choices is not None else ("false", "true")
        return _select(view, name, title, [(value, words.get(value, value)) for value in listed], default)
    return _input(view, name, title, _attributes(name, kind, fields.bounds(info)), default=default)


def _attributes(name: str, kind: type, bounds: Mapping[str, float]) -> str:
    if kind is datetime.date:
        return "type='date'"
    if kind not in (int, float):
        return "maxlength='300' spellcheck='false'"
    low = {"as_of": 2000}.get(name, bounds.get("ge", bounds.get("gt")))
    high = {"as_of": LAST_YEAR, "count": MAX_COUNT, "tonnes": None}.get(name, bounds.get("le"))
    limits = "".join(f" {key}='{value:g}'" for key, value in (("min", low), ("max", high)) if value is not None)
    step = " step='any'" if kind is float else ""
    hint = f" placeholder='{escape(HINTS[name])}'" if name in HINTS else ""
    return f"type='number'{limits}{step}{hint}"


def _usual_modes(view: View) -> list[str]:
    return [mode.id for mode in view.network.catalog.modes.values() if mode.default]


def _more(view: View) -> str:
    rest = [name for name in FIELDS if name not in (*ELSEWHERE, *MORE, *ROUTES)]
    used = any(view.value(name) not in ("", _default(name)) for name in (*MORE[1:], *rest, *ROUTES))
    used = used or set(view.values("mode")) not in (set(), set(_usual_modes(view)))
    shown = "".join(
        f"{PAIR if name in PAIRED else ''}{_control(view, name)}{'</div>' if name in PAIRED.values() else ''}"
        for name in (*MORE[:2], *rest, *MORE[2:])
    )
    return (
        f"<details class='web-more'{' open' if used else ''}><summary>More options</summary>{shown}"
        "<fieldset class='web-plan'><legend class='web-hidden'>Which routes</legend>"
        f"{''.join(_control(view, name) for name in ROUTES)}</fieldset></details>"
    )


def _suggestions(view: View) -> str:
    """What a field for a place suggests: the name where it says one place, else the id."""
    nodes = list(view.network.nodes.values())[:MAX_LISTED]
    names = [node.name for node in nodes]
    taken = {name for name in names if names.count(name) > 1} if len(names) < MAX_LISTED else set(names)
    options = "".join(
        f"<option value='{escape(node.id if node.name in taken else node.name)}'>{escape(_about(node))}</option>"
        for node in nodes
    )
    return f"<datalist id='web-places'>{options}</datalist>"


def _about(node: records.Node) -> str:
    return ", ".join([node.name, node.kind.replace("_", " "), node.country, *(local.name for local in node.names)])
