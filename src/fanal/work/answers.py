"""Answers: the receiver says per identity what came of it, and seals that to the sender."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.parties import own_party, party_of
from fanal.cases.session import node_keys
from fanal.exchange import answer as answers
from fanal.exchange.heading import Heading
from fanal.exchange.seal import seal
from fanal.work.received import identities_sent


class NothingReceived(FanalError):
    """The operation holds no received package."""

    code = "F-ANSWER-01"
    text = "Operation {operation} holds no received package; `fanal receive FILE` opens one."


class NotInPackage(FanalError):
    """An answer on an identity that the package does not have."""

    code = "F-ANSWER-02"
    text = "No identity of the received package begins with {identity}; `fanal identities` shows them."


class NothingToAnswer(FanalError):
    """No outcome has been recorded since the last answer."""

    code = "F-ANSWER-03"
    text = "Nothing has been recorded since the last answer; `fanal answer set IDENTITY OUTCOME` records one."


@dataclass(frozen=True)
class Told:
    """What an officer says of one identity: see `exchange.answer.Outcome`. `grade` is such as "B2"."""

    outcome: str
    grade: str = ""
    person: str = ""
    minor: bool | None = None
    at: str = ""
    note: str = ""


def set_answer(actor: Actor, node: Node, operation: Operation, identity: str, told: Told) -> Answer:
    """Record an outcome on one identity of the received package.

    Raises:
        NothingReceived, NotInPackage, UnknownCode, BadInstant.
    """
    may(actor, "answer.write", operation.slug)
    package = _received(operation)
    found = [sent for sent in identities_sent(actor, node, operation) if sent.startswith(identity)]
    if len(found) != 1:
        raise NotInPackage(identity=identity)
    outcome = answers.Outcome(
        identity=found[0],
        outcome=told.outcome,
        officer=actor.officer,
        at=instants.parse(told.at) if told.at else None,
        source_grade=told.grade[:1],
        information_grade=told.grade[1:],
        person=told.person,
        minor=told.minor,
        note=told.note,
    )
    with transaction.atomic():
        made = Answer.add(
            package=package,
            identity=outcome.identity,
            outcome=outcome.outcome,
            source_grade=outcome.source_grade,
            information_grade=outcome.information_grade,
            person=outcome.person,
            minor=outcome.minor,
            occurred_at=outcome.at,
            note=outcome.note,
            officer=officer_of(actor).service_number,
            at=instants.now(),
        )
        record(actor, "answer.write", outcome.identity, outcome=outcome.outcome)
    return made


def send_answers(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """Sign and seal the latest outcome of each identity for the package's sender.

    Each answer carries all outcomes known, so that one lost on the way costs nothing.

    Raises:
        NothingReceived, NothingToAnswer, NoOfficer.
    """
    may(actor, "answer.send", operation.slug)
    package = _received(operation)
    sender = package.peer
    if sender is None:
        raise NothingReceived(operation=operation.slug)
    latest = {a.identity: a for a in Answer.objects.filter(package=package).order_by("at", "pk")}
    folder = node.packages / operation.slug / "answers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = len(list(folder.glob("*.fanal-answer"))) + 1
    newest = max((a.pk for a in latest.values()), default=0)
    marker = folder / "sent"
    if not latest or (marker.exists() and int(marker.read_text()) >= newest):
        raise NothingToAnswer
    keys = node_keys(node, actor)
    us = own_party(node, keys.public)
    heading = Heading("answer", us, party_of(sender), operation.slug, number, instants.now())
    reply = answers.make_reply(
        heading,
        answers.PackageRef(package.digest, package.sender_operation, package.number, us.node),
        package.checkpoint,
        keys.signing,
        [_outcome(a) for a in latest.values()],
    )
    bag = folder / f"{number}"
    digest = answers.write_reply(bag, reply)
    sealed = seal(bag, heading, keys.signing, folder / heading.file_name, digest)
    marker.write_text(str(newest))
    record(actor, "answer.send", operation.slug, number=number, digest=digest, sha256=sealed.sha256)
    return {
        "file": str(sealed.path),
        "sha256": sealed.sha256,
        "recipient": heading.recipient.agency,
        "answers": len(latest),
        "number": number,
    }


def _received(operation: Operation) -> Package:
    package = Package.objects.filter(operation=operation, direction="in").order_by("-number").first()
    if package is None:
        raise NothingReceived(operation=operation.slug)
    return package


def _outcome(row: Answer) -> answers.Outcome:
    return answers.Outcome(
        identity=row.identity,
        outcome=row.outcome,
        officer=row.officer,
        at=row.occurred_at,
        source_grade=row.source_grade,
        information_grade=row.information_grade,
        person=row.person,
        minor=row.minor,
        note=row.note,
    )
