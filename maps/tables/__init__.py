"""Tables on a page: how they are written and how they print.

It may see ``maps.escape`` alone. What every table of a page needs is added here.
"""
