"""The command line: commands, their options, and what runs an answer's question again.

It may see everything else in ``corridors``; nothing but ``corridors.__main__`` imports it. A command is a function in
the module of its kind (``commands``, ``segments``, ``studies``, ``replay``).
"""
