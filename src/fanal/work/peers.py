"""Peers: this node's card, and other agencies' cards pinned after a fingerprint was compared."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases import pinning
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Peer
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.own_keys import CARD
from fanal.cases.session import node_keys
from fanal.cases.terms import Standing, standing_of_all
from fanal.exchange import card as cards
from fanal.exchange.keys import public_keys
from fanal.exchange.opening import Pin
from fanal.exchange.rotation import chain_of


class AlreadyPinned(FanalError):
    """The node is pinned with another key."""

    code = "F-PEER-01"
    text = "{agency} is pinned with another key ({fingerprint}); revoke that pin first, after asking them by phone."


class KeyRevoked(FanalError):
    """A card whose key was revoked."""

    code = "F-PEER-06"
    text = "{path} is refused: its key {fingerprint} is revoked; ask the agency by phone for a card with a new one."


class CardRunOut(FanalError):
    """A card whose last day is over."""

    code = "F-PEER-07"
    text = "{path} is refused: the card expired on {day}; ask the agency for a new one."


class NotRevoked(FanalError):
    """A card was to take the place of a node whose key is in use."""

    code = "F-PEER-08"
    text = (
        "No revoked pin begins with {node}; a new key takes the place of a lost one only after "
        "`fanal peer revoke {node} --reason lost --note TEXT`."
    )


class NoSuchPin(FanalError):
    """No pin of that number."""

    code = "F-PEER-09"
    text = "There is no pin {pin}; the list of agencies shows those that there are."


class OwnCard(FanalError):
    """Somebody pinned the node's own card."""

    code = "F-PEER-02"
    text = "{path} is this node's own card; pin the other agency's."


def write_card(actor: Actor, node: Node, path: Path) -> str:
    """Write this node's signed card. Returns the words to compare by phone. Raises AlreadyThere."""
    may(actor, "peer.card")
    keys = node_keys(node, actor)
    made = cards.make_card(node.agency, node.country, [node.language], keys, instants.now(), chain_of(node.keys))
    cards.write_card(path, made, keys)
    (node.keys / CARD).write_bytes(path.read_bytes())
    record(actor, "peer.card", made.party.node)
    return made.compare_by_phone


def pin_card(actor: Actor, node: Node, path: Path, replaces: str = "") -> cards.Card:
    """Pin a peer's keys from its card. On what terms it may be sent anything is recorded apart: see `work.terms`.

    A card with the keys that are pinned renews them; one whose key the pinned key named as its successor takes its
    place, and needs no new comparison; any other waits for one.

    Args:
        replaces: the beginning of the id of a node whose key was lost, and that goes on under this card's.

    Raises:
        CardForged, Malformed, Damaged, AlreadyPinned, OwnCard.
    """
    may(actor, "peer.pin")
    card = cards.read_card(path)
    if card.party.node in (node.node_id, public_keys(node.keys).node):
        raise OwnCard(path=path)
    now = instants.now()
    with transaction.atomic():
        before, what = _standing(card, path, replaces, now)
        pinning.pin(actor, card, before, what, now)
        if before is not None and what == "rotated":
            pinning.revoke(actor, before, pinning.RETIRED, "retired", now, what)
        record(actor, "peer.pin", card.party.node, fingerprint=card.fingerprint, what=what)
    return card


def _standing(card: cards.Card, path: Path, replaces: str, now: datetime) -> tuple[Peer | None, str]:
    """The pin that the card follows, and what it does to it. Raises AlreadyPinned, KeyRevoked, CardRunOut."""
    if card.expires_at < now:
        raise CardRunOut(path=path, day=card.expires_at.date().isoformat())
    same = Peer.objects.filter(node=card.party.node, signing_key=card.party.signing_key).first()
    if same and same.revoked_at:
        raise KeyRevoked(path=path, fingerprint=same.fingerprint)
    if same:
        if same.recipient != card.party.age_recipient:
            raise AlreadyPinned(agency=same.agency.name, fingerprint=same.fingerprint)
        return same, "renewed"
    standing = Peer.objects.filter(node=card.party.node, revoked_at=None).first()
    if standing:
        if not card.succeeds(standing.signing_key):
            raise AlreadyPinned(agency=standing.agency.name, fingerprint=standing.fingerprint)
        return standing, "rotated"
    earlier = Peer.objects.filter(node__startswith=replaces).order_by("-pinned_at").first() if replaces else None
    if replaces and (earlier is None or not earlier.revoked_at):
        raise NotRevoked(node=replaces)
    return earlier, "replaced" if earlier else "pinned"


def list_peers(actor: Actor) -> list[dict[str, Any]]:
    """Pinned peers, revoked ones included."""
    may(actor, "peer.card")
    now, terms = instants.now(), standing_of_all()
    return [
        {
            "pin": peer.pk,
            "agency": peer.agency.name,
            "country": peer.agency.country,
            "node": peer.node,
            "fingerprint": peer.fingerprint,
            "terms": translate("lacking") if terms.get(peer.agency_id, Standing()).lacking() else translate("complete"),
            "pinned_at": instants.text(peer.pinned_at),
            "revoked_at": instants.text(peer.revoked_at) if peer.revoked_at else None,
            "expires_at": instants.text(peer.expires_at) if peer.expires_at else None,
            "compared_at": instants.text(peer.compared_at) if peer.compared_at else None,
            "state": pinning.state_of(peer, now),
        }
        for peer in Peer.objects.select_related("agency").order_by("agency__country", "agency__name")
    ]


def show_peer(actor: Actor, pin: int) -> dict[str, Any]:
    """One pin: the row of `list_peers`, and `compare_by_phone`, the groups that two people read to each other.

    Raises:
        NoSuchPin.
    """
    may(actor, "peer.card")
    peer = Peer.objects.filter(pk=pin).first()
    if peer is None:
        raise NoSuchPin(pin=pin)
    row = next(row for row in list_peers(actor) if row["pin"] == pin)
    return {**row, "compare_by_phone": cards.groups(peer.node, peer.signing_key, peer.recipient)}


def pins(actor: Actor) -> list[Pin]:
    """Every peer as the opening of packages knows it."""
    may(actor, "package.verify")
    return [pinning.as_pin(peer) for peer in Peer.objects.select_related("agency")]


def show_card(actor: Actor, node: Node, path: Path | None) -> dict[str, Any]:
    """What a card says, and the groups that two people read to each other; this node's own, where no file is named.

    Raises:
        CardForged, Malformed, Damaged.
    """
    may(actor, "peer.card")
    if path is None:
        chain = chain_of(node.keys)
        card = cards.make_card(
            node.agency, node.country, [node.language], node_keys(node, actor), instants.now(), chain
        )
    else:
        card = cards.read_card(path)
    return {
        "agency": card.party.agency,
        "country": card.party.country,
        "node": card.party.node,
        "fingerprint": card.fingerprint,
        "age_recipient": card.party.age_recipient,
        "compare_by_phone": card.compare_by_phone,
        "made_at": instants.text(card.made_at),
        "expires_at": instants.text(card.expires_at),
        "keys_before": len(card.chain),
    }
