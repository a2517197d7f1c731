"""Looks at 64 bytes at once, with the processor's own comparison of vectors: for the scanners' loops.

A scanner spends most of its time on the way to the next byte that means something. Nothing here knows
what a byte means.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from fanal.read.cell_kernel import Bytes
from fanal.read.compiled import compiled

#: How many bytes are looked at together.
LANES = 64
_NONE = np.uint64(0)


def _equal(typingctx: Any, buf: Any, p: Any, code: Any) -> Any:
    del typingctx
    if not isinstance(buf, types.Array) or buf.dtype != types.uint8 or buf.layout != "C":
        raise TypingError("bytes one behind the other")
    del p, code

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), LANES)
        array = context.make_array(signature.args[0])(context, builder, args[0])
        place = builder.bitcast(builder.gep(array.data, [args[1]]), vector.as_pointer())
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), args[2], ir.Constant(ir.IntType(32), 0))
        first = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        every = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), first)
        return builder.bitcast(builder.icmp_unsigned("==", builder.load(place, align=1), every), ir.IntType(LANES))

    return types.uint64(buf, types.intp, types.uint8), generate


def _lowest(typingctx: Any, bits: Any) -> Any:
    del typingctx
    if bits != types.uint64:
        raise TypingError("64 bits")

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del context, signature
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


#: Which of the LANES bytes from a place on are one code, the first as the lowest bit. Whoever calls it makes sure
#: that they are all within the array: nothing else does.
equal = cast("Callable[[Bytes, int, int], np.uint64]", intrinsic(_equal))
#: The number of the lowest bit that is set.
lowest = cast("Callable[[np.uint64], int]", intrinsic(_lowest))


@compiled
def next_byte(buf: Bytes, p: int, end: int, code: int) -> int:
    """The next place of a byte from p on, `end` where there is none before it."""
    while p < end:
        if p + LANES > len(buf):
            while p < end and buf[p] != code:
                p += 1
            return p
        bits = equal(buf, p, code)
        if bits != _NONE:
            return min(p + lowest(bits), end)
        p += LANES
    return end


@compiled
def next_of(buf: Bytes, p: int, end: int, first: int, second: int) -> int:
    """The next place of one of two bytes from p on, `end` where there is none before it."""
    while p < end:
        if p + LANES > len(buf):
            while p < end and buf[p] not in (first, second):
                p += 1
            return p
        bits = equal(buf, p, first) | equal(buf, p, second)
        if bits != _NONE:
            return min(p + lowest(bits), end)
        p += LANES
    return end
