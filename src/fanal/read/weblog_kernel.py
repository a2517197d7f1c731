"""The scanner of web-server logs: compiled loops that find the fields of each line where they stand.

Lines in combined or common form, and lines that are one JSON object. Nothing is copied: what no
mapping asks for is never written out. A line is told good or bad whole, whatever is asked of it.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np
import numpy.typing as npt

from fanal.read.cell_kernel import BARE, JSON_STRING, NULL, PLAIN, Bytes, Places
from fanal.read.compiled import compiled
from fanal.read.json_kernel import BROKEN, json_string_end, scan_object
from fanal.read.weblog_fields import Words, next_of, quote_end, set_client, set_field, set_request, set_rest, set_who
from fanal.read.weblog_places import AGENT, BYTES, CLIENT, METHOD, PATH, REFERER, REQUEST, STATUS, TS, WIDTH, WITHIN

Numbers = npt.NDArray[np.int64]

GOOD = 1
#: A line as long as this is none.
LONGEST = 1 << 20
_STAMP = 40


@compiled
def _stamp(buf: Bytes, p: int, end: int) -> tuple[int, int]:
    """Where ` [instant] "` begins and where its instant ends; `end` where there is none."""
    q = p
    while q + 4 < end:
        if buf[q] == 32 and buf[q + 1] == 91:
            e = q + 2
            stop = min(end, e + _STAMP + 1)
            while e < stop and buf[e] != 93:
                e += 1
            if e > q + 2 and e + 2 < end and e < stop and buf[e + 1] == 32 and buf[e + 2] == 34:
                return q, e
        q += 1
    return end, end


@compiled
def _text_line(buf: Bytes, words: Words, p: int, end: int, row: int, starts: Places, ends: Places, kinds: Bytes) -> int:
    """One line in combined or common form: GOOD, or BROKEN."""
    b, e = _stamp(buf, p, end)
    if b == end or not set_who(row, p, b, buf, starts, ends, kinds):
        return BROKEN
    set_field(row, TS, b + 2, e, PLAIN, buf, starts, ends, kinds)
    q = e + 3
    stop = quote_end(buf, words, q, end)
    if stop >= end:
        return BROKEN
    set_request(row, q, stop, PLAIN, buf, starts, ends, kinds)
    q = stop + 1
    if q + 2 >= end or buf[q] != 32:
        return BROKEN
    q += 1
    if buf[q] == 45:
        e = q + 1
    else:
        e = q + 3
        if e >= end:
            return BROKEN
        for i in range(q, e):
            if not 48 <= buf[i] <= 57:
                return BROKEN
    set_field(row, STATUS, q, e, PLAIN, buf, starts, ends, kinds)
    if e + 1 >= end or buf[e] != 32:
        return BROKEN
    q = e + 1
    e = q
    if buf[q] == 45:
        e += 1
    else:
        while e < end and 48 <= buf[e] <= 57:
            e += 1
    if e == q or (e < end and buf[e] != 32):
        return BROKEN
    set_field(row, BYTES, q, e, PLAIN, buf, starts, ends, kinds)
    q = e + 1
    if q < end and buf[q] == 34:
        stop = quote_end(buf, words, q + 1, end)
        if stop >= end or (stop + 1 < end and buf[stop + 1] != 32):
            return BROKEN
        if stop + 2 < end and buf[stop + 2] == 34:
            agent = stop + 3
            e = quote_end(buf, words, agent, end)
            if e >= end or (e + 1 < end and buf[e + 1] != 32):
                return BROKEN
            if stop > q + 1:
                set_field(row, REFERER, q + 1, stop, PLAIN, buf, starts, ends, kinds)
            if e > agent:
                set_field(row, AGENT, agent, e, PLAIN, buf, starts, ends, kinds)
            q = e + 2
    if q < end:
        set_rest(row, q, end, buf, words, starts, ends, kinds)
    return GOOD


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
    buf: Bytes, words: Words, p: int, end: int, number: int, starts: Places, ends: Places, kinds: Bytes,
    row_from: Places, row_to: Places, values: Places, numbers: Numbers,
    keys: Bytes, offsets: Places, places: Places, found: Places, found_ends: Places, found_kinds: Bytes,
    stack: Bytes, name: Bytes, todo: Places,
) -> tuple[int, int, int]:  # fmt: skip
    """Lines of a log; blank ones are none.

    Args:
        buf: whole lines, the last one with its line feed.
        words: the same bytes, eight at a time.
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
        keys: the JSON keys that are known, one behind the other, the likelier of two for one place first.
        offsets: where each begins in `keys`, and the end.
        places: the place of each, or WITHIN.
        found: (1, keys) room for one object.
        found_ends: the same.
        found_kinds: the same.
        stack: see scan_json_lines.
        name: see scan_json_lines.
        todo: (n, 2) room for the objects within one that are still to be looked into.

    Returns:
        The place behind the last line that was scanned, the number of rows, the next line's number.
    """
    n = 0
    while n < len(values) and p < end:
        q = next_of(buf, words, p, end, 10, 10)
        after = q + 1
        too_long = q - p >= LONGEST
        while q > p and buf[q - 1] == 13:
            q -= 1
        while p < q and (buf[p] == 0 or buf[p] == 32 or buf[p] == 9):
            p += 1
        if p < q:
            for place in range(WIDTH):
                kinds[n, place] = NULL
            if too_long:
                values[n] = BROKEN
            elif buf[p] == 123:
                values[n] = _json_line(
                    buf, p, q, n, starts, ends, kinds, keys, offsets, places, found, found_ends, found_kinds,
                    stack, name, todo,
                )  # fmt: skip
            else:
                values[n] = _text_line(buf, words, p, q, n, starts, ends, kinds)
            row_from[n] = p
            row_to[n] = q
            numbers[n] = number
            n += 1
        number += 1
        p = after
    return p, n, number
