"""PostgreSQL dumps through a mapping: rows, rejects, counts, notes, excerpts, and what is refused."""

import base64
import hashlib
import struct

import pytest
from mapped_case import mapping, read, source_of
from pg_case import copied

from fanal.read.contract import Unreadable
from fanal.read.mapping import MappingError
from fanal.read.pg_dump import PG_DUMP, PgDump

USERS = (
    "CREATE TABLE public.users (\n  id integer,\n  login text,\n  photo bytea,\n  seen timestamp with time zone\n);\n"
)
TAKE = mapping(
    "pg_dump",
    account="SELECT id AS native_id, login AS username, photo AS display_name, seen AS created_at, _row FROM users",
)
ROWS = [("1", "first", None, "2022-04-01 12:00:00+02"), ("2", "second", "\\x0102", "2022-04-01 10:00:00.5+05:30")]


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}:{len(data)}"


def test_values_become_cells_instants_keep_their_offset_and_bytea_is_a_digest(tmp_path):
    sink = read(PG_DUMP, tmp_path, "x.sql", (USERS + copied("public.users", ROWS)).encode(), TAKE)
    rows = sink.tables["account"]
    assert [r["display_name"] for r in rows] == [None, digest(b"\x01\x02")]
    assert [r["created_at"].isoformat() for r in rows] == ["2022-04-01T10:00:00", "2022-04-01T04:30:00.500000"]
    assert [r["locator"] for r in rows] == ["users:1", "users:2"]
    assert sink.rejects == []


def test_copy_and_inserts_say_the_same(tmp_path):
    inserts = "".join(
        f"INSERT INTO public.users VALUES ({i}, '{login}', {'NULL' if photo is None else repr(photo)}, '{seen}');\n"
        for i, login, photo, seen in ROWS
    ).replace("\\\\", "\\")
    one = read(PG_DUMP, tmp_path / "copy", "x.sql", (USERS + copied("public.users", ROWS)).encode(), TAKE)
    other = read(PG_DUMP, tmp_path / "inserts", "x.sql", (USERS + inserts).encode(), TAKE)
    assert one.said == other.said


def test_tables_that_the_mapping_does_not_name_are_counted_as_unmapped(tmp_path):
    other = "CREATE TABLE app.log (a text, b text);\n" + copied("app.log", [("x", "y"), ("z",)])
    sink = read(PG_DUMP, tmp_path, "x.sql", (USERS + other + copied("public.users", ROWS)).encode(), TAKE)
    assert sink.counts["app.log"] == {"source": 2, "read": 0, "rejected": 0, "unmapped": 2}
    assert sink.counts["users"] == {"source": 2, "read": 2, "rejected": 0, "unmapped": 0}


def test_a_table_of_another_schema_is_named_with_it(tmp_path):
    take = mapping("pg_dump", account='SELECT id AS native_id, _row FROM "app.users"')
    content = USERS.replace("public.", "app.") + copied("app.users", ROWS)
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), take)
    assert [r["locator"] for r in sink.tables["account"]] == ["app.users:1", "app.users:2"]
    source = source_of(tmp_path, "x.sql", content.encode(), take)
    assert PG_DUMP.excerpt(source, "app.users:1") == "1\tfirst\t\\N\t2022-04-01 12:00:00+02"


def test_rejects_tell_row_reason_and_what_stands_there_but_no_bytes(tmp_path):
    rows = "3\tshort\n4\tlong\t\\\\x0a0b0c\t\\N\tmore\n\\\\x0d0e0f\t5\n6\tx\\.y\t\\\\x0a\t\\N\n\\.\n"
    sink = read(PG_DUMP, tmp_path, "x.sql", f"{USERS}COPY public.users FROM stdin;\n{rows}".encode(), TAKE)
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [
        ("users:4", "an end mark inside of a row"),
        ("users:1", "wrong number of values"),
        ("users:2", "wrong number of values"),
        ("users:3", "wrong number of values"),
    ]
    assert sink.rejects[1]["excerpt"] == "3\tshort"
    assert digest(b"\x0a\x0b\x0c") in sink.rejects[2]["excerpt"]
    assert not any("0a" in r["excerpt"].split("sha256:")[0] or "0d0e" in r["excerpt"] for r in sink.rejects)
    assert sink.counts["users"] == {"source": 4, "read": 0, "rejected": 4, "unmapped": 0}


