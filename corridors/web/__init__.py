"""The planner in the browser: ``corridors serve`` (extra ``web``). Nothing here is imported unless it serves."""
