"""The records half of the quality table: how sets are read and pairs are counted."""

import pyarrow as pa
import pytest

from fanal.bench.quality_records import Records, compared, even_digest, febrl_records, of_pairs, records_section
from fanal.bench.quality_rows import Task

HEAD = "rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id"


def records(person, source=None):
    return Records(pa.table({}), [f"r{n}" for n in range(len(person))], person, source)


def test_a_group_of_three_with_one_stranger_has_one_pair_of_three_right():
    assert compared([0, 0, 0], records(["a", "a", "b"])) == (pytest.approx(1 / 3), 1.0, pytest.approx(0.5))


def test_pairs_within_one_source_do_not_count_where_two_are_linked():
    assert compared([0, 0, 0], records(["a", "a", "a"], ["0", "0", "1"]))[:2] == (1.0, 1.0)
    assert of_pairs([("r0", "r2")], records(["a", "a", "a"], ["0", "0", "1"]))[1] == 0.5


def test_a_pair_told_twice_counts_once():
    assert of_pairs([("r0", "r1"), ("r1", "r0")], records(["a", "a"])) == (1.0, 1.0, 1.0)


def test_a_febrl_file_names_its_persons_and_its_dates(tmp_path):
    path = tmp_path / "dataset1.csv"
    path.write_text(f"{HEAD}\nrec-7-dup-0, ada, , 3, x street, , y, 2000, nsw, 19560409, 12\n")
    made = febrl_records([path])
    assert made.person == ["rec-7"]
    assert made.table["born"].to_pylist() == ["1956-04-09"]
    assert made.table["family"].to_pylist() == [None]


def test_the_halves_of_the_historical_set_do_not_meet():
    names = [f"Q{n}" for n in range(200)]
    even = [name for name in names if even_digest(name)]
    assert 60 < len(even) < 140


def test_sets_that_are_not_there_are_rows_that_say_what_to_bring(tmp_path):
    rows = records_section(Task(None, tmp_path, tmp_path), lambda _what, _done: None)
    assert [row["value"] for row in rows] == [None, None, None]
    assert "bring historical_figures_with_errors_50k.parquet by hand" in rows[-1]["note"]
