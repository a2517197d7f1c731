"""The tables of a PostgreSQL dump under the names that a mapping gives them.

`users` for a table of the schema public, `app.users` for others, with the database before it where a
dump of several databases has left the first one. It knows no rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from fanal.read.pg_schema import ColumnType, TableType, dotted

_PUBLIC = "public"


@dataclass
class DumpTable:
    """One table of the dump.

    Attributes:
        name: its part name.
        columns: as declared, or made of the list of a COPY or an INSERT.
        declared: False where no CREATE TABLE was there.
        rows: how many rows came by so far.
    """

    name: str
    columns: tuple[ColumnType, ...]
    declared: bool = True
    rows: int = 0

    def places(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Where each listed column stands in the table; -1 for one that it does not have."""
        known = {column.name: place for place, column in enumerate(self.columns)}
        return tuple(known.get(name, -1) for name in names)


@dataclass
class Names:
    """The names of one dump.

    Attributes:
        tables: by part name, in the order of their appearance.
        path: the schema of names without one, None for public.
    """

    tables: dict[str, DumpTable] = field(default_factory=dict)
    path: str | None = None
    _database: str | None = None
    _home: str | None = None
    _parts: dict[tuple[str | None, str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def connect(self, database: str | None) -> None:
        """From now on the dump speaks of that database; None for the present one."""
        self._database = database or self._database
        self.path = None

    def part(self, name: str) -> str:
        """The part name of a table, by its name as it stands in a statement."""
        schema, table = dotted(name)
        schema = schema or self.path or _PUBLIC
        key = (self._database, schema, table)
        if key not in self._parts:
            if not self._parts:
                self._home = self._database
            self._parts[key] = self._free(schema, table)
        return self._parts[key]

    def _free(self, schema: str, table: str) -> str:
        """A name that no other table has, case ignored as SQL's engine does."""
        before = f"{self._database}." if self._database != self._home else ""
        full = f"{before}{schema}.{table}"
        name = f"{before}{table}" if schema == _PUBLIC else full
        n = 1
        while name.lower() in self._taken:
            name = full if n == 1 and name != full else f"{full}_{n}"
            n += 1
        self._taken.add(name.lower())
        return name

    def declare(self, created: TableType) -> None:
        """Take a table as declared, with the columns of its parents before its own."""
        columns: dict[str, ColumnType] = {}
        for parent in created.parents:
            known = self.tables.get(self.part(parent))
            columns.update((column.name, column) for column in (known.columns if known else ()))
        columns.update((column.name, column) for column in created.columns)
        name = self.part(created.name)
        rows = self.tables[name].rows if name in self.tables else 0
        self.tables[name] = DumpTable(name, tuple(columns.values()), rows=rows)

    def table(self, name: str, listed: tuple[str, ...], width: Callable[[], int]) -> DumpTable:
        """The table of rows; undeclared ones take their columns from the list, or `c1`, `c2`, … by the first row.

        Args:
            name: as it stands in the statement.
            listed: the statement's column list.
            width: tells how many values the first row has.
        """
        part = self.part(name)
        if part not in self.tables:
            names = listed or tuple(f"c{n + 1}" for n in range(width()))
            self.tables[part] = DumpTable(part, tuple(ColumnType(n, "unknown") for n in names), declared=False)
        table = self.tables[part]
        have = {column.name for column in table.columns}
        if not table.declared:
            table.columns += tuple(ColumnType(n, "unknown") for n in listed if n not in have)
        return table
