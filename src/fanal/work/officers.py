"""Who works in this node and may do what: roles given and taken, officers locked, let in again, retired.

None of it is done by an officer to himself: another administrator does it, who so remains. It stands in the audit log.
"""

from typing import Any

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases import session
from fanal.cases.access import ADMIN, Actor, may, where_may
from fanal.cases.decisions import NoReason
from fanal.cases.models.offices import ROLES, Grant, Officer, Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.exchange.sshsig import fingerprint
from fanal.work.keys import NoSuchOfficer
from fanal.work.nodes import UnknownRole
from fanal.work.operations import UnknownOperation


class OwnRights(FanalError):
    """An officer was to change what that officer may do."""

    code = "F-OFFICER-04"
    text = "Nobody changes their own roles, lock or second factor; ask another administrator to do it."


class WholeNode(FanalError):
    """A role of the node was to be given in one operation."""

    code = "F-OFFICER-06"
    text = "The role administrator is for the whole node, not for operation {operation}; give it without an operation."


class Retired(FanalError):
    """A retired officer was to be changed."""

    code = "F-OFFICER-07"
    text = "Officer {officer} has retired; who comes back is added under a new service number."


def show_officer(actor: Actor, node: Node, number: str) -> dict[str, Any]:
    """One officer.

    Returns:
        `officer`, `name`, `state`, `added_at`, `retired_at`, `fingerprint` of the key, `former` (rows: fingerprint,
        until, reason), `opens` (whether the node's keys are sealed to the officer), `grants` (rows: operation or "",
        role, granted_at), `own` (whether it is who asks).

    Raises:
        NoSuchOfficer.
    """
    may(actor, "officer.read")
    row = _officer(number)
    where = where_may(actor, "officer.read")
    former = row.former_keys.order_by("pk")
    grants = row.grants.select_related("operation").order_by("operation__slug", "role")
    return {
        "officer": row.service_number,
        "name": row.name,
        "state": row.state,
        "added_at": row.added_at,
        "retired_at": row.retired_at,
        "fingerprint": fingerprint(row.public_key),
        "former": [
            {"fingerprint": fingerprint(one.public_key), "until": one.until, "reason": one.reason} for one in former
        ],
        "opens": (node.keys / f"node-for-{row.service_number}.age").exists(),
        "grants": [
            {"operation": one.operation.slug if one.operation else "", "role": one.role, "granted_at": one.granted_at}
            for one in grants
            if where is None or one.operation is None or one.operation.slug in where
        ],
        "own": row.service_number == actor.officer,
    }


def operations_to_grant(actor: Actor) -> list[str]:
    """The short names of all operations: an administrator gives roles in them, and sees nothing else of them."""
    may(actor, "officer.grant")
    return list(Operation.objects.order_by("slug").values_list("slug", flat=True))


def grant_role(actor: Actor, number: str, role: str, slug: str, reason: str) -> None:
    """Give an officer a role.

    Args:
        slug: the operation that it holds in; empty: the whole node.
        reason: why the officer needs to know.

    Raises:
        NoSuchOfficer, Retired, OwnRights, UnknownRole, UnknownOperation, WholeNode, NoReason.
    """
    may(actor, "officer.grant")
    row, operation = _other(actor, number, reason), _operation(role, slug)
    with transaction.atomic():
        if not row.grants.filter(operation=operation, role=role).exists():
            Grant.objects.create(officer=row, operation=operation, role=role, granted_at=instants.now())
            record(actor, "officer.grant", number, role=role, operation=slug, reason=reason)


def take_role(actor: Actor, number: str, role: str, slug: str, reason: str) -> None:
    """Take a role from an officer. Raises as `grant_role`."""
    may(actor, "officer.grant")
    row, operation = _other(actor, number, reason), _operation(role, slug)
    with transaction.atomic():
        gone, _ = row.grants.filter(operation=operation, role=role).delete()
        if gone:
            record(actor, "officer.grant", number, role=role, operation=slug, reason=reason, taken=True)


def lock_officer(actor: Actor, number: str, reason: str) -> None:
    """Let an officer in no more, from now on, until `unlock_officer`. Roles stay.

    Raises:
        NoSuchOfficer, Retired, OwnRights, NoReason.
    """
    may(actor, "officer.lock")
    row = _other(actor, number, reason)
    with transaction.atomic():
        row.active = False
        row.save(update_fields=["active"])
        record(actor, "officer.lock", number, state="locked", reason=reason)


def unlock_officer(actor: Actor, node: Node, number: str, reason: str) -> None:
    """Let a locked officer in again: the node's keys, which may be new since, are sealed to the officer's key.

    Raises:
        NoSuchOfficer, Retired, OwnRights, NoReason, NoOfficer, NotSealedToOfficer.
    """
    may(actor, "officer.lock")
    row = _other(actor, number, reason)
    secret = session.node_passphrase(node, actor)
    with transaction.atomic():
        session.seal_node_to(node, number, row.public_key, secret)
        row.active = True
        row.save(update_fields=["active"])
        record(actor, "officer.lock", number, state="active", reason=reason)


def retire_officer(actor: Actor, node: Node, number: str, reason: str) -> None:
    """Take an officer out for good: no role, no way to the node's keys. What the officer signed stands.

    Raises:
        NoSuchOfficer, Retired, OwnRights, NoReason.
    """
    may(actor, "officer.lock")
    row = _other(actor, number, reason)
    with transaction.atomic():
        row.active, row.retired_at = False, instants.now()
        row.save(update_fields=["active", "retired_at"])
        row.grants.all().delete()
        record(actor, "officer.lock", number, state="retired", reason=reason)
        (node.keys / f"node-for-{number}.age").unlink(missing_ok=True)


def reset_factor(actor: Actor, number: str, reason: str) -> None:
    """Put on record that an officer's second factors are taken away; whoever keeps them (the desk) does it with this.

    Raises:
        NoSuchOfficer, Retired, OwnRights, NoReason.
    """
    may(actor, "officer.factor")
    _other(actor, number, reason)
    record(actor, "officer.factor", number, reason=reason)


def _officer(number: str) -> Officer:
    row = Officer.objects.filter(service_number=number).first()
    if row is None:
        raise NoSuchOfficer(officer=number)
    return row


def _other(actor: Actor, number: str, reason: str) -> Officer:
    """The officer whom an act is about: another one than who acts, with a reason. Raises as the acts do."""
    row = _officer(number)
    if row.service_number == actor.officer:
        raise OwnRights
    if row.retired_at:
        raise Retired(officer=number)
    if not reason.strip():
        raise NoReason
    return row


def _operation(role: str, slug: str) -> Operation | None:
    """Where a role is to hold; None: in the node. Raises UnknownRole, UnknownOperation, WholeNode."""
    if role not in ROLES:
        raise UnknownRole(role=role, known=", ".join(ROLES))
    if not slug:
        return None
    if role == ADMIN:
        raise WholeNode(operation=slug)
    found = Operation.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownOperation(slug=slug, known=", ".join(Operation.objects.values_list("slug", flat=True)) or "-")
    return found
