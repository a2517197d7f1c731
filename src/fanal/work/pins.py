"""What officers do about pins after a card was added: compare it, revoke it, read its history."""

from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark
from fanal.cases import pinning
from fanal.cases.access import Actor, may
from fanal.cases.models.exchange import Peer, PinEvent
from fanal.cases.outbox import record
from fanal.exchange.revocation import REASONS, Notice, read_notice
from fanal.exchange.sshsig import fingerprint
from fanal.model.codes import known


class NoSuchPeer(FanalError):
    """No pin in use is of such a node, or several are."""

    code = "F-PEER-03"
    text = "{n} pinned nodes begin with {node}; `fanal peer list --format jsonl` shows their whole ids."


class NothingCompared(FanalError):
    """A comparison without who, how or what it came to."""

    code = "F-PEER-04"
    text = "Say with whom the card was compared, over what, and with what result (--with, --over, --reason)."
    exit_code = 2


class NoticeOfAnother(FanalError):
    """A revocation notice about a key that is not pinned."""

    code = "F-PEER-05"
    text = "{path} withdraws the key {fingerprint}, which is not pinned here; nothing to do."


def find_peer(actor: Actor, node: str) -> Peer:
    """The pin in use of the node whose id begins so, or of the only peer of that country. Raises NoSuchPeer."""
    may(actor, "peer.card")
    in_use = Peer.objects.filter(revoked_at=None).select_related("agency")
    found = [p for p in in_use if node and (p.node.startswith(node) or p.agency.country == node.upper())]
    if len(found) != 1:
        raise NoSuchPeer(n=len(found), node=node)
    return found[0]


def compare_peer(actor: Actor, node: str, compared_with: str, over: str, reason: str) -> Peer:
    """Put on record that two people read the card's groups to each other, and that they were the same.

    Args:
        node: the beginning of the peer's node id, or its country.
        compared_with: who was at the other end: an officer's number or name.
        over: by which means, such as phone; one that did not come with the card.
        reason: what makes sure that it was them, such as a number from the force's own directory.

    Raises:
        NoSuchPeer, NothingCompared.
    """
    may(actor, "peer.pin")
    peer = find_peer(actor, node)
    if not (compared_with.strip() and over.strip() and reason.strip()):
        raise NothingCompared
    now = instants.now()
    with transaction.atomic():
        peer.compared_at = now
        peer.save()
        pinning.told(actor, peer, "compared", now, compared_with=compared_with, over=over, reason=reason)
        record(actor, "peer.compare", peer.node, fingerprint=peer.fingerprint)
    return peer


def revoke_peer(actor: Actor, node: str, reason: str, text: str) -> Peer:
    """Withdraw a peer's key by an officer's word: who lost a key cannot sign that it is lost, but can telephone.

    Args:
        reason: lost, compromised or retired.
        text: who said so, when, over what.

    Raises:
        NoSuchPeer, UnknownCode, NothingCompared.
    """
    may(actor, "peer.pin")
    known(reason, REASONS, mark("reason"))
    peer = find_peer(actor, node)
    if not text.strip():
        raise NothingCompared
    with transaction.atomic():
        pinning.revoke(actor, peer, reason, "revoked", instants.now(), text)
        record(actor, "peer.revoke", peer.node, fingerprint=peer.fingerprint, reason=reason)
    return peer


def is_notice(actor: Actor, path: Path) -> bool:
    """Whether a file says that it is a revocation notice; whether it holds is seen when it is taken in."""
    may(actor, "peer.pin")
    return b'"revocation"' in path.read_bytes()[:64]


def take_notice(actor: Actor, path: Path) -> Peer:
    """Take in a revocation notice, signed by the key it is about. Raises NoticeForged, NoticeOfAnother, Damaged."""
    may(actor, "peer.pin")
    notice = read_notice(path)
    peer = Peer.objects.filter(signing_key=notice.signing_key).select_related("agency").first()
    if peer is None:
        raise NoticeOfAnother(path=path.name, fingerprint=fingerprint(notice.signing_key))
    if peer.revoked_at is None or peer.revoked_for == pinning.RETIRED:
        _revoked(actor, peer, notice)
    return peer


def _revoked(actor: Actor, peer: Peer, notice: Notice) -> None:
    with transaction.atomic():
        pinning.revoke(actor, peer, notice.reason, "noticed", notice.at, notice.reason)
        record(actor, "peer.revoke", peer.node, fingerprint=peer.fingerprint, reason=notice.reason)


def pin_history(actor: Actor, node: str = "") -> list[dict[str, Any]]:
    """All that officers did about pins, the oldest first; of one node, where its id's beginning or country is given.

    Returns:
        Rows of `at`, `agency`, `country`, `node`, `fingerprint`, `what`, `officer`, `compared_with`, `over`, `reason`.
    """
    may(actor, "peer.card")
    events = PinEvent.objects.select_related("peer__agency", "officer").order_by("at", "pk")
    return [
        {
            "at": instants.text(event.at),
            "agency": event.peer.agency.name,
            "country": event.peer.agency.country,
            "node": event.peer.node,
            "fingerprint": event.peer.fingerprint,
            "what": event.what,
            "officer": event.officer.service_number,
            "compared_with": event.compared_with,
            "over": event.over,
            "reason": event.reason,
        }
        for event in events
        if not node or event.peer.node.startswith(node) or event.peer.agency.country == node.upper()
    ]
