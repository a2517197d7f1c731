"""What a number format makes of a cell's number: a date, a time, or a number. By the format's code alone."""

import re

_DATE, _DATE_TIME, _MINUTES, _TIME = "m/d/yyyy", "m/d/yyyy h:mm", "h:mm", "h:mm:ss"
#: The formats that have a number and no code in the file (ECMA-376, 18.8.30), those of dates and times.
BUILT_IN: dict[int, str] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), _DATE),
    **dict.fromkeys((18, 20), _MINUTES),
    **dict.fromkeys((19, 21, 32, 33), _TIME),
    22: _DATE_TIME,
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")


def form_of(code: str) -> str:
    """What a format shows: `date`, `datetime`, `minutes` (time of day without seconds), `time`, `elapsed`, or ""."""
    first = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(first):
        return "elapsed"
    plain = _BRACKETS.sub("", first).lower().replace("am/pm", "h").replace("a/p", "h")
    if plain.strip() == "general" or not set(plain) & set("ymdhs"):
        return ""
    has_time = bool(set(plain) & set("hs"))
    if has_time and "s" not in plain:
        return "minutes"
    if has_time:
        return "datetime" if set(plain) & set("yd") else "time"
    return "date"
