"""Who is in a package that was built or opened: read from its own tables."""

from pathlib import Path

import pyarrow.parquet as pq


def accounts_sent(bag: Path) -> dict[str, str]:
    """Account to the identity that the package holds it under; empty where the bag is gone or has none."""
    table = bag / "data/tables/identity_account.parquet"
    if not table.is_file():
        return {}
    rows = pq.read_table(table, columns=["account", "identity"])
    return dict(zip(rows.column("account").to_pylist(), rows.column("identity").to_pylist(), strict=True))
