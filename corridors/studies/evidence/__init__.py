r"""What each figure of an answer rests on.

It may see ``corridors.studies.study`` and ``planner``.
What is asked stands in ``question``, what comes out in
``answer`` and ``results``.
"""
