"""The words of a PostgreSQL dump outside of its rows: CREATE TABLE, the heads of INSERT and COPY, SET, psql's commands.

A grammar of what the reader needs and no more; a statement is never executed. Statements are matched
byte for byte, decoded as Latin-1; names are turned into what they say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_\x80-\xff][\w$\x80-\xff]*)'
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME}){{0,2}}"
_LIST = rf"{_NAME}\s*(?:,\s*{_NAME}\s*)*"
_FLAGS = re.IGNORECASE | re.ASCII

INSERT = re.compile(
    rf"(?P<head>INSERT\s+INTO\s+(?:ONLY\s+)?(?P<name>{_DOTTED})\s*(?:AS\s+{_NAME}\s*)?"
    rf"(?:\(\s*(?P<columns>{_LIST})\)\s*)?(?:OVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\s*)?VALUES\b\s*)",
    _FLAGS,
)
INSERTS = re.compile(r"INSERT\b", _FLAGS)
DEFAULTS = re.compile(rf"INSERT\s+INTO\s+(?P<name>{_DOTTED})\s+DEFAULT\s+VALUES\b", _FLAGS)
COPY = re.compile(
    rf"\\?COPY\s+(?P<binary>BINARY\s+)?(?P<name>{_DOTTED})\s*(?:\(\s*(?P<columns>{_LIST})?\)\s*)?"
    r"(?P<oids>WITH\s+OIDS\s+)?FROM\s+P?STDIN\b\s*(?P<options>.*)",
    _FLAGS | re.DOTALL,
)
#: A command of psql's: to the end of its line, to the separator `\\` or to the next one; `\!` and `\copy` take all.
COMMAND = re.compile(r"\\(?:(?:!|copy\b)[^\n]*|[^\s\\]*(?:'[^'\n]*'?|[^\\'\n])*(?:\\\\)?)", _FLAGS)
#: Commands that send the statement that stands before them.
SENDS = re.compile(r"\\(?:g|gx|gexec|gset|gdesc|crosstabview|watch)(?![A-Za-z])", _FLAGS)
CONNECT = re.compile(r"\\c(?:onnect)?\s+(?P<arguments>[^\n]*)", _FLAGS)
ENCODING = re.compile(r"\\encoding\s+'?(?P<charset>[\w-]+)", _FLAGS)
ROUTINE = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", _FLAGS)
SET = re.compile(
    r"SET\s+(?:SESSION\s+|LOCAL\s+)?(?P<name>TIME\s+ZONE|NAMES|\w+)\s*(?:=|\bTO\b|\s)\s*(?P<value>[^;]*)", _FLAGS
)
SEARCH_PATH = re.compile(r"SELECT\s+(?:pg_catalog\.)?set_config\s*\(\s*'search_path'\s*,\s*'(?P<value>[^']*)'", _FLAGS)
ATTACH = re.compile(
    rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<parent>{_DOTTED})\s+ATTACH\s+PARTITION\s+(?P<name>{_DOTTED})",
    _FLAGS,
)
_CREATE = re.compile(
    r"CREATE\s+(?:(?:GLOBAL|LOCAL)\s+)?(?:(?:TEMPORARY|TEMP|UNLOGGED|FOREIGN)\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rf"(?P<name>{_DOTTED})\s*(?:PARTITION\s+OF\s+(?P<parent>{_DOTTED})|(?P<bracket>\())",
    _FLAGS,
)
_INHERITS = re.compile(rf"\s*INHERITS\s*\(\s*(?P<parents>{_DOTTED}\s*(?:,\s*{_DOTTED}\s*)*)\)", _FLAGS)
_LIKE = re.compile(rf"LIKE\s+(?P<name>{_DOTTED})", _FLAGS)
_NO_COLUMN = re.compile(r"(?:PRIMARY|UNIQUE|CONSTRAINT|FOREIGN|CHECK|EXCLUDE)\b", _FLAGS)
_COLUMN = re.compile(
    rf"(?P<name>{_NAME})\s+(?P<type>{_DOTTED})(?P<array>\s*(?:\([^)]*\)\s*)?(?:\[|ARRAY\b))?",
    _FLAGS,
)
_DOMAIN = re.compile(rf"CREATE\s+DOMAIN\s+(?P<name>{_DOTTED})\s+(?:AS\s+)?(?P<type>{_DOTTED})\s*(?P<array>\[)?", _FLAGS)
_COMPOSITE = re.compile(rf"CREATE\s+TYPE\s+(?P<name>{_DOTTED})\s+AS\s*\(", _FLAGS)
_PIECE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|/\*.*?\*/|--[^\r\n]*|.", re.DOTALL)
_OPTION = re.compile(
    r"(?P<name>DELIMITERS?|NULL|FORMAT|FREEZE|OIDS|ENCODING|BINARY|CSV|\w+)"
    r"(?:\s+AS)?\s*(?P<value>E?'(?:[^'\\]|''|\\.)*'|TRUE|FALSE|ON|OFF|0|1|TEXT|BINARY|CSV)?",
    _FLAGS,
)
_WORD = re.compile(r"[A-Za-z_]{1,30}")
_CALL = re.compile(rf"SELECT\s+(?:pg_catalog\.)?(?P<name>{_NAME})\s*\(", _FLAGS)
_TWO_WORDS = frozenset(("ALTER", "CREATE", "DROP"))
_ADJECTIVES = frozenset(
    (
        "GLOBAL",
        "LOCAL",
        "OR",
        "PROCEDURAL",
        "RECURSIVE",
        "REPLACE",
        "TEMP",
        "TEMPORARY",
        "TRUSTED",
        "UNIQUE",
        "UNLOGGED",
    )
)
_BYTES = "bytea"
#: Only ASCII folds: in bytes beyond it, letters are not to be seen.
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True)
class ColumnType:
    r"""One column.

    Attributes:
        name: without quotes.
        role: what its values are: `text`; `bytes` (bytea); `packed`, text with bytes in it (bytea[], a
            composite type); `unknown`, where no CREATE TABLE declares it.
    """

    name: str
    role: str = "text"


@dataclass(frozen=True)
class TableType:
    """One table as declared.

    Attributes:
        name: as it stands in the statement, with its schema.
        columns: its own.
        parents: tables, as they stand there, whose columns come before its own.
    """

    name: str
    columns: tuple[ColumnType, ...]
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class CopyOptions:
    """How a block of COPY is written; `readable` is False where it is in no form that is read here."""

    delimiter: bytes = b"\t"
    null: bytes = rb"\N"
    charset: str | None = None
    oids: bool = False
    binary: bool = False
    readable: bool = True


def said(raw: str) -> str:
    """Text that was matched byte for byte, as what it says."""
    data = raw.encode("latin-1")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def unquoted(name: str) -> str:
    """An identifier as it is meant: its quotes undone, or in lower case."""
    return said(name[1:-1].replace('""', '"')) if name[0] == '"' else said(name.translate(_LOWER))


def dotted(name: str) -> tuple[str | None, str]:
    """Schema (None where unsaid) and table of a name as it stands in a statement."""
    parts = [unquoted(part) for part in re.findall(_NAME, name)]
    return (parts[-2] if len(parts) > 1 else None, parts[-1])


def names_of(listed: str | None) -> tuple[str, ...]:
    """The names of a list of columns."""
    return tuple(unquoted(part) for part in re.findall(_NAME, listed or ""))


def parse_create(statement: str, roles: Mapping[str, str]) -> TableType | None:
    """The table that a CREATE TABLE declares; None for any other statement, and for the forms OF and AS.

    Args:
        statement: its text.
        roles: what values of the dump's own types are, by the type's name.
    """
    found = _CREATE.match(statement)
    if found is None:
        return None
    if found["parent"]:
        return TableType(found["name"], (), (found["parent"],))
    columns, parents = [], []
    pieces, end = _definitions(statement, found.end())
    for piece in pieces:
        like = _LIKE.match(piece)
        if like:
            parents.append(like["name"])
        elif not _NO_COLUMN.match(piece) and (column := _COLUMN.match(piece)):
            columns.append(ColumnType(unquoted(column["name"]), _role(column, roles)))
    inherits = _INHERITS.match(statement, end)
    if inherits:
        parents += re.findall(_DOTTED, inherits["parents"])
    return TableType(found["name"], tuple(columns), tuple(parents))


def parse_type(statement: str, roles: Mapping[str, str]) -> tuple[str, str] | None:
    """The name and role of a type that a statement makes and that holds bytes; None for all others."""
    found = _DOMAIN.match(statement)
    if found:
        role = _role(found, roles)
        return None if role == "text" else (dotted(found["name"])[1], role)
    found = _COMPOSITE.match(statement)
    if found:
        members = (_COLUMN.match(piece) for piece in _definitions(statement, found.end())[0])
        if any(member and _role(member, roles) != "text" for member in members):
            return dotted(found["name"])[1], "packed"
    return None


def _role(found: re.Match[str], roles: Mapping[str, str]) -> str:
    name = dotted(found["type"])[1]
    role = "bytes" if name == _BYTES else roles.get(name, "text")
    return "packed" if role != "text" and found["array"] else role


def _definitions(statement: str, start: int) -> tuple[list[str], int]:
    """What stands between the commas inside of the brackets that open before `start`, and the place behind them."""
    depth, piece = 0, ""
    pieces: list[str] = []
    for text, end in _tokens(statement, start):
        if text == ")" and depth == 0:
            return [*pieces, piece.strip()], end
        if text == "," and depth == 0:
            pieces.append(piece.strip())
            piece = ""
            continue
        depth += {"(": 1, ")": -1}.get(text, 0)
        piece += text
    return [*pieces, piece.strip()], len(statement)


def _tokens(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Quoted texts, whole, and all other characters, each with the place behind it; comments as a space."""
    for found in _PIECE.finditer(text, start):
        comment = found[0].startswith(("/*", "--")) and len(found[0]) > 1
        yield " " if comment else found[0], found.end()


