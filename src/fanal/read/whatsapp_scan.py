"""The scanner of WhatsApp exports: finds line heads, senders and what may be special in a body, a block at a time.

Works on positions in the block, never line by line. Knows bytes, no language: a head is a little
programme (`whatsapp_heads` writes it for the locked form), a special body one that a later look is
to judge. What it marks errs towards yes.
"""

# ruff: noqa: PLR2004  bytes are compared with their codes, of which UTF-8 has no names

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

#: What a block is followed by, so that a look ahead never leaves it.
PAD = bytes(64)
#: What a body may hold: a direction mark, a named file, a link, a head within, "X: " at its beginning, the
#: opening of a line of the messenger's, "<" at its beginning; and whether the day is the one before.
MARKED, NAMED_FILE, LINKED, INNER, SEGMENT, OPENING, ANGLE, SAME_DAY = (1 << n for n in range(8))
#: Openings are known by their first bytes, spread over this many places.
OPENING_BYTES, OPENINGS = 8, 1 << 16
#: A name is no longer, in bytes; nor is the beginning of a body that may be part of one.
_LONGEST_SENDER, _LONGEST_SEGMENT = 400, 160
_LONGEST_EXTENSION = 8
_SPREAD = 0x9E3779B97F4A7C15
#: So many bytes are looked at together that they stay in the processor's cache.
_LOOK = 1 << 18
_LF, _CR, _SPACE, _PAREN, _COLON, _SLASH, _ANGLE, _BRACKET = b"\n\r (:/<["