def test_a_block_that_is_cut_off_keeps_its_rows_and_says_so(tmp_path):
    content = USERS + copied("public.users", ROWS)
    whole = content[: content.index("2\tsecond")]
    sink = read(PG_DUMP, tmp_path / "between", "x.sql", whole.encode(), TAKE)
    assert len(sink.tables["account"]) == 1
    assert sink.rejects == []
    assert sink.notes["truncated"] is True
    inside = content[: content.index("02\t2022-04-01 10")]
    sink = read(PG_DUMP, tmp_path / "inside", "x.sql", inside.encode(), TAKE)
    (reject,) = sink.rejects
    assert (reject["locator"], reject["reason"]) == ("users:2", "cut off")
    assert reject["excerpt"].startswith("2\tsecond sha256:")
    assert "01" not in reject["excerpt"].split("sha256:")[0]


def test_bytes_that_are_not_utf8_are_kept_escaped_and_told(tmp_path):
    content = USERS.encode() + b"COPY public.users FROM stdin;\n1\tab\xe9\t\\N\t\\N\n\\.\n"
    sink = read(PG_DUMP, tmp_path, "x.sql", content, TAKE)
    assert sink.tables["account"][0]["username"] == "ab\\xe9"
    assert [(r["locator"], r["column"]) for r in sink.rejects] == [("users:1", "login")]


def test_an_expression_is_an_empty_cell_and_a_reject(tmp_path):
    sink = read(PG_DUMP, tmp_path, "x.sql", (USERS + "INSERT INTO users VALUES (1, lower('A,)'));").encode(), TAKE)
    assert sink.tables["account"][0]["username"] is None
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [("users:1", "login", "lower('A,)')")]


def test_an_encoded_picture_in_text_is_withheld_before_a_select_can_cut_it(tmp_path):
    encoded = base64.b64encode(struct.pack(">400H", *range(400))).decode()
    take = mapping("pg_dump", account="SELECT id AS native_id, substr(login, 1, 120) AS username, _row FROM users")
    content = USERS + copied("public.users", [("1", f"see data:image/png;base64,{encoded} there", None, None)])
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), take)
    assert sink.tables["account"][0]["username"].startswith("see [withheld: ")
    source = source_of(tmp_path, "x.sql", content.encode(), take)
    assert encoded[:40] not in PG_DUMP.excerpt(source, "users:1")


@pytest.mark.parametrize("chunk", [16, 100, 1 << 20])
def test_the_excerpt_of_any_row_is_its_line_in_the_dump(tmp_path, chunk):
    before = "CREATE TABLE public.log (a text);\n" + copied("public.log", [("\\.",), ("\n\\.\n",)] * 50)
    rows = [(str(n), f"message {n}", None, None) for n in range(1, 41)]
    content = before + USERS + copied("public.users", rows) + before.replace("log", "late")
    content += copied("public.users", [("41", "message 41", "\\x0102", None)])
    source = source_of(tmp_path, "x.sql", content.encode(), TAKE)
    reader = PgDump(chunk)
    assert [reader.excerpt(source, f"users:{n}") for n in (1, 17, 40)] == [
        f"{n}\tmessage {n}\t\\N\t\\N" for n in (1, 17, 40)
    ]
    assert reader.excerpt(source, "users:41") == f"41\tmessage 41\t{digest(bytes([1, 2]))}\t\\N"
    with pytest.raises(Unreadable, match="no row users:42"):
        reader.excerpt(source, "users:42")


def test_the_excerpt_of_a_statement_is_its_beginning(tmp_path):
    content = USERS + "INSERT INTO users SELECT 'x' FROM other;\n" + copied("users", ROWS)
    source = source_of(tmp_path, "x.sql", content.encode(), TAKE)
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), TAKE)
    assert [r["reason"] for r in sink.rejects] == ["an INSERT without VALUES"]
    assert PG_DUMP.excerpt(source, sink.rejects[0]["locator"]).startswith("INSERT INTO users SELECT  sha256:")


