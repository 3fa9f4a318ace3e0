"""What a segment and a stop cost a consignment in km, hours, USD and CO2e, and the sums of a route.

It may see ``planner.network`` and the rates of ``geodata``; it searches for nothing. An operation at a hub is a row of
<<<<<<< HEAD
``OPERATIONS`` (``hubs.py``), a distribution a row of ``FAMILIES`` (``sampling.py``), a criterion a row of ``MEASURES``.
=======
``OPERATIONS`` (``hubs.py``), a criterion a row of ``MEASURES``; how a quantity is spread stands in its row of
``geodata/data/quantities.toml``.
>>>>>>> kinds
"""
