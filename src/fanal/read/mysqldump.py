"""Reads MySQL and MariaDB dumps (`mysqldump`, `mariadb-dump`, phpMyAdmin) through a mapping.

A dump is parsed, never executed. The rows of the tables that the mapping names go to scratch tables;
every other row is counted, every other statement is counted and listed.
"""

import re
from collections.abc import Iterable

import numpy as np

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.read.cells import opening, shown_row
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapped_rows import Loader, Wanted
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_draft import SourceTable
from fanal.read.mapping_form import Mapping
from fanal.read.mysql_dump import Block, Broken, DumpTable, Walk
from fanal.read.scratch import distinct_names, wanted_columns
from fanal.read.window import CHUNK, Window

_MARKS = (b"-- MySQL dump", b"-- MariaDB dump", b"-- phpMyAdmin SQL Dump", b"/*M!999999")
_END_MARK = b"-- Dump completed"
_STATEMENT = re.compile(
    rb"^\s*(?:INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE\s+IF\s+EXISTS)\s+`", re.IGNORECASE | re.MULTILINE
)
_NO_TABLE = "(statements)"
_WRONG_WIDTH = mark("wrong number of values")


class MysqlDump:
    """The reader of MySQL dumps; see `read.contract.Reader`."""

    name = "mysqldump"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        if any(head.lstrip().startswith(found) for found in _MARKS):
            return 0.95
        if b"PostgreSQL database dump" in head[:400] or not _STATEMENT.search(head):
            return 0.0
        return 0.8 if name.lower().endswith(".sql") else 0.6

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        with Duck() as engine, Window(source.path, self._chunk) as window:
            walk = Walk(window)
            load = _Load(engine, source, sink, mapping)
            for piece in walk.pieces():
                load.take(piece)
            if not walk.tables:
                raise Unreadable(
                    path=source.name, detail=translate("no table in it; name its real format with --reader")
                )
            parts = load.finish(walk)
            sink.note("charset", walk.charset)
            sink.note("skipped_statements", dict(sorted(walk.skipped.items())))
            if walk.truncated:
                sink.note("truncated", value=True)
            elif _end_mark_missing(source):
                sink.note("no_end_mark", value=True)
            run_mapping(mapping, engine, parts, source, sink, partial=walk.truncated)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The dump's tables with their columns and number of rows, for `fanal map`."""
        with Window(source.path, self._chunk) as window:
            walk = Walk(window)
            for _ in walk.pieces():
                pass
            return {
                name: SourceTable(tuple(distinct_names(c.name for c in table.columns)), table.rows)
                for name, table in walk.tables.items()
            }

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        yield Example("kx.sql", _EXAMPLE, {"account": 2, "identifier": 1}, rejects=0, mapping=_EXAMPLE_MAPPING)
        cut = _EXAMPLE[: _EXAMPLE.index(b"second@")]
        yield Example(
            "cut.sql", cut, {"account": 1, "identifier": 1}, rejects=1, mapping=_EXAMPLE_MAPPING, hostile=True
        )

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as it stands in the dump; the dump is walked up to it."""
        part, _, number = locator.rpartition(":")
        wanted = int(number)
        with Window(source.path, self._chunk) as window:
            if part == _NO_TABLE:
                return _at_offset(source, wanted)
            for piece in Walk(window).pieces():
                if isinstance(piece, Broken):
                    if piece.table and piece.table.name == part and piece.row == wanted:
                        return piece.excerpt
                elif piece.table.name == part and piece.first <= wanted < piece.first + piece.count:
                    return shown_row(piece.buf, piece.cells, wanted - piece.first, _blobs(piece), limit=None)
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


class _Load:
    """Takes the pieces of a walk into scratch tables, rejects and counts."""

    def __init__(self, engine: Duck, source: Source, sink: Sink, mapping: Mapping) -> None:
        self._engine, self._source, self._sink = engine, source, sink
        self._named = {name.lower() for name in mapping.reads}
        self._used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
        self._loaders: dict[str, tuple[Loader, dict[str, str]]] = {}
        self._broken: dict[str, int] = {}

    def take(self, piece: Block | Broken) -> None:
        """One block of rows, or one broken place."""
        if isinstance(piece, Broken):
            part = piece.table.name if piece.table else _NO_TABLE
            self._sink.reject(f"{part}:{piece.row}", None, piece.reason, piece.excerpt)
            self._broken[part] = self._broken.get(part, 0) + 1
        elif piece.table.name.lower() in self._named:
            self._take_rows(piece)

    def finish(self, walk: Walk) -> dict[str, int]:
        """Bind the tables, count what was rejected; returns every part with the rows that could be read."""
        rejected = dict(self._broken)
        for name, table in walk.tables.items():
            if name.lower() in self._named:
                loader = self._loader(table)[0]
                loader.finish()
                rejected[name] = rejected.get(name, 0) + loader.rejected
        for part, n in rejected.items():
            self._sink.count(part, source=n, rejected=n)
        return {name: table.rows - rejected.get(name, 0) for name, table in walk.tables.items()}

    def _loader(self, table: DumpTable) -> tuple[Loader, dict[str, str]]:
        """What loads a source table, and its wanted columns' names in SQL by their own."""
        if table.name not in self._loaders:
            own = [c.name for c in table.columns]
            names = dict(zip(own, distinct_names(own), strict=True))
            kept = wanted_columns(self._used, table.name, names.values())
            loader = Loader(self._engine, self._source, self._sink, table.name, kept, len(self._loaders))
            self._loaders[table.name] = loader, {o: n for o, n in names.items() if n in kept}
        return self._loaders[table.name]

    def _take_rows(self, block: Block) -> None:
        loader, names = self._loader(block.table)
        values = block.cells.values[: block.count]
        wanted = [
            Wanted(names[c.name], c.name, _where(block.listed, place), c.form)
            for place, c in enumerate(block.table.columns)
            if c.name in names
        ]
        loader.good(block.buf, block.cells, np.flatnonzero(values == block.width), block.first, wanted)
        bad = np.flatnonzero(values != block.width)
        if len(bad):
            blobs = _blobs(block)
            loader.bad(bad, block.first, _WRONG_WIDTH, lambda row: shown_row(block.buf, block.cells, row, blobs))


