"""Which lines of a web-server log a mapping can make anything of: a cheap look before any text is written out.

It only ever leaves out lines that no SELECT would yield: what stands in its WHERE as method, status
or beginning of the path, joined by AND. The SELECT itself runs all the same.
"""

# ruff: noqa: PLR2004  bytes are compared with their codes in one compiled loop

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlglot
from sqlglot import exp

from fanal.read.cell_kernel import JSON_STRING, NULL, Bytes, Places
from fanal.read.compiled import compiled
from fanal.read.mapping_sql import Branch
from fanal.read.weblog_places import METHOD, PATH, QUERY, STATUS

Flags = npt.NDArray[np.bool_]

_META = re.compile(r"[\\.^$|?*+()\[\]{}]")
_ANY, _AT_START, _INSIDE = 0, 1, 2


@dataclass(frozen=True)
class Need:
    """What a line must have for one SELECT to yield it; None and empty ask for nothing.

    Attributes:
        methods: one of these.
        statuses: one of these, three digits each.
        path: ASCII text in the path.
        at_start: whether the path begins with it.
    """

    methods: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    path: str = ""
    at_start: bool = True


def need_of(branch: Branch) -> Need:
    """What the WHERE of a SELECT over the one table says for certain."""
    tree = sqlglot.parse_one(branch.sql, dialect="duckdb")
    where = tree.args.get("where")
    if branch.reordered or where is None or len(list(tree.find_all(exp.Select))) != 1:
        return Need()
    methods: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    path, at_start = "", True
    for said in where.this.flatten() if isinstance(where.this, exp.And) else (where.this,):
        column, values = _one_of(said)
        if column == "method":
            methods = values if methods is None else methods & values
        elif column == "status":
            statuses = values if statuses is None else statuses & values
        found, begins = _path(said)
        if len(found) > len(path):
            path, at_start = found, begins
    return Need(methods, statuses, path, at_start)


def _one_of(said: exp.Expr) -> tuple[str, frozenset[str]]:
    """A column and the texts that it must be one of; no column where the condition says something else."""
    if isinstance(said, exp.EQ):
        sides = (said.this, said.expression)
        columns = [side for side in sides if isinstance(side, exp.Column)]
        texts = [side for side in sides if isinstance(side, exp.Literal) and side.is_string]
    elif isinstance(said, exp.In) and not set(said.args) - {"this", "expressions"}:
        columns = [said.this] if isinstance(said.this, exp.Column) else []
        texts = [text for text in said.expressions if isinstance(text, exp.Literal) and text.is_string]
        texts = texts if len(texts) == len(said.expressions) else []
    else:
        return "", frozenset()
    return (columns[0].name.lower() if columns and texts else ""), frozenset(text.this for text in texts)


def _path(said: exp.Expr) -> tuple[str, bool]:
    """Text that a condition asks of the path, and whether it must stand at its beginning; "" for none."""
    text = said.args.get("expression")
    on_path = isinstance(said.this, exp.Column) and said.this.name.lower() == "path"
    if not on_path or not isinstance(text, exp.Literal) or not text.is_string:
        return "", True
    if isinstance(said, exp.Like):
        return _plain(re.split("[%_]", text.this)[0]), True
    if isinstance(said, exp.StartsWith):
        return _plain(text.this), True
    if isinstance(said, (exp.RegexpLike, exp.RegexpFullMatch)) and not said.args.get("flag"):
        return literal_start(text.this.removeprefix("^")), text.this.startswith("^")
    return "", True


def literal_start(pattern: str) -> str:
    """The text with which every match of a regular expression begins, as far as it is plain."""
    if "|" in pattern:
        return ""
    meta = _META.search(pattern)
    if meta is None:
        return _plain(pattern)
    plain = pattern[: meta.start()]
    return _plain(plain[:-1] if meta[0] in "?*{" else plain)


def _plain(text: str) -> str:
    """The text up to where it might be written otherwise in the file."""
    found = re.match(r"[!-\[\]-~]*", text)
    return found[0] if found else ""


