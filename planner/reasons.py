"""Why an answer is as it is: a reason is a code with its facts, said in the words of the face that asks.

Faces differ in how they name a condition of a question: the command line by an option, Python by a keyword argument,
HTTP by a parameter. ``naming`` holds the way of the face that is at work; Python's unless another one says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a question by its field, with the value that is spoken of; None names the field alone."""

    field: str
    value: Any = None

    def __str__(self) -> str:
        return naming.get()(self)


Naming = Callable[[Condition], str]


def as_python(condition: Condition) -> str:
    """A condition as a keyword argument.

    >>> as_python(Condition("include", "planned")), as_python(Condition("central"))
    ("include='planned'", 'central')
    """
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return condition.field if value is None else f"{condition.field}={value!r}"


naming: ContextVar[Naming] = ContextVar("naming", default=as_python)
"""How the face that is at work names a condition."""


@contextlib.contextmanager
def named_by(way: Naming) -> Iterator[None]:
    """Let a face name conditions its way while it is at work."""
    token = naming.set(way)
    try:
        yield
    finally:
        naming.reset(token)


class Reason(str):
    """A sentence as a value: ``code`` is a key of SENTENCES, ``facts`` are what stands in it.

    Facts may be reasons and conditions themselves; several in a tuple are listed. As a text it is in the words of the
    face that asked; ``said`` gives those of another.
    """

    code: str
    facts: Mapping[str, Any]

    def __new__(cls, code: str, **facts: Any) -> Reason:
        return _reason(_said(code, facts, naming.get()), code, facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reason, (str(self), self.code, dict(self.facts))  # in another process it reads as here

    def said(self, way: Naming) -> str:
        """The sentence with conditions named another way."""
        return _said(self.code, self.facts, way)


def _reason(text: str, code: str, facts: Mapping[str, Any]) -> Reason:
    made = str.__new__(Reason, text)
    made.code, made.facts = code, facts
    return made


def _said(code: str, facts: Mapping[str, Any], way: Naming) -> str:
    return SENTENCES[code].format(**{name: _fact(value, way) for name, value in facts.items()})


def _fact(value: Any, way: Naming) -> Any:
    if isinstance(value, Reason):
        return value.said(way)
    if isinstance(value, Condition):
        return way(value)
    return ", ".join(str(_fact(item, way)) for item in value) if isinstance(value, tuple) else value


SENTENCES = {
    # no route, and what would open a way
    "no_route": "no route from {origin} to {destination}{via} by {modes} over lines that are {lines}",
    "via": " via {places}",
    "nothing_leaves": "no such line leaves {place}{nearest}",
    "nearest_served": "; the nearest place with a line by {modes} is {place} ({id}), {km:,.0f} km away",
    "reached": (
        "{count} of {places} places can be reached; the nearest to {goal} is {nearest}, {km:,.0f} km away as the crow "
        "flies"
    ),
    "with": "with {condition}",
    "without": "without {condition}",
    "without_year": "without {year} and with {include}",
    "with_modes": "with the modes {modes}",
    "opens": "{change} there is one, of {km:,.0f} km{met}",
    "opens_over": "{change} there is one, of {km:,.0f} km; it needs {lines}{more}{met}",
    "line": "{start} - {end} by {mode} ({id})",
    "and_more": " and {count} more",
    "on_it": "; on it lies what is {closures}",
    "nothing_opens": "no status, mode or closure rule alone opens a way",
    # fewer routes than were asked for
    "stopped": (
        "stopped after {candidates:,} candidates: {found} of {wanted} routes differ enough; a share above {different} "
        "lets more through, 1 gives the exact shortest ones"
    ),
    "few_exist": "only {found} of {wanted} routes exist under these conditions{same}",
    "same_voyage": "; what else there is only calls at more ports on the same voyage",
    "front_stopped": "the Pareto set is not complete: stopped at {limit}",
    "front_unwatched": (
        "the Pareto set may not be complete: at {places} places two hub operations are less than the one they amount "
        "to, more than can be watched"
    ),
    # what must be said of a route
    "unbuilt": "not built: {km:,.0f} km {status}, {opening}",
    "opening": "opening {years} by central estimates",
    "opening_unknown": "opening year unknown",
    "late_km": "not open in {year} by central estimates: {km:,.0f} km",
    # closures
    "taken_open": "taken as open, as asked ({id}): {lines}; in the data {was} {when}",
    "closure": "{kind} ({id}): {lines}; {when}: {reason}",
    "each_year": "each year {first} to {last}",
    "from_to": "{first} to {last}",
    "since": "since {first}, no end known",
    "not_applied": "closures without a known end are not applied {when}: {closures}",
    "shut_by": "{closure} ({avoid} shuts it)",
    "open_after_all": "it says that the crossing is open after all",
    "slows": "it is {kind}, which slows freight and does not turn it away",
    "has_end": "it has an end ({end}); {closures} takes it as it is",
    "no_chance": "no source gives it a chance; {chance} gives it one",
    "as_asked": "as asked ({condition})",
    "home_closed": (
        "taken as closed to transit: {countries}; the question begins or ends there, and so its lines stay open here"
    ),
    # why a corridor is left out
    "mode_not_asked": "it needs the mode {modes}, which is not asked for{hint}",
    "competes_when_asked": "; {mode} competes only when asked for ({condition})",
    "not_connected": "its via nodes are not joined in its modes and statuses",
    "no_way": "no way joins them{first}{second}",
    "back_over": "the way to it would go back over its own track{first}{second}",
    "off_it": "{off_km:,.0f} of {km:,.0f} km would lie off it{first}{second}",
    "end_off": "; {place} lies {km:,.0f} km from it (nearest place: {nearest})",
    "detour": "by it the way would be {km:,.0f} km, more than {times:g} times the shortest one of {best_km:,.0f} km",
    "not_passed": "it does not pass {places} in this order",
    "cannot_use": "it cannot use {segments}{more}, which is avoided",
    "cannot_use_closed": "it cannot use {segments}{more}, taken as closed ({closed})",
    "same_line": "between these places it is the same line as {corridor}",
    "does_not_join": "it does not join the two places: {reason}",
    # why a route is not among the answers
    "nothing_open": "no route at all is open under these conditions",
    "there": "it is there: route {rank}",
    "beaten": "beaten in {criteria} at once by route {routes}{more}",
    "as_good": "a route that is as good to within {percent:g} % in {criteria} is there instead",
    "not_open_in": "{km:,.0f} km of it are not open in {year} by central estimates",
    "status": "{km:,.0f} km of it are {status}; {include} takes them in",
    "avoided": "it uses what is avoided: {segments}{more}",
    "uses_closed": "it uses what is taken as closed ({closed}): {segments}{more}",
    "alike": (
        "it shares {percent:.0f} % of its km with route {rank}, which is better by {criterion}; the limit is "
        "{limit:g} % ({different})"
    ),
    "takes_more": (
        "by {criterion} it takes {value:,.0f} {unit}, {more:,.0f} more than route {last}, the last of the {last} "
        "given{asked}"
    ),
    "in_brackets": " ({condition})",
    "much_like": "a route that is as good by {criterion} or better, and much like it, is there instead",
    # ways over the sea
    "not_built_for": (
        "{built}: {lines}{more} cannot be used under these conditions (closed, avoided, or of a mode that is not asked "
        "for), and so does not count as built"
    ),
    "built_already": "{built}: all of it is among the lines asked for already",
    "no_land_way": "no way by land from {place} over the lines allowed",
    "branches": "the new lines of {built} branch: no one way takes all of them",
    "on_new_lines": "{place} lies on the new lines of {built}: the way takes those from there on",
    "not_all": "no way takes all of the new lines of {built}",
    # parameters
    "not_read": "the routes do not read it. Without {vary} every parameter with a tie is listed; {year} is one, too",
    # what an effect is measured over
    "year_asked": "both networks are those of {year}, as asked",
    "include_asked": "both networks have the lines that are {status} or firmer, as asked",
    "all_operational": "both networks have the operational lines: all that is added is operational",
    "no_opening_year": (
        "no opening year of {segments} is known: both networks have all lines that are {status} or firmer, whenever "
        "they open"
    ),
    "opening_year": "both networks are those of {year}, when {segment} opens{late}",
    "late": "; {year} was given, and the data is of {data_year}",
    "before_too": "{segment} is in the network before too: the effect is that of the new record",
    "left_out_avoided": "left out, since avoided: {places}",
    "left_out_closed": "left out, since their country is taken as closed: {places}",
    "absent": "{segment} is not in the network compared: {reason}",
    "parts_absent": "{count} of the {parts} parts of {segment} are not in the network compared: {reason}",
    "opens_after": "it opens in {year}, after {asked}",
    "no_year": "it has no opening year",
    "less_firm": "it is {status}, the lines compared are {include}",
    "other_mode": "{mode} is not among the modes {modes}",
    "avoided_or_shut": "it is avoided or shut",
}
"""Code -> sentence; what stands in braces is a fact."""
