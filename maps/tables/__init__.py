"""Tables: columns of raw values (``table``), what they say of routes and effects, the one writer of HTML (``html``).

It may see ``maps.escape``, ``maps.ranges`` and the floors below. What every table of a page needs is added to ``html``
or ``wide``; a column of every route is an entry of ``ROUTE_COLUMNS`` (``of_routes.py``).
"""
