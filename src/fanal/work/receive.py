"""Receiving: a package opens into an operation of its own, an answer goes to the package that it answers.

Nothing is believed before the whole file was verified; a refusal leaves nothing behind.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.arrivals import arrived, last_numbers
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Grant, Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pinning import ids_of
from fanal.cases.session import node_keys
from fanal.evidence.intake import keep_referenced
from fanal.evidence.register import Custody, Register
from fanal.exchange.changes import read_changes
from fanal.exchange.letters import KINDS as LETTERS
from fanal.exchange.opening import Expectation, Opened, open_sealed
from fanal.exchange.receive import ReceivedPackage, read_package, write_for_lake
from fanal.exchange.refusals import Malformed
from fanal.exchange.sent import accounts_sent
from fanal.lake.writer import writing
from fanal.model.codes import Handling
from fanal.work.corrections import draft_from_answers, stands_again
from fanal.work.handling import shown
from fanal.work.incoming import RECEIVED, incoming
from fanal.work.letters import take_letter
from fanal.work.operations import check_slug
from fanal.work.peers import pins
from fanal.work.received import PACKAGE_READER
from fanal.work.replies import seal_reply, take_reply

Report = Callable[[str, float], None]


class OtherOperation(FanalError):
    """A second sender's package was to go into an operation that belongs to another."""

    code = "F-RECEIVE-02"
    text = "Operation {slug} holds another sender's package; name another (--into)."
    exit_code = 2


def receive(actor: Actor, node: Node, path: Path, into: str | None, release_gap: str, report: Report) -> dict[str, Any]:
    """Open a sealed package, receipt, answer or letter from a pinned peer. A package that opens makes its receipt.

    Args:
        into: slug of the operation that a package opens into; default, made from the sender's.
        release_gap: why a file may be opened although one before it is missing; "" holds it.

    Raises:
        Refused: one of its classes; its line says which rule the file broke.
    """
    may(actor, "package.receive")
    report(path.name, 0.1)
    sha256 = sha256_file(path) if path.is_file() else ""
    with incoming(actor, node) as place:
        expect = Expectation(
            pins=pins(actor),
            last_numbers=last_numbers(),
            kinds=("package", "answer", "receipt", *LETTERS),
            release_gap=bool(release_gap),
        )
        opened = open_sealed(path, place, node_keys(node, actor), expect)
        report(path.name, 0.5)
        if opened.heading.kind == "package":
            return _take_package(actor, node, path, sha256, opened, into, release_gap)
        if opened.heading.kind in LETTERS:
            return take_letter(actor, node, path, opened, lambda: arrived(actor, opened, sha256, release_gap))
        found = take_reply(actor, node, path, sha256, opened, release_gap)
        corrected = draft_from_answers(actor, node, Operation.objects.get(slug=found["operation"]))
        return {**found, "corrections_drafted": len(corrected)}


