"""Reads SQLite databases through a mapping: the rows of the tables that it names, in the order of their numbers.

Nothing of the file's own SQL runs: no view, trigger, virtual table or generated column. Deleted rows are
not carved.
"""

from collections.abc import Iterable

from fanal.base.language import translate
from fanal.engine.duck import Duck
from fanal.read import signs_tables
from fanal.read.contract import Example, Sink, Source, Unreadable
from fanal.read.mapping import mapping_for, run_mapping
from fanal.read.mapping_form import Mapping
from fanal.read.scratch import distinct_names, wanted_columns
from fanal.read.source_tables import SourceTable
from fanal.read.sqlite_examples import examples
from fanal.read.sqlite_tables import SqliteLoad, Wanted, excerpt, note_facts, opened, rows_of


class Sqlite:
    """The mapped reader of SQLite databases; see `read.contract.Reader`."""

    name = "sqlite"
    version = 1
    mapped = True
    beside: tuple[str, ...] = ("{name}-wal",)

    def detect(self, head: bytes, name: str) -> float:
        """See Reader.detect."""
        return signs_tables.sqlite(head, name)

    def read(self, source: Source, sink: Sink) -> None:
        """See Reader.read."""
        mapping = mapping_for(source, self.name)
        with opened(source) as door, Duck() as engine:
            if not door.tables and not door.broken:
                raise Unreadable(path=source.name, detail=translate("no table in it"))
            load = SqliteLoad(engine, source, sink, door)
            wanted = {name: _wanted(mapping, name, table.columns) for name, table in door.tables.items()}
            parts = load.run({name: want for name, want in wanted.items() if want})
            note_facts(door, sink)
            run_mapping(mapping, engine, parts, source, sink, partial=load.damaged)

    def tables(self, source: Source) -> dict[str, SourceTable]:
        """The tables with their columns and number of rows, for `fanal map`."""
        with opened(source) as door:
            return {
                name: SourceTable(tuple(distinct_names(table.columns)), rows_of(door, table))
                for name, table in door.tables.items()
            }

    def examples(self) -> Iterable[Example]:
        """See Reader.examples."""
        return examples()

    def excerpt(self, source: Source, locator: str) -> str:
        """See Reader.excerpt: the row's cells, one a line."""
        return excerpt(source, locator, by_rowid=False)


def _wanted(mapping: Mapping, table: str, columns: tuple[str, ...]) -> Wanted | None:
    """What of a table is read: columns by their own names; None where no SELECT reads it."""
    if table.lower() not in {name.lower() for name in mapping.reads}:
        return None
    used = [use for s in mapping.selections for branch in s.branches for use in branch.used]
    names = distinct_names(columns)
    kept = set(wanted_columns(used, table, names))
    return Wanted(frozenset(own for own, name in zip(columns, names, strict=True) if name in kept))


SQLITE = Sqlite()
