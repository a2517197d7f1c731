"""Looks at 64 bytes at once, or copies some, with the processor's own vectors: for loops over bytes.

A loop spends most of its time on the way to the next byte that means something. Nothing here knows
what a byte means.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from fanal.base.compiled import compiled

Bytes = npt.NDArray[np.uint8]

#: How many bytes are looked at together.
LANES = 64
#: How many are copied together.
BLOCK = 32
_NONE = np.uint64(0)


def _is_bytes(array: Any) -> bool:
    return isinstance(array, types.Array) and array.dtype == types.uint8 and array.layout == "C"


def _vector(context: Any, builder: Any, kind: Any, array: Any, place: Any, size: int) -> Any:
    """A pointer to so many bytes of an array, and their type."""
    vector = ir.VectorType(ir.IntType(8), size)
    begin = builder.gep(context.make_array(kind)(context, builder, array).data, [place])
    return builder.bitcast(begin, vector.as_pointer()), vector


def _compared(how: str) -> Callable[..., Any]:
    """An intrinsic that compares LANES bytes with one code."""

    def compare(typingctx: Any, buf: Any, p: Any, code: Any) -> Any:
        del typingctx, p, code
        if not _is_bytes(buf):
            raise TypingError("bytes one behind the other")

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            place, vector = _vector(context, builder, signature.args[0], args[0], args[1], LANES)
            one = builder.insert_element(ir.Constant(vector, ir.Undefined), args[2], ir.Constant(ir.IntType(32), 0))
            first = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
            every = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), first)
            bits = builder.icmp_unsigned(how, builder.load(place, align=1), every)
            return builder.bitcast(bits, ir.IntType(LANES))

        return types.uint64(buf, types.intp, types.uint8), generate

    return compare


def _copy(typingctx: Any, buf: Any, p: Any, out: Any, o: Any) -> Any:
    del typingctx, p, o
    if not _is_bytes(buf) or not _is_bytes(out):
        raise TypingError("bytes one behind the other")

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source, _ = _vector(context, builder, signature.args[0], args[0], args[1], BLOCK)
        target, _ = _vector(context, builder, signature.args[2], args[2], args[3], BLOCK)
        builder.store(builder.load(source, align=1), target, align=1)
        return context.get_dummy_value()

    return types.void(buf, types.intp, out, types.intp), generate


def _lowest(typingctx: Any, bits: Any) -> Any:
    del typingctx
    if bits != types.uint64:
        raise TypingError("64 bits")

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del context, signature
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


# Whoever calls these makes sure that all the bytes are within the arrays: nothing else does.
#: Which of the LANES bytes from a place on are one code, the first as the lowest bit.
equal = cast("Callable[[Bytes, int, int], np.uint64]", intrinsic(_compared("==")))
#: Which of them are no greater than a code.
at_most = cast("Callable[[Bytes, int, int], np.uint64]", intrinsic(_compared("<=")))
#: Copies BLOCK bytes from a place in one array to a place in another.
copy_block = cast("Callable[[Bytes, int, Bytes, int], None]", intrinsic(_copy))
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
            while p < end and buf[p] != first and buf[p] != second:
                p += 1
            return p
        bits = equal(buf, p, first) | equal(buf, p, second)
        if bits != _NONE:
            return min(p + lowest(bits), end)
        p += LANES
    return end
