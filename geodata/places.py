"""Finding a place by what people call it: id, name, local name, UN/LOCODE (a city) or IATA code (an airport)."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from geodata import errors, records
from geodata.catalog import Catalog

_HINTS = 3

MAX_HINTED = 100
"""So many unknown names of one file get the nearest names as a hint; each is sought among all."""


def find(catalog: Catalog, text: str) -> records.Node:
    """The place a text names, in any case and with or without accents.

    An exact id or code wins over a name, a whole name over a part of one ("Bukhara" for "Bukhara (Kagan)"). Raises
    UnknownNameError with the nearest names, or with the candidates where several places share the name.
    """
    asked = text.strip()
    if asked in catalog.nodes:
        return catalog.nodes[asked]
    if "names" not in catalog.kept:
        catalog.kept["names"] = Names(catalog.nodes.values(), hinted=math.inf)
    known: Names = catalog.kept["names"]
    return known.find(text)


def find_in(nodes: Mapping[str, records.Node], text: str) -> records.Node:
    """The same among these places, by id."""
    asked = text.strip()
    return nodes[asked] if asked in nodes else Names(nodes.values()).find(text)


class Names:
    """Places by what people call them, for asking many times; more can be added."""

    def __init__(self, nodes: Iterable[records.Node], *, hinted: float = MAX_HINTED):
        """``hinted``: so many unknown names get the nearest names as a hint."""
        self._nodes: dict[str, records.Node] = {}
        self._ranks: list[dict[str, dict[str, records.Node]]] = [{} for _ in _RANKS]
        self._hints_left = hinted
        for node in nodes:
            self.add(node)

    def add(self, node: records.Node) -> None:
        """A place more."""
        self._nodes[node.id] = node
        for names, rank in zip(self._ranks, _RANKS, strict=True):
            for name in rank(node):
                names.setdefault(fold(name), {})[node.id] = node

    def find(self, text: str) -> records.Node:
        """The place a text names. Raises UnknownNameError; the first ``hinted`` of them with the nearest names."""
        asked = text.strip()
        if asked in self._nodes:
            return self._nodes[asked]
        key = fold(asked)
        matches = next((list(names[key].values()) for names in self._ranks if key and key in names), [])
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = [f"{node.id} ({node.name}, {node.country})" for node in matches]
            raise errors.UnknownNameError("place", text, listed, "several places have this name; use an id")
        self._hints_left -= 1
        hints = nearest(self._nodes, asked) if self._hints_left >= 0 else []
        raise errors.UnknownNameError("place", text, hints)


def nearest(nodes: Mapping[str, records.Node], text: str) -> list[str]:
    """Up to three names that look like the text, as 'Name (id)'; empty when nothing is near."""
    by_name: dict[str, records.Node] = {}
    for node in nodes.values():
        for name in (node.id, *_codes(node), *_whole_names(node), *_parts(node), *_local_names(node)):
            by_name.setdefault(fold(name), node)
    found = [by_name[name] for name in difflib.get_close_matches(fold(text), by_name, n=2 * _HINTS, cutoff=0.6)]
    return [f"{node.name} ({node.id})" for node in dict.fromkeys(found)][:_HINTS]


def fold(text: str) -> str:
    """Casefolded, without accents, spaces or punctuation.

    >>> fold("Türkmenbaşy") == fold("turkmenbasy")
    True
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum())


def _codes(node: records.Node) -> list[str]:
    return [node.id, *filter(None, (node.unlocode, node.iata))]


def _whole_names(node: records.Node) -> list[str]:
    return [node.name]


def _parts(node: records.Node) -> list[str]:
    """'Bukhara (Kagan)' is also Bukhara and Kagan; 'Sarahs (TM)' is not TM, which is a country."""
    return [part for part in re.split(r"[(),]", node.name) if part.strip() and part.strip() != node.country]


def _local_names(node: records.Node) -> list[str]:
    return [local.name for local in node.names]


_RANKS = (_codes, _whole_names, _parts, _local_names)
"""What people call a place: an earlier one wins over a later one."""
