"""The register of victims: what stands of each, and how many are identified. Nothing else reads its tables.

It is no part of any step, package, export or search; of it, others learn one number.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models

from fanal.base import instants
from fanal.base.digests import canonical_json
from fanal.base.errors import FanalError
from fanal.cases.models.events import CaseEvent
from fanal.cases.models.offices import Operation
from fanal.cases.models.victims import IDENTIFIED, SAFEGUARDED, Victim, VictimNote

#: The child is known by name to the agency that works on it.
KNOWN = (IDENTIFIED, SAFEGUARDED)


class UnknownVictim(FanalError):
    """No victim of the operation has that number."""

    code = "F-VICTIM-01"
    text = "The register of operation {operation} has no victim {victim}; `fanal victim list` shows them."


def statement(note: VictimNote) -> bytes:
    """The canonical bytes that an officer signs."""
    return canonical_json(
        {
            "operation": note.victim.operation.slug,
            "victim": note.victim.number,
            "status": note.status,
            "country": note.country,
            "media": note.media,
            "report": report_name(note.report) if note.report else "",
            "reason": note.reason,
            "officer": note.officer.service_number,
            "at": instants.text(note.at),
        }
    )


def report_name(report: CaseEvent) -> str:
    """How a report is named: by who reported it and the reference, such as `ES/ES-900`."""
    return f"{report.reported_by}/{report.reference}"


def victim_of(operation: Operation, number: int) -> Victim:
    """A victim by number. Raises UnknownVictim."""
    try:
        return Victim.objects.get(operation=operation, number=number)
    except Victim.DoesNotExist as e:
        raise UnknownVictim(operation=operation.slug, victim=f"V-{number}") from e


def register(operation: Operation, after: int = 0, most: int | None = None) -> list[dict[str, Any]]:
    """What stands of each victim, by number, in two queries however many there are.

    Args:
        after: only those with a higher number.
        most: at most so many.
    """
    found = Victim.objects.filter(operation=operation, number__gt=after).order_by("number")[:most]
    return _as_told(found)


def one_victim(operation: Operation, number: int) -> dict[str, Any]:
    """What stands of one victim. Raises UnknownVictim."""
    (told,) = _as_told(Victim.objects.filter(pk=victim_of(operation, number).pk))
    return told


def _as_told(victims: models.QuerySet[Victim]) -> list[dict[str, Any]]:
    notes = VictimNote.objects.select_related("report", "officer").order_by("pk")
    found = victims.prefetch_related(models.Prefetch("notes", queryset=notes))
    return [_standing(victim, list(victim.notes.all())) for victim in found]


def _standing(victim: Victim, notes: list[VictimNote]) -> dict[str, Any]:
    last = notes[-1]
    return {
        "number": victim.number,
        "victim": str(victim),
        "status": last.status,
        "country": next((note.country for note in reversed(notes) if note.country), ""),
        "media": sorted({digest for note in notes for digest in note.media}),
        "reports": sorted({report_name(note.report) for note in notes if note.report}),
        "officer": last.officer.service_number,
        "at": instants.text(last.at),
        "reason": last.reason,
        "notes": [_told(note) for note in reversed(notes)],
    }


def _told(note: VictimNote) -> dict[str, Any]:
    return {
        "at": instants.text(note.at),
        "status": note.status,
        "country": note.country,
        "media": note.media,
        "report": report_name(note.report) if note.report else "",
        "officer": note.officer.service_number,
        "reason": note.reason,
    }


def unnamed_reports(operation: Operation) -> models.QuerySet[CaseEvent]:
    """Reports of a child made safe that no victim of the register, as it stands, names."""
    named = VictimNote.objects.filter(victim__in=_known(operation), report__isnull=False)
    made_safe = CaseEvent.objects.filter(operation=operation, kind="safeguard", status="done")
    return made_safe.exclude(pk__in=named.values("report")).order_by("country", "at", "pk")


def victims_identified(operation: Operation) -> int:
    """Victims of the register that are identified or safeguarded, and reports of others made safe: each once."""
    return _known(operation).count() + unnamed_reports(operation).count()


def _known(operation: Operation) -> models.QuerySet[Victim]:
    last = VictimNote.objects.filter(victim=models.OuterRef("pk")).order_by("-pk").values("status")[:1]
    stands = Victim.objects.filter(operation=operation).annotate(stands=models.Subquery(last))
    return stands.filter(stands__in=KNOWN)


def all_notes() -> Iterable[VictimNote]:
    """Every note of the node, for holding its signature against it."""
    return VictimNote.objects.select_related("victim__operation", "report", "officer").order_by("pk").iterator()
