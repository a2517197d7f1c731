"""What a PostgreSQL dump says of the rows that follow: its tables and types, its encoding, how strings are written.

Knows statements, one at a time, and no rows.
"""

import re
from dataclasses import dataclass, field

from fanal.base.language import mark, translate
from fanal.read import pg_schema as schema
from fanal.read.contract import Unreadable
from fanal.read.pg_names import Names

_UTF8 = frozenset(("utf8", "unicode", "sqlascii", "default"))
_LATIN = frozenset(("latin1", "iso88591", "win1252", "windows1252"))
#: Encodings in which a byte of a character can look like a quote or a backslash.
_UNSAFE = frozenset(("sjis", "mskanji", "shiftjis", "shiftjis2004", "big5", "gbk", "uhc", "gb18030", "johab")) | {
    f"{name}{number}" for name in ("win", "windows") for number in (932, 936, 949, 950)
}
_ENCODING = mark(
    "its encoding {charset} cannot be read; convert the dump to UTF-8 (iconv), and keep this file as it is"
)


@dataclass
class Session:
    """The state that statements change.

    Attributes:
        names: the tables.
        standard: whether plain strings have no escapes with backslashes (standard_conforming_strings).
        partitions: tables to the tables that hold their rows.
        charsets: encodings of the text, in the order in which the dump sets them.
        time_zones: that it sets.
    """

    names: Names = field(default_factory=Names)
    standard: bool = True
    partitions: dict[str, list[str]] = field(default_factory=dict)
    charsets: list[str] = field(default_factory=list)
    time_zones: list[str] = field(default_factory=list)
    _charset: str = "utf8"
    _roles: dict[str, str] = field(default_factory=dict)

    @property
    def unread_charsets(self) -> list[str]:
        """Encodings of which only what is ASCII, or happens to be UTF-8, is read."""
        return [name for name in self.charsets if _plain(name) not in _UTF8 | _LATIN]

    def latin(self, charset: str | None = None) -> bool:
        """Whether text in that encoding, None for the present one, is Latin-1."""
        return (_plain(charset) if charset else self._charset) in _LATIN

    def connect(self, database: str | None) -> None:
        """From now on the dump speaks to that database; None for the present one."""
        self.names.connect(database)
        self.standard, self._charset = True, "utf8"

    def set_charset(self, value: str, path: str) -> None:
        """The text is in that encoding from now on. Raises Unreadable where it cannot be scanned safely."""
        self._charset = _plain(value)
        if self._charset in _UNSAFE:
            raise Unreadable(path=path, detail=translate(_ENCODING).format(charset=value))
        if value.upper() not in self.charsets:
            self.charsets.append(value.upper())

    def learn(self, text: str, path: str) -> bool:
        """Learn from a statement; False where it declares no table, so that it is passed over.

        Args:
            text: the statement.
            path: the file's name, for messages.
        """
        created = schema.parse_create(text, self._roles)
        if created is not None:
            self.names.declare(created)
            return True
        if made := schema.parse_type(text, self._roles):
            self._roles[made[0]] = made[1]
        elif found := schema.ATTACH.match(text):
            parent, part = self.names.part(found["parent"]), self.names.part(found["name"])
            self.partitions.setdefault(parent, []).append(part)
        elif found := schema.SEARCH_PATH.match(text):
            self.names.path = schema.first_schema(found["value"])
        elif found := schema.SET.match(text):
            self._set(path, re.sub(r"\s+", " ", found["name"].lower()), found)
        return False

    def _set(self, path: str, name: str, found: re.Match[str]) -> None:
        value = schema.value_of(found)
        if name in ("client_encoding", "names"):
            self.set_charset(value, path)
        elif name == "standard_conforming_strings":
            self.standard = value.lower() not in ("off", "false", "no", "0")
        elif name == "search_path":
            self.names.path = schema.first_schema(found["value"])
        elif name in ("timezone", "time zone") and value not in self.time_zones:
            self.time_zones.append(value)


def _plain(charset: str) -> str:
    return re.sub(r"[^a-z0-9]", "", charset.lower())
