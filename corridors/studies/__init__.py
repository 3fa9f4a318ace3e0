"""Studies: questions about many routes at once, a package each, and what all of them share.

They may see ``corridors.answers``, ``maps`` and below, no command. A study is a package whose ``question`` module has a
``STUDY``, and a row of ``ROWS`` (``table.py``).
"""
