"""Letters on their way: approved and sealed by a second officer, opened, settled by a named officer, replied to."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases import letters
from fanal.cases.access import Actor, NoOfficer, may, officer_of
from fanal.cases.decisions import NoReason, decide
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.opinions import stopped_accounts
from fanal.cases.outbox import record
from fanal.cases.parties import own_party, party_of
from fanal.cases.pinning import check_sealable, current_pin, pins_of
from fanal.cases.session import node_keys
from fanal.exchange import letters as sealed
from fanal.exchange.answer import PackageRef
from fanal.exchange.heading import Heading
from fanal.exchange.keys import Unlocked
from fanal.exchange.opening import Opened
from fanal.exchange.refusals import Refused
from fanal.exchange.seal import seal
from fanal.exchange.sent import accounts_sent

APPROVAL = "fanal-approval"
#: What may be said to each kind of letter.
REPLIES = {
    "recall": ("stopped", "confirmed"),
    "correction": ("stopped", "confirmed"),
    "permission": ("granted", "refused"),
}


class NoSuchLetter(FanalError):
    """No letter of that name in that state."""

    code = "F-REL-05"
    text = "No letter {letter} waits for that; `fanal correction list` and `fanal permission list` show them."


class SameOfficer(FanalError):
    """Who drafted a letter tried to approve it."""

    code = "F-REL-06"
    text = "Officer {officer} drafted {letter}; a second officer must approve it."


class NoSuchReply(FanalError):
    """A word that is no reply to a letter of that kind."""

    code = "F-REL-07"
    text = "{said} is no reply to {letter}; say one of: {known}."
    exit_code = 2


class AboutNothing(Refused):
    """A letter about a package that this node did not send or receive, or a reply to no letter of ours."""

    code = "F-PKG-26"
    text = "{path} is refused: it is about {about}, of which this node knows nothing; ask its sender."


def approve_letters(
    actor: Actor, node: Node, operation: Operation, name: str | None, kinds: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Approve and seal one letter, or all of these kinds that wait, as second officer.

    The key signs the digest of exactly what leaves. What is recalled or corrected is also held back from now on,
    by the same officer's decision.

    Args:
        name: a letter's; None, every one that waits.
        kinds: of `cases.models.letters.KINDS`.

    Returns:
        A row each: `letter`, `agency`, `kind`, `said`, `identity`, `digest`, `file`.

    Raises:
        SameOfficer, NoSuchLetter, NoOfficer.
    """
    may(actor, "letter.approve", operation.slug)
    if actor.signer is None:
        raise NoOfficer
    waiting = Letter.objects.filter(operation=operation, kind__in=kinds, state__in=("drafted", "answered"))
    found = [one for one in waiting.select_related("peer__agency").order_by("pk") if name in (None, one.reference)]
    if not found:
        raise NoSuchLetter(letter=name or "-")
    for letter in found:
        if letter.drafted_by and letter.drafted_by.service_number == actor.officer:
            raise SameOfficer(officer=actor.officer, letter=letter.reference)
    keys = node_keys(node, actor)
    made = []
    for letter in found:
        made.append(_seal(actor, node, letter, keys))
        if letter.kind in letters.NOTICES:
            _hold(actor, node, letter)
    return made


def dismiss_letter(actor: Actor, operation: Operation, name: str, reason: str) -> None:
    """Set a drafted letter aside: it is not sent, and stays on record. Raises NoSuchLetter, NoReason."""
    may(actor, "letter.approve", operation.slug)
    if not reason.strip():
        raise NoReason
    letter = _one(operation, name, direction="out", state="drafted")
    letter.state, letter.settled_reason = "dismissed", reason
    letter.settled_officer, letter.settled_at = actor.officer, instants.now()
    with transaction.atomic():
        letter.save()
        record(actor, "letter.dismiss", letter.reference, within=operation.slug)


