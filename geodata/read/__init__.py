"""From files to records: GeoJSON, tables, own folders, and the formats that people bring, each by its one reader.

It may see ``geodata.globe``, ``errors``, ``records``, ``kinds``, ``quantities`` and ``rates``; ``geodata.catalog`` puts
together what is read. A kind of data file is added as a row of ``KINDS`` (``geodata/kinds.py``).
A format is added as a reader here, with its row in ``READERS`` of ``geodata/own/line_files.py``.
"""
