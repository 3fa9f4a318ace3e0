"""Closures with no known end as switches: in some draws a crossing is shut, and what passes it cannot be used.

Two things must not be confused. *Today*: a crossing that is closed on the day of the question is closed, and what
passes it cannot be used, whatever the chances (``closed_now``). *If open*: the draws ask what such a route is worth
once its crossing is open again. The chance of a switch is that of a NEW closure in a month; it says nothing of how long
today's closure lasts. So percentiles and chances of a closed route are over the draws without a new closure, and stand
'if open'. A closure of the day without a known end says nothing of a later year: there a route is usable in the share
of draws without a new closure; one whose end lies beyond that day still holds.

Only closures of the kind ``closed`` that are in force on the day and have no end are switches. One with an end is a
fact of its time, and a seasonal risk holds freight up by hours or days rather than turning it away: neither is drawn,
and an answer says so (``Undrawn``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geodata import records
from planner import closures
from planner.network import Network
from planner.price.route import Route
from planner.reasons import Condition, Reason
from planner.uncertainty import reliability


@dataclass(frozen=True, slots=True)
class Event:
    """What shuts crossings together: one draw for all of its closures. ``parameter`` has its chance in a draw."""

    id: str
    parameter: str
    basis: str


_PAK_AFG = Event(
    "pak_afg",
    "closure.pak_afg.prob_per_month",
    "the chance that a new closure of 3 days or more begins in a month; Pakistan shut all its crossings with "
    "Afghanistan on one day (October 2025), so they are one switch: our assumption, since Torkham was shut alone in "
    "2023, 2024 and 2025",
)

EVENTS: dict[str, Event] = {"pak_afg_torkham": _PAK_AFG, "pak_afg_chaman": _PAK_AFG, "pak_afg_kharlachi": _PAK_AFG}
"""Closure id -> its event. A closure that has none is not drawn, and the answer says so."""


@dataclass(frozen=True)
class Switch:
    """One switch of a question: its chance of being on, where that is from, and the routes (by number) it shuts."""

    id: str
    closures: tuple[str, ...]
    chance: float
    low: float | None
    high: float | None
    basis: str
    source: tuple[str, ...]
    routes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undrawn:
    """A closure in force that is not drawn, the routes (by number) that meet it, and why it is not."""

    closure: records.Closure
    routes: tuple[int, ...]
    reason: str

    @property
    def shuts(self) -> bool:
        """Whether it turns freight away until an end that is known."""
        return self.closure.kind == "closed" and _end(self.closure) is not None

    @property
    def until(self) -> str:
        """The day of its end, of a year or of every year; '' without one."""
        return str(_end(self.closure) or "")

    @property
    def text(self) -> str:
        return f"{self.closure.id} is not drawn: {self.reason}"


def on_routes(
    network: Network, routes: Sequence[Route], day: date, *, chance: float | None = None
) -> tuple[tuple[Switch, ...], tuple[Undrawn, ...]]:
    """The switches that some routes meet, and the closures on them that are not drawn.

    ``chance`` takes the place of every stated chance, and gives one to closures that have none.
    """
    in_force = closures.by_segment(network.catalog, day)
    meets: dict[str, set[int]] = {}
    found: dict[str, records.Closure] = {}
    for number, route in enumerate(routes):
        for segment in route.segments:
            for closure in in_force.get(segment.id, ()):
                found[closure.id] = closure
                meets.setdefault(closure.id, set()).add(number)
    grouped: dict[str, list[records.Closure]] = {}
    left: list[Undrawn] = []
    for closure in found.values():
        reason = _why_not_drawn(closure, chance)
        if reason:
            left.append(Undrawn(closure, tuple(sorted(meets[closure.id])), reason))
        else:
            event = EVENTS.get(closure.id)
            grouped.setdefault(event.id if event else closure.id, []).append(closure)
    return tuple(_switch(network, key, rows, meets, chance) for key, rows in grouped.items()), tuple(left)


def closed_now(network: Network, routes: Sequence[Route], day: date, as_of: int | None) -> tuple[tuple[str, ...], ...]:
    """Of each route the closures of the kind ``closed`` that shut it on a day, or in a later year, by id."""
    shut = closures.closed(network.catalog, day, as_of)
    return tuple(
        tuple(dict.fromkeys(shut[segment.id].id for segment in route.segments if segment.id in shut))
        for route in routes
    )


def _why_not_drawn(closure: records.Closure, chance: float | None) -> str:
    if closure.kind == "open":
        return Reason("open_after_all")
    if closure.kind != "closed":
        return Reason("slows", kind=closure.kind)
    if _end(closure) is not None:
        return Reason("has_end", end=_end(closure), closures=Condition("closures", "apply"))
    if chance is None and closure.id not in EVENTS:
        return Reason("no_chance", chance=Condition("closure_chance"))
    return ""


def _end(closure: records.Closure) -> date | str | None:
    """The day of its end, or month and day of every year; None where it is not known."""
    return closure.to_date or closure.to_day


def _switch(
    network: Network, key: str, rows: Sequence[records.Closure], meets: dict[str, set[int]], chance: float | None
) -> Switch:
    ids = tuple(sorted(row.id for row in rows))
    numbers = tuple(sorted(set().union(*(meets[each] for each in ids))))
    if chance is not None:
        return Switch(
            key, ids, chance, None, None, Reason("as_asked", condition=Condition("closure_chance")), (), numbers
        )
    event = EVENTS[ids[0]]
    stated = reliability.parameter(network.catalog, event.parameter)
    return Switch(
        key,
        ids,
        reliability.central(stated),
        stated.low,
        stated.high,
        f"{event.parameter}: {event.basis}",
        stated.source,
        numbers,
    )
