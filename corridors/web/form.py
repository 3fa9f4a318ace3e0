"""The form of a question. Its query string is the permalink; it works without a script, which only makes it shorter."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from corridors.web.from_model import MAX_COUNT
from corridors.web.question import DRAFT
from corridors.web.view import View
from geodata import records
from maps.markup import Html, Templates
from planner import fields
from planner.price.measures import MEASURES
from planner.question import PlanQuestion, pareto_criteria
from planner.request import LAST_YEAR

MAX_LISTED = 5_000
"""Places beyond these are not suggested; their names work all the same."""

Choices = Iterable[tuple[str, str]]
"""Value and title of each thing that can be chosen."""

KINDS = (("plan", "Best routes"), ("compare", "Compare named corridors"))

_HTML = Templates(__file__)


def section(view: View) -> Html:
    """The form, filled in as it was sent."""
    return _HTML(
        "form",
        is_kept_open=view.answer is None,
        kinds=KINDS,
        kind="compare" if view.value("question", "plan") == "compare" else "plan",
        controls=[*_places(view), _plan_fields(view), _control(view, "include")],
        is_more_open=_is_more_used(view),
        more=_more(view),
        draft_name=DRAFT,
        draft=view.draft,
        places=_suggestions(view),
    )


def _input(view: View, name: str, title: str, attributes: str = "", hint: str = "", default: str = "") -> Html:
    return _HTML(
        "input",
        name=name,
        title=title,
        value=view.value(name, default),
        default=default,
        hint=hint,
        attributes=Html(attributes),
    )


def _select(view: View, name: str, title: str, choices: Choices, default: str) -> Html:
    chosen = view.value(name, default)
    return _HTML("select", name=name, title=title, choices=choices, default=default, chosen=chosen)


def _boxes(view: View, name: str, title: str, choices: Choices, default: Iterable[str] = ()) -> Html:
    given = [part for value in view.values(name) for part in value.split(",")]
    chosen = set(given or default)
    return _HTML("boxes", name=name, title=title, choices=choices, chosen=chosen, default=" ".join(default))


def _several(view: View, name: str, title: str, hint: str, attributes: str = "") -> Html:
    values = [*view.values(name), ""]
    return _HTML("several", name=name, title=title, hint=hint, values=values, attributes=Html(attributes))


def _pair(*controls: Html) -> Html:
    return _HTML("pair", controls=controls)


def _plan_only(title: str, *controls: Html, is_pair: bool = False) -> Html:
    return _HTML("plan_only", title=title, controls=controls, is_pair=is_pair)


def _places(view: View) -> list[Html]:
    listed = "list='web-places' required maxlength='300' spellcheck='false'"
    return [
        _input(view, "origin", "From", listed, "a name in any script, an id, UN/LOCODE or IATA code"),
        _input(view, "destination", "To", listed),
        _several(view, "via", "Via", "in this order", "list='web-places' maxlength='300' spellcheck='false'"),
    ]


def _plan_fields(view: View) -> Html:
    return _plan_only("Best routes", _control(view, "by"), _control(view, "count"), is_pair=True)


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


def _default(name: str) -> str:
    """The text of a field's default; '' where that is nothing."""
    value = FIELDS[name][1].default
    if value is None or value == ():
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).lower()


def _control(view: View, name: str) -> Html:
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
    hint = f" placeholder='{HINTS[name]}'" if name in HINTS else ""
    return f"type='number'{limits}{step}{hint}"


def _usual_modes(view: View) -> list[str]:
    return [mode.id for mode in view.network.catalog.modes.values() if mode.default]


def _rest() -> list[str]:
    """Fields that no list names, such as one that was added."""
    return [name for name in FIELDS if name not in (*ELSEWHERE, *MORE, *ROUTES)]


def _is_more_used(view: View) -> bool:
    """Whether anything under "More options" is not as usual."""
    used = any(view.value(name) not in ("", _default(name)) for name in (*MORE[1:], *_rest(), *ROUTES))
    return used or set(view.values("mode")) not in (set(), set(_usual_modes(view)))


def _more(view: View) -> list[Html]:
    beside = set(PAIRED.values())
    listed = [name for name in (*MORE[:2], *_rest(), *MORE[2:]) if name not in beside]
    shown = [
        _pair(_control(view, name), _control(view, PAIRED[name])) if name in PAIRED else _control(view, name)
        for name in listed
    ]
    return [*shown, _plan_only("Which routes", *(_control(view, name) for name in ROUTES))]


def _suggestions(view: View) -> list[tuple[str, str]]:
    """What a field for a place suggests: the name where it says one place, else the id; and what the place is."""
    nodes = list(view.network.nodes.values())[:MAX_LISTED]
    names = [node.name for node in nodes]
    taken = {name for name in names if names.count(name) > 1} if len(names) < MAX_LISTED else set(names)
    return [(node.id if node.name in taken else node.name, _about(node)) for node in nodes]


def _about(node: records.Node) -> str:
    return ", ".join([node.name, node.kind.replace("_", " "), node.country, *(local.name for local in node.names)])
