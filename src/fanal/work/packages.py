"""Packages: built by one officer, approved by another, sealed when nothing has changed since."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.analyse.lookup import countries_to_send
from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.base.instants import parse
from fanal.base.language import translate
from fanal.cases.access import Actor, NoOfficer, allowed, may, officer_of
from fanal.cases.exchange_rows import package_row
from fanal.cases.models.exchange import Package, Peer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pinning import check_sealable
from fanal.cases.session import node_keys
from fanal.cases.shelf import next_number, shelf_of, sweep_unlisted, withdraw_waiting
from fanal.exchange import build, sshsig
from fanal.exchange.bag import verify_bag
from fanal.exchange.heading import read_heading
from fanal.exchange.opening import Expectation, open_sealed
from fanal.exchange.refusals import ApprovalVoid, NotForUs
from fanal.exchange.seal import seal
from fanal.lake.snapshot import Snapshot, read_current
from fanal.work.handling import open_requests
from fanal.work.log import checkpoint
from fanal.work.peers import pins
from fanal.work.plans import Stamp, basis_of, common_for, plan_for

APPROVAL = "fanal-approval"
Report = Callable[[str, float], None]


class NoPeer(FanalError):
    """A package for a country without a pinned peer."""

    code = "F-PACKAGE-03"
    text = "No agency of {country} is pinned; pin its card with `fanal peer add CARD`."


class SameOfficer(FanalError):
    """The officer who built a package tried to approve it."""

    code = "F-PACKAGE-04"
    text = "Officer {officer} built {package}; a second officer must approve it."


class NoSuchPackage(FanalError):
    """No package of that name, or none in that state."""

    code = "F-PACKAGE-05"
    text = "There is no package {package} that is {state}; `fanal package list` shows them."


class SealedHere(FanalError):
    """A package of this node's own that somebody wants to verify: it cannot be opened here."""

    code = "F-PACKAGE-06"
    text = "{path} is {package}, byte for byte as this node sealed it; only {recipient} can open and verify it."


@dataclass(frozen=True)
class Made:
    """Packages built, countries that have identities to send but no pinned peer, requests for permission drafted."""

    packages: list[dict[str, Any]]
    without_peer: list[str]
    permissions: list[str]


def build_packages(
    actor: Actor,
    node: Node,
    operation: Operation,
    country: str | None,
    report: Report,
    *,
    signed: str = "",
    after: int = 0,
) -> Made:
    """Build one country's package, or those of all countries that have identities to send.

    Packages of a country that were built but not sealed become void: what was approved in them is not
    what would leave now.

    Args:
        signed: the checkpoint that the packages carry, where the officer who asks has signed it before; else it is
            signed now.
        after: the last number that recipients have seen, where this node does not know it: it was brought back from a
            backup, and a number that comes twice is refused.

    Raises:
        NoPeer: the country that was named has none. NoThreshold, TermsLacking, IllTreatment, NothingToSend.
    """
    may(actor, "package.build", operation.slug)
    snapshot = read_current(node.lake(operation.slug))
    wanted = [country] if country else countries_to_send(snapshot)
    peers = {peer.agency.country: peer for peer in Peer.objects.filter(revoked_at=None).select_related("agency")}
    if country and country not in peers:
        raise NoPeer(country=country)
    stamp = instants.now(), signed or checkpoint(actor, node)
    common = common_for(actor, node, operation, snapshot)
    plans = [
        plan_for(
            actor,
            node,
            operation,
            snapshot,
            peers[cc],
            Stamp(max(next_number(operation, cc), after + 1), *stamp),
            common,
        )
        for cc in wanted
        if cc in peers
    ]
    drafted = [
        name
        for plan in plans
        if plan.withheld_exhibits
        for name in open_requests(
            actor, node, operation, "pass_on", plan.country, translate("a package for {cc}").format(cc=plan.country)
        )
    ]
    for plan in plans:
        withdraw_waiting(operation, plan.country)
    sweep_unlisted(node, operation)
    built = build.build_packages(
        snapshot, plans, shelf_of(node, operation), lambda cc, place, of: report(cc, place / of)
    )
    with transaction.atomic():
        for package in built:
            counts = package.counts
            Package.objects.create(
                operation=operation,
                direction="out",
                peer=peers[package.plan.country],
                sender_operation=operation.slug,
                country=package.plan.country,
                number=package.plan.number,
                state="built",
                folder=str(package.folder.relative_to(node.folder)),
                digest=package.digest,
                basis=basis_of(actor, operation, snapshot, peers[package.plan.country]),
                counts={
                    "identities": counts.included,
                    "accounts": counts.accounts,
                    "held_back": counts.held,
                    "not_included": counts.below_threshold + counts.undetermined,
                    "rows": dict(counts.rows),
                },
                built_by=officer_of(actor),
                built_at=instants.now(),
                checkpoint=package.plan.checkpoint,
            )
            record(actor, "package.build", package.digest, within=operation.slug, identities=counts.included)
    whole = allowed(actor, "protected.read", operation.slug)
    built_now = [package_row(p, whole=whole) for p in _of(operation, "built")]
    return Made(built_now, [cc for cc in wanted if cc not in peers], drafted)


