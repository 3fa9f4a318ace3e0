"""The map as one HTML file that needs no network: layers, popups, facts below the map, charts, and its scripts.

It may see the rooms of ``maps`` that say what is drawn (``scene``, ``marks``, ``palette``, ``legend``), never
``figures``. A layer of the map is a row of ``LAYERS`` (``route_map.py``).
"""
