"""Segments put together into stretches, in any order they come in."""

from __future__ import annotations

import random

import drawn
import pytest

from planner.sea import stretches


def test_a_shuffled_line_comes_out_whole_and_in_order() -> None:
    network = drawn.network("a --1-- b --2-- c --3-- d --4-- e\n x --5-- y")
    rows = [network.segments[key] for key in ("a-b-road", "b-c-road", "c-d-road", "d-e-road")]
    other = network.segments["x-y-road"]
    for seed in range(50):
        mixed = [*rows, other]
        random.Random(seed).shuffle(mixed)
        found = stretches.of_segments(mixed)
        assert found is not None and len(found) == 2
        nodes, line = next(pair for pair in found if len(pair[1]) == 4)
        assert nodes in (list("abcde"), list("edcba"))
        assert line in (rows, rows[::-1])
        assert all({one.from_node, one.to_node} == {a, b} for one, a, b in zip(line, nodes, nodes[1:], strict=False))
        first = next(item for item in mixed if item is not other)
        assert line.index(first) <= 1


def test_the_end_that_is_listed_first_is_the_beginning() -> None:
    network = drawn.network("a --1-- b --2-- c")
    ab, bc = network.segments["a-b-road"], network.segments["b-c-road"]
    assert stretches.of_segments([ab, bc]) == [(["a", "b", "c"], [ab, bc])]
    assert stretches.of_segments([bc, ab]) == [(["c", "b", "a"], [bc, ab])]


@pytest.mark.parametrize("text", ["a --1-- b --2-- c\n b --3-- d", "a --1-- b --2-- c --3-- a"])
def test_branches_and_rings_are_no_stretch(text: str) -> None:
    assert stretches.of_segments(list(drawn.network(text).segments.values())) is None
