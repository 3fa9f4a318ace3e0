"""What added segments change between places: before and after, with the causes and the segments that matter.

It may see ``planner.plan``, ``planner.search`` and below; ``measure.py`` is its front.
A place that effects are measured between is a row of ``MAIN_PLACES`` (``scope.py``).
"""
