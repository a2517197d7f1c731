"""The walk over a table of a SQLite file: order, damage, long values, and plain SQL as the oracle."""

import hashlib
import sqlite3
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.sqlite_files import NUMBERS, PAGE, leaves, make, overwrite
from fanal.evidence import sqlite_rows
from fanal.evidence.sqlite_blocks import Block, Gap
from fanal.evidence.sqlite_door import LONGEST, SqliteDoor, SqliteRefused
from fanal.evidence.sqlite_rows import DAMAGED, OUT_OF_ORDER, TOO_MUCH, UNREADABLE, TableWalk


@pytest.fixture
def db(tmp_path):
    return tmp_path / "x.db"


def walked(path, table="t", columns=None, **given):
    with SqliteDoor(path, path.name, path.parent / "scratch") as door:
        found = door.tables[table]
        return list(TableWalk(door, found, columns or found.columns, **given))


def cells(pieces, at=0):
    return [value for piece in pieces if isinstance(piece, Block) for value in piece.cells[at].to_pylist()]


def gaps(pieces):
    return [piece for piece in pieces if isinstance(piece, Gap)]


def test_rows_come_in_the_order_of_their_numbers_whatever_the_indexes(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x); CREATE INDEX i ON t (x, id);"
             "INSERT INTO t VALUES (9, 'a'), (-5, 'c'), (3, 'b');")  # fmt: skip
    (block,) = walked(db)
    assert block.rowids.tolist() == [-5, 3, 9]
    assert cells([block], 1) == [b"c", b"b", b"a"]


def test_numbers_are_written_as_sqlite_writes_them(db):
    make(
        db, "CREATE TABLE t (x); INSERT INTO t VALUES (1), (-9223372036854775808), (1.5), (1e300), (NULL), ('é'), ('');"
    )
    assert cells(walked(db)) == [b"1", b"-9223372036854775808", b"1.5", b"1.0e+300", None, "é".encode(), b""]


def test_blobs_are_marked_and_nothing_else_is(db):
    make(db, "CREATE TABLE t (a, b); INSERT INTO t VALUES (x'00ff', 'x'), ('y', x''), (1, NULL);")
    (block,) = walked(db)
    assert [None if flags is None else flags.tolist() for flags in block.blobs] == [
        [True, False, False], [False, True, False],
    ]  # fmt: skip
    assert cells([block]) == [b"\x00\xff", b"y", b"1"]


def test_an_order_of_text_that_only_the_application_knows_does_no_harm(db):
    con = sqlite3.connect(db)
    con.create_collation("LOCALIZED", lambda a, b: (a > b) - (a < b))
    con.execute("CREATE TABLE t (a TEXT COLLATE LOCALIZED, k TEXT COLLATE LOCALIZED PRIMARY KEY)")
    con.execute("INSERT INTO t VALUES ('x', 'b'), (x'00', 'a')")
    con.commit()
    con.close()
    (block,) = walked(db)
    assert cells([block]) == [b"x", b"\x00"]


def test_more_columns_than_one_mask_holds_keep_their_blobs(db):
    names = [f"c{n}" for n in range(150)]
    values = ", ".join("x'00'" if n in (0, 59, 60, 149) else str(n) for n in range(150))
    make(db, f"CREATE TABLE t ({', '.join(names)}); INSERT INTO t VALUES ({values});", page=65536)
    (block,) = walked(db)
    assert [at for at, flags in enumerate(block.blobs) if flags is not None] == [0, 59, 60, 149]
    assert cells([block], 58) == [b"58"]


def test_text_of_an_utf16_database_comes_as_utf8_and_its_blobs_as_they_are(db):
    make(db, "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a); INSERT INTO t VALUES ('né'), (x'00d8'), (12);")
    assert cells(walked(db)) == ["né".encode(), b"\x00\xd8", b"12"]


def test_a_table_without_row_numbers_is_read_in_the_order_of_its_key(db):
    make(db, "CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES ('b', 2), ('a', 1);")
    (block,) = walked(db)
    assert block.rowids is None
    assert cells([block]) == [b"a", b"b"]


def test_blocks_are_bounded_and_places_run_on(db):
    make(db, NUMBERS)
    pieces = walked(db, rows=512)
    assert [(piece.first, piece.count) for piece in pieces] == [(1, 512), (513, 512), (1025, 512), (1537, 464)]


