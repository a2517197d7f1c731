"""Who may do what: one table of verbs, one question, asked first by every use case.

Need to know: a grant is for one operation, or for the node where it names none. An administrator
runs the node and sees no case data.
"""

from dataclasses import dataclass
from typing import Protocol

from django.db.models import Exists, OuterRef

from fanal.base.errors import FanalError
from fanal.base.language import translate
from fanal.cases.grants import grants_of
from fanal.cases.models.offices import Grant, Officer, Operation

ANALYST, COORDINATOR, VICTIM_ID = "analyst", "coordinator", "victim_identification"
NATIONAL, AUDITOR, ADMIN = "national_officer", "auditor", "administrator"
_CASE = frozenset({ANALYST, COORDINATOR, VICTIM_ID, NATIONAL})
_LEAD = frozenset({COORDINATOR, NATIONAL})

#: verb -> roles that may. A verb that is not here is refused to everybody.
VERBS: dict[str, frozenset[str]] = {
    "node.administer": frozenset({ADMIN}),
    "node.check": frozenset({ADMIN, AUDITOR, COORDINATOR, ANALYST}),
    "node.backup": frozenset({ADMIN}),
    "node.restore": frozenset({ADMIN}),
    "audit.append": frozenset({*_CASE, AUDITOR, ADMIN}),
    "audit.verify": frozenset({AUDITOR, ADMIN, COORDINATOR}),
    "audit.read": frozenset({AUDITOR, ADMIN, COORDINATOR}),
    "setting.read": frozenset({ADMIN, AUDITOR, COORDINATOR, NATIONAL}),
    "setting.change": frozenset({ADMIN}),
    "officer.add": frozenset({ADMIN}),
    "officer.read": frozenset({ADMIN, AUDITOR}),
    "officer.grant": frozenset({ADMIN}),
    "officer.lock": frozenset({ADMIN}),
    "officer.factor": frozenset({ADMIN}),
    "officer.login": frozenset({*_CASE, AUDITOR, ADMIN}),
    "operation.open": frozenset({COORDINATOR, NATIONAL}),
    "operation.list": frozenset({*_CASE, AUDITOR, ADMIN}),
    "exhibit.add": _CASE,
    "store.move": frozenset({ADMIN}),
    "exhibit.draft": _CASE,
    "media.scan": _CASE,
    "tip.read": _CASE,
    "tip.assess": _CASE,
    "list.read": frozenset({*_CASE, AUDITOR, ADMIN}),
    "list.write": frozenset({COORDINATOR, NATIONAL, ADMIN}),
    "hashlist.read": frozenset({*_CASE, AUDITOR, ADMIN}),
    "hashlist.write": frozenset({COORDINATOR, NATIONAL, VICTIM_ID, ADMIN}),
    "hashlist.quarantine": _CASE,
    "media.match": _CASE,
    "media.grade": _CASE,
    "series.decide": _CASE,
    "series.identify": frozenset({VICTIM_ID}),
    "case.run": _CASE,
    "job.ask": _CASE,
    "job.read": _CASE,
    "case.read": _CASE,
    "figures.read": frozenset({*_CASE, AUDITOR}),
    "person.read": _CASE,
    "identity.export": _CASE,
    "view.keep": _CASE,
    "message.read": _CASE,
    "person.decide": _CASE,
    "protected.write": frozenset({COORDINATOR, VICTIM_ID}),
    "protected.read": frozenset({VICTIM_ID}),
    "victim.write": frozenset({VICTIM_ID}),
    "victim.read": frozenset({VICTIM_ID}),
    "signal.raise": _CASE,
    "request.draft": _CASE,
    "request.release": _LEAD,
    "threshold.set": _LEAD,
    "event.record": _CASE,
    "package.build": _LEAD,
    "package.approve": _LEAD,
    "package.seal": _LEAD,
    "package.verify": _CASE,
    "package.receive": _LEAD,
    "answer.write": _CASE,
    "answer.send": _LEAD,
    "deconflict.offer": _LEAD,
    "deconflict.query": _LEAD,
    "deconflict.answer": _LEAD,
    "deconflict.result": _LEAD,
    "deconflict.approve": _LEAD,
    "deconflict.read": frozenset({*_CASE, AUDITOR}),
    "deconflict.own": _CASE,
    "keys.manage": frozenset({ADMIN}),
    "keys.read": frozenset({*_CASE, AUDITOR, ADMIN}),
    "peer.card": frozenset({COORDINATOR, NATIONAL, ADMIN}),
    "peer.pin": frozenset({COORDINATOR, NATIONAL, ADMIN}),
    "peer.assess": _LEAD,
    "letter.read": _CASE,
    "handling.set": _LEAD,
    "package.emergency": _LEAD,
    "letter.draft": _CASE,
    "letter.approve": _LEAD,
    "letter.settle": _LEAD,
}


