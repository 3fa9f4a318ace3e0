"""What each closure on the best routes costs, and what cuts the way.

It may see ``corridors.studies.study``, ``corridors.answers``, ``maps`` and below, and the evidence of every study.
What is asked stands in ``question``, what was found in ``found``, what comes out in ``answer``, for people in
``tables``.
"""
