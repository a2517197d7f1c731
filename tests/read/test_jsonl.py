"""JSON lines, read back against Python's own json module."""

import gzip
import json
import re

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mapped_case import mapping, read, source_of

from fanal.read.jsonl import JSONL, JsonLines

TAKE = mapping("jsonl", account="SELECT id AS native_id, name AS username, more AS language, _row FROM people")


def people(tmp_path, content, reader=JSONL):
    sink = read(reader, tmp_path, "people.jsonl", content, TAKE)
    return sink, [(r["native_id"], r["username"], r["language"]) for r in sink.tables.get("account", [])]


_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_OBJECT = st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "name", "more", 'é"\\'), _VALUE))


def no_number(word):
    raise ValueError(word)


def is_object(line):
    """What the json module thinks of a line, its leniency for NaN left out."""
    try:
        return isinstance(json.loads(line, parse_constant=no_number), dict)
    except ValueError:
        return False


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_OBJECT, min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([1, 2, 3, 7, 19, 4096]),
)
@example([{"id": "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "name": {"a": [{}]}}], True, 3)
def test_values_come_back_as_json_wrote_them_wherever_blocks_end(tmp_path, objects, ascii_only, chunk):
    text = "\n".join(json.dumps(o, ensure_ascii=ascii_only) for o in objects)
    sink, found = people(tmp_path, text.encode(), JsonLines(chunk))
    meant = []
    for line in text.splitlines() if ascii_only else text.split("\n"):
        o = json.loads(line)
        texts = [o.get(k) for k in ("id", "name", "more")]
        meant.append([t if t is None or isinstance(t, str) else json.loads(json.dumps(t)) for t in texts])
    read_back = [
        [
            got if isinstance(want, str) or want is None else json.loads(got)
            for got, want in zip(row, wants, strict=True)
        ]
        for row, wants in zip(found, meant, strict=True)
    ]
    assert sink.rejects == []
    assert read_back == meant


def test_numbers_and_nested_values_stay_as_written(tmp_path):
    _, found = people(
        tmp_path, b'{"id": 1.10, "name": {"z" : [1,  2.0], "a": "\\u00e9"}, "more": 12345678901234567890123}'
    )
    assert found == [("1.10", '{"z" : [1,  2.0], "a": "\\u00e9"}', "12345678901234567890123")]


def test_a_key_is_found_whatever_its_case_and_the_same_case_goes_first(tmp_path):
    _, found = people(tmp_path, b'{"ID": 1, "Name": "a", "name": "b"}\n{"\\u0069d": 2}\n{"id": 3, "ID": 4}')
    assert found == [("1", "b", None), ("2", None, None), ("3", None, None)]


@pytest.mark.parametrize(
    "line",
    [
        "[1]", '"text"', "12", "{", "{}x", '{"id": 1,}', '{"id" 1}', '{"id": 01}', '{"id": tru}', '{"id": "\\x"}',
        '{"id": "\\u12g4"}', '{"id": [1, 2}', '{"id": [1 2]}', '{"id": {"a"}}', '{"id": }', "{'id': 1}", '{"id": NaN}',
        '{"id": 1.}', '{"id": -}', '{"id": "open}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_is_a_reject_as_json_says(tmp_path, line):
    assert not is_object(line)
    sink, found = people(tmp_path, f'{{"id": 1}}\n{line}\n{{"id": 3}}\n'.encode())
    assert [row[0] for row in found] == ["1", "3"]
    assert [r["locator"] for r in sink.tables["account"]] == ["people:1", "people:3"]
    assert [(r["locator"], r["reason"], r["excerpt"]) for r in sink.rejects] == [
        ("people:2", "not a JSON object", line)
    ]
    assert sink.counts["people"] == {"source": 3, "read": 2, "rejected": 1, "unmapped": 0}


def test_a_last_line_that_is_cut_off_is_told(tmp_path):
    sink, _ = people(tmp_path, b'{"id": 1}\n{"id": 2, "na')
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("people:2", "cut off")]
    assert sink.notes["truncated"] is True


def test_a_key_that_no_line_has_is_null_and_noted(tmp_path):
    sink, found = people(tmp_path, b'{"id": 1, "name": "a"}\n')
    assert found == [("1", "a", None)]
    assert sink.notes["absent_columns"] == ["more"]


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path):
    sink, found = people(tmp_path, b'\xef\xbb\xbf{"id": 1}\r\n\r\n  \n{"id": 2}\r\n')
    assert [row[0] for row in found] == ["1", "2"]
    assert sink.counts["people"]["source"] == 2


def test_very_deep_nesting_is_a_reject(tmp_path):
    sink, found = people(tmp_path, b'{"id": ' + b"[" * 5_000 + b"]" * 5_000 + b'}\n{"id": 2}\n')
    assert [row[0] for row in found] == ["2"]
    assert len(sink.rejects) == 1


def test_the_examples_hold_with_an_excerpt(tmp_path):
    shown = next(iter(JSONL.examples()))
    sink = read(JSONL, tmp_path, shown.name, shown.content, shown.mapping)
    assert {table: len(rows) for table, rows in sink.tables.items()} == dict(shown.rows)
    assert len(sink.rejects) == shown.rejects
    source = source_of(tmp_path, shown.name, shown.content, shown.mapping)
    assert JSONL.excerpt(source, "forum:2") == shown.content.decode().splitlines()[1]


def test_keys_and_rows_are_told_for_a_draft(tmp_path):
    told = JSONL.tables(source_of(tmp_path, "people.jsonl", b'{"id": 1}\n{"name": 2}\nbroken\n', TAKE))
    assert (told["people"].columns, told["people"].rows) == (("id", "name"), 3)


@pytest.mark.parametrize(
    ("head", "name", "sure"),
    [
        (b'{"a": 1}\n{"a"', "x.jsonl", True),
        (b'\n{"a": 1}\n', "x.txt", True),
        (b'[{"a": 1}]', "x.json", False),
        (b"{not json", "x.txt", False),
        (b"", "x.jsonl", False),
    ],
)
def test_json_lines_are_known_by_their_first_line(head, name, sure):
    assert (JSONL.detect(head, name) > 0.5) is sure


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_OBJECT, min_size=1, max_size=5), st.sampled_from([None, 0, 3]), st.sampled_from([1, 7, 19, 4096]))
def test_an_array_of_objects_is_read_as_lines_are(tmp_path, objects, indent, chunk):
    _, lines = people(tmp_path, "\n".join(json.dumps(o) for o in objects).encode())
    sink, found = people(tmp_path, json.dumps(objects, indent=indent).encode(), JsonLines(chunk))
    assert len(found) == len(lines) == len(objects)
    plain = [[cell for cell in row if cell is None or not cell.startswith(("{", "["))] for row in lines]
    assert [[cell for cell in row if cell is None or not cell.startswith(("{", "["))] for row in found] == plain
    assert sink.notes["form"] == "array"
    assert sink.rejects == []


def test_elements_that_are_no_objects_are_rejects_and_the_others_are_read(tmp_path):
    sink, found = people(tmp_path, b'[{"id": 1}, 7, "a,]", [{"id": 2}], {"id": }, {"id": 3},\n null ]  \n')
    assert [row[0] for row in found] == ["1", "3"]
    assert [(r["locator"], r["excerpt"]) for r in sink.rejects] == [
        ("people:2", "7"),
        ("people:3", '"a,]"'),
        ("people:4", '[{"id": 2}]'),
        ("people:5", '{"id": }'),
        ("people:7", "null"),
    ]
    assert sink.counts["people"] == {"source": 7, "read": 2, "rejected": 5, "unmapped": 0}


def test_an_array_that_breaks_off_is_told(tmp_path):
    sink, found = people(tmp_path, b'[{"id": 1}, {"id": 2, "na')
    assert [row[0] for row in found] == ["1"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("people:2", "cut off")]
    assert sink.notes["truncated"] is True


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=20) | st.sampled_from([b"{}", b'{"id": 1}', b'{"id": "\\u12', b"[", b"]", b","])))
def test_whatever_lines_there_are_each_is_a_row_or_a_reject(tmp_path, lines):
    raw = b'{"id": 0}\n' + b"\n".join(lines)
    there = [line for line in re.split(rb"[\r\n]", raw) if line.strip(b" \t")]
    sink, found = people(tmp_path, raw)
    assert len(found) + len([r for r in sink.rejects if r["column"] is None]) == len(there)
    assert sink.counts["people"]["source"] == len(there)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([b"{", b"}", b"[", b"]", b",", b'"', b"\\", b'{"id": 1}', b" ", b"\n", b"1"])))
