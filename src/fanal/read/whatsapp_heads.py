"""The heads of lines in a WhatsApp export: their form, sniffed from a sample, then locked for the whole text.

Knows forms of dates and clocks, no language and no meaning. `programme` writes the locked form for
the scanner in `whatsapp_scan`.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from fanal.read.whatsapp_scan import Programme, Step

#: Direction marks and the byte order mark: kept in the evidence, of no weight for reading.
MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"
SPACES = " \u00a0\u202f\u2009"
#: The digit zero of each script that exports use.
ZEROES = "0\u0660\u06f0\u0966"
_SAMPLE_HEADS = 5_000
#: Where one half of the day is seen, the other comes too: its first letter is another.
_TWINS = {"A": "P", "a": "p", "P": "A", "p": "a", "ص": "م", "م": "ص", "π": "μ"}
_DAY_HALVES = ("上午", "下午", "凌晨", "早上", "中午", "晚上")


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
        halves: the meridiems that were seen after the clock, and the other half of each.
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
    halves: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    @property
    def precision(self) -> str:
        """How finely the clock tells time, one of `base.instants.PRECISIONS`."""
        return "second" if self.seconds else "minute"


def sniff(sample: str) -> Style | None:
    """The form of most line heads in a piece of text; None where no line has a head."""
    found = list(islice(_any_head().finditer(sample), _SAMPLE_HEADS))
    if not found:
        return None
    forms = [_form(head) for head in found]
    form = Counter(forms).most_common(1)[0][0]
    same = [head for head, own in zip(found, forms, strict=True) if own == form]
    seen = {part: tuple(sorted({head[part] or "" for head in same})) for part in ("joint", "gap", "after", "end")}
    marked = any(set(head[0].lstrip(MARKS)) & set(MARKS) for head in same)
    halves = {text: None for half in seen["after"] for text in (half, _TWINS.get(half[:1], half[:1]) + half[1:])}
    return replace(
        form, marked=marked, joints=seen["joint"], gaps=seen["gap"], halves=tuple(halves), ends=seen["end"]
    )  # fmt: skip


def heads(sample: str) -> list[int]:
    """Where in a piece of text lines begin like a message, the first few thousand."""
    return [head.start() for head in islice(_any_head().finditer(sample), _SAMPLE_HEADS)]


def programme(style: Style) -> Programme:
    """The locked form: every line head of the text, and no other, is one that fits it."""
    numbers = [(1, 2), (1, 2)]
    numbers.insert(0 if style.year_first else 2, (style.year_digits, style.year_digits))
    marks = [Step("marks")]
    between = [*marks, _words(style.separator), *marks] if style.marked else [_words(style.separator)]
    steps = [*marks, _words("["), *marks] if style.bracketed else [*marks]
    steps += [Step("place", name="day")]
    for n, (least, most) in enumerate(numbers):
        steps += [*(between if n else ()), Step("digits", least, most)]
    steps += [Step("place", name="day_end"), _words(*style.joints), Step("place", name="clock")]
    if style.meridiem == "before":
        steps += [_words(*_DAY_HALVES), _words("", *SPACES)]
    steps += [Step("digits", 1, 2), *[Step("point"), Step("digits", 2, 2)] * (1 + style.seconds)]
    if style.meridiem == "after":
        steps += [_words(*style.gaps), _words(*style.halves)]
    steps += [Step("place", name="clock_end"), _words(*style.ends)]
    return Programme(tuple(steps), style.zero.encode())


def _words(*texts: str) -> Step:
    """One of these texts, the longest that fits."""
    return Step("one of", words=tuple(sorted({text.encode() for text in texts}, key=lambda word: (-len(word), word))))


def _one_of(texts: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, texts)) + ")"


_MARK = _one_of(MARKS)
_SPACE = _one_of(SPACES)
_BEFORE = _one_of(_DAY_HALVES)
_AFTER = rf"(?:[AaPp]\.?{_SPACE}?[Mm]\.?|ص|م|[πμ]\.?μ\.?)"
_WORD = rf"(?:(?:at|à|a las|às|um|alle|alle ore|om|kl\.|pukul|saat){_SPACE})?"


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
