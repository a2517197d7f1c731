"""Dumps in other dress: character sets, time zones, SQL modes, packed files, other tools, tables in odd order."""

import gzip

import pyarrow as pa
import pytest
from mapped_case import mapping, read, source_of

from fanal.read.contract import Unreadable
from fanal.read.mysql_charset import SINGLE, TWO_BYTES, UTF8, WIDE, table
from fanal.read.mysqldump import MYSQLDUMP, MysqlDump

USERS = (
    "CREATE TABLE `users` (`id` int, `login` varchar(20), `created` datetime, `seen` timestamp NULL DEFAULT NULL);\n"
)
TAKE = mapping(
    "mysqldump",
    account="SELECT id AS native_id, login AS username, created AS created_at, seen AS language, _row FROM users",
)
ROWS = USERS.encode() + b"INSERT INTO users VALUES (1,'a',NULL,NULL),(2,'b\xc3\xa9',NULL,NULL);\n"


def logins(sink):
    return [(r["native_id"], r["username"]) for r in sink.tables["account"]]


def rejected(sink):
    return [(r["locator"], r["column"], r["reason"]) for r in sink.rejects]


def run(tmp_path, content, take=TAKE, name="x.sql"):
    return read(MYSQLDUMP, tmp_path, name, content if isinstance(content, bytes) else content.encode(), take)


# Character sets.


@pytest.mark.parametrize("charset", sorted(SINGLE))
def test_a_character_set_of_one_byte_is_what_python_says_it_is(charset):
    codes = table(charset).reshape(256, 4)
    for code, (length, *raw) in enumerate(codes):
        text = bytes([code]).decode(SINGLE[charset], "replace").replace("\ufffd", "")
        if text:
            assert bytes(raw[:length]).decode() == text
        else:
            assert bytes(raw[:length]).decode() in ("", chr(code))
    assert [bytes(raw[:1]) for _, *raw in codes[:128]] == [bytes([n]) for n in range(128)]


def test_no_character_set_is_of_two_sorts():
    assert not UTF8 & SINGLE.keys()
    assert not (UTF8 | SINGLE.keys()) & (WIDE | TWO_BYTES)


@pytest.mark.parametrize(("charset", "text"), [("cp1251", "привет"), ("latin2", "łódź"), ("greek", "αβγ")])
def test_text_is_in_the_character_set_that_set_names_says(tmp_path, charset, text):
    head = f"/*!40101 SET NAMES '{charset}' */;\n{USERS}INSERT INTO users VALUES (1,'"
    content = head.encode() + text.encode(SINGLE[charset]) + b"',NULL,NULL),(2,_utf8mb4'\xc3\xa9',NULL,NULL);"
    sink = run(tmp_path, content)
    assert logins(sink) == [("1", text), ("2", "é")]
    assert sink.notes["charset"] == charset
    assert sink.rejects == []


def test_a_code_without_a_character_is_kept_escaped_and_told(tmp_path):
    content = f"SET NAMES cp1257;\n{USERS}INSERT INTO users VALUES (1,'a".encode() + b"\xa1',NULL,NULL);"
    sink = run(tmp_path, content)
    assert logins(sink) == [("1", "a\\xa1")]
    assert rejected(sink) == [("users:1", "login", "bytes that are not UTF-8")]


def test_in_a_binary_dump_each_column_has_its_own_character_set(tmp_path):
    content = (
        b"/*!40101 SET NAMES binary */;\n"
        b"CREATE TABLE users (id int, login text CHARACTER SET cp1251 COMMENT 'CHARSET=greek', created text, "
        b"seen text COLLATE utf8mb4_bin) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin;\n"
        b"INSERT INTO users VALUES (1,'"
    )
    content += "да".encode("cp1251") + b"',NULL,'\xc3\xa9'),(2,'x',NULL,'y');"
    sink = run(tmp_path, content)
    assert [(r["username"], r["language"]) for r in sink.tables["account"]] == [("да", "é"), ("x", "y")]
    latin = mapping("mysqldump", account="SELECT id AS native_id, created AS username, _row FROM users")
    sink = run(tmp_path, content.replace(b"',NULL,'\xc3\xa9'", b"','\xe9','\xc3\xa9'"), latin)
    assert logins(sink)[0] == ("1", "é")


