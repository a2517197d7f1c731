"""Opens hostile SQLite files: reads real tables and nothing else, with bounded memory and bounded work.

Nothing of the file is trusted: no view, trigger, virtual table, extension or generated column of it is ever
run. The exhibit is opened in place, unlocked and unwritten; where a write-ahead log belongs to it, both are
copied and the log is replayed on the copy. A rollback journal is never replayed: it can name other files for
SQLite to delete. Freed pages and deleted rows are not carved.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from fanal.base.errors import FanalError
from fanal.base.language import translate

MAGIC = b"SQLite format 3\0"
#: Longest value that is taken as it stands, in bytes; longer ones are digested piece by piece.
LONGEST: Final = 1 << 20
CACHE_KIB = 16_384
_ALIASES = ("_rowid_", "rowid", "oid")
_FUNCTIONS = frozenset({"typeof", "length", "sum", "max"})
_ASKED = ("table_xinfo", "encoding", "freelist_count")
_STEPS = 100_000
_LEAST_ROW = 5
_VIRTUAL, _STORED = 2, 3
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 8,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class SqliteRefused(FanalError):
    """The file as a whole is no SQLite database that can be opened."""

    code = "F-SQLITE-01"
    text = (
        "{path} cannot be opened as a SQLite database ({detail}); decrypt it first, or copy it from the device again."
    )


@dataclass(frozen=True)
class SqliteTable:
    """One real table.

    Attributes:
        name: as the file has it.
        columns: names of the columns that are stored.
        rowid: a name of the row's number that no column hides; None in a table without one.
    """

    name: str
    columns: tuple[str, ...]
    rowid: str | None


class SqliteDoor:
    """One opened file. A context manager."""

    def __init__(self, path: Path, name: str, scratch: Path, wal: Path | None = None) -> None:
        """Open it.

        Args:
            path: the file; it is not written.
            name: what messages call it.
            scratch: folder for the copy where there is a log.
            wal: its write-ahead log, None where there is none.

        Raises:
            SqliteRefused: it is no database, or nothing of its schema can be read.
        """
        self.name = name
        #: Facts about the file as a whole, for the reader's notes.
        self.facts: dict[str, Any] = {}
        #: The real tables, by names that differ in more than capitals.
        self.tables: dict[str, SqliteTable] = {}
        #: Tables whose definition SQLite cannot read, and why.
        self.broken: dict[str, str] = {}
        self._wal = wal if wal is not None and wal.stat().st_size else None
        self._path = _copy(path, self._wal, scratch) if self._wal else path
        self._size = self._path.stat().st_size + (self._wal.stat().st_size if self._wal else 0)
        self._left = 0
        with self._path.open("rb") as f:
            head = f.read(100)
        if not head.startswith(MAGIC):
            raise SqliteRefused(path=name, detail=translate("no SQLite header"))
        self._look_at_size(head)
        self._con = self._open()

    # How it is opened.

    def _open(self) -> sqlite3.Connection:
        """Connect; where the schema or the size is damaged, once more with SQLite's tolerance for both."""
        for tolerant in (False, True):
            con = self._connect()
            try:
                _settle(con, tolerant=tolerant)
                con.set_progress_handler(self._tick, _STEPS)
                con.set_authorizer(_authorize)
                self.tables = self._survey(con)
            except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError) as e:
                con.close()
                failed = str(e)
            else:
                if tolerant:
                    self.facts["damaged"] = failed
                return con
        raise SqliteRefused(path=self.name, detail=failed)

    def _connect(self) -> sqlite3.Connection:
        mode = "mode=rw" if self._wal else "mode=ro&immutable=1"
        con = sqlite3.connect(f"file:{quote(str(self._path.resolve()))}?{mode}", uri=True, isolation_level=None)
        con.text_factory = bytes
        if hasattr(con, "enable_load_extension"):  # a Python built without extensions has nothing to switch off
            con.enable_load_extension(False)
        for limit, most in _LIMITS.items():
            con.setlimit(limit, most)
        return con

    def _survey(self, con: sqlite3.Connection) -> dict[str, SqliteTable]:
        """The tables that can be read; sets `facts` and `broken`."""
        self.allow()
        found: dict[str, SqliteTable] = {}
        left_out: dict[str, int] = {}
        taken: set[str] = set()
        self.broken.clear()
        for kind, name, root, sql in con.execute("SELECT type, name, rootpage, sql FROM sqlite_master").fetchall():
            shown, what = _text(name), _text(kind)
            virtual = _text(sql).lstrip()[:14].upper() == "CREATE VIRTUAL"
            if what != "table" or virtual or not isinstance(root, int) or root <= 0:
                what = "virtual table" if virtual else what
                left_out[what] = left_out.get(what, 0) + 1
            elif not shown.startswith("sqlite_"):
                key = shown
                while key.lower() in taken:
                    key += "_2"
                taken.add(key.lower())
                try:
                    found[key] = _describe(con, shown)
                except sqlite3.Error as e:
                    self.broken[key] = str(e)
        self.facts["left_out"] = {kind: n for kind, n in sorted(left_out.items()) if kind != "index"}
        self.facts["encoding"] = _text(con.execute("PRAGMA encoding").fetchone()[0])
        free = con.execute("PRAGMA freelist_count").fetchone()[0]
        self.facts["not_carved"] = {"free_pages": free}
        if self._wal:
            self.facts["wal_bytes"] = self._wal.stat().st_size
        return found

    def _look_at_size(self, head: bytes) -> None:
        page = int.from_bytes(head[16:18]) or 1
        said = int.from_bytes(head[28:32]) * (65_536 if page == 1 else page)
        valid = head[24:28] == head[92:96]
        if valid and said > self._path.stat().st_size and not self._wal:
            self.facts["truncated"] = {"bytes": self._path.stat().st_size, "said": said}

    # What may run.

    def allow(self, rows_of: SqliteTable | None = None) -> None:
        """Set how much work the next statement may be: what a table of this file's size can need at most."""
        width = 2 + (len(rows_of.columns) if rows_of else 0)
        self._left = 10_000_000 + self._size // _LEAST_ROW * 16 * width

    def _tick(self) -> bool:
        self._left -= _STEPS
        return self._left < 0

    def execute(self, sql: str, values: tuple[int, ...] = ()) -> sqlite3.Cursor:
        """Run one SELECT on real tables. Raises sqlite3.Error; every other statement is not authorized."""
        return _run(self._con, sql, values)

    def count(self, table: SqliteTable) -> int:
        """How many rows a table has. Raises sqlite3.Error where it is damaged."""
        self.allow()
        # Not count(*): SQLite counts pages then, which no limit of steps can break off.
        found = self.execute(f"SELECT sum(1) FROM {quoted(table.name)} NOT INDEXED").fetchone()[0]
        return int(found or 0)

    @contextlib.contextmanager
    def piecewise(self, table: SqliteTable, column: str, rowid: int) -> Iterator[sqlite3.Blob]:
        """A text or BLOB as a stream of its stored bytes. Raises sqlite3.Error where it is a number or NULL."""
        blob = self._con.blobopen(table.name, column, rowid, readonly=True)
        try:
            yield blob
        finally:
            blob.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()
        if self._wal:
            for left in self._path.parent.glob(self._path.name + "*"):
                left.unlink()


