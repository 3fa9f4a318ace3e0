"""Floor 3, what people see: tables, the map as one page that needs no network, and figures for reports.

It may see ``planner`` and ``geodata``. What every picture draws comes from ``scene``; a colour or a kind of line is a
row of ``palette``.

Part of the distribution transit-corridors.
"""
