"""What ties one identity, as a picture and a table have it."""

from typing import Any

from fanal.analyse.explain import words
from fanal.analyse.links import NEIGHBOUR, RULES_HERE, links_of
from fanal.analyse.lookup import identity_like
from fanal.cases.access import Actor, may
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.lake.snapshot import read_current

#: Nodes that a picture holds; more of them nobody reads.
MOST = 200


def identity_links(actor: Actor, node: Node, operation: Operation, subject: str) -> dict[str, Any]:
    """Accounts, identifiers, devices and addresses of an identity, and identities beside it, at most MOST of them.

    That it was read, and which identities stand beside it, is on the record before this returns.

    Args:
        subject: the beginning of the identity's id, or one of its accounts.

    Returns:
        `identity`; `nodes` of id, kind, label, sort; `ties` of source and target (ids), rules, reason (in words), role
        (for, against, context), obs (rows that show it), n (how often; 0 where nothing is counted); `left_out`: kind
        of node to how many are not shown.

    Raises:
        UnknownIdentity.
    """
    may(actor, "person.read", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    identity = identity_like(snapshot, subject)
    found = links_of(snapshot, identity, MOST)
    beside = [one.label for one in found.nodes if one.kind == NEIGHBOUR]
    record(actor, "person.read", operation.slug, kind="links", identity=identity, identities=beside)
    return {
        "identity": identity,
        "nodes": [{"id": n.id, "kind": n.kind, "label": n.label, "sort": n.sort} for n in found.nodes],
        "ties": [
            {
                "source": tie.source,
                "target": tie.target,
                "rules": tie.rules,
                "reason": words(tie.rules, RULES_HERE),
                "role": tie.role,
                "obs": list(tie.obs),
                "n": tie.n,
            }
            for tie in found.ties
        ],
        "left_out": dict(found.left_out),
    }
