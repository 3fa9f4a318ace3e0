"""The studies: questions that are asked about corridors, answered with their uncertainty. One module each.

``STUDIES`` in ``corridors.studies.table`` has a row for each.
"""
