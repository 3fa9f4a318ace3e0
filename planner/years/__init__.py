"""Lines that open: opening years, projects that slip, and the best routes year by year.

It may see ``planner.plan`` and below. Another way to read a project's years is added in ``openings.py``.
"""
