"""The checksums of crypto-currency addresses, a column at a time, in numpy."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.kinds_hashes import CHUNK, Bytes, keccak256, matrix, sha256

Mask = npt.NDArray[np.bool_]

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# First byte of a base58check address: Bitcoin 0 and 5, Litecoin 48 and 50, Dogecoin 30 and 22,
# Dash 76 and 16, Tron 65.
VERSIONS = (0, 5, 16, 22, 30, 48, 50, 65, 76)
BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32, BECH32M = 1, 0x2BC830A3
# Witness programs (BIP 141, BIP 350): bytes of one of version 0, least and most of any, the last version,
# and the most bits that padding may have.
PROGRAMS_OF_0, SHORTEST, LONGEST, LAST_VERSION, PADDING = (20, 32), 2, 40, 16, 4
# A letter of an Ethereum address is a capital where the hash of the address has such a digit (EIP-55).
CAPITAL = 8
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# Letters of a block of Monero's base58 and the bytes it holds; first byte by length of the address:
# 18 standard, 42 subaddress, 19 with a payment id.
MONERO_BLOCKS = {11: 8, 7: 5}
MONERO_NETWORKS = {95: (18, 42), 106: (19,)}
_LIMBS = 7
_LONGEST_BASE58, _LONGEST_BECH32 = 35, 90


def _index(letters: str) -> npt.NDArray[np.uint64]:
    table = np.zeros(256, np.uint64)
    for i, c in enumerate(letters):
        table[ord(c)] = i
    return table


_BASE58_INDEX, _BECH32_INDEX = _index(ALPHABET), _index(BECH32_LETTERS)


def polymod(state: int, value: int) -> int:
    """One step of the checksum of BIP 173."""
    top = state >> 25
    state = ((state & 0x1FFFFFF) << 5) ^ value
    for i, generator in enumerate(_GENERATOR):
        if top >> i & 1:
            state ^= generator
    return state


def prefix_state(prefix: str) -> int:
    """The checksum's state after the human-readable part."""
    state = 1
    for value in [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]:
        state = polymod(state, value)
    return state


def _lengths(text: Bytes) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = (text != 0).sum(axis=1).astype(np.int64)
    return found


def _base58check(text: Bytes) -> Mask:
    values = _BASE58_INDEX[text]
    limbs = [np.zeros(len(text), np.uint64) for _ in range(_LIMBS)]
    for i in range(text.shape[1]):
        there = text[:, i] != 0
        carry = values[:, i]
        for j in range(_LIMBS):
            whole = limbs[j] * np.uint64(58) + carry
            limbs[j] = np.where(there, whole & np.uint64(0xFFFFFFFF), limbs[j])
            carry = whole >> np.uint64(32)
    words = np.stack(limbs[::-1], axis=1).astype(">u4")
    raw = np.ascontiguousarray(words).view(np.uint8).reshape(len(text), 4 * _LIMBS)
    body = np.ascontiguousarray(raw[:, 3:24])
    ones = np.cumprod(text == ord("1"), axis=1).sum(axis=1)
    zeros = np.cumprod(raw[:, 3:] == 0, axis=1).sum(axis=1)
    holds = (sha256(sha256(body))[:, :4] == raw[:, 24:]).all(axis=1)
    known = np.isin(body[:, 0], VERSIONS)
    result: Mask = holds & known & (ones == zeros) & (raw[:, :3] == 0).all(axis=1)
    return result


