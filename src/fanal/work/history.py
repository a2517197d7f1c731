"""What became of an identity: in runs, by officers' decisions, in packages, answers and recalls, and who read it."""

from collections.abc import Iterator, Sequence
from typing import Any

from fanal.analyse.lineage import Change, Past, past_of
from fanal.base.instants import text
from fanal.base.language import mark, translate
from fanal.cases.access import Actor, allowed, may
from fanal.cases.decisions import naming
from fanal.cases.letters import NOTICES
from fanal.cases.models.audit import Outbox
from fanal.cases.models.exchange import Answer, Package
from fanal.cases.models.letters import Letter
from fanal.cases.models.offices import Operation
from fanal.cases.models.people import Decision
from fanal.cases.node import Node
from fanal.cases.outbox import held, record
from fanal.exchange.sent import holds_any
from fanal.lake.snapshot import read_current
from fanal.model.countries import country_name
from fanal.work.foreign import of_the_sender
from fanal.work.received import identities_sent

#: A change of an identity in a run, by `Change.kind`, and whether it names another identity.
CHANGES = {
    ("founded", False): mark("it is new, with {accounts}"),
    ("came", False): mark("{accounts} joined it, new in the exhibits"),
    ("came", True): mark("{accounts} came from {other}"),
    ("went", True): mark("{accounts} went to {other}"),
    ("went", False): mark("{accounts} left the lake"),
}
FEW, SHORT = 5, 12


def history(actor: Actor, node: Node, operation: Operation, subject: str) -> list[dict[str, Any]]:
    """Everything that became of an identity, oldest first.

    Changes in every run whose snapshot is kept; decisions on any account that it has or had, with what each
    supersedes; packages that it went out in or came with; answers. Who read it stands there for a role that
    may verify the audit log. An identity that is gone has its history too.

    Args:
        subject: the beginning of its id, or one of its accounts.

    Returns:
        Rows of `at`, `what`, `officer`, `verdict`, `reason`, `kind`, `decision`, `supersedes`.

    Raises:
        UnknownIdentity.
    """
    may(actor, "person.read", operation.slug)
    past = past_of(read_current(node.lake(operation.slug)), subject)
    record(actor, "person.read", operation.slug, kind="history", identity=past.identity)
    rows = [
        *_changes(operation, past),
        *_decisions(operation, past),
        *_packages(actor, node, operation, past),
        *_answers(operation, past),
        *_letters(operation, past),
        *_senders_words(actor, node, operation, past),
    ]
    if allowed(actor, "audit.verify", operation.slug):
        rows += _readings(operation, past)
    return sorted(rows, key=lambda row: row["at"] or "")


def _row(at: str | None, kind: str, what: str, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("officer", "verdict", "reason"))
    return {"at": at, "what": what, **empty, "kind": kind, "decision": None, "supersedes": None, **more}


def _few(accounts: Sequence[str]) -> str:
    more = f" +{len(accounts) - FEW}" if len(accounts) > FEW else ""
    return ", ".join(accounts[:FEW]) + more


