"""Floor 2: the network as a graph, and the routes through it.

Part of the distribution transit-corridors.
"""
