"""How sure answers are: routes as formulas over rates, bands, drawn closures, and the value at which two routes tie.

It may see ``planner.price`` and ``planner.network``; the distributions themselves stand with the prices.
A parameter of break-evens is a word of its quantity (``geodata/data/quantities.toml``), a drawn closure a row of
``EVENTS`` (``switches.py``).
"""
