"""What a worker may say: a closed list of messages, each field with its type and bounds.

The worker decodes hostile files; what it says is checked field by field before any of it is used. No message has
room for a picture: the longest text in one is a hash, the longest message is a few hundred hashes.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from fanal.media.pdq_kernel import BYTES
from fanal.media.seen import REASONS, STATUSES, VARIANTS
from fanal.media.sniff import OTHER, PICTURE, VIDEO

#: Bytes of one line, its end included.
MOST_LINE = 1 << 15
#: Fingerprints in one message.
MOST_ROWS = 250
#: Seconds, pixels and bytes beyond which a value is none.
_MOST_SECONDS, _MOST_SIDE, _MOST_BYTES = 1e7, 1 << 20, 1 << 50
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]{1,40}")
Check = Callable[[Any], bool]


class BadMessage(Exception):
    """A worker said what no worker says."""


def _whole(most: int) -> Check:
    return lambda v: type(v) is int and 0 <= v <= most


def _hex(digits: int) -> Check:
    pattern = re.compile(rf"[0-9a-f]{{{digits}}}")
    return lambda v: isinstance(v, str) and pattern.fullmatch(v) is not None


def _one_of(words: tuple[str, ...]) -> Check:
    return lambda v: isinstance(v, str) and v in words


def _maybe(check: Check) -> Check:
    return lambda v: v is None or check(v)


def _seconds(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= _MOST_SECONDS


def _row(row: Any) -> bool:
    checks = (_maybe(_seconds), _hex(BYTES * 2), _whole(100), _one_of(VARIANTS))
    return isinstance(row, list) and len(row) == len(checks) and all(c(v) for c, v in zip(checks, row, strict=True))


def _rows(rows: Any) -> bool:
    return isinstance(rows, list) and 0 < len(rows) <= MOST_ROWS and all(map(_row, rows))


_N = {"n": _whole(1 << 40)}
#: kind of message to its fields; every field must be there, and no other may.
SCHEMA: Mapping[str, Mapping[str, Check]] = {
    "ready": {"isolation": _one_of(("namespace", "hook"))},
    "beat": {**_N, "bytes": _whole(_MOST_BYTES), "at_s": _seconds},
    "digests": {
        **_N,
        "md5": _hex(32), "sha1": _hex(40), "sha256": _hex(64), "bytes": _whole(_MOST_BYTES),
        "mime": lambda v: isinstance(v, str) and _MIME.fullmatch(v) is not None,
        "family": _one_of((PICTURE, VIDEO, OTHER)),
    },
    "shots": {**_N, "rows": _rows},
    "done": {
        **_N,
        "width": _maybe(_whole(_MOST_SIDE)), "height": _maybe(_whole(_MOST_SIDE)), "duration_s": _maybe(_seconds),
        "status": _one_of(STATUSES), "reason": _one_of(REASONS), "sticker": lambda v: type(v) is bool,
    },
    "gone": _N,
}  # fmt: skip


def checked(message: Any) -> dict[str, Any]:
    """The message, if it is one of those above. Raises BadMessage."""
    if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
        raise BadMessage
    fields = SCHEMA.get(message["kind"])
    if fields is None or {*message} != {"kind", *fields}:
        raise BadMessage
    if not all(check(message[name]) for name, check in fields.items()):
        raise BadMessage
    return message
