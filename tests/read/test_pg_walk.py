"""PostgreSQL dumps, read back against what was written, wherever blocks end and wherever the file is cut."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pg_case import copied, walked

from fanal.engine.duck import Duck
from fanal.read import window
from fanal.read.contract import Unreadable

CHUNKS = [1, 2, 3, 5, 7, 11, 16, 33, 64, 4096]
NAMES = {"users": "public.users", "app.b c": 'app."b c"', 'q"x': 'public."q""x"'}
SIGNS = "ab'\"\\;(),\n\r\t\b\v\f-/*$.Nx01: éÿ漢😀"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}:{len(data)}"


@pytest.fixture(scope="module")
def engine():
    with Duck() as duck:
        yield duck


@pytest.fixture
def walk(tmp_path, engine):
    """Walks over a dump given as text or bytes."""

    def run(content, chunk=4096):
        path = tmp_path / "x.sql"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return walked(path, chunk, engine)

    return run


def escaped(draw, text):
    """Text as a cell of COPY, by any of the ways to write it."""
    out = ""
    for c in text:
        code = ord(c)
        ways = {"\n": ["\\n", "\\012", "\\x0a", "\\\n"], "\t": ["\\t", "\\x9", "\\\t"], "\\": ["\\\\", "\\134"]}
        ways |= {"\r": ["\\r", "\\15"], "\b": ["\\b", "\b"], "\v": ["\\v", "\v"], "\f": ["\\f", "\f"]}
        choice = draw(st.sampled_from(ways.get(c, [c, c, c, f"\\{c}" if c not in "bfnrtvx01234567N." else c])))
        if code < 0x80 and choice == c and draw(st.integers(0, 9)) == 0 and c not in "\n\r\t\\":
            choice = f"\\{code:03o}"
        # What stands behind a short escape must not prolong it.
        short = out[-2:-1] == "\\" or out[-3:-2] == "\\" or out[-4:-3] == "\\"
        out += f"\\{code:03o}" if short and choice in tuple("0123456789abcdefABCDEF") else choice
    return out


@st.composite
def copy_value(draw):
    meant = draw(st.none() | st.text(st.sampled_from(SIGNS), max_size=9))
    if meant is None:
        return "\\N", None
    return escaped(draw, meant), meant


def quoted(draw, text):
    """Text as one of PostgreSQL's string literals."""
    form = draw(st.sampled_from(["plain", "plain", "E", "U", "dollar"]))
    doubled = text.replace("'", "''")
    if form == "plain":
        return "'" + doubled + "'"
    if form == "dollar" and "$" not in text:
        tag = draw(st.sampled_from(["$$", "$q$", "$a1$"]))
        return tag + text + tag
    if form == "U":
        written = "".join(
            f"\\{ord(c):04X}" if ord(c) < 0x10000 and draw(st.booleans()) else f"\\+{ord(c):06x}" if ord(c) > 127 else c
            for c in text.replace("\\", "\\\\")
            if c != "\\"
        )
        return "U&'" + written.replace("'", "''") + "'" if "\\" not in text else "'" + doubled + "'"
    names = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\\": "\\\\", "'": "\\'"}
    wide = "".join(f"\\U{ord(c):08x}" if ord(c) > 0xFFFF else f"\\u{ord(c):04X}" if ord(c) > 127 else names.get(c, c)
                   for c in text)  # fmt: skip
    return f"{draw(st.sampled_from('eE'))}'{wide}'"


@st.composite
def insert_value(draw):
    kind = draw(st.sampled_from(["text", "text", "null", "number", "bool", "bits", "typed"]))
    if kind == "null":
        return draw(st.sampled_from(["NULL", "null", "DEFAULT"])), None
    if kind == "number":
        text = draw(st.sampled_from(["0", "-1", "+5", "12.50", "1e5", "-1.5E-3", "12345678901234567890", ".5"]))
        return text + draw(st.sampled_from(["", "::bigint", " :: numeric(10, 2)"])), text
    if kind == "bool":
        return draw(st.sampled_from([("true", "t"), ("false", "f"), ("TRUE", "t")]))
    if kind == "bits":
        return "B'101'", "101"
    if kind == "typed":
        return draw(st.sampled_from([("date '2022-04-01'", "2022-04-01"), ("json '{\"a\": 1}'", '{"a": 1}')]))
    meant = draw(st.text(st.sampled_from(SIGNS), max_size=9))
    cast = draw(st.sampled_from(["", "", "::text", '::"a ""t"""[]', "::pg_catalog.varchar(10)"]))
    return quoted(draw, meant) + cast, meant


