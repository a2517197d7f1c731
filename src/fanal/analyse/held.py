"""Which identities the protected list holds back. The list comes in as data; nothing here says whose it is."""

from collections.abc import Sequence

import pyarrow as pa

from fanal.analyse.sessions import opened
from fanal.lake.snapshot import Snapshot
from fanal.model.inputs import ProtectedIdentifier

_TABLES = ("identity_account", "identifier")


def held_identities(snapshot: Snapshot, protected: Sequence[ProtectedIdentifier]) -> frozenset[str]:
    """Identities that hold a protected account or any account with a protected identifier."""
    if not protected:
        return frozenset()
    rows = pa.table({"kind": pa.array([p.kind for p in protected]), "norm": pa.array([p.norm for p in protected])})
    with opened(snapshot, _TABLES) as engine:
        engine.bind("protected", rows)
        found = engine.rows(
            "SELECT DISTINCT i.identity FROM identity_account AS i JOIN protected AS p "
            "ON p.kind = 'account' AND p.norm = i.account "
            "UNION SELECT DISTINCT i.identity FROM identity_account AS i JOIN identifier AS v ON v.account = i.account "
            "JOIN protected AS p ON p.kind = v.kind AND p.norm = v.norm"
        )
    return frozenset(found["identity"].to_pylist())
