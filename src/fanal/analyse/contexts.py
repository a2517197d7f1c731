"""What of an identity links nobody, and which edition of which list, or which rule, says so."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from fanal.analyse.views import opened
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot

_TABLES = (
    "account_key", "account_value", "value_key", "value_listed", "wallet_context", "login_day", "address",
    "address_listed", "list_edition",
)  # fmt: skip


def contexts_of(snapshot: Snapshot, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """Values and addresses of these accounts that are context only, the most used first.

    Returns:
        Rows of `kind` (an identifier kind, or ip), `value`, `context`, `list`, `edition`, `source`, `digest` of the
        edition that says so (None where a rule of `cospend` does), `uses`, and `obs`, the first of them.
    """
    with opened(snapshot, _TABLES) as engine:
        engine.bind("contexts_named", pa.table({"account": pa.array(list(accounts), pa.string())}))
        engine.define(
            "contexts_account",
            "SELECT k.account_id FROM account_key AS k JOIN contexts_named AS n ON n.account = k.account",
        )
        return list(engine.rows(load("fanal.analyse", "contexts.sql")["contexts"]).to_pylist())