def _take_package(
    actor: Actor, node: Node, path: Path, sha256: str, opened: Opened, into: str | None, release_gap: str
) -> dict[str, Any]:
    received = read_package(opened)
    heading = received.heading
    changes = read_changes(received.package, path.name)
    handling = _codes(received.package, path.name)
    sender = Peer.objects.get(node=heading.sender.node, signing_key=opened.signer.signing_key)
    apart = f"-e{heading.number}" if received.package.get("danger") else ""  # it holds less than the package before
    slug = into or f"{heading.sender.country.lower()}-{heading.operation}"[: 40 - len(apart)] + apart
    check_slug(slug)
    _check_operation(slug, sender, received)
    (node.packages / RECEIVED).mkdir(mode=0o700, exist_ok=True)
    kept = keep_referenced(path, node.packages / RECEIVED / f"{sha256[:32]}.fanal")
    with transaction.atomic():
        operation = _operation(actor, slug, sender, received)
        exhibit = Register(node.evidence).add(
            operation=slug,
            sha256=sha256,
            name=heading.file_name,
            path=str(kept),
            stored=False,
            size=kept.stat().st_size,
            reader=PACKAGE_READER,
            custody=Custody(
                added_at=instants.text(instants.now()),
                officer=actor.officer,
                source=sender.agency.name,
                order=str(received.package.get("legal_basis", "")),
            ),
        )
        with writing(node.lake(slug)) as writer:
            writer.staging.mkdir(parents=True, exist_ok=True)
            for earlier in [e for e in writer.current.exhibits if int(e) != exhibit.number]:
                # A later package of a sender says all that stands; the earlier one's rows leave the next snapshot.
                writer.add_exhibit(int(earlier), {}, writer.current.exhibits[earlier])
            files = write_for_lake(received, exhibit.number, writer.path)
            writer.add_exhibit(exhibit.number, files, _account(received))
            writer.commit()
        arrived(actor, opened, sha256, release_gap)
        folder = kept.with_suffix("")
        opened.folder.replace(folder)
        package = Package.objects.create(
            operation=operation,
            direction="in",
            peer=sender,
            sender_operation=heading.operation,
            country=heading.recipient.country,
            number=heading.number,
            state="opened",
            folder=str(folder.relative_to(node.folder)),
            digest=received.digest,
            basis={"handling": received.package["handling"]},
            counts=received.package["counts"],
            built_by=officer_of(actor),
            built_at=heading.made_at,
            file=str(kept.relative_to(node.folder)),
            file_sha256=sha256,
            checkpoint=received.checkpoint,
        )
        stands_again(actor, operation, accounts_sent(folder).values(), heading.number)
        facts = {"sender": heading.sender.node, "number": heading.number}
        record(actor, "package.receive", received.digest, within=operation.slug, **facts)
    receipt = seal_reply(actor, node, operation, package, "receipt", ())
    return {
        "kind": "package",
        "sender": sender.agency.name,
        "operation": slug,
        "number": heading.number,
        "identities": received.package["counts"]["included"],
        "accounts": received.package["counts"]["accounts"],
        "handling": sorted(handling),
        "restrictions": [one["line"] for one in shown(actor, operation) if one["code"] in handling],
        "danger": received.package.get("danger"),
        "changes": changes,
        "summary": str(folder / f"data/summary.{'txt' if apart else 'html'}"),
        "receipt": str(node.folder / receipt.file),
    }


def _codes(package: dict[str, Any], path: object) -> set[str]:
    """The handling codes that a package came under. Raises Malformed."""
    try:
        return {Handling(told["code"], told["text"]).code for told in package["handling"]}
    except (KeyError, TypeError, AttributeError, FanalError) as e:
        detail = translate("handling is not in its form")
        raise Malformed(path=path, name="data/package.json", detail=detail) from e


def _check_operation(slug: str, sender: Peer, received: ReceivedPackage) -> None:
    """Raises OtherOperation where the slug is another operation's."""
    standing = Operation.objects.filter(slug=slug).first()
    if standing is None:
        return
    same_sender = standing.received_from in ids_of(sender.node)
    if not same_sender or standing.sender_operation != received.heading.operation:
        raise OtherOperation(slug=slug)


def _operation(actor: Actor, slug: str, sender: Peer, received: ReceivedPackage) -> Operation:
    operation = Operation.objects.filter(slug=slug).first()
    if operation is None:
        operation = Operation.objects.create(
            slug=slug,
            title=str(received.package["title"]),
            legal_basis=str(received.package["legal_basis"]),
            opened_at=instants.now(),
            received_from=sender.node,
            sender_operation=received.heading.operation,
        )
        for role in ("national_officer", "analyst"):
            Grant.objects.get_or_create(
                officer=officer_of(actor), operation=operation, role=role, defaults={"granted_at": instants.now()}
            )
    return operation


def _account(received: ReceivedPackage) -> dict[str, Any]:
    """Each row of the package accounted for: all of them go into the lake."""
    rows: dict[str, int] = received.package["counts"]["rows"]
    return {
        "reader": PACKAGE_READER,
        "rows": {name: {"source": n, "read": n, "rejected": 0, "unmapped": 0} for name, n in sorted(rows.items())},
        "tables": rows,
        "notes": {"sender": received.heading.sender.node, "number": received.heading.number},
    }