@st.composite
def dump(draw):
    """A dump of three tables: its bytes, and the rows that must come out of it with the byte where each ends."""
    text = draw(st.sampled_from(["", "-- PostgreSQL database dump\n", "/* it's /* nested; */ */ -- (1)\n", "\ufeff"]))
    text += draw(
        st.sampled_from(["", "SET client_encoding = 'UTF8';\n\\restrict x'y\n", "SELECT E'\\';', $a$;'$a$;\n"])
    )
    meant = {}
    for part, name in NAMES.items():
        width = draw(st.integers(1, 4))
        columns = ",\n    ".join(f"c{n} text DEFAULT 'it''s, (n);'::text" for n in range(width))
        text += f"CREATE TABLE {name} (\n    {columns},\n    CONSTRAINT x CHECK ((c0 <> ')'::text))\n);\n"
        for _ in range(draw(st.integers(0, 3))):
            if draw(st.booleans()):
                line = draw(st.sampled_from(["\n", "\r\n"]))
                text += f"COPY {name} ({', '.join(f'c{n}' for n in range(width))}) FROM stdin;{line}"
                for row in draw(st.lists(st.lists(copy_value(), min_size=width, max_size=width), max_size=4)):
                    text += "\t".join(written for written, _ in row) + line
                    meant.setdefault(part, []).append((tuple(m for _, m in row), len(text.encode())))
                text += f"\\.{line}"
                continue
            gap = draw(st.sampled_from(["", " ", "\n\t", " /* ; ' */ ", " -- it's\n"]))
            rows = draw(st.lists(st.lists(insert_value(), min_size=width, max_size=width), min_size=1, max_size=3))
            text += f"{draw(st.sampled_from(['INSERT INTO', 'insert into']))} {name} VALUES"
            for n, row in enumerate(rows):
                text += (f"{gap},{gap}" if n else gap) + "(" + f"{gap},".join(w for w, _ in row) + f"{gap})"
                meant.setdefault(part, []).append((tuple(m for _, m in row), len(text.encode())))
            text += draw(st.sampled_from(["", " ON CONFLICT DO NOTHING", " RETURNING ';'"])) + f"{gap};\n"
    return text.encode(), meant


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dump(), st.sampled_from(CHUNKS))
def test_rows_come_back_as_they_were_written_wherever_blocks_end(walk, written, chunk):
    content, meant = written
    found, broken, state = walk(content, chunk)
    assert {part: rows for part, rows in found.items() if rows} == {
        part: [row for row, _ in rows] for part, rows in meant.items()
    }
    assert broken == []
    assert not state.truncated


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dump(), st.floats(0, 1), st.sampled_from(CHUNKS))
def test_of_a_cut_dump_every_whole_row_is_read_and_the_rest_is_said(walk, written, share, chunk):
    content, meant = written
    cut = content[: int(len(content) * share)]
    found, broken, state = walk(cut, chunk)
    whole = {part: [row for row, end in rows if end <= len(cut)] for part, rows in meant.items()}
    assert {part: rows for part, rows in found.items() if rows} == {part: rows for part, rows in whole.items() if rows}
    assert len(broken) <= 1
    assert state.truncated or not broken


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from(CHUNKS))
def test_whatever_stands_in_a_block_of_copy_the_walk_comes_to_its_end(walk, noise, chunk):
    content = b"CREATE TABLE t (a text, b text);\nCOPY t FROM stdin;\n" + noise + b"\n\\.\nCREATE TABLE u (a text);\n"
    _, broken, state = walk(content, chunk)
    assert set(state.session.names.tables) == {"t", "u"}
    assert len(broken) <= state.session.names.tables["t"].rows + 1


