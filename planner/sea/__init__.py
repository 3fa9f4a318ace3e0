"""Land, port and ship: routes from inland places through ports to the markets over the sea.

It may see ``planner.plan`` and below. Ways are sought and ranked as segments (``ways``); a route is made of one when it
is shown. What a voyage is made of is added in ``stretches.py``.
"""