def copy_options(found: re.Match[str]) -> CopyOptions:
    """How the block behind a COPY statement is written."""
    binary, readable, oids = bool(found["binary"]), True, bool(found["oids"])
    delimiter, null, charset = b"\t", rb"\N", None
    text = re.split(r"\bWHERE\b", found["options"].rstrip().removesuffix(";"), maxsplit=1, flags=_FLAGS)[0]
    for option in _OPTION.finditer(re.sub(r"\bUSING\b|\bWITH\b", " ", text, flags=_FLAGS)):
        name, value = option["name"].upper(), option["value"] or ""
        if name in ("DELIMITER", "DELIMITERS"):
            delimiter = _literal(value)
            readable = readable and re.fullmatch(rb"[^A-Za-z0-9.\\\r\n]", delimiter) is not None
        elif name == "NULL":
            null = _literal(value)
        elif name == "ENCODING":
            charset = _literal(value).decode("ascii", "replace")
        elif name == "BINARY" or (name == "FORMAT" and value.upper().strip("'") == "BINARY"):
            binary = True
        elif name == "OIDS":
            oids = True
        elif name != "FREEZE" and not (name == "FORMAT" and value.upper().strip("'") == "TEXT"):
            readable = False
    return CopyOptions(delimiter if readable else b"\t", null, charset, oids, binary, readable)


