"""Floor 3, what people see: folium maps in one file that needs no network.

Part of the distribution transit-corridors.
"""