class Sift:
    """Tells the lines of a block that some SELECT may yield from the others."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._needs = list(needs)
        self.is_open = not self._needs or any(need == Need() or not _narrow(need) for need in self._needs)
        methods = [sorted(m.encode() for m in need.methods or ()) for need in self._needs]
        self._any_method = np.array([need.methods is None for need in self._needs], np.bool_)
        self._method_of = np.cumsum([0, *map(len, methods)]).astype(np.int32)
        every = [m for some in methods for m in some]
        self._methods, self._method_ends = _joined(every)
        self._statuses = np.zeros((len(self._needs), 1000), np.bool_)
        for n, need in enumerate(self._needs):
            if need.statuses is None:
                self._statuses[n] = True
            for status in need.statuses or ():
                if re.fullmatch("[0-9]{3}", status):
                    self._statuses[n, int(status)] = True
        self._any_status = np.array([need.statuses is None for need in self._needs], np.bool_)
        self._paths, self._path_ends = _joined([need.path.encode() for need in self._needs])
        self._modes = np.array([_mode(need) for need in self._needs], np.uint8)

    def kept(self, buf: Bytes, starts: Places, ends: Places, kinds: Bytes, rows: npt.NDArray[np.int64]) -> Flags:
        """For each of the rows, whether it may matter."""
        kept = np.ones(len(rows), np.bool_)
        if not self.is_open:
            _sift(
                buf, starts, ends, kinds, rows, self._any_method, self._method_of, self._methods, self._method_ends,
                self._any_status, self._statuses, self._paths, self._path_ends, self._modes, kept,
            )  # fmt: skip
        return kept


def _narrow(need: Need) -> bool:
    return bool(need.methods is not None or need.statuses is not None or need.path)


def _mode(need: Need) -> int:
    return (_AT_START if need.at_start else _INSIDE) if need.path else _ANY


def _joined(texts: list[bytes]) -> tuple[Bytes, Places]:
    """Texts one behind the other, and where each begins, with the end."""
    return np.frombuffer(bytearray(b"".join(texts) or b" "), np.uint8), np.cumsum([0, *map(len, texts)]).astype(
        np.int32
    )


@compiled
def _same(buf: Bytes, p: int, end: int, text: Bytes, start: int, stop: int) -> bool:
    """Whether the bytes from p begin with a text."""
    if end - p < stop - start:
        return False
    for i in range(stop - start):  # noqa: SIM110  compiled: a loop is what it is
        if buf[p + i] != text[start + i]:
            return False
    return True


@compiled
def _escaped(buf: Bytes, p: int, end: int, kind: int) -> bool:
    """Whether a JSON string is written with backslashes, so that its bytes are not its text."""
    if kind == JSON_STRING:
        for i in range(p, end):
            if buf[i] == 92:
                return True
    return False


@compiled
def _method_fits(
    buf: Bytes, p: int, end: int, kind: int, methods: Bytes, method_ends: Places, first: int, behind: int
) -> bool:
    if _escaped(buf, p, end, kind):
        return True
    for m in range(first, behind):
        size = method_ends[m + 1] - method_ends[m]
        if size == end - p and _same(buf, p, end, methods, method_ends[m], method_ends[m + 1]):
            return True
    return False


@compiled
def _path_fits(buf: Bytes, p: int, end: int, kind: int, paths: Bytes, start: int, stop: int, mode: int) -> bool:
    if _escaped(buf, p, end, kind):
        return True
    if mode == _AT_START:
        return _same(buf, p, end, paths, start, stop)
    for i in range(p, end - (stop - start) + 1):  # noqa: SIM110  compiled: a loop is what it is
        if _same(buf, i, end, paths, start, stop):
            return True
    return False


@compiled
def _sift(
    buf: Bytes, starts: Places, ends: Places, kinds: Bytes, rows: npt.NDArray[np.int64],
    any_method: Flags, method_of: Places, methods: Bytes, method_ends: Places,
    any_status: Flags, statuses: Flags, paths: Bytes, path_ends: Places, modes: Bytes, kept: Flags,
) -> None:  # fmt: skip
    for n in range(len(rows)):
        r = rows[n]
        at, end, kind = starts[r, STATUS], ends[r, STATUS], kinds[r, STATUS]
        status = -1
        if kind != NULL and end - at == 3:
            status = 0
            for i in range(at, end):
                status = status * 10 + buf[i] - 48 if 48 <= buf[i] <= 57 and status >= 0 else -1
        kept[n] = False
        for k in range(len(modes)):
            if not any_status[k] and not (status >= 0 and statuses[k, status]):
                continue
            at, end, kind = starts[r, METHOD], ends[r, METHOD], kinds[r, METHOD]
            if not any_method[k] and (
                kind == NULL
                or not _method_fits(buf, at, end, kind, methods, method_ends, method_of[k], method_of[k + 1])
            ):
                continue
            at, end, kind = starts[r, PATH], ends[r, PATH], kinds[r, PATH]
            # A path that is joined from two fields is no longer than asked for, until it is joined.
            if (
                modes[k] != _ANY
                and kinds[r, QUERY] == NULL
                and (
                    kind == NULL or not _path_fits(buf, at, end, kind, paths, path_ends[k], path_ends[k + 1], modes[k])
                )
            ):
                continue
            kept[n] = True
            break
