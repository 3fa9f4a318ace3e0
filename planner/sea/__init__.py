"""Land, port and ship: routes from inland places through ports to the markets over the sea.

It may see ``planner.plan`` and below. What a voyage is made of is added in ``stretches.py``.
"""
