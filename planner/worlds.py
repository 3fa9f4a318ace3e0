"""The two worlds of a what-if question: as if all crossings were open, and with the closures of its day applied."""

from __future__ import annotations

from dataclasses import replace

from planner import allowed
from planner.network import Network
from planner.request import RouteRequest


def applied(network: Network, request: RouteRequest) -> RouteRequest | None:
    """The same question with closures applied; None where there is one world.

    That is so where the question applies them itself, and where no line that it permits is closed.

    >>> import corridors
    >>> from planner import request
    >>> network = corridors.load()
    >>> asked = request.make(network.catalog, "Tashkent", "Karachi")
    >>> applied(network, asked).closures, applied(network, applied(network, asked))
    ('apply', None)
    """
    if request.closures == "apply":
        return None
    shut = allowed.closed_in_data(network, request)
    permitted = allowed.permitted(network, request).segments
    return replace(request, closures="apply") if any(key in permitted for key in shut) else None
