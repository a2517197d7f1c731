"""Sender and recipient of what is exchanged, from the node's settings and its pins."""

from fanal.cases.models.exchange import Peer
from fanal.cases.node import Node
from fanal.exchange.heading import Party
from fanal.exchange.keys import NodeKeys


def own_party(node: Node, public: NodeKeys) -> Party:
    """This node."""
    return Party(node.agency, node.country, public.node, public.signing_key, public.age_recipient)


def party_of(peer: Peer) -> Party:
    """A pinned peer."""
    return Party(peer.agency.name, peer.agency.country, peer.node, peer.signing_key, peer.recipient)
