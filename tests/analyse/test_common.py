import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.analyse.common import NotRun, shared, values_of, whose
from fanal.analyse.runner import schemas
from fanal.lake.snapshot import FileEntry, Snapshot
from fanal.model.tables import BY_NAME

ROWS = {
    "identifier": [
        {"account": "kx:1", "kind": "email", "norm": "a@x"},
        {"account": "kx:1", "kind": "email", "norm": "both@x"},
        {"account": "kx:2", "kind": "email", "norm": "both@x"},
        {"account": "kx:2", "kind": "email", "norm": "b@x"},
        {"account": "kx:2", "kind": "phone", "norm": "+32"},
        {"account": "kx:2", "kind": "email", "norm": "all@listed"},
        {"account": "kx:2", "kind": "email", "norm": None},
        {"account": "mail:w", "kind": "email", "norm": "witness@x"},
    ],
    "identity_account": [{"account": "kx:1", "identity": "i1"}, {"account": "kx:2", "identity": "i2"}],
    "identity_threshold": [{"identity": "i1", "meets": True}, {"identity": "i2", "meets": False}],
    "value_key": [{"kind": "email", "norm": "all@listed", "context": "disposable_mail"}],
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    known = schemas() | {name: table.schema for name, table in BY_NAME.items()}
    tables = {}
    for name, rows in ROWS.items():
        pq.write_table(pa.Table.from_pylist(rows, known[name]), folder / f"{name}.parquet")
        tables[name] = (FileEntry(f"{name}.parquet", len(rows), ""),)
    return Snapshot(folder, 1, tables)


def mails(table):
    return [(row["norm"], row["identity"]) for row in table.to_pylist()]


def test_values_are_those_of_identities_and_of_the_kinds_asked_for(snapshot):
    found = values_of(snapshot, ["email"], ())
    assert mails(found) == [("a@x", "i1"), ("b@x", "i2"), ("both@x", "i1"), ("both@x", "i2")]
    assert mails(values_of(snapshot, ["phone"], ())) == [("+32", "i2")]


def test_what_an_identity_that_is_held_back_shares_is_held_back_with_it(snapshot):
    assert mails(values_of(snapshot, ["email"], {"i2"})) == [("a@x", "i1")]


def test_only_identities_that_meet_the_threshold_where_that_is_asked(snapshot):
    assert mails(values_of(snapshot, ["email"], (), met=True)) == [("a@x", "i1"), ("both@x", "i1")]


def test_before_a_run_there_is_nothing_to_compare(tmp_path):
    with pytest.raises(NotRun):
        values_of(Snapshot(tmp_path), ["email"], ())


def test_whose_a_value_is(snapshot):
    found = values_of(snapshot, ["email", "phone"], ())
    assert whose(found, "email", ["both@x"]) == ["i1", "i2"]
    assert whose(found, "phone", ["both@x"]) == []


def test_two_operations_share_a_value_of_one_kind_alone():
    columns = ("kind", "norm", "identity")
    one = pa.table(dict(zip(columns, (["email", "phone"], ["v", "w"], ["a", "a"]), strict=True)))
    other = pa.table(dict(zip(columns, (["email", "email"], ["v", "w"], ["b", "b"]), strict=True)))
    assert shared(one, other).to_pylist() == [{"kind": "email", "norm": "v", "identity": "a", "other_identity": "b"}]