# What PostgreSQL 15 makes of these blocks of COPY was found out by giving them to psql.


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("block", "rows", "reasons"),
    [
        pytest.param("a\\\n\\.\n", ["a\n"], [], id="a line alone with the end mark ends the block, escaped or not"),
        pytest.param("\\\n\\.\n", ["\n"], [], id="so it does behind an escaped line end alone"),
        pytest.param("a\\\nb\n\\.\n", ["a\nb"], [], id="an escaped line end is one of the row"),
        pytest.param(
            "abc\\.\nmore\n\\.\n", ["abc"], ["behind an end mark inside of a row"], id="the server stops at one"
        ),
        pytest.param("x\nabc\\.y\nz\n\\.\n", ["x", "z"], ["an end mark inside of a row"], id="an end mark before text"),
        pytest.param("\\.abc\nz\n\\.\n", ["z"], ["an end mark inside of a row"], id="an end mark at a row's beginning"),
        pytest.param("a\\\\.b\n\\\\.\n\\.\n", ["a\\.b", "\\."], [], id="an escaped backslash makes no end mark"),
        pytest.param("a\r\nb\r\n\\.\r\n", ["a", "b"], [], id="lines may end in CR LF"),
        pytest.param("a\n\\.\r\n", ["a"], [], id="the end mark may do so alone"),
        pytest.param("a\r\nb\n\\.\n", ["a"], ["a line that does not end like the others"], id="but all alike"),
        pytest.param("a\nb\rc\n\\.\n", ["a"], ["a line that does not end like the others"], id="a bare CR is no text"),
        pytest.param("\\v\\f\\x41\\x4g\\xg\\1018\\7\\Nx\\q\n\\.\n", ["\v\fA\x04gxgA8\x07Nxq"], [], id="escapes"),
        pytest.param("\\N\n\\\\N\n\\N \n\n\\.\n", [None, "\\N", "N ", ""], [], id="NULL is the whole cell"),
        pytest.param("\\303\\251\\xc3\\xa9\n\\.\n", ["éé"], [], id="bytes of a character may be escaped"),
    ],
)
def test_a_block_of_copy_is_read_as_postgresql_reads_it(walk, chunk, block, rows, reasons):
    found, broken, state = walk(
        "CREATE TABLE t (a text);\nCOPY t FROM stdin;\n" + block + "CREATE TABLE u ();\n", chunk
    )
    assert [row for (row,) in found["t"]] == rows
    assert [reason for _, _, reason in broken] == reasons
    assert "u" in state.session.names.tables


def test_rows_with_another_number_of_cells_are_named_and_keep_their_numbers(walk):
    found, broken, _ = walk("CREATE TABLE t (a text, b text);\nCOPY t FROM stdin;\n1\tx\n2\n3\ty\tz\n4\tw\n\\.\n")
    assert found["t"] == [("1", "x"), ("4", "w")]
    assert broken == [("t", 2, "wrong number of values"), ("t", 3, "wrong number of values")]


def test_bytea_is_digest_and_length_in_both_of_its_forms_and_by_any_way_of_writing(walk):
    raw = bytes(range(256))
    octal = "".join(f"\\{c:03o}" for c in raw)
    types = "CREATE DOMAIN public.photo AS bytea;\nCREATE TYPE public.pair AS (a integer, b public.photo);\n"
    table = "CREATE TABLE t (a bytea, b public.photo, c pg_catalog.bytea);\n"
    rows = copied("t", [(f"\\x{raw.hex()}", octal, None)])
    rows += f"INSERT INTO t VALUES ('\\x{raw.hex().upper()}', E'\\\\x00ff'::bytea, 'ab\\\\c');\n"
    found, broken, _ = walk(types + table + rows)
    assert found["t"] == [
        (digest(raw), digest(raw), None),
        (digest(raw), digest(b"\x00\xff"), digest(b"ab\\c")),
    ]
    assert broken == []


