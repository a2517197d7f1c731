"""Where one message of a WhatsApp export ends and the next begins: the form of the line heads, sniffed then locked.

Knows forms of dates and clocks, no language and no meaning. Work on whole blocks happens inside
one compiled bytes regex (`split`), never line by line.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Direction marks and the byte order mark: kept in the evidence, of no weight for reading.
MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"
SPACES = " \u00a0\u202f\u2009"
#: The digit zero of each script that exports use.
ZEROES = "0\u0660\u06f0\u0966"

BLOCK = 16 << 20
#: A message is cut at this many bytes; no messenger sends as much.
LONGEST = 16 << 20
#: More than the longest line head, in bytes.
_HEAD_BYTES = 1024
_SAMPLE_HEADS = 5_000

Blocks = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Style:
    """The form that every line head of one export has.

    Attributes:
        bracketed: "[date, clock] " (iOS), else "date, clock - " (Android).
        separator: between the numbers of the date, as it stands ("/", ". ").
        year_first: whether the date begins with the year.
        year_digits: 2 or 4.
        zero: the digit zero of its script.
        seconds: whether clocks tell seconds.
        meridiem: "" (24 hours), "before" or "after" the clock.
        marked: whether direction marks stand inside the head.
        joints: what was seen between date and clock.
        gaps: what was seen between clock and meridiem.
        ends: what was seen after the clock.
    """

    bracketed: bool
    separator: str
    year_first: bool
    year_digits: int
    zero: str
    seconds: bool
    meridiem: str
    marked: bool = False
    joints: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    @property
    def precision(self) -> str:
        """How finely the clock tells time, one of `base.instants.PRECISIONS`."""
        return "second" if self.seconds else "minute"


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
        day: the date as it stands (string).
        clock: the clock as it stands (string).
        sender: what stands between the head and the first ": " of that line, else NULL (string).
        body: the rest, continuation lines included, without the last line end (string).
        repaired: whether bytes that are no UTF-8 were replaced by U+FFFD.
        cut: whether a body was longer than LONGEST and lost what follows.
    """

    line: pa.Array
    day: pa.Array
    clock: pa.Array
    sender: pa.Array
    body: pa.Array
    repaired: bool
    cut: bool


def sniff(sample: str) -> Style | None:
    """The form of most line heads in a piece of text; None where no line has a head."""
    found = list(islice(_any_head().finditer(sample), _SAMPLE_HEADS))
    if not found:
        return None
    forms = [_form(head) for head in found]
    form = Counter(forms).most_common(1)[0][0]
    same = [head for head, own in zip(found, forms, strict=True) if own == form]
    seen = {part: tuple(sorted({head[part] or "" for head in same})) for part in ("joint", "gap", "end")}
    marked = any(set(head[0].lstrip(MARKS)) & set(MARKS) for head in same)
    return replace(form, marked=marked, joints=seen["joint"], gaps=seen["gap"], ends=seen["end"])


def heads(sample: str) -> list[int]:
    """Where in a piece of text lines begin like a message, the first few thousand."""
    return [head.start() for head in islice(_any_head().finditer(sample), _SAMPLE_HEADS)]


def days(blocks: Blocks, style: Style) -> Iterator[list[bytes]]:
    """The date of every message in order, one list for each block."""
    pattern = re.compile(_locked(style, with_clock=False))
    carry = b"\n"
    for block in blocks():
        text = carry + block
        end = text.rfind(b"\n")
        yield pattern.findall(text, 0, end)
        carry = text[end:] if end >= 0 else text
        carry = carry[:_HEAD_BYTES] if len(carry) > BLOCK else carry
    yield pattern.findall(carry)


def split(blocks: Blocks, style: Style) -> Iterator[Preamble | Chunk]:
    """The text cut into messages, in order: first what stands before the first head, then the messages."""
    pattern = re.compile(_locked(style, with_clock=True) + _SENDER)
    carry, line, lost, begun = b"\n", 1, 0, False
    for block, last in _with_last(blocks()):
        text = carry + (block.removesuffix(b"\n") if last else block)
        pieces = pattern.split(text)
        found = len(pieces) // 4
        if not begun:
            end = len(pieces[0]) if found or last else text.rfind(b"\n")
            if end > 1:
                yield Preamble(line, text[1:end].decode("utf-8", "replace"))
            line += text.count(b"\n", 1, end) + (end > 0)
            begun = found > 0
            if not begun:
                carry = text[end:]
                continue
        whole = found if last else found - 1
        start = len(text) if last else text.rfind(b"\n", 0, len(text) - len(pieces[-1]))
        windows = b"\r\n" in text or text.endswith(b"\r")
        if whole:
            try:
                chunk = _chunk(pieces[1 : 1 + 4 * whole], line, lost, windows=windows)
            except pa.ArrowInvalid:
                mended = text[:start].decode("utf-8", "replace").encode()
                chunk = _chunk(pattern.split(mended)[1:], line, lost, windows=windows, repaired=True)
            line, lost = line + lost + text.count(b"\n", len(pieces[0]), start), 0
            yield chunk
        carry = text[start:]
        if len(carry) > LONGEST + 2 * _HEAD_BYTES:
            lost += carry.count(b"\n", LONGEST + _HEAD_BYTES, len(carry) - _HEAD_BYTES)
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


