"""The search over the unfolded network: k shortest routes, plain and compiled, Pareto sets, what-ifs, matrices.

It may see ``planner.price`` and what a question permits (``planner.allowed``); routes are dressed above it. All of it
runs on the arrays of ``states``, which alone knows how freight goes from segment to segment: a rule of what may follow
what is a line there. A way to search is a module here that asks for ``states.unfold(...).question(...)``, with its
kernel beside it.
"""
