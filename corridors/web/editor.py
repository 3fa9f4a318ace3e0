"""The part of the panel where lines of one's own are drawn, checked, tried, saved and taken away again.

What the script needs stands in attributes of its elements. Every string from the data passes through ``escape`` here.
"""

from __future__ import annotations

import json
from typing import Any

from corridors.web.view import View
from geodata import details, records
from geodata.read import geojson
from maps.escape import escape
from planner import fields
from planner.question import EffectQuestion

STATUS_TITLES = {
    "operational": "in operation",
    "under_construction": "under construction",
    "planned": "planned",
    "proposed": "proposed",
}


def section(view: View) -> str:
    """The form of a line, what is found and changed, and the lines that were saved."""
    own = [geojson.segment_feature(row) for row in view.own]
    is_open = " open" if view.draft or own else ""
    data = {"draft": view.draft, "version": view.version, "own": json.dumps(own, ensure_ascii=False)}
    data["conditions"] = json.dumps(_conditions())
    attributes = " ".join(f"data-{name}='{escape(text)}'" for name, text in data.items())
    return (
        f"<details class='web-editor' id='web-editor'{is_open} {attributes}>"
        "<summary>Lines of your own</summary>"
        f"<p class='web-line-bar'>{_button('draw', 'Draw on the map')}{_button('undo-point', 'Undo point')}"
        f"{_button('finish', 'Finish')}{_button('clear', 'Clear')}</p>"
        f"<p class='web-line-status' role='status' aria-live='polite'></p>{_fields(view)}{_actions(view)}"
        "<div class='web-line-findings' aria-live='polite'></div><div class='web-line-change' aria-live='polite'></div>"
        f"{_saved(view, own)}</details>"
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


def _button(name: str, title: str) -> str:
    return f"<button type='button' class='web-small' data-do='{name}'>{escape(title)}</button>"


def _fields(view: View) -> str:
    modes = view.network.catalog.modes
    gauges = "".join(f"<option value='{gauge}'>{gauge} mm</option>" for gauge in records.GAUGES_MM)
    statuses = "".join(
        f"<option value='{value}'{' selected' if value == 'proposed' else ''}>{title}</option>"
        for value, title in STATUS_TITLES.items()
    )
    with_gauge = " ".join(key for key, mode in modes.items() if mode.has_gauge)
    options = "".join(f"<option value='{escape(key)}'>{escape(mode.title)}</option>" for key, mode in modes.items())
    length = f"<input {_id('length_km')} type='number' min='0' step='any' placeholder='measured'>"
    countries = "maxlength='20' placeholder='found, e.g. AF, IR' autocomplete='off'"
    place = "list='web-places' maxlength='300' spellcheck='false' autocomplete='off'"
    return (
        "<div class='web-line-fields'><div class='web-pair'>"
        + _field("mode", "Mode", f"<select {_id('mode')} data-gauged='{escape(with_gauge)}'>{options}</select>")
        + _field("gauge_mm", "Gauge", f"<select {_id('gauge_mm')}>{gauges}</select>")
        + _field("status", "Status", f"<select {_id('status')}>{statuses}</select>")
        + _field("opens_year", "Opens", f"<input {_id('opens_year')} type='number' min='1850' max='2150'>")
        + _field("length_km", "Length, km", length)
        + _field("name", "Name", f"<input {_id('name')} maxlength='200' autocomplete='off'>")
        + _field("countries", "Countries", f"<input {_id('countries')} {countries}>")
        + _field("from", "From", f"<input {_id('from')} {place} placeholder='nearest place'>")
        + _field("to", "To", f"<input {_id('to')} {place} placeholder='nearest place'>")
        + "".join(
            _field(row.name, row.heading, f"<input {_id(row.name)} data-detail='{row.form}' {_kind(row)}>")
            for row in details.details()
        )
        + "</div>"
        + _field(
            "course",
            "Course: longitude, latitude of each point, a line each",
            f"<textarea {_id('course')} rows='3' spellcheck='false'></textarea>",
        )
        + "<label class='web-line-join'><input type='checkbox' id='web-line-join'> make junctions where it crosses or "
        "passes</label></div>"
    )


def _kind(row: details.Detail) -> str:
    step = {"whole": "1", "number": "any"}.get(row.form)
    return f"type='number' step='{step}'" if step else "maxlength='300' autocomplete='off'"


def _id(name: str) -> str:
    return f"id='web-line-{name}' data-line='{name}'"


def _field(name: str, title: str, control: str) -> str:
    return f"<p class='web-field'><label for='web-line-{name}'>{escape(title)}</label>{control}</p>"


def _actions(view: View) -> str:
    save = _button("save", "Save") if view.can_save else ""
    return (
        f"<p class='web-line-bar'>{_button('check', 'Check')}{_button('routes', 'Routes with it')}"
        f"{_button('effect', 'What it changes')}{save}</p>"
    )


def _saved(view: View, own: list[dict[str, Any]]) -> str:
    if not view.can_save:
        return "<p class='web-line-note'>This server has no folder to save to.</p>"
    rows = "".join(
        f"<li data-id='{escape(row['id'])}'><span class='web-line-name'>{escape(row['id'])}</span> <small>"
        f"{escape(_about(row['properties']))}</small> {_button('edit', 'Edit')}{_button('delete', 'Delete')}</li>"
        for row in own
    )
    shown = f"<ul class='web-line-saved'>{rows}</ul>" if own else "<p class='web-line-note'>None is saved yet.</p>"
    return (
        f"<h2>Saved in your folder</h2>{shown}<p class='web-line-bar'>{_button('undo', 'Undo last change')}"
        "<a href='/api/segments.geojson' download>Download GeoJSON</a></p>"
    )


def _about(properties: dict[str, Any]) -> str:
    words = [properties["mode"], STATUS_TITLES[properties["status"]]]
    words += [f"{properties['gauge_mm']} mm"] if "gauge_mm" in properties else []
    words += [f"{properties['length_km']:,.0f} km"] if "length_km" in properties else []
    return ", ".join(words)
