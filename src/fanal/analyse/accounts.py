"""Accounts to integer ids in the order of their first observation, from batches of every table that names them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes, Interner

_NEVER = np.iinfo(np.int64).max


class Accounts:
    """Gives accounts numbers, and ids once all of them are known."""

    def __init__(self, room: int = 1 << 12) -> None:
        """None yet. `room`: accounts to expect."""
        self._names = Interner(room)
        self._first: Ints = np.zeros(0, np.int64)

    def codes(self, batch: pa.RecordBatch) -> Codes:
        """The numbers of the accounts of a batch with the columns account and obs; -1 for NULL."""
        codes = self._names.codes(batch.column(batch.schema.get_field_index("account")))
        if self._names.size > len(self._first):
            grown = np.full(2 * self._names.size, _NEVER)
            grown[: len(self._first)] = self._first
            self._first = grown
        _least(codes, whole_numbers(batch.column(batch.schema.get_field_index("obs"))), self._first)
        return codes

    def keys(self) -> tuple[pa.Table, Codes]:
        """All accounts but witnesses (senders of mail).

        Returns:
            Columns account_id, account, first_obs, ordered by account_id; and the id of each number, -1 for witnesses.
        """
        texts = self._names.texts()
        first = self._first[: self._names.size]
        suspects = np.flatnonzero(~np.asarray(pc.starts_with(texts, "mail:").to_numpy(zero_copy_only=False)))
        order = suspects[np.argsort(first[suspects], kind="stable")]
        same = np.flatnonzero(np.diff(first[order]) == 0)
        tied = np.union1d(same, same + 1)
        if len(tied):
            rows = pa.table({"first": first[order[tied]], "text": texts.take(pa.array(order[tied]))})
            by_both = pc.sort_indices(rows, [("first", "ascending"), ("text", "ascending")])
            order[tied] = order[tied[by_both.to_numpy()]]
        id_of = np.full(self._names.size, -1, np.int32)
        id_of[order] = np.arange(len(order))
        named = texts.cast(pa.large_string()).take(pa.array(order))
        return pa.table({"account_id": np.arange(len(order)), "account": named, "first_obs": first[order]}), id_of


def whole_numbers(column: pa.Array) -> Ints:
    """A column of whole numbers as an array; NULL as 0."""
    return np.asarray(pc.fill_null(column, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


@njit(cache=True, nogil=True)
def _least(codes: Codes, obs: Ints, first: Ints) -> None:  # pragma: no cover  compiled
    for i in range(len(codes)):
        if codes[i] >= 0 and obs[i] < first[codes[i]]:
            first[codes[i]] = obs[i]
