"""Walks one table of a SQLite file in the order of its row numbers: blocks of cells, and gaps where it is damaged.

Cells come as the bytes of their text, with a mark at those that were BLOBs. Values over `LONGEST` are
digested piece by piece and only their stand-in travels on. It gives cells no meaning.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fanal.base.language import mark
from fanal.evidence.sqlite_blocks import Block, Flags, Gap, Rows, joined
from fanal.evidence.sqlite_door import LONGEST, SqliteDoor, SqliteTable, quoted

DAMAGED: Final = mark("a damaged page: the rows on it cannot be read")
TOO_MUCH: Final = mark("more rows than a file of this size can hold: reading was broken off")
OUT_OF_ORDER: Final = mark("rows whose numbers do not ascend: a damaged page")
UNREADABLE: Final = mark("the row cannot be read")
#: Rows that are fetched at once: so many rows of the longest values still fit in memory.
FETCH = 256
BLOCK_ROWS = 65_536
BLOCK_BYTES = 32 << 20
_PIECE = 1 << 20
#: After so many gaps a table is given up.
_GAPS = 1_000
_MASK = 60
#: Steps behind damage grow by this part of theirs.
_GROWTH = 4
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1
_PRIMARY = 0xFF


class TableWalk:
    """One walk over one table. Iterate once."""

    def __init__(self, door: SqliteDoor, table: SqliteTable, columns: tuple[str, ...], rows: int = BLOCK_ROWS) -> None:
        """Prepare a walk.

        Args:
            door: the file.
            table: one of its tables.
            columns: those of its columns that are wanted, at least one.
            rows: most rows of one block.
        """
        self._door, self._table, self._columns, self._most = door, table, columns, rows
        self._last: int | None = None
        self._place = 0
        self._gap_at = -1
        self._width = 1 + (len(columns) + _MASK - 1) // _MASK

    def begin_at_row(self, rowid: int) -> None:
        """Begin with the row of that number."""
        self._last = rowid - 1 if rowid > _LOWEST else None

    def begin_at_place(self, place: int) -> None:
        """Begin with the row at a place, where the rows before it are undamaged; else at the beginning."""
        if self._table.rowid is not None:
            rowid = self._table.rowid
            self._door.allow(self._table)
            sql = f"SELECT {rowid} FROM {quoted(self._table.name)} NOT INDEXED ORDER BY {rowid} LIMIT 1 OFFSET ?"
            try:
                row = self._door.execute(sql, (place - 1,)).fetchone()
            except sqlite3.Error:
                return
            if row is None:
                return
            self.begin_at_row(int(row[0]))
        self._place = place - 1

    def __iter__(self) -> Iterator[Block | Gap]:
        waiting: list[Block] = []
        for piece in self._pieces():
            if isinstance(piece, Block):
                waiting.append(piece)
            if waiting and (isinstance(piece, Gap) or self._full(waiting)):
                yield joined(waiting)
                waiting = []
            if isinstance(piece, Gap):
                yield piece
        if waiting:
            yield joined(waiting)

    def _full(self, waiting: list[Block]) -> bool:
        size = sum(cells.nbytes for block in waiting[-1:] for cells in block.cells) * len(waiting)
        return len(waiting) * FETCH >= self._most or size >= BLOCK_BYTES

    def _pieces(self) -> Iterator[Block | Gap]:
        gaps = 0
        while True:
            try:
                yield from self._run()
            except sqlite3.Error as e:
                error = e
            else:
                return
            if _code(error) != sqlite3.SQLITE_INTERRUPT and not isinstance(error, _Disorder):
                try:
                    yield from self._one_by_one()
                except sqlite3.Error as e:
                    error = e
                else:
                    continue
            if _code(error) == sqlite3.SQLITE_TOOBIG and self._table.rowid is not None:
                yield from self._long_row()
                continue
            gap, goes_on = self._behind(error)
            yield gap
            gaps += 1
            if not goes_on or gaps == _GAPS:
                return

    def _gap(self, reason: str, error: sqlite3.Error) -> Gap:
        return Gap(self._place, self._last, single=False, reason=reason, detail=str(error))

    # Rows at their usual pace.

    def _sql(self, columns: str) -> tuple[str, tuple[int, ...]]:
        """The SELECT from the first row not yet seen, and its values."""
        sql = f"SELECT {columns} FROM {quoted(self._table.name)} NOT INDEXED"
        if self._table.rowid is None:
            return f"{sql} LIMIT -1 OFFSET ?", (self._place,)
        if self._last is None:
            return f"{sql} ORDER BY {self._table.rowid}", ()
        # Not "> last": that would go by the page that can hold the last one, which may be the damaged one.
        least = (self._last + 1,) if self._last < _HIGHEST else (_HIGHEST,)
        done = "" if self._last < _HIGHEST else " AND 0"
        return f"{sql} WHERE {self._table.rowid} >= ?{done} ORDER BY {self._table.rowid}", least

    def _listed(self) -> str:
        """What is selected: the row's number, which cells are BLOBs, and every cell as text or BLOB."""
        # A BLOB is what does not sort before an empty one; that is five times quicker to ask than typeof().
        tests = [f"{quoted(name)} COLLATE BINARY >= x''" for name in self._columns]
        masks = []
        for start in range(0, len(tests), _MASK):
            part = tests[start : start + _MASK]
            bits = " + ".join(f"CASE WHEN {test} THEN {1 << n} ELSE 0 END" for n, test in enumerate(part))
            masks.append(f"CASE WHEN {' OR '.join(part)} THEN {bits} ELSE 0 END")
        names = [quoted(name) for name in self._columns]
        cells = [
            f"CASE WHEN {test} THEN {name} ELSE CAST({name} AS TEXT) END"
            for name, test in zip(names, tests, strict=True)
        ]
        return ", ".join([self._table.rowid or "0", *masks, *cells])

    def _run(self) -> Iterator[Block]:
        self._door.allow(self._table)
        cursor = self._door.execute(*self._sql(self._listed()))
        while rows := cursor.fetchmany(FETCH):
            yield from self._ascending(rows)

    def _ascending(self, rows: list[tuple[Any, ...]]) -> Iterator[Block]:
        """The rows up to the first whose number does not ascend. Raises _Disorder at that one."""
        if self._table.rowid is None:
            yield self._block(rows, None)
            return
        rowids = np.array([row[0] for row in rows], np.int64)
        falls = np.flatnonzero(rowids[1:] <= rowids[:-1])
        good = int(falls[0]) + 1 if len(falls) else len(rows)
        if self._last is not None and rowids[0] <= self._last:
            good = 0
        if good:
            yield self._block(rows[:good], rowids[:good])
        if good < len(rows):
            raise _Disorder(OUT_OF_ORDER)

    def _block(self, rows: list[tuple[Any, ...]], rowids: Rows | None) -> Block:
        given = list(zip(*rows, strict=True))
        if rowids is not None:
            self._last = int(rowids[-1])
        cells = [pa.array(column, pa.binary()) for column in given[self._width :]]
        blobs: list[Flags | None] = [None] * len(cells)
        for n, mask in enumerate(given[1 : self._width]):
            if any(mask):  # most tables have none
                bits = np.array(mask, np.int64)
                for at in range(n * _MASK, min((n + 1) * _MASK, len(cells))):
                    found = (bits >> (at - n * _MASK)) & 1 == 1
                    blobs[at] = found if found.any() else None
        first = self._place + 1
        self._place += len(rows)
        return Block(first, len(rows), rowids, cells, blobs)

    # Where something is wrong.

    def _one_by_one(self) -> Iterator[Block]:
        """The rows before the one that cannot be fetched, each by a SELECT of its own. Raises what that one raises."""
        sql, values = self._sql(self._listed())
        if self._table.rowid is not None:
            sql += " LIMIT 1 OFFSET ?"
        for n in range(FETCH):
            self._door.allow(self._table)
            # Always from the same start: a seek would pass by damaged rows that scanning shows.
            at = (*values, n) if self._table.rowid is not None else (values[0] + n,)
            rows = self._door.execute(sql.replace("LIMIT -1", "LIMIT 1"), at).fetchall()
            if not rows:
                return
            yield from self._ascending(rows)

    def _behind(self, error: sqlite3.Error) -> tuple[Gap, bool]:
        """The gap at the row that cannot be fetched, and whether reading goes on behind it."""
        if isinstance(error, _Disorder):
            stuck = self._gap_at == self._place
            self._gap_at = self._place
            return self._gap(OUT_OF_ORDER, error), (not stuck or self._skip()) and self._table.rowid is not None
        if _code(error) == sqlite3.SQLITE_INTERRUPT:
            return self._gap(TOO_MUCH, error), False
        if self._table.rowid is None:
            return self._gap(DAMAGED, error), False
        try:
            rowid = self._following()
        except sqlite3.Error:
            gap = self._gap(DAMAGED, error)
            return gap, self._skip()
        if rowid is None:
            return self._gap(DAMAGED, error), False
        self._last = rowid
        self._place += 1
        return Gap(self._place, rowid, single=True, reason=UNREADABLE, detail=str(error)), True

    def _long_row(self) -> Iterator[Block | Gap]:
        """One row with a value over LONGEST: its cells one after the other, long ones as their stand-in."""
        try:
            rowid = self._following()
            if rowid is None:
                return
            cells, blobs, cut = self._cells_of(rowid)
        except sqlite3.Error as e:
            yield self._behind(e)[0]
            return
        self._last = rowid
        self._place += 1
        yield Block(self._place, 1, np.array([rowid], np.int64), cells, blobs, cut)

    def _cells_of(self, rowid: int) -> tuple[list[pa.BinaryArray], list[Flags | None], list[tuple[int, int]]]:
        cells: list[pa.BinaryArray] = []
        blobs: list[Flags | None] = []
        cut: list[tuple[int, int]] = []
        for at, name in enumerate(self._columns):
            where = f"FROM {quoted(self._table.name)} NOT INDEXED WHERE {self._table.rowid} = ?"
            kind = self._door.execute(f"SELECT typeof({quoted(name)}) {where}", (rowid,)).fetchone()[0]
            value: bytes | None = None
            long = False
            if kind in (b"text", b"blob"):
                with self._door.piecewise(self._table, name, rowid) as blob:
                    long = len(blob) > LONGEST
                    value = _stand_in(blob) if long else None
            if not long:
                sql = f"SELECT CASE typeof({quoted(name)}) WHEN 'blob' THEN {quoted(name)} "
                sql += f"ELSE CAST({quoted(name)} AS TEXT) END {where}"
                value = self._door.execute(sql, (rowid,)).fetchone()[0]
            elif kind == b"text":
                cut.append((0, at))
            cells.append(pa.array([value], pa.binary()))
            blobs.append(np.array([True]) if kind == b"blob" and not long else None)
        return cells, blobs, cut

    def _next_rowid(self, least: int | None) -> int | None:
        """The number of the first row, from `least` on. Raises sqlite3.Error."""
        rowid = self._table.rowid or ""
        self._door.allow(self._table)
        sql = f"SELECT {rowid} FROM {quoted(self._table.name)} NOT INDEXED"
        where = "" if least is None else f" WHERE {rowid} >= ?"
        values = () if least is None else (least,)
        row = self._door.execute(f"{sql}{where} ORDER BY {rowid} LIMIT 1", values).fetchone()
        if row is not None and least is not None and row[0] < least:
            raise _Disorder(OUT_OF_ORDER)
        return None if row is None else int(row[0])

    def _following(self) -> int | None:
        """The number of the row after the last one read. Raises sqlite3.Error."""
        if self._last == _HIGHEST:
            return None
        return self._next_rowid(None if self._last is None else self._last + 1)

    def _skip(self) -> bool:
        """Go behind the damage, to a number from which on rows are found again. False where none is found."""
        bad = self._last if self._last is not None else 0
        step = 1
        while True:
            good = min(bad + step, _HIGHEST)
            try:
                found = self._next_rowid(good)
            except sqlite3.Error:
                if good == _HIGHEST:
                    return False
                bad, step = good, step + step // _GROWTH + 1
                continue
            break
        while good - bad > 1:
            middle = (good + bad) // 2
            try:
                row = self._next_rowid(middle)
            except sqlite3.Error:
                bad = middle
            else:
                good, found = middle, found if row is None else row
        if found is None:
            return False
        self._last = good - 1
        return True


class _Disorder(sqlite3.DatabaseError):
    """Row numbers that do not ascend: a tree of pages that runs in a circle."""


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY


def _stand_in(blob: sqlite3.Blob) -> bytes:
    digest = hashlib.sha256()
    while piece := blob.read(_PIECE):
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}:{len(blob)}".encode()
