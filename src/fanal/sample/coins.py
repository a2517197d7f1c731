"""Addresses of crypto-currencies for random payloads, with the checksums that a validator asks for.

Bitcoin base58check (BIP 13 and the original form), bech32 and bech32m (BIP 173, BIP 350), Ethereum with
and without the capitals of EIP-55. The payloads are random: nobody holds a key to any of them.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from fanal.sample.letters import Text, fixed, hexed

Bytes = NDArray[np.uint8]
_BASE58 = np.frombuffer(b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", dtype=np.uint8)
_BECH32 = np.frombuffer(b"qpzry9x8gf2tvdw0s3jn54khce6mua7l", dtype=np.uint8)
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_HRP = (3, 3, 0, 2, 3)  # "bc" as BIP 173 expands it
BECH32, BECH32M = 1, 0x2BC830A3
_LANES = 25
_ROTATION = (
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
)  # fmt: skip
_RATE = 136


def base58check(version: int, payload: Bytes) -> Text:
    """Version byte (0 or 5) and payloads, shape (rows, 20), as base58check text of 34 characters.

    The first byte of a payload must be 16 or more: smaller ones make shorter text under version 0.
    """
    rows = len(payload)
    body = np.concatenate([np.full((rows, 1), version, dtype=np.uint8), payload], axis=1)
    sums = b"".join(hashlib.sha256(hashlib.sha256(line.tobytes()).digest()).digest()[:4] for line in body)
    whole = np.concatenate([body, np.frombuffer(sums, dtype=np.uint8).reshape(rows, 4)], axis=1)
    digits = np.zeros((rows, 35), dtype=np.int64)
    for column in range(whole.shape[1]):
        carry = whole[:, column].astype(np.int64)
        for place in range(34, -1, -1):
            carry += digits[:, place] * 256
            digits[:, place] = carry % 58
            carry //= 58
    return fixed(_BASE58[digits[:, 1:]])


def _polymod(values: NDArray[np.int64]) -> NDArray[np.int64]:
    check = np.ones(len(values), dtype=np.int64)
    for column in range(values.shape[1]):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ values[:, column]
        for bit, generator in enumerate(_GENERATOR):
            check ^= np.where(top >> bit & 1, generator, 0)
    return check


def segwit(version: int, program: Bytes) -> Text:
    """Witness programs, shape (rows, 20 or 32), as Bitcoin addresses: bech32 for version 0, bech32m above."""
    rows = len(program)
    bits = np.unpackbits(program, axis=1)
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 5)))
    groups = bits.reshape(rows, bits.shape[1] // 5, 5) @ np.array([16, 8, 4, 2, 1])
    data = np.concatenate([np.full((rows, 1), version), groups], axis=1).astype(np.int64)
    head = np.tile(np.array(_HRP, dtype=np.int64), (rows, 1))
    check = _polymod(np.concatenate([head, data, np.zeros((rows, 6), dtype=np.int64)], axis=1))
    check ^= BECH32M if version else BECH32
    tail = check[:, None] >> np.arange(25, -1, -5) & 31
    letters = _BECH32[np.concatenate([data, tail], axis=1)]
    return fixed(np.concatenate([np.tile(np.frombuffer(b"bc1", dtype=np.uint8), (rows, 1)), letters], axis=1))


def _round_constants() -> list[int]:
    """The iota constants of Keccak-f[1600], from its linear feedback shift register."""
    register, out = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        out.append(constant)
    return out


def keccak256(message: Bytes) -> Bytes:
    """Keccak-256 (the padding before SHA-3) of messages of one length under 136 bytes: (rows, n) to (rows, 32)."""
    rows, size = message.shape
    block = np.zeros((rows, _RATE), dtype=np.uint8)
    block[:, :size] = message
    block[:, size] ^= 0x01
    block[:, -1] ^= 0x80
    lanes = np.zeros((_LANES, rows), dtype=np.uint64)
    lanes[: _RATE // 8] = block.view("<u8").T
    for constant in _round_constants():
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        for x in range(5):
            lanes[x::5] ^= column[(x - 1) % 5] ^ _rotated(column[(x + 1) % 5], 1)
        moved = np.empty_like(lanes)
        for x in range(5):
            for y in range(5):
                moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotated(lanes[x + 5 * y], _ROTATION[x + 5 * y])
        for y in range(0, _LANES, 5):
            for x in range(5):
                lanes[y + x] = moved[y + x] ^ (~moved[y + (x + 1) % 5] & moved[y + (x + 2) % 5])
        lanes[0] ^= np.uint64(constant)
    return np.ascontiguousarray(lanes[:4].T).astype("<u8").view(np.uint8).reshape(rows, 32)


def _rotated(lane: NDArray[np.uint64], by: int) -> NDArray[np.uint64]:
    if not by:
        return lane
    return (lane << np.uint64(by)) | (lane >> np.uint64(64 - by))


def ethereum(payload: Bytes, *, capitals: bool) -> Text:
    """20-byte payloads as Ethereum addresses, with the capitals of EIP-55 or all in lower case."""
    digits = hexed(payload)
    if capitals:
        nibbles = keccak256(digits)
        high = np.empty_like(digits)
        high[:, 0::2], high[:, 1::2] = (nibbles >> 4)[:, :20], (nibbles & 15)[:, :20]
        digits = np.where((high >= 8) & (digits >= ord("a")), digits - 32, digits)  # noqa: PLR2004  EIP-55
    return fixed(np.concatenate([np.tile(np.frombuffer(b"0x", dtype=np.uint8), (len(digits), 1)), digits], axis=1))
