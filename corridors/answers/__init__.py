"""Answers as reports of tables (``report``): what ``-f`` prints, ``-o`` writes, a notebook shows; the briefing.

It may see ``maps`` and below, no command. A text format is a row of ``FORMATS`` (``text.py``), a file format one of
``EXPORTS`` (``files.py``), a kind of answer in a notebook one of ``TABLES`` (``notebook.py``).
"""
