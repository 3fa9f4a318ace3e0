"""Figures for reports in matplotlib: maps, charts and the pictures of studies, as PNG, SVG or PDF.

It may see the rooms of ``maps`` that say what is drawn, never ``page``. A kind of figure is a module here;
``strokes.figure`` begins each and ``write.save`` ends it.
"""
