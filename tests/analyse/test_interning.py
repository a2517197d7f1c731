"""Strings to numbers, and their order."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyse.interning import Interner, text_order

# Short ones, long ones that differ late, and zero bytes, which fill a word where a text has ended.
TEXTS = st.one_of(
    st.text(max_size=20), st.text("ab\0é", max_size=40), st.integers(0, 9).map("a shared beginning {}".format)
)


@given(st.lists(st.lists(st.none() | TEXTS)))
def test_each_distinct_text_has_one_number_in_the_order_of_coming(batches: list[list[str | None]]) -> None:
    interner, known = Interner(room=1), {}
    for batch in batches:
        expected = [-1 if text is None else known.setdefault(text, len(known)) for text in batch]
        assert interner.codes(pa.array(batch, pa.string())).tolist() == expected
    assert interner.texts().to_pylist() == list(known)
    assert interner.size == len(known)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_slice_of_a_column_is_read_where_it_begins(kind: pa.DataType) -> None:
    column = pa.array(["x", None, "a", "b", "a", None, "y"], kind).slice(1, 5)
    assert Interner().codes(column).tolist() == [-1, 0, 1, 0, -1]


def test_it_grows_beyond_its_first_room() -> None:
    interner = Interner()
    texts = pa.array([f"text number {n}" for n in range(100_000)])
    assert interner.codes(texts).tolist() == list(range(100_000))
    assert interner.codes(texts.take(pa.array([99_999, 5]))).tolist() == [99_999, 5]


@given(st.sets(TEXTS))
def test_texts_are_ordered_by_their_bytes(texts: set[str]) -> None:
    column = pa.array(sorted(texts, reverse=True), pa.string())
    found = column.take(pa.array(text_order(column))).to_pylist()
    assert found == sorted(texts, key=lambda text: text.encode())
