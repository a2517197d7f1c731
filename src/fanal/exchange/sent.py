"""Who is in a package that was built or opened: read from its own tables."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.model.tables import exhibit_of


def accounts_sent(bag: Path) -> dict[str, str]:
    """Account to the identity that the package holds it under; empty where the bag is gone or has none."""
    table = bag / "data/tables/identity_account.parquet"
    if not table.is_file():
        return {}
    rows = pq.read_table(table, columns=["account", "identity"])
    return dict(zip(rows.column("account").to_pylist(), rows.column("identity").to_pylist(), strict=True))


def holds_any(bag: Path, identities: Sequence[str]) -> bool:
    """Whether a package holds one of these identities; no where the bag is gone."""
    table = bag / "data/tables/identity.parquet"
    if not table.is_file():
        return False
    held = pq.read_table(table, columns=["identity"], use_threads=False).column("identity")
    return bool(pc.any(pc.is_in(held, value_set=pa.array(list(identities), held.type))).as_py())


def sent_of_exhibit(bag: Path, exhibit: int) -> dict[str, bool]:
    """Identities in a package with an account that a row of one of the sender's exhibits gave: whether all are its.

    Empty where the bag is gone or holds none.
    """
    table = bag / "data/tables/account.parquet"
    if not table.is_file():
        return {}
    whose, found = accounts_sent(bag), dict[str, bool]()
    rows = pq.read_table(table, columns=["account", "obs"])
    mine, others = set[str](), set[str]()
    for account, obs in zip(rows.column("account").to_pylist(), rows.column("obs").to_pylist(), strict=True):
        (mine if exhibit_of(obs) == exhibit else others).add(account)
    for account in mine & whose.keys():
        found[whose[account]] = True
    for account in others & whose.keys():
        if whose[account] in found:
            found[whose[account]] = False
    return found
