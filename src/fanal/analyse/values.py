"""Identifier values to integer ids, and who uses which: from batches of identifiers, on integers and in order."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.analyse.accounts import Accounts, whole_numbers
from fanal.analyse.coherence import Ints
from fanal.analyse.interning import Codes, Interner, text_order

_NEVER, _FIRST = np.iinfo(np.int64).max, np.iinfo(np.int64).min
#: What a use is told apart by has to fit in 64 bits.
_ACCOUNT_BITS, _VALUE_BITS, _RELATION_BITS = 28, 28, 7


class Values:
    """Collects identifiers batch by batch."""

    def __init__(self, accounts: Accounts, kinds: Sequence[str]) -> None:
        """None yet.

        Args:
            accounts: takes their accounts.
            kinds: names of the kinds that count.
        """
        self._accounts = accounts
        self._kinds = sorted(kinds)
        self._norms = [Interner() for _ in kinds]
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
        texts = pa.concat_arrays([relations.cast(pa.string()), pa.nulls(1, pa.string())])
        # The last place is that of NULL, which is ordered last.
        rank = np.empty(len(texts), np.int64)
        rank[text_order(relations)] = np.arange(len(relations))
        rank[-1] = len(relations)
        empty = [np.zeros(0, t) for t in (np.int32, np.int32, np.int32, np.int32, np.int64, np.int64, np.int64)]
        columns = [np.concatenate(parts) for parts in zip(empty, *self._kept, strict=True)]
        self._kept.clear()
        account, kind, norm, relation, obs, first, last = columns
        account = id_of[account].astype(np.int64)
        value, said = ids[start[kind] + norm].astype(np.int64), rank[relation]
        order = _order(account, value, said)
        order = order[account[order] >= 0]
        account, value, said = account[order], value[order], said[order]
        new = (np.diff(account, prepend=-1) != 0) | (np.diff(value, prepend=-1) != 0) | (np.diff(said, prepend=-1) != 0)
        at = np.flatnonzero(new)
        least, most = np.minimum.reduceat, np.maximum.reduceat
        obs, first, last = (
            f(c[order], at) if len(at) else c[:0] for f, c in ((least, obs), (least, first), (most, last))
        )
        back = np.empty(len(texts), np.int64)
        back[rank] = np.arange(len(texts))
        instant = pa.timestamp("us")
        return pa.table(
            {
                "account_id": account[at],
                "value_id": value[at],
                "relation": texts.take(pa.array(back[said[at]])),
                "obs": obs,
                "first_at": pa.array(first, mask=first == _NEVER).cast(instant),
                "last_at": pa.array(last, mask=last == _FIRST).cast(instant),
                "n": np.diff(at, append=len(order)),
            }
        )


def _order(account: Ints, value: Ints, relation: Ints) -> Ints:
    """Rows by account, value and relation."""
    limits = ((account, _ACCOUNT_BITS), (value, _VALUE_BITS), (relation, _RELATION_BITS))
    if all(column.max(initial=0) < 1 << bits for column, bits in limits):
        return np.argsort((account << _VALUE_BITS | value) << _RELATION_BITS | relation)
    return np.lexsort((relation, value, account))
