"""Files of lines that only grow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.audit.lines import LineFile
from fanal.base.files import replace_file


def test_lines_come_back_in_their_order(tmp_path):
    file = LineFile(tmp_path / "folder" / "a.jsonl")
    with file.locked() as held:
        assert held.append([b"one", b"two"]) == 8
        assert held.append([b"three"]) == held.size == 14
    assert list(file.lines()) == [b"one", b"two", b"three"]
    assert list(file.lines(4)) == [b"two", b"three"]


def test_a_file_that_is_not_there_has_no_lines(tmp_path):
    assert list(LineFile(tmp_path / "a.jsonl").lines()) == []


@given(st.lists(st.binary(max_size=9).map(lambda b: b.replace(b"\n", b""))), st.binary(max_size=200_000))
def test_a_torn_tail_is_never_read_and_cut_by_the_next_writer(tmp_path_factory, whole, torn):
    file = LineFile(tmp_path_factory.mktemp("lines") / "a.jsonl")
    file.path.write_bytes(b"".join(line + b"\n" for line in whole) + torn.replace(b"\n", b""))
    assert list(file.lines()) == whole
    with file.locked() as held:
        held.append([b"next"])
    assert list(file.lines()) == [*whole, b"next"]


@pytest.mark.parametrize("length", [1, 65_535, 65_536, 65_537, 200_000])
def test_a_torn_tail_of_any_length_is_cut_to_the_last_whole_line(tmp_path, length):
    file = LineFile(tmp_path / "a.jsonl")
    file.path.write_bytes(b"whole\n" + b"x" * length)
    with file.locked() as held:
        assert held.size == 6


def test_a_file_is_replaced_whole(tmp_path):
    replace_file(tmp_path / "a", b"before")
    replace_file(tmp_path / "a", b"after")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"after"