class NotAllowed(FanalError):
    """The officer has no grant for that."""

    code = "F-MAY-01"
    text = "Officer {officer} may not {verb} in {where}; ask the node's administrator for a role that may: {roles}."


class NoOfficer(FanalError):
    """Nobody is logged in."""

    code = "F-MAY-02"
    text = "Nobody is logged in; run `fanal login OFFICER` first (in a demo node, `--as OFFICER`)."


class UnknownOfficer(FanalError):
    """No active officer has that service number."""

    code = "F-MAY-03"
    text = "No active officer of this node has the service number {officer}; `fanal officer list` shows them."


class Signer(Protocol):
    """Signs bytes with an officer's key, SSHSIG."""

    def sign(self, message: bytes, namespace: str) -> str:
        """An armored SSH signature."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an officer by service number, and that officer's unlocked key where the act is signed."""

    officer: str
    signer: Signer | None = None


#: Acts only while a node is made, when there is no officer yet.
INSTALLER = Actor("installer")


def may(actor: Actor, verb: str, operation: str | None = None) -> None:
    """Pass, or raise.

    Args:
        actor: who acts.
        verb: a key of VERBS, or `node.init`, which is the installer's alone.
        operation: slug of the operation it is about; None for what concerns the node.

    Raises:
        NotAllowed: no grant of the officer covers it.
        UnknownOfficer: the officer is not of this node.
    """
    where = operation or translate("this node")
    if verb == "node.init":
        if actor is not INSTALLER:
            raise NotAllowed(officer=actor.officer, verb=verb, where=where, roles="installer")
        return
    grants = grants_of(actor.officer)
    if not grants:
        raise UnknownOfficer(officer=actor.officer)
    roles = VERBS.get(verb, frozenset())
    if not any(role in roles and (slug is None or operation is None or slug == operation) for role, slug in grants):
        raise NotAllowed(officer=actor.officer, verb=verb, where=where, roles=", ".join(sorted(roles)) or "-")


def allowed(actor: Actor, verb: str, operation: str | None = None) -> bool:
    """Whether `may` would pass: for what one role sees of an answer and another does not."""
    try:
        may(actor, verb, operation)
    except NotAllowed:
        return False
    return True


def where_allowed(actor: Actor, verb: str) -> list[Operation]:
    """The operations in which `may` would pass, by slug: one question for any number of them."""
    grants = Grant.objects.filter(
        officer__service_number=actor.officer, officer__active=True, role__in=VERBS.get(verb, frozenset())
    )
    return list(
        Operation.objects.filter(
            Exists(grants.filter(operation=None)) | Exists(grants.filter(operation=OuterRef("pk")))
        ).order_by("slug")
    )


def where_may(actor: Actor, verb: str) -> set[str] | None:
    """The slugs of the operations in which an officer may do something; None: everywhere."""
    grants = Grant.objects.filter(officer__service_number=actor.officer, role__in=VERBS.get(verb, ()))
    slugs = set(grants.values_list("operation__slug", flat=True))
    return None if None in slugs else slugs


def may_see(actor: Actor) -> list[Operation]:
    """The operations that an officer has any grant in, by slug."""
    grants = Grant.objects.filter(officer__service_number=actor.officer).exclude(role=ADMIN)
    if grants.filter(operation=None).exists():
        return list(Operation.objects.order_by("slug"))
    return list(Operation.objects.filter(grants__in=grants).distinct().order_by("slug"))


def officer_of(actor: Actor) -> Officer:
    """The officer's row. Raises UnknownOfficer."""
    try:
        return Officer.objects.get(service_number=actor.officer, active=True)
    except Officer.DoesNotExist as e:
        raise UnknownOfficer(officer=actor.officer) from e
