"""A reader of dumps of the tests' own, to read what the sample writes."""

import re
from pathlib import Path

_TOKEN = re.compile(rb"\(|\)|,|_binary '(?:[^'\\]|\\.)*'|'((?:[^'\\]|\\.)*)'|[^,()']+", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"0": b"\0", b"Z": b"\x1a"}


def literal(token: bytes) -> str | None:
    """The value of one SQL literal as mysqldump writes it, read by the rules of its manual."""
    if token == b"NULL":
        return None
    if not token.startswith(b"'"):
        return token.decode("latin-1")
    return re.sub(rb"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), token[1:-1], flags=re.DOTALL).decode()


def dump_rows(path: Path, table: str) -> list[list[str | None]]:
    """Every row of one table of a dump, by a reader of the tests' own."""
    rows: list[list[str | None]] = []
    opening = f"INSERT INTO `{table}` VALUES ".encode()
    for line in path.read_bytes().split(b"\n"):
        if line.startswith(opening):
            assert line.endswith(b";")
            row: list[str | None] = []
            for found in _TOKEN.finditer(line[len(opening) : -1]):
                token = found[0]
                if token == b"(":
                    row = []
                elif token == b")":
                    rows.append(row)
                elif token != b",":
                    row.append(literal(token))
    return rows
