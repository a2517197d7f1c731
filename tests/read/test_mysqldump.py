"""MySQL dumps, read back against what was written, and against an independent parser."""

import base64
import hashlib
import struct

import numpy as np
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import mapping, read, source_of
from sqlglot import exp

from fanal.engine.duck import Duck
from fanal.read import window
from fanal.read.cells import column
from fanal.read.contract import Unreadable
from fanal.read.mapping import MappingError
from fanal.read.mysql_dump import Broken, Walk
from fanal.read.mysqldump import MYSQLDUMP, MysqlDump
from fanal.read.window import Window

USERS = "CREATE TABLE `users` (`id` int, `login` text, `photo` longblob, `ip` varbinary(16), `ok` bit(1));\n"
TAKE = mapping(
    "mysqldump",
    account="SELECT id AS native_id, login AS username, photo AS display_name, ip AS language, ok AS time_zone, _row "
    "FROM users",
)
ESCAPES = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\x1a": "\\Z", "\\": "\\\\", '"': '\\"'}


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}:{len(data)}"


def accounts(tmp_path, rows, **options):
    sink = read(MYSQLDUMP, tmp_path, "x.sql", (options.get("head", USERS) + rows).encode(), TAKE)
    return sink, [
        (r["native_id"], r["username"], r["display_name"], r["language"], r["time_zone"])
        for r in sink.tables["account"]
    ]


def walked(path, chunk, engine):
    """Every row of a dump as text, by table, and what is broken."""
    found, broken = {}, []
    with Window(path, chunk) as window:
        walk = Walk(window)
        for piece in walk.pieces():
            if isinstance(piece, Broken):
                broken.append((piece.table and piece.table.name, piece.row, piece.reason))
                continue
            rows = np.flatnonzero(piece.cells.values[: piece.count] == piece.width)
            texts = [
                column(engine, piece.buf, piece.cells, rows, n, c.form).text.to_pylist()
                for n, c in enumerate(piece.table.columns)
            ]
            found.setdefault(piece.table.name, []).extend(zip(*texts, strict=True))
        return found, broken, walk


def written_text(draw, value):
    """A string as mysqldump, or as another writer, puts it."""
    quote = draw(st.sampled_from("''\""))
    doubled = draw(st.booleans())
    out = ""
    for c in value:
        if c == quote:
            out += quote * 2 if doubled else "\\" + quote
        elif c in ESCAPES and (c in '\0\\"' or draw(st.booleans())):
            out += ESCAPES[c] if c != '"' or draw(st.booleans()) else c
        else:
            out += c
    return f"{draw(st.sampled_from(['', '', '_utf8mb4', '_utf8mb4 ', 'N']))}{quote}{out}{quote}"


@st.composite
def value(draw):
    """One value: how it is written, and the text it must become."""
    kind = draw(st.sampled_from(["text", "text", "null", "number", "hex", "bits", "bool", "binary"]))
    if kind == "text":
        meant = draw(st.text(st.sampled_from("ab'\"\\;(),\n\r\t\0\b\x1a%_é漢😀-/*# 0xNULL"), max_size=12))
        return written_text(draw, meant), meant
    if kind == "null":
        return draw(st.sampled_from(["NULL", "null"])), None
    if kind == "number":
        text = draw(st.sampled_from(["0", "-1", "+5", "12.50", "1e5", "-1.5E-3", "12345678901234567890"]))
        return text, text
    if kind == "bool":
        return draw(st.sampled_from([("TRUE", "1"), ("false", "0")]))
    data = draw(st.binary(min_size=1, max_size=9))
    if kind == "hex":
        form = draw(st.sampled_from(["0x{}", "X'{}'", "x'{}'", "_binary 0x{}"]))
        return form.format(data.hex().upper() if form[0] in "Xx" else data.hex()), digest(data)
    if kind == "bits":
        number = data[0]
        return draw(st.sampled_from(["b'{:b}'", "B'{:08b}'", "0b{:b}"])).format(number), str(number)
    text = draw(st.text(st.characters(max_codepoint=126), max_size=8))
    return f"_binary {written_text(draw, text).lstrip('_utf8mb4 N')}", digest(text.encode())


