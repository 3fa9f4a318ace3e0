"""The one door through which a string from data or a request reaches folium.

folium and branca compile every rendered script again as a Jinja template and write popups, tooltips and names as raw
HTML inside JavaScript, so ``html.escape`` is not enough. Here every character that is not a letter, a digit, a space
or one of ``. , - _ ( )`` becomes a numeric character reference: it reads as written and means nothing to Jinja, to
JavaScript or to HTML.
"""

from __future__ import annotations

import string

_PLAIN = frozenset(string.ascii_letters + string.digits + " .,-_()")


def escape(text: object) -> str:
    """Text that a browser shows exactly as written.

    >>> escape("{{ 7*7 }}")
    '&#123;&#123; 7&#42;7 &#125;&#125;'
    """
    return "".join(char if char in _PLAIN else f"&#{ord(char)};" for char in str(text))