def test_text_that_holds_bytes_is_digest_and_length_as_a_whole(walk):
    types = "CREATE TYPE pair AS (a integer, b bytea);\n"
    found, _, _ = walk(
        types + "CREATE TABLE t (a bytea[], b pair, c pair[]);\n" + copied("t", [('{"\\\\x01"}', "(1,)", None)])
    )
    assert found["t"] == [(digest(b'{"\\\\x01"}'), digest(b"(1,)"), None)]


def test_without_create_table_what_looks_like_bytea_is_withheld_and_other_text_stays(walk):
    octal = "\\377\\330\\377\\340" * 3
    rows = copied("public.t", [("1", "\\x0102", octal, "see \\x01", "\\x012")], "(id, a, b, c, d)")
    rows += "INSERT INTO public.t (id, a, e) VALUES (2, '\\xFF', E'\\\\x00');\n"
    found, _, _ = walk(rows)
    assert found["t"] == [
        ("1", digest(b"\x01\x02"), digest(b"\xff\xd8\xff\xe0" * 3), "see \\x01", "\\x012"),
        ("2", digest(b"\xff"), None, None, None, digest(b"\0")),
    ]


def test_other_columns_keep_text_that_looks_like_bytea(walk):
    found, _, _ = walk("CREATE TABLE t (a text);\n" + copied("t", [("\\x0102",)]))
    assert found["t"] == [("\\x0102",)]


def test_zero_columns_are_rows_too(walk):
    head = "CREATE TABLE public.t (\n);\n"
    found, broken, state = walk(f"{head}COPY public.t  FROM stdin;\n\n\n\\.\nINSERT INTO public.t DEFAULT VALUES;\n")
    assert found["t"] == [(), (), ()]
    assert state.session.names.tables["t"].rows == 3
    assert broken == []


def test_columns_of_parents_come_first_and_partitions_are_named(walk):
    found, _, state = walk(
        "CREATE TABLE public.p (a int, b text) PARTITION BY RANGE (a);\nCREATE TABLE public.p1 (a int, b text);\n"
        "CREATE TABLE public.c (d text, b text) INHERITS (public.p);\nCREATE TABLE l (LIKE p INCLUDING ALL, z int);\n"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1) TO (2);\n"
        "ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM (0) TO (1);\n"
        "INSERT INTO c VALUES (1, 'b', 'd');\nINSERT INTO p2 VALUES (1, 'x');\n"
    )  # fmt: skip
    assert found == {"c": [("1", "b", "d")], "p2": [("1", "x")]}
    assert [c.name for c in state.session.names.tables["l"].columns] == ["a", "b", "z"]
    assert state.session.partitions == {"p": ["p1"]}


def test_a_column_list_decides_whatever_its_order_and_generated_columns_stay_empty(walk):
    rows = (
        copied('public."T"', [("x", "1")], '("b c", a)') + 'INSERT INTO "T" (a) OVERRIDING SYSTEM VALUE VALUES (2);\n'
    )
    found, _, _ = walk('CREATE TABLE public."T" (a int, "b c" text, g int GENERATED ALWAYS AS (1) STORED);\n' + rows)
    assert found["T"] == [("1", "x", None), ("2", None, None)]


def test_an_insert_without_a_list_may_leave_out_the_last_columns(walk):
    found, broken, _ = walk("CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1), (2, 3), (4, 5, 6);\n")
    assert found["t"] == [("1", None), ("2", "3")]
    assert broken == [("t", 3, "wrong number of values")]


def test_names_fold_like_postgresqls_and_never_collide(walk):
    tables = ["Users", '"Users"', "app.users", 'public."app.users"', '"USERS"']
    found, _, state = walk(
        "".join(f"CREATE TABLE {t} (a int);\nINSERT INTO {t} VALUES ({n});\n" for n, t in enumerate(tables))
    )
    assert list(found.values()) == [[(str(n),)] for n in range(len(tables))]
    assert list(state.session.names.tables) == [
        "users",
        "public.Users",
        "app.users",
        "public.app.users",
        "public.USERS_2",
    ]


