"""Which records are compared at all: those that have a key in common. Keys that too many share say nothing."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: A key that more records have is dropped: cost stays linear, and common keys find little that rare ones do not.
LARGEST_BLOCK = 400
_S = pa.string()
#: Columns that together make one key. `word` stands for each word of the name, `given3` for three letters.
KEYS: tuple[tuple[str, ...], ...] = (
    ("document",),
    ("postcode",),
    ("given", "family"),
    ("family", "given1"),
    ("given3", "family4"),
    ("given2", "family2", "born_year"),
    ("born", "place"),
    ("born", "district"),
    ("born", "occupation"),
    ("born", "house"),
    ("street", "house"),
    ("district", "place", "born_year"),
    ("word", "born"),
    ("word", "born_year"),
    ("word", "district"),
    ("word", "place"),
    ("word", "occupation"),
)


def with_keys(table: pa.Table, keys: tuple[tuple[str, ...], ...] = KEYS, largest: int = LARGEST_BLOCK) -> pa.Table:
    """The table with a column `keys`: for each record a list of texts.

    Args:
        table: columns that the keys name; a list column `words` where one is `word`. A key with a column that the
            table lacks, or that a record does not tell, is none.
        keys: columns of each key.
        largest: a key that more records have is left out.
    """
    records, texts = [], []
    for kind, columns in enumerate(keys):
        place, key = _key(table, kind, columns)
        records.append(place)
        texts.append(key)
    record = np.concatenate(records) if records else np.zeros(0, dtype=np.int64)
    code = pa.chunked_array(texts, _S).combine_chunks().dictionary_encode()
    number = np.asarray(code.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    # One record may make a key twice (two words, one place); it counts once.
    once = np.unique(record * np.int64(len(code.dictionary) + 1) + number)
    record, number = np.divmod(once, len(code.dictionary) + 1)
    size = np.bincount(number, minlength=len(code.dictionary))[number]
    kept = (size > 1) & (size <= largest)
    record, number = record[kept], number[kept]
    offsets = np.searchsorted(record, np.arange(len(table) + 1)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), code.dictionary.take(pa.array(number)))
    return table.append_column("keys", lists)


def _key(table: pa.Table, kind: int, columns: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """One row a record and key: place of the record, text of the key, which begins with its kind."""
    place = np.arange(len(table), dtype=np.int64)
    parts = []
    if "word" in columns:
        words = table["words"].combine_chunks()
        place = np.asarray(pc.list_parent_indices(words).to_numpy(zero_copy_only=False), dtype=np.int64)
        parts.append(pc.list_flatten(words))
    for column in columns:
        if column == "word":
            continue
        name, letters = (column[:-1], int(column[-1])) if column[-1].isdigit() else (column, 0)
        if name not in table.column_names:
            return np.zeros(0, dtype=np.int64), pa.array([], _S)
        values = table[name].combine_chunks().cast(_S)
        values = pc.utf8_slice_codeunits(values, 0, letters) if letters else values
        parts.append(values.take(pa.array(place)))
    text = pc.binary_join_element_wise(pa.scalar(str(kind)), *parts, "|")
    there = np.asarray(pc.is_valid(text).to_numpy(zero_copy_only=False))
    return place[there], text.filter(pa.array(there))
