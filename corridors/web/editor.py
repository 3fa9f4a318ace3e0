"""The part of the panel where lines of one's own are drawn, checked, tried, saved and taken away again.

What the script needs stands in attributes of its elements.
"""

from __future__ import annotations

import json
from typing import Any

from corridors.web.view import View
from geodata import details, records
from geodata.read import feature_records
from maps.markup import Html, Templates
from planner import fields
from planner.price.measures import MEASURES
from planner.question import EffectQuestion

_HTML = Templates(__file__)

STATUS_TITLES = {
    "operational": "in operation",
    "under_construction": "under construction",
    "planned": "planned",
    "proposed": "proposed",
}


def section(view: View) -> Html:
    """The form of a line, what is found and changed, and the lines that were saved."""
    own = [feature_records.segment_feature(row) for row in view.own]
    return _HTML(
        "editor",
        is_open=bool(view.draft or own),
        draft=view.draft,
        version=view.version,
        own=json.dumps(own, ensure_ascii=False),
        conditions=json.dumps(_conditions()),
        measures=json.dumps({row.field: row.title_with_unit for row in MEASURES.values()}, ensure_ascii=False),
        controls=_controls(view),
        course=_HTML("line_course"),
        can_save=view.can_save,
        saved=[(row["id"], _about(row["properties"])) for row in own],
    )


def _conditions() -> dict[str, str]:
    """What of the question above holds for an effect, too, and as what JSON has it."""
    found = {}
    for key, info in EffectQuestion.ordered():
        kind, many = fields.kind(info)
        if key != "places":
            single = {int: "number", float: "number", bool: "flag"}.get(kind, "text")
            found[fields.parameter(key, info)] = "list" if many else single
    return found


def _controls(view: View) -> list[Html]:
    modes = view.network.catalog.modes
    with_gauge = " ".join(key for key, mode in modes.items() if mode.has_gauge)
    gauges = [(str(gauge), f"{gauge} mm") for gauge in records.GAUGES_MM]
    place = "list='web-places' maxlength='300' spellcheck='false' autocomplete='off' placeholder='nearest place'"
    return [
        _select("mode", "Mode", [(key, mode.title) for key, mode in modes.items()], gauged=with_gauge),
        _select("gauge_mm", "Gauge", gauges),
        _select("status", "Status", list(STATUS_TITLES.items()), chosen="proposed"),
        _input("opens_year", "Opens", "type='number' min='1850' max='2150'"),
        _input("length_km", "Length, km", "type='number' min='0' step='any' placeholder='measured'"),
        _input("name", "Name", "maxlength='200' autocomplete='off'"),
        _input("countries", "Countries", "maxlength='20' placeholder='found, e.g. AF, IR' autocomplete='off'"),
        _input("from", "From", place),
        _input("to", "To", place),
        *(_input(row.name, row.heading, f"data-detail='{row.form}' {_kind(row)}") for row in details.details()),
    ]


def _kind(row: details.Detail) -> str:
    step = {"whole": "1", "number": "any"}.get(row.form)
    return f"type='number' step='{step}'" if step else "maxlength='300' autocomplete='off'"


def _select(name: str, title: str, choices: list[tuple[str, str]], *, chosen: str = "", gauged: str = "") -> Html:
    return _HTML("line_select", name=name, title=title, choices=choices, chosen=chosen, gauged=gauged)


def _input(name: str, title: str, attributes: str) -> Html:
    return _HTML("line_input", name=name, title=title, attributes=Html(attributes))


def _about(properties: dict[str, Any]) -> str:
    words = [properties["mode"], STATUS_TITLES[properties["status"]]]
    words += [f"{properties['gauge_mm']} mm"] if "gauge_mm" in properties else []
    words += [f"{properties['length_km']:,.0f} km"] if "length_km" in properties else []
    return ", ".join(words)
