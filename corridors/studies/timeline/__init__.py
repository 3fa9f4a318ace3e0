"""The best routes year by year as projects open.

It may see ``corridors.studies.study`` and ``planner``, and the evidence of every study.
What is asked stands in ``question``, what comes out in ``answer``.
"""
