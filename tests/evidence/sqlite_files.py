"""SQLite files for tests: made by SQLite, then damaged byte by byte."""

import sqlite3
from pathlib import Path

PAGE = 1024


def make(path: Path, script: str, *, broken: dict[str, str] | None = None, page: int = PAGE) -> Path:
    """A database; `broken` replaces definitions in its schema afterwards."""
    con = sqlite3.connect(path, isolation_level=None)
    con.execute(f"PRAGMA page_size = {page}")
    con.executescript(script)
    if broken:
        con.execute("PRAGMA writable_schema = ON")
        for name, sql in broken.items():
            con.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, name))
    con.close()
    return path


def leaves(path: Path) -> list[int]:
    """Numbers (from 0) of the pages that are leaves of tables, but for the schema's."""
    raw = path.read_bytes()
    return [n for n in range(1, len(raw) // PAGE) if raw[n * PAGE] == 13]


def overwrite(path: Path, page: int, content: bytes, at: int = 0) -> None:
    """Write over a page from a place in it."""
    with path.open("r+b") as f:
        f.seek(page * PAGE + at)
        f.write(content)


NUMBERS = """
CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO t SELECT i, 'message ' || i FROM n;
"""