def test_notes_tell_what_was_passed_over_and_how_the_dump_is_made(tmp_path):
    content = (
        "-- PostgreSQL database dump\nSET client_encoding = 'KOI8R';\nSET client_encoding = 'UTF8';\n"
        f"SET TimeZone = 'UTC';\n{USERS}CREATE TABLE p (a int) PARTITION BY LIST (a);\n"
        "ALTER TABLE p ATTACH PARTITION users DEFAULT;\n\\! touch ran\n"
    )
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), TAKE)
    assert sink.notes == {
        "charset": "KOI8R, UTF8",
        "unread_charsets": ["KOI8R"],
        "time_zones": ["UTC"],
        "partitions": {"p": ["users"]},
        "skipped_statements": {"ALTER TABLE": 1, "SET": 3, "\\!": 1},
        "no_end_mark": True,
    }
    assert not list(tmp_path.rglob("ran"))


def test_a_whole_dump_has_its_end_mark(tmp_path):
    content = f"-- PostgreSQL database dump\n{USERS}-- PostgreSQL database dump complete\n"
    assert "no_end_mark" not in read(PG_DUMP, tmp_path, "x.sql", content.encode(), TAKE).notes


@pytest.mark.parametrize("content", [b"PGDMP\x01\x0e\x00", b"toc.dat".ljust(257, b"\0") + b"ustar\x0000"])
def test_archives_are_refused_with_what_to_do(tmp_path, content):
    assert PG_DUMP.detect(content, "x.dump") > 0.9
    with pytest.raises(Unreadable, match=r"pg_restore -f dump\.sql x\.dump"):
        read(PG_DUMP, tmp_path, "x.dump", content, TAKE)


def test_a_file_without_a_table_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="no table"):
        read(PG_DUMP, tmp_path, "x.sql", b"SELECT 1;\n", TAKE)


def test_a_mapping_that_names_a_missing_table_is_refused_where_the_dump_is_whole(tmp_path):
    with pytest.raises(MappingError, match="users"):
        read(PG_DUMP, tmp_path, "x.sql", b"CREATE TABLE other (a int);\n", TAKE)


def test_tables_are_told_with_columns_and_rows(tmp_path):
    content = USERS + copied("public.users", ROWS) + copied("app.t", [("1", "2")], '(a, "A")')
    tables = PG_DUMP.tables(source_of(tmp_path, "x.sql", content.encode(), TAKE))
    assert {name: (t.columns, t.rows) for name, t in tables.items()} == {
        "users": (("id", "login", "photo", "seen"), 2),
        "app.t": (("a", "A_2"), 1),
    }


@pytest.mark.parametrize(
    ("head", "name", "least"),
    [
        (b"--\n-- PostgreSQL database dump\n--\n", "x", 0.9),
        (b"--\r\n-- PostgreSQL database cluster dump\r\n--\r\n", "x", 0.9),
        (b'COPY public."a b" (a, "b c") FROM stdin;\n', "x.txt", 0.8),
        (b"INSERT INTO public.users VALUES (1);\n", "x.sql", 0.7),
        (b"CREATE TABLE `users` (a int);\n", "x.sql", 0.0),
        (b"I copy from stdin; you too\n", "x.txt", 0.0),
    ],
)
def test_dumps_are_known_by_what_only_postgresql_writes(head, name, least):
    found = PG_DUMP.detect(head, name)
    assert found >= least
    assert bool(found) == bool(least)


def test_columns_that_only_later_inserts_name_are_read_too(tmp_path):
    content = "INSERT INTO users (id) VALUES (1);\nINSERT INTO users (id, login) VALUES (2, 'second');\n"
    take = mapping("pg_dump", account="SELECT id AS native_id, login AS username, _row FROM users")
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), take)
    assert [(r["native_id"], r["username"]) for r in sink.tables["account"]] == [("1", None), ("2", "second")]


def test_two_dumps_in_one_file_are_one_table(tmp_path):
    other = USERS.replace("login text", "login text, nick text")
    content = USERS + copied("users", ROWS) + other + copied("users", [("3", "third", "n", None, None)])
    take = mapping(
        "pg_dump", account="SELECT id AS native_id, login AS username, nick AS display_name, _row FROM users"
    )
    sink = read(PG_DUMP, tmp_path, "x.sql", content.encode(), take)
    assert [(r["native_id"], r["display_name"]) for r in sink.tables["account"]] == [
        ("1", None),
        ("2", None),
        ("3", "n"),
    ]
    assert [r["locator"] for r in sink.tables["account"]] == ["users:1", "users:2", "users:3"]