def _segwit(text: Bytes) -> Mask:
    lengths = _lengths(text)
    litecoin = text[:, 0] == ord("l")
    begin = np.where(litecoin, 4, 3)
    rows = np.arange(len(text))
    state = np.where(litecoin, np.uint32(prefix_state("ltc")), np.uint32(prefix_state("bc"))).astype(np.uint32)
    values = _BECH32_INDEX[text].astype(np.uint32)
    for i in range(3, text.shape[1]):
        top = state >> np.uint32(25)
        after = ((state & np.uint32(0x1FFFFFF)) << np.uint32(5)) ^ values[:, i]
        for j, generator in enumerate(_GENERATOR):
            after ^= np.where(top >> np.uint32(j) & np.uint32(1), np.uint32(generator), np.uint32(0))
        state = np.where((i >= begin) & (i < lengths), after, state)
    version = values[rows, begin]
    bits = (lengths - begin - 7) * 5
    size, spare = bits // 8, bits % 8
    padding = values[rows, lengths - 7] & ((np.uint32(1) << spare.astype(np.uint32)) - np.uint32(1))
    sized = np.where(version == 0, np.isin(size, PROGRAMS_OF_0), (size >= SHORTEST) & (size <= LONGEST))
    right = state == np.where(version == 0, np.uint32(BECH32), np.uint32(BECH32M))
    result: Mask = right & sized & (version <= LAST_VERSION) & (spare <= PADDING) & (padding == 0)
    return result


def _ethereum(text: Bytes) -> Mask:
    digits = text[:, 2:]
    upper = (digits >= ord("A")) & (digits <= ord("F"))
    lower = digits >= ord("a")
    digest = keccak256(digits | np.where(upper, np.uint8(0x20), np.uint8(0)))
    nibbles = np.stack([digest[:, :20] >> 4, digest[:, :20] & 15], axis=2).reshape(len(text), 40)
    mixed = (upper & (nibbles >= CAPITAL)) | (lower & (nibbles < CAPITAL)) | ~(upper | lower)
    one_case = ~(np.any(upper, axis=1) & np.any(lower, axis=1))
    result: Mask = np.asarray(np.all(mixed, axis=1) | one_case)
    return result


def _monero(text: Bytes) -> Mask:
    values = _BASE58_INDEX[text]
    fits = np.ones(len(text), np.bool_)
    parts = []
    for start in range(0, text.shape[1], 11):
        block = values[:, start : start + 11]
        size = MONERO_BLOCKS[block.shape[1]]
        head = np.zeros(len(text), np.uint64)
        for i in range(block.shape[1] - 1):
            head = head * np.uint64(58) + block[:, i]
        limit = (1 << (8 * size)) - 1
        last = block[:, -1]
        # head * 58 + last may pass 64 bits: compare before multiplying.
        fits &= (head < limit // 58) | ((head == limit // 58) & (last <= limit % 58))
        number = head * np.uint64(58) + last
        parts.append(np.ascontiguousarray(number.astype(">u8")).view(np.uint8).reshape(-1, 8)[:, 8 - size :])
    raw = np.concatenate(parts, axis=1)
    holds = (keccak256(np.ascontiguousarray(raw[:, :-4]))[:, :4] == raw[:, -4:]).all(axis=1)
    result: Mask = fits & holds & np.isin(raw[:, 0], MONERO_NETWORKS[text.shape[1]])
    return result


_FORMATS: tuple[tuple[str, int, Callable[[Bytes], Mask]], ...] = (
    ("^0x", 42, _ethereum),
    ("^(?:bc|ltc)1", _LONGEST_BECH32, _segwit),
    ("^.{95}$", 95, _monero),
    ("^.{106}$", 106, _monero),
    ("", _LONGEST_BASE58, _base58check),
)


def finish(norms: pa.Array) -> pa.Array:
    """Addresses of known shape whose checksum holds; NULL for the others. Ethereum's in lower case.

    Args:
        norms: strings of the shapes that `kinds_crypto` lets through, or NULL.
    """
    left = pc.is_valid(norms)
    for shape, width, check in _FORMATS:
        mask = pc.and_(left, pc.fill_null(pc.match_substring_regex(norms, shape), fill_value=False))
        left = pc.and_not(left, mask)
        rows = pc.filter(norms, mask)
        if not len(rows):
            continue
        text = matrix(rows, width)
        good = np.concatenate([check(text[i : i + CHUNK]) for i in range(0, len(text), CHUNK)])
        kept = pc.ascii_lower(rows) if check is _ethereum else rows
        norms = pc.replace_with_mask(norms, mask, pc.if_else(pa.array(good), kept, pa.scalar(None, pa.string())))
    return norms
