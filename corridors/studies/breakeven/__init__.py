"""The value of one parameter at which two routes tie, and maps of two.

It may see ``corridors.studies.study``, ``corridors.answers``, ``maps`` and below, and the evidence of every study.
What is asked stands in ``question``, what comes out in ``answer``.
"""
