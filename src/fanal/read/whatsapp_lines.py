"""Where one message of a WhatsApp export ends and the next begins: the text cut into columns, block by block.

Knows no language and no meaning. Every message is found by the scanner in `whatsapp_scan`; no
Python runs per line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fanal.read import whatsapp_scan as scanner
from fanal.read.whatsapp_heads import Style, programme

BLOCK = 16 << 20
#: A message is cut at this many bytes; no messenger sends as much.
LONGEST = 16 << 20
#: More than the longest line head, in bytes.
_HEAD_BYTES = 1024
_END = b"\n"

Blocks = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Preamble:
    """Whole lines that stand before the first message. `line` is the number of the first, from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Chunk:
    """Messages of one stretch of the text, column by column.

    Attributes:
        line: number of each message's first line, from 1 (int64).
        day: the date as it stands (dictionary of string; a date may stand in it more than once).
        clock: the clock as it stands (dictionary of string).
        sender: what stands between the head and the first ": " of that line, else NULL (string).
        body: the rest, continuation lines included, without the last line end (string).
        flags: what a body may hold, bits of `whatsapp_scan` (uint8).
        repaired: whether bytes that are no UTF-8 were replaced by U+FFFD.
        cut: whether a body was longer than LONGEST and lost what follows.
    """

    line: pa.Array
    day: pa.DictionaryArray
    clock: pa.DictionaryArray
    sender: pa.Array
    body: pa.Array
    flags: npt.NDArray[np.uint8]
    repaired: bool
    cut: bool


def days(blocks: Blocks, style: Style) -> Iterator[pa.Array]:
    """The dates of the messages in order (binary), block by block; of a run of equal dates one stands for all."""
    form = programme(style)
    carry = _END
    for block in blocks():
        text = carry + block
        end = text.rfind(_END)
        yield _days(text[:end], form)
        carry = text[end:]
        carry = carry[:_HEAD_BYTES] if len(carry) > BLOCK else carry
    yield _days(carry, form)


def split(blocks: Blocks, style: Style, openings: scanner.Truths) -> Iterator[Preamble | Chunk]:
    """The text cut into messages, in order: first what stands before the first head, then the messages.

    Args:
        blocks: the text as UTF-8.
        style: the form of its heads.
        openings: how lines that the messenger wrote under a member's name may begin; see `whatsapp_events.openings`.
    """
    form = programme(style)
    carry, line, lost, begun = _END, 1, 0, False
    for block, last in _with_last(blocks()):
        text = carry + (block.removesuffix(_END) if last else block)
        found = scanner.scan(text + scanner.PAD, form, openings)
        if not begun:
            end = found.before(0) if len(found) else len(text) if last else text.rfind(_END)
            if end > 1:
                yield Preamble(line, text[1:end].decode("utf-8", "replace"))
            line += text.count(_END, 1, end) + (end > 0)
            begun = len(found) > 0
            if not begun:
                carry = text[end:]
                continue
        whole = len(found) if last else len(found) - 1
        start = len(text) if last else found.before(whole)
        if whole:
            try:
                chunk = _chunk(text, found, whole, line, lost)
            except pa.ArrowInvalid:
                mended = text[:start].decode("utf-8", "replace").encode()
                again = scanner.scan(mended + scanner.PAD, form, openings)
                chunk = _chunk(mended, again, len(again), line, lost, repaired=True)
            line, lost = line + lost + text.count(_END, found.before(0) + 1, start) + (not last), 0
            yield chunk
        carry = text[start:]
        if len(carry) > LONGEST + 2 * _HEAD_BYTES:
            lost += carry.count(_END, LONGEST + _HEAD_BYTES, len(carry) - _HEAD_BYTES)
            carry = carry[: LONGEST + _HEAD_BYTES] + carry[-_HEAD_BYTES:]


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last."""
    held = next(blocks, None)
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


def _days(text: bytes, form: scanner.Programme) -> pa.Array:
    begins, ends = scanner.days(text + scanner.PAD, form)
    return _column(pa.py_buffer(text), begins, ends)


def _chunk(text: bytes, found: scanner.Found, n: int, line: int, lost: int, *, repaired: bool = False) -> Chunk:
    """Columns of the first n messages found in a text.

    Args:
        text: that begins with a line end.
        found: what the scanner found there.
        n: how many of them are whole.
        line: number of the first message's line.
        lost: line ends that were cut out of the first message.
        repaired: what the chunk is to say of itself.

    Raises:
        pa.ArrowInvalid: some are no UTF-8.
    """
    codes, raw = pa.py_buffer(text), np.frombuffer(text, np.uint8)
    body_at, flags = found.body[:n], found.flags[:n]
    ends = np.append(found.line[1:n] - 1, found.before(n) if len(found) > n else len(text))
    ends -= (ends > body_at) & (raw[ends - 1] == ord("\r"))
    body = _column(codes, body_at, ends).cast(pa.string())
    cut = int((ends - body_at).max()) > LONGEST
    new_day = (flags & scanner.SAME_DAY) == 0
    new_day[0] = True
    day = _column(codes, found.day[:n][new_day], found.day_end[:n][new_day]).cast(pa.string())
    clock = _column(codes, found.clock[:n], found.clock_end[:n]).cast(pa.string())
    nobody = found.sender_end[:n] == found.sender[:n]
    first = found.ends[:n].astype(np.int64) - int(found.ends[0]) + line
    first[1:] += lost
    return Chunk(
        pa.array(first),
        pa.DictionaryArray.from_arrays(pa.array(np.cumsum(new_day, dtype=np.int32) - 1), day),
        clock.dictionary_encode(),
        _column(codes, found.sender[:n], found.sender_end[:n], nobody).cast(pa.string()),
        pc.utf8_slice_codeunits(body, 0, LONGEST) if cut else body,
        flags,
        repaired,
        cut,
    )


def _column(
    codes: pa.Buffer, begins: scanner.Places, ends: scanner.Places, none: scanner.Truths | None = None
) -> pa.Array:
    """Stretches of a buffer, in order, as a binary array; NULL where `none` says so."""
    bounds = np.empty(2 * len(begins) + 1, np.int32)
    bounds[:-1:2], bounds[1::2] = begins, ends
    bounds[-1] = bounds[-2] if len(begins) else 0
    both = pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, pa.py_buffer(bounds), codes])
    return both.take(pa.array(np.arange(0, len(bounds) - 1, 2), mask=none))
