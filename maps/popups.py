"""The words in popups and in the legend. Every string from the data passes through ``escape`` here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geodata import details, records
from maps.escape import escape
from maps.tables import html
from planner.network import Network
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.hubs import OPERATIONS
from planner.price.route import HubStop, Leg, km_by

MAX_SOURCES = 6

LANGUAGES = {
    "az": "Azerbaijani",
    "fa": "Persian",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ky": "Kyrgyz",
    "ps": "Pashto",
    "ru": "Russian",
    "tg": "Tajik",
    "tk": "Turkmen",
    "tr": "Turkish",
    "ur": "Urdu",
    "uz": "Uzbek",
    "zh": "Chinese",
}
"""ISO 639-1 code -> name of the language; another code is shown as it is."""


def leg(title: str, part: Leg, network: Network, load: Consignment) -> str:
    """A leg of the route of this title: its ends, what it takes, what of it is not built, and its sources."""
    start, end = network.nodes[part.start], network.nodes[part.end]
    gauge = f", gauge {part.gauge_mm} mm" if part.gauge_mm else ""
    mode = network.catalog.modes[part.mode]
    unbuilt = [
        f"{km:,.0f} km {status.replace('_', ' ')}"
        for status, km in km_by((segment.status, segment.km) for segment in part.segments).items()
        if status != "operational"
    ]
    built = f"<div class='unbuilt'>Not built: {escape(', '.join(unbuilt))}</div>" if unbuilt else ""
    more = details.words(part.segments)
    said = f"<br>{escape(more)}" if more else ""
    return (
        f"<div class='corridors-popup'><b>{escape(title)}</b><br>{escape(mode.title)}{escape(gauge)}: "
        f"{escape(start.name)} - {escape(end.name)}{said}{built}{_amounts(part.amounts, load)}"
        f"<small>{_evidence(part)} Sources: {sources(part.segments, network)}</small></div>"
    )


def hubs(
    node: records.Node,
    stops: Iterable[tuple[str, HubStop]],
    closures: Iterable[str],
    numbers: Mapping[str, int],
    load: Consignment,
) -> str:
    """A place with its hub operations; equal ones of several routes stand in one row.

    ``numbers`` are those of the routes by id: the page leaves out the rows and ids of routes that are hidden.
    """
    rows: dict[tuple[str, str, Amounts], list[str]] = {}
    for route_id, stop in stops:
        rows.setdefault((stop.operation, stop.detail, stop.amounts), []).append(route_id)

    def of(listed: Iterable[str]) -> str:
        return " ".join(str(numbers[key]) for key in dict.fromkeys(listed))

    def names(listed: Iterable[str]) -> str:
        return "".join(f"<span data-routes='{of([key])}'>{escape(key)}</span>" for key in listed)

    def took(amounts: Amounts) -> str:
        texts = (row.text(row.value(amounts, load)) for row in measures.charted())
        return "".join(f"<td class='number'>{escape(text)}</td>" for text in texts)

    body = "".join(
        f"<tr data-routes='{of(ids)}'><td>{escape(OPERATIONS[operation])}<br><small>{escape(detail)}: {names(ids)}"
        f"</small></td>{took(amounts)}</tr>"
        for (operation, detail, amounts), ids in rows.items()
    )
    shut = "".join(f"<div class='unbuilt'>{escape(text)}</div>" for text in closures)
    return f"<div class='corridors-popup'>{place(node)}{shut}<table>{body}</table></div>"


def place(node: records.Node) -> str:
    """A place's name, country and kind, and its local names."""
    local = ", ".join(f"{name.name} ({LANGUAGES.get(name.lang, name.lang)})" for name in node.names)
    names = f"<br><small>{escape(local)}</small>" if local else ""
    return f"<b>{escape(node.name)}</b> ({escape(node.country)}, {escape(node.kind.replace('_', ' '))}){names}"


def sources(segments: Iterable[records.Segment], network: Network) -> str:
    """The sources of some segments as HTML."""
    return escape(source_titles(segments, network))


def source_titles(segments: Iterable[records.Segment], network: Network) -> str:
    """The titles of the sources of some segments, the first few, then how many more."""
    ids = list(dict.fromkeys(source for segment in segments for source in segment.source))
    known = network.catalog.sources
    titles = [known[key].title if key in known else key for key in ids]
    more = f" and {len(titles) - MAX_SOURCES} more" if len(titles) > MAX_SOURCES else ""
    return ("; ".join(titles[:MAX_SOURCES]) or "none stated") + more + "."


def _amounts(value: Amounts, load: Consignment) -> str:
    return html.pairs([(row.title, row.text(row.value(value, load))) for row in measures.listed()])


def _evidence(part: Leg) -> str:
    km = km_by((segment.evidence, segment.km) for segment in part.segments)
    shares = ", ".join(f"{kind} {length:,.0f} km" for kind, length in km.items())
    return f"Length: {shares}."