def test_the_search_path_says_whose_tables_are_meant(walk):
    found, _, _ = walk(
        "SET search_path = app, pg_catalog;\nCREATE TABLE t (a int);\nINSERT INTO app.t VALUES (1);\n"
        "SELECT pg_catalog.set_config('search_path', '', false);\nINSERT INTO t VALUES (2);\n"
    )
    assert found == {"app.t": [("1",)], "t": [("2",)]}


def test_the_tables_of_a_second_database_carry_its_name(walk):
    one = "CREATE TABLE public.t (a int);\n" + copied("public.t", [("1",)])
    connects = [
        "\\connect template1\n",
        "\\connect kx\n",
        "\\connect -reuse-previous=on \"dbname='a b'\"\n",
        "\\c other\n",
    ]
    found, _, _ = walk(f"{connects[0]}{connects[1]}{one}{connects[2]}{one}{connects[3]}{one}")
    assert found == {"t": [("1",)], "a b.t": [("1",)], "other.t": [("1",)]}


def test_other_statements_and_commands_are_counted_by_kind(walk):
    _, broken, state = walk(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ SELECT 1; INSERT INTO t VALUES (1); $x$;\n"
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; INSERT INTO t VALUES (2);END;\n"
        "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; INSERT INTO u VALUES (3));\n"
        "CREATE UNIQUE INDEX i ON t (a);\nSELECT pg_catalog.lo_create('16533');\n"
        "SELECT pg_catalog.lowrite(0, '\\x0102');\n\\! touch ran\n\\echo a; \\\\ SELECT 1;\nSELECT 2 \\g | touch ran\n"
        "\\restrict a\nGRANT ALL ON t TO PUBLIC;;\n\\unrestrict a\n"
    )  # fmt: skip
    assert broken == []
    assert state.session.names.tables == {}
    assert dict(state.skipped) == {
        "CREATE FUNCTION": 1, "CREATE PROCEDURE": 1, "CREATE RULE": 1, "CREATE INDEX": 1, "SELECT lo_create": 1,
        "SELECT lowrite": 1, "\\!": 1, "\\echo": 1, "SELECT": 2, "\\g": 1, "\\restrict": 1, "\\unrestrict": 1,
        "GRANT": 1,
    }  # fmt: skip


def test_kinds_of_statements_that_nobody_knows_do_not_pile_up(walk):
    words = "".join(f"{a}{b};" for a in "abcdefghijklmnop" for b in "abcdefghijklmnopqrstuvwxyz")
    _, _, state = walk(words)
    assert len(state.skipped) == 201
    assert sum(state.skipped.values()) == 16 * 26


def test_psqls_own_copy_and_psqls_own_end_of_a_statement_are_known(walk):
    found, broken, state = walk(
        "CREATE TABLE t (a text);\n\\copy t from stdin\n1\n\\.\nINSERT INTO t VALUES (2) \\g\n"
        "INSERT INTO t VALUES (3);\n"
    )
    assert found["t"] == [("1",), ("2",), ("3",)]
    assert broken == []
    assert state.skipped == {"\\copy": 1, "\\g": 1}


def test_what_follows_copy_on_its_line_is_said(walk):
    found, broken, _ = walk("CREATE TABLE t (a text);\nCOPY t FROM stdin; INSERT INTO t VALUES (9);\n1\n\\.\n")
    assert found["t"] == [("1",)]
    assert broken == [(None, 43, "something behind COPY on its line")]


@pytest.mark.parametrize(
    ("options", "line", "row"),
    [
        ("WITH (DELIMITER '|', NULL '')", "1||a\tb", ("1", None, "a\tb")),
        ("WITH DELIMITER AS ',' NULL AS 'n'", "1,n,c", ("1", None, "c")),
        ("(FORMAT text, FREEZE)", "1\t\\N\tc", ("1", None, "c")),
        ("(ENCODING 'LATIN1')", "1\t\\N\té", ("1", None, "é")),
    ],
)
def test_options_of_copy_are_followed(walk, options, line, row):
    charset = "latin-1" if "LATIN1" in options else "utf-8"
    found, broken, _ = walk(
        f"CREATE TABLE t (a int, b text, c text);\nCOPY t FROM stdin {options};\n{line}\n\\.\n".encode(charset)
    )
    assert found["t"] == [row]
    assert broken == []


