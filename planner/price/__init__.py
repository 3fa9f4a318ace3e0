"""What a segment and a stop cost a consignment in km, hours, USD and CO2e, and the sums of a route.

It may see ``planner.network`` and the rates of ``geodata``; it searches for nothing. An operation at a hub is a row of
``OPERATIONS`` (``hubs.py``), a measure a row of ``MEASURES`` (``measures.py``), a distribution one of ``FAMILIES``
(``sampling.py``); which distribution a quantity has stands in ``quantities.toml``.
"""
