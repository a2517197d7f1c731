"""The fields of one request in a web-server log: compiled loops that tell their parts from one another.

Who asked (address, port, name), what for (method, path), and what the server logs behind the usual
fields. Whole lines are taken apart by `weblog_kernel`.
"""

# Bytes are compared with their codes, and one state machine stands in one loop: numba inlines neither
# named characters nor many small calls for free.
# ruff: noqa: PLR2004, C901, PLR0912

import numpy as np

from fanal.base.compiled import compiled
from fanal.base.lanes import next_byte, next_of
from fanal.read.cell_kernel import NULL, PLAIN, Bytes, Places
from fanal.read.weblog_places import CLIENT, FORWARDED, HOST, METHOD, PATH, PORT, REST, USER

_METHOD, _PREFIX, _COLONS = 20, 8, 7
_SPACE = 32


@compiled
def quote_end(buf: Bytes, p: int, end: int) -> int:
    """From behind a quote to the one that closes it, backslashes heeded; `end` where none does."""
    while p < end:
        p = next_of(buf, p, end, 34, 92)
        if p < end and buf[p] == 34:
            return p
        p += 2
    return end


@compiled
def _port_at(buf: Bytes, p: int, end: int) -> bool:
    """Whether one to five digits stand from p to the end."""
    if not 1 <= end - p <= 5:
        return False
    for i in range(p, end):  # noqa: SIM110  compiled: a loop is what it is
        if not 48 <= buf[i] <= 57:
            return False
    return True


@compiled
def _client(buf: Bytes, p: int, end: int) -> tuple[int, int, int, int]:
    """A client: 0 for a name, 1 for an address, 2 for an address with port; where the address stands; its port."""
    if p < end and buf[p] == 91:
        q = p + 1
        while q < end and buf[q] != 93:
            q += 1
        if q >= end:
            return 0, p, end, end
        if q + 1 == end:
            return 1, p + 1, q, end
        if buf[q + 1] == 58 and _port_at(buf, q + 2, end):
            return 2, p + 1, q, q + 2
        return 0, p, end, end
    dots, colons, digits, others, colon = 0, 0, 0, 0, end
    doubled = False
    for i in range(p, end):
        c = buf[i]
        if c == 46:
            dots += 1
        elif c == 58:
            colons += 1
            doubled = doubled or colon == i - 1
            colon = i
        elif 48 <= c <= 57:
            digits += 1
        elif not (97 <= c <= 102 or 65 <= c <= 70):
            others += 1
    if colons == 1 and _port_at(buf, colon + 1, end) and colon > p:
        numeric = dots == 3 and others == 0 and digits + dots + 1 == end - p
        return (2 if numeric else 0), p, colon, colon + 1
    if others == 0 and (doubled or colons == _COLONS or (dots == 3 and colons == 0 and digits + dots == end - p)):
        return 1, p, end, end
    return 0, p, end, end


@compiled
def set_field(
    row: int, place: int, start: int, stop: int, kind: int, buf: Bytes, starts: Places, ends: Places, kinds: Bytes
) -> None:
    """A field of the row; one that is a dash alone says nothing."""
    if stop - start == 1 and buf[start] == 45:
        return
    starts[row, place] = start
    ends[row, place] = stop
    kinds[row, place] = kind


