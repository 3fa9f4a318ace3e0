"""Floor 1, the facts: places, segments, parameters, sources; their files; reading and checking them.

Part of the distribution transit-corridors.
"""
