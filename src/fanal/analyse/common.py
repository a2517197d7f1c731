"""The values of one operation that may be compared with another's, and whose they are. One snapshot at a time.

What stands for nobody in particular (throw-away hosts, exchanges' wallets, default devices) and what any identity that
is held back has in common with others is left out: a shared value would tell of who is protected.
"""

from collections.abc import Collection, Sequence

import pyarrow as pa

from fanal.analyse.sessions import opened
from fanal.base.errors import FanalError
from fanal.lake.snapshot import Snapshot

_TABLES = ("identifier", "identity_account", "identity_threshold", "value_key")
_VALUES = """
SELECT DISTINCT i.kind, i.norm, a.identity
FROM identifier AS i
JOIN asked_kind AS w ON w.kind = i.kind
JOIN identity_account AS a ON a.account = i.account
WHERE i.norm IS NOT NULL AND i.norm <> ''
  AND NOT EXISTS (SELECT 1 FROM value_key AS k WHERE k.kind = i.kind AND k.norm = i.norm
                  AND k.context IS NOT NULL AND k.context <> 'kind_never_links')
"""
_OPEN = """
SELECT v.kind, v.norm, v.identity FROM values_of AS v
WHERE NOT EXISTS (SELECT 1 FROM values_of AS s JOIN held AS h ON h.identity = s.identity
                  WHERE s.kind = v.kind AND s.norm = v.norm)
"""
_MET = "AND v.identity IN (SELECT identity FROM identity_threshold WHERE meets)"


class NotRun(FanalError):
    """Values are compared by identity, and there are none yet."""

    code = "F-DEC-04"
    text = "The identities of this operation are not made yet; run `fanal run` first."


def values_of(snapshot: Snapshot, kinds: Collection[str], held: Collection[str], *, met: bool = False) -> pa.Table:
    """What may be compared.

    Args:
        snapshot: of the operation's lake.
        kinds: of identifiers.
        held: identities that are held back, with every value that they share with others.
        met: only identities that meet the operation's threshold.

    Returns:
        Columns kind, norm, identity: each once, ordered by all three.

    Raises:
        NotRun: no step has made identities.
    """
    if not snapshot.files("identity_account"):
        raise NotRun
    with opened(snapshot, _TABLES) as engine:
        engine.bind("asked_kind", pa.table({"kind": pa.array(sorted(kinds), pa.string())}))
        engine.bind("held", pa.table({"identity": pa.array(sorted(held), pa.string())}))
        engine.define("values_of", _VALUES)
        return engine.rows(f"{_OPEN} {_MET if met else ''} ORDER BY v.kind, v.norm, v.identity")


def whose(values: pa.Table, kind: str, norms: Sequence[str]) -> list[str]:
    """The identities that have any of these values of a kind, sorted; `values` as `values_of` gives them."""
    wanted = set(norms)
    columns = (values.column(name).to_pylist() for name in ("kind", "norm", "identity"))
    return sorted({identity for k, norm, identity in zip(*columns, strict=True) if k == kind and norm in wanted})


def shared(one: pa.Table, other: pa.Table) -> pa.Table:
    """What two operations have in common: kind, norm, identity, other_identity, from two tables of `values_of`."""
    found = one.join(other.rename_columns(["kind", "norm", "other_identity"]), ["kind", "norm"], join_type="inner")
    return found.sort_by([(name, "ascending") for name in ("kind", "norm", "identity", "other_identity")])
