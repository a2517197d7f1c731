"""Ranges of a CSV file: a letter's lines above a table, and a second table below it."""

import pytest
from mapped_case import read, source_of

from fanal.read.csv_ranges import OTHER_LINES
from fanal.read.mapping import MappingError
from fanal.read.tabular import CSV, Delimited

ANSWER = """Example Net;;;
Order 12/2026;;;

Customer;Name;Country;Note
c1;user 1;BE;a
c2;user 2;FR;b
c3;too few

Customer;Start;IP
c1;2026-01-31T10:00:00Z;192.0.2.1
c2;2026-01-31T11:00:00Z;192.0.2.2
End of records;;
"""
MAPPING = """fanal_mapping: 1
platform: isp
source: csv
ranges:
  subscribers: {cells: "A4:C7"}
  sessions: {cells: "A10:C11", header: false, columns: [who, began, address]}
tables:
  account: SELECT Customer AS native_id, Name AS stated_name, _row FROM subscribers
  login: SELECT who AS account, began AS at, address AS ip, _row FROM sessions
"""


def test_each_range_is_a_table_of_its_own_and_every_line_is_accounted_for(tmp_path):
    sink = read(CSV, tmp_path, "answer.csv", ANSWER.encode(), MAPPING)
    assert [(r["account"], r["locator"]) for r in sink.tables["account"]] == [
        ("isp:c1", "subscribers:1"),
        ("isp:c2", "subscribers:2"),
    ]
    assert [(r["account"], r["ip"], r["locator"]) for r in sink.tables["login"]] == [
        ("isp:c1", "192.0.2.1", "sessions:1"),
        ("isp:c2", "192.0.2.2", "sessions:2"),
    ]
    assert [r["locator"] for r in sink.rejects] == ["subscribers:3"]
    assert sink.counts == {
        "subscribers": {"source": 3, "read": 2, "rejected": 1, "unmapped": 0},
        "sessions": {"source": 2, "read": 2, "rejected": 0, "unmapped": 0},
        OTHER_LINES: {"source": 6, "read": 0, "rejected": 0, "unmapped": 6},
    }


def test_a_row_is_shown_as_it_stands_in_its_range(tmp_path):
    source = source_of(tmp_path, "answer.csv", ANSWER.encode(), MAPPING)
    assert CSV.excerpt(source, "sessions:2") == "c2;2026-01-31T11:00:00Z;192.0.2.2"
    assert CSV.excerpt(source, "subscribers:1") == "c1;user 1;BE;a"


def test_what_a_range_leaves_out_is_no_column_of_it(tmp_path):
    tables = CSV.tables(source_of(tmp_path, "answer.csv", ANSWER.encode(), MAPPING))
    assert tables["subscribers"].columns == ("Customer", "Name", "Country")
    assert tables["sessions"].columns == ("who", "began", "address")


def test_an_open_range_goes_on_to_the_last_line(tmp_path):
    mapping = MAPPING.replace('"A10:C11"', '"A10:C"')
    sink = read(CSV, tmp_path, "answer.csv", ANSWER.encode(), mapping)
    assert [r["account"] for r in sink.tables["login"]] == ["isp:c1", "isp:c2", "isp:End of records"]
    assert sink.counts[OTHER_LINES]["source"] == 5


@pytest.mark.parametrize("chunk", [16, 64, 4096])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_blocks_and_encodings_change_nothing(tmp_path, chunk, encoding):
    text = ANSWER.replace("user 1", "us\u00e9r 1")
    sink = read(Delimited(chunk), tmp_path, "answer.csv", text.encode(encoding), MAPPING)
    assert [r["stated_name"] for r in sink.tables["account"]] == ["us\u00e9r 1", "user 2"]
    assert len(sink.tables["login"]) == 2


def test_a_csv_range_has_no_sheet(tmp_path):
    with pytest.raises(MappingError, match="sheet"):
        read(
            CSV,
            tmp_path,
            "answer.csv",
            ANSWER.encode(),
            MAPPING.replace('{cells: "A4:C7"}', '{sheet: 1, cells: "A4:C7"}'),
        )
