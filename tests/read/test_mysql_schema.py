"""CREATE TABLE and the heads of INSERTs, in the forms that dumps have."""

import pytest

from fanal.read.mysql_schema import INSERT, label, parse_create, table_name

CREATE = """CREATE TABLE IF NOT EXISTS `my``db`.`user table` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'key, of (all); it''s',
  `na``me` varchar(64) CHARACTER SET utf8mb4 DEFAULT 'a,b)',
  kind ENUM('a','b,)(') NOT NULL, -- a comment, with (
  `price` decimal(10,2) DEFAULT NULL /* here, too */,
  /*!50606 `hidden` blob , */
  `key` varbinary(16),
  `file` VARBINARY(2000),
  `photo` longblob,
  `flag` bit(1) DEFAULT b'0',
  PRIMARY KEY (`id`,`key`),
  KEY `k` (`price`), UNIQUE KEY `u` (`kind`), CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `x` (`id`),
  CHECK (`price` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*!50100 PARTITION BY HASH (id) */"""


def test_columns_are_read_with_their_types():
    table = parse_create(CREATE)
    assert table_name(table.name) == ("my`db", "user table")
    assert [(c.name, c.kind, c.size, c.form) for c in table.columns] == [
        ("id", "int", 10, "text"),
        ("na`me", "varchar", 64, "text"),
        ("kind", "enum", None, "text"),
        ("price", "decimal", 10, "text"),
        ("hidden", "blob", None, "blob"),
        ("key", "varbinary", 16, "short"),
        ("file", "varbinary", 2000, "blob"),
        ("photo", "longblob", None, "blob"),
        ("flag", "bit", 1, "bit"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE a LIKE b",
        "CREATE TABLE a AS SELECT 1",
        "CREATE VIEW a AS SELECT (1)",
        "DROP TABLE a",
        "CREATE DATABASE x",
    ],
)
def test_other_statements_declare_no_table(statement):
    assert parse_create(statement) is None


@pytest.mark.parametrize(
    ("head", "name", "columns"),
    [
        ("INSERT INTO `a` VALUES (1)", "`a`", None),
        ("insert ignore into a(`b`, c) value\n(1)", "a", "`b`, c"),
        ('REPLACE INTO "x"."a" ( "b" ) VALUES(1)', '"x"."a"', ' "b" '),
        ("INSERT LOW_PRIORITY INTO `a` PARTITION (p0) () VALUES ()", "`a`", ""),
    ],
)
def test_heads_of_inserts_are_known(head, name, columns):
    found = INSERT.match(head)
    assert (found["name"], found["columns"]) == (name, columns)


@pytest.mark.parametrize(
    "text", ["INSERT INTO a SET b=1", "INSERT INTO a SELECT 1", "INSERT INTO a VALUES", "UPDATE a"]
)
def test_an_insert_without_rows_is_no_head(text):
    assert INSERT.match(text) is None


@pytest.mark.parametrize(
    ("statement", "named"),
    [("drop table if exists x;", "DROP TABLE"), ("SET NAMES x", "SET"), (";;", "(no words)")],
)
def test_a_passed_over_statement_has_a_label(statement, named):
    assert label(statement) == named
