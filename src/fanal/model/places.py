"""Where an address is registered: country, network (ASN) and its holder, from the packed lists.

The lists say who holds an address now. They do not say where its user sat: databases disagree on
2 to 5 % of addresses, and on the past. Their name, version and digest stand with each claim.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.base.digests import digest_of_parts, sha256_file
from fanal.base.errors import FanalError
from fanal.model.kinds_hashes import Bytes, matrix

PACKED = Path(__file__).resolve().parent.parent / "data" / "packed"

Numbers = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

_WIDTH4, _WIDTH6 = len("255.255.255.255"), len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
# Rows worked on at once.
_CHUNK = 32768
_MAPPED = "(?i)^::ffff:"


class NoLists(FanalError):
    """The packed lists are missing from this installation."""

    code = "F-MODEL-21"
    text = "{path} is missing from this installation; install Fanal again, or run `make setup` in its source."


@dataclass(frozen=True)
class Provenance:
    """Which edition of a list a claim rests on: the package's name, version and licence, and its files' digest."""

    name: str
    version: str
    licence: str
    digest: str


@cache
def provenance(part: str) -> Provenance:
    """The edition of one part of the packed lists: `ip_country`, `ip_asn` or `disposable_mail`.

    Raises NoLists.
    """
    file = PACKED / "sources.json"
    if not file.exists():
        raise NoLists(path=file.name)
    told: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))[part]
    files = sorted(PACKED.glob(f"{part}*"))
    return Provenance(told["name"], told["version"], told["licence"], digest_of_parts(sha256_file(f) for f in files))


def _octets(text: Bytes) -> tuple[Numbers, Flags]:
    """Dotted quads as 32 bits, and which rows are one. A leading zero is refused: some read it as octal."""
    n = len(text)
    number, value = np.zeros(n, np.uint32), np.zeros(n, np.uint16)
    digits, dots, good = np.zeros(n, np.int8), np.zeros(n, np.int8), np.ones(n, np.bool_)
    for c in np.ascontiguousarray(text.T):
        digit, dot = (c >= ord("0")) & (c <= ord("9")), c == ord(".")
        good &= digit | dot | (c == 0)
        good &= ~(digit & (digits > 0) & (value == 0)) & ~(dot & (digits == 0))
        value = np.where(digit, value * np.uint16(10) + (c & np.uint8(15)), value)
        digits += digit
        good &= value <= 255  # noqa: PLR2004  an octet
        number = np.where(dot, number << np.uint32(8) | value, number)
        dots += dot
        value *= ~dot
        digits *= ~dot
    good &= (dots == 3) & (digits > 0)  # noqa: PLR2004  four octets
    return (number << np.uint32(8) | value).astype(np.uint64), good


def _groups(text: Bytes) -> tuple[Numbers, Flags]:
    """The upper 64 bits of version 6 addresses in any of their spellings but dotted ones, and which rows are one."""
    n = len(text)
    rows = np.arange(n)
    groups = np.zeros((n, 9), np.uint64)
    value, digits = np.zeros(n, np.uint64), np.zeros(n, np.int8)
    count, gap = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    good, before = np.ones(n, np.bool_), np.zeros(n, np.uint8)
    lower = text | np.where((text >= ord("A")) & (text <= ord("F")), np.uint8(0x20), np.uint8(0))
    for i in range(text.shape[1]):
        c = lower[:, i]
        digit, letter = (c >= ord("0")) & (c <= ord("9")), (c >= ord("a")) & (c <= ord("f"))
        colon, end = c == ord(":"), c == 0
        good &= digit | letter | colon | end
        worth = np.where(letter, c - np.uint8(ord("a") - 10), c - np.uint8(ord("0"))).astype(np.uint64)
        value = np.where(digit | letter, value << np.uint64(4) | worth, value)
        digits += digit | letter
        good &= digits <= 4  # noqa: PLR2004  a group
        double = colon & (before == ord(":"))
        good &= ~(double & (gap >= 0))
        # One colon alone may stand neither at the start nor at the end.
        good &= ~((before == ord(":")) & ~colon & (i == 1) & (gap < 0))
        good &= ~(end & (before == ord(":")) & (gap != count))
        gap = np.where(double, count, gap)
        closing = (colon | end) & (digits > 0)
        groups[rows, np.minimum(count, 8)] = np.where(closing, value, groups[rows, np.minimum(count, 8)])
        count += closing
        value, digits = np.where(colon | end, np.uint64(0), value), np.where(colon | end, np.int8(0), digits)
        before = c
    good &= np.where(gap >= 0, count < 8, count == 8)  # noqa: PLR2004  eight groups
    missing = np.where(gap >= 0, 8 - count, 0)
    upper = np.zeros(n, np.uint64)
    for place in range(4):
        inside = (gap >= 0) & (place >= gap) & (place < gap + missing)
        from_ = np.where((gap >= 0) & (place >= gap), place - missing, place)
        part = np.where(inside, np.uint64(0), groups[rows, np.clip(from_, 0, 8)])
        upper = upper << np.uint64(16) | part
    return upper, good


def _parsed(texts: pa.Array, width: int, family: int) -> tuple[Numbers, Flags]:
    parse = _octets if family == 4 else _groups  # noqa: PLR2004  the family
    # One column of zeros behind the longest text: the end of a row is seen there.
    parts = [parse(matrix(texts.slice(i, _CHUNK), width + 1)) for i in range(0, len(texts), _CHUNK)]
    if not parts:
        return np.zeros(0, np.uint64), np.zeros(0, np.bool_)
    return np.concatenate([number for number, _ in parts]), np.concatenate([good for _, good in parts])


def numbers(ips: pa.Array) -> tuple[npt.NDArray[np.int8], Numbers]:
    """Addresses as numbers.

    Args:
        ips: strings without NULLs, in any spelling of RFC 4291; a version 4 address mapped into
            version 6 counts as version 4.

    Returns:
        The family (4, 6, or 0 for text that is no address) and the number: 32 bits of version 4,
        the upper 64 bits of version 6.
    """
    family, number = np.zeros(len(ips), np.int8), np.zeros(len(ips), np.uint64)
    bare = pc.replace_substring_regex(ips, _MAPPED + r"([0-9.]+)$", r"\1")
    plain = pc.match_substring_regex(bare, r"^[0-9A-Fa-f:.]+$")
    size = pc.binary_length(bare)
    dotted = pc.and_(plain, pc.match_substring(bare, "."))
    for number_of, width, mask in (
        (4, _WIDTH4, pc.and_(dotted, pc.less_equal(size, _WIDTH4))),
        (6, _WIDTH6, pc.and_(pc.and_not(plain, dotted), pc.less_equal(size, _WIDTH6))),
    ):
        rows = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
        made, good = _parsed(bare.take(pa.array(rows)), width, number_of)
        family[rows[good]], number[rows[good]] = number_of, made[good]
    return family, number


class Ranges:
    """One packed list of ranges. Where two overlap, the one that begins later speaks: it is the narrower."""

    def __init__(self, file: Path) -> None:
        """Read the list. Raises NoLists."""
        if not file.exists():
            raise NoLists(path=file.name)
        table = pq.read_table(file).combine_chunks()
        self._first: Numbers = table["first"].to_numpy()
        self._last: Numbers = table["last"].to_numpy()
        self._reach: Numbers = np.maximum.accumulate(self._last)
        self._table = table.drop_columns(["first", "last"])

    def find(self, points: Numbers) -> pa.Table:
        """The columns beside the range, one row a point, NULL where no range holds it."""
        order = np.argsort(points, kind="stable")
        sought = points[order]
        at = np.searchsorted(self._first, sought, side="right").astype(np.int64) - 1
        # Few points lie behind the end of the range that begins last before them: an earlier, wider one may hold them.
        open_ = np.flatnonzero((at >= 0) & (self._last[np.maximum(at, 0)] < sought))
        while len(open_):
            at[open_] = np.where(self._reach[at[open_]] < sought[open_], -1, at[open_] - 1)
            open_ = open_[(at[open_] >= 0) & (self._last[np.maximum(at[open_], 0)] < sought[open_])]
        rows = np.empty(len(points), np.int64)
        rows[order] = at
        return self._table.take(pa.array(rows, mask=rows < 0))


@cache
def _ranges(part: str, family: int) -> Ranges:
    return Ranges(PACKED / f"{part}_v{family}.parquet")


def located(ips: pa.Array) -> pa.Table:
    """Distinct addresses with what the packed lists know of them.

    Args:
        ips: strings without NULLs.

    Returns:
        Columns ip, family (int8), number (uint64), country, asn (int64), holder, in the order given; the
        last three are NULL where the lists are silent, and for private addresses.

    Raises:
        NoLists: this installation has no packed lists.
    """
    return placed(ips, *numbers(ips))


def placed(ips: pa.Array, family: npt.NDArray[np.int8], number: Numbers) -> pa.Table:
    """The same as `located`, of addresses whose family and number are known already. Raises NoLists."""
    columns: dict[str, Any] = {"ip": ips, "family": pa.array(family), "number": pa.array(number)}
    by_family = [np.flatnonzero(family == f) for f in (4, 6, 0)]
    # What the three families' rows are in the order of `ips` again.
    back = pa.array(np.argsort(np.concatenate(by_family), kind="stable"))
    for part, names in (("ip_country", ("country",)), ("ip_asn", ("asn", "holder"))):
        known = [_ranges(part, f).find(number[rows]) for f, rows in zip((4, 6), by_family, strict=False)]
        unknown = pa.table({name: pa.nulls(len(by_family[2]), known[0].schema.field(name).type) for name in names})
        whole = pa.concat_tables([*known, unknown]).combine_chunks()
        columns |= {name: whole[name].combine_chunks().take(back) for name in names}
    return pa.table(columns)