def test_no_array_breaks_the_reader(tmp_path, parts):
    sink, found = people(tmp_path, b'[{"id": 0},' + b"".join(parts))
    counts = sink.counts["people"]
    assert counts["source"] == counts["read"] + counts["rejected"]
    assert len(found) == counts["read"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read_and_utf16_is_noted(tmp_path, encoding):
    sink, found = people(tmp_path, '{"id": 1, "name": "é漢"}\n{"id": 2}\n'.encode(encoding))
    assert [row[:2] for row in found] == [("1", "é漢"), ("2", None)]
    assert sink.notes.get("encoding") == (None if encoding == "utf-8-sig" else encoding)


@pytest.mark.parametrize("pack", [gzip.compress, lambda raw: pa.compress(raw, "zstd", asbytes=True)])
def test_compressed_lines_are_read_under_the_plain_name(tmp_path, pack):
    content = pack(b'{"id": 1}\n{"id": 2}\n')
    sink = read(JSONL, tmp_path, "people.jsonl.gz", content, TAKE)
    assert [row["native_id"] for row in sink.tables["account"]] == ["1", "2"]
    assert "compression" in sink.notes
    assert JSONL.detect(content, "people.jsonl.gz") > 0.5
    told = JSONL.tables(source_of(tmp_path, "people.jsonl.gz", content, TAKE))
    assert (told["people"].columns, told["people"].rows) == (("id",), 2)


def test_of_two_keys_of_the_same_name_the_later_one_goes(tmp_path):
    _, found = people(tmp_path, b'{"id": 1, "id": 2}')
    assert found[0][0] == str(json.loads('{"id": 1, "id": 2}')["id"])


def test_a_line_longer_than_any_record_is_a_reject_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("fanal.read.window.LONGEST_LINE", 1 << 16)
    raw = b'{"id": 1}\n{"id": "' + b"a b " * (1 << 16) + b'"}\n{"id": 3}\n'
    sink, found = people(tmp_path, raw, JsonLines(4096))
    assert [row[0] for row in found] == ["1", "3"]
    assert [(r["locator"], r["reason"]) for r in sink.rejects] == [("people:2", "a line that is too long")]
    assert len(sink.rejects[0]["excerpt"]) <= 200
