"""The search over the unfolded network: k shortest routes, plain and compiled, Pareto sets, what-ifs, matrices.

It may see ``planner.price`` and what a question permits (``planner.allowed``); routes are dressed above it.
A way to search is a module here with its kernel beside it.
"""
