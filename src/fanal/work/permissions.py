"""Permissions: asking a provider for what its handling code forbids, and answering who asks us."""

from typing import Any

from fanal.base.errors import FanalError
from fanal.base.language import mark
from fanal.cases import letters
from fanal.cases.access import Actor, may, officer_of
from fanal.cases.decisions import NoReason
from fanal.cases.exchange_rows import permission_row
from fanal.cases.models.exchange import Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node
from fanal.cases.outbox import record
from fanal.exchange.letters import ACTS
from fanal.exchange.sent import accounts_sent
from fanal.model.codes import known
from fanal.work.answers import NothingReceived


class AskedBefore(FanalError):
    """A request that was made before."""

    code = "F-REL-12"
    text = "That was asked before, or is drafted; `fanal permission list` shows how far it is."


class NotInThatPackage(FanalError):
    """A request about an identity that the package does not hold."""

    code = "F-REL-13"
    text = "The received package holds no identity that begins with {identity}, or more than one."


def ask_permission(
    actor: Actor, node: Node, operation: Operation, use: str, to: str, identity: str, reason: str
) -> dict[str, Any]:
    """Draft a request to the provider of a received package.

    Args:
        use: pass_on or proceedings.
        to: the country that it is to be passed on to; empty, anybody.
        identity: the beginning of its id, as the package has it; empty, all of the package.

    Raises:
        NothingReceived, NotInThatPackage, AskedBefore, UnknownCode, NoReason.
    """
    may(actor, "letter.draft", operation.slug)
    known(use, ACTS["permission"], mark("permission"))
    if not reason.strip():
        raise NoReason
    package = Package.objects.filter(operation=operation, direction="in").order_by("-number").first()
    if package is None:
        raise NothingReceived(operation=operation.slug)
    whole = _whole(node, package, identity) if identity else ""
    asked = {"use": use, "to": to}
    letter = letters.draft(package, "permission", reason, whole, by=officer_of(actor), detail=asked)
    if letter is None:
        raise AskedBefore
    record(actor, "letter.draft", letter.reference, within=operation.slug, kind="permission", package=package.digest)
    return permission_row(letter)


def list_permissions(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Every permission asked of us or by us; `schedule` where it is not granted: it stays out, for the prosecutor."""
    may(actor, "letter.read", operation.slug)
    rows = Letter.objects.filter(operation=operation, kind="permission").order_by("pk")
    return [
        permission_row(letter) for letter in rows.select_related("peer__agency", "package", "drafted_by", "approved_by")
    ]


def _whole(node: Node, package: Package, beginning: str) -> str:
    found = {one for one in accounts_sent(node.folder / package.folder).values() if one.startswith(beginning)}
    if len(found) != 1:
        raise NotInThatPackage(identity=beginning)
    return found.pop()
