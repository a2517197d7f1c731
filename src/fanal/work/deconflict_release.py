"""What leaves a node in a deconfliction leaves by a second officer's approval; and what was asked stays on record."""

from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, NoOfficer, may, officer_of
from fanal.cases.models.deconflictions import Deconfliction, DeconflictionEntry
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.cases.pinning import check_sealable
from fanal.cases.session import node_keys
from fanal.exchange.bag import verify_bag
from fanal.exchange.heading import read_heading
from fanal.exchange.refusals import ApprovalVoid
from fanal.exchange.seal import seal
from fanal.lake.snapshot import read_current
from fanal.model.deconfliction import KINDS, STRICT
from fanal.work.deconflict_files import SIDE, check_budget, enter, folder_of, used_of
from fanal.work.packages import APPROVAL
from fanal.work.plans import basis_of


class SameOfficerAgain(FanalError):
    """The officer who built a file tried to approve it."""

    code = "F-DEC-12"
    text = "Officer {officer} built {name}; a second officer must approve it."


class NoSuchFile(FanalError):
    """No file of that name waits for approval."""

    code = "F-DEC-13"
    text = "No {name} waits for approval; `fanal deconflict list` shows what does."


class ReferenceDiffers(FanalError):
    """The second officer did not repeat the case reference under which phones or user names are compared."""

    code = "F-DEC-14"
    text = "{name} compares {kinds}; repeat the case reference of the one who built it (--reference)."
    exit_code = 2


class PeerGone(FanalError):
    """The peer's key was withdrawn in between."""

    code = "F-DEC-15"
    text = "The key of {agency} that {name} was built for is revoked; nothing is sealed to it."


def approve(actor: Actor, node: Node, name: str, reference: str = "") -> dict[str, Any]:
    """Approve one file as second officer and seal it: the key signs the digest of exactly what leaves.

    Args:
        name: such as kx-D7.
        reference: the case reference again, where phones or user names are compared.

    Raises:
        NoSuchFile, SameOfficerAgain, ReferenceDiffers, PeerGone.
        ApprovalVoid: the case, or the file, changed since it was built. TooMany, BudgetUsed.
    """
    may(actor, "deconflict.approve")
    found = [row for row in _rows().filter(direction="out", state="built") if str(row) == name]
    if not found:
        raise NoSuchFile(name=name)
    row = found[0]
    may(actor, "deconflict.approve", row.operation.slug)
    if actor.signer is None:
        raise NoOfficer
    if row.built_by.service_number == actor.officer:
        raise SameOfficerAgain(officer=actor.officer, name=name)
    if row.peer.revoked_at is not None:
        raise PeerGone(agency=row.peer.agency.name, name=name)
    strict = [kind for kind in STRICT if kind in row.parts]
    if strict and reference != _reference(row):
        raise ReferenceDiffers(name=name, kinds=", ".join(strict))
    folder = node.folder / row.folder
    basis = basis_of(actor, row.operation, read_current(node.lake(row.operation.slug)), row.peer)
    if basis != row.basis or verify_bag(folder, row) != row.digest:
        raise ApprovalVoid(path=row)
    check_sealable(node, row.peer)
    with transaction.atomic():
        if row.step in ("query", "response"):
            check_budget(actor, node, row.peer, SIDE[row.step], {k: c["values"] for k, c in row.parts.items()})
        row.approved_by, row.approved_at = officer_of(actor), instants.now()
        row.approval = actor.signer.sign(row.digest.encode(), APPROVAL)
        heading = read_heading(folder, row.step, row)
        target = folder_of(actor, node, row.operation) / row.peer.node[:8] / heading.file_name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        target.unlink(missing_ok=True)  # of a seal that was broken off before it was recorded
        made = seal(folder, heading, node_keys(node, actor).signing, target, row.digest)
        row.state, row.file, row.file_sha256 = "sealed", str(made.path.relative_to(node.folder)), made.sha256
        row.save()
        enter(actor, row, SIDE[row.step])
        record(actor, "deconflict.approve", row.digest, within=row.operation.slug, sha256=made.sha256, step=row.step)
    return {**shown(actor, row), "file": str(made.path)}


def files(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Every file of an operation's deconflictions, ours and theirs, the oldest first."""
    may(actor, "deconflict.read", operation.slug)
    return [shown(actor, row) for row in _rows().filter(operation=operation)]


def log(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """The log: what was offered, asked, answered, refused, told and learned, of which agency, for what, by whom."""
    may(actor, "deconflict.read", operation.slug)
    lines = DeconflictionEntry.objects.filter(operation=operation).select_related("peer__agency", "officer")
    return [
        {
            "at": instants.text(line.at),
            "agency": line.peer.agency.name,
            "side": line.side,
            "kind": line.kind,
            "size": line.size,
            "hits": line.hits,
            "purpose": line.purpose,
            "reference": line.reference,
            "officer": line.officer.service_number,
            "digest": line.digest,
        }
        for line in lines.order_by("pk")
    ]


def budgets(actor: Actor, node: Node) -> list[dict[str, Any]]:
    """For each agency that was asked or answered: values used and left, by kind and side."""
    may(actor, "deconflict.read")
    peers = {line.peer.agency.pk: line.peer for line in DeconflictionEntry.objects.select_related("peer__agency")}
    found = []
    for peer in sorted(peers.values(), key=lambda peer: peer.agency.name):
        for side in ("asked", "answered"):
            for kind in KINDS:
                if used := used_of(actor, peer, side, kind):
                    left = max(0, node.caps.budget_of(kind) - used)
                    found.append({"agency": peer.agency.name, "side": side, "kind": kind, "used": used, "left": left})
    return found


def shown(actor: Actor, row: Deconfliction) -> dict[str, Any]:
    """A file as an officer reads it before it leaves: what, to whom, how much, for what."""
    may(actor, "deconflict.read", row.operation.slug)
    return {
        "name": str(row),
        "step": row.step,
        "direction": "ours" if row.direction == "out" else "theirs",
        "agency": row.peer.agency.name,
        "state": row.state,
        "values": {kind: counts["values"] for kind, counts in row.parts.items()},
        "hits": {kind: counts["hits"] for kind, counts in row.parts.items() if "hits" in counts} or None,
        "purpose": row.purpose,
        "reference": _reference(row),
        "digest": row.digest,
        "file": row.file,
    }


def _reference(row: Deconfliction) -> str:
    """The case reference of a file, or of the query that it goes back to."""
    return row.reference or (_reference(row.reply_to) if row.reply_to else "")


def _rows() -> Any:
    return Deconfliction.objects.select_related("operation", "peer__agency", "built_by", "reply_to").order_by("pk")