@st.composite
def dump(draw):
    """A dump of two tables: its bytes, and the rows that must come out of it with the byte where each ends."""
    widths = {"a": draw(st.integers(1, 4)), "b `c`": draw(st.integers(1, 3))}
    text = draw(st.sampled_from(["", "-- MySQL dump\n", "/* it's; */ # (1)\n", "/*!40101 SET NAMES utf8mb4 */;\n"]))
    meant = {}
    for name, width in widths.items():
        quoted = "`" + name.replace("`", "``") + "`"
        columns = ",\n  ".join(f"`c{n}` text COMMENT 'it''s, (n);'" for n in range(width))
        text += f"DROP TABLE IF EXISTS {quoted};\nCREATE TABLE {quoted} (\n  {columns},\n  PRIMARY KEY (`c0`)\n);\n"
        for _ in range(draw(st.integers(0, 3))):
            rows = draw(st.lists(st.lists(value(), min_size=width, max_size=width), min_size=1, max_size=4))
            gap = draw(st.sampled_from(["", " ", "\n", "\r\n  "]))
            text += f"{draw(st.sampled_from(['INSERT INTO', 'insert ignore into', 'REPLACE INTO']))} {quoted} VALUES"
            for n, row in enumerate(rows):
                text += (f"{gap},{gap}" if n else gap) + "(" + f"{gap},".join(w for w, _ in row) + f"{gap})"
                meant.setdefault(name, []).append((tuple(m for _, m in row), len(text.encode())))
            text += f"{gap};{draw(st.sampled_from(['', chr(10), ' /* ; */ ']))}"
    return text.encode(), meant


@pytest.fixture(scope="module")
def engine():
    with Duck() as duck:
        yield duck


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dump(), st.sampled_from([1, 2, 3, 5, 7, 11, 16, 33, 64, 4096]))
def test_rows_come_back_as_they_were_written_wherever_blocks_end(tmp_path, engine, written, chunk):
    content, meant = written
    path = tmp_path / "x.sql"
    path.write_bytes(content)
    found, broken, walk = walked(path, chunk, engine)
    assert found == {name: [row for row, _ in rows] for name, rows in meant.items()}
    assert broken == []
    assert not walk.truncated


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dump(), st.floats(0, 1), st.sampled_from([1, 7, 64, 4096]))
def test_of_a_cut_dump_every_whole_row_is_read_and_the_rest_is_said(tmp_path, engine, written, share, chunk):
    content, meant = written
    cut = content[: int(len(content) * share)]
    path = tmp_path / "x.sql"
    path.write_bytes(cut)
    found, broken, walk = walked(path, chunk, engine)
    whole = {name: [row for row, end in rows if end <= len(cut)] for name, rows in meant.items()}
    assert found == {name: rows for name, rows in whole.items() if rows}
    assert len(broken) <= 1
    assert walk.truncated or not broken


def by_sqlglot(content):
    """Every row that sqlglot finds, by table, as it is listed or else in the order of the table's columns."""
    columns, found = {}, {}
    for statement in sqlglot.parse(content, dialect="mysql"):
        if isinstance(statement, exp.Create):
            columns[statement.this.this.name] = [c.name for c in statement.this.find_all(exp.ColumnDef)]
        if not isinstance(statement, exp.Insert):
            continue
        table = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
        own = columns[table.name]
        listed = [c.name for c in statement.this.expressions] if isinstance(statement.this, exp.Schema) else own
        for row in statement.expression.expressions:
            cells = [
                None if isinstance(v, exp.Null) else v.sql("mysql") if isinstance(v, exp.Neg) else v.this
                for v in row.expressions
            ]
            named = dict(zip(listed, cells, strict=True))
            found.setdefault(table.name, []).append(tuple(named.get(n) for n in own))
    return found


@st.composite
def plain_dump(draw):
    """A dump of what both parsers know: strings, numbers and NULL, column lists, comments, statements in between."""
    text = ""
    for name in draw(st.permutations(["users", "order", "a b"])):
        width = draw(st.integers(1, 4))
        columns = [f"c{n}" for n in range(width)]
        declared = ", ".join(f"`{c}` varchar(9) COMMENT '(a), it''s'" for c in columns)
        text += f"CREATE TABLE `{name}` ({declared}, KEY `k` (`c0`)) ENGINE=InnoDB;\n"
        for _ in range(draw(st.integers(0, 3))):
            order, most = draw(st.permutations(columns)), draw(st.integers(1, width))
            listed = order[:most] if draw(st.booleans()) else None
            names = f"({', '.join(f'`{c}`' for c in listed)}) " if listed else ""
            text += f"INSERT INTO `{name}` {names}VALUES "
            rows = draw(st.lists(st.tuples(*[plain_value()] * len(listed or columns)), min_size=1, max_size=5))
            text += draw(st.sampled_from([",", ",\n", " , "])).join(f"({','.join(row)})" for row in rows) + ";\n"
            text += draw(st.sampled_from(["", "-- it's; (1)\n", "/* ' ; */", "DROP TABLE IF EXISTS `x`;\n"]))
    return text


