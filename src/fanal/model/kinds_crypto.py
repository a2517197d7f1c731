"""Addresses of crypto-currencies whose checksums hold: Bitcoin, Litecoin, Dogecoin, Dash, Tron, Ethereum, Monero.

SQL looks at the shape; the checksums of a whole column are computed in `kinds_checksums`. This
module's `normalise` is the reference for one address, from the formats' own descriptions. An
address says nothing about who holds it: exchange and processor wallets are a list (`lists`).
"""

import hashlib
import re

import numpy as np

from fanal.base.language import mark
from fanal.model.kind import Kind, in_sql, plain, plain_sql
from fanal.model.kinds_checksums import (
    ALPHABET,
    BECH32,
    BECH32_LETTERS,
    BECH32M,
    MONERO_BLOCKS,
    MONERO_NETWORKS,
    VERSIONS,
    finish,
    polymod,
    prefix_state,
)
from fanal.model.kinds_hashes import keccak256

_B58 = "[1-9A-HJ-NP-Za-km-z]"
_URI = "^(?:bitcoin|litecoin|dogecoin|dash|tron|ethereum|monero):"
_ETHEREUM = "0x[0-9a-fA-F]{40}"
_SEGWIT = "(?:bc|ltc)1[02-9ac-hj-np-z]{8,86}"
_SEGWIT_UPPER = "(?:BC|LTC)1[02-9AC-HJ-NP-Z]{8,86}"
_MONERO = f"[48]{_B58}{{94}}(?:{_B58}{{11}})?"
_BASE58 = f"{_B58}{{26,35}}"
_SHAPE = f"{_ETHEREUM}|{_MONERO}|{_BASE58}"
_PROGRAM = {0: (20, 32)}


def _base58check(text: str) -> str | None:
    number = 0
    for c in text:
        number = number * 58 + ALPHABET.index(c)
    ones = len(text) - len(text.lstrip("1"))
    raw = b"\x00" * ones + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != 25 or raw[0] not in VERSIONS:  # noqa: PLR2004  version, 20 bytes, 4 bytes of checksum
        return None
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return text if digest[:4] == raw[-4:] else None


def _segwit(text: str) -> str | None:
    prefix, data = text.split("1", 1)
    values = [BECH32_LETTERS.index(c) for c in data]
    state = prefix_state(prefix)
    for value in values:
        state = polymod(state, value)
    version, program = values[0], values[1:-6]
    if len(text) > 90 or version > 16 or state != (BECH32M if version else BECH32):  # noqa: PLR2004  BIP 173, BIP 350
        return None
    size, spare = divmod(len(program) * 5, 8)
    if spare > 4 or program[-1] & ((1 << spare) - 1):  # noqa: PLR2004  less than one letter of padding, all zero
        return None
    return text if size in _PROGRAM.get(version, range(2, 41)) else None


def _ethereum(text: str) -> str | None:
    lower = text[2:].lower()
    if text[2:] in (lower, lower.upper()):
        return "0x" + lower
    digest = bytes(keccak256(np.frombuffer(lower.encode(), np.uint8).reshape(1, -1))[0]).hex()
    written = "".join(c.upper() if int(nibble, 16) >= 8 else c for c, nibble in zip(lower, digest, strict=False))  # noqa: PLR2004  EIP-55
    return "0x" + lower if written == text[2:] else None


def _monero(text: str) -> str | None:
    raw = b""
    for start in range(0, len(text), 11):
        block = text[start : start + 11]
        number = 0
        for c in block:
            number = number * 58 + ALPHABET.index(c)
        size = MONERO_BLOCKS[len(block)]
        if number >= 1 << (8 * size):
            return None
        raw += number.to_bytes(size, "big")
    if raw[0] not in MONERO_NETWORKS[len(text)]:
        return None
    body = np.frombuffer(raw[:-4], np.uint8).reshape(1, -1)
    return text if bytes(keccak256(body)[0][:4]) == raw[-4:] else None


def _crypto_address(value: str) -> str | None:
    text = re.sub(r"[?@].*$", "", re.sub(f"(?i){_URI}", "", plain(value)))
    if re.fullmatch(f"{_SEGWIT}|{_SEGWIT_UPPER}", text):
        return _segwit(text.lower())
    if re.fullmatch(_ETHEREUM, text):
        return _ethereum(text)
    if re.fullmatch(_MONERO, text):
        return _monero(text)
    return _base58check(text) if re.fullmatch(_BASE58, text) else None


def _query(source: str) -> str:
    text = f"regexp_replace(regexp_replace({plain_sql('value')}, '(?i){_URI}', ''), '[?@].*$', '')"
    return (
        f"SELECT i, CASE WHEN regexp_matches(v, '^(?:{_SEGWIT}|{_SEGWIT_UPPER})$') THEN lower(v) "
        f"WHEN regexp_matches(v, '^(?:{_SHAPE})$') THEN v END AS norm FROM (SELECT i, {text} AS v FROM {source})"
    )


CRYPTO_ADDRESS = Kind(
    name="crypto_address",
    label=mark("Crypto-currency address"),
    reason=mark(
        "An address whose checksum holds. Ethereum and bech32 addresses in lower case; others are case-sensitive "
        "and stay as written. A mistyped "
        "address has no normal form."
    ),
    links=True,
    examples=(
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        ("bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2?amount=1", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", None),
        ("11BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", None),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", None),
        (
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        ),
    ),
    norms=in_sql(_query, finish),
    normalise=_crypto_address,
)
