"""Where entries stand is known without reading the whole index again, and never from an index that is another."""

from audit.test_log import entry
from fanal.audit import places
from fanal.audit.index import KEY, LEAF
from fanal.audit.log import AuditLog
from fanal.audit.places import Places


def record(n):
    return bytes(LEAF) + n.to_bytes(KEY, "big")


def key(n):
    return record(n)[LEAF:]


def test_places_are_found_while_the_index_grows(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_LOOSE", 3)
    index = tmp_path / "index.bin"
    known = Places(index)
    for size in range(1, 12):
        index.write_bytes(b"".join(record(n * 7) for n in range(size)))
        asked = [key(n * 7) for n in (0, size - 1, size)]
        assert known.of(asked, size) == {key(0): 0, key((size - 1) * 7): size - 1}


def test_keys_that_begin_alike_are_told_apart_and_of_twins_the_first_counts(tmp_path):
    index = tmp_path / "index.bin"
    index.write_bytes(record(1) + record(2) + record(2))
    assert Places(index).of([key(2), key(3)], 3) == {key(2): 1}


def test_what_stands_behind_the_size_that_counts_is_not_there_yet(tmp_path):
    index = tmp_path / "index.bin"
    index.write_bytes(record(1) + record(2))
    assert Places(index).of([key(2)], 1) == {}


def test_an_index_that_was_made_again_is_read_again(tmp_path):
    index = tmp_path / "index.bin"
    index.write_bytes(record(1) + record(2))
    known = Places(index)
    assert known.of([key(1)], 2) == {key(1): 0}
    index.write_bytes(record(5) + record(1) + record(6))
    assert known.of([key(1), key(2)], 3) == {key(1): 1}


def test_an_entry_of_another_process_is_known_at_the_next_append(tmp_path):
    AuditLog(tmp_path).append([entry(1)])
    places.places_of.cache_clear()
    assert AuditLog(tmp_path).append([entry(2), entry(1)]) == [1, 0]