def plain_value():
    words = st.text(st.sampled_from("ab \"();,-#/*%_é漢😀\n\\'"), max_size=8)
    doubled = words.map(lambda t: "'" + t.replace("\\", "\\\\").replace("'", "''") + "'")
    escaped = words.map(lambda t: "'" + t.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'")
    return st.one_of(doubled, escaped, st.sampled_from(["NULL", "0", "-7", "12.50", "''"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain_dump(), st.sampled_from([3, 64, 4096]))
def test_rows_are_those_that_an_independent_parser_finds(tmp_path, engine, content, chunk):
    path = tmp_path / "x.sql"
    path.write_text(content)
    ours = {}
    with Window(path, chunk) as window:
        for piece in Walk(window).pieces():
            assert not isinstance(piece, Broken)
            order = piece.listed if piece.listed is not None else range(piece.width)
            cells = {
                place: column(engine, piece.buf, piece.cells, np.arange(piece.count), at).text.to_pylist()
                for at, place in enumerate(order)
            }
            nothing = [None] * piece.count
            rows = zip(*(cells.get(n, nothing) for n in range(len(piece.table.columns))), strict=True)
            ours.setdefault(piece.table.name, []).extend(rows)
    assert ours == by_sqlglot(content)


def test_blobs_are_digests_short_bytes_are_hexadecimal_bits_are_numbers(tmp_path):
    photo = bytes(range(256)) * 3
    rows = (
        f"INSERT INTO users VALUES (1,'a',0x{photo.hex()},0x7F000001,b'1'),(2,'b','plain text',NULL,_binary '\\0'),"
        "(3,NULL,'','ab',0),(4,'d',NULL,NULL,'\x01');"
    )
    _, found = accounts(tmp_path, rows)
    assert found == [
        ("1", "a", digest(photo), "0x7f000001", "1"),
        ("2", "b", digest(b"plain text"), None, "0"),
        ("3", None, digest(b""), "0x6162", "0"),
        ("4", "d", None, None, "1"),
    ]


def test_bytes_in_a_text_column_are_digests_too(tmp_path):
    _, found = accounts(
        tmp_path, "INSERT INTO users VALUES (1,_binary 'message',NULL,NULL,NULL),(2,0x0102,NULL,NULL,NULL);"
    )
    assert [row[1] for row in found] == [digest(b"message"), digest(b"\x01\x02")]


def test_an_encoded_picture_in_text_is_withheld_before_a_select_can_cut_it(tmp_path):
    encoded = base64.b64encode(struct.pack(">400H", *range(400))).decode()
    take = mapping("mysqldump", account="SELECT id AS native_id, substr(login, 1, 120) AS username, _row FROM users")
    content = f"{USERS}INSERT INTO users VALUES (1,'see data:image/png;base64,{encoded} there',NULL,NULL,NULL);"
    source = source_of(tmp_path, "x.sql", content.encode(), take)
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content.encode(), take)
    username = sink.tables["account"][0]["username"]
    assert username.startswith("see [withheld: ")
    assert encoded[:40] not in username
    assert encoded[:40] not in MYSQLDUMP.excerpt(source, "users:1")


def test_rows_with_a_wrong_number_of_values_are_rejects_and_keep_their_numbers(tmp_path):
    rows = "INSERT INTO users VALUES (1,'a',NULL,NULL,NULL),(2,'b'),(3,'c',NULL,NULL,NULL,0xFF),(4,'d',NULL,NULL,NULL);"
    sink, found = accounts(tmp_path, rows)
    assert [row[0] for row in found] == ["1", "4"]
    assert [r["locator"] for r in sink.tables["account"]] == ["users:1", "users:4"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [
        ("users:2", "wrong number of values"),
        ("users:3", "wrong number of values"),
    ]
    assert "FF" not in sink.rejects[1]["excerpt"].split("sha256:")[0]
    assert sink.counts["users"] == {"source": 4, "read": 2, "rejected": 2, "unmapped": 0}


def test_an_expression_is_a_null_cell_and_a_reject(tmp_path):
    sink, found = accounts(
        tmp_path, "INSERT INTO users VALUES (1,CONCAT('a',\"b),\"),NULL,NULL,NULL),(2,'c',NULL,NULL,1);"
    )
    assert [row[:2] for row in found] == [("1", None), ("2", "c")]
    assert [(r["locator"], r["column"], r["excerpt"]) for r in sink.rejects] == [
        ("users:1", "login", "CONCAT('a',\"b),\")")
    ]


def test_a_cut_row_shows_what_is_whole_and_no_bytes_of_the_rest(tmp_path):
    photo = b"\xff\xd8\xff\xe0 not shown"
    content = (USERS + "INSERT INTO users VALUES (1,'a',NULL,NULL,NULL),(2,'b','").encode() + photo
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content, TAKE)
    assert len(sink.tables["account"]) == 1
    (reject,) = sink.rejects
    assert (reject["locator"], reject["reason"]) == ("users:2", "cut off")
    assert reject["excerpt"].startswith("(2,'b")
    assert "not shown" not in reject["excerpt"]
    assert "xff" not in reject["excerpt"]
    assert sink.notes["truncated"] is True
    assert sink.counts["users"] == {"source": 2, "read": 1, "rejected": 1, "unmapped": 0}


def test_a_dump_without_its_end_mark_is_noted(tmp_path):
    content = "-- MySQL dump 10.13\n" + USERS + "INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);\n"
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content.encode(), TAKE)
    assert sink.notes["no_end_mark"] is True
    whole = read(MYSQLDUMP, tmp_path, "x.sql", f"{content}-- Dump completed on 2025-01-01\n".encode(), TAKE)
    assert "no_end_mark" not in whole.notes


def test_other_statements_are_counted_and_never_run(tmp_path):
    rows = (
        "INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);\n"
        "\\! touch ran\nsystem touch ran\n"
        "/*!40000 ALTER TABLE `users` DISABLE KEYS */;\n"
        "DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN INSERT INTO log VALUES (1); END ;;\n"
        "DELIMITER ;\nINSERT INTO users VALUES (2,'b',NULL,NULL,NULL) ON DUPLICATE KEY UPDATE login='x;y';\n"
        "GRANT ALL ON *.* TO 'x'@'%';\n"
    )
    sink, found = accounts(tmp_path, rows)
    assert [row[0] for row in found] == ["1", "2"]
    assert sink.notes["skipped_statements"] == {
        "\\!": 1, "system".upper(): 1, "ALTER TABLE": 1, "DELIMITER": 2, "CREATE TRIGGER": 1, "GRANT": 1,
    }  # fmt: skip
    assert not list(tmp_path.rglob("ran"))


def test_an_insert_that_is_no_list_of_values_is_a_reject(tmp_path):
    sink, _ = accounts(
        tmp_path, "INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);INSERT INTO users SET id=5, login='x';"
    )
    (reject,) = sink.rejects
    assert reject["reason"] == "an INSERT without VALUES"
    assert sink.counts["(statements)"] == {"source": 1, "read": 0, "rejected": 1, "unmapped": 0}


def test_rows_inside_conditional_comments_and_between_comments_are_rows(tmp_path):
    rows = "/*!50003 INSERT INTO users VALUES (1,'*/',NULL,NULL,NULL) */;INSERT INTO users VALUES (2,'b',NULL,NULL,NULL), -- x;\n(3,'c',NULL,NULL,NULL) /* y */;"  # noqa: E501  one statement a line
    _, found = accounts(tmp_path, rows)
    assert [row[:2] for row in found] == [("1", "*/"), ("2", "b"), ("3", "c")]


def test_latin1_dumps_are_read_as_they_say(tmp_path):
    saved = "/*!50503 SET character_set_client = utf8mb4 */;\n"
    content = (
        f"/*!40101 SET NAMES latin1 */;\n{saved}{USERS}INSERT INTO users VALUES (1,'"
    ).encode() + b"\xe9t\xe9 \x80"
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content + b"',NULL,NULL,NULL);", TAKE)
    assert sink.tables["account"][0]["username"] == "été €"
    assert sink.rejects == []


