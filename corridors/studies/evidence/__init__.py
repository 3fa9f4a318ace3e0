r"""What each figure of an answer rests on.

It may see ``corridors.studies.study``, ``corridors.answers``, ``maps`` and below.
What is asked stands in ``question``, what comes out in
``answer`` and ``results``.
"""
