import csv
import ipaddress
import json
import uuid
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from dump_reader import literal
from hypothesis import given
from hypothesis import strategies as st

from fanal.sample import letters

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a"), max_size=40)
PLAIN = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=40)
EPOCHS = st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=20)


@given(st.lists(st.none() | TEXT, min_size=1, max_size=10))
def test_a_dumps_literal_reads_back_as_the_text(values: list[str | None]) -> None:
    made = letters.sql_text(pa.array(values, pa.string())).to_pylist()
    assert [literal(cell.encode()) for cell in made] == values


@given(st.lists(st.none() | PLAIN, min_size=1, max_size=10))
def test_a_json_string_reads_back_as_the_text(values: list[str | None]) -> None:
    assert [json.loads(cell) for cell in letters.json_text(pa.array(values, pa.string())).to_pylist()] == values


@given(st.lists(PLAIN, min_size=1, max_size=10))
def test_a_csv_cell_reads_back_as_the_text(values: list[str]) -> None:
    cells = letters.csv_text(pa.array(values, pa.string())).to_pylist()
    assert next(csv.reader([",".join(cells)], strict=True)) == values


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_addresses_are_dotted_as_the_standard_library_does(numbers: list[int]) -> None:
    made = letters.dotted(np.array(numbers, dtype=np.int64)).to_pylist()
    assert made == [str(ipaddress.IPv4Address(n)) for n in numbers]


@given(EPOCHS)
def test_instants_read_back_as_their_seconds(seconds: list[int]) -> None:
    made = letters.instant(np.array(seconds), "T", "Z").to_pylist()
    assert [int(datetime.fromisoformat(text).timestamp()) for text in made] == seconds


@given(EPOCHS)
def test_a_web_logs_instants_read_back_as_their_seconds(seconds: list[int]) -> None:
    made = letters.log_instant(np.array(seconds)).to_pylist()
    read = [datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z") for text in made]
    assert [int(at.timestamp()) for at in read] == seconds
    assert {at.tzinfo for at in read} == {UTC}


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_device_id_is_the_uuid_of_its_two_halves(high: int, low: int) -> None:
    made = letters.uuid(np.array([high], dtype=np.uint64), np.array([low], dtype=np.uint64)).to_pylist()
    assert made == [str(uuid.UUID(int=high << 64 | low))]


def test_hundredths_keep_their_zeros() -> None:
    assert letters.two_places(np.array([0, 5, 100, 12_345])).to_pylist() == ["0.00", "0.05", "1.00", "123.45"]


def test_a_missing_cell_stays_missing_where_texts_are_joined() -> None:
    assert letters.joined("a", pa.array(["x", None]), np.array([1, 2])).to_pylist() == ["ax1", None]
