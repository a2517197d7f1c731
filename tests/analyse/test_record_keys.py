"""Which records are compared at all."""

import pyarrow as pa

from fanal.analyse.record_keys import with_keys


def keys(table, *columns, largest=10):
    return with_keys(table, (columns,), largest)["keys"].to_pylist()


def test_records_with_one_key_in_common_share_it():
    made = keys(pa.table({"place": ["x", "x", "y"]}), "place")
    assert made[0] == made[1] != []
    assert made[2] == []


def test_a_key_of_too_many_records_is_dropped():
    assert keys(pa.table({"place": ["x"] * 11}), "place") == [[]] * 11


def test_a_record_that_does_not_tell_has_no_key():
    assert keys(pa.table({"place": ["x", None], "born": ["1", "1"]}), "place", "born") == [[], []]


def test_each_word_of_a_name_makes_a_key():
    words = pa.array([["ada", "eva"], ["eva", "ida"], None], pa.list_(pa.string()))
    made = keys(pa.table({"words": words, "born": ["1", "1", "1"]}), "word", "born")
    assert [len(one) for one in made] == [1, 1, 0]


def test_a_number_behind_a_column_takes_its_first_letters():
    made = keys(pa.table({"given": ["adam", "adan", "berta"]}), "given3")
    assert made[0] == made[1]
    assert made[2] == []


def test_a_table_without_the_column_has_no_such_key():
    assert keys(pa.table({"place": ["x", "x"]}), "document") == [[], []]