def test_bytes_that_are_not_utf8_are_kept_escaped_and_told(tmp_path):
    content = (USERS + "INSERT INTO users VALUES (1,'é").encode() + b"\xe9x',NULL,NULL,NULL),(2,'b',NULL,NULL,NULL);"
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content, TAKE)
    assert [r["username"] for r in sink.tables["account"]] == ["é\\xe9x", "b"]
    assert [(r["locator"], r["column"]) for r in sink.rejects] == [("users:1", "login")]


def test_tables_of_a_second_database_carry_its_name(tmp_path):
    head = f"USE `one`;\n{USERS}"
    other = f"USE two;\n{USERS}INSERT INTO users VALUES (9,'z',NULL,NULL,NULL);"
    rows = f"INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);\n{other}"
    sink, found = accounts(tmp_path, rows, head=head)
    assert [row[0] for row in found] == ["1"]
    assert sink.counts["two.users"] == {"source": 1, "read": 0, "rejected": 0, "unmapped": 1}


def test_an_undeclared_table_takes_its_columns_from_the_insert(tmp_path):
    content = b"INSERT INTO users (id, login) VALUES (1,'a');\nINSERT INTO logs VALUES (1,2),(3,4);"
    take = mapping("mysqldump", account="SELECT id AS native_id, login AS username, _row FROM users")
    sink = read(MYSQLDUMP, tmp_path, "x.sql", content, take)
    assert sink.tables["account"][0]["username"] == "a"
    assert sink.counts["logs"]["unmapped"] == 2
    assert MYSQLDUMP.tables(source_of(tmp_path, "x.sql", content, take))["logs"].columns == ("c1", "c2")


