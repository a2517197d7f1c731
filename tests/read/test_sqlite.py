"""The mapped reader of SQLite databases: hostile files, damage, excerpts, and plain SQL as the oracle."""

import hashlib
import sqlite3

import mapped_case
import pytest
from mapped_case import Remembered

from evidence.sqlite_files import NUMBERS, PAGE, leaves, make, overwrite
from fanal.evidence.sqlite_door import SqliteRefused
from fanal.evidence.sqlite_rows import DAMAGED
from fanal.read.contract import Source, Unreadable
from fanal.read.mapped_rows import NOT_UTF8
from fanal.read.mapping import load_yaml
from fanal.read.mapping_errors import UnknownSourceTable
from fanal.read.sqlite import SQLITE
from fanal.read.sqlite_examples import with_log
from fanal.read.sqlite_tables import LONG_TEXT, NO_DEFINITION

USERS = "SELECT id AS native_id, x AS username, _row FROM t"


@pytest.fixture
def db(tmp_path):
    return tmp_path / "x.db"


def source(path, sql=USERS, beside=None, table="account"):
    mapping = load_yaml(mapped_case.mapping("sqlite", **{table: sql}), "mapping.yaml")
    scratch = path.parent / f"scratch-{len(list(path.parent.iterdir()))}"
    scratch.mkdir()
    return Source(path, path.name, 1, scratch, mapping, beside=beside or {})


def read(path, sql=USERS, **given):
    sink = Remembered()
    SQLITE.read(source(path, sql, **given), sink)
    return sink


def column(sink, name, table="account"):
    return [row[name] for row in sink.tables.get(table, [])]


