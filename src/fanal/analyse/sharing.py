"""Which values several accounts use: from all uses at once, for an engine whose rows are in this process.

The statement `resolve_shared_value` says the same in SQL and runs where rows lie elsewhere; a test holds both equal.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from fanal.analyse.coherence import Ints
from fanal.engine.door import Engine

_NOBODY, _SEVERAL = -1, -2


def shared_values(engine: Engine) -> pa.Table:
    """Read `account_value` once.

    Returns:
        Column value_id, rising.
    """
    found: npt.NDArray[np.int64] = np.zeros(0, np.int64)
    for batch in engine.batches("SELECT value_id, account_id FROM account_value"):
        value, account = (np.asarray(batch.column(i).to_numpy(zero_copy_only=False)) for i in range(2))
        more = int(value.max(initial=-1)) + 1 - len(found)
        if more > 0:
            found = np.concatenate((found, np.full(max(more, len(found)), _NOBODY)))
        _told(value, account, found)
    return pa.table({"value_id": np.flatnonzero(found == _SEVERAL)})


@njit(cache=True, nogil=True)
def _told(value: Ints, account: Ints, found: Ints) -> None:  # pragma: no cover  compiled
    """Note for each value its account, or that there are several."""
    for i in range(len(value)):
        if found[value[i]] == _NOBODY:
            found[value[i]] = account[i]
        elif found[value[i]] != account[i]:
            found[value[i]] = _SEVERAL
