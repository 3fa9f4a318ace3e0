"""The words in popups and in the legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geodata import details, records
from maps.markup import Html, Templates, shown
from planner.network import Network
from planner.price import measures
from planner.price.amounts import Amounts
from planner.price.consignment import Consignment
from planner.price.hubs import OPERATIONS
from planner.price.route import HubStop, Leg, km_by

_HTML = Templates(__file__)

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


def leg(title: str, part: Leg, network: Network, load: Consignment) -> Html:
    """A leg of the route of this title: its ends, what it takes, what of it is not built, and its sources."""
    mode = network.catalog.modes[part.mode].title
    by_status = km_by((segment.status, segment.km) for segment in part.segments)
    unbuilt = [f"{km:,.0f} km {key.replace('_', ' ')}" for key, km in by_status.items() if key != "operational"]
    return _HTML(
        "popup_leg",
        title=title,
        mode=f"{mode}, gauge {part.gauge_mm} mm" if part.gauge_mm else mode,
        start=network.nodes[part.start].name,
        end=network.nodes[part.end].name,
        more=details.words(part.segments),
        unbuilt=", ".join(unbuilt),
        amounts=[(row.title, row.text(row.value(part.amounts, load))) for row in measures.listed()],
        evidence=_evidence(part),
        sources=sources(part.segments, network),
    )


def hubs(
    node: records.Node,
    stops: Iterable[tuple[str, HubStop]],
    closures: Iterable[str],
    numbers: Mapping[str, int],
    load: Consignment,
) -> Html:
    """A place with its hub operations; equal ones of several routes stand in one row.

    ``numbers`` are those of the routes by id: the page leaves out the rows and ids of routes that are hidden.
    """
    grouped: dict[tuple[str, str, Amounts], dict[str, int]] = {}
    for route_id, stop in stops:
        grouped.setdefault((stop.operation, stop.detail, stop.amounts), {})[route_id] = numbers[route_id]
    rows = [
        {
            "operation": OPERATIONS[operation],
            "detail": detail,
            "routes": [(number, route_id) for route_id, number in routes.items()],
            "numbers": " ".join(map(str, routes.values())),
            "amounts": [row.text(row.value(amounts, load)) for row in measures.charted()],
        }
        for (operation, detail, amounts), routes in grouped.items()
    ]
    return _HTML("popup_hubs", place=place(node), closures=closures, rows=rows)


def around(*inside: object) -> Html:
    """A popup that says these things, one after the other."""
    return _HTML("popup", inside=Html("".join(map(shown, inside))))


def place(node: records.Node) -> Html:
    """A place's name, country and kind, and its local names."""
    local = ", ".join(f"{name.name} ({LANGUAGES.get(name.lang, name.lang)})" for name in node.names)
    return _HTML("place", name=node.name, country=node.country, kind=node.kind.replace("_", " "), local=local)


def sources(segments: Iterable[records.Segment], network: Network) -> str:
    """The titles of the sources of some segments, the first few, then how many more."""
    ids = list(dict.fromkeys(source for segment in segments for source in segment.source))
    known = network.catalog.sources
    titles = [known[key].title if key in known else key for key in ids]
    more = f" and {len(titles) - MAX_SOURCES} more" if len(titles) > MAX_SOURCES else ""
    return ("; ".join(titles[:MAX_SOURCES]) or "none stated") + more + "."


def _evidence(part: Leg) -> str:
    km = km_by((segment.evidence, segment.km) for segment in part.segments)
    return ", ".join(f"{kind} {length:,.0f} km" for kind, length in km.items())