class Step(NamedTuple):
    """One step of a programme.

    Attributes:
        kind: "marks" (any number of them), "digits", "one of" or "place".
        least, most: how many digits.
        words: the texts of which one must stand there, the longest first.
        name: of the place.
    """

    kind: str
    least: int = 0
    most: int = 0
    words: tuple[bytes, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Programme:
    """The form of a line head: its steps, and the digit zero of its script."""

    steps: tuple[Step, ...]
    zero: bytes

    def leads(self) -> Truths:
        """By byte: whether a head may begin with it."""
        table = np.zeros(256, np.bool_)
        table[[0xE2, 0xD8, 0xEF, _BRACKET, self.zero[0]]] = True
        table[_digits(self.zero)] |= len(self.zero) == 1
        return table


@dataclass(frozen=True)
class Found:
    """The messages of one block, each array in their order.

    Attributes:
        line: where the line of each begins.
        ends: how many line ends stand before it.
        day, day_end, clock, clock_end: where date and clock stand in its head.
        sender, sender_end: what stands before the first ": " of the line; equal where there is none.
        body: where the rest begins.
        flags: what the body may hold, see MARKED to SAME_DAY.
    """

    line: Places
    ends: Places
    day: Places
    day_end: Places
    clock: Places
    clock_end: Places
    sender: Places
    sender_end: Places
    body: Places
    flags: Bytes

    def __len__(self) -> int:
        return len(self.line)

    def before(self, n: int) -> int:
        """Where the line end before message n stands."""
        return int(self.line[n]) - 1


def opening_place(begin: bytes) -> int:
    """The place of the first OPENING_BYTES of a text in the table of openings; another text may share it."""
    return (int.from_bytes(begin[:OPENING_BYTES], "big") * _SPREAD & (1 << 64) - 1) >> 48


def scan(text: bytes, form: Programme, openings: Truths) -> Found:
    """Every message of a block.

    Args:
        text: the block, a line end first and PAD last.
        form: of the heads.
        openings: a table of truth over OPENINGS places; see `opening_place`.
    """
    raw = np.frombuffer(text, np.uint8)
    end = len(raw) - len(PAD)
    places = _specials(raw[:end])
    codes = raw[places]
    feeds = places[codes == _LF]
    at, head, parts = _heads(raw, feeds, form)
    line_end = np.append(feeds[1:], end)[at]
    colons = places[codes == _COLON]
    spaced = colons[raw[colons + 1] == _SPACE]
    strays = places[codes == _CR]
    strays = strays[raw[strays + 1] != _LF]
    sender_end = _first_from(spaced, head, end + 1)
    named = (sender_end > head) & (sender_end < line_end) & (sender_end - head <= _LONGEST_SENDER)
    named &= _first_from(strays, head, end + 1) > sender_end
    sender_end = np.where(named, sender_end, head)
    body = np.where(named, sender_end + 2, head)
    line = feeds[at] + 1
    flags = _same_day(raw, parts["day"], parts["day_end"]) * np.uint8(SAME_DAY)
    if len(line):
        flags |= (raw[body] == _ANGLE) * np.uint8(ANGLE)
        flags |= _opens(text, body, openings) * np.uint8(OPENING)
        first = _first_from(colons, body, end + 1)
        segment = (
            (first < line_end) & (_at(raw, first + 1) == _SPACE) & (first > body) & (first - body <= _LONGEST_SEGMENT)
        )
        flags |= segment * np.uint8(SEGMENT)
        marks = places[codes == _MARK_LEAD]
        marks = marks[(raw[marks + 1] == 0x80) & ((raw[marks + 2] == 0x8E) | (raw[marks + 2] == 0x8F))]
        _flag(flags, MARKED, marks, line, body)
        links = colons[(raw[colons + 1] == _SLASH) & (raw[colons + 2] == _SLASH)]
        _flag(flags, LINKED, links, line, body)
        _flag(flags, NAMED_FILE, _after_file_names(raw, places[codes == _PAREN]), line, body, line_end)
        _flag(flags, INNER, _inner(raw, feeds, at, strays, places[codes == _MARK_LEAD]), line, body)
    return Found(
        line, at + 1, parts["day"], parts["day_end"], parts["clock"], parts["clock_end"], head,
        sender_end, body, flags,
    )  # fmt: skip


def days(text: bytes, form: Programme) -> tuple[Places, Places]:
    """Where the dates of a block's messages begin and end; of a run of lines that begin alike the first may do."""
    raw = np.frombuffer(text, np.uint8)
    feeds = _places(raw[: len(raw) - len(PAD)], _LF)
    feeds = feeds[form.leads()[raw[feeds + 1]]]
    begin = np.ndarray((len(raw) - 15, 2), "<u8", buffer=text, strides=(1, 8))[feeds + 1]
    begin[:, 1] &= np.uint64(0xFFFF)  # ten bytes: a date in four digits of year
    changed = np.append(np.bool_(1), (begin[1:] != begin[:-1]).any(axis=1))[: len(feeds)]
    at, _, _ = _heads(raw, feeds[changed], form)
    run = np.cumsum(changed) - 1
    headed = np.zeros(int(changed.sum()), np.bool_)
    headed[at] = True
    wanted = feeds[(changed | ~headed[run])] if len(feeds) else feeds
    _, _, parts = _heads(raw, wanted, form)
    return parts["day"], parts["day_end"]


_MARK_LEAD = 0xE2
_SPECIAL = (_LF, _COLON, _PAREN, _MARK_LEAD, _CR)


def _specials(raw: Bytes) -> Places:
    """Where the bytes stand that part or mark something."""
    found = []
    for begin in range(0, len(raw), _LOOK):
        piece = raw[begin : begin + _LOOK]
        hit = piece == _SPECIAL[0]
        for code in _SPECIAL[1:]:
            hit |= piece == code
        found.append(np.flatnonzero(hit) + begin)
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _places(raw: Bytes, code: int) -> Places:
    """Where one byte stands."""
    found = [np.flatnonzero(raw[begin : begin + _LOOK] == code) + begin for begin in range(0, len(raw), _LOOK)]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _heads(raw: Bytes, feeds: Places, form: Programme) -> tuple[npt.NDArray[np.int64], Places, dict[str, Places]]:
    """Of line ends those that a head follows (as indices), where it ends, and its places."""
    at = np.flatnonzero(form.leads()[raw[feeds + 1]])
    p = feeds[at] + 1
    fits = np.ones(len(at), np.bool_)
    places: dict[str, Places] = {}
    for step in form.steps:
        if step.kind == "place":
            places[step.name] = p
        elif step.kind == "marks":
            p = _past_marks(raw, p)
        elif step.kind == "digits":
            p, count = _past_digits(raw, p, step.most, form.zero)
            fits &= count >= step.least
        else:
            p, one = _past_one(raw, p, step.words)
            fits &= one
    if not fits.all():
        at, p = at[fits], p[fits]
        places = {name: place[fits] for name, place in places.items()}
    return at, p, places


def _at(raw: Bytes, p: Places) -> Bytes:
    """The bytes at some places; just beyond the end, those at the beginning: quicker than a look at the end."""
    return raw.take(p, mode="wrap")


def _digits(zero: bytes) -> slice:
    return slice(zero[-1], zero[-1] + 10)


def _past_digits(raw: Bytes, p: Places, most: int, zero: bytes) -> tuple[Places, npt.NDArray[np.int8]]:
    """Places behind at most so many digits, and how many there were."""
    count, going = np.zeros(len(p), np.int8), np.ones(len(p), np.bool_)
    for _ in range(most):
        for k, code in enumerate(zero[:-1]):
            going = going & (_at(raw, p + k) == code)
        going = going & ((_at(raw, p + len(zero) - 1) - np.uint8(zero[-1])) < 10)
        p = p + going * len(zero)
        count += going
    return p, count


def _past_one(raw: Bytes, p: Places, words: tuple[bytes, ...]) -> tuple[Places, Truths]:
    """Places behind the first of some texts that stands there, and whether one does."""
    length, fits = np.zeros(len(p), np.int64), np.zeros(len(p), np.bool_)
    for word in words:
        here = ~fits
        for k, code in enumerate(word):
            here &= _at(raw, p + k) == code
        length += here * len(word)
        fits |= here
    return p + length, fits


def _past_marks(raw: Bytes, p: Places) -> Places:
    """Places behind all direction marks and byte order marks that stand there."""
    while True:
        a = _at(raw, p)
        lead = np.flatnonzero((a == _MARK_LEAD) | (a == 0xD8) | (a == 0xEF))
        if not len(lead):
            return p
        size = _mark_sizes(raw, p[lead])
        if not size.any():
            return p
        p = p.copy()
        p[lead] += size


def _mark_sizes(raw: Bytes, p: Places) -> Places:
    """The length of the mark at each place, 0 where none stands."""
    a, b, c = (_at(raw, p + k) for k in range(3))
    first = (b == 0x80) & ((c == 0x8E) | (c == 0x8F) | ((c >= 0xAA) & (c <= 0xAE)))
    second = (b == 0x81) & (c >= 0xA6) & (c <= 0xA9)
    three = ((a == _MARK_LEAD) & (first | second)) | ((a == 0xEF) & (b == 0xBB) & (c == 0xBF))
    two = (a == 0xD8) & (b == 0x9C)
    size: Places = three * np.int64(3) + two * np.int64(2)
    return size


def _first_from(places: Places, begin: Places, none: int) -> Places:
    """Of ascending places the first at or behind each beginning; `none` where there is none."""
    return np.append(places, none)[np.searchsorted(places, begin)]


def _same_day(raw: Bytes, day: Places, day_end: Places) -> Truths:
    """Whether the date of each message is written as the one before."""
    size = day_end - day
    same = np.zeros(len(day), np.bool_)
    same[1:] = size[1:] == size[:-1]
    for k in range(int(size.max(initial=0))):
        code = _at(raw, day + k)
        same[1:] &= (code[1:] == code[:-1]) | (k >= size[1:])
    return same


def _opens(text: bytes, body: Places, openings: Truths) -> Truths:
    """Whether each body may begin like a line of the messenger's."""
    if not openings.any():
        return np.zeros(len(body), np.bool_)
    words = np.ndarray((len(text) - OPENING_BYTES + 1,), ">u8", buffer=text, strides=(1,))
    opens: Truths = openings[(words[body].astype(np.uint64) * np.uint64(_SPREAD)) >> np.uint64(48)]
    return opens


def _after_file_names(raw: Bytes, places: Places) -> Places:
    """Of places those that a space and the end of a file name stand before: a full stop, letters and digits."""
    places = places[places > 2]
    places = places[raw[places - 1] == _SPACE]
    going, found = np.ones(len(places), np.bool_), np.zeros(len(places), np.bool_)
    for k in range(2, 3 + _LONGEST_EXTENSION):
        code = _at(raw, places - k)
        found |= going & (code == ord(".")) & (k > 2)
        folded = code | np.uint8(0x20)
        digit = (code - np.uint8(48)) < 10
        going &= digit | ((folded - np.uint8(97)) < 26)
    return places[found]


def _inner(raw: Bytes, feeds: Places, heads: npt.NDArray[np.int64], strays: Places, marks: Places) -> Places:
    """Ends of lines, of any kind, behind which a head of another form may begin."""
    others = np.ones(len(feeds), np.bool_)
    others[heads] = False
    parted = marks[(raw[marks + 1] == 0x80) & ((raw[marks + 2] == 0xA8) | (raw[marks + 2] == 0xA9))]
    ends = np.concatenate([feeds[others], strays])
    behind = np.concatenate([_past_marks(raw, ends + 1), parted + 3])
    code = _at(raw, behind)
    before: Places = np.concatenate([ends, parted])[((code - np.uint8(48)) < 10) | (code == _BRACKET)]
    return before


def _flag(flags: Bytes, bit: int, places: Places, line: Places, body: Places, line_end: Places | None = None) -> None:
    """Set a bit for the messages in whose bodies (or in the first line of them) these places stand."""
    owner = np.searchsorted(line, places, "right") - 1
    inside = (owner >= 0) & (places >= body[owner])
    if line_end is not None:
        inside &= places < line_end[owner]
    flags[owner[inside]] |= np.uint8(bit)
