"""Identifier values to integer ids, and who uses which: from batches of identifiers, on integers and in order."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from fanal.analyse.accounts import Accounts, whole_numbers
from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes, Interner, text_order
from fanal.analyse.row_sort import sort_rows

_NEVER, _FIRST = np.iinfo(np.int64).max, np.iinfo(np.int64).min


class Values:
    """Collects identifiers batch by batch."""

    def __init__(self, accounts: Accounts, kinds: Mapping[str, int]) -> None:
        """None yet.

        Args:
            accounts: takes their accounts.
            kinds: the kinds that count, and how many values of each to expect.
        """
        self._accounts = accounts
        self._kinds = sorted(kinds)
        self._norms = [Interner(kinds[kind]) for kind in self._kinds]
        self._relations = Interner()
        self._kept: list[tuple[Codes, Codes, Codes, Codes, Ints, Ints, Ints]] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take identifiers: columns account, kind, norm, relation, observed_at, obs."""
        account = self._accounts.codes(batch)
        column = {name: batch.column(name) for name in batch.schema.names}
        kind = pc.fill_null(pc.index_in(column["kind"], pa.array(self._kinds)), -1).to_numpy()
        norm = np.full(len(batch), -1, np.int32)
        for k in np.unique(kind):
            if k >= 0:
                rows = np.flatnonzero(kind == k)
                texts = column["norm"] if len(rows) == len(batch) else column["norm"].take(pa.array(rows))
                norm[rows] = self._norms[k].codes(texts)
        kept = np.flatnonzero((account >= 0) & (norm >= 0))
        at = column["observed_at"].cast(pa.int64())
        self._kept.append(
            (
                account[kept],
                kind.astype(np.int32)[kept],
                norm[kept],
                self._relations.codes(column["relation"])[kept],
                whole_numbers(column["obs"])[kept],
                np.asarray(pc.fill_null(at, _NEVER).to_numpy())[kept],
                np.asarray(pc.fill_null(at, _FIRST).to_numpy())[kept],
            )
        )

    def gathered(self, id_of: Codes) -> tuple[pa.Table, pa.Table]:
        """Values and their uses; what was collected is given up.

        Args:
            id_of: the id of each account's number, -1 for those whose uses are left out.

        Returns:
            Columns value_id, kind, norm, ordered by each of them; and columns account_id, value_id, relation, obs,
            first_at, last_at, n, ordered by the first three.
        """
        orders = [text_order(norms.texts()) for norms in self._norms]
        sizes = np.array([len(order) for order in orders], dtype=np.int64)
        start = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        ids = np.empty(int(start[-1]), np.int32)
        for k, order in enumerate(orders):
            ids[start[k] + order] = start[k] + np.arange(len(order))
        norms = [
            norms.texts().cast(pa.large_string()).take(pa.array(order))
            for norms, order in zip(self._norms, orders, strict=True)
        ]
        kind = pa.DictionaryArray.from_arrays(
            pa.array(np.repeat(np.arange(len(sizes)), sizes), pa.int32()), self._kinds
        )
        values = pa.table(
            {
                "value_id": np.arange(len(ids)),
                "kind": kind.cast(pa.string()),
                "norm": pa.chunked_array(norms, pa.large_string()),
            }
        )
        return values, self._uses(id_of, ids, start)

    def _uses(self, id_of: Codes, ids: Codes, start: Ints) -> pa.Table:
        relations = self._relations.texts()
        # The last place is that of NULL, which is ordered last.
        texts = pa.concat_arrays([relations.cast(pa.string()), pa.nulls(1, pa.string())])
        order = np.append(text_order(relations), len(relations))
        rank = np.empty(len(texts), np.int64)
        rank[order] = np.arange(len(texts))
        bits = np.int64(len(texts).bit_length())
        n = int(id_of.max(initial=-1)) + 1
        starts = np.zeros(n + 1, np.int64)
        for account, *_ in self._kept:
            _count(account, id_of, starts)
        np.cumsum(starts, out=starts)
        rows, place, after = np.empty((int(starts[-1]), 2), np.int64), starts[:-1].copy(), 0
        for account, kind, norm, relation, *_ in self._kept:
            _deal(account, start[kind] + norm, relation, ids, rank, bits, id_of, after, place, rows)
            after += len(account)
        empty = [np.zeros(0, np.int64)] * 3
        facts = zip(empty, *(kept[4:] for kept in self._kept), strict=True)
        all_obs, all_first, all_last = (np.concatenate(parts) for parts in facts)
        self._kept.clear()
        made = np.empty((7, len(rows)), np.int64)
        found = _folded(rows, starts, bits, all_obs, all_first, all_last, made)
        account, value, said, obs, first, last, count = made[:, :found]
        instant = pa.timestamp("us")
        return pa.table(
            {
                "account_id": account,
                "value_id": value,
                "relation": texts.take(pa.array(order[said])),
                "obs": obs,
                "first_at": pa.array(first, mask=first == _NEVER).cast(instant),
                "last_at": pa.array(last, mask=last == _FIRST).cast(instant),
                "n": count,
            }
        )


@njit(cache=True, nogil=True)
def _count(account: Codes, id_of: Codes, starts: Ints) -> None:  # pragma: no cover  compiled
    for i in range(len(account)):
        if id_of[account[i]] >= 0:
            starts[id_of[account[i]] + 1] += 1


@njit(cache=True, nogil=True)
def _deal(
    account: Codes,
    value: Ints,
    relation: Codes,
    ids: Codes,
    rank: Ints,
    bits: np.int64,
    id_of: Codes,
    after: int,
    place: Ints,
    rows: Ints,
) -> None:  # pragma: no cover  compiled
    """Put uses where their account's begin: value and relation in one number, and which use it is, from `after` on."""
    for i in range(len(account)):
        user = id_of[account[i]]
        if user >= 0:
            said = rank[relation[i]] if relation[i] >= 0 else len(rank) - 1
            rows[place[user], 0] = np.int64(ids[value[i]]) << bits | said
            rows[place[user], 1] = after + i
            place[user] += 1


@njit(cache=True, nogil=True)
def _folded(
    rows: Ints, starts: Ints, bits: np.int64, obs: Ints, first: Ints, last: Ints, made: Ints
) -> int:  # pragma: no cover  compiled
    """One row for each account, value and relation. Returns how many.

    Rows of `made` are account, value, place of the relation, smallest observation, first and last instant, and count.
    """
    n = 0
    for account in range(len(starts) - 1):
        sort_rows(rows, starts[account], starts[account + 1])
        before = np.int64(-1)
        for i in range(starts[account], starts[account + 1]):
            key, use = rows[i, 0], rows[i, 1]
            if key != before:
                before = key
                made[0, n], made[1, n], made[2, n] = account, key >> bits, key & ((np.int64(1) << bits) - 1)
                made[3, n], made[4, n], made[5, n], made[6, n] = obs[use], first[use], last[use], 0
                n += 1
            made[3, n - 1] = min(made[3, n - 1], obs[use])
            made[4, n - 1] = min(made[4, n - 1], first[use])
            made[5, n - 1] = max(made[5, n - 1], last[use])
            made[6, n - 1] += 1
    return n
