"""Answers: the receiver says per identity what came of it, and seals that to the sender."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.models.exchange import Answer, Package, Reply
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.package_figures import answer_row, count_answers, latest_identities
from fanal.exchange import answer as answers
from fanal.work.foreign import answers_on
from fanal.work.received import identities_sent
from fanal.work.replies import seal_reply


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


class NoSuchReply(FanalError):
    """No sealed receipt or answer of that number lies here."""

    code = "F-ANSWER-07"
    text = "No {kind} {number} of this operation lies here."


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
        record(actor, "answer.write", outcome.identity, within=package.operation.slug, outcome=outcome.outcome)
    return made


def send_answers(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """Sign and seal the latest outcome of each identity for the package's sender.

    Each answer carries all outcomes known, so that one lost on the way costs nothing.

    Raises:
        NothingReceived, NothingToAnswer, NoOfficer.
    """
    may(actor, "answer.send", operation.slug)
    package = _received(operation)
    told = Answer.objects.filter(package__operation=operation, package__direction="in").order_by("at", "pk")
    latest = {a.identity: a for a in told}
    last = Reply.objects.filter(package__operation=operation, direction="out", kind="answer").order_by("number").last()
    if not latest or (last and not told.filter(at__gt=last.made_at).exists()):
        raise NothingToAnswer
    return _shown(node, seal_reply(actor, node, operation, package, "answer", [_outcome(a) for a in latest.values()]))


def send_receipt(actor: Actor, node: Node, operation: Operation) -> dict[str, Any]:
    """The receipt of the last package received, as it was sealed when that was opened; made now where there is none.

    Raises:
        NothingReceived, NoOfficer.
    """
    may(actor, "answer.send", operation.slug)
    package = _received(operation)
    made = Reply.objects.filter(package=package, direction="out", kind="receipt").order_by("number").last()
    if made is None or not (node.folder / made.file).is_file():
        made = seal_reply(actor, node, operation, package, "receipt", ())
    return _shown(node, made)


def list_answers(
    actor: Actor, operation: Operation, country: str | None = None, most: int | None = None
) -> list[dict[str, Any]]:
    """The latest answer on each identity, the latest first.

    They are those of the agencies that got packages; in a received operation, those of this node's officers.

    Args:
        country: only answers of that country.
        most: how many at most; of a received operation, all.

    Returns:
        Rows as `foreign.answers_on` has them.
    """
    may(actor, "person.read", operation.slug)
    record(actor, "person.read", operation.slug, kind="answers")
    if operation.received_from:
        own = Answer.objects.filter(package__operation=operation).select_related("package__peer__agency")
        latest = {a.identity: a for a in own.order_by("at", "pk")}
        rows = [answer_row(answer, None) for answer in latest.values()]
    else:
        asked = latest_identities(operation, most) if most is not None and country is None else None
        rows = [row for found in answers_on(actor, operation, asked).values() for row in found]
    found = sorted((r for r in rows if country in (None, r["country"])), key=lambda r: r["at"], reverse=True)
    return found if operation.received_from else found[:most]


def answers_given(actor: Actor, operation: Operation) -> int:
    """How many answers of other agencies stand: one of each on each identity."""
    may(actor, "person.read", operation.slug)
    return count_answers(operation)


def list_replies(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Receipts and answers of an operation, sent and received, the latest first.

    Returns:
        `kind` (receipt, answer), `direction` (in, out), `number`, `package`, `agency`, `made_at`, `answers` (identities
        that it says something of), `file` (its name; empty for one that came).
    """
    may(actor, "case.read", operation.slug)
    rows = Reply.objects.filter(package__operation=operation).select_related("package__peer__agency")
    return [
        {
            "kind": reply.kind,
            "direction": reply.direction,
            "number": reply.number,
            "package": str(reply.package),
            "agency": reply.package.peer.agency.name if reply.package.peer else "",
            "made_at": reply.made_at,
            "answers": reply.answers,
            "file": Path(reply.file).name,
        }
        for reply in rows.order_by("-made_at", "-pk")
    ]


def reply_file(actor: Actor, node: Node, operation: Operation, kind: str, number: int) -> Path:
    """Where a sealed receipt or answer lies that this operation sent. Raises NoSuchReply."""
    may(actor, "answer.send", operation.slug)
    sent = Reply.objects.filter(package__operation=operation, direction="out", kind=kind, number=number).first()
    path = node.folder / sent.file if sent else None
    if path is None or not path.is_file():
        raise NoSuchReply(kind=translate(kind), number=number)
    return path


def _shown(node: Node, reply: Reply) -> dict[str, Any]:
    peer = reply.package.peer
    return {
        "file": str(node.folder / reply.file),
        "sha256": reply.file_sha256,
        "recipient": peer.agency.name if peer else "",
        "answers": reply.answers,
        "number": reply.number,
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
