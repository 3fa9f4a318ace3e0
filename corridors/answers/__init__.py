"""Answers as tables, text and files: what ``-f`` prints and what ``-o`` writes, and the briefing.

It may see ``maps`` and below, no command. A text format is a row of ``FORMATS`` (``text.py``), a file format one of
``EXPORTS`` (``files.py``).
"""
