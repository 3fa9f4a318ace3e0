"""Positions, lengths, countries' boundaries and sea lanes on the globe: geometry without records of the network.

It may see ``geodata.errors`` and ``geodata.records``. A measure of lines, or an index of them, is added here.
"""
