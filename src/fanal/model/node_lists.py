"""The lists that a node adds: CSV files in one folder, each an edition of a list of its name.

`NAME.csv` is a list without date. `NAME@2023-05-01.csv` is the edition of that day. Of several
editions the last one that is not later than an observation judges it; before the first, the first.
A file `NAME.source` or `NAME@2023-05-01.source` beside it holds one line: who made it.
"""

import csv
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.model.inputs import ListEdition, ListEntry
from fanal.model.kinds import BY_NAME
from fanal.model.lists import CONTEXTS_OF

COLUMNS = ("kind", "value", "context")
SOURCE = ".source"
_NAME = re.compile(r"(?P<name>[a-z0-9][a-z0-9_-]{0,59})(?:@(?P<date>\d{4}-\d{2}-\d{2}))?")
# A range that holds more of all addresses than this is a slip of the pen.
WIDEST = {4: 8, 6: 16}
# An address of version 6 is its upper 64 bits (`model.places`): a narrower range cannot be told from its network.
NARROWEST6 = 64
_BITS4, _BITS6 = 32, 128

_NO_HEAD = mark("the first line does not name this column")
_NO_TEXT = mark("it is no table in UTF-8 text")
_NO_KIND = mark("no list is kept of {value}; write one of {known}")
_NO_CONTEXT = mark("{value} is nothing that {kind} can be; write one of {known}")
_NO_VALUE = mark("{value} is no {kind}")
_HOST_BITS = mark("{value} is no range: bits stand behind its length; write {known}")
_TOO_WIDE = mark("{value} holds too many addresses: no range is wider than /{known}")
_TOO_NARROW = mark("{value} is narrower than /{known}, which is all that is kept of an address of version 6")
_NO_NAME = mark("the file's name is no NAME.csv or NAME@YYYY-MM-DD.csv in small letters, digits, - and _")


class BadList(FanalError):
    """A node's list has a line that cannot be used."""

    code = "F-MODEL-22"
    text = "{file}, line {line}, column {column}: {detail}."
    exit_code = 2


@dataclass(frozen=True)
class NodeLists:
    """What a node's lists say, and which editions say it.

    Attributes:
        entries: by list; a value that editions in a row name alike is one entry over all their days.
        editions: by name, then date.
    """

    entries: tuple[ListEntry, ...]
    editions: tuple[ListEdition, ...]


class _UnusableError(Exception):
    """What is wrong with one line: the column, and why."""

    def __init__(self, column: str, detail: str, **fields: str | int) -> None:
        self.column = column
        self.detail = translate(detail).format(**fields)
        super().__init__(column)


def _range(value: str) -> str:
    try:
        found = ipaddress.ip_network(value)
    except ValueError:
        try:
            known = str(ipaddress.ip_network(value, strict=False))
        except ValueError:
            raise _UnusableError("value", _NO_VALUE, value=value, kind="ip_range") from None
        raise _UnusableError("value", _HOST_BITS, value=value, known=known) from None
    if found.prefixlen < WIDEST[found.version]:
        raise _UnusableError("value", _TOO_WIDE, value=value, known=WIDEST[found.version])
    if found.version == 6 and NARROWEST6 < found.prefixlen < _BITS6:  # noqa: PLR2004  the family
        raise _UnusableError("value", _TOO_NARROW, value=value, known=NARROWEST6)
    return str(found)


def _address(value: str) -> str | None:
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _norm(kind: str, value: str) -> str | None:
    if kind == "asn":
        number = value.upper().removeprefix("AS")
        return number if number.isdecimal() and number.isascii() and 0 < int(number) < 1 << _BITS4 else None
    if kind == "ip":
        return _address(value)
    if kind == "ip_range":
        return _range(value)
    if kind == "email" and value.startswith("@"):
        whole = BY_NAME[kind].normalise("x" + value)
        return None if whole is None else "@" + whole.partition("@")[2]
    return BY_NAME[kind].normalise(value)