@pytest.mark.parametrize(
    ("charset", "cell"),
    [("gbk", "運"), ("big5", "功"), ("gb18030", "\u0080功"), ("sjis", "ソ"), ("cp932", "ソ表")],
)
def test_text_in_a_character_set_that_is_not_read_is_refused_cell_by_cell(tmp_path, charset, cell):
    raw = cell.encode({"gbk": "gbk", "sjis": "shift-jis"}.get(charset, charset))
    content = f"SET NAMES {charset};\n{USERS}INSERT INTO users VALUES (1,'".encode() + raw
    sink = run(tmp_path, content + b"',NULL,NULL),(2,'plain',NULL,NULL),(3,'it\\'s',NULL,NULL);")
    assert logins(sink) == [("1", None), ("2", "plain"), ("3", "it's")]
    assert rejected(sink) == [("users:1", "login", "text in a character set that is not read")]
    assert sink.notes["charset_not_read"] == [charset]
    assert sink.counts["users"]["read"] == 3


def test_a_half_width_character_of_shift_jis_is_one_byte(tmp_path):
    sink = run(
        tmp_path,
        b"SET NAMES sjis;\n" + USERS.encode() + b"INSERT INTO users VALUES (1,'\xb1',NULL,NULL),(2,'b',NULL,NULL);",
    )
    assert logins(sink) == [("1", None), ("2", "b")]


def test_no_byte_of_a_wide_character_set_is_taken_for_ascii(tmp_path):
    content = f"SET NAMES binary;\n{USERS.replace('varchar(20)', 'varchar(20) CHARACTER SET utf16')}"
    sink = run(tmp_path, f"{content}INSERT INTO users VALUES (1,'\\0a\\0b',NULL,NULL),(2,'',NULL,NULL);")
    assert logins(sink) == [("1", None), ("2", "")]
    assert rejected(sink) == [("users:1", "login", "text in a character set that is not read")]


def test_character_sets_before_a_value_count_for_it(tmp_path):
    rows = b"(1,_latin1'\xe9',NULL,NULL),(2,_utf8mb4 0xC3A9,NULL,NULL),(3,_latin1 X'E9',NULL,NULL)"
    sink = run(tmp_path, USERS.encode() + b"INSERT INTO users VALUES " + rows + b",(4,_gbk'\x81\x40',NULL,NULL);")
    assert logins(sink) == [("1", "é"), ("2", "é"), ("3", "é"), ("4", None)]
    assert rejected(sink) == [("users:4", "login", "an expression, not a value")]


# Time zones.


def zoned(zone, mapping_zone=None):
    set_ = f"/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n/*!40103 SET TIME_ZONE='{zone}' */;\n" if zone else ""
    row = "INSERT INTO users VALUES (1,'a','2022-04-01 10:00:00','2022-04-01 10:00:00.25'),(2,'b',NULL,NULL);\n"
    take = TAKE.replace("source:", f"time_zone: {mapping_zone}\nsource:") if mapping_zone else TAKE
    return set_ + USERS + row + "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n", take


@pytest.mark.parametrize(
    ("zone", "mapping_zone", "created", "seen", "applied"),
    [
        ("+00:00", None, "2022-04-01 10:00:00", "2022-04-01 10:00:00.25", True),
        ("+00:00", "Europe/Brussels", "2022-04-01 08:00:00", "2022-04-01 10:00:00.25+00:00", True),
        ("-3:30", None, "2022-04-01 10:00:00", "2022-04-01 10:00:00.25-03:30", True),
        ("Europe/Madrid", None, "2022-04-01 10:00:00", "2022-04-01 10:00:00.25", False),
        ("Europe/Madrid", "Europe/Madrid", "2022-04-01 08:00:00", "2022-04-01 10:00:00.25", True),
    ],
)
def test_timestamps_are_in_the_zone_that_the_dump_sets_datetimes_in_the_mappings(
    tmp_path, zone, mapping_zone, created, seen, applied
):
    sink = run(tmp_path, *zoned(zone, mapping_zone))
    first, second = sink.tables["account"]
    assert (str(first["created_at"]), first["language"]) == (created, seen)
    assert (second["created_at"], second["language"]) == (None, None)
    assert sink.notes["time_zone"] == {
        "stated": [zone],
        "applied": applied,
        "timestamp": {"users": ["seen"]},
        "datetime": {"users": ["created"]},
    }


def test_a_dump_that_sets_no_zone_says_nothing_of_it(tmp_path):
    assert "time_zone" not in run(tmp_path, *zoned(None)).notes


def test_a_pattern_of_the_mapping_meets_the_text_that_it_was_written_for(tmp_path):
    content, take = zoned("+02:00")
    take = take.replace("tables:", 'instants: {account.created_at: "%Y-%m-%d %H:%M:%S"}\ntables:')
    sink = run(tmp_path, content, take)
    assert sink.tables["account"][0]["language"] == "2022-04-01 10:00:00.25"
    assert sink.notes["time_zone"]["applied"] is False


# How strings are written.


