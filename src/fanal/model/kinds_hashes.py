"""SHA-256 and Keccak-256 of whole columns of short messages, in numpy.

A check of a million addresses has to cost seconds, and nothing may be compiled when a reader
starts. These are for checksums alone: one message, one block, no secrets.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]

# Rows worked on at once: the lanes stay in the processor's cache.
CHUNK = 8192
_SHA_BLOCK = 64
_SHA_ROOM = 55
_KECCAK_RATE = 136


def matrix(texts: pa.Array, width: int) -> Bytes:
    """ASCII strings as rows of `width` bytes, filled with zero at the end.

    Args:
        texts: strings without NULLs, ASCII alone, none longer than `width`.
        width: columns of the result.

    Returns:
        Shape (len(texts), width).
    """
    if not len(texts):
        return np.zeros((0, width), np.uint8)
    padded = pc.ascii_rpad(texts.cast(pa.large_string()), width, padding="\x00")
    buffer: Any = padded.buffers()[2]
    start = padded.offset * width
    return np.frombuffer(buffer, np.uint8)[start : start + len(texts) * width].reshape(len(texts), width)


def _primes(n: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < n:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found


def _root_bits(value: int, power: int) -> int:
    """The first 32 bits after the point of the square (2) or cube (3) root of a whole number."""
    scaled = value << (32 * power)
    low, high = 0, scaled
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**power <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


_SHA_START = tuple(_root_bits(p, 2) for p in _primes(8))
_SHA_ROUNDS = np.array([_root_bits(p, 3) for p in _primes(64)], np.uint32)


def _rotated(x: npt.NDArray[np.uint32], n: int) -> npt.NDArray[np.uint32]:
    return (x >> np.uint32(n)) | (x << np.uint32(32 - n))


def sha256(messages: Bytes) -> Bytes:
    """SHA-256 of each row (FIPS 180-4).

    Args:
        messages: shape (n, length), length at most 55 bytes.

    Returns:
        Shape (n, 32).
    """
    n, length = messages.shape
    if length > _SHA_ROOM:
        raise ValueError(f"one block takes {_SHA_ROOM} bytes, not {length}")
    block = np.zeros((n, _SHA_BLOCK), np.uint8)
    block[:, :length] = messages
    block[:, length] = 0x80
    block[:, 62], block[:, 63] = (length * 8) >> 8, (length * 8) & 0xFF
    words = list(np.ascontiguousarray(block.view(">u4").T).astype(np.uint32))
    for i in range(16, 64):
        x, y = words[i - 15], words[i - 2]
        small = _rotated(x, 7) ^ _rotated(x, 18) ^ (x >> np.uint32(3))
        large = _rotated(y, 17) ^ _rotated(y, 19) ^ (y >> np.uint32(10))
        words.append(words[i - 16] + small + words[i - 7] + large)
    start = [np.full(n, value, np.uint32) for value in _SHA_START]
    a, b, c, d, e, f, g, h = start
    for i in range(64):
        chosen = (e & f) ^ (~e & g)
        first = h + (_rotated(e, 6) ^ _rotated(e, 11) ^ _rotated(e, 25)) + chosen + _SHA_ROUNDS[i] + words[i]
        second = (_rotated(a, 2) ^ _rotated(a, 13) ^ _rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
        a, b, c, d, e, f, g, h = first + second, a, b, c, d + first, e, f, g
    out = np.stack([x + y for x, y in zip(start, (a, b, c, d, e, f, g, h), strict=True)], axis=1)
    return np.ascontiguousarray(out.astype(">u4")).view(np.uint8).reshape(n, 32)


def _keccak_constants() -> tuple[list[int], list[list[int]]]:
    """Round constants from the shift register, and the rotation of each lane (Keccak reference, 1.2)."""
    constants, register = [], 1
    for _ in range(24):
        value = 0
        for j in range(7):
            if register & 1:
                value |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(value)
    turns = [[0] * 5 for _ in range(5)]
    x, y = 1, 0
    for t in range(24):
        turns[x][y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return constants, turns


ROUNDS, TURNS = _keccak_constants()


def keccak256(messages: Bytes) -> Bytes:
    """Keccak-256 of each row, with the padding from before it became SHA-3, as Ethereum and Monero use it.

    Args:
        messages: shape (n, length), length at most 135 bytes.

    Returns:
        Shape (n, 32).
    """
    n, length = messages.shape
    if length >= _KECCAK_RATE:
        raise ValueError(f"one block takes {_KECCAK_RATE - 1} bytes, not {length}")
    block = np.zeros((n, _KECCAK_RATE), np.uint8)
    block[:, :length] = messages
    block[:, length] ^= 0x01
    block[:, _KECCAK_RATE - 1] ^= 0x80
    lanes = np.ascontiguousarray(block.view("<u8").T).astype(np.uint64)
    zero = np.zeros(n, np.uint64)
    a = [[lanes[x + 5 * y] if x + 5 * y < len(lanes) else zero for y in range(5)] for x in range(5)]
    for constant in ROUNDS:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[x - 1] ^ _turned(c[(x + 1) % 5], 1) for x in range(5)]
        b = [[zero] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = _turned(a[x][y] ^ d[x], TURNS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] = a[0][0] ^ np.uint64(constant)
    out = np.stack([a[x][0] for x in range(4)], axis=1)
    return np.ascontiguousarray(out.astype("<u8")).view(np.uint8).reshape(n, 32)


def _turned(lane: npt.NDArray[np.uint64], by: int) -> npt.NDArray[np.uint64]:
    return (lane << np.uint64(by)) | (lane >> np.uint64(64 - by)) if by else lane
