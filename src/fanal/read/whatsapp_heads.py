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
ZEROES = "0\u0660\u06f0\u0966\u09e6\u1040"
#: What stands before clocks of twelve hours, by the half of the day (CLDR 47; Chinese, Japanese, Korean, Turkish).
EARLY_BEFORE = ("上午", "凌晨", "早上", "午前", "오전", "ÖÖ", "AM")
LATE_BEFORE = ("下午", "中午", "晚上", "午後", "오후", "ÖS", "PM")
#: What stands behind them: the early half and the late one of each language whose clocks have twelve hours (CLDR 47).
#: Where one is seen, the other comes too.
HALVES_BEHIND = (
    ("ص", "م"), ("ق.ظ.", "ب.ظ."), ("ق.ظ", "ب.ظ"), ("ب.ن", "د.ن"), ("π.μ.", "μ.μ."), ("πμ", "μμ"), ("ÖÖ", "ÖS"),
    ("SA", "CH"), ("PG", "PTG"), ("p.d.", "m.d."), ("GH", "GD"), ("WD", "WB"), ("ਪੂ.ਦੁ.", "ਬਾ.ਦੁ."), ("ጥዋት", "ከሰዓት"),
)  # fmt: skip
_SAMPLE_HEADS = 5_000
_FIRST_LETTERS = {"A": "P", "a": "p", "P": "A", "p": "a"}


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
        points: what was seen between the numbers of the clock.
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
    points: tuple[str, ...] = ()

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
    seen = {
        part: tuple(sorted({head[part] or "" for head in same})) for part in ("joint", "gap", "after", "end", "point")
    }
    marked = any(set(head[0].lstrip(MARKS)) & set(MARKS) for head in same)
    halves = {text: None for half in seen["after"] for text in (half, _twin(half))}
    return replace(
        form, marked=marked, joints=seen["joint"], gaps=seen["gap"], halves=tuple(halves), ends=seen["end"],
        points=seen["point"],
    )  # fmt: skip


def _twin(half: str) -> str:
    """The other half of the day, as the same telephone writes it."""
    for early, late in HALVES_BEHIND:
        if half in (early, late):
            return late if half == early else early
    return _FIRST_LETTERS.get(half[:1], half[:1]) + half[1:]


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
        steps += [_words(*EARLY_BEFORE, *LATE_BEFORE), _words("", *SPACES)]
    steps += [Step("digits", 1, 2), *[_words(*style.points), Step("digits", 2, 2)] * (1 + style.seconds)]
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
_BEFORE = _one_of((*EARLY_BEFORE, *LATE_BEFORE))
_AFTER = rf"(?:[AaPp]\.?{_SPACE}?[Mm]\.?|{_one_of(half for halves in HALVES_BEHIND for half in halves)})"
_WORD = rf"(?:(?:at|à|a las|às|um|alle|alle ore|om|kl\.|klo|pukul|saat){_SPACE})?"
#: A colon, a full stop; French of Canada has the letter of the hour. The second one is the same as the first.
_POINT = rf"(?P<point>[:.]|{_SPACE}h{_SPACE})"
#: Bulgarian dates end in the letter of the year.
_DATE_END = rf"(?:\.|{_SPACE}г\.)?"  # noqa: RUF001  Cyrillic on purpose
#: And their clocks, on some telephones, in the letter of the hour.
_CLOCK_END = rf"(?:{_SPACE}ч\.)?"


@cache
def _any_head() -> re.Pattern[str]:
    digit = "[" + "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in ZEROES) + "]"
    marks = f"{_MARK}*"
    return re.compile(
        rf"^{marks}(?P<open>\[)?{marks}"
        rf"(?P<first>{digit}{{1,4}}){marks}(?P<separator>[./-]{_SPACE}?){marks}{digit}{{1,2}}"
        rf"{marks}(?P=separator){marks}(?P<last>{digit}{{1,4}})"
        rf"(?P<joint>{_DATE_END}{marks}(?:[,،]{marks})?{_SPACE}{{1,2}}{_WORD}{marks})"
        rf"(?P<before>{_BEFORE}{_SPACE}?)?{digit}{{1,2}}{_POINT}{digit}{{2}}(?P<seconds>(?P=point){digit}{{2}})?"
        rf"(?:(?P<gap>{marks}{_SPACE}?{marks})(?P<after>{_AFTER}))?"
        rf"(?P<end>{_CLOCK_END}{marks}(?(open)\]|{_SPACE}(?:-|\u2013|\u2014)){_SPACE})",
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