def log_of(names: Mapping[str, Path], name: str) -> Path | None:
    """The write-ahead log of the file of that name among the files beside an exhibit."""
    return names.get(f"{name}-wal")


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _copy(path: Path, wal: Path, scratch: Path) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    number = len(list(scratch.glob("sqlite-*.db")))
    copy = scratch / f"sqlite-{number}.db"
    shutil.copyfile(path, copy)
    shutil.copyfile(wal, scratch / f"{copy.name}-wal")
    return copy


def _settle(con: sqlite3.Connection, *, tolerant: bool) -> None:
    """The settings of a session; from then on only SELECT runs. Raises sqlite3.Error on a damaged schema."""
    for setting in (
        f"writable_schema = {'ON' if tolerant else 'OFF'}",  # first: the others read the schema
        "locking_mode = EXCLUSIVE",  # the log's index stays in memory: no -shm file is read or made
        "trusted_schema = OFF",
        "query_only = ON",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        f"cache_size = -{CACHE_KIB}",
    ):
        con.execute(f"PRAGMA {setting}")


def _run(con: sqlite3.Connection, sql: str, values: tuple[int, ...] = ()) -> sqlite3.Cursor:
    """Run a statement. Raises sqlite3.Error, also where SQLite's own message quotes bytes that are no text."""
    try:
        return con.execute(sql, values)
    except UnicodeDecodeError as e:
        raise sqlite3.OperationalError(e.object.decode("utf-8", "backslashreplace")) from e


def _describe(con: sqlite3.Connection, name: str) -> SqliteTable:
    listed = _run(con, f"PRAGMA table_xinfo({quoted(name)})").fetchall()
    # A virtual generated column is an expression of the file's own: it is not evaluated. A stored one is data.
    columns = tuple(_text(row[1]) for row in listed if row[6] in (0, _STORED))
    hidden = {_text(row[1]).lower() for row in listed}
    rowid = next((alias for alias in _ALIASES if alias not in hidden), None)
    if rowid is not None:
        try:
            _run(con, f"SELECT {rowid} FROM {quoted(name)} NOT INDEXED LIMIT 0")
        except sqlite3.OperationalError:
            rowid = None
    _run(con, f"SELECT 1 FROM {quoted(name)} NOT INDEXED LIMIT 0")
    return SqliteTable(name, columns, rowid)


def _authorize(action: int, first: str | None, second: str | None, _base: str | None, within: str | None) -> int:
    """Only SELECT and reading outside of any view or trigger, a few functions, and settings that are only asked."""
    if within is None:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and first in _ASKED and (second is None or first == _ASKED[0]):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or first or "").lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value or "")