def test_a_long_blob_is_digested_piece_by_piece(db):
    make(db, f"CREATE TABLE t (id INTEGER PRIMARY KEY, x, y); INSERT INTO t VALUES (1, 'a', 1),"
             f"(7, zeroblob({LONGEST + 1}), 2), (8, 'b', x'01');")  # fmt: skip
    (block,) = walked(db)
    digest = hashlib.sha256(bytes(LONGEST + 1)).hexdigest()
    assert cells([block], 1) == [b"a", f"sha256:{digest}:{LONGEST + 1}".encode(), b"b"]
    assert block.cut == []
    assert [None if flags is None else flags.tolist() for flags in block.blobs] == [None, None, [False, False, True]]


def test_a_long_text_is_cut_to_its_digest_and_told(db):
    make(db, f"CREATE TABLE t (x, y); INSERT INTO t VALUES ('a', replace(hex(zeroblob({LONGEST})), '00', 'xy'));")
    (block,) = walked(db)
    digest = hashlib.sha256(b"xy" * LONGEST).hexdigest()
    assert cells([block], 1) == [f"sha256:{digest}:{2 * LONGEST}".encode()]
    assert block.cut == [(0, 1)]


def test_values_of_the_greatest_length_stay_as_they_are(db):
    make(db, f"CREATE TABLE t (x); INSERT INTO t VALUES (replace(hex(zeroblob({LONGEST // 2})), '00', 'xy'));")
    assert cells(walked(db)) == [b"xy" * (LONGEST // 2)]


def test_a_long_value_in_a_table_without_row_numbers_ends_the_walk_and_is_told(db):
    make(
        db,
        f"CREATE TABLE t (k PRIMARY KEY, v) WITHOUT ROWID;INSERT INTO t VALUES (1, 'a'), (2, zeroblob({LONGEST + 1}));",
    )
    pieces = walked(db)
    assert cells(pieces) == [b"1"]
    assert [(gap.place, gap.single) for gap in gaps(pieces)] == [(1, False)]


def test_rows_before_and_behind_a_damaged_page_are_read(db):
    make(db, NUMBERS)
    whole = cells(walked(db))
    page = leaves(db)[len(leaves(db)) // 2]
    overwrite(db, page, b"\xff" * PAGE)
    pieces = walked(db)
    read = cells(pieces)
    assert [gap.reason for gap in gaps(pieces)] == [DAMAGED]
    lost = [n for n in whole if n not in set(read)]
    assert 10 < len(lost) < 100
    assert read == [n for n in whole if n not in set(lost)]
    assert int(lost[-1]) - int(lost[0]) == len(lost) - 1
    assert gaps(pieces)[0].rowid == int(lost[0]) - 1
    assert [piece.first for piece in pieces if isinstance(piece, Block)] == [1, int(lost[0])]


def test_every_damaged_page_makes_one_gap(db):
    make(db, NUMBERS)
    for page in (leaves(db)[3], leaves(db)[9], leaves(db)[-1]):
        overwrite(db, page, bytes(PAGE))
    pieces = walked(db)
    assert [gap.reason for gap in gaps(pieces)] == [DAMAGED] * 3
    assert len(cells(pieces)) == len(set(cells(pieces))) > 1500


def test_a_truncated_table_is_read_up_to_its_end(db):
    make(db, NUMBERS)
    raw = db.read_bytes()
    db.write_bytes(raw[: len(raw) // 2])
    pieces = walked(db)
    read = [int(value) for value in cells(pieces)]
    assert read == sorted(set(read))
    assert 500 < len(read) < 1500
    assert read[: gaps(pieces)[0].place] == list(range(1, gaps(pieces)[0].place + 1))
    assert gaps(pieces)[-1].place == len(read)


def test_one_row_whose_overflow_is_damaged_costs_itself_alone(db):
    make(
        db,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x);INSERT INTO t VALUES (1, 'a'), (2, hex(zeroblob(3000))), (3, 'c');",
    )
    raw = db.read_bytes()
    at = raw.index(b"0" * 900, 2 * PAGE) // PAGE
    overwrite(db, at, struct.pack(">I", 4_000_000))
    pieces = walked(db)
    assert cells(pieces) == [b"1", b"3"]
    assert [(gap.place, gap.rowid, gap.single, gap.reason) for gap in gaps(pieces)] == [(2, 2, True, UNREADABLE)]
    assert [piece.first for piece in pieces if isinstance(piece, Block)] == [1, 3]


def test_a_tree_whose_pages_repeat_is_broken_off(db):
    make(db, NUMBERS)
    raw = db.read_bytes()
    root = next(n for n in range(1, len(raw) // PAGE) if raw[n * PAGE] == 5)
    first = struct.unpack_from(">H", raw, root * PAGE + 12)[0]
    child = raw[root * PAGE + first : root * PAGE + first + 4]
    for n in range(struct.unpack_from(">H", raw, root * PAGE + 3)[0]):
        cell = struct.unpack_from(">H", raw, root * PAGE + 12 + 2 * n)[0]
        overwrite(db, root, child, at=cell)
    pieces = walked(db)
    assert {gap.reason for gap in gaps(pieces)} == {OUT_OF_ORDER}
    assert len(cells(pieces)) == len(set(cells(pieces)))


def test_a_table_that_takes_too_many_steps_is_broken_off(db, monkeypatch):
    make(db, NUMBERS)
    with SqliteDoor(db, db.name, db.parent) as door:
        door._con.set_progress_handler(door._tick, 1000)
        monkeypatch.setattr(door, "allow", lambda *_: setattr(door, "_left", 800_000))
        (gap,) = gaps(list(TableWalk(door, door.tables["t"], ("x",))))
    assert gap.reason == TOO_MUCH


def test_after_many_gaps_a_table_is_given_up_and_says_so(db, monkeypatch):
    monkeypatch.setattr(sqlite_rows, "_GAPS", 2)
    make(db, NUMBERS)
    for page in leaves(db)[::2]:
        overwrite(db, page, bytes(PAGE))
    assert len(gaps(walked(db))) == 2


def test_a_walk_can_begin_at_a_place_or_at_a_row(db):
    make(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (10, 'a'), (20, 'b'), (30, 'c');")
    with SqliteDoor(db, db.name, db.parent) as door:
        table = door.tables["t"]
        by_place, by_row = TableWalk(door, table, ("x",)), TableWalk(door, table, ("x",))
        by_place.begin_at_place(2)
        by_row.begin_at_row(30)
        (second,), (third,) = list(by_place), list(by_row)
    assert (second.first, cells([second])) == (2, [b"b", b"c"])
    assert cells([third]) == [b"c"]


def test_the_block_of_one_row_holds_its_cells(db):
    make(db, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, x'00'), (2, 'y');")
    (block,) = walked(db)
    one, two = block.only(0), block.only(1)
    assert (one.first, cells([one]), one.blobs[1].tolist()) == (1, [b"1"], [True])
    assert (two.first, cells([two], 1), two.blobs) == (2, [b"y"], [None, None])


VALUES = st.none() | st.integers(-(1 << 63), (1 << 63) - 1) | st.text(max_size=20) | st.binary(max_size=20)


@given(
    rows=st.lists(
        st.tuples(st.integers(-(1 << 63), (1 << 63) - 1), VALUES, VALUES), max_size=40, unique_by=lambda r: r[0]
    )
)
def test_the_walk_reads_what_plain_sql_reads(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("walk") / "x.db"
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)")
    con.executemany("INSERT INTO t VALUES (?, ?, ?)", [(n, *(_storable(v) for v in given)) for n, *given in rows])
    con.commit()
    con.text_factory = bytes
    kept = con.execute("SELECT id, a, b FROM t ORDER BY id").fetchall()
    con.close()
    pieces = walked(path)
    assert [int(n) for piece in pieces for n in piece.rowids] == [row[0] for row in kept]
    for at in (1, 2):
        wanted = [str(row[at]).encode() if isinstance(row[at], int) else row[at] for row in kept]
        assert cells(pieces, at) == wanted
        flags = [piece.blobs[at] if piece.blobs[at] is not None else np.zeros(piece.count, bool) for piece in pieces]
        given = {row[0]: row[at] for row in rows}
        assert [bool(f) for part in flags for f in part] == [isinstance(given[row[0]], bytes) for row in kept]


def _storable(value):
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make(tmp_path_factory.mktemp("whole") / "x.db", NUMBERS).read_bytes()


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(100, 1 << 15), st.binary(min_size=1, max_size=64)), min_size=1, max_size=8)
)
def test_whatever_bytes_are_damaged_rows_ascend_and_nothing_but_a_refusal_is_raised(whole, places, tmp_path_factory):
    content = bytearray(whole)
    for at, raw in places:
        content[at : at + len(raw)] = raw
    path = tmp_path_factory.mktemp("damaged") / "x.db"
    path.write_bytes(content[: len(whole)])
    try:
        door = SqliteDoor(path, path.name, path.parent)
    except SqliteRefused:
        return
    with door:
        for table in door.tables.values():
            walk = TableWalk(door, table, table.columns or ("x",))
            numbers = [int(n) for piece in walk if isinstance(piece, Block) for n in piece.rowids]
            assert numbers == sorted(set(numbers))
