"""How often each corridor is the best when figures are drawn.

It may see ``corridors.studies.study``, ``corridors.answers``, ``maps`` and below, and the evidence of every study.
What is asked stands in ``question``, what comes out in ``answer``.
"""
