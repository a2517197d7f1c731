"""The scanner of web-server logs: compiled loops that find the fields of each line where they stand.

Lines in combined or common form, and lines that are one JSON object. Nothing is copied: what no
mapping asks for is never written out. A line is told good or bad whole, whatever is asked of it.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np
import numpy.typing as npt

from fanal.base.compiled import compiled
from fanal.base.lanes import next_byte
from fanal.read.cell_kernel import BARE, JSON_STRING, NULL, PLAIN, Bytes, Places
from fanal.read.json_kernel import BROKEN, json_string_end, scan_object
from fanal.read.weblog_fields import is_who, quote_end, set_client, set_field, set_request, set_rest, set_who
from fanal.read.weblog_places import (
    AGENT,
    BYTES,
    CLIENT,
    METHOD,
    PATH,
    QUERY,
    REFERER,
    REQUEST,
    STATUS,
    TS,
    WIDTH,
    WITHIN,
)
from fanal.read.weblog_sift_kernel import Flags, may_matter

Numbers = npt.NDArray[np.int64]

GOOD = 1
#: A line as long as this is none.
LONGEST = 1 << 20
_STAMP = 40
#: Where the parts of a line in text end, by number: who asked, the instant, what for, the answer's status, its
#: bytes; and, 0 without them, where referer and agent end.
_WHO, _STAMPED, _ASKED, _ANSWERED, _SENT, _REFERRED, _AGENT = range(7)
PARTS = 7


@compiled
def _stamp(buf: Bytes, p: int, end: int) -> tuple[int, int]:
    """Where ` [instant] "` begins and where its instant ends; `end` where there is none."""
    bracket = next_byte(buf, p + 1, end, 91)
    while bracket + 3 < end:
        if buf[bracket - 1] == 32:
            stop = min(end, bracket + _STAMP + 2)
            e = next_byte(buf, bracket + 1, stop, 93)
            if e > bracket + 1 and e + 2 < end and e < stop and buf[e + 1] == 32 and buf[e + 2] == 34:
                return bracket - 1, e
        bracket = next_byte(buf, bracket + 1, end, 91)
    return end, end


@compiled
def _text_shape(buf: Bytes, p: int, end: int, found: Places) -> bool:
    """Whether a line is one in combined or common form, and where its parts stand; see the numbers of `_WHO` on."""
    b, e = _stamp(buf, p, end)
    if b == end or not is_who(buf, p, b):
        return False
    found[_WHO], found[_STAMPED] = b, e
    q = e + 3
    stop = quote_end(buf, q, end)
    if stop >= end:
        return False
    found[_ASKED] = stop
    q = stop + 1
    if q + 2 >= end or buf[q] != 32:
        return False
    q += 1
    if buf[q] == 45:
        e = q + 1
    else:
        e = q + 3
        if e >= end:
            return False
        for i in range(q, e):
            if not 48 <= buf[i] <= 57:
                return False
    found[_ANSWERED] = e
    if e + 1 >= end or buf[e] != 32:
        return False
    q = e + 1
    e = q
    if buf[q] == 45:
        e += 1
    else:
        while e < end and 48 <= buf[e] <= 57:
            e += 1
    if e == q or (e < end and buf[e] != 32):
        return False
    found[_SENT], found[_REFERRED], found[_AGENT] = e, 0, 0
    q = e + 1
    if q < end and buf[q] == 34:
        stop = quote_end(buf, q + 1, end)
        if stop >= end or (stop + 1 < end and buf[stop + 1] != 32):
            return False
        if stop + 2 < end and buf[stop + 2] == 34:
            e = quote_end(buf, stop + 3, end)
            if e >= end or (e + 1 < end and buf[e + 1] != 32):
                return False
            found[_REFERRED], found[_AGENT] = stop, e
    return True


@compiled
def _asked(row: int, found: Places, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """Of a line in combined or common form what it asked for, and the status of the answer."""
    kinds[row, METHOD], kinds[row, PATH], kinds[row, STATUS], kinds[row, QUERY] = NULL, NULL, NULL, NULL
    stop = found[_ASKED]
    set_request(row, found[_STAMPED] + 3, stop, PLAIN, buf, starts, ends, kinds)
    set_field(row, STATUS, stop + 2, found[_ANSWERED], PLAIN, buf, starts, ends, kinds)


@compiled
def _told(row: int, p: int, end: int, found: Places, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """The other fields of such a line."""
    set_who(row, p, found[_WHO], buf, starts, ends, kinds)
    set_field(row, TS, found[_WHO] + 2, found[_STAMPED], PLAIN, buf, starts, ends, kinds)
    q = found[_SENT]
    set_field(row, BYTES, found[_ANSWERED] + 1, q, PLAIN, buf, starts, ends, kinds)
    q += 1
    if found[_AGENT] > 0:
        stop, e = found[_REFERRED], found[_AGENT]
        if stop > q + 1:
            set_field(row, REFERER, q + 1, stop, PLAIN, buf, starts, ends, kinds)
        if e > stop + 3:
            set_field(row, AGENT, stop + 3, e, PLAIN, buf, starts, ends, kinds)
        q = e + 2
    if q < end:
        set_rest(row, q, end, buf, starts, ends, kinds)


@compiled
def _json_value(
    buf: Bytes, p: int, end: int, kind: int, place: int, row: int, starts: Places, ends: Places, kinds: Bytes
) -> None:
    """One value of a JSON line to its place; of an array, its first string."""
    if kind == BARE and buf[p] == 91:
        p += 1
        while p < end and buf[p] in (32, 9):
            p += 1
        if p >= end or buf[p] != 34:
            return
        p += 1
        end, _ = json_string_end(buf, p, end)
        kind = JSON_STRING
    if kind == BARE and buf[p] == 123:
        return
    if place == CLIENT:
        if end > p:
            set_client(row, p, end, kind, buf, starts, ends, kinds)
    elif end > p or place in (PATH, REQUEST):
        set_field(row, place, p, end, kind, buf, starts, ends, kinds)


@compiled
def _json_line(
    buf: Bytes, p: int, end: int, row: int, starts: Places, ends: Places, kinds: Bytes,
    keys: Bytes, offsets: Places, places: Places, found: Places, found_ends: Places, found_kinds: Bytes,
    stack: Bytes, name: Bytes, todo: Places,
) -> int:  # fmt: skip
    """One line that is a JSON object: GOOD where it tells who asked for what, else BROKEN."""
    todo[0, 0], todo[0, 1] = p, end
    n, done = 1, 0
    while done < n:
        start, stop = todo[done, 0], todo[done, 1]
        done += 1
        if scan_object(buf, start, stop, keys, offsets, 0, found, found_ends, found_kinds, stack, name) == BROKEN:
            return BROKEN
        for k in range(len(places)):
            if found_kinds[0, k] == NULL:
                continue
            place = places[k]
            at = found[0, k]
            if buf[at] == 123 and found_kinds[0, k] == BARE:
                if place in (WITHIN, REQUEST) and n < len(todo):
                    todo[n, 0], todo[n, 1] = at, found_ends[0, k]
                    n += 1
            elif place >= 0 and kinds[row, place] == NULL:
                _json_value(buf, at, found_ends[0, k], found_kinds[0, k], place, row, starts, ends, kinds)
    if kinds[row, REQUEST] != NULL:
        set_request(
            row, starts[row, REQUEST], ends[row, REQUEST], kinds[row, REQUEST], buf, starts, ends, kinds
        )  # fmt: skip
    asked = kinds[row, PATH] != NULL or kinds[row, METHOD] != NULL or kinds[row, REQUEST] != NULL
    told = kinds[row, TS] != NULL or kinds[row, STATUS] != NULL
    return GOOD if asked and told and kinds[row, CLIENT] != NULL else BROKEN


@compiled
def scan_log(
    buf: Bytes, p: int, end: int, number: int, starts: Places, ends: Places, kinds: Bytes,
    row_from: Places, row_to: Places, values: Places, numbers: Numbers, parts: Places,
    keys: Bytes, offsets: Places, places: Places, found: Places, found_ends: Places, found_kinds: Bytes,
    stack: Bytes, name: Bytes, todo: Places, every: bool,
    any_method: Flags, method_of: Places, methods: Bytes, method_ends: Places,
    any_status: Flags, statuses: Flags, paths: Bytes, path_ends: Places, modes: Bytes,
) -> tuple[int, int, int, int, int]:  # fmt: skip
    """Lines of a log; blank ones are none. A row is made of those that may matter, and of those that are none.

    Args:
        buf: whole lines, the last one with its line feed.
        p: where to begin, at the start of a line.
        end: behind the last line.
        number: of the line at p in the file.
        starts: (rows, WIDTH) places to fill.
        ends: the same for ends.
        kinds: the same for kinds; NULL where the line has nothing there.
        row_from: where each line begins, NUL bytes before it left out.
        row_to: where it ends, line end left out.
        values: GOOD or BROKEN.
        numbers: the number of each line in the file.
        parts: PARTS numbers of room.
        keys: the JSON keys that are known, one behind the other, the likelier of two for one place first.
        offsets: where each begins in `keys`, and the end.
        places: the place of each, or WITHIN.
        found: (1, keys) room for one object.
        found_ends: the same.
        found_kinds: the same.
        stack: see scan_json_lines.
        name: see scan_json_lines.
        todo: (n, 2) room for the objects within one that are still to be looked into.
        every: whether every line may matter; else it is asked of what follows.
        any_method: see may_matter, for this and those that follow.
        method_of, methods, method_ends, any_status, statuses, paths, path_ends, modes: the same.

    Returns:
        The place behind the last line that was scanned, the number of rows, the next line's number, how many
        good lines there were, and how many of them are JSON.
    """
    n, good, json = 0, 0, 0
    while n < len(values) and p < end:
        q = next_byte(buf, p, end, 10)
        after = q + 1
        too_long = q - p >= LONGEST
        while q > p and buf[q - 1] == 13:
            q -= 1
        while p < q and (buf[p] == 0 or buf[p] == 32 or buf[p] == 9):
            p += 1
        if p < q:
            value, matters = BROKEN, True
            if too_long:
                pass
            elif buf[p] == 123:
                for place in range(WIDTH):
                    kinds[n, place] = NULL
                value = _json_line(
                    buf, p, q, n, starts, ends, kinds, keys, offsets, places, found, found_ends, found_kinds,
                    stack, name, todo,
                )  # fmt: skip
                json += value == GOOD
            elif _text_shape(buf, p, q, parts):
                value = GOOD
                _asked(n, parts, buf, starts, ends, kinds)
            if value == GOOD:
                good += 1
                matters = every or may_matter(
                    buf, starts, ends, kinds, n, any_method, method_of, methods, method_ends,
                    any_status, statuses, paths, path_ends, modes,
                )  # fmt: skip
                if matters and buf[p] != 123:
                    for place in range(WIDTH):
                        if place not in (METHOD, PATH, STATUS):
                            kinds[n, place] = NULL
                    _told(n, p, q, parts, buf, starts, ends, kinds)
            if matters:
                values[n] = value
                row_from[n] = p
                row_to[n] = q
                numbers[n] = number
                n += 1
        number += 1
        p = after
    return p, n, number, good, json