def list_packages(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Outgoing packages of an operation, the newest of each country last."""
    may(actor, "case.read", operation.slug)
    rows = Package.objects.filter(operation=operation, direction="out").order_by("country", "number")
    whole = allowed(actor, "protected.read", operation.slug)
    return [package_row(package, whole=whole) for package in rows.select_related("peer__agency")]


def approvable_packages(actor: Actor, operation: Operation, name: str | None) -> list[Package]:
    """The package of that name, or all that wait, as far as this officer may approve them as second officer.

    Raises:
        SameOfficer: who built it cannot approve it. NoSuchPackage. NoOfficer: nobody's key is unlocked.
    """
    may(actor, "package.approve", operation.slug)
    if actor.signer is None:
        raise NoOfficer
    waiting = _named(operation, name, "built")
    for package in waiting:
        if package.built_by.service_number == actor.officer:
            raise SameOfficer(officer=actor.officer, package=package)
    return waiting


def approve_packages(actor: Actor, node: Node, operation: Operation, name: str | None) -> list[dict[str, Any]]:
    """Approve one package, or all that wait, as second officer: the key signs the digest of what leaves.

    Raises:
        SameOfficer: who built it cannot approve it. NoSuchPackage. Refused: the bag no longer verifies.
    """
    may(actor, "package.approve", operation.slug)
    if actor.signer is None:
        raise NoOfficer
    approved = []
    for package in approvable_packages(actor, operation, name):
        if verify_bag(node.folder / package.folder, package) != package.digest:
            raise ApprovalVoid(path=package)
        with transaction.atomic():
            package.state = "approved"
            package.approved_by = officer_of(actor)
            package.approved_at = instants.now()
            package.approval = actor.signer.sign(package.digest.encode(), APPROVAL)
            package.save()
            record(actor, "package.approve", package.digest, within=operation.slug)
        approved.append(package_row(package, whole=allowed(actor, "protected.read", operation.slug)))
    return approved


def seal_packages(
    actor: Actor, node: Node, operation: Operation, name: str | None, report: Report
) -> list[dict[str, Any]]:
    """Seal one approved package, or all: signed by the node, readable by the recipient alone.

    Raises:
        ApprovalVoid: a row of it, or of the case behind it, changed since it was approved.
        NoSuchPackage.
    """
    may(actor, "package.seal", operation.slug)
    packages = _named(operation, name, "approved")
    keys = node_keys(node, actor)
    sealed = []
    for place, package in enumerate(packages):
        report(str(package), place / len(packages))
        _check_approval(actor, node, operation, package)
        folder = node.folder / package.folder
        heading = read_heading(folder, "package", package)
        target = folder.parent / heading.file_name
        target.unlink(missing_ok=True)  # of a seal that was broken off before it was recorded
        check_sealable(node, package.peer)
        made = seal(folder, heading, keys.signing, target, package.digest)
        with transaction.atomic():
            package.state = "sealed"
            package.sealed_at = instants.now()
            package.file = str(made.path.relative_to(node.folder))
            package.file_sha256 = made.sha256
            package.save()
            record(actor, "package.seal", package.digest, within=operation.slug, sha256=made.sha256)
        row = package_row(package, whole=allowed(actor, "protected.read", operation.slug))
        sealed.append({**row, "file": str(made.path)})
    return sealed


def verify_package(actor: Actor, node: Node, path: Path) -> dict[str, Any]:
    """Open a sealed package in a temporary folder, verify all of it, and forget it. Raises Refused, SealedHere."""
    may(actor, "package.verify")
    node.packages.mkdir(mode=0o700, exist_ok=True)
    expect = Expectation(pins=pins(actor), any_number=True)
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=node.packages) as folder:
        try:
            opened = open_sealed(path, Path(folder) / "bag", node_keys(node, actor), expect)
        except NotForUs:
            ours = Package.objects.filter(direction="out", file_sha256=sha256_file(path)).first()
            if ours is None or ours.peer is None:
                raise
            raise SealedHere(path=path.name, package=ours, recipient=ours.peer.agency.name) from None
        told = json.loads((opened.folder / "data/package.json").read_bytes())
    return {
        "holds": True,
        "sender": opened.heading.sender.agency,
        "operation": opened.heading.operation,
        "number": opened.heading.number,
        "made_at": instants.text(opened.heading.made_at),
        "identities": told["counts"]["included"],
        "digest": opened.package_digest,
    }


def _check_approval(actor: Actor, node: Node, operation: Operation, package: Package) -> None:
    """Raises ApprovalVoid unless the officer's signature, the bag and the case still say the same."""
    officer = package.approved_by
    try:
        signer = sshsig.verify(package.digest.encode(), package.approval, APPROVAL)
    except sshsig.BadSignature as e:
        raise ApprovalVoid(path=package) from e
    if officer is None or signer != sshsig.bare_line(officer.public_key) or officer.pk == package.built_by_id:
        raise ApprovalVoid(path=package)
    snapshot = read_current(node.lake(operation.slug))
    if package.peer is None:
        raise ApprovalVoid(path=package)
    if (
        basis_of(actor, operation, snapshot, package.peer) != package.basis
        and _built_again(actor, node, operation, snapshot, package) != package.digest
    ):
        raise ApprovalVoid(path=package)


def _built_again(actor: Actor, node: Node, operation: Operation, snapshot: Snapshot, package: Package) -> str:
    """The digest that the package would have if it were built now, with its own number and instant."""
    told = json.loads((node.folder / package.folder / "data/package.json").read_bytes())
    stamp = Stamp(package.number, parse(told["made_at"]), package.checkpoint)
    if package.peer is None:
        raise ApprovalVoid(path=package)
    plan = plan_for(actor, node, operation, snapshot, package.peer, stamp)
    with tempfile.TemporaryDirectory(prefix=".again-", dir=node.packages) as folder:
        return build.build_packages(snapshot, [plan], Path(folder))[0].digest


def _of(operation: Operation, state: str) -> list[Package]:
    rows = Package.objects.filter(operation=operation, direction="out", state=state)
    return list(rows.select_related("peer__agency", "built_by", "approved_by").order_by("country", "number"))


def _named(operation: Operation, name: str | None, state: str) -> list[Package]:
    found = [p for p in _of(operation, state) if name is None or name == str(p)]
    if not found:
        raise NoSuchPackage(package=name or f"{operation.slug}-*", state=translate(state))
    return found
