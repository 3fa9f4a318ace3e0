"""Which port is the best for which market.

It may see ``corridors.studies.study`` and ``planner``, and the evidence of every study.
What is asked stands in ``question``, what comes out in ``answer``.
"""
