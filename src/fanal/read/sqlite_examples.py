"""Small benign SQLite databases and what must come out of them; the conformance tests run them."""

import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from fanal.read.contract import Example

_USERS = """
CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT, email TEXT, created TEXT, avatar BLOB);
INSERT INTO users VALUES
  (1, 'first', 'first@example.org', '2022-04-01 10:00:00', NULL),
  (2, 'second', '', '2022-04-02 10:00:00', x'6d65737361676520313200ff');
CREATE TABLE settings (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO settings VALUES ('theme', 'dark'), ('size', 12);
"""
_HOSTILE = """
CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT, email TEXT, created TEXT, avatar BLOB,
                    long TEXT AS (hex(zeroblob(1000000))) VIRTUAL);
INSERT INTO users (id, login, email, created) VALUES
  (1, 'first', 'first@example.org', 'not a day'), (2, CAST(x'6e6f ff' AS TEXT), '', NULL);
CREATE VIEW message AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
CREATE TRIGGER users_read AFTER INSERT ON users BEGIN DELETE FROM users; END;
CREATE TABLE payments (id INTEGER);
""".replace("6e6f ff", "6e6fff")
_MAPPING = """fanal_mapping: 1
platform: kx
source: sqlite
tables:
  account: SELECT id AS native_id, login AS username, created AS created_at, _row FROM users
  identifier: SELECT id AS account, 'email' AS kind, email AS value, _row FROM users WHERE email <> ''
"""


def database(script: str, broken: str | None = None) -> bytes:
    """The bytes of a database that a script makes; of `broken`, a table, the definition is damaged afterwards."""
    con = sqlite3.connect(":memory:", isolation_level=None)
    con.executescript(script)
    if broken is not None:
        con.execute("PRAGMA writable_schema = ON")
        con.execute("UPDATE sqlite_master SET sql = 'CREATE TABEL (' WHERE name = ?", (broken,))
    content = con.serialize()
    con.close()
    return content


def with_log(script: str, later: str) -> tuple[bytes, bytes]:
    """A database, and the write-ahead log that holds what a second script did to it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")
        con = sqlite3.connect(path, isolation_level=None)
        con.execute("PRAGMA journal_mode = WAL")
        con.executescript(script)
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        con.executescript(later)
        content = path.read_bytes(), Path(f"{path}-wal").read_bytes()
        con.close()
    return content


@cache
def examples() -> tuple[Example, ...]:
    """The examples; made once."""
    whole = database(_USERS)
    logged, log = with_log(_USERS, "INSERT INTO users VALUES (3, 'third', 'third@example.org', NULL, NULL)")
    return (
        Example("kx.sqlite", whole, {"account": 2, "identifier": 1}, mapping=_MAPPING),
        Example(
            "kx.db", logged, {"account": 3, "identifier": 2}, mapping=_MAPPING, beside={"kx.db-wal": log},
        ),
        Example(
            "hostile.db", database(_HOSTILE, broken="payments"), {"account": 2, "identifier": 1}, rejects=3,
            mapping=_MAPPING, hostile=True,
        ),
        Example(
            "cut.db", whole[: 2 * 4096], {"account": 2, "identifier": 1}, rejects=1, mapping=_MAPPING, hostile=True
        ),
        Example("locked.db", b"\x8f" * 4096, {}, mapping=_MAPPING, hostile=True, refused="F-SQLITE-01"),
    )  # fmt: skip
