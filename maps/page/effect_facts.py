"""The words of an effect on its map: the legend, and the tables below it."""

from __future__ import annotations

from maps import legend as plain, palette, popups
from maps.markup import Html, Templates
from maps.tables import html as html_, of_effect as effect_tables
from maps.tables.table import Table
from planner.effect.answer import Effect
from planner.price.measures import MEASURES

_HTML = Templates(__file__)

GAINED, LOST, UNCHANGED, USED, ADDED = "#0072B2", "#D55E00", "#8d8a83", "#4d4d4d", "#000000"
"""Blue and vermilion of Okabe & Ito, which all kinds of colour vision tell apart; greys; black."""


def title(effect: Effect) -> str:
    """What is added, by the names of its ends, as plain text."""
    nodes, stated = effect.after.nodes, effect.after.catalog.stated_segments
    ends = [f"{nodes[stated[key].from_node].name} - {nodes[stated[key].to_node].name}" for key in effect.scope.added]
    more = f" and {len(ends) - 3} more" if len(ends) > 3 else ""
    by = MEASURES[effect.scope.by].title
    return f"Effect of adding {', '.join(ends[:3])}{more}, best routes by {by}"


def legend(effect: Effect) -> Html:
    """The legend's HTML: how many pairs gain by each criterion, and what the lines mean."""
    rows = [
        {
            "name": MEASURES[key].title,
            "is_asked": key == effect.scope.by,
            "new": f"{row.counts['newly_connected']:,}",
            "improved": f"{row.counts['improved']:,}",
            "mean": "" if row.mean_saving is None else f"{row.mean_saving:,.1f} {MEASURES[key].unit}",
        }
        for key, row in effect.summaries.items()
    ]
    return _HTML(
        "effect_legend",
        title=title(effect),
        rows=rows,
        keys=_keys(effect),
        by=MEASURES[effect.scope.by].title,
        basis=basis(effect),
        boundaries=plain.PLAIN_BOUNDARIES,
        on_screen=plain.ON_SCREEN,
    )


def _keys(effect: Effect) -> list[tuple[Html, str]]:
    """How the lines of the difference look and what they mean; only those that are on the map."""
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
    frame = "<svg class='line' aria-hidden='true' viewBox='0 0 34 10'>{}</svg>"
    return [(Html(frame.format(line)), text) for line, text in found]


def _stroke(colour: str, width: float, dash: str = "") -> str:
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<path d='M1 5h32' stroke='{colour}' stroke-width='{width}'{dashes} fill='none'/>"


def html(effect: Effect) -> Html:
    """The section under the map: what is added, its tables, warnings, sources of what is added."""
    stated = effect.after.catalog.stated_segments
    return _HTML(
        "effect_facts",
        title=title(effect),
        basis=basis(effect),
        tables=[_table(table) for table in effect_tables.tables(effect)],
        warnings=list(dict.fromkeys(text for row in effect.moved for text in row.after.warnings)),
        sources=popups.sources([stated[key] for key in effect.scope.added], effect.after),
    )


def _table(table: Table) -> Html:
    title = table.before[-1]
    return _HTML("sheet", title=title, table=html_.page(table, title) if table.rows else "", notes=table.after)


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
