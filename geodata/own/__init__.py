"""The user's own segments: from a drawn line to segments in the user's folder, with every finding on the way.

It may see all of ``geodata`` but ``make``. What is wrong with a line is found in ``doctor``, how it joins in
``topology`` and ``joining``, on the ``ground`` that grows by each line; each finding has a row in
``geodata/problem_codes.py``.
"""
