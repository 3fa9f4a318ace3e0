"""Programs that make files of ``geodata/data`` anew, run by hand: the base map and the voyages between ports.

They may see all of ``geodata``; nothing imports them. A file of data that is made from another source gets its maker
here.
"""