def test_rows_in_a_form_that_is_not_read_are_rejects_one_by_one(walk):
    found, broken, _ = walk(
        'CREATE TABLE t (a text);\nCOPY t FROM stdin (FORMAT csv);\n"a"\nb\n\\.\nINSERT INTO t VALUES (1);\n'
    )
    assert found["t"] == [("1",)]
    assert broken == [("t", 1, "COPY in a form that is not read"), ("t", 2, "COPY in a form that is not read")]


def test_object_ids_stand_before_the_columns(walk):
    found, _, _ = walk("CREATE TABLE t (a text);\nCOPY t (a) WITH OIDS FROM stdin;\n16400\tx\n\\.\n")
    assert found["t"] == [("x",)]


def test_binary_copy_is_refused(walk):
    with pytest.raises(Unreadable, match="binary COPY at byte 25"):
        walk("CREATE TABLE t (a text);\nCOPY t FROM stdin (FORMAT binary);\nPGCOPY\n")


def test_strings_have_backslashes_where_the_dump_says_so(walk):
    row = "INSERT INTO t VALUES ('a\\'b;\\n', E'\\\\', 'c');\n"
    found, broken, _ = walk("CREATE TABLE t (a text, b text, c text);\nSET standard_conforming_strings = off;\n" + row)
    assert found["t"] == [("a'b;\n", "\\", "c")]
    assert broken == []


@pytest.mark.parametrize(
    "said", ["SET client_encoding = 'LATIN1';\n", "SET NAMES 'WIN1252';\n", "\\encoding WIN1252\n"]
)
def test_latin_text_is_read_as_the_dump_says(walk, said):
    found, _, _ = walk(said.encode() + b"CREATE TABLE t (a text);\nCOPY t FROM stdin;\n\xe9t\xe9\n\\.\n")
    assert found["t"] == [("été",)]


def test_other_encodings_are_told(walk):
    _, _, state = walk("SET client_encoding = 'KOI8R';\nSET client_encoding = 'UTF8';\n")
    assert state.session.charsets == ["KOI8R", "UTF8"]
    assert state.session.unread_charsets == ["KOI8R"]


def test_encodings_whose_characters_can_look_like_quotes_are_refused(walk):
    with pytest.raises(Unreadable, match=r"SHIFT_JIS_2004.*UTF-8"):
        walk("SET client_encoding = 'SHIFT_JIS_2004';\n")


def test_expressions_are_no_values_and_end_where_they_end(walk):
    rows = "INSERT INTO t VALUES (ARRAY[1,'],)'], f(a, $$),$$), (1 + 2), 'a' || 'b,', 1::int + 2, X'1F', - 1);\n"
    found, broken, _ = walk("CREATE TABLE t (a int, b int, c int, d text, e int, f text, g int);\n" + rows)
    assert found["t"] == [(None,) * 7]
    assert broken == []


def test_an_insert_that_is_no_list_of_values_is_told(walk):
    _, broken, _ = walk("CREATE TABLE t (a int);\nINSERT INTO t SELECT 1;\nINSERT INTO t VALUES (1) nonsense;\n")
    assert broken == [
        (None, 24, "an INSERT without VALUES"),
        ("t", 2, "no row: passed over to the end of the statement"),
    ]


def test_a_row_larger_than_the_window_grows_it_and_there_is_an_end_to_that(walk, monkeypatch):
    monkeypatch.setattr(window, "LARGEST", 1 << 12)
    head = "CREATE TABLE t (a text);\nCOPY t FROM stdin;\n"
    found, _, _ = walk(head + "x" * 2000 + "\n\\.\n", 16)
    assert found["t"] == [("x" * 2000,)]
    with pytest.raises(Unreadable, match="split the file"):
        walk(head + "x" * 5000 + "\n\\.\n", 16)