def test_every_row_of_a_table_is_read_in_the_order_of_its_number(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (30, 'c'), (-1, 'a'), (7, 'b');")
    sink = read(db)
    assert column(sink, "locator") == ["t:1", "t:2", "t:3"]
    assert column(sink, "username") == ["a", "b", "c"]
    assert sink.counts == {"t": {"source": 3, "read": 3, "rejected": 0, "unmapped": 0}}


def test_tables_without_a_select_are_counted(db):
    make(db, NUMBERS + "CREATE TABLE u (a); INSERT INTO u VALUES (1), (2); CREATE VIEW v AS SELECT * FROM u;")
    assert read(db).counts["u"] == {"source": 2, "read": 0, "rejected": 0, "unmapped": 2}


def test_a_blob_stands_as_digest_and_length_and_never_as_itself(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (1, x'ffd8ff00'), (2, 'text');")
    digest = hashlib.sha256(bytes.fromhex("ffd8ff00")).hexdigest()
    assert column(read(db), "username") == [f"sha256:{digest}:4", "text"]


def test_bytes_that_are_no_utf8_are_shown_and_rejected_as_a_cell(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (1, CAST(x'6ee9' AS TEXT)), (2, 'é');")
    sink = read(db)
    assert column(sink, "username") == ["n\\xe9", "é"]
    assert [(r["locator"], r["column"], r["reason"]) for r in sink.rejects] == [("t:1", "x", NOT_UTF8)]


def test_a_text_over_a_mebibyte_is_told_by_its_digest(db):
    make(db, "CREATE TABLE t (id, x); INSERT INTO t VALUES (1, replace(hex(zeroblob(1000000)), '00', 'xy'));")
    sink = read(db)
    assert column(sink, "username") == [f"sha256:{hashlib.sha256(b'xy' * 1_000_000).hexdigest()}:2000000"]
    assert [(r["locator"], r["column"], r["reason"]) for r in sink.rejects] == [("t:1", "x", LONG_TEXT)]


def test_rows_on_a_damaged_page_are_one_reject_and_the_rest_is_read(db):
    make(db, NUMBERS)
    overwrite(db, leaves(db)[5], b"\xff" * PAGE)
    sink = read(db)
    (reject,) = sink.rejects
    assert reject["locator"].startswith("t:after:")
    assert reject["reason"] == DAMAGED
    assert sink.counts["t"]["rejected"] == 1
    assert sink.counts["t"]["read"] == len(column(sink, "username")) > 1800
    assert sink.notes["truncated"] is True


def test_a_truncated_file_is_read_as_far_as_it_goes(db):
    make(db, NUMBERS + "CREATE TABLE later (a); INSERT INTO later VALUES (1);")
    raw = db.read_bytes()
    db.write_bytes(raw[: len(raw) // 2])
    sink = read(db)
    assert len(column(sink, "username")) > 500
    assert sink.notes["truncated"] == {"bytes": len(raw) // 2, "said": len(raw)}


def test_a_table_whose_definition_is_damaged_is_a_reject_and_its_name_is_told(db):
    make(db, NUMBERS + "CREATE TABLE u (a);", broken={"u": "CREATE TABEL"})
    sink = read(db)
    assert len(column(sink, "username")) == 2000
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("(schema):u", NO_DEFINITION)]


def test_a_mapping_that_names_a_view_is_told_that_there_is_no_such_table(db):
    make(db, NUMBERS + "CREATE VIEW v AS SELECT * FROM t;")
    with pytest.raises(UnknownSourceTable, match="v"):
        read(db, "SELECT id AS native_id, x AS username, _row FROM v")


def test_a_column_called_as_the_number_of_the_row_stays_readable(db):
    make(db, "CREATE TABLE t (_row, id); INSERT INTO t VALUES ('own', 5);")
    sink = read(db, "SELECT id AS native_id, _row_2 AS username, _row FROM t")
    assert (column(sink, "username"), column(sink, "locator")) == (["own"], ["t:1"])


def test_tables_whose_names_differ_in_capitals_alone_are_kept_apart(db):
    make(db, 'CREATE TABLE "é" (id, x); INSERT INTO "é" VALUES (1, 2); CREATE TABLE "É" (id, x);')
    assert {part: n["source"] for part, n in read(db, USERS.replace(" t", ' "é"')).counts.items()} == {"é": 1, "É_2": 0}


def test_what_stands_in_the_log_is_read_with_it(db, tmp_path):
    content, log = with_log("CREATE TABLE t (id, x); INSERT INTO t VALUES (1, 'a');", "INSERT INTO t VALUES (2, 'b');")
    db.write_bytes(content)
    (tmp_path / "x.db-wal").write_bytes(log)
    assert column(read(db, beside={"x.db-wal": tmp_path / "x.db-wal"}), "username") == ["a", "b"]
    assert column(read(db), "username") == ["a"]


def test_an_excerpt_is_the_row_with_its_blobs_withheld(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x, y); INSERT INTO t VALUES (5, 'a', NULL), (9, 'b', x'00ff');")
    digest = hashlib.sha256(b"\x00\xff").hexdigest()
    assert SQLITE.excerpt(source(db), "t:2") == f"id: 9\nx: b\ny: sha256:{digest}:2"
    with pytest.raises(Unreadable, match="t:3"):
        SQLITE.excerpt(source(db), "t:3")


def test_excerpts_lead_to_the_same_rows_in_a_damaged_file(db):
    make(db, NUMBERS)
    overwrite(db, leaves(db)[5], b"\xff" * PAGE)
    sink = read(db)
    for row in sink.tables["account"][:: len(sink.tables["account"]) // 7]:
        assert f"x: {row['username']}" in SQLITE.excerpt(source(db), row["locator"])
    assert "cannot be read" in SQLITE.excerpt(source(db), sink.rejects[0]["locator"])


def test_tables_are_told_for_drafting_a_mapping(db):
    make(db, NUMBERS + "CREATE TABLE u (a, b AS (a + 1) VIRTUAL); CREATE VIEW v AS SELECT * FROM t;")
    found = {name: (table.columns, table.rows) for name, table in SQLITE.tables(source(db)).items()}
    assert found == {"t": (("id", "x"), 2000), "u": (("a",), 0)}


def test_what_is_no_database_is_refused(db):
    db.write_bytes(b"\x8f" * 4096)
    with pytest.raises(SqliteRefused):
        read(db)


def test_a_database_without_tables_is_refused(db):
    make(db, "CREATE TABLE t (a); DROP TABLE t;")
    with pytest.raises(Unreadable, match="no table"):
        read(db)


def test_reading_counts_what_plain_sql_counts(db):
    make(db, NUMBERS + "DELETE FROM t WHERE id % 3 = 0; UPDATE t SET x = NULL WHERE id % 5 = 0;")
    sink = read(db)
    con = sqlite3.connect(db)
    assert column(sink, "username") == [row[0] for row in con.execute("SELECT x FROM t ORDER BY id")]
    assert column(sink, "native_id") == [str(row[0]) for row in con.execute("SELECT id FROM t ORDER BY id")]
    con.close()