def test_where_backslashes_are_no_escapes_they_are_text_until_the_mode_is_set_back(tmp_path):
    content = (
        "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI_QUOTES,NO_BACKSLASH_ESCAPES' */;\n"
        f"{USERS}INSERT INTO \"users\" VALUES (1,'c:\\',NULL,NULL),(2,'it''s\\n',NULL,NULL),(3,'x,(\\''',NULL,NULL);\n"
        "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\nINSERT INTO users VALUES (4,'it\\'s',NULL,NULL);\n"
    )
    for chunk in (1, 7, 1 << 12):
        sink = read(MysqlDump(chunk), tmp_path / str(chunk), "x.sql", content.encode(), TAKE)
        assert logins(sink) == [("1", "c:\\"), ("2", "it's\\n"), ("3", "x,(\\'"), ("4", "it's")]


def test_comments_stand_anywhere_in_a_row(tmp_path):
    rows = "( /* a */ 1 /* ) */, -- y'\n 'a' # ,\n ,NULL,NULL /*!40000 */ ) /* b */ , (2,'b',NULL,NULL) -- c\n;"
    for chunk in (1, 5, 1 << 12):
        sink = read(
            MysqlDump(chunk), tmp_path / str(chunk), "x.sql", f"{USERS}INSERT INTO users VALUES {rows}".encode(), TAKE
        )
        assert logins(sink) == [("1", "a"), ("2", "b")]
        assert sink.rejects == []


def test_hexadecimal_without_digits_is_no_bytes(tmp_path):
    sink = run(tmp_path, f"{USERS.replace('varchar(20)', 'longblob')}INSERT INTO users VALUES (1,0x,NULL,NULL);")
    assert logins(sink)[0][1].endswith(":0")
    assert sink.rejects == []


# Tables in odd order.


def test_rows_before_their_table_have_its_columns(tmp_path):
    content = "INSERT INTO users VALUES (1,'a',NULL,NULL);\n" + USERS + "INSERT INTO users VALUES (2,'b',NULL,NULL);"
    for chunk in (3, 1 << 12):
        assert logins(read(MysqlDump(chunk), tmp_path, "x.sql", content.encode(), TAKE)) == [("1", "a"), ("2", "b")]
        assert (
            MysqlDump(chunk).excerpt(source_of(tmp_path, "x.sql", content.encode(), TAKE), "users:1")
            == "(1,'a',NULL,NULL)"
        )


def test_a_table_declared_again_with_other_columns_is_read_as_declared_each_time(tmp_path):
    content = (
        f"{USERS}INSERT INTO users VALUES (1,'a',NULL,NULL),(2,'b',NULL,NULL);\nDROP TABLE users;\n"
        "CREATE TABLE users (login text, extra int, id int);\nINSERT INTO users VALUES ('c',0,3);\n"
        f"{USERS}INSERT INTO users VALUES (4,'d',NULL,NULL);\n"
    )
    sink = run(tmp_path, content)
    assert logins(sink) == [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]
    assert [r["locator"] for r in sink.tables["account"]] == ["users:1", "users:2", "users:3", "users:4"]
    assert sink.notes["declared_again"] == ["users"]
    assert sink.counts["users"] == {"source": 4, "read": 4, "rejected": 0, "unmapped": 0}


def test_columns_of_an_undeclared_table_that_come_later_are_read(tmp_path):
    content = (
        "INSERT INTO users (id) VALUES (1);\nINSERT INTO users (login, id) VALUES ('b',2);\n"
        "INSERT INTO users (id, created) VALUES (3,'2022-04-01');\n"
    )
    take = mapping(
        "mysqldump", account="SELECT id AS native_id, login AS username, created AS created_at, _row FROM users"
    )
    assert logins(run(tmp_path, content, take)) == [("1", None), ("2", "b"), ("3", None)]


def test_a_listed_column_that_its_table_does_not_have_is_noted(tmp_path):
    sink = run(tmp_path, f"{USERS}INSERT INTO users (login, nope, id) VALUES ('b',9,2);")
    assert logins(sink) == [("2", "b")]
    assert sink.notes["undeclared_columns"] == {"users": ["nope"]}


def test_a_table_that_stands_in_for_a_view_is_no_table(tmp_path):
    content = (
        f"{USERS}INSERT INTO users VALUES (1,'a',NULL,NULL);\n"
        "/*!50001 CREATE TABLE `seen_users` (`id` tinyint NOT NULL) ENGINE=MyISAM */;\n"
        "/*!50001 DROP TABLE IF EXISTS `seen_users`*/;\n"
        "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`r`@`l` SQL SECURITY DEFINER */\n"
        "/*!50001 VIEW `seen_users` AS select 1 AS `id` */;\n"
    )
    assert run(tmp_path, content).counts.keys() == {"users"}
    assert list(MYSQLDUMP.tables(source_of(tmp_path, "x.sql", content.encode(), TAKE))) == ["users"]


