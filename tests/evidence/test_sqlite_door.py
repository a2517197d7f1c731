"""The door to SQLite files: what it lets in, what it refuses, and that the exhibit stays as it is."""

import sqlite3
from pathlib import Path

import pytest

from evidence.sqlite_files import NUMBERS, make
from fanal.base.digests import sha256_file
from fanal.evidence.sqlite_door import SqliteDoor, SqliteRefused


def opened(path: Path, wal: Path | None = None) -> SqliteDoor:
    return SqliteDoor(path, path.name, path.parent / "scratch", wal)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "x.db"


def with_log(folder: Path, script: str, later: str) -> tuple[Path, Path]:
    """A database whose log holds what the second script did; both as they were while it was open."""
    con = sqlite3.connect(folder / "open.db", isolation_level=None)
    con.execute("PRAGMA journal_mode = WAL")
    con.executescript(script)
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    con.executescript(later)
    for suffix in ("", "-wal"):
        (folder / f"seized.db{suffix}").write_bytes((folder / f"open.db{suffix}").read_bytes())
    con.close()
    return folder / "seized.db", folder / "seized.db-wal"


def test_only_real_tables_are_let_in(db):
    make(
        db,
        "CREATE TABLE t (a, b); CREATE VIEW message AS SELECT * FROM t; CREATE INDEX i ON t (a);"
        "CREATE VIRTUAL TABLE f USING fts4(body); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
    )
    with opened(db) as door:
        assert set(door.tables) == {"t", "f_content", "f_docsize", "f_segdir", "f_segments", "f_stat"}
        assert door.facts["left_out"] == {"trigger": 1, "view": 1, "virtual table": 1}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM v",
        "SELECT * FROM f",
        "INSERT INTO t VALUES (1)",
        "DELETE FROM t",
        "CREATE TABLE u (a)",
        "CREATE TEMP TABLE u (a)",
        "ATTACH 'other.db' AS o",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA encoding = 'UTF-16'",
        "SELECT load_extension('x')",
        "SELECT hex(a) FROM t",
        "SELECT randomblob(10)",
        "SELECT name FROM pragma_table_list",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "VACUUM INTO 'other.db'",
    ],
)
def test_nothing_but_select_from_a_table_runs(db, sql):
    make(db, "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; CREATE VIRTUAL TABLE f USING fts4(body);")
    with opened(db) as door:
        door.allow()
        with pytest.raises(sqlite3.DatabaseError):
            door.execute(sql)


def test_a_view_that_claims_to_be_a_table_yields_nothing(db):
    make(
        db,
        "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE TABLE message (a);",
        broken={"message": "CREATE VIEW message AS SELECT a FROM t"},
    )
    with opened(db) as door:
        assert set(door.tables) == {"t"}
        assert set(door.broken) == {"message"}


def test_a_damaged_definition_costs_its_table_only(db):
    make(db, "CREATE TABLE a (x); INSERT INTO a VALUES (1); CREATE TABLE b (x);", broken={"b": "CREATE TABEL b ("})
    with opened(db) as door:
        assert door.count(door.tables["a"]) == 1
        assert set(door.broken) == {"b"}
        assert "malformed" in door.facts["damaged"]


def test_a_definition_with_bytes_that_are_no_text_costs_its_table_only(db):
    make(db, "CREATE TABLE a (x); CREATE TABLE bad_name (x);")
    db.write_bytes(db.read_bytes().replace(b"bad_name", b"bad_\xff\xfe\xcam"))
    with opened(db) as door:
        assert set(door.tables) == {"a"}
        assert set(door.broken) == {"bad_\\xff\\xfe\\xcam"}


def test_a_virtual_generated_column_is_not_evaluated_and_a_stored_one_is_data(db):
    make(db, "CREATE TABLE t (a, v AS (abs(-9223372036854775808)) VIRTUAL, s AS (a + 1) STORED)")
    with opened(db) as door:
        assert door.tables["t"].columns == ("a", "s")


def test_a_rows_number_is_found_behind_columns_of_its_names(db):
    make(
        db,
        "CREATE TABLE a (_rowid_, x); CREATE TABLE b (_rowid_, rowid, oid);"
        "CREATE TABLE c (k PRIMARY KEY) WITHOUT ROWID;",
    )
    with opened(db) as door:
        assert {name: table.rowid for name, table in door.tables.items()} == {"a": "rowid", "b": None, "c": None}


def test_rows_are_counted(db):
    make(db, NUMBERS + "CREATE TABLE none (a)")
    with opened(db) as door:
        assert [door.count(door.tables[name]) for name in ("t", "none")] == [2000, 0]


def test_work_ends_at_the_limit_of_steps(db):
    make(db, NUMBERS)
    with opened(db) as door:
        door.allow()
        door._left = 0
        door._con.set_progress_handler(door._tick, 100)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            door.execute('SELECT sum(1) FROM "t"').fetchall()


def test_the_log_is_replayed_on_a_copy_and_the_exhibit_stays_as_it_is(tmp_path):
    path, wal = with_log(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (2);")
    before = sha256_file(path), sha256_file(wal)
    with opened(path, wal) as door:
        assert door.count(door.tables["t"]) == 2
        assert door.facts["wal_bytes"] == wal.stat().st_size
    assert (sha256_file(path), sha256_file(wal)) == before
    assert not list((tmp_path / "scratch").iterdir())
    assert not (tmp_path / "seized.db-shm").exists()


def test_without_its_log_a_database_shows_what_was_written_back(tmp_path):
    path, _ = with_log(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (2);")
    with opened(path) as door:
        assert door.count(door.tables["t"]) == 1


def test_two_files_with_logs_are_open_side_by_side(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first = with_log(tmp_path / "one", "CREATE TABLE t (a);", "INSERT INTO t VALUES (1);")
    second = with_log(tmp_path / "two", "CREATE TABLE u (a);", "INSERT INTO u VALUES (1);")
    scratch = tmp_path / "scratch"
    with SqliteDoor(first[0], "a", scratch, first[1]) as a, SqliteDoor(second[0], "b", scratch, second[1]) as b:
        assert (set(a.tables), set(b.tables)) == ({"t"}, {"u"})


def test_an_empty_log_is_no_log(db, tmp_path):
    make(db, "CREATE TABLE t (a)")
    (tmp_path / "x.db-wal").write_bytes(b"")
    with opened(db, tmp_path / "x.db-wal") as door:
        assert "wal_bytes" not in door.facts
        assert not (tmp_path / "scratch").exists()


def test_a_rollback_journal_beside_it_is_not_replayed(db, tmp_path):
    make(db, "CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    journal = tmp_path / "x.db-journal"
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    with opened(db) as door:
        assert door.count(door.tables["t"]) == 1
    assert journal.exists()


def test_a_truncated_file_says_how_long_it_should_be(db):
    make(db, NUMBERS)
    whole = db.read_bytes()
    db.write_bytes(whole[: len(whole) // 2])
    with opened(db) as door:
        assert door.facts["truncated"] == {"bytes": len(whole) // 2, "said": len(whole)}


def test_freed_pages_are_told_and_not_read(db):
    make(db, NUMBERS + "DELETE FROM t WHERE id > 10")
    with opened(db) as door:
        assert door.facts["not_carved"]["free_pages"] > 10


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"\x8f" * 4096, b"SQLite format 3\0" + b"\xff" * 4080])
def test_what_is_no_database_is_refused_in_one_line(db, content):
    db.write_bytes(content)
    with pytest.raises(SqliteRefused, match=r"x\.db cannot be opened .*decrypt it first"):
        opened(db)
