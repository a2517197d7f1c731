"""Pins: which key of which node this one believes, what became of each, and what may be sealed by it.

A pin is never deleted. It begins with a card, is good for sealing once two people have compared it, and ends with a
successor, a revocation or the card's last day. Every step is a `PinEvent` by an officer, and stays.
"""

from datetime import datetime

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import mark, translate
from fanal.cases.access import Actor, officer_of
from fanal.cases.models.exchange import Agency, Peer, PinEvent
from fanal.cases.node import Node
from fanal.cases.own_keys import check_own
from fanal.cases.pin_times import WARN
from fanal.exchange.card import Card
from fanal.exchange.opening import Pin

RETIRED = "retired"


class NotCompared(FanalError):
    """Something was to be sealed by a card that nobody compared."""

    code = "F-KEY-12"
    text = (
        "Nothing is sealed to {agency}: nobody has compared its card; call them, read the groups of its card to each "
        "other (`fanal peer card --show FILE`); `fanal peer compare {node} --with NAME --over phone --reason TEXT`."
    )


class PinRevoked(FanalError):
    """Something was to be sealed to a node without a key in use."""

    code = "F-KEY-13"
    text = "Nothing is sealed to {agency}: its key {fingerprint} is revoked; ask them for a new card and add it."


class PinExpired(FanalError):
    """Something was to be sealed by a card that has run out."""

    code = "F-KEY-14"
    text = "Nothing is sealed to {agency}: its card expired on {day}; ask them for a new card and add it."


STATES = {
    "good": mark("good"),
    "not_compared": mark("not compared"),
    "expires_soon": mark("expires soon"),
    "expired": mark("expired"),
    "revoked": mark("revoked"),
    "retired": mark("retired"),
}


def state_of(peer: Peer, now: datetime) -> str:
    """One of STATES: what counts most comes first."""
    if peer.revoked_at:
        return RETIRED if peer.revoked_for == RETIRED else "revoked"
    if peer.expires_at and peer.expires_at < now:
        return "expired"
    if peer.compared_at is None:
        return "not_compared"
    return "expires_soon" if peer.expires_at and peer.expires_at < now + WARN else "good"


def warnings(now: datetime) -> list[str]:
    """One line for each pin in use that will not be good for long, or is not good for sealing."""
    soon = translate("The card of {agency} expires on {day}; ask them for a new one.")
    over = translate("The card of {agency} expired on {day}; ask them for a new one.")
    never = translate(
        "Nobody has compared the card of {agency}; do it on its page at the desk, or with `fanal peer compare {node}`."
    )
    lines = []
    for peer in Peer.objects.filter(revoked_at=None).select_related("agency").order_by("agency__name"):
        if peer.expires_at and peer.expires_at < now + WARN:
            day = peer.expires_at.date().isoformat()
            lines.append((over if peer.expires_at < now else soon).format(agency=peer.agency, day=day))
        if peer.compared_at is None:
            lines.append(never.format(agency=peer.agency, node=peer.node[:12]))
    return lines


def check_sealable(node: Node, peer: Peer | None) -> None:
    """Pass where something may be sealed to a peer. A demonstration node asks for no comparison.

    Raises:
        PinRevoked, PinExpired, NotCompared. OwnKeysRevoked, OwnCardExpired: of this node.
    """
    now = instants.now()
    check_own(node, now)
    if peer is None:
        return
    state = state_of(peer, now)
    if state in ("revoked", RETIRED):
        raise PinRevoked(agency=peer.agency.name, fingerprint=peer.fingerprint)
    if state == "expired":
        raise PinExpired(agency=peer.agency.name, day=peer.expires_at.date().isoformat() if peer.expires_at else "-")
    if state == "not_compared" and not node.demo:
        raise NotCompared(agency=peer.agency.name, node=peer.node[:12])


def as_pin(peer: Peer) -> Pin:
    """A pin as the opening of files knows it."""
    retired = peer.revoked_at if peer.revoked_for == RETIRED else None
    return Pin(
        peer.node,
        peer.agency.name,
        peer.signing_key,
        revoked=peer.revoked_at is not None and retired is None,
        retired_at=retired,
        expires_at=peer.expires_at,
    )


def pin(actor: Actor, card: Card, before: Peer | None, what: str, at: datetime) -> Peer:
    """Write the pin of a card.

    Args:
        before: the pin of the same node that it takes the place of, or whose card it renews.
        what: `pinned`, `renewed` (the same keys, a later day), `rotated` (the old key named the new one), `replaced`
            (an officer says that the new node is the old one's).
    """
    agency, _ = Agency.objects.get_or_create(name=card.party.agency, country=card.party.country)
    made = Peer.objects.filter(node=card.party.node, signing_key=card.party.signing_key).first() or Peer(
        node=card.party.node, signing_key=card.party.signing_key, pinned_by=officer_of(actor), pinned_at=at
    )
    made.agency = agency
    made.recipient = card.party.age_recipient
    made.fingerprint = card.fingerprint
    made.language = card.languages[0] if card.languages else "en"
    made.expires_at = card.expires_at
    if before is not None and before.pk != made.pk:
        made.follows = before
        if what == "rotated":
            # Who compared the old key by phone has it from that key which one came after it.
            made.compared_at = before.compared_at
    made.save()
    told(actor, made, what, at)
    return made


def revoke(actor: Actor, peer: Peer, reason: str, what: str, at: datetime, text: str) -> None:
    """Withdraw a pin from `at` on; what was taken in before stays."""
    peer.revoked_at = at
    peer.revoked_for = reason
    peer.save()
    told(actor, peer, what, instants.now(), reason=text or reason)


def told(
    actor: Actor, peer: Peer, what: str, at: datetime, *, compared_with: str = "", over: str = "", reason: str = ""
) -> None:
    """Write a line of a pin's history."""
    PinEvent.add(
        peer=peer,
        what=what,
        officer=officer_of(actor),
        at=at,
        compared_with=compared_with,
        over=over,
        reason=reason,
    )


def ids_of(node: str) -> set[str]:
    """The id of a node and those that it had before, where it lost its keys and an officer said that it is the same."""
    found, waiting = {node}, [node]
    while waiting:
        here = waiting.pop()
        for earlier in Peer.objects.filter(node=here, follows__isnull=False).values_list("follows__node", flat=True):
            if earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return found


def pins_of(peer: Peer) -> set[int]:
    """Every pin (primary key) of the agency behind one: also those before and after it, where its keys were lost."""
    rows = list(Peer.objects.values_list("pk", "agency_id", "follows_id"))
    found = {pk for pk, agency, _ in rows if agency == peer.agency_id}
    while True:
        agencies = {agency for pk, agency, _ in rows if pk in found}
        linked = {
            pk
            for pk, agency, follows in rows
            if agency in agencies or follows in found or any(pk == after for of, _, after in rows if of in found)
        }
        if linked <= found:
            return found
        found |= linked


def current_pin(peer: Peer) -> Peer:
    """The pin that an agency's files go to now: its keys may have been renewed, or lost and replaced, since."""
    in_use = Peer.objects.filter(pk__in=pins_of(peer), revoked_at=None)
    return in_use.select_related("agency").order_by("pk").last() or peer
