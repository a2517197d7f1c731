"""The words of PostgreSQL dumps outside of their rows."""

import re

import pytest

from fanal.read import pg_schema as schema


def columns_of(statement, roles=None):
    created = schema.parse_create(statement, roles or {})
    return created and [(c.name, c.role) for c in created.columns]


def test_columns_are_what_is_no_constraint():
    statement = (
        'CREATE UNLOGGED TABLE IF NOT EXISTS app."T 1" (\n  id integer NOT NULL, -- the ( key,\n'
        '  "a ""b"", c" character varying(10) DEFAULT \'x,y)\'::character varying, /* , */ N numeric(10,2)[],\n'
        "  CONSTRAINT k PRIMARY KEY (id), UNIQUE (n, id), EXCLUDE USING gist (n WITH =), CHECK ((n > 1)),\n"
        "  FOREIGN KEY (id) REFERENCES u(id), checked boolean\n) WITH (fillfactor='70');"
    )
    assert columns_of(statement) == [("id", "text"), ('a "b", c', "text"), ("n", "text"), ("checked", "text")]


@pytest.mark.parametrize(
    ("declared", "role"),
    [
        ("bytea", "bytes"), ("pg_catalog.bytea NOT NULL", "bytes"), ("bytea[]", "packed"), ("bytea ARRAY", "packed"),
        ("public.photo", "bytes"), ("photo[]", "packed"), ("pair", "packed"), ("pair[]", "packed"), ("text", "text"),
    ],
)  # fmt: skip
def test_columns_hold_bytes_where_their_type_does(declared, role):
    assert columns_of(f"CREATE TABLE t (a {declared});", {"photo": "bytes", "pair": "packed"}) == [("a", role)]


@pytest.mark.parametrize(
    ("statement", "made"),
    [
        ("CREATE DOMAIN public.photo AS bytea CHECK (true);", ("photo", "bytes")),
        ("CREATE DOMAIN photos bytea[];", ("photos", "packed")),
        ("CREATE TYPE app.pair AS (\n a integer, b public.photo\n);", ("pair", "packed")),
        ("CREATE TYPE mood AS ENUM ('a, bytea');", None),
        ("CREATE TYPE two AS (a integer, b text);", None),
        ("CREATE DOMAIN name AS text;", None),
    ],
)
def test_types_of_the_dumps_own_that_hold_bytes_are_known(statement, made):
    assert schema.parse_type(statement, {"photo": "bytes"}) == made


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t AS SELECT 1;", "CREATE TABLE t OF pair;", "CREATE VIEW v AS (1);"]
)
def test_other_forms_of_create_declare_no_columns(statement):
    assert columns_of(statement) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Users", (None, "users")),
        ('app."Us.ers"', ("app", "Us.ers")),
        ('a . B . "c""d"', ("b", 'c"d')),
        ("été", (None, "été")),
    ],
)
def test_names_fold_to_lower_case_unless_quoted(name, meant):
    assert schema.dotted(name.encode().decode("latin-1")) == meant


@pytest.mark.parametrize(
    ("arguments", "database"),
    [
        ("kx", "kx"), ("kx user host 5432", "kx"), ('"a ""b"""', 'a "b"'), ("- user", None), ("", None),
        ("-reuse-previous=on \"dbname='it\\'s'\"", "it's"),
    ],
)  # fmt: skip
def test_connect_names_a_database_or_keeps_the_present_one(arguments, database):
    assert schema.database_of(arguments) == database


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("\\connect a\n", "\\connect a"),
        ("\\echo a \\\\ SELECT 1;\n", "\\echo a \\\\"),
        ("\\echo 'a \\\\ b' c\n", "\\echo 'a \\\\ b' c"),
        ("\\! a \\\\ b;\n", "\\! a \\\\ b;"),
        ("\\a \\t\n", "\\a "),
        ("\\.\n", "\\."),
        ("\\", "\\"),
    ],
)
def test_a_command_of_psqls_ends_with_its_line_or_where_psql_says(line, command):
    assert schema.COMMAND.match(line)[0] == command


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", schema.CopyOptions()),
        (";", schema.CopyOptions()),
        ("WITH NULL AS '';", schema.CopyOptions(null=b"")),
        ("USING DELIMITERS ';' WITH NULL AS 'a''b';", schema.CopyOptions(delimiter=b";", null=b"a'b")),
        ("(DELIMITER E'\\t', NULL E'\\\\N')", schema.CopyOptions()),
        ("(FORMAT 'text', FREEZE true) WHERE a > 1", schema.CopyOptions()),
        ("WITH OIDS", schema.CopyOptions(oids=True)),
        ("BINARY", schema.CopyOptions(binary=True)),
        ("WITH CSV HEADER", schema.CopyOptions(readable=False)),
        ("(DELIMITER '')", schema.CopyOptions(readable=False)),
        ("(DELIMITER 'a')", schema.CopyOptions(readable=False)),
    ],
)
def test_the_options_of_copy(options, said):
    found = schema.COPY.match(f"COPY t FROM stdin {options}")
    assert schema.copy_options(found) == said


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("CREATE OR REPLACE FUNCTION f()", "CREATE FUNCTION"),
        ("ALTER TABLE ONLY t", "ALTER TABLE"),
        ("select pg_catalog.setval('x', 1)", "SELECT setval"),
        ("\\restrict secret", "\\restrict"),
        ("\\!id", "\\!"),
        ("12 34", "(no words)"),
    ],
)
def test_kinds_of_statements_say_no_more_than_the_kind(statement, kind):
    assert schema.label(statement) == kind


def test_a_long_list_of_names_is_matched_in_one_go():
    names = ", ".join(f'"c {n}"' for n in range(3000))
    found = schema.INSERT.match(f"INSERT INTO t ({names}) VALUES (1")
    assert len(schema.names_of(found["columns"])) == 3000
    assert re.match(r"INSERT INTO t \(", found["head"])
