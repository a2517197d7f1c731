"""Rows of a large case for `bench desk`, written in bulk: no officer decided them and no key signed them.

They are as many as a case of that size has; the audit log holds their entries, so that it is as long as it would be.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from fanal.audit.log import AuditLog
from fanal.base import instants
from fanal.base.digests import content_id
from fanal.cases.models.audit import Outbox, new_entry, row_of, write_rows
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.exchange import Agency, Answer, Package, Peer
from fanal.cases.models.offices import Officer, Operation
from fanal.cases.models.people import Decision, Named, Person, keys_of
from fanal.cases.models.sources import ExhibitIndex, Tip
from fanal.cases.node import Node
from fanal.cases.outbox import entry_of

#: At scale 1: the platform's identities that officers said something of, entries of the audit log, tips, persons.
DECIDED, ENTRIES, TIPS, PERSONS = 100_000, 1_000_000, 2_000, 1_400
#: Countries that packages went to, and at scale 1 the identities that they answered on.
COUNTRIES = "AT BE BG BR CA CH CL CO CR CZ DE DK EC EE ES FI FR GB GR HU IE IN IT JP LT LU LV MX NO PE PL PT RO SE SI"

ANSWERED = 20_000
_AT_ONCE, _LEAST, _LISTED = 5_000, 20, 25

#: Identities with their accounts.
Holders = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Size:
    """How many rows there are; a case is never smaller than a few of each."""

    decided: int
    entries: int
    tips: int
    persons: int
    answered: int

    @classmethod
    def of(cls, scale: float) -> "Size":
        """The rows of a case at a scale of the sample platform."""
        counts = (DECIDED, ENTRIES, TIPS, PERSONS, ANSWERED)
        return cls(*(max(_LEAST, round(count * scale)) for count in counts))


def fill(node: Node, operation: Operation, identities: Holders, size: Size) -> None:
    """Write the rows.

    Args:
        node: whose log and case store they go into.
        operation: whose rows they are.
        identities: ids with their accounts, as the operation's lake has them; the first ones are decided on.
        size: how many rows.
    """
    officer = Officer.objects.order_by("pk")[0]
    now = instants.now()
    decided = list(identities[: size.decided])
    with transaction.atomic():
        _decide(operation, officer, decided, now)
        _persons(operation, decided, size.persons, now)
        _tips(operation, size.tips, now)
        _packages(operation, officer, [identity for identity, _ in decided[: size.answered]], now)
    _entries(node, operation, [identity for identity, _ in decided], size.entries)


def _decide(operation: Operation, officer: Officer, decided: Holders, at: dt.datetime) -> None:
    rows = [
        Decision(
            operation=operation, decision=content_id("bench", identity), subject_kind="identity", subject=identity,
            verdict=("suspect", "hold")[n % 2], reason="benchmark", officer=officer, at=at,
            detail={"founder": accounts[0], "accounts": list(accounts)},
        )
        for n, (identity, accounts) in enumerate(decided)
    ]  # fmt: skip
    Decision.objects.bulk_create(rows, _AT_ONCE)
    named = (
        Named(operation=operation, decision=row, key=key)
        for row in Decision.objects.filter(reason="benchmark")
        for key in keys_of(row.subject_kind, row.subject, row.detail)
    )
    Named.objects.bulk_create(named, _AT_ONCE)


def _persons(operation: Operation, decided: Holders, count: int, at: dt.datetime) -> None:
    made = {row.subject: row for row in Decision.objects.filter(operation=operation, reason="benchmark")[:count]}
    persons = [
        Person(operation=operation, category="suspect", name=f"Person {n}", identity=identity, made_by=made[identity])
        for n, (identity, _) in enumerate(decided)
        if identity in made
    ]
    Person.objects.bulk_create(persons, _AT_ONCE)
    events = (
        CaseEvent(
            operation=operation, kind=kind, reference=f"bench-{kind}-{person.pk}", reported_by="NL", country="NL",
            at=at, status="done", person=person,
        )
        for person in Person.objects.filter(operation=operation)
        for kind in ("identified", "arrest")
    )  # fmt: skip
    CaseEvent.objects.bulk_create(events, _AT_ONCE)


def _tips(operation: Operation, count: int, at: dt.datetime) -> None:
    exhibit = ExhibitIndex.objects.filter(operation=operation).order_by("number")[0]
    rows = (
        Tip(
            operation=operation, exhibit=exhibit, part=f"bench:{n}", received_at=at, subject=f"message {n}",
            child_at_risk=True if n % 50 == 0 else None, status="new" if n % 3 == 0 else "assessed",
        )
        for n in range(count)
    )  # fmt: skip
    for tip in rows:
        tip.put_in_place()
    Tip.objects.bulk_create(rows, _AT_ONCE)


def _packages(operation: Operation, officer: Officer, answered: Sequence[str], at: dt.datetime) -> None:
    packages = []
    for country in COUNTRIES.split():
        agency = Agency.objects.create(name=f"Unit {country}", country=country)
        peer = Peer(
            agency=agency, node=content_id("bench", country)[:32], signing_key=f"key {country}", recipient="age",
            fingerprint=country, pinned_by=officer, pinned_at=at,
        )  # fmt: skip
        peer.save()
        package = Package(
            operation=operation, direction="out", peer=peer, sender_operation=operation.slug, country=country, number=1,
            state="sealed", folder=f"packages/bench-{country}", digest=content_id("bench", country), built_by=officer,
            built_at=at, approved_by=officer, approved_at=at, sealed_at=at,
        )  # fmt: skip
        package.save()
        packages.append(package)
    outcomes = ("hit", "known", "identified", "arrested", "not_found")
    rows = (
        Answer(
            package=packages[n % len(packages)], identity=identity, outcome=outcomes[n % len(outcomes)], officer="1",
            at=at, note="benchmark",
        )
        for n, identity in enumerate(answered)
    )  # fmt: skip
    Answer.objects.bulk_create(rows, _AT_ONCE)


def _entries(node: Node, operation: Operation, identities: Sequence[str], count: int) -> None:
    log = AuditLog(node.audit)
    rows: list[Outbox] = []
    for row in _readings(operation, identities, count):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            _append(log, rows)
            rows = []
    _append(log, rows)


def _readings(operation: Operation, identities: Sequence[str], count: int) -> Iterator[Outbox]:
    """One in ten is of a page of the list, the others of one identity each."""
    for n in range(count):
        first = n % len(identities)
        one: dict[str, Any] = {"kind": "history", "identity": identities[first]}
        facts = one if n % 10 else {"snapshot": 1, "identities": [*identities[first : first + _LISTED]]}
        row = row_of(*new_entry(str(1 + n % 2), "person.read", operation.slug, facts), operation.slug)
        row.appended = True
        yield row


def _append(log: AuditLog, rows: list[Outbox]) -> None:
    if rows:
        write_rows(rows)
        log.append([entry_of(row) for row in rows])
