"""Reads MySQL and MariaDB dumps (`mysqldump`, `mariadb-dump`, phpMyAdmin) through a mapping.

A dump is parsed, never executed. The rows of the tables that the mapping names go to scratch tables;
every other row is counted, every other statement is counted and listed.
"""

from collections.abc import Iterable
from contextlib import closing

from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.read import signs_dumps
from fanal.read.cells import opening, shown_row
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mysql_dump import Broken, Walk
from fanal.read.mysql_examples import examples
from fanal.read.mysql_load import STATEMENTS, Load, blob_places
from fanal.read.scratch import distinct_names
from fanal.read.source_tables import SourceTable
from fanal.read.sql_stream import SqlStream, opened_head
from fanal.read.window import CHUNK, Window

_END_MARK = b"-- Dump completed"
_HEAD = 1 << 16


class MysqlDump:
    """The reader of MySQL dumps; see `read.contract.Reader`."""

    name = "mysqldump"
    version = 2
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_dumps.mysqldump(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        _no_xml(source)
        stream = SqlStream(source.path)
        with Duck() as engine, Window(source.path, self._chunk, stream) as window:
            walk = Walk(window, lambda: self._window(source))
            load = Load(engine, source, sink, mapping)
            for piece in walk.pieces():
                load.take(piece)
            if not walk.tables:
                raise Unreadable(
                    path=source.name, detail=translate("no table in it; name its real format with --reader")
                )
            parts = load.finish(walk)
            sink.note("skipped_statements", dict(sorted(walk.skipped.items())))
            cut = walk.truncated or stream.broken
            if cut:
                sink.note("truncated", value=True)
            elif stream.head.startswith(signs_dumps.MYSQL_MARKS[:2]) and _END_MARK not in stream.tail:
                sink.note("no_end_mark", value=True)
            if stream.packing or stream.utf16:
                sink.note("written_as", stream.packing or "utf-16")
            run_mapping(mapping, engine, parts, source, sink, partial=cut)

    def _window(self, source: Source) -> Window:
        return Window(source.path, self._chunk, SqlStream(source.path))

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The dump's tables with their columns and number of rows, for `fanal map`."""
        _no_xml(source)
        with self._window(source) as window:
            walk = Walk(window, lambda: self._window(source))
            for _ in walk.pieces():
                pass
            return {
                name: SourceTable(tuple(distinct_names(c.name for c in table.columns)), table.rows)
                for name, table in walk.tables.items()
            }

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return examples()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as it stands in the dump; the dump is walked up to it."""
        part, _, number = locator.rpartition(":")
        wanted = int(number)
        if part == STATEMENTS:
            with closing(SqlStream(source.path)) as stream:
                return _at_offset(stream, wanted)
        with self._window(source) as window:
            for piece in Walk(window, lambda: self._window(source)).pieces():
                if isinstance(piece, Broken):
                    if piece.table and piece.table.name == part and piece.row == wanted:
                        return piece.excerpt
                elif piece.table.name == part and piece.first <= wanted < piece.first + piece.count:
                    return shown_row(piece.buf, piece.cells, wanted - piece.first, blob_places(piece), limit=None)
        raise Unreadable(
            path=source.name,
            detail=translate("there is no row {locator} in it; run `fanal check`").format(locator=locator),
        )


def _at_offset(stream: SqlStream, offset: int) -> str:
    """How the text at a place begins: of packed text, it is unpacked up to there."""
    piece = bytearray(CHUNK)
    while offset > 0:
        got = stream.readinto(memoryview(piece)[: min(offset, CHUNK)])
        if not got:
            break
        offset -= got
    got = stream.readinto(memoryview(piece)[:400])
    return opening(bytes(piece[:got]))


def _no_xml(source: Source) -> None:
    with source.path.open("rb") as f:
        if signs_dumps.MYSQL_XML.search(opened_head(f.read(_HEAD))):
            detail = translate("an XML dump, which is not read; have it written as SQL, without --xml")
            raise Unreadable(path=source.name, detail=detail)


MYSQLDUMP = MysqlDump()
