"""The register of victims, for the role of victim identification alone.

A victim is a number, a status, a country, digests of media and reports of safeguarding: no name, no account. Media
are not looked up anywhere: a digest stands as the officer gave it. An account that turns out to be a
victim's goes on the protected list, which is another matter and kept apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases.access import Actor, NoOfficer, may, officer_of
from fanal.cases.decisions import NAMESPACE, NoReason
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.victims import SAFEGUARDED, STATUSES, UNIDENTIFIED, Victim, VictimNote
from fanal.cases.outbox import record
from fanal.cases.victims import (
    one_victim,
    register,
    report_name,
    statement,
    unnamed_reports,
    victim_of,
)
from fanal.model.countries import COUNTRIES
from fanal.work.nodes import BadCountry

_DIGEST = re.compile(r"[0-9a-f]{64}")


class BadStatus(FanalError):
    """A status that a victim cannot have, or one that says less than the report beside it."""

    code = "F-VICTIM-02"
    text = "{status} is not possible here; choose one of: {known}. With a report of safeguarding: safeguarded."
    exit_code = 2


class BadDigest(FanalError):
    """A medium that is not named by its SHA-256."""

    code = "F-VICTIM-03"
    text = "{value} is no SHA-256 (64 hexadecimal digits); nothing was noted. Copy it from the examiner's tool."
    exit_code = 2


class UnknownReport(FanalError):
    """No report of a child made safe has that name."""

    code = "F-VICTIM-04"
    text = "No report of a finished safeguard is named {report}; `fanal victim reports` shows those that wait."


@dataclass(frozen=True)
class Noted:
    """What an officer notes of a victim.

    Attributes:
        status: one of `models.victims.STATUSES`; "": safeguarded with a report, else as it stood.
        country: ISO 3166 code of where the child is; "": as it stood.
        media: SHA-256 of media that show the child, hex; they come to those noted before.
        report: of a child made safe, as `safeguard_reports` names it; "" for none.
    """

    status: str = ""
    country: str = ""
    media: Sequence[str] = ()
    report: str = ""


def add_victim(actor: Actor, operation: Operation, noted: Noted, reason: str) -> dict[str, Any]:
    """Give a victim a number in the register, with a first note, signed.

    Returns:
        What stands of it: see `list_victims`.

    Raises:
        BadStatus, BadCountry, BadDigest, UnknownReport, NoReason, NoOfficer: nothing was noted.
    """
    may(actor, "victim.write", operation.slug)
    with transaction.atomic():
        last = Victim.objects.filter(operation=operation).aggregate(last=Max("number"))["last"] or 0
        victim = Victim.add(operation=operation, number=last + 1)
        _note(actor, victim, UNIDENTIFIED, noted, reason)
    return one_victim(operation, victim.number)


def note_victim(actor: Actor, operation: Operation, number: int, noted: Noted, reason: str) -> dict[str, Any]:
    """Note what is known of a victim now, signed; earlier notes stay, and their media and reports with them.

    Raises:
        UnknownVictim; and as `add_victim`.
    """
    may(actor, "victim.write", operation.slug)
    with transaction.atomic():
        stands = one_victim(operation, number)
        _note(actor, victim_of(operation, number), stands["status"], noted, reason)
    return one_victim(operation, number)


def list_victims(actor: Actor, operation: Operation, after: int = 0, most: int | None = None) -> list[dict[str, Any]]:
    """What stands of each victim, by number. The reading is on the record.

    Returns:
        number, victim (such as `V-3`), status, country, media, reports, officer, at, reason, notes (latest first).
    """
    may(actor, "victim.read", operation.slug)
    record(actor, "victim.read", operation.slug, after=after)
    return register(operation, after, most)


def show_victim(actor: Actor, operation: Operation, number: int) -> dict[str, Any]:
    """What stands of one victim, and every note. The reading is on the record. Raises UnknownVictim."""
    may(actor, "victim.read", operation.slug)
    told = one_victim(operation, number)
    record(actor, "victim.read", operation.slug, victim=told["victim"])
    return told


def safeguard_reports(actor: Actor, operation: Operation) -> list[dict[str, Any]]:
    """Reports of a child made safe that no victim of the register names: report, country, at."""
    may(actor, "victim.read", operation.slug)
    return [
        {"report": report_name(event), "country": event.country, "at": instants.text(event.at)}
        for event in unnamed_reports(operation)
    ]


def _note(actor: Actor, victim: Victim, before: str, noted: Noted, reason: str) -> None:
    status = noted.status or (SAFEGUARDED if noted.report else before)
    if status not in STATUSES or (noted.report and status != SAFEGUARDED):
        raise BadStatus(status=status, known=", ".join(STATUSES))
    country = noted.country.strip().upper()
    if country and country not in COUNTRIES:
        raise BadCountry(country=noted.country)
    media = sorted({digest.strip().lower() for digest in noted.media})
    for digest in media:
        if not _DIGEST.fullmatch(digest):
            raise BadDigest(value=digest)
    if not reason.strip():
        raise NoReason
    if actor.signer is None:
        raise NoOfficer
    report = _report(victim.operation, noted.report) if noted.report else None
    note = VictimNote(
        victim=victim, status=status, country=country, media=media, report=report, reason=reason.strip(),
        officer=officer_of(actor), at=instants.now(),
    )  # fmt: skip
    note.signature = actor.signer.sign(statement(note), NAMESPACE)
    note.save()
    record(actor, "victim.write", victim.operation.slug, victim=str(victim), status=status, media=len(media))


def _report(operation: Operation, name: str) -> CaseEvent:
    by, _, reference = name.strip().partition("/")
    found = CaseEvent.objects.filter(
        operation=operation, kind="safeguard", status="done", reported_by=by, reference=reference
    ).first()
    if found is None:
        raise UnknownReport(report=name)
    return found
