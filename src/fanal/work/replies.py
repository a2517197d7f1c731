"""Replies: receipts and answers, sealed to a package's sender, and taken in where this node is the sender."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from fanal.analyse.lookup import identities_in
from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may
from fanal.cases.arrivals import arrived
from fanal.cases.models.exchange import Answer, Package, Peer, Reply
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.parties import own_party, party_of
from fanal.cases.pinning import check_sealable, ids_of
from fanal.cases.session import node_keys
from fanal.exchange import answer as answers
from fanal.exchange.heading import Heading
from fanal.exchange.opening import Opened
from fanal.exchange.seal import seal
from fanal.exchange.witness import keep_witness, witness_of

#: Where the replies of one kind lie that an operation sent, below its packages.
FOLDERS = {"answer": "answers", "receipt": "receipts"}
#: Where the checkpoints lie that recipients cosigned.
COSIGNED = "cosigned"


class AnswersNothing(FanalError):
    """An answer to a package that this node did not send, or to another state of it."""

    code = "F-RECEIVE-01"
    text = "{path} answers package {package}, which this node did not send in that form; ask its sender."


class NeverSent(FanalError):
    """An answer on identities that its sender never got from this node."""

    code = "F-RECEIVE-03"
    text = "{path} is refused: it answers on {n} identities that were never sent to {agency} ({first}); ask them."


def seal_reply(
    actor: Actor, node: Node, operation: Operation, package: Package, kind: str, outcomes: Sequence[answers.Outcome]
) -> Reply:
    """Sign and seal a receipt or an answer to the sender of a received package. Raises NoOfficer."""
    may(actor, "answer.send", operation.slug)
    sent = Reply.objects.filter(package__operation=operation, direction="out", kind=kind)
    number = (sent.aggregate(last=Max("number"))["last"] or 0) + 1
    peer = _sender(package)
    check_sealable(node, peer)
    keys = node_keys(node, actor)
    us = own_party(node, keys.public)
    heading = Heading(kind, us, party_of(peer), operation.slug, number, instants.now())
    named = answers.PackageRef(package.digest, package.sender_operation, package.number, us.node)
    reply = answers.make_reply(heading, named, package.checkpoint, keys.signing, outcomes)
    folder = node.packages / operation.slug / FOLDERS[kind]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bag, target = folder / str(number), folder / heading.file_name
    # What a reply left that was broken off before it was on record.
    shutil.rmtree(bag, ignore_errors=True)
    target.unlink(missing_ok=True)
    digest = answers.write_reply(bag, reply)
    sealed = seal(bag, heading, keys.signing, target, digest)
    with transaction.atomic():
        made = Reply.add(
            package=package,
            direction="out",
            kind=kind,
            number=number,
            digest=digest,
            made_at=heading.made_at,
            file=str(sealed.path.relative_to(node.folder)),
            file_sha256=sealed.sha256,
            answers=len(reply.outcomes),
            checkpoint=reply.checkpoint,
            cosignature=reply.cosignature,
            signing_key=us.signing_key,
        )
        record(actor, f"{kind}.send", operation.slug, number=number, digest=digest, sha256=sealed.sha256)
    return made


def _sender(package: Package) -> Peer:
    """The pin that a reply is sealed to: the sender's present one, where its keys have changed since."""
    if package.peer is None:
        raise AnswersNothing(path=package, package=package)
    in_use = Peer.objects.filter(revoked_at=None).order_by("-pinned_at")
    return next((peer for peer in in_use if package.peer.node in ids_of(peer.node)), package.peer)


def take_reply(actor: Actor, node: Node, path: Path, sha256: str, opened: Opened, release_gap: str) -> dict[str, Any]:
    """Take in a verified receipt or answer to a package that this node sent.

    Raises:
        AnswersNothing, NeverSent. Malformed: its cosignature does not hold.
    """
    may(actor, "package.receive")
    reply = answers.read_reply(opened)
    heading = reply.heading
    sent = Package.objects.filter(
        direction="out",
        digest=reply.package.digest,
        operation__slug=reply.package.operation,
        peer__node__in=ids_of(heading.sender.node),
    ).exclude(sealed_at=None)
    package = sent.select_related("operation", "peer__agency").first()
    if package is None or package.checkpoint != reply.checkpoint:
        raise AnswersNothing(path=path.name, package=f"{reply.package.operation} {reply.package.number}")
    _check_sent(node, path, package, [outcome.identity for outcome in reply.outcomes])
    with transaction.atomic():
        new = _add_answers(package, reply, opened.package_digest)
        package.cosignature = reply.cosignature
        package.save(update_fields=["cosignature"])
        arrived(actor, opened, sha256, release_gap)
        Reply.add(
            package=package,
            direction="in",
            kind=heading.kind,
            number=heading.number,
            digest=opened.package_digest,
            made_at=heading.made_at,
            file_sha256=sha256,
            answers=len(reply.outcomes),
            checkpoint=reply.checkpoint,
            cosignature=reply.cosignature,
            signing_key=heading.sender.signing_key,
        )
        facts = {"package": package.digest, "answers": new}
        record(actor, f"{heading.kind}.receive", opened.package_digest, within=package.operation.slug, **facts)
        keep_witness(node.packages / package.operation.slug / COSIGNED, witness_of(reply, opened))
    return {
        "kind": heading.kind,
        "sender": heading.sender.agency,
        "operation": package.operation.slug,
        "package": str(package),
        "answers": len(reply.outcomes),
        "new": new,
    }


def _check_sent(node: Node, path: Path, package: Package, identities: Sequence[str]) -> None:
    """Raises NeverSent where an answer names an identity that no package to this peer held."""
    if not identities or package.peer is None:
        return
    left = Package.objects.filter(
        operation=package.operation, direction="out", peer__node=package.peer.node, sealed_at__isnull=False
    )
    files = [node.folder / row.folder / "data/tables/identity.parquet" for row in left]
    known = identities_in([file for file in files if file.exists()])
    unknown = sorted(set(identities) - known)
    if unknown:
        raise NeverSent(path=path.name, n=len(unknown), agency=package.peer.agency.name, first=unknown[0])


def _add_answers(package: Package, reply: answers.Reply, message: str) -> int:
    """Store what is new in an answer; returns how many."""
    new = 0
    for outcome in reply.outcomes:
        told = {
            "outcome": outcome.outcome,
            "source_grade": outcome.source_grade,
            "information_grade": outcome.information_grade,
            "person": outcome.person,
            "minor": outcome.minor,
            "occurred_at": outcome.at,
            "note": outcome.note,
            "officer": outcome.officer,
        }
        of_identity = Answer.objects.filter(
            package__operation=package.operation, package__country=package.country, identity=outcome.identity
        )
        latest = of_identity.order_by("-at", "-pk").first()
        if latest is None or any(getattr(latest, key) != value for key, value in told.items()):
            Answer.add(package=package, identity=outcome.identity, at=reply.heading.made_at, message=message, **told)
            new += 1
    return new