def _where(listed: tuple[int, ...] | None, place: int) -> int:
    """Which value of a row is that column's; -1 where a column list leaves it out."""
    if listed is None:
        return place
    return listed.index(place) if place in listed else -1


def _blobs(block: Block) -> tuple[int, ...]:
    """The places of a block's values that are bytes."""
    order = block.listed if block.listed is not None else tuple(range(len(block.table.columns)))
    columns = block.table.columns
    return tuple(at for at, place in enumerate(order) if place >= 0 and columns[place].form == "blob")


def _at_offset(source: Source, offset: int) -> str:
    with source.path.open("rb") as f:
        f.seek(offset)
        return opening(f.read(400))


def _end_mark_missing(source: Source) -> bool:
    """Whether a dump that would say where it ends does not."""
    with source.path.open("rb") as f:
        begins = f.read(64).startswith(_MARKS[:2])
        f.seek(max(0, source.path.stat().st_size - 4096))
        return begins and _END_MARK not in f.read()


_EXAMPLE = b"""-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `login` varchar(64) DEFAULT NULL,
  `email` varchar(255) DEFAULT NULL,
  `created` datetime DEFAULT NULL,
  `avatar` longblob,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES (1,'first; (it\\'s)','first@example.org','2022-04-01 10:00:00',NULL),
(2,'second@\xc3\xa9','','2022-04-02 10:00:00',_binary 'message 12');
UNLOCK TABLES;
-- Dump completed on 2025-01-01  0:00:00
"""
_EXAMPLE_MAPPING = """fanal_mapping: 1
platform: kx
source: mysqldump
tables:
  account: SELECT id AS native_id, login AS username, created AS created_at, _row FROM users
  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM users WHERE email <> ''
"""

MYSQLDUMP = MysqlDump()
