"""Emergency disclosure: one officer, a danger to life or safety, the least data, one recipient; reviewed in a day."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from fanal.analyse.lookup import identity_like
from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.base.language import LANGUAGES, mark, translate
from fanal.cases import emergencies, terms
from fanal.cases.access import Actor, NoOfficer, may, officer_of
from fanal.cases.decisions import NoReason
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.parties import own_party, party_of
from fanal.cases.pinning import check_sealable
from fanal.cases.session import node_keys
from fanal.cases.shelf import next_number, shelf_of, sweep_unlisted, waiting_packages, withdraw_waiting
from fanal.evidence.register import Register
from fanal.exchange.emergency import CHOICES, Emergency, build_emergency, least_of
from fanal.exchange.heading import Heading
from fanal.exchange.plan import ExhibitRef
from fanal.exchange.seal import seal
from fanal.lake.snapshot import Snapshot, read_current
from fanal.model.codes import known
from fanal.work.handling import codes_for
from fanal.work.log import checkpoint
from fanal.work.packages import APPROVAL, NoPeer, NoSuchPackage, SameOfficer
from fanal.work.plans import DEFAULT_GRADE
from fanal.work.protection import staying
from fanal.work.terms import refuse_ill_treatment


class NoDanger(FanalError):
    """An emergency disclosure without a danger, or without anybody in it."""

    code = "F-REL-08"
    text = "An emergency disclosure needs the danger to life or safety in words and at least one identity; name both."
    exit_code = 2


class Stays(FanalError):
    """An identity that does not leave, whatever the danger."""

    code = "F-REL-09"
    text = "Identity {identity} does not leave this node; ask the coordinator of the operation by phone."


def disclose(
    actor: Actor,
    node: Node,
    operation: Operation,
    country: str,
    subjects: Sequence[str],
    danger: str,
    fields: Sequence[str] = (),
) -> dict[str, Any]:
    """Build and seal an emergency disclosure at once, by one officer.

    A package of that country that was built or approved and never left gives way: its number is taken.

    Args:
        subjects: for each identity, the beginning of its id or one of its accounts. No threshold is asked.
        danger: to whose life or safety, in words.
        fields: beside accounts and identifiers, of `exchange.emergency.CHOICES`.

    Returns:
        `package`, `recipient`, `identities`, `accounts`, `danger`, `review_by`, `digest`, `file`.

    Raises:
        NoDanger. NoPeer: nobody is pinned there. IllTreatment. UnknownIdentity. UnknownCode: of a field.
        Stays: it is held back from all that leaves. NoOfficer. Whatever `check_sealable` raises.
    """
    may(actor, "package.emergency", operation.slug)
    if not danger.strip() or not subjects:
        raise NoDanger
    if actor.signer is None:
        raise NoOfficer
    for name in fields:
        known(name, CHOICES, mark("field"))
    peer, snapshot, identities = _to_leave(actor, node, operation, country, subjects)
    withdraw_waiting(operation, country)
    sweep_unlisted(node, operation)
    keys = node_keys(node, actor)
    made_at = instants.now()
    number = next_number(operation, country)
    heading = Heading("package", own_party(node, keys.public), party_of(peer), operation.slug, number, made_at)
    on_record = terms.standing(peer.agency)
    plan = Emergency(
        heading=heading,
        danger=danger.strip(),
        identities=identities,
        fields=tuple(sorted(set(fields))),
        title=operation.title,
        language=peer.language if peer.language in LANGUAGES else "en",
        legal_basis=operation.legal_basis,
        transfer_basis=on_record.transfer_basis or f"derogation: {danger.strip()}",
        purpose=translate("to avert this danger: {text}").format(text=danger.strip()),
        ill_treatment=on_record.ill_treatment.value if on_record.ill_treatment else "",
        grade=DEFAULT_GRADE,
        handling=codes_for(actor, operation, country),
        exhibits=tuple(
            ExhibitRef(e.number, e.sha256, f"{operation.slug}/{e.number}", e.reader)
            for e in Register(node.evidence).exhibits(operation.slug)
        ),
        checkpoint=checkpoint(actor, node),
    )
    made = build_emergency(snapshot, plan, shelf_of(node, operation))
    target = made.folder.parent / heading.file_name
    target.unlink(missing_ok=True)
    sealed = seal(made.folder, heading, keys.signing, target, made.digest)
    with transaction.atomic():
        package = Package.objects.create(
            operation=operation,
            direction="out",
            peer=peer,
            sender_operation=operation.slug,
            country=country,
            number=number,
            state="sealed",
            folder=str(made.folder.relative_to(node.folder)),
            digest=made.digest,
            basis={"snapshot": snapshot.number, "lake": snapshot.digest()},
            counts={"identities": len(identities), "accounts": made.accounts, "rows": made.rows},
            built_by=officer_of(actor),
            built_at=made_at,
            approval=actor.signer.sign(made.digest.encode(), APPROVAL),
            sealed_at=made_at,
            file=str(sealed.path.relative_to(node.folder)),
            file_sha256=sealed.sha256,
            checkpoint=plan.checkpoint,
            danger=plan.danger,
        )
        facts = {"identities": len(identities), "sha256": sealed.sha256}
        record(actor, "package.emergency", made.digest, within=operation.slug, **facts)
    return {
        "package": str(package),
        "recipient": peer.agency.name,
        "identities": len(identities),
        "accounts": made.accounts,
        "danger": plan.danger,
        "review_by": emergencies.clocks(operation)[-1]["review_by"],
        "digest": made.digest,
        "file": str(sealed.path),
    }


def before_disclosure(
    actor: Actor, node: Node, operation: Operation, country: str, subjects: Sequence[str]
) -> dict[str, Any]:
    """What `disclose` would send, for the officer to read first; nothing is sealed. The reading is on the record.

    Returns:
        `recipient`, `country`, `identities` (rows of `identity`, `accounts`, `identifiers`), `rows` (of each table that
        may go along), `gives_way` (packages of that country that never left and would be void).

    Raises:
        What `disclose` raises for this recipient and these identities.
    """
    may(actor, "package.emergency", operation.slug)
    if not subjects:
        raise NoDanger
    peer, snapshot, identities = _to_leave(actor, node, operation, country, subjects)
    record(actor, "person.read", operation.slug, kind="emergency", snapshot=snapshot.number, identities=identities)
    least = least_of(snapshot, identities)
    return {
        "recipient": peer.agency.name,
        "country": country,
        "identities": least.people,
        "rows": least.rows,
        "gives_way": [str(package) for package in waiting_packages(operation, country).order_by("number")],
    }


def recipients(actor: Actor, operation: Operation) -> list[dict[str, str]]:
    """To whom something can be disclosed: `country` and `agency` of the pin that counts there, in order of country."""
    may(actor, "package.emergency", operation.slug)
    pins = Peer.objects.filter(revoked_at=None).select_related("agency").order_by("pk")
    last = {peer.agency.country: peer.agency.name for peer in pins}
    return [{"country": country, "agency": last[country]} for country in sorted(last)]


def _to_leave(
    actor: Actor, node: Node, operation: Operation, country: str, subjects: Sequence[str]
) -> tuple[Peer, Snapshot, tuple[str, ...]]:
    """The recipient and whole ids of who is to be disclosed, once nothing stands against it."""
    peer = Peer.objects.filter(revoked_at=None, agency__country=country).select_related("agency").last()
    if peer is None:
        raise NoPeer(country=country)
    refuse_ill_treatment(actor, peer)
    check_sealable(node, peer)
    snapshot = read_current(node.lake(operation.slug))
    identities = tuple(sorted({identity_like(snapshot, subject) for subject in subjects}))
    stay = staying(actor, operation, snapshot)
    for identity in identities:
        if identity in stay:
            raise Stays(identity=identity)
    return peer, snapshot, identities


def clock_of(actor: Actor, operation: Operation, name: str) -> dict[str, Any] | None:
    """How far the review of an emergency disclosure is, as `emergencies.clocks` has it; None for other packages."""
    may(actor, "case.read", operation.slug)
    return next((row for row in emergencies.clocks(operation) if row["package"] == name), None)


def open_reviews(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Disclosures that nobody has reviewed, the first sealed first: everybody in the operation sees the clock."""
    may(actor, "case.read", operation.slug)
    return emergencies.clocks(operation, waiting=True)


def review_package(actor: Actor, operation: Operation, name: str, reason: str) -> dict[str, Any]:
    """Review an emergency disclosure as second officer; what is found wanting is recalled with `fanal recall`.

    Raises:
        NoSuchPackage: no emergency disclosure of that name waits for it. SameOfficer. NoReason.
    """
    may(actor, "package.approve", operation.slug)
    if not reason.strip():
        raise NoReason
    rows = Package.objects.filter(operation=operation, direction="out", reviewed_at=None).exclude(danger="")
    package = next((row for row in rows.select_related("built_by") if str(row) == name), None)
    if package is None:
        raise NoSuchPackage(package=name, state=translate("waiting for review"))
    if package.built_by.service_number == actor.officer:
        raise SameOfficer(officer=actor.officer, package=package)
    with transaction.atomic():
        package.reviewed_by = officer_of(actor)
        package.reviewed_at = instants.now()
        package.review = reason
        package.save()
        record(actor, "package.review", package.digest, within=operation.slug)
    return next(row for row in emergencies.clocks(operation) if row["package"] == name)
