"""The operations of one node deconflict by themselves: an exact join over the values that two of them have in common.

No step of the analysis reads two operations; this is the one place that does, and it writes into neither.
"""

from itertools import combinations
from typing import Any

import pyarrow as pa

from fanal.analyse.common import shared, values_of
from fanal.cases.access import Actor, allowed, may
from fanal.cases.compared import held_back
from fanal.cases.models.offices import Grant, Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current
from fanal.model.deconfliction import KINDS

#: Whom to call about an operation: who leads it, by service number.
_LEADS = ("coordinator", "national_officer")
#: Pairs of identities that one row names.
_NAMED = 20


def common_of_own(actor: Actor, node: Node, only: str | None = None) -> list[dict[str, Any]]:
    """What operations of this node have in common, by pair and kind.

    An officer of both sees which identities; of one, how many values and whom to call; of neither, nothing.

    Args:
        only: pairs with this operation alone.

    Returns:
        operation (one that the officer sees), other, kind, values, identities (pairs of ids, at most 20; None where
        the officer sees one side), call (service numbers of who leads the other operation).
    """
    may(actor, "deconflict.own")
    everything = list(Operation.objects.order_by("slug"))
    seen = {o.slug for o in everything if allowed(actor, "deconflict.own", o.slug)}
    ready = [o for o in everything if read_current(node.lake(o.slug)).files("identity_account")]
    pairs = [
        (one, other) if one.slug == only or (one.slug in seen and other.slug != only) else (other, one)
        for one, other in combinations(ready, 2)
        if seen & {one.slug, other.slug} and only in (None, one.slug, other.slug)
    ]
    values = {o.slug: _values(node, o) for o in ready if any(o in pair for pair in pairs)}
    found = []
    for one, other in pairs:
        both = {one.slug, other.slug} <= seen
        found += _rows(one, other, shared(values[one.slug], values[other.slug]), both=both)
    if pairs:
        record(actor, "deconflict.own", only or node.node_id, pairs=len(pairs), found=len(found))
    return found


def _values(node: Node, operation: Operation) -> pa.Table:
    snapshot = read_current(node.lake(operation.slug))
    return values_of(snapshot, KINDS, held_back(operation, snapshot))


def _rows(one: Operation, other: Operation, common: pa.Table, *, both: bool) -> list[dict[str, Any]]:
    met = common.to_pylist()
    found = []
    for kind in KINDS:
        of_kind = [row for row in met if row["kind"] == kind]
        if not of_kind:
            continue
        identities = sorted({(row["identity"], row["other_identity"]) for row in of_kind})
        found.append(
            {
                "operation": one.slug,
                "other": other.slug,
                "kind": kind,
                "values": len({row["norm"] for row in of_kind}),
                "identities": [list(pair) for pair in identities[:_NAMED]] if both else None,
                "call": _to_call(other),
            }
        )
    return found


def _to_call(operation: Operation) -> list[str]:
    leads = Grant.objects.filter(role__in=_LEADS, officer__active=True)
    named = leads.filter(operation=operation) or leads.filter(operation=None)
    return sorted({grant.officer.service_number for grant in named.select_related("officer")})
