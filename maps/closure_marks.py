"""Marks behind the names of routes that run into closures, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable

from planner.price.route import Route

CLOSED, AT_RISK = "\u2020", "\u2021"
"""Stand after the name of a route that runs into what is closed, and what is restricted or at risk in this season,
where there is no room for more; a note says which closures these are."""


def mark_of(route: Route | None) -> str:
    """The marks of the closures on a route; '' where none lies on it."""
    kinds = {row.kind for row in route.closures} if route is not None else set()
    return (CLOSED if "closed" in kinds else "") + (AT_RISK if kinds - {"closed"} else "")


def marked(text: str, route: Route | None) -> str:
    """A text about a route, with the marks of the closures on it."""
    return f"{text} {mark_of(route)}".rstrip()


def mark_notes(routes: Iterable[Route | None]) -> list[str]:
    """What the marks mean, each with the closures of some routes; none where no closure lies on them."""
    listed = list(routes)
    closures = {row.id: row.kind for route in listed if route is not None for row in route.closures}
    closed = [key for key, kind in closures.items() if kind == "closed"]
    at_risk = [f"{key} ({kind})" for key, kind in closures.items() if kind != "closed"]
    return [
        f"{mark} {what}: {', '.join(found)}"
        for mark, what, found in (
            (CLOSED, "runs over what is closed", closed),
            (AT_RISK, "runs over what is restricted or at risk", at_risk),
        )
        if found
    ]
