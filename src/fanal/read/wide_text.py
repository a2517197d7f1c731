"""Text in UTF-16, on its way to the scanners, which take encodings that keep ASCII as it is."""

import codecs
from pathlib import Path
from typing import Any

from fanal.evidence.streams import opened

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST = 0.8
_PIECE = 8 << 20


def is_utf16(head: bytes) -> str | None:
    """The name of the UTF-16 that a head is in, by its mark or by where its zero bytes stand; else None."""
    if head.startswith(_MARKS):
        return "utf-16"
    pairs = len(head) // 2
    if pairs < 2:  # noqa: PLR2004  one pair tells nothing
        return None
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > pairs * _MOST and not even:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * _MOST and not odd else None


def plain_sample(head: bytes) -> bytes:
    """The first bytes as ASCII-keeping text without byte order mark."""
    encoding = is_utf16(head)
    if encoding:
        return head[: len(head) // 2 * 2].decode(encoding, "ignore").lstrip("\ufeff").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def as_utf8(path: Path, encoding: str, made: Path) -> dict[str, Any]:
    r"""Write a file's text anew in UTF-8, what is no UTF-16 as `\xNN`. Returns the facts on its compression."""
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    with opened(path) as stream, made.open("wb") as out:
        while piece := stream.read(_PIECE):
            out.write(decoder.decode(piece).encode("utf-8", "backslashreplace"))
        out.write(decoder.decode(b"", final=True).encode("utf-8", "backslashreplace"))
        return stream.facts()