def settle(actor: Actor, node: Node, operation: Operation, name: str, said: str, reason: str) -> dict[str, Any]:
    """Stop or confirm what is under way about a recalled or corrected identity, and say so to its sender.

    Args:
        name: the letter's, as its sender calls it.
        said: stopped, or confirmed (it goes on, on other grounds).

    Returns:
        As `approve_letters`.

    Raises:
        NoSuchLetter, NoSuchReply, NoReason, NoOfficer.
    """
    may(actor, "letter.settle", operation.slug)
    letter = _one(operation, name, direction="in", state="opened")
    if letter.kind not in letters.NOTICES:
        raise NoSuchLetter(letter=name)
    _say(actor, letter, said, reason)
    return _seal(actor, node, letter, node_keys(node, actor))


def answer_permission(actor: Actor, operation: Operation, name: str, said: str, reason: str) -> dict[str, Any]:
    """Grant or refuse what another agency asks; a second officer then approves the reply.

    Raises:
        NoSuchLetter, NoSuchReply, NoReason.
    """
    may(actor, "letter.settle", operation.slug)
    letter = _one(operation, name, direction="in", state="opened")
    if letter.kind != "permission":
        raise NoSuchLetter(letter=name)
    _say(actor, letter, said, reason)
    letter.state = "answered"
    letter.drafted_by = officer_of(actor)
    with transaction.atomic():
        letter.save()
        record(actor, "letter.settle", letter.reference, within=operation.slug, said=said)
    return {"letter": letter.reference, "agency": letter.peer.agency.name, "said": said}


def letter_file(actor: Actor, node: Node, operation: Operation, name: str) -> Path:
    """Where a sealed letter, or the sealed reply to one, lies. Raises NoSuchLetter."""
    may(actor, "letter.approve", operation.slug)
    letter = Letter.objects.filter(operation=operation, reference=name).exclude(file="").first()
    path = node.folder / letter.file if letter else None
    if path is None or not path.is_file():
        raise NoSuchLetter(letter=name)
    return path


def take_letter(actor: Actor, node: Node, path: Path, opened: Opened, arrived: Callable[[], None]) -> dict[str, Any]:
    """Take in what a letter that was opened says.

    Args:
        arrived: records the arrival, in the same transaction.

    Raises:
        AboutNothing: this node has no such package or letter. Malformed.
    """
    may(actor, "package.receive")
    said = sealed.read_letter(opened)
    take = _take_reply if opened.heading.kind == "reply" else _take_new
    with transaction.atomic():
        letter = take(node, path, said, opened)
        arrived()
        slug = letter.operation.slug
        record(actor, "letter.receive", letter.reference, within=slug, act=said.act, digest=opened.package_digest)
    return {
        "kind": said.act,
        "sender": opened.heading.sender.agency,
        "operation": letter.operation.slug,
        "letter": letter.reference,
        "package": str(letter.package),
        "identity": letter.identity,
        "reason": said.reason,
        "officer": said.officer,
    }


def _take_new(node: Node, path: Path, said: sealed.Letter, opened: Opened) -> Letter:
    """A recall, a correction or a request: about a package that came from, or went to, who writes."""
    direction = "in" if opened.heading.kind == "notice" else "out"
    sender = Peer.objects.get(node=opened.heading.sender.node, signing_key=opened.signer.signing_key)
    of_theirs = Package.objects.filter(direction=direction, digest=said.package.digest, peer__in=pins_of(sender))
    package = of_theirs.select_related("operation").first()
    if package is None:
        raise AboutNothing(path=path.name, about=f"{said.package.operation} {said.package.number}")
    kind = said.act if opened.heading.kind == "notice" else "permission"
    detail: dict[str, Any] = {"digest": opened.package_digest, "officer": said.officer}
    if kind == "permission":
        detail |= {"use": said.act, "to": said.to}
    else:
        held = accounts_sent(node.folder / package.folder)
        detail["accounts"] = sorted(account for account, identity in held.items() if identity == said.identity)
    return Letter.objects.create(
        operation=package.operation,
        direction="in",
        kind=kind,
        state="opened",
        peer=sender,
        package=package,
        reference=said.reference,
        identity=said.identity,
        reason=said.reason,
        detail=detail,
        drafted_at=opened.heading.made_at,
    )


