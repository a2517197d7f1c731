"""What a dump's SET and USE statements say of the rows that follow: character set, zone, how strings are written."""

import re
from dataclasses import dataclass, field

from fanal.read import mysql_schema as schema
from fanal.read.mysql_charset import SJIS, TWO_BYTES
from fanal.read.mysql_kernel import NO_BACKSLASH, SECOND_BYTES, SJIS_BYTES

_DELIMITER = re.compile(r"DELIMITER\s+(\S+)", re.IGNORECASE)
_USE = re.compile(rf"USE\s+(?P<name>{schema.NAME})", re.IGNORECASE)
#: What the rows' text is in. `character_set_client` around CREATE TABLE says nothing about them.
_NAMES = re.compile(r"SET\s+(?:NAMES|CHARACTER\s+SET|CHARSET)\s+['\"]?(?P<charset>\w+)", re.IGNORECASE)
_SET = re.compile(r"SET\b", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?P<to>@{0,2}[\w.]+)\s*:?=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<other>@{0,2}[\w.]+))"
)
_SCOPE = re.compile(r"^(?:@@)?(?:session\.|global\.|local\.)?", re.IGNORECASE)
_KEPT = ("time_zone", "sql_mode")


@dataclass
class Session:
    """The client's session as the dump sets it up.

    Attributes:
        charset: of the text of rows, lower case.
        time_zone: of TIMESTAMP values, as written; None where the dump does not say.
        sql_mode: as written, upper case.
        delimiter: that ends a statement.
        database: in use, or None.
        home: the first database in use: its tables have their plain names.
    """

    charset: str = "utf8mb4"
    time_zone: str | None = None
    sql_mode: str = ""
    delimiter: bytes = b";"
    database: str | None = None
    home: str | None = None
    _saved: dict[str, str | None] = field(default_factory=dict)

    def take(self, statement: str) -> None:
        """Learn from a statement that is none of a table's."""
        if found := _DELIMITER.match(statement):
            self.delimiter = found[1].encode()
        elif found := _USE.match(statement):
            self.database = schema.unquoted(found["name"])
            self.home = self.home or self.database
        elif found := _NAMES.match(statement):
            self.charset = found["charset"].lower()
        elif _SET.match(statement):
            for assigned in _ASSIGNED.finditer(statement):
                self._assign(assigned)

    def part(self, dotted: str) -> str:
        """The part name of a table: with its database where that is not the dump's first."""
        database, table = schema.table_name(dotted)
        database = database or self.database
        return f"{database}.{table}" if database and self.home and database != self.home else table

    @property
    def mode(self) -> int:
        """How the scanner must look at strings: flags of `mysql_kernel`."""
        found = NO_BACKSLASH if "NO_BACKSLASH_ESCAPES" in self.sql_mode else 0
        if self.charset in TWO_BYTES:
            found |= SECOND_BYTES
        return found | (SECOND_BYTES | SJIS_BYTES if self.charset in SJIS else 0)

    def _assign(self, found: re.Match[str]) -> None:
        """One assignment; `SET @old = @@time_zone` keeps what `SET time_zone = @old` brings back."""
        to = found["to"].lower()
        other = found["other"].lower() if found["other"] else None
        source = _SCOPE.sub("", other) if other else None
        if to.startswith("@") and not to.startswith("@@"):
            if source in _KEPT:
                self._saved[to] = getattr(self, source)
            return
        to = _SCOPE.sub("", to)
        if to not in _KEPT:
            return
        said = found["single"] if found["single"] is not None else found["double"]
        value = self._saved.get(other) if other and other.startswith("@") else (said if other is None else other)
        if to == "time_zone":
            self.time_zone = value
        else:
            self.sql_mode = (value or "").upper()