# Files.


@pytest.mark.parametrize(
    ("pack", "name", "written_as"),
    [
        (gzip.compress, "x.sql.gz", "gzip"),
        (lambda data: b"".join(gzip.compress(data[at : at + 50]) for at in range(0, len(data), 50)), "x.gz", "gzip"),
        (lambda data: pa.Codec("zstd").compress(data, asbytes=True), "x.sql.zst", "zstd"),
        (lambda data: data.decode().encode("utf-16"), "x.sql", "utf-16"),
        (lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"), "x.sql", "utf-16"),
        (lambda data: b"\xef\xbb\xbf" + data, "x.sql", None),
    ],
)
def test_a_dump_reads_the_same_however_its_file_is_written(tmp_path, pack, name, written_as):
    content = b"-- MySQL dump 10.13; x\n" + ROWS + b"-- Dump completed on 2025-01-01\n"
    packed = pack(content)
    assert MYSQLDUMP.detect(packed[:65_536], name) > 0.9
    for chunk in (11, 1 << 12):
        sink = read(MysqlDump(chunk), tmp_path, name, packed, TAKE)
        assert logins(sink) == [("1", "a"), ("2", "bé")]
        assert sink.notes.pop("written_as", None) == written_as
        assert sink.notes == run(tmp_path / "plain", content).notes
    assert MYSQLDUMP.excerpt(source_of(tmp_path, name, packed, TAKE), "users:2") == "(2,'bé',NULL,NULL)"


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: pa.Codec("zstd").compress(data, asbytes=True)])
def test_of_packed_text_that_breaks_off_all_that_can_be_unpacked_is_read(tmp_path, pack):
    rows = "".join(f"INSERT INTO users VALUES ({n},'message {n * n}',NULL,NULL);\n" for n in range(20_000))
    packed = pack((USERS + rows).encode())
    sink = run(tmp_path, packed[: len(packed) // 2], name="x.sql.gz")
    got = logins(sink)
    assert 1_000 < len(got) < 20_000
    assert got == [(str(n), f"message {n * n}") for n in range(len(got))]
    assert sink.notes["truncated"] is True


def test_packed_text_is_read_up_to_where_it_is_damaged(tmp_path):
    rows = "".join(f"INSERT INTO users VALUES ({n},'message {n * n}',NULL,NULL);\n" for n in range(20_000))
    packed = bytearray(gzip.compress((USERS + rows).encode()))
    packed[len(packed) // 2 : len(packed) // 2 + 400] = bytes(400)
    sink = run(tmp_path, bytes(packed), name="x.sql.gz")
    assert len(logins(sink)) > 1_000
    assert sink.notes["truncated"] is True


def test_an_unread_statement_is_shown_from_a_packed_dump(tmp_path):
    packed = gzip.compress(USERS.encode() + b"INSERT INTO users SELECT 1;\n" + ROWS)
    (reject,) = run(tmp_path, packed, name="x.gz").rejects
    shown = MYSQLDUMP.excerpt(source_of(tmp_path, "x.gz", packed, TAKE), reject["locator"])
    assert shown.startswith("INSERT INTO users SELECT")


def test_an_xml_dump_is_refused_with_what_to_do(tmp_path):
    content = b'<?xml version="1.0"?>\n<mysqldump xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    assert MYSQLDUMP.detect(content, "x.xml") > 0.9
    with pytest.raises(Unreadable, match="without --xml"):
        run(tmp_path, content)
    with pytest.raises(Unreadable, match="without --xml"):
        MYSQLDUMP.tables(source_of(tmp_path, "x.xml", content, TAKE))


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (b"-- Adminer 4.8.1 MySQL 8.0.36 dump\n\nSET NAMES utf8;", True),
        (b"-- Adminer 4.8.1 PostgreSQL 13.4 dump\n", False),
        (b"-- ------\n-- Host: 127.0.0.1\n-- HeidiSQL Version: 12.5\n/*!40101 SET NAMES utf8 */;", True),
        (b"-- ------\n-- HeidiSQL Version: 12.5\nSET statement_timeout = 0;", False),
        (b"-- phpMyAdmin SQL Dump\n", True),
        (
            b"/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\nINSERT INTO `a` VALUES\n(1)\n,(2);",
            True,
        ),
        (b"\x1f\x8b\x08 no gzip", False),
        (b"\x28\xb5\x2f\xfd no zstd", False),
    ],
)
def test_what_other_tools_write_is_known_by_its_head(head, sure):
    assert (MYSQLDUMP.detect(head, "x.sql") > 0.5) is sure
