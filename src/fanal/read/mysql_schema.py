"""The words of a MySQL dump outside of its rows: CREATE TABLE, the head of an INSERT, what else there is.

A grammar of what these readers need and no more; a statement is never executed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fanal.read.cells import SHORT_BINARY

NAME = r"(?:`(?:[^`]|``)+`|\"(?:[^\"]|\"\")+\"|[\w$]+)"
_DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})?"
_GAP = r"(?:\s|/\*!\d*|\*/)+"
_CREATE = re.compile(
    rf"CREATE{_GAP}(?:TEMPORARY{_GAP})?TABLE{_GAP}(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{_DOTTED})\s*\(", re.IGNORECASE
)
INSERT = re.compile(
    rf"(?P<head>(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+)*(?:INTO\s+)?"
    rf"(?P<name>{_DOTTED})\s*(?:PARTITION\s*\([^)]*\)\s*)?"
    rf"(?:\((?P<columns>\s*(?:{NAME}\s*(?:,\s*{NAME}\s*)*)?)\)\s*)?VALUES?\s*)\(",
    re.IGNORECASE,
)
INSERTS = re.compile(r"(?:INSERT|REPLACE)\b", re.IGNORECASE)
#: Commands of MySQL's own client: they end with their line.
CLIENT = re.compile(r"(?:\\.?|(?:DELIMITER|SYSTEM|SOURCE|TEE|NOTEE|PAGER|NOPAGER|PROMPT)(?=\s))", re.IGNORECASE)
_WORD = re.compile(r"\\?\w+|\\.")
_NOT_A_COLUMN = re.compile(
    r"(?:PRIMARY|UNIQUE|KEY|INDEX|FULLTEXT|SPATIAL|CONSTRAINT|FOREIGN|CHECK|PERIOD)\b", re.IGNORECASE
)
_VIEW = re.compile(rf"CREATE\b[^(;]*?\bVIEW{_GAP}(?P<name>{_DOTTED})", re.IGNORECASE)
_CHARSET = re.compile(
    r"\b(?:CHARACTER\s+SET|CHARSET)\s*=?\s*['\"]?(?P<charset>\w+)|\bCOLLATE\s*=?\s*['\"]?(?P<collation>[a-z0-9]+)_",
    re.IGNORECASE,
)
_COLUMN = re.compile(rf"(?P<name>{NAME})\s+(?P<type>\w+)(?:\s*\(\s*(?P<size>\d+))?")
_PIECE = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`(?:[^`]|``)*`|/\*.*?\*/|--\s[^\n]*|#[^\n]*|.", re.DOTALL
)
_CONDITIONAL = re.compile(r"/\*M?!\d*(.*)\*/", re.DOTALL)
_TWO_WORDS = {"CREATE", "DROP", "ALTER", "LOCK", "UNLOCK", "INSERT", "REPLACE", "START", "SET"}
_BLOBS = ("tinyblob", "blob", "mediumblob", "longblob", "geometry", "point", "linestring", "polygon", "vector")
_BYTES = ("binary", "varbinary")


@dataclass(frozen=True)
class ColumnType:
    """One column as declared.

    Attributes:
        name: without quotes.
        kind: the type's first word, lower-case.
        size: the number in brackets behind it, or None.
        charset: declared for it, lower-case, or None.
    """

    name: str
    kind: str
    size: int | None = None
    charset: str | None = None

    @property
    def form(self) -> str:
        """How values of the column become text: one of `cells.FORMS`."""
        if self.kind in _BYTES:
            return "short" if (self.size or 1) <= SHORT_BINARY else "blob"
        return "bit" if self.kind == "bit" else ("blob" if self.kind in _BLOBS else "text")


@dataclass(frozen=True)
class TableType:
    """One table as declared: `name` may carry its database, `db.table`; `charset` is its default, or None."""

    name: str
    columns: tuple[ColumnType, ...]
    charset: str | None = None


def unquoted(name: str) -> str:
    """An identifier as it is meant, its quotes undone."""
    if name[0] in '`"':
        return name[1:-1].replace(name[0] * 2, name[0])
    return name


def table_name(dotted: str) -> tuple[str | None, str]:
    """Database (None where unsaid) and table of a name as it stands in a statement."""
    parts = [unquoted(part) for part in re.findall(NAME, dotted)]
    return (None, parts[0]) if len(parts) == 1 else (parts[0], parts[1])


def column_list(listed: str) -> tuple[str, ...]:
    """The names of an INSERT's column list."""
    return tuple(unquoted(part) for part in re.findall(NAME, listed))


def parse_create(statement: str) -> TableType | None:
    """The table that a CREATE TABLE declares; None for any other statement, and for LIKE and SELECT forms."""
    found = _CREATE.match(statement)
    if found is None:
        return None
    columns: list[ColumnType] = []
    definitions, options = _definitions(statement, found.end())
    for definition in definitions:
        if _NOT_A_COLUMN.match(definition):
            continue
        column = _COLUMN.match(definition)
        if column is None:
            continue
        size = column["size"]
        kind = column["type"].lower()
        charset = _charset(definition[column.end() :])
        columns.append(ColumnType(unquoted(column["name"]), kind, int(size) if size else None, charset))
    return TableType(found["name"], tuple(columns), _charset(options)) if columns else None


def view_name(statement: str) -> str | None:
    """The name of the view that a statement makes; None where it makes none."""
    found = _VIEW.match(statement)
    return found["name"] if found else None


def _charset(text: str) -> str | None:
    """The character set that options name, or that of their collation; quoted text among them is no option."""
    bare = "".join(" " if token[0] in "'\"`" and len(token) > 1 else token for token in _tokens(text))
    found = list(_CHARSET.finditer(bare))
    named = [f["charset"] for f in found if f["charset"]] or [f["collation"] for f in found]
    return named[0].lower() if named else None


def _definitions(statement: str, start: int) -> tuple[list[str], str]:
    """What stands between the commas inside of the first brackets, without comments, and what stands behind these."""
    depth, pieces, open_ = 0, [""], True
    for text in _tokens(statement[start:]):
        if text == ")" and depth == 0 and open_:
            open_ = False
            pieces.append("")
        elif text == "," and depth == 0 and open_:
            pieces.append("")
        else:
            depth += {"(": 1, ")": -1}.get(text, 0)
            pieces[-1] += text
    if open_:
        pieces.append("")
    return [piece.strip() for piece in pieces[:-1]], pieces[-1]


def _tokens(text: str) -> Iterator[str]:
    """Quoted texts, whole, and all other characters; comments as a space, conditional ones as what is in them."""
    for found in _PIECE.finditer(text):
        conditional = _CONDITIONAL.fullmatch(found[0])
        if conditional:
            yield from _tokens(conditional[1])
        else:
            yield " " if found[0].startswith(("/*", "--", "#")) and len(found[0]) > 1 else found[0]


def label(statement: str) -> str:
    """What kind of statement it is, for the list of what was passed over: `DROP TABLE`, `SET`."""
    words = [word.upper() for word in _WORD.findall(statement[:200])[:2]]
    if not words:
        return "(no words)"
    return " ".join(words) if words[0] in _TWO_WORDS - {"SET"} else words[0]
