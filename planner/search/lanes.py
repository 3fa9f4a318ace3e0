"""LANES numbers of float32 at once: what the kernel of draws does in its inner loops, as vector instructions.

The rows of a C-contiguous (n, LANES) array are vectors. numba's loops over the lanes are not turned into vector
instructions where rows of one array may overlap, so these are written for LLVM; they run 2 to 3 times as fast.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16
"""How many draws are searched for side by side."""

FLOATS: Any = ir.VectorType(ir.FloatType(), LANES)
INTS: Any = ir.VectorType(ir.IntType(32), LANES)

vectors: Callable[..., Callable[..., Any]] = intrinsic
"""``intrinsic``, for the type checker: the typing context, which comes first, is not passed by who calls."""


def _row(context, builder, signature, args, array, row, vector):
    """A pointer to a row (``args[row]``) of an array (``args[array]``) as one vector."""
    data = context.make_array(signature.args[array])(context, builder, args[array]).data
    at = context.cast(builder, args[row], signature.args[row], types.intp)
    first = builder.gep(data, [builder.mul(at, context.get_constant(types.intp, LANES))])
    return builder.bitcast(first, vector.as_pointer())


def _filled(builder, number, vector):
    """A vector that has one number in all lanes."""
    start = builder.insert_element(ir.Constant(vector, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(start, ir.Constant(vector, ir.Undefined), ir.Constant(INTS, [0] * LANES))


@vectors
def relax(typing, reach, weights, last, start, target, step):
    """Better ``reach[target]`` by ``reach[start] + weights[step]`` where that is less, and note the step in ``last``.

    Says whether any lane became better.
    """

    def generate(context, builder, signature, args):
        def at(array, row, vector):
            return _row(context, builder, signature, args, array, row, vector)

        longer = builder.fadd(builder.load(at(0, 3, FLOATS), align=4), builder.load(at(1, 5, FLOATS), align=4))
        there, noted = at(0, 4, FLOATS), at(2, 4, INTS)
        before = builder.load(there, align=4)
        less = builder.fcmp_ordered("<", longer, before)
        lanes = ir.IntType(LANES)
        better = builder.icmp_unsigned("!=", builder.bitcast(less, lanes), ir.Constant(lanes, 0))
        with builder.if_then(better):
            builder.store(builder.select(less, longer, before), there, align=4)
            number = _filled(builder, context.cast(builder, args[5], signature.args[5], types.int32), INTS)
            builder.store(builder.select(less, number, builder.load(noted, align=4)), noted, align=4)
        return better

    return types.boolean(reach, weights, last, start, target, step), generate


@vectors
def add_scaled(typing, into, row, amounts, column, factor):
    """Add ``factor * amounts[column]`` to ``into[row]``."""

    def generate(context, builder, signature, args):
        there = _row(context, builder, signature, args, 0, 1, FLOATS)
        amount = builder.load(_row(context, builder, signature, args, 2, 3, FLOATS), align=4)
        number = _filled(builder, context.cast(builder, args[4], signature.args[4], types.float32), FLOATS)
        builder.store(builder.fadd(builder.load(there, align=4), builder.fmul(number, amount)), there, align=4)
        return context.get_dummy_value()

    return types.void(into, row, amounts, column, factor), generate
