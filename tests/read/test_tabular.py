"""Delimited text, read back against Python's own csv module."""

import csv
import gzip
import io

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapped_case import mapping, read, source_of

from fanal.read.contract import Unreadable
from fanal.read.csv_kernel import LONGEST_CELL
from fanal.read.mapping import MappingError
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
    for n, example in enumerate(example for example in CSV.examples() if not example.refused):
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


def test_how_the_file_is_written_is_noted(tmp_path):
    sink, _ = people(tmp_path, b"id;name;more\r\n1;a;'b'\r\n2;c;d\r\n")
    assert sink.notes["dialect"] == {
        "delimiter": ";", "quote": '"', "escape": '"', "header": True, "line_ends": "\r\n",
    }  # fmt: skip


@pytest.mark.parametrize("pack", [gzip.compress, lambda raw: pa.compress(raw, "zstd", asbytes=True)])
def test_a_compressed_file_is_read_under_its_plain_name(tmp_path, pack):
    content = pack("id,name,more\n1,été,x\n".encode())
    sink = read(CSV, tmp_path, "people.csv.gz", content, TAKE)
    assert [row["username"] for row in sink.tables["account"]] == ["été"]
    assert "compression" in sink.notes
    assert CSV.detect(content, "people.csv.gz") > 0.5
    assert CSV.excerpt(source_of(tmp_path, "people.csv.gz", content, TAKE), "people:1") == "1,été,x"


def test_a_cut_compressed_file_is_told(tmp_path):
    whole = b"id,name,more\n" + b"".join(b"%d,a%d,b\n" % (n, n * 7919 % 10_007) for n in range(5000))
    sink, found = people(tmp_path, gzip.compress(whole)[:-2000])
    assert 0 < len(found) < 5000
    assert sink.notes["truncated"] is True
    wide = gzip.compress(whole.decode().encode("utf-16"))[:-2000]
    assert people(tmp_path, wide)[0].notes["truncated"] is True


NO_HEAD = mapping("csv", account="SELECT c1 AS native_id, c2 AS username, c3 AS language, _row FROM people")


def test_a_file_without_head_has_numbered_columns_and_loses_no_row(tmp_path):
    sink = read(CSV, tmp_path, "people.csv", b"1,a,x@example.org\n2,b,y@example.org\n", NO_HEAD)
    assert [(r["locator"], r["native_id"]) for r in sink.tables["account"]] == [("people:1", "1"), ("people:2", "2")]
    assert sink.notes["dialect"]["header"] is False
    source = source_of(tmp_path, "people.csv", b"1,a,x@example.org\n2,b,y@example.org\n", NO_HEAD)
    assert CSV.excerpt(source, "people:2") == "2,b,y@example.org"


def test_the_mapping_says_whether_there_is_a_head(tmp_path):
    words = b"id,name,more\nb,c,d\n"
    sink = read(CSV, tmp_path, "people.csv", words, NO_HEAD + "header: false\n")
    assert [r["native_id"] for r in sink.tables["account"]] == ["id", "b"]
    years = mapping("csv", account='SELECT "2020" AS native_id, "2021" AS username, _row FROM people')
    sink = read(CSV, tmp_path, "people.csv", b"2020,2021\n1,2\n3,4\n", years + "header: true\n")
    assert [r["native_id"] for r in sink.tables["account"]] == ["1", "3"]


@pytest.mark.parametrize("said", ["header: 1\n", "header: 'no'\n"])
def test_a_head_is_there_or_not(tmp_path, said):
    with pytest.raises(MappingError, match="true or false"):
        read(CSV, tmp_path, "people.csv", b"id\n1\n", NO_HEAD + said)


@pytest.mark.parametrize(
    ("before", "noted"),
    [
        (b"sep=;\r\n", "sep=;\r\n"),
        (b"Report of the exchange\n\n", "Report of the exchange\n\n"),
    ],
)
def test_what_stands_before_the_head_is_passed_over_and_noted(tmp_path, before, noted):
    content = before + b"id;name;more\n" + b"".join(b"%d;a;b\n" % n for n in range(20))
    sink, found = people(tmp_path, content)
    assert len(found) == 20
    assert sink.notes["preamble"] == noted
    assert sink.tables["account"][0]["locator"] == "people:1"


