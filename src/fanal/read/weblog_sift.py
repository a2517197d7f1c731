"""Which lines of a web-server log a mapping can make anything of: a cheap look before any text is written out.

It only ever leaves out lines that no SELECT would yield: what stands in its WHERE as method, status
or beginning of the path, joined by AND. The SELECT itself runs all the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlglot
from sqlglot import exp

from fanal.read.cell_kernel import Bytes, Places
from fanal.read.mapping_sql import Branch
from fanal.read.weblog_sift_kernel import ANY, AT_START, INSIDE

_META = re.compile(r"[\\.^$|?*+()\[\]{}]")


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

    @property
    def arguments(self) -> tuple[npt.NDArray[Any], ...]:
        """The arguments of `may_matter`, from `any_method` on."""
        return (
            self._any_method, self._method_of, self._methods, self._method_ends,
            self._any_status, self._statuses, self._paths, self._path_ends, self._modes,
        )  # fmt: skip


def _narrow(need: Need) -> bool:
    return bool(need.methods is not None or need.statuses is not None or need.path)


def _mode(need: Need) -> int:
    return (AT_START if need.at_start else INSIDE) if need.path else ANY


def _joined(texts: list[bytes]) -> tuple[Bytes, Places]:
    """Texts one behind the other, and where each begins, with the end."""
    return np.frombuffer(bytearray(b"".join(texts) or b" "), np.uint8), np.cumsum([0, *map(len, texts)]).astype(
        np.int32
    )