def _chunk(pieces: list[bytes], line: int, lost: int, *, windows: bool, repaired: bool = False) -> Chunk:
    """Columns of the messages in `pieces` (day, clock, sender, body of each).

    Args:
        pieces: four of each message, one after the other.
        line: number of the first message's line.
        lost: line ends that were cut out of the first message.
        windows: whether lines may end in CR LF.
        repaired: what the chunk is to say of itself.

    Raises:
        pa.ArrowInvalid: some are no UTF-8.
    """
    day, clock, sender, body = (pa.array(pieces[n::4], pa.binary()) for n in range(4))
    breaks = pc.count_substring(body, b"\n").to_numpy().astype(np.int64) + 1
    breaks[0] += lost
    cut = pc.max(pc.binary_length(body)).as_py() > LONGEST
    said = body.cast(pa.string())
    said = pc.utf8_slice_codeunits(said, 0, LONGEST) if cut else said
    said = pc.ascii_rtrim(said, "\r") if windows else said
    first = pa.array(line + np.cumsum(breaks) - breaks)
    day, clock, sender = (column.cast(pa.string()) for column in (day, clock, sender))
    return Chunk(first, day, clock, sender, said, repaired, cut)


def _one_of(characters: str) -> str:
    """A regex for one of these characters, fit for text and, encoded, for bytes."""
    return "(?:" + "|".join(map(re.escape, characters)) + ")"


def _digit(zero: str) -> str:
    return "[0-9]" if zero == "0" else _one_of("".join(chr(ord(zero) + n) for n in range(10)))


_MARK = _one_of(MARKS)
_SPACE = _one_of(SPACES)
_BEFORE = "(?:上午|下午|凌晨|早上|中午|晚上)"
_AFTER = rf"(?:[AaPp]\.?{_SPACE}?[Mm]\.?|ص|م|[πμ]\.?μ\.?)"
_WORD = rf"(?:(?:at|à|a las|às|um|alle|alle ore|om|kl\.){_SPACE})?"
_SENDER = rb"(?:((?!: )[^\r\n:]{0,400}+(?::(?! )[^\r\n:]{0,400}+)*+): )?"


def _locked(style: Style, *, with_clock: bool) -> bytes:
    """The regex of a line feed and the head after it, for one form; the date is a group, the clock where asked for."""
    digit = _digit(style.zero)
    marks = f"{_MARK}*" if style.marked else ""
    numbers = [f"{digit}{{1,2}}", f"{digit}{{1,2}}"]
    numbers.insert(0 if style.year_first else 2, f"{digit}{{{style.year_digits}}}")
    day = f"{marks}{re.escape(style.separator)}{marks}".join(numbers)
    clock = f"{digit}{{1,2}}[:.]{digit}{{2}}" + (f"[:.]{digit}{{2}}" if style.seconds else "")
    if style.meridiem == "after":
        clock += f"{_either(style.gaps)}{_AFTER}"
    elif style.meridiem == "before":
        clock = f"{_BEFORE}{_SPACE}?{clock}"
    opening, bracket = "(" if with_clock else "(?:", r"\[" if style.bracketed else ""
    head = f"{bracket}{marks}({day}){_either(style.joints)}{opening}{clock}){_either(style.ends)}"
    leading = rb"(?:\xe2[\x80\x81][\x8e-\xaf]|\xd8\x9c|\xef\xbb\xbf)*"
    return b"\n" + leading + head.encode()


def _either(seen: tuple[str, ...]) -> str:
    return "(?:" + "|".join(map(re.escape, seen)) + ")"


@cache
def _any_head() -> re.Pattern[str]:
    digit = "[" + "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in ZEROES) + "]"
    marks = f"{_MARK}*"
    return re.compile(
        rf"^{marks}(?P<open>\[)?{marks}"
        rf"(?P<first>{digit}{{1,4}}){marks}(?P<separator>[./-]{_SPACE}?){marks}{digit}{{1,2}}"
        rf"{marks}(?P=separator){marks}(?P<last>{digit}{{1,4}})(?P<joint>\.?{marks}(?:,|،)?{_SPACE}{{1,2}}{_WORD}{marks})"
        rf"(?P<before>{_BEFORE}{_SPACE}?)?{digit}{{1,2}}[:.]{digit}{{2}}(?P<seconds>[:.]{digit}{{2}})?"
        rf"(?:(?P<gap>{marks}{_SPACE}?{marks})(?P<after>{_AFTER}))?"
        rf"(?P<end>{marks}(?(open)\]|{_SPACE}(?:-|\u2013|\u2014)){_SPACE})",
        re.MULTILINE,
    )


def _form(head: re.Match[str]) -> Style:
    """The form of one head, without what varies within a form."""
    first, last = head["first"], head["last"]
    year_first = len(first) > 2  # noqa: PLR2004  no day or month has three digits
    return Style(
        bracketed=bool(head["open"]),
        separator=head["separator"],
        year_first=year_first,
        year_digits=len(first if year_first else last),
        zero=next(zero for zero in reversed(ZEROES) if first[0] >= zero),
        seconds=bool(head["seconds"]),
        meridiem="before" if head["before"] else "after" if head["after"] else "",
    )
