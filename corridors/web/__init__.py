"""The planner in the browser: ``corridors serve`` (extra ``web``). Nothing here is imported unless it serves.

It may see ``answers``, ``manifests``, ``console`` and all floors below, no command. An endpoint is a function in
``endpoints`` or ``segments`` with its work in ``work`` or ``segment_work``; a section of the page is a row of
``SECTIONS`` (``page.py``), and its HTML a file in ``templates``.
"""