def _take_reply(_node: Node, path: Path, said: sealed.Letter, opened: Opened) -> Letter:
    sender = Peer.objects.get(node=opened.heading.sender.node, signing_key=opened.signer.signing_key)
    letter = (
        Letter.objects.filter(
            direction="out",
            reference=said.reference,
            peer__in=pins_of(sender),
            package__digest=said.package.digest,
            state="sealed",
        )
        .select_related("operation", "package")
        .first()
    )
    if letter is None or said.act not in REPLIES[letter.kind]:
        raise AboutNothing(path=path.name, about=said.reference)
    letter.state, letter.settled, letter.settled_reason = "settled", said.act, said.reason
    letter.settled_officer, letter.settled_at = said.officer, opened.heading.made_at
    letter.save()
    return letter


def _one(operation: Operation, name: str, **fields: str) -> Letter:
    found = Letter.objects.filter(operation=operation, reference=name, **fields)
    letter = found.select_related("peer__agency", "package", "operation").first()
    if letter is None:
        raise NoSuchLetter(letter=name)
    return letter


def _say(actor: Actor, letter: Letter, said: str, reason: str) -> None:
    if said not in REPLIES[letter.kind]:
        raise NoSuchReply(said=said, letter=letter.reference, known=", ".join(REPLIES[letter.kind]))
    if not reason.strip():
        raise NoReason
    letter.settled, letter.settled_reason = said, reason
    letter.settled_officer, letter.settled_at = actor.officer, instants.now()


def _seal(actor: Actor, node: Node, letter: Letter, keys: Unlocked) -> dict[str, Any]:
    """Write a letter, or the reply to one, as a bag, sign its digest, seal it; then it is on record."""
    if actor.signer is None:
        raise NoOfficer
    reply = letter.direction == "in"
    kind = "reply" if reply else "notice" if letter.kind in letters.NOTICES else letter.kind
    act = letter.settled if reply else str(letter.detail.get("use") or letter.kind)
    number = letters.next_number(letter)
    us = own_party(node, keys.public)
    peer = current_pin(letter.peer)
    check_sealable(node, peer)
    heading = Heading(kind, us, party_of(peer), letter.operation.slug, number, instants.now())
    package = letter.package
    ours = package.direction == "out"
    said = sealed.Letter(
        heading,
        act,
        letter.reference,
        PackageRef(package.digest, package.sender_operation, package.number, us.node if ours else letter.peer.node),
        letter.settled_reason if reply else letter.reason,
        actor.officer if letter.drafted_by is None or reply else letter.drafted_by.service_number,
        letter.identity,
        str(letter.detail.get("to", "")),
    )
    folder = node.packages / letter.operation.slug / "letters"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bag = folder / heading.file_name.replace(".fanal-", "-")
    _clear(bag, folder / heading.file_name)
    digest = sealed.write_letter(bag, said)
    made = seal(bag, heading, keys.signing, folder / heading.file_name, digest)
    with transaction.atomic():
        letter.state = "settled" if reply else "sealed"
        letter.number, letter.digest, letter.file = number, digest, str(made.path.relative_to(node.folder))
        letter.approved_by, letter.approval = officer_of(actor), actor.signer.sign(digest.encode(), APPROVAL)
        letter.sealed_at = heading.made_at
        letter.save()
        record(actor, "letter.seal", letter.reference, within=letter.operation.slug, digest=digest, sha256=made.sha256)
    return {
        "letter": letter.reference,
        "agency": letter.peer.agency.name,
        "kind": letter.kind,
        "said": act,
        "identity": letter.identity,
        "digest": digest,
        "file": str(made.path),
    }


def _clear(bag: Path, file: Path) -> None:
    """Delete what a sealing that was broken off before it was recorded left behind."""
    shutil.rmtree(bag, ignore_errors=True)
    file.unlink(missing_ok=True)


def _hold(actor: Actor, node: Node, letter: Letter) -> None:
    """Keep what was recalled out of what leaves from now on, unless an officer's word does that already."""
    sent = accounts_sent(node.folder / letter.package.folder)
    accounts = sorted(account for account, identity in sent.items() if identity == letter.identity)
    if accounts and not stopped_accounts(letter.operation).issuperset(accounts):
        reason = translate("{letter}: {reason}").format(letter=letter.reference, reason=letter.reason)
        decide(
            actor, letter.operation, "identity", letter.identity, "hold", reason, founder=accounts[0], accounts=accounts
        )
