"""What of one operation may be compared with another agency's, after all that is held back."""

import pyarrow as pa

from fanal.analyse.common import values_of
from fanal.cases.access import Actor, may
from fanal.cases.compared import held_back
from fanal.cases.models.exchange import Peer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.exchange.selection import without_exhibits
from fanal.lake.snapshot import read_current
from fanal.work.handling import not_passed_on


def values_to_compare(
    actor: Actor, node: Node, operation: Operation, peer: Peer, kinds: tuple[str, ...], *, met: bool = False
) -> pa.Table:
    """Kind, norm and identity of everything that may be compared with a peer's, ordered by all three.

    Left out: what the protected list holds back, identities on hold, cleared or recalled, victims and witnesses, what
    was received under H2 and may not be passed on to that peer; each with every value that they share with others.

    Args:
        kinds: of identifiers.
        met: only identities that meet the threshold.

    Raises:
        NotRun: no identities yet.
    """
    may(actor, "case.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    not_ours, exhibits = not_passed_on(actor, node, operation, snapshot, peer.agency.country)
    found = values_of(snapshot, kinds, held_back(operation, snapshot) | not_ours, met=met)
    if not exhibits:
        return found
    ours = values_of(without_exhibits(snapshot, exhibits), kinds, ())
    keys = ["kind", "norm", "identity"]
    return found.join(ours, keys, join_type="left semi").sort_by([(key, "ascending") for key in keys])
