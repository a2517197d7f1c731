"""Compressed RTF of Outlook messages: unpacked ([MS-OXRTFCP]) and turned into plain text.

Nothing is rendered: formatting, fonts, pictures and objects are left out. Reads every byte once.
"""

import re
import struct

LIMIT = 4 << 20
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4096
_HEAD = 16
#: What every writer and reader starts its window with.
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<n>-?[0-9]{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_UNSHOWN = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "themedata", "datastore",
     "listtable", "listoverridetable", "generator", "rsidtbl", "xmlnstbl", "fldinst")
)  # fmt: skip
_WORDS = {"par": "\n", "line": "\n", "row": "\n", "page": "\n", "tab": "\t", "cell": "\t", "emdash": "\u2014",
          "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
          "rdblquote": "\u201d"}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}


def unpacked(raw: bytes) -> tuple[bytes, bool]:
    """The RTF of a compressed stream, cut at LIMIT, and whether it was whole. Empty where it is none."""
    if len(raw) < _HEAD:
        return b"", False
    packed, size, kind, _ = struct.unpack_from("<IIII", raw)
    if kind == _PLAIN:
        out = raw[_HEAD : _HEAD + min(size, LIMIT)]
    elif kind == _PACKED:
        out = _unpacked(raw[: packed + 4])
    else:
        return b"", False
    return out, len(out) == size


def _unpacked(raw: bytes) -> bytes:
    """Runs of bytes as they stand and of bytes from the window of the last 4096, eight to a byte of flags."""
    window = bytearray(_START).ljust(_WINDOW, b"\0")
    out, write, at = bytearray(), len(_START), _HEAD
    while at < len(raw) and len(out) < LIMIT:
        flags, at = raw[at], at + 1
        for bit in range(8):
            copied = flags >> bit & 1
            if at + copied >= len(raw):
                return bytes(out)
            offset, length = (raw[at] << 4 | raw[at + 1] >> 4, (raw[at + 1] & 15) + 2) if copied else (0, 1)
            if copied and offset == write:
                return bytes(out)
            for n in range(length):
                # A run may read what it has just written.
                byte = window[(offset + n) % _WINDOW] if copied else raw[at]
                window[write] = byte
                out.append(byte)
                write = (write + 1) % _WINDOW
            at += 1 + copied
    return bytes(out)


def plain(rtf: bytes) -> str:
    """The words of an RTF text, in order."""
    text, reading, at = rtf.decode("latin-1"), _Reading(), 0
    while at < len(text):
        hit = _TOKEN.match(text, at)
        at = hit.end() if hit else at + 1
        if hit and hit["word"] == "bin":
            at += max(0, int(hit["n"] or 0))
        elif hit:
            reading.take(hit)
    return "".join(reading.shown).strip()


class _Reading:
    """The state of reading: what is shown so far, and what the open groups leave out."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._codepage = "cp1252"
        self._groups: list[tuple[bool, bool, int]] = []
        self._skip = self._hidden = False
        self._after_unicode, self._to_skip = 1, 0

    def take(self, hit: re.Match[str]) -> None:
        """One token."""
        if hit["brace"] == "{":
            self._groups.append((self._skip, self._hidden, self._after_unicode))
        elif hit["brace"]:
            if self._groups:
                self._skip, self._hidden, self._after_unicode = self._groups.pop()
        elif hit["word"]:
            self._word(hit["word"], hit["n"])
        elif hit["sign"]:
            self._skip = self._skip or hit["sign"] == "*"
            self._show(_SIGNS.get(hit["sign"], ""))
        else:
            self._show(_decoded(bytes.fromhex(hit["hex"]), self._codepage) if hit["hex"] else hit["text"])

    def _word(self, word: str, number: str | None) -> None:
        if word == "u" and number:
            self._show(_character(int(number)))
            self._to_skip = self._after_unicode
        elif word == "uc":
            self._after_unicode = int(number or 1)
        elif word == "ansicpg":
            self._codepage = f"cp{number}"
        elif word == "htmlrtf":
            self._hidden = number != "0"
        elif word in _UNSHOWN:
            self._skip = True
        else:
            self._show(_WORDS.get(word, ""))

    def _show(self, text: str) -> None:
        """Text as it comes, without what only stands in for a character that was given by its number."""
        cut = max(0, min(self._to_skip, len(text)))
        self._to_skip -= cut
        if not (self._skip or self._hidden):
            self.shown.append(text[cut:])


def _character(number: int) -> str:
    code = number % 65536
    return "" if 0xD800 <= code < 0xE000 else chr(code)  # noqa: PLR2004  halves of pairs


def _decoded(raw: bytes, codepage: str) -> str:
    try:
        return raw.decode(codepage, "replace")
    except LookupError:
        return raw.decode("cp1252", "replace")
