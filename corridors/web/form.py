"""The form of a question. Its query string is the permalink; it works without a script, which only makes it shorter."""

from __future__ import annotations

from collections.abc import Iterable

from corridors.options import Criterion, Status
from corridors.web.question import DRAFT, MAX_COUNT
from corridors.web.view import View
from geodata import records
from maps.markup import Html, Templates
from planner.price.measures import MEASURES
from planner.request import pareto_criteria

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
        controls=[*_places(view), _plan_fields(view), _lines(view)],
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
    by = [(criterion.value, MEASURES[criterion.value].title) for criterion in Criterion]
    return _plan_only(
        "Best routes",
        _select(view, "by", "Least", by, Criterion.time.value),
        _input(view, "count", "Routes", f"type='number' min='1' max='{MAX_COUNT}'", default="3"),
        is_pair=True,
    )


def _lines(view: View) -> Html:
    titles = {
        "operational": "in operation",
        "under_construction": "and under construction",
        "planned": "and planned",
        "proposed": "and proposed",
    }
    choices = [(status.value, titles[status.value]) for status in Status]
    return _select(view, "include", "Lines", choices, Status.operational.value)


USUAL = {
    "include": ("operational",),
    "closures": ("warn",),
    "by": ("time",),
    "count": ("3",),
    "cargo": ("general",),
    "different": ("0.8",),
    "epsilon": ("0",),
    "central": ("false",),
}


def _usual_modes(view: View) -> list[str]:
    return [mode.id for mode in view.network.catalog.modes.values() if mode.default]


def _is_more_used(view: View) -> bool:
    """Whether anything under "More options" is not as usual."""
    names = ("avoid", "as_of", "closures", "date", "cargo", "tonnes", "different", "pareto", "epsilon", "central")
    used = any(view.value(name) not in ("", *USUAL.get(name, ())) for name in names)
    return used or set(view.values("mode")) not in (set(), set(_usual_modes(view)))


def _more(view: View) -> list[Html]:
    modes = [(mode.id, mode.title) for mode in view.network.catalog.modes.values()]
    cargoes = view.network.catalog.rates.subjects("value_of_time_usd_per_t_h")
    pareto = [(name, MEASURES[name].title) for name in pareto_criteria()]
    share = "type='number' min='0' max='1' step='any'"
    return [
        _boxes(view, "mode", "Modes", modes, _usual_modes(view)),
        _several(view, "avoid", "Avoid", "a country, place, segment or mode", "maxlength='300' spellcheck='false'"),
        _pair(
            _input(view, "as_of", "Network of the year", "type='number' min='2000' max='2150'"),
            _input(view, "date", "Closures on the day", "type='date'"),
        ),
        _select(view, "closures", "Closures", (("warn", "warn of them"), ("apply", "shut the lines")), "warn"),
        _pair(
            _select(view, "cargo", "Cargo", [(name, name) for name in cargoes], "general"),
            _input(view, "tonnes", "Tonnes", "type='number' min='0' step='any' placeholder='20, one TEU'"),
        ),
        _select(view, "central", "Hours and USD", (("false", "expected values"), ("true", "central values")), "false"),
        _plan_only(
            "Which routes",
            _input(view, "different", "Largest shared part of two routes, 0 to 1", share, default="0.8"),
            _boxes(view, "pareto", "Instead, all routes that none beats in", pareto),
            _input(view, "epsilon", "Thinned out by at most the share", share, default="0"),
        ),
    ]


def _suggestions(view: View) -> list[tuple[str, str]]:
    """What a field for a place suggests: the name where it says one place, else the id; and what the place is."""
    nodes = list(view.network.nodes.values())[:MAX_LISTED]
    names = [node.name for node in nodes]
    taken = {name for name in names if names.count(name) > 1} if len(names) < MAX_LISTED else set(names)
    return [(node.id if node.name in taken else node.name, _about(node)) for node in nodes]


def _about(node: records.Node) -> str:
    return ", ".join([node.name, node.kind.replace("_", " "), node.country, *(local.name for local in node.names)])
