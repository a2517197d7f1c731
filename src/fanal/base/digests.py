"""Digests and content ids. Nothing in Fanal derives an id from an engine's own hash function."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CHUNK = 1 << 20


def sha256_bytes(data: bytes) -> str:
    """Hex SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file, read in chunks of 1 MiB."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def content_id(*fields: str) -> str:
    """SHA-256 over length-prefixed UTF-8 fields, as 64 hex digits.

    Each field goes in as its byte length (8 bytes, big-endian) and its bytes, so that no two
    different lists of fields run together.
    """
    h = hashlib.sha256()
    for field in fields:
        raw = field.encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same value is always the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(value: Any) -> str:
    """Hex SHA-256 of a JSON value in canonical form."""
    return sha256_bytes(canonical_json(value))


def digest_of_parts(parts: Iterable[str]) -> str:
    """Hex SHA-256 that stands for a set of hex digests, whatever their order."""
    return content_id(*sorted(parts))
