"""The form of a question. Its query string is the permalink; it works without a script, which only makes it shorter.

Every string from the data or the address passes through ``escape`` here.
"""

from __future__ import annotations

from collections.abc import Iterable

from corridors.options import Criterion, Status
from corridors.web.question import DRAFT, MAX_COUNT
from corridors.web.view import View
from geodata import records
from maps.escape import escape
from planner.price.measures import MEASURES
from planner.request import pareto_criteria

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
        f"{_plan_fields(view)}{_lines(view)}{_more(view)}"
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
    by = [(criterion.value, MEASURES[criterion.value].title) for criterion in Criterion]
    return (
        "<fieldset class='web-plan web-pair'><legend class='web-hidden'>Best routes</legend>"
        + _select(view, "by", "Least", by, Criterion.time.value)
        + _input(view, "count", "Routes", f"type='number' min='1' max='{MAX_COUNT}'", default="3")
        + "</fieldset>"
    )


def _lines(view: View) -> str:
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


def _more(view: View) -> str:
    modes = view.network.catalog.modes.values()
    usual = [mode.id for mode in modes if mode.default]
    cargoes = view.network.catalog.rates.subjects("value_of_time_usd_per_t_h")
    names = ("avoid", "as_of", "closures", "date", "cargo", "tonnes", "different", "pareto", "epsilon", "central")
    used = any(view.value(name) not in ("", *USUAL.get(name, ())) for name in names)
    used = used or (set(view.values("mode")) not in (set(), set(usual)))
    pareto = [(name, MEASURES[name].title) for name in pareto_criteria()]
    return (
        f"<details class='web-more'{' open' if used else ''}><summary>More options</summary>"
        + _boxes(view, "mode", "Modes", [(mode.id, mode.title) for mode in modes], usual)
        + _several(view, "avoid", "Avoid", "a country, place, segment or mode", "maxlength='300' spellcheck='false'")
        + "<div class='web-pair'>"
        + _input(view, "as_of", "Network of the year", "type='number' min='2000' max='2150'")
        + _input(view, "date", "Closures on the day", "type='date'")
        + "</div>"
        + _select(view, "closures", "Closures", (("warn", "warn of them"), ("apply", "shut the lines")), "warn")
        + "<div class='web-pair'>"
        + _select(view, "cargo", "Cargo", [(name, name) for name in cargoes], "general")
        + _input(view, "tonnes", "Tonnes", "type='number' min='0' step='any' placeholder='20, one TEU'")
        + "</div>"
        + _select(view, "central", "Hours and USD", (("false", "expected values"), ("true", "central values")), "false")
        + "<fieldset class='web-plan'><legend class='web-hidden'>Which routes</legend>"
        + _input(
            view,
            "different",
            "Largest shared part of two routes, 0 to 1",
            "type='number' min='0' max='1' step='any'",
            default="0.8",
        )
        + _boxes(view, "pareto", "Instead, all routes that none beats in", pareto)
        + _input(
            view, "epsilon", "Thinned out by at most the share", "type='number' min='0' max='1' step='any'", default="0"
        )
        + "</fieldset></details>"
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
