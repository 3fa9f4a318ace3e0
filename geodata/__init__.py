"""Floor 1, the facts: places, segments, parameters, sources; their files; reading and checking them.

It sees no other floor. A kind of data file is a row of ``KINDS`` (``kinds.py``), a quantity one of ``quantities.toml``,
a check one of ``CHECKS`` (``checks.py``).

Part of the distribution transit-corridors.
"""