def _changes(operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    ran = Outbox.objects.filter(verb="case.run", subject=operation.slug)
    at = {row.content["facts"].get("snapshot"): row for row in ran}
    for change in past.changes:
        run = at.get(change.snapshot)
        said = translate("run {snapshot}: {what}").format(snapshot=change.snapshot, what=_said(change))
        yield _row(run.content["at"] if run else None, "run", said, officer=run.content["officer"] if run else None)


def _said(change: Change) -> str:
    words = translate(CHANGES[change.kind, change.other is not None])
    return words.format(accounts=_few(change.accounts), other=(change.other or "")[:SHORT])


def _decisions(operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    for d in naming(operation, [*past.accounts, *past.identities]).select_related("officer", "supersedes"):
        # A pair that a confirmation or a split brought along stands with it, unless it set a decision aside.
        if not d.detail.get("part_of") or d.supersedes is not None:
            yield _row(
                text(d.at),
                d.subject_kind,
                _about(d),
                officer=d.officer.service_number,
                verdict=d.verdict,
                reason=d.reason,
                decision=d.decision[:SHORT],
                supersedes=d.supersedes.decision[:SHORT] if d.supersedes else None,
            )


def _accounts(decision: Decision) -> set[str]:
    said = decision.detail
    named = {said.get("account_a"), said.get("account_b"), said.get("founder"), said.get("account")}
    lists = [*said.get("sides", []), said.get("accounts") or []]
    return {account for account in named.union(*lists) if account}


def _about(decision: Decision) -> str:
    if decision.subject_kind == "pair":
        return decision.subject.replace(",", ", ")
    if decision.subject_kind == "accounts":
        return " | ".join(_few(side) for side in decision.detail["sides"])
    if decision.subject_kind == "signal":
        kind = translate(decision.detail["kind"].replace("_", " "))
        return translate("{what}: {text}").format(what=kind, text=_few(sorted(_accounts(decision))))
    if decision.subject_kind == "country":
        return country_name(decision.detail["country"]) if decision.detail["country"] else translate("country")
    if decision.subject_kind == "person":
        return translate("person {reference}").format(reference=decision.subject)
    return decision.subject[:SHORT]


def _packages(actor: Actor, node: Node, operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    received = set(past.identities) & set(identities_sent(actor, node, operation))
    for package in Package.objects.filter(operation=operation).select_related("peer__agency", "approved_by"):
        agency = package.peer.agency.name if package.peer else "-"
        if package.direction == "in" and received:
            said = translate("came in package {package} of {agency}").format(package=package, agency=agency)
            yield _row(text(package.built_at), "package", said)
        sealed_at = package.sealed_at if package.direction == "out" else None
        if sealed_at and holds_any(node.folder / package.folder, past.identities):
            said = translate("went out in package {package} to {agency}").format(package=package, agency=agency)
            by = package.approved_by.service_number if package.approved_by else None
            yield _row(text(sealed_at), "package", said, officer=by)


def _answers(operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    found = Answer.objects.filter(package__operation=operation, identity__in=past.identities)
    for answer in found.select_related("package").order_by("at", "pk"):
        said = translate("answer to package {package}").format(package=answer.package)
        grade = answer.source_grade + answer.information_grade
        reason = " ".join(part for part in (grade, answer.note) if part) or None
        yield _row(text(answer.at), "answer", said, officer=answer.officer, verdict=answer.outcome, reason=reason)


def _senders_words(actor: Actor, node: Node, operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    """What the officers of the agency that sent a package had decided, as it came with it."""
    for word in of_the_sender(actor, node, operation, past.identities):
        said = translate("decided at {agency}").format(agency=word["whose"])
        yield _row(word["at"], "opinion", said, officer=word["officer"], verdict=word["says"], reason=word["reason"])


def _letters(operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    """Recalls and corrections of it, ours and those that came, and what was said to each."""
    found = Letter.objects.filter(operation=operation, kind__in=NOTICES).order_by("pk")
    accounts = set(past.accounts)
    for letter in found.select_related("peer__agency", "drafted_by", "approved_by"):
        if letter.identity not in past.identities and not accounts & set(letter.detail.get("accounts", ())):
            continue
        about = {"kind": translate(letter.kind), "letter": letter.reference, "agency": letter.peer.agency.name}
        if letter.direction == "in":
            came = translate("{kind} {letter} came from {agency}").format(**about)
            yield _row(
                text(letter.drafted_at), "letter", came, officer=letter.detail.get("officer"), reason=letter.reason
            )
        elif letter.sealed_at:
            went = translate("{kind} {letter} went out to {agency}").format(**about)
            by = letter.approved_by.service_number if letter.approved_by else None
            yield _row(text(letter.sealed_at), "letter", went, officer=by, reason=letter.reason)
        if letter.settled_at and letter.settled:
            said = translate("{letter} was settled").format(**about)
            told = {"officer": letter.settled_officer, "verdict": letter.settled, "reason": letter.settled_reason}
            yield _row(text(letter.settled_at), "letter", said, **told)


def _readings(operation: Operation, past: Past) -> Iterator[dict[str, Any]]:
    """Who read it, this reading and those of the same page among them."""
    verbs = ("person.read", "message.read")
    read = Outbox.objects.filter(about__in=past.identities, subject=operation.slug, verb__in=verbs)
    for at, officer in read.order_by("pk").values_list("at", "officer"):
        yield _row(at, "read", translate("was read"), officer=officer)
    for row in held():
        if row.about in past.identities and row.subject == operation.slug and row.verb in verbs:
            yield _row(row.at, "read", translate("was read"), officer=row.officer)
