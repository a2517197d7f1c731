"""Elements of large JSON documents: each is found, whole and once, wherever blocks end and documents break."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.read import json_elements
from fanal.read.contract import Unreadable
from fanal.read.json_elements import BROKEN_OFF, TOO_DEEP, TOO_LARGE, Elements

PATHS = ("messages[]", "chats.list[].messages[]")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("messages"), inner, max_size=3)
    ),
    max_leaves=6,
)
chats = st.lists(st.fixed_dictionaries({"id": st.integers(), "messages": st.lists(values, max_size=4)}), max_size=3)


def scan(path, content, paths=PATHS, chunk=64, **more):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    elements = Elements(path, paths, chunk, **more)
    return [
        (batch.path, row["parent"], row["index"], row["element"], row["offset"])
        for batch in elements.batches()
        for row in batch.rows.to_pylist()
    ], elements


@pytest.fixture
def file(tmp_path):
    return tmp_path / "doc.json"


@given(chats, values, st.sampled_from([None, 1]), st.booleans(), st.integers(1, 50))
def test_every_element_is_found_once_as_the_library_reads_it(
    tmp_path_factory, listed, other, indent, ascii_only, chunk
):
    file = tmp_path_factory.mktemp("scan") / "doc.json"
    text = json.dumps({"a": other, "chats": {"b": other, "list": listed}}, indent=indent, ensure_ascii=ascii_only)
    found, elements = scan(file, text.encode("utf-8", "surrogatepass"), chunk=chunk)
    expected = [(PATHS[1], n, k, m) for n, chat in enumerate(listed) for k, m in enumerate(chat["messages"])]
    assert [(path, parent, index, json.loads(text)) for path, parent, index, text, _ in found] == expected
    assert not elements.failures


@given(chats, st.data())
def test_a_document_that_breaks_off_gives_all_whole_elements_before(tmp_path_factory, listed, data):
    file = tmp_path_factory.mktemp("scan") / "doc.json"
    whole, _ = scan(file, json.dumps({"chats": {"list": listed}}))
    raw = file.read_bytes()
    cut = data.draw(st.integers(0, len(raw) - 1))
    found, elements = scan(file, raw[:cut])
    sure = [row for row in whole if row[4] + len(row[3].encode()) < cut]
    assert found == whole[: len(found)]
    assert len(found) >= len(sure)
    assert elements.truncated
    assert elements.failures[-1].offset == cut


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_do_not_break_the_scanner(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("scan") / "doc.json"
    _, elements = scan(file, content, chunk=7)
    assert elements.truncated == bool(elements.failures)


def test_the_outer_document_is_kept_without_the_elements(file):
    document = {"name": "a", "messages": [1, {"b": 2}], "after": [{"messages": [3]}]}
    _, elements = scan(file, json.dumps(document, indent=2))
    assert elements.outer == {**document, "messages": []}


def test_the_outer_document_is_closed_where_it_breaks_off(file):
    _, elements = scan(file, '{"name": "a", "chats": {"list": [{"id": 5, "messages": [{"x": 1}, {"y":')
    assert elements.outer == {"name": "a", "chats": {"list": [{"id": 5, "messages": []}]}}


def test_things_on_the_way_to_elements_are_told_by_where_they_begin(file):
    text = '{"chats": {"list": [{"id": 1}, {"id": 2, "messages": [7]}]}}'
    found, elements = scan(file, text)
    assert elements.listed == {"chats.list[]": [text.index('{"id": 1'), text.index('{"id": 2')]}
    assert [row[1] for row in found] == [1]


def test_keys_written_with_escapes_are_the_same_keys(file):
    assert [row[3] for row in scan(file, '{"mess\\u0061ges": [1, 2]}')[0]] == ["1", "2"]


def test_a_key_in_a_deeper_object_is_not_taken_for_a_path(file):
    assert scan(file, '{"x": {"messages": [1]}, "list": [{"messages": [2]}]}')[0] == []


def test_an_array_at_the_root_has_elements_too(file):
    assert [row[3] for row in scan(file, "\ufeff[ {} , 1 ]", paths=("[]",))[0]] == ["{}", "1"]


def test_an_element_that_is_too_large_is_told_and_the_next_is_read(file):
    text = '{"messages": ["' + "x" * 500 + '", 2]}'
    for chunk in (16, 4096):
        found, elements = scan(file, text, chunk=chunk, largest=100)
        assert [row[3] for row in found] == ["2"]
        assert [(f.offset, f.size, f.reason) for f in elements.failures] == [(14, 502, TOO_LARGE)]
        assert elements.counts["messages[]"] == 2


def test_nesting_without_end_stops_the_scan_where_it_is_too_deep(file):
    found, elements = scan(file, '{"messages": [1, ' + "[" * 100_000)
    assert [row[3] for row in found] == ["1"]
    assert [f.reason for f in elements.failures] == [TOO_DEEP]


def test_text_behind_the_document_is_told(file):
    found, elements = scan(file, '{"messages": [1]} {"messages": [2]}')
    assert len(found) == 1
    assert [(f.offset, f.reason) for f in elements.failures] == [(18, BROKEN_OFF)]


def test_an_outer_document_without_end_is_refused(file, monkeypatch):
    monkeypatch.setattr(json_elements, "LARGEST_OUTER", 100)
    with pytest.raises(Unreadable, match="not where this reader finds rows"):
        scan(file, json.dumps({"other": ["x"] * 100}))


def test_bytes_that_are_no_utf8_are_replaced_and_their_elements_named(file):
    file.write_bytes(b'{"messages": ["a", "b\xff", "c\x1ed", "e"]}')
    (batch,) = Elements(file, PATHS).batches()
    assert batch.rows["element"].to_pylist() == ['"a"', '"b\ufffd"', '"c\x01d"', '"e"']
    assert batch.mended.tolist() == [False, True, True, False]
