"""Character sets of MySQL: which are UTF-8, which are one byte a character, which cannot be read here.

`binary` says nothing: then each column's own character set, as declared, is that of its bytes.
"""

from functools import cache

import numpy as np

from fanal.read.cell_kernel import Bytes

#: Those that are UTF-8 as they stand.
UTF8 = frozenset({"utf8", "utf8mb3", "utf8mb4", "ascii"})
#: One byte a character, ASCII below 128, with Python's name.
SINGLE = {
    "latin1": "cp1252", "cp1252": "cp1252", "latin2": "iso8859-2", "latin5": "iso8859-9", "latin7": "iso8859-13",
    "greek": "iso8859-7", "hebrew": "iso8859-8", "tis620": "tis-620", "cp1250": "cp1250", "cp1251": "cp1251",
    "cp1256": "cp1256", "cp1257": "cp1257", "cp850": "cp850", "cp852": "cp852", "cp866": "cp866", "koi8r": "koi8-r",
    "koi8u": "koi8-u", "macroman": "mac-roman", "macce": "mac-latin2", "hp8": "hp-roman8",
}  # fmt: skip
#: ASCII is not ASCII in these: every byte of a value belongs to a wider character.
WIDE = frozenset({"ucs2", "utf16", "utf16le", "utf32"})
#: The second byte of a character can be that of a backslash; the scanner must step over both.
TWO_BYTES = frozenset({"gbk", "gb18030", "big5"})
SJIS = frozenset({"sjis", "cp932"})
#: What a client's `SET NAMES binary` means: bytes as the tables hold them.
BINARY = "binary"


@cache
def table(charset: str) -> Bytes:
    """A character set of SINGLE by code: for each the number of its UTF-8 bytes, and these; 0 where it has none.

    MySQL's latin1 is Windows-1252 with its five free places as controls.
    """
    made = np.zeros(1024, np.uint8)
    for code in range(256):
        try:
            raw = bytes([code]).decode(SINGLE[charset]).encode()
        except UnicodeDecodeError:
            raw = chr(code).encode() if SINGLE[charset] == "cp1252" else b""
        made[4 * code] = len(raw)
        made[4 * code + 1 : 4 * code + 1 + len(raw)] = list(raw)
    return made


def effective(names: str, column: str | None, default: str | None) -> str:
    """The character set of a column's bytes in the dump.

    Args:
        names: what SET NAMES said.
        column: declared for the column, or None.
        default: declared for the table, or None.
    """
    return (column or default or "utf8mb4") if names == BINARY else names


def readable(charset: str) -> bool:
    """Whether text in it can be read beyond ASCII."""
    return charset in UTF8 or charset in SINGLE or charset == BINARY