def _literal(value: str) -> bytes:
    body = value[value.find("'") + 1 : -1].replace("''", "'").encode("latin-1")
    return body.replace(b"\\t", b"\t").replace(b"\\\\", b"\\") if value[:1] in "eE" else body


def value_of(found: re.Match[str]) -> str:
    """The value of a SET, its quotes undone."""
    return str(found["value"]).strip().strip("'\"")


def first_schema(path: str) -> str | None:
    """The schema of a search_path in which names without one are looked for; None where there is none."""
    names = [unquoted(part) for part in re.findall(_NAME, path)]
    return next((name for name in names if name not in ("pg_catalog", "default")), None)


def database_of(arguments: str) -> str | None:
    r"""The database that the arguments of `\connect` name; None where they keep the present one."""
    named = re.search(r"dbname='((?:[^'\\]|\\.)*)'", arguments)
    if named:
        return said(re.sub(r"\\(.)", r"\1", named[1]))
    words = [word for word in re.findall(r'"(?:[^"]|"")*"|\'[^\']*\'|\S+', arguments) if not word.startswith("-reuse")]
    if not words or words[0] in ("-", "''"):
        return None
    word = words[0]
    return said(word[1:-1].replace(word[0] * 2, word[0]) if word[0] in "'\"" else word)


def label(statement: str) -> str:
    """What kind of statement it is, for the list of what was passed over: `DROP TABLE`, `SET`, `SELECT lo_create`."""
    if statement.startswith("\\"):
        found = re.match(r"\\(?:!|\?|[A-Za-z_]{1,20}|\.)", statement, re.ASCII)
        return str(found[0]) if found else "\\"
    if call := _CALL.match(statement):
        return f"SELECT {unquoted(call['name'])[:40]}"
    words: list[str] = [word.upper() for word in _WORD.findall(statement[:400])] or ["(no words)"]
    if words[0] not in _TWO_WORDS:
        return words[0]
    return " ".join([words[0], *[word for word in words[1:] if word not in _ADJECTIVES][:1]])
