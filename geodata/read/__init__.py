"""From files to records: GeoJSON, tables, own folders, and the formats that people bring, each by its one reader.

It may see ``geodata.globe``, ``errors``, ``records`` and ``rates``; ``geodata.catalog`` puts together what is read.
A format is added as a reader here, with its row in ``READERS`` of ``geodata/own/line_files.py``.
"""