# Editions of one list repeat most of their lines.
@lru_cache(maxsize=1 << 16)
def _entry(name: str, kind: str, value: str, context: str, holder: str | None) -> ListEntry:
    """One line of a list, its value in normal form. Raises _UnusableError, which names the column."""
    known = ", ".join(CONTEXTS_OF)
    if kind not in CONTEXTS_OF:
        raise _UnusableError("kind", _NO_KIND, value=kind or "-", known=known)
    if context not in CONTEXTS_OF[kind]:
        known = ", ".join(CONTEXTS_OF[kind])
        raise _UnusableError("context", _NO_CONTEXT, value=context or "-", kind=kind, known=known)
    norm = _norm(kind, value)
    if not norm:
        raise _UnusableError("value", _NO_VALUE, value=value or "-", kind=kind)
    return ListEntry(name, kind, norm, context, holder)


def name_of(file: str) -> tuple[str, str]:
    """A list's name and its edition's date ("" for none) from a file's name.

    Raises BadList.
    """
    found = _NAME.fullmatch(file.removesuffix(".csv"))
    try:
        if found:
            return found["name"], date.fromisoformat(found["date"]).isoformat() if found["date"] else ""
    except ValueError:
        pass
    raise BadList(file=file, line="-", column="-", detail=translate(_NO_NAME))


def read_list(file: str, raw: bytes) -> tuple[ListEntry, ...]:
    """The entries of one CSV file, in its order, each once.

    Args:
        file: its name, which says the list's name and date.
        raw: its bytes: columns kind, value, context, and holder where known.

    Raises:
        BadList: the name or a line is of no use; it names line and column.
    """
    name, _ = name_of(file)
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as e:
        line = raw.count(b"\n", 0, e.start) + 1
        raise BadList(file=file, line=line, column="-", detail=translate(_NO_TEXT)) from e
    rows = csv.reader(lines)
    head = next(rows, [])
    for column in COLUMNS:
        if column not in head:
            raise BadList(file=file, line=1, column=column, detail=translate(_NO_HEAD))
    places = [head.index(column) for column in (*COLUMNS, "holder") if column in head]
    found: dict[ListEntry, None] = {}
    try:
        for row in rows:
            if row:
                kind, value, context, holder = ([row[at].strip() if at < len(row) else "" for at in places] + [""])[:4]
                found[_entry(name, kind, value, context, holder or None)] = None
    except _UnusableError as e:
        raise BadList(file=file, line=rows.line_num, column=e.column, detail=e.detail) from e
    except csv.Error as e:
        raise BadList(file=file, line=rows.line_num, column="-", detail=translate(_NO_TEXT)) from e
    return tuple(found)


def node_lists(folder: Path) -> NodeLists:
    """Everything that the CSV files of a folder say.

    Args:
        folder: every `*.csv` in it is one edition of a list. A folder that is not there holds none.

    Raises:
        BadList: a file's name or line is of no use.
    """
    files: dict[str, list[tuple[str, Path]]] = {}
    for path in sorted(folder.glob("*.csv")):
        name, day = name_of(path.name)
        files.setdefault(name, []).append((day, path))
    entries: list[ListEntry] = []
    editions: list[ListEdition] = []
    for name in sorted(files):
        parts = []
        # An edition without date is the oldest.
        dated = sorted(files[name])
        for place, (day, path) in enumerate(dated):
            raw = path.read_bytes()
            since = day if place else ""
            until = dated[place + 1][0] if place + 1 < len(dated) else ""
            found = read_list(path.name, raw)
            kinds = ", ".join(sorted({entry.kind for entry in found}))
            editions.append(ListEdition(name, kinds, _source(path), day, sha256_bytes(raw), len(found), since, until))
            parts.append((day, since, until, found))
        entries += _spans(parts)
    return NodeLists(tuple(entries), tuple(editions))


def _spans(parts: list[tuple[str, str, str, tuple[ListEntry, ...]]]) -> Iterator[ListEntry]:
    """The entries of one list's editions, in order of date; what editions in a row say alike is said once."""
    open_: dict[ListEntry, ListEntry] = {}
    for day, since, until, entries in parts:
        still = {}
        for entry in entries:
            begun = open_.pop(entry, None)
            still[entry] = (
                replace(begun, until=until) if begun else replace(entry, edition=day, since=since, until=until)
            )
        yield from open_.values()
        open_ = still
    yield from open_.values()


def _source(path: Path) -> str:
    beside = path.with_suffix(SOURCE)
    return beside.read_text(encoding="utf-8").strip() if beside.exists() else ""
