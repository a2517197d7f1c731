"""What of an identity links nobody, and which edition of which list, or which rule, says so."""

from collections.abc import Sequence
from typing import Any

from fanal.analyse.page_tables import CONTEXT, beside
from fanal.engine.statements import load
from fanal.lake.snapshot import Snapshot


def contexts_of(snapshot: Snapshot, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """Values and addresses of these accounts that are context only, the most used first.

    Returns:
        Rows of `kind` (an identifier kind, or ip), `value`, `context`, `list`, `edition`, `source`, `digest` of the
        edition that says so (None where a rule of `cospend` does), `uses`, and `obs`, the first of them.
    """
    with beside(snapshot, CONTEXT) as engine:
        return list(engine.rows(load("fanal.analyse", "contexts.sql")["contexts"], told=list(accounts)).to_pylist())
