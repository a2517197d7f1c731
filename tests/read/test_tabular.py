"""Delimited text, read back against Python's own csv module."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import mapping, read, source_of

from fanal.read.contract import Unreadable
from fanal.read.tabular import CSV, Delimited

TAKE = mapping("csv", account="SELECT id AS native_id, name AS username, more AS language, _row FROM people")


def people(tmp_path, content, reader=CSV):
    sink = read(reader, tmp_path, "people.csv", content, TAKE)
    return sink, [(r["native_id"], r["username"], r["language"]) for r in sink.tables.get("account", [])]


_CELL = st.text(st.sampled_from("ab\",; |\t\n\r'\\é漢😀#"), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([1, 2, 3, 7, 19, 4096]),
)
def test_cells_come_back_as_csv_wrote_them_wherever_blocks_end(tmp_path, rows, end, chunk):
    out = io.StringIO(newline="")
    out.write(f"id,name,more{end}")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    sink, found = people(tmp_path, out.getvalue().encode(), Delimited(chunk))
    assert found == rows
    assert sink.rejects == []


def test_rows_are_those_that_the_csv_module_finds(tmp_path):
    text = 'id,name,more\n1,"a ""b"" c",x\n2,it\'s "so",""\n\n3,"l1\nl2",é\n'
    _, found = people(tmp_path, text.encode())
    theirs = [tuple(row) for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    assert found == theirs


def test_an_empty_cell_is_null_and_an_empty_quoted_one_is_text(tmp_path):
    _, found = people(tmp_path, b'id,name,more\n1,,""\n')
    assert found == [("1", None, "")]


def test_ragged_rows_are_rejects_and_keep_their_numbers(tmp_path):
    sink, found = people(tmp_path, b"id,name,more\n1,a,b\n2,a\n3,a,b,c\n4,a,b")
    assert [row[0] for row in found] == ["1", "4"]
    assert [r["locator"] for r in sink.tables["account"]] == ["people:1", "people:4"]
    assert [(r["locator"], r["reason"], r["excerpt"]) for r in sink.rejects] == [
        ("people:2", "wrong number of cells", "2,a"),
        ("people:3", "wrong number of cells", "3,a,b,c"),
    ]
    assert sink.counts["people"] == {"source": 4, "read": 2, "rejected": 2, "unmapped": 0}


def test_a_quote_that_does_not_close_costs_one_line(tmp_path):
    sink, found = people(tmp_path, b'id,name,more\n1,"a,b\n2,c,d\n')
    assert [row[0] for row in found] == ["2"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("people:1", "a quote that does not close")]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "latin-1"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_and_noted(tmp_path, encoding, named, delimiter):
    content = f'id,name,more\n1,été,"a{delimiter}b"\n2,Zoë,x\n'.replace(",", delimiter)
    sink, found = people(tmp_path, content.encode(encoding))
    assert found == [("1", "été", f"a{delimiter}b"), ("2", "Zoë", "x")]
    assert (sink.notes["encoding"], sink.notes["delimiter"]) == (named, delimiter)
    source = source_of(tmp_path, "people.csv", content.encode(encoding), TAKE)
    assert CSV.excerpt(source, "people:1") == content.splitlines()[1]


def test_one_broken_byte_does_not_make_a_utf8_file_latin1(tmp_path):
    sink, found = people(tmp_path, "id,name,more\n1,été,漢\n2,".encode() + b"\xff,x\n")
    assert found == [("1", "été", "漢"), ("2", "\\xff", "x")]
    assert [(r["locator"], r["column"]) for r in sink.rejects] == [("people:2", "name")]


def test_columns_of_the_same_name_and_odd_stems_can_be_read(tmp_path):
    take = mapping(
        "csv", account='SELECT "Id" AS native_id, id_2 AS username, _row_2 AS language, _row FROM "a b.2024"'
    )
    sink = read(CSV, tmp_path, "a b.2024.csv", b"Id,id,_row\n1,2,3\n", take)
    assert [(r["locator"], r["native_id"], r["username"], r["language"]) for r in sink.tables["account"]] == [
        ("a b.2024:1", "1", "2", "3")
    ]


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    sink, found = people(tmp_path, b"id,name,more\n")
    assert found == []
    assert sink.counts["people"] == {"source": 0, "read": 0, "rejected": 0, "unmapped": 0}


def test_an_empty_file_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="empty"):
        people(tmp_path, b"")


def test_the_examples_hold(tmp_path):
    for n, example in enumerate(CSV.examples()):
        sink = read(CSV, tmp_path / f"{n}", example.name, example.content, example.mapping)
        assert {table: len(rows) for table, rows in sink.tables.items()} == dict(example.rows)
        assert len(sink.rejects) == example.rejects


def test_columns_and_rows_are_told_for_a_draft(tmp_path):
    told = CSV.tables(source_of(tmp_path, "people.csv", b"id,name,id\n1,2,3\n4,5,6\n", TAKE))
    assert (told["people"].columns, told["people"].rows) == (("id", "name", "id_2"), 2)


@pytest.mark.parametrize(
    ("head", "name", "sure"),
    [
        (b"id,name\n1,2\n", "x.csv", True),
        (b"id;name\n1;2\n", "x.CSV", True),
        (b"id\tname\n1\t2\n", "x.tsv", True),
        (b"id,name\n1,2\n", "x.txt", False),
        (b"\x00\x01,\x02", "x.csv", False),
    ],
)
def test_delimited_text_is_known_by_its_name_and_beginning(head, name, sure):
    assert (CSV.detect(head, name) > 0.5) is sure
