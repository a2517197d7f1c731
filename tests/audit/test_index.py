"""An entry's place is found in a short index as it lies, and in a long one by its ordered keys."""

from fanal.audit import index
from fanal.audit.index import KEY, LEAF, RECORD, places

ONE, TWO, NONE = (bytes([n]) * KEY for n in (1, 2, 3))


def test_places_are_those_of_the_records_asked_for(tmp_path):
    file = tmp_path / "index.bin"
    file.write_bytes(bytes(LEAF) + ONE + bytes(LEAF) + TWO + bytes(LEAF) + TWO)
    assert places(file, [ONE, TWO, NONE], 3) == {ONE: 0, TWO: 1}
    assert places(file, [TWO], 1) == {}


def test_a_leaf_hash_that_holds_a_key_is_no_record_of_it(tmp_path):
    file = tmp_path / "index.bin"
    file.write_bytes(bytes(KEY) + TWO + ONE + bytes(LEAF) + TWO)
    assert places(file, [TWO], 2) == {TWO: 1}


def test_no_index_has_no_places(tmp_path):
    assert places(tmp_path / "index.bin", [ONE], 3) == {}


def test_a_long_index_says_the_same(tmp_path, monkeypatch):
    file = tmp_path / "index.bin"
    keys = [n.to_bytes(KEY, "big") for n in range(1, 40)]
    file.write_bytes(b"".join(bytes(LEAF) + key for key in keys))
    short = places(file, [*keys, NONE], 39)
    monkeypatch.setattr(index, "FEW", 5)
    assert places(file, [*keys, NONE], 39) == short == {key: n for n, key in enumerate(keys)}
    assert file.stat().st_size == 39 * RECORD
