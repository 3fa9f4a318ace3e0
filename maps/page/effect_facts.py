"""The words of an effect on its map: the legend, and the tables below it.

Every string from the data passes through ``escape`` here.
"""

from __future__ import annotations

from maps import legend as plain
from maps import palette, popups
from maps.escape import escape
from maps.tables import html as html_
from maps.tables import of_effect as effect_tables
from maps.tables.table import Table
from planner.effect.answer import Effect
from planner.price.measures import MEASURES

GAINED, LOST, UNCHANGED, USED, ADDED = "#0072B2", "#D55E00", "#8d8a83", "#4d4d4d", "#000000"
"""Blue and vermilion of Okabe & Ito, which all kinds of colour vision tell apart; greys; black."""


def title(effect: Effect) -> str:
    """What is added, by the names of its ends, as plain text."""
    nodes, stated = effect.after.nodes, effect.after.catalog.stated_segments
    ends = [f"{nodes[stated[key].from_node].name} - {nodes[stated[key].to_node].name}" for key in effect.scope.added]
    more = f" and {len(ends) - 3} more" if len(ends) > 3 else ""
    by = MEASURES[effect.scope.by].title
    return f"Effect of adding {', '.join(ends[:3])}{more}, best routes by {by}"


def legend(effect: Effect) -> str:
    """The legend's HTML: how many pairs gain by each criterion, and what the lines mean."""
    by = MEASURES[effect.scope.by].title
    rows = ""
    for key, row in effect.summaries.items():
        mean = "" if row.mean_saving is None else f"{row.mean_saving:,.1f} {MEASURES[key].unit}"
        name = escape(MEASURES[key].title)
        rows += (
            f"<tr><td class='name'>{f'<b>{name}</b>' if key == effect.scope.by else name}</td>"
            f"<td>{row.counts['newly_connected']:,}</td><td>{row.counts['improved']:,}</td><td>{escape(mean)}</td></tr>"
        )
    return (
        f"<details open><summary>{escape(title(effect))}</summary>"
        "<div class='rows'><table><tr><th class='name'>best routes by</th><th>newly connected</th><th>improved</th>"
        f"<th>mean saving</th></tr>{rows}</table></div><div class='foot'><div class='keys'>{_keys(effect)}</div>"
        f"<p>Pairs of places whose best route by {escape(by)} passes a line. In the layers Before and After a line is "
        "as wide as it is used.</p>"
        f"<p>{escape(basis(effect))}</p><p>{plain.PLAIN_BOUNDARIES} {plain.ON_SCREEN}</p></div></details>"
    )


def _keys(effect: Effect) -> str:
    """What the lines of the difference mean; only those that are on the map."""
    statuses = dict.fromkeys(row.segment.status for row in effect.lines if row.is_added)
    changes = {0 if row.change == 0 else 1 if row.change > 0 else -1 for row in effect.lines if not row.is_added}
    found = [
        (
            _stroke(ADDED, 5, palette.UNBUILT.get(status, "")),
            "added" + ("" if status == "operational" else f", {status.replace('_', ' ')}"),
        )
        for status in statuses
    ]
    if 1 in changes:
        found.append((_stroke(GAINED, 5), "gains pairs (the wider, the more)"))
    if -1 in changes:
        found.append((_stroke(LOST, 6) + _stroke("#ffffff", 2.7), "loses pairs (hollow)"))
    if 0 in changes:
        found.append((_stroke(UNCHANGED, 1.6), "as many as before"))
    return "".join(
        f"<span><svg class='line' aria-hidden='true' viewBox='0 0 34 10'>{line}</svg>{escape(text)}</span>"
        for line, text in found
    )


def _stroke(colour: str, width: float, dash: str = "") -> str:
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<path d='M1 5h32' stroke='{colour}' stroke-width='{width}'{dashes} fill='none'/>"


def html(effect: Effect) -> str:
    """The section under the map: what is added, its tables, warnings, sources of what is added."""
    tables = "".join(map(_table, effect_tables.tables(effect)))
    unbuilt = dict.fromkeys(text for row in effect.moved for text in row.after.warnings)
    warnings = f"<h3>Warnings on the routes that move</h3>{html_.items(unbuilt)}" if unbuilt else ""
    stated = effect.after.catalog.stated_segments
    added = [stated[key] for key in effect.scope.added]
    return (
        "<section id='corridors-facts' class='corridors-page' aria-label='The same facts as text'>"
        f"<h2>{escape(title(effect))}</h2><p>{escape(basis(effect))}</p>{tables}{warnings}"
        f"<h3>Sources of what is added</h3><p>{popups.sources(added, effect.after)}</p></section>"
    )


def _table(table: Table) -> str:
    title = table.before[-1]
    body = html_.page(table, title) if table.rows else f"<h3>{escape(title)}</h3>"
    return body + html_.items(table.after)


def basis(effect: Effect) -> str:
    """What the answer rests on, as plain text."""
    asked, catalog = effect.scope.request, effect.after.catalog
    load = asked.consignment
    words = asked.asked.words(but=asked.asked.lines)
    told = f"; {words}" if words else ""
    return (
        f"{len(effect.pairs):,} ordered pairs of {len(effect.scope.places)} places; {effect.scope.chosen}; modes: "
        f"{', '.join(asked.modes)}{told}. {load.tonnes:,.10g} t of {load.cargo} cargo in {load.teu:,} TEU. "
        f"Date {asked.day.isoformat()}, data {catalog.version} of {catalog.data_date.isoformat()}. Hours and USD rest "
        "largely on low-confidence facts."
    )
