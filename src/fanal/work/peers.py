"""Peers: this node's card, and other agencies' cards pinned after a fingerprint was compared."""

from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.exchange import Agency, Peer
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.session import node_keys
from fanal.cases.terms import standing as terms_on_record
from fanal.exchange import card as cards
from fanal.exchange.opening import Pin


class AlreadyPinned(FanalError):
    """The node is pinned with another key."""

    code = "F-PEER-01"
    text = "{agency} is pinned with another key ({fingerprint}); revoke that pin first, after asking them by phone."


class OwnCard(FanalError):
    """Somebody pinned the node's own card."""

    code = "F-PEER-02"
    text = "{path} is this node's own card; pin the other agency's."


def write_card(actor: Actor, node: Node, path: Path) -> str:
    """Write this node's signed card. Returns the words to compare by phone. Raises AlreadyThere."""
    may(actor, "peer.card")
    keys = node_keys(node, actor)
    made = cards.make_card(node.agency, node.country, [node.language], keys, instants.now())
    cards.write_card(path, made, keys)
    record(actor, "peer.card", made.party.node)
    return made.compare_by_phone


def pin_card(actor: Actor, node: Node, path: Path) -> cards.Card:
    """Pin a peer's keys from its card. On what terms it may be sent anything is recorded apart: see `work.terms`.

    Raises:
        CardForged, Malformed, Damaged, AlreadyPinned, OwnCard.
    """
    may(actor, "peer.pin")
    card = cards.read_card(path)
    if card.party.node == node.node_id:
        raise OwnCard(path=path)
    with transaction.atomic():
        standing = Peer.objects.filter(node=card.party.node, revoked_at=None).first()
        if standing and standing.recipient != card.party.age_recipient:
            raise AlreadyPinned(agency=standing.agency.name, fingerprint=standing.fingerprint)
        agency, _ = Agency.objects.get_or_create(name=card.party.agency, country=card.party.country)
        Peer.objects.update_or_create(
            node=card.party.node,
            signing_key=card.party.signing_key,
            defaults={
                "agency": agency,
                "recipient": card.party.age_recipient,
                "fingerprint": card.fingerprint,
                "language": card.languages[0] if card.languages else "en",
                "pinned_by": officer_of(actor),
                "pinned_at": instants.now(),
            },
        )
        record(actor, "peer.pin", card.party.node, fingerprint=card.fingerprint)
    return card


def list_peers(actor: Actor) -> list[dict[str, Any]]:
    """Pinned peers, revoked ones included."""
    may(actor, "peer.card")
    return [
        {
            "agency": peer.agency.name,
            "country": peer.agency.country,
            "node": peer.node,
            "fingerprint": peer.fingerprint,
            "terms": translate("complete") if not terms_on_record(peer.agency).lacking() else translate("lacking"),
            "pinned_at": instants.text(peer.pinned_at),
            "revoked_at": instants.text(peer.revoked_at) if peer.revoked_at else None,
        }
        for peer in Peer.objects.select_related("agency").order_by("agency__country", "agency__name")
    ]


def pins(actor: Actor) -> list[Pin]:
    """Every peer as the opening of packages knows it."""
    may(actor, "package.verify")
    return [
        Pin(peer.node, peer.agency.name, peer.signing_key, revoked=peer.revoked_at is not None)
        for peer in Peer.objects.select_related("agency")
    ]
