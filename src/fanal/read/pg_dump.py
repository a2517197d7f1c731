"""Reads PostgreSQL dumps in plain text (`pg_dump`, `pg_dumpall`) through a mapping.

A dump is parsed, never executed. The rows of the tables that the mapping names go to scratch tables;
every other row is counted, every other statement and every command of psql's is counted and listed.
"""

import re
from collections.abc import Iterable

from fanal.base.language import mark, translate
from fanal.engine.duck import Duck
from fanal.read import signs_dumps
from fanal.read.cells import opening
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapped_rows import Loader, Wanted
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_form import Mapping
from fanal.read.pg_names import DumpTable
from fanal.read.pg_rows import Block, Broken
from fanal.read.pg_walk import Walk
from fanal.read.scratch import distinct_names, wanted_columns
from fanal.read.source_tables import SourceTable
from fanal.read.window import CHUNK, Window

_END_MARK = re.compile(rb"^-- PostgreSQL database (?:cluster )?dump complete\s*$", re.MULTILINE)
_NO_TABLE = "(statements)"
_IS_ARCHIVE = mark("an archive for pg_restore, not text; run `pg_restore -f dump.sql {path}` and add what that writes")


class PgDump:
    """The reader of PostgreSQL dumps; see `read.contract.Reader`."""

    name = "pg_dump"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ()

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_dumps.pg_dump(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        _refuse_archives(source)
        named = {name.lower() for name in mapping.reads}
        with Duck() as engine, Window(source.path, self._chunk) as window:
            walk = Walk(window, source.name, lambda table: table.name.lower() in named)
            load = _Load(engine, source, sink, mapping)
            for piece in walk.pieces():
                load.take(piece)
            if not walk.session.names.tables:
                raise Unreadable(
                    path=source.name, detail=translate("no table in it; name its real format with --reader")
                )
            parts = load.finish(walk.session.names.tables)
            _note(walk, source, sink)
            run_mapping(mapping, engine, parts, source, sink, partial=walk.truncated)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The dump's tables with their columns and number of rows, for `fanal map`."""
        _refuse_archives(source)
        with Window(source.path, self._chunk) as window:
            walk = Walk(window, source.name, lambda _: False)
            for _ in walk.pieces():
                pass
            return {
                name: SourceTable(tuple(distinct_names(c.name for c in table.columns)), table.rows)
                for name, table in walk.session.names.tables.items()
            }

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        rows = {"account": 2, "identifier": 1}
        yield Example("kx.sql", _EXAMPLE, rows, mapping=_EXAMPLE_MAPPING)
        yield Example("inserts.sql", _INSERTS, rows, mapping=_EXAMPLE_MAPPING)
        cut = _EXAMPLE[: _EXAMPLE.index(b"\t2022-04-02")]
        one = {"account": 1, "identifier": 1}
        yield Example("cut.sql", cut, one, rejects=1, mapping=_EXAMPLE_MAPPING, hostile=True)
        traps = _EXAMPLE.replace(b"\\.\n", b"3\ttoo\tfew\n4\ta\\.b\t\\N\t\\N\t\\N\n\\.\n\\! touch ran\n", 1)
        yield Example("traps.sql", traps, rows, rejects=2, mapping=_EXAMPLE_MAPPING, hostile=True)
        archive = b"PGDMP\x01\x0e\x00\x04\x08\x01"
        yield Example("kx.dump", archive, {}, mapping=_EXAMPLE_MAPPING, hostile=True, refused=Unreadable.code)

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row as it stands in the dump; the dump is walked up to it."""
        part, _, number = locator.rpartition(":")
        wanted = int(number)
        if part == _NO_TABLE:
            return _at_offset(source, wanted)
        with Window(source.path, self._chunk) as window:
            for piece in Walk(window, source.name, lambda table: table.name == part).pieces():
                if isinstance(piece, Broken):
                    if piece.table and piece.table.name == part and piece.row == wanted:
                        return piece.excerpt
                elif piece.first <= wanted < piece.first + piece.count:
                    return piece.shown(wanted - piece.first, limit=None)
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
        self._loaders: dict[str, list[tuple[int, Loader, dict[str, str]]]] = {}
        self._broken: dict[str, int] = {}

    def take(self, piece: Block | Broken) -> None:
        """One block of rows of a table that the mapping names, or one broken place."""
        if isinstance(piece, Broken):
            part = piece.table.name if piece.table else _NO_TABLE
            self._sink.reject(f"{part}:{piece.row}", None, piece.reason, piece.excerpt)
            self._broken[part] = self._broken.get(part, 0) + 1
            return
        loader, names = self._loader(piece.table)
        wanted = [
            Wanted(names[c.name], c.name, piece.where(place))
            for place, c in enumerate(piece.table.columns)
            if c.name in names
        ]
        if piece.refused is None:
            loader.good(piece.buf, piece.cells, piece.good, piece.first, wanted)
        for reason, rows in piece.bad():
            loader.bad(rows, piece.first, reason, piece.shown)

    def finish(self, tables: dict[str, DumpTable]) -> dict[str, int]:
        """Bind the tables, count what was rejected; returns every part with the rows that could be read."""
        rejected = dict(self._broken)
        for name, table in tables.items():
            if name.lower() in self._named:
                self._loader(table)
                made = self._loaders[name]
                for _, loader, _ in made:
                    loader.finish()
                    rejected[name] = rejected.get(name, 0) + loader.rejected
                self._engine.bind(name, [self._source.scratch / f"source-{number}.parquet" for number, _, _ in made])
        for part, n in rejected.items():
            self._sink.count(part, source=n, rejected=n)
        return {name: table.rows - rejected.get(name, 0) for name, table in tables.items()}

    def _loader(self, table: DumpTable) -> tuple[Loader, dict[str, str]]:
        """What loads a source table, and its wanted columns' names in SQL by their own.

        Where the table has got other columns since, another loader: the files are bound together.
        """
        own = [c.name for c in table.columns]
        names = dict(zip(own, distinct_names(own), strict=True))
        kept = wanted_columns(self._used, table.name, names.values())
        wanted = {o: n for o, n in names.items() if n in kept}
        made = self._loaders.setdefault(table.name, [])
        if not made or made[-1][2] != wanted:
            number = sum(map(len, self._loaders.values()))
            made.append((number, Loader(self._engine, self._source, self._sink, table.name, kept, number), wanted))
        return made[-1][1:]


def _note(walk: Walk, source: Source, sink: Sink) -> None:
    """What is to be told of the dump as a whole."""
    sink.note("charset", ", ".join(walk.session.charsets) or "UTF8")
    if walk.session.unread_charsets:
        sink.note("unread_charsets", walk.session.unread_charsets)
    if walk.session.time_zones:
        sink.note("time_zones", walk.session.time_zones)
    if walk.session.partitions:
        sink.note("partitions", {parent: sorted(parts) for parent, parts in sorted(walk.session.partitions.items())})
    sink.note("skipped_statements", dict(sorted(walk.skipped.items())))
    if walk.truncated:
        sink.note("truncated", value=True)
    elif _end_mark_missing(source):
        sink.note("no_end_mark", value=True)


def _refuse_archives(source: Source) -> None:
    with source.path.open("rb") as f:
        if signs_dumps.is_archive(f.read(512)):
            raise Unreadable(path=source.name, detail=translate(_IS_ARCHIVE).format(path=source.name))


def _at_offset(source: Source, offset: int) -> str:
    with source.path.open("rb") as f:
        f.seek(offset)
        return opening(f.read(400))


def _end_mark_missing(source: Source) -> bool:
    """Whether a dump that would say where it ends does not."""
    with source.path.open("rb") as f:
        begins = signs_dumps.POSTGRES_MARK.search(f.read(1000)) is not None
        f.seek(max(0, source.path.stat().st_size - 4096))
        return begins and _END_MARK.search(f.read()) is None


_HEAD = b"""--
-- PostgreSQL database dump
--

\\restrict 0123456789abcdef

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.users (
    id integer NOT NULL,
    login character varying(64),
    email text DEFAULT 'a,b'::text,
    created timestamp with time zone,
    avatar bytea
);

"""
_FOOT = b"""
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--

\\unrestrict 0123456789abcdef
"""
_EXAMPLE = (
    _HEAD
    + b"""COPY public.users (id, login, email, created, avatar) FROM stdin;
1\tfirst; it's \\\\ \\x41\tfirst@example.org\t2022-04-01 10:00:00+02\t\\N
2\tsecond \xc3\xa9\t\t2022-04-02 10:00:00+00\t\\\\x6d657373616765203132
\\.
"""
    + _FOOT
)
_INSERTS = (
    _HEAD
    + b"""INSERT INTO public.users VALUES (1, 'first; it''s \\ A', 'first@example.org', '2022-04-01 10:00:00+02', NULL);
INSERT INTO public.users VALUES (2, 'second \xc3\xa9', '', '2022-04-02 10:00:00+00', '\\x6d657373616765203132');
"""
    + _FOOT
)
_EXAMPLE_MAPPING = """fanal_mapping: 1
platform: kx
source: pg_dump
tables:
  account: SELECT id AS native_id, login AS username, created AS created_at, _row FROM users
  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM users WHERE email <> ''
"""

PG_DUMP = PgDump()
