"""Signs that text carries media, and the replacement of what carries them by digest and length.

This is a guard at the border of Fanal's own storage, not a classifier: it knows encoded bytes by
their form (data URIs, long runs of base64 or hexadecimal, binary text) and never decodes them.
Readers replace BLOBs and attachments themselves; the sink runs this over what they hand in.
"""

import hashlib
import re
from collections.abc import Sequence

#: The shortest run of base64 or hexadecimal text that counts as encoded bytes, in characters.
LONG_RUN = 240

_URI = r"(?i:data):[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}(?:;[A-Za-z0-9=.+-]{1,64}){0,8},[^ \t\r\n\f\"'<>]*"
_RUN = rf"[A-Za-z0-9+/_-]{{{LONG_RUN},}}={{0,2}}"
_WRAPPED = r"(?:[A-Za-z0-9+/]{60,76}[ \t\r\n]{1,2}){4,}[A-Za-z0-9+/]*={0,2}"
# Spaces are listed: what \s stands for differs between the two.
#: One pattern for Python's re and for RE2. A hit without a digit is laughter or a ruled line, and stays.
ENCODED = f"{_URI}|{_WRAPPED}|{_RUN}"
#: Characters that no text export holds: they stand for bytes of something else.
BINARY = r"\x00|[\x01-\x08\x0e-\x1a\x1c-\x1f]{3,}|\x{FFFD}{4,}"

_ENCODED = re.compile(ENCODED)
_BINARY = re.compile(BINARY.replace(r"\x{FFFD}", "\ufffd"))
_DIGIT = re.compile(r"[0-9]")
_LINE_OF_RUN = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_LINES_OF_RUN = 4
_DIGEST = re.compile(r"(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})")
_DATA_OPENS = re.compile(r"(?i:data):[^ ]*$|(?i:base64)[,:][^ ]*$")


def withheld(data: str | bytes) -> str:
    """What stands in place of withheld text or bytes: its length in bytes and its SHA-256."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return f"[withheld: {len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()}]"


def freed(text: str) -> str:
    """The text with every data URI and long encoded run replaced; all of it where it is binary.

    For single values (an excerpt); whole columns go through `freed_sql`.
    """
    if _BINARY.search(text):
        return withheld(text)
    return _ENCODED.sub(lambda hit: withheld(hit[0]) if _DIGIT.search(hit[0]) else hit[0], text)


def broken_runs(lines: Sequence[str]) -> set[int]:
    """Which of these lines are encoded bytes that were broken into lines, as a page of text shows them.

    At least four lines one after the other, each one unbroken run of forty characters or more, long enough
    together. Lines of hexadecimal digits as long as a digest are a list of digests, and stay.
    """
    found: set[int] = set()
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and _LINE_OF_RUN.fullmatch(lines[at]):
            continue
        run = lines[start:at]
        if len(run) >= _LINES_OF_RUN and sum(map(len, run)) >= LONG_RUN and not all(map(_DIGEST.fullmatch, run)):
            opened = start > 0 and _DATA_OPENS.search(lines[start - 1])
            found.update(range(start - bool(opened), at))
        start = at + 1
    return found


def freed_sql(expression: str) -> str:
    """A SQL expression that does to a VARCHAR column what `freed` does to one value."""
    stand_in = "'[withheld: ' || strlen({0}) || ' bytes, sha256 ' || sha256({0}) || ']'"
    runs = f"regexp_extract_all({expression}, {_literal(ENCODED)})"
    between = f"string_split_regex({expression}, {_literal(ENCODED)})"
    hit = f"CASE WHEN regexp_matches(hit, '[0-9]') THEN {stand_in.format('hit')} ELSE hit END"
    joined = (
        f"array_to_string(flatten(list_transform(list_zip({between}, list_transform({runs}, lambda hit: {hit})), "
        "lambda pair: [pair[1], coalesce(pair[2], '')])), '')"
    )
    return (
        f"CASE WHEN regexp_matches({expression}, {_literal(BINARY)}) THEN {stand_in.format(expression)} "
        f"WHEN regexp_matches({expression}, {_literal(ENCODED)}) THEN {joined} ELSE {expression} END"
    )


def free_columns(table: str, columns: list[str]) -> str:
    """A SELECT over `table` in which the named VARCHAR columns are freed and the others stand as they are."""
    changed = ", ".join(f"{freed_sql(_name(c))} AS {_name(c)}" for c in columns)
    return f"SELECT * REPLACE ({changed}) FROM {table}"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
