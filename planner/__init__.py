"""Floor 2: from a question to routes: what it permits, prices, the search, uncertainty, years, the sea, effects.

It may see ``geodata`` alone, and has no titles, no HTML and no words of a face. What can be asked is a field of
``Conditions`` (``question.py``), why an answer is as it is a row of ``SENTENCES`` (``reasons.py``).

Part of the distribution transit-corridors.
"""
