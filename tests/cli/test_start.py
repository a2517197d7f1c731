"""What a command loads: its own parts, and not those that only a reader needs."""

import json
import subprocess
import sys

import pytest

MAPPING = """fanal_mapping: 1
platform: kx
source: csv
tables:
  account: SELECT id AS native_id, login AS username, _row FROM users
"""
CHAT = "01/02/2026, 10:00 - Member 1: message 12\n01/02/2026, 10:01 - Member 2: message 13\n"
#: Parsers, compilers and engines of the readers, and what libraries load with them.
READERS_OWN = {
    "pandas",
    "scipy",
    "numba",
    "llvmlite",
    "duckdb",
    "pdfminer",
    "olefile",
    "phonenumbers",
    "pyarrow.dataset",
}
#: What reads and writes the lake: a command that only asks the case store needs none of it.
TABLES = {"numpy", "pyarrow", "fanal.lake.parquet", "fanal.engine.duck", "babel"}
PROGRAM = """
import json, sys
from fanal.cli.main import main
code = main(sys.argv[1:])
json.dump([code, sorted(sys.modules)], sys.stdout)
"""


def loaded_by(*words):
    """Runs a command in a new process; returns its exit code and the names of all modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, words)], capture_output=True, text=True, check=False
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, set(modules)


@pytest.fixture
def loaded(tmp_path):
    """Runs a command on a node of its own in a new process; returns the names of all modules it loaded."""

    def run(*words):
        code, modules = loaded_by(*words)
        assert code == 0, words
        return modules

    folder = tmp_path / "node"
    run("init", folder, "--agency", "Unit 7", "--country", "BE", "--demo")
    run("-C", folder, "op", "new", "kx", "--title", "Operation", "--legal-basis", "order 1")
    return lambda *words: run("-C", folder, *words)


def test_adding_a_table_loads_no_reader_and_nothing_of_theirs(loaded, tmp_path):
    (tmp_path / "users.csv").write_text("id,login\n1,first\n2,second\n")
    (tmp_path / "users.yaml").write_text(MAPPING)
    modules = loaded("add", tmp_path / "users.csv", "--mapping", tmp_path / "users.yaml")
    assert modules & READERS_OWN == set()
    assert "fanal.read.tabular" not in modules


def test_adding_a_chat_loads_no_parser_of_sql(loaded, tmp_path):
    (tmp_path / "WhatsApp Chat with Group 7.txt").write_text(CHAT)
    modules = loaded("add", tmp_path / "WhatsApp Chat with Group 7.txt")
    assert modules & {*READERS_OWN, "sqlglot"} == set()
    assert "fanal.read.whatsapp_rows" not in modules


def test_the_status_loads_no_reader_and_no_library_of_tables(loaded):
    assert loaded("status") & {*READERS_OWN, *TABLES, "sqlglot", "fanal.read.registry"} == set()


@pytest.mark.parametrize("words", [("op", "list"), ("officer", "list"), ("peer", "list")])
def test_a_command_of_the_case_store_loads_no_library_of_tables(loaded, words):
    assert loaded(*words) & {*READERS_OWN, *TABLES, "sqlglot", "fanal.read.registry"} == set()


def test_the_version_and_the_list_of_commands_load_no_case_store():
    for words in (("--version",), ("--help",), ("--nothing-of-that-name",)):
        modules = loaded_by(*words)[1]
        assert modules & {*READERS_OWN, *TABLES, "django", "rich", "cryptography", "pydantic", "fanal.work"} == set()


def test_plain_values_load_no_library_that_checks_them(loaded):
    assert "pydantic" not in loaded("op", "list", "--format", "json")


def test_a_store_that_is_up_to_date_has_no_migration_loaded(loaded):
    modules = loaded("op", "list")
    assert {name for name in modules if name.startswith("fanal.cases.migrations.")} == set()