@compiled
def set_client(row: int, p: int, end: int, kind: int, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """A client's address and, where none is known yet, its port."""
    _, start, stop, port = _client(buf, p, end)
    set_field(row, CLIENT, start, stop, kind, buf, starts, ends, kinds)
    if port < end and kinds[row, PORT] == NULL:
        set_field(row, PORT, port, end, kind, buf, starts, ends, kinds)


@compiled
def set_request(row: int, p: int, end: int, kind: int, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """Method and path of a request; one that is none stands whole in the path."""
    q = p
    while q < end and (65 <= buf[q] <= 90 or 97 <= buf[q] <= 122):
        q += 1
    if not 3 <= q - p <= _METHOD or q + 1 >= end or buf[q] != 32:
        if kinds[row, PATH] == NULL:
            set_field(row, PATH, p, end, kind, buf, starts, ends, kinds)
        return
    if kinds[row, METHOD] == NULL:
        set_field(row, METHOD, p, q, kind, buf, starts, ends, kinds)
    p, stop = q + 1, end
    q = end - 1
    while q > p and (48 <= buf[q] <= 57 or buf[q] == 46):
        q -= 1
    if (
        q - p >= 5 and buf[q] == 47 and buf[q - 1] == 80 and buf[q - 2] == 84 and buf[q - 3] == 84 and buf[q - 4] == 72
        and buf[q - 5] == 32
    ):  # fmt: skip
        stop = q - 5
    if kinds[row, PATH] == NULL:
        set_field(row, PATH, p, stop, kind, buf, starts, ends, kinds)


@compiled
def is_who(buf: Bytes, p: int, end: int) -> bool:
    """Whether words before the instant say who asked: there are two at least, or one that is an address."""
    if p == end or buf[p] == 32:
        return False
    e = next_byte(buf, p, end, _SPACE)
    if e < end:
        return True
    first, _, _, _ = _client(buf, p, e)
    return first > 0


@compiled
def set_who(row: int, p: int, end: int, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """The words before the instant: client, ident, user; perhaps a host or a logger's name before. See `is_who`."""
    e0 = next_byte(buf, p, end, _SPACE)
    first, _, _, _ = _client(buf, p, e0)
    if e0 == end:
        set_client(row, p, e0, PLAIN, buf, starts, ends, kinds)
        return
    client, client_end = p, e0
    b1 = e0 + 1
    e1 = next_byte(buf, b1, end, _SPACE)
    b2 = e1 + 1
    if b2 < end and next_byte(buf, b2, end, _SPACE) + 1 < end:
        # Four words or more: a host before, an address of the client's own saying behind, or blanks in the name.
        second, _, _, _ = _client(buf, b1, e1)
        _, _, _, port = _client(buf, p, e0)
        if first == 1 and second > 0:
            set_field(row, FORWARDED, b1, e1, PLAIN, buf, starts, ends, kinds)
            e0 = e1
        elif second > 0 or (first == 0 and port < e0):
            set_field(row, HOST, p, e0, PLAIN, buf, starts, ends, kinds)
            client, client_end, e0 = b1, e1, e1
        elif first == 0:
            b, words = b2, 0
            while b < end and words < _PREFIX:
                e = next_byte(buf, b, end, _SPACE)
                found, _, _, _ = _client(buf, b, e)
                if found > 0 and next_byte(buf, e + 1, end, _SPACE) < end:
                    client, client_end, e0 = b, e, e
                    break
                b, words = e + 1, words + 1
    set_client(row, client, client_end, PLAIN, buf, starts, ends, kinds)
    user = next_byte(buf, e0 + 1, end, _SPACE) + 1  # behind the ident
    if user < end:
        set_field(row, USER, user, end, PLAIN, buf, starts, ends, kinds)


@compiled
def _is_letter(c: int) -> bool:
    return 97 <= c <= 122 or 65 <= c <= 90 or 48 <= c <= 57 or c == 95


_OWN = (
    np.frombuffer(b"remote_", np.uint8),
    np.frombuffer(b"client_", np.uint8),
    np.frombuffer(b"source_", np.uint8),
    np.frombuffer(b"src_", np.uint8),
)


@compiled
def _is_clients(buf: Bytes, p: int, begin: int) -> bool:
    """Whether the word `port` at p is the client's: it stands alone, or behind remote_, client_, source_, src_."""
    if p == begin or not _is_letter(buf[p - 1]):
        return True
    for word in _OWN:
        q = p - len(word)
        if q >= begin and (q == begin or not _is_letter(buf[q - 1])):
            same = True
            for i in range(len(word)):
                same = same and buf[q + i] == word[i]
            if same:
                return True
    return False


@compiled
def set_rest(row: int, p: int, end: int, buf: Bytes, starts: Places, ends: Places, kinds: Bytes) -> None:
    """What stands behind the usual fields; in it `port=N`, and a list of addresses in quotes."""
    while p < end and buf[p] == 32:
        p += 1
    while end > p and buf[end - 1] == 32:
        end -= 1
    if p == end:
        return
    starts[row, REST] = p
    ends[row, REST] = end
    kinds[row, REST] = PLAIN
    q = p
    while q < end:
        c = buf[q]
        if c == 112 and q + 5 < end and buf[q + 1] == 111 and buf[q + 2] == 114 and buf[q + 3] == 116:
            b = q + 5
            if buf[b] == 34:
                b += 1
            e = b
            while e < end and 48 <= buf[e] <= 57:
                e += 1
            given = buf[q + 4] in (58, 61) and 1 <= e - b <= 5 and (e == end or not _is_letter(buf[e]))
            if given and kinds[row, PORT] == NULL and _is_clients(buf, q, p):
                set_field(row, PORT, b, e, PLAIN, buf, starts, ends, kinds)
            q += 4
        elif c == 34:
            e = quote_end(buf, q + 1, end)
            stop = q + 1
            while stop < e and buf[stop] != 44 and buf[stop] != 32:
                stop += 1
            if kinds[row, FORWARDED] == NULL and (q == p or buf[q - 1] == 32):
                found, _, _, _ = _client(buf, q + 1, stop)
                if found > 0:
                    set_field(row, FORWARDED, q + 1, e, PLAIN, buf, starts, ends, kinds)
                    q = e
            q += 1
        else:
            q += 1