def test_backslashes_before_quotes_and_for_null_are_found(tmp_path):
    sink, found = people(
        tmp_path,
        rb"""id,name,more
1,"a \"b\", c",\N
2,"say \"x\"","a\\"
3,b\,c,d
""",
    )
    assert found == [("1", 'a "b", c', None), ("2", 'say "x"', "a\\"), ("3", "b,c", "d")]
    assert sink.notes["dialect"]["escape"] == "\\"


def test_a_path_that_ends_in_a_backslash_is_no_escape(tmp_path):
    _, found = people(tmp_path, b'id,name,more\n1,"C:\\","x"\n2,"a ""b""","D:\\"\n')
    assert found == [("1", "C:\\", "x"), ("2", 'a "b"', "D:\\")]


def test_single_quotes_around_cells_are_found(tmp_path):
    _, found = people(tmp_path, b"id,name,more\n'1','a, b','it''s'\n'2','c','d'\n")
    assert found == [("1", "a, b", "it's"), ("2", "c", "d")]


def test_one_empty_cell_more_than_the_head_is_none(tmp_path):
    sink, found = people(tmp_path, b"id,name,more\n1,a,b,\n2,c,d,\n3,e,f,g\n")
    assert [row[0] for row in found] == ["1", "2"]
    assert [r["locator"] for r in sink.rejects] == ["people:3"]


def test_utf16_without_a_mark_is_found(tmp_path):
    for encoding in ("utf-16-le", "utf-16-be"):
        sink, found = people(tmp_path, "id,name,more\n1,a,b\n2,é,c\n".encode(encoding))
        assert found == [("1", "a", "b"), ("2", "é", "c")]
        assert sink.notes["encoding"] == encoding


def test_a_row_longer_than_any_record_is_a_reject_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("fanal.read.window.LONGEST_LINE", 1 << 16)
    raw = b"id,name,more\n1,a,b\n2," + b"c d " * (1 << 16) + b",e\n3,f,g\n"
    sink, found = people(tmp_path, raw, Delimited(4096))
    assert [row[0] for row in found] == ["1", "3"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("people:2", "a row that is too long")]
    assert len(sink.rejects[0]["excerpt"]) <= 200
    assert sink.counts["people"] == {"source": 3, "read": 2, "rejected": 1, "unmapped": 0}


def test_a_long_quoted_cell_is_never_taken_for_rows(tmp_path):
    long = "a,b,c d " * (LONGEST_CELL // 7)
    sink, found = people(tmp_path, f'id,name,more\n1,"{long}",x\n2,b,c\n'.encode(), Delimited(1 << 20))
    assert [(row[0], row[2]) for row in found] == [("1", "x"), ("2", "c")]
    assert found[0][1] == long
    assert sink.rejects == []


def test_a_first_row_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("fanal.read.window.LONGEST_LINE", 1 << 16)
    with pytest.raises(Unreadable, match="first row"):
        people(tmp_path, b"a b " * (1 << 16), Delimited(4096))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.binary(max_size=8) | st.sampled_from([b'"', b",", b"\n", b"\r", b"\\", b"'", b";", b"\0", b"1,a,b\n"])),
    st.sampled_from([1, 5, 4096]),
)
def test_whatever_bytes_there_are_every_row_is_accounted_for(tmp_path, parts, chunk):
    sink, found = people(tmp_path, b"id,name,more\n1,a,b\n2,c,d\n" + b"".join(parts), Delimited(chunk))
    counts = sink.counts["people"]
    assert counts["source"] == counts["read"] + counts["rejected"]
    assert len(found) == counts["read"]
    assert len([r for r in sink.rejects if r["column"] is None]) == counts["rejected"]
    whole, _ = people(tmp_path, b"id,name,more\n1,a,b\n2,c,d\n" + b"".join(parts))
    assert whole.tables == sink.tables
