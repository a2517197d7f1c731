"""The mapping file, read and refused."""

import pytest

from fanal.read.contract import Source
from fanal.read.mapping import MappingError, parse_mapping
from fanal.read.mapping_form import MAPPABLE, NoMapping, WrongSource, mapping_for

GOOD = """
fanal_mapping: 1
platform: kx
source: mysqldump
time_zone: Europe/Brussels
instants: {login.at: epoch_s}
tables:
  login: SELECT user_id AS account, ip, ts AS at, _row FROM logins
  account: >
    SELECT id AS native_id, login AS username, created AS created_at, _row FROM users
"""


def refused(text):
    with pytest.raises(MappingError) as error:
        parse_mapping(text, "kx.yaml")
    line = error.value.line()
    assert line.startswith("kx.yaml: ")
    assert "\n" not in line
    return line


def test_a_good_mapping_is_read_with_its_tables_in_the_lakes_order():
    mapping = parse_mapping(GOOD, "kx.yaml")
    assert [s.table for s in mapping.selections] == ["account", "login"]
    assert (mapping.platform, mapping.source, mapping.time_zone) == ("kx", "mysqldump", "Europe/Brussels")
    assert mapping.instants == {"login.at": "epoch_s"}
    assert mapping.reads == ("users", "logins")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fanal_mapping: 1", "fanal_mapping: 2", "fanal_mapping is 2; write 1"),
        ("platform: kx", "platform: 'k x'", "platform is k x"),
        ("platform: kx", "platfrom: kx", "unknown key platfrom"),
        ("source: mysqldump", "source: excel", "source is excel; write mysqldump | pg_dump"),
        ("Europe/Brussels", "Europe/Atlantis", "time_zone is Europe/Atlantis"),
        ("login.at:", "login.on:", "instants.login.on"),
        ("epoch_s", "epoch_days", "epoch_days is no form"),
        ("epoch_s", '"%Y\'); DROP"', "is no form"),
        ("  account:", "  acount:", "unknown table acount"),
        ("AS username", "AS user_name", "unknown column user_name; account takes native_id"),
        ("id AS native_id", "id AS account", "unknown column account"),
        ("user_id AS account, ", "", "does not yield account"),
        ("created AS created_at, _row", "created AS created_at", "does not yield _row"),
        ("FROM logins", "FROM", "broken SELECT"),
        ("FROM logins", "FROM read_csv('x')", "the table function read_csv is not allowed"),
        ("source: mysqldump", "source: mysqldump\nsource: csv", "source stands twice"),
        ("tables:", "tables: [", "broken YAML in line"),
    ],
)
def test_a_mistake_is_told_in_one_line(old, new, told):
    assert old in GOOD
    assert told in refused(GOOD.replace(old, new))


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "fanal_mapping: 1\nplatform: kx\nsource: csv\n"])
def test_what_is_no_mapping_is_refused(text):
    refused(text)


def test_no_mapping_puts_accounts_among_those_who_report():
    assert "those who report" in refused(GOOD.replace("platform: kx", "platform: mail"))


def test_what_the_reader_makes_is_not_the_analysts_to_give():
    given = {column for columns in MAPPABLE.values() for column in columns}
    assert not given & {"exhibit", "locator", "obs", "platform", "at_precision", "norm"}


def test_an_exhibit_without_a_mapping_is_refused(tmp_path):
    with pytest.raises(NoMapping):
        mapping_for(Source(tmp_path / "x.sql", "x.sql", 1, tmp_path), "mysqldump")


def test_a_mapping_for_another_source_is_refused(tmp_path):
    data = {"fanal_mapping": 1, "platform": "kx", "source": "csv", "tables": {"tx_io": "SELECT a AS tx, _row FROM t"}}
    with pytest.raises(WrongSource, match="for source csv"):
        mapping_for(Source(tmp_path / "x.sql", "x.sql", 1, tmp_path, data), "mysqldump")
