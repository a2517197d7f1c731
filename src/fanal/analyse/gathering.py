"""What `normalise` counts and numbers, in arrays: for an engine whose rows are in this process.

The statements `account_key`, `normalise_value`, `account_value`, `normalise_ip` and `login_day` say the same in SQL and
run where rows lie elsewhere; a test holds both equal. Here every table is read once, every text is numbered
once, and the tables come in the order in which they are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from fanal.analyse.accounts import Accounts
from fanal.analyse.logins import Logins
from fanal.analyse.values import Values
from fanal.engine.door import Engine
from fanal.engine.statements import fill

#: Where accounts are named besides `identifier` and `login`.
_NAMING = (
    ("account", "account"), ("membership", "account"), ("membership", "by_account"), ("message", "account"),
    ("share", "account"), ("payment", "account"), ("link", "account"),
)  # fmt: skip


#: Rows that room is made for at once, at least and at most; for more it is made as they come.
_LEAST, _MOST = 1 << 12, 1 << 22


@dataclass(frozen=True)
class Gathered:
    """What the statements of the same names make, in order.

    Attributes:
        account_key: by account_id; `normalise_value`: by value_id.
        account_value: by account_id, value_id, relation.
        places: see `model.places.located`; by the address's id, which is the row's number.
        login_day: by account_id, ip_id, day.
    """

    account_key: pa.Table
    normalise_value: pa.Table
    account_value: pa.Table
    places: pa.Table
    login_day: pa.Table


def gather(engine: Engine, sql: Mapping[str, str], kinds: Sequence[str]) -> Gathered:
    """Read the canonical tables once.

    Args:
        engine: has them.
        sql: the statements of normalise.sql.
        kinds: names of the kinds of identifiers that count.

    Raises:
        NoLists: this installation has no packed lists.
    """
    expected = {row["kind"]: row["n"] for row in engine.rows(sql["gather_room"]).to_pylist()}
    accounts = Accounts(_room(expected.get(None, 0)))
    for table, column in _NAMING:
        for batch in engine.batches(fill(sql["gather_named"], table=table, column=column)):
            accounts.codes(batch)
    values, logins = Values(accounts, {kind: _room(expected.get(kind, 0)) for kind in kinds}), Logins(accounts)
    for batch in engine.batches(sql["gather_identifier"]):
        values.add(batch)
    for batch in engine.batches(sql["gather_login"]):
        logins.add(batch)
    keys, id_of = accounts.keys()
    return Gathered(keys, *values.gathered(id_of), *logins.gathered(id_of))


def _room(rows: int) -> int:
    return min(max(rows, _LEAST), _MOST)
