"""Which port is the best for which market.

It may see ``corridors.studies.study``, ``corridors.answers``, ``maps`` and below, and the evidence of every study.
What is asked stands in ``question``, what was found in ``found``, what comes out in ``answer``, for people in
``tables``.
"""