def test_one_row_inserts_read_as_extended_ones(tmp_path):
    rows = "".join(f"INSERT INTO users VALUES ({n},'m{n}',NULL,NULL,NULL);\n" for n in range(500))
    together = "INSERT INTO users VALUES " + ",".join(f"({n},'m{n}',NULL,NULL,NULL)" for n in range(500)) + ";"
    assert accounts(tmp_path / "a", rows)[1] == accounts(tmp_path / "b", together)[1]


def test_small_blocks_read_what_large_ones_read(tmp_path):
    for n, example in enumerate(e for e in MYSQLDUMP.examples() if not e.refused):
        whole = read(MYSQLDUMP, tmp_path / f"{n}", example.name, example.content, example.mapping)
        for chunk in (1, 13, 100):
            small = read(MysqlDump(chunk), tmp_path / f"{n}-{chunk}", example.name, example.content, example.mapping)
            assert small.said == whole.said


def test_the_examples_hold(tmp_path):
    for n, example in enumerate(e for e in MYSQLDUMP.examples() if not e.refused):
        sink = read(MYSQLDUMP, tmp_path / f"{n}", example.name, example.content, example.mapping)
        assert {table: len(rows) for table, rows in sink.tables.items()} == dict(example.rows)
        assert len(sink.rejects) == example.rejects


def test_an_excerpt_is_the_rows_own_text(tmp_path):
    rows = ",".join(f"({n},'m\\'{n}',0xFFD8,NULL,NULL)" for n in range(1, 40))
    source = source_of(tmp_path, "x.sql", f"{USERS}INSERT INTO users VALUES {rows};".encode(), TAKE)
    assert MysqlDump(64).excerpt(source, "users:15") == f"(15,'m\\'15',0x{digest(bytes([0xFF, 0xD8]))},NULL,NULL)"


def test_an_excerpt_of_a_row_that_is_not_there_is_refused(tmp_path):
    source = source_of(tmp_path, "x.sql", f"{USERS}INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);".encode(), TAKE)
    with pytest.raises(Unreadable, match="no row users:2"):
        MYSQLDUMP.excerpt(source, "users:2")


def test_a_file_without_tables_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="no table in it"):
        read(MYSQLDUMP, tmp_path, "x.sql", b"-- nothing here\n", TAKE)


def test_a_mapping_of_a_table_that_is_not_there_names_those_that_are(tmp_path):
    take = mapping("mysqldump", account="SELECT id AS native_id, _row FROM members")
    with pytest.raises(MappingError, match="no table members; it has users"):
        read(MYSQLDUMP, tmp_path, "x.sql", f"{USERS}INSERT INTO users VALUES (1,'a',NULL,NULL,NULL);".encode(), take)


@pytest.mark.parametrize(
    ("head", "name", "sure"),
    [
        (b"-- MySQL dump 10.13  Distrib 8.0", "kx.sql", True),
        (b"/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump", "x", True),
        (b"SET x=1;\nINSERT INTO `users` VALUES (1);", "dump.sql", True),
        (b"--\n-- PostgreSQL database dump\n--\nINSERT INTO `x`", "dump.sql", False),
        (b"id,name\n1,INSERT INTO", "x.csv", False),
        (b"\x89PNG\r\n", "x.sql", False),
    ],
)
def test_a_dump_is_known_by_its_beginning(head, name, sure):
    assert (MYSQLDUMP.detect(head, name) > 0.5) is sure


def test_a_row_too_large_to_hold_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(window, "LARGEST", 1 << 12)
    content = f"{USERS}INSERT INTO users VALUES (1,'{'x' * 9_000}',NULL,NULL,NULL);"
    with pytest.raises(Unreadable, match="one row or statement is larger"):
        read(MysqlDump(512), tmp_path, "x.sql", content.encode(), TAKE)
